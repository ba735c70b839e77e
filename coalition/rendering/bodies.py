"""Whole public answers: what stands at each public address, in each encoding, with its headers (SPEED §2)."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import brotli
from sqlalchemy import select

from coalition import config
from coalition.models.edition import Edition
from coalition.models.house import House
from coalition.models.public import PublicLetter
from coalition.rendering import data, faces, page, pdf, plain
from coalition.rendering.edition import printed_letter
from coalition.rendering.home import home_path
from coalition.rendering.site import feed, home, languages_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.rendering.printed import PrintedLetter

HTML: Final = "text/html; charset=utf-8"
PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SLOW: Final = (".pdf",)
"""What is made by a job and never in a request."""


@dataclass(slots=True)
class _Doorbell:
    """What wakes the worker to make missing answers; the jobs set it."""

    ring: Callable[[], object] = lambda: None


doorbell = _Doorbell()


@dataclass(frozen=True, slots=True)
class Answer:
    """One public address and what stands there. `letter_id`: whose names it prints; None for the site's own pages."""

    path: str
    media_type: str
    letter_id: UUID | None
    make: Callable[[], bytes]
    language: str = ""


def answers(session: Session) -> Iterator[Answer]:
    """Every public address of the site."""
    letters = [
        (public, printed_letter(session, public))
        for public in session.scalars(select(PublicLetter).order_by(PublicLetter.first_published_at.desc()))
    ]
    yield from _site_answers(session, letters)
    for public, letter in letters:
        yield from _letter_answers(public, letter)


def answer_at(session: Session, path: str) -> Answer | None:
    """What stands at a public path, or None."""
    return next((answer for answer in answers(session) if answer.path == path), None)


def _site_answers(session: Session, letters: list[tuple[PublicLetter, PrintedLetter]]) -> Iterator[Answer]:
    house = session.scalar(select(House).limit(1))
    if house is None:
        return
    printed = [letter for _, letter in letters]
    for language in languages_of(house):
        path = home_path(language, languages_of(house))
        yield Answer(path, HTML, None, partial(home, house, printed, language), language)
    yield Answer("/feed.atom", "application/atom+xml; charset=utf-8", None, partial(feed, house, letters))


def _letter_answers(public: PublicLetter, letter: PrintedLetter) -> Iterator[Answer]:
    for language in letter.languages:
        path = letter.address(language).removeprefix(letter.public_address)
        forms: tuple[tuple[str, str, Callable[[], bytes]], ...] = (
            ("", HTML, partial(_page, letter, language)),
            (".txt", "text/plain; charset=utf-8", partial(_plain, letter, language)),
            (".json", "application/json", partial(data.to_json, letter)),
            (".pdf", "application/pdf", partial(_pdf, letter, language)),
        )
        for ending, media_type, make in forms:
            yield Answer(path + ending, media_type, public.letter_id, make, language)


def _page(letter: PrintedLetter, language: str) -> bytes:
    return page.letter_page(letter, language).encode()


def _plain(letter: PrintedLetter, language: str) -> bytes:
    return plain.plain_text(letter, language).encode()


def _pdf(letter: PrintedLetter, language: str) -> bytes:
    return pdf.make_pdf(letter, language, fonts=faces.cjk_fonts(config.settings().font_folders)).content


def headers_of(answer: Answer) -> dict[str, str]:
    """The headers of an answer, whatever its encoding."""
    headers = {
        "Content-Type": answer.media_type,
        "Cache-Control": "public, max-age=30, must-revalidate",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Vary": "Accept-Encoding",
    }
    if answer.media_type == HTML:
        headers["Content-Security-Policy"] = PAGE_POLICY
    if answer.language:
        headers["Content-Language"] = answer.language
    if config.settings().is_https:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return headers


def etag_of(content: bytes, encoding: str) -> str:
    """The entity tag: the hash of the bytes, told apart by encoding."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}{"-" + encoding if encoding else ""}"'


def encodings_of(answer: Answer, content: bytes) -> Iterator[tuple[str, bytes]]:
    """The content as it is and, where that makes it smaller, compressed."""
    yield "", content
    if answer.media_type.startswith(("text/", "application/json", "application/atom")):
        quality = 11 if len(content) < 1_000_000 else 9
        yield "br", brotli.compress(content, mode=brotli.MODE_TEXT, quality=quality)
        yield "gzip", gzip.compress(content, compresslevel=9, mtime=0)


def photo_of(session: Session, public: PublicLetter) -> dict[str, Any] | None:
    """The facts of the photo that a published letter prints, or None."""
    facts: dict[str, Any] | None = session.get_one(Edition, public.edition_id).printed["photo"]
    return facts
