"""A letter under embargo: every mail about it says so, in both its parts; the neutral ones say nothing."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING, Any
from typing import cast as as_type

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from coalition import clock, languages
from coalition.actions import circulate, draft, ledger, own_page
from coalition.database import db, transaction
from coalition.emails import outbox
from coalition.emails.deadline_file import deadline_file
from coalition.emails.kinds import render_kind, safely
from coalition.emails.letters import make
from coalition.emails.words import KINDS, OfALetter, Words
from coalition.models.outgoing_email import OutgoingEmail
from coalition.rendering.ledger import to_json
from coalition.rendering.ledger_pdf import to_pdf
from tests import builders
from tests.calendars import read_calendar
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


def remade(kind: str = "invitation") -> Any:
    db.session.rollback()
    return make(db.session(), the_row(kind))


def the_row(kind: str = "invitation") -> OutgoingEmail:
    return next(row for row in db.session.scalars(select(OutgoingEmail)) if row.context["kind"] == kind)


def under_embargo(cast: Cast, letter_id: UUID) -> str:
    """Put the letter under an embargo of twenty days; what is said of it."""
    until = clock.now().replace(microsecond=0) + timedelta(days=20)
    letter = builders.a_letter(letter_id)
    dates = draft.Dates(deadline_at=letter.deadline_at, zone="Europe/Paris", embargo_until_at=until)
    draft.save_dates(letter_id, dates, by=cast.coordinator)
    moment = languages.embargo_moment(until, "Europe/Paris", "en")
    return f"Under embargo until {moment}. Do not pass the text on before."


@pytest.mark.only_on("sqlite")
def test_a_mail_of_many_letters_says_it_of_each_that_is(cast: Cast) -> None:
    letter_id, other_id = builders.an_open_letter(cast), builders.an_open_letter(cast, title="Pay the reporters")
    said = under_embargo(cast, letter_id)
    own_page.ask_for_links(cast.small_member.address)
    news = [{"id": one.hex, "news": {"answers": 1}} for one in (letter_id, other_id)]
    with transaction() as session:
        outbox.queue(
            session, "digest", recipient=f"account:{cast.coordinator_id.hex}", occasion="digest", now=clock.now(),
            letters=news, since=clock.now().isoformat(),
        )  # fmt: skip
    with transaction() as session:
        session.get_one(OutgoingEmail, the_row("links_again").id).state = "claimed"  # links are made as it goes out
    for kind in ("links_again", "digest"):
        mail = remade(kind)
        plain, html = " ".join(mail.text.split()), " ".join(unescape(mail.html).split())
        assert (plain.count(said), html.count(said)) == (1, 1), kind
        assert plain.index("Free the reporters") < plain.index(said), kind
        assert "Pay the reporters" in plain, kind


def test_the_file_for_a_calendar_and_the_ledger_say_it_until_the_instant(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    said = under_embargo(cast, letter_id)
    letter, now = builders.a_letter(letter_id), clock.now()
    made = ledger.of_letter(db.session(), letter)
    (paper,) = PdfReader(BytesIO(to_pdf(made, "en"))).pages
    assert said in " ".join(paper.extract_text().split())
    until = letter.embargo_until_at
    assert until is not None
    assert json.loads(to_json(made))["embargo_until"] == until.isoformat()
    for at, is_said in ((now, True), (until, False)):
        file = deadline_file(letter, coalition_name="C", language="en", zone="UTC", made_at=now, at=at)
        assert file
        assert (said in read_calendar(file)["DESCRIPTION"]) == is_said
