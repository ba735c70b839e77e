"""What becomes of a mail's row once its attempt ended. Functions here are part of a transaction of `delivery`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import structlog
from sqlalchemy import Table, bindparam, update

from coalition import config
from coalition.emails import returned
from coalition.emails.failures import DeliveryFailure, PermanentFailure, UnknownOutcome
from coalition.emails.leases import LEASE
from coalition.emails.lines import Arrival
from coalition.emails.outbox import ASKED_BY_ADDRESS
from coalition.emails.waits import wait_after
from coalition.models.invitation import Invitation
from coalition.models.outgoing_email import OutgoingEmail

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.emails.lines import Outcome
    from coalition.emails.wire import Accepted

GIVE_UP_AFTER: Final = 12
"""Attempts: with the waits between them about three days."""
ONCE_TOLD: Final = "once_told"
"""Among the facts of a mail: it names somebody who was erased while it waited, and is emptied when it has left."""
_MAILS: Final = cast("Table", OutgoingEmail.__table__)
_INVITATIONS: Final = cast("Table", Invitation.__table__)
_ARRIVED: Final = (
    update(_MAILS)
    .where(_MAILS.c.id == bindparam("row"), _MAILS.c.state == "transmitting")
    .values(
        state="accepted",
        lease_until=None,
        settled_at=bindparam("now"),
        last_code=bindparam("code"),
        last_words=bindparam("words"),
    )
)
log = structlog.get_logger(__name__)


def settle(session: Session, row: OutgoingEmail, result: Accepted | DeliveryFailure, *, now: datetime) -> None:
    """Write down what a server said of a mail, or that it said nothing."""
    row.lease_until = None
    if isinstance(result, DeliveryFailure):
        if row.state != "transmitting":
            return  # its report was here before the server's own answer, or another worker has it
        if isinstance(result, PermanentFailure):
            _end(session, row, "refused", result, now=now)
            if row.context_or_empty.get(ONCE_TOLD):
                row.context = {}
        elif isinstance(result, UnknownOutcome):
            _doubt(row, result, now=now)
        else:
            _defer(session, row, result, now=now)
        return
    if row.invitation_id and row.kind_class == "invitation":
        session.get_one(Invitation, row.invitation_id).sent_at = now
    if row.state == "bounced":
        return  # as above, but it was sent
    _end(session, row, "accepted", result, now=now)
    _let_go(row)


def arrival_of(session: Session, row: OutgoingEmail) -> Arrival | None:
    """What there is to write down when the mail of a row arrives; None where that has to be seen then."""
    facts = row.context_or_empty  # opened once
    if _rests_nowhere(row, facts) or returned.may_end_a_failure(session, row, facts):
        return None
    invitation_id = row.invitation_id if row.kind_class == "invitation" else None
    return Arrival(invitation_id, follows_an_answer=returned.follows_an_answer(row, facts))


def settle_arrivals(session: Session, outcomes: Sequence[Outcome], *, now: datetime) -> bool:
    """Write down at once that a server took several mails; says whether they all are as they were when they left.

    Where one is not (its report came before the server's own answer, or another worker has it), each is to be settled
    alone.
    """
    if not outcomes:
        return True
    rows = []
    to = []
    for outcome in outcomes:
        arrival, result = outcome.handed.arrival, outcome.result
        if arrival is None:
            raise ValueError("What this arrival means has to be seen then.")
        words = _kept(result, follows_an_answer=arrival.follows_an_answer)
        rows.append({"row": outcome.handed.row_id, "now": now, "code": result.code, "words": words})
        to += [arrival.invitation_id] if arrival.invitation_id else []
    written = session.connection().execute(_ARRIVED, rows)
    if to:
        session.execute(update(_INVITATIONS).where(_INVITATIONS.c.id.in_(to)).values(sent_at=now))
    log.info("mails settled", state="accepted", number=len(rows))
    return written.rowcount == len(rows)


def stop(row: OutgoingEmail, reason: str, *, now: datetime) -> None:
    """It lost its sense before it went."""
    row.state, row.last_words, row.settled_at, row.lease_until = "stopped", reason, now, None
    if row.kind_class == ASKED_BY_ADDRESS:
        row.context, row.last_words = {}, ""  # nor does the row tell whether we know the address


def put_off_unmade(row: OutgoingEmail, error: Exception, *, now: datetime) -> None:
    """It could not be made, which may be mended here in the next days; no other mail waits for it."""
    row.attempts += 1
    row.state, row.next_at, row.lease_until = "deferred", now + wait_after(row.attempts), None
    if row.attempts >= GIVE_UP_AFTER:
        row.state, row.settled_at = "refused", now
    row.last_words = f"it could not be made ({type(error).__name__})"


def _end(
    session: Session, row: OutgoingEmail, state: str, result: Accepted | DeliveryFailure, *, now: datetime
) -> None:
    row.state, row.settled_at = state, now
    row.last_code, row.last_words = result.code, _words_to_keep(row, result)
    if state == "accepted":
        returned.note_arrival(session, row)
    else:
        report = returned.Report("", result.code, "", result.words)
        returned.note_failure(session, row, report, now=now)
    log.info("mail settled", state=state, code=result.code, kind_class=row.kind_class)


def _doubt(row: OutgoingEmail, failure: DeliveryFailure, *, now: datetime) -> None:
    row.last_code, row.last_words = failure.code, _words_to_keep(row, failure)
    if row.in_doubt_at:
        row.state, row.settled_at = "unknown", now
    else:
        row.state, row.in_doubt_at, row.next_at = "deferred", now, now + LEASE


def _defer(session: Session, row: OutgoingEmail, failure: DeliveryFailure, *, now: datetime) -> None:
    if not failure.is_begun:
        row.attempts -= 1  # nobody was told of it
    if row.attempts >= GIVE_UP_AFTER:
        _end(session, row, "refused", failure, now=now)
        return
    row.state, row.next_at = "deferred", now + wait_after(row.attempts)
    row.last_code, row.last_words = failure.code, _words_to_keep(row, failure)


def _words_to_keep(row: OutgoingEmail, result: Accepted | DeliveryFailure) -> str:
    return _kept(result, follows_an_answer=returned.follows_an_answer(row))


def _kept(result: Accepted | DeliveryFailure, *, follows_an_answer: bool) -> str:
    """What is ours to say, where no server spoke, names nobody."""
    if result.code is None:
        return result.words[:1000]
    return returned.kept(result.words, is_telling=follows_an_answer)


def _let_go(row: OutgoingEmail) -> None:
    """What is to rest nowhere once it is on its way goes; the mailbox of a demonstration keeps it."""
    if _rests_nowhere(row, row.context_or_empty) and config.settings().mail_server:
        row.context = {}


def _rests_nowhere(row: OutgoingEmail, facts: dict[str, Any]) -> bool:
    """Whether the mail holds a code or a link to the desk, or names somebody who was erased meanwhile."""
    if facts.get(ONCE_TOLD):
        return True
    return row.kind_class in {"account", ASKED_BY_ADDRESS} or facts.get("kind") == "step_up_code"
