"""After the text changed: keep the signature under the new version, or object; and disputing a signature altogether.

A change of substance carries no signature over: each organisation keeps its own, or is not on the list. A typographical
change carries all of them, but for those that object (DOMAIN §4).
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock
from coalition.actions import take_off
from coalition.actions.acts import (
    Answer,
    answered,
    by_account,
    by_link,
    count,
    enter_consent,
    standing,
    text_shown,
)
from coalition.actions.tell_coordinators import tell_of_objections
from coalition.database import transaction
from coalition.emails import outbox
from coalition.models.consent import Consent
from coalition.models.edition import Edition
from coalition.models.letter import NotOpenForSigning
from coalition.models.objection import OWN, Objection, ObjectionsAreOver
from coalition.models.public import PublicLetter

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.actions.acts import Actor, Shown
    from coalition.models.account import Account
    from coalition.models.letter import Letter
    from coalition.models.signature import Signature
    from coalition.models.version import Text


class NothingToObjectTo(Exception):
    """There is no typographical change, or no page proof, that waits for objections."""


def keep(invitation_id: UUID, *, key: str, shown: Shown) -> None:
    """Keep the signature under the version in force; the organisation's own objections are lifted with that.

    Raises InvitationRevoked, LinkReplaced, NoStandingSignature, TextChanged, NotOpenForSigning once it is published or
    cancelled.
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown)
        _keep(session, letter, actor, key, shown)


def keep_at_desk(letter_id: UUID, *, key: str, shown: Shown, by: Account) -> None:
    """The same for the account's own organisation."""
    with transaction() as session:
        letter, actor = by_account(session, letter_id, by, shown)
        _keep(session, letter, actor, key, shown)


def object_to(invitation_id: UUID, *, key: str, shown: Shown, against: str, words: str = "") -> None:
    """Object to a typographical change ("typographical") or to the page proof ("page_proof"): the line is suspended.

    The others are not affected, and the letter is not held up. Objecting twice is objecting once; the same form sent
    again after the signature was kept objects no more. Raises
    InvitationRevoked, LinkReplaced, NoStandingSignature, TextChanged, NothingToObjectTo, ObjectionsAreOver.
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown)
        if outbox.is_queued(session, "receipt", recipient=actor.recipient, occasion=f"answer:{key}"):
            return
        text_shown(letter, shown)
        now = clock.now()
        ensure_objectable(session, letter, against, now=now)
        signature = standing(session, letter, actor)
        if enter_objection(session, letter, signature, against, words, now=now):
            objected = Answer("objected", "sign", settles=True)
            answered(session, letter, actor, objected, key, now=now, signature=signature)
            tell_of_objections(session, letter, now=now)


def dispute(invitation_id: UUID, *, shown: Shown) -> None:
    """Take a signature that is not the organisation's off every list and out of every count until that is settled.

    Any contact of the organisation may say so, invited or only told. Its colleagues and the coordinators are told. It
    is settled at the desk, or by the organisation, which withdraws and signs again. Disputing twice is disputing once.
    Raises NoStandingSignature.
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown)
        now = clock.now()
        signature = standing(session, letter, actor)
        if enter_objection(session, letter, signature, "not_us", "", now=now):
            key = f"not us:{signature.id.hex}:{now.timestamp():.6f}"
            disputed = Answer("disputed", "sign", settles=True)
            answered(session, letter, actor, disputed, key, now=now, signature=signature)
            tell_of_objections(session, letter, now=now)


def open_objections(session: Session, signature: Signature) -> list[Objection]:
    """What is said against a signature and not settled."""
    query = select(Objection).where(Objection.signature_id == signature.id, Objection.resolved_on.is_(None))
    return list(session.scalars(query))


def is_to_be_kept(letter: Letter, signature: Signature) -> bool:
    """Whether the organisation is asked for its answer: the substance changed since it agreed last."""
    return signature.ended_on is None and signature.version_id not in letter.agreed_version_ids


