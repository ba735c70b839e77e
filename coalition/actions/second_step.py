"""The second step at the desk: an app, a passkey, or a code on paper, beside the password (docs/accounts.md).

A mailed code or a set-up link never replaces it. Every change is in the record and is told to its person by mail; so is
a recovery code that was used, and that somebody who got past the password tries codes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, select, update

from coalition import clock, config
from coalition.actions import sessions
from coalition.actions.passkeys import PasskeyRefused, check_made, check_shown
from coalition.actions.team import NotAllowed
from coalition.actions.tell_of_account import MACHINE
from coalition.database import after_commit, db, transaction
from coalition.emails import outbox
from coalition.models import app_code, limit, record
from coalition.models.account import Account
from coalition.models.desk_session import DeskSession
from coalition.models.letter import Letter, TeamMember
from coalition.models.limit import TooOften
from coalition.models.second_step import CODES, Passkey, RecoveryCode, new_recovery_code, recovery_index

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

TRIES: Final = 5
TRIES_EVERY: Final = timedelta(minutes=10)
FEW: Final = 3
"""When so many recovery codes are left, or fewer, the account's page says so."""
PASSKEYS: Final = 20
"""An account has at most so many."""
NAME_LIMIT: Final = 80

__all__ = [
    "AlreadyMany", "LastOne", "NotAllowed", "NothingToRecover", "Owed", "PasskeyRefused", "Proofs", "TooOften",
    "WrongCode", "accounts_with", "add_app", "add_passkey", "come_with_passkey", "give_code", "give_passkey",
    "make_codes", "mark_given", "owed", "proofs", "remove_app", "remove_passkey", "take_away",
]  # fmt: skip


class WrongCode(Exception):
    """It is no code of the app for now, none that was not used, and no recovery code that is left."""


class LastOne(Exception):
    """The only app or passkey of an account that must have one is not removed."""


class NothingToRecover(Exception):
    """Recovery codes are for those who have an app or a passkey."""


class AlreadyMany(Exception):
    """The account has as many passkeys as it can have."""


class Owed:
    """What a session owes before it sees anything: nothing, giving the second step, setting one up."""

    NOTHING: Final = ""
    GIVING: Final = "give"
    SETTING_UP: Final = "set up"


@dataclass(frozen=True, slots=True)
class Proofs:
    """What an account has beside its password."""

    has_app: bool
    passkeys: tuple[Passkey, ...]
    codes_left: int
    is_required: bool

    @property
    def is_set(self) -> bool:
        """Whether there is a second step."""
        return self.has_app or bool(self.passkeys)

    @property
    def is_last_needed(self) -> bool:
        """Whether what there is can not be removed."""
        return self.is_required and self.has_app + len(self.passkeys) <= 1

    @property
    def are_few_left(self) -> bool:
        """Whether it is time for new recovery codes."""
        return self.is_set and self.codes_left <= FEW


# -- what there is, and what is asked for -----------------------------------------------------------------------------


def owed(account: Account, session_of: DeskSession | None) -> str:
    """What the session owes: asked at each request of the desk, one read at most."""
    if session_of is not None and session_of.second_step:
        return Owed.NOTHING
    if account.has_app:
        return Owed.GIVING
    query = select(exists().where(Passkey.account_id == account.id), _is_on_sensitive_team(account.id))
    has_passkey, is_on_sensitive = db.session.execute(query).one()
    if has_passkey:
        return Owed.GIVING
    must = config.settings().requires_second_step and (account.is_administrator or is_on_sensitive)
    return Owed.SETTING_UP if must else Owed.NOTHING


def proofs(account: Account) -> Proofs:
    """What an account has, its passkeys in the order in which they were made."""
    return _proofs(db.session(), account)


def accounts_with() -> set[UUID]:
    """The accounts that have an app or a passkey."""
    with_app = select(Account.id).where(Account._totp_secret.is_not(None))  # noqa: SLF001 -- whether it is there
    return set(db.session.scalars(with_app.union(select(Passkey.account_id))))


