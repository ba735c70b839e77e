"""A real browser for tests: Chromium through Playwright, and axe to judge its pages.

`pytest_plugins = ["tests.browser"]` in the top conftest brings the fixtures:

    def test_a_member_signs_without_script(new_page: NewPage, site: str) -> None:
        page = new_page(javascript=False, width=320, dark=True, locale="ar")
        page.goto(site)
        axe(page)

A test that asks for `chromium` or `new_page` carries the mark `browser` by that alone.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal, Protocol
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from coalition.config import is_loopback

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
)
PHONE, DESKTOP = 320, 1280
"""The two widths, in CSS pixels, at which pages are judged."""

JUDGED = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""WCAG 2.2 A and AA, and what axe calls best practice."""
HANGS_ON_LOOKS: Final = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]
"""Rules that can say something else in another width or theme; they too are among JUDGED."""
LOOKS: Final[tuple[tuple[int, Literal["light", "dark"]], ...]] = ((PHONE, "light"), (DESKTOP, "dark"))
"""Each width and each theme once: a theme changes nothing but colours, a width none (`tests/house/test_styles.py`)."""
PATIENCE: Final = 15_000
"""Milliseconds to wait for what a page is to do: the machine may be slow, and busy with other tests."""


class NewPage(Protocol):
    """Opens a page in a context of its own: no cookies, no cache of others."""

    def __call__(
        self,
        *,
        javascript: bool = True,
        dark: bool = False,
        width: int = DESKTOP,
        locale: str = "en",
        forced_colours: bool = False,
        base_url: str | None = None,
    ) -> Page: ...


def program() -> str | None:
    """The path of a Chromium on this machine, or None."""
    return next((path for path in map(shutil.which, PROGRAMS) if path), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser, so that `-m browser` and `-m "not browser"` tell the truth."""
    for item in items:
        if isinstance(item, pytest.Function) and {"chromium", "new_page"} & set(item.fixturenames):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of a process. Without one they skip, or fail under COALITION_REQUIRE_BROWSER."""
    executable = program()
    if executable is None:
        missing = f"no Chromium on this machine (looked for {', '.join(PROGRAMS)})"
        if os.environ.get("COALITION_REQUIRE_BROWSER"):
            pytest.fail(missing)
        pytest.skip(missing)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[NewPage]:
    """A maker of pages, each like one person's browser; all are closed after the test.

    The test fails where a page asked anybody but the machine it runs on (SAFETY §5: no third-party request).
    """
    contexts: list[BrowserContext] = []
    asked: set[str] = set()

    def make(
        *,
        javascript: bool = True,
        dark: bool = False,
        width: int = DESKTOP,
        locale: str = "en",
        forced_colours: bool = False,
        base_url: str | None = None,
    ) -> Page:
        context = chromium.new_context(
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            forced_colors="active" if forced_colours else "none",
            viewport={"width": width, "height": 800},
            locale=locale,
            base_url=base_url,
        )
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: asked.add(request.url))
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    assert third_parties(asked) == []


def third_parties(addresses: Iterable[str]) -> list[str]:
    """Those of the addresses that lead to another machine than this."""
    return sorted(
        address
        for address in addresses
        if urlsplit(address).scheme not in {"data", "blob", "about"}
        and not is_loopback(urlsplit(address).hostname or "elsewhere")
    )


def axe(page: Page, *, only: list[str] | None = None) -> None:
    """Fail with axe's own words if the page breaks WCAG 2.2 A or AA or best practice. The page must have script on.

    With `only` it is judged by these rules alone.
    """
    options: dict[str, Any] = {"type": "rule", "values": only} if only else {"type": "tag", "values": JUDGED}
    page.wait_for_load_state()
    found = Axe().run(page, options={"runOnly": options, "resultTypes": ["violations"]})
    if found.violations_count:
        pytest.fail(f"{page.url}\n{found.generate_report()}", pytrace=False)


def axe_in_every_look(new_page: NewPage, address: str, *, locale: str = "en") -> None:
    """Judge the public page at `address` on a phone in light and on a desktop in dark; it may not scroll sideways.

    One load serves both: width and theme change under the page, as they do for people. What hangs on neither is judged
    once.
    """
    page = new_page(locale=locale)
    page.goto(address)
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        axe(page, only=None if (width, theme) == LOOKS[0] else HANGS_ON_LOOKS)
        stays_in_the_window(page)


def stays_in_the_window(page: Page) -> None:
    """Fail if the page is wider than the window (WCAG 1.4.10, reflow)."""
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1], f"{page.url} is {width[0]} px wide in a window of {width[1]}"
