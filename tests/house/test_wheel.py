"""The built package carries all it needs to serve somewhere else."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.emails.smtp import free_port
from tests.house.source import ROOT, files
from tests.served import served, wait_until


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


@pytest.mark.parametrize(
    ("folder", "inside"),
    [
        ("coalition/", "coalition/"),
        ("templates/", "coalition/templates/"),
        ("migrations/", "coalition/migrations/"),
    ],
)
def test_the_wheel_carries_every_file(wheel: Path, folder: str, inside: str) -> None:
    ours = {inside + name.removeprefix(folder) for name in files() if name.startswith(folder)}
    assert ours
    assert ours - set(ZipFile(wheel).namelist()) == set()


def test_the_wheel_carries_nothing_beside_the_package(wheel: Path) -> None:
    strangers = {name.split("/")[0] for name in ZipFile(wheel).namelist()} - {"coalition"}
    assert all(name.endswith(".dist-info") for name in strangers), strangers


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an empty environment where the wheel is installed.

    What it depends on is lent by this environment, so that no package index is asked: a path in a .pth file brings the
    packages that lie there and not our editable installation, which is a .pth file itself.
    """
    folder = tmp_path_factory.mktemp("elsewhere")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    packages = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, str(wheel)], check=True)
    lent = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    Path(packages.stdout.strip(), "lent.pth").write_text("\n".join(lent) + "\n", "utf-8")
    return python


def in_folder(python: Path, folder: Path, *words: str) -> str:
    """What a command prints that is called in a folder far from the repository."""
    done = subprocess.run([python, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.only_on("sqlite")
def test_the_installed_wheel_is_not_the_repository(elsewhere: Path, tmp_path: Path) -> None:
    where = in_folder(elsewhere, tmp_path, "-c", "import coalition; print(coalition.__file__)")
    assert Path(where.strip()).is_relative_to(elsewhere.parent.parent)


@pytest.mark.only_on("sqlite")
def test_the_installed_wheel_serves_pages_mails_and_pdfs_in_its_languages(elsewhere: Path, tmp_path: Path) -> None:
    port, letter = free_port(), "/letters/publish-what-is-measured"
    with served(tmp_path, {"PORT": str(port)}, port=port, command="demo", python=str(elsewhere)) as tree:
        status, page = tree.get(f"{letter}/ar")
        assert (status, 'dir="rtl"' in page.decode(), "منظم" in page.decode()) == (200, True, True)
        wait_until(partial(tree.answers, f"{letter}/ar.pdf"), "the PDF is there", tree)
        style = page.decode().partition('rel="stylesheet" href="')[2].partition('"')[0]
        assert tree.get(style)[0] == 200
        wait_until(lambda: b"/demo/mailbox/" in tree.get("/demo/mailbox")[1], "mails are made", tree)
        assert tree.end() == 0


@pytest.mark.only_on("sqlite")
def test_the_installed_wheel_installs_and_reads_letter_files(elsewhere: Path, tmp_path: Path) -> None:
    answers = ("--name", "N", "--address", "https://n.example", "--account-name", "A", "--account-email", "a@n.example")
    rest = ("--language", "en", "--zone", "UTC", "--mail-server", "")
    in_folder(elsewhere, tmp_path, "-m", "coalition.cli", "init", *answers, *rest)
    case = ROOT / "tests" / "cases" / "letters" / "c12.json"
    slug = in_folder(elsewhere, tmp_path, "-m", "coalition.cli", "letter", "import", str(case)).strip()
    address = in_folder(elsewhere, tmp_path, "-m", "coalition.cli", "letter", "publish", slug)
    assert address.strip() == f"https://n.example/letters/{slug}"
