"""Entering the desk: a password or a code by mail. Colleagues are invited and begin with a one-time link.

Whoever tries learns nothing about which addresses have accounts: the same words come after the same work.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, TypeAlias
from uuid import UUID

from sqlalchemy import select

from coalition import clock, tokens
from coalition.actions import sessions, team
from coalition.actions import tell_of_account as tell
from coalition.actions.found import SET_UP_LINK_LASTS, add_account
from coalition.actions.team import NotAllowed
from coalition.database import after_commit, db, transaction
from coalition.emails import outbox
from coalition.languages import is_zone
from coalition.models import limit, record
from coalition.models.account import CODE_LASTS, ROLES, Account
from coalition.models.link import Link
from coalition.models.organisation import Organisation
from coalition.tokens import NotOurs, hash_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

TRIES = ("sign-in", 10, timedelta(minutes=15))
TRIES_A_DAY = ("sign-in day", 100, timedelta(days=1))
CODES = ("sign-in code", 5, timedelta(hours=1))
CODES_A_DAY = ("sign-in code day", 10, timedelta(days=1))
"""What is counted, how often it may happen, and in how long. What holds for a day holds for strangers alone."""
NAME_LIMIT = 200


STRANGER = "stranger"
NOBODY = UUID(int=0)
"""In place of the account of an address that has none: the same is computed."""
Limit: TypeAlias = tuple[str, int, timedelta]


class Knows(Protocol):
    """What a browser brought to be known by."""

    def __call__(self, account_id: UUID, /) -> str:
        """What the browser is known by to this account; empty: it never signed in."""


def nobody(_account_id: UUID) -> str:
    """For who brought nothing to be known by."""
    return ""


class WrongCredentials(Exception):
    """The address, the password or the code is wrong, too old or used; which one is not said."""


class AddressHasAccount(Exception):
    """Somebody has an account with that address."""


class LettersLeftAlone(Exception):
    """So many letters would have nobody to coordinate them, and that was not said."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class LastAdministrator(Exception):
    """Nobody would be left who is administrator."""


class LinkUsed(Exception):
    """The one-time link was used, replaced or has expired."""


# -- signing in -----------------------------------------------------------------------------------------------------


def with_password(
    address: str, password: str, *, fits: Callable[[str, str | None], bool], knows: Knows = nobody
) -> Account:
    """The account that this password opens.

    `fits(password, hash)` says whether they belong together, in the same time where the hash is None. Raises
    WrongCredentials, and TooOften after so many wrong ones (TRIES), both for unknown addresses as well.
    """
    with transaction() as session:
        who = _counted(session, address, knows, TRIES, TRIES_A_DAY)
    account = _live_account(db.session(), address)
    known_hash = account.password if account else None
    db.session.rollback()  # proving a password takes long: nobody waits for us meanwhile
    if not fits(password, known_hash) or known_hash is None:
        raise WrongCredentials
    return _come_in(address, who, TRIES, TRIES_A_DAY)


def mail_code(address: str, *, browser: str, knows: Knows = nobody) -> None:
    """Mail a code to the account with that address; where there is none, nothing, in the same time. Raises TooOften.

    It works in the browser alone that names itself so.
    """
    with transaction() as session:
        now = clock.now()
        _counted(session, address, knows, CODES, CODES_A_DAY)
        account = _live_account(session, address)
        if account:
            outbox.queue(
                session,
                "sign_in_code",
                recipient=f"account:{account.id.hex}",
                occasion=f"code:{now.timestamp():.6f}",
                now=now,
                kind_class="account",
                code=account.new_code(browser=browser, now=now),
                minutes=CODE_LASTS // timedelta(minutes=1),
            )
        after_commit(outbox.doorbell.ring)


def with_code(address: str, code: str, *, browser: str, knows: Knows = nobody) -> Account:
    """The account that this mailed code opens, once, in the browser that asked for it. Raises WrongCredentials."""
    with transaction() as session:
        account = _live_account(session, address, for_update=True)
        typed = "".join(code.split())
        opens = account.take_code(typed, browser=browser, now=clock.now()) if account else None
        if opens is None:  # it costs a write all the same
            limit.count(session, "code of nobody", browser, limit=sys.maxsize, every=CODE_LASTS, now=clock.now())
        who = _who(session, address, knows)
    if not opens:
        raise WrongCredentials
    return _come_in(address, who, TRIES, TRIES_A_DAY, CODES, CODES_A_DAY)


