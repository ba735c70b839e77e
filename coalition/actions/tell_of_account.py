"""What somebody else did to an account: into the record, and told its person by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from coalition import clock
from coalition.database import after_commit
from coalition.emails import outbox
from coalition.models import record

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.models.account import Account

MACHINE: Final = "machine"
"""The kind of actor in the record where somebody acted at the machine itself: no account vouches for them."""


def of_account(
    session: Session, account: Account, change: str, *, by: Account | None, verb: str, **detail: Any
) -> None:
    """Enter `verb` into the record and queue the mail; part of a verb. `by` is None at the machine itself."""
    now = clock.now()
    entry = record.enter(
        session,
        verb,
        at=now,
        actor_kind="account" if by else MACHINE,
        actor_id=by.id if by else None,
        account=account.id.hex,
        **detail,
    )
    outbox.queue(
        session,
        "account_changed",
        recipient=f"account:{account.id.hex}",
        occasion=f"account:{entry.id.hex}",
        now=now,
        kind_class="account",
        change=change,
        by=by.id.hex if by else "",
        at=now.isoformat(),
    )
    after_commit(outbox.doorbell.ring)
