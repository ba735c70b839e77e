"""What the tests of step-up codes share: a sensitive letter, the codes that were mailed, the form that takes one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition.database import db, transaction
from coalition.emails import letters
from coalition.models.letter import Letter
from coalition.models.outgoing_email import OutgoingEmail

if TYPE_CHECKING:
    from uuid import UUID

    from tests.visitor import Form, Page


def make_sensitive(letter_id: UUID) -> UUID:
    """The team said that every answer to the letter needs a code; its id."""
    with transaction() as session:
        session.get_one(Letter, letter_id).is_sensitive = True
    return letter_id


def mailed_codes() -> list[tuple[str, str]]:
    """Address and code of each mail with a code, the oldest first."""
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.next_at)).all()
    mails = [letters.make(db.session(), row) for row in rows if row.context_or_empty.get("kind") == "step_up_code"]
    return [(mail.recipient, re.findall(r"\d{4} \d{4}", mail.text)[0]) for mail in mails]


def another(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code.replace(' ', '')) + 1) % 10**8:08d}"


def code_form(page: Page) -> Form:
    """The form with the code."""
    assert page.heading == "One code more", page.words
    return next(form for form in page.forms if form.has_field("another_code"))
