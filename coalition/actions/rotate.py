"""Keys that come and go: another one is added, what the old ones wrote is written anew, the old ones leave the file.

The file is changed first where a key comes, and the database first where one goes: whatever is interrupted, each key
that anything needs is in the file (docs/keys.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, func, or_, select, update

from coalition import clock, config, vault
from coalition.actions import signing_keys
from coalition.actions.reindex import reindex
from coalition.actions.reseal import Resealed, reseal
from coalition.database import transaction
from coalition.keys import OF_A_MOMENT, KeyRing
from coalition.models import key_use, record
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.key_use import KeyUse
from coalition.models.link import Link
from coalition.models.sealed_columns import counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

KINDS: Final = ("links", "vault", "index", "manifests", "sessions", "forms")
PURPOSES: Final = {
    "links": "link",
    "vault": "vault",
    "index": "index",
    "manifests": "manifest",
    "sessions": "session",
    "forms": "form",
}
"""What the keys are for, as an operator says it, and as the key file does."""
READ_FOR: Final = {"session": timedelta(hours=12), "form": timedelta(days=2)}
"""How long something that a key of a moment wrote may come back: a session of the desk, a form that stands open."""


class NoSuchKey(Exception):
    """The key file has no key of that name for that purpose."""


class StillWrites(Exception):
    """It is the key that writes: another one has to be added first."""


class NothingToRotate(Exception):
    """There is one key for the purpose, and it wrote everything."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What needs a key."""

    key_id: str
    writes: bool
    number: int = 0
    """Of sealed values, of links that work; for keys of a moment 1 while what they wrote may still come back."""
    until: datetime | None = None
    """When something that it wrote may come back last."""


class StillNeeded(Exception):
    """Something would be lost or die with the key."""

    def __init__(self, needs: Needs) -> None:
        super().__init__(needs.key_id)
        self.needs = needs


def add(purpose: str, *, is_for_later: bool = False) -> str:
    """Put a fresh key into the key file and let it write from now on; returns its name. Owns its transactions.

    `is_for_later`: it only reads until `rotate`. The key of the indexes always waits for that. Raises OSError where the
    file can not be written: then nothing has changed.
    """
    if purpose == "manifest":
        return signing_keys.change_key()
    path = config.settings().keys_path
    with transaction() as session:
        key_use.alone(session)
        if session.get(KeyUse, purpose) is None:  # from now on it is said, and not the last of the file
            key_use.change(session, purpose, vault.writes_with(purpose), now=clock.now())
    ring, name = KeyRing.read(path).with_another(purpose)
    ring.rewrite(path)
    if not is_for_later and purpose != "index":
        _use(purpose, name)
    return name


def rotate(purpose: str, *, after_step: Callable[[Resealed], object] = lambda _done: None) -> Resealed:
    """Let the newest key of the file write, and write anew what can be of what older ones wrote.

    Raises NothingToRotate.
    """
    names = KeyRing.read(config.settings().keys_path).names(purpose)
    with transaction() as session:
        used = session.get(KeyUse, purpose)
        is_used = used is None or used.key_id == names[-1]
    if len(names) == 1 and is_used and purpose != "vault":
        raise NothingToRotate
    done = Resealed()
    if purpose == "index":
        if not is_used:
            done.values = reindex(names[-1], now=clock.now())
        return done
    if not is_used:
        _use(purpose, names[-1])
    return reseal(after_step=after_step) if purpose == "vault" else done


def retire(purpose: str, key_id: str, *, is_forced: bool = False) -> None:
    """Take a key out of the file for good. Owns its transaction.

    Raises NoSuchKey, StillWrites; StillNeeded, which `is_forced` passes over for keys whose loss ends links, forms or
    sessions and nothing else.
    """
    path = config.settings().keys_path
    with transaction() as session:
        key_use.alone(session)  # whoever wrote with the old key has ended
        ring = KeyRing.read(path)
        if key_id not in ring.names(purpose):
            raise NoSuchKey
        needs = {one.key_id: one for one in needed(session, purpose, ring.names(purpose), now=clock.now())}[key_id]
        if needs.writes:
            raise StillWrites
        if needs.number and not (is_forced and purpose in {"link", "form", "session"}):
            raise StillNeeded(needs)
        if purpose == "link":  # they can be made no more: none counts as one that works, and needs the key
            dead = update(Link).where(Link.key_id == key_id, Link.revoked_at.is_(None)).values(revoked_at=clock.now())
            session.execute(dead.execution_options(synchronize_session=False))
        record.enter(session, "key retired", at=clock.now(), purpose=purpose, key=key_id)
        ring.without(purpose, key_id).rewrite(path)


def needed(session: Session, purpose: str, names: list[str], *, now: datetime) -> list[Needs]:
    """What needs each key: those of the file in their order, then those that the file lacks."""
    writes = vault.writes_with(purpose)
    numbers = _numbers(session, purpose, names, now=now)
    since = session.scalar(select(KeyUse.since).where(KeyUse.purpose == purpose))
    until = since + READ_FOR[purpose] if since and purpose in OF_A_MOMENT else None
    listed = [*names, *sorted(set(numbers) - set(names))]
    return [
        Needs(name, name == writes, numbers.get(name, 0), until if name != writes and numbers.get(name) else None)
        for name in listed
    ]


def _numbers(session: Session, purpose: str, names: list[str], *, now: datetime) -> dict[str, int]:
    if purpose == "vault":
        return counted(session)
    if purpose == "link":
        return _live_links(session, now=now)
    if purpose in OF_A_MOMENT:
        since = session.scalar(select(KeyUse.since).where(KeyUse.purpose == purpose))
        is_past = since is None or since + READ_FOR[purpose] <= now
        return {} if is_past else {name: 1 for name in names if name != vault.writes_with(purpose)}
    return {}


def _live_links(session: Session, *, now: datetime) -> dict[str, int]:
    """How many links work, by the key that makes them."""
    query = (
        select(Link.key_id, func.count())
        .outerjoin(Invitation, Link.invitation_id == Invitation.id)
        .outerjoin(Contact, Link.contact_id == Contact.id)
        .where(
            Link.revoked_at.is_(None),
            or_(Link.expires_at.is_(None), Link.expires_at > now),
            or_(Invitation.id.is_(None), and_(Invitation.revoked_at.is_(None), Invitation.epoch == Link.epoch)),
            or_(Contact.id.is_(None), and_(Contact.ended_at.is_(None), Contact.epoch == Link.epoch)),
        )
        .group_by(Link.key_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _use(purpose: str, key_id: str) -> None:
    with transaction() as session:
        key_use.alone(session)
        key_use.change(session, purpose, key_id, now=clock.now())
        record.enter(session, "key in use", at=clock.now(), purpose=purpose, key=key_id)
