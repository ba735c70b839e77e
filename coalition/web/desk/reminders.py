"""The reminder plan of a letter: its steps, and the dates that they give to each recipient, before anything is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coalition import clock, languages
from coalition.actions import remind
from coalition.actions.remind import Plan, Second, Silent
from coalition.database import db
from coalition.models.contact import Contact
from coalition.models.letter import AlreadyPublished, Letter, StaleEdit
from coalition.models.organisation import Organisation
from coalition.models.reminder_plan import (
    AT_MOST,
    LONGEST_DAYS,
    MINUTES_OF_A_DAY,
    MOST_STEPS,
    Planned,
    Recipient,
    Step,
    Terms,
)
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import moment
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, path_of, show, the_letter
from coalition.web.desk.reminder_words import days_of, plan_words, step_words, when_words, zones_words
from coalition.web.desk.typed import Typed, leaf

PAGE = 100
DAYS_LIMIT = 60
ORDER = {"reminder": 0, "second_contact": 1, "last_day": 2}


@desk.get("/letters/<uuid:letter_id>/reminders")
@audience(Audience.TEAM)
def reminders(letter_id: UUID) -> ResponseReturnValue:
    """The plan as kept, with its dates."""
    letter = the_letter()
    kept = remind.plan_of(letter)
    return _page(Typed.stored(_fields(kept) | {"seen": remind.state_of_plan(letter)}), kept)


@desk.post("/letters/<uuid:letter_id>/reminders")
@audience(Audience.TEAM)
def save_reminders(letter_id: UUID) -> ResponseReturnValue:
    """Save the plan; or only show what dates it would give."""
    typed = Typed(request.form)
    wanted = _read(typed)
    kept = remind.plan_of(the_letter())
    if not typed.is_good:
        return _page(typed, kept, status=422)
    if request.form.get("act") == "look":
        return _page(typed, wanted, is_tried=wanted != kept)
    try:
        remind.save_plan(letter_id, wanted, by=account(), seen=request.form.get("seen"))
    except StaleEdit:
        db.session.rollback()
        return _page(typed, remind.plan_of(the_letter()), status=409, is_stale=True)
    except AlreadyPublished:
        typed.wrong("", _("The letter is published: nobody is reminded any more."))
        return _page(typed, kept, status=409)
    flash(_("The plan is saved."))
    return lead_to(letter_id, "reminders")


def _fields(kept: Plan) -> dict[str, Any]:
    """The plan as its form shows it."""
    days = sorted((days_of(one) for one in kept.steps if one.kind == "reminder"), reverse=True)
    second = next((days_of(one) for one in kept.steps if one.kind == "second_contact"), "")
    return {
        "days": ", ".join(str(one) for one in days),
        "second": str(second),
        "last_day": "yes" if any(one.kind == "last_day" for one in kept.steps) else "",
        "at_most": str(kept.at_most),
        "urgent": "yes" if kept.is_urgent else "",
    }


def _read(typed: Typed) -> Plan:
    """The plan that was typed; what does not fit stands in the errors."""
    steps = {Step(days * MINUTES_OF_A_DAY) for days in _days(typed)}
    if str(typed.sent.get("second", "")).strip():
        days = typed.number("second", least=1, most=LONGEST_DAYS)
        steps.add(Step(days * MINUTES_OF_A_DAY, "second_contact"))
    if typed.tick("last_day"):
        steps.add(Step(0, "last_day"))
    at_most = typed.number("at_most", least=0, most=AT_MOST)
    return Plan(tuple(sorted(steps)), at_most, typed.tick("urgent"))


def _days(typed: Typed) -> list[int]:
    """Numbers of days, apart by commas, semicolons or blanks of any script."""
    line = typed.line("days", limit=DAYS_LIMIT)
    for sign in ";،؛、":
        line = line.replace(sign, ",")
    parts = [part for part in line.replace(",", " ").split() if part]
    if len(parts) > MOST_STEPS:
        typed.wrong("days", _("Enter at most %(most)s numbers.", most=languages.number(MOST_STEPS, language())))
        return []
    if not all(part.isdecimal() and len(part) <= 3 and 1 <= int(part) <= LONGEST_DAYS for part in parts):
        typed.wrong("days", _("Enter whole numbers of days from 1 to 365, apart by commas, like 7, 3."))
        return []
    return [int(part) for part in parts]


@dataclass(frozen=True, slots=True)
class _People:
    """Whom the plan concerns: those who were asked and are silent, or those who would be asked now."""

    asked: Sequence[Silent]
    is_sent: bool
    is_example: bool = False


def _people(letter: Letter, *, now: datetime) -> _People:
    """Those who wait for sending count from now on; where nobody is on the list yet, somebody in the letter's zone."""
    sent = remind.silent(db.session(), letter, now=now) if letter.stage == "open" else []
    coming = (
        remind.to_be_asked(db.session(), letter, now=now) if letter.stage in {"draft", "consultation", "open"} else []
    )
    if sent or coming or letter.stage == "open":
        return _People([*sent, *coming], letter.stage == "open")
    nobody = UUID(int=0)
    return _People([Silent(nobody, nobody, nobody, Recipient(letter.zone, "", now))], is_sent=False, is_example=True)


