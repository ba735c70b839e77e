"""The file of a backup: lines, made small, sealed piece by piece, and put in its place only when it is whole."""

from __future__ import annotations

import os
import secrets
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final

from coalition.intake import sealed_stream
from coalition.intake.sealed_file import Damaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

UNFINISHED: Final = ".part"
"""How the name of a file ends that is being written."""
_AT_ONCE: Final = 1 << 20
_LEVEL: Final = 6


def write(
    file: IO[bytes],
    lines: Iterable[bytes],
    secret: str | X25519PublicKey,
    *,
    made_at: datetime,
    schema: str,
) -> None:
    """Seal lines into a file. Raises WeakPassphrase."""
    sealer = sealed_stream.Sealer(file, secret, made_at=made_at, schema=schema)
    press = zlib.compressobj(_LEVEL)
    for line in lines:
        sealer.write(press.compress(line))
    sealer.write(press.flush())
    sealer.finish()


def read(file: IO[bytes], secret: str | X25519PrivateKey) -> Iterator[bytes]:
    """The lines of a file, each without its end. Raises a SealedFileError, perhaps after many lines."""
    rest = bytearray()
    for part in _unpressed(sealed_stream.opened(file, secret)):
        rest += part
        *whole, last = rest.split(b"\n")
        rest = bytearray(last)
        yield from map(bytes, whole)
    if rest:
        raise Damaged


def _unpressed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """No more than a megabyte at once, whatever the pieces hold."""
    press = zlib.decompressobj()
    try:
        for piece in pieces:
            waiting = piece
            while waiting:
                yield press.decompress(waiting, _AT_ONCE)
                waiting = press.unconsumed_tail
        yield press.flush()
    except zlib.error:
        raise Damaged from None
    if not press.eof or press.unused_data:
        raise Damaged


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextmanager
def put_in_place(path: Path) -> Iterator[IO[bytes]]:
    """A new file for what is written; it has its name when all of it is on the disk, and never before.

    Only its owner may read it. Raises FileExistsError: nothing is overwritten.
    """
    if path.exists():
        raise FileExistsError(path)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}{UNFINISHED}")
    try:
        with open(unfinished, "xb", opener=_private) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
