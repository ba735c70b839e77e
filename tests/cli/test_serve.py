"""`coalition serve`: one tree of processes that heals itself, ends at a word, and never leaves anybody behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal
from tests.emails.smtp import free_port
from tests.served import PATIENCE, Tree, is_alive, is_dead, served, wait_until

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")


@pytest.fixture
def tree(installed: Terminal) -> Iterator[Tree]:
    """A tree with two web processes and a worker."""
    port = free_port()
    with served(installed.folder, {"COALITION_PORT": str(port)}, port=port) as running:
        yield running


def test_a_killed_process_comes_back_and_control_c_ends_all_of_them_kindly(tree: Tree) -> None:
    number = len(tree.all())
    for find in (tree.web, tree.worker, tree.web_process):
        pid = find()
        os.kill(pid, signal.SIGKILL)
        wait_until(partial(is_dead, pid), "it is dead", tree)
        wait_until(lambda: tree.is_whole() and len(tree.all()) == number, "everybody is back", tree)
        wait_until(tree.answers, "the site answers again", tree)
    everybody = tree.all()
    assert tree.end(signal.SIGINT) == 0
    assert not any(is_alive(pid) for pid in everybody)
    assert "Traceback" not in tree.said


def test_a_killed_supervisor_leaves_nobody_behind(tree: Tree) -> None:
    everybody = tree.all()
    assert len(everybody) == 4
    tree.process.kill()
    tree.process.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in everybody), "all are gone", tree)


def test_a_taken_port_is_said_in_a_sentence(installed: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "coalition.cli", "serve"],
            cwd=installed.folder,
            env=os.environ | {"COALITION_PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(f"Nothing can listen on http://127.0.0.1:{port} (address already in use).")
    assert "Traceback" not in done.stderr


FORM = b"POST /desk/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
SLOW = (
    b"GET / HTTP/1.1\r\nHost: x",
    FORM + b"Content-Length: 900\r\n\r\ncsrf",
    FORM + b"Transfer-Encoding: chunked\r\n\r\n4\r\ncsrf\r\n",
)


def test_it_says_where_it_listens_a_crowd_of_slow_clients_keeps_nobody_waiting_and_it_ends_at_a_word(
    tree: Tree,
) -> None:
    wait_until(lambda: "Coalition listens on" in tree.said, "it says where it listens", tree)
    assert (
        f"Coalition listens on http://127.0.0.1:{tree.port}, and is read at https://letters.example.org." in tree.said
    )
    for beginning in SLOW:
        with ExitStack() as crowd:
            for _ in range(150):
                line = crowd.enter_context(socket.create_connection(("127.0.0.1", tree.port)))
                line.sendall(beginning)
            time.sleep(1)
            for path in ("/", "/health", "/desk/sign-in") * 3:
                assert tree.get(path, timeout=PATIENCE)[0] == 200
    everybody = tree.all()
    assert tree.end(signal.SIGTERM) == 0
    assert not any(is_alive(pid) for pid in everybody)
    assert "Traceback" not in tree.said
