"""How a page that was asked for looks in Chromium: judged by axe, narrow in light and wide in dark.

The page is laid into the browser as it came, with its own headers; what it asks for further (style sheet, photo) comes
from the same visitor. One load serves both looks: width and theme change under the page, as they do for people.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe

from coalition import config
from tests.browser import HANGS_ON_LOOKS, JUDGED, LOOKS, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route
    from werkzeug.test import TestResponse

    from tests.visitor import Page

DIFFERS_EACH_TIME: Final = re.compile(
    rb'(?:value|action|href|id|for|name|aria-\w+)="[^"]*"|[0-9a-f-]{36}|<time[^>]*>[^<]*</time>|\d+'
)
"""Tokens, ids, moments: two pages that differ in these alone look the same."""


class Looks:
    """One browser window in which pages are looked at, one after the other."""

    def __init__(self, chromium: Browser) -> None:
        self._context = chromium.new_context(viewport={"width": PHONE, "height": 800})
        self._context.add_init_script(Axe().axe_script)
        self._page = self._context.new_page()
        self._page.route("**/*", self._answer)
        self._found: Page | None = None
        self._judged: set[bytes] = set()
        self._files: dict[str, TestResponse] = {}

    def close(self) -> None:
        """Close the window."""
        self._context.close()

    def problems_of(self, found: Page, *, judges_all: bool = True) -> list[str]:
        """What axe says against the page, and where it is wider than its window; each in a line.

        By every rule in the first of LOOKS, in the others by those that hang on looks. Without `judges_all` in the
        first alone, and by its width alone. A page that looks like one before is not judged again.
        """
        looks_like = hashlib.sha256(DIFFERS_EACH_TIME.sub(b"", found.content)).digest()
        if looks_like in self._judged:
            return []
        self._judged.add(looks_like)
        self._found = found
        self._page.set_viewport_size({"width": PHONE, "height": 800})
        self._page.emulate_media(color_scheme="light")
        self._page.goto(config.settings().root + found.path)
        self._page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        hangs_on_looks = {"type": "rule", "values": HANGS_ON_LOOKS}
        problems = []
        for width, theme in LOOKS if judges_all else LOOKS[:1]:
            is_first = (width, theme) == LOOKS[0]
            if not is_first:
                self._page.set_viewport_size({"width": width, "height": 800})
                self._page.emulate_media(color_scheme=theme)
            where = f"{width} px, {theme}"
            rules = {"type": "tag", "values": JUDGED} if is_first else hangs_on_looks
            problems += self._broken({"runOnly": rules}, where) if judges_all else []
            needs, has = self._page.evaluate(
                "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
            )
            problems += [f"{where}: the page is {needs} px wide"] if needs > has else []
        return problems

    def _broken(self, rules: dict[str, Any], where: str) -> list[str]:
        options = json.dumps(
            rules | {"resultTypes": ["violations"], "iframes": False}
        )  # a mail in its frame is no page
        found = self._page.evaluate(f"axe.run(document, {options}).then(results => results.violations)")
        return [f"{where}: {one['help']} ({one['id']}): {one['nodes'][0]['html'][:200]}" for one in found]

    def _answer(self, route: Route) -> None:
        """What the browser asks for: the page as it came, else whatever its visitor gets."""
        found = self._found
        assert found is not None
        parts = urlsplit(route.request.url)
        if route.request.is_navigation_request() and route.request.frame.parent_frame is None:
            # Without its policy: where that forbids every script, axe could not speak. It is looked at elsewhere.
            kept = {name: value for name, value in found.headers.items() if name != "Content-Security-Policy"}
            route.fulfill(status=found.status, headers=kept, body=found.content)
            return
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        answer = self._files.get(path) or found.visitor.client.get(path, base_url=config.settings().root)
        if path.startswith("/static/"):
            self._files[path] = answer
        route.fulfill(status=answer.status_code, headers=dict(answer.headers.items()), body=answer.data)
