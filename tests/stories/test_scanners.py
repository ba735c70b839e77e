"""Mail scanners: they open every address of every mail, run scripts, press every button. Nothing may come of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Error, Page
from sqlalchemy import select

from coalition import config
from coalition.actions import circulate, respond
from coalition.database import Base, db
from coalition.emails import letters
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders
from tests.browser import NewPage
from tests.cast import Cast
from tests.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

ADDRESS: Final = re.compile(r"https?://[^\s\"'<>)\]]+")
BLIND_SUBMIT: Final = "(number) => HTMLFormElement.prototype.submit.call(document.forms[number])"
PRESS: Final = "([form, button]) => document.forms[form].querySelectorAll('button')[button].click()"


def dump() -> dict[str, list[str]]:
    """Every row of every table."""
    db.session.rollback()
    tables = {
        table.name: sorted(repr(tuple(row)) for row in db.session.execute(select(table)))
        for table in Base.metadata.sorted_tables
    }
    db.session.rollback()
    return tables


def addresses_in_mails() -> list[str]:
    """Every address of ours in every mail, without our root."""
    found: dict[str, None] = {}
    for row in db.session.scalars(select(OutgoingEmail)).all():
        mail = letters.make(db.session(), row)
        for part in (mail.text, mail.html, mail.content.decode(errors="replace")):
            for address in ADDRESS.findall(part):
                if address.startswith(config.settings().root + "/"):
                    found[address.removeprefix(config.settings().root)] = None
    db.session.rollback()
    return [path for path in found if "=" not in path[-3:]]  # no address that a transfer encoding broke


def a_letter_in_every_state(cast: Cast) -> Any:
    """Kalina has signed, Daria has declined; Sami and Kofi have not answered."""
    letter_id = builders.an_open_letter(cast, languages=("en", "fr", "ar"))
    circulate.invite(letter_id, [cast.colleague_contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    builders.signed(letter_id, cast.small_member)
    builders.declined(letter_id, cast.unnamed_member)
    return letter_id


def pages_behind(path: str, page: Page, site: str) -> Iterator[str]:
    """The page of an address and the pages of the same invitation that it leads to."""
    page.goto(site + path)
    yield page.url
    links = page.eval_on_selector_all("a", "links => links.map(link => link.href)")
    yield from {link for link in links if urlsplit(link).path.startswith("/invitation/") and "#" not in link}


def press_everything(page: Page, link: str, address: str) -> int:
    """Submit each form as it came, by script and by each of its buttons; returns how often."""
    page.goto(link)
    page.goto(address)
    forms: list[int] = page.evaluate("[...document.forms].map(form => form.querySelectorAll('button').length)")
    presses: list[tuple[str, Any]] = [(BLIND_SUBMIT, number) for number in range(len(forms))]
    presses += [(PRESS, [form, button]) for form, buttons in enumerate(forms) for button in range(buttons)]
    for script, what in presses:
        page.goto(link)  # one of the buttons is "Leave and clear"
        page.goto(address)
        try:
            with page.expect_navigation(wait_until="load"):
                page.evaluate(script, what)
        except Error as error:
            assert "context was destroyed" in str(error), error  # noqa: PT017 -- the page went away as it was pressed
    return len(presses)


def test_every_address_of_every_mail_opened_by_programs_changes_nothing(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter_in_every_state(cast)
    paths = addresses_in_mails()
    assert len([path for path in paths if path.startswith("/i/")]) == 4
    before = dump()
    for path in paths:
        assert visitor.head(path).status in {200, 303}
        assert visitor.get(path).status == 200
        assert visitor.request("OPTIONS", path).status == 200
    assert dump() == before
    page = visitor.get(builders.link_path(letter_id, cast.arabic_member))
    receipt = page.form("sign").fill(visibility="named", role="Editor", authority="yes").submit()
    assert receipt.status == 200
    assert builders.invitation_of(letter_id, cast.arabic_member).answer_kind == "sign"


def test_a_scripted_browser_that_presses_every_button_changes_nothing(
    site: str, new_page: NewPage, visitor: Visitor, cast: Cast
) -> None:
    letter_id = a_letter_in_every_state(cast)
    before = dump()
    scanner = new_page()
    pressed = 0
    for path in addresses_in_mails():
        for address in list(pages_behind(path, scanner, site)):
            pressed += press_everything(scanner, site + path, address)
    assert pressed > 30
    assert dump() == before
    page = visitor.get(builders.link_path(letter_id, cast.arabic_member))
    receipt = page.form("sign").fill(visibility="named", role="Editor", authority="yes").submit()
    assert receipt.status == 200
    assert builders.invitation_of(letter_id, cast.arabic_member).answer_kind == "sign"


def test_a_scripted_browser_that_presses_every_button_comments_on_nothing(
    site: str, new_page: NewPage, cast: Cast
) -> None:
    letter_id = builders.consulted(cast, cast.small_member)
    made = builders.said(letter_id, cast.small_member, "All of them?", on="Free the reporters.", kind="question")
    respond.answer_comment(letter_id, made, respond.Reply("question_back", "Whom not?"), by=cast.coordinator)
    link = builders.link_path(letter_id, cast.small_member)
    before, scanner, pressed = dump(), new_page(), 0
    for address in list(pages_behind(link, scanner, site)):
        pressed += press_everything(scanner, site + link, address)
    assert pressed > 10
    assert dump() == before
