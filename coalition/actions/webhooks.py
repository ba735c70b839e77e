"""The addresses of other programs that are told of publications: made, tried, given another secret, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from sqlalchemy import func, select

from coalition import clock, config
from coalition.actions.call_webhooks import doorbell
from coalition.actions.outward import AddressNotTaken, check_address
from coalition.actions.team import NotAllowed
from coalition.database import after_commit, transaction
from coalition.models import record
from coalition.models.house import House
from coalition.models.webhook import ADDRESS_LIMIT, Webhook, WebhookDelivery

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.models.account import Account

MOST: Final = 20
"""Addresses that are told at once: the worker calls one after the other."""


class ToldAlready(Exception):
    """The address is told already."""


class TooMany(Exception):
    """As many addresses are told as may be."""


class WebhookEnded(Exception):
    """There is no such address, or it was ended."""


def make(address: str, *, by: Account) -> tuple[UUID, str]:
    """Tell an address of publications from now on; its id and its secret, which is shown this once.

    Only administrators. Raises NotAllowed, AddressNotTaken, ToldAlready, TooMany.
    """
    _ensure_administrator(by)
    if len(address) > ADDRESS_LIMIT:
        raise AddressNotTaken(address)
    check_address(address, reaches_private=config.settings().webhooks_to_private_networks)
    with transaction() as session:
        session.execute(select(House.id).with_for_update())  # two presses at once are two in a row
        live = select(func.count()).where(Webhook.ended_at.is_(None))
        if session.scalar(live.where(Webhook.address == address)):
            raise ToldAlready
        if (session.scalar(live) or 0) >= MOST:
            raise TooMany
        now = clock.now()
        webhook = Webhook(address=address, made_at=now)
        secret = webhook.renew_secret(now=now)
        session.add(webhook)
        _enter(session, "webhook made", webhook, by, now=now)
        return webhook.id, secret


def renew_secret(webhook_id: UUID, *, by: Account) -> str:
    """Give an address another secret, which is shown this once; for a day calls are signed with both.

    Only administrators. Raises NotAllowed, WebhookEnded.
    """
    _ensure_administrator(by)
    with transaction() as session:
        webhook, now = _live(session, webhook_id), clock.now()
        secret = webhook.renew_secret(now=now)
        _enter(session, "webhook secret renewed", webhook, by, now=now)
        return secret


def try_out(webhook_id: UUID, *, by: Account) -> None:
    """Have a test sent to an address, as anything else is. Only administrators. Raises NotAllowed, WebhookEnded."""
    _ensure_administrator(by)
    with transaction() as session:
        webhook, now = _live(session, webhook_id), clock.now()
        session.add(
            WebhookDelivery(webhook_id=webhook.id, occasion=f"test:{uuid4().hex}", kind="test", at=now, next_at=now)
        )
        after_commit(doorbell.ring)


def end(webhook_id: UUID, *, by: Account) -> None:
    """Tell an address nothing more; what waits is not sent. Only administrators. Raises NotAllowed, WebhookEnded."""
    _ensure_administrator(by)
    with transaction() as session:
        webhook, now = _live(session, webhook_id), clock.now()
        webhook.end(now=now)
        _enter(session, "webhook ended", webhook, by, now=now)


def _live(session: Session, webhook_id: UUID) -> Webhook:
    webhook = session.get(Webhook, webhook_id, with_for_update=True)
    if webhook is None or webhook.ended_at is not None:
        raise WebhookEnded
    return webhook


def _ensure_administrator(by: Account) -> None:
    if not by.is_administrator:
        raise NotAllowed


def _enter(session: Session, verb: str, webhook: Webhook, by: Account, *, now: datetime) -> None:
    record.enter(session, verb, at=now, actor_kind="account", actor_id=by.id, webhook=webhook.id.hex)
