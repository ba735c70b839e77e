"""One organisation a line, as people write it: "Org name <mail@x.org>", "Org, mail", "Org; Country; Person; mail"."""

from __future__ import annotations

import re

from coalition.intake.columns import Column, Field, kind_of, looks_like_person

COLUMNS = tuple(
    Column(field)
    for field in (
        Field.ORGANISATION,
        Field.COUNTRY,
        Field.CONTACT,
        Field.ADDRESS,
        Field.LANGUAGE,
        Field.ZONE,
        Field.TELEPHONE,
        Field.SITE,
    )
)

_BULLET = re.compile(r"^\s*(?:[-–—•·*▪◦‣●○]+\s*|\d{1,4}[.)]\s+)(?=\S)")
_ANGLES = re.compile(r"<[^<>]*[@＠][^<>]*>(?:\s*[,;/]?\s*<[^<>]*[@＠][^<>]*>)*")
_LOOSE_ADDRESS = re.compile(r"(?:mailto:)?[^\s,;|<>()\"“”]+[@＠][^\s,;|<>()\"“”]+", re.IGNORECASE)
_END_MARKS = " \t-–—:,;|("
_LINE_LIMIT = 5_000


def has_bullet(line: str) -> bool:
    """Whether the line starts with a dash, dot or number that only makes it an item of a list."""
    return _BULLET.match(line) is not None


def read_free_line(line: str) -> tuple[str, ...]:
    """The cells of the line in the order of COLUMNS; what cannot be told apart stays in the organisation's name."""
    parts = _parts(_BULLET.sub("", line, count=1)[:_LINE_LIMIT])
    return tuple(parts.get(column.field, "") for column in COLUMNS)


def _parts(line: str) -> dict[Field, str]:
    if angles := _ANGLES.search(line):
        return _beside(line, angles)
    for delimiter in ("\t", ";", "|"):
        if delimiter in line:
            return _of_cells([cell.strip() for cell in line.split(delimiter)])
    if "," in line:
        return _of_commas([cell.strip() for cell in line.split(",")])
    if loose := _LOOSE_ADDRESS.search(line):
        return _beside(line, loose)
    return {Field.ORGANISATION: line.strip()}


def _beside(line: str, address: re.Match[str]) -> dict[Field, str]:
    """The address found inside the line, and what the words before and after it are."""
    before, after = line[: address.start()].strip(_END_MARKS), line[address.end() :].strip(_END_MARKS + ")")
    parts = _parts(before) if before else {}
    for cell in re.split(r"[,;|\t]", after):
        _place(parts, cell.strip())
    parts[Field.ADDRESS] = "; ".join(found for found in (parts.get(Field.ADDRESS, ""), address[0]) if found)
    return parts


def _of_cells(cells: list[str]) -> dict[Field, str]:
    parts: dict[Field, str] = {}
    for cell in cells:
        _place(parts, cell)
    return parts


def _of_commas(cells: list[str]) -> dict[Field, str]:
    """A comma also stands inside names: only what is plainly an address, country, … is taken off."""
    at = next((number for number, cell in enumerate(cells) if number and kind_of(cell)), len(cells))
    name, rest = cells[:at], cells[at:]
    parts: dict[Field, str] = {}
    if len(name) == 2 and rest and looks_like_person(name[1]):
        parts[Field.CONTACT] = name.pop()
    if kind_of(name[0]) is Field.ADDRESS:
        parts[Field.ADDRESS] = name.pop(0)
    if name:
        parts[Field.ORGANISATION] = ", ".join(name)
    for cell in rest:
        _place(parts, cell)
    return parts


def _place(parts: dict[Field, str], cell: str) -> None:
    """Put one cell where it belongs: the first that is nothing by itself is the organisation, the second the person."""
    if not cell:
        return
    field = kind_of(cell) if parts.get(Field.ORGANISATION) or "@" in cell else None
    if field is Field.ADDRESS and parts.get(field):
        parts[field] += f"; {cell}"
    elif field and not parts.get(field):
        parts[field] = cell
    elif not parts.get(Field.ORGANISATION):
        parts[Field.ORGANISATION] = cell
    elif not parts.get(Field.CONTACT):
        parts[Field.CONTACT] = cell
    else:
        parts[Field.ORGANISATION] += f", {cell}"
