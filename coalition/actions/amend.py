"""Amending: a shown text changes only by a new version, which the team writes and then puts forward.

The coordinator says what changed and why, and what it means for those who signed: typographical (signatures stand, each
may object) or substantive (each is asked again). Nothing is sent and nobody is bound until it is put forward.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING

from sqlalchemy import Select, select

from coalition import clock
from coalition.actions import pending_approvals
from coalition.actions.acts import last_answered, standing_facts, standing_signature
from coalition.actions.carry import carry
from coalition.actions.compare_texts import store_redlines
from coalition.actions.draft import ensure_not_retracted, ensure_unpublished, entered, lock, touch
from coalition.actions.persons import ask_again, standing_persons
from coalition.database import transaction
from coalition.emails import outbox
from coalition.intake.texts import tidy_text
from coalition.models.addressee import Addressee
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter, Tally
from coalition.models.objection import OWN, Objection
from coalition.models.signature import Signature
from coalition.models.version import CHANGE_CLASSES, PARTS, Text, Version

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account

LONGEST_EXPLANATION = 2_000
STAGES = ("consultation", "open", "closed")


class NotShownYet(Exception):
    """The text was never shown: it is simply edited."""


class NoNextVersion(Exception):
    """Nobody has begun another version."""


class NothingChanged(Exception):
    """The next version says the same as the one in force."""


class ChangeNotClassed(Exception):
    """Somebody signed: the change has to be called typographical or substantive, with what changed and why."""


class ReplyByInThePast(Exception):
    """The time until which one can answer or object has passed, or was not given."""


class ShownChanged(Exception):
    """What would be put forward is not what was shown to the coordinator: somebody saved another state meanwhile."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What the coordinator says of a new version. `explanations`: language to what changed and why."""

    change_class: str = ""
    explanations: dict[str, str] = field(default_factory=dict)
    reply_by_at: datetime | None = None


def begin_version(letter_id: UUID, *, by: Account) -> UUID:
    """Begin the next version as a copy of the one in force; where it is begun already, that one. Returns its id.

    Raises NotShownYet for a letter nobody has seen, AlreadyPublished.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        ensure_not_retracted(session, letter)
        return begun(session, letter, by=by).id


def begun(session: Session, letter: Letter, *, by: Account) -> Version:
    """The next version of a locked letter, begun now where nobody has; part of a verb. Raises NotShownYet."""
    if letter.version.put_forward_at is None or letter.stage not in STAGES:
        raise NotShownYet
    if letter.next_version is not None:
        return _next(letter)
    version = _copy(letter.version, now=clock.now())
    letter.versions.append(version)
    session.add(version)
    touch(letter)
    entered(session, letter, "version begun", by, version=version.number)
    session.flush()
    return version


def drop_version(letter_id: UUID, *, by: Account) -> None:
    """Throw away the next version that nobody outside the team has seen. Raises NoNextVersion."""
    with transaction() as session:
        letter = lock(session, letter_id)
        version = _next(letter)
        session.delete(version)
        letter.versions.remove(version)
        touch(letter)
        entered(session, letter, "version dropped", by, version=version.number)


def seal_of(letter: Letter) -> str:
    """What tells one state of the next version from another; the page before putting it forward is bound to it."""
    version = _next(letter)
    facts = [version.number, [(text.language, text.compute_fingerprint()) for text in version.texts]]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


def put_forward(letter_id: UUID, amendment: Amendment, *, by: Account, seal: str) -> int:
    """Let the next version be in force: its texts are frozen, and everybody concerned is told. Returns its number.

    With a change of substance no signature is carried over, and those who declined with "ask us again if the text
    changes" are asked again. Raises NoNextVersion, ShownChanged, NothingChanged, ChangeNotClassed, ReplyByInThePast,
    AlreadyPublished.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        ensure_not_retracted(session, letter)
        version, now = _next(letter), clock.now()
        if amendment.change_class == "substantive":
            ensure_unpublished(session, letter)  # what readers have read changes in the open, by corrections alone
        if seal != seal_of(letter):
            raise ShownChanged
        _ensure_changed(letter, version)
        _take_amendment(session, letter, version, amendment, now=now)
        version.put_forward(now=now)
        session.flush()
        store_redlines(session, version)
        session.expire(letter, ["versions"])
        carry(session, version, now=now)
        if version.change_class == "substantive":
            _ask_everybody_again(session, letter, now=now)
        _tell(session, letter, by=by, now=now)
        touch(letter)
        entered(session, letter, "version put forward", by, version=version.number, change_class=version.change_class)
        return int(version.number)


