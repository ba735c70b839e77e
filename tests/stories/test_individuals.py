"""A person signs for themselves, in a browser without script: asked, confirmed, accepted, published, and gone again."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Final
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from coalition import tokens
from coalition.actions import call, circulate, draft, rebuild
from coalition.database import db
from coalition.emails import outbox
from coalition.emails.transport import Transport
from coalition.web.public import layer
from tests import builders, persons
from tests.browser import PHONE, NewPage, axe_in_every_look, stays_in_the_window
from tests.cast import Cast
from tests.emails.smtp import Mailbox, mail_server, settings_for
from tests.visitor import Visitor

ROOT: Final = "http://letters.test"
ADDRESS: Final = "ana@mail.example"
LINE: Final = "Professor of Law, University of Split*"
NOTE: Final = "* Signs in a personal capacity; the affiliation is given for identification only."
BODY: Final = """We are {{signatories}}: {{organisations}}
{{organisations: one=organisation | other=organisations}} and {{individuals}}
{{individuals: one=person | other=people}}, from {{countries}} {{countries: one=country | other=countries}}.
"""


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A real mail server on this machine: what it took, and its port."""
    box = Mailbox()
    with mail_server(box) as port:
        yield box, port


def mailed(box: Mailbox, port: int) -> list[str]:
    """Deliver what is due over SMTP; the text parts of what the person got, in their order."""
    outbox.drain(Transport(settings_for(port)))
    own = (message_from_bytes(one.content, policy=policy.default) for one in box.received if one.recipient == ADDRESS)
    bodies = (one.get_body(("plain",)) for one in own)
    return [body.get_content() for body in bodies if body is not None]


def link_in(text: str) -> str:
    """The path of the link that a mail brings."""
    found = re.search(rf"{ROOT}(/c/\S+)", text)
    assert found is not None
    return found[1]


def open_call(cast: Cast) -> tuple[UUID, str]:
    """A letter under signature with a list for individuals, signed by two members; its open call."""
    letter_id = persons.with_individuals(cast, builders.a_draft(cast))
    draft.save_text(letter_id, "en", {"body": BODY}, by=cast.coordinator)
    members = (cast.small_member, cast.unnamed_member)
    circulate.invite(letter_id, [member.contact_id for member in members], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=len(members))
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    call.make_call(letter_id, by=cast.coordinator)
    link = call.call_of(db.session(), letter_id)
    assert link is not None
    return letter_id, f"/call/{link.token(tokens.ours())}"


MOST_TO_ASK: Final = {"field": 4, "choice": 2, "press": 2}
"""Name, title, affiliation and address typed; in a personal capacity, for oneself; the way, and the button."""


def ask(page: Page) -> None:
    """The form of a person, filled in whole; nothing more is asked than its ceiling allows."""
    did = {"press": page.get_by_role("link", name="I sign for myself").count() + 1}
    page.get_by_role("link", name="I sign for myself").click()
    page.get_by_label("Your name").fill("Ana Brkić")
    page.get_by_label("Title or profession").fill("Professor of Law")
    page.get_by_label("Affiliation", exact=False).first.fill("University of Split")
    page.get_by_role("checkbox", name="in a personal capacity").check()
    page.get_by_label("Your email address").fill(ADDRESS)
    page.get_by_role("checkbox", name="I sign this text for myself").check()
    did["field"] = page.locator(
        "main input:visible:not([type=checkbox]):not([type=radio]), main textarea:visible"
    ).count()
    did["choice"] = page.locator(
        "main input[type=checkbox]:visible, main fieldset:visible:has(input[type=radio])"
    ).count()
    assert all(many <= MOST_TO_ASK[what] for what, many in did.items()), did
    stays_in_the_window(page)
    page.wait_for_timeout(3_100)  # nobody types faster: a form that comes at once is set aside
    page.get_by_role("button", name="Sign for myself").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")


def read(visitor: Visitor, ending: str) -> str:
    """One form of the published letter, in words."""
    answer = visitor.get(f"/letters/free-the-reporters{ending}")
    if ending == ".pdf":
        pages = PdfReader(io.BytesIO(answer.content)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())
    return " ".join((answer.words if ending == "" else answer.text).split())


def forms_say(visitor: Visitor, *, with_person: bool) -> None:
    """Every form has the figures of its own list, and the person's line, or nothing of it."""
    rebuild.rebuild()
    figures = (
        "We are 3: 2 organisations and 1 person, from 1 country."
        if with_person
        else "We are 2: 2 organisations and 0 people, from 1 country."
    )
    for ending in ("", ".txt", ".pdf"):
        said = read(visitor, ending)
        assert figures in said, (ending, said)
        assert ("Ana Brkić" in said) is with_person, ending
        assert (LINE in said) is with_person, ending
        assert (NOTE in said) is with_person, ending
        assert ("Individuals" in said) is with_person, ending
        assert "and 1 organisation whose name is withheld for its safety" in said
    document = json.loads(read(visitor, ".json"))
    lines = [(line["name"], line["kind"], line["affiliation"]) for one in document["groups"] for line in one["lines"]]
    person = [("Ana Brkić", "individual", LINE)] if with_person else []
    assert lines == [("Kalina Press Club", "organisation", ""), *person]
    assert document["figures"] == {
        "countries": 1,
        "individuals": int(with_person),
        "organisations": 2,
        "signatories": 2 + with_person,
    }


def test_a_person_signs_by_the_open_call_and_withdraws_after_the_letter_is_published(
    site: str,
    new_page: NewPage,
    visitor: Visitor,
    cast: Cast,
    mailbox: tuple[Mailbox, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(layer, "SECONDS_BETWEEN_LOOKS", -1.0)  # it looks at each request whether something changed
    letter_id, path = open_call(cast)
    page = new_page(javascript=False, width=PHONE)
    page.goto(site + path)
    ask(page)

    [asking] = mailed(*mailbox)
    assert "Ana" not in asking
    assert "Split" not in asking
    own = link_in(asking)
    page.goto(site + own)
    page.get_by_role("radio", name="Yes, I asked").check()
    page.get_by_role("button", name="Send my answer").click()

    visitor.sign_in(cast.coordinator)
    queue = visitor.get(f"/desk/letters/{letter_id}/requests")
    assert f"Ana Brkić, {LINE}" in queue.words
    queue.form("/person").submit()
    receipt = mailed(*mailbox)[-1]
    assert "the coordinators have accepted your signature" in " ".join(receipt.split())
    assert link_in(receipt) == own

    builders.published(cast, letter_id)
    visitor.inspects = False
    forms_say(visitor, with_person=True)
    axe_in_every_look(new_page, f"{site}/letters/free-the-reporters")
    assert any("is published" in mail for mail in mailed(*mailbox))

    page.goto(site + own)
    expect(page.get_by_role("heading", level=1)).to_have_text("You have signed")
    stays_in_the_window(page)
    page.get_by_role("radio", name="I withdraw my signature").check()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have withdrawn your signature")
    forms_say(visitor, with_person=False)
    assert "You have withdrawn your signature" in mailed(*mailbox)[-1]
