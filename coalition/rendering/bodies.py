"""Whole public answers: what stands at each public address, in each encoding, with its headers (SPEED §2)."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

import brotli
from sqlalchemy import select

from coalition import config
from coalition.models.edition import Edition
from coalition.models.house import House
from coalition.models.public import PublicLetter
from coalition.rendering import (
    api,
    editions_page,
    file_links,
    forms,
    organisation_page,
    proof_files,
    signatories_page,
    updates_page,
)
from coalition.rendering.edition import printed_letter
from coalition.rendering.page import UPDATES
from coalition.rendering.site import languages_of, pages_of_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.organisation import Organisation
    from coalition.rendering.printed import PrintedLetter

HTML: Final = "text/html; charset=utf-8"
PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""What a page may load and do: our style sheet, our pictures, and a search, whose form leads back to us."""
FRAMED: Final = re.compile(r"/letters/[^/]+/(?:[^/]+/)?embed")
FRAMED_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors *"
)
"""Of the pages that others frame: anybody may."""
LETTERS: Final = "/letters/"
SLUG: Final = re.compile(r"[a-z0-9-]{1,120}")
SLOW: Final = forms.SLOW
FORMS: Final = forms.FORMS
LONG: Final = 200_000
LONG_QUALITY: Final = 6
COPIES: Final = {"": "html", ".txt": "txt", ".json": "json", ".pdf": "pdf"}
"""The forms that are kept as they were delivered, by the ending of their address."""


@dataclass(slots=True)
class _Doorbell:
    """What wakes the worker to make missing answers; the jobs set it."""

    ring: Callable[[], object] = lambda: None


doorbell = _Doorbell()


class Turn(IntEnum):
    """When an answer is made anew after something was added to its letter."""

    AT_ONCE = 0
    """Where readers look for a name."""
    SOON = 1
    """The other forms, and what tells of the letter."""
    LATER = 2
    """What is slow to make, and what nobody waits for."""
    NEVER = 3
    """What an edition was proved with: nothing that is added changes it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One public address and what stands there. `letter_id`: whose names it prints; None for the site's own pages."""

    path: str
    media_type: str
    letter_id: UUID | None
    make: Callable[[], bytes]
    language: str = ""
    is_stored: bool = True
    """Whether the worker keeps it ready; else it is made whenever somebody asks."""
    copy_of: str = ""
    """The form in which it is kept for the team as it was delivered: "html", "txt", "json", "pdf"; or ""."""
    turn: Turn = Turn.SOON


def answers(session: Session) -> Iterator[Answer]:
    """Every public address of the site. A letter is read only when something of it is made.

    A retracted letter has none: what stands at its addresses is said by `coalition.web.public.moved`.
    """
    yield from _site_answers(session)
    for organisation in organisation_page.with_page(session):
        yield from _organisation_answers(session, organisation)
    for public in _published(session):
        yield from _letter_answers(session, public)


def answers_about(session: Session, letter_id: UUID, turn: Turn) -> Iterator[Answer]:
    """The addresses that something added to a letter changes when it is this turn."""
    public = session.get(PublicLetter, letter_id)
    if turn is Turn.SOON:
        yield from (one for one in answers(session) if one.turn is turn and one.letter_id in {letter_id, None})
    elif public is not None and not public.retracted_at:
        yield from (one for one in _letter_answers(session, public) if one.turn is turn)


def answer_at(session: Session, path: str) -> Answer | None:
    """What stands at a public path, or None. An unknown address costs one look."""
    if path.startswith(organisation_page.ORGANISATIONS):
        return _of_an_organisation(session, path)
    above = next((prefix for prefix in (LETTERS, f"{api.LETTERS}/") if path.startswith(prefix)), None)
    if above is None:
        return next((answer for answer in _site_answers(session) if answer.path == path), None)
    slug = path.removeprefix(above).partition("/")[0].partition(".")[0]
    if not SLUG.fullmatch(slug):
        return None  # nor asked of the database: PostgreSQL takes no NUL
    public = session.scalar(select(PublicLetter).where(PublicLetter.slug == slug))
    if public is None or public.retracted_at:
        return None
    return next((answer for answer in _letter_answers(session, public) if answer.path == path), None)


def _published(session: Session) -> list[PublicLetter]:
    newest_first = select(PublicLetter).order_by(PublicLetter.first_published_at.desc(), PublicLetter.slug)
    return list(session.scalars(newest_first.where(PublicLetter.retracted_at.is_(None))))


def _site_answers(session: Session) -> Iterator[Answer]:
    for site_page in pages_of_site(session):
        yield Answer(site_page.path, site_page.media_type, None, site_page.make, site_page.language)
    for file in proof_files.of_keys(session):
        yield Answer(file.path, file.media_type, None, file.make)


