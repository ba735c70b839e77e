"""Founding the house: the one row of the coalition, its lead organisation and its first account."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock, tokens
from coalition.database import transaction
from coalition.intake.names import check_name, fold_name
from coalition.languages import DESK
from coalition.models import record
from coalition.models.account import Account
from coalition.models.house import CANARY, House
from coalition.models.link import Link
from coalition.models.organisation import Organisation
from coalition.models.public import SiteGeneration

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SET_UP_LINK_LASTS = timedelta(days=7)


class AlreadyFounded(Exception):
    """The database holds a coalition already."""


@dataclass(frozen=True, slots=True)
class Founding:
    """What `coalition init` asks for."""

    coalition_name: str
    language: str
    """Of the site. The first account speaks it too where the desk does, else English."""
    contact_address: str
    account_name: str
    account_address: str
    zone: str = "UTC"
    names: dict[str, str] | None = None
    """The coalition's name in further languages."""


def found(founding: Founding) -> str:
    """Found the house; returns the token of the first account's one-time set-up link. Raises AlreadyFounded."""
    with transaction() as session:
        if session.scalar(select(House.id).limit(1)):
            raise AlreadyFounded
        now = clock.now()
        house = House(
            names={"und": check_name(founding.coalition_name)} | (founding.names or {}),
            language=founding.language,
            contact_address=founding.contact_address,
            founded_at=now,
        )
        house.canary = CANARY
        secretariat = Organisation(
            names=dict(house.names), folded_name=fold_name(founding.coalition_name), standing="member", created_at=now
        )
        session.add_all((house, secretariat, SiteGeneration(id=1, number=1)))
        session.flush()
        account, link = add_account(
            session,
            organisation=secretariat,
            name=founding.account_name,
            address=founding.account_address,
            language=founding.language if founding.language in DESK else "en",
            zone=founding.zone,
            is_administrator=True,
        )
        record.enter(session, "founded", at=now, actor_kind="system", account=account.id.hex)
        return link.token(tokens.ours())


def add_account(
    session: Session,
    *,
    organisation: Organisation,
    name: str,
    address: str,
    language: str,
    zone: str,
    is_administrator: bool,
    role: str = "coordinator",
) -> tuple[Account, Link]:
    """A new account without a password, and the one-time link by which its person sets it up; part of a verb."""
    now = clock.now()
    account = Account(
        organisation_id=organisation.id,
        email=address.strip().casefold(),
        name=name.strip(),
        language=language,
        zone=zone,
        is_administrator=is_administrator,
        role=role,
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        created_at=now,
    )
    session.add(account)
    session.flush()
    link = Link.for_account(account, tokens.ours(), now=now, expires_at=now + SET_UP_LINK_LASTS)
    session.add(link)
    session.flush()
    return account, link
