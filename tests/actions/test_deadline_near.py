"""A day before the deadline: each coordinator gets what is open, in numbers, once for each deadline."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import select

from coalition import clock
from coalition.actions import circulate, close
from coalition.actions.deadline_near import tell_of_deadlines
from coalition.database import db
from coalition.emails import letters
from coalition.emails.case import NoLongerDue
from coalition.models.invitation import Invitation
from coalition.models.outgoing_email import OutgoingEmail
from tests.builders import a_letter, an_open_letter, declined, invitation_of, joined, replied, said, signed

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast


def deadline(letter_id: UUID) -> datetime:
    db.session.rollback()
    found = a_letter(letter_id).deadline_at
    assert found is not None
    return found


def mails() -> list[OutgoingEmail]:
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.date, OutgoingEmail.id))
    return [row for row in rows if row.context_or_empty.get("kind") == "deadline_near"]


def test_each_coordinator_is_told_a_day_before_and_no_more_than_once(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    joined(cast, letter_id, cast.other_coordinator_id)
    ends = deadline(letter_id)
    with time_machine.travel(ends - timedelta(hours=24, minutes=1), tick=False):
        assert tell_of_deadlines() == 0
    with time_machine.travel(ends - timedelta(hours=24), tick=False):
        assert tell_of_deadlines() == 2
        assert tell_of_deadlines() == 0
    with time_machine.travel(ends - timedelta(hours=25), tick=False):
        assert tell_of_deadlines() == 0, "The clock went back."
    assert {row.recipient for row in mails()} == {
        f"account:{cast.coordinator_id.hex}", f"account:{cast.other_coordinator_id.hex}",
    }  # fmt: skip


def test_numbers_and_one_link_tell_what_is_open_and_name_nobody(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    signed(letter_id, cast.small_member)
    signed(letter_id, cast.unnamed_member, is_withheld=True)
    said(letter_id, cast.arabic_member, "What of article 2?")
    replied(letter_id, cast.arabic_member)
    invitation = db.session.get_one(Invitation, invitation_of(letter_id, cast.arabic_member).id)
    invitation.bounced_at = clock.now()
    db.session.commit()
    with time_machine.travel(deadline(letter_id) - timedelta(hours=20), tick=False):
        tell_of_deadlines()
        mail = letters.make(db.session(), mails()[0])
    for words in (
        "2 organisations have signed", "1 organisation has not answered", "1 address does not work",
        "1 comment to answer", "1 reply by mail to deal with",
    ):  # fmt: skip
        assert words in mail.text
    assert mail.text.count("https://") + mail.text.count("http://") == 1
    for member in (cast.small_member, cast.unnamed_member, cast.arabic_member):
        assert member.name not in f"{mail.subject}{mail.text}{mail.html}"


@pytest.mark.only_on("sqlite")
def test_who_declined_is_a_number_in_no_line(cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member, cast.arabic_member)
    declined(letter_id, cast.small_member)
    with time_machine.travel(deadline(letter_id) - timedelta(hours=2), tick=False):
        tell_of_deadlines()
        text = letters.make(db.session(), mails()[0]).text
    assert "declin" not in text
    assert "1 organisation has not answered" in text


def test_a_deadline_that_moved_is_told_again_and_the_mail_of_the_old_one_is_not_sent(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    ends = deadline(letter_id)
    with time_machine.travel(ends - timedelta(hours=3), tick=False):
        tell_of_deadlines()
        circulate.extend(letter_id, deadline_at=ends + timedelta(days=3), by=cast.coordinator)
        assert tell_of_deadlines() == 0
        with pytest.raises(NoLongerDue):
            letters.make(db.session(), mails()[0])
    with time_machine.travel(ends + timedelta(days=2, hours=1), tick=False):
        assert tell_of_deadlines() == 1
    assert len({row.occasion for row in mails()}) == 2


@pytest.mark.only_on("sqlite")
def test_a_deadline_less_than_a_day_away_is_told_at_once_and_a_past_one_never(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    with time_machine.travel(deadline(letter_id) - timedelta(minutes=20), tick=False):
        assert tell_of_deadlines() == 1
    other_id = an_open_letter(cast, title="Another letter")
    with time_machine.travel(deadline(other_id) + timedelta(days=400), tick=False):
        assert tell_of_deadlines() == 0
    close.close(other_id, by=cast.coordinator)
    with time_machine.travel(deadline(other_id) - timedelta(hours=5), tick=False):
        assert tell_of_deadlines() == 0
