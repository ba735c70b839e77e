"""What the doctor says of files: who may read them, whose they are, where they must not lie."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from coalition.cli.doctor import files
from coalition.cli.findings import CHANGE, GOOD, LOOK
from coalition.cli.refusal import Refused
from coalition.config import Settings
from coalition.keys import KeyRing

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def placed(tmp_path: Path) -> Settings:
    """An installation as `coalition init` leaves it, in a folder that others may walk through."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and folder.name.startswith(("pytest-", "popen-", "test_")):
            folder.chmod(0o755)
    home = tmp_path / "instance"
    home.mkdir(mode=0o700)
    KeyRing.generate().write(home / "keys.json")
    for name in ("coalition.toml", "coalition.sqlite", "erasures.jsonl"):
        (home / name).touch(mode=0o600)
    return Settings(home=home)


def said(settings: Settings, kind: str) -> list[str]:
    """The sentences of one kind."""
    return [one.words for one in files.of(settings) if one.kind == kind]


def test_files_as_they_must_be_are_good(placed: Settings) -> None:
    files.refuse_somebody_else(placed)
    assert said(placed, CHANGE) == []
    assert said(placed, GOOD) == [f"{placed.home}, {placed.keys_path} and what lies beside are for their owner alone."]


def test_a_home_that_others_may_look_into_must_change(placed: Settings) -> None:
    placed.home.chmod(0o755)
    assert said(placed, CHANGE) == [f"Others may look into {placed.home}: run `chmod 700 {placed.home}`."]


def test_keys_that_others_may_read_must_change_also_in_a_closed_home(placed: Settings) -> None:
    placed.keys_path.chmod(0o640)
    assert said(placed, CHANGE) == [
        f"Others may read {placed.keys_path} (its mode is 0640): run `chmod 600 {placed.keys_path}`."
    ]


def test_a_database_within_a_closed_home_is_read_by_nobody(placed: Settings) -> None:
    file = placed.home / "coalition.sqlite"
    file.chmod(0o644)
    assert said(placed, CHANGE) == []
    placed.home.chmod(0o711)
    assert any(str(file) in words for words in said(placed, CHANGE))


def test_the_database_set_apart_and_its_log_are_looked_at(placed: Settings, tmp_path: Path) -> None:
    for name in ("apart.sqlite", "apart.sqlite-wal"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o644)
    wrong = said(replace(placed, database=f"sqlite:///{tmp_path}/apart.sqlite"), CHANGE)
    assert len([words for words in wrong if "apart.sqlite" in words and "chmod 600" in words]) in {0, 2}
    assert all("apart.sqlite" in words for words in wrong)


def test_keys_and_journal_among_the_backups_must_move(placed: Settings) -> None:
    wrong = said(replace(placed, backup_folder=str(placed.home), backup_key=f"coalition-backup-key:{'a' * 43}"), CHANGE)
    assert [words.split(" in ")[0] for words in wrong] == ["The keys lie", "The journal lies"]


def test_backups_on_the_same_disk_are_to_be_looked_at(placed: Settings, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    settings = replace(placed, backup_folder=str(backups), backup_key=f"coalition-backup-key:{'a' * 43}")
    assert any("Copy them to another machine" in words for words in said(settings, LOOK))


def test_a_folder_that_web_servers_give_out_must_change(tmp_path: Path) -> None:
    home = tmp_path / "public_html" / "instance"
    home.mkdir(parents=True, mode=0o700)
    (wrong,) = said(Settings(home=home), CHANGE)
    assert wrong.startswith(f"{home} lies where web servers give files out from.")


def test_a_database_over_the_network_must_move(placed: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_file_system", lambda _folder: "nfs4")
    assert said(placed, CHANGE) == [
        "The database lies on nfs4, over a network: SQLite loses data there. Use a local disk."
    ]
    monkeypatch.undo()
    assert files._file_system(placed.home) not in {"", *files.OVER_THE_NETWORK}


def test_somebody_else_is_told_whose_it_is(placed: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: placed.home.stat().st_uid + 1)
    with pytest.raises(Refused, match=r"Run this as .+: `runuser -u .+ -- coalition doctor`"):
        files.refuse_somebody_else(placed)
