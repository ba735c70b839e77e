"""After the text changed: what changed, keep, object, withdraw; and a form that was open while it changed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from coalition import clock
from coalition.actions import answer, circulate, draft, live
from coalition.actions.acts import standing_signature
from coalition.database import db
from coalition.models.letter import Tally
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from coalition.models.signature import Signature
    from tests.cast import Cast
    from tests.visitor import Page, Visitor

GOOD = {"visibility": "named", "role": "Director", "authority": "yes"}


def signature_of(letter_id: UUID, cast: Cast) -> Signature:
    """Kalina's standing signature."""
    found = standing_signature(db.session(), letter_id, cast.small_member.organisation_id)
    assert found is not None
    return found


def told() -> list[tuple[str, str]]:
    """Kind and act of each mail that tells an answer."""
    rows = [row.context for row in db.session.query(OutgoingEmail)]
    return sorted((row["kind"], row["act"]) for row in rows if "act" in row)


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """An open letter that Kalina has signed; her colleague Kofi is invited too."""
    letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
    circulate.invite(letter_id, [cast.colleague_contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    builders.signed(letter_id, cast.small_member)
    return letter_id


@pytest.fixture
def kalina(letter_id: UUID, visitor: Visitor, cast: Cast) -> Callable[[], Page]:
    """What Kalina sees when she opens her link."""
    return lambda: visitor.get(builders.link_path(letter_id, cast.small_member))


def test_the_link_leads_to_what_changed_where_an_answer_is_due(
    kalina: Callable[[], Page], letter_id: UUID, cast: Cast
) -> None:
    builders.amended(cast, letter_id)
    page = kalina()
    assert page.path.endswith("/changes")
    assert page.heading == "Does Kalina Press Club keep its signature?"
    assert "We added a sentence, as members asked." in page.words
    assert "added: Today. – end of addition" in page.words
    assert "From version 1 to version 2" in page.words
    assert page.follow("Read the whole text, version 2").heading == "Free the reporters"


def test_the_signature_is_kept_by_one_tick_and_one_press(
    kalina: Callable[[], Page], letter_id: UUID, cast: Cast
) -> None:
    builders.amended(cast, letter_id)
    receipt = kalina().form("/keep").fill(keep="yes").submit("Keep the signature of Kalina Press Club under version 2")
    assert receipt.heading == "The signature is kept"
    assert "Version 2, read in English" in receipt.words
    assert "Kept byKalina Ivanova" in receipt.words
    assert "Today." in receipt.words
    assert [one.act for one in signature_of(letter_id, cast).consents] == ["sign", "keep"]
    assert told().count(("receipt", "kept")) == told().count(("told_colleague", "kept")) == 1
    again = kalina()
    assert again.heading == "Free the reporters"
    assert "You signed for Kalina Press Club on" in again.words


def test_a_form_sent_as_it_came_keeps_nothing(kalina: Callable[[], Page], letter_id: UUID, cast: Cast) -> None:
    builders.amended(cast, letter_id)
    answer_ = kalina().form("/keep").submit()
    assert (answer_.status, answer_.errors) == (
        422,
        ["Tick that \u2068Kalina Press Club\u2069 keeps its signature under version 2"],
    )
    assert not signature_of(letter_id, cast).agrees


def test_to_keep_and_to_object_at_once_is_refused_in_words(
    kalina: Callable[[], Page], letter_id: UUID, cast: Cast
) -> None:
    builders.amended(cast, letter_id)
    form = kalina().form("/keep").fill(keep="yes")
    form.fields["object"] = "yes"
    assert "Two answers were sent" in form.submit().errors[0]


def test_kept_twice_is_kept_once(kalina: Callable[[], Page], letter_id: UUID, cast: Cast) -> None:
    builders.amended(cast, letter_id)
    form = kalina().form("/keep").fill(keep="yes")
    assert [form.submit().heading for _ in range(2)] == ["The signature is kept"] * 2
    assert len(signature_of(letter_id, cast).consents) == 2


def test_from_what_changed_one_can_withdraw(kalina: Callable[[], Page], letter_id: UUID, cast: Cast) -> None:
    builders.amended(cast, letter_id)
    receipt = kalina().follow("Withdraw the signature").form("withdraw").fill(confirm="yes").submit()
    assert receipt.heading == "The signature is withdrawn"
    assert db.session.get_one(Tally, letter_id).waiting == 0


def test_while_another_version_is_put_forward_nothing_is_kept_and_one_press_is_enough(
    kalina: Callable[[], Page], letter_id: UUID, cast: Cast
) -> None:
    builders.amended(cast, letter_id)
    form = kalina().form("/keep").fill(keep="yes")
    builders.amended(cast, letter_id, body=builders.BODY + "\nTomorrow.\n")
    refused = form.submit()
    assert refused.status == 409
    assert "What changed since you opened this page" in refused.words
    assert "removed: Today. – end of removal" in refused.words
    assert not signature_of(letter_id, cast).agrees
    assert refused.form("/keep").submit().heading == "The signature is kept"
    assert signature_of(letter_id, cast).version.number == 3


def test_a_correction_can_be_objected_to_and_the_signature_kept_after_all(
    kalina: Callable[[], Page], letter_id: UUID, cast: Cast
) -> None:
    builders.amended(cast, letter_id, "typographical")
    page = kalina()
    assert page.heading == "The typing was corrected"
    assert "You can object until" in page.words
    form = page.form("/object")
    assert form.submit().errors == ["Tick that \u2068Kalina Press Club\u2069 objects to this change"]
    receipt = form.fill(object="yes", reason="That comma matters.").submit("Object for Kalina Press Club")
    assert receipt.heading == "The objection is recorded"
    assert "Version 1, read in English" in receipt.words
    assert "off the list until you keep the signature after all" in receipt.words
    assert told().count(("told_colleague", "objected")) == 1
    assert db.session.get_one(Tally, letter_id).signed == 0
    page = kalina()
    assert "You have objected" in page.words
    changes = page.follow("See what changed, keep the signature or withdraw")
    assert changes.heading == "Kalina Press Club has objected"
    assert changes.form("/keep").fill(keep="yes").submit().heading == "The signature is kept"
    assert db.session.get_one(Tally, letter_id).signed == 1


def test_a_colleague_may_keep_it_in_their_own_name(
    letter_id: UUID, visitors: Callable[..., Visitor], cast: Cast
) -> None:
    builders.amended(cast, letter_id)
    kofi = visitors().get(builders.link_path_of(builders.invitation_to(letter_id, cast.colleague_contact_id)))
    receipt = kofi.form("/keep").fill(keep="yes").submit()
    assert "Kept byKofi Mensah" in receipt.words
    assert signature_of(letter_id, cast).consents[1].by["name"] == "Kofi Mensah"


def test_a_disputed_signature_is_settled_first(kalina: Callable[[], Page], letter_id: UUID, cast: Cast) -> None:
    kalina().follow("This was not us").form("not-us").fill(confirm="yes").submit()
    builders.amended(cast, letter_id)
    page = kalina()
    assert "This signature is disputed" in page.words
    assert not [form for form in page.forms if form.ends_with("/keep")]


def test_without_cookies_the_way_is_the_same(letter_id: UUID, visitors: Callable[..., Visitor], cast: Cast) -> None:
    builders.amended(cast, letter_id)
    link = builders.link_path(letter_id, cast.small_member)
    nobody = visitors(cookies=False)
    page = nobody.get(link)
    page = page.form(0).fill(link=f"http://letters.test{link}").submit()
    page = page.form("See what changed").submit()
    assert page.heading == "Does Kalina Press Club keep its signature?"
    arabic = page.form("العربية").submit("العربية")
    assert "العربية" in arabic.words
    assert arabic.form("/keep").fill(keep="yes").submit().status == 200
    assert signature_of(letter_id, cast).agrees


def test_who_did_not_answer_sees_what_changed_since_they_were_written_to(
    letter_id: UUID, visitor: Visitor, cast: Cast
) -> None:
    builders.amended(cast, letter_id)
    page = visitor.get(builders.link_path(letter_id, cast.arabic_member))
    page = visitor.get(page.path + "?lang=en")
    changes = page.follow("What changed since version 1")
    assert "added: Today. – end of addition" in changes.words
    assert not [form for form in changes.forms if form.ends_with("/keep") or form.ends_with("/object")]


def test_who_was_written_to_after_the_change_sees_no_change(visitor: Visitor, cast: Cast) -> None:
    fresh = builders.an_open_letter(cast, cast.arabic_member, title="Another")
    builders.amended(cast, fresh)
    circulate.invite(fresh, [cast.small_member.contact_id], by=cast.coordinator)
    circulate.send(fresh, by=cast.coordinator, number=1)
    page = visitor.get(builders.link_path(fresh, cast.small_member))
    assert "What changed since" not in page.words
    assert visitor.get(page.path + "/changes").heading == "Another"


def test_who_declined_and_is_asked_again_sees_what_changed_and_can_sign(
    letter_id: UUID, visitor: Visitor, cast: Cast
) -> None:
    invitation = builders.invitation_of(letter_id, cast.unnamed_member)
    answer.decline(invitation.id, key="d" * 32, shown=builders.shown_to(invitation), ask_again=True)
    builders.amended(cast, letter_id)
    page = visitor.get(builders.link_path(letter_id, cast.unnamed_member))
    page = visitor.get(page.path + "?lang=en")
    receipt = page.form("sign").fill(GOOD).submit()
    assert receipt.status == 200
    assert db.session.get_one(Tally, letter_id).signed == 2


def test_whoever_has_the_signing_form_open_while_the_text_changes_gets_the_redline_and_keeps_what_was_typed(
    letter_id: UUID, visitor: Visitor, cast: Cast
) -> None:
    page = visitor.get(builders.link_path(letter_id, cast.arabic_member))
    page = visitor.get(page.path + "?lang=en")
    form = page.form("sign").fill(GOOD | {"role": "Chief editor", "name_und": "Amman House"})
    builders.amended(cast, letter_id)
    refused = form.submit()
    assert refused.status == 409
    assert "What changed since you opened this page" in refused.words
    assert "added: Today. – end of addition" in refused.words
    again = refused.form("sign")
    assert again.fields["role"] == ["Chief editor"]
    assert again.fields["authority"] == ["yes"]
    assert db.session.get_one(Tally, letter_id).signed == 1
    assert again.submit("Sign version 2").heading == "You have signed"


def test_two_tabs_keep_and_withdraw_and_the_second_says_how_it_stands(
    kalina: Callable[[], Page], letter_id: UUID, cast: Cast
) -> None:
    builders.amended(cast, letter_id)
    tab = kalina().form("/keep").fill(keep="yes")
    kalina().follow("Withdraw the signature").form("withdraw").fill(confirm="yes").submit()
    late = tab.submit()
    assert late.status == 409
    assert "There is no signature of \u2068Kalina Press Club\u2069 to change." in late.errors
    assert "You withdrew the signature" in late.words


def test_who_keeps_the_signature_after_publication_waits_for_the_list(
    kalina: Callable[[], Page], letter_id: UUID, cast: Cast
) -> None:
    builders.signed(letter_id, cast.arabic_member)
    builders.amended(cast, letter_id)
    tab = kalina().form("/keep").fill(keep="yes")
    builders.kept(letter_id, cast.arabic_member)
    builders.published(cast, letter_id)
    assert tab.submit().status == 200
    waiting = live.waiting(db.session(), builders.a_letter(letter_id))
    assert [one.name for one in waiting] == ["Kalina Press Club"]


def test_after_the_time_to_object_one_can_still_see_what_was_corrected(
    kalina: Callable[[], Page], letter_id: UUID, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.amended(cast, letter_id, "typographical")
    form = kalina().form("/object").fill(object="yes")
    later = clock.now() + timedelta(days=4)
    monkeypatch.setattr(clock, "now", lambda: later)
    page = kalina()
    assert page.heading == "Free the reporters"
    changes = page.follow("What changed since version 1")
    assert not [one for one in changes.forms if one.ends_with("/object")]
    form.fields["form_token"] = page.form("/leave").fields["form_token"]
    late = form.submit()
    assert late.status == 409
    assert "The time to object is over." in late.errors[0]
    assert db.session.get_one(Tally, letter_id).signed == 1


@pytest.mark.parametrize("sees", ["number", "names"])
def test_the_others_are_not_shown_under_a_text_that_they_have_not_agreed_to(
    letter_id: UUID, visitor: Visitor, cast: Cast, sees: str
) -> None:
    draft.save_choices(letter_id, {"visible_to_invitees": sees}, by=cast.coordinator)
    builders.signed(letter_id, cast.arabic_member)
    builders.amended(cast, letter_id)
    builders.kept(letter_id, cast.arabic_member)
    page = visitor.get(builders.link_path(letter_id, cast.unnamed_member))
    page = visitor.get(page.path + "?lang=en")
    assert "Signed so far1 organisation" in page.words
    assert ("Amman Writers’ House" in page.words) is (sees == "names")
    assert "Kalina Press Club" not in page.words
