"""Recording what an organisation said in another way than by its link: with the evidence, and it is told (DOMAIN §4).

One piece of evidence may hold the answers of many organisations. Each gets its own signature, its own row in the ledger
and its own mails; one that can not be recorded keeps none of the others up. When is recorded, and when not any more,
stands in docs/decisions/0018.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from coalition import clock
from coalition.actions import pending_approvals, take_off, tell
from coalition.actions.acts import (
    Actor,
    checked_names,
    count,
    enter_consent,
    organisation_declined,
    standing_signature,
)
from coalition.actions.circulate import NotCoordinator, count_invited
from coalition.actions.draft import ensure_not_retracted, lock
from coalition.database import transaction
from coalition.emails import outbox
from coalition.models import record
from coalition.models.consent import RECORDED_WORDING
from coalition.models.contact import Contact
from coalition.models.evidence import Evidence
from coalition.models.incoming_email import IncomingEmail
from coalition.models.letter import Letter, MayNotSign, NotOpenForSigning, Tally
from coalition.models.organisation import Organisation
from coalition.models.public import PublicLetter
from coalition.models.signature import Signature, organisation_index

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.invitation import Invitation
    from coalition.models.version import Version

ANSWERS: Final = ("sign", "withheld", "decline", "withdraw")
FILE_LIMIT: Final = 10 * 1024 * 1024
MOST_AT_ONCE: Final = 500
EARLIEST_CLOCK: Final = timedelta(hours=14)
"""How far the clocks of some place are ahead of UTC: their today is nobody's tomorrow."""
TOLD_AS: Final = {"sign": "signed", "withheld": "withheld", "decline": "declined", "withdraw": "withdrawn"}


class NoEvidence(Exception):
    """Neither words nor a file say why this can be recorded."""


class EvidenceTooLarge(Exception):
    """The file is larger than FILE_LIMIT."""


class SaidInTheFuture(Exception):
    """The day has not come anywhere yet."""


class SaidTooLate(Exception):
    """They said it after signing was over; `last` is the last day that counts."""

    def __init__(self, last: date) -> None:
        super().__init__(last.isoformat())
        self.last = last


class AnotherVersion(Exception):
    """They said yes to a version that no signature stands for any more."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said or wrote, and how it came."""

    way: str
    """One of coalition.models.evidence.WAYS."""
    who: str
    on: date
    role: str = ""
    words: str = ""
    file_name: str = ""
    media_type: str = ""
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Recording:
    """One piece of evidence and the organisations whose answer it holds."""

    evidence_id: UUID
    """Made with the form: the same form sent twice is recorded once."""
    answer: str
    """One of ANSWERS."""
    version: int
    """The number of the version they said yes to."""
    organisation_ids: tuple[UUID, ...]
    said: Said
    by_name: bool = False
    """The evidence says that the names may be printed, also of those who usually withhold theirs."""
    reply_id: UUID | None = None
    """The reply by mail that holds it: it is dealt with once something was recorded."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: which organisations were recorded, and which not, each with the reason.

    A reason is "signed", "declined", "not_signed", "may_not_sign", "nobody_known" or "gone".
    """

    recorded: tuple[UUID, ...]
    left: tuple[tuple[UUID, str], ...]


def record_answers(letter_id: UUID, recording: Recording, *, by: Account) -> Outcome:
    """Record an answer for each organisation, and tell everybody known there; the others of the batch are not held up.

    Sent again, it changes nothing. Raises LookupError for a form of another letter, NotCoordinator, NoEvidence,
    EvidenceTooLarge, SaidInTheFuture, SaidTooLate, AnotherVersion, NotOpenForSigning, Retracted.
    """
    with transaction() as session:
        letter, now = lock(session, letter_id), clock.now()
        if by.id not in {account.id for account in letter.coordinators()}:
            raise NotCoordinator
        before = session.get(Evidence, recording.evidence_id)
        if before is not None and before.letter_id != letter.id:
            raise LookupError(recording.evidence_id)
        if before is not None:
            return Outcome(tuple(UUID(one) for one in before.said["organisations"]), ())
        _ensure_evidence(recording.said)
        _ensure_takes(session, letter, recording, now=now)
        batch = _Batch(session, letter, recording, by, _version(letter, recording), now)
        found = {one: batch.record(one) for one in dict.fromkeys(recording.organisation_ids)}
        recorded = tuple(one for one, reason in found.items() if not reason)
        if recorded:
            _keep_evidence(session, letter, recording, recorded, by=by, now=now)
            _deal_with_reply(session, letter, recording, now=now)
            count_invited(session, letter)
        return Outcome(recorded, tuple((one, reason) for one, reason in found.items() if reason))


def last_day(letter: Letter) -> date | None:
    """The last day on which an answer counts that is recorded later, in the letter's zone; None where none is set."""
    ends = [one for one in (letter.deadline_at, letter.closed_at if letter.stage == "closed" else None) if one]
    return min(ends).astimezone(ZoneInfo(letter.zone)).date() if ends else None


def versions_to_record(letter: Letter) -> list[Version]:
    """The versions to which a yes still counts, the one in force first."""
    return [one for one in letter.agreed_versions if one.put_forward_at is not None]