def _page(
    typed: Typed, kept: Plan, *, status: int = 200, is_stale: bool = False, is_tried: bool = False
) -> ResponseReturnValue:
    db.session.rollback()
    letter, now = the_letter(), clock.now()
    return show(
        "desk/reminders.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        is_stale=is_stale,
        is_tried=is_tried,
        theirs=plan_words(kept),
        seen=remind.state_of_plan(letter) if is_stale else typed.get("seen"),
        deadline=moment.in_words(letter.deadline_at, letter.zone, account().zone) if letter.deadline_at else [],
        is_over=letter.stage not in {"draft", "consultation", "open"}
        or (letter.deadline_at is not None and letter.deadline_at <= now),
        **_dates(letter, kept, now=now),
    )


def _dates(letter: Letter, kept: Plan, *, now: datetime) -> dict[str, Any]:
    """What the page shows of the dates: in groups, and of each recipient."""
    terms = remind.terms_of(letter, kept)
    people = _people(letter, now=now)
    if terms is None or now >= terms.deadline_at:
        return {"groups": [], "lines": [], "has_dates": False, "pages": None, "people": "", "none": ""}
    planned = remind.planned_for(terms, people.asked, now=now)
    seconds = remind.second_contacts(db.session(), letter, terms, people.asked, now=now)
    idle = sum(not own for own in planned.values())
    last = max((len(people.asked) - 1) // PAGE + 1, 1)
    page = leaf(request.args, last)
    shown = [] if people.is_example else _lines(people.asked, planned, seconds, page)
    return {
        "has_dates": True,
        "is_sent": people.is_sent,
        "is_example": people.is_example,
        "groups": _groups(terms, planned, seconds, is_example=people.is_example),
        "none": _none_words(idle) if idle and not people.is_example else "",
        "lines": shown,
        "pages": _pages(page, last),
    }


def _none_words(idle: int) -> str:
    shown = languages.number(idle, language())
    return str(
        ngettext(
            "For %(number)s person no reminder fits into the time that is left.",
            "For %(number)s people no reminder fits into the time that is left.",
            idle,
            number=shown,
        )
    )


def _groups(
    terms: Terms, planned: dict[UUID, tuple[Planned, ...]], seconds: Iterable[Second], *, is_example: bool
) -> list[dict[str, Any]]:
    """Step by step, how many get it on which of their days, from when to when on their clocks."""
    found: dict[tuple[Step, date], list[datetime]] = defaultdict(list)
    every = [one for own in planned.values() for one in own] + [one.planned for one in seconds]
    for one in every:
        found[one.step, one.at.date()].append(one.at)
    spoken = language()
    rows: list[dict[str, Any]] = []
    for (step, day), moments in sorted(found.items(), key=lambda one: _turn(*one[0])):
        rows.append(
            {
                "step": step_words(step),
                "is_new": not rows or rows[-1]["key"] != step,
                "key": step,
                "day": languages.date_words(day, spoken),
                "time": _span(moments),
                "zones": zones_words(str(one.tzinfo) for one in moments),
                "number": "" if is_example else languages.number(len(moments), spoken),
            }
        )
    missing = [one for one in terms.steps if not any(row["key"] == one for row in rows)]
    rows.extend(
        {"step": step_words(one), "is_new": True, "key": one, "day": ""}
        for one in sorted(missing, key=lambda one: _turn(one, date.min))
    )
    return rows


def _turn(step: Step, day: date) -> tuple[int, int, date]:
    """Reminders by how early they go, then the colleague, then the last day."""
    return ORDER[step.kind], -step.minutes_before, day


def _span(moments: Sequence[datetime]) -> str:
    """From the earliest to the latest hour, with the day of the week: "Monday 09:00–16:00"."""
    spoken = language()
    first, last = min(moments, key=lambda one: one.time()), max(moments, key=lambda one: one.time())
    words = languages.local_words(first, str(first.tzinfo), spoken)
    if first.time() == last.time():
        return words
    ends = languages.local_words(last, str(last.tzinfo), spoken).rpartition(" ")[2]
    return str(_("%(from)s to %(until)s", **{"from": words, "until": ends}))


def _lines(
    asked: Sequence[Silent], planned: dict[UUID, tuple[Planned, ...]], seconds: Iterable[Second], page: int
) -> list[dict[str, Any]]:
    """A line for each recipient, by organisation, with what they get on their own clock."""
    spoken = language()
    organisations, contacts = _named(asked)
    colleagues = {one.organisation_id: one for one in seconds}
    by_name = sorted(
        asked, key=lambda one: languages.sort_key(organisations[one.organisation_id].name_in(spoken), spoken)
    )
    lines = []
    for one in by_name[(page - 1) * PAGE : page * PAGE]:
        organisation, contact = organisations[one.organisation_id], contacts[one.contact_id]
        second = colleagues.get(one.organisation_id)
        every = [*planned[one.invitation_id], *([second.planned] if second else [])]
        coming = [
            {"step": step_words(each.step), "when": when_words(each.at)}
            for each in sorted(every, key=lambda each: each.at.timestamp())
        ]
        lines.append(
            {
                "organisation": organisation.name_in(spoken),
                "href": path_of(the_letter().id, "organisations", str(organisation.id)),
                "person": contact.name or contact.address or "",
                "zone": contact.zone,
                "is_guessed": contact.zone_guessed,
                "reminded": languages.number(one.who.reminded, spoken) if one.who.reminded else "",
                "coming": coming,
                "is_paused": one.who.paused_until is not None,
            }
        )
    return lines


def _named(asked: Sequence[Silent]) -> tuple[dict[UUID, Organisation], dict[UUID, Contact]]:
    ids = {one.contact_id for one in asked}
    found = db.session.scalars(
        select(Contact).where(Contact.id.in_(ids)).options(joinedload(Contact.organisation))
    ).all()
    return {one.organisation_id: one.organisation for one in found}, {one.id: one for one in found}


def _pages(page: int, last: int) -> dict[str, str] | None:
    if last == 1:
        return None
    spoken = language()
    numbers = {"number": languages.number(page, spoken), "last": languages.number(last, spoken)}
    return {
        "words": str(_("Page %(number)s of %(last)s", **numbers)),
        "earlier": f"?page={page - 1}" if page > 1 else "",
        "later": f"?page={page + 1}" if page < last else "",
    }