def has_signatures(session: Session, letter: Letter) -> bool:
    """Whether any signature stands, disputed ones included."""
    query = select(Signature.id).where(Signature.letter_id == letter.id, Signature.ended_on.is_(None)).limit(1)
    return session.scalar(query) is not None


def _next(letter: Letter) -> Version:
    version: Version | None = letter.next_version
    if version is None:
        raise NoNextVersion
    return version


def _copy(before: Version, *, now: datetime) -> Version:
    """The next version: the same words in every language, so that what is not edited keeps its fingerprint."""
    version = Version(letter_id=before.letter_id, number=before.number + 1, follows_id=before.id, created_at=now)
    governing = before.text(before.letter.authoritative_language)
    for text in before.texts:
        copied = Text(language=text.language, **{name: getattr(text, name) for name in PARTS})
        if governing is not None and text is not governing:
            copied.translates_text_id = text.translates_text_id or governing.id
            copied.state, copied.checked_by_id, copied.checked_at = text.state, text.checked_by_id, text.checked_at
        version.texts.append(copied)
    for one in before.addressees:
        entry = Addressee(
            position=one.position, block=one.block, styles=one.styles, names=one.names, offices=one.offices
        )
        entry.postal, entry.address = one.postal, one.address
        version.addressees.append(entry)
    return version


def _ensure_changed(letter: Letter, version: Version) -> None:
    """Raises NothingChanged where every text, in the same languages, says the same as in the version in force."""
    before: Version = letter.version
    if {text.language for text in version.texts if not text.is_empty} - {text.language for text in before.texts}:
        return
    pairs = [(text, before.text(text.language)) for text in version.texts]
    if all(then is not None and now.says_the_same_as(then) for now, then in pairs):
        raise NothingChanged


def _take_amendment(session: Session, letter: Letter, version: Version, amendment: Amendment, *, now: datetime) -> None:
    """What the coordinator says of the change. Raises ChangeNotClassed, ReplyByInThePast."""
    explanations = {
        tag: tidy_text(words).strip()[:LONGEST_EXPLANATION]
        for tag, words in amendment.explanations.items()
        if words.strip()
    }
    if has_signatures(session, letter) and (amendment.change_class not in CHANGE_CLASSES or not explanations):
        raise ChangeNotClassed
    if amendment.change_class in CHANGE_CLASSES and (amendment.reply_by_at is None or amendment.reply_by_at <= now):
        raise ReplyByInThePast
    version.change_class = amendment.change_class if amendment.change_class in CHANGE_CLASSES else ""
    version.explanations, version.reply_by_at = explanations, amendment.reply_by_at


def _ask_everybody_again(session: Session, letter: Letter, *, now: datetime) -> None:
    """No signature is carried over: all that stand wait. What was objected to is not in force any more."""
    signatures = session.scalars(
        select(Signature).where(Signature.letter_id == letter.id, Signature.ended_on.is_(None))
    ).all()
    tally = session.get_one(Tally, letter.id)
    objections = session.scalars(
        select(Objection).where(
            Objection.signature_id.in_([one.id for one in signatures]), Objection.resolved_on.is_(None)
        )
    ).all()
    for objection in objections:
        if objection.against in OWN:
            objection.resolved_on = now.astimezone(UTC).date()
            objection.resolution = {"how": "new version", "reason": "", "by": ""}
    still_disputed = {one.signature_id for one in objections if one.resolved_on is None}
    for signature in signatures:
        if signature.suspended_at and signature.id not in still_disputed:
            signature.suspended_at = None
            tally.individuals += signature.is_individual
            tally.signed += not signature.is_individual
            tally.withheld += signature.visibility == "withheld"
            tally.uncounted += signature.visibility == "uncounted"
    tally.waiting = tally.signed


