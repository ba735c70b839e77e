"""Writing a letter file in its one form."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from typing import Any

from coalition.intake.facts_as_json import as_value, moment_text
from coalition.intake.letter_facts import Addressee, LetterFile, Line, ListGroup, PerLanguage, Photo, Text

FORMAT = "coalition-letter"
FORMAT_VERSION = 2
_LINE_BREAKS = re.compile(r"\r\n?")


def write(letter: LetterFile) -> bytes:
    """The letter file in its one form: UTF-8, LF, two spaces, keys in the schema's order, nothing empty but the groups.

    Names and texts go out character for character. Languages stand in the order of their tags, the authoritative
    language's text first, "und" first among names.
    """
    return in_one_form(value_of(letter))


def in_one_form(value: dict[str, Any]) -> bytes:
    """The bytes of a file of ours."""
    return (json.dumps(with_line_feeds(value), ensure_ascii=False, indent=2) + "\n").encode()


def value_of(letter: LetterFile) -> dict[str, Any]:
    """The letter file as the JSON value that `write` writes."""
    value = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "kind": letter.kind,
        "authoritative_language": letter.authoritative_language,
        "edition": letter.edition,
        "published_at": moment_text(letter.published_at) if letter.published_at else None,
        "zone": letter.zone,
        "place": letter.place,
        "printed_on": letter.printed_on,
        "texts": {tag: text_value(letter.texts[tag]) for tag in _text_order(letter)},
        "addressees": [addressee_value(addressee) for addressee in letter.addressees],
        "leads": [_sorted(names) for names in letter.leads],
        "photo": _photo_value(letter.photo) if letter.photo else None,
        "about": as_value(letter.about),
        "documents": as_value(letter.documents),
        "signatories": _signatories_value(letter),
        "notes": as_value(letter.notes),
        "deliveries": as_value(letter.deliveries),
        "responses": as_value(letter.responses),
        "editions": as_value(letter.editions),
        "addresses": as_value(letter.addresses),
        "retraction": as_value(letter.retraction),
    }
    return _filled(value)


def _text_order(letter: LetterFile) -> Iterable[str]:
    return sorted(letter.texts, key=lambda tag: (tag != letter.authoritative_language, tag))


_TEXT_ORDER = (
    "title",
    "second_title",
    "kicker",
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


def text_value(text: Text) -> dict[str, str]:
    """A text as it stands in the file."""
    parts = {name: getattr(text, name) for name in _TEXT_ORDER}
    return {name: part for name, part in parts.items() if part or name == "body"}


def addressee_value(addressee: Addressee) -> dict[str, Any]:
    """An addressee as it stands in the file."""
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
        **_filled({"look": {name: letter.look[name] for name in sorted(letter.look)}}),
        "counts_lead": letter.counts_lead,
        "counts_withheld": letter.counts_withheld,
        "withheld_threshold": letter.withheld_threshold,
    }
    withheld = {} if letter.withheld is None else {"withheld": letter.withheld}
    return {**choices, **withheld, "groups": [_group_value(group) for group in letter.groups]}


def _group_value(group: ListGroup) -> dict[str, Any]:
    headings = {"headings": _sorted(group.headings)} if group.headings else {}
    unnamed = {"unnamed": _sorted(group.unnamed)} if group.unnamed else {}
    for_persons = {"for_persons": True} if group.for_persons else {}
    return {**headings, **unnamed, **for_persons, "lines": [_line_value(line) for line in group.lines]}


def _line_value(line: Line) -> dict[str, Any]:
    value: dict[str, Any] = {
        "names": _sorted(line.names),
        "country": line.country,
        "kind": "" if line.kind == "organisation" else line.kind,
        "affiliation": line.affiliation,
        "is_lead": line.is_lead or None,
        "added_on": line.added_on.isoformat() if line.added_on else None,
        "country_printed": _sorted(line.country_printed),
        "from_edition": line.from_edition if line.from_edition > 1 else None,
        "logo": as_value(line.logo),
    }
    return _filled(value)


def _sorted(texts: PerLanguage) -> PerLanguage:
    return {tag: texts[tag] for tag in sorted(texts, key=lambda tag: (tag != "und", tag))}


def _filled(value: dict[str, Any]) -> dict[str, Any]:
    return {key: inner for key, inner in value.items() if inner not in (None, "", [], {})}


def with_line_feeds(value: Any) -> Any:
    """The same with each line end in a text as LF: browsers send CR LF, and the file has one form only."""
    if isinstance(value, str):
        return _LINE_BREAKS.sub("\n", value) if "\r" in value else value
    if isinstance(value, dict):
        return {key: with_line_feeds(inner) for key, inner in value.items()}
    return [with_line_feeds(inner) for inner in value] if isinstance(value, list) else value