def ensure_recordable(session: Session, letter: Letter, answer: str) -> None:
    """Whether such an answer is taken at all now. Raises NotOpenForSigning, Retracted.

    A withdrawal counts at any time, also years after publication.
    """
    is_public = session.get(PublicLetter, letter.id) is not None
    if answer == "withdraw" and (is_public or letter.stage in {"consultation", "open", "closed"}):
        return
    ensure_not_retracted(session, letter)
    if letter.stage not in {"open", "closed"}:
        raise NotOpenForSigning(letter.stage, letter.closed_at)


def show_evidence(letter_id: UUID, evidence_id: UUID, *, by: Account) -> None:
    """Note in the record that somebody of the team opens a piece of evidence. Raises NotCoordinator, LookupError."""
    with transaction() as session:
        letter = lock(session, letter_id)
        if by.id not in {account.id for account in letter.coordinators()}:
            raise NotCoordinator
        evidence = session.get(Evidence, evidence_id)
        if evidence is None or evidence.letter_id != letter.id:
            raise LookupError(evidence_id)
        _entered(session, letter, "evidence opened", by, now=clock.now(), evidence=evidence_id.hex)


def content_of(evidence: Evidence) -> bytes:
    """The bytes of the file that is kept as evidence; b"" where there is none. Opens the vault."""
    return base64.b64decode(evidence.content) if evidence.content else b""


@dataclass(frozen=True, slots=True)
class _Batch:
    """What the answers of one piece of evidence have in common."""

    session: Session
    letter: Letter
    recording: Recording
    by: Account
    version: Version
    now: datetime

    def record(self, organisation_id: UUID) -> str:
        """Record the answer of one organisation; says why not, or ""."""
        organisation = self.session.get(Organisation, organisation_id)
        if organisation is None or organisation.merged_at or organisation.erased_at:
            return "gone"
        said = self.recording.said
        actor = Actor(
            organisation=organisation,
            account=self.by,
            how="recorded",
            evidence_id=self.recording.evidence_id,
            spoken_by=(said.who, said.role),
        )
        signature = standing_signature(self.session, self.letter.id, organisation_id)
        reason = self._reason(organisation, signature)
        if reason:
            self._note_a_look(organisation, signature)
            return reason
        if self.recording.answer == "decline":
            self._decline(organisation)
        elif signature is not None:
            self._withdraw(signature, actor)
        else:
            signature = self._sign(actor)
        self._follow(actor, signature)
        return ""

    def _reason(self, organisation: Organisation, signature: Signature | None) -> str:
        """Why nothing is recorded for an organisation; "" where nothing stands against it."""
        if self.recording.answer == "withdraw":
            return "" if signature is not None else "not_signed"
        if signature is not None:
            return "signed"
        if self.recording.answer == "decline":
            return self._reason_not_to_decline(organisation)
        try:
            self.letter.ensure_may_sign(organisation)
        except MayNotSign:
            return "may_not_sign"
        return ""

    def _reason_not_to_decline(self, organisation: Organisation) -> str:
        if organisation_declined(self.session, self.letter.id, organisation.id):
            return "declined"
        return "" if is_known(self.session, organisation.id) else "nobody_known"

    def _note_a_look(self, organisation: Organisation, signature: Signature | None) -> None:
        """Being told that it signed shows a withheld answer: the record says so (DOMAIN §4)."""
        if signature is not None and signature.visibility != "named":
            _entered(self.session, self.letter, "withheld names shown", self.by, now=self.now,
                     organisation=organisation.id.hex)  # fmt: skip

    def _key(self, organisation: Organisation) -> str:
        """The idempotency key of one organisation's act: 64 digits at most."""
        return f"{self.recording.evidence_id.hex[:31]}:{organisation.id.hex}"

    def _sign(self, actor: Actor) -> Signature:
        organisation, said = actor.organisation, self.recording.said
        is_withheld = self.recording.answer == "withheld" or (
            organisation.safety_default == "withhold" and not self.recording.by_name
        )
        signature = Signature(
            letter_id=self.letter.id,
            version_id=self.version.id,
            organisation_index=organisation_index(self.letter.id, organisation.id),
            visibility="withheld" if is_withheld else "named",
        )
        signature.organisation = organisation.id.hex
        signature.person, signature.role = said.who, said.role
        signature.printed_names = checked_names(organisation.printable_names())
        self.session.add(signature)
        self.session.flush()
        text = self.version.text(self.letter.authoritative_language)
        key = self._key(organisation)
        enter_consent(self.session, signature, actor, "sign", key, now=self.now, text=text, wording=RECORDED_WORDING)
        count(self.session, signature)
        if organisation_declined(self.session, self.letter.id, organisation.id):
            self.session.get_one(Tally, self.letter.id).declined -= 1
        return signature

    def _decline(self, organisation: Organisation) -> None:
        self.session.get_one(Tally, self.letter.id).declined += 1

    def _withdraw(self, signature: Signature, actor: Actor) -> None:
        signature.ended_on, signature.ended_how = self.now.astimezone(UTC).date(), "withdrawn"
        count(self.session, signature, by=-1)
        take_off.signature(self.session, signature)
        enter_consent(self.session, signature, actor, "withdraw", self._key(actor.organisation), now=self.now)

    def _follow(self, actor: Actor, signature: Signature | None) -> None:
        """The answer settles what the organisation was asked, and everybody known there is told."""
        pending_approvals.lapse(self.session, self.letter, actor.organisation.id, now=self.now)
        told = tell.others(self.session, self.letter, actor, now=self.now)
        self._settle(told)
        is_withheld = signature is not None and signature.visibility != "named"
        act = "withheld" if is_withheld and self.recording.answer == "sign" else TOLD_AS[self.recording.answer]
        for invitation in told:
            tell.give_link(self.session, invitation, now=self.now)
            self._tell(invitation, act, signature, is_withheld=is_withheld)

    def _settle(self, told: Sequence[Invitation]) -> None:
        """The answer stands with one invitation, the first that asked for it: nobody is reminded any more."""
        asked = [one for one in told if one.part != "told"] or list(told)
        if not asked:
            return
        said = self.recording.said
        asked[0].answered_at = self.now
        asked[0].answer = {
            "kind": {"withheld": "sign"}.get(self.recording.answer, self.recording.answer),
            "reason": "",
            "ask_again": False,
            "by": said.who,
            "role": said.role,
        }

    def _tell(self, invitation: Invitation, act: str, signature: Signature | None, *, is_withheld: bool) -> None:
        said = self.recording.said
        outbox.queue(
            self.session,
            "recorded",
            recipient=f"contact:{invitation.contact_id.hex}",
            occasion=f"recorded:{self._key(invitation.organisation)}",
            now=self.now,
            letter_id=self.letter.id,
            invitation_id=invitation.id,
            act=act,
            number=self.version.number,
            recorder=self.by.name,
            way=said.way,
            person=said.who,
            role=said.role,
            on=said.on.isoformat(),
            printed_name=signature.printed_names["und"] if signature else "",
            is_withheld=is_withheld,
        )