def _tell(session: Session, letter: Letter, *, by: Account, now: datetime) -> None:
    """Tell everybody concerned, each once: who signed, who declined and wants to be asked again, who has not answered.

    A typographical change is told to those who signed alone, any other also to those who have not answered.
    """
    pending_approvals.lapse_for_another_text(session, letter, now=now)
    for kind, invitation in recipients(session, letter, letter.version.change_class):
        outbox.queue(
            session,
            kind,
            recipient=f"contact:{invitation.contact_id.hex}",
            occasion=f"version:{invitation.id.hex}:{letter.version.number}",
            now=now,
            letter_id=letter.id,
            invitation_id=invitation.id,
            version=letter.version.id.hex,
            **standing_facts(session, invitation),
        )
    for kind, account, signature in colleagues(session, letter, letter.version.change_class, by=by):
        outbox.queue(
            session,
            kind,
            recipient=f"account:{account.id.hex}",
            occasion=f"version:{signature.id.hex}:{letter.version.number}",
            now=now,
            letter_id=letter.id,
            version=letter.version.id.hex,
            has_signed=True,
            printed_name=signature.printed_names["und"],
            is_withheld=signature.visibility != "named",
        )
    for signature in persons_told(session, letter):
        ask_again(session, letter, signature, now=now)


def persons_told(session: Session, letter: Letter) -> list[Signature]:
    """The persons who are told of a change: all who signed for themselves, unless it is talked about first."""
    return [] if letter.stage == "consultation" else standing_persons(session, letter)


def colleagues(
    session: Session, letter: Letter, change_class: str, *, by: Account
) -> list[tuple[str, Account, Signature]]:
    """Who of the team signed for their own organisation at the desk, and by which kind of mail they are told.

    Whoever puts the version forward knows. Opens the vault.
    """
    if letter.stage == "consultation":
        return []
    told = []
    team = {member.account_id.hex: member.account for member in letter.team if member.ended_at is None}
    for signature in session.scalars(
        select(Signature).where(
            Signature.letter_id == letter.id, Signature.ended_on.is_(None), Signature.kind == "organisation"
        )
    ):
        agreed = [one for one in signature.consents if one.act in {"sign", "keep"}][-1]
        account = team.get(agreed.by["account"]) if agreed.how == "own_account" else None
        if account is not None and account.id != by.id:
            told.append((_kind_for_signer(signature, change_class), account, signature))
    return told


def recipients(session: Session, letter: Letter, change_class: str) -> list[tuple[str, Invitation]]:
    """Which invited contacts are told of a change of that class, and by which kind of mail. Opens the vault."""
    invited = session.scalars(_live_invitations(letter)).all()
    asked = ((_kind_for(session, letter, invitation, change_class), invitation) for invitation in invited)
    return [(kind, invitation) for kind, invitation in asked if kind is not None]


def _kind_for(session: Session, letter: Letter, invitation: Invitation, change_class: str) -> str | None:
    """Which mail an invited contact gets about a change; None for none.

    Whoever has not agreed since an earlier change of substance is asked by each change, a typographical one too.
    """
    signature = standing_signature(session, letter.id, invitation.organisation_id)
    last = last_answered(session, letter.id, invitation.organisation_id)
    if letter.stage == "consultation":
        return "consulted_again" if signature is not None else None if last is not None else "new_version"
    if signature is not None:
        return _kind_for_signer(signature, change_class)
    if letter.stage == "closed" or change_class == "typographical":
        return None
    if last is None:
        return "new_version"
    wants = invitation.answer_kind == "decline" and (invitation.answer or {}).get("ask_again")
    return "asked_again" if last.answer_kind == "decline" and wants else None


def _kind_for_signer(signature: Signature, change_class: str) -> str:
    return "text_corrected" if change_class == "typographical" and signature.agrees else "keep_asked"


def _live_invitations(letter: Letter) -> Select[Invitation]:
    return select(Invitation).where(
        Invitation.letter_id == letter.id,
        Invitation.queued_at.is_not(None),
        Invitation.revoked_at.is_(None),
        Invitation.takes_part(),
    )
