"""`coalition letter archive`: a letter goes out sealed and comes in again at a terminal."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from coalition.cli.refusal import opened
from coalition.intake import sealed_file
from coalition.models.account import Account
from tests.cli.test_letters import a_letter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Terminal

PASSPHRASE = "ink on paper, and the door stays open"


@pytest.fixture
def slug(installed: Terminal, make_file: Callable[[str, str], Path]) -> str:
    """A letter of the past, taken over by the first account."""
    return installed.run("letter", "import", str(make_file("letter.json", a_letter()))).stdout.strip()


@pytest.fixture
def phrase(make_file: Callable[[str, str], Path]) -> str:
    """A file with the passphrase."""
    return str(make_file("phrase.txt", PASSPHRASE + "\r\nA note below it.\n"))


def test_a_letter_goes_out_sealed_and_comes_in_again(installed: Terminal, slug: str, phrase: str) -> None:
    done = installed.run("letter", "archive", slug, "one.json", "--passphrase-file", phrase)
    assert done.exit_code == 0, done.stderr
    path = installed.folder / "one.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"Zebra Watch" not in path.read_bytes()
    came = installed.run("letter", "open-archive", "one.json", "--passphrase-file", phrase)
    assert (came.exit_code, came.stdout) == (0, f"{slug}-2\n")
    assert installed.run("letter", "archive", f"{slug}-2", "two.json", "--passphrase-file", phrase).exit_code == 0
    first, second = (
        sealed_file.opened((installed.folder / name).read_bytes(), PASSPHRASE) for name in ("one.json", "two.json")
    )
    assert first == second
    assert installed.run("letter", "export", slug).stdout == installed.run("letter", "export", f"{slug}-2").stdout


def test_who_has_the_key_opens_it_without_an_installation(installed: Terminal, slug: str) -> None:
    public = installed.run("archive", "key", "key.txt").stdout.strip()
    assert installed.run("letter", "archive", slug, "one.json", "--to", public).exit_code == 0
    done = installed.run(
        "--home", "elsewhere", "letter", "open-archive", "one.json", "--key", "key.txt", "--json", "in.json"
    )
    assert (done.exit_code, done.output) == (0, "")
    path = installed.folder / "in.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text("utf-8"))["format"] == "coalition-letter-archive-content"


def test_a_passphrase_is_asked_for_twice_and_never_shown(installed: Terminal, slug: str) -> None:
    done = installed.run("letter", "archive", slug, "one.json", typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert (done.exit_code, PASSPHRASE in done.output) == (0, False)
    came = installed.run("letter", "open-archive", "one.json", typed=f"{PASSPHRASE}\n")
    assert (came.exit_code, came.stdout.splitlines()[-1]) == (0, f"{slug}-2")


def test_what_is_refused_is_said_and_leaves_no_file(
    installed: Terminal, slug: str, phrase: str, make_file: Callable[[str, str], Path]
) -> None:
    weak = str(make_file("weak.txt", "password\n"))
    done = installed.run("letter", "archive", slug, "one.json", "--passphrase-file", weak)
    assert (done.exit_code, "is easily guessed" in done.stderr) == (1, True)
    assert not (installed.folder / "one.json").exists()
    done = installed.run("letter", "archive", slug, "one.json", "--to", "ssh-ed25519 AAAA")
    assert (done.exit_code, "This is no public key" in done.stderr) == (1, True)
    done = installed.run("letter", "archive", "none", "one.json", "--passphrase-file", phrase)
    assert (done.exit_code, done.stderr) == (1, "There is no letter called none.\n")
    make_file("one.json", "mine")
    done = installed.run("letter", "archive", slug, "one.json", "--passphrase-file", phrase)
    assert (done.exit_code, "is there already" in done.stderr) == (1, True)
    assert (installed.folder / "one.json").read_text() == "mine"


def test_only_a_coordinator_of_the_letter_writes_it(installed: Terminal, slug: str, phrase: str) -> None:
    with opened():
        from coalition.clock import now  # noqa: PLC0415 -- within the app of this folder
        from coalition.database import db, transaction  # noqa: PLC0415 -- within the app of this folder

        with transaction() as session:
            nadia = db.session.query(Account).one()
            session.add(
                Account(
                    organisation_id=nadia.organisation_id, email="omar@freevoices.example", name="Omar",
                    fs_uniquifier="omar", created_at=now(),
                )
            )  # fmt: skip
    done = installed.run(
        "letter", "archive", slug, "one.json", "--passphrase-file", phrase, "--as", "omar@freevoices.example"
    )
    assert (done.exit_code, "does not coordinate this letter" in done.stderr) == (1, True)
    assert not (installed.folder / "one.json").exists()


def test_an_archive_that_does_not_open_says_why(
    installed: Terminal, slug: str, phrase: str, make_file: Callable[[str, str], Path]
) -> None:
    installed.run("letter", "archive", slug, "one.json", "--passphrase-file", phrase)
    other = str(make_file("other.txt", "another passphrase that is long\n"))
    done = installed.run("letter", "open-archive", "one.json", "--passphrase-file", other)
    assert (done.exit_code, done.stderr) == (1, "This passphrase does not open the archive. Type it again.\n")
    make_file("plain.json", a_letter())
    done = installed.run("letter", "open-archive", "plain.json", "--passphrase-file", phrase)
    assert (done.exit_code, "This is no letter archive" in done.stderr) == (1, True)
    public = installed.run("archive", "key", "key.txt").stdout.strip()
    installed.run("archive", "key", "other-key.txt")
    installed.run("letter", "archive", slug, "two.json", "--to", public)
    done = installed.run("letter", "open-archive", "two.json", "--passphrase-file", phrase)
    assert (done.exit_code, "name its file with --key" in done.stderr) == (1, True)
    done = installed.run("letter", "open-archive", "two.json", "--key", "other-key.txt")
    assert (done.exit_code, public in done.stderr) == (1, True)
    (installed.folder / "bad.json").write_bytes(sealed_file.seal(b'{"format": "other"}', PASSPHRASE))
    done = installed.run("letter", "open-archive", "bad.json", "--passphrase-file", phrase)
    assert (done.exit_code, "What is in the archive is no letter" in done.stderr) == (1, True)
