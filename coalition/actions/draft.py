"""Drafting: a letter, its texts, addressees, dates and choices, before anything is shown outside the team."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from coalition import clock
from coalition.actions import address
from coalition.database import transaction
from coalition.intake.texts import tidy_text
from coalition.models import record
from coalition.models.addressee import Addressee
from coalition.models.letter import (
    KINDS,
    LIST_ORDERS,
    VISIBLE_TO_INVITEES,
    WHO_MAY_SIGN,
    AlreadyPublished,
    Letter,
    LetterLead,
    Retracted,
    StaleEdit,
    Tally,
    TeamMember,
    TextIsFrozen,
)
from coalition.models.public import PublicLetter
from coalition.models.release import PlannedRelease
from coalition.models.reminder_plan import STANDARD
from coalition.models.reminder_step import ReminderStep
from coalition.models.signature import Signature
from coalition.models.version import FINGERPRINTED, PARTS, Text, Version

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from coalition.models.account import Account

TRIES = 8
"""How often a letter is begun anew where others took its slug at the same instant."""
LONG_PART = 20_000
LONGEST_PARTS = {"body": 400_000}
"""Characters that a part of a text may have where its column sets no limit: the body of a book, not of a flood."""

CHOICES: dict[str, Callable[[Any], bool]] = {
    "kind": KINDS.__contains__,
    "list_order": LIST_ORDERS.__contains__,
    "counts_lead": lambda value: isinstance(value, bool),
    "counts_withheld": lambda value: isinstance(value, bool),
    "withheld_threshold": range(1, 1001).__contains__,
    "who_may_sign": WHO_MAY_SIGN.__contains__,
    "visible_to_invitees": VISIBLE_TO_INVITEES.__contains__,
    "has_individuals": lambda value: isinstance(value, bool),
    "is_sensitive": lambda value: isinstance(value, bool),
    "freshness_days": lambda value: value is None or value in range(1, 3651),
    "why_now": lambda value: all(len(words) <= LONG_PART for words in value.values()),
}
"""What a letter leaves to choose, and which values fit."""


class DeadlineInThePast(Exception):
    """The deadline has passed already."""


class EmbargoInThePast(Exception):
    """The end of the embargo has passed already."""


class IndividualsHaveSigned(Exception):
    """Persons stand on the letter's list for individuals: it can not be taken away."""


class LanguageIsUsed(Exception):
    """The letter has that language already, or it is the authoritative one and stays."""


class PartTooLong(Exception):
    """A part of the text is longer than can be kept."""

    def __init__(self, part: str, length: int, limit: int) -> None:
        super().__init__(f"{part}: {length} of {limit} characters")
        self.part, self.length, self.limit = part, length, limit


class NoSuchChoice(ValueError):
    """A choice that letters do not have, or a value that does not fit it."""


@dataclass(frozen=True, slots=True)
class Dates:
    """When signing closes, where that is told, and what is printed."""

    deadline_at: datetime | None
    zone: str
    place: str = ""
    printed_on: str = ""
    embargo_until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AddresseeEntry:
    """An addressee as the desk takes it; each part per language, "und" the canonical one."""

    block: str = "to"
    styles: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    offices: dict[str, str] = field(default_factory=dict)


def create_letter(
    *,
    by: Account,
    title: str,
    kind: str,
    language: str,
    zone: str,
    body: str = "",
    deadline_at: datetime | None = None,
    letter_id: UUID | None = None,
    is_practice: bool = False,
) -> UUID:
    """A new draft led by the account's organisation, with the account as its coordinator. Returns its id.

    A practice letter mails only the team and is never published. A `letter_id` makes it count once: where there is a
    letter of that id already, nothing is written. Raises PartTooLong, DeadlineInThePast, NoSuchChoice.
    """
    parts = checked_parts({"title": title.strip(), "body": body})
    _check_choices({"kind": kind})

    def begin(session: Session) -> UUID:
        if letter_id is not None and session.get(Letter, letter_id) is not None:
            return letter_id
        now = clock.now()
        _ensure_later(deadline_at, now=now)
        letter = Letter(
            id=letter_id,
            slug=free_slug(session, title or body[: address.LIMIT]),
            kind=kind,
            authoritative_language=language,
            zone=zone,
            deadline_at=deadline_at,
            is_practice=is_practice,
            created_at=now,
        )
        version = Version(letter_id=letter.id, number=1, created_at=now)
        version.texts.append(Text(language=language, **parts))
        letter.leads.append(LetterLead(organisation_id=by.organisation_id, position=0))
        letter.team.append(TeamMember(account_id=by.id, role="coordinator", joined_at=now))
        session.add_all((letter, version, Tally(letter_id=letter.id)))
        session.flush()
        session.add_all(
            ReminderStep(letter_id=letter.id, kind=one.kind, minutes_before=one.minutes_before) for one in STANDARD
        )
        record.enter(session, "drafted", at=now, letter_id=letter.id, actor_kind="account", actor_id=by.id)
        return letter.id

    return _once_begun(begin)


