"""The call sheet: who has not answered, how to reach them, what time it is there, and how each call went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coalition import clock, languages
from coalition.actions import jot
from coalition.actions.circulate import NotCoordinator
from coalition.actions.jot import NOTE_LIMIT, Call
from coalition.database import db
from coalition.models.private_note import OUTCOMES, PrivateNote
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.answers import Answer, answers_to
from coalition.web.desk.audiences import Narrowed
from coalition.web.desk.board import FILTERS, KEPT, last_words, line_words, shown_lines, state_words
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, path_of, show, the_letter
from coalition.web.desk.jotting import form_number
from coalition.web.desk.standing_words import reached
from coalition.web.desk.timeline import outcome_of, outcome_words
from coalition.web.desk.typed import Typed, leaf

PAGE = 100
USUAL = "unanswered"
"""Whom the sheet lists where no filter of the board is named."""


@desk.get("/letters/<uuid:letter_id>/calls")
@audience(Audience.TEAM)
def call_sheet(letter_id: UUID) -> ResponseReturnValue:
    """The sheet, to be read on the screen or on paper."""
    return _page(Typed.stored({}))


@desk.post("/letters/<uuid:letter_id>/calls")
@audience(Audience.TEAM)
def note_calls(letter_id: UUID) -> ResponseReturnValue:
    """Keep how the calls went."""
    typed = Typed(request.form)
    calls = _calls(typed)
    if not typed.is_good:
        return _page(typed, status=422)
    if not calls:
        flash(_("Choose how a call ended, then save."))
        return redirect(_address(request.args), code=303)
    try:
        number = jot.log_calls(letter_id, calls, by=account(), form=form_number(typed))
    except NotCoordinator:
        abort(403)
    spoken = languages.number(number, language())
    flash(ngettext("%(number)s call is noted.", "%(number)s calls are noted.", number, number=spoken))
    return redirect(_address(request.args), code=303)


def _calls(typed: Typed) -> dict[UUID, Call]:
    """What was chosen and typed, by organisation of this letter."""
    found = {}
    for line in answers_to(db.session(), the_letter()).lines:
        one = line.organisation.id
        words = typed.line(f"words-{one.hex}", limit=NOTE_LIMIT)
        outcome = str(typed.sent.get(f"outcome-{one.hex}", ""))
        if outcome in OUTCOMES:
            found[one] = Call(outcome, words)
        elif words or outcome:
            typed.wrong(f"outcome-{one.hex}", _("Choose how the call ended: %(name)s.", name=line.organisation.name))
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the sheet: whom to call, the one who can be called soonest first."""

    answer: Answer
    people: list[dict[str, Any]]
    opens_at: datetime
    closes_at: datetime


def _page(typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    letter, now, spoken = the_letter(), clock.now(), language()
    lines = sorted((_line(one, now=now) for one in _on_sheet(typed)), key=lambda one: _turn(one, now))
    last = max((len(lines) - 1) // PAGE + 1, 1)
    page = leaf(request.args, last)
    lines = lines[(page - 1) * PAGE : page * PAGE]
    noted = _noted(letter.id)
    state = request.args.get("state", USUAL)
    narrowed = Narrowed.of(request.args)
    return show(
        "desk/calls.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        sheet=typed.get("form") or uuid4().hex,
        address=_address(request.args),
        lines=[_row(one, noted.get(one.answer.organisation.id)) for one in lines],
        outcomes=[(one, outcome_words(one)) for one in OUTCOMES],
        made=languages.moment_words(now, account().zone, spoken),
        narrowed_to=narrowed.words(),
        state_words="" if state == USUAL or state not in FILTERS else _filter_words(state),
        pages=_pages(page, last),
    )


def _on_sheet(typed: Typed) -> list[Answer]:
    """Who is listed: what the filter shows, and whoever something was typed about."""
    lines = shown_lines(the_letter(), request.args, state=USUAL)
    listed = {one.organisation.id for one in lines}
    named_in = {name.removeprefix("words-") for name, value in typed.sent.items() if value.strip()}
    named_in |= {name.removeprefix("outcome-") for name in typed.errors}
    if not named_in:
        return lines
    others = answers_to(db.session(), the_letter()).lines
    return lines + [one for one in others if one.organisation.id.hex in named_in and one.organisation.id not in listed]


def _line(answer: Answer, *, now: datetime) -> _Line:
    people, country = answer.asked, answer.organisation.country
    hours = [languages.working_hours(one.contact.zone, country, now=now) for one in people]
    hours = hours or [languages.working_hours("UTC", country, now=now)]
    soonest = min(hours, key=lambda one: (one.opens_at, one.closes_at))
    facts = [reached(one, answer.organisation, own_zone=account().zone, now=now) for one in people]
    return _Line(answer, facts, soonest.opens_at, soonest.closes_at)


def _turn(line: _Line, now: datetime) -> tuple[bool, datetime, str]:
    """Those first who are at work now, by who goes home first; then by who comes to work first."""
    is_now = line.opens_at <= now < line.closes_at
    spoken = language()
    name = languages.sort_key(line.answer.organisation.name_in(spoken), spoken)
    return not is_now, line.closes_at if is_now else line.opens_at, name


def _row(line: _Line, note: PrivateNote | None) -> dict[str, Any]:
    one, spoken = line.answer.organisation, language()
    return {
        "id": one.id.hex,
        "uuid": str(one.id),
        "name": one.name_in(spoken),
        "href": path_of(the_letter().id, "organisations", str(one.id)),
        "country": languages.country_name(one.country, spoken) if one.country else "",
        "people": line.people,
        "state": line_words(line.answer) if line.answer.is_named else "",
        "last": last_words(line.answer),
        "called": _called(note) if note else "",
    }


def _noted(letter_id: UUID) -> dict[UUID, PrivateNote]:
    """The last call to each organisation."""
    query = (
        select(PrivateNote)
        .where(PrivateNote.letter_id == letter_id, PrivateNote.kind == "call")
        .options(joinedload(PrivateNote.account))
        .order_by(PrivateNote.created_at)
    )
    return {one.organisation_id: one for one in db.session.scalars(query)}


def _called(note: PrivateNote) -> str:
    spoken = language()
    at = languages.moment_words(note.created_at, account().zone, spoken)
    who, outcome = languages.isolate(note.account.name), outcome_words(outcome_of(note))
    return str(_("%(who)s called: %(outcome)s. %(moment)s", who=who, outcome=outcome, moment=at))


def _filter_words(state: str) -> str:
    """What a filter of the board is called above the sheet."""
    return str(state_words(FILTERS[state][0])) if FILTERS[state] else str(_("Everybody on the board"))


def _address(sent: Any, **more: Any) -> str:
    kept = {name: value for name in (*KEPT, "page") if (value := sent.get(name))} | more
    path = path_of(the_letter().id, "calls")
    return f"{path}?{urlencode(kept)}" if kept else path


def _pages(page: int, last: int) -> dict[str, str] | None:
    if last == 1:
        return None
    spoken = language()
    numbers = {"number": languages.number(page, spoken), "last": languages.number(last, spoken)}
    return {
        "words": str(_("Page %(number)s of %(last)s", **numbers)),
        "earlier": _address(request.args, page=page - 1) if page > 1 else "",
        "later": _address(request.args, page=page + 1) if page < last else "",
    }
