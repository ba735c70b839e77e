"""How the invited organisation stands to the letter: what it may do now, and what was answered, by whom and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from coalition import clock
from coalition.actions import live
from coalition.actions.acts import last_answered, standing_signature
from coalition.actions.reconfirm import is_published_as_it_is, is_to_be_kept, may_object, open_objections
from coalition.actions.recorded import is_recorded, may_confirm
from coalition.actions.refresh import is_stale
from coalition.database import db
from coalition.models.letter import MayNotSign, NotOpenForSigning
from coalition.models.objection import OWN
from coalition.models.public import PublicLetter
from coalition.rendering.edition import shown_withheld
from coalition.web.signing.since import seen_before

if TYPE_CHECKING:
    from coalition.models.consent import Consent
    from coalition.models.invitation import Invitation
    from coalition.models.letter import Letter
    from coalition.models.signature import Signature
    from coalition.models.version import Version
    from coalition.web.signing.visit import Visit


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was given for the organisation."""

    kind: str
    """ "sign", "decline" or "withdraw"."""
    person: str
    role: str
    at: datetime
    is_own: bool
    """Whether it came by the link of the person who looks at it."""
    is_recorded: bool = False
    """Whether a coordinator recorded it because that person said so."""
    reason: str = ""
    """Only to the one who gave it."""
    ask_again: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """The organisation's standing. `state` is "open", "signed", "closed", "cancelled", "paused" or "not_eligible"."""

    state: str
    answered: Answered | None
    signature: Signature | None
    public: PublicLetter | None
    asked: str = ""
    """Of those who signed, what is asked since the text changed: "keep" the signature under it; "object" where it was
    corrected alone; "lift" an objection of their own; "confirm" an answer that is old; "recorded" where a coordinator
    recorded it, also once it is published. "" where nothing is."""
    before: Version | None = None
    """The version that was seen before the one in force, where the text changed since."""

    @classmethod
    def of(cls, visit: Visit) -> Standing:
        """The standing of the visit's organisation now."""
        letter = visit.letter
        signature = standing_signature(db.session(), letter.id, visit.organisation.id)
        public = db.session.get(PublicLetter, letter.id)
        is_settled = public is not None or letter.stage == "cancelled"
        return cls(
            state=_state(visit, signature),
            answered=_answered(visit, signature),
            signature=signature if letter.stage != "cancelled" else None,
            public=public,
            asked=(asked := _asked_of(letter, signature, is_settled=is_settled)),
            before=None
            if is_settled and asked not in {"keep", "object", "lift"}
            else seen_before(letter, visit.invitation, signature),
        )

    @property
    def agreement(self) -> Consent | None:
        """The act by which it agreed last, by signing or by keeping its signature."""
        agreed = [one for one in self.signature.consents if one.act in {"sign", "keep"}] if self.signature else []
        return agreed[-1] if agreed else None

    @property
    def is_named(self) -> bool:
        """Whether the standing signature is one by name."""
        return self.signature is not None and self.signature.visibility == "named"

    @property
    def is_suspended_by_team(self) -> bool:
        """Whether the coordinators suspended it, and nobody at the organisation did."""
        against = {one.against for one in open_objections(db.session(), self.signature)} if self.signature else set()
        return against == {"disputed"}

    @property
    def is_printed(self) -> bool:
        """Whether readers can see the name already."""
        return self.signature is not None and live.is_printed(db.session(), self.signature)

    @property
    def last_act(self) -> str:
        """What was done last: an act of the ledger, "objected", "disputed", "decline" or ""."""
        if self.asked == "lift":
            return "objected"
        if self.signature is not None and self.signature.suspended_at:
            return "disputed"
        if self.signature is not None:
            return str(self.signature.consents[-1].act)
        return self.answered.kind if self.answered else ""


def first_consent(signature: Signature) -> Consent:
    """The ledger's row of the signing itself."""
    consent: Consent = signature.consents[0]
    return consent


def number_signed(letter: Letter, *, signed: int, withheld: int) -> int:
    """How many signatures invited organisations are told of: those with a withheld name as the letter counts them."""
    said = shown_withheld(withheld, withheld, letter.withheld_threshold) or 0
    return signed - withheld + (said if letter.counts_withheld else 0)


def _state(visit: Visit, signature: Signature | None) -> str:
    letter = visit.letter
    if letter.stage == "cancelled":
        return "cancelled"
    if signature is not None:
        return "signed"
    if letter.stage in {"draft", "consultation"}:
        return "paused"
    try:
        letter.ensure_open_for_signing(now=clock.now(), form_opened_at=visit.form.opened_at)
        letter.ensure_may_sign(visit.organisation)
    except NotOpenForSigning:
        return "closed"
    except MayNotSign:
        return "not_eligible"
    return "open"


def _asked_of(letter: Letter, signature: Signature | None, *, is_settled: bool) -> str:
    """What is asked of an organisation; of a published letter, only what its next edition depends on."""
    if signature is None or letter.stage == "cancelled":
        return ""
    asked = _asked(letter, signature)
    if not is_settled or asked in {"keep", "lift"}:
        return asked
    if asked == "object" and not is_published_as_it_is(db.session(), letter):
        return asked
    return "recorded" if may_confirm(db.session(), signature) else ""


def _asked(letter: Letter, signature: Signature) -> str:
    """What is asked of an organisation that signed; a signature that is said not to be its own is settled first."""
    against = {one.against for one in open_objections(db.session(), signature)}
    if against - set(OWN) or letter.stage not in {"open", "closed"}:
        return "recorded" if against == {"recorded"} and may_confirm(db.session(), signature) else ""
    if against:
        return "lift"
    if is_to_be_kept(letter, signature):
        return "keep"
    if is_recorded(signature):
        return "recorded"
    now = clock.now()
    if is_stale(db.session(), letter, signature, now=now):
        return "confirm"
    return "object" if may_object(letter, signature, now=now) else ""


def _answered(visit: Visit, signature: Signature | None) -> Answered | None:
    if signature is not None:
        consent = first_consent(signature)
        return Answered(
            kind="sign",
            person=consent.by["name"],
            role=consent.by["role"],
            at=datetime.fromisoformat(consent.at),
            is_own=_is_of(visit.invitation, consent.invitation),
            is_recorded=consent.how == "recorded",
        )
    last = last_answered(db.session(), visit.letter.id, visit.organisation.id)
    if last is None or last.answered_at is None or last.answer_kind not in {"decline", "withdraw"}:
        return None
    is_own = last.id == visit.invitation.id
    return Answered(
        kind=last.answer_kind,
        person=last.answer["by"],
        role=last.answer["role"],
        at=last.answered_at,
        is_own=is_own,
        reason=last.answer["reason"] if is_own else "",
        ask_again=bool(last.answer["ask_again"]) and is_own,
    )


def _is_of(invitation: Invitation, hexadecimal: str | None) -> bool:
    return hexadecimal is not None and UUID(hexadecimal) == invitation.id
