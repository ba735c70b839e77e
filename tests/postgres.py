"""A throwaway PostgreSQL server: made in a temporary folder, fast because it keeps nothing, gone when the tests end."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

# Debian and Ubuntu, Red Hat, Homebrew: none of them puts the server's own programs on the PATH.
PLACES: Final = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql*/bin")

# Nothing survives the tests, so nothing waits for a disk. The odd zone shows whoever trusts the server's own.
SETTINGS: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "max_connections": "200",
    "timezone": "Asia/Kathmandu",
}


def programs() -> Path | None:
    """The folder of the newest `initdb` and `postgres` on this machine, or None."""
    folders = [found for place in PLACES for found in Path("/").glob(place)]
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    usable = [folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()]
    return max(usable, key=_version, default=None)


@contextmanager
def server() -> Iterator[str]:
    """A running server; gives its superuser's address, "postgresql://…/postgres", on the loopback address.

    Stops it and removes its folder at the end, and where the tests are killed the kernel stops it (Linux).
    """
    folder = Path(tempfile.mkdtemp(prefix="coalition-postgres-"))
    cluster = _Cluster(folder=folder, programs=_found(), owner=_owner(), password=secrets.token_hex(16))
    try:
        cluster.make()
        process = cluster.start()
        try:
            _wait(cluster, process)
            yield cluster.address
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Cluster:
    folder: Path
    programs: Path
    owner: str | None
    password: str

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def port_file(self) -> Path:
        return self.folder / "port"

    @property
    def address(self) -> str:
        return f"postgresql://tests:{self.password}@127.0.0.1:{self.port_file.read_text()}/postgres"

    def make(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self.password)
        if self.owner:
            for path in (self.folder, secret):
                shutil.chown(path, self.owner)
        command = [str(self.programs / "initdb"), "--pgdata=data", "--username=tests", "--pwfile=password"]
        options = ["--auth=password", "--encoding=UTF8", "--locale=C", "--no-sync"]
        done = subprocess.run(
            [*command, *options], user=self.owner, cwd=self.folder, env=_environment(), capture_output=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"initdb failed: {(done.stderr or done.stdout).decode(errors='replace')}")

    def start(self) -> subprocess.Popen[bytes]:
        port = _free_port()
        self.port_file.write_text(str(port))
        settings = {**SETTINGS, "port": str(port), "listen_addresses": "127.0.0.1"}
        settings["unix_socket_directories"] = str(self.folder)
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [*_dying_with_us(), self.programs / "postgres", "-D", "data", *options],
                user=self.owner,
                cwd=self.folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C is for the tests, which stop the server themselves
            )


def _found() -> Path:
    folder = programs()
    if folder is None:
        raise RuntimeError("No PostgreSQL server programs were found.")
    return folder


def _owner() -> str | None:
    """PostgreSQL refuses to run as root; then the user its package makes runs it, or nobody."""
    if os.geteuid() != 0:
        return None
    users = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"


def _environment() -> dict[str, str]:
    """No PG… variable of the developer's own reaches the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def _dying_with_us() -> list[str]:
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "INT", "--"] if setpriv else []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(cluster: _Cluster, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(cluster.address).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start: {cluster.log.read_text(errors='replace')}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGINT, signal.SIGQUIT):  # disconnect everybody and stop; then at once
        if process.poll() is None:
            process.send_signal(how)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            continue
        return
    process.kill()
    process.wait()


def _version(folder: Path) -> list[int]:
    number = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return [int(part) for part in number.split()[2].split(".") if part.isdigit()]
