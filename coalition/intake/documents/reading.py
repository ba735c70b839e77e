"""One way in for every kind of document."""

from __future__ import annotations

import re
from pathlib import PurePath

from coalition.intake.documents.document import (
    Changes,
    Document,
    DocumentRefused,
    Encrypted,
    Kind,
    Lost,
    NotADocument,
    NothingInIt,
    OldWord,
    PdfRefused,
    TooDeep,
    TooLarge,
)
from coalition.intake.documents.open_document import read_odt
from coalition.intake.documents.web_page import read_html, read_text
from coalition.intake.documents.word import read_docx
from coalition.intake.texts import tidy_text

SIZE_LIMIT = 10_000_000
"""Bytes of a file as it is sent."""
TEXT_LIMIT = 3_000_000
"""Bytes of a file that is text alone: the length of several books."""

_ENDINGS: dict[str, Kind] = {
    ".docx": "docx",
    ".docm": "docx",
    ".dotx": "docx",
    ".odt": "odt",
    ".ott": "odt",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "markdown",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_PICTURE = re.compile(r"!\[([^\]\n]*)\]\(")


def kind_of(file_name: str) -> Kind:
    """The kind of document that a file's name promises. Raises NotADocument for any other ending."""
    ending = PurePath(file_name.replace("\\", "/")).suffix.lower()
    if ending == ".pdf":
        raise PdfRefused
    if ending == ".doc":
        raise OldWord
    if ending not in _ENDINGS:
        raise NotADocument
    return _ENDINGS[ending]


def read_document(content: bytes, kind: Kind, *, changes: Changes = "accept") -> Document:
    """The text of a file as a letter's Markdown, with what has to be asked or said about it.

    `changes`: with the tracked changes of a DOCX, or as the text was before them. Raises a DocumentRefused.
    """
    check_start(content, kind)
    try:
        match kind:
            case "docx":
                return read_docx(content, changes=changes)
            case "odt":
                return read_odt(content)
            case "html":
                return read_html(content)
            case "markdown":
                return _read_markdown(content)
    except DocumentRefused:
        raise
    except RecursionError as deep:
        raise TooDeep from deep
    except MemoryError:
        raise
    except Exception as broken:  # a damaged file makes the readers meet anything: no such key, no number, no parent
        raise NotADocument from broken


def check_start(content: bytes, kind: Kind) -> None:
    """What can be refused by a look at the file's size and first bytes. Raises a DocumentRefused."""
    if len(content) > SIZE_LIMIT or (kind in {"html", "markdown"} and len(content) > TEXT_LIMIT):
        raise TooLarge
    if not content.strip():
        raise NothingInIt
    if content.startswith(b"%PDF"):
        raise PdfRefused
    if content.startswith(_OLE):
        raise Encrypted if _LOCKED in content else OldWord
    if content.startswith(b"{\\rtf") or (kind in {"docx", "odt"}) != content.startswith(b"PK"):
        raise NotADocument


def _read_markdown(content: bytes) -> Document:
    """Markdown stays as it is typed; pictures in it are only pointed out."""
    text = tidy_text(read_text(content)).strip("\n")
    if not text.strip():
        raise NothingInIt
    pictures = _PICTURE.findall(text)
    lost = (Lost("image_typed", len(pictures), ", ".join(filter(None, pictures))[:200]),) if pictures else ()
    title, text = _title_of(text)
    return Document(text, title, lost=lost)


def _title_of(text: str) -> tuple[str, str]:
    """The heading of the first level that a file begins with, if it is the only one of that level."""
    first, _newline, rest = text.lstrip().partition("\n")
    heading = re.fullmatch(r"# +(.+?)(?: +#+)?", first.strip())
    if heading and not re.search(r"^#\s", rest, re.MULTILINE) and rest.strip():
        return heading[1].replace("\\", ""), rest.strip("\n")
    return "", text
