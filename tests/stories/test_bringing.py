"""Bringing a text from a file in a real browser: what is asked, and the text beside its source; no script anywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from coalition.actions import bring_text
from coalition.database import db, transaction
from coalition.models.account import Account
from tests.browser import DESKTOP, PHONE, NewPage, axe, stays_in_the_window
from tests.builders import a_draft
from tests.cast import Cast
from tests.intake.documents.made import docx, item, numbering, p, run
from tests.visitor import Visitor
from tests.web.desk.letters import path_of, the_text

CELLS = "".join(f"<w:tc>{p(words)}</w:tc>" for words in ("Year", "Permits granted in the region"))
FILE = docx(
    p("Stop the sale", '<w:pStyle w:val="T"/>')
    + p(
        run("We, the undersigned organisations, ")
        + '<w:ins w:id="1" w:author="Ana Lima">'
        + run("strongly ")
        + "</w:ins>"
        + '<w:del w:id="2" w:author="Ben"><w:r><w:delText xml:space="preserve">kindly </w:delText></w:r></w:del>'
        + run("ask ")
        + '<w:commentRangeStart w:id="7"/>'
        + run("the Minister")
        + '<w:commentRangeEnd w:id="7"/><w:r><w:commentReference w:id="7"/></w:r>'
        + run(" to act", "<w:b/>")
        + '<w:r><w:footnoteReference w:id="2"/></w:r>'
    )
    + item("End the export permits.", 1)
    + item("Publish the list.", 1)
    + item("by name", 1, 1)
    + p("نطالب بوقف البيع فورا.", "<w:bidi/>")
    + f"<w:tbl><w:tr>{CELLS}</w:tr><w:tr>{CELLS}</w:tr></w:tbl>"
    + p("<w:r><w:drawing/></w:r>" + run("Underlined.", '<w:u w:val="single"/>')),
    styles='<w:style w:styleId="T"><w:name w:val="Title"/></w:style>',
    numbering=numbering([("decimal", "%1."), ("lowerLetter", "%2)")]),
    comments='<w:comment w:id="7" w:author="Jo Doe">' + p("Which one?") + "</w:comment>",
    footnotes=f'<w:footnote w:id="2">{p("Annual report, page 7.")}</w:footnote>',
)


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    return a_draft(cast, languages=("en", "ar"))


@pytest.fixture
def at_the_desk(app: Flask, site: str, new_page: NewPage, cast: Cast) -> Callable[..., Page]:
    """A maker of browsers in which the coordinator is signed in."""

    def make(**look: object) -> Page:
        visitor = Visitor(app)
        visitor.sign_in(cast.coordinator)
        page = new_page(base_url=site, **look)  # type: ignore[arg-type]  # as new_page has them
        page.context.add_cookies([{"name": one.key, "value": one.value, "url": site} for one in visitor.cookies()])
        return page

    return make


def _judge(page: Page, pictures: Path, name: str) -> None:
    page.screenshot(path=pictures / f"{name}.png", full_page=True)
    axe(page)
    stays_in_the_window(page)


def _speak(language: str, cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Account, cast.coordinator.id).language = language


@pytest.mark.only_on("sqlite")  # what a page looks like does not hang on the database
@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("dark", {"width": DESKTOP, "dark": True}),
        ("ar", {"width": PHONE}),
    ],
)
def test_a_file_comes_in_and_each_page_passes_the_judges(
    letter_id: UUID, at_the_desk: Callable[..., Page], tmp_path: Path, name: str, cast: Cast, look: dict[str, object]
) -> None:
    file = tmp_path / "joint letter.docx"
    file.write_bytes(FILE)
    _speak("ar" if name == "ar" else "en", cast)
    page = at_the_desk(**look)
    page.goto(path_of(letter_id, "import", "en"))
    _judge(page, tmp_path, f"{name}-1")
    page.locator("#file").set_input_files(file)
    page.locator("main form button[type=submit]").first.click()
    _judge(page, tmp_path, f"{name}-2")
    bring_text.convert_waiting()
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Which one?")
    _judge(page, tmp_path, f"{name}-3")
    page.locator("#comments").check()
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("main")).to_contain_text("Annual report, page 7.")
    _judge(page, tmp_path, f"{name}-4")
    page.locator("main button[value=take]").click()
    db.session.rollback()
    kept = the_text(letter_id)
    assert kept.title == "Stop the sale"
    assert kept.body == (
        "We, the undersigned organisations, strongly ask the Minister **to act**[^1]\n\n1. End the export permits.\n"
        "2. Publish the list.\n   a) by name\n\nنطالب بوقف البيع فورا.\n\n"
        "| Year | Permits granted in the region |\n| --- | --- |\n| Year | Permits granted in the region |\n\n"
        "Underlined.\n\n[^1]: Annual report, page 7."
    )
