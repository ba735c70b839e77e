"""What the documents say is true: their vectors hold, their links lead somewhere, their commands exist."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from coalition.cli.commands import main
from coalition.models.fingerprint import fingerprint
from tests.house.source import ROOT, files, words_of

PAGES: Final = tuple(name for name in files() if name.endswith(".md"))
LINK: Final = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]+)(?:#[^)]*)?\)")
PICTURE: Final = re.compile(r'<img src="([^"]+)"[^>]* alt="[^"]+">')
COMMAND: Final = re.compile(
    r"`(?:\.venv/bin/)?coalition "
    r"([a-z]+(?: (?:check-ledger|check|import|export|publish|archive|open-archive|key))?)(?![a-z-])"
)
PLACE: Final = re.compile(r"`((?:bench|coalition|docs|migrations|templates|tests)/[\w/.-]*)`")
VECTOR: Final = re.compile(
    r"Typed:\n\n```json\n(?P<typed>.*?)\n```\n\n"
    r"Hashed:\n\n```\n(?P<hashed>.*?)\n```\n\n"
    r"Fingerprint: `(?P<told>\w{64})`",
    re.DOTALL,
)
VECTORS: Final = tuple(found.groupdict() for found in VECTOR.finditer(words_of("docs/fingerprint.md")))


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_document_leads_to_a_file(page: str) -> None:
    folder = (ROOT / page).parent
    missing = [link for link in LINK.findall(words_of(page)) if not (folder / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_every_place_that_a_document_names_is_there(page: str) -> None:
    missing = [place for place in PLACE.findall(words_of(page)) if not (ROOT / place).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_document_exists(page: str) -> None:
    named = {words for words in COMMAND.findall(words_of(page)) if not _is_command(words.split())}
    assert named == set()


def test_every_document_is_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        waiting += [
            page.parent / link for link in LINK.findall(page.read_text("utf-8")) if (page.parent / link).exists()
        ]
    own = {ROOT / page for page in PAGES if page.startswith("docs/") and not page.startswith("docs/decisions/")}
    assert {page.name for page in own - seen} == set()


def test_the_readme_shows_three_small_pictures_and_fits_a_screen() -> None:
    readme = words_of("README.md")
    pictures = PICTURE.findall(readme)
    assert len(pictures) == readme.count("<img ") == 3
    assert all((ROOT / picture).stat().st_size < 150_000 for picture in pictures)
    assert len(readme.splitlines()) <= 50


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_the_test_vectors_of_the_fingerprint_hold(vector: dict[str, str]) -> None:
    typed: dict[str, Any] = json.loads(vector["typed"])
    apart = {name: typed.pop(name) for name in ("letter", "version", "language", "addressees")}
    assert fingerprint(**apart, parts=typed) == vector["told"]
    assert hashlib.sha256(vector["hashed"].encode()).hexdigest() == vector["told"]


def test_there_are_test_vectors() -> None:
    assert len(VECTORS) >= 3


def _is_command(words: list[str]) -> bool:
    command: Any = main
    for word in words:
        command = getattr(command, "commands", {}).get(word)
        if command is None:
            return False
    return True
