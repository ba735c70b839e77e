"""A letter under embargo: every mail about it says so, in both its parts; the neutral ones say nothing."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from typing import cast as as_type

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import circulate, draft
from coalition.database import db, transaction
from coalition.emails.kinds import render_kind, safely
from coalition.emails.letters import make
from coalition.emails.words import KINDS, OfALetter, Words
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders
from tests.emails.mails import EVERY_MAIL

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast

MOMENT = "3 March 2027, 07:00 (Europe/Paris)"
SAID = f"Under embargo until {MOMENT}. Do not pass the text on before."
OF_A_LETTER = [case for case, (_kind, said) in EVERY_MAIL.items() if isinstance(said, OfALetter)]


def embargoed(said: Words) -> Words:
    return as_type("Words", replace(as_type("Any", said), embargo_until=MOMENT))


def test_whatever_names_a_letter_can_say_that_it_is_under_embargo() -> None:
    titled = [kind for kind, said in KINDS.items() if "letter_title" in {field.name for field in fields(said)}]
    assert [kind for kind in titled if not issubclass(KINDS[kind], OfALetter)] == []


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("app")
def test_every_mail_about_a_letter_opens_with_the_embargo_but_the_neutral_ones() -> None:
    for case in OF_A_LETTER:
        kind, said = EVERY_MAIL[case]
        mail = render_kind(kind, "en", embargoed(said))
        parts = [mail.text, mail.html]
        assert [SAID in part for part in parts] == [not mail.is_neutral] * 2, case


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("app")
def test_safe_mail_does_not_tell_of_it() -> None:
    for case in OF_A_LETTER:
        kind, said = safely(EVERY_MAIL[case][0], embargoed(EVERY_MAIL[case][1]))
        mail = render_kind(kind, "en", said)
        assert not mail.is_neutral or "embargo" not in (mail.text + mail.html).lower(), case


def test_a_mail_says_it_in_the_letters_zone_and_in_utc_until_the_instant(cast: Cast) -> None:
    letter_id = builders.a_draft(cast)
    until = clock.now().replace(microsecond=0) + timedelta(days=20)
    letter = builders.a_letter(letter_id)
    dates = draft.Dates(deadline_at=letter.deadline_at, zone="Europe/Paris", embargo_until_at=until)
    draft.save_dates(letter_id, dates, by=cast.coordinator)
    mailed = invitation_mail(cast, letter_id)
    words = mailed.text.splitlines()[0]
    assert words.startswith("Under embargo until ")
    assert "(Europe/Paris)" in words
    assert "(UTC)" in words
    with transaction() as session:
        session.get_one(OutgoingEmail, the_row().id).date = until
    assert "embargo" not in remade().text


def invitation_mail(cast: Cast, letter_id: UUID) -> Any:
    circulate.invite(letter_id, [cast.small_member.contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    return remade()


def remade() -> Any:
    db.session.rollback()
    return make(db.session(), the_row())


def the_row() -> OutgoingEmail:
    return next(row for row in db.session.scalars(select(OutgoingEmail)) if row.context["kind"] == "invitation")
