"""The steps of every act of consent, however it comes: who acts, what they saw, ledger, record, receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, select

from coalition.actions import live, pending_approvals, tell
from coalition.actions.draft import lock
from coalition.emails import outbox
from coalition.intake.names import check_name
from coalition.models import record
from coalition.models.account import Account
from coalition.models.consent import KEPT_WORDING, WORDING, Consent
from coalition.models.invitation import HandedOver, Invitation, InvitationRevoked
from coalition.models.letter import Letter, Tally
from coalition.models.link import Link
from coalition.models.organisation import Organisation
from coalition.models.signature import NoStandingSignature, Signature, organisation_index

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.models.contact import Contact
    from coalition.models.version import Text


class LinkReplaced(Exception):
    """The form belongs to a link that was ended or replaced since."""


class AnsweredMeanwhile(Exception):
    """The organisation declined or withdrew since the form was opened: that is shown before anything is signed."""


class CodeNeeded(Exception):
    """The act needs a step-up code beside the link or the account, and none was taken for it (SAFETY §2)."""


class TextChanged(Exception):
    """The text is not the one the form showed: nothing is recorded for the wrong text."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the signer had in view, from the form's signed token."""

    fingerprint: str
    version: int
    """The number of the version: a translation may keep its words while the text that governs changes."""
    language: str
    opened_at: datetime
    epoch: int = 0
    """The invitation's epoch; counts only for answers by link."""
    channel: str = "mail"
    """How the link came to the person: "mail", or "hand" where a coordinator handed it over."""
    is_proved: bool = False
    """Whether a step-up code was taken for this very act (`coalition.actions.step_up`)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer's words: `act` as receipts and the record say it, `kind` as the invitation then stands."""

    act: str
    kind: str
    settles: bool = False
    """Whether the organisation's other contacts are told."""
    reason: str = ""
    ask_again: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts for which organisation, and how: by an invitation, from its own page (contact), or by an account.

    None of the three is set where a standing consent becomes a signature.
    """

    organisation: Organisation
    invitation: Invitation | None = None
    account: Account | None = None
    contact: Contact | None = None
    """Who acts from the organisation's own page."""
    how: str = "mailed_link"
    """One of coalition.models.consent.HOWS, as the ledger says it."""
    evidence_id: UUID | None = None
    """What proves a recorded act."""
    prepared_by: str = ""
    """Of an approved act: who prepared what was approved."""
    spoken_by: tuple[str, str] | None = None
    """Name and role of the person who said what an account records."""

    @property
    def account_id(self) -> str:
        """The account's id in 32 digits, or nothing."""
        return self.account.id.hex if self.account else ""

    @property
    def kind(self) -> str:
        """Who it is to the record: contact, account, or the system alone."""
        if self.person is not None:
            return "contact"
        return "account" if self.account else "system"

    @property
    def person(self) -> Contact | None:
        """The contact behind the act, by a link or from the organisation's own page."""
        return self.invitation.contact if self.invitation else self.contact

    @property
    def recipient(self) -> str:
        """To whom the receipt goes; nobody for a standing consent, of which every contact is told."""
        if self.person is not None:
            return f"contact:{self.person.id.hex}"
        return f"account:{self.account.id.hex}" if self.account else ""

    @property
    def name(self) -> str:
        """The name of the person we know behind the act."""
        if self.person is not None:
            return str(self.person.name or "")
        return self.account.name if self.account else ""


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


def by_link(session: Session, invitation_id: UUID, shown: Shown, *, handed_over: bool = False) -> tuple[Letter, Actor]:
    """The locked letter and who acts by the invitation's link.

    `handed_over` for what is done also while a colleague has it. Raises InvitationRevoked, LinkReplaced, HandedOver;
    CodeNeeded where the letter is sensitive and no code was taken.
    """
    letter_id = session.scalars(select(Invitation.letter_id).where(Invitation.id == invitation_id)).one()
    letter = lock(session, letter_id)
    invitation = session.get_one(Invitation, invitation_id, with_for_update=True)
    if invitation.revoked_at:
        raise InvitationRevoked
    if invitation.epoch != shown.epoch:
        raise LinkReplaced
    if not handed_over and is_handed_over(session, invitation):
        raise HandedOver
    if letter.is_sensitive:
        ensure_proved(shown)
    is_by_hand = shown.channel == "hand" or _came_by_hand(session, invitation)
    how = "handed_over_link" if is_by_hand else "mailed_link"
    return letter, Actor(organisation=invitation.organisation, invitation=invitation, how=how)


