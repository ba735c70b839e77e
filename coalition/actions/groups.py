"""Groups of the directory: who is asked together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from coalition import clock
from coalition.database import transaction
from coalition.intake.names import check_name, fold_name
from coalition.models import record
from coalition.models.group import DirectoryGroup, Membership
from coalition.models.organisation import Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account

NAME_LIMIT = 120
BATCH = 500


class GroupExists(Exception):
    """There is a group of that name, but for case and accents."""


def create_group(name: str, *, by: Account) -> UUID:
    """A new group without anybody; its id. Raises GroupExists, NameRefused."""
    with transaction() as session:
        group = _new(session, name)
        _entered(session, "group created", by, group=group.id.hex, name=group.name)
        return group.id


def rename_group(group_id: UUID, name: str, *, by: Account) -> None:
    """Give a group another name. Raises GroupExists, NameRefused."""
    with transaction() as session:
        group = session.get_one(DirectoryGroup, group_id, with_for_update=True)
        group.name = _free_name(session, name, but=group.id)
        _entered(session, "group renamed", by, group=group.id.hex, name=group.name)


def delete_group(group_id: UUID, *, by: Account) -> None:
    """End a group; its organisations stay in the directory."""
    with transaction() as session:
        group = session.get_one(DirectoryGroup, group_id, with_for_update=True)
        name = group.name
        session.execute(delete(Membership).where(Membership.group_id == group.id))
        session.delete(group)
        _entered(session, "group deleted", by, group=group_id.hex, name=name)


def put_into(group_id: UUID, organisation_ids: Iterable[UUID], *, by: Account) -> int:
    """Put organisations into a group; how many were not in it. Ids that are none are left out."""
    with transaction() as session:
        group = session.get_one(DirectoryGroup, group_id, with_for_update=True)
        has = set(session.scalars(select(Membership.organisation_id).where(Membership.group_id == group.id)))
        new = [one for one in _present(session, organisation_ids) if one not in has]
        session.add_all(Membership(group_id=group.id, organisation_id=one) for one in new)
        _entered(session, "group filled", by, group=group.id.hex, organisations=[one.hex for one in new])
        return len(new)


def take_out(group_id: UUID, organisation_ids: Iterable[UUID], *, by: Account) -> int:
    """Take organisations out of a group; how many were in it."""
    with transaction() as session:
        group = session.get_one(DirectoryGroup, group_id, with_for_update=True)
        named = set(organisation_ids)
        rows = session.scalars(select(Membership).where(Membership.group_id == group.id)).all()
        gone = [row for row in rows if row.organisation_id in named]
        for row in gone:
            session.delete(row)
        _entered(
            session, "group thinned", by, group=group.id.hex, organisations=[one.organisation_id.hex for one in gone]
        )
        return len(gone)


def join(session: Session, organisation: Organisation, names: Sequence[str]) -> None:
    """Put an organisation into the groups of these names, made where there is none; part of a verb."""
    if not names:
        return
    known = {fold_name(group.name): group for group in session.scalars(select(DirectoryGroup))}
    has = set(session.scalars(select(Membership.group_id).where(Membership.organisation_id == organisation.id)))
    for name in names:
        group = known.get(fold_name(name)) or _new(session, name)
        known[fold_name(name)] = group
        if group.id not in has:
            has.add(group.id)
            session.add(Membership(group_id=group.id, organisation_id=organisation.id))
    session.flush()


def sizes(session: Session) -> list[tuple[DirectoryGroup, int]]:
    """Every group by name, with how many organisations are in it."""
    counted = (
        select(DirectoryGroup, func.count(Organisation.id))
        .outerjoin(Membership, Membership.group_id == DirectoryGroup.id)
        .outerjoin(
            Organisation,
            (Organisation.id == Membership.organisation_id)
            & Organisation.merged_into_id.is_(None)
            & Organisation.erased_at.is_(None),
        )
        .group_by(DirectoryGroup.id)
    )
    return sorted(session.execute(counted), key=lambda pair: fold_name(pair[0].name))


def _new(session: Session, name: str) -> DirectoryGroup:
    group = DirectoryGroup(name=_free_name(session, name), created_at=clock.now())
    session.add(group)
    session.flush()
    return group


def _free_name(session: Session, name: str, *, but: UUID | None = None) -> str:
    checked = check_name(name)[:NAME_LIMIT]
    others = session.scalars(select(DirectoryGroup).where(DirectoryGroup.id != but) if but else select(DirectoryGroup))
    if fold_name(checked) in {fold_name(one.name) for one in others}:
        raise GroupExists(checked)
    return checked


def _present(session: Session, organisation_ids: Iterable[UUID]) -> list[UUID]:
    every = list(dict.fromkeys(organisation_ids))
    found: set[UUID] = set()
    for start in range(0, len(every), BATCH):
        found |= set(
            session.scalars(
                select(Organisation.id).where(
                    Organisation.id.in_(every[start : start + BATCH]),
                    Organisation.erased_at.is_(None),
                    Organisation.merged_into_id.is_(None),
                )
            )
        )
    return [one for one in every if one in found]


def _entered(session: Session, verb: str, by: Account, **detail: Any) -> None:
    record.enter(session, verb, at=clock.now(), actor_kind="account", actor_id=by.id, **detail)