def is_known(session: Session, organisation_id: UUID) -> bool:
    """Whether anybody at an organisation can be told."""
    query = select(Contact.id).where(
        Contact.organisation_id == organisation_id,
        Contact.ended_at.is_(None),
        Contact.erased_at.is_(None),
        Contact.address_index.is_not(None),
    )
    return session.scalar(query.limit(1)) is not None


def _ensure_evidence(said: Said) -> None:
    if not said.words.strip() and not said.content:
        raise NoEvidence
    if len(said.content) > FILE_LIMIT:
        raise EvidenceTooLarge


def _ensure_takes(session: Session, letter: Letter, recording: Recording, *, now: datetime) -> None:
    ensure_recordable(session, letter, recording.answer)
    if recording.said.on > (now + EARLIEST_CLOCK).date():
        raise SaidInTheFuture
    last = last_day(letter)
    if recording.answer != "withdraw" and last is not None and recording.said.on > last:
        raise SaidTooLate(last)


def _version(letter: Letter, recording: Recording) -> Version:
    """The version they answered about; for what signs nothing, the one in force."""
    in_force: Version = letter.version
    if recording.answer in {"decline", "withdraw"}:
        return in_force
    found = next((one for one in versions_to_record(letter) if one.number == recording.version), None)
    if found is None:
        raise AnotherVersion
    return found


def _keep_evidence(
    session: Session, letter: Letter, recording: Recording, recorded: Sequence[UUID], *, by: Account, now: datetime
) -> None:
    """The evidence goes into the vault. Its plain day is no minute: that could be joined with answers."""
    said = recording.said
    evidence = Evidence(
        id=recording.evidence_id,
        letter_id=letter.id,
        account_id=by.id,
        created_at=now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0),
    )
    evidence.said = {
        "way": said.way,
        "who": said.who,
        "role": said.role,
        "on": said.on.isoformat(),
        "words": said.words.strip(),
        "file_name": said.file_name,
        "media_type": said.media_type,
        "at": now.isoformat(),
        "answer": recording.answer,
        "version": recording.version,
        "organisations": [one.hex for one in recorded],
    }
    evidence.content = base64.b64encode(said.content).decode() if said.content else None
    session.add(evidence)
    _entered(session, letter, "recorded", by, now=now, number=len(recorded), evidence=evidence.id.hex,
             answer=recording.answer, organisations=[one.hex for one in recorded])  # fmt: skip


def _deal_with_reply(session: Session, letter: Letter, recording: Recording, *, now: datetime) -> None:
    """The reply that held the answer waits for nobody any more."""
    reply = session.get(IncomingEmail, recording.reply_id) if recording.reply_id else None
    if reply is not None and reply.letter_id == letter.id and reply.kind == "reply":
        reply.settled_at = reply.settled_at or now


def _entered(session: Session, letter: Letter, verb: str, by: Account, *, now: datetime, **detail: Any) -> None:
    record.enter(session, verb, at=now, letter_id=letter.id, actor_kind="account", actor_id=by.id, **detail)
