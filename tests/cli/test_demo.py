"""`coalition demo`: ready in a moment, kept between runs, real in nothing."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal
from tests.emails.smtp import free_port
from tests.served import Tree, served, wait_until

pytestmark = pytest.mark.only_on("sqlite")
LETTER = "/letters/publish-what-is-measured"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    """The demonstration, made and serving."""
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    with served(folder, {"PORT": str(port)}, port=port, command="demo") as tree:
        wait_until(tree.has_said("Ctrl-C ends it"), "it says where to go", tree)
        yield tree


def sign_in_of(tree: Tree) -> dict[str, str]:
    path = tree.output.parent / "var" / "demo" / "sign-in.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found: dict[str, str] = json.loads(path.read_text())
    return found


def mails(tree: Tree) -> list[str]:
    """The addresses of the mails on the mailbox's first page."""
    return re.findall(r'href="(/demo/mailbox/[0-9a-f-]{36})"', tree.get("/demo/mailbox")[1].decode())


def test_it_says_where_to_go_and_how_to_sign_in(demo: Tree) -> None:
    root = f"http://127.0.0.1:{demo.port}"
    for words in (f"{root}/", f"{root}/desk", f"{root}/demo/mailbox", *sign_in_of(demo).values()):
        assert words in demo.said


def test_a_letter_is_published_in_three_languages(demo: Tree) -> None:
    for language, name in (
        ("", "Östra Vattenarkivet"),
        ("/fr", "Maison des eaux ouvertes"),
        ("/ar", "دار المياه المفتوحة"),
    ):
        status, page = demo.get(LETTER + language)
        assert (status, name in page.decode()) == (200, True)
        assert "Lantern Street" not in page.decode()
        wait_until(partial(demo.answers, f"{LETTER}{language}.pdf"), "the PDF is there", demo)
    facts = json.loads(demo.get(f"{LETTER}.json")[1])
    assert (facts["figures"]["organisations"], facts["figures"]["countries"], facts["withheld_count"]) == (10, 9, 1)
    assert facts["photo"]["credit"]
    assert demo.get(facts["photo"]["address"].removeprefix(f"http://127.0.0.1:{demo.port}"))[0] == 200


def test_no_figure_of_its_texts_stands_open(demo: Tree) -> None:
    for ending in (".txt", "/fr.txt", "/ar.txt"):
        assert "{{" not in demo.get(LETTER + ending)[1].decode()


def test_the_mailbox_shows_each_mail_and_its_link_works(demo: Tree) -> None:
    wait_until(lambda: len(mails(demo)) == 25, "the mails are there", demo)
    opened = 0
    for address in mails(demo):
        status, mail = demo.get(address)
        assert status == 200
        link = re.search(rf'href="(http://127\.0\.0\.1:{demo.port}(/i/[^"]+))"', mail.decode())
        if link and not opened:
            opened += 1
            assert demo.get(link[2])[0] == 200
        assert b'<iframe class="mail"' in mail
        status, html = demo.get(f"{address}/html")
        assert (status, b'<base target="_top">' in html) == (200, True)
    assert opened
    assert demo.get("/demo/mailbox?page=2")[0] == 200


def test_it_is_kept_between_runs_and_follows_the_port(tmp_path: Path) -> None:
    passwords = set()
    for number, port in enumerate((free_port(), free_port())):
        with served(tmp_path, {"PORT": str(port)}, port=port, command="demo") as tree:
            wait_until(tree.has_said("Ctrl-C ends it"), "it says where to go", tree)
            assert ("Making the demonstration" in tree.said) is (number == 0)
            passwords.add(sign_in_of(tree)["password"])
            assert passwords == {sign_in_of(tree)["password"]}
            root = f"http://127.0.0.1:{port}{LETTER}".encode()
            wait_until(partial(page_names, tree, root), "pages name their own port", tree)
            assert tree.end() == 0


def page_names(tree: Tree, words: bytes) -> bool:
    return words in tree.get(LETTER)[1]


@pytest.mark.parametrize("port", ["0", "70000", "many", "-1", ""])
def test_a_port_that_is_none_is_refused(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    done = terminal.run("demo")
    assert (done.exit_code, done.stderr.startswith("PORT: write a port")) == (1, True)


def test_a_real_installation_is_never_taken_for_the_demonstration(installed: Terminal) -> None:
    done = installed.run("--home", str(installed.folder / "instance"), "demo")
    assert (done.exit_code, "is a real installation" in done.stderr) == (1, True)
