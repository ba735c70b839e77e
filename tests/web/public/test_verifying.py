"""The page on which anybody checks a letter: what it says, and a copy held against it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select

from coalition.actions import rebuild
from coalition.database import db
from coalition.models.public import PublicBody
from coalition.web.public import verifying
from coalition.web.public.signatories import Allowance
from tests import builders
from tests.cast import Cast
from tests.visitor import Visitor


@pytest.fixture
def path(cast: Cast) -> str:
    """The address of a published letter: Kalina is named, Daria withheld."""
    letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.published(cast, letter_id)
    return f"/letters/{builders.a_letter(letter_id).slug}"


def test_it_says_how_many_signed_how_and_which_text(visitor: Visitor, path: str, cast: Cast) -> None:
    page = visitor.get(f"{path}/verify")
    assert page.heading == "Verify this letter"
    assert "aria-invalid" not in page.text
    assert "2 organisations signed exactly this text." in page.words
    assert re.search(r"By the link mailed to the organisation\s*fewer than 3", page.words)
    assert cast.unnamed_member.name not in page.text
    assert visitor.get(f"{path}/verify/ar").tree.get("dir") == "rtl"
    assert visitor.cookies() == []


def test_a_copy_is_compared_with_the_letter(visitor: Visitor, path: str) -> None:
    copy = visitor.get(f"{path}.txt").text
    page = visitor.get(f"{path}/verify").form().fill(pasted=" ".join(copy.split())).submit()
    assert "Your copy is the letter" in page.words
    changed = page.form().fill(pasted=copy.replace("Kalina Press Club", "Kalina Golf Club <b>")).submit()
    assert "These words differ." in changed.words
    assert [words.strip() for words in re.findall(r"</span>([^<]*)</(?:ins|del)>", changed.text)] == [
        "Press",
        "Golf",
        "&lt;b&gt;",
    ]
    assert "Content-Encoding" not in changed.headers


def test_a_part_of_it_is_told_from_another_text(visitor: Visitor, path: str) -> None:
    form = visitor.get(f"{path}/verify").form()
    copy = visitor.get(f"{path}.txt").text
    assert "Every word of your copy stands in the letter" in form.fill(pasted=copy.partition("\n\n")[2]).submit().words
    assert "The whole letter stands in your copy" in form.fill(pasted=f"Seen on a wall:\n{copy}").submit().words


def test_a_file_of_ours_is_known_and_a_text_file_is_read(visitor: Visitor, path: str) -> None:
    rebuild.rebuild()
    stored = {
        one.path: one.content for one in db.session.scalars(select(PublicBody).where(PublicBody.encoding == "")).all()
    }
    form = visitor.get(f"{path}/verify").form()
    pdf = form.fill(pasted="", file=(stored[f"{path}.pdf"], "letter.pdf")).submit()
    assert "byte for byte, the one that we serve today" in pdf.words
    text = form.fill(file=("\ufeff".encode() + stored[f"{path}.txt"], "letter.txt")).submit()
    assert "Your copy is the letter" in text.words


@pytest.mark.parametrize("content", [b"%PDF-1.7 altered", b"<!doctype html>", b"\xff\x00\x01", b"a\0b"])
def test_a_file_without_words_is_refused_in_words(visitor: Visitor, path: str, content: bytes) -> None:
    page = visitor.get(f"{path}/verify").form().fill(file=(content, "copy.pdf")).submit()
    assert page.status == 422
    assert "Copy its words and paste them instead" in page.words


def test_nothing_to_compare_and_too_much_are_refused(visitor: Visitor, path: str) -> None:
    form = visitor.get(f"{path}/verify").form()
    empty = form.fill(pasted="  ").submit()
    assert (empty.status, empty.errors) == (422, ["Paste a copy of the letter, or choose a file"])
    assert form.fill(pasted="a " * 760_000).submit().status == 422


@pytest.mark.only_on("sqlite")
def test_comparing_keeps_nobody_else_waiting(visitor: Visitor, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spent = Allowance(now=lambda: 0.0, used=iter(range(0, 100, 10)).__next__)
    monkeypatch.setattr(verifying, "comparing", spent)
    form = visitor.get(f"{path}/verify").form()
    assert "These words differ." in form.fill(pasted="Another letter").submit().words
    refused = form.fill(pasted="Another letter").submit()
    assert (refused.status, refused.headers["Retry-After"]) == (429, "60")
    assert "Send it again in 1 minute." in refused.words
    assert "Another letter</textarea>" in refused.text


def test_the_commands_that_the_page_shows_verify_the_manifest_and_one_changed_byte_fails(
    visitor: Visitor, path: str, tmp_path: Path
) -> None:
    page = visitor.get(f"{path}/verify")
    commands = "".join(page.tree.find(".//pre").itertext()).splitlines()  # type: ignore[union-attr]  # it is there, or the test fails
    for command in commands[:3]:
        _curl, _option, name, address = command.split()
        (tmp_path / name).write_bytes(visitor.get(address.removeprefix("http://letters.test")).content)
    openssl = commands[3].split()
    assert openssl[:2] == ["openssl", "pkeyutl"]
    assert subprocess.run(openssl, cwd=tmp_path, check=False).returncode == 0
    manifest = tmp_path / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"edition":1', b'"edition":2'))
    assert subprocess.run(openssl, cwd=tmp_path, check=False).returncode != 0


def test_there_is_no_such_page_of_another_letter_or_language(visitor: Visitor, path: str) -> None:
    assert visitor.get("/letters/no-such-letter/verify").status == 404
    assert visitor.get(f"{path}/verify/fr").status == 404
