"""Who is told of a note, and who is not."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import annotate
from coalition.actions.annotate import NoteEntry, NoteGone
from coalition.actions.ask_outcome import ask_outcomes
from coalition.database import db
from coalition.emails import letters
from coalition.emails.case import NoLongerDue
from coalition.models.outgoing_email import OutgoingEmail
from coalition.rendering import bodies
from tests import builders
from tests.cast import Cast


def published_note(cast: Cast, letter_id: UUID, *, tells: bool = True) -> UUID:
    note_id = uuid4()
    entry = NoteEntry("outcome", date(2027, 3, 1), {"en": "They were freed."}, tells_signers=tells)
    annotate.write_note(letter_id, note_id, entry, by=cast.coordinator)
    annotate.publish_note(letter_id, note_id, by=cast.coordinator)
    return note_id


def told() -> list[OutgoingEmail]:
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingEmail)).all()
    return [row for row in rows if row.context_or_empty.get("kind") == "update"]


def test_those_who_signed_are_told_once_and_nobody_else(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.declined(letter_id, cast.arabic_member)
    builders.published(cast, letter_id)
    note_id = published_note(cast, letter_id)
    with pytest.raises(NoteGone):
        annotate.publish_note(letter_id, note_id, by=cast.coordinator)
    mails = {mail.recipient: mail for mail in (letters.make(db.session(), row) for row in told())}
    assert set(mails) == {cast.small_member.address, cast.unnamed_member.address}
    assert "They were freed." in mails[cast.small_member.address].text
    neutral = mails[cast.unnamed_member.address]
    assert "freed" not in neutral.text + neutral.html + neutral.subject


def test_a_note_taken_back_is_not_mailed_any_more(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    annotate.take_back_note(letter_id, published_note(cast, letter_id), by=cast.coordinator)
    with pytest.raises(NoLongerDue):
        letters.make(db.session(), told()[0])


def test_without_the_wish_and_before_publication_nobody_is_told(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    published_note(cast, letter_id)
    builders.published(cast, letter_id)
    published_note(cast, letter_id, tells=False)
    assert told() == []


def test_what_a_word_processor_left_in_a_note_breaks_no_feed(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    entry = NoteEntry("update", date(2027, 3, 1), {"en": "They\x0bwere\x02 freed."})
    note_id = uuid4()
    annotate.write_note(letter_id, note_id, entry, by=cast.coordinator)
    annotate.publish_note(letter_id, note_id, by=cast.coordinator)
    feed = next(answer for answer in bodies.answers(db.session()) if answer.path == "/feed.atom").make()
    assert "freed." in "".join(ET.fromstring(feed).itertext())  # noqa: S314 -- our own feed


def test_while_the_release_can_be_undone_nobody_is_told(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id, is_announced=False)
    published_note(cast, letter_id)
    assert told() == []


def asked() -> list[OutgoingEmail]:
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingEmail)).all()
    return [row for row in rows if row.context_or_empty.get("kind") == "what_came_of_it"]


def test_half_a_year_after_publication_the_coordinators_are_asked_once_what_came_of_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    published_at = clock.now()
    assert ask_outcomes() == 0
    monkeypatch.setattr(clock, "now", lambda: published_at + timedelta(days=183))
    assert [ask_outcomes(), ask_outcomes()] == [1, 0]
    mail = letters.make(db.session(), asked()[0])
    assert mail.recipient == cast.coordinator.email
    assert f"/desk/letters/{letter_id}/notes" in mail.text
    published_note(cast, letter_id)
    with pytest.raises(NoLongerDue):
        letters.make(db.session(), asked()[0])


def test_where_it_was_said_or_is_long_past_nobody_is_asked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    said, old = builders.an_open_letter(cast), builders.an_open_letter(cast, title="Another")
    for letter_id in (said, old):
        builders.signed(letter_id, cast.small_member)
        builders.published(cast, letter_id)
    published_note(cast, said)
    published_at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: published_at + timedelta(days=366))
    assert ask_outcomes() == 0
    monkeypatch.setattr(clock, "now", lambda: published_at + timedelta(days=300))
    assert ask_outcomes() == 1
    assert {row.letter_id for row in asked()} == {old}
