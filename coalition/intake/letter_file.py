"""The letter file: a letter's public facts as JSON, read strictly and written in one form only (docs/letter-file.md).

What is written, read and written again is the same to the byte. What stands in a file and is not known is an error,
so that nothing is lost without a word.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from coalition.intake.json_places import KeyTwice, NotJson, line_of, line_of_second, read_json
from coalition.intake.letter_file_problems import (
    FileProblem,
    Found,
    LetterFileError,
    explained,
    pointer_text,
    sentence,
    shown,
)
from coalition.intake.names import named, unprintable
from coalition.languages import is_zone

__all__ = [
    "Addressee",
    "FileProblem",
    "LetterFile",
    "LetterFileError",
    "Line",
    "ListGroup",
    "Photo",
    "Text",
    "read",
    "sentence",
    "write",
]

FORMAT = "coalition-letter"
FORMAT_VERSION = 1
SCHEMA = Path(__file__).with_name("letter-file.schema.json")
SIZE_LIMIT = 25_000_000
LINES_LIMIT = 100_000
_TOLD_AT_ONCE = 20
_LINE_BREAKS = re.compile(r"\r\n?")
# Not the bidi controls: word processors put them into running text, and there they do no harm to a neighbour.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

PerLanguage = dict[str, str]
"""Language tag to text; "und" is the canonical one, for languages that have none of their own."""


@dataclass(frozen=True, slots=True)
class Text:
    """The parts of the letter in one language, as typed; `body` is Markdown with figures as placeholders."""

    body: str
    title: str = ""
    short_title: str = ""
    deck: str = ""
    deck_speaker: str = ""
    salutation: str = ""
    closing: str = ""
    disclaimers: str = ""
    list_heading: str = ""
    photo_caption: str = ""
    photo_alternative: str = ""
    contact_line: str = ""


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom the letter speaks; `block` is "to" or "cc"."""

    block: str = "to"
    style: PerLanguage = field(default_factory=dict)
    name: PerLanguage = field(default_factory=dict)
    office: PerLanguage = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Photo:
    """The photo: its bytes, or the name of a file beside the letter file. Caption and alternative are in the texts."""

    media_type: str
    credit: str
    licence: str = ""
    file: str = ""
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Line:
    """A name of the list, character for character as printed; `names` always holds "und"."""

    names: PerLanguage
    country: str = ""
    kind: str = "organisation"
    affiliation: str = ""
    is_lead: bool = False
    added_on: date | None = None


@dataclass(frozen=True, slots=True)
class ListGroup:
    """A part of the list in its order, under a heading per language (which may be empty)."""

    lines: tuple[Line, ...]
    headings: PerLanguage = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LetterFile:
    """The public facts of one letter."""

    kind: str
    authoritative_language: str
    texts: dict[str, Text]
    groups: tuple[ListGroup, ...] = ()
    edition: int | None = None
    published_at: datetime | None = None
    """UTC."""
    zone: str = "UTC"
    place: str = ""
    printed_on: str = ""
    """ISO 8601 day, month or year; empty: the day of publication."""
    addressees: tuple[Addressee, ...] = ()
    leads: tuple[PerLanguage, ...] = ()
    photo: Photo | None = None
    list_order: str = "name"
    """"name" or "hand"."""
    counts_lead: bool = True
    counts_withheld: bool = True
    withheld_threshold: int = 1
    withheld: int | None = None
    """How many signed with their name withheld; None where the letter does not say."""


# -- reading --------------------------------------------------------------------------------------------------------


def read(data: bytes) -> LetterFile:
    """The letter in the bytes of a letter file. Raises LetterFileError with its problems, each with its place."""
    text = _decoded(data)
    value = _parsed(text)
    found = [*_against_schema(value)] or [*_beyond_schema(value)]
    if found:
        raise LetterFileError(_with_lines(text, found))
    return _letter(_with_line_feeds(value))


def _decoded(data: bytes) -> str:
    if len(data) > SIZE_LIMIT:
        raise LetterFileError((FileProblem("too_large", value="25 MB"),))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise LetterFileError((FileProblem("not_utf_8"),)) from None


def _parsed(text: str) -> dict[str, Any]:
    try:
        value = read_json(text)
    except NotJson as wrong:
        raise LetterFileError((FileProblem("not_json", line=wrong.line),)) from wrong
    except KeyTwice as wrong:
        twice = FileProblem("key_twice", line=line_of_second(text, wrong.key), value=shown(wrong.key))
        raise LetterFileError((twice,)) from wrong
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise LetterFileError((FileProblem("not_a_letter_file"),))
    return value