def _came_by_hand(session: Session, invitation: Invitation) -> bool:
    """Whether it was passed on from somebody for whom a link to hand over had been made.

    Whoever made that link could have passed it on to themselves: everybody known there is told of such acts as well.
    """
    seen: set[UUID] = set()
    while invitation.passed_from_id is not None and invitation.id not in seen:
        seen.add(invitation.id)
        by_hand = select(Link.id).where(
            Link.invitation_id == invitation.passed_from_id,
            Link.channel == "hand",
            Link.created_at <= invitation.created_at,
        )
        if session.scalar(by_hand.limit(1)) is not None:
            return True
        invitation = session.get_one(Invitation, invitation.passed_from_id)
    return False


def is_handed_over(session: Session, invitation: Invitation) -> bool:
    """Whether a colleague has it and has not answered: until then this link does nothing but take it back."""
    return (
        invitation.handed_over_at is not None
        and standing_signature(session, invitation.letter_id, invitation.organisation_id) is None
        and last_answered(session, invitation.letter_id, invitation.organisation_id) is None
    )


def ensure_seen(session: Session, letter: Letter, actor: Actor, shown: Shown) -> None:
    """Raises AnsweredMeanwhile where the organisation gave another answer since the form was opened.

    What a colleague decided a minute ago, and a signature that was withdrawn, is not undone by a page that stood open.
    """
    last = last_answered(session, letter.id, actor.organisation.id)
    moments = [last.answered_at] if last is not None and last.answer_kind != "sign" else []
    moments += [withdrawn_at(one) for one in ended_signatures(session, letter.id, actor.organisation.id)]
    if any(at is not None and at > shown.opened_at for at in moments):
        raise AnsweredMeanwhile


def ended_signatures(session: Session, letter_id: UUID, organisation_id: UUID) -> list[Signature]:
    """The signatures of an organisation that stand no more on a letter."""
    query = select(Signature).where(
        Signature.letter_id == letter_id,
        Signature.organisation_index == organisation_index(letter_id, organisation_id),
        Signature.ended_on.is_not(None),
    )
    return list(session.scalars(query))


def withdrawn_at(signature: Signature) -> datetime | None:
    """When the organisation withdrew a signature; None where it ended otherwise."""
    last = signature.consents[-1] if signature.consents else None
    return datetime.fromisoformat(last.at) if last is not None and last.act == "withdraw" else None


def ensure_proved(shown: Shown) -> None:
    """Raises CodeNeeded where no step-up code was taken for what is done."""
    if not shown.is_proved:
        raise CodeNeeded


def by_account(session: Session, letter_id: UUID, by: Account, shown: Shown) -> tuple[Letter, Actor]:
    """The locked letter and the account's own organisation as the one that acts.

    Raises CodeNeeded where the letter is sensitive and no code was taken: who finds a desk open has no mailbox yet.
    """
    letter = lock(session, letter_id)
    if letter.is_sensitive:
        ensure_proved(shown)
    return letter, Actor(organisation=by.organisation, account=by, how="own_account")


def count(session: Session, signature: Signature, *, by: int = 1) -> None:
    """Count a signature in the letter's tally, or with `by=-1` no more. A suspended one does not count."""
    if signature.suspended_at is None:
        tally = session.get_one(Tally, signature.letter_id)
        if signature.is_individual:
            tally.individuals += by
            return
        tally.signed += by
        tally.withheld += by * (signature.visibility == "withheld")
        tally.uncounted += by * (signature.visibility == "uncounted")
        tally.waiting += by * (not signature.agrees)


def standing(session: Session, letter: Letter, actor: Actor) -> Signature:
    """The actor's standing signature. Raises NoStandingSignature."""
    signature = standing_signature(session, letter.id, actor.organisation.id)
    if signature is None:
        raise NoStandingSignature
    return signature


def text_shown(letter: Letter, shown: Shown) -> Text:
    """The text in force that the form showed. Raises TextChanged for any other."""
    text: Text | None = letter.version.text(shown.language)
    if text is None or letter.version.number != shown.version or text.fingerprint != shown.fingerprint:
        raise TextChanged
    return text


def checked_names(names: dict[str, str]) -> dict[str, str]:
    """The printed names as they are kept. Raises UnprintableName."""
    return {language: check_name(name) for language, name in names.items() if name.strip() or language == "und"}


