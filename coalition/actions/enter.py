"""Entering the desk: colleagues are invited and choose a password by a one-time link. Nobody registers alone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from coalition import clock, tokens
from coalition.actions.draft import lock
from coalition.actions.found import add_account
from coalition.database import db, transaction
from coalition.emails import outbox
from coalition.models import record
from coalition.models.account import Account
from coalition.models.letter import TeamMember
from coalition.models.link import Link
from coalition.models.organisation import Organisation
from coalition.tokens import NotOurs, hash_of

if TYPE_CHECKING:
    from collections.abc import Callable


class AddressHasAccount(Exception):
    """Somebody has an account with that address."""


class NotAllowed(Exception):
    """Only an administrator, or a coordinator of the letter, does this."""


class LinkUsed(Exception):
    """The one-time link was used, replaced or has expired."""


def invite_colleague(
    *,
    by: Account,
    name: str,
    address: str,
    language: str,
    is_administrator: bool = False,
    organisation_id: UUID | None = None,
) -> UUID:
    """Add an account and mail its one-time set-up link. Only administrators. Raises NotAllowed, AddressHasAccount."""
    if not by.is_administrator:
        raise NotAllowed
    with transaction() as session:
        if session.scalar(select(Account.id).where(Account.email == address.strip().casefold())):
            raise AddressHasAccount
        organisation = session.get_one(Organisation, organisation_id or by.organisation_id)
        account, _ = add_account(
            session,
            organisation=organisation,
            name=name,
            address=address,
            language=language,
            zone=by.zone,
            is_administrator=is_administrator,
        )
        now = clock.now()
        outbox.queue(
            session,
            "set_up_account",
            recipient=f"account:{account.id.hex}",
            occasion=f"set-up:{account.id.hex}",
            now=now,
            kind_class="account",
            by_name=by.name,
            by_address=by.email,
        )
        record.enter(session, "colleague invited", at=now, actor_kind="account", actor_id=by.id, account=account.id.hex)
        return account.id


def find_set_up(token: str) -> tuple[Link, Account]:
    """The live set-up link behind a token and its account. Raises NotOurs, LinkUsed."""
    link = db.session.scalar(select(Link).where(Link.token_hash == hash_of(tokens.ours().read("account", token))))
    if link is None or link.account is None:
        raise NotOurs
    if link.revoked_at or (link.expires_at and link.expires_at <= clock.now()):
        raise LinkUsed
    return link, link.account


def set_up(token: str, *, password: str, hash_password: Callable[[str], str]) -> Account:
    """Choose the password of a new account; the link works once. Raises NotOurs, LinkUsed."""
    password_hash = hash_password(password)
    with transaction() as session:
        link, account = find_set_up(token)
        link = session.get_one(Link, link.id, with_for_update=True)
        now = clock.now()
        if link.revoked_at:
            raise LinkUsed
        link.revoked_at = now
        account.password = password_hash
        record.enter(session, "account set up", at=now, actor_kind="account", actor_id=account.id)
        return account


def end_account(account_id: UUID, *, by: Account) -> None:
    """End an account: it can not sign in any more; what it did stays in the record. Raises NotAllowed for one's own."""
    if not by.is_administrator or by.id == account_id:
        raise NotAllowed
    with transaction() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        now = clock.now()
        account.ended_at, account.active = account.ended_at or now, False
        record.enter(session, "account ended", at=now, actor_kind="account", actor_id=by.id, account=account.id.hex)


def join_team(letter_id: UUID, account_id: UUID, *, by: Account, role: str = "coordinator") -> None:
    """Add a colleague to a letter's team; the one who adds is on it. Being on it already changes nothing."""
    with transaction() as session:
        letter = lock(session, letter_id)
        if not letter.has_on_team(by):
            raise NotAllowed
        if not any(member.account_id == account_id and member.ended_at is None for member in letter.team):
            now = clock.now()
            letter.team.append(TeamMember(account_id=account_id, role=role, joined_at=now))
            record.enter(
                session, "joined team", at=now, letter_id=letter.id, actor_kind="account", actor_id=by.id,
                account=account_id.hex, role=role,
            )  # fmt: skip
