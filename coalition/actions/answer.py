"""Answering: sign, decline, correct the printed name, withhold it, withdraw. The same acts by link and at the desk.

One immediate transaction each: signature, ledger, record, tally, outbox. The clock is asked after the letter's row is
locked; the database's UNIQUE promises one standing signature, and the idempotency key that a form counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from coalition import clock
from coalition.actions import live, logo, take_off
from coalition.actions.acts import (
    Actor,
    Answer,
    Shown,
    answered,
    by_account,
    by_link,
    checked_names,
    count,
    ensure_proved,
    ensure_seen,
    enter_consent,
    organisation_declined,
    standing,
    standing_signature,
    text_shown,
)
from coalition.database import transaction
from coalition.emails import outbox
from coalition.models.consent import Consent
from coalition.models.letter import Tally
from coalition.models.signature import AlreadySigned, Signature, organisation_index

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter


class AlreadyWithheld(Exception):
    """The name is withheld already."""


class AlreadyNamed(Exception):
    """The name is not withheld."""


class PrintedAlready(Exception):
    """The list is published with this name: the coordinators correct it in the next edition."""


@dataclass(frozen=True, slots=True)
class SigningForm:
    """A signature as it was sent."""

    key: str
    """The form's idempotency key: the same form sent twice is one act."""
    shown: Shown
    person: str
    role: str
    printed_names: dict[str, str]
    """Language to name as printed; "und" the canonical one."""
    is_withheld: bool
    is_uncounted: bool = False
    """Of a withheld name: that it is to stand in no number either."""
    shows_logo: bool = False
    """Of a published name: that the organisation's logo may stand beside it."""

    @property
    def visibility(self) -> str:
        """How the signature appears: one of coalition.models.signature.VISIBILITIES."""
        if self.is_uncounted:
            return "uncounted"
        return "withheld" if self.is_withheld else "named"


def sign(invitation_id: UUID, form: SigningForm) -> UUID:
    """Sign for the invited organisation; returns the signature's id.

    Raises InvitationRevoked, LinkReplaced, HandedOver, NotOpenForSigning, MayNotSign, TextChanged, UnprintableName,
    AlreadySigned, AnsweredMeanwhile.
    """
    return once_signed(lambda session: sign_by(session, *by_link(session, invitation_id, form.shown), form))


def sign_at_desk(letter_id: UUID, form: SigningForm, *, by: Account) -> UUID:
    """The same act for the account's own organisation. Raises as `sign`, and CodeNeeded."""
    return once_signed(lambda session: sign_by(session, *by_account(session, letter_id, by, form.shown), form))


def decline(invitation_id: UUID, *, key: str, shown: Shown, reason: str = "", ask_again: bool = False) -> None:
    """Decline for the invited organisation. The reason is optional and private. Declining twice is declining once.

    Raises InvitationRevoked, LinkReplaced, NotOpenForSigning, AlreadySigned (withdraw instead).
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown)
        now = clock.now()
        if outbox.is_queued(session, "receipt", recipient=actor.recipient, occasion=f"answer:{key}"):
            return
        letter.ensure_open_for_signing(now=now, form_opened_at=shown.opened_at)
        if standing_signature(session, letter.id, actor.organisation.id):
            raise AlreadySigned
        if not organisation_declined(session, letter.id, actor.organisation.id):
            session.get_one(Tally, letter.id).declined += 1
        declined = Answer("declined", "decline", settles=True, reason=reason.strip(), ask_again=ask_again)
        answered(session, letter, actor, declined, key, now=now)


def correct_printed_name(invitation_id: UUID, *, key: str, shown: Shown, printed_names: dict[str, str]) -> None:
    """Correct how the name will be printed. Raises NoStandingSignature, PrintedAlready, UnprintableName."""
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown)
        signature = standing(session, letter, actor)
        if live.is_printed(session, signature):
            raise PrintedAlready
        signature.printed_names = checked_names(printed_names)
        now = clock.now()
        if enter_consent(session, signature, actor, "printed_name", key, now=now):
            answered(session, letter, actor, Answer("name_changed", "sign"), key, now=now, signature=signature)


def withhold(invitation_id: UUID, *, key: str, shown: Shown, is_uncounted: bool = False) -> None:
    """Take the name off every list, and out of every number; the signature stands.

    Without `is_uncounted` it stays in the number of those whose names are withheld, or comes into it. Raises
    NoStandingSignature, AlreadyWithheld.
    """
    with transaction() as session:
        withhold_by(session, *by_link(session, invitation_id, shown), key, is_uncounted=is_uncounted)


def reveal(invitation_id: UUID, *, key: str, shown: Shown) -> None:
    """Have the organisation named whose name is withheld or masked; nobody but itself does this.

    A published letter names it from its next edition on; until then it is counted among the withheld. Raises
    NoStandingSignature, AlreadyNamed, CodeNeeded.
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown)
        if session.scalar(select(Consent.id).where(Consent.idempotency_key == key)) is None:
            ensure_proved(shown)
        reveal_by(session, letter, actor, key)


def withdraw(invitation_id: UUID, *, key: str, shown: Shown) -> None:
    """End the signature, at any time, also long after publication: the name leaves every surface we serve.

    Raises NoStandingSignature; CodeNeeded where the name is withheld and no code was taken.
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown)
        _ensure_may_withdraw(session, letter, actor, shown)
        withdraw_by(session, letter, actor, key)


def withdraw_at_desk(letter_id: UUID, *, key: str, shown: Shown, by: Account) -> None:
    """The same for the account's own organisation."""
    with transaction() as session:
        letter, actor = by_account(session, letter_id, by, shown)
        _ensure_may_withdraw(session, letter, actor, shown)
        withdraw_by(session, letter, actor, key)


