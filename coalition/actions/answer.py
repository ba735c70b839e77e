"""Answering: sign, decline, correct the printed name, withhold it, withdraw. The same acts by link and at the desk.

One immediate transaction each: signature, ledger, record, tally, outbox. The clock is asked after the letter's row is
locked; the database's UNIQUE promises one standing signature, and the idempotency key that a form counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from coalition import clock
from coalition.actions import take_off
from coalition.actions.draft import lock
from coalition.database import transaction
from coalition.emails import outbox
from coalition.intake.names import check_name
from coalition.models import record
from coalition.models.account import Account
from coalition.models.consent import Consent
from coalition.models.invitation import Invitation, InvitationRevoked
from coalition.models.letter import Letter, Tally
from coalition.models.organisation import Organisation
from coalition.models.public import PublicLetter
from coalition.models.signature import AlreadySigned, NoStandingSignature, Signature, organisation_index

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from coalition.models.version import Text


class LinkReplaced(Exception):
    """The form belongs to a link that was ended or replaced since."""


class TextChanged(Exception):
    """The text is not the one the form showed: nothing is recorded for the wrong text."""


class AlreadyWithheld(Exception):
    """The name is withheld already."""


class PrintedAlready(Exception):
    """The list is published with this name: the coordinators correct it in the next edition."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the signer had in view, from the form's signed token."""

    fingerprint: str
    language: str
    opened_at: datetime
    epoch: int = 0
    """The invitation's epoch; counts only for answers by link."""


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


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer's words: `act` as receipts and the record say it, `kind` as the invitation then stands."""

    act: str
    kind: str
    settles: bool = False
    """Whether the organisation's other contacts are told."""
    reason: str = ""
    ask_again: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts for which organisation, and how. Exactly one of invitation and account is set."""

    organisation: Organisation
    invitation: Invitation | None = None
    account: Account | None = None

    @property
    def how(self) -> str:
        """How the act came, as the ledger says it."""
        return "mailed_link" if self.invitation else "own_account"

    @property
    def recipient(self) -> str:
        """To whom the receipt goes."""
        if self.invitation:
            return f"contact:{self.invitation.contact_id.hex}"
        assert self.account is not None  # noqa: S101 -- one of the two is always set
        return f"account:{self.account.id.hex}"

    @property
    def name(self) -> str:
        """The name of the person we know behind the act."""
        if self.invitation:
            return str(self.invitation.contact.name or "")
        return self.account.name if self.account else ""


def sign(invitation_id: UUID, form: SigningForm) -> UUID:
    """Sign for the invited organisation; returns the signature's id.

    Raises InvitationRevoked, LinkReplaced, NotOpenForSigning, MayNotSign, TextChanged, UnprintableName, AlreadySigned.
    """
    return _once_signed(lambda session: _sign(session, *_by_link(session, invitation_id, form.shown), form))


def sign_at_desk(letter_id: UUID, form: SigningForm, *, by: Account) -> UUID:
    """The same act for the account's own organisation."""
    return _once_signed(lambda session: _sign(session, *_by_account(session, letter_id, by), form))


def decline(invitation_id: UUID, *, key: str, shown: Shown, reason: str = "", ask_again: bool = False) -> None:
    """Decline for the invited organisation. The reason is optional and private. Declining twice is declining once.

    Raises InvitationRevoked, LinkReplaced, NotOpenForSigning, AlreadySigned (withdraw instead).
    """
    with transaction() as session:
        letter, actor = _by_link(session, invitation_id, shown)
        now = clock.now()
        if outbox.is_queued(session, "receipt", recipient=actor.recipient, occasion=f"answer:{key}"):
            return
        letter.ensure_open_for_signing(now=now, form_opened_at=shown.opened_at)
        if standing_signature(session, letter.id, actor.organisation.id):
            raise AlreadySigned
        if not organisation_declined(session, letter.id, actor.organisation.id):
            session.get_one(Tally, letter.id).declined += 1
        declined = _Answer("declined", "decline", settles=True, reason=reason.strip(), ask_again=ask_again)
        _answered(session, letter, actor, declined, key, now=now)


