"""The parts of a letter's list at the desk: their headings, who signs with them unnamed, and who stands in which."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import languages
from coalition.actions import arrange, proof
from coalition.actions.arrange import NoSuchPart, PartEntry, TooManyParts
from coalition.actions.list_groups import is_chosen, rows_of
from coalition.actions.provenance import taken_over_lines
from coalition.database import db
from coalition.models.edition import ListGroup, PublicLine
from coalition.models.letter import AlreadyPublished
from coalition.rendering.words import first_of
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, show, the_letter
from coalition.web.desk.typed import Typed

HEADING_LIMIT: Final = 300
MOST_SENT: Final = arrange.MOST_PARTS + 1


@desk.get("/letters/<uuid:letter_id>/list/parts")
@audience(Audience.TEAM)
def list_parts(letter_id: UUID) -> ResponseReturnValue:
    """The parts as kept, and an empty one."""
    return _parts_page(Typed.stored(_kept()))


@desk.post("/letters/<uuid:letter_id>/list/parts")
@audience(Audience.TEAM)
def save_list_parts(letter_id: UUID) -> ResponseReturnValue:
    """Save them in the order of their numbers; of a published list, take off who signs there without a name."""
    if taken := request.form.get("take-off"):
        return _take_off(letter_id, taken)
    typed = Typed(request.form)
    parts = _typed_parts(typed)
    if not typed.is_good:
        return _parts_page(typed, status=422)
    try:
        arrange.save_parts(letter_id, parts, by=account())
    except AlreadyPublished:
        typed.wrong("", _("The letter is published. The parts of its list do not change any more."))
    except NoSuchPart:
        typed.wrong("", _("A colleague took a part away while you were here. Open this page anew."))
    except TooManyParts:
        typed.wrong("", _("A list has at most %(number)s parts.", number=arrange.MOST_PARTS))
    if not typed.is_good:
        return _parts_page(typed, status=409)
    flash(_("The parts of the list are saved."))
    return lead_to(letter_id, "list", "parts")


@desk.get("/letters/<uuid:letter_id>/list/places")
@audience(Audience.TEAM)
def list_places(letter_id: UUID) -> ResponseReturnValue:
    """Everybody who is printed by name, each with the part it stands in."""
    return _places_page()


@desk.post("/letters/<uuid:letter_id>/list/places")
@audience(Audience.TEAM)
def save_list_places(letter_id: UUID) -> ResponseReturnValue:
    """Save who stands where; one that withdrew meanwhile is passed over."""
    shown = {one.signature.id.hex: one.signature for one in _printed()}
    chosen = {name.removeprefix("part-"): value for name, value in request.form.items() if name.startswith("part-")}
    rows = {row.id.hex: row.id for row in _rows()}
    places = {shown[key].id: rows.get(value) for key, value in chosen.items() if key in shown}
    asked = {key for key in request.form.getlist("logo-asked") if key in shown}
    logos = {shown[key].id: bool(request.form.get(f"logo-{key}")) for key in asked}
    known = {line.id.hex: line.id for line in _lines()}
    moved = {name.removeprefix("line-"): value for name, value in request.form.items() if name.startswith("line-")}
    lines = {known[key]: rows[value] for key, value in moved.items() if key in known and value in rows}
    try:
        arrange.place(letter_id, places, by=account(), logos=logos, lines=lines)
    except NoSuchPart:
        return _places_page(error=_("A colleague changed the parts while you were here. Choose again."), status=409)
    flash(_("The names stand where you put them."))
    return lead_to(letter_id, "list", "places")


def _take_off(letter_id: UUID, taken: str) -> ResponseReturnValue:
    row = next((row for row in _rows() if row.id.hex == taken), None)
    if row is not None:
        arrange.take_unnamed_off(letter_id, row.id, by=account())
    flash(_("It stands on the list no more, in no edition."))
    return lead_to(letter_id, "list", "parts")


def _rows() -> list[ListGroup]:
    letter = the_letter()
    return [row for row in rows_of(db.session(), letter) if is_chosen(letter, row)]


def _kept() -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for number, row in enumerate(_rows(), start=1):
        kept |= {f"id-{number}": row.id.hex, f"place-{number}": str(number), f"persons-{number}": row.for_persons}
        kept |= {f"heading-{number}-{tag}": words for tag, words in row.headings.items()}
        kept |= {f"unnamed-{number}-{tag}": words for tag, words in row.unnamed.items()}
    return kept


def _typed_parts(typed: Typed) -> list[PartEntry]:
    """The parts in the order of their numbers; one without a number comes last."""
    tags, found = the_letter().languages, []
    known = {row.id.hex: row.id for row in _rows()}
    for number in range(1, MOST_SENT + 1):
        if f"place-{number}" not in typed.sent:
            break
        entry = PartEntry(
            row_id=known.get(str(typed.sent.get(f"id-{number}", ""))),
            headings={tag: typed.line(f"heading-{number}-{tag}", limit=HEADING_LIMIT) for tag in tags},
            unnamed={tag: typed.line(f"unnamed-{number}-{tag}", limit=HEADING_LIMIT) for tag in tags},
            for_persons=typed.tick(f"persons-{number}"),
        )
        asked = str(typed.sent.get(f"place-{number}", "")).strip()
        found.append((int(asked) if asked.isdecimal() and len(asked) <= 6 else 10**6, number, entry))
    return [entry for _place, _number, entry in sorted(found, key=lambda one: one[:2])]


def _parts_page(typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    letter = the_letter()
    number = sum(f"place-{place}" in typed.values for place in range(1, MOST_SENT + 1))
    if not typed.sent:
        typed.values[f"place-{number + 1}"] = str(number + 1)
        number += 1
    return show(
        "desk/list_parts.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        numbers=range(1, number + 1),
        tags=[(tag, languages.name(tag, language())) for tag in letter.languages],
        has_individuals=letter.has_individuals,
        is_published=arrange.is_published(db.session(), letter),
        unnamed=[
            (row.id.hex, first_of(row.unnamed, language(), letter.authoritative_language))
            for row in _rows()
            if row.unnamed
        ],
    )


def _printed() -> list[proof.Signer]:
    """Who stands on the list by name, as the desk's language sorts them."""
    standing = proof.signers(db.session(), the_letter())
    return sorted(
        (one for one in standing if one.signature.is_public), key=lambda one: languages.sort_key(one.name, language())
    )