def may_object(letter: Letter, signature: Signature, *, now: datetime) -> bool:
    """Whether the text was corrected since the organisation agreed, and the time to object is not over.

    It is for letters that are not published yet.
    """
    version = letter.version
    is_corrected = version.change_class == "typographical" and signature.version_id != version.id
    return is_corrected and signature.agrees and (version.reply_by_at is None or now < version.reply_by_at)


def _keep(session: Session, letter: Letter, actor: Actor, key: str, shown: Shown) -> None:
    if session.scalar(select(Consent.id).where(Consent.idempotency_key == key)):
        return
    if letter.stage not in {"open", "closed"}:
        raise NotOpenForSigning(letter.stage, letter.closed_at)
    text, signature, now = text_shown(letter, shown), standing(session, letter, actor), clock.now()
    if _has_said_so_today(session, signature, text, now=now):
        return
    count(session, signature, by=-1)
    signature.version_id = text.version_id
    lift_own_objections(session, signature, actor.name, now=now)
    count(session, signature)
    enter_consent(session, signature, actor, "keep", key, now=now, text=text)
    answered(session, letter, actor, Answer("kept", "sign", settles=True), key, now=now, signature=signature)


def _has_said_so_today(session: Session, signature: Signature, text: Text, *, now: datetime) -> bool:
    """Whether it was agreed to today already, in another tab or by a colleague, and nothing said against it since.

    On a later day the same words count again: an organisation may be asked whether they still hold.
    """
    last = max((one.on for one in signature.consents if one.act in {"sign", "keep"}), default=None)
    is_the_text = signature.version_id == text.version_id
    return is_the_text and last == now.astimezone(UTC).date() and not open_objections(session, signature)


def lift_own_objections(session: Session, signature: Signature, by: str, *, now: datetime) -> None:
    """Who keeps the signature has no objection any more; "this was not us" is settled by withdrawing alone."""
    still_open = open_objections(session, signature)
    for objection in [one for one in still_open if one.against in OWN]:
        objection.resolved_on = now.astimezone(UTC).date()
        objection.resolution = {"how": "kept", "reason": "", "by": by}
        still_open.remove(objection)
    if not still_open:
        signature.suspended_at = None


def ensure_objectable(session: Session, letter: Letter, against: str, *, now: datetime) -> None:
    """Raises NothingToObjectTo, ObjectionsAreOver."""
    until = {"typographical": letter.version.reply_by_at, "page_proof": letter.proof_until_at}
    asked = {
        "typographical": letter.version.change_class == "typographical",
        "page_proof": letter.proof_sent_at is not None,
    }
    if not asked.get(against) or letter.stage not in {"open", "closed"}:
        raise NothingToObjectTo
    last = until[against]
    is_out = is_published_as_it_is(session, letter) or (against == "page_proof" and is_published(session, letter))
    if is_out or (last is not None and now >= last):
        raise ObjectionsAreOver


def is_published(session: Session, letter: Letter) -> bool:
    """Whether readers can see the letter."""
    return session.get(PublicLetter, letter.id) is not None


def is_published_as_it_is(session: Session, letter: Letter) -> bool:
    """Whether readers see the version in force: one that is corrected after publication waits for its edition."""
    public = session.get(PublicLetter, letter.id)
    return public is not None and session.get_one(Edition, public.edition_id).version_id == letter.version.id


def enter_objection(
    session: Session, letter: Letter, signature: Signature, against: str, words: str, *, now: datetime
) -> bool:
    """Write the objection and suspend the signature; says whether it is new."""
    if any(
        one.against == against and one.version_id == letter.version.id for one in open_objections(session, signature)
    ):
        return False
    objection = Objection(
        signature_id=signature.id, version_id=letter.version.id, against=against, on=now.astimezone(UTC).date()
    )
    objection.words, objection.at = words.strip() or None, now.isoformat()
    session.add(objection)
    count(session, signature, by=-1)
    signature.suspended_at = signature.suspended_at or day_of(now)
    take_off.signature(session, signature)
    session.flush()
    return True


def day_of(moment: datetime) -> datetime:
    """The day alone: the minute stands beside the invitation by which it was said, and would tell whose line it is."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
