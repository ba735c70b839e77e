"""Who acts when a verb is called at a terminal."""

from __future__ import annotations

from sqlalchemy import select

from coalition.cli.refusal import Refused
from coalition.database import db
from coalition.models.account import Account


def account(address: str | None) -> Account:
    """The account with that mail address, else the first administrator. Raises Refused."""
    query = select(Account).where(Account.ended_at.is_(None)).order_by(Account.created_at)
    if address:
        query = query.where(Account.email == address.strip().casefold())
    else:
        query = query.where(Account.is_administrator)
    found = db.session.scalars(query).first()
    if found is None:
        raise Refused(f"There is no account with the address {address}." if address else "There is no administrator.")
    return found
