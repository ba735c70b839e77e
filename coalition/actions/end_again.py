"""Ending again, after a restore, what the journal says was ended since: the copy that came back has it live.

Links, accounts, parts in teams, passwords and passkeys, what an organisation agreed to beforehand, what is public of a
letter. Nobody is told, and no reason comes back. Unlike erasures, ends can be taken back by people: so those alone are
done again that may be younger than the copy (`since`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from coalition import clock
from coalition.actions import enter, own_entry, release, retract
from coalition.database import transaction
from coalition.models.account import Account
from coalition.models.contact import Contact
from coalition.models.ends import NAME
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter, TeamMember
from coalition.models.link import Link
from coalition.models.organisation import Organisation
from coalition.models.second_step import Passkey
from coalition.models.standing_consent import StandingConsent
from coalition.models.webhook import Webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.journal import Erasure

MARGIN: Final = timedelta(minutes=10)
"""An instant is taken before its transaction is committed, and machines' clocks differ."""


def _dated(model: type[Any], column: str) -> Callable[[Session, Erasure, datetime], bool]:
    """Ends a row by the column that says since when it has ended."""

    def end(session: Session, one: Erasure, now: datetime) -> bool:
        row = session.get(model, one.id)
        if row is None or getattr(row, column) is not None:
            return False
        setattr(row, column, now)
        return True

    return end


def _links_of(model: type[Any]) -> Callable[[Session, Erasure, datetime], bool]:
    """Ends every link of before by the epoch."""

    def end(session: Session, one: Erasure, _now: datetime) -> bool:
        row = session.get(model, one.id)
        if row is None:
            return False
        row.epoch += 1
        return True

    return end


def _account(session: Session, one: Erasure, now: datetime) -> bool:
    account = session.get(Account, one.id)
    if account is None or not account.is_live:
        return False
    enter.close_account(session, account, now=now)
    return True


def _administrator(session: Session, one: Erasure, _now: datetime) -> bool:
    account = session.get(Account, one.id)
    if account is None or not account.is_administrator:
        return False
    account.is_administrator = False
    return True


def _password(session: Session, one: Erasure, _now: datetime) -> bool:
    """The password of before, which may be why there is another, opens nothing: its person chooses one anew."""
    account = session.get(Account, one.id)
    if account is None or account.password is None:
        return False
    account.password = None
    enter.shut_out(session, account)
    return True


def _passkey(session: Session, one: Erasure, _now: datetime) -> bool:
    passkey = session.get(Passkey, one.id)
    if passkey is None:
        return False
    session.delete(passkey)
    return True


def _public_page(session: Session, one: Erasure, _now: datetime) -> bool:
    organisation = session.get(Organisation, one.id)
    if organisation is None or organisation.public_page_at is None:
        return False
    organisation.public_page_at = None
    own_entry.page_changed(session, organisation)
    return True


def _retracted(session: Session, one: Erasure, _now: datetime) -> bool:
    return session.get(Letter, one.id) is not None and retract.retract_again(session, one.id, at=one.at)


def _undone(session: Session, one: Erasure, _now: datetime) -> bool:
    return session.get(Letter, one.id) is not None and release.undo_again(session, one.id, at=one.at)


END: Final[dict[str, Callable[[Session, Erasure, datetime], bool]]] = {
    "link": _dated(Link, "revoked_at"),
    "invitation": _dated(Invitation, "revoked_at"),
    "invitation_links": _links_of(Invitation),
    "contact_left": _dated(Contact, "ended_at"),
    "contact_links": _links_of(Contact),
    "account": _account,
    "administrator": _administrator,
    "password": _password,
    "passkey": _passkey,
    "part": _dated(TeamMember, "ended_at"),
    "standing_consent": _dated(StandingConsent, "revoked_at"),
    "webhook": _dated(Webhook, "ended_at"),
    "public_page": _public_page,
    retract.RETRACTED: _retracted,
    release.UNDONE: _undone,
}
"""Each kind of the journal (coalition.models.ends), and what ends it; that says whether it was still live."""


def since(entries: Iterable[Erasure], made_at: datetime) -> tuple[Erasure, ...]:
    """What is to be done again with a copy made then: everything that was erased, and what was ended since.

    Names that left are written down with their day alone.
    """
    midnight = made_at.replace(hour=0, minute=0, second=0, microsecond=0)
    earliest = {NAME: midnight - MARGIN} | dict.fromkeys(END, made_at - MARGIN)
    return tuple(one for one in entries if one.kind not in earliest or one.at >= earliest[one.kind])


def end_again(entries: Iterable[Erasure]) -> int:
    """End everything that has not ended in the present database; how much that was. May be done again at any time."""
    done = 0
    for one in entries:
        if one.kind in END:
            with transaction() as session:
                done += END[one.kind](session, one, clock.now())
    return done
