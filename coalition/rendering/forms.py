"""The forms of a letter: what stands behind each ending of its address, who makes it, and what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from coalition import config
from coalition.rendering import (
    bibtex,
    card,
    data,
    docx,
    faces,
    list_csv,
    markdown,
    pades,
    page,
    passing_on,
    pdf,
    plain,
    xlsx,
)
from coalition.rendering.file_links import MEDIA_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from coalition.rendering.printed import PrintedLetter

Form: TypeAlias = "Callable[[PrintedLetter, str], bytes]"
HTML: Final = "text/html; charset=utf-8"
SLOW: Final = (".pdf", ".docx", ".xlsx", "/card.png")
"""What is made by a job and never in a request."""


def _page(letter: PrintedLetter, language: str) -> bytes:
    return page.letter_page(letter, language, all_names=False).encode()


def _plain(letter: PrintedLetter, language: str) -> bytes:
    return plain.plain_text(letter, language).encode()


def _markdown(letter: PrintedLetter, language: str) -> bytes:
    return markdown.markdown(letter, language).encode()


def _bibtex(letter: PrintedLetter, language: str) -> bytes:
    return bibtex.bibtex(letter, language).encode()


def _json(letter: PrintedLetter, _language: str) -> bytes:
    return data.to_json(letter)


def _pdf(letter: PrintedLetter, language: str) -> bytes:
    content = pdf.make_pdf(letter, language, fonts=_fonts()).content
    return pades.sealed(content, at=letter.published_at) if letter.edition else content


def _card(letter: PrintedLetter, language: str) -> bytes:
    return card.make_card(letter, language, fonts=_fonts())


def _fonts() -> list[Path]:
    return faces.cjk_fonts(config.settings().font_folders)


def _embed(letter: PrintedLetter, language: str) -> bytes:
    return passing_on.embed_page(letter, language).encode()


FORMS: Final[dict[str, tuple[str, Form]]] = {
    "": (HTML, _page),
    ".txt": (MEDIA_TYPES[".txt"], _plain),
    ".md": (MEDIA_TYPES[".md"], _markdown),
    ".json": (MEDIA_TYPES[".json"], _json),
    ".csv": (MEDIA_TYPES[".csv"], list_csv.list_csv),
    ".xlsx": (MEDIA_TYPES[".xlsx"], xlsx.list_xlsx),
    bibtex.ENDING: (MEDIA_TYPES[bibtex.ENDING], _bibtex),
    passing_on.EMBED: (HTML, _embed),
    "/card.png": ("image/png", _card),
    ".docx": (MEDIA_TYPES[".docx"], docx.to_docx),
    ".pdf": (MEDIA_TYPES[".pdf"], _pdf),
}
"""Every form of a letter by the ending of its address: media type, and what makes it in one language."""