def _once_begun(begin: Callable[[Session], UUID]) -> UUID:
    """Begin a letter in its transaction; again where another came first by an instant, with its id or its slug."""
    for _try in range(TRIES):
        with suppress(IntegrityError), transaction() as session:
            return begin(session)
    with transaction() as session:
        return begin(session)


def save_text(
    letter_id: UUID,
    language: str,
    parts: dict[str, str],
    *,
    by: Account,
    seen: str | None = None,
    goes_on: bool = False,
) -> None:
    """Save parts of a text (names of `coalition.models.version.PARTS`).

    `seen` is `state_of_text` as the editor showed it. With `goes_on` the text stays open for `by`
    (`coalition.actions.editing`), else it is given back. Raises StaleEdit when somebody saved another state meanwhile,
    PartTooLong, TextIsFrozen for a part of what is agreed to once the text was shown, AlreadyPublished.
    """
    with transaction() as session:
        rewrite(session, lock(session, letter_id), language, parts, by=by, seen=seen, goes_on=goes_on)


def rewrite(
    session: Session,
    letter: Letter,
    language: str,
    parts: dict[str, str],
    *,
    by: Account,
    seen: str | None = None,
    goes_on: bool = False,
) -> Text:
    """`save_text` within the present transaction, on a letter that is locked. Returns the text."""
    unknown = set(parts) - set(PARTS)
    if unknown:
        raise ValueError(f"A text has no part called {', '.join(sorted(unknown))}.")
    parts = checked_parts(parts)
    text = _text(letter, language)
    _ensure_seen(seen, state_of_text(text))
    ensure_changeable(session, letter)
    changes = any(getattr(text, name) != parts.get(name, getattr(text, name)) for name in FINGERPRINTED)
    if text.shown_at and changes:
        raise TextIsFrozen
    for name, value in parts.items():
        setattr(text, name, value)
    if changes:
        text.reworked()
    _keep_open(text, by, goes_on=goes_on)
    touch(letter)
    entered(session, letter, "text saved", by, language=language)
    return text


def _keep_open(text: Text, by: Account, *, goes_on: bool) -> None:
    """Who goes on writing has the text open; who is done gives it back."""
    if goes_on and not text.shown_at:
        is_mine = text.editing_by_id == by.id
        text.editing_since = text.editing_since if is_mine and text.editing_since else clock.now()
        text.editing_by_id = by.id
    elif text.editing_by_id == by.id:
        text.editing_by_id = text.editing_since = None


def state_of_text(text: Text) -> str:
    """What tells one state of a text from another: an editor shows it, and gives it back when saving.

    The words of the photo are saved apart (`coalition.actions.illustrate`) and do not count.
    """
    return _digest([getattr(text, name) for name in PARTS if not name.startswith("photo_")])


def add_language(letter_id: UUID, language: str, *, by: Account) -> None:
    """Add a language to the version that is being written, else to the one in force. Raises LanguageIsUsed."""
    with transaction() as session:
        letter = lock(session, letter_id)
        ensure_changeable(session, letter)
        if letter.working_version.text(language):
            raise LanguageIsUsed
        original = letter.working_version.text(letter.authoritative_language)
        letter.working_version.texts.append(Text(language=language, translates_text_id=original.id))
        touch(letter)
        entered(session, letter, "language added", by, language=language)


