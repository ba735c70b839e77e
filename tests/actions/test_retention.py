"""Ninety days after its closing a letter forgets who did not sign it, and nobody can work out who signed unnamed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from coalition import clock, journal
from coalition.actions import circulate, own_signatures, retention
from coalition.actions.retention import NotYet, Numbers
from coalition.actions.verify import problems
from coalition.database import db
from coalition.models.comment import Comment
from coalition.models.incoming_email import IncomingEmail
from coalition.models.invitation import Invitation
from coalition.models.letter import Tally
from coalition.models.public import PublicLetter
from coalition.models.record import RecordEntry, chain_of
from coalition.models.request import RequestToSign
from coalition.rendering.edition import printed_letter
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast

DAYS = timedelta(days=90)


def pass_time(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """Everything that asks the time gets a later one."""
    then = clock.now() + by
    monkeypatch.setattr(clock, "now", lambda: then)


def a_letter_of_all_sorts(cast: Cast) -> UUID:
    """Published; one signed by name, one unnamed, one declined, the others are silent; its id."""
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.declined(letter_id, cast.arabic_member, reason="Our board is afraid.")
    builders.replied(letter_id, cast.small_member)
    builders.asked(cast, letter_id)
    builders.published(cast, letter_id)
    return letter_id


def rows(model: type) -> int:
    """How many rows there are."""
    number = db.session.scalar(select(func.count()).select_from(model)) or 0
    db.session.rollback()
    return number


def test_only_who_stands_on_the_list_is_still_known_to_have_been_asked(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = a_letter_of_all_sorts(cast)
    asked = rows(Invitation)
    public = printed_letter(db.session(), db.session.get_one(PublicLetter, letter_id))
    tally = db.session.get_one(Tally, letter_id).signed
    pass_time(monkeypatch, DAYS - timedelta(minutes=1))
    assert retention.forget_due() == []
    pass_time(monkeypatch, timedelta(minutes=2))
    weighed = retention.weigh(db.session(), builders.a_letter(letter_id), now=clock.now())
    assert rows(Invitation) == asked  # a dry run changes nothing
    assert retention.forget_due() == [letter_id]
    assert retention.forget_due() == []
    left = db.session.scalars(select(Invitation).where(Invitation.letter_id == letter_id)).all()
    assert {one.organisation_id for one in left} == {cast.small_member.organisation_id}
    numbers = retention.forgotten_of(db.session(), builders.a_letter(letter_id))
    assert numbers == weighed == Numbers(declined=1, requests=1, mails=1)
    assert printed_letter(db.session(), db.session.get_one(PublicLetter, letter_id)) == public
    assert db.session.get_one(Tally, letter_id).signed == tally
    assert list(problems(db.session())) == []
    entries = db.session.scalars(select(RecordEntry).where(RecordEntry.chain == chain_of(letter_id))).all()
    assert "afraid" not in str([entry.detail for entry in entries])
    assert not any(entry.detail for entry in entries if entry.verb == "answered")
    assert letter_id in {one.id for one in journal.entries() if one.kind == "letter"}
    assert db.session.scalars(select(IncomingEmail)).one().said is None
    assert db.session.scalars(select(RequestToSign)).one().asked is None
    found = own_signatures.of_organisation(db.session(), cast.unnamed_member.organisation_id)
    assert [one.letter_id for one in found] == [letter_id]  # at the own page it is withdrawn, years later


def test_a_letter_that_lives_or_waits_is_not_touched(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    open_id = builders.an_open_letter(cast)
    pass_time(monkeypatch, 4 * DAYS)
    assert retention.forget_due() == []
    with pytest.raises(NotYet) as refused:
        retention.forget_letter(open_id)
    assert refused.value.due_at is None


def test_the_words_of_a_comment_stay_and_nobody_knows_whose_they_were(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = builders.consulted(cast)
    builders.said(letter_id, cast.small_member, words="Name the prison.")
    builders.passed_on(letter_id, cast.arabic_member, "somebody.new@lights.example")
    circulate.cancel(letter_id, by=cast.coordinator)
    pass_time(monkeypatch, DAYS + timedelta(days=1))
    assert retention.forget_letter(letter_id) == Numbers(unanswered=3, authors=1, people=1)
    comment = db.session.scalars(select(Comment)).one()
    assert (comment.words, comment.invitation_id) == ("Name the prison.", None)
    assert rows(Invitation) == 0
