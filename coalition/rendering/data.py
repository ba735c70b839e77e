"""A published letter as JSON, for other people's programs: the edition's facts and names, nothing that is not public.

The fields, all present ("" , [] or null where the letter has nothing to say):

- `format` "coalition-edition", `format_version` 1
- `address` of the letter; `slug`; `kind` ("open_letter", "joint_statement", …); `coalition` {language: name}
- `edition` number; `published_at` (RFC 3339, UTC); `zone` (IANA); `place`; `printed_on` (ISO 8601 day, month or year)
- `languages`, the authoritative one first; `authoritative_language`; `fingerprints` {language: SHA-256}
- `texts` {language: {`address`, `title` or null, `second_title`, `kicker`, `short_title`, `deck`, `deck_speaker`,
  `salutation`, `body`, `body_plain`, `closing`, `disclaimers`, `list_heading`, `photo_caption`, `photo_alternative`,
  `contact_line`}}; `body` is Markdown with figures as placeholders, as agreed to; `body_plain` is wrapped text with the
  figures filled
- `figures` {`signatories`, `organisations`, `individuals`, `countries`}; `withheld_count` or null where it is not said
- `leads` [{language: name}]; `addressees` [{`block` "to" or "cc", `style`, `name`, `office`: each {language: text}}]
- `about` {`topics` [text], `series`, `hashtags` [text without "#"], `countries_addressed` [ISO 3166], `organiser` and
  `campaign` (of another group's campaign that it supports, and its address), `event` {language: text}, `event_on`,
  `press` {language: {`contact`, `quotations` [{`words`, `speaker`, `office`}]}}}
- `documents` [{`address`, `labels` {language: text}, `language`, `media_type`, `size` in bytes}]
- `photo` null or {`address`, `media_type`, `width`, `height`, `credit`, `licence`}
- `list_order` "name", "country", "date" or "hand"; `groups` [{`headings` {language: text}, `lines`}]; a line is
  {`name`, exactly as printed in the authoritative language, `names` {language: name} where another language prints
  another, `country` (ISO 3166 or ""), `kind`, `affiliation`, `is_lead`, `added_on` (day) or null}, in the authoritative
  language's order
"""

import json
from dataclasses import asdict
from datetime import UTC
from typing import Any

from coalition.rendering.printed import PrintedGroup, PrintedLetter, PrintedLine, PrintedPhoto, PrintedText
from coalition.rendering.printed_files import PrintedDocument
from coalition.rendering.text import to_plain

Facts = dict[str, Any]


def to_json(letter: PrintedLetter) -> bytes:
    """The letter as JSON (UTF-8, keys sorted, two spaces, LF at the end): the same bytes for the same edition."""
    return (json.dumps(_facts(letter), ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()


def _facts(letter: PrintedLetter) -> Facts:
    return {
        "format": "coalition-edition",
        "format_version": 1,
        "address": letter.address(letter.authoritative_language),
        "slug": letter.slug,
        "kind": letter.kind,
        "coalition": letter.coalition_name,
        "edition": letter.edition,
        "published_at": letter.published_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "zone": letter.zone,
        "place": letter.place,
        "printed_on": letter.printed_on,
        "languages": letter.languages,
        "authoritative_language": letter.authoritative_language,
        "fingerprints": letter.fingerprints,
        "texts": {tag: _text(letter, text) for tag, text in letter.texts.items()},
        "figures": asdict(letter.figures),
        "withheld_count": letter.withheld_count,
        "leads": letter.leads,
        "documents": [_document(document, letter) for document in letter.files.documents],
        "about": asdict(letter.about),
        "addressees": [asdict(addressee) for addressee in letter.addressees],
        "photo": _photo(letter, letter.photo) if letter.photo else None,
        "list_order": letter.list_order,
        "groups": [_group(letter, group) for group in letter.groups],
    }


def _text(letter: PrintedLetter, text: PrintedText) -> Facts:
    parts = asdict(text)
    tag = parts.pop("language")
    return {
        **parts,
        "address": letter.address(tag),
        "body_plain": to_plain(text.body, tag, letter.figures),
    }


def _document(document: PrintedDocument, letter: PrintedLetter) -> Facts:
    return {
        "address": letter.public_address + document.path,
        "labels": document.labels,
        "language": document.language,
        "media_type": document.media_type,
        "size": document.size,
    }


def _photo(letter: PrintedLetter, photo: PrintedPhoto) -> Facts:
    return {
        "address": letter.public_address + photo.path,
        "media_type": photo.media_type,
        "width": photo.width,
        "height": photo.height,
        "credit": photo.credit,
        "licence": photo.licence,
    }


def _group(letter: PrintedLetter, group: PrintedGroup) -> Facts:
    tag = letter.authoritative_language
    return {"headings": group.headings, "lines": [_line(line, tag) for line in letter.ordered(group, tag)]}


def _line(line: PrintedLine, language: str) -> Facts:
    """A name stands once; the same name in another language is not said again."""
    name = line.name(language)
    others = {tag: other for tag, other in line.names.items() if tag != "und" and other != name}
    return {
        "name": name,
        "names": others,
        "country": line.country,
        "kind": line.kind,
        "affiliation": line.affiliation,
        "is_lead": line.is_lead,
        "added_on": line.added_on.isoformat() if line.added_on else None,
    }
