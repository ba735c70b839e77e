"""Two entries of the directory become one, by a person's hand. Nothing is lost: what was the one's is the other's now.

Each letter keeps at most one standing signature of the organisation: the earlier stands, the later ends.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from coalition import clock
from coalition.actions import directory, merge_contacts, merge_signatures, take_off
from coalition.actions.directory import ChangedMeanwhile, OrganisationEntry, state_of
from coalition.actions.own_page import is_live
from coalition.actions.team import NotAllowed
from coalition.database import transaction
from coalition.emails import outbox
from coalition.models import record
from coalition.models.account import Account
from coalition.models.group import Membership
from coalition.models.identity_change import IdentityChange
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter, LetterLead
from coalition.models.organisation import KeptApart, Organisation
from coalition.models.private_note import PrivateNote
from coalition.models.request import RequestToSign
from coalition.models.standing_consent import StandingConsent

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

PARTS = ("acronym", "kind", "country", "site", "standing", "safety_default")
"""Parts of which one of two values stays, as the person chose."""
OWN_ROWS: tuple[type[Any], ...] = (Account, PrivateNote, IdentityChange, StandingConsent)
"""What belongs to an organisation and simply moves."""


class NotToBeMerged(Exception):
    """It is one entry, or one of the two is gone; or the one that would go stands under a code name."""


class PairsNotSeen(Exception):
    """A published name would go, and the person was not shown that, or another number of them."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did."""

    contacts_moved: int
    contacts_joined: int
    """Contacts with one address that became one."""
    published_ended: int
    """Published signatures that ended, for the earlier one stands."""


@dataclass(slots=True)
class _Merge:
    """The two while they become one."""

    session: Session
    kept: Organisation
    other: Organisation
    by: Account
    now: datetime
    letters: set[UUID] = field(default_factory=set)
    """Letters of which the desk knew both or the other as invited or as a lead."""


def published_pairs(session: Session, one_id: UUID, other_id: UUID) -> list[UUID]:
    """The letters on which both signed by name, and on which a published name would go. Nothing else is told."""
    return [pair.letter_id for pair in merge_signatures.pairs(session, one_id, other_id) if pair.is_published]


def merge(
    kept_id: UUID,
    other_id: UUID,
    *,
    entry: OrganisationEntry,
    by: Account,
    pairs_seen: int,
    seen: tuple[str, str] | None = None,
) -> Merged:
    """Make the other organisation part of the kept one; `entry` holds what is to stay of both.

    `pairs_seen` is how many published pairs were shown and ticked, `seen` the `state_of` both that the page showed.
    Only administrators. Raises NotAllowed, NotToBeMerged, ChangedMeanwhile, PairsNotSeen, UnprintableName.
    """
    if not by.is_administrator:
        raise NotAllowed
    with transaction() as session:
        kept, other = _both(session, kept_id, other_id)
        if seen is not None and seen != (state_of(kept), state_of(other)):
            raise ChangedMeanwhile
        _lock_letters(session)
        if len(published_pairs(session, kept.id, other.id)) != pairs_seen:
            raise PairsNotSeen
        merging = _Merge(session, kept, other, by, clock.now())
        return _merge(merging, entry)


def both_as_one(kept: Organisation, other: Organisation, chosen: dict[str, str]) -> OrganisationEntry:
    """What stays of both: `chosen` says "kept" or "other" for "name" and for each of PARTS; else what is there.

    The stricter safety stays unless it was chosen otherwise; a wish not to be asked always stays.
    """
    first, second = (other, kept) if chosen.get("name") == "other" else (kept, other)
    stays = {part: _staying(part, kept, other, chosen.get(part, "")) for part in PARTS}
    return OrganisationEntry(
        names=second.names | first.names,
        country_printed=(kept if stays["country"] == kept.country else other).country_printed,
        do_not_ask=bool(kept.do_not_ask_at or other.do_not_ask_at),
        **stays,
    )


def _staying(part: str, kept: Organisation, other: Organisation, chosen: str) -> str:
    mine, theirs = str(getattr(kept, part)), str(getattr(other, part))
    if chosen:
        return theirs if chosen == "other" else mine
    if part == "safety_default":
        return max((mine, theirs), key=("show", "ask", "withhold").index)
    return mine or theirs


