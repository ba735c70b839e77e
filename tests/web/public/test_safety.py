"""The page on safety: in each language, with the coalition's own words first, and without anything about the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coalition.actions import settle
from coalition.database import db
from coalition.languages import INTERFACE
from coalition.models.house import House

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.visitor import Visitor

CALL = "Call +33 1 23 45 67 89, day and night."


def say(cast: Cast, **words: str) -> None:
    """An administrator says how a person is reached."""
    house = db.session.query(House).one()
    settle.name_house(house.names, contact_address="desk@freevoices.example", safety_words=words, by=cast.coordinator)


@pytest.mark.parametrize("language", INTERFACE)
def test_every_language_says_how_to_reach_a_person_now(visitor: Visitor, cast: Cast, language: str) -> None:
    say(cast, en=CALL, ar="اتصل بنا على الرقم 555")
    page = visitor.get(f"/{language}/safety")
    assert page.tree.get("lang") == language
    assert ("اتصل بنا على الرقم 555" if language == "ar" else CALL) in page.words
    assert "desk@freevoices.example" in page.words
    assert not visitor.cookies()
    assert set(page.links().values()) >= {f"/{other}/safety" for other in INTERFACE if other != language}


def test_without_words_the_address_is_there_and_without_it_a_way_all_the_same(visitor: Visitor, cast: Cast) -> None:
    say(cast)
    assert "By email: desk@freevoices.example" in visitor.get("/safety").words
    house = db.session.query(House).one()
    house.contact_address = ""
    db.session.commit()
    assert "the coordinator of the letter reads it" in visitor.get("/safety").words


def test_the_words_are_set_at_the_desk(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(cast.coordinator)
    page = visitor.get("/desk/settings").form("/desk/settings").fill(safety_en=CALL).submit()
    assert page.status == 200
    assert CALL in visitor.get("/safety").words