def correct_printed_name(invitation_id: UUID, *, key: str, shown: Shown, printed_names: dict[str, str]) -> None:
    """Correct how the name will be printed. Raises NoStandingSignature, PrintedAlready, UnprintableName."""
    with transaction() as session:
        letter, actor = _by_link(session, invitation_id, shown)
        signature = _standing(session, letter, actor)
        if session.get(PublicLetter, letter.id) and signature.is_public:
            raise PrintedAlready
        signature.printed_names = _checked(printed_names)
        now = clock.now()
        if _enter_consent(session, signature, actor, "printed_name", key, shown, now=now):
            _answered(session, letter, actor, _Answer("name_changed", "sign"), key, now=now, signature=signature)


def withhold(invitation_id: UUID, *, key: str, shown: Shown) -> None:
    """Take the name off every list; the signature stands. Raises NoStandingSignature, AlreadyWithheld."""
    with transaction() as session:
        letter, actor = _by_link(session, invitation_id, shown)
        signature = _standing(session, letter, actor)
        if signature.visibility != "named":
            raise AlreadyWithheld
        signature.visibility = "withheld"
        session.get_one(Tally, letter.id).withheld += signature.suspended_at is None
        take_off.signature(session, signature, now=clock.now())
        now = clock.now()
        if _enter_consent(session, signature, actor, "visibility", key, shown, now=now):
            _answered(session, letter, actor, _Answer("visibility_changed", "sign"), key, now=now, signature=signature)


def withdraw(invitation_id: UUID, *, key: str, shown: Shown) -> None:
    """End the signature, at any time, also long after publication: the name leaves every surface we serve.

    Raises NoStandingSignature.
    """
    with transaction() as session:
        letter, actor = _by_link(session, invitation_id, shown)
        _withdraw(session, letter, actor, key, shown)


def dispute(invitation_id: UUID, *, shown: Shown) -> None:
    """Take a signature that is not the organisation's off every list and out of every count until that is settled.

    Any invited contact of the organisation may say so; the organisation settles it by withdrawing, and signing again.
    Disputing twice is disputing once. Raises NoStandingSignature.
    """
    with transaction() as session:
        letter, actor = _by_link(session, invitation_id, shown)
        signature = _standing(session, letter, actor)
        if signature.suspended_at:
            return
        now = clock.now()
        _count_no_more(session, signature)
        signature.suspended_at = now
        take_off.signature(session, signature, now=now)
        _enter_record(session, letter, actor, "disputed", now=now)


def withdraw_at_desk(letter_id: UUID, *, key: str, shown: Shown, by: Account) -> None:
    """The same for the account's own organisation."""
    with transaction() as session:
        letter, actor = _by_account(session, letter_id, by)
        _withdraw(session, letter, actor, key, shown)


def standing_signature(session: Session, letter_id: UUID, organisation_id: UUID) -> Signature | None:
    """The signature of an organisation that stands on a letter."""
    return session.scalar(
        select(Signature).where(
            Signature.letter_id == letter_id,
            Signature.organisation_index == organisation_index(letter_id, organisation_id),
            Signature.ended_on.is_(None),
        )
    )


def organisation_declined(session: Session, letter_id: UUID, organisation_id: UUID) -> bool:
    """Whether the organisation's last answer to a letter was to decline. Opens the vault."""
    last = last_answered(session, letter_id, organisation_id)
    return last is not None and last.answer_kind == "decline"


def last_answered(session: Session, letter_id: UUID, organisation_id: UUID) -> Invitation | None:
    """The invitation by which the organisation answered last."""
    return session.scalar(
        select(Invitation)
        .where(
            Invitation.letter_id == letter_id,
            Invitation.organisation_id == organisation_id,
            Invitation.answered_at.is_not(None),
        )
        .order_by(Invitation.answered_at.desc())
        .limit(1)
    )


def standing_facts(session: Session, invitation: Invitation) -> dict[str, Any]:
    """What later mails say of the invited organisation's signature; sealed with the mail."""
    signature = standing_signature(session, invitation.letter_id, invitation.organisation_id)
    return {
        "has_signed": signature is not None,
        "printed_name": signature.printed_names["und"] if signature else "",
        "is_withheld": signature is not None and signature.visibility != "named",
    }


# -- the steps of an act ------------------------------------------------------------------------------------------


def _once_signed(act: Callable[[Session], UUID]) -> UUID:
    """Run a signing in its transaction; the UNIQUE that two signers meet at becomes a sentence."""
    try:
        with transaction() as session:
            return act(session)
    except IntegrityError as error:
        if Signature.__tablename__ not in str(error.orig):
            raise
        raise AlreadySigned from error


