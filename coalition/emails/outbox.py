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
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, Table, insert, select, update

from coalition import clock, config
from coalition.database import after_commit, db
from coalition.emails import hosts
from coalition.models.outgoing_email import WAITING, OutgoingEmail
from coalition.vault import blind_index, blind_indexes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from coalition.emails.lines import WayOut

FOLLOWS_AN_ANSWER: Final = frozenset(
    {
        "receipt", "told_colleague", "recorded", "closed", "published", "update", "name_corrected",
        "keep_asked", "text_corrected", "asked_again", "new_version", "consulted_again", "ready_to_sign",
        "individual_receipt", "individual_changed", "individual_news",
        "page_proof", "still_agree", "language_added", "step_up_code",
        "approval_given", "approval_refused", "approval_ended", "dispute_settled", "suspended", "masked",
        "masked_everywhere", "standing_foreseen", "standing_vetoed",
    }
)  # fmt: skip
"""Kinds whose very row would tell who signed: recipient and occasion are one blind index, no invitation is named."""
DAY: Final = timedelta(days=1)
TOLD_AT: Final = timedelta(hours=7)
"""When, in UTC, what came later on a day is told on the next."""
ASKED_BY_ADDRESS: Final = "links"
"""The class of mails that somebody asked for by typing an address, which may be nobody's here."""


_TABLE: Final = cast("Table", OutgoingEmail.__table__)


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
    columns = columns_of(
        kind,
        recipient=recipient,
        occasion=occasion,
        now=now,
        letter_id=letter_id,
        invitation_id=invitation_id,
        kind_class=kind_class,
        due_at=due_at,
        **facts,
    )
    session.add(OutgoingEmail(_context=columns.pop("context"), **columns))
    after_commit(doorbell.ring)


def columns_of(
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
) -> dict[str, Any]:
    """The columns of the row that `queue` writes, its facts sealed: for `queue_all`."""
    settings = config.settings()
    plain_recipient, plain_occasion = stands_as(kind, recipient, occasion)
    is_sealed = kind in FOLLOWS_AN_ANSWER
    row_id = uuid4()
    about = invitation_id.hex if invitation_id else ""
    context = {"kind": kind, "recipient": recipient, "invitation": about, **facts}
    if is_sealed:
        context["occasion"] = occasion
    return {
        "id": row_id,
        "kind_class": "notice" if is_sealed else kind_class,
        "letter_id": letter_id,
        "invitation_id": None if is_sealed else invitation_id,
        "recipient": plain_recipient,
        "occasion": plain_occasion,
        "context": OutgoingEmail.context.sealed(context, table=OutgoingEmail.__tablename__, row=row_id),
        "message_id": f"<{secrets.token_hex(12)}@{settings.mail_host}>",
        "boundary": f"=_{secrets.token_hex(12)}",
        "date": now.replace(microsecond=0),
        "next_at": due_at or now,
        "state": "queued" if settings.mail_server or settings.demo else "held",
    }


def queue_all(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Put many mails into the outbox by one statement; each row as `columns_of` made it."""
    session.execute(insert(_TABLE), rows)
    after_commit(doorbell.ring)


def stands_as(kind: str, recipient: str, occasion: str) -> tuple[str, str]:
    """What the row's plain columns say of recipient and occasion; for what follows an answer, nothing (SAFETY §3)."""
    if kind not in FOLLOWS_AN_ANSWER:
        return recipient, occasion
    return _sealed(blind_index("outgoing_email", recipient.encode(), occasion.encode())), "sealed"


def _sealed(index: bytes) -> str:
    return f"sealed:{index.hex()[:40]}"


def is_queued(session: Session, kind: str, *, recipient: str, occasion: str) -> bool:
    """Whether the recipient is told of that occasion already, or will be."""
    plain_recipient, plain_occasion = stands_as(kind, recipient, occasion)
    recipients = {plain_recipient}
    if kind in FOLLOWS_AN_ANSWER:  # a row that was emptied stands under the key of its time
        recipients |= {_sealed(one) for one in blind_indexes("outgoing_email", recipient.encode(), occasion.encode())}
    query = select(OutgoingEmail.id).where(
        OutgoingEmail.recipient.in_(recipients), OutgoingEmail.occasion == plain_occasion
    )
    return session.scalar(query.limit(1)) is not None


def queue_at_most_daily(
    session: Session, kind: str, *, recipient: str, occasion: str, now: datetime, **rest: Any
) -> None:
    """Tell of something that happens often: the first at once, what comes later on a day together on the next.

    `occasion` is what happens, without its day; `rest` goes to `queue`.
    """
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for day, due_at in ((today, now), (today + DAY, today + DAY + TOLD_AT)):
        of_that_day = f"{occasion}:{day:%Y%m%d}"
        if not is_queued(session, kind, recipient=recipient, occasion=of_that_day):
            queue(session, kind, recipient=recipient, occasion=of_that_day, now=now, due_at=due_at, **rest)
            return


def drain(transport: WayOut | None = None, *, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Deliver what is due, see `coalition.emails.delivery`."""
    from coalition.emails import delivery  # noqa: PLC0415 -- it tells of what came back by mails that are queued here

    return delivery.drain(transport, is_stopping=is_stopping)


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
    """Seconds until a waiting mail may go, or None when none waits: when it is due and the line is not paused."""
    now = clock.now()
    next_at = db.session.scalar(
        select(OutgoingEmail.next_at).where(OutgoingEmail.state.in_(WAITING)).order_by(OutgoingEmail.next_at).limit(1)
    )
    paused = hosts.paused_until(db.session(), hosts.LINE, now=now)
    db.session.rollback()
    return None if next_at is None else max((max(next_at, paused or next_at) - now).total_seconds(), 0.0)
