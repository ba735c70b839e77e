"""The content of a letter archive as JSON: read strictly, and written in one form only (docs/letter-archive.md).

It holds names that are withheld: it leaves this process in a sealed file only (`coalition.intake.sealed_file`).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from coalition.intake.facts_as_json import as_value, facts_of
from coalition.intake.letter_archive_checks import beyond_schema, in_letter
from coalition.intake.letter_archive_facts import (
    Comment,
    Course,
    Evidence,
    Invitation,
    LetterArchive,
    PrivateNote,
    Signature,
    TeamDelivery,
    TeamEdition,
    TeamNote,
    TeamResponse,
    Version,
)
from coalition.intake.letter_file_problems import FileProblem, LetterFileError, explained
from coalition.intake.letter_file_reading import SCHEMA as LETTER_SCHEMA
from coalition.intake.letter_file_reading import letter_of, parsed, with_lines
from coalition.intake.letter_file_writing import addressee_value, in_one_form, text_value, value_of, with_line_feeds

FORMAT = "coalition-letter-archive-content"
FORMAT_VERSION = 2
SCHEMA = Path(__file__).with_name("letter-archive.schema.json")


def write(archive: LetterArchive) -> bytes:
    """The content in its one form: UTF-8, LF, two spaces, keys in the schema's order, nothing that has its default."""
    value = {"format": FORMAT, "format_version": FORMAT_VERSION, "letter": value_of(archive.letter)}
    rest = as_value(archive) | {"versions": [version_value(version) for version in archive.versions]}
    return in_one_form(value | {name: rest[name] for name in rest if name != "letter"})


def version_value(version: Version) -> dict[str, Any]:
    """A version as it stands in the content: its texts and addressees as in a letter file."""
    value: dict[str, Any] = as_value(version)
    for tag, text in value["texts"].items():
        text["parts"] = text_value(version.texts[tag].parts)
    if version.addressees:
        value["addressees"] = [addressee_value(one) for one in version.addressees]
    return value


def read(data: bytes) -> LetterArchive:
    """The letter in the content of an archive. Raises LetterFileError with its problems, each with its place."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise LetterFileError((FileProblem("not_utf_8"),)) from None
    value = parsed(text, FORMAT, otherwise="not_an_archive")
    found = [one for error in _validator().iter_errors(value) for one in explained(error)]
    found = found or [*beyond_schema(value)]
    if found:
        raise LetterFileError(with_lines(text, found))
    archive = _archive(with_line_feeds(value))
    if found := [*in_letter(archive, shown_version(archive))]:
        raise LetterFileError(with_lines(text, found))
    return archive


def shown_version(archive: LetterArchive) -> Version:
    """The version whose text the letter file has: the one published, else the one in force."""
    if archive.published_version is not None:
        return next(one for one in archive.versions if one.number == archive.published_version)
    in_force = [one for one in archive.versions if one.put_forward_at]
    return in_force[-1] if in_force else archive.versions[-1]


def _archive(value: dict[str, Any]) -> LetterArchive:
    def many(kind: Any, name: str) -> Any:
        return tuple(facts_of(kind, one) for one in value.get(name, ()))

    return LetterArchive(
        letter=letter_of(value["letter"]),
        course=facts_of(Course, value["course"]),
        versions=many(Version, "versions"),
        published_version=value.get("published_version"),
        comments=many(Comment, "comments"),
        signatures=many(Signature, "signatures"),
        evidence=many(Evidence, "evidence"),
        invitations=many(Invitation, "invitations"),
        editions=many(TeamEdition, "editions"),
        notes=many(TeamNote, "notes"),
        deliveries=many(TeamDelivery, "deliveries"),
        responses=many(TeamResponse, "responses"),
        private_notes=many(PrivateNote, "private_notes"),
    )


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    schema["$defs"]["letter_file"] = json.loads(LETTER_SCHEMA.read_text(encoding="utf-8"))  # so that its name is found
    return Draft202012Validator(schema)
