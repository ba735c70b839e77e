"""What the lists of a letter file say of one another, and whether what was attached can be taken."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from coalition.intake.attachments import AttachmentRefused, clean_attachment
from coalition.intake.letter_file_problems import Found, shown
from coalition.intake.photos import PhotoRefused, clean_photo


def beyond_lists(value: dict[str, Any]) -> Iterator[Found]:
    """What is wrong in a value that keeps to the schema."""
    yield from _in_pictures(value)
    for number, document in enumerate(value.get("documents", ())):
        yield from _in_document(document, ["documents", number])
    yield from _in_editions(value)
    yield from _in_deliveries(value)


def lines_of(value: dict[str, Any]) -> Iterator[tuple[list[str | int], dict[str, Any]]]:
    """Every line of the list with its place."""
    for number, group in enumerate(value["signatories"]["groups"]):
        for position, line in enumerate(group["lines"]):
            yield ["signatories", "groups", number, "lines", position], line


def _in_pictures(value: dict[str, Any]) -> Iterator[Found]:
    """A logo that stands beside many names is looked at once."""
    known: dict[str, str] = {}
    for at, line in lines_of(value):
        logo = line.get("logo")
        if logo is None:
            continue
        key = logo["media_type"] + logo["content"]
        code = known[key] if key in known else known.setdefault(key, _wrong_in_logo(logo))
        if code:
            yield [*at, "logo", "content"], code, "", ""


def _wrong_in_logo(logo: dict[str, str]) -> str:
    content = _bytes_of(logo["content"])
    if content is None:
        return "content_not_base64"
    try:
        return "" if clean_photo(content).media_type == logo["media_type"] else "picture_refused"
    except PhotoRefused:
        return "picture_refused"


def _in_document(document: dict[str, Any], at: list[str | int]) -> Iterator[Found]:
    content = _bytes_of(document["content"])
    if content is None:
        yield [*at, "content"], "content_not_base64", "", ""
        return
    try:
        clean = clean_attachment(content, document["file_name"])
    except AttachmentRefused:
        yield [*at, "content"], "document_refused", shown(document["file_name"]), ""
        return
    if clean.file_name != document["file_name"]:
        yield [*at, "file_name"], "wrong_form", shown(document["file_name"]), clean.file_name
    if clean.media_type != document["media_type"]:
        yield [*at, "media_type"], "not_one_of", shown(document["media_type"]), clean.media_type


def _in_editions(value: dict[str, Any]) -> Iterator[Found]:
    """Editions come one after the other up to the one that the file tells, and lines stand in one of them."""
    last, before = int(value.get("edition", 0)), 0
    for place, edition in enumerate(value.get("editions", ())):
        if edition["number"] <= before or edition["number"] > last:
            yield ["editions", place, "number"], "editions_in_order", str(edition["number"]), ""
        before = edition["number"]
    for at, line in lines_of(value):
        if line.get("from_edition", 1) > last + 1:
            yield [*at, "from_edition"], "no_such_edition", str(line["from_edition"]), ""


def _in_deliveries(value: dict[str, Any]) -> Iterator[Found]:
    """Of an edition that is not told here nobody knows how many addressees it had."""
    for place, delivery in enumerate(value.get("deliveries", ())):
        is_told = delivery.get("edition", 1) == value.get("edition", 1)
        if is_told and delivery["addressee"] > len(value.get("addressees", ())):
            yield ["deliveries", place, "addressee"], "no_such_addressee", str(delivery["addressee"]), ""


def _bytes_of(typed: str) -> bytes | None:
    try:
        return base64.b64decode(typed, validate=True)
    except (binascii.Error, ValueError):
        return None
