"""The deadline for a calendar: along with the mails that ask, and at the door; never under safe mail."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition.actions import circulate, close, mute
from coalition.database import db, transaction
from coalition.emails import letters
from coalition.emails.case import NoLongerDue
from coalition.models.contact import Contact
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders
from tests.calendars import read_calendar

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.cast import Cast, Member
    from tests.visitor import Visitor


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """An open letter to all three members."""
    return builders.an_open_letter(cast)


def rows_of(kind: str, member: Member) -> list[OutgoingEmail]:
    """The mails of a kind to a member, the oldest first."""
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.date, OutgoingEmail.id))
    about = {"kind": kind, "recipient": f"contact:{member.contact_id.hex}"}
    return [row for row in rows if about.items() <= row.context_or_empty.items()]


def calendar_in(row: OutgoingEmail) -> dict[str, str] | None:
    """The calendar file in a mail, as a strict program reads it; None where there is none."""
    with transaction() as session:
        mail = message_from_bytes(letters.make(session, row).content, policy=policy.default)
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            file = part.get_payload(decode=True)
            assert isinstance(file, bytes)
            read = read_calendar(file)
            assert (part.get_param("method"), part.get_content_charset()) == (read["METHOD"], "utf-8")
            return read
    return None


def later(letter_id: UUID, cast: Cast, *, days: int = 2) -> None:
    """The deadline moves."""
    deadline = builders.a_letter(letter_id).deadline_at
    assert deadline
    circulate.extend(letter_id, deadline_at=deadline + timedelta(days=days), by=cast.coordinator)


def test_the_file_of_a_moved_deadline_takes_the_place_of_the_first(letter_id: UUID, cast: Cast) -> None:
    first = calendar_in(rows_of("invitation", cast.arabic_member)[0])
    later(letter_id, cast)
    second = calendar_in(rows_of("extended", cast.arabic_member)[0])
    circulate.cancel(letter_id, by=cast.coordinator)
    last = calendar_in(rows_of("cancelled", cast.arabic_member)[0])
    assert first
    assert second
    assert last
    assert first["UID"] == second["UID"] == last["UID"]
    assert int(first["SEQUENCE"]) < int(second["SEQUENCE"]) < int(last["SEQUENCE"])
    assert [one["METHOD"] for one in (first, second, last)] == ["PUBLISH", "PUBLISH", "CANCEL"]
    deadline = builders.a_letter(letter_id).deadline_at
    assert deadline
    assert second["DTSTART"] == last["DTSTART"] == f"{deadline:%Y%m%dT%H%M%SZ}" != first["DTSTART"]
    assert "Europe/Sofia" in first["DESCRIPTION"]


def test_only_those_who_have_not_answered_are_told_once_of_the_last_deadline(letter_id: UUID, cast: Cast) -> None:
    builders.signed(letter_id, cast.small_member)
    muted = builders.invitation_of(letter_id, cast.unnamed_member)
    mute.mute(muted.id, wholly=False, shown=builders.shown_to(muted))
    later(letter_id, cast)
    later(letter_id, cast)
    assert not rows_of("extended", cast.small_member)
    assert not rows_of("extended", cast.unnamed_member)
    outdated, newest = sorted(rows_of("extended", cast.arabic_member), key=lambda row: row.context["sequence"])
    with pytest.raises(NoLongerDue, match="moved again"):
        calendar_in(outdated)
    assert calendar_in(newest)
    builders.declined(letter_id, cast.arabic_member)
    with pytest.raises(NoLongerDue, match="answered"):
        calendar_in(rows_of("extended", cast.arabic_member)[1])


def test_a_letter_closed_and_opened_again_tells_the_same_deadline_anew(letter_id: UUID, cast: Cast) -> None:
    deadline = builders.a_letter(letter_id).deadline_at
    assert deadline
    close.close(letter_id, by=cast.coordinator)
    circulate.extend(letter_id, deadline_at=deadline, by=cast.coordinator)
    close.close(letter_id, by=cast.coordinator)
    circulate.extend(letter_id, deadline_at=deadline, by=cast.coordinator)
    assert len(rows_of("extended", cast.arabic_member)) == 2


def test_the_page_of_the_letter_offers_the_file(letter_id: UUID, visitor: Visitor, cast: Cast) -> None:
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    file = page.follow("Put it into your calendar")
    assert file.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert file.headers["Content-Disposition"] == 'attachment; filename="deadline.ics"'
    read, mailed = read_calendar(file.content), calendar_in(rows_of("invitation", cast.small_member)[0])
    assert mailed
    assert (read["UID"], read["SEQUENCE"], read["DTSTART"]) == (mailed["UID"], mailed["SEQUENCE"], mailed["DTSTART"])
    later(letter_id, cast)
    assert int(read_calendar(page.follow("Put it into your calendar").content)["SEQUENCE"]) > int(read["SEQUENCE"])


def test_under_safe_mail_there_is_no_calendar_file(
    letter_id: UUID, visitors: Callable[..., Visitor], cast: Cast
) -> None:
    with transaction() as session:
        session.get_one(Contact, cast.small_member.contact_id).safe_mail = True
    later(letter_id, cast)
    page = visitors().get(builders.link_path(letter_id, cast.small_member))
    assert "calendar" not in page.words
    assert page.visitor.get(f"{page.path}/deadline.ics").status == 404
    circulate.cancel(letter_id, by=cast.coordinator)
    for kind in ("invitation", "cancelled"):
        assert calendar_in(rows_of(kind, cast.small_member)[0]) is None
