"""Keys come, write and go: nothing is lost in any step of it, and no organisation signs twice in between."""

from __future__ import annotations

import shutil
import stat
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import LargeBinary, select, text

from coalition import clock, tokens, vault
from coalition.actions import reindex, reseal, rotate, take_off
from coalition.actions.reseal import Resealed
from coalition.actions.rotate import NoSuchKey, NothingToRotate, StillNeeded, StillWrites
from coalition.actions.verify import problems
from coalition.database import Base, db, transaction
from coalition.keys import KeyRing
from coalition.models.contact import Contact, address_index
from coalition.models.link import Link
from coalition.models.sealed_columns import counted, is_bound_to_an_id, sealed_columns
from coalition.models.signature import AlreadySigned, Signature
from coalition.tokens import NotOurs
from tests import builders
from tests.shipped import own_app

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from uuid import UUID

    from flask import Flask

    from coalition.config import Settings
    from tests.cast import Cast

PLAIN_BYTES = {
    "desk_sessions.token_hash", "files.bytes", "links.nonce", "links.token_hash", "manifests.bytes",
    "manifests.signature", "openings.salt", "passkeys.credential_id", "passkeys.public_key", "public_bodies.bytes",
    "recovery_codes.code_index", "signing_keys.public_key",
}  # fmt: skip
"""Columns of bytes that are neither sealed nor an index: anybody may read them, or they tell nothing. Recovery codes
stand under a key of their account, which is sealed."""


@pytest.fixture
def key_file(app: Flask, cast: Cast, settings: Settings, database_url: str, tmp_path: Path) -> Iterator[Path]:  # noqa: ARG001 -- the cast lives in the database
    """An app of its own with a key file of its own, which a test may change."""
    path = tmp_path / "keys.json"
    shutil.copy(settings.keys_path, path)
    path.chmod(0o600)
    with own_app(replace(settings, database=database_url, keys=str(path))):
        yield path


def writes(path: Path, purpose: str) -> str:
    """The name of the key that writes."""
    return KeyRing.read(path).names(purpose)[-1]


def a_world(cast: Cast) -> UUID:
    """A published letter with all sorts of sealed values; its id."""
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.declined(letter_id, cast.arabic_member, reason="Not now.")
    builders.published(cast, letter_id)
    return letter_id


def bytes_of(columns: Mapping[str, tuple[str, ...]]) -> Iterator[bytes]:
    """What stands in columns of bytes."""
    for table, names in columns.items():
        for name in names:
            column = Base.metadata.tables[table].c[name]
            yield from (bytes(one) for one in db.session.scalars(select(column).where(column.is_not(None))))
    db.session.rollback()


SEALED: dict[str, tuple[str, ...]] = {table.name: tuple(columns) for table, columns in sealed_columns()}


@pytest.mark.only_on("sqlite")
def test_every_column_of_bytes_is_sealed_or_an_index_or_known_to_be_plain() -> None:
    indexes = {f"{one.model.__tablename__}.{one.column}" for one in reindex.COLUMNS} | set(reindex.OF_A_MOMENT)
    sealed = {f"{table}.{name}" for table, names in SEALED.items() for name in names}
    there = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert there == sealed | PLAIN_BYTES | (indexes - {"outgoing_emails.recipient"})
    assert all(is_bound_to_an_id(table) for table, _columns in sealed_columns())


