"""The built package carries all it needs to serve somewhere else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.house.source import ROOT, files


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
