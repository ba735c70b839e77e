"""Drafting: a letter, its texts, addressees, dates and photo, before anything is shown outside the team."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from anyascii import anyascii
from sqlalchemy import select

from coalition import clock
from coalition.database import transaction
from coalition.models import record
from coalition.models.addressee import Addressee
from coalition.models.letter import Letter, LetterLead, StaleEdit, Tally, TeamMember, TextIsFrozen
from coalition.models.photo import File, Photo
from coalition.models.version import PARTS, Text, Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from coalition.models.account import Account

SLUG_LIMIT = 80
CHOICES = (
    "kind",
    "list_order",
    "counts_lead",
    "counts_withheld",
    "withheld_threshold",
    "who_may_sign",
    "visible_to_invitees",
    "why_now",
)


class DeadlineInThePast(Exception):
    """The deadline has passed already."""


class LanguageIsUsed(Exception):
    """The letter has that language already, or it is the authoritative one and stays."""


@dataclass(frozen=True, slots=True)
class Dates:
    """When signing closes, where that is told, and what is printed."""

    deadline_at: datetime | None
    zone: str
    place: str = ""
    printed_on: str = ""


@dataclass(frozen=True, slots=True)
class AddresseeEntry:
    """An addressee as the desk takes it; each part per language, "und" the canonical one."""

    block: str = "to"
    styles: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    offices: dict[str, str] = field(default_factory=dict)


def create_letter(*, by: Account, title: str, kind: str, language: str, zone: str) -> UUID:
    """A new draft led by the account's organisation, with the account as its coordinator. Returns its id."""
    with transaction() as session:
        now = clock.now()
        letter = Letter(
            slug=free_slug(session, title), kind=kind, authoritative_language=language, zone=zone, created_at=now
        )
        version = Version(letter_id=letter.id, number=1, created_at=now)
        version.texts.append(Text(language=language, title=title.strip()))
        letter.leads.append(LetterLead(organisation_id=by.organisation_id, position=0))
        letter.team.append(TeamMember(account_id=by.id, role="coordinator", joined_at=now))
        session.add_all((letter, version, Tally(letter_id=letter.id)))
        session.flush()
        record.enter(session, "drafted", at=now, letter_id=letter.id, actor_kind="account", actor_id=by.id)
        return letter.id


def save_text(letter_id: UUID, language: str, parts: dict[str, str], *, by: Account, seen: int | None = None) -> None:
    """Save parts of a text (names of `coalition.models.version.PARTS`).

    `seen` is the letter's row_version that the editor showed. Raises StaleEdit when somebody saved meanwhile,
    TextIsFrozen once the text was shown.
    """
    unknown = set(parts) - set(PARTS)
    if unknown:
        raise ValueError(f"A text has no part called {', '.join(sorted(unknown))}.")
    with transaction() as session:
        letter = lock(session, letter_id, seen=seen)
        text = letter.version.text(language)
        if text is None:
            raise LookupError(language)
        if text.shown_at:
            raise TextIsFrozen
        for name, value in parts.items():
            setattr(text, name, value.replace("\r\n", "\n").replace("\r", "\n"))
        _touch(letter)
        record.enter(
            session,
            "text saved",
            at=clock.now(),
            letter_id=letter.id,
            actor_kind="account",
            actor_id=by.id,
            language=language,
        )


def add_language(letter_id: UUID, language: str, *, by: Account) -> None:
    """Add a language to the current version. Raises LanguageIsUsed."""
    with transaction() as session:
        letter = lock(session, letter_id)
        if letter.version.text(language):
            raise LanguageIsUsed
        original = letter.version.text(letter.authoritative_language)
        letter.version.texts.append(Text(language=language, translates_text_id=original.id))
        _touch(letter)
        _entered(session, letter, "language added", by, language=language)


def remove_language(letter_id: UUID, language: str, *, by: Account) -> None:
    """Take a language out of a draft. Raises LanguageIsUsed for the authoritative one, TextIsFrozen once shown."""
    with transaction() as session:
        letter = lock(session, letter_id)
        text = letter.version.text(language)
        if text is None:
            return
        if language == letter.authoritative_language:
            raise LanguageIsUsed
        if text.shown_at:
            raise TextIsFrozen
        letter.version.texts.remove(text)
        _touch(letter)
        _entered(session, letter, "language removed", by, language=language)


