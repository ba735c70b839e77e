"""By what the stored public answers were made: our code and looks, the fonts, the public address, the seal."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from coalition import config
from coalition.config import PACKAGE, folder
from coalition.rendering import pades

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MADE_FROM = ("rendering", "languages", "static", "translations")


def imprint() -> str:
    """A short name for all that decides on the bytes of a public answer beside the rows: another one, other bytes."""
    digest = hashlib.sha256()
    for path in _files():
        digest.update(f"{path.name}\0".encode())
        digest.update(path.read_bytes())
    settings = config.settings()
    digest.update(f"{settings.root}\0{settings.fonts}\0{pades.fingerprint()}".encode())
    return digest.hexdigest()[:32]


def _files() -> Iterator[Path]:
    folders = [*(PACKAGE / name for name in MADE_FROM), folder("templates")]
    for place in folders:
        yield from sorted(path for path in place.rglob("*") if path.is_file() and path.suffix != ".pyc")
