"""Circulating: what the press is bound to, who is asked again, which links die, and what cannot be taken back."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, select

from coalition import clock
from coalition.actions import answer, circulate, close, directory, draft
from coalition.actions.acts import Shown
from coalition.actions.answer import SigningForm
from coalition.actions.circulate import (
    DeadlineNotLater,
    NotCoordinator,
    NotSentYet,
    NumberChanged,
    TextIsEmpty,
)
from coalition.actions.draft import DeadlineInThePast
from coalition.database import db
from coalition.emails import letters
from coalition.models.invitation import Invitation
from coalition.models.letter import NotOpenForSigning
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import RecordEntry
from tests import builders
from tests.builders import a_draft, a_letter, an_open_letter, invitation_of
from tests.cast import Cast


def kinds_to(letter_id: UUID) -> list[str]:
    """The kinds of mail that were queued about a letter, in order."""
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id))
    return [row.context["kind"] for row in sorted(rows, key=lambda row: row.date)]


def seal_of(letter_id: UUID) -> str:
    return circulate.sending(db.session(), a_letter(letter_id)).seal


def ready(cast: Cast) -> UUID:
    """A draft with one contact on its list."""
    letter_id = a_draft(cast)
    circulate.invite(letter_id, [cast.small_member.contact_id], by=cast.coordinator)
    return letter_id


def test_the_press_is_bound_to_the_people_that_were_shown(cast: Cast) -> None:
    letter_id = ready(cast)
    seal = seal_of(letter_id)
    invitation_id = invitation_of(letter_id, cast.small_member).id
    circulate.take_off(letter_id, [invitation_id], by=cast.coordinator)
    circulate.invite(letter_id, [cast.arabic_member.contact_id], by=cast.coordinator)
    with pytest.raises(NumberChanged):
        circulate.send(letter_id, by=cast.coordinator, number=1, seal=seal)
    assert a_letter(letter_id).stage == "draft"


def test_the_press_is_bound_to_the_text_that_was_shown(cast: Cast) -> None:
    letter_id = ready(cast)
    seal = seal_of(letter_id)
    draft.save_text(letter_id, "en", {"body": "Other words."}, by=cast.coordinator)
    with pytest.raises(NumberChanged):
        circulate.send(letter_id, by=cast.coordinator, number=1, seal=seal)
    assert circulate.send(letter_id, by=cast.coordinator, number=1, seal=seal_of(letter_id)) == 1


def questions_of_sending(letter_id: UUID, cast: Cast) -> int:
    """How often the database is asked or told something while a letter is sent."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    number = len(db.session.scalars(circulate.unsent(letter_id)).all())
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        circulate.send(letter_id, by=cast.coordinator, number=number)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(asked)


def test_sending_to_more_asks_and_tells_the_database_no_more_often(cast: Cast) -> None:
    to_one, to_all = ready(cast), ready(cast)
    others = [cast.arabic_member.contact_id, cast.unnamed_member.contact_id]
    circulate.invite(to_all, others, by=cast.coordinator)
    assert questions_of_sending(to_all, cast) == questions_of_sending(to_one, cast) > 0


