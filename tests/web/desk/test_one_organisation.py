"""One organisation on a letter: where it stands, what happened, notes of the team; and what stays closed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import circulate, directory, jot
from coalition.actions.circulate import NotCoordinator
from coalition.actions.directory import ContactEntry
from coalition.actions.jot import Call, NothingNoted, NotYours
from coalition.database import db
from coalition.emails import letters
from coalition.models.invitation import Invitation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.private_note import PrivateNote
from tests import builders
from tests.builders import a_colleague, a_letter, an_observer, an_open_letter, invitation_of
from tests.web.desk.letters import path_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.cast import Cast, Member
    from tests.visitor import Page, Visitor

WEDNESDAY = datetime(2027, 3, 3, 12, tzinfo=UTC)


def of_member(letter_id: UUID, member: Member) -> str:
    return path_of(letter_id, "organisations", str(member.organisation_id))


def happened(page: Page) -> list[str]:
    """The timeline, line by line, without its times."""
    section = page.tree.find(".//section[@id='timeline']")
    assert section is not None
    return ["".join(line.itertext()).split(" – ", 1)[1].strip() for line in section.iter("li")]


def notes(letter_id: UUID) -> list[PrivateNote]:
    db.session.rollback()
    return list(db.session.scalars(select(PrivateNote).where(PrivateNote.letter_id == letter_id)))


# -- what happened ------------------------------------------------------------------------------------------------


def test_everything_that_happened_stands_in_one_list_the_latest_first(
    nadia: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = an_open_letter(cast)
    later = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    nadia.sign_in(cast.coordinator)
    builders.said(letter_id, cast.small_member, "Say by when.")
    builders.signed(letter_id, cast.small_member)
    lines = happened(nadia.get(of_member(letter_id, cast.small_member)))
    name = "\u2068Kalina Ivanova\u2069"
    new, old = lines[:-2], lines[-2:]
    assert {f"{name} signed version 1", f"{name} answered", f"{name} commented on the text"} <= set(new)
    assert set(old) == {f"A mail to {name} was sent off", f"{name} was put on the list"}


def test_a_sentence_says_where_it_stands(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    assert "It signed version 1, by name." in nadia.get(of_member(letter_id, cast.small_member)).words
    page = nadia.get(of_member(letter_id, cast.arabic_member))
    assert "There is no answer yet, and that says nothing." in page.words
    draft_id = builders.a_draft(cast)
    circulate.invite(draft_id, [cast.small_member.contact_id], by=cast.coordinator)
    assert "was not written to yet" in nadia.get(of_member(draft_id, cast.small_member)).words


def test_a_day_that_they_named_is_told_and_nobody_is_nudged_before(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    invitation = db.session.get_one(Invitation, invitation_of(letter_id, cast.small_member).id)
    invitation.expected_on = (clock.now() + timedelta(days=3)).date()
    db.session.commit()
    page = nadia.get(of_member(letter_id, cast.small_member))
    assert "It needs until" in page.words
    assert not any(form.ends_with("/nudge") for form in page.forms)
    board = nadia.get(path_of(letter_id))
    assert "1 deciding" in board.words
    assert "Expected by" in board.follow("1 deciding").words
    assert "3 no answer" in board.words


def test_how_to_reach_them_and_what_time_it_is_there(
    nadia: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = an_open_letter(cast)
    entry = ContactEntry(
        address=cast.small_member.address, name="Kalina Ivanova", language="en", zone="Europe/Sofia",
        telephone="+359 2 123", other_channel="Signal: @kalina",
    )  # fmt: skip
    directory.edit_contact(cast.small_member.contact_id, entry, by=cast.coordinator)
    monkeypatch.setattr(clock, "now", lambda: WEDNESDAY)
    nadia.sign_in(cast.coordinator)
    page = nadia.get(of_member(letter_id, cast.small_member))
    assert page.links()["+359 2 123"] == "tel:+3592123"
    for words in ("Signal: @kalina", "Wednesday 14:00", "now, until Wednesday 17:00 there"):
        assert words in page.words


def test_what_is_passed_on_or_waits_for_a_colleague_stands_on_the_board_in_words(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    builders.passed_on(letter_id, cast.small_member, "boryana@pressclub.example", hands_over=True)
    builders.prepared(letter_id, cast.arabic_member, "head@amman.example")
    board = nadia.get(path_of(letter_id))
    assert "2 deciding" in board.words
    deciding = board.follow("2 deciding").words
    assert "Passed on to a colleague" in deciding
    assert "A colleague has to approve" in deciding
    assert "Northern Lights" not in deciding
    page = nadia.get(of_member(letter_id, cast.small_member))
    assert "\u2068Kalina Ivanova\u2069 passed it on to \u2068Boryana Dimitrova\u2069" in happened(page)
    assert "It was passed on to a colleague. There is no answer yet." in page.words
    page = nadia.get(of_member(letter_id, cast.arabic_member))
    assert "nothing is signed until then" in page.words
    assert "\u2068Sami Nasser\u2069 asked \u2068Boryana Dimitrova\u2069 to approve the answer" in happened(page)


# -- what stays closed --------------------------------------------------------------------------------------------


def test_the_timeline_of_a_withheld_answer_tells_nothing_until_the_press(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    page = nadia.get(of_member(letter_id, cast.unnamed_member))
    assert [line for line in happened(page) if "signed" in line or "answered" in line] == []
    opened = happened(page.form("/answer").submit())
    assert "\u2068Daria\u2069 signed version 1" in opened


def test_a_withheld_signature_that_was_withdrawn_is_not_told_either(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.withdrawn(letter_id, cast.unnamed_member)
    lines = happened(nadia.get(of_member(letter_id, cast.unnamed_member)))
    assert [line for line in lines if "signed" in line] == []


def test_what_a_colleague_approved_follows_the_same_press(nadia: Visitor, cast: Cast) -> None:
    from coalition.models.approval import Approval  # noqa: PLC0415 -- arranged by hand for this alone

    letter_id = an_open_letter(cast, cast.unnamed_member)
    invitation = invitation_of(letter_id, cast.unnamed_member)
    row = Approval(
        asked_from_id=invitation.id,
        approver_id=invitation.id,
        version_id=invitation.letter.version.id,
        asked_at=clock.now(),
        decided_at=clock.now(),
    )
    row.decision = "approved"
    db.session.add(row)
    db.session.commit()
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    page = nadia.get(of_member(letter_id, cast.unnamed_member))
    assert any("to approve the answer" in line for line in happened(page))
    assert not any("approved the answer" in line for line in happened(page))
    assert any("approved the answer" in line for line in happened(page.form("/answer").submit()))


# -- notes of the team --------------------------------------------------------------------------------------------


def test_a_note_is_kept_shown_to_coordinators_and_taken_away_by_its_writer(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    form = nadia.get(of_member(letter_id, cast.small_member)).form("/notes")
    page = form.fill(note="Their board meets on Friday.").submit()
    assert "The note is kept." in page.words
    assert "Their board meets on Friday." in page.words
    assert "\u2068Nadia Rahimi\u2069 wrote a note" in happened(page)
    page = page.form("/remove").submit()
    assert "It is taken away." in page.words
    assert "Friday" not in page.words
    assert notes(letter_id) == []


def test_a_note_without_words_is_asked_for_again(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    page = nadia.get(of_member(letter_id, cast.small_member)).form("/notes").fill(note="  ").submit()
    assert (page.status, page.errors) == (422, ["Write the note."])
    long = "x" * 5000
    page = nadia.get(of_member(letter_id, cast.small_member)).form("/notes").fill(note=long).submit()
    assert page.status == 422
    assert long in page.text  # nothing typed is lost
    with pytest.raises(NothingNoted):
        jot.note(letter_id, cast.small_member.organisation_id, " ", by=cast.coordinator, form=uuid4())


def test_a_note_sent_twice_is_one_note(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    form = nadia.get(of_member(letter_id, cast.small_member)).form("/notes").fill(note="Once.")
    form.submit()
    form.submit()
    assert len(notes(letter_id)) == 1


def test_nobody_takes_the_note_of_a_colleague_away(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    jot.note(letter_id, cast.small_member.organisation_id, "Mine.", by=cast.coordinator, form=uuid4())
    other = a_colleague(cast, "coordinator", name="Lea Roth")
    builders.joined(cast, letter_id, other)
    colleague = db.session.get_one(type(cast.coordinator), other)
    with pytest.raises(NotYours):
        jot.take_note_away(notes(letter_id)[0].id, by=colleague)
    nadia.sign_in(colleague)
    page = nadia.get(of_member(letter_id, cast.small_member))
    assert "Mine." in page.words
    assert not any(form.ends_with("/remove") for form in page.forms)


def test_notes_rest_sealed_and_are_for_the_coordinators_of_the_letter(
    cast: Cast, omar: Visitor, visitors: Callable[..., Visitor]
) -> None:
    letter_id = an_open_letter(cast)
    jot.note(letter_id, cast.small_member.organisation_id, "A secret.", by=cast.coordinator, form=uuid4())
    row = notes(letter_id)[0]
    assert row._words is not None
    assert b"secret" not in row._words
    path = of_member(letter_id, cast.small_member)
    assert omar.get(path).status == 404
    observer = visitors()
    observer.sign_in(db.session.get_one(type(cast.coordinator), an_observer(cast, letter_id)))
    assert observer.get(path).status == 403
    with pytest.raises(NotCoordinator):
        jot.note(letter_id, cast.small_member.organisation_id, "No.", by=cast.other_coordinator, form=uuid4())


def test_a_note_of_another_letter_is_as_one_that_is_not_there(nadia: Visitor, cast: Cast) -> None:
    ours, theirs = an_open_letter(cast), an_open_letter(cast, title="Another")
    jot.note(theirs, cast.small_member.organisation_id, "Theirs.", by=cast.coordinator, form=uuid4())
    token = nadia.get("/desk").form("/sign-out").fields["csrf_token"][0]
    path = of_member(ours, cast.small_member)
    answers = [
        nadia.post(f"{path}/notes/{one}/remove", {"csrf_token": token}) for one in (notes(theirs)[0].id, uuid4())
    ]
    assert [one.status for one in answers] == [404, 404]
    assert answers[0].words == answers[1].words
    assert len(notes(theirs)) == 1


def test_no_file_for_others_holds_a_note(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    jot.note(letter_id, cast.small_member.organisation_id, "Canary note.", by=cast.coordinator, form=uuid4())
    jot.log_calls(
        letter_id,
        {cast.small_member.organisation_id: Call("reached", "Canary call.")},
        by=cast.coordinator,
        form=uuid4(),
    )
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    slug = a_letter(letter_id).slug
    paths = [path_of(letter_id, "letter-file"), path_of(letter_id, "log"), f"/letters/{slug}", f"/letters/{slug}.json"]
    for path in paths:
        assert "Canary" not in nadia.get(path).text, path


# -- words to one recipient ---------------------------------------------------------------------------------------


def test_words_to_one_recipient_stand_in_their_mail_alone(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.a_draft(cast)
    both = [cast.small_member.contact_id, cast.arabic_member.contact_id]
    circulate.invite(letter_id, both, by=cast.coordinator)
    invitation = invitation_of(letter_id, cast.small_member)
    form = nadia.get(of_member(letter_id, cast.small_member)).form(f"note-{invitation.id.hex}")
    page = form.fill({f"note-{invitation.id.hex}": "As we said on Monday."}).submit()
    assert "The words to this recipient are saved." in page.words
    assert "As we said on Monday." in page.follow("See the mail").words
    other = invitation_of(letter_id, cast.arabic_member)
    assert "Monday" not in nadia.get(f"{path_of(letter_id, 'mail')}?to={other.id.hex}").words


def test_words_to_one_recipient_go_with_the_mail_as_they_were_when_it_was_sent(cast: Cast) -> None:
    letter_id = builders.a_draft(cast)
    both = [cast.small_member.contact_id, cast.unnamed_member.contact_id]
    circulate.invite(letter_id, both, by=cast.coordinator)
    for member in (cast.small_member, cast.unnamed_member):
        jot.note_to_recipient(invitation_of(letter_id, member).id, "As we said on Monday.", by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=2)
    jot.note_to_recipient(invitation_of(letter_id, cast.small_member).id, "Changed since.", by=cast.coordinator)
    circulate.nudge(letter_id, [invitation_of(letter_id, cast.small_member).id], by=cast.coordinator)
    rows = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id)).all()
    mails = {(row.context["kind"], row.recipient[8:]): letters.make(db.session(), row).text for row in rows}
    kalina, daria = cast.small_member.contact_id.hex, cast.unnamed_member.contact_id.hex
    before = mails["invitation", kalina].split("whether")[0]
    assert "Nadia Rahimi writes to you:\n\n> As we said on Monday." in before
    assert "> Changed since." in mails["nudge", kalina]
    assert "Monday" not in mails["invitation", daria]


def test_the_list_of_people_leads_to_the_words(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.a_draft(cast)
    circulate.invite(letter_id, [cast.small_member.contact_id, cast.unnamed_member.contact_id], by=cast.coordinator)
    jot.note_to_recipient(invitation_of(letter_id, cast.small_member).id, "As we said.", by=cast.coordinator)
    people = nadia.get(path_of(letter_id, "people"))
    assert "As we said." in people.follow("Words to this person: written").text
    assert "Words to this person – Daria" not in people.words


def test_there_is_no_place_for_words_in_safe_mail(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    page = nadia.get(of_member(letter_id, cast.unnamed_member))
    assert invitation_of(letter_id, cast.unnamed_member).contact.safe_mail
    assert not any(form.ends_with("/note") for form in page.forms)
    assert "no words of yours can stand in them" in page.words


def test_words_that_are_too_long_come_back_as_typed(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    field = f"note-{invitation_of(letter_id, cast.small_member).id.hex}"
    page = nadia.get(of_member(letter_id, cast.small_member)).form(field).fill({field: "y" * 1001}).submit()
    assert page.status == 422
    assert "y" * 1001 in page.text
