"""A throwaway installation: a home folder with keys, a database, and letters that the product's own verbs published."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import flask_migrate
from sqlalchemy import select

from bench import invented
from coalition import clock, config, create_app
from coalition.actions import check, circulate, directory, draft, enter, found, publish, take_over
from coalition.database import db
from coalition.intake import letter_file
from coalition.keys import KeyRing
from coalition.models.account import Account
from coalition.models.letter import Letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from uuid import UUID

    from coalition.config import Settings

COORDINATOR = "coordinator@bench.example"


@dataclass(frozen=True, slots=True)
class Installation:
    """A founded coalition with a directory."""

    settings: Settings
    contact_ids: tuple[UUID, ...]
    """One contact for each organisation of the directory."""


@contextmanager
def installation(home: Path, *, organisations: int, port: int) -> Iterator[Installation]:
    """Found a coalition in the empty folder `home`, with so many member organisations; within, its app's context."""
    settings = config.Settings(home=home, public_address=f"http://127.0.0.1:{port}", port=port)
    KeyRing.generate().write(settings.keys_path)
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        token = found.found(
            found.Founding("Open Contracts Network", "en", "letters@bench.example", "Ada Vale", COORDINATOR)
        )
        enter.set_up(token, password=secrets.token_urlsafe(16), hash_password=lambda _: "nobody signs in")
        yield Installation(settings, _directory(organisations))
        db.session.remove()
        db.engine.dispose()


def coordinator() -> Account:
    """The account that acts."""
    return db.session.scalars(select(Account).where(Account.email == COORDINATOR)).one()


def _directory(count: int) -> tuple[UUID, ...]:
    return more_contacts(invented.names(count), "bench.example")


def more_contacts(names: Iterable[str], host: str) -> tuple[UUID, ...]:
    """Organisations of these names, each with a contact; with a `host` that holds "{}" each at a host of its own."""
    rows = [
        directory.DirectoryRow(
            directory.OrganisationEntry({"und": name}, country="NL"),
            (_contact(f"contact{number}@{host.format(number)}"),),
        )
        for number, name in enumerate(names)
    ]
    return tuple(directory.import_rows(rows, by=coordinator()).contact_ids)


def _contact(address: str) -> directory.ContactEntry:
    return directory.ContactEntry(address, name="Noor de Wit", language="en", zone="UTC")


def open_letter(title: str, contact_ids: Sequence[UUID]) -> UUID:
    """A letter sent out for signature to the contacts."""
    letter_id = letter_to(title, contact_ids)
    circulate.send(letter_id, by=coordinator(), number=len(contact_ids))
    return letter_id


def letter_to(title: str, contact_ids: Sequence[UUID]) -> UUID:
    """A letter ready to be sent to the contacts."""
    by = coordinator()
    letter_id = draft.create_letter(by=by, title=title, kind="open_letter", language="en", zone="UTC")
    draft.save_text(letter_id, "en", {"title": title, "body": invented.BODY}, by=by)
    deadline = (clock.now() + timedelta(days=10)).replace(minute=0, second=0, microsecond=0)
    draft.save_dates(letter_id, draft.Dates(deadline_at=deadline, zone="UTC", place="The Hague"), by=by)
    circulate.invite(letter_id, contact_ids, by=by)
    return letter_id


def published_letter(title: str, signatories: int) -> str:
    """A published letter with so many lines taken over from a letter file; its path."""
    lines = tuple(letter_file.Line({"und": name}, country="NL") for name in invented.names(signatories))
    record = letter_file.LetterFile(
        kind="open_letter",
        authoritative_language="en",
        texts={"en": letter_file.Text(title=title, body=invented.BODY)},
        groups=(letter_file.ListGroup(lines),),
        place="The Hague",
    )
    by = coordinator()
    letter_id = take_over.import_letter(record, by=by)
    letter = db.session.get_one(Letter, letter_id)
    seen = {finding.key: "an invented list" for finding in check.check(db.session(), letter).findings}
    publish.publish(letter_id, by=by, overrides=seen)
    return f"/letters/{db.session.get_one(Letter, letter_id).slug}"
