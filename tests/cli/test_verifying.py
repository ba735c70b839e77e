"""`coalition verify` and `coalition keys change` at a terminal."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from coalition.keys import KeyRing
from coalition.models import triggers
from coalition.rendering.manifest import Around, commitment, manifest, openings_json, statement
from coalition.signet import Signet, pem
from tests.rendering.letters import letter as a_letter

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal

SAID = statement(
    letter="00000000000000000000000000000001",
    edition=1,
    version=1,
    names={"und": "Kalina Press Club"},
    country="BG",
    kind="organisation",
    affiliation="",
    salt="ab" * 32,
)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder with what somebody kept of an edition."""
    signet = Signet(bytes(range(32)))
    letter = replace(a_letter(), fingerprints={"en": "e" * 64})
    around = Around(
        letter=SAID["letter"],
        signed_by=signet.fingerprint,
        record_head="0" * 64,
        house_record_head="0" * 64,
        commitments=[commitment(SAID), "f" * 64],
        ways={},
    )
    content = manifest(letter, letter.authoritative_language, around, None)
    (tmp_path / "manifest.json").write_bytes(content)
    (tmp_path / "manifest.sig").write_bytes(signet.sign(content))
    (tmp_path / "key.pem").write_text(pem(signet.public_key))
    (tmp_path / "text.txt").write_text(json.loads(content)["text"], "utf-8")
    (tmp_path / "openings.json").write_bytes(openings_json(SAID["letter"], json.loads(content)["edition"], [SAID]))
    return tmp_path


ALL = ("--manifest", "manifest.json", "--signature", "manifest.sig", "--key", "key.pem")


@pytest.mark.only_on("sqlite")
def test_files_that_were_kept_are_checked_without_an_installation(terminal: Terminal, kept: Path) -> None:
    assert terminal.folder == kept
    done = terminal.run("verify", *ALL, "text.txt")
    assert (done.exit_code, "Every file belongs to it." in done.stdout) == (0, True), done.output
    assert terminal.run("verify", "--manifest", "manifest.json").exit_code == 2


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("manifest.json", "The signature is not of this manifest"),
        ("text.txt", "The text is not the one"),
        ("openings.json", "the manifest has no commitment to this statement"),
    ],
)
def test_one_changed_letter_is_named(terminal: Terminal, kept: Path, name: str, words: str) -> None:
    path = kept / name
    content = path.read_text("utf-8")
    changed = content.replace("Kalina", "Kalima") if name == "openings.json" else content.replace("law", "law,", 1)
    assert changed != content
    path.write_text(changed, "utf-8")
    done = terminal.run("verify", *ALL, *(() if name == "manifest.json" else (name,)))
    assert done.exit_code == 1
    assert words in done.stderr


def test_a_fresh_installation_verifies_and_changes_its_key(installed: Terminal) -> None:
    assert installed.run("verify").exit_code == 0
    path = installed.folder / "instance" / "keys.json"
    before = KeyRing.read(path).secrets("manifest")
    done = installed.run("keys", "change")
    assert done.exit_code == 0, done.output
    assert KeyRing.read(path).secrets("manifest") != before
    assert installed.run("keys", "check").exit_code == 0
    assert installed.run("verify").exit_code == 0


def test_an_entry_that_somebody_wrote_over_in_the_database_is_named(installed: Terminal) -> None:
    engine = sa.create_engine(installed.database or f"sqlite:///{installed.folder / 'instance' / 'coalition.sqlite'}")
    with engine.begin() as connection:
        triggers.drop(connection)
        assert connection.execute(sa.text("UPDATE record SET verb = 'x' WHERE number = 1")).rowcount
        triggers.make(connection)
    engine.dispose()
    done = installed.run("verify")
    assert done.exit_code == 1
    assert "was altered" in done.output
