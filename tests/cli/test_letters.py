"""`coalition letter …`: letters come in, are published and go out at a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal

CASES = Path(__file__).parents[1] / "cases" / "letters"
MakeFile = Callable[[str, str], Path]


def a_letter(**changes: object) -> str:
    """A letter file with two names."""
    lines = [{"names": {"und": "Zebra Watch"}}, {"names": {"und": "Ärzte für Frieden"}, "country": "DE"}]
    facts = {
        "format": "coalition-letter",
        "format_version": 1,
        "kind": "open_letter",
        "authoritative_language": "en",
        "texts": {"en": {"title": "What we asked for", "body": "We ask."}},
        "signatories": {"order": "hand", "groups": [{"lines": lines}]},
    }
    return json.dumps(facts | changes)


def test_a_letter_comes_in_is_published_and_goes_out(installed: Terminal) -> None:
    came = installed.run("letter", "import", str(CASES / "c09.json"))
    assert came.exit_code == 0, came.stderr
    slug = came.stdout.strip()
    published = installed.run("letter", "publish", slug)
    assert published.exit_code == 0, published.stderr
    assert published.stdout.strip() == f"https://letters.example.org/letters/{slug}"
    out = installed.folder / "out.json"
    assert installed.run("letter", "export", slug, str(out)).exit_code == 0
    again = installed.run("letter", "import", str(out)).stdout.strip()
    assert installed.run("letter", "export", again).stdout_bytes == out.read_bytes()
    names = [line["names"]["und"] for line in json.loads(out.read_text("utf-8"))["signatories"]["groups"][0]["lines"]]
    given = json.loads((CASES / "c09.json").read_text("utf-8"))["signatories"]["groups"][0]["lines"]
    assert names == [line["names"]["und"] for line in given]


def test_two_letters_of_one_title_get_two_slugs(installed: Terminal, make_file: MakeFile) -> None:
    path = str(make_file("letter.json", a_letter()))
    slugs = [installed.run("letter", "import", path).stdout.strip() for _ in range(2)]
    assert slugs == ["what-we-asked-for", "what-we-asked-for-2"]


def test_what_is_wrong_in_a_file_is_said_with_its_line(installed: Terminal, make_file: MakeFile) -> None:
    done = installed.run("letter", "import", str(make_file("letter.json", a_letter(zone="Mars/Olympus", kynd=1))))
    assert done.exit_code == 1
    assert done.stderr.startswith("Line 1 (/kynd): ")
    assert "Traceback" not in done.output


def test_a_photo_beside_the_file_comes_along(installed: Terminal, make_file: MakeFile) -> None:
    photo = {"media_type": "image/png", "credit": "Ada", "file": "waves.png"}
    path = str(make_file("letter.json", a_letter(photo=photo)))
    missing = installed.run("letter", "import", path)
    assert (missing.exit_code, "waves.png can not be read" in missing.stderr) == (1, True)
    make_file("waves.png", "no picture")
    broken = installed.run("letter", "import", path)
    assert (broken.exit_code, "no whole picture" in broken.stderr) == (1, True)


@pytest.mark.parametrize("words", [("export", "none"), ("publish", "none")])
def test_a_letter_that_is_not_there_is_named(installed: Terminal, words: tuple[str, str]) -> None:
    done = installed.run("letter", *words)
    assert (done.exit_code, done.stderr) == (1, "There is no letter called none.\n")


def test_a_letter_is_published_once(installed: Terminal, make_file: MakeFile) -> None:
    slug = installed.run("letter", "import", str(make_file("letter.json", a_letter()))).stdout.strip()
    assert installed.run("letter", "publish", slug).exit_code == 0
    again = installed.run("letter", "publish", slug)
    assert (again.exit_code, again.stderr.splitlines()[-1]) == (1, f"{slug} is published already.")


def test_a_draft_is_not_published(installed: Terminal, make_file: MakeFile) -> None:
    draft = a_letter(signatories={"groups": []})
    slug = installed.run("letter", "import", str(make_file("letter.json", draft))).stdout.strip()
    done = installed.run("letter", "publish", slug, "--reason", "because")
    assert done.exit_code == 1
    assert "Signing is not closed yet" in done.stderr
    assert "Nothing is published" in done.stderr


def test_a_photo_without_words_stands_in_the_way(installed: Terminal, make_file: MakeFile) -> None:
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"
    photo = {"media_type": "image/png", "credit": "Ada", "content": pixel}
    came = installed.run("letter", "import", str(make_file("letter.json", a_letter(photo=photo))))
    done = installed.run("letter", "publish", came.stdout.strip())
    assert (done.exit_code, "It is not said in English what the photo shows" in done.stderr) == (1, True)


def test_the_account_that_acts_can_be_named(installed: Terminal, make_file: MakeFile) -> None:
    path = str(make_file("letter.json", a_letter()))
    assert installed.run("letter", "import", path, "--as", "NADIA@freevoices.example").exit_code == 0
    done = installed.run("letter", "import", path, "--as", "nobody@freevoices.example")
    assert (done.exit_code, "no account with the address" in done.stderr) == (1, True)


# -- the directory ------------------------------------------------------------------------------------------------


def test_a_sheet_goes_into_the_directory_and_is_known_the_next_time(installed: Terminal, make_file: MakeFile) -> None:
    path = str(make_file("sheet.csv", "Email;Organisation;Land\nada@ada.example;Ada House;Kenya\n"))
    assert "1 new, 0 changed, 0 as they were" in installed.run("directory", "import", path, "--dry-run").stdout
    assert "1 new, 0 changed, 0 as they were" in installed.run("directory", "import", path).stdout
    assert "0 new, 0 changed, 1 as they were" in installed.run("directory", "import", path).stdout


def test_lines_with_errors_are_named_and_the_others_go_in(installed: Terminal, make_file: MakeFile) -> None:
    path = str(make_file("sheet.csv", "name,email\nAda House,ada@ada.example\nNo Address,\n"))
    done = installed.run("directory", "import", path)
    assert (done.exit_code, "1 new" in done.stdout) == (1, True)
    assert "Line 3: no email address." in done.stderr


def test_what_is_no_sheet_is_refused(installed: Terminal, make_file: MakeFile) -> None:
    done = installed.run("directory", "import", str(make_file("sheet.csv", "\n \n")))
    assert (done.exit_code, done.stderr.startswith("There is no line in it.")) == (1, True)


def test_a_file_that_is_not_there_is_a_mistake_in_the_command(installed: Terminal) -> None:
    for words in (("directory", "import", "none.csv"), ("letter", "import", "none.json")):
        assert installed.run(*words).exit_code == 2
