"""Putting a version forward at the desk: the redline, what it means, who is told; the board's tally; one's own keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coalition import clock
from coalition.actions import amend, answer, circulate, draft
from coalition.actions.acts import standing_signature
from coalition.database import db
from coalition.models.letter import Tally
from tests import builders
from tests.web.desk.letters import path_of

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Page, Visitor

LATER = {"reply_date": "2099-03-02", "reply_time": "18:00"}
WHY = "Members asked for a date."


def begun(cast: Cast, letter_id: UUID, body: str = builders.BODY + "\nToday.\n") -> None:
    """Nadia has written another version."""
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.save_text(letter_id, "en", {"body": body}, by=cast.coordinator)


def forward(page: Page, change_class: str = "substantive") -> Page:
    """Say what it is, look once more, press."""
    checked = page.form("/amend").fill({"explanation-en": WHY, "class": change_class, **LATER}).submit("Check before")
    return checked.form("/amend").submit("forward")


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """Kalina and Sami signed by name, Daria with the name withheld; the next version is written."""
    letter_id = builders.an_open_letter(cast)
    circulate.invite(letter_id, [cast.colleague_contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.arabic_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    begun(cast, letter_id)
    return letter_id


def test_where_nothing_was_begun_there_is_nothing_to_put_forward(nadia: Visitor, cast: Cast) -> None:
    page = nadia.get(path_of(builders.an_open_letter(cast), "amend"))
    assert "There is no further version" in page.words


def test_the_page_shows_what_changes_and_who_is_written_to(nadia: Visitor, letter_id: UUID) -> None:
    page = nadia.get(path_of(letter_id)).follow("See what changes, and put it forward")
    assert page.heading == "Put version 2 forward"
    assert "added: Today. – end of addition" in page.words
    assert "Asked whether they keep their signature, with the redline" in page.words
    form = page.form("/amend")
    assert form.fields.get("class") is None
    assert "No signature is carried over by silence. 4 contacts" in page.words


def test_it_takes_a_class_a_reason_and_a_time_and_keeps_what_was_typed(nadia: Visitor, letter_id: UUID) -> None:
    page = nadia.get(path_of(letter_id, "amend")).form("/amend").submit("Check before")
    assert page.status == 422
    assert page.errors == [
        "Choose what the change means for those who signed.",
        "Write what changed and why: those who signed read it.",
        "Enter the day until which one can answer or object.",
    ]
    past = {"explanation-en": WHY, "class": "typographical", "reply_date": "2001-01-01", "reply_time": "10:00"}
    page = page.form("/amend").fill(past).submit("Check before")
    assert page.errors == ["This moment has passed. Choose a later one."]
    form = page.form("/amend")
    assert (form.fields["explanation-en"], form.fields["class"]) == ([WHY], ["typographical"])
    assert builders.a_letter(letter_id).version.number == 1


def test_the_press_carries_the_number_and_is_bound_to_what_was_shown(
    nadia: Visitor, cast: Cast, letter_id: UUID
) -> None:
    page = nadia.get(path_of(letter_id, "amend"))
    page = page.form("/amend").fill({"explanation-en": WHY, "class": "substantive", **LATER}).submit("Check before")
    form = page.form("/amend")
    assert form.has_button("Put version 2 forward and write to 4 contacts")
    draft.save_text(letter_id, "en", {"body": "Another text altogether."}, by=cast.coordinator)
    refused = form.submit("forward")
    assert refused.status == 409
    assert "was changed since this page was made" in refused.errors[0]
    assert refused.form("/amend").fields["explanation-en"] == [WHY]
    done = forward(refused)
    assert "Version 2 is in force, and on its way to 4 contacts." in done.words
    assert builders.a_letter(letter_id).version.explanations == {"en": WHY}


def test_from_the_check_one_can_go_back_and_change(nadia: Visitor, letter_id: UUID) -> None:
    page = nadia.get(path_of(letter_id, "amend"))
    page = page.form("/amend").fill({"explanation-en": WHY, "class": "substantive", **LATER}).submit("Check before")
    again = page.form("/amend").submit("Change this").form("/amend")
    assert again.fields["explanation-en"] == [WHY]
    assert again.fields["class"] == ["substantive"]


def test_without_signatures_no_class_is_asked(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    begun(cast, letter_id)
    form = nadia.get(path_of(letter_id, "amend")).form("/amend")
    assert not {"class", "reply_date"} & form.names
    checked = form.submit("Check before").form("/amend")
    assert checked.has_button("Put version 2 forward and write to 3 contacts")
    assert "Version 2 is in force" in checked.submit("forward").words


def test_who_signs_meanwhile_makes_the_class_needed(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    begun(cast, letter_id)
    checked = nadia.get(path_of(letter_id, "amend")).form("/amend").submit("Check before").form("/amend")
    builders.signed(letter_id, cast.small_member)
    refused = checked.submit("forward")
    assert refused.status == 422
    assert "Choose what the change means for those who signed." in refused.errors


def test_a_version_that_says_the_same_can_not_be_put_forward(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    amend.begin_version(letter_id, by=cast.coordinator)
    page = nadia.get(path_of(letter_id, "amend"))
    assert "It says the same as the version in force." in page.words
    assert not page.form("/amend").has_button("Check before")
    seal = page.form("/amend").fields["seal"][0]
    token = page.form("/amend").fields["csrf_token"][0]
    refused = nadia.post(page.path, {"csrf_token": token, "seal": seal, "act": "forward"})
    assert (refused.status, "says the same" in refused.errors[0]) == (409, True)


def test_the_board_tells_how_the_round_stands_and_who_has_not_answered(
    nadia: Visitor, cast: Cast, letter_id: UUID
) -> None:
    board = forward(nadia.get(path_of(letter_id, "amend")))
    assert "0 keep, 0 withdrew and 3 have not answered." in board.words
    builders.kept(letter_id, cast.small_member)
    board = nadia.get(path_of(letter_id))
    assert "1 keeps, 0 withdrew and 2 have not answered." in board.words
    waiting = board.follow("Who has not answered")
    assert "Signed an earlier text, asked again" in waiting.words
    assert "Amman Writers’ House" in waiting.words
    assert "Kalina Press Club" not in waiting.words
    assert "Northern Lights" not in waiting.words
    builders.withdrawn(letter_id, cast.arabic_member)
    builders.kept(letter_id, cast.unnamed_member)
    assert "2 keep, 1 withdrew and 0 have not answered." in nadia.get(path_of(letter_id)).words


def test_the_board_tells_of_objections_to_a_correction(nadia: Visitor, cast: Cast, letter_id: UUID) -> None:
    board = forward(nadia.get(path_of(letter_id, "amend")), "typographical")
    assert "Version 2: typing was corrected" in board.words
    assert "no objection." in board.words
    builders.objected(letter_id, cast.small_member)
    board = nadia.get(path_of(letter_id))
    assert "1 objection." in board.words
    assert "Signed, disputed or objected" in nadia.get(path_of(letter_id) + "?state=suspended").words


def test_before_publication_those_who_have_not_answered_are_named_but_for_the_withheld(
    nadia: Visitor, cast: Cast, letter_id: UUID
) -> None:
    forward(nadia.get(path_of(letter_id, "amend")))
    builders.kept(letter_id, cast.arabic_member)
    circulate_over = nadia.get(path_of(letter_id, "close")).form("/close").submit()
    page = nadia.get(path_of(letter_id, "publish"))
    assert circulate_over.status == 200
    assert "2 organisations signed an earlier text and have not kept their signatures" in page.words
    assert "By name: Kalina Press Club" in page.words
    assert "Northern Lights" not in page.words


def test_the_lead_keeps_its_signature_at_the_desk(nadia: Visitor, letter_id: UUID) -> None:
    form = nadia.get(path_of(letter_id, "sign")).form("/sign")
    fields = {"visibility": "named", "role": "Coordinator", "authority": "yes"}
    form.fill(fields).submit()
    board = forward(nadia.get(path_of(letter_id, "amend")))
    page = board.follow("See what changed and answer")
    assert "does Free Voices Network keep its signature?" in page.words
    assert "added: Today. – end of addition" in page.words
    refused = page.form("/keep").submit()
    assert (refused.status, len(refused.errors)) == (422, 1)
    kept = page.form("/keep").fill(keep="yes").submit("Keep the signature of Free Voices Network under version 2")
    assert "keeps its signature under version 2." in kept.words
    assert db.session.get_one(Tally, letter_id).waiting == 3


def test_a_desk_form_open_while_the_text_changes_comes_back_with_the_redline(
    nadia: Visitor, cast: Cast, letter_id: UUID
) -> None:
    form = nadia.get(path_of(letter_id, "sign")).form("/sign")
    form.fill({"visibility": "named", "role": "Coordinator", "authority": "yes"})
    amendment = amend.Amendment("substantive", {"en": WHY}, clock.now().replace(year=2099))
    amend.put_forward(letter_id, amendment, by=cast.coordinator, seal=amend.seal_of(builders.a_letter(letter_id)))
    refused = form.submit()
    assert refused.status == 409
    assert "What changed since you opened this page" in refused.words
    assert refused.form("/sign").fields["role"] == ["Coordinator"]
    assert db.session.get_one(Tally, letter_id).signed == 3


def test_who_declined_and_wants_to_be_asked_again_is_among_the_numbers(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    invitation = builders.invitation_of(letter_id, cast.small_member)
    answer.decline(invitation.id, key="d" * 32, shown=builders.shown_to(invitation), ask_again=True)
    begun(cast, letter_id)
    words = nadia.get(path_of(letter_id, "amend")).words
    assert "Declined and wanted to be asked again: asked again" in words


def test_an_explanation_holds_nothing_that_cannot_be_seen(nadia: Visitor, letter_id: UUID) -> None:
    form = nadia.get(path_of(letter_id, "amend")).form("/amend")
    page = form.fill({"explanation-en": "Why\u202e.\x00", "class": "substantive", **LATER}).submit("Check before")
    assert page.status == 422
    assert page.errors == ["Take out what cannot be seen: U+202E."]
    page = page.form("/amend").fill({"explanation-en": "Why.\x00"}).submit("Check before")
    page.form("/amend").submit("forward")
    assert builders.a_letter(letter_id).version.explanations == {"en": "Why."}


def test_what_was_kept_is_withdrawn_from_the_same_page_after(nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    form = nadia.get(path_of(letter_id, "sign")).form("/sign")
    form.fill({"visibility": "named", "role": "Coordinator", "authority": "yes"}).submit()
    page = forward(nadia.get(path_of(letter_id, "amend"))).follow("See what changed and answer")
    page.form("/keep").fill(keep="yes").submit()
    page.form("/withdraw").fill(sure="yes").submit()
    assert standing_signature(db.session(), letter_id, cast.coordinator.organisation_id) is None