def test_the_vault_is_sealed_anew_also_when_it_is_stopped_on_the_way(
    cast: Cast, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = a_world(cast)
    old = writes(key_file, "vault")
    new = rotate.add("vault")
    monkeypatch.setattr(reseal, "ROWS", 2)
    before = counted(db.session())[old]

    def stop(done: Resealed) -> None:
        if done.values > before // 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        rotate.rotate("vault", after_step=stop)
    db.session.rollback()
    left = counted(db.session())
    assert 0 < left[old] < before
    assert builders.a_letter(letter_id).slug  # half of it under each key, and all is read
    monkeypatch.setattr(reseal, "ROWS", 50)
    done = rotate.rotate("vault")
    assert (done.values, done.broken, set(counted(db.session()))) == (left[old], {}, {new})
    assert not any(old.encode() in one for one in bytes_of(SEALED))
    assert list(problems(db.session())) == []
    db.session.rollback()
    rotate.retire("vault", old)
    assert KeyRing.read(key_file).names("vault") == [new]
    assert builders.invitation_of(letter_id, cast.arabic_member).answer["reason"] == "Not now."


def test_what_somebody_writes_meanwhile_is_not_overwritten(cast: Cast, key_file: Path) -> None:
    assert key_file.exists()
    rotate.add("vault")
    table, columns = next(one for one in sealed_columns() if one[0].name == "contacts")
    contact_id = cast.small_member.contact_id
    row = db.session.execute(select(table.c.id, table.c.name).where(table.c.id == contact_id)).one()
    done = Resealed()
    with transaction() as session:
        session.get_one(Contact, contact_id).name = "Somebody new"
        session.flush()
        reseal._exchange(session, table, "name", columns["name"], row, done)
    assert (done.values, db.session.get_one(Contact, contact_id).name) == (0, "Somebody new")


@pytest.mark.only_on("sqlite")
def test_a_value_that_does_not_open_is_told_and_left_as_it_is(cast: Cast, key_file: Path) -> None:
    old = writes(key_file, "vault")
    contact = db.session.get_one(Contact, cast.small_member.contact_id)
    torn = bytes(contact._name or b"")[:-1] + b"?"
    with transaction() as session:
        session.get_one(Contact, contact.id)._name = torn
    rotate.add("vault")
    assert rotate.rotate("vault").broken == {"contacts.name": 1}
    with pytest.raises(StillNeeded):
        rotate.retire("vault", old, is_forced=True)
    assert db.session.get_one(Contact, cast.small_member.contact_id)._name == torn


def test_a_process_with_the_old_ring_writes_with_the_new_key_at_once(cast: Cast, key_file: Path) -> None:
    letter_id = builders.an_open_letter(cast)
    stale = KeyRing.read(key_file)
    old = {purpose: writes(key_file, purpose) for purpose in ("vault", "index", "link")}
    for purpose in old:
        rotate.add(purpose)
        rotate.rotate(purpose)
    rotate.retire("vault", old["vault"])
    rotate.retire("index", old["index"])
    db.session.remove()
    vault.unlock(stale)
    tokens.install(stale)
    builders.signed(letter_id, cast.small_member)
    assert old["vault"] not in counted(db.session())
    with pytest.raises(AlreadySigned):
        builders.signed(letter_id, cast.small_member)
    token = Link.for_invitation(builders.invitation_of(letter_id, cast.arabic_member), tokens.ours(), now=clock.now())
    assert token.key_id == writes(key_file, "link")


def test_no_organisation_signs_twice_while_the_index_changes(
    cast: Cast, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    old = writes(key_file, "index")
    columns = {str(one.model.__tablename__): (one.column,) for one in reindex.COLUMNS if one.column != "recipient"}
    before = set(bytes_of(columns))
    rotate.add("index")
    with pytest.raises(AlreadySigned):  # nothing is found under the new one yet
        builders.signed(letter_id, cast.small_member)
    begin = transaction

    def late() -> Any:
        """Somebody signs after the new indexes were made, and before they are written."""
        monkeypatch.setattr(reindex, "transaction", begin)
        builders.signed(letter_id, cast.unnamed_member)
        return begin()

    monkeypatch.setattr(reindex, "transaction", late)
    rotate.rotate("index")
    assert before.isdisjoint(bytes_of(columns))
    for member in (cast.small_member, cast.unnamed_member):
        with pytest.raises(AlreadySigned):
            builders.signed(letter_id, member)
    address = db.session.get_one(Contact, cast.small_member.contact_id).address
    assert db.session.scalars(select(Contact).where(Contact.address_index == address_index(address))).all()
    rotate.retire("index", old)
    builders.published(cast, letter_id)
    builders.withdrawn(letter_id, cast.small_member)
    assert db.session.scalars(select(Signature.ended_how).where(Signature.ended_on.is_not(None))).all() == ["withdrawn"]
    assert list(problems(db.session())) == []


def test_a_rotation_of_the_index_that_fails_has_changed_nothing(
    cast: Cast, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    columns = {"signatures": ("organisation_index",), "contacts": ("address_index",)}
    before = sorted(bytes_of(columns))
    rotate.add("index")

    def fail(*_given: object) -> None:
        raise InterruptedError

    with monkeypatch.context() as patched:
        patched.setattr(take_off, "bodies", fail)
        with pytest.raises(InterruptedError):
            rotate.rotate("index")
    assert sorted(bytes_of(columns)) == before
    with pytest.raises(AlreadySigned):
        builders.signed(letter_id, cast.small_member)
    with pytest.raises(StillWrites):
        rotate.retire("index", KeyRing.read(key_file).names("index")[0])
    rotate.rotate("index")
    with pytest.raises(AlreadySigned):
        builders.signed(letter_id, cast.small_member)


@pytest.mark.only_on("sqlite")
def test_a_key_of_links_stays_while_one_of_them_works(cast: Cast, key_file: Path) -> None:
    letter_id = builders.an_open_letter(cast)
    old = writes(key_file, "link")
    mailed = builders.link_path(letter_id, cast.small_member).removeprefix("/i/")
    rotate.add("link")
    assert (
        builders.link_path(letter_id, cast.small_member).removeprefix("/i/") == mailed
    )  # a retried mail says the same
    with pytest.raises(StillNeeded) as refused:
        rotate.retire("link", old)
    assert refused.value.needs.number == len(
        db.session.scalars(select(Link.id).where(Link.key_id == old, Link.revoked_at.is_(None))).all()
    )
    tokens.ours().read("invitation", mailed)
    rotate.retire("link", old, is_forced=True)
    vault.keys_of("link")
    with pytest.raises(NotOurs):
        tokens.Tokens(KeyRing.read(key_file)).read("invitation", mailed)


@pytest.mark.only_on("sqlite")
def test_forms_and_sessions_are_read_until_their_key_is_retired(
    key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = writes(key_file, "form")
    form = tokens.ours().write_form("sign", {"a": 1})
    rotate.add("form")
    assert tokens.ours().read_form("sign", form) == {"a": 1}
    with pytest.raises(StillNeeded):
        rotate.retire("form", old)
    later = clock.now() + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    rotate.retire("form", old)
    with pytest.raises(NoSuchKey):
        rotate.retire("form", old)


@pytest.mark.only_on("sqlite")
def test_a_key_for_later_reads_and_does_not_write(cast: Cast, key_file: Path) -> None:
    old = writes(key_file, "vault")
    with pytest.raises(NothingToRotate):
        rotate.rotate("link")
    new = rotate.add("vault", is_for_later=True)
    builders.an_open_letter(cast)
    assert set(counted(db.session())) == {old}
    rotate.rotate("vault")
    assert set(counted(db.session())) == {new}


@pytest.mark.only_on("sqlite")
def test_the_key_file_keeps_its_mode(key_file: Path) -> None:
    key_file.chmod(0o400)
    rotate.add("form")
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o400


@pytest.mark.parametrize("change", ['"by" = NULL', '"at" = "by"', '"evidence_file_id" = "by"'])
def test_the_ledger_may_be_sealed_anew_and_not_be_rewritten(cast: Cast, change: str) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    db.session.remove()
    with pytest.raises(Exception, match="append-only"), db.engine.begin() as connection:
        connection.execute(text(f"UPDATE consents SET {change}"))  # noqa: S608 -- our own words
