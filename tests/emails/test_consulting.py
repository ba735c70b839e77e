"""The mails of a consultation as they leave: who sees it is said, and a safe mail says nothing."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from coalition.actions import circulate, respond
from coalition.database import db
from coalition.emails import letters
from coalition.emails.case import NoLongerDue
from coalition.emails.letters import Mail
from coalition.models.contact import Contact
from coalition.models.organisation import Organisation
from coalition.models.outgoing_email import OutgoingEmail
from tests.builders import consulted, said
from tests.cast import Cast, Member


def mail(kind: str, to: Member | None = None) -> Mail:
    """The one mail of a kind, to a member where one is given."""
    db.session.rollback()
    wanted = f"contact:{to.contact_id.hex}" if to else ""
    rows = [
        row
        for row in db.session.scalars(select(OutgoingEmail))
        if row.context["kind"] == kind and wanted in row.context["recipient"]
    ]
    assert len(rows) == 1
    return letters.make(db.session(), rows[0])


def safely(member: Member) -> None:
    db.session.get_one(Contact, member.contact_id).safe_mail = True
    db.session.commit()


@pytest.mark.parametrize(
    ("audience", "default", "sentence"),
    [
        ("team", "show", "Only the team of this letter sees what you write."),
        ("named", "show", "with the name of Kalina Press Club. A red line is seen by the team"),
        ("named", "withhold", "without the name of Kalina Press Club. A red line is seen by the team"),
        ("unnamed", "show", "without the name of Kalina Press Club. A red line is seen by the team"),
    ],
)
def test_the_mail_says_who_will_see_a_comment(cast: Cast, audience: str, default: str, sentence: str) -> None:
    db.session.get_one(Organisation, cast.small_member.organisation_id).safety_default = default
    db.session.commit()
    consulted(cast, cast.small_member, audience=audience)
    assert sentence in mail("consultation").text.replace("\u2068", "").replace("\u2069", "")


def test_no_objection_is_said_with_its_time_and_is_no_signature(cast: Cast) -> None:
    consulted(cast, cast.small_member, no_objection=True)
    text = mail("consultation").text
    assert "no objection to this text after:" in text
    assert "It is never taken as a signature." in text
    assert "Silence is never taken as a yes" not in text


def test_a_safe_mail_asks_for_a_view_and_names_nothing(cast: Cast) -> None:
    safely(cast.small_member)
    consulted(cast, cast.small_member)
    sent = mail("consultation")
    assert sent.subject.startswith("Your view is asked by ")
    for word in ("Free the reporters", "Kalina Press", "letter", "sign"):
        assert word not in sent.text.replace("letters.test", "")
    assert "/i/" in sent.text


def test_the_author_gets_quote_answer_and_new_wording(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    made = said(letter_id, cast.small_member, on="Repeal", kind="wording", wording="Repeal the press law.")
    answered(cast, letter_id, made)
    text = mail("comment_answered").text
    assert "> Repeal the law." in text
    assert "The paragraph will read:\n\n> Repeal the press law." in text
    assert "/i/" in text


def test_under_safe_mail_the_answer_is_news_and_nothing_more(cast: Cast) -> None:
    safely(cast.small_member)
    letter_id = consulted(cast, cast.small_member)
    answered(cast, letter_id, said(letter_id, cast.small_member, on="Repeal", kind="wording", wording="Repeal it."))
    sent = mail("comment_answered")
    assert sent.subject == "There is news for you"
    assert "Repeal" not in sent.text


def test_the_longest_comment_and_answer_stay_within_the_size_of_a_mail(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    made = said(letter_id, cast.small_member, "كلمة " * 999, on="Repeal", kind="wording", wording="جملة " * 1999)
    reply = respond.Reply("taken_with_edits", "جواب " * 999, "جملة " * 1998)
    respond.answer_comment(letter_id, made, reply, by=cast.coordinator)
    assert len(mail("comment_answered").html.encode()) <= 20_000


def test_coordinators_get_a_number_and_a_link_and_no_name(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    said(letter_id, cast.small_member, "Too strong for Kalina Press Club.")
    sent = mail("comment_received")
    assert "1 comment waits for an answer." in sent.text
    assert f"/desk/letters/{letter_id}/comments" in sent.text
    assert "Kalina" not in sent.text + sent.subject
    assert sent.recipient == "nadia@freevoices.example"


def test_once_it_can_be_signed_a_mail_that_asks_for_comments_does_not_leave(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    with pytest.raises(NoLongerDue):
        mail("consultation")
    ready = mail("ready_to_sign")
    assert "asks whether Kalina Press Club will sign it" in ready.text
    assert "They have waited long enough." in ready.text


def answered(cast: Cast, letter_id: UUID, comment_id: UUID) -> None:
    db.session.rollback()
    respond.answer_comment(letter_id, comment_id, respond.Reply("taken"), by=cast.coordinator)
