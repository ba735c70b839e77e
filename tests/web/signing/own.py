"""Ways of tests to an organisation's own page: the links that were mailed, and the code in the mail."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock, tokens
from coalition.database import db, transaction
from coalition.emails import letters
from coalition.emails.own_link import LASTS
from coalition.models.contact import Contact
from coalition.models.link import Link
from coalition.models.outgoing_email import OutgoingEmail

if TYPE_CHECKING:
    from uuid import UUID

    from tests.visitor import Page, Visitor


def own_link_path(contact_id: UUID) -> str:
    """The path of a link to the own page, as if it was mailed to the contact just now."""
    with transaction() as session:
        contact = session.get_one(Contact, contact_id)
        link = Link.for_own_page(contact, tokens.ours(), now=clock.now(), expires_at=clock.now() + LASTS)
        session.add(link)
        return f"/o/{link.token(tokens.ours())}"


def newest_code() -> str:
    """The code in the newest mail that brings one."""
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingEmail)).all()
    coded = [row for row in rows if row.context_or_empty.get("kind") == "step_up_code" and not row.settled_at]
    newest = max(coded, key=lambda row: row.date if len({one.date for one in coded}) == len(coded) else row.id)
    if len(coded) > 1:
        newest = coded[-1]
    found = re.search(r"\d{4} \d{4}", letters.make(db.session(), newest).text)
    assert found is not None
    return found[0]


def at_own_page(visitor: Visitor, contact_id: UUID) -> Page:
    """The page of the contact's organisation, opened with the link and the code."""
    page = visitor.get(own_link_path(contact_id))
    page = page.form("code").submit()
    return page.form("code").fill(code=newest_code()).submit()


def fresh_key() -> str:
    """A form's key."""
    return secrets.token_hex(16)
