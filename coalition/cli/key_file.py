"""`coalition keys …`: whether the key file is private and whole, and keys that come, write and go (docs/keys.md)."""

from __future__ import annotations

import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from coalition import clock
from coalition.actions import rotate as verbs
from coalition.actions.rotate import NoSuchKey, NothingToRotate, StillNeeded, StillWrites
from coalition.actions.signing_keys import change_key
from coalition.cli.refusal import Refused, opened, read_settings
from coalition.database import db
from coalition.keys import KeyRing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coalition.actions.reseal import Resealed
    from coalition.actions.rotate import Needs
    from coalition.config import Settings

COUNTED = {"vault": "sealed values", "link": "links that work"}
DIES = {
    "link": "Those links end: whoever has one sees that it works no more, and asks for a new one at /lost. Bounces and "
    "replies to mails sent under this key are put to no row any more.",
    "session": "Whoever signed in with it signs in again.",
    "form": "A form that stood open comes back whole, to be sent once more.",
}
BEFORE = {
    "vault": "Backups made before open with it alone: keep a copy of the key file as long as you keep them.",
}


def check() -> str:
    """Look through the key file and what needs each key; says what is there. Raises Refused where one is missing."""
    with _keys() as settings:
        ring = KeyRing.read(settings.keys_path)
        lines = [f"{settings.keys_path}: private, and it opens the database."]
        missing = []
        for kind, purpose in verbs.PURPOSES.items():
            names = ring.names(purpose)
            needs = verbs.needed(db.session(), purpose, names, now=clock.now())
            lines += [f"{kind} {one.key_id}: {_needs_in_words(purpose, one)}" for one in needs if one.key_id in names]
            missing += [
                f"{kind} {one.key_id}, which {_count(purpose, one)} need" for one in needs if one.key_id not in names
            ]
        db.session.rollback()
        if missing:
            raise Refused(f"The key file lacks: {'; '.join(missing)}. Put the key back from a copy of the file.")
        return "\n".join(lines)


def change() -> str:
    """Put a fresh key that signs manifests into the key file; says its fingerprint. Raises Refused."""
    with _keys() as settings, _writable(settings.keys_path):
        fingerprint = change_key()
        return _changed(fingerprint, settings.keys_path)


def add(kind: str, *, is_for_later: bool) -> str:
    """Put a fresh key into the file; says from when on it writes. Raises Refused."""
    purpose = verbs.PURPOSES[kind]
    with _keys() as settings, _writable(settings.keys_path):
        name = verbs.add(purpose, is_for_later=is_for_later)
        if purpose == "manifest":
            return _changed(name, settings.keys_path)
        waits = is_for_later or purpose == "index"
        begins = f"It writes once you run `coalition keys rotate {kind}`." if waits else "It writes from now on."
        return (
            f"{kind} {name} is in {settings.keys_path}. {begins} Copy the file anew, and to every other machine.\n"
            "Processes that run read the file again by themselves."
        )


def rotate(kind: str) -> str:
    """Let the newest key write, and write anew what older ones wrote; says what is left for each. Raises Refused."""
    purpose = verbs.PURPOSES[kind]
    with _keys() as settings:
        if purpose == "manifest":
            raise Refused(
                "What was signed stays signed by the key it names. `coalition keys add manifests` signs by a new one."
            )
        try:
            done = verbs.rotate(purpose, after_step=_told())
        except NothingToRotate as error:
            raise Refused(f"There is one key for {kind}. Run `coalition keys add {kind}` first.") from error
        needs = verbs.needed(db.session(), purpose, KeyRing.read(settings.keys_path).names(purpose), now=clock.now())
        db.session.rollback()
        if done.broken:
            where = ", ".join(f"{number} in {place}" for place, number in sorted(done.broken.items()))
            raise Refused(f"Some values do not open, and stay as they are: {where}. See docs/keys.md.")
        lines = [f"{kind} {one.key_id}: {_needs_in_words(purpose, one)}" for one in needs]
        return "\n".join([f"Written anew: {done.values:,}.", *lines])


def retire(kind: str, key_id: str, *, is_forced: bool) -> str:
    """Take a key out of the file; says what to do with copies of it. Raises Refused."""
    purpose = verbs.PURPOSES[kind]
    with _keys() as settings, _writable(settings.keys_path):
        if purpose == "manifest":
            raise Refused("A key that signed manifests leaves the file when another is added; its public half stays.")
        try:
            verbs.retire(purpose, key_id, is_forced=is_forced)
        except NoSuchKey as error:
            raise Refused(f"The key file has no key {key_id} for {kind}.") from error
        except StillWrites as error:
            step = "rotate" if KeyRing.read(settings.keys_path).names(purpose)[-1] != key_id else "add"
            raise Refused(f"{key_id} is the key that writes. Run `coalition keys {step} {kind}` first.") from error
        except StillNeeded as error:
            raise Refused(_refusal(kind, purpose, error.needs)) from error
        words = [f"{kind} {key_id} is no more in {settings.keys_path}. Copy the file anew, and to every other machine."]
        return "\n".join([*words, *([BEFORE[purpose]] if purpose in BEFORE else [])])


def refuse_readable_by_others(path: Path) -> None:
    """Raises Refused where anybody but the file's owner may read or write it."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise Refused(f"Others may read {path} (its mode is {mode:04o}): run `chmod 600 {path}`.")


@contextmanager
def _keys() -> Iterator[Settings]:
    """The app, which opens what was sealed when the coalition was founded, and a key file that is private."""
    settings = read_settings()
    with opened(settings):
        refuse_readable_by_others(settings.keys_path)
        yield settings


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused(f"{path} can not be written ({error.strerror}).") from error


def _changed(fingerprint: str, path: Path) -> str:
    return (
        f"Manifests are signed by {fingerprint} from now on. The old public key stays published.\n"
        f"Start the processes again, and copy {path} anew."
    )


def _told() -> _Teller:
    return _Teller()


class _Teller:
    """Says now and then how far it is: a large database takes its time."""

    def __init__(self) -> None:
        self._said = 0

    def __call__(self, done: Resealed) -> None:
        if done.values - self._said >= 5000:
            self._said = done.values
            click.echo(f"{done.values:,} written anew …", err=True)


def _needs_in_words(purpose: str, one: Needs) -> str:
    parts = ["writes" if one.writes else "reads"]
    if purpose in COUNTED:
        parts.append(_count(purpose, one))
    if one.until:
        parts.append(f"what it wrote may come back until {one.until:%Y-%m-%d %H:%M} UTC")
    elif not one.writes and not one.number:
        parts.append("nothing needs it, it can be retired" if purpose != "manifest" else "kept")
    return ", ".join(parts)


def _count(purpose: str, one: Needs) -> str:
    return f"{one.number:,} {COUNTED.get(purpose, 'rows')}"


def _refusal(kind: str, purpose: str, one: Needs) -> str:
    if purpose == "vault":
        return f"{_count(purpose, one)} need {one.key_id}. Run `coalition keys rotate vault` first."
    forced = f"`coalition keys retire {kind} {one.key_id} --force` does it all the same. {DIES[purpose]}"
    if one.until:
        return f"What {one.key_id} wrote may come back until {one.until:%Y-%m-%d %H:%M} UTC. {forced}"
    return f"{_count(purpose, one)} need {one.key_id}. Wait until they end, or: {forced}"