def _both(session: Session, kept_id: UUID, other_id: UUID) -> tuple[Organisation, Organisation]:
    """Both rows, locked, each once and in one order."""
    found = {
        one.id: one
        for one in session.scalars(
            select(Organisation)
            .where(Organisation.id.in_([kept_id, other_id]))
            .order_by(Organisation.id)
            .with_for_update()
        )
    }
    kept, other = found.get(kept_id), found.get(other_id)
    if kept is None or other is None or kept is other:
        raise NotToBeMerged
    if any(one.merged_into_id or one.erased_at for one in (kept, other)) or other.confidential_at:
        raise NotToBeMerged
    return kept, other


def _lock_letters(session: Session) -> None:
    # Whoever signs locks the letter first: with all of them held, nobody signs for the one that goes meanwhile.
    session.scalars(select(Letter.id).order_by(Letter.id).with_for_update()).all()


def _merge(merging: _Merge, entry: OrganisationEntry) -> Merged:
    session, kept, other = merging.session, merging.kept, merging.other
    before = _names_of(other)
    merging.letters = _letters_of(session, other.id)
    declined = merge_signatures.declines(session, kept, other)
    joined = merge_contacts.move(session, kept, other, now=merging.now)
    ended = merge_signatures.move(session, kept, other, declined, by=merging.by, now=merging.now)
    _move_places(merging)
    _move_public_page(merging)
    _apply(merging, entry)
    _enter(merging, before=before, joined=joined, ended=ended)
    _tell(merging)
    return Merged(
        contacts_moved=joined.moved,
        contacts_joined=len(joined.joined),
        published_ended=sum(one.was_published for one in ended),
    )


def _names_of(organisation: Organisation) -> list[str]:
    return list(dict.fromkeys([*organisation.names.values(), organisation.acronym, *organisation.aliases]))


def _letters_of(session: Session, organisation_id: UUID) -> set[UUID]:
    """The letters to which it was invited or which it leads: the database says that of them anyway."""
    invited = select(Invitation.letter_id).where(Invitation.organisation_id == organisation_id)
    led = select(LetterLead.letter_id).where(LetterLead.organisation_id == organisation_id)
    return {*session.scalars(invited), *session.scalars(led)}


def _move_places(merging: _Merge) -> None:
    """Accounts, notes, consents given beforehand, wishes, groups, leads, branches, and what is kept apart."""
    session, kept_id, other_id = merging.session, merging.kept.id, merging.other.id
    for model in OWN_ROWS:
        session.execute(update(model).where(model.organisation_id == other_id).values(organisation_id=kept_id))
    session.execute(
        update(StandingConsent)
        .where(StandingConsent.lead_organisation_id == other_id)
        .values(lead_organisation_id=kept_id)
    )
    _move_pairs(session, Membership, "group_id", kept_id, other_id)
    _move_pairs(session, LetterLead, "letter_id", kept_id, other_id)
    _move_branches(merging)
    _move_apart(session, kept_id, other_id)
    _move_requests(session, kept_id, other_id)
    session.execute(
        update(Organisation).where(Organisation.merged_into_id == other_id).values(merged_into_id=kept_id)
    )  # who was merged into the other leads on in one step
    session.expire_all()


def _move_pairs(session: Session, model: type[Any], beside: str, kept_id: UUID, other_id: UUID) -> None:
    """Move places of which an organisation has one each (in a group, as a lead); what the kept one has, it has."""
    column = getattr(model, beside)
    has = select(column).where(model.organisation_id == kept_id)
    both = set(session.scalars(has))
    session.execute(delete(model).where(model.organisation_id == other_id, column.in_(both)))
    session.execute(update(model).where(model.organisation_id == other_id).values(organisation_id=kept_id))


def _move_branches(merging: _Merge) -> None:
    session, kept, other = merging.session, merging.kept, merging.other
    session.execute(update(Organisation).where(Organisation.parent_id == other.id).values(parent_id=kept.id))
    session.refresh(kept)
    if kept.parent_id in {None, kept.id}:
        kept.parent_id = other.parent_id if other.parent_id != kept.id else None
    session.flush()


