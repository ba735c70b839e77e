"""A sealed file opens with its passphrase or key alone, says why it does not, and asks for no more than it may."""

from __future__ import annotations

import base64
import json
import re
import stat
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.intake import archive_key, sealed_file
from coalition.intake.archive_key import NotAKey, PrivateKeyGiven
from coalition.intake.sealed_file import (
    Damaged,
    NeedsKey,
    NeedsPassphrase,
    NotAnArchive,
    SealedFileError,
    TooLarge,
    TooMuchWork,
    WeakPassphrase,
    WrongKey,
    WrongPassphrase,
)

DOCUMENT = (Path(__file__).parents[2] / "docs" / "letter-archive.md").read_text("utf-8")
BY_PASSPHRASE, BY_KEY = (
    block.encode() for block in re.findall(r"```json\n(\{\n \"format\".*?)```", DOCUMENT, re.DOTALL)[:2]
)
PROGRAM_FOR_PASSPHRASE, PROGRAM_FOR_KEY = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
CONTENT = '{"said": "Nadia · نادية"}\n'.encode()
PASSPHRASE = "four words nobody guesses, Café"
PRIVATE = X25519PrivateKey.from_private_bytes(bytes(range(32, 64)))


def changed(data: bytes, **changes: Any) -> bytes:
    """The file with other facts in it; None leaves one out."""
    value = json.loads(data) | changes
    return json.dumps({name: fact for name, fact in value.items() if fact is not None}).encode()


def flipped(data: bytes, name: str) -> bytes:
    """The file with one bit of the bytes under a name changed."""
    value = bytearray(base64.b64decode(json.loads(data)[name]))
    value[-1] ^= 1
    return changed(data, **{name: base64.b64encode(bytes(value)).decode()})


def test_the_vectors_of_the_document_open() -> None:
    assert sealed_file.opened(BY_PASSPHRASE, PASSPHRASE) == CONTENT
    assert sealed_file.opened(BY_KEY, PRIVATE) == CONTENT


def test_the_vectors_of_the_document_are_what_we_write() -> None:
    nonce, salt = bytes(range(12)), bytes(range(16))
    header = sealed_file.header_of("passphrase", salt=salt, n=1024, r=8, p=1)
    derived = sealed_file.by_scrypt(PASSPHRASE, salt, n=1024, r=8, p=1)
    assert sealed_file.sealed_as(CONTENT, header, derived, nonce=nonce) == BY_PASSPHRASE
    own = X25519PrivateKey.from_private_bytes(bytes(range(32)))
    ephemeral, recipient = sealed_file.raw(own.public_key()), sealed_file.raw(PRIVATE.public_key())
    header = sealed_file.header_of("key", ephemeral=ephemeral, recipient=recipient)
    derived = sealed_file.by_exchange(own.exchange(PRIVATE.public_key()), ephemeral, recipient)
    assert sealed_file.sealed_as(CONTENT, header, derived, nonce=nonce) == BY_KEY


def test_the_keys_of_the_document_are_read() -> None:
    public, private = re.findall(r"`(coalition-archive-(?:private-)?key:[\w-]{43})`", DOCUMENT)
    assert archive_key.read_public(public) == PRIVATE.public_key()
    assert archive_key.public_line(PRIVATE.public_key()) == public
    assert archive_key.read_private(private).private_bytes_raw() == PRIVATE.private_bytes_raw()


