"""`coalition account …`: for who runs the server, when somebody at the desk is locked out or has to be.

Each act is in the record as done at the machine, and its person is told by mail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition import config
from coalition.actions import enter, second_step, sessions
from coalition.actions.enter import LastAdministrator, LettersLeftAlone
from coalition.actions.found import SET_UP_LINK_LASTS
from coalition.actions.team import NotAllowed
from coalition.cli import acting
from coalition.cli.refusal import Refused, opened
from coalition.database import db

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coalition.actions.sessions import Known

HEAD = ("Name", "Address", "Part", "Second step", "Signed in last", "State")


def listed() -> Iterator[str]:
    """Every account in a line, after a line of headings."""
    with opened():
        rows = [HEAD, *map(_row, sessions.all_known(have_second_step=second_step.accounts_with()))]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    for row in rows:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def set_up(address: str) -> str:
    """Make a one-time link to choose a password by; the link. Raises Refused."""
    with opened():
        account = acting.account(address)
        token = enter.make_set_up_link(account.id)
        return (
            f"This link works once, for {SET_UP_LINK_LASTS.days} days. Whoever has it chooses the password of "
            f"{address.strip()}: give it to nobody else. A second step stays as it is.\n"
            f"{config.settings().root}/desk/set-up/{token}"
        )


def take_away_second_step(address: str) -> str:
    """Take app, passkeys and recovery codes away from an account. Raises Refused."""
    with opened():
        account = acting.account(address)
        if account.id not in second_step.accounts_with():
            raise Refused(f"The account {account.email} has no second step.")
        second_step.take_away(account.id, by=None)
        return "The second step is taken away. They and the administrators are told by mail; they are signed out."


def end_sessions(address: str) -> str:
    """Sign an account out everywhere. Raises Refused."""
    with opened():
        number = sessions.end_colleagues(acting.account(address).id, by=None)
        if not number:
            return "They are signed in nowhere."
        browsers = "1 browser" if number == 1 else f"{number} browsers"
        return f"They are signed out of {browsers}, and told so by mail."


def end(address: str, *, leave_alone: int) -> str:
    """End an account. Raises Refused."""
    with opened():
        account = acting.account(address)
        name = account.name
        try:
            enter.end_account(account.id, by=None, leaves_alone=leave_alone)
        except LettersLeftAlone as error:
            db.session.rollback()
            raise Refused(
                f"The account coordinates letters that nobody else can act for: {error.number}. Have a colleague "
                f"made coordinator first, or say --leave-alone {error.number}: an administrator appoints somebody then."
            ) from error
        except LastAdministrator as error:
            raise _no_administrator() from error
        return f"The account of {name} has ended. They are told by mail."


def administrator(address: str, *, is_administrator: bool) -> str:
    """Make an account administrator, or no more. Raises Refused."""
    with opened():
        account = acting.account(address)
        name = account.name
        try:
            has_changed = enter.appoint_administrator(account.id, is_administrator=is_administrator)
        except NotAllowed as error:
            raise Refused(f"Administrators coordinate, and {name} is here as {account.role}.") from error
        except LastAdministrator as error:
            raise _no_administrator() from error
        is_so = f"{name} is {'' if is_administrator else 'no '}administrator"
        return f"{is_so}. They are told by mail." if has_changed else f"{is_so} already."


def _row(known: Known) -> tuple[str, ...]:
    account = known.account
    state = "ended" if account.ended_at else "active" if account.is_set_up else "invited"
    return (
        account.name,
        account.email,
        "administrator" if account.is_administrator else account.role,
        "yes" if known.has_second_step else "no",
        f"{known.came_at:%Y-%m-%d}" if known.came_at else "not in the last 30 days",
        state,
    )


def _no_administrator() -> Refused:
    return Refused("Nobody would be administrator any more. Make somebody else administrator first.")
