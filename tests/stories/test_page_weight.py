"""What a reader fetches to read a letter of 120 signatories, from two web processes as an installation runs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page

from coalition import config
from coalition.actions import rebuild, take_over
from coalition.database import db
from coalition.intake import letter_file
from coalition.intake.letter_file import LetterFile, ListGroup, Text
from coalition.models.letter import Letter
from tests import builders
from tests.browser import NewPage
from tests.cast import Cast
from tests.server import running

CASES: Final = Path(__file__).parent.parent / "cases" / "letters"
SIGNATORIES: Final = 120
MOST_BYTES: Final = 14_000


@pytest.fixture
def letter(cast: Cast) -> str:
    """The path of a published letter in English and Arabic with 120 real names."""
    letter_id = take_over.import_letter(_record(), by=cast.coordinator)
    builders.published(cast, letter_id)
    rebuild.rebuild()
    return f"/letters/{db.session.get_one(Letter, letter_id).slug}"


@pytest.fixture
def site(letter: str, app: Flask) -> Iterator[str]:  # noqa: ARG001 -- both stand in the database that is served
    """The address of two granian web processes that serve the letter."""
    with running(config.settings(), workers=2) as address:
        yield address


def _record() -> LetterFile:
    names, english, arabic = (letter_file.read((CASES / f"{case}.json").read_bytes()) for case in ("c01", "c09", "c12"))
    return LetterFile(
        kind="joint_statement",
        authoritative_language="en",
        texts={"en": english.texts["en"], "ar": Text(title="بيان مشترك", body=arabic.texts["ar"].body)},
        groups=(ListGroup(names.groups[0].lines[:SIGNATORIES]),),
        addressees=english.addressees,
        place="Valencia",
    )


def test_a_letter_of_120_signatories_is_light_and_sets_no_cookie(site: str, letter: str, new_page: NewPage) -> None:
    for language, path in _pages(letter):
        page = new_page(javascript=False, locale=language)
        fetched = _fetched(page, site + path)
        assert page.locator(".names li").count() == SIGNATORIES
        assert page.context.cookies() == []
        assert len(fetched) == 2, fetched
        assert {urlsplit(url).netloc for url in fetched} == {urlsplit(site).netloc}
        assert sum(_weight(url) for url in fetched) <= MOST_BYTES


def _pages(letter: str) -> tuple[tuple[str, str], ...]:
    return ("en", letter), ("ar", f"{letter}/ar")


def _fetched(page: Page, address: str) -> list[str]:
    """Every address that the browser asks for while it shows a page."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address, wait_until="networkidle")
    return asked


def _weight(url: str) -> int:
    """The bytes of an answer as they travel: compressed, and without a cookie."""
    parts = urlsplit(url)
    with closing(HTTPConnection(parts.netloc, timeout=10)) as connection:
        connection.request("GET", parts.path, headers={"Accept-Encoding": "gzip, deflate, br"})
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Content-Encoding"]) == (200, "br")
        assert answer.headers["Set-Cookie"] is None
        return len(answer.read())
