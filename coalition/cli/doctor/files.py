"""The files of an installation: who may read them, and where they must not lie."""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coalition import config
from coalition.actions import footing
from coalition.cli.findings import CHANGE, GOOD, LOOK, Finding
from coalition.cli.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coalition.config import Settings

WEB_ROOTS: Final = tuple(
    Path(one) for one in ("/var/www", "/srv/www", "/srv/http", "/usr/share/nginx", "/usr/share/caddy", "/usr/local/www")
)
"""From these folders web servers give out files."""
WEB_FOLDERS: Final = {"public_html", "htdocs", "wwwroot"}
OVER_THE_NETWORK: Final = {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.glusterfs"}


def refuse_somebody_else(settings: Settings) -> None:
    """Raises Refused unless the home folder is this user's: another has other rights, and leaves files of theirs."""
    if not settings.home.is_dir():
        return  # that there is no installation is said when it is opened
    owner = settings.home.stat().st_uid
    if owner != os.geteuid():
        name = _name(owner)
        raise Refused(
            f"{settings.home} belongs to {name}. Run this as {name}: `runuser -u {name} -- coalition doctor`."
        )


def of(settings: Settings) -> Iterator[Finding]:
    """Home, keys, journal, database and backups, as they lie on this machine's disks."""
    if not settings.home.is_dir():
        return
    wrong = [*_open_to_others(settings), *_of_others(settings), *_in_a_wrong_place(settings)]
    yield from wrong
    if not wrong:
        yield Finding(GOOD, f"{settings.home}, {settings.keys_path} and what lies beside are for their owner alone.")
    yield from _of_the_backups(settings)
    yield from _of_the_disk(settings)
    if os.access(config.PACKAGE, os.W_OK):
        yield Finding(
            LOOK,
            f"The program in {config.PACKAGE} can be changed by the user it runs as. Let it belong to root, so that "
            "who breaks in can not stay.",
        )


def _secrets(settings: Settings) -> list[Path]:
    """What nobody else may read."""
    here = [settings.home / "coalition.toml", settings.keys_path, settings.journal_path, settings.home / "jobs.sqlite"]
    if file := footing.sqlite_file(settings):
        here += [file, file.with_name(f"{file.name}-wal")]
    named = (settings.dkim_key, settings.safe_dkim_key, settings.seal_certificate)
    return [path for path in (*here, *(Path(one) for one in named if one)) if path.exists()]


def _open_to_others(settings: Settings) -> Iterator[Finding]:
    if _mode(settings.home) & 0o077:
        yield Finding(CHANGE, f"Others may look into {settings.home}: run `chmod 700 {settings.home}`.")
    for path in _secrets(settings):
        is_the_key = path == settings.keys_path
        if _mode(path) & 0o077 and (is_the_key or _is_reached_by_others(path)):
            yield Finding(CHANGE, f"Others may read {path} (its mode is {_mode(path):04o}): run `chmod 600 {path}`.")


def _is_reached_by_others(path: Path) -> bool:
    """Whether every folder on the way lets somebody else pass."""
    return all(_mode(folder) & 0o011 for folder in path.absolute().parents)


def _of_others(settings: Settings) -> Iterator[Finding]:
    me = os.geteuid()
    for path in (settings.home, *_secrets(settings)):
        owner = path.stat().st_uid
        if owner != me:
            yield Finding(
                CHANGE,
                f"{path} belongs to {_name(owner)}: run `chown {_name(me)} {path}` as root. Run every command as "
                f"{_name(me)}.",
            )


def _in_a_wrong_place(settings: Settings) -> Iterator[Finding]:
    for path in (settings.home, *_secrets(settings), *_folder_of_backups(settings)):
        if _is_given_out(path):
            yield Finding(CHANGE, f"{path} lies where web servers give files out from. Move it, as root, to /var/lib.")
    for folder in _folder_of_backups(settings):
        for path, words in ((settings.keys_path, "The keys lie"), (settings.journal_path, "The journal lies")):
            if path.absolute().resolve().is_relative_to(folder.absolute().resolve()):
                yield Finding(
                    CHANGE,
                    f"{words} in the folder of the backups, {folder}: who gets one gets all. Keep them apart "
                    f"({'keys' if path == settings.keys_path else 'journal'}).",
                )


def _is_given_out(path: Path) -> bool:
    whole = path.absolute().resolve()
    return any(whole.is_relative_to(root) for root in WEB_ROOTS) or bool(WEB_FOLDERS & set(whole.parts))


def _folder_of_backups(settings: Settings) -> list[Path]:
    return [Path(settings.backup_folder)] if settings.backup_folder else []


def _of_the_backups(settings: Settings) -> Iterator[Finding]:
    for folder in _folder_of_backups(settings):
        if not folder.is_dir():
            return  # the disks are spoken of elsewhere
        if folder.stat().st_dev == settings.home.stat().st_dev:
            yield Finding(
                LOOK,
                f"The backups lie on the disk of {settings.home}. Copy them to another machine each day; they are "
                "sealed.",
            )


def _of_the_disk(settings: Settings) -> Iterator[Finding]:
    """A write-ahead log needs memory that all processes share, which no network file system has."""
    file = footing.sqlite_file(settings)
    kind = _file_system(file.parent) if file else ""
    if kind in OVER_THE_NETWORK:
        yield Finding(
            CHANGE, f"The database lies on {kind}, over a network: SQLite loses data there. Use a local disk."
        )


def _file_system(folder: Path) -> str:
    """The kind of file system that a folder is on; "" where the system does not say."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/self/mounts").read_text("utf-8").splitlines()]
    except OSError:
        return ""
    whole = folder.absolute().resolve()
    on_the_way = [(place, kind) for place, kind in mounts if whole.is_relative_to(place.replace("\\040", " "))]
    return max(on_the_way, key=lambda one: len(one[0]), default=("", ""))[1]


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
