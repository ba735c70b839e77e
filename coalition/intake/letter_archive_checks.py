"""What the schema of an archive's content cannot say: real dates, and versions, texts and comments that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, TypeAlias

from coalition.intake import letter_file_reading
from coalition.intake.facts_as_json import moment
from coalition.intake.letter_archive_facts import LetterArchive, Version
from coalition.intake.letter_file_problems import Found
from coalition.intake.names import named, unprintable

Place: TypeAlias = list[str | int]

_NAMES = {"names", "printed_names"}
_MOMENT = re.compile(r"(?:.*_)?at")
_DAYS = {
    "resolved_on",
    "ended_on",
    "expected_on",
    "said_on",
    "dated_on",
    "delivered_on",
    "acknowledged_on",
    "responded_on",
}
_NOT_IN_TEXTS = re.compile("[\x00\ud800-\udfff]")
"""What no database keeps. Anything else stands in comments and answers as it was typed."""


def beyond_schema(value: dict[str, Any]) -> Iterator[Found]:
    """What is wrong in a value that keeps to the schema."""
    for place, code, typed, expected in letter_file_reading.beyond_schema(value["letter"]):
        yield ["letter", *place], code, typed, expected
    if value["letter"].get("photo", {}).get("file"):
        yield ["letter", "photo"], "photo_within", "", ""
    for name, inner in value.items():
        if name != "letter":
            yield from _in_values(inner, [name])
    yield from _in_versions(value)
    yield from _in_references(value)


def _in_values(value: Any, at: Place) -> Iterator[Found]:
    if isinstance(value, str):
        yield from _in_text(value, at)
    elif isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _in_values(inner, [*at, step])


def _in_text(value: str, at: Place) -> Iterator[Found]:
    """Dates that do not exist, and characters that a name or a text may not hold."""
    last = str(at[-1])
    try:
        if _MOMENT.fullmatch(last):
            moment(value)
        elif last in _DAYS:
            date.fromisoformat(value)
    except ValueError:
        yield at, "day_unknown", value, ""
    is_name = not _NAMES.isdisjoint(at)
    if bad := unprintable(value) if is_name else tuple(dict.fromkeys(_NOT_IN_TEXTS.findall(value))):
        yield at, "name_unprintable" if is_name else "text_unprintable", named(bad), ""


def _in_versions(value: dict[str, Any]) -> Iterator[Found]:
    before: list[int] = []
    for position, version in enumerate(value["versions"]):
        at: Place = ["versions", position]
        if before and version["number"] <= before[-1]:
            yield [*at, "number"], "versions_in_order", str(version["number"]), ""
        if version.get("follows", 0) not in {0, *before}:
            yield [*at, "follows"], "no_such_version", str(version["follows"]), ""
        if value["letter"]["authoritative_language"] not in version["texts"]:
            yield [*at, "texts"], "authoritative_has_no_text", value["letter"]["authoritative_language"], ""
        before.append(version["number"])
    published = value.get("published_version")
    if published is not None and published not in before:
        yield ["published_version"], "no_such_version", str(published), ""


def _in_references(value: dict[str, Any]) -> Iterator[Found]:
    """Versions and texts that something is said of, and that are not there."""
    texts = {one["number"]: set(one["texts"]) for one in value["versions"]}
    for place, version, language in _references(value):
        if version not in texts:
            yield place, "no_such_version", str(version), ""
        elif language and language not in texts[version]:
            yield place, "no_such_text", str(version), language
    for position, comment in enumerate(value.get("comments", ())):
        if comment.get("answers", 0) > position:
            yield ["comments", position, "answers"], "no_such_comment", str(comment["answers"]), ""
        missing = {"outcome", "settled_at"} - set(comment)
        if len(missing) == 1:
            yield ["comments", position], "key_missing", missing.pop(), ""
    for place, number, code, count in _numbers_named(value):
        if number > count:
            yield place, code, str(number), ""


def _references(value: dict[str, Any]) -> Iterator[tuple[Place, int, str]]:
    """Where a version is named, which one, and in which language."""
    for position, version in enumerate(value["versions"]):
        for tag, text in version["texts"].items():
            yield from _named(text, ["versions", position, "texts", tag], "translates")
    for position, comment in enumerate(value.get("comments", ())):
        yield from _named(comment, ["comments", position], "made_on", "now_on")
    for position, edition in enumerate(value.get("editions", ())):
        yield ["editions", position, "version"], edition["version"], ""
    for position, signature in enumerate(value.get("signatures", ())):
        at: Place = ["signatures", position]
        yield from [([*at, "version"], signature["version"], "")] if "version" in signature else []
        for name in ("consents", "objections"):
            for number, act in enumerate(signature.get(name, ())):
                yield [*at, name, number, "version"], act["version"], ""


def _numbers_named(value: dict[str, Any]) -> Iterator[tuple[Place, int, str, int]]:
    """Where something is named by its place in a list, which, what to say where it is not there, and how many are."""
    signatures, groups = value.get("signatures", ()), len(value["letter"]["signatories"]["groups"])
    for position, number in enumerate(value["course"].get("release", {}).get("order", ())):
        yield ["course", "release", "order", position], number, "no_such_signature", len(signatures)
    for position, signature in enumerate(signatures):
        if "group" in signature:
            yield ["signatures", position, "group"], signature["group"], "no_such_group", groups
        for number, act in enumerate(signature.get("consents", ())):
            if "evidence" in act:
                at: Place = ["signatures", position, "consents", number, "evidence"]
                yield at, act["evidence"], "no_such_evidence", len(value.get("evidence", ()))


def _named(value: dict[str, Any], at: Place, *names: str) -> Iterator[tuple[Place, int, str]]:
    for name in names:
        if name in value:
            yield [*at, name], value[name]["version"], value[name]["language"]


def in_letter(archive: LetterArchive, version: Version) -> Iterator[Found]:
    """Where the letter file has other texts than the version that it shows."""
    for tag, text in archive.letter.texts.items():
        if tag not in version.texts or version.texts[tag].parts != text:
            yield ["letter", "texts", tag], "text_differs", str(version.number), ""
    if archive.letter.addressees != version.addressees:
        yield ["letter", "addressees"], "text_differs", str(version.number), ""