def _counted(session: Session, address: str, knows: Knows, often: Limit, in_a_day: Limit) -> tuple[str, str]:
    """Count one more; gives who it was. A browser that is known is counted by itself, and strangers together: by
    their tries they keep out each other, and nobody who was there before. Raises TooOften.
    """
    kind, who = counted = _who(session, address, knows)
    for what, most, every in (often, in_a_day) if kind == STRANGER else (often,):
        limit.count(session, f"{what}, {kind}", who, limit=most, every=every, now=clock.now())
    return counted


def _who(session: Session, address: str, knows: Knows) -> tuple[str, str]:
    """Who is counted: whether they are known, and what they are told from others by."""
    account = _live_account(session, address)
    known = knows(account.id if account else NOBODY)
    return ("known", f"{account.id.hex}:{known}") if account and known else (STRANGER, _plain(address))


def _come_in(address: str, who: tuple[str, str], *forgiven: Limit) -> Account:
    with transaction() as session:
        for what, _most, _every in forgiven:
            limit.forgive(session, f"{what}, {who[0]}", who[1])
    account = _live_account(db.session(), address)
    if account is None:
        raise WrongCredentials
    return account


def _live_account(session: Session, address: str, *, for_update: bool = False) -> Account | None:
    query = select(Account).where(Account.email == _plain(address)).execution_options(populate_existing=for_update)
    account = session.scalar(query.with_for_update() if for_update else query)
    return account if account and account.is_live else None


def _plain(address: str) -> str:
    return address.replace("\x00", "").strip().casefold()[:320]


# -- accounts ---------------------------------------------------------------------------------------------------------


def invite_colleague(
    *,
    by: Account,
    name: str,
    address: str,
    language: str,
    is_administrator: bool = False,
    role: str = "coordinator",
    organisation_id: UUID | None = None,
) -> UUID:
    """Add an account and mail its one-time set-up link. Only administrators. Raises NotAllowed, AddressHasAccount.

    `role` is what the account is for (coalition.models.account.ROLES); an administrator coordinates.
    """
    if not by.is_administrator or role not in ROLES or (is_administrator and role != "coordinator"):
        raise NotAllowed
    with transaction() as session:
        if session.scalar(select(Account.id).where(Account.email == _plain(address))):
            raise AddressHasAccount
        organisation = session.get_one(Organisation, organisation_id or by.organisation_id)
        account, link = add_account(
            session,
            organisation=organisation,
            name=name,
            address=address,
            language=language,
            zone=by.zone,
            is_administrator=is_administrator,
            role=role,
        )
        _mail_set_up(session, account, link, by)
        record.enter(
            session, "colleague invited", at=clock.now(), actor_kind="account", actor_id=by.id, account=account.id.hex
        )
        return account.id


def send_set_up_again(account_id: UUID, *, by: Account) -> None:
    """Mail a new one-time link, to choose a password or to choose it again; the links before it die.

    Only administrators, and not for an account that has ended. Raises NotAllowed.
    """
    with transaction() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        if not by.is_administrator or not account.is_live:
            raise NotAllowed
        now = clock.now()
        _end_set_up_links(session, account)
        link = Link.for_account(account, tokens.ours(), now=now, expires_at=now + SET_UP_LINK_LASTS)
        session.add(link)
        session.flush()
        _mail_set_up(session, account, link, by)
        record.enter(
            session, "set-up link sent again", at=now, actor_kind="account", actor_id=by.id, account=account.id.hex
        )


def make_set_up_link(account_id: UUID) -> str:
    """At the machine itself: the token of a new one-time link, told its person by mail; the links before it die.

    Raises NotAllowed for an account that has ended.
    """
    with transaction() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        if not account.is_live:
            raise NotAllowed
        now = clock.now()
        _end_set_up_links(session, account)
        link = Link.for_account(account, tokens.ours(), now=now, expires_at=now + SET_UP_LINK_LASTS)
        session.add(link)
        session.flush()
        tell.of_account(session, account, "link made", by=None, verb="set-up link made")
        return link.token(tokens.ours())


def appoint_administrator(account_id: UUID, *, is_administrator: bool) -> bool:
    """At the machine itself: make an account administrator, or no more; says whether that changed anything.

    Raises NotAllowed for an account that has ended or does not coordinate, LastAdministrator where nobody would be
    left who is.
    """
    with transaction() as session:
        if not is_administrator and _is_last_administrator(session, account_id):
            raise LastAdministrator
        account = session.get_one(Account, account_id, with_for_update=True)
        if not account.is_live or (is_administrator and account.role != "coordinator"):
            raise NotAllowed
        if account.is_administrator == is_administrator:
            return False
        account.is_administrator = is_administrator
        change = "administrator" if is_administrator else "no administrator"
        tell.of_account(session, account, change, by=None, verb=f"made {change}")
        return True


