"""The file of a backup: no byte of it changes unseen, and it has its name only when it is whole."""

from __future__ import annotations

import io
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from coalition.intake import archive_key, backup_file, sealed_stream
from coalition.intake.sealed_file import (
    Damaged,
    NeedsKey,
    NeedsPassphrase,
    NotAnArchive,
    WeakPassphrase,
    WrongKey,
    WrongPassphrase,
)
from coalition.intake.sealed_stream import PIECE, NewerFormat

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

KEY = archive_key.generate()
PASSPHRASE = "correct horse battery staple"
AT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
LINES = [f"{secrets.token_hex(16)}\n".encode() for _ in range(20_000)]


def sealed(lines: list[bytes], secret: str | X25519PublicKey) -> bytes:
    file = io.BytesIO()
    backup_file.write(file, lines, secret, made_at=AT, schema="0006")
    return file.getvalue()


WHOLE = sealed(LINES, KEY.public_key())


def test_what_was_written_is_read_again() -> None:
    assert len(WHOLE) > PIECE  # more than one piece
    assert [line + b"\n" for line in backup_file.read(io.BytesIO(WHOLE), KEY)] == LINES
    assert list(backup_file.read(io.BytesIO(sealed([], KEY.public_key())), KEY)) == []


def test_the_head_says_format_version_instant_and_schema_and_no_more() -> None:
    head = sealed_stream.read_head(io.BytesIO(WHOLE))
    assert (head.made_at, head.schema, head.sealed_with) == (AT, "0006", "key")
    ways = {"sealed_with", "ephemeral", "recipient", "check"}
    assert set(head.facts) == {"format", "format_version", "made_at", "schema"} | ways


@pytest.mark.parametrize(
    "place",
    [0, 30, 90, -1, 1000, PIECE + 300, len(WHOLE) // 2],
    ids=["the first", "in the head", "further in the head", "the last", "begun", "the next piece", "the midst"],
)
def test_one_changed_byte_is_refused(place: int) -> None:
    changed = bytearray(WHOLE)
    changed[place] ^= 1
    with pytest.raises((Damaged, NotAnArchive, NewerFormat, WrongKey)):
        list(backup_file.read(io.BytesIO(bytes(changed)), KEY))


@pytest.mark.parametrize(
    "lost",
    [1, 16, 500, len(WHOLE) - PIECE - 16 - WHOLE.index(b"\n") - 1],
    ids=["a byte", "a tag", "a bit", "all but one piece"],
)
def test_a_file_that_was_cut_off_is_refused(lost: int) -> None:
    with pytest.raises(Damaged):
        list(backup_file.read(io.BytesIO(WHOLE[:-lost]), KEY))


def test_pieces_that_changed_places_are_refused() -> None:
    longer = sealed(LINES * 3, KEY.public_key())
    start = longer.index(b"\n") + 1
    one, two = longer[start : start + PIECE + 16], longer[start + PIECE + 16 : start + 2 * (PIECE + 16)]
    with pytest.raises(Damaged):
        list(backup_file.read(io.BytesIO(longer[:start] + two + one + longer[start + 2 * (PIECE + 16) :]), KEY))


def test_another_key_or_passphrase_does_not_open_it() -> None:
    by_words = sealed(LINES[:1], PASSPHRASE)
    assert list(backup_file.read(io.BytesIO(by_words), PASSPHRASE)) == [LINES[0][:-1]]
    for file, secret, refused in (
        (WHOLE, archive_key.generate(), WrongKey),
        (WHOLE, PASSPHRASE, NeedsKey),
        (by_words, PASSPHRASE + "s", WrongPassphrase),
        (by_words, KEY, NeedsPassphrase),
    ):
        with pytest.raises(refused):
            list(backup_file.read(io.BytesIO(file), secret))
    with pytest.raises(WeakPassphrase):
        sealed([], "short")


def test_a_file_of_a_newer_format_or_of_something_else_says_so() -> None:
    with pytest.raises(NewerFormat):
        sealed_stream.read_head(io.BytesIO(WHOLE.replace(b'"format_version": 1', b'"format_version": 2', 1)))
    for other in (b"", b"{}\n", b"[1]\n", b"SQLite format 3\x00", b'{"format": "coalition-letter-archive"}\n'):
        with pytest.raises(NotAnArchive):
            sealed_stream.read_head(io.BytesIO(other))


def test_a_file_has_its_name_when_it_is_whole_and_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "one.backup"

    def fail() -> None:
        with backup_file.put_in_place(path) as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []
    with backup_file.put_in_place(path) as file:
        file.write(b"whole")
        assert not path.exists()
    assert path.read_bytes() == b"whole"
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError), backup_file.put_in_place(path):
        pass
