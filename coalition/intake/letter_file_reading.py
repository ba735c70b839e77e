"""Reading a letter file strictly: against its schema, and for what a schema cannot say."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from coalition.intake.facts_as_json import facts_of, moment
from coalition.intake.json_places import KeyTwice, NotJson, line_of, line_of_second, read_json
from coalition.intake.letter_facts import (
    About,
    Address,
    Addressee,
    Delivery,
    Document,
    Edition,
    LetterFile,
    Line,
    ListGroup,
    Note,
    Photo,
    Response,
    Retraction,
    Text,
)
from coalition.intake.letter_file_lists import beyond_lists, lines_of
from coalition.intake.letter_file_problems import FileProblem, Found, LetterFileError, explained, pointer_text, shown
from coalition.intake.letter_file_writing import FORMAT, with_line_feeds
from coalition.intake.names import named, unprintable
from coalition.languages import is_zone

SCHEMA = Path(__file__).with_name("letter-file.schema.json")
SIZE_LIMIT = 300_000_000
"""Twenty attached documents of the largest size, in base64. The desk takes less: what its server takes."""
LINES_LIMIT = 100_000
_TOLD_AT_ONCE = 20
_ONE: dict[str, Any] = {"about": About, "retraction": Retraction}
_MANY: dict[str, Any] = {
    "documents": Document,
    "notes": Note,
    "deliveries": Delivery,
    "responses": Response,
    "editions": Edition,
    "addresses": Address,
}
"""What stands in the file as its class has it."""
_NAMES = {"names", "leads", "printed_names"}
# Not the bidi controls: word processors put them into running text, and there they do no harm to a neighbour.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def read(data: bytes) -> LetterFile:
    """The letter in the bytes of a letter file. Raises LetterFileError with its problems, each with its place."""
    text = _decoded(data)
    value = parsed(text, FORMAT)
    found = [*_against_schema(value)] or [*beyond_schema(value)]
    if found:
        raise LetterFileError(with_lines(text, found))
    return letter_of(with_line_feeds(value))


def _decoded(data: bytes) -> str:
    if len(data) > SIZE_LIMIT:
        raise LetterFileError((FileProblem("too_large", value="300 MB"),))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise LetterFileError((FileProblem("not_utf_8"),)) from None


def parsed(text: str, form: str, *, otherwise: str = "not_a_letter_file") -> dict[str, Any]:
    """The object of a JSON text that says it has this format. Raises LetterFileError, with `otherwise` for another."""
    try:
        value = read_json(text)
    except NotJson as wrong:
        raise LetterFileError((FileProblem("not_json", line=wrong.line),)) from wrong
    except KeyTwice as wrong:
        twice = FileProblem("key_twice", line=line_of_second(text, wrong.key), value=shown(wrong.key))
        raise LetterFileError((twice,)) from wrong
    if not isinstance(value, dict) or value.get("format") != form:
        raise LetterFileError((FileProblem(otherwise),))
    return value


def _against_schema(value: dict[str, Any]) -> Iterator[Found]:
    for error in _validator().iter_errors(value):
        yield from explained(error)


def beyond_schema(value: dict[str, Any]) -> Iterator[Found]:
    """What a schema cannot say: real dates, known zones, printable characters, a text in the authoritative language."""
    if value["authoritative_language"] not in value["texts"]:
        yield ["authoritative_language"], "authoritative_has_no_text", value["authoritative_language"], ""
    if "zone" in value and not is_zone(value["zone"]):
        yield ["zone"], "zone_not_known", shown(value["zone"]), ""
    yield from _in_dates(value)
    yield from _in_photo(value.get("photo"))
    yield from in_strings(value, [])
    yield from beyond_lists(value)
    groups = value["signatories"]["groups"]
    if sum(len(group["lines"]) for group in groups) > LINES_LIMIT:
        yield ["signatories", "groups"], "too_many", "", str(LINES_LIMIT)


def _in_dates(value: dict[str, Any]) -> Iterator[Found]:
    checks: list[tuple[list[str | int], str, Callable[[str], object]]] = []
    if "published_at" in value:
        checks.append((["published_at"], value["published_at"], moment))
    if "printed_on" in value:
        checks.append((["printed_on"], value["printed_on"], _first_day))
    for at, line in lines_of(value):
        if "added_on" in line:
            checks.append(([*at, "added_on"], line["added_on"], date.fromisoformat))
    checks += [*_dates_beyond(value)]
    for place, typed, parse in checks:
        try:
            parse(typed)
        except ValueError:
            yield place, "day_unknown", typed, ""


def _first_day(typed: str) -> date:
    """A month or a year is checked as its first day."""
    return date.fromisoformat((typed + "-01-01")[:10])


def _dates_beyond(value: dict[str, Any]) -> Iterator[tuple[list[str | int], str, Callable[[str], object]]]:
    """The dates of what stands in the file as its class has it."""
    if "event_on" in value.get("about", {}):
        yield ["about", "event_on"], value["about"]["event_on"], _first_day
    if "retraction" in value:
        yield ["retraction", "at"], value["retraction"]["at"], moment
    for name in _MANY:
        for number, one in enumerate(value.get(name, ())):
            for key, typed in one.items():
                if key.endswith(("_on", "_at")):
                    yield [name, number, key], typed, date.fromisoformat if key.endswith("_on") else moment


def _in_photo(photo: dict[str, str] | None) -> Iterator[Found]:
    if photo is None:
        return
    if bool(photo.get("content")) == bool(photo.get("file")):
        yield ["photo"], "photo_twice_or_not", "", ""
    try:
        base64.b64decode(photo.get("content", ""), validate=True)
    except (binascii.Error, ValueError):
        yield ["photo", "content"], "content_not_base64", "", ""


def in_strings(value: object, at: list[str | int]) -> Iterator[Found]:
    """Characters that a name may not hold in the names of the list, and control characters everywhere else."""
    if isinstance(value, str):
        is_name = not _NAMES.isdisjoint(at)
        if bad := unprintable(value) if is_name else tuple(dict.fromkeys(_CONTROLS.findall(value))):
            yield list(at), "name_unprintable" if is_name else "text_unprintable", named(bad), ""
    elif isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from in_strings(inner, [*at, step])


def with_lines(text: str, found: list[Found]) -> tuple[FileProblem, ...]:
    """The problems found in a text, each with its line; only the first ones."""
    told = tuple(
        FileProblem(code, pointer_text(place), line_of(text, place), value, expected)
        for place, code, value, expected in found[:_TOLD_AT_ONCE]
    )
    return told if len(found) <= _TOLD_AT_ONCE else (*told, FileProblem("and_more"))


def letter_of(value: dict[str, Any]) -> LetterFile:
    """The letter of a value that keeps to the schema, and to what `beyond_schema` asks."""
    signatories = value["signatories"]
    return LetterFile(
        kind=value["kind"],
        authoritative_language=value["authoritative_language"],
        texts={tag: Text(**parts) for tag, parts in value["texts"].items()},
        groups=tuple(_group(group) for group in signatories["groups"]),
        edition=_whole(value.get("edition")),
        published_at=moment(value["published_at"]) if "published_at" in value else None,
        zone=value.get("zone", "UTC"),
        place=value.get("place", ""),
        printed_on=value.get("printed_on", ""),
        addressees=tuple(Addressee(**parts) for parts in value.get("addressees", ())),
        leads=tuple(value.get("leads", ())),
        photo=_photo(value["photo"]) if "photo" in value else None,
        list_order=signatories.get("order", "name"),
        look=signatories.get("look", {}),
        counts_lead=signatories.get("counts_lead", True),
        counts_withheld=signatories.get("counts_withheld", True),
        withheld_threshold=int(signatories.get("withheld_threshold", 1)),
        withheld=_whole(signatories.get("withheld")),
        **_as_their_classes(value),
    )


def _as_their_classes(value: dict[str, Any]) -> dict[str, Any]:
    one = {name: facts_of(kind, value[name]) for name, kind in _ONE.items() if name in value}
    return one | {name: tuple(facts_of(kind, each) for each in value.get(name, ())) for name, kind in _MANY.items()}


def _group(group: dict[str, Any]) -> ListGroup:
    return ListGroup(
        lines=tuple(_line(line) for line in group["lines"]),
        headings=group.get("headings", {}),
        unnamed=group.get("unnamed", {}),
        for_persons=group.get("for_persons", False),
    )


def _line(line: dict[str, Any]) -> Line:
    return facts_of(Line, line)


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


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
