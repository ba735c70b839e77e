"""Persons who sign for themselves, where the letter has a list for them: accepted, corrected, kept, withdrawn.

A person's consent is the sentence ticked on the public form and the address confirmed by its link; it becomes a
signature only when a coordinator accepts it. After that the same link is the person's page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from coalition import clock
from coalition.actions import forget, live, take_off
from coalition.actions.acts import CodeNeeded, TextChanged, count
from coalition.actions.answer import PrintedAlready
from coalition.actions.draft import ensure_not_retracted, entered, lock
from coalition.actions.persons import ask_again, enter_own_consent, enter_own_record, signature_of_request, tell
from coalition.actions.reconfirm import NothingToObjectTo, ensure_objectable, enter_objection, lift_own_objections
from coalition.database import transaction
from coalition.intake.names import check_name
from coalition.models.consent import Consent
from coalition.models.letter import LetterRule, NotOpenForSigning
from coalition.models.link import Link
from coalition.models.request import AlreadyDecided, RequestToSign
from coalition.models.signature import AlreadySigned, NoStandingSignature, Signature, person_index

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter
    from coalition.models.version import Text, Version

TITLE_LIMIT = 120
AFFILIATION_LIMIT = 160
"""Characters: together with what stands between and after them they fit into one printed line."""


class NoListForIndividuals(LetterRule):
    """The letter is signed by organisations alone."""


class StillSigned(Exception):
    """The signature stands: it is withdrawn before anything is erased."""


class NotConfirmed(Exception):
    """The address was not confirmed: nobody knows whose request it is."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The text a person had in view, from the form's signed token."""

    fingerprint: str
    version: int
    language: str


def accept(letter_id: UUID, request_id: UUID, *, by: Account) -> UUID:
    """Let a person's confirmed request be their signature, under the version they saw; returns its id.

    Where the substance changed since, the person is asked first whether they keep it: until then it is not printed.
    Raises NoListForIndividuals, NotConfirmed, AlreadyDecided, NotOpenForSigning, Retracted, AlreadySigned,
    UnprintableName.
    """
    try:
        with transaction() as session:
            letter = lock(session, letter_id)
            request = session.get(RequestToSign, request_id, with_for_update=True)
            if request is None:
                raise AlreadyDecided
            _ensure_acceptable(session, letter, request)
            signature, now = _accepted(session, letter, request), clock.now()
            count(session, signature)
            request.decide("signed", by_id=by.id, now=now)
            _let_link_live(session, request)
            entered(session, letter, "person accepted", by, request=request.id.hex)
            _tell_accepted(session, letter, signature, now=now)
            return signature.id
    except IntegrityError as error:
        if Signature.__tablename__ not in str(error.orig):
            raise
        raise AlreadySigned from error


def correct_name(request_id: UUID, *, key: str, name: str, is_proved: bool = False) -> None:
    """Correct how one's own name will be printed; `is_proved` where a step-up code was taken for this very act.

    Raises CodeNeeded, NoStandingSignature, PrintedAlready, UnprintableName.
    """
    with transaction() as session:
        letter, signature = _own(session, request_id, is_proved=is_proved)
        if live.is_printed(session, signature):
            raise PrintedAlready
        signature.printed_names = {"und": check_name(name)}
        now = clock.now()
        if enter_own_consent(session, signature, "printed_name", key, now=now):
            _answered(session, letter, signature, "name_changed", key, now=now)


def withdraw(request_id: UUID, *, key: str, is_proved: bool = False) -> None:
    """End one's own signature, at any time: the name leaves every surface we serve.

    Raises CodeNeeded, NoStandingSignature.
    """
    with transaction() as session:
        if _is_recorded(session, key):
            return
        letter, signature = _own(session, request_id, is_proved=is_proved)
        now = clock.now()
        end_as_withdrawn(session, signature, now=now)
        enter_own_consent(session, signature, "withdraw", key, now=now)
        _answered(session, letter, signature, "withdrawn", key, now=now)


def end_as_withdrawn(session: Session, signature: Signature, *, now: datetime) -> None:
    """End a person's signature and take its name off; part of a verb."""
    count(session, signature, by=-1)
    signature.ended_on, signature.ended_how = now.astimezone(UTC).date(), "withdrawn"
    take_off.signature(session, signature)


def erase(request_id: UUID, *, is_proved: bool = False) -> None:
    """Have everything erased that is held of one, once one has withdrawn; a second time there is nothing to erase.

    Raises CodeNeeded, StillSigned.
    """
    with transaction() as session:
        letter_id = session.scalars(select(RequestToSign.letter_id).where(RequestToSign.id == request_id)).one()
        letter = lock(session, letter_id)
        request = session.get_one(RequestToSign, request_id, with_for_update=True)
        signature = signature_of_request(session, request)
        if signature is None:
            return
        if signature.ended_on is None:
            raise StillSigned
        if letter.is_sensitive and not is_proved:
            raise CodeNeeded
        now = clock.now()
        enter_own_record(session, letter, signature, "erased", now=now)
        forget.erase_person(session, request, signature, now=now)


def keep(request_id: UUID, *, key: str, seen: Seen, is_proved: bool = False) -> None:
    """Keep one's own signature under the version in force; one's own objections are lifted with that.

    Raises CodeNeeded, NoStandingSignature, TextChanged, NotOpenForSigning once it is cancelled.
    """
    with transaction() as session:
        if _is_recorded(session, key):
            return
        letter, signature = _own(session, request_id, is_proved=is_proved)
        if letter.stage not in {"open", "closed"}:
            raise NotOpenForSigning(letter.stage, letter.closed_at)
        text, now = _text_seen(letter, seen), clock.now()
        count(session, signature, by=-1)
        signature.version_id = text.version_id
        lift_own_objections(session, signature, signature.person, now=now)
        count(session, signature)
        if enter_own_consent(session, signature, "keep", key, now=now, text=text):
            _answered(session, letter, signature, "kept", key, now=now)


