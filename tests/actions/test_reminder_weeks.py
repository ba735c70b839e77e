"""A letter lived through: sixty organisations in five zones and three languages, who got what when.

The clock jumps from tick to tick; what the plan queues is made into mails as the worker would. The whole table stands
in `tests/actions/weeks` (UPDATE_GOLDEN=1 writes it anew; read it like a diary), and its rules are tried beside it.
"""

from __future__ import annotations

import os
import random
import secrets
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select

from coalition.actions import circulate, directory, draft, more_time, remind
from coalition.actions.directory import ContactEntry, OrganisationEntry
from coalition.database import db
from coalition.emails import letters
from coalition.emails.case import NoLongerDue
from coalition.models.contact import Contact
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders
from tests.cast import Member

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast

TABLES = Path(__file__).parent / "weeks"
PLACES: Final = (
    ("FR", "Europe/Paris", "fr", {5, 6}),
    ("JO", "Asia/Amman", "ar", {4, 5}),
    ("PE", "America/Lima", "en", {5, 6}),
    ("JP", "Asia/Tokyo", "en", {5, 6}),
    ("KE", "Africa/Nairobi", "en", {5, 6}),
)
"""Country, zone, language, and the days on which nobody works there, 0 for Monday."""
REST: Final = {zone: rest for _country, zone, _language, rest in PLACES}
EVERY: Final = timedelta(hours=3)
MADE_AFTER: Final = timedelta(minutes=20)
"""So long a mail waits in the queue: who answers meanwhile does not get it."""


@dataclass(slots=True)
class Life:
    """One organisation, and what happens to it."""

    member: Member
    zone: str
    language: str
    acts: str = ""
    """One of signs, declines, names a day; "" for nothing."""
    acts_at: datetime | None = None
    named: date | None = None
    acted_at: datetime | None = None
    got: dict[str, list[tuple[str, datetime]]] = field(default_factory=lambda: defaultdict(list))
    """Address to the kinds of its mails and when they were made."""

    def line(self) -> str:
        """Its line of the table, each moment on the organisation's own clock."""
        zone = ZoneInfo(self.zone)
        act = f"{self.acts} {self.acted_at.astimezone(zone):%a %d %b %H:%M}" if self.acted_at else "silent"
        mails = [
            f"{'first' if address == self.member.address else 'colleague'}: "
            + ", ".join(f"{kind} {at.astimezone(zone):%a %d %b %H:%M}" for kind, at in got)
            for address, got in sorted(self.got.items(), key=lambda one: one[0] != self.member.address)
        ]
        return " | ".join([self.member.name, self.zone, self.language, act, *mails])


def organisations(cast: Cast, number: int, chance: random.Random, sent: datetime, deadline: datetime) -> list[Life]:
    """So many organisations, one in four with a colleague who is not invited; two in three will act."""
    lives = []
    for place in range(number):
        country, zone, language, _rest = PLACES[place % len(PLACES)]
        name = f"Organisation {place + 1:02}"
        people = [ContactEntry(address=f"first@o{place}.example", name="Ana", language=language, zone=zone)]
        if place % 4 == 0:
            people.append(ContactEntry(address=f"second@o{place}.example", name="Bo", language=language, zone=zone))
        made = directory.add_organisation(
            OrganisationEntry(names={"und": name}, country=country, standing="member"), people, by=cast.coordinator
        )
        rows = db.session.scalars(select(Contact).where(Contact.organisation_id == made))
        first = next(one.id for one in rows if one.address == people[0].address)
        life = Life(Member(made, first, name, people[0].address), zone, language)
        if chance.random() < 2 / 3:
            life.acts = chance.choice(("signs", "signs", "declines", "names a day"))
            life.acts_at = sent + (deadline - sent) * chance.random()
        lives.append(life)
    return lives


class Weeks:
    """The life of one letter."""

    def __init__(self, cast: Cast, number: int, *, sent: datetime, deadline: datetime, is_urgent: bool = False) -> None:
        self.sent, self.deadline = sent, deadline
        with time_machine.travel(sent, tick=False):
            self.lives = organisations(cast, number, random.Random(number), sent, deadline)
            self.letter_id = builders.a_draft(cast, languages=("en", "fr", "ar"))
            dates = draft.Dates(deadline_at=deadline, zone="Europe/Paris")
            draft.save_dates(self.letter_id, dates, by=cast.coordinator)
            kept = remind.plan_of(builders.a_letter(self.letter_id))
            plan = remind.Plan(kept.steps, kept.at_most, is_urgent)
            remind.save_plan(self.letter_id, plan, by=cast.coordinator)
            circulate.invite(self.letter_id, [one.member.contact_id for one in self.lives], by=cast.coordinator)
            circulate.send(self.letter_id, by=cast.coordinator, number=number)
        self.made: set[UUID] = set()

    def run(self) -> None:
        """Every three hours, to a day after: a tick, what organisations do, then the mails that are still due."""
        now = self.sent
        while now < self.deadline + timedelta(days=1):
            with time_machine.travel(now, tick=False):
                remind.remind_due()
            for life in self.lives:
                if life.acts_at is not None and life.acted_at is None and life.acts_at <= now + MADE_AFTER:
                    self.act(life)
            with time_machine.travel(now + MADE_AFTER, tick=False):
                self.make()
            now += EVERY

    def act(self, life: Life) -> None:
        """Sign, decline, or name the day three days on."""
        assert life.acts_at is not None
        life.acted_at = life.acts_at
        with time_machine.travel(life.acts_at, tick=False):
            if life.acts == "signs":
                builders.signed(self.letter_id, life.member)
            elif life.acts == "declines":
                builders.declined(self.letter_id, life.member)
            else:
                own = builders.invitation_of(self.letter_id, life.member)
                last = self.deadline.astimezone(ZoneInfo("Europe/Paris")).date()
                life.named = min((life.acts_at + timedelta(days=3)).date(), last)
                shown = builders.shown_to(own)
                more_time.need_until(own.id, life.named, key=secrets.token_hex(16), shown=shown)

    def make(self) -> None:
        """Make what was queued by the plan, as it is at this instant."""
        db.session.rollback()
        by_name = {one.member.name: one for one in self.lives}
        waiting = select(OutgoingEmail).where(OutgoingEmail.state == "queued", OutgoingEmail.date > self.sent)
        for row in db.session.scalars(waiting):
            kind = row.context_or_empty["kind"]
            if kind not in {"reminder", "last_day", "second_contact"} or row.id in self.made:
                continue
            try:
                mail = letters.make(db.session(), row)
            except NoLongerDue:
                row.state = "stopped"
                continue
            self.made.add(row.id)
            contact = db.session.get_one(Contact, row.addressed_to[1]) if row.addressed_to else None
            assert contact is not None
            assert mail.recipient == contact.address
            by_name[contact.organisation.name].got[mail.recipient].append((kind, row.date + MADE_AFTER))
        db.session.commit()

    def table(self) -> str:
        """Everybody, a line each."""
        return "".join(f"{one.line()}\n" for one in self.lives)