def _proofs(session: Session, account: Account) -> Proofs:
    passkeys = session.scalars(
        select(Passkey).where(Passkey.account_id == account.id).order_by(Passkey.made_at, Passkey.id)
    ).all()
    left = select(func.count()).where(RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None))
    is_required = config.settings().requires_second_step and (
        account.is_administrator or bool(session.scalar(select(_is_on_sensitive_team(account.id))))
    )
    return Proofs(account.has_app, tuple(passkeys), session.scalar(left) or 0, is_required)


def _is_on_sensitive_team(account_id: UUID) -> ColumnElement[bool]:
    return exists().where(
        TeamMember.letter_id == Letter.id,
        TeamMember.account_id == account_id,
        TeamMember.ended_at.is_(None),
        Letter.is_sensitive,
    )


# -- adding and removing ----------------------------------------------------------------------------------------------


def add_app(account_id: UUID, *, secret: str, code: str, session_id: UUID) -> list[str]:
    """Take an app that shows codes of `secret`, in place of any before, once it has shown one. Raises WrongCode.

    Gives recovery codes where there were none: nobody sees them again. The session has given its second step by this.
    """
    with transaction() as session:
        now, account = clock.now(), _locked(session, account_id)
        step = app_code.step_of(secret, code, now=now, after=None)
        if step is None:
            raise WrongCode
        account.totp_secret, account.totp_step = secret, step
        _was_given(session, session_id, "app", now=now)
        _tell(session, account, "app added", now=now)
        return _codes_if_none(session, account, now=now)


def remove_app(account_id: UUID) -> None:
    """Take the app away; its codes open nothing more. Raises LastOne where a second step is required."""
    with transaction() as session:
        account = _locked(session, account_id)
        if not account.has_app:
            return
        _ensure_not_last(session, account)
        account.totp_secret, account.totp_step = None, None
        _after_removal(session, account, "app removed")


def add_passkey(account_id: UUID, *, name: str, answer: str, token: str, session_id: UUID) -> list[str]:
    """Take a passkey that a browser made for the challenge in `token`. Raises PasskeyRefused, AlreadyMany.

    Gives recovery codes as `add_app` does.
    """
    made = check_made(answer, token, account_id)
    with transaction() as session:
        now, account = clock.now(), _locked(session, account_id)
        made.take(session)
        known = session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id))
        if known is not None:
            raise PasskeyRefused
        if len(_proofs(session, account).passkeys) >= PASSKEYS:
            raise AlreadyMany
        session.add(
            Passkey(
                account_id=account.id,
                name=name.strip()[:NAME_LIMIT],
                credential_id=made.credential_id,
                public_key=made.public_key,
                sign_count=made.sign_count,
                transports=list(made.transports),
                is_synced=made.is_synced,
                made_at=now,
            )
        )
        _was_given(session, session_id, "passkey", now=now)
        _tell(session, account, "passkey added", now=now, name=name.strip()[:NAME_LIMIT])
        return _codes_if_none(session, account, now=now)


def remove_passkey(account_id: UUID, passkey_id: UUID) -> None:
    """Take one passkey of the account away. Raises LastOne where a second step is required."""
    with transaction() as session:
        account = _locked(session, account_id)
        passkey = session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.account_id == account_id))
        if passkey is None:
            return
        _ensure_not_last(session, account)
        session.delete(passkey)
        session.flush()
        _after_removal(session, account, "passkey removed", name=passkey.name)


def make_codes(account_id: UUID) -> list[str]:
    """Ten recovery codes in place of all before; nobody sees them again. Raises NothingToRecover."""
    with transaction() as session:
        now, account = clock.now(), _locked(session, account_id)
        if not _proofs(session, account).is_set:
            raise NothingToRecover
        codes = _new_codes(session, account, now=now)
        _tell(session, account, "codes made", now=now)
        return codes


