"""A passkey in a real browser, with an authenticator of its own: made, used after the password, and used alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from coalition import config, install
from tests.browser import PHONE, NewPage, axe, stays_in_the_window
from tests.cast import PASSWORD, Cast

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_authenticator(page: Page) -> None:
    """Give the browser a device that makes and shows passkeys, and verifies its person."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def type_password(page: Page, address: str) -> None:
    """Sign in by the first form of the page."""
    page.get_by_label("Email address").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def heading(page: Page, words: str) -> None:
    """Wait for a page by its heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


@pytest.mark.only_on("sqlite")
def test_a_passkey_is_made_and_opens_the_desk_after_the_password_and_alone(
    app: Flask,  # noqa: ARG001 -- serves the site
    cast: Cast,
    site: str,
    new_page: NewPage,
) -> None:
    named = site.replace("127.0.0.1", "localhost")
    install(replace(config.settings(), public_address=named, second_step="required"))
    page = new_page(width=PHONE)
    with_authenticator(page)
    page.goto(f"{named}/desk")
    type_password(page, cast.coordinator.email)
    heading(page, "Your second step")
    page.get_by_role("link", name="Add a passkey").click()
    heading(page, "Add a passkey")
    axe(page)
    page.get_by_label("Name").fill("Telephone")
    page.get_by_role("button", name="Make the passkey").click()
    heading(page, "Your recovery codes")
    stays_in_the_window(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as a text file").click()
    assert saved.value.path().read_text().count("-") >= 20
    page.get_by_role("link", name="I have kept them").click()
    heading(page, "Your second step")

    page.get_by_role("button", name="Sign out").click()
    heading(page, "Sign in")
    type_password(page, cast.coordinator.email)
    heading(page, "The second step")
    axe(page)
    page.get_by_role("button", name="Use a passkey").click()
    heading(page, "Letters")

    page.get_by_role("button", name="Sign out").click()
    heading(page, "Sign in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    heading(page, "Letters")