def run(program: str, *arguments: Path) -> bytes:
    """What a program of the document writes, given files."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program, *arguments], capture_output=True, check=True)
    return done.stdout


def test_the_program_of_the_document_opens_what_we_seal_with_a_passphrase(tmp_path: Path) -> None:
    (tmp_path / "archive").write_bytes(sealed_file.seal(CONTENT, PASSPHRASE))
    typed = unicodedata.normalize("NFD", PASSPHRASE)
    asked = f"import getpass; getpass.getpass = lambda _: {typed!r}\n"
    assert run(asked + PROGRAM_FOR_PASSPHRASE, tmp_path / "archive") == CONTENT


def test_the_program_of_the_document_opens_what_we_seal_for_a_key(tmp_path: Path) -> None:
    key = archive_key.generate()
    archive_key.write_private(key, tmp_path / "key")
    (tmp_path / "archive").write_bytes(sealed_file.seal(CONTENT, key.public_key()))
    assert run(PROGRAM_FOR_KEY, tmp_path / "archive", tmp_path / "key") == CONTENT


def test_two_files_of_one_content_have_nothing_in_common() -> None:
    key = PRIVATE.public_key()
    first, second = (json.loads(sealed_file.seal(CONTENT, key)) for _ in range(2))
    assert all(first[name] != second[name] for name in ("ephemeral", "nonce", "check", "content"))


def test_the_content_stands_nowhere_in_the_file() -> None:
    assert b"Nadia" not in sealed_file.seal(CONTENT, PRIVATE.public_key())


def test_a_wrong_passphrase_is_told_from_a_damaged_file() -> None:
    with pytest.raises(WrongPassphrase):
        sealed_file.opened(BY_PASSPHRASE, "four words nobody guesses, Cafe")
    for name in ("content", "nonce"):
        with pytest.raises(Damaged):
            sealed_file.opened(flipped(BY_PASSPHRASE, name), PASSPHRASE)


def test_another_key_is_told_whose_file_it_is() -> None:
    with pytest.raises(WrongKey) as refused:
        sealed_file.opened(BY_KEY, archive_key.generate())
    assert refused.value.recipient == PRIVATE.public_key()


def test_the_wrong_kind_of_secret_is_told() -> None:
    with pytest.raises(NeedsKey):
        sealed_file.opened(BY_KEY, PASSPHRASE)
    with pytest.raises(NeedsPassphrase):
        sealed_file.opened(BY_PASSPHRASE, PRIVATE)
    assert (sealed_file.needs(BY_PASSPHRASE), sealed_file.needs(BY_KEY)) == ("passphrase", "key")


@pytest.mark.parametrize("name", ["ephemeral", "check", "nonce", "content"])
def test_not_one_bit_changes_unseen(name: str) -> None:
    with pytest.raises(Damaged):
        sealed_file.opened(flipped(BY_KEY, name), PRIVATE)


@pytest.mark.parametrize(
    "changes",
    [
        {"salt": None},
        {"more": 1},
        {"nonce": "AAAA"},
        {"nonce": 3},
        {"content": "no base64!"},
        {"content": "AAAA"},
        {"kdf": "argon2"},
        {"n": 1000},
        {"n": 1},
        {"n": "1024"},
        {"n": True},
        {"p": 0},
        {"r": -8},
        {"r": 8.0},
    ],
)
def test_a_header_that_is_not_ours_is_damaged(changes: dict[str, Any]) -> None:
    with pytest.raises(Damaged):
        sealed_file.opened(changed(BY_PASSPHRASE, **changes), PASSPHRASE)


@pytest.mark.parametrize(
    "cost", [{"n": 2**30}, {"r": 2**20}, {"p": 2**20}, {"n": 2**40, "r": 2**30}, {"n": 2**17, "p": 5}]
)
def test_a_hostile_file_does_not_get_our_memory_or_time(cost: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_file, "Scrypt", lambda **_: pytest.fail("work was done"))
    with pytest.raises(TooMuchWork):
        sealed_file.opened(changed(BY_PASSPHRASE, **cost), PASSPHRASE)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"[1]",
        b"[" * 100_000,
        b'{"format": "coalition-letter"}',
        changed(BY_KEY, format_version=2),
        changed(BY_KEY, sealed_with="hope"),
        changed(BY_KEY, sealed_with=["key"]),
        "{}".encode("utf-16"),
    ],
)
def test_what_is_no_archive_is_called_so(data: bytes) -> None:
    with pytest.raises(NotAnArchive):
        sealed_file.opened(data, PASSPHRASE)


def test_an_archive_cut_off_is_damaged() -> None:
    for end in range(40, len(BY_KEY) - 2, 7):
        with pytest.raises(Damaged):
            sealed_file.opened(BY_KEY[:end], PRIVATE)


def test_what_is_too_large_is_refused_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_file, "SIZE_LIMIT", 1000)
    with pytest.raises(TooLarge):
        sealed_file.seal(b" " * 1000, PRIVATE.public_key())
    with pytest.raises(TooLarge):
        sealed_file.needs(b" " * 1001)


@pytest.mark.parametrize(
    "passphrase", ["", "short one", "aaaaaaaaaaaaaaaaaaaaaaaa", "a b c d e f g h i j k l m", "x" * 2000]
)
def test_a_weak_passphrase_is_refused(passphrase: str) -> None:
    with pytest.raises(WeakPassphrase):
        sealed_file.seal(CONTENT, passphrase)


def test_a_passphrase_of_any_script_is_taken() -> None:
    sealed_file.ensure_strong("حبر على ورق وباب مفتوح")
    sealed_file.ensure_strong("墨水寫在紙上門還開著我們都知道的")


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=400), at=st.integers(0, 700))
def test_no_garbage_raises_anything_else(data: bytes, at: int) -> None:
    for file in (data, BY_KEY[:at] + data + BY_KEY[at:], BY_PASSPHRASE[:at] + data):
        for secret in (PASSPHRASE, PRIVATE):
            try:
                sealed_file.opened(file, secret)
            except SealedFileError:
                continue


def test_a_private_key_is_its_owner_s_alone_and_never_overwritten(tmp_path: Path) -> None:
    key = archive_key.generate()
    archive_key.write_private(key, tmp_path / "key")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert archive_key.read_private((tmp_path / "key").read_text()).private_bytes_raw() == key.private_bytes_raw()
    with pytest.raises(FileExistsError):
        archive_key.write_private(key, tmp_path / "key")


@pytest.mark.parametrize("line", ["", "coalition-archive-key:", "coalition-archive-key:AAAA", "ssh-ed25519 AAAA"])
def test_a_line_that_is_no_key_is_refused(line: str) -> None:
    with pytest.raises(NotAKey):
        archive_key.read_public(line)
    with pytest.raises(NotAKey):
        archive_key.read_private(line)


def test_a_private_key_is_not_taken_for_a_public_one(tmp_path: Path) -> None:
    archive_key.write_private(archive_key.generate(), tmp_path / "key")
    with pytest.raises(PrivateKeyGiven):
        archive_key.read_public((tmp_path / "key").read_text())
