"""A colleague must approve: nothing is signed before, by nothing else, and for no other text."""

from __future__ import annotations

import secrets
import threading
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import func, select

from coalition import clock
from coalition.actions import answer, approve
from coalition.actions.acts import TextChanged, standing_signature
from coalition.actions.approve import Approver, AskedAlready, NothingToApprove, Prepared
from coalition.actions.colleague import Colleague
from coalition.database import db
from coalition.emails import letters
from coalition.models.approval import Approval
from coalition.models.letter import NotOpenForSigning
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.signature import AlreadySigned, Signature
from tests import builders

if TYPE_CHECKING:
    from flask import Flask

    from coalition.models.invitation import Invitation
    from tests.cast import Cast

CHAIR = Approver("Boryana Dimitrova", "Chair")
ADDRESS = "boryana@pressclub.example"


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """An open letter to all three members."""
    return builders.an_open_letter(cast)


def pending() -> Approval:
    """What waits for a yes."""
    db.session.rollback()
    return db.session.scalars(select(Approval).where(Approval.decided_at.is_(None))).one()


def approved(invitation: Invitation, *, key: str = "", at: timedelta = timedelta()) -> UUID:
    """The chair approves what waits."""
    approval_id, shown = pending().id, builders.shown_to(invitation, at=clock.now() - at)
    return approve.approve(invitation.id, approval_id, CHAIR, key=key or secrets.token_hex(8), shown=shown)


def kinds() -> list[str]:
    """The kinds of the mails that wait."""
    return sorted(one.context["kind"] for one in db.session.scalars(select(OutgoingEmail)))


def test_what_is_approved_is_signed_as_it_was_prepared_and_both_are_told(letter_id: UUID, cast: Cast) -> None:
    chair = builders.prepared(letter_id, cast.small_member, ADDRESS)
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 0
    signature = db.session.get_one(Signature, approved(chair))
    assert (signature.person, signature.role, signature.visibility) == ("Boryana Dimitrova", "Chair", "named")
    [consent] = signature.consents
    assert (consent.how, consent.wording_id, consent.by["prepared_by"]) == ("approved", "approve-1", "Kalina Ivanova")
    assert {"approval_asked", "approval_given", "receipt", "told_colleague"} <= set(kinds())
    told = [one for one in db.session.scalars(select(OutgoingEmail)) if one.context["kind"] == "told_colleague"]
    assert [letters.make(db.session(), one).recipient for one in told] == ["kofi@pressclub.example"]


def test_a_form_that_approves_is_counted_once(letter_id: UUID, cast: Cast) -> None:
    chair = builders.prepared(letter_id, cast.small_member, ADDRESS)
    approval_id, shown = pending().id, builders.shown_to(chair)
    ids = {approve.approve(chair.id, approval_id, CHAIR, key="once", shown=shown) for _ in range(2)}
    assert len(ids) == 1


def test_one_asks_once_at_a_time(letter_id: UUID, cast: Cast) -> None:
    builders.prepared(letter_id, cast.small_member, ADDRESS)
    with pytest.raises(AskedAlready):
        builders.prepared(letter_id, cast.small_member, "third@pressclub.example")


def test_nobody_approves_what_was_put_before_another(letter_id: UUID, cast: Cast) -> None:
    builders.prepared(letter_id, cast.small_member, ADDRESS)
    stranger = builders.invitation_of(letter_id, cast.arabic_member)
    with pytest.raises(NothingToApprove):
        approved(stranger)
    own = builders.invitation_of(letter_id, cast.small_member)
    with pytest.raises(NothingToApprove):
        approved(own)


def test_another_answer_settles_it_and_leaves_nothing_to_approve(letter_id: UUID, cast: Cast) -> None:
    chair = builders.prepared(letter_id, cast.small_member, ADDRESS)
    approval_id, shown = pending().id, builders.shown_to(chair)
    builders.signed(letter_id, cast.small_member)
    with pytest.raises(AlreadySigned):
        approve.approve(chair.id, approval_id, CHAIR, key="late", shown=shown)
    builders.withdrawn(letter_id, cast.small_member)
    with pytest.raises(NothingToApprove):
        approve.approve(chair.id, approval_id, CHAIR, key="later", shown=shown)
    assert standing_signature(db.session(), letter_id, cast.small_member.organisation_id) is None