def _by_link(session: Session, invitation_id: UUID, shown: Shown) -> tuple[Letter, Actor]:
    letter_id = session.scalars(select(Invitation.letter_id).where(Invitation.id == invitation_id)).one()
    letter = lock(session, letter_id)
    invitation = session.get_one(Invitation, invitation_id, with_for_update=True)
    if invitation.revoked_at:
        raise InvitationRevoked
    if invitation.epoch != shown.epoch:
        raise LinkReplaced
    return letter, Actor(organisation=invitation.organisation, invitation=invitation)


def _by_account(session: Session, letter_id: UUID, by: Account) -> tuple[Letter, Actor]:
    letter = lock(session, letter_id)
    return letter, Actor(organisation=by.organisation, account=by)


def _sign(session: Session, letter: Letter, actor: Actor, form: SigningForm) -> UUID:
    now = clock.now()
    sent_before = session.scalar(select(Consent).where(Consent.idempotency_key == form.key))
    if sent_before:
        return sent_before.signature_id
    in_grace = letter.ensure_open_for_signing(now=now, form_opened_at=form.shown.opened_at)
    letter.ensure_may_sign(actor.organisation)
    text = _text_shown(letter, form.shown)
    if standing_signature(session, letter.id, actor.organisation.id):
        raise AlreadySigned
    signature = _new_signature(letter, actor, form)
    session.add(signature)
    session.flush()
    _enter_consent(session, signature, actor, "sign", form.key, form.shown, now=now, in_grace=in_grace, text=text)
    _count_signed(session, letter, actor, signature)
    signed = _Answer("withheld" if form.is_withheld else "signed", "sign", settles=True)
    _answered(session, letter, actor, signed, form.key, now=now, signature=signature)
    return signature.id


def _new_signature(letter: Letter, actor: Actor, form: SigningForm) -> Signature:
    signature = Signature(
        letter_id=letter.id,
        organisation_index=organisation_index(letter.id, actor.organisation.id),
        visibility="withheld" if form.is_withheld else "named",
    )
    signature.organisation = actor.organisation.id.hex
    signature.person, signature.role = form.person.strip(), form.role.strip()
    signature.printed_names = _checked(form.printed_names)
    return signature


def _count_signed(session: Session, letter: Letter, actor: Actor, signature: Signature) -> None:
    tally = session.get_one(Tally, letter.id)
    tally.signed += 1
    tally.withheld += signature.visibility == "withheld"
    if organisation_declined(session, letter.id, actor.organisation.id):
        tally.declined -= 1


def _withdraw(session: Session, letter: Letter, actor: Actor, key: str, shown: Shown) -> None:
    if session.scalar(select(Consent.id).where(Consent.idempotency_key == key)):
        return
    signature = _standing(session, letter, actor)
    now = clock.now()
    signature.ended_on, signature.ended_how = now.astimezone(UTC).date(), "withdrawn"
    _count_no_more(session, signature)
    take_off.signature(session, signature, now=now)
    _enter_consent(session, signature, actor, "withdraw", key, shown, now=now)
    _answered(session, letter, actor, _Answer("withdrawn", "withdraw", settles=True), key, now=now, signature=signature)


def _count_no_more(session: Session, signature: Signature) -> None:
    """Take a signature out of the letter's counts; a disputed one is out already."""
    if signature.suspended_at is None:
        tally = session.get_one(Tally, signature.letter_id)
        tally.signed -= 1
        tally.withheld -= signature.visibility == "withheld"


def _standing(session: Session, letter: Letter, actor: Actor) -> Signature:
    signature = standing_signature(session, letter.id, actor.organisation.id)
    if signature is None:
        raise NoStandingSignature
    return signature


def _text_shown(letter: Letter, shown: Shown) -> Text:
    text: Text | None = letter.version.text(shown.language)
    if text is None or text.fingerprint != shown.fingerprint:
        raise TextChanged
    return text


def _checked(names: dict[str, str]) -> dict[str, str]:
    return {language: check_name(name) for language, name in names.items() if name.strip() or language == "und"}


