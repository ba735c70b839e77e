"""`coalition export`: the public site as plain files, which say what the site says and nothing more."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.conftest import Terminal

CASES = Path(__file__).parents[1] / "cases" / "letters"
LINKED = re.compile(r'(?:href|src)="(/[^"?#]*)')


def written(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_site_is_written_as_files_that_lead_to_each_other(installed: Terminal) -> None:
    slug = installed.run("letter", "import", str(CASES / "c09.json")).stdout.strip()
    assert installed.run("letter", "publish", slug).exit_code == 0
    done = installed.run("export", str(installed.folder / "out"))
    assert done.exit_code == 0, done.output
    files = written(installed.folder / "out")
    page = files[f"letters/{slug}/index.html"].decode()
    assert files["index.html"].decode().count(f'href="/letters/{slug}"') >= 1
    assert files[f"letters/{slug}.pdf"].startswith(b"%PDF")
    dead = [at for at in LINKED.findall(page) if not _stands(installed.folder / "out", at)]
    assert dead == []
    # What is asked by a form needs the site itself.
    assert re.search(rf'href="https?://[^/"]+/letters/{slug}/verify"', page)
    assert "There is no page at this address" in files["404.html"].decode()
    tags = {
        name: f'<html lang="{name.partition("/safety")[0]}" ' for name in files if name.endswith("/safety/index.html")
    }
    assert len(tags) > 1
    assert [name for name, tag in tags.items() if tag not in files[name].decode()] == []
    safety = [at for name in files if "safety" in name for at in LINKED.findall(files[name].decode())]
    assert [at for at in safety if not _stands(installed.folder / "out", at)] == []
    assert installed.run("export", str(installed.folder / "out")).exit_code == 0
    again = written(installed.folder / "out")
    assert [name for name in files | again if files.get(name) != again.get(name)] == []


def test_what_the_site_says_no_longer_goes_and_what_is_not_ours_stays(installed: Terminal) -> None:
    out = installed.folder / "out"
    assert installed.run("export", str(out)).exit_code == 0
    (out / "letters" / "gone").mkdir(parents=True)
    (out / "letters" / "gone" / "index.html").write_text("A name that was taken off.")
    assert installed.run("export", str(out)).exit_code == 0
    assert not (out / "letters").exists()
    other = installed.folder / "mine"
    other.mkdir()
    (other / "thesis.txt").write_text("Mine.")
    done = installed.run("export", str(other))
    assert done.exit_code == 1
    assert "was not written by this command" in done.stderr
    assert (other / "thesis.txt").read_text() == "Mine."


def _stands(folder: Path, path: str) -> bool:
    file = folder / path.strip("/")
    return file.is_file() or (file / "index.html").is_file()