def _move_apart(session: Session, kept_id: UUID, other_id: UUID) -> None:
    with_other = session.scalars(
        select(KeptApart).where(or_(KeptApart.one_id == other_id, KeptApart.other_id == other_id))
    ).all()
    for pair in with_other:
        third = pair.one_id if pair.other_id == other_id else pair.other_id
        first, second = sorted((kept_id, third))
        if third != kept_id:
            known = session.get(KeptApart, (first, second))
            if known is None:
                session.add(KeptApart(one_id=first, other_id=second, said_at=pair.said_at))
        session.delete(pair)
    session.flush()


def _move_requests(session: Session, kept_id: UUID, other_id: UUID) -> None:
    """Requests that were taken for the other one were taken for this."""
    decided = select(RequestToSign).where(RequestToSign._taken_for.is_not(None))  # noqa: SLF001 -- our own column
    for request in session.scalars(decided):
        if request.taken_for == other_id.hex:
            request.taken_for = kept_id.hex


def _move_public_page(merging: _Merge) -> None:
    """Its public page is the kept one's; an address that was given leads on as long as nobody else has it."""
    session, kept, other = merging.session, merging.kept, merging.other
    if not (kept.public_page_at or other.public_page_at):
        return
    if kept.slug is None and other.slug is not None and not kept.confidential_at:
        slug, opened = other.slug, other.public_page_at
        other.slug = None
        session.flush()
        kept.slug, kept.public_page_at = slug, opened
    other.public_page_at = None
    take_off.bodies(session, None)


def _apply(merging: _Merge, entry: OrganisationEntry) -> None:
    session, kept, other, now = merging.session, merging.kept, merging.other, merging.now
    before = [] if kept.confidential_at else _names_of(kept)
    wishes = [one.do_not_ask_at for one in (kept, other) if one.do_not_ask_at]
    directory.put(kept, replace(entry, names={}) if kept.confidential_at else entry)
    kept.do_not_ask_at = min(wishes, default=None)
    kept.sort_keys = other.sort_keys | kept.sort_keys
    kept.logo_id = kept.logo_id or (None if kept.confidential_at else other.logo_id)
    kept.add_aliases([*before, *_names_of(other)])
    if kept.confidential_at:
        other.hide_behind(kept)
    other.merged_into_id, other.merged_at, other.parent_id, other.logo_id = kept.id, now, None, None
    session.flush()


def _tell(merging: _Merge) -> None:
    """Every contact that remains is told, each once: who sees two entries become one may know that they are two."""
    session, kept = merging.session, merging.kept
    session.flush()
    session.expire(kept, ["contacts"])
    for contact in kept.contacts:
        if is_live(contact):
            outbox.queue(
                session,
                "entries_joined",
                recipient=f"contact:{contact.id.hex}",
                occasion=f"joined:{merging.other.id.hex}:{contact.id.hex}",
                now=merging.now,
            )


def _enter(
    merging: _Merge,
    *,
    before: list[str],
    joined: merge_contacts.Joined,
    ended: list[merge_signatures.Ended],
) -> None:
    """One entry of the house that tells all, sealed; and one in each letter whose list or leads are concerned."""
    session, by = merging.session, merging.by
    kept, merged = merging.kept.id.hex, merging.other.id.hex
    record.enter(
        session,
        "organisations merged",
        at=merging.now,
        actor_kind="account",
        actor_id=by.id,
        kept=kept,
        merged=merged,
        names=before,
        contacts={one.hex: other.hex for one, other in joined.joined.items()},
        invitations=[one.hex for one in joined.invitations],
        ended=[{"letter": one.letter_id.hex, "signature": one.ended.hex, "stands": one.stands.hex} for one in ended],
    )
    for letter_id in sorted(merging.letters):
        record.enter(
            session,
            "organisations merged",
            at=merging.now,
            letter_id=letter_id,
            actor_kind="account",
            actor_id=by.id,
            kept=kept,
            merged=merged,
            ended=[one.ended.hex for one in ended if one.letter_id == letter_id],
        )
