"""A real Postfix on this machine's loopback: its own configuration, queue and ports, and a queue life of seconds.

Postfix is started as root and lets go of it by itself. Its folder lies under the system's temporary one, because its
processes run as a user of their own and must reach it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.emails.smtp import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAIN: Final = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
maillog_file_prefixes = {folder}
maillog_file = {folder}/log
myhostname = relay.test
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtp_tls_security_level = none
smtpd_tls_security_level = none
transport_maps = inline:{{ {routes} }}
default_transport = error:there is no way out of this test
maximal_queue_lifetime = {life}s
bounce_queue_lifetime = {life}s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
delay_warning_time = 1s
confirm_delay_cleared = no
"""
MASTER: Final = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
PROGRAM: Final = shutil.which("postfix") or shutil.which("postfix", path="/usr/sbin:/usr/local/sbin")


@dataclass(frozen=True, slots=True)
class Postfix:
    """A running one: the port it takes mail on, and its log."""

    port: int
    log: Path


def missing() -> str:
    """Why there is none here, or nothing."""
    if PROGRAM is None:
        return "no Postfix on this machine"
    if os.geteuid() != 0:
        return "Postfix can only be started by root"
    return ""


@contextmanager
def running(routes: Mapping[str, int], *, life: int) -> Iterator[Postfix]:
    """A Postfix that hands mail for each host of `routes` to that port here, and gives up after `life` seconds."""
    assert PROGRAM is not None
    folder = Path(tempfile.mkdtemp(prefix="coalition-postfix-"))
    port = free_port()
    try:
        _configure(folder, port, routes, life)
        _call(folder, "start")
        try:
            yield Postfix(port, folder / "log")
        finally:
            _call(folder, "abort")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _configure(folder: Path, port: int, routes: Mapping[str, int], life: int) -> None:
    folder.chmod(0o755)
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir(mode=0o755)
    os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, -1)
    ways = ", ".join(f"{{ {host} = smtp:[127.0.0.1]:{at} }}" for host, at in routes.items())
    (folder / "etc" / "main.cf").write_text(MAIN.format(folder=folder, routes=ways, life=life))
    (folder / "etc" / "master.cf").write_text(MASTER.format(port=port))


def _call(folder: Path, verb: str) -> None:
    done = subprocess.run(
        [str(PROGRAM), "-c", str(folder / "etc"), verb], capture_output=True, text=True, timeout=30, check=False
    )
    if done.returncode and verb == "start":
        log = folder / "log"
        words = log.read_text("utf-8", "replace") if log.exists() else ""
        raise RuntimeError(f"Postfix did not {verb}: {done.stderr}{words}")
    if verb == "abort":
        deadline = time.monotonic() + 5
        while (folder / "queue" / "pid" / "master.pid").exists() and time.monotonic() < deadline:
            if subprocess.run(
                [str(PROGRAM), "-c", str(folder / "etc"), "status"], capture_output=True, check=False
            ).returncode:
                break
            time.sleep(0.05)
