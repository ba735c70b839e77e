"""A letter's team: who joins it and why, who leaves it, and whom an administrator appoints when nobody can act.

Nobody else sees the letter, administrators included. Whatever changes is told to everybody on the team.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select
from sqlalchemy.orm import selectinload

from coalition import clock
from coalition.actions.draft import lock
from coalition.database import transaction
from coalition.emails import outbox
from coalition.intake.texts import tidy_text
from coalition.models import record
from coalition.models.account import ROLES, Account
from coalition.models.letter import Letter, LetterLead, TeamMember

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

REASON_LIMIT = 500


class NotAllowed(Exception):
    """Only an administrator, or a coordinator of the letter, does this."""


class NoSuchPart(Exception):
    """The account can not have that part in the team, or a translator's languages are not to be translated."""


class LastCoordinator(Exception):
    """Without this one nobody would coordinate the letter."""


class ReasonMissing(ValueError):
    """Nobody joins a team without a reason that it is told; or the reason is longer than can be kept."""


class StillCoordinated(Exception):
    """Somebody of the team can act: they add colleagues themselves."""


def join_team(
    letter_id: UUID,
    account_id: UUID,
    *,
    by: Account,
    reason: str,
    role: str = "coordinator",
    languages: Sequence[str] = (),
) -> None:
    """Give a colleague a part in a letter's team, or another than they had; only its coordinators do.

    The team is told, with the reason. A translator is for `languages`, which the letter has and which do not govern;
    for any other role they are nothing. Raises NotAllowed, ReasonMissing, NoSuchPart, LastCoordinator.
    """
    why = _reason(reason)
    with transaction() as session:
        letter = lock(session, letter_id)
        account = session.get_one(Account, account_id)
        wanted = _part(letter, account, role, languages)
        _ensure_coordinates(letter, by)
        before = letter.member(account_id)
        if before is not None and (before.role, before.languages) == (role, wanted):
            return
        if before is not None:
            _end_membership(letter, before)
            session.flush()  # one live part for each account: the one before ends first
        letter.team.append(TeamMember(account_id=account_id, role=role, languages=wanted, joined_at=clock.now()))
        change = "joined" if before is None else "part changed"
        _changed(session, letter, "joined team", account, by, change, reason=why, role=role, languages=wanted)