def _against_schema(value: dict[str, Any]) -> Iterator[Found]:
    for error in _validator().iter_errors(value):
        yield from explained(error)


def _beyond_schema(value: dict[str, Any]) -> Iterator[Found]:
    """What a schema cannot say: real dates, known zones, printable characters, a text in the authoritative language."""
    if value["authoritative_language"] not in value["texts"]:
        yield ["authoritative_language"], "authoritative_has_no_text", value["authoritative_language"], ""
    if "zone" in value and not is_zone(value["zone"]):
        yield ["zone"], "zone_not_known", shown(value["zone"]), ""
    yield from _in_dates(value)
    yield from _in_photo(value.get("photo"))
    yield from _in_strings(value, [])
    groups = value["signatories"]["groups"]
    if sum(len(group["lines"]) for group in groups) > LINES_LIMIT:
        yield ["signatories", "groups"], "too_many", "", str(LINES_LIMIT)


def _in_dates(value: dict[str, Any]) -> Iterator[Found]:
    checks: list[tuple[list[str | int], str, Callable[[str], object]]] = []
    if "published_at" in value:
        checks.append((["published_at"], value["published_at"], _instant))
    if "printed_on" in value:
        # A month or a year is checked as its first day.
        checks.append((["printed_on"], value["printed_on"], lambda typed: date.fromisoformat((typed + "-01-01")[:10])))
    for at, line in _lines(value):
        if "added_on" in line:
            checks.append(([*at, "added_on"], line["added_on"], date.fromisoformat))
    for place, typed, parse in checks:
        try:
            parse(typed)
        except ValueError:
            yield place, "day_unknown", typed, ""


def _in_photo(photo: dict[str, str] | None) -> Iterator[Found]:
    if photo is None:
        return
    if ("content" in photo) == ("file" in photo):
        yield ["photo"], "photo_twice_or_not", "", ""
    try:
        base64.b64decode(photo.get("content", ""), validate=True)
    except (binascii.Error, ValueError):
        yield ["photo", "content"], "content_not_base64", "", ""


def _in_strings(value: object, at: list[str | int]) -> Iterator[Found]:
    """Characters that a name may not hold in the names of the list, and control characters everywhere else."""
    if isinstance(value, str):
        is_name = "names" in at or "leads" in at
        if bad := unprintable(value) if is_name else tuple(dict.fromkeys(_CONTROLS.findall(value))):
            yield list(at), "name_unprintable" if is_name else "text_unprintable", named(bad), ""
    elif isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _in_strings(inner, [*at, step])


def _lines(value: dict[str, Any]) -> Iterator[tuple[list[str | int], dict[str, Any]]]:
    for number, group in enumerate(value["signatories"]["groups"]):
        for position, line in enumerate(group["lines"]):
            yield ["signatories", "groups", number, "lines", position], line


def _with_lines(text: str, found: list[Found]) -> tuple[FileProblem, ...]:
    told = tuple(
        FileProblem(code, pointer_text(place), line_of(text, place), value, expected)
        for place, code, value, expected in found[:_TOLD_AT_ONCE]
    )
    return told if len(found) <= _TOLD_AT_ONCE else (*told, FileProblem("and_more"))


def _letter(value: dict[str, Any]) -> LetterFile:
    signatories = value["signatories"]
    return LetterFile(
        kind=value["kind"],
        authoritative_language=value["authoritative_language"],
        texts={tag: Text(**parts) for tag, parts in value["texts"].items()},
        groups=tuple(_group(group) for group in signatories["groups"]),
        edition=_whole(value.get("edition")),
        published_at=_instant(value["published_at"]) if "published_at" in value else None,
        zone=value.get("zone", "UTC"),
        place=value.get("place", ""),
        printed_on=value.get("printed_on", ""),
        addressees=tuple(Addressee(**parts) for parts in value.get("addressees", ())),
        leads=tuple(value.get("leads", ())),
        photo=_photo(value["photo"]) if "photo" in value else None,
        list_order=signatories.get("order", "name"),
        counts_lead=signatories.get("counts_lead", True),
        counts_withheld=signatories.get("counts_withheld", True),
        withheld_threshold=int(signatories.get("withheld_threshold", 1)),
        withheld=_whole(signatories.get("withheld")),
    )


def _group(group: dict[str, Any]) -> ListGroup:
    return ListGroup(tuple(_line(line) for line in group["lines"]), group.get("headings", {}))


def _line(line: dict[str, Any]) -> Line:
    added_on = line.get("added_on")
    return Line(**{**line, "added_on": date.fromisoformat(added_on) if added_on else None})


