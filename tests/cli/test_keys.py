"""`coalition keys …` at a terminal: what is said, and what is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from coalition.keys import KeyRing

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal

pytestmark = pytest.mark.only_on("sqlite")


def test_a_key_is_added_rotated_and_retired_in_words(installed: Terminal) -> None:
    path = installed.folder / "instance" / "keys.json"
    (old,) = KeyRing.read(path).names("vault")
    assert "It writes from now on." in installed.run("keys", "add", "vault").stdout
    new = KeyRing.read(path).names("vault")[-1]
    said = installed.run("keys", "retire", "vault", old)
    assert (said.exit_code, "Run `coalition keys rotate vault` first." in said.stderr) == (1, True)
    said = installed.run("keys", "rotate", "vault")
    assert f"vault {old}: reads, 0 sealed values, nothing needs it, it can be retired" in said.stdout
    said = installed.run("keys", "check")
    assert f"vault {new}: writes, " in said.stdout
    assert (
        "keep a copy of the key file as long as you keep them" in installed.run("keys", "retire", "vault", old).stdout
    )
    assert old not in json.dumps(json.loads(path.read_text())["vault"])
    assert installed.run("keys", "check").exit_code == 0


def test_a_key_that_links_need_is_missed_by_name(installed: Terminal) -> None:
    path = installed.folder / "instance" / "keys.json"
    before = path.read_bytes()
    installed.run("keys", "add", "links")
    (old, _new) = KeyRing.read(path).names("link")
    assert "links that work need" in installed.run("keys", "retire", "links", old).stderr
    both = path.read_bytes()
    KeyRing.read(path).without("link", old).rewrite(path)
    said = installed.run("keys", "check")
    assert (said.exit_code, f"The key file lacks: links {old}" in said.stderr) == (1, True)
    path.write_bytes(both)
    assert installed.run("keys", "retire", "links", old, "--force").exit_code == 0
    assert installed.run("keys", "check").exit_code == 0  # its links have ended, and nothing needs it
    path.write_bytes(before)
    said = installed.run("keys", "check")
    assert (said.exit_code, "with which the database is written" in said.stderr) == (1, True)