def promises_hold(weeks: Weeks, *, is_urgent: bool) -> None:
    """What is promised of every reminder, reckoned without the plan."""
    for life in weeks.lives:
        zone = ZoneInfo(life.zone)
        for got in life.got.values():
            assert len([kind for kind, _at in got if kind != "second_contact"]) <= 3, life.line()
            assert "last_day" not in [kind for kind, _at in got][:-1], life.line()
            assert all(later - earlier >= timedelta(hours=12) for (_, earlier), (_, later) in pairwise(got))
            for kind, at in got:
                local = at.astimezone(zone)
                opens, closes = (time(8), time(21)) if kind == "last_day" else (time(9), time(17, 30))
                assert opens <= local.time() < closes, life.line()
                assert is_urgent or local.weekday() not in REST[life.zone], life.line()
                assert weeks.sent < at < weeks.deadline, life.line()
                if life.acted_at and life.acts != "names a day":
                    assert at < life.acted_at, life.line()
                if life.acted_at and life.named and at > life.acted_at:
                    assert local.date() > life.named, life.line()


def as_reviewed(name: str, table: str) -> None:
    path = TABLES / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(table, "utf-8")
    assert table == path.read_text("utf-8")


@pytest.mark.only_on("sqlite")
def test_a_fortnight(cast: Cast) -> None:
    sent, deadline = datetime(2027, 3, 15, 9, tzinfo=UTC), datetime(2027, 3, 29, 16, tzinfo=UTC)
    """A Monday morning; the evening of the Monday after clocks changed in Paris."""
    weeks = Weeks(cast, 60, sent=sent, deadline=deadline)
    weeks.run()
    promises_hold(weeks, is_urgent=False)
    as_reviewed("fortnight", weeks.table())
    silent = [one for one in weeks.lives if not one.acts]
    assert len(silent) > 15
    got = {(one.zone, *(kind for kind, _at in one.got[one.member.address])) for one in silent}
    assert got == {(zone, "reminder", "reminder", "last_day") for zone in REST if zone != "America/Lima"}
    in_lima = [one.got[one.member.address] for one in weeks.lives if one.zone == "America/Lima"]
    closing = {kinds for one in in_lima if (kinds := tuple(kind for kind, _at in one))[-1:] == ("last_day",)}
    assert closing == {("reminder", "last_day")}, "it closes on Monday morning there: the last mail is that of Friday"
    asked_too = [one for one in silent if len(one.got) == 2]
    assert {one.member.name for one in asked_too} == {one.member.name for one in silent if has_colleague(one)}


@pytest.mark.only_on("sqlite")
def test_four_days_of_an_urgent_letter(cast: Cast) -> None:
    sent, deadline = datetime(2027, 3, 4, 9, tzinfo=UTC), datetime(2027, 3, 8, 17, tzinfo=UTC)
    """From Thursday to Monday."""
    weeks = Weeks(cast, 60, sent=sent, deadline=deadline, is_urgent=True)
    weeks.run()
    promises_hold(weeks, is_urgent=True)
    silent = [one for one in weeks.lives if not one.acts]
    assert {tuple(kind for kind, _at in one.got[one.member.address]) for one in silent} == {("reminder", "last_day")}
    as_reviewed("four_days", weeks.table())


def test_four_days_that_hold_a_weekend(cast: Cast) -> None:
    """The same without haste, on both databases: nobody is written to on a day of rest."""
    sent, deadline = datetime(2027, 3, 4, 9, tzinfo=UTC), datetime(2027, 3, 8, 17, tzinfo=UTC)
    weeks = Weeks(cast, 10, sent=sent, deadline=deadline)
    weeks.run()
    promises_hold(weeks, is_urgent=False)
    as_reviewed("four_days_of_rest", weeks.table())


def has_colleague(life: Life) -> bool:
    return int(life.member.name.removeprefix("Organisation ")) % 4 == 1