def save_addressees(
    letter_id: UUID, entries: Sequence[AddresseeEntry], *, by: Account, seen: int | None = None
) -> None:
    """Replace the addressees. Raises TextIsFrozen once any text was shown: they are part of what is agreed to."""
    with transaction() as session:
        letter = lock(session, letter_id, seen=seen)
        version = letter.version
        if version.is_shown:
            raise TextIsFrozen
        version.addressees.clear()
        session.flush()
        for position, entry in enumerate(entries):
            version.addressees.append(
                Addressee(
                    position=position, block=entry.block, styles=entry.styles, names=entry.names, offices=entry.offices
                )
            )
        _touch(letter)
        _entered(session, letter, "addressees saved", by, number=len(entries))


def save_dates(letter_id: UUID, dates: Dates, *, by: Account, seen: int | None = None) -> None:
    """Save deadline, zone, place and printed date of a letter not yet sent. Raises DeadlineInThePast.

    An open letter's deadline changes by `circulate.extend`.
    """
    with transaction() as session:
        letter = lock(session, letter_id, seen=seen)
        if dates.deadline_at is not None and letter.stage == "draft" and dates.deadline_at <= clock.now():
            raise DeadlineInThePast
        if letter.stage == "draft":
            letter.deadline_at = dates.deadline_at
        letter.zone, letter.place, letter.printed_on = dates.zone, dates.place.strip(), dates.printed_on.strip()
        _touch(letter)
        _entered(session, letter, "dates saved", by)


def save_choices(letter_id: UUID, choices: dict[str, Any], *, by: Account, seen: int | None = None) -> None:
    """Save choices of the letter; CHOICES names them."""
    unknown = set(choices) - set(CHOICES)
    if unknown:
        raise ValueError(f"There is no such choice: {', '.join(sorted(unknown))}")
    with transaction() as session:
        letter = lock(session, letter_id, seen=seen)
        for name, value in choices.items():
            setattr(letter, name, value)
        _touch(letter)
        _entered(session, letter, "choices saved", by)


def save_photo(
    letter_id: UUID, *, content: bytes, media_type: str, width: int, height: int, credit: str, licence: str, by: Account
) -> None:
    """Give the letter a photo. `content` is already cleaned of all metadata (coalition.intake.photos)."""
    with transaction() as session:
        letter = lock(session, letter_id)
        now = clock.now()
        file = File(media_type=media_type, content=content, sha256=hashlib.sha256(content).hexdigest(), created_at=now)
        photo = Photo(file_id=file.id, width=width, height=height, credit=credit.strip(), licence=licence.strip())
        session.add(file)
        session.flush()
        session.add(photo)
        session.flush()
        letter.photo_id = photo.id
        _touch(letter)
        _entered(session, letter, "photo saved", by)


def describe_photo(letter_id: UUID, *, credit: str, licence: str, by: Account) -> None:
    """Change credit and licence of the photo."""
    with transaction() as session:
        letter = lock(session, letter_id)
        letter.photo.credit, letter.photo.licence = credit.strip(), licence.strip()
        _touch(letter)
        _entered(session, letter, "photo described", by)


def remove_photo(letter_id: UUID, *, by: Account) -> None:
    """Take the photo off the letter."""
    with transaction() as session:
        letter = lock(session, letter_id)
        letter.photo_id = None
        _touch(letter)
        _entered(session, letter, "photo removed", by)


def lock(session: Session, letter_id: UUID, *, seen: int | None = None) -> Letter:
    """The letter's row, locked until the transaction ends. Raises StaleEdit when it is not the state that was seen."""
    letter = session.get_one(Letter, letter_id, with_for_update=True)
    if seen is not None and letter.row_version != seen:
        raise StaleEdit
    return letter


def _touch(letter: Letter) -> None:
    # A change in a text or an addressee is a change of the letter: its row_version must rise with it.
    letter.row_version = letter.row_version + 1


def _entered(session: Session, letter: Letter, verb: str, by: Account, **detail: Any) -> None:
    record.enter(session, verb, at=clock.now(), letter_id=letter.id, actor_kind="account", actor_id=by.id, **detail)


def free_slug(session: Session, title: str) -> str:
    """A slug from the title's words in Latin letters that no other letter has; part of a verb's transaction."""
    base = re.sub(r"[^a-z0-9]+", "-", anyascii(title).casefold()).strip("-")[:SLUG_LIMIT].strip("-") or "letter"
    taken = set(session.scalars(select(Letter.slug).where(Letter.slug.startswith(base, autoescape=True))))
    if base not in taken:
        return base
    numbered = (f"{base}-{number}" for number in range(2, 100))
    return next((slug for slug in numbered if slug not in taken), f"{base}-{secrets.token_hex(4)}")
