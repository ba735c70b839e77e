"""Ways of tests to an organisation's own page: the links that were mailed, and the code in the mail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import select

from coalition import clock, tokens
from coalition.database import db, transaction
from coalition.emails import letters, outbox
from coalition.emails.own_link import LASTS
from coalition.emails.transport import Accepted
from coalition.models.contact import Contact
from coalition.models.link import Link
from coalition.models.outgoing_email import OutgoingEmail

if TYPE_CHECKING:
    from uuid import UUID

    import pytest
    from sqlalchemy.orm import Session

    from coalition.emails.case import Shared
    from coalition.emails.letters import Mail
    from tests.visitor import Page, Visitor


def own_link_path(contact_id: UUID) -> str:
    """The path of a link to the own page, as if it was mailed to the contact just now."""
    with transaction() as session:
        contact = session.get_one(Contact, contact_id)
        link = Link.for_own_page(contact, tokens.ours(), now=clock.now(), expires_at=clock.now() + LASTS)
        session.add(link)
        return f"/o/{link.token(tokens.ours())}"


def mails(kind: str = "") -> list[dict[str, Any]]:
    """What is told of each waiting mail, of one kind or of all."""
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.next_at)).all()
    return [row.context_or_empty for row in rows if kind in {"", row.context_or_empty.get("kind")}]


def newest_code() -> str:
    """The code in the newest mail that brings one."""
    return str(mails("step_up_code")[-1]["code"])


def at_own_page(visitor: Visitor, contact_id: UUID) -> Page:
    """The page of the contact's organisation, opened with the link and the code."""
    page = visitor.get(own_link_path(contact_id)).form("code").submit()
    return page.form("code").fill(code=newest_code()).submit()


def delivered(monkeypatch: pytest.MonkeyPatch) -> list[Mail]:
    """Everything that waits, delivered to a server that takes it; the mails as they left."""
    sent: list[Mail] = []

    class Line:
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def send(self, *_: object) -> Any:
            return Accepted(250, "taken")

    class Server:
        def connect(self) -> Line:
            return Line()

    make = letters.make

    def made(session: Session, row: OutgoingEmail, shared: Shared) -> Mail:
        mail = make(session, row, shared)
        sent.append(mail)
        return mail

    monkeypatch.setattr(letters, "make", made)
    outbox.drain(Server())
    monkeypatch.setattr(letters, "make", make)
    return sent


def links_in(text: str, door: str) -> list[str]:
    """The paths in a mail that lead to a door: "/i/", "/o/"."""
    return re.findall(rf"http://letters\.test({re.escape(door)}\S+)", text)