def _photo(photo: dict[str, str]) -> Photo:
    return Photo(
        media_type=photo["media_type"],
        credit=photo["credit"],
        licence=photo.get("licence", ""),
        file=photo.get("file", ""),
        content=base64.b64decode(photo.get("content", "")),
    )


def _whole(number: float | None) -> int | None:
    """JSON knows one kind of number: 3.0 is 3."""
    return None if number is None else int(number)


def _instant(typed: str) -> datetime:
    return datetime.fromisoformat(typed).astimezone(UTC)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _with_line_feeds(value: Any) -> Any:
    """The same with each line end in a text as LF: browsers send CR LF, and the file has one form only."""
    if isinstance(value, str):
        return _LINE_BREAKS.sub("\n", value) if "\r" in value else value
    if isinstance(value, dict):
        return {key: _with_line_feeds(inner) for key, inner in value.items()}
    return [_with_line_feeds(inner) for inner in value] if isinstance(value, list) else value


# -- writing --------------------------------------------------------------------------------------------------------


def write(letter: LetterFile) -> bytes:
    """The letter file in its one form: UTF-8, LF, two spaces, keys in the schema's order, nothing empty but the groups.

    Names and texts go out character for character. Languages stand in the order of their tags, the authoritative
    language's text first, "und" first among names.
    """
    value = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "kind": letter.kind,
        "authoritative_language": letter.authoritative_language,
        "edition": letter.edition,
        "published_at": _instant_text(letter.published_at) if letter.published_at else None,
        "zone": letter.zone,
        "place": letter.place,
        "printed_on": letter.printed_on,
        "texts": {tag: _text_value(letter.texts[tag]) for tag in _text_order(letter)},
        "addressees": [_addressee_value(addressee) for addressee in letter.addressees],
        "leads": [_sorted(names) for names in letter.leads],
        "photo": _photo_value(letter.photo) if letter.photo else None,
        "signatories": _signatories_value(letter),
    }
    return (json.dumps(_with_line_feeds(_filled(value)), ensure_ascii=False, indent=2) + "\n").encode()


def _text_order(letter: LetterFile) -> Iterable[str]:
    return sorted(letter.texts, key=lambda tag: (tag != letter.authoritative_language, tag))


_TEXT_ORDER = (
    "title",
    "short_title",
    "deck",
    "deck_speaker",
    "salutation",
    "body",
    "closing",
    "disclaimers",
    "list_heading",
    "photo_caption",
    "photo_alternative",
    "contact_line",
)


def _text_value(text: Text) -> dict[str, str]:
    parts = {name: getattr(text, name) for name in _TEXT_ORDER}
    return {name: part for name, part in parts.items() if part or name == "body"}


def _addressee_value(addressee: Addressee) -> dict[str, Any]:
    parts = {name: _sorted(getattr(addressee, name)) for name in ("style", "name", "office")}
    return {"block": addressee.block, **_filled(parts)}


def _photo_value(photo: Photo) -> dict[str, str]:
    return {
        "media_type": photo.media_type,
        "credit": photo.credit,
        **_filled({"licence": photo.licence, "file": photo.file, "content": base64.b64encode(photo.content).decode()}),
    }


def _signatories_value(letter: LetterFile) -> dict[str, Any]:
    choices = {
        "order": letter.list_order,
        "counts_lead": letter.counts_lead,
        "counts_withheld": letter.counts_withheld,
        "withheld_threshold": letter.withheld_threshold,
    }
    withheld = {} if letter.withheld is None else {"withheld": letter.withheld}
    return {**choices, **withheld, "groups": [_group_value(group) for group in letter.groups]}


def _group_value(group: ListGroup) -> dict[str, Any]:
    headings = {"headings": _sorted(group.headings)} if group.headings else {}
    return {**headings, "lines": [_line_value(line) for line in group.lines]}


def _line_value(line: Line) -> dict[str, Any]:
    value: dict[str, Any] = {
        "names": _sorted(line.names),
        "country": line.country,
        "kind": "" if line.kind == "organisation" else line.kind,
        "affiliation": line.affiliation,
        "is_lead": line.is_lead or None,
        "added_on": line.added_on.isoformat() if line.added_on else None,
    }
    return _filled(value)


def _sorted(texts: PerLanguage) -> PerLanguage:
    return {tag: texts[tag] for tag in sorted(texts, key=lambda tag: (tag != "und", tag))}


def _filled(value: dict[str, Any]) -> dict[str, Any]:
    return {key: inner for key, inner in value.items() if inner not in (None, "", [], {})}


def _instant_text(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
