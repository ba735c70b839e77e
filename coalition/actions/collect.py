"""Fetching the mail that waits in our mailbox, where the mail server does not bring it by a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from coalition import clock, config
from coalition.actions.receive import receive
from coalition.emails.mailbox import Mailbox

if TYPE_CHECKING:
    from collections.abc import Callable

BATCH: Final = 200
MOST_FAILURES: Final = 20
"""So many mails that can not be taken in are our fault, not theirs: the next visit tries again."""
log = structlog.get_logger(__name__)


def collect(*, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Take in what waits in the mailbox of the settings; returns how many mails. Raises MailboxClosed.

    A mail is put away after it is taken in, never before: one that is fetched twice is known by its bytes. One that can
    not be taken in stays, and keeps no other.
    """
    if not config.settings().imap_server:
        return 0
    taken = failures = 0
    with Mailbox(config.settings()) as mailbox:
        for name in mailbox.waiting():
            if is_stopping() or taken >= BATCH or failures >= MOST_FAILURES:
                break
            raw = mailbox.fetch(name)
            if raw is None:
                continue
            try:
                receive(raw, envelope_to=None, now=clock.now())
            except SQLAlchemyError:
                raise
            except Exception as error:  # noqa: BLE001 -- whatever is wrong with one mail, the next ones are fetched
                log.error("a mail could not be taken in", error=type(error).__name__)  # noqa: TRY400 -- its trace would hold the mail
                failures += 1
                continue
            mailbox.put_away(name)
            taken += 1
    return taken
