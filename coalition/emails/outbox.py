"""The outbox: rows in the act's transaction, claimed by one statement, delivered once (SAFETY §4).

queued ─ claimed ─ transmitting ─ accepted
  │                     ├─ deferred (tried again later) ─ refused (gave up)
  │                     ├─ refused (permanent)
  │                     └─ unknown (once more after its lease, same Message-ID; then shown)
  ├─ held (no mail server is configured: nothing leaves this machine)
  └─ stopped (no longer due, or stopped at the desk)

accepted ─ bounced (a report came back, perhaps before the server's own answer: `actions.bounce`)
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import structlog
from sqlalchemy import CursorResult, select, update

from coalition import clock, config
from coalition.database import after_commit, db, transaction
from coalition.emails import letters
from coalition.emails.case import NoLongerDue
from coalition.emails.transport import ConfigurationFailure, PermanentFailure, TemporaryFailure, UnknownOutcome
from coalition.models.invitation import Invitation
from coalition.models.outgoing_email import WAITING, OutgoingEmail
from coalition.vault import blind_index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from coalition.emails.transport import Transport

FOLLOWS_AN_ANSWER: Final = frozenset(
    {
        "receipt", "told_colleague", "recorded", "closed", "published", "name_corrected",
        "keep_asked", "text_corrected", "asked_again", "new_version", "consulted_again", "ready_to_sign",
        "individual_receipt", "individual_changed", "individual_news",
        "page_proof", "still_agree", "language_added", "step_up_code",
        "approval_given", "approval_refused", "approval_ended", "dispute_settled", "suspended", "masked",
        "masked_everywhere", "standing_foreseen", "standing_vetoed",
    }
)  # fmt: skip
"""Kinds whose very row would tell who signed: recipient and occasion are one blind index, no invitation is named."""
ASKED_BY_ADDRESS: Final = "links"
"""The class of mails that somebody asked for by typing an address, which may be nobody's here."""
LEASE: Final = timedelta(minutes=10)
"""Over four times the transport's patience: a mail still being sent is never taken for lost."""
BATCH: Final = 25
GIVE_UP_AFTER: Final = 12
"""Attempts: with the waits below about three days."""
SERVICE_GOES_AWAY: Final = 421
LONGEST_WAIT: Final = timedelta(hours=8)
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Doorbell:
    """What wakes the worker after a commit; the jobs set it."""

    ring: Callable[[], object] = lambda: None


doorbell = _Doorbell()


def queue(
    session: Session,
    kind: str,
    *,
    recipient: str,
    occasion: str,
    now: datetime,
    letter_id: UUID | None = None,
    invitation_id: UUID | None = None,
    kind_class: str = "notice",
    due_at: datetime | None = None,
    **facts: Any,
) -> None:
    """Put one mail into the outbox within the present transaction; it leaves at `due_at`, else at once.

    `recipient` is "contact:<hex>", "account:<hex>" or "request:<hex>"; `occasion` names the business fact and is
    unique per recipient.
    `facts` are what the mail's function in `emails.letters` needs beside the row; they are sealed.
    """
    settings = config.settings()
    plain_recipient, plain_occasion = stands_as(kind, recipient, occasion)
    is_sealed = kind in FOLLOWS_AN_ANSWER
    row = OutgoingEmail(
        kind_class="notice" if is_sealed else kind_class,
        letter_id=letter_id,
        invitation_id=None if is_sealed else invitation_id,
        recipient=plain_recipient,
        occasion=plain_occasion,
        message_id=f"<{secrets.token_hex(12)}@{settings.mail_host}>",
        boundary=f"=_{secrets.token_hex(12)}",
        date=now.replace(microsecond=0),
        next_at=due_at or now,
        state="queued" if settings.mail_server or settings.demo else "held",
    )
    about = invitation_id.hex if invitation_id else ""
    row.context = {"kind": kind, "recipient": recipient, "invitation": about, **facts}
    session.add(row)
    after_commit(doorbell.ring)


def stands_as(kind: str, recipient: str, occasion: str) -> tuple[str, str]:
    """What the row's plain columns say of recipient and occasion; for what follows an answer, nothing (SAFETY §3)."""
    if kind not in FOLLOWS_AN_ANSWER:
        return recipient, occasion
    return f"sealed:{blind_index('outgoing_email', recipient.encode(), occasion.encode()).hex()[:40]}", "sealed"


def is_queued(session: Session, kind: str, *, recipient: str, occasion: str) -> bool:
    """Whether the recipient is told of that occasion already, or will be."""
    plain_recipient, plain_occasion = stands_as(kind, recipient, occasion)
    query = select(OutgoingEmail.id).where(
        OutgoingEmail.recipient == plain_recipient, OutgoingEmail.occasion == plain_occasion
    )
    return session.scalar(query) is not None


