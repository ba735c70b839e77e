"""The words of a letter's files that its page has elsewhere: embargo, key, page numbers, attached documents."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Final

from babel.units import format_unit
from flask_babel import force_locale, gettext

from coalition.languages import babel_locale, embargo_moment, interface_language, isolate, name
from coalition.rendering.words import first_of

if TYPE_CHECKING:
    from coalition.rendering.printed import PrintedLetter
    from coalition.rendering.printed_files import PrintedDocument

KINDS: Final = {
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PPTX",
    "application/vnd.oasis.opendocument.text": "ODT",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/vnd.oasis.opendocument.presentation": "ODP",
    "application/rtf": "RTF",
    "text/plain": "TXT",
    "text/csv": "CSV",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WebP",
}
"""Media types of attached documents, and what people call them."""
KILO, MEGA = 1_000, 1_000_000


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """An attached document as it is said: what it is called, and beside it its language, kind and size."""

    label: str
    facts: str
    address: str
    """"" for one of what is not published: it can be had nowhere yet. So with the path."""
    path: str
    language: str
    media_type: str


@dataclass(frozen=True, slots=True)
class FileWords:
    """An empty string is something that is not said."""

    embargo: str
    signing_key: str
    page_words: str
    """With "{page}" and "{pages}"."""
    documents_heading: str
    documents: tuple[DocumentWords, ...]


def file_words(letter: PrintedLetter, language: str) -> FileWords:
    """What the files of a letter in one of its languages say, in the interface's language nearest to it."""
    facts = letter.files
    with force_locale(interface_language(language)):
        return FileWords(
            embargo=embargo_of(letter, language),
            signing_key=gettext("Signed with the key %(fingerprint)s", fingerprint=isolate(facts.signing_key))
            if facts.signing_key
            else "",
            page_words=gettext("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
            documents_heading=gettext("Documents") if facts.documents else "",
            documents=tuple(document_words(one, letter, language) for one in facts.documents),
        )


def embargo_of(letter: PrintedLetter, language: str) -> str:
    """That nothing may be said before a moment, told in the letter's zone and in UTC, in the present locale; or ""."""
    until = letter.files.embargo_until
    if until is None:
        return ""
    moment = embargo_moment(until, letter.zone, language)
    return str(gettext("Under embargo until %(moment)s. Do not pass the text on before.", moment=moment))


def document_words(one: PrintedDocument, letter: PrintedLetter, language: str) -> DocumentWords:
    """A document as it is said in one of the letter's languages."""
    facts = [name(one.language, interface_language(language))] if one.language else []
    facts += [KINDS.get(one.media_type, one.media_type), size_words(one.size, language)]
    return DocumentWords(
        label=first_of(one.labels, language, letter.authoritative_language) or one.file_name,
        facts=reduce(_then, facts),
        address=letter.public_address + one.path if one.path else "",
        path=one.path,
        language=one.language,
        media_type=one.media_type,
    )


def _then(before: str, after: str) -> str:
    """Two facts after one another, with the comma of the present language."""
    return str(gettext("%(before)s, %(after)s", before=before, after=after))


def size_words(size: int, language: str) -> str:
    """A size in kilobytes or megabytes, as the interface's language writes it."""
    locale = babel_locale(interface_language(language))
    if size >= MEGA:
        return str(format_unit(round(size / MEGA, 1), "digital-megabyte", length="short", locale=locale))
    return str(format_unit(max(round(size / KILO), 1), "digital-kilobyte", length="short", locale=locale))
