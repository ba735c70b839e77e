"""`coalition export`: the public site as plain files, for a host that serves nothing but files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import current_app
from sqlalchemy import select

from coalition import config
from coalition.cli.refusal import Refused, opened
from coalition.database import db
from coalition.models.house import House
from coalition.rendering import bodies
from coalition.rendering.pdf import MissingGlyphs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from werkzeug.test import TestResponse

MARK: Final = ".coalition-export"
"""Lies in a folder that this command filled: only such a folder is written over."""
SHOWN: Final = re.compile(rb'(?:src|href)="(/(?:(?:static|photos|logos|documents)/|(?:[a-z]{2}/)?safety)[^"?#]*)"')
"""What a page shows or links that is not among the stored answers."""
LINK: Final = re.compile(rb'(<(?:a|form)\b[^>]*?\b(?:href|action)=")(/[^"?#]*)')
NOT_FOUND: Final = "404.html"
"""What hosts of files show for an address that has none."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: how many files, and the addresses that could not be made."""

    files: int
    missing: tuple[str, ...]


def export(folder: Path) -> Exported:
    """Write every public address as a file; what the folder held before and the site no longer says is removed.

    A page becomes `index.html` in a folder of its name, so that a host finds it at the same address. Raises Refused
    where the folder holds something else, so that nobody loses files of theirs.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise Refused(f"{folder} is not empty, and was not written by this command. Name another folder.")
    wanted: dict[str, bytes] = {}
    missing = []
    with opened():
        for path, media_type, content in _answers():
            if content is None:
                missing.append(path)
            else:
                wanted[_file_of(path, media_type)] = content
        _fetch_shown(wanted)
        wanted[NOT_FOUND] = _not_found()
        root = config.settings().root
    wanted = {name: _led_home(content, wanted, root) if _is_page(name) else content for name, content in wanted.items()}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    _remove_others(folder, set(wanted))
    for name, content in wanted.items():
        _write(folder / name, content)
    return Exported(len(wanted), tuple(missing))


def _answers() -> Iterator[tuple[str, str, bytes | None]]:
    for answer in bodies.answers(db.session()):
        try:
            yield answer.path, answer.media_type, answer.make()
        except MissingGlyphs:
            yield answer.path, answer.media_type, None


def _fetch_shown(wanted: dict[str, bytes]) -> None:
    """Add what pages show or link and no answer is stored of, until nothing new is shown."""
    known: set[str] = set()
    while fresh := {found.decode() for content in wanted.values() for found in SHOWN.findall(content)} - known:
        for path in sorted(fresh):
            answer = _asked_for(path)
            if answer.status_code == HTTPStatus.OK:  # else it was taken off meanwhile
                wanted[_file_of(path, answer.content_type)] = answer.data
        known |= fresh


def _not_found() -> bytes:
    """The page for addresses that are not there, in the language of the coalition."""
    spoken = db.session.scalars(select(House.language)).one()
    return bytes(_asked_for("/no-such-page", spoken).data)


def _asked_for(path: str, language: str = "") -> TestResponse:
    """What a reader gets. In a context of its own: the page that was made before would leave it its language."""
    with current_app.app_context():
        headers = {"Accept-Language": language} if language else {}
        return current_app.test_client().get(path, headers=headers)


def _is_page(name: str) -> bool:
    return name.endswith(".html")


def _led_home(page: bytes, wanted: Mapping[str, bytes], root: str) -> bytes:
    """A page whose links to what only the site itself can answer, a form or a search, lead there."""

    def led(found: re.Match[bytes]) -> bytes:
        name = found[2].decode().strip("/")
        is_here = any(one in wanted for one in (name, f"{name}/index.html".lstrip("/"), f"{name}/index.json"))
        return found[0] if is_here else found[1] + root.encode() + found[2]

    return LINK.sub(led, page)


def _file_of(path: str, media_type: str) -> str:
    """The name of the file for a path: what has no ending stands as the index of its folder."""
    name = path.strip("/")
    if "." in name.rpartition("/")[2]:
        return name
    index = "index.html" if media_type.startswith("text/html") else "index.json"
    return f"{name}/{index}" if name else index


def _remove_others(folder: Path, wanted: set[str]) -> None:
    for old in sorted(folder.rglob("*"), reverse=True):
        if old.is_file() and old.name != MARK and old.relative_to(folder).as_posix() not in wanted:
            old.unlink()
        elif old.is_dir() and not any(old.iterdir()):
            old.rmdir()


def _write(file: Path, content: bytes) -> None:
    """Replace a file in one step: who reads it meanwhile gets the whole old or the whole new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists() and file.read_bytes() == content:
        return
    fresh = file.with_name(f"{file.name}.new")
    fresh.write_bytes(content)
    fresh.replace(file)