def _ensure_may_withdraw(session: Session, letter: Letter, actor: Actor, shown: Shown) -> None:
    """Raises CodeNeeded where the name is withheld and no code was taken."""
    signature = standing_signature(session, letter.id, actor.organisation.id)
    if signature is not None and signature.visibility != "named":
        ensure_proved(shown)


def once_signed(act: Callable[[Session], UUID]) -> UUID:
    """Run a signing in its transaction, for its signature's id; the UNIQUE that two signers meet at is a sentence."""
    try:
        with transaction() as session:
            return act(session)
    except IntegrityError as error:
        if Signature.__tablename__ not in str(error.orig):
            raise
        raise AlreadySigned from error


def sign_by(
    session: Session,
    letter: Letter,
    actor: Actor,
    form: SigningForm,
    *,
    wording: str = "",
    but: frozenset[UUID] = frozenset(),
) -> UUID:
    """Sign for the actor's organisation on the locked letter; part of a verb. Raises as `sign`.

    `wording` names the sentence that was ticked where it is not the usual one; `but` the invitations of colleagues who
    are told in another mail.
    """
    now = clock.now()
    sent_before = session.scalar(select(Consent).where(Consent.idempotency_key == form.key))
    if sent_before:
        return sent_before.signature_id
    in_grace = letter.ensure_open_for_signing(now=now, form_opened_at=form.shown.opened_at)
    letter.ensure_may_sign(actor.organisation)
    text = text_shown(letter, form.shown)
    if standing_signature(session, letter.id, actor.organisation.id):
        raise AlreadySigned
    ensure_seen(session, letter, actor, form.shown)
    signature = _new_signature(letter, actor, form)
    session.add(signature)
    session.flush()
    enter_consent(session, signature, actor, "sign", form.key, now=now, in_grace=in_grace, text=text, wording=wording)
    _count_signed(session, letter, actor, signature)
    signed = Answer("signed" if form.visibility == "named" else "withheld", "sign", settles=True)
    answered(session, letter, actor, signed, form.key, now=now, signature=signature, but=but)
    return signature.id


def _new_signature(letter: Letter, actor: Actor, form: SigningForm) -> Signature:
    signature = Signature(
        letter_id=letter.id,
        version_id=letter.version.id,
        organisation_index=organisation_index(letter.id, actor.organisation.id),
        visibility=form.visibility,
    )
    signature.organisation = actor.organisation.id.hex
    signature.person, signature.role = form.person.strip(), form.role.strip()
    signature.printed_names = checked_names(form.printed_names)
    signature.shows_logo = form.shows_logo and form.visibility == "named" and logo.may_stand(letter, actor.organisation)
    return signature


def withhold_by(session: Session, letter: Letter, actor: Actor, key: str, *, is_uncounted: bool = False) -> None:
    """Withhold the name of the actor's signature on the locked letter; part of a verb. Raises as `withhold`."""
    if session.scalar(select(Consent.id).where(Consent.idempotency_key == key)):
        return
    signature = standing(session, letter, actor)
    wanted = "uncounted" if is_uncounted else "withheld"
    if signature.visibility == wanted:
        raise AlreadyWithheld
    count(session, signature, by=-1)
    signature.visibility = wanted
    count(session, signature)
    now = clock.now()
    take_off.signature(session, signature)
    enter_consent(session, signature, actor, "visibility", key, now=now)
    answered(session, letter, actor, Answer("visibility_changed", "sign"), key, now=now, signature=signature)


def reveal_by(session: Session, letter: Letter, actor: Actor, key: str) -> None:
    """Have the actor's organisation named on the locked letter; part of a verb, which has seen to the code.

    Its other contacts are told: a name that is out stays out. Raises NoStandingSignature, AlreadyNamed.
    """
    if session.scalar(select(Consent.id).where(Consent.idempotency_key == key)):
        return
    signature = standing(session, letter, actor)
    if signature.visibility == "named" and signature.masked_at is None:
        raise AlreadyNamed
    count(session, signature, by=-1)
    signature.visibility, signature.masked_at = "named", None
    count(session, signature)
    now = clock.now()
    enter_consent(session, signature, actor, "visibility", key, now=now)
    revealed = Answer("visibility_changed", "sign", settles=True)
    answered(session, letter, actor, revealed, key, now=now, signature=signature)


def withdraw_by(session: Session, letter: Letter, actor: Actor, key: str) -> None:
    """End the actor's signature on the locked letter; part of a verb. Raises as `withdraw`."""
    if session.scalar(select(Consent.id).where(Consent.idempotency_key == key)):
        return
    signature = standing(session, letter, actor)
    now = clock.now()
    signature.ended_on, signature.ended_how = now.astimezone(UTC).date(), "withdrawn"
    count(session, signature, by=-1)
    take_off.signature(session, signature)
    enter_consent(session, signature, actor, "withdraw", key, now=now)
    answered(session, letter, actor, Answer("withdrawn", "withdraw", settles=True), key, now=now, signature=signature)


def _count_signed(session: Session, letter: Letter, actor: Actor, signature: Signature) -> None:
    count(session, signature)
    if organisation_declined(session, letter.id, actor.organisation.id):
        session.get_one(Tally, letter.id).declined -= 1
