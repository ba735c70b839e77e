"""`coalition init`: the real installation. Nothing that is there is ever overwritten; no password is ever made up."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coalition import clock, config
from coalition.actions import found
from coalition.cli import schema
from coalition.cli.refusal import Refused, opened
from coalition.config import Settings, SettingsWrong
from coalition.emails.addresses import UnusableAddress, wire_address
from coalition.intake.names import NameRefused, check_name
from coalition.keys import KeyRing
from coalition.languages import INTERFACE, is_zone

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = """# The settings of this Coalition, made by `coalition init` on {day}.
# What stands behind a # is what holds without it. A variable COALITION_<NAME> wins over this file.
"""


@dataclass(frozen=True, slots=True)
class Answers:
    """What `coalition init` was told."""

    coalition_name: str
    account_name: str
    account_address: str
    language: str
    zone: str
    settings: dict[str, Any]
    """The settings that differ from what holds without them, by name."""


@dataclass(frozen=True, slots=True)
class Installed:
    """Where everything is, and the way in."""

    settings: Settings
    file: Path
    set_up_address: str


def install(answers: Answers) -> Installed:
    """Write settings and keys, make the database, found the coalition. Raises Refused, with nothing left behind."""
    settings = _settings(answers)
    _refuse_wrong(answers)
    file = settings_file()
    written = [file, settings.keys_path]
    _refuse_overwriting([*written, *_database_files(settings)])
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _undone_on_failure([*written, *_database_files(settings), settings.home / "jobs.sqlite"]):
        _write_private(file, toml(answers.settings))
        settings.keys_path.parent.mkdir(parents=True, exist_ok=True)
        KeyRing.generate().write(settings.keys_path)
        return Installed(settings, file, _found(settings, answers))


def settings_file() -> Path:
    """Where the settings are read from, and so written to."""
    home = Path(os.environ.get("COALITION_HOME", "instance"))
    return Path(os.environ.get("COALITION_CONFIG", home / "coalition.toml")).absolute()


def toml(given: dict[str, Any]) -> str:
    """The settings as TOML: every one with its meaning, those not given behind a #."""
    lines = [HEAD.format(day=f"{clock.now():%Y-%m-%d}")]
    for item in fields(Settings):
        if item.name not in {"home", "demo"}:
            mark = "" if item.name in given else "# "
            value = given.get(item.name, item.default)
            lines.append(f"# {item.metadata['meaning']}\n{mark}{item.name} = {json.dumps(value, ensure_ascii=False)}\n")
    return "\n".join(lines)


def _settings(answers: Answers) -> Settings:
    home = settings_file().parent
    try:
        return Settings(home=home, **answers.settings)
    except SettingsWrong as error:
        raise Refused(str(error)) from error


def _refuse_wrong(answers: Answers) -> None:
    try:
        check_name(answers.coalition_name)
    except NameRefused as error:
        raise Refused(
            "The name of the coalition is empty, too long or holds characters that cannot be seen."
        ) from error
    if not answers.account_name.strip():
        raise Refused("The first account needs the name of its person.")
    try:
        wire_address(answers.account_address.strip())
    except UnusableAddress as error:
        raise Refused("The address of the first account is no mail address.") from error
    if answers.language not in INTERFACE:
        raise Refused(f"The language is one of: {', '.join(INTERFACE)}.")
    if not is_zone(answers.zone):
        raise Refused("The time zone is not known. Write it like Europe/Paris or UTC.")


def _database_files(settings: Settings) -> list[Path]:
    if not settings.database_url.startswith("sqlite:///"):
        return []
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    return [path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm"))]


def _refuse_overwriting(paths: list[Path]) -> None:
    there = [str(path) for path in paths if path.exists()]
    if there:
        raise Refused(
            f"{there[0]} is there already, and nothing is overwritten. Choose another folder by COALITION_HOME."
        )


@contextmanager
def _undone_on_failure(paths: list[Path]) -> Iterator[None]:
    """Remove what was written if the rest did not come about: the next try finds the ground as this one did."""
    try:
        yield
    except BaseException:
        for path in paths:
            path.unlink(missing_ok=True)
        raise


def _write_private(path: Path, words: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(words)


def _found(settings: Settings, answers: Answers) -> str:
    founding = found.Founding(
        coalition_name=answers.coalition_name,
        language=answers.language,
        contact_address=answers.account_address.strip(),
        account_name=answers.account_name,
        account_address=answers.account_address,
        zone=answers.zone,
    )
    with opened(settings, whatever_schema=True):
        if schema.state() is not schema.State.EMPTY:
            raise Refused("The database holds tables already, and nothing is overwritten. Name an empty one.")
        schema.bring_up()
        token = found.found(founding)
    return f"{config.settings().root}/desk/set-up/{token}"
