"""A small disk of its own, with a test's database on it, which can be filled to its last byte (as root, on Linux).

with small_disk() as disk, disk.without_room():
    ...  # whoever writes there is told "No space left on device"
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE: Final = "64m"
BLOCK: Final = b"\0" * 4096


@dataclass(frozen=True, slots=True)
class Disk:
    """One that is mounted at `folder`."""

    folder: Path

    @contextmanager
    def without_room(self) -> Iterator[None]:
        """Not another block can be written while the block runs."""
        filling = self.folder / "filling"
        try:
            with filling.open("wb", buffering=0) as file:
                _write_until_full(file.fileno())
            yield
        finally:
            filling.unlink()


@contextmanager
def small_disk() -> Iterator[Disk]:
    """A disk in memory. The test is not run where none may be mounted."""
    folder = Path(tempfile.mkdtemp(prefix="coalition-disk-"))
    try:
        folder.chmod(0o755)  # the database server is somebody else
        mounted = _run("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "coalition-drill", str(folder))
        if mounted:
            pytest.skip(f"no disk can be mounted here: {mounted}")
        try:
            yield Disk(folder)
        finally:
            _run("umount", "--lazy", str(folder))
    finally:
        folder.rmdir()


@contextmanager
def database_on(disk: Disk, address: str) -> Iterator[str]:
    """Bring the database at an address, to which nobody is connected, to the disk; its address there."""
    if address.startswith("sqlite"):
        there = disk.folder / "coalition.sqlite"
        shutil.copyfile(address.removeprefix("sqlite:///"), there)
        yield f"sqlite:///{there}"
        return
    of_server = urlunsplit(urlsplit(address)._replace(scheme="postgresql", path="/postgres"))
    name, space = sql.Identifier(urlsplit(address).path.removeprefix("/")), sql.Identifier(f"d{secrets.token_hex(8)}")
    with psycopg.connect(of_server, autocommit=True) as administrator:
        data = administrator.execute("SHOW data_directory").fetchone()
        folder = disk.folder / "database"
        folder.mkdir(mode=0o700)
        try:
            os.chown(folder, Path(str(data and data[0])).stat().st_uid, -1)
        except OSError:
            pytest.skip("the PostgreSQL server does not run on this machine")
        administrator.execute(sql.SQL("CREATE TABLESPACE {} LOCATION {}").format(space, str(folder)))
        try:
            administrator.execute(sql.SQL("ALTER DATABASE {} SET TABLESPACE {}").format(name, space))
            yield address
        finally:
            administrator.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
            administrator.execute(sql.SQL("DROP TABLESPACE {}").format(space))


def _write_until_full(file: int) -> None:
    try:
        while True:
            os.write(file, BLOCK)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


def _run(*command: str) -> str:
    """What went wrong; "" where nothing did."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    return done.stderr.strip() or str(done.returncode) if done.returncode else ""
