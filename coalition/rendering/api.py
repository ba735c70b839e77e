"""The read-only JSON API: the published letters for other people's programs, and the document that describes it.

It says what the public pages say and nothing else; names stand in each letter's own JSON form alone. The answers are
made at publication and served like pages. `openapi` is an OpenAPI 3.1 document: its schemas are JSON Schema 2020-12.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from coalition.models.letter import KINDS
from coalition.models.note import NOTE_KINDS
from coalition.rendering.editions_page import edition_path, editions_of
from coalition.rendering.file_links import MEDIA_TYPES
from coalition.rendering.page import path
from coalition.rendering.proof_paths import MANIFEST, manifest_path

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.models.public import PublicLetter
    from coalition.rendering.printed import PrintedLetter

ROOT: Final = "/api/v1"
LETTERS: Final = f"{ROOT}/letters"
DOCUMENT: Final = f"{ROOT}/openapi.json"
Facts = dict[str, Any]


def letters(listed: Iterable[tuple[PublicLetter, PrintedLetter]]) -> bytes:
    """Every published letter in the archive's order."""
    return _json({"letters": [_entry(public, letter) for public, letter in listed]})


def letter_path(slug: str) -> str:
    """Where one letter stands."""
    return f"{LETTERS}/{slug}"


def letter(session: Session, public: PublicLetter, printed: PrintedLetter) -> bytes:
    """One letter: its entry, with its forms, editions and notes."""
    return _json(
        _entry(public, printed)
        | {
            "forms": {
                tag: {ending.lstrip("./"): _full(printed, path(printed, tag, ending)) for ending in MEDIA_TYPES}
                for tag in printed.languages
            },
            "editions": [
                {
                    "number": edition.number,
                    "published_at": _moment(edition.published_at),
                    "address": _full(printed, edition_path(public.slug, edition.number)),
                    "manifest": _full(printed, manifest_path(public.slug, edition.number, "", MANIFEST)),
                }
                for edition in editions_of(session, public)
            ],
            "notes": [
                {
                    "kind": note.kind,
                    "dated_on": note.dated_on.isoformat(),
                    "published_at": _moment(note.published_at),
                    "words": note.words,
                }
                for note in printed.after.notes
            ],
        }
    )


def _entry(public: PublicLetter, printed: PrintedLetter) -> Facts:
    tag = printed.authoritative_language
    return {
        "slug": public.slug,
        "kind": printed.kind,
        "titles": {one: text.title or text.short_title for one, text in printed.texts.items()},
        "authoritative_language": tag,
        "addresses": {one: printed.address(one) for one in printed.languages},
        "published_at": _moment(public.first_published_at),
        "updated_at": _moment(public.updated_at),
        "edition": printed.edition,
        "version": printed.version,
        "figures": asdict(printed.figures),
        "withheld_count": printed.withheld_count,
        "topics": list(printed.about.topics),
        "fingerprints": printed.fingerprints,
        "self": _full(printed, letter_path(public.slug)),
        "data": printed.address(tag, ".json"),
    }


def openapi(root: str, title: str) -> bytes:
    """The document that describes this API; `root` is the site's address without a slash at its end."""
    return _json(
        {
            "openapi": "3.1.0",
            "info": {"title": title, "version": "1", "description": "Published joint letters, read-only."},
            "servers": [{"url": root}],
            "paths": {
                LETTERS: {"get": _operation("listLetters", "Every published letter.", "Letters")},
                f"{LETTERS}/{{slug}}": {
                    "get": _operation("getLetter", "One letter with its forms, editions and notes.", "Letter")
                    | {"parameters": [{"name": "slug", "in": "path", "required": True, "schema": _SLUG}]}
                },
            },
            "components": {"schemas": _SCHEMAS},
        }
    )


def _operation(name: str, summary: str, schema: str) -> Facts:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {
        "operationId": name,
        "summary": summary,
        "responses": {
            "200": {"description": summary, "content": content, "headers": {"ETag": _ETAG}},
            "304": {"description": "Nothing changed since the entity tag that was sent.", "headers": {"ETag": _ETAG}},
            "404": {"description": "There is nothing at this address.", "content": _PAGE},
            "405": {
                "description": "Nothing is changed here: GET and HEAD are what there is.",
                "headers": {"Allow": _told("The methods that there are.")},
                "content": _PAGE,
            },
            "414": {"description": "The address is longer than any of ours.", "content": _PAGE},
            "503": {
                "description": "The site is busy.",
                "headers": {"Retry-After": _told("Seconds after which to come again.")},
                "content": _PAGE,
            },
        },
    }


def _told(description: str) -> Facts:
    """A header that comes with the answer."""
    return {"description": description, "required": True, "schema": _TEXT}


def _object(properties: Facts) -> Facts:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _by_language(value: Facts, description: str) -> Facts:
    return {"type": "object", "additionalProperties": value, "description": f"Language tag to {description}."}


_TEXT: Final = {"type": "string"}
_SLUG: Final = {"type": "string", "pattern": "^[a-z0-9-]{1,120}$"}
_ETAG: Final = {"description": "Sent as If-None-Match, it asks for changes alone.", "schema": _TEXT}
_PAGE: Final = {"text/html": {"schema": _TEXT}}
"""A refusal is a page in words, for people."""
_ADDRESS: Final = {"type": "string", "format": "uri"}
_MOMENT: Final = {"type": "string", "format": "date-time"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_ENTRY: Final = {
    "slug": _TEXT,
    "kind": {"type": "string", "enum": list(KINDS)},
    "titles": _by_language(_TEXT, 'its title; "" for a letter without one'),
    "authoritative_language": _TEXT,
    "addresses": _by_language(_ADDRESS, "its page"),
    "published_at": _MOMENT,
    "updated_at": _MOMENT,
    "edition": {"type": "integer", "minimum": 1},
    "version": _COUNT,
    "figures": _object(dict.fromkeys(("signatories", "organisations", "individuals", "countries"), _COUNT)),
    "withheld_count": {"type": ["integer", "null"], "description": "null: the letter does not say."},
    "topics": {"type": "array", "items": _TEXT},
    "fingerprints": _by_language(_TEXT, "the SHA-256 of what was agreed to"),
    "self": _ADDRESS,
    "data": _ADDRESS | {"description": "The letter whole, with its list of names."},
}
_SCHEMAS: Final[Facts] = {
    "Letters": _object({"letters": {"type": "array", "items": {"$ref": "#/components/schemas/Entry"}}}),
    "Entry": _object(_ENTRY),
    "Letter": _object(
        _ENTRY
        | {
            "forms": _by_language(_by_language(_ADDRESS, "its address"), "its forms"),
            "editions": {
                "type": "array",
                "items": _object(
                    {
                        "number": {"type": "integer", "minimum": 1},
                        "published_at": _MOMENT,
                        "address": _ADDRESS,
                        "manifest": _ADDRESS,
                    }
                ),
            },
            "notes": {
                "type": "array",
                "items": _object(
                    {
                        "kind": {"type": "string", "enum": list(NOTE_KINDS)},
                        "dated_on": {"type": "string", "format": "date"},
                        "published_at": _MOMENT,
                        "words": _by_language(_TEXT, "the note in Markdown"),
                    }
                ),
            },
        }
    ),
}


def _full(printed: PrintedLetter, here: str) -> str:
    return printed.public_address + here


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _json(facts: Facts) -> bytes:
    return (json.dumps(facts, ensure_ascii=False, indent=2) + "\n").encode()