def take_away(account_id: UUID, *, by: Account | None) -> None:
    """Take every second step of an account away, for who is locked out; its sessions end.

    `by` is the administrator who does it, or None for the command line; nobody does it to themselves. It is told to the
    person and to all administrators. Raises NotAllowed.
    """
    if by is not None and (not by.is_administrator or by.id == account_id):
        raise NotAllowed
    with transaction() as session:
        now, account = clock.now(), _locked(session, account_id)
        _forget(session, account)
        for passkey in session.scalars(select(Passkey).where(Passkey.account_id == account.id)):
            session.delete(passkey)  # one by one: each is written into the journal (coalition.models.ends)
        account.totp_secret, account.totp_step = None, None
        sessions.end_all(session, account)
        entry = record.enter(
            session,
            "second step taken away",
            at=now,
            actor_kind="account" if by else MACHINE,
            actor_id=by.id if by else None,
            account=account.id.hex,
        )
        administrators = select(Account).where(Account.is_administrator, Account.ended_at.is_(None))
        for one in {one.id: one for one in [account, *session.scalars(administrators)]}.values():
            _mail(session, one, account, "taken away", occasion=entry.id, now=now, by=by)


# -- giving it --------------------------------------------------------------------------------------------------------


def give_code(account_id: UUID, typed: str, *, session_id: UUID, browser: str = "") -> str:
    """Take a code of the app, or a recovery code: the session has given its second step. Says which, "app", "recovery".

    Wrong codes are counted for the account: in each browser that gave the second step before apart (`browser`, its
    secret mark), and in all others together. So nobody who guesses holds up the owner. Raises WrongCode, TooOften.
    """
    if app_code.digits_of(typed):
        _give_app_code(account_id, typed, session_id=session_id, who=f"{account_id.hex}:{browser}")
        return "app"
    _give_recovery_code(account_id, typed, session_id=session_id)
    return "recovery"


def _give_app_code(account_id: UUID, typed: str, *, session_id: UUID, who: str) -> None:
    _count(account_id, who)
    with transaction() as session:
        now, account = clock.now(), _locked(session, account_id)
        step = (
            app_code.step_of(str(account.totp_secret), typed, now=now, after=account.totp_step)
            if account.has_app
            else None
        )
        if step is None:
            raise WrongCode
        account.totp_step = step
        limit.forgive(session, "second step", who)
        _was_given(session, session_id, "app", now=now)


def _count(account_id: UUID, who: str) -> None:
    """Count a try on its own, whatever comes of it; the person is told when there were too many."""
    try:
        with transaction() as session:
            limit.count(session, "second step", who, limit=TRIES, every=TRIES_EVERY, now=clock.now())
    except TooOften:
        with transaction() as session:
            now, account = clock.now(), _locked(session, account_id)
            occasion = f"second-step-tried:{now:%Y%m%d}"
            if not outbox.is_queued(
                session, "second_step_changed", recipient=f"account:{account.id.hex}", occasion=occasion
            ):
                _mail(session, account, account, "tried", occasion=occasion, now=now, by=account)
        raise


def _give_recovery_code(account_id: UUID, typed: str, *, session_id: UUID) -> None:
    with transaction() as session:
        now, account = clock.now(), _locked(session, account_id)
        index = recovery_index(account, typed)
        row = session.scalar(
            select(RecoveryCode).where(
                RecoveryCode.account_id == account.id,
                RecoveryCode.code_index == index,
                RecoveryCode.used_at.is_(None),
            )
        )
        if row is None:
            raise WrongCode
        row.used_at = now
        session.flush()
        _was_given(session, session_id, "recovery", now=now)
        _tell(session, account, "code used", now=now)


def give_passkey(account_id: UUID, *, answer: str, token: str, session_id: UUID) -> None:
    """Take what a passkey of the account answered: the session has given its second step. Raises PasskeyRefused."""
    with transaction() as session:
        _shown(session, answer, token, wanted="step", of=account_id)
        _was_given(session, session_id, "passkey", now=clock.now())


