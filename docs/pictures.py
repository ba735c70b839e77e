"""`make pictures`: the three pictures of the README, taken from the running demonstration."""

from __future__ import annotations

import io
import json
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image
from playwright.sync_api import sync_playwright

from bench import processes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

FOLDER: Final = Path(__file__).parent / "pictures"
PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DESKTOP: Final = {"width": 960, "height": 1120}
PHONE: Final = {"width": 390, "height": 1120}
COLOURS: Final = 256
"""Paper, ink, one accent and a photograph need no more, and the files stay small."""


def main() -> None:
    """Start the demonstration, walk to three pages, keep a picture of each."""
    program = next((path for path in map(shutil.which, PROGRAMS) if path), None)
    if program is None:
        sys.exit(f"No Chromium on this machine (looked for {', '.join(PROGRAMS)}): install chromium.")
    FOLDER.mkdir(exist_ok=True)
    with demonstration() as (root, sign_in), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        keep("letter", letter(browser, root))
        keep("signing", signing(browser, root))
        keep("board", board(browser, root, sign_in))
        browser.close()


@contextmanager
def demonstration() -> Iterator[tuple[str, dict[str, str]]]:
    """Run the demonstration in a throwaway folder; its address, and how its coordinator signs in."""
    with tempfile.TemporaryDirectory(prefix="coalition-pictures-") as folder:
        home, port = Path(folder) / "demo", processes.free_port()
        root = f"http://127.0.0.1:{port}"
        with processes.running(
            [sys.executable, "-m", "coalition.cli", "demo"],
            answers_at=f"{root}/health",
            folder=Path(folder),
            environment={"PORT": str(port), "COALITION_HOME": str(home)},
        ):
            yield root, json.loads((home / "sign-in.json").read_text("utf-8"))


def letter(browser: Browser, root: str) -> bytes:
    """The published letter, as a reader sees it."""
    page = opened(browser, root, DESKTOP)
    page.locator("main h2 a").first.click()
    return page.screenshot()


def signing(browser: Browser, root: str) -> bytes:
    """The page of an invited member on a telephone, from the link in its mail."""
    page = opened(browser, f"{root}/demo/mailbox", PHONE, scale=2)
    invitation = page.get_by_role("link", name="Delta Field Reporters: please decide by")
    for _ in range(60):  # the worker needs a moment to send it
        if invitation.count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    invitation.first.click()
    page.goto(page.locator('a[href*="/i/"]').first.get_attribute("href") or "")
    page.get_by_role("link", name="Go to your answer").click()
    return page.screenshot()


def board(browser: Browser, root: str, sign_in: dict[str, str]) -> bytes:
    """The board of the letter that is open for signature, at the desk."""
    page = opened(browser, f"{root}/desk/sign-in", DESKTOP)
    for field in ("address", "password"):
        page.locator(f"#{field}").fill(sign_in[field])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="A seat for those downstream").first.click()
    return page.screenshot()


def opened(browser: Browser, address: str, window: dict[str, int], *, scale: int = 1) -> Page:
    """A page in a window of that size."""
    page = browser.new_page(
        viewport={"width": window["width"], "height": window["height"]}, device_scale_factor=scale, locale="en"
    )
    page.goto(address)
    return page


def keep(name: str, picture: bytes) -> None:
    """Write a picture with as few colours and bytes as it needs."""
    few = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS)
    few.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