def remove_language(letter_id: UUID, language: str, *, by: Account) -> None:
    """Take a language out of a draft. Raises LanguageIsUsed for the authoritative one, TextIsFrozen once shown."""
    with transaction() as session:
        letter = lock(session, letter_id)
        text = letter.working_version.text(language)
        if text is None:
            return
        if language == letter.authoritative_language:
            raise LanguageIsUsed
        if text.shown_at:
            raise TextIsFrozen
        letter.working_version.texts.remove(text)
        touch(letter)
        entered(session, letter, "language removed", by, language=language)


def choose_authoritative(letter_id: UUID, language: str, *, by: Account) -> None:
    """Let another language of a draft be the one that governs. Raises TextIsFrozen once any text was shown."""
    with transaction() as session:
        letter = lock(session, letter_id)
        if letter.version.is_shown:
            raise TextIsFrozen
        text = _text(letter, language)
        before = letter.authoritative_language
        for one in letter.version.addressees:
            for part in ("styles", "names", "offices"):
                setattr(one, part, _canonical_in(getattr(one, part), before, language))
        letter.authoritative_language = text.language
        touch(letter)
        entered(session, letter, "authoritative language chosen", by, language=language)


def _canonical_in(values: dict[str, str], before: str, language: str) -> dict[str, str]:
    """An addressee's part whose canonical form is now that of another language."""
    former = values.get("und", "")
    kept = {tag: value for tag, value in values.items() if tag not in {"und", language}}
    return {"und": values.get(language, former)} | ({before: former} if former else {}) | kept


def save_addressees(
    letter_id: UUID, entries: Sequence[AddresseeEntry], *, by: Account, seen: str | None = None
) -> None:
    """Replace the addressees. Raises TextIsFrozen once any text was shown: they are part of what is agreed to.

    `seen` is `state_of_addressees` as the form showed it; raises StaleEdit for another.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        version = letter.working_version
        if version.is_shown:
            raise TextIsFrozen
        _ensure_seen(seen, state_of_addressees(version))
        version.addressees.clear()
        session.flush()
        for position, entry in enumerate(entries):
            version.addressees.append(
                Addressee(
                    position=position, block=entry.block, styles=entry.styles, names=entry.names, offices=entry.offices
                )
            )
        touch(letter)
        entered(session, letter, "addressees saved", by, number=len(entries))


def state_of_addressees(version: Version) -> str:
    """As `state_of_text`, for the addressees."""
    return _digest([[one.block, one.styles, one.names, one.offices] for one in version.addressees])


def save_dates(letter_id: UUID, dates: Dates, *, by: Account, seen: str | None = None) -> None:
    """Save deadline, embargo, zone, place and printed date.

    Raises DeadlineInThePast, EmbargoInThePast, StaleEdit, AlreadyPublished.

    The deadline is that of a letter not yet open for signature; an open one's changes by `circulate.extend`. `seen` is
    `state_of_dates` as the form showed it.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        ensure_unpublished(session, letter)
        _ensure_seen(seen, state_of_dates(letter))
        if letter.stage in {"draft", "consultation"}:
            _ensure_later(dates.deadline_at, now=clock.now())
            letter.calendar_sequence += letter.deadline_at != dates.deadline_at
            letter.deadline_at = dates.deadline_at
        if letter.embargo_until_at != dates.embargo_until_at:
            _save_embargo(session, letter, dates.embargo_until_at, by=by)
        letter.zone, letter.place, letter.printed_on = dates.zone, dates.place.strip(), dates.printed_on.strip()
        touch(letter)
        entered(session, letter, "dates saved", by)


def _save_embargo(session: Session, letter: Letter, until: datetime | None, *, by: Account) -> None:
    """Set or lift the embargo; a release that is planned never comes before its end, and moves with it."""
    before, now = letter.embargo_until_at, clock.now()
    if until is not None and until <= now:
        raise EmbargoInThePast
    letter.embargo_until_at = until
    entered(session, letter, "embargo set", by, until=until.isoformat() if until else "")
    kept = session.scalar(
        select(PlannedRelease).where(PlannedRelease.letter_id == letter.id, PlannedRelease.failed_at.is_(None))
    )
    if kept is not None and until is not None and (kept.at == before or kept.at < until):
        kept.at = until
        entered(session, letter, "release moved", by, release_at=until.isoformat())


def state_of_dates(letter: Letter) -> str:
    """As `state_of_text`, for the dates."""
    moments = [one.isoformat() if one else "" for one in (letter.deadline_at, letter.embargo_until_at)]
    return _digest([*moments, letter.zone, letter.place, letter.printed_on])