def _lines() -> list[PublicLine]:
    """The names of a record, until it is released."""
    letter = the_letter()
    return [] if arrange.is_published(db.session(), letter) else taken_over_lines(db.session(), letter)


def _places_page(*, error: str = "", status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    rows = _rows()
    tag = the_letter().authoritative_language
    named = [(row.id.hex, _called(row, tag), row.for_persons) for row in rows]
    return show(
        "desk/list_places.html",
        status=status,
        errors={"": error} if error else {},
        parts=[(key, words) for key, words, for_persons in named if not for_persons],
        parts_of_persons=[(key, words) for key, words, for_persons in named if for_persons],
        signers=[_row(one) for one in _printed()],
        lines=[_line(one, tag, {key for key, _words, for_persons in named if for_persons}) for one in _lines()],
    )


def _called(row: ListGroup, tag: str) -> str:
    """What a part is called among others; the one of a record that says nothing stands for none."""
    said = first_of(row.headings, language(), tag) or first_of(row.unnamed, language(), tag)
    return said or str(_("In no part"))


def _line(one: PublicLine, tag: str, of_persons: set[str]) -> dict[str, Any]:
    part = one.list_group_id.hex
    return {"id": one.id.hex, "name": first_of(one.printed, tag), "part": part, "is_person": part in of_persons}


def _row(one: proof.Signer) -> dict[str, Any]:
    signature = one.signature
    has_logo = one.organisation is not None and one.organisation.logo_id is not None
    return {
        "id": signature.id.hex,
        "name": one.name,
        "is_person": signature.is_individual,
        "part": signature.list_group_id.hex if signature.list_group_id else "",
        "logo": signature.shows_logo,
        "has_logo": has_logo,
        "may_note": has_logo and arrange.is_recorded(signature),
    }