def find_set_up(token: str) -> tuple[Link, Account]:
    """The live set-up link behind a token and its account. Raises NotOurs, LinkUsed."""
    link = db.session.scalar(select(Link).where(Link.token_hash == hash_of(tokens.ours().read("account", token))))
    if link is None or link.account is None:
        raise NotOurs
    if link.revoked_at or (link.expires_at and link.expires_at <= clock.now()) or not link.account.is_live:
        raise LinkUsed
    return link, link.account


def set_up(token: str, *, password: str, hash_password: Callable[[str], str]) -> Account:
    """Choose the password of an account; the link works once. Raises NotOurs, LinkUsed, PasswordRefused."""
    _, account = find_set_up(token)
    account.ensure_good_password(password)
    password_hash = hash_password(password)
    with transaction() as session:
        link, account = find_set_up(token)
        link = session.get_one(Link, link.id, with_for_update=True)
        now = clock.now()
        if link.revoked_at:
            raise LinkUsed
        _end_set_up_links(session, account)
        sessions.end_all(session, account)
        account.change_password(password_hash)
        record.enter(session, "account set up", at=now, actor_kind="account", actor_id=account.id)
    return account


def change_password(
    account_id: UUID, *, password: str, hash_password: Callable[[str], str], stays: UUID | None = None
) -> Account:
    """Take a new password; every session of the account ends but the one that `stays`. Raises PasswordRefused."""
    db.session.get_one(Account, account_id).ensure_good_password(password)
    password_hash = hash_password(password)
    with transaction() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        sessions.end_all(session, account, but=stays)
        sessions.knows_password(session, stays)
        account.change_password(password_hash)
        record.enter(session, "password changed", at=clock.now(), actor_kind="account", actor_id=account.id)
    return account


def choose_mails(account_id: UUID, *, wants_digest: bool, wants_alerts: bool) -> None:
    """Change which mails an account gets: the digest of the morning, and what came back at once."""
    with transaction() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        account.wants_digest, account.wants_alerts = wants_digest, wants_alerts


def edit_account(account_id: UUID, *, name: str, language: str, zone: str) -> None:
    """Change what an account says of its person. `language` is a tag, `zone` an IANA zone."""
    if not is_zone(zone):
        raise ValueError(zone)
    with transaction() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        account.name, account.language, account.zone = name.strip()[:NAME_LIMIT], language, zone


def end_account(account_id: UUID, *, by: Account | None, leaves_alone: int = 0) -> None:
    """End an account: its sessions, links and parts in teams die; what it did stays in the record. It is told.

    `by` is an administrator, or None at the machine itself. `leaves_alone` is of how many letters the page said that
    nobody could act for them any more. Raises NotAllowed for one's own, LettersLeftAlone where that is another number,
    LastAdministrator.
    """
    if by is not None and (not by.is_administrator or by.id == account_id):
        raise NotAllowed
    with transaction() as session:
        if _is_last_administrator(session, account_id):
            raise LastAdministrator
        alone = len(team.left_alone_by(session, account_id))
        if alone != leaves_alone:
            raise LettersLeftAlone(alone)
        account = session.get_one(Account, account_id)
        team.leave_every_team(session, account, by=by)
        session.refresh(account, with_for_update=True)
        had_ended = account.ended_at
        close_account(session, account, now=clock.now())
        if not had_ended:
            tell.of_account(session, account, "ended", by=by, verb="account ended")


def close_account(session: Session, account: Account, *, now: datetime) -> None:
    """Let nobody come in by an account any more; part of a verb."""
    account.ended_at, account.active = account.ended_at or now, False
    shut_out(session, account)


def shut_out(session: Session, account: Account) -> None:
    """End the sessions, codes and one-time links of an account; part of a verb."""
    account.sign_in_code = None
    sessions.end_all(session, account)
    _end_set_up_links(session, account)


def _is_last_administrator(session: Session, account_id: UUID) -> bool:
    """Whether no other account is administrator; who is one is locked, so that two do not each leave the other."""
    query = select(Account.id).where(Account.is_administrator, Account.ended_at.is_(None)).order_by(Account.id)
    return list(session.scalars(query.with_for_update())) == [account_id]


def _end_set_up_links(session: Session, account: Account) -> None:
    """One by one: each is written into the journal (coalition.models.ends)."""
    for link in session.scalars(select(Link).where(Link.account_id == account.id, Link.revoked_at.is_(None))):
        link.revoked_at = clock.now()
    session.flush()


def _mail_set_up(session: Session, account: Account, link: Link, by: Account) -> None:
    outbox.queue(
        session,
        "set_up_account",
        recipient=f"account:{account.id.hex}",
        occasion=f"set-up:{link.id.hex}",
        now=clock.now(),
        kind_class="account",
        by_name=by.name,
        by_address=by.email,
    )