def _of_an_organisation(session: Session, path: str) -> Answer | None:
    slug = path.removeprefix(organisation_page.ORGANISATIONS).partition("/")[0]
    found = organisation_page.with_page(session, slug) if SLUG.fullmatch(slug) else []
    return next(
        (answer for one in found for answer in _organisation_answers(session, one) if answer.path == path), None
    )


def _organisation_answers(session: Session, organisation: Organisation) -> Iterator[Answer]:
    """The page of an organisation in the site's languages; whatever leaves a list has it made anew, like the home."""
    house = session.scalar(select(House).limit(1))
    if house is None or organisation.slug is None:
        return
    load = cache(lambda: [(public, printed_letter(session, public, may_keep=True)) for public in _published(session)])
    for language in languages_of(house):
        path = organisation_page.page_path(organisation.slug, language, house.language)
        make = partial(_organisation, session, house, organisation, load, language)
        yield Answer(path, HTML, None, make, language)


def _organisation(
    session: Session,
    house: House,
    organisation: Organisation,
    load: Callable[[], list[tuple[PublicLetter, PrintedLetter]]],
    language: str,
) -> bytes:
    return organisation_page.organisation_page(session, house, organisation, load(), language)


def _letter_answers(session: Session, public: PublicLetter) -> Iterator[Answer]:
    facts = session.get_one(Edition, public.edition_id).printed
    load = cache(lambda: printed_letter(session, public, may_keep=True))
    is_long = signatories_page.is_long(session, public)
    for language in facts["texts"]:
        path = LETTERS + public.slug + ("" if language == facts["authoritative_language"] else f"/{language}")
        for ending, (media_type, make) in FORMS.items():
            form = partial(_form, make, load, language)
            copy = COPIES.get(ending, "")
            yield Answer(path + ending, media_type, public.letter_id, form, language, copy_of=copy, turn=_turn(ending))
        happened = LETTERS + public.slug + f"/{UPDATES}" + path.removeprefix(LETTERS + public.slug)
        updates = partial(_updates, session, public, load, language)
        yield Answer(happened, HTML, public.letter_id, updates, language)
        if is_long:
            names = LETTERS + public.slug + "/signatories" + path.removeprefix(LETTERS + public.slug)
            form = partial(_form, _signatories, load, language)
            yield Answer(names, HTML, public.letter_id, form, language, turn=Turn.AT_ONCE)
    for one in editions_page.of_letter(session, public):
        later = partial(Answer, is_stored=one.is_stored, turn=Turn.LATER)
        yield later(one.path, one.media_type, public.letter_id, one.make, one.language)
    described = partial(_described, session, public, load)
    yield Answer(api.letter_path(public.slug), "application/json", public.letter_id, described)
    for file in proof_files.of_letter(session, public):
        yield Answer(file.path, file.media_type, public.letter_id, file.make, file.language, turn=Turn.NEVER)


def _turn(ending: str) -> Turn:
    if ending.endswith(SLOW):
        return Turn.LATER
    return Turn.AT_ONCE if FORMS[ending][0] == HTML else Turn.SOON


def _described(session: Session, public: PublicLetter, load: Callable[[], PrintedLetter]) -> bytes:
    return api.letter(session, public, load())


def _signatories(letter: PrintedLetter, language: str) -> bytes:
    return signatories_page.signatories_page(letter, language).encode()


def _updates(session: Session, public: PublicLetter, load: Callable[[], PrintedLetter], language: str) -> bytes:
    return updates_page.updates_page(session, public, load(), language)


def _form(make: forms.Form, load: Callable[[], PrintedLetter], language: str) -> bytes:
    return make(load(), language)


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
        headers["Content-Security-Policy"] = FRAMED_POLICY if FRAMED.fullmatch(answer.path) else PAGE_POLICY
    named = file_links.disposition(answer.path) if answer.letter_id else ""
    if named:
        headers["Content-Disposition"] = named
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
    if answer.media_type.startswith(
        ("text/", "application/json", "application/atom", "application/feed", "application/xml")
    ):
        # What is long is made anew most often: the last hundredths of its size cost ten times the time.
        is_long = len(content) > LONG
        yield "br", brotli.compress(content, mode=brotli.MODE_TEXT, quality=LONG_QUALITY if is_long else 11)
        yield "gzip", gzip.compress(content, compresslevel=6 if is_long else 9, mtime=0)


def photo_of(session: Session, public: PublicLetter) -> dict[str, Any] | None:
    """The facts of the photo that a published letter prints, or None."""
    facts: dict[str, Any] | None = session.get_one(Edition, public.edition_id).printed["photo"]
    return facts