def drain(transport: Transport | None = None, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Deliver what is due; returns how many mails were settled or put off. Runs until nothing is due now.

    Once `is_stopping` says so, the mail in hand is finished and the others of the batch are given back.
    """
    done = 0
    expire_leases()
    while not is_stopping():
        until = clock.now() + LEASE
        batch = claim()
        if not batch:
            break
        done += len(batch)
        mine = partial(_is_mine, is_stopping, until)
        try:
            _deliver(takewhile(mine, batch), transport, partial(_put_off_claimed, batch, until))
        finally:
            _give_back(batch, until)
    return done


def _is_mine(is_stopping: Callable[[], bool], until: datetime, _row_id: UUID) -> bool:
    """Whether a claimed mail may still be begun: after its lease another worker may have it."""
    return not is_stopping() and clock.now() < until


def claim(limit: int = BATCH) -> list[UUID]:
    """Take up to `limit` due mails for this worker, by one statement; nobody else gets them while the lease lasts."""
    with transaction() as session:
        now = clock.now()
        due = (
            select(OutgoingEmail.id)
            .where(OutgoingEmail.state.in_(WAITING), OutgoingEmail.next_at <= now)
            .order_by(OutgoingEmail.next_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        claimed = session.scalars(
            update(OutgoingEmail)
            .where(OutgoingEmail.id.in_(due.scalar_subquery()))
            .values(state="claimed", lease_until=now + LEASE)
            .returning(OutgoingEmail.id)
            .execution_options(synchronize_session=False)
        )
        return list(claimed)


def expire_leases() -> None:
    """Take back what a killed worker had: claimed mails wait again, those in transmission are in doubt."""
    with transaction() as session:
        now = clock.now()
        expired = OutgoingEmail.lease_until < now
        silent = {"synchronize_session": False}
        session.execute(
            update(OutgoingEmail)
            .where(OutgoingEmail.state == "claimed", expired)
            .values(state="queued", lease_until=None)
            .execution_options(**silent)
        )
        transmitting = (OutgoingEmail.state == "transmitting", expired)
        session.execute(
            update(OutgoingEmail)
            .where(*transmitting, OutgoingEmail.in_doubt_at.is_not(None))
            .values(state="unknown", lease_until=None, settled_at=now)
            .execution_options(**silent)
        )
        session.execute(
            update(OutgoingEmail)
            .where(*transmitting, OutgoingEmail.in_doubt_at.is_(None))
            .values(state="deferred", lease_until=None, next_at=now, in_doubt_at=now)
            .execution_options(**silent)
        )


def _deliver(
    to_do: Iterable[UUID],
    transport: Transport | None,
    put_off: Callable[[TemporaryFailure | ConfigurationFailure], object],
) -> None:
    if transport is None and not config.settings().mail_server:
        for row_id in to_do:
            _show_in_demo(row_id)
        return
    from coalition.emails.transport import Transport as OurTransport  # noqa: PLC0415 -- built late, so tests can give one

    line_to_server = transport or OurTransport(letters.mail_settings())
    try:
        with line_to_server.connect() as line:
            for row_id in to_do:
                _transmit(row_id, line)
    except (TemporaryFailure, ConfigurationFailure) as failure:
        # The server can not be reached or does not let us in: what is still claimed waits, nothing is lost.
        put_off(failure)


def _transmit(row_id: UUID, line: Any) -> None:
    mail = _begin(row_id)
    if mail is None:
        return
    try:
        accepted = line.send(mail.sender, mail.recipient, mail.content)
    except PermanentFailure as failure:
        _settle(row_id, "refused", failure.code, failure.words)
    except UnknownOutcome as failure:
        _doubt(row_id, str(failure))
    except ConfigurationFailure as failure:
        _defer(row_id, failure.code, failure.words)
        raise
    except TemporaryFailure as failure:
        _defer(row_id, failure.code, failure.words)
        if failure.code is None or failure.code == SERVICE_GOES_AWAY:
            raise
    else:
        _settle(row_id, "accepted", accepted.code, accepted.words)


def _begin(row_id: UUID) -> letters.Mail | None:
    """Mark the row as being transmitted and make its mail; None when it is no longer due."""
    with transaction() as session:
        row = session.get(OutgoingEmail, row_id)
        if row is None or row.state != "claimed":
            return None
        try:
            mail = letters.make(session, row)
        except NoLongerDue as reason:
            row.state, row.last_words, row.settled_at, row.lease_until = "stopped", str(reason), clock.now(), None
            if row.kind_class == ASKED_BY_ADDRESS:
                row.context, row.last_words = {}, ""  # nor does the row tell whether we know the address
            return None
        except Exception as error:
            log.exception("mail could not be made", kind_class=row.kind_class)
            row.attempts += 1
            row.state, row.next_at, row.lease_until = "deferred", clock.now() + wait_after(row.attempts), None
            row.last_words = f"it could not be made ({type(error).__name__})"
            return None
        row.state, row.lease_until = "transmitting", clock.now() + LEASE
        row.attempts += 1
        return mail


def _show_in_demo(row_id: UUID) -> None:
    """The demonstration has no mail server: the mail is made, and the mailbox page shows it."""
    if _begin(row_id) is not None:
        _settle(row_id, "accepted", None, "shown in the demo mailbox")


def _settle(row_id: UUID, state: str, code: int | None, words: str) -> None:
    with transaction() as session:
        row = session.get_one(OutgoingEmail, row_id, with_for_update=True)
        now = clock.now()
        row.lease_until = None
        if row.invitation_id and row.kind_class == "invitation" and state == "accepted":
            session.get_one(Invitation, row.invitation_id).sent_at = now
        if row.state == "bounced":
            return  # its report was here before the server's own answer
        row.state, row.last_code, row.last_words, row.settled_at = state, code, words[:1000], now
        _note(session, row, now)
        if state == "accepted" and _bears_a_key(row) and config.settings().mail_server:
            row.context = {}  # a code or a link to the desk rests nowhere once it is on its way
        log.info("mail settled", state=state, code=code, kind_class=row.kind_class)


def _note(session: Session, row: OutgoingEmail, now: datetime) -> None:
    """Let contact and invitation know what became of a settled mail."""
    from coalition.emails import returned  # noqa: PLC0415 -- it queues mails by this module

    if row.state == "accepted":
        returned.note_arrival(session, row)
    else:
        returned.note_failure(session, row, returned.Report("", row.last_code, "", row.last_words), now=now)


def _bears_a_key(row: OutgoingEmail) -> bool:
    """Whether the mail holds a code, or a link to the desk."""
    return row.kind_class in {"account", ASKED_BY_ADDRESS} or row.context_or_empty.get("kind") == "step_up_code"


def _defer(row_id: UUID, code: int | None, words: str) -> None:
    with transaction() as session:
        row = session.get_one(OutgoingEmail, row_id, with_for_update=True)
        row.lease_until = None
        if row.state == "bounced":
            return
        row.last_code, row.last_words = code, words[:1000]
        if row.attempts < GIVE_UP_AFTER:
            row.state, row.next_at = "deferred", clock.now() + wait_after(row.attempts)
            return
        row.state, row.settled_at = "refused", clock.now()
        _note(session, row, row.settled_at)


def _doubt(row_id: UUID, words: str) -> None:
    with transaction() as session:
        row = session.get_one(OutgoingEmail, row_id, with_for_update=True)
        now = clock.now()
        row.lease_until = None
        if row.state == "bounced":
            return
        row.last_words = words[:1000]
        if row.in_doubt_at:
            row.state, row.settled_at = "unknown", now
        else:
            row.state, row.in_doubt_at, row.next_at = "deferred", now, now + LEASE


def _still_claimed(batch: list[UUID], until: datetime) -> tuple[ColumnElement[bool], ...]:
    """What of the batch is claimed, and by us: a later claim has a later lease."""
    claimed = OutgoingEmail.state == "claimed"
    return OutgoingEmail.id.in_(batch), claimed, OutgoingEmail.lease_until < until + LEASE / 2


def _give_back(batch: list[UUID], until: datetime) -> None:
    """What of the batch is still claimed waits again, for whoever comes next."""
    with transaction() as session:
        session.execute(
            update(OutgoingEmail)
            .where(*_still_claimed(batch, until))
            .values(state="queued", lease_until=None)
            .execution_options(synchronize_session=False)
        )


def _put_off_claimed(batch: list[UUID], until: datetime, failure: TemporaryFailure | ConfigurationFailure) -> None:
    with transaction() as session:
        for row in session.scalars(select(OutgoingEmail).where(*_still_claimed(batch, until))):
            row.state, row.lease_until = "deferred", None
            row.attempts += 1
            row.next_at = clock.now() + wait_after(row.attempts)
            row.last_code, row.last_words = failure.code, failure.words[:1000]


def wait_after(attempts: int) -> timedelta:
    """How long to wait after that many attempts: a minute, then doubling, at most eight hours, with a little chance."""
    wait = min(timedelta(minutes=1) * 2 ** max(attempts - 1, 0), LONGEST_WAIT)
    return timedelta(seconds=wait.total_seconds() * (0.85 + 0.3 * secrets.randbelow(1000) / 1000))


def release_held(session: Session, *, now: datetime) -> int:
    """Let held mails go, once a mail server is configured; part of a verb's transaction. Returns how many."""
    result = session.execute(
        update(OutgoingEmail)
        .where(OutgoingEmail.state == "held")
        .values(state="queued", next_at=now)
        .execution_options(synchronize_session=False)
    )
    after_commit(doorbell.ring)
    return result.rowcount if isinstance(result, CursorResult) else 0


def seconds_until_next() -> float | None:
    """Seconds until a waiting mail is due, or None when none waits."""
    next_at = db.session.scalar(
        select(OutgoingEmail.next_at).where(OutgoingEmail.state.in_(WAITING)).order_by(OutgoingEmail.next_at).limit(1)
    )
    db.session.rollback()
    return None if next_at is None else max((next_at - clock.now()).total_seconds(), 0.0)