def save_choices(letter_id: UUID, choices: dict[str, Any], *, by: Account, seen: str | None = None) -> None:
    """Save choices of the letter; CHOICES names them.

    `seen` is `state_of_choices` as the form showed it. Raises NoSuchChoice, StaleEdit, IndividualsHaveSigned,
    AlreadyPublished.
    """
    _check_choices(choices)
    with transaction() as session:
        letter = lock(session, letter_id)
        ensure_unpublished(session, letter)
        _ensure_seen(seen, state_of_choices(letter))
        _ensure_no_individuals(session, letter, choices)
        for name, value in choices.items():
            setattr(letter, name, value)
        touch(letter)
        entered(session, letter, "choices saved", by)


def _ensure_no_individuals(session: Session, letter: Letter, choices: dict[str, Any]) -> None:
    """Raises IndividualsHaveSigned where their list would be taken away under them."""
    if choices.get("has_individuals", True) or not letter.has_individuals:
        return
    standing = select(Signature.id).where(
        Signature.letter_id == letter.id, Signature.kind == "individual", Signature.ended_on.is_(None)
    )
    if session.scalar(standing.limit(1)) is not None:
        raise IndividualsHaveSigned


def state_of_choices(letter: Letter) -> str:
    """As `state_of_text`, for the choices."""
    return _digest([getattr(letter, name) for name in CHOICES])


def _check_choices(choices: dict[str, Any]) -> None:
    for name, value in choices.items():
        if name not in CHOICES or not CHOICES[name](value):
            raise NoSuchChoice(name)


def lock(session: Session, letter_id: UUID) -> Letter:
    """The letter's row, locked until the transaction ends."""
    return session.get_one(Letter, letter_id, with_for_update=True)


def ensure_unpublished(session: Session, letter: Letter) -> None:
    """Raises AlreadyPublished: what is printed changes by a new edition."""
    if session.get(PublicLetter, letter.id):
        raise AlreadyPublished


def ensure_not_retracted(session: Session, letter: Letter) -> None:
    """Raises Retracted."""
    public = session.get(PublicLetter, letter.id)
    if public is not None and public.retracted_at:
        raise Retracted


def ensure_changeable(session: Session, letter: Letter) -> None:
    """Raises AlreadyPublished, but for the version that is written to correct a published one; Retracted."""
    ensure_not_retracted(session, letter)
    if letter.next_version is None:
        ensure_unpublished(session, letter)


def _text(letter: Letter, language: str) -> Text:
    text: Text | None = letter.working_version.text(language)
    if text is None:
        raise LookupError(language)
    return text


def checked_parts(parts: dict[str, str]) -> dict[str, str]:
    """The parts as they will be kept. Raises PartTooLong."""
    tidied = {name: tidy_text(value) for name, value in parts.items()}
    for name, value in tidied.items():
        limit = Text.__table__.columns[name].type.length or LONGEST_PARTS.get(name, LONG_PART)  # type: ignore[attr-defined]  # strings have one
        if len(value) > limit:
            raise PartTooLong(name, len(value), limit)
    return tidied


def _ensure_later(deadline_at: datetime | None, *, now: datetime) -> None:
    if deadline_at is not None and deadline_at <= now:
        raise DeadlineInThePast


def _ensure_seen(seen: str | None, state: str) -> None:
    if seen is not None and seen != state:
        raise StaleEdit


def _digest(values: list[Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]


def touch(letter: Letter) -> None:
    """Let the letter's row tell of a change in what belongs to it: a text, an addressee, a photo."""
    letter.row_version = letter.row_version + 1


def entered(session: Session, letter: Letter, verb: str, by: Account, **detail: Any) -> None:
    """Put what an account did into the letter's record, within the present transaction."""
    record.enter(session, verb, at=clock.now(), letter_id=letter.id, actor_kind="account", actor_id=by.id, **detail)


def free_slug(session: Session, title: str) -> str:
    """A name for a letter that is begun, which no other letter has; part of a verb's transaction.

    It is said nowhere: its address is made when it is released (`coalition.actions.address`).
    """
    base = address.from_title(title)
    names = select(Letter.slug).where(Letter.slug.startswith(base, autoescape=True))
    return address.numbered(base, {*session.scalars(names), *address.in_public(session, base)})
