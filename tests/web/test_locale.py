"""Which language a page speaks: members and readers get seven, the desk three, and no page is half in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coalition.cli.commands import QUESTIONS
from coalition.database import db
from coalition.languages import DESK, INTERFACE
from coalition.models.account import Account

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.visitor import Page, Visitor

pytestmark = pytest.mark.only_on("sqlite")


def lang(page: Page) -> str | None:
    return page.tree.get("lang")


def test_a_page_for_readers_speaks_what_the_browser_asks_for(visitor: Visitor) -> None:
    asked = {"es-MX,es;q=0.9": "es", "pt-BR": "pt", "ru": "ru", "fa-IR,en;q=0.5": "fa", "de": "en"}
    found = {wanted: lang(visitor.get("/nothing/here", headers={"Accept-Language": wanted})) for wanted in asked}
    assert found == asked


def test_the_desk_speaks_english_where_it_does_not_speak_the_language_whole(visitor: Visitor, cast: Cast) -> None:
    assert lang(visitor.get("/desk/sign-in", headers={"Accept-Language": "es, fr;q=0.5"})) == "fr"
    assert lang(visitor.get("/desk/sign-in", headers={"Accept-Language": "fa"})) == "en"
    assert lang(visitor.get("/desk/no-such-page", headers={"Accept-Language": "ru"})) == "en"
    account = db.session.get_one(Account, cast.coordinator.id)
    account.language = "es"
    db.session.commit()
    visitor.sign_in(cast.coordinator)
    page = visitor.get("/desk/")
    assert (lang(page), page.tree.get("dir")) == ("en", "ltr")


def test_an_account_is_offered_only_what_the_desk_speaks_whole(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(cast.coordinator)
    page = visitor.get("/desk/account")
    options = page.tree.findall(".//select[@name='language']/option") or page.tree.findall(".//*[@name='language']")
    assert {option.get("value") for option in options} == set(DESK)
    assert page.form("/desk/account").fill(language="es").submit().status == 422


def test_an_installation_is_asked_for_a_language_by_all_their_names() -> None:
    assert f"({', '.join(INTERFACE)}; the desk itself speaks {', '.join(DESK)})" in QUESTIONS["language"][0]
