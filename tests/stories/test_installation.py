"""The real installation: one command makes it, one serves it, one link lets the first person in, once."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest
from passlib.totp import TOTP

from tests.emails.smtp import free_port
from tests.served import served, wait_until

PASSWORD = "a long pass phrase for the desk"
pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")


class Reader:
    """A browser without script: follows redirects, keeps cookies, sends the forms it was given."""

    def __init__(self) -> None:
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
        self.status, self.address, self.page = 0, "", ""

    def open(self, address: str, fields: dict[str, str] | None = None) -> Reader:
        """Open an address, or send fields to it with the token of the page before."""
        data = None
        if fields is not None:
            token = re.search(r'name="csrf_token" value="([^"]+)"', self.page)
            data = urlencode({"csrf_token": token[1] if token else ""} | fields).encode()
        try:
            with self.opener.open(Request(address, data=data), timeout=30) as answer:  # noqa: S310 -- our own site
                self.status, self.address, self.page = answer.status, answer.url, answer.read().decode()
        except HTTPError as error:
            with error:
                self.status, self.address, self.page = error.code, error.url or "", error.read().decode()
        return self


def install(folder: Path, port: int, database: str) -> str:
    """Install by the command a person would type; the last line it says is the one-time link."""
    answers = {
        "--name": "Free Voices Network",
        "--address": f"http://127.0.0.1:{port}",
        "--account-name": "Nadia Rahimi",
        "--account-email": "nadia@freevoices.example",
        "--language": "en",
        "--zone": "Europe/Paris",
        "--mail-server": "",
        "--port": str(port),
    } | ({} if database.startswith("sqlite") else {"--database": database})
    done = subprocess.run(
        [sys.executable, "-m", "coalition.cli", "init", *(word for pair in answers.items() for word in pair)],
        cwd=folder,
        env=without_settings(),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()[-1]


def without_settings() -> dict[str, str]:
    """The environment of a person who has set nothing."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COALITION_")}


def set_up_an_app(reader: Reader, address: str) -> None:
    """Type the secret of the page into an app, and the code that the app shows into the page."""
    reader.open(address)
    found = re.search(r'<code dir="ltr">([A-Z2-7 ]+)</code>', reader.page)
    offer = re.search(r'name="offer" value="([^"]+)"', reader.page)
    assert found is not None, reader.address
    assert offer is not None
    code = str(TOTP(key=found[1].replace(" ", "")).generate().token)
    reader.open(address, {"offer": offer[1], "code": code})
    assert "Your recovery codes" in reader.page


def test_from_the_first_command_to_the_desk(tmp_path: Path, empty_database: str) -> None:
    port = free_port()
    link = install(tmp_path, port, empty_database)
    with served(tmp_path, {}, port=port) as tree:
        nadia = Reader().open(link)
        assert (nadia.status, "Choose a password" in nadia.page) == (200, True)
        assert Reader().open(link).status == 200  # looking used nothing up
        short = nadia.open(link, {"password": "short"})
        assert (short.status, "<title>Error: " in short.page) == (422, True)
        nadia.open(link, {"password": PASSWORD})
        # Administrators need a second step: until it is set up, every page of the desk leads there.
        assert (nadia.status, nadia.address) == (200, f"http://127.0.0.1:{port}/desk/account/second-step")
        set_up_an_app(nadia, f"http://127.0.0.1:{port}/desk/account/second-step/app")
        nadia.open(f"http://127.0.0.1:{port}/desk")
        assert "No mail server is set up" in nadia.page
        second = Reader().open(link)
        assert "Choose a password" not in second.page
        assert "Free Voices Network" in Reader().open(f"http://127.0.0.1:{port}/").page
        other = Reader().open(f"http://127.0.0.1:{port}/desk")
        other.open(other.address, {"address": "nadia@freevoices.example", "password": PASSWORD})
        assert other.address == f"http://127.0.0.1:{port}/desk/second-step"
        token = link.rpartition("/")[2]
        assert token not in tree.said
        assert "nadia@" not in tree.said
        assert tree.end(signal.SIGTERM) == 0


def test_the_database_without_its_keys_does_not_start(tmp_path: Path, empty_database: str) -> None:
    port = free_port()
    install(tmp_path, port, empty_database)
    keys = tmp_path / "instance" / "keys.json"
    keys.rename(tmp_path / "keys.json")
    done = subprocess.run(
        [sys.executable, "-m", "coalition.cli", "serve"],
        cwd=tmp_path,
        env=without_settings(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, "keys.json can not be read" in done.stderr) == (1, True)
    (tmp_path / "keys.json").rename(keys)
    with served(tmp_path, {}, port=port) as tree:
        wait_until(lambda: "Coalition listens on" in tree.said, "it serves again", tree)
