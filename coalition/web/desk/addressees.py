"""To whom the letter speaks: rows that grow by a button, without script, and keep everything typed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import languages
from coalition.actions import draft
from coalition.actions.draft import AddresseeEntry
from coalition.database import db
from coalition.models.addressee import Addressee
from coalition.models.letter import Letter, StaleEdit, TextIsFrozen
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import lead_to, show, the_letter
from coalition.web.desk.next_version import may_begin
from coalition.web.desk.typed import Typed

PART_LIMIT = 300
MOST_ROWS = 200
PARTS = ("style", "name", "office")
BLOCKS = ("to", "cc")
PRESSED = re.compile(r"(remove|up)-(\d{1,3})")


@dataclass(slots=True)
class Row:
    """One addressee in the form: its block, and part by language as typed."""

    block: str = "to"
    parts: dict[str, dict[str, str]] = field(default_factory=lambda: {part: {} for part in PARTS})

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed in it."""
        return not any(value.strip() for values in self.parts.values() for value in values.values())

    def shown(self) -> str:
        """What the row is called in the form."""
        return next((value for part in ("name", "office") for value in self.parts[part].values() if value), "")


@desk.get("/letters/<uuid:letter_id>/addressees")
@audience(Audience.TEAM)
def addressees(letter_id: UUID) -> ResponseReturnValue:
    """The addressees, and one more row to fill in."""
    letter = the_letter()
    rows = [_kept(one, letter) for one in letter.working_version.addressees]
    return _page(Typed.stored({}), [*rows, Row()], draft.state_of_addressees(letter.working_version))


@desk.post("/letters/<uuid:letter_id>/addressees")
@audience(Audience.TEAM)
def save_addressees(letter_id: UUID) -> ResponseReturnValue:
    """Save them; or add, remove or move a row, which saves nothing."""
    letter, typed = the_letter(), Typed(request.form)
    seen = request.form.get("seen", "")
    rows = _sent(typed, letter)
    act = request.form.get("act", "save")
    if act == "add":
        return _page(typed, [*rows, Row()], seen)
    if pressed := PRESSED.fullmatch(act):
        return _page(typed, _rearranged(rows, pressed[1], int(pressed[2])), seen)
    if not typed.is_good:
        return _page(typed, rows, seen, status=422)
    entries = [_entry(row, letter.authoritative_language) for row in rows if not row.is_empty]
    try:
        draft.save_addressees(letter_id, entries, by=account(), seen=seen)
    except TextIsFrozen:
        typed.wrong("", _("The letter was shown to organisations meanwhile. Its addressees do not change any more."))
        return _page(typed, rows, seen, status=409)
    except StaleEdit:
        db.session.rollback()
        return _page(typed, rows, draft.state_of_addressees(the_letter().working_version), status=409, is_stale=True)
    flash(_("The addressees are saved."))
    return lead_to(letter_id)


def _rearranged(rows: list[Row], act: str, place: int) -> list[Row]:
    if place < len(rows):
        if act == "remove":
            rows.pop(place)
        elif place > 0:
            rows[place - 1], rows[place] = rows[place], rows[place - 1]
    return rows or [Row()]


def _kept(one: Addressee, letter: Letter) -> Row:
    """A kept addressee: what is canonical stands in the authoritative language's field."""
    kept = {"style": one.styles, "name": one.names, "office": one.offices}
    authoritative = letter.authoritative_language
    parts = {
        part: {
            tag: values.get(tag) or (values.get("und", "") if tag == authoritative else "")
            for tag in letter.working_languages
        }
        for part, values in kept.items()
    }
    return Row(one.block, parts)


def _sent(typed: Typed, letter: Letter) -> list[Row]:
    """The rows as typed; what is wrong with them is said to `typed`."""
    places = sorted({int(name.rpartition("-")[2]) for name in typed.sent if re.fullmatch(r"block-\d{1,3}", name)})
    rows = []
    for place in places[:MOST_ROWS]:
        block = typed.choice(
            f"block-{place}", BLOCKS, _("Choose whether the letter goes to them or is copied to them.")
        )
        parts = {
            part: {tag: typed.line(f"{part}-{place}-{tag}", limit=PART_LIMIT) for tag in letter.working_languages}
            for part in PARTS
        }
        rows.append(Row(block, parts))
    return rows


def _entry(row: Row, authoritative: str) -> AddresseeEntry:
    """An addressee as it is kept: the authoritative language's words are the canonical ones."""
    canonical: dict[str, dict[str, str]] = {}
    for part, values in row.parts.items():
        words = values.get(authoritative) or next(filter(None, values.values()), "")
        others = {tag: value for tag, value in values.items() if value and value != words}
        canonical[part] = ({"und": words} if words else {}) | others
    return AddresseeEntry(row.block, canonical["style"], canonical["name"], canonical["office"])


def _page(
    typed: Typed, rows: list[Row], seen: str, *, status: int = 200, is_stale: bool = False
) -> ResponseReturnValue:
    letter = the_letter()
    theirs = (
        [one.printed(letter.authoritative_language) for one in letter.working_version.addressees] if is_stale else []
    )
    shown: list[dict[str, Any]] = [
        {"place": place, "block": row.block, "parts": row.parts, "shown": row.shown()} for place, row in enumerate(rows)
    ]
    return show(
        "desk/addressees.html",
        status=status,
        errors=typed.errors,
        rows=shown,
        seen=seen,
        is_stale=is_stale,
        theirs=theirs,
        is_frozen=letter.working_version.is_shown,
        may_begin=letter.working_version.is_shown and may_begin(),
        printed=[one.printed(letter.authoritative_language) for one in letter.working_version.addressees],
        tags=[(tag, languages.name(tag, desk_language())) for tag in letter.working_languages],
    )
