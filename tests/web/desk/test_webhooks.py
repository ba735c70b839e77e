"""Webhooks at the desk: made with a secret that is shown once, tried, looked at, ended; by administrators alone."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from coalition import config
from coalition.actions import tell_programs
from coalition.database import db
from coalition.models.account import Account
from tests.receiver import listening

if TYPE_CHECKING:
    from tests.visitor import Page, Visitor

SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")
PATH = "/desk/settings/webhooks"


@pytest.mark.only_on("sqlite")
def test_an_administrator_has_a_program_told_tries_it_and_ends_it(
    nadia: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening() as receiver:
        monkeypatch.setattr(config._keeper, "settings", replace(config.settings(), webhooks_to_private_networks=True))
        receiver.answers = [(500, {}), (204, {})]
        page = nadia.get("/desk/settings").follow("Webhooks").form("address").fill(address=receiver.address).submit()
        assert len(SECRET.findall(page.text)) == 1
        assert page.headers["Cache-Control"] == "no-store"
        page = nadia.get(PATH).follow(receiver.address)
        assert SECRET.findall(page.text) == []
        page = press(page, "Send a test")
        assert "A test is on its way." in page.words
        assert receiver.told == []  # the worker calls, not the visit
        tell_programs.tell_due()
        page = nadia.get(PATH).follow(receiver.address)
        assert "It answered 500." in page.words
        assert "Next try:" in page.words
        page = press(page, "Make another secret")
        assert len(SECRET.findall(page.text)) == 1
        assert "The secret before counts too until" in page.words
        press(page, "Send a test")
        tell_programs.tell_due()
        page = nadia.get(PATH).follow(receiver.address)
        page = press(page, "End this webhook")
        assert "The address is told nothing more." in page.words
        page = page.follow(receiver.address)
        assert page.heading == "Webhook"
        assert "It is told nothing more." in page.words
        assert not any(form.has_button("Send a test") for form in page.forms)


@pytest.mark.only_on("sqlite")
def test_an_address_in_our_words_is_read_from_left_to_right(nadia: Visitor) -> None:
    db.session.execute(update(Account).values(language="ar"))
    db.session.commit()
    page = nadia.get(PATH)
    assert page.text.count('<bdi dir="ltr">https://</bdi>. ') == 1
    refused = page.form("address").fill(address="nowhere").submit()
    assert refused.text.count('<bdi dir="ltr">https://</bdi> ') == 2  # over the form, and at its field


def press(page: Page, button: str) -> Page:
    """Press a button of the page, whichever form it is in."""
    return next(form for form in page.forms if form.has_button(button)).submit(button)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter the address."),
        ("http://example.org/hooks", "Enter a whole address that begins with https://"),
        ("https://192.168.0.7/hooks", "Enter a whole address that begins with https://"),
        ("https://example.org/taken", "This address is told already"),
    ],
)
@pytest.mark.only_on("sqlite")
def test_an_address_that_can_not_be_told_comes_back_as_typed(nadia: Visitor, typed: str, said: str) -> None:
    nadia.get(PATH).form("address").fill(address="https://example.org/taken").submit()
    page = nadia.get(PATH).form("address").fill(address=typed).submit()
    assert page.status == 422
    assert said in page.words
    assert page.form("address").fields["address"] == [typed]