def test_a_language_added_later_is_shown_by_a_press_and_not_before(cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member)
    draft.add_language(letter_id, "ar", by=cast.coordinator)
    with pytest.raises(TextIsEmpty):
        circulate.show_text(letter_id, "ar", by=cast.coordinator)
    draft.save_text(letter_id, "ar", {"body": "نص"}, by=cast.coordinator)
    circulate.invite(letter_id, [cast.arabic_member.contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    assert a_letter(letter_id).text("ar").language == "en"
    circulate.show_text(letter_id, "ar", by=cast.coordinator)
    assert a_letter(letter_id).text("ar").language == "ar"
    assert a_letter(letter_id).version.text("ar").fingerprint


def test_whoever_has_answered_by_any_colleague_is_not_nudged(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    circulate.invite(letter_id, [cast.colleague_contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    builders.signed(letter_id, cast.small_member)
    everybody = list(db.session.scalars(select(Invitation.id)))
    assert circulate.nudge(letter_id, everybody, by=cast.coordinator) == 2
    assert circulate.nudge(letter_id, everybody, by=cast.coordinator) == 0


def test_a_lead_that_signed_at_the_desk_is_not_asked_again(cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member)
    text = a_letter(letter_id).version.text("en")
    form = SigningForm(
        key=secrets.token_hex(16),
        shown=Shown(fingerprint=text.fingerprint, version=1, language="en", opened_at=clock.now()),
        person="Nadia",
        role="Coordinator",
        printed_names={"und": "Free Voices Network"},
        is_withheld=False,
    )
    answer.sign_at_desk(letter_id, form, by=cast.coordinator)
    assert circulate.settled_organisations(db.session(), letter_id) == set()
    builders.signed(letter_id, cast.small_member)
    assert circulate.settled_organisations(db.session(), letter_id) == {cast.small_member.organisation_id}


def test_a_deadline_moves_to_a_later_instant_only_and_those_who_wait_are_told(cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member, cast.arabic_member)
    builders.signed(letter_id, cast.small_member)
    deadline = a_letter(letter_id).deadline_at
    assert deadline is not None
    with pytest.raises(DeadlineNotLater):
        circulate.extend(letter_id, deadline_at=deadline - timedelta(hours=1), by=cast.coordinator)
    with pytest.raises(DeadlineInThePast):
        circulate.extend(letter_id, deadline_at=clock.now(), by=cast.coordinator)
    circulate.extend(letter_id, deadline_at=deadline + timedelta(days=1), by=cast.coordinator)
    assert kinds_to(letter_id).count("extended") == 1


def test_a_closed_letter_opens_again_also_when_it_is_published(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    circulate.extend(letter_id, deadline_at=clock.now() + timedelta(days=30), by=cast.coordinator)
    assert a_letter(letter_id).stage == "open"


def test_a_draft_has_no_deadline_to_extend(cast: Cast) -> None:
    letter_id = a_draft(cast)
    with pytest.raises(NotOpenForSigning):
        circulate.extend(letter_id, deadline_at=clock.now() + timedelta(days=30), by=cast.coordinator)


def test_an_invitation_that_was_not_sent_has_no_link_to_replace(cast: Cast) -> None:
    letter_id = ready(cast)
    with pytest.raises(NotSentYet):
        circulate.replace_link(invitation_of(letter_id, cast.small_member).id, by=cast.coordinator)


def test_correcting_an_address_before_sending_sends_nothing(cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.arabic_member)
    circulate.invite(letter_id, [cast.small_member.contact_id], by=cast.coordinator)
    before = kinds_to(letter_id)
    invitation_id = invitation_of(letter_id, cast.small_member).id
    circulate.correct_address(invitation_id, "new@pressclub.example", by=cast.coordinator)
    assert kinds_to(letter_id) == before


def test_looking_at_withheld_names_is_noted_and_only_for_coordinators(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    with pytest.raises(NotCoordinator):
        circulate.show_withheld(letter_id, by=cast.other_coordinator)
    circulate.show_withheld(letter_id, by=cast.coordinator)
    last = db.session.scalars(
        select(RecordEntry).where(RecordEntry.chain == letter_id.hex).order_by(RecordEntry.number.desc()).limit(1)
    ).one()
    assert (last.verb, last.actor_id) == ("withheld names shown", cast.coordinator_id.hex)


def test_a_test_speaks_the_language_that_was_asked_for_and_its_link_opens_nothing(cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    circulate.send_test(letter_id, "fr", by=cast.coordinator)
    row = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id)).one()
    mail = letters.make(db.session(), row)
    assert "Free the reporters (fr)" in mail.text
    assert "http://letters.test/i/test" in mail.text
    assert mail.recipient == "nadia@freevoices.example"


def test_a_mail_that_is_only_looked_at_has_no_link_and_writes_nothing(cast: Cast) -> None:
    letter_id = ready(cast)
    invitation = invitation_of(letter_id, cast.small_member)
    mail = letters.preview(db.session(), invitation, now=clock.now())
    assert "/i/" not in mail.text + mail.html
    assert "Kalina" in mail.text
    assert not db.session.new
    assert kinds_to(letter_id) == []


def test_a_letter_is_closed_and_opened_again_until_the_same_moment_as_often_as_one_likes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    until = clock.now() + timedelta(days=20)
    for seconds in range(3):
        moment = clock.now() + timedelta(milliseconds=10 * (seconds + 1))
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        close.close(letter_id, by=cast.coordinator)
        circulate.extend(letter_id, deadline_at=until, by=cast.coordinator)
    assert a_letter(letter_id).stage == "open"


def test_who_asked_meanwhile_not_to_be_asked_is_neither_written_to_nor_nudged(cast: Cast) -> None:
    letter_id = a_draft(cast)
    both = [cast.small_member, cast.arabic_member]
    circulate.invite(letter_id, [one.contact_id for one in both], by=cast.coordinator)
    wish = directory.OrganisationEntry(names={}, do_not_ask=True)
    directory.edit_organisation(cast.arabic_member.organisation_id, wish, by=cast.coordinator)
    assert circulate.send(letter_id, by=cast.coordinator, number=1) == 1
    assert invitation_of(letter_id, cast.arabic_member).queued_at is None
    directory.edit_organisation(cast.small_member.organisation_id, wish, by=cast.coordinator)
    assert not circulate.may_be_nudged(invitation_of(letter_id, cast.small_member), now=clock.now())
