"""Closing: by hand and by itself, once each, and those who signed are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from coalition.actions import close
from coalition.database import db
from coalition.emails import letters
from coalition.models.letter import IllegalMove
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import RecordEntry
from tests import builders, persons
from tests.builders import a_draft, a_letter, an_open_letter
from tests.cast import Cast


def test_a_letter_closes_by_itself_once_the_grace_has_passed(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    deadline = a_letter(letter_id).deadline_at
    assert deadline is not None
    with time_machine.travel(deadline + timedelta(minutes=14), tick=False):
        assert close.close_due() == []
    with time_machine.travel(deadline + timedelta(minutes=16), tick=False):
        assert close.close_due() == [letter_id]
        assert close.close_due() == []
    assert a_letter(letter_id).stage == "closed"
    entries = db.session.scalars(select(RecordEntry).where(RecordEntry.verb == "closed")).all()
    assert [entry.detail["how"] for entry in entries] == ["deadline"]


def test_a_letter_without_a_deadline_stays_open(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    letter = a_letter(letter_id)
    letter.deadline_at = None
    db.session.commit()
    with time_machine.travel("2040-01-01T00:00:00Z", tick=False):
        assert close.close_due() == []


def test_those_who_signed_are_told_and_nobody_else(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.declined(letter_id, cast.arabic_member)
    close.close(letter_id, by=cast.coordinator)
    rows = db.session.scalars(select(OutgoingEmail)).all()
    told = [row.addressed_to for row in rows if row.context["kind"] == "closed"]
    assert told == [("contact", cast.small_member.contact_id)]


def test_a_closed_letter_cannot_be_closed_again(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    close.close(letter_id, by=cast.coordinator)
    with pytest.raises(IllegalMove):
        close.close(letter_id, by=cast.coordinator)


def test_a_draft_that_nobody_signs_can_be_closed_to_publish_it(cast: Cast) -> None:
    letter_id = a_draft(cast)
    close.close(letter_id, by=cast.coordinator)
    assert a_letter(letter_id).stage == "closed"


def test_persons_who_signed_for_themselves_are_told_too(cast: Cast) -> None:
    letter_id = persons.with_individuals(cast, an_open_letter(cast))
    persons.signed(cast, letter_id)
    close.close(letter_id, by=cast.coordinator)
    rows = db.session.scalars(select(OutgoingEmail)).all()
    [told] = [row for row in rows if row.context_or_empty.get("news") == "closed"]
    mail = letters.make(db.session(), told)
    assert "Signing has closed, you have signed" in mail.subject
    assert "Printed as: Ana Brkić" in mail.text.replace("\u2068", "").replace("\u2069", "")