def enter_consent(
    session: Session,
    signature: Signature,
    actor: Actor,
    act: str,
    key: str,
    *,
    now: datetime,
    in_grace: bool = False,
    text: Text | None = None,
    wording: str = "",
) -> bool:
    """Write the ledger's row; says whether it is new (the same form sent again is not).

    `text` is what is agreed to; acts that agree to nothing new (to withhold, to withdraw) repeat the last.
    `wording` names the sentence that was ticked where it is not the act's usual one.
    """
    if session.scalar(select(Consent.id).where(Consent.idempotency_key == key)):
        return False
    number = session.scalar(select(func.count()).where(Consent.signature_id == signature.id)) or 0
    agreed = text or signature.consents[-1]
    consent = Consent(
        signature_id=signature.id,
        number=number + 1,
        act=act,
        version_id=agreed.version_id,
        language=agreed.language,
        fingerprint=agreed.fingerprint,
        wording_id=wording or (KEPT_WORDING if act == "keep" else WORDING),
        how=actor.how,
        on=now.astimezone(UTC).date(),
        in_grace=in_grace,
        idempotency_key=key,
    )
    consent.invitation = actor.invitation.id.hex if actor.invitation else None
    consent.evidence_file_id = actor.evidence_id.hex if actor.evidence_id else None
    person, role = _who(actor, signature) if number else (signature.person, signature.role)
    consent.by = {"name": person, "role": role, "account": actor.account_id}
    if actor.prepared_by:
        consent.by = {**consent.by, "prepared_by": actor.prepared_by}
    consent.at = now.isoformat()
    session.add(consent)
    session.flush()
    if act in {"sign", "keep"}:
        live.show(session, signature.letter, signature, actor.how, now=now)
    return True


def answered(
    session: Session,
    letter: Letter,
    actor: Actor,
    answer: Answer,
    key: str,
    *,
    now: datetime,
    signature: Signature | None = None,
    but: frozenset[UUID] = frozenset(),
) -> None:
    """What follows every answer: the invitation's state, the record, the receipt, and a word to the colleagues.

    `but` names invitations of colleagues who are told in another mail.
    """
    if actor.invitation:
        _settle_invitation(actor, answer, signature, now=now)
    enter_record(session, letter, actor, answer.act, now=now)
    person, role = _who(actor, signature)
    facts = facts_told(
        answer.act,
        number=letter.version.number,
        person=person,
        role=role,
        at=now,
        printed_name=signature.printed_names["und"] if signature else "",
        is_withheld=signature is not None and signature.visibility != "named",
        how=actor.how,
    )
    if actor.recipient:
        _queue_receipt(session, letter, actor, facts, key, now=now, signature=signature)
    if answer.settles:
        pending_approvals.lapse(session, letter, actor.organisation.id, now=now)
    if answer.settles or actor.how == "handed_over_link":
        tell.colleagues(session, letter, actor, facts, f"colleague:{key}", now=now, but=but)


def enter_record(session: Session, letter: Letter, actor: Actor, act: str, *, now: datetime) -> None:
    """Put an act into the letter's record; the verb is the same for every answer, the act itself is sealed."""
    record.enter(
        session,
        "answered",
        at=now,
        letter_id=letter.id,
        actor_kind=actor.kind,
        **record_detail(act, actor.organisation.id, actor.recipient),
    )


def record_detail(act: str, organisation_id: UUID, by: str) -> dict[str, Any]:
    """What the record seals of an act: which it was, for which organisation, and by whom."""
    return {"act": act, "organisation": organisation_id.hex, "by": by}


def facts_told(
    act: str, *, number: int, person: str, role: str, at: datetime, printed_name: str, is_withheld: bool, how: str
) -> dict[str, Any]:
    """What receipts, and the mails to colleagues, tell of an act; sealed with the mail."""
    return {
        "act": act,
        "number": number,
        "person": person,
        "role": role,
        "at": at.isoformat(),
        "printed_name": printed_name,
        "is_withheld": is_withheld,
        "handed_over": how == "handed_over_link",
        "beforehand": how == "standing_consent",
    }


def settled_answer(kind: str, person: str, role: str, *, reason: str = "", ask_again: bool = False) -> dict[str, Any]:
    """What an invitation seals of the answer that settled it."""
    return {"kind": kind, "reason": reason, "ask_again": ask_again, "by": person, "role": role}


def _settle_invitation(actor: Actor, answer: Answer, signature: Signature | None, *, now: datetime) -> None:
    assert actor.invitation is not None  # noqa: S101 -- asked by the caller  # nosec B101
    person, role = _who(actor, signature)
    actor.invitation.answered_at = now
    actor.invitation.answer = settled_answer(
        answer.kind, person, role, reason=answer.reason, ask_again=answer.ask_again
    )


def _who(actor: Actor, signature: Signature | None) -> tuple[str, str]:
    """Name and role of the person behind an act: as they wrote them when they signed, else as we know them.

    A colleague who changes or withdraws a signature acts in their own name, not in the signer's.
    """
    if actor.spoken_by is not None:
        return actor.spoken_by
    if signature is None:
        return actor.name, ""
    first = signature.consents[0] if signature.consents else None
    signed_by_link = first.invitation if first else None
    own_link = actor.invitation.id.hex if actor.invitation else None
    if first is None or (signed_by_link == own_link and first.how != "recorded"):
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
