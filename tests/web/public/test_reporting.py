"""Something wrong with this list? The same answer for everybody, whoever is named."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from coalition import clock
from coalition.database import db
from coalition.models.report import Report
from tests import builders
from tests.cast import Cast
from tests.visitor import Visitor


@pytest.fixture
def path(cast: Cast) -> str:
    """The address of a published letter: Kalina is named, Daria withheld, Sami never answered."""
    letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.published(cast, letter_id)
    return f"/letters/{builders.a_letter(letter_id).slug}"


def number_kept() -> int:
    """How many reports there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Report)) or 0


def test_every_published_letter_leads_to_the_form_and_no_cookie_is_set(visitor: Visitor, path: str) -> None:
    page = visitor.get(path).follow("Something wrong with this list?")
    assert page.heading == "Something wrong with this list?"
    later = clock.now() + timedelta(minutes=1)
    with time_machine.travel(later, tick=False):
        thanks = page.form().fill(name="Kalina Press Club", words="A typing error.").submit()
    assert (thanks.heading, number_kept()) == ("Thank you", 1)
    assert visitor.cookies() == []


def test_the_answer_is_the_same_whatever_the_name(visitor: Visitor, path: str) -> None:
    answers = set()
    for name in ("Kalina Press Club", "Northern Lights Reporters", "Amman Writers’ House", "Nobody at all", ""):
        form = visitor.get(f"{path}/list").form()
        with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
            thanks = form.fill(name=name, words="Wrong.").submit()
        answers.add((thanks.status, thanks.text))
    assert len(answers) == 1


def test_the_form_comes_back_with_what_was_typed(visitor: Visitor, path: str) -> None:
    page = visitor.get(f"{path}/list/ar").form().fill(name="بيت", words=" ", address="no address").submit()
    assert page.status == 422
    assert page.form().fields["name"] == ["بيت"]
    assert number_kept() == 0


def test_a_letter_that_is_not_there_has_no_form(visitor: Visitor, cast: Cast, path: str) -> None:
    unpublished = builders.a_letter(builders.an_open_letter(cast, title="Secret")).slug
    found = [visitor.get(f"/letters/{slug}/list") for slug in (unpublished or "secret", "never-there")]
    texts = {re.sub(r'content="[^"]*"', "", page.text) for page in found}
    assert ([page.status for page in found], len(texts)) == ([404, 404], 1)
    assert visitor.get(f"{path}/list/xx").status == 404
