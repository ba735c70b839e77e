"""The public keys of our signatures: kept for good, so that what was signed once can be checked for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock, config, signet
from coalition.actions import take_off
from coalition.database import db, transaction
from coalition.keys import KeyRing
from coalition.models import record
from coalition.models.manifest import SigningKey

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.signet import Signet


def in_use(session: Session, *, now: datetime) -> Signet:
    """The key that signs now, its public part among those published. Within the present transaction.

    A process that was started before the key was changed reads the key file again: nothing is signed by a key that
    was retired, unless the key file was put back to what it was before.
    """
    known = session.get(SigningKey, signet.ours().fingerprint)
    if known is not None and known.retired_at is not None:
        signet.install(KeyRing.read(config.settings().keys_path))
    _publish(session, now=now)
    return signet.ours()


def publish_key() -> None:
    """Have the present public key published, if it is not yet: what a worker does when it starts."""
    known = db.session.get(SigningKey, signet.ours().fingerprint)
    if known is not None:
        return
    with transaction() as session:
        _publish(session, now=clock.now())


def change_key() -> str:
    """Sign with a fresh key from now on; returns its fingerprint. The old private key leaves the key file.

    The old public key stays published, with the day on which it was retired. Raises OSError where the key file can not
    be written: then nothing has changed.
    """
    path = config.settings().keys_path
    with transaction() as session:
        now = clock.now()
        _publish(session, now=now)
        ring = KeyRing.read(path).with_a_new(signet.PURPOSE)
        ring.rewrite(path)
        signet.install(ring)
        _publish(session, now=now)
    return signet.ours().fingerprint


def _publish(session: Session, *, now: datetime) -> None:
    """The present key is published and in use, every other one retired."""
    ours = signet.ours()
    rows = {one.key_id: one for one in session.scalars(select(SigningKey))}
    others = [one for one in rows.values() if one.key_id != ours.fingerprint and one.retired_at is None]
    known = rows.get(ours.fingerprint)
    if known is not None and known.retired_at is None and not others:
        return
    for one in others:
        one.retired_at = now
    if known is None:
        session.add(SigningKey(key_id=ours.fingerprint, public_key=ours.public_key, first_used_at=now))
    else:
        known.retired_at = None
    session.flush()
    take_off.bodies(session, None)
    record.enter(session, "signs by a key", at=now, key=ours.fingerprint)
