"""A document to attach to a letter, as it is uploaded: known by its own first bytes, never by its name.

Pictures are made anew without what was not their picture. Documents stay byte for byte as they came: readers, and who
signed, shall get what the team chose; what its program wrote into it, such as a name of an author, stays in there.
"""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Final

from coalition.intake.photos import PhotoRefused, clean_photo
from coalition.languages.normal_forms import normal_form

LARGEST: Final = 10_000_000
"""Bytes."""
NAME_LIMIT: Final = 80
ENDINGS: Final = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".rtf": "application/rtf",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
"""What may be attached: the ending that readers see, and the media type."""
_SAME: Final = {".jpeg": ".jpg"}
_PARTS: Final = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml", ".pptx": "ppt/presentation.xml"}
_ODF: Final = frozenset({".odt", ".ods", ".odp"})
_MACROS: Final = re.compile(r"vbaProject\.bin$|^Basic/|^Scripts/")
_KEPT: Final = re.compile(r"[^\w.-]+")


class AttachmentRefused(ValueError):
    """The file cannot be attached."""


class EmptyAttachment(AttachmentRefused):
    """A file without a byte."""


class AttachmentTooLarge(AttachmentRefused):
    """More than LARGEST bytes."""


class UnknownKind(AttachmentRefused):
    """A kind that is not among ENDINGS."""


class NotWhatItSays(AttachmentRefused):
    """The name says one kind, the bytes are another, or cut off."""


class HasMacros(AttachmentRefused):
    """A document with programs inside."""


@dataclass(frozen=True, slots=True)
class CleanAttachment:
    """A document as readers will get it."""

    content: bytes
    media_type: str
    file_name: str
    """Letters, digits, points, hyphens and underscores; ends in one of ENDINGS."""


def clean_attachment(content: bytes, name: str) -> CleanAttachment:
    """The document in an uploaded file called `name`. Raises an AttachmentRefused."""
    if not content:
        raise EmptyAttachment
    if len(content) > LARGEST:
        raise AttachmentTooLarge
    stem, ending = _parts_of(name)
    if ending not in ENDINGS:
        raise UnknownKind
    media_type = ENDINGS[ending]
    if media_type.startswith("image/"):
        content = _picture(content, media_type)
    elif not _is(content, ending):
        raise NotWhatItSays
    return CleanAttachment(content, media_type, f"{stem}{ending}")


def _parts_of(name: str) -> tuple[str, str]:
    """A name that is safe in an address and a header, and its ending; what leads to a folder is left out."""
    last = normal_form("NFC", name).replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = last.rpartition(".")
    ending = (dot + ending).lower()
    cleaned = _KEPT.sub("-", stem if dot else last).strip("-._")
    ascii_only = normal_form("NFKD", cleaned).encode("ascii", "ignore").decode().strip("-._")
    return (ascii_only[:NAME_LIMIT] or "document"), _SAME.get(ending, ending)


def _picture(content: bytes, media_type: str) -> bytes:
    try:
        picture = clean_photo(content)
    except PhotoRefused as error:
        raise NotWhatItSays from error
    if picture.media_type != media_type:
        raise NotWhatItSays
    return picture.content


def _is(content: bytes, ending: str) -> bool:
    """Whether the bytes are of the kind that the ending says. Raises HasMacros."""
    if ending in _PARTS or ending in _ODF:
        return _is_office_file(content, ending)
    if ending == ".pdf":
        return b"%PDF-" in content[:1024]
    if ending == ".rtf":
        return content.startswith(b"{\\rtf")
    return _is_text(content)


def _is_office_file(content: bytes, ending: str) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if any(_MACROS.search(name) for name in names):
                raise HasMacros
            if ending in _PARTS:
                return _PARTS[ending] in names
            with archive.open("mimetype") as said:
                return said.read(100).decode("ascii", "replace").strip() == ENDINGS[ending]
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        KeyError,
        OSError,
        EOFError,
        ValueError,
        RuntimeError,
    ) as error:
        if isinstance(error, HasMacros):
            raise
        return False


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False
