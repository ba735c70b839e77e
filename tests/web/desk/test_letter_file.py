"""Letter files at the desk: taken over with a look at what is wrong in them, and given away to the byte."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from coalition.database import db
from coalition.models.letter import Letter
from tests import builders
from tests.cast import Cast
from tests.visitor import Page, Visitor

CASE = Path(__file__).parents[2] / "cases" / "letters" / "c12.json"


@pytest.fixture
def nadia(visitor: Visitor, cast: Cast) -> Visitor:
    """Nadia at the desk."""
    visitor.sign_in(cast.coordinator)
    return visitor


def take_over(nadia: Visitor, content: bytes, name: str = "letter.json") -> Page:
    form = nadia.get("/desk/letters/import").form("import")
    return form.fill(file=(content, name)).submit("Take over the letter")


def the_letter() -> Letter:
    db.session.rollback()
    return db.session.scalars(select(Letter)).one()


def test_a_letter_of_the_past_comes_in_and_goes_out_again(nadia: Visitor) -> None:
    page = take_over(nadia, CASE.read_bytes())
    assert "taken over with its list" in page.words
    letter = the_letter()
    first = nadia.get(f"/desk/letters/{letter.id}/letter-file")
    assert first.headers["Content-Disposition"] == f'attachment; filename="{letter.slug}.json"'
    assert len(json.loads(first.content)["signatories"]["groups"][0]["lines"]) == 12
    take_over(nadia, first.content)
    db.session.rollback()
    second = db.session.scalars(select(Letter).where(Letter.id != letter.id)).one()
    assert nadia.get(f"/desk/letters/{second.id}/letter-file").content == first.content


def test_what_is_wrong_in_a_file_is_said_with_its_line(nadia: Visitor) -> None:
    page = take_over(nadia, CASE.read_bytes().replace(b'"kind"', b'"kynd"'))
    assert page.status == 422
    assert "“kynd” is not known here" in page.words
    assert page.title.startswith("Error: ")
    db.session.rollback()
    assert db.session.scalars(select(Letter)).all() == []


@pytest.mark.parametrize("content", [b"", b"\x00", b"[]", b'{"format": "coalition-letter"', b"PK\x03\x04"])
def test_what_is_no_letter_file_is_refused_in_words(nadia: Visitor, content: bytes) -> None:
    assert take_over(nadia, content).status == 422


def test_no_file_is_asked_for(nadia: Visitor) -> None:
    page = nadia.get("/desk/letters/import").form("import").submit("Take over the letter")
    assert (page.status, "Choose a letter file." in page.words) == (422, True)


def test_a_stranger_to_the_letter_gets_no_letter_file(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.a_draft(cast)
    visitor.sign_in(cast.other_coordinator)
    assert visitor.get(f"/desk/letters/{letter_id}/letter-file").status == 404