def come_with_passkey(*, answer: str, token: str) -> Account:
    """The account that a passkey opens by itself, its person verified by the device. Raises PasskeyRefused."""
    with transaction() as session:
        passkey = _shown(session, answer, token, wanted="sign-in", of=None)
        if not passkey.account.is_live:
            raise PasskeyRefused
        account_id = passkey.account_id
    return db.session.get_one(Account, account_id)


def mark_given(session_id: UUID, how: str) -> None:
    """A session that was begun with a passkey has given its second step by that."""
    with transaction() as session:
        _was_given(session, session_id, how, now=clock.now())


def _shown(session: Session, answer: str, token: str, *, wanted: str, of: UUID | None) -> Passkey:
    """The passkey that answered the challenge in `token`; what it counts is kept, and the challenge is used up."""
    shown = check_shown(answer, token, wanted=wanted, of=of)
    query = select(Passkey).where(Passkey.credential_id == shown.credential_id)
    passkey = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if passkey is None or (of is not None and passkey.account_id != of):
        raise PasskeyRefused
    passkey.sign_count = shown.prove(
        public_key=passkey.public_key, sign_count=passkey.sign_count, of=passkey.account_id
    )
    passkey.used_at = clock.now()
    shown.take(session)
    return passkey


# -- parts of the verbs -----------------------------------------------------------------------------------------------


def _locked(session: Session, account_id: UUID) -> Account:
    return session.get_one(Account, account_id, with_for_update=True, populate_existing=True)


def _was_given(session: Session, session_id: UUID, how: str, *, now: datetime) -> None:
    given = update(DeskSession).where(DeskSession.id == session_id, DeskSession.ended_at.is_(None))
    session.execute(given.values(second_step=how, seen_at=now).execution_options(synchronize_session=False))


def _ensure_not_last(session: Session, account: Account) -> None:
    if _proofs(session, account).is_last_needed:
        raise LastOne


def _after_removal(session: Session, account: Account, change: str, name: str = "") -> None:
    """Where nothing is left, the codes for it go too, and sessions are as if they had given none."""
    session.flush()
    if not _proofs(session, account).is_set:
        _forget(session, account)
    _tell(session, account, change, now=clock.now(), name=name)


def _forget(session: Session, account: Account) -> None:
    account.recovery_key = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    session.execute(
        update(DeskSession)
        .where(DeskSession.account_id == account.id)
        .values(second_step="")
        .execution_options(synchronize_session=False)
    )


def _codes_if_none(session: Session, account: Account, *, now: datetime) -> list[str]:
    session.flush()
    if _proofs(session, account).codes_left:
        return []
    return _new_codes(session, account, now=now)


def _new_codes(session: Session, account: Account, *, now: datetime) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    account.recovery_key = secrets.token_hex(32)
    codes = [new_recovery_code() for _ in range(CODES)]
    session.add_all(
        RecoveryCode(account_id=account.id, code_index=recovery_index(account, code), made_at=now) for code in codes
    )
    return codes


def _tell(session: Session, account: Account, change: str, *, now: datetime, name: str = "") -> None:
    """Put what a person did with their own second step into the record, and tell them."""
    entry = record.enter(session, f"second step: {change}", at=now, actor_kind="account", actor_id=account.id)
    _mail(session, account, account, change, occasion=entry.id, now=now, by=account, name=name)


def _mail(
    session: Session,
    to: Account,
    about: Account,
    change: str,
    *,
    occasion: UUID | str,
    now: datetime,
    by: Account | None,
    name: str = "",
) -> None:
    outbox.queue(
        session,
        "second_step_changed",
        recipient=f"account:{to.id.hex}",
        occasion=occasion if isinstance(occasion, str) else f"second-step:{occasion.hex}",
        now=now,
        kind_class="account",
        change=change,
        account=about.id.hex,
        by=by.id.hex if by else "",
        at=now.isoformat(),
        name=name,
    )
    after_commit(outbox.doorbell.ring)
