"""The record: append-only, hash-chained entries; one chain per letter and one for the house (DOMAIN §6).

The hash covers the plain columns, among them the salted hash of the sealed detail: the chain verifies without any key,
survives a rotation of keys, and survives the erasure of a detail.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import LargeBinary, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from coalition.database import Base, Identified
from coalition.models.fingerprint import canonical_json
from coalition.vault import Sealed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

HOUSE_CHAIN = "house"
GENESIS = "0" * 64
HASHED = ("chain", "number", "at", "actor_kind", "actor_id", "verb", "detail_hash", "previous_hash")
"""The plain columns, in the order in which an entry's hash covers them."""


class ChainBroken(Exception):
    """An entry was altered, removed or put in between."""


class RecordEntry(Identified, Base):
    """One entry: who (kind and, for accounts, id), what kind of act, when. Answers are all called "answered"."""

    __tablename__ = "record"
    __table_args__ = (UniqueConstraint("chain", "number"),)

    chain: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[str] = mapped_column(String(32), default="")
    verb: Mapped[str] = mapped_column(String(32))
    _detail: Mapped[bytes | None] = mapped_column("detail", LargeBinary)
    detail = Sealed("_detail")
    _nonce: Mapped[bytes | None] = mapped_column("nonce", LargeBinary)
    nonce = Sealed("_nonce")
    detail_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    def compute_hash(self) -> str:
        """The hash over the plain columns."""
        return hash_of({name: getattr(self, name) for name in HASHED})


def chain_of(letter_id: UUID | None) -> str:
    """The name of a letter's chain, or of the house's."""
    return HOUSE_CHAIN if letter_id is None else letter_id.hex


def enter(
    session: Session,
    verb: str,
    *,
    at: datetime,
    letter_id: UUID | None = None,
    actor_kind: str = "system",
    actor_id: UUID | None = None,
    **detail: Any,
) -> RecordEntry:
    """Append an entry within the present transaction. `detail` is sealed; it must be JSON.

    Whoever enters something of a letter has locked it; the house's chain is locked here.
    """
    chain = chain_of(letter_id)
    if letter_id is None:
        lock_house(session)
    last = session.scalar(
        select(RecordEntry).where(RecordEntry.chain == chain).order_by(RecordEntry.number.desc()).limit(1)
    )
    number, previous_hash = (last.number, last.hash) if last else (0, GENESIS)
    who = {"verb": verb, "actor_kind": actor_kind, "actor_id": actor_id.hex if actor_id else ""}
    columns = following(number, previous_hash, chain=chain, at=at, detail=detail, **who)
    entry = RecordEntry(_detail=columns.pop("detail"), _nonce=columns.pop("nonce"), **columns)
    session.add(entry)
    session.flush()
    return entry


def following(
    number: int,
    previous_hash: str,
    *,
    chain: str,
    verb: str,
    at: datetime,
    actor_kind: str,
    actor_id: str,
    detail: dict[str, Any],
) -> dict[str, Any]:
    """The columns of the entry that follows the one of that number and hash, its detail sealed."""
    row, nonce, table = uuid4(), secrets.token_hex(16), RecordEntry.__tablename__
    plain = {
        "chain": chain,
        "number": number + 1,
        "at": at,
        "actor_kind": actor_kind,
        "actor_id": actor_id,
        "verb": verb,
        "detail_hash": hash_of_detail(detail, nonce),
        "previous_hash": previous_hash,
    }
    sealed = {
        "detail": RecordEntry.detail.sealed(detail, table=table, row=row),
        "nonce": RecordEntry.nonce.sealed(nonce, table=table, row=row),
    }
    return {"id": row, **plain, **sealed, "hash": hash_of(plain)}


def hash_of(plain: dict[str, Any]) -> str:
    """The hash of an entry, over its plain columns."""
    at: datetime = plain["at"]
    values = plain | {"at": at.astimezone(UTC).isoformat(timespec="microseconds")}
    return hashlib.sha256(canonical_json([values[name] for name in HASHED])).hexdigest()


def lock_house(session: Session) -> None:
    """Lock the house's chain, by its first entry, until the transaction ends; part of a verb, the last that it locks.

    Two that enter something there at once wait for one another.
    """
    first = select(RecordEntry.id).where(RecordEntry.chain == HOUSE_CHAIN, RecordEntry.number == 1)
    session.execute(first.with_for_update())


def hash_of_detail(detail: dict[str, Any], nonce: str) -> str:
    """The salted hash under which a sealed detail stands in the chain."""
    return hashlib.sha256((nonce + json.dumps(detail, sort_keys=True, ensure_ascii=False)).encode()).hexdigest()


def verify(entries: Iterable[RecordEntry]) -> str:
    """Check one chain in its order; returns the hash of its head. Raises ChainBroken naming the first wrong entry."""
    previous = GENESIS
    for number, entry in enumerate(entries, start=1):
        if entry.number != number or entry.previous_hash != previous or entry.hash != entry.compute_hash():
            raise ChainBroken(f"{entry.chain}: entry {number} does not follow from the one before it.")
        previous = entry.hash
    return previous