def leave_team(letter_id: UUID, account_id: UUID, *, by: Account) -> None:
    """End somebody's part in a letter's team, at once: a coordinator anybody's, everybody their own.

    Raises NotAllowed, LastCoordinator.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        if by.id != account_id:
            _ensure_coordinates(letter, by)
        member = letter.member(account_id)
        if member is None:
            return
        _end_membership(letter, member)
        account = session.get_one(Account, account_id)
        _changed(session, letter, "left team", account, by, "left" if by.id == account_id else "taken off")


def appoint_coordinator(letter_id: UUID, account_id: UUID, *, by: Account, reason: str) -> None:
    """Give a letter that nobody can act for a coordinator; only an administrator does, who does not see the letter.

    Raises NotAllowed, StillCoordinated, ReasonMissing, NoSuchPart.
    """
    why = _reason(reason)
    if not by.is_administrator:
        raise NotAllowed
    with transaction() as session:
        letter = lock(session, letter_id)
        account = session.get_one(Account, account_id)
        if letter.coordinators():
            raise StillCoordinated
        wanted = _part(letter, account, "coordinator", ())
        before = letter.member(account_id)
        now = clock.now()
        if before is not None:
            before.ended_at = now
            session.flush()
        letter.team.append(TeamMember(account_id=account_id, role="coordinator", languages=wanted, joined_at=now))
        record.enter(
            session, "coordinator appointed", at=now, actor_kind="account", actor_id=by.id,
            letter=letter.id.hex, account=account_id.hex,
        )  # fmt: skip
        _changed(session, letter, "coordinator appointed", account, by, "appointed", reason=why, role="coordinator",
                 languages=[])  # fmt: skip


def uncoordinated(session: Session) -> list[Letter]:
    """The letters of which no coordinator can act, with their leads."""
    query = select(Letter).where(~_can_act()).options(selectinload(Letter.leads).joinedload(LetterLead.organisation))
    return list(session.scalars(query.order_by(Letter.created_at, Letter.id)))


def left_alone_by(session: Session, account_id: UUID) -> list[Letter]:
    """The letters that nobody could act for without this account."""
    coordinates = exists().where(
        TeamMember.letter_id == Letter.id,
        TeamMember.account_id == account_id,
        TeamMember.role == "coordinator",
        TeamMember.ended_at.is_(None),
    )
    query = (
        select(Letter)
        .where(coordinates, ~_can_act(apart_from=account_id))
        .options(selectinload(Letter.leads).joinedload(LetterLead.organisation))
    )
    return list(session.scalars(query.order_by(Letter.created_at, Letter.id)))


def leave_every_team(session: Session, account: Account, *, by: Account | None) -> None:
    """End every part of an account that ends; part of a verb. Each team is told, also that nobody can act any more."""
    letters = session.scalars(
        select(TeamMember.letter_id)
        .where(TeamMember.account_id == account.id, TeamMember.ended_at.is_(None))
        .order_by(TeamMember.letter_id)
    ).all()
    for letter_id in letters:
        letter = lock(session, letter_id)
        member = letter.member(account.id)
        if member is not None:
            member.ended_at = clock.now()
            _changed(session, letter, "left team", account, by, "account ended")


def _can_act(*, apart_from: UUID | None = None) -> Any:
    found = exists().where(
        TeamMember.letter_id == Letter.id,
        TeamMember.role == "coordinator",
        TeamMember.ended_at.is_(None),
        Account.id == TeamMember.account_id,
        Account.ended_at.is_(None),
        Account.active,
    )
    return found.where(Account.id != apart_from) if apart_from else found


def _reason(typed: str) -> str:
    reason = " ".join(tidy_text(typed).split())
    if not reason or len(reason) > REASON_LIMIT:
        raise ReasonMissing
    return reason


def _part(letter: Letter, account: Account, role: str, languages: Sequence[str]) -> list[str]:
    """The languages of the part, checked with everything else about it."""
    if not account.is_live or role not in ROLES or not account.may_be(role):
        raise NoSuchPart
    if role != "translator":
        return []
    offered = set(letter.working_languages) - {letter.authoritative_language}
    if not languages or not offered.issuperset(languages):
        raise NoSuchPart
    return sorted(set(languages))


def _ensure_coordinates(letter: Letter, by: Account) -> None:
    member = letter.member(by.id)
    if member is None or member.role != "coordinator":
        raise NotAllowed


def _end_membership(letter: Letter, member: TeamMember) -> None:
    if [one.id for one in letter.coordinators()] == [member.account_id]:
        raise LastCoordinator
    member.ended_at = clock.now()


def _changed(
    session: Session, letter: Letter, verb: str, account: Account, by: Account | None, change: str, **part: Any
) -> None:
    """Put it into the letter's record, and tell everybody on the team and the one it is about.

    `by` is None for somebody at the machine itself.
    """
    now = clock.now()
    session.flush()
    entry = record.enter(
        session,
        verb,
        at=now,
        letter_id=letter.id,
        actor_kind="account" if by else "machine",
        actor_id=by.id if by else None,
        account=account.id.hex,
        **part,
    )
    told = {one.account_id for one in letter.team if one.ended_at is None}
    told |= {account.id} if change != "account ended" else set()
    for one in session.scalars(select(Account).where(Account.id.in_(told), Account.ended_at.is_(None))):
        outbox.queue(
            session,
            "team_changed",
            recipient=f"account:{one.id.hex}",
            occasion=f"team:{entry.id.hex}",
            now=now,
            letter_id=letter.id,
            change=change,
            account=account.id.hex,
            by=by.id.hex if by else "",
            **part,
        )
