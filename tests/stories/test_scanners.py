"""Mail scanners: they open every address of every mail, run scripts, press every button. Nothing may come of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Error, Page
from sqlalchemy import select

from coalition import clock, config
from coalition.actions import answer, circulate, respond, show_proof
from coalition.database import Base, db
from coalition.emails import letters
from coalition.emails.case import NoLongerDue
from coalition.models.letter import Tally
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders
from tests.browser import NewPage
from tests.cast import Cast
from tests.inspect_page import words
from tests.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

ADDRESS: Final = re.compile(r"https?://[^\s\"'<>)\]]+")
LOOKS_LIKE: Final = (
    "[location.pathname.split('/').slice(3).join(), document.querySelector('h1').textContent,"
    " ...[...document.forms].map(form => form.querySelectorAll('button').length)].join()"
)
"""Pages that differ in whose they are and in their language alone: what they do when pressed is tried once."""
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
    """Every address of ours in every mail that can still go out, without our root."""
    found: dict[str, None] = {}
    for row in db.session.scalars(select(OutgoingEmail)).all():
        try:
            mail = letters.make(db.session(), row)
        except NoLongerDue:
            continue
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


def a_letter_whose_text_changed(cast: Cast) -> UUID:
    """Every mail that an agreed text brings: comments answered, a change of substance, a correction, a page proof."""
    letter_id = builders.consulted(cast, languages=("en", "fr", "ar"))
    said = builders.said(letter_id, cast.small_member, "Why?", on="Free the reporters", kind="question")
    respond.answer_comment(letter_id, said, respond.Reply("question_back", "Why not?"), by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=3)
    for member in (cast.small_member, cast.arabic_member):
        builders.signed(letter_id, member)
    answer.decline(
        builders.invitation_of(letter_id, cast.unnamed_member).id,
        key="declined",
        shown=builders.shown_to(builders.invitation_of(letter_id, cast.unnamed_member)),
        ask_again=True,
    )
    builders.amended(cast, letter_id)
    builders.kept(letter_id, cast.small_member)
    builders.amended(cast, letter_id, "typographical", body=builders.BODY + "\nToday!\n")
    show_proof.send_proof(letter_id, until_at=clock.now() + timedelta(days=1), by=cast.coordinator)
    return letter_id


PAGES = (
    "",
    "/changes",
    "/proof",
    "/comments",
    "/my-comments",
    "/comment",
    "/ledger",
    "/receipt",
    "/withdraw",
    "/not-us",
)
"""What stands behind a link, by the last part of its address."""


def pages_behind(path: str, page: Page, site: str) -> Iterator[str]:
    """The page of an address and the pages of the same invitation that it leads to."""
    page.goto(site + path)
    yield page.url
    links = page.eval_on_selector_all("a", "links => links.map(link => link.href)")
    pages = {link for link in links if "#" not in link and not link.endswith(".ics")}
    yield from {link for link in pages if urlsplit(link).path.startswith("/invitation/") and "lang=" not in link}


def press_everything(page: Page, link: str, address: str) -> int:
    """Submit each form as it came, by script and by each of its buttons; returns how often."""
    page.goto(link)
    page.goto(address)
    forms: list[int] = page.evaluate("[...document.forms].map(form => form.querySelectorAll('button').length)")
    presses: list[tuple[str, Any]] = [(BLIND_SUBMIT, number) for number in range(len(forms))]
    presses += [(PRESS, [form, button]) for form, buttons in enumerate(forms) for button in range(buttons)]
    for script, what in presses:
        page.goto(address)
        if page.locator("input[name=link]").count():  # one of the buttons was "Leave and clear"
            page.goto(link)
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


def test_no_address_of_a_mail_about_a_changed_text_changes_anything(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter_whose_text_changed(cast)
    kinds = {row.context["kind"] for row in db.session.scalars(select(OutgoingEmail))}
    asked = {"consultation", "comment_answered", "ready_to_sign", "keep_asked", "asked_again", "text_corrected"}
    assert kinds >= asked | {"page_proof", "comment_received"}
    paths = addresses_in_mails()
    before = dump()
    for path in paths:
        assert visitor.head(path).status in {200, 303}
        assert visitor.get(path).status == 200
        assert visitor.request("OPTIONS", path).status == 200
    assert dump() == before
    pressed = 0
    for member in (cast.small_member, cast.arabic_member, cast.unnamed_member):
        door = f"/invitation/{builders.invitation_of(letter_id, member).id}"
        link = builders.link_path(letter_id, member)
        before = dump()
        for address in PAGES:
            visitor.get(link)
            for number, form in enumerate(visitor.get(door + address).forms):
                for button in form.buttons():
                    visitor.get(link)
                    again = visitor.get(door + address).form(number)
                    again.submit(words(button))
                    pressed += 1
        assert dump() == before
    assert pressed > 20
    page = visitor.get(builders.link_path(letter_id, cast.arabic_member))
    assert page.form("keep").fill(keep="yes").submit().status == 200
    assert db.session.get_one(Tally, letter_id).waiting == 0


def test_a_form_of_another_link_or_letter_and_a_forged_one_records_nothing(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter_whose_text_changed(cast)
    other_id = builders.an_open_letter(cast, title="Another letter")
    builders.signed(other_id, cast.small_member)
    builders.amended(cast, other_id)
    own = builders.invitation_of(letter_id, cast.small_member).id
    visitor.get(builders.link_path(letter_id, cast.arabic_member))
    foreign = visitor.get(f"/invitation/{builders.invitation_of(letter_id, cast.arabic_member).id}/changes")
    visitor.get(builders.link_path(other_id, cast.small_member))
    elsewhere = visitor.get(f"/invitation/{builders.invitation_of(other_id, cast.small_member).id}/changes")
    tokens = [page.forms[0].fields["form_token"][0] for page in (foreign, elsewhere)]
    tokens += [tokens[0][:-2] + "AA", "", "x" * 5_000, "\x00"]
    said = {"keep": "yes", "confirm": "yes", "object": "yes", "kind": "remark", "words": "Hello.", "form": "json"}
    before = dump()
    for token in tokens:
        for act in ("keep", "comment", "take-back", "withdraw", "not-us", "ledger"):
            one = said if act != "keep" else {"keep": "yes"}
            visitor.client.delete_cookie(f"i-{own.hex[:8]}", path=f"/invitation/{own}")
            page = visitor.post(f"/invitation/{own}/{act}", {**one, "form_token": token})
            assert page.status in {404, 410, 422}, (act, token[:20], page.status)
        for act in ("object", "proof"):
            page = visitor.post(f"/invitation/{own}/{act}", {"object": "yes", "form_token": token})
            assert page.status in {404, 410, 422}, (act, token[:20], page.status)
            visitor.get(builders.link_path(letter_id, cast.small_member))
            page = visitor.post(f"/invitation/{own}/{act}", {"object": "yes", "form_token": token})
            assert page.status in {404, 410, 422}, (act, token[:20], page.status)
    assert dump() == before


def test_a_scripted_browser_that_presses_every_button_changes_nothing(
    site: str, new_page: NewPage, visitor: Visitor, cast: Cast
) -> None:
    letter_id = a_letter_in_every_state(cast)
    before = dump()
    scanner = new_page()
    seen: set[str] = set()
    pressed = 0
    for path in addresses_in_mails():
        for address in list(pages_behind(path, scanner, site)):
            scanner.goto(site + path)
            scanner.goto(address)
            looks_like = scanner.evaluate(LOOKS_LIKE)
            if looks_like not in seen:
                pressed += press_everything(scanner, site + path, address)
            seen.add(looks_like)
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
