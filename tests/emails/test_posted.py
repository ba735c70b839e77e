"""The mails of two whole letters, made from their rows as they leave: headers, threads, neutral ones and canaries."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition.actions import circulate
from coalition.database import db, transaction
from coalition.emails import letters
from coalition.emails.case import NoLongerDue
from coalition.emails.words import BULK, FOR_THE_DESK
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders
from tests.emails.lint import Meant, findings
from tests.shipped import own_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from flask import Flask

    from coalition.config import Settings
    from tests.cast import Cast

pytestmark = pytest.mark.only_on("sqlite")
OURS, NEUTRAL = "letters.test", "notes.test"
OF_NETWORK = (OURS, "freevoices", "Free Voices", "Nadia", "reporters", "Lights")
LANGUAGES = {"sami": "ar", "daria": "fr"}
WHO_SAID_NO = ("Lights", "daria", "Amman", "عمّان", "Sami", "sami@")
"""The names and addresses of the one who declined and the one whose name is withheld."""


@pytest.fixture
def with_neutral_host(app: Flask, settings: Settings, database_url: str) -> Iterator[Flask]:  # noqa: ARG001 -- after the usual app
    """The application where a neutral host and sender are set."""
    changed = replace(
        settings, database=database_url, safe_address=f"http://{NEUTRAL}", safe_mail_from=f"notes@{NEUTRAL}"
    )
    with own_app(changed) as application:
        yield application


def rows() -> list[UUID]:
    """Every mail so far."""
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingEmail.id).order_by(OutgoingEmail.date, OutgoingEmail.id)))


def looked_over(row_id: UUID, seen: Counter[str]) -> list[str]:
    """What is wrong with a mail, if it is still due; `seen` counts the kinds, those of safe mail apart."""
    with transaction() as session:
        row = session.get_one(OutgoingEmail, row_id)
        kind = str(row.context["kind"])
        try:
            mail, again = letters.make(session, row), letters.make(session, row)
        except NoLongerDue:
            return []
        is_neutral = mail.sender.endswith(f"@{NEUTRAL}")
        is_own = str(row.context["recipient"]).startswith("account:")
        seen[f"safe {kind}" if is_neutral else kind] += 1
        meant = Meant(
            language=LANGUAGES.get(mail.recipient.partition("@")[0], "en"),
            hosts=frozenset({NEUTRAL if is_neutral else OURS}),
            is_bulk=kind in BULK,
            is_neutral=is_neutral,
            in_thread=row.letter_id is not None and not is_neutral,
            untold=OF_NETWORK if is_neutral else WHO_SAID_NO if is_own and kind in FOR_THE_DESK - {"test"} else (),
        )
        assert mail == again
        return [f"{kind}: {one}" for one in findings(mail.content, meant)]


def test_the_mails_of_a_letter_pass_the_lint_to_the_last(cast: Cast, with_neutral_host: Flask) -> None:
    with with_neutral_host.app_context():
        letter_id = builders.an_open_letter(cast)
        circulate.send_test(letter_id, "en", by=cast.coordinator)
        found, seen = [], Counter[str]()
        for row_id in rows():
            found += looked_over(row_id, seen)
        before = set(rows())
        deadline = builders.a_letter(letter_id).deadline_at
        assert deadline
        circulate.extend(letter_id, deadline_at=deadline + timedelta(days=1), by=cast.coordinator)
        for row_id in set(rows()) - before:
            found += looked_over(row_id, seen)
        before = set(rows())
        builders.declined(letter_id, cast.arabic_member, reason="Not ours.")
        builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
        builders.signed(letter_id, cast.small_member)
        builders.published(cast, letter_id)
        asked = builders.consulted(cast)
        builders.said(asked, cast.small_member, "Why?", kind="question")
        circulate.cancel(asked, by=cast.coordinator)
        for row_id in set(rows()) - before:
            found += looked_over(row_id, seen)
        db.session.rollback()
    assert not found, "\n".join(found)
    for kind in ("invitation", "extended", "receipt", "published", "cancelled"):
        assert seen[kind]
        assert seen[f"safe {kind}"]