def _enter_consent(
    session: Session,
    signature: Signature,
    actor: Actor,
    act: str,
    key: str,
    shown: Shown,
    *,
    now: datetime,
    in_grace: bool = False,
    text: Text | None = None,
) -> bool:
    """Write the ledger's row; says whether it is new (the same form sent again is not)."""
    if session.scalar(select(Consent.id).where(Consent.idempotency_key == key)):
        return False
    first = signature.consents[0] if text is None else None
    number = session.scalar(select(func.count()).where(Consent.signature_id == signature.id)) or 0
    consent = Consent(
        signature_id=signature.id,
        number=number + 1,
        act=act,
        version_id=text.version_id if text else first.version_id if first else None,
        language=text.language if text else first.language if first else shown.language,
        fingerprint=text.fingerprint if text else first.fingerprint if first else shown.fingerprint,
        how=actor.how,
        on=now.astimezone(UTC).date(),
        in_grace=in_grace,
        idempotency_key=key,
    )
    consent.invitation = actor.invitation.id.hex if actor.invitation else None
    person, role = _who(actor, signature) if first else (signature.person, signature.role)
    consent.by = {"name": person, "role": role, "account": actor.account.id.hex if actor.account else ""}
    consent.at = now.isoformat()
    session.add(consent)
    session.flush()
    return True


def _answered(
    session: Session,
    letter: Letter,
    actor: Actor,
    answer: _Answer,
    key: str,
    *,
    now: datetime,
    signature: Signature | None = None,
) -> None:
    """What follows every answer: the invitation's state, the record, the receipt, and a word to the colleagues."""
    if actor.invitation:
        _settle_invitation(actor, answer, signature, now=now)
    _enter_record(session, letter, actor, answer.act, now=now)
    person, role = _who(actor, signature)
    facts = {
        "act": answer.act,
        "person": person,
        "role": role,
        "at": now.isoformat(),
        "printed_name": signature.printed_names["und"] if signature else "",
        "is_withheld": signature is not None and signature.visibility != "named",
    }
    _queue_receipt(session, letter, actor, facts, key, now=now, signature=signature)
    if answer.settles:
        _tell_colleagues(session, letter, actor, facts, key, now=now)


def _enter_record(session: Session, letter: Letter, actor: Actor, act: str, *, now: datetime) -> None:
    record.enter(
        session,
        "answered",
        at=now,
        letter_id=letter.id,
        actor_kind="contact" if actor.invitation else "account",
        act=act,
        organisation=actor.organisation.id.hex,
        by=actor.recipient,
    )


def _settle_invitation(actor: Actor, answer: _Answer, signature: Signature | None, *, now: datetime) -> None:
    assert actor.invitation is not None  # noqa: S101 -- asked by the caller
    person, role = _who(actor, signature)
    actor.invitation.answered_at = now
    actor.invitation.answer = {
        "kind": answer.kind,
        "reason": answer.reason,
        "ask_again": answer.ask_again,
        "by": person,
        "role": role,
    }


def _who(actor: Actor, signature: Signature | None) -> tuple[str, str]:
    """Name and role of the person behind an act: as they wrote them when they signed, else as we know them.

    A colleague who changes or withdraws a signature acts in their own name, not in the signer's.
    """
    if signature is None:
        return actor.name, ""
    first = signature.consents[0] if signature.consents else None
    signed_by_link = first.invitation if first else None
    own_link = actor.invitation.id.hex if actor.invitation else None
    if first is None or signed_by_link == own_link:
        return signature.person, signature.role
    return actor.name, ""


def _queue_receipt(
    session: Session,
    letter: Letter,
    actor: Actor,
    facts: dict[str, Any],
    key: str,
    *,
    now: datetime,
    signature: Signature | None,
) -> None:
    outbox.queue(
        session,
        "receipt",
        recipient=actor.recipient,
        occasion=f"answer:{key}",
        now=now,
        letter_id=letter.id,
        invitation_id=actor.invitation.id if actor.invitation else None,
        kind_class="answer",
        fingerprint=signature.consents[-1].fingerprint if signature and signature.consents else "",
        **facts,
    )


def _tell_colleagues(
    session: Session, letter: Letter, actor: Actor, facts: dict[str, Any], key: str, *, now: datetime
) -> None:
    """The organisation's other invited contacts learn that, and by whom, it was answered: theirs need no answer."""
    others = session.scalars(
        select(Invitation).where(
            Invitation.letter_id == letter.id,
            Invitation.organisation_id == actor.organisation.id,
            Invitation.queued_at.is_not(None),
            Invitation.revoked_at.is_(None),
        )
    )
    for other in others:
        if actor.invitation is not None and other.id == actor.invitation.id:
            continue
        outbox.queue(
            session,
            "told_colleague",
            recipient=f"contact:{other.contact_id.hex}",
            occasion=f"colleague:{key}",
            now=now,
            letter_id=letter.id,
            invitation_id=other.id,
            kind_class="answer",
            **facts,
        )
