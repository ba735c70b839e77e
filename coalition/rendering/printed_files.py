"""What the files of a letter say besides its words, as plain facts: letterhead, key, embargo, attached documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PrintedDocument:
    """A document attached to a letter; `path` is its public path from the site's root."""

    path: str
    labels: dict[str, str]
    """Language to what it is called; any may be missing."""
    language: str
    """The document's own; "" where it has none."""
    file_name: str
    media_type: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """A logo at the head of the first page, with whose it is; PNG, JPEG or WebP."""

    names: dict[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class PrintedFiles:
    """What is said in the files of one edition. Nothing here is in the text that was signed."""

    letterhead: Letterhead | None = None
    signing_key: str = ""
    """The fingerprint of the key that signs the edition; "" where none does."""
    embargo_until: datetime | None = None
    """UTC; only in a preview of what is not public."""
    documents: tuple[PrintedDocument, ...] = ()
