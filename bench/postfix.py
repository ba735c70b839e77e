"""A real Postfix of our own on loopback: it takes mail, queues it on disk as always, and throws it away."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess  # its calls are looked at one by one  # nosec B404
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench import processes, programs

if TYPE_CHECKING:
    from collections.abc import Iterator

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file_prefixes = {folder}
maillog_file = {folder}/log
myhostname = relay.bench.example
mydestination =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
default_transport = discard:
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
discard unix - - n - - discard
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
SECONDS_TO_START = 10
SECONDS_TO_SETTLE = 20


@dataclass(frozen=True, slots=True)
class Postfix:
    """One that runs."""

    port: int
    process: int
    """Its master process, which starts the others."""

    def cpu_seconds_when_done(self) -> float:
        """The processor time of all its processes, once it has nothing more to do for the mails that it took."""
        until, used = time.monotonic() + SECONDS_TO_SETTLE, -1.0
        while time.monotonic() < until:
            before, used = used, processes.cpu_seconds(self.process) + processes.cpu_seconds_of_ended(self.process)
            if used == before:
                break
            time.sleep(0.3)
        return used


@contextmanager
def running() -> Iterator[Postfix]:
    """Start it as root."""
    folder = Path(tempfile.mkdtemp(prefix="coalition-bench-postfix-"))
    folder.chmod(0o755)  # its processes run as a user of their own
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir(mode=0o755)
    os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, -1)
    port = processes.free_port()
    (folder / "etc" / "main.cf").write_text(MAIN.format(folder=folder))
    (folder / "etc" / "master.cf").write_text(MASTER.format(port=port))
    command = [programs.find("postfix") or "postfix", "-c", str(folder / "etc")]
    subprocess.run([*command, "start"], check=True, capture_output=True)  # our own command  # nosec B603
    try:
        _wait(port)
        yield Postfix(port, int((folder / "queue" / "pid" / "master.pid").read_text()))
    finally:
        subprocess.run([*command, "abort"], check=False, capture_output=True)  # our own command  # nosec B603
        time.sleep(1)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port: int) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise processes.DidNotStart("Postfix does not answer.")