def test_a_changed_text_lapses_it_and_both_are_told(letter_id: UUID, cast: Cast) -> None:
    chair = builders.prepared(letter_id, cast.small_member, ADDRESS)
    approval_id, shown = pending().id, builders.shown_to(chair)
    builders.amended(cast, letter_id)
    with pytest.raises((NothingToApprove, TextChanged)):
        approve.approve(chair.id, approval_id, CHAIR, key="late", shown=shown)
    assert db.session.get_one(Approval, approval_id).decision == "lapsed"
    assert kinds().count("approval_ended") == 2


def test_after_the_deadline_nothing_is_approved(letter_id: UUID, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    chair = builders.prepared(letter_id, cast.small_member, ADDRESS)
    approval_id, shown = pending().id, builders.shown_to(chair)
    later = clock.now() + timedelta(days=30)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(NotOpenForSigning):
        approve.approve(chair.id, approval_id, CHAIR, key="late", shown=shown)
    db.session.rollback()
    assert pending().id == approval_id


def test_a_refusal_answers_nothing_for_the_organisation(letter_id: UUID, cast: Cast) -> None:
    chair = builders.prepared(letter_id, cast.small_member, ADDRESS)
    approve.refuse(chair.id, pending().id, key="no", shown=builders.shown_to(chair), words="Not yet.")
    db.session.expire_all()
    assert chair.answered_at is None
    [refused] = [one for one in db.session.scalars(select(OutgoingEmail)) if one.context["kind"] == "approval_refused"]
    assert "Not yet." in letters.make(db.session(), refused).text


def test_under_a_withheld_name_every_mail_about_it_is_neutral(letter_id: UUID, cast: Cast) -> None:
    chair = builders.prepared(letter_id, cast.small_member, ADDRESS, is_withheld=True)
    rows = [one for one in db.session.scalars(select(OutgoingEmail)) if one.context["kind"] == "approval_asked"]
    rows += [one for one in db.session.scalars(select(OutgoingEmail)) if one.context["kind"] == "receipt"]
    texts = [letters.make(db.session(), one).text for one in rows]
    approved(chair)
    rows = list(db.session.scalars(select(OutgoingEmail)))
    given = [one for one in rows if one.context["kind"] in {"approval_given", "told_colleague"}]
    texts += [letters.make(db.session(), one).text for one in given]
    assert len(texts) == 4
    for text in texts:
        assert "Kalina" not in text
        assert "For you." not in text


def test_approving_and_signing_at_once_leaves_one_signature(app: Flask, letter_id: UUID, cast: Cast) -> None:
    chair = builders.prepared(letter_id, cast.small_member, ADDRESS)
    approval_id, shown, chair_id = pending().id, builders.shown_to(chair), chair.id
    own = builders.invitation_of(letter_id, cast.small_member)
    form, own_id = builders.a_form(own), own.id
    db.session.rollback()
    start, lost = threading.Barrier(2), []

    def at_once(act: object) -> None:
        with app.app_context():
            start.wait()
            try:
                act()  # type: ignore[operator]  # one of the two below
            except (AlreadySigned, NothingToApprove) as error:
                lost.append(type(error).__name__)
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=at_once, args=(lambda: answer.sign(own_id, form),)),
        threading.Thread(
            target=at_once,
            args=(lambda: approve.approve(chair_id, approval_id, CHAIR, key="race", shown=shown),),
        ),
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 1
    assert lost == ["AlreadySigned"]


def test_what_is_prepared_withstands_the_same_form_twice(letter_id: UUID, cast: Cast) -> None:
    own = builders.invitation_of(letter_id, cast.small_member)
    prepared = Prepared(own.organisation.printable_names(), is_withheld=False)
    for _ in range(2):
        approve.ask(own.id, prepared, Colleague(ADDRESS), key="same", shown=builders.shown_to(own))
    assert db.session.scalar(select(func.count()).select_from(Approval)) == 1