def object_to(
    request_id: UUID, *, key: str, seen: Seen, against: str, words: str = "", is_proved: bool = False
) -> None:
    """Object to a typographical change or to the page proof: one's own line is suspended until it is kept after all.

    Objecting twice is objecting once. Raises CodeNeeded, NoStandingSignature, TextChanged, NothingToObjectTo,
    ObjectionsAreOver.
    """
    with transaction() as session:
        letter, signature = _own(session, request_id, is_proved=is_proved)
        if against not in {"typographical", "page_proof"}:
            raise NothingToObjectTo
        _text_seen(letter, seen)
        now = clock.now()
        ensure_objectable(session, letter, against, now=now)
        if enter_objection(session, letter, signature, against, words, now=now):
            _answered(session, letter, signature, "objected", key, now=now)


def _ensure_acceptable(session: Session, letter: Letter, request: RequestToSign) -> None:
    if request.letter_id != letter.id or request.kind != "individual" or not letter.has_individuals:
        raise NoListForIndividuals
    if request.confirmed_at is None or not request.address:
        raise NotConfirmed
    request.ensure_waiting()
    ensure_not_retracted(session, letter)
    if letter.stage not in {"open", "closed"}:
        raise NotOpenForSigning(letter.stage, letter.closed_at)


def _accepted(session: Session, letter: Letter, request: RequestToSign) -> Signature:
    """The signature and its first consent, dated when the address was confirmed: that was the person's act."""
    asked: dict[str, Any] = request.asked or {}
    text = _text_of(letter, request)
    signature = Signature(
        letter_id=letter.id,
        version_id=text.version_id,
        kind="individual",
        person_index=person_index(letter.id, request.address),
        visibility="named",
    )
    name = check_name(asked.get("person", ""))
    signature.person, signature.printed_names = name, {"und": name}
    signature.affiliation = {
        "title": asked.get("title", "")[:TITLE_LIMIT],
        "affiliation": asked.get("affiliation", "")[:AFFILIATION_LIMIT],
        "is_personal": bool(asked.get("is_personal")),
        "request": request.id.hex,
    }
    session.add(signature)
    session.flush()
    confirmed = request.confirmed_at or clock.now()
    enter_own_consent(session, signature, "sign", f"request:{request.id.hex}", now=confirmed, text=text)
    return signature


def _let_link_live(session: Session, request: RequestToSign) -> None:
    """The link that confirmed the address is now the person's page: it works as long as their name may stand."""
    for link in session.scalars(select(Link).where(Link.request_id == request.id, Link.revoked_at.is_(None))):
        link.expires_at = None


def _text_of(letter: Letter, request: RequestToSign) -> Text:
    """The text that the form showed: in its language where the version had one, else the one that governs."""
    versions: list[Version] = [one for one in letter.versions if one.id == request.version_id]
    version: Version = versions[0] if versions else letter.version
    own = version.text(request.language)
    if own is not None and own.fingerprint:
        return own
    governing = version.text(letter.authoritative_language)
    assert governing is not None  # noqa: S101 -- every version has it  # nosec B101
    return governing


def _tell_accepted(session: Session, letter: Letter, signature: Signature, *, now: datetime) -> None:
    """The receipt; and where the text changed meanwhile, the question whether it is kept."""
    _receipt(session, letter, signature, "signed", f"signed:{signature.id.hex}", now=now)
    if not signature.agrees:
        ask_again(session, letter, signature, now=now)


def _own(session: Session, request_id: UUID, *, is_proved: bool) -> tuple[Letter, Signature]:
    """The locked letter and the signature that the request became.

    Raises NoStandingSignature; CodeNeeded where the letter is sensitive and no code was taken.
    """
    letter_id = session.scalars(select(RequestToSign.letter_id).where(RequestToSign.id == request_id)).one()
    letter = lock(session, letter_id)
    signature = signature_of_request(session, session.get_one(RequestToSign, request_id, with_for_update=True))
    if signature is None or signature.ended_on is not None:
        raise NoStandingSignature
    if letter.is_sensitive and not is_proved:
        raise CodeNeeded
    return letter, signature


def _text_seen(letter: Letter, seen: Seen) -> Text:
    """The text in force that the form showed. Raises TextChanged for any other."""
    text: Text | None = letter.version.text(seen.language)
    if text is None or letter.version.number != seen.version or text.fingerprint != seen.fingerprint:
        raise TextChanged
    return text


def _is_recorded(session: Session, key: str) -> bool:
    return session.scalar(select(Consent.id).where(Consent.idempotency_key == key)) is not None


def _answered(session: Session, letter: Letter, signature: Signature, act: str, key: str, *, now: datetime) -> None:
    enter_own_record(session, letter, signature, act, now=now)
    _receipt(session, letter, signature, act, f"answer:{key}", now=now)


def _receipt(session: Session, letter: Letter, signature: Signature, act: str, occasion: str, *, now: datetime) -> None:
    last = signature.consents[-1]
    tell(
        session,
        letter,
        signature,
        "individual_receipt",
        occasion=occasion,
        now=now,
        act=act,
        at=now.isoformat(),
        number=last.version.number,
        fingerprint=last.fingerprint,
        affiliation=signature.printed_affiliation,
    )
