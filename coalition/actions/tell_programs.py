"""Sending what other programs are to be told: each thing once to each address, again until it is taken or given up."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import structlog
from sqlalchemy import delete, select, update

from coalition import clock, config
from coalition.actions import outward
from coalition.actions.outward import Answer, NotReached
from coalition.database import db, transaction
from coalition.emails.waits import LONGEST, wait_after
from coalition.models import record
from coalition.models.public import PublicLetter
from coalition.models.webhook import Webhook, WebhookDelivery

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

GIVEN_UP_AFTER: Final = timedelta(days=3)
LEASE: Final = timedelta(minutes=2)
"""So long nobody else tries what a worker is sending: longer than a call takes, looking up the name included."""
KEPT_FOR: Final = timedelta(days=90)
"""How long the desk says what became of a call."""
GONE: Final = 410
"""An address that answers so wants to be told nothing more (Standard Webhooks 1.0.0)."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that this worker makes now."""

    delivery_id: UUID
    attempt: int
    address: str
    body: bytes
    headers: dict[str, str]


def tell_due(*, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is due; returns how much was taken. An address that does not take it is left alone for a while."""
    taken = 0
    now = clock.now()
    _forget_old(now=now)
    for delivery_id in _due(db.session(), now=now):
        if is_stopping():
            break
        call = _begun(delivery_id)
        if call is not None:
            taken += _settle(call, *_made(call))
    return taken


def _forget_old(*, now: datetime) -> None:
    old = (WebhookDelivery.state != "queued") & (WebhookDelivery.at < now - KEPT_FOR)
    if db.session.scalar(select(WebhookDelivery.id).where(old).limit(1)) is not None:
        with transaction() as session:
            session.execute(delete(WebhookDelivery).where(old))


def _due(session: Session, *, now: datetime) -> list[UUID]:
    query = (
        select(WebhookDelivery.id)
        .where(WebhookDelivery.state == "queued", WebhookDelivery.next_at <= now)
        .order_by(WebhookDelivery.next_at, WebhookDelivery.at, WebhookDelivery.id)
    )
    found = list(session.scalars(query))
    session.rollback()
    return found


def _begun(delivery_id: UUID) -> _Call | None:
    """Take it, so that no other worker sends it, and say what is sent; None where there is nothing to send any more."""
    with transaction() as session:
        now = clock.now()
        mine = (
            update(WebhookDelivery)
            .where(WebhookDelivery.id == delivery_id, WebhookDelivery.state == "queued", WebhookDelivery.next_at <= now)
            .values(attempts=WebhookDelivery.attempts + 1, next_at=now + LEASE)
            .returning(WebhookDelivery.id)
            .execution_options(synchronize_session=False)
        )
        if session.scalar(mine) is None:
            return None
        delivery = session.get_one(WebhookDelivery, delivery_id)
        address = _address(session, delivery)
        if address is None or delivery.webhook.ended_at is not None:
            _close(delivery, "given_up", now=now, trouble="unpublished" if address is None else "ended")
            return None
        body = json.dumps(delivery.payload(address), separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Coalition",
            "webhook-id": delivery.message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": delivery.webhook.signatures(delivery.message_id, body, now=now),
        }
        return _Call(delivery.id, delivery.attempts, delivery.webhook.address, body, headers)


def _address(session: Session, delivery: WebhookDelivery) -> str | None:
    """The page that is told of: the site's for a test; None for a letter that readers do not see any more."""
    root = config.settings().root
    if delivery.letter_id is None:
        return f"{root}/"
    public = session.get(PublicLetter, delivery.letter_id)
    return None if public is None or public.announced_at is None else f"{root}/letters/{public.slug}"


def _made(call: _Call) -> tuple[Answer | None, str]:
    """Make the call: what came back, or why nothing did."""
    reaches_private = config.settings().webhooks_to_private_networks
    try:
        return outward.post(call.address, call.body, call.headers, reaches_private=reaches_private), ""
    except NotReached as error:
        return None, error.trouble


def _settle(call: _Call, answer: Answer | None, trouble: str) -> bool:
    """Write down what came of it; whether it was taken. Where another worker took it over, that one says."""
    with transaction() as session:
        delivery = session.get(WebhookDelivery, call.delivery_id, with_for_update=True)
        if delivery is None or delivery.state != "queued" or delivery.attempts != call.attempt:
            return False
        now = clock.now()
        delivery.last_code, delivery.trouble = answer.status if answer else None, trouble
        if answer is not None and answer.is_taken:
            _close(delivery, "taken", now=now)
            return True
        log.info("a program did not take what it was told", code=delivery.last_code, trouble=trouble)
        if answer is not None and answer.status == GONE:
            _close(delivery, "given_up", now=now)
            _end(session, delivery.webhook, now=now)
        elif now - delivery.at >= GIVEN_UP_AFTER:
            _close(delivery, "given_up", now=now, trouble=trouble)
        else:
            asked = min(timedelta(seconds=answer.wait), LONGEST) if answer else timedelta()
            _put_off(session, delivery, to=now + max(wait_after(delivery.attempts), asked))
        return False


def _close(delivery: WebhookDelivery, state: str, *, now: datetime, trouble: str = "") -> None:
    delivery.state, delivery.settled_at, delivery.trouble = state, now, trouble


def _put_off(session: Session, delivery: WebhookDelivery, *, to: datetime) -> None:
    """Try it again then, and what else the same address is to be told no sooner."""
    others = update(WebhookDelivery).where(
        WebhookDelivery.webhook_id == delivery.webhook_id,
        WebhookDelivery.state == "queued",
        WebhookDelivery.next_at < to,
    )
    values: dict[str, Any] = {"next_at": to}
    delivery.next_at = to
    session.flush()
    session.execute(others.values(values).execution_options(synchronize_session=False))


def _end(session: Session, webhook: Webhook, *, now: datetime) -> None:
    if webhook.ended_at is None:
        webhook.end(now=now)
        record.enter(session, "webhook ended", at=now, webhook=webhook.id.hex, code=GONE)
