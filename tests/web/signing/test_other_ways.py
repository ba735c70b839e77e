"""Other ways to answer, at the door: pass on, have it approved, ask for time, say that the mail was not expected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from coalition import clock
from coalition.actions import circulate
from coalition.actions.acts import standing_signature
from coalition.database import db
from coalition.models.approval import Approval
from coalition.models.invitation import Invitation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import RecordEntry
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Page, Visitor

COLLEAGUE = {"address": "boryana@pressclub.example", "colleague": "Boryana", "note": "For you."}


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """An open letter to all three members."""
    return builders.an_open_letter(cast)


@pytest.fixture
def page(letter_id: UUID, visitor: Visitor, cast: Cast) -> Page:
    """What Kalina has before her."""
    return visitor.get(builders.link_path(letter_id, cast.small_member))


def newest(letter_id: UUID) -> Invitation:
    """The invitation that was made last."""
    db.session.rollback()
    return db.session.scalars(
        select(Invitation).where(Invitation.letter_id == letter_id).order_by(Invitation.created_at.desc())
    ).all()[0]


def rows() -> tuple[int, ...]:
    """How much there is of everything that an act leaves."""
    db.session.rollback()
    tables = (Invitation, Approval, OutgoingEmail, RecordEntry)
    return tuple(db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def test_a_letter_is_passed_on_and_both_can_answer(
    page: Page, letter_id: UUID, visitors: Callable[..., Visitor], cast: Cast
) -> None:
    form = page.follow("Pass on to a colleague").form("pass-on").fill(**COLLEAGUE, share="share")
    passed = form.submit()
    assert "You passed this on to Boryana on" in passed.words
    theirs = visitors().get(builders.link_path_of(newest(letter_id)))
    assert theirs.form("sign").fill(visibility="named", role="Editor", authority="yes").submit().status == 200
    late = page.form("sign").fill(visibility="named", role="Director", authority="yes").submit()
    assert late.status == 409
    assert "signed for Kalina Press Club on" in late.words
    assert standing_signature(db.session(), letter_id, cast.small_member.organisation_id) is not None


def test_what_is_handed_over_names_no_letter_and_nobody_until_it_is_taken_back(page: Page, letter_id: UUID) -> None:
    gone = page.follow("Pass on").form("pass-on").fill(**COLLEAGUE, share="hand_over").submit()
    assert gone.heading == "You have handed this over"
    for path in (page.path, page.path + "/receipt", page.path + "/pass-on", page.path + "/changes"):
        shown = page.visitor.get(path)
        assert shown.heading == gone.heading
        for told in ("Free the reporters", "Kalina", "Boryana", "Nadia"):
            assert told not in shown.text
    stale = page.form("sign").fill(visibility="named", role="Director", authority="yes").submit()
    assert (stale.status, stale.errors) == (409, ["A colleague has this letter from you. Take it back, then answer."])
    assert stale.form("take-it-back").submit().errors == ["Tick that you take it back"]
    back = stale.form("take-it-back").fill(confirm="yes").submit()
    assert back.heading == "Free the reporters"
    assert newest(letter_id).revoked_at is not None
    assert back.form("sign").fill(visibility="named", role="Director", authority="yes").submit().status == 200


def test_a_form_about_a_colleague_says_what_has_to_change_and_loses_nothing(page: Page) -> None:
    form = page.follow("Pass on").form("pass-on").fill(address="boryana at home", note="For you.", share=None)
    wrong = form.submit()
    assert wrong.status == 422
    assert wrong.errors == [
        "Enter one email address, like name@example.org",
        "Choose whether you can still answer yourself",
    ]
    again = wrong.form("pass-on")
    assert (again.fields["address"], again.fields["note"]) == (["boryana at home"], ["For you."])
    own = again.fill(address="kalina@pressclub.example", share="share").submit()
    assert own.errors == ["This is your own address. Enter the address of your colleague"]


def test_a_form_whose_link_is_asked_for_comes_back_whole(page: Page, letter_id: UUID, cast: Cast) -> None:
    form = page.follow("Pass on").form("pass-on").fill(**COLLEAGUE, share="share")
    form.fields["form_token"] = ["gone"]
    form.page.visitor.client._cookies.clear()  # type: ignore[union-attr]  # as after a day
    asked = form.submit()
    back = asked.form(0).fill(link="http://letters.test" + builders.link_path(letter_id, cast.small_member)).submit()
    assert back.form("pass-on").fields["address"] == [COLLEAGUE["address"]]
    assert "You passed this on to Boryana" in back.form("pass-on").submit().words


def test_looking_changes_nothing_and_the_stranger_sees_nothing(page: Page, visitors: Callable[..., Visitor]) -> None:
    before = rows()
    for way in ("pass-on", "approval", "more-time", "mute"):
        assert page.visitor.get(f"{page.path}/{way}").status == 200
        assert visitors().get(f"{page.path}/{way}").heading == "Paste the link from your mail"
    for act in ("take-it-back", "approve", "refuse", "take-approval-back", "unmute"):
        page.visitor.get(f"{page.path}/{act}")
    assert rows() == before


@pytest.mark.parametrize("act", ["pass-on", "approval", "more-time", "mute", "unmute", "take-it-back"])
def test_a_form_submitted_as_it_came_records_nothing(page: Page, act: str) -> None:
    before = rows()
    token = page.form("sign").fields["form_token"]
    answer = page.visitor.post(f"{page.path}/{act}", {"form_token": token})
    assert answer.status == 422
    assert answer.errors
    assert rows() == before


def asked(page: Page, **more: str) -> Page:
    """Kalina prepares a signature for Boryana to approve."""
    form = page.follow("A colleague must approve").form("approval")
    return form.fill(**COLLEAGUE, visibility="named", **more).submit()


def test_nothing_is_signed_until_the_colleague_approves_exactly_what_stands_there(
    page: Page, letter_id: UUID, visitors: Callable[..., Visitor], cast: Cast
) -> None:
    waiting = asked(page, name_und="Kalina Press-Club")
    assert "Nothing is signed yet." in waiting.words
    assert standing_signature(db.session(), letter_id, cast.small_member.organisation_id) is None
    own = page.visitor.get(page.path)
    assert "A colleague has to approve" in own.words
    assert not [form for form in own.forms if form.ends_with("/sign")]
    theirs = visitors().get(builders.link_path_of(newest(letter_id)))
    assert theirs.heading == "Do you approve the signature of Kalina Press Club?"
    for shown in ("Kalina Press-Club", "For you.", "Repeal the law."):
        assert shown in theirs.words
    forgot = theirs.form("approve").fill(role="Chair").submit()
    assert forgot.errors == ["Confirm that you may approve for \u2068Kalina Press Club\u2069"]
    receipt = forgot.form("approve").fill(authority="yes").submit()
    assert receipt.heading == "You have signed"
    signature = standing_signature(db.session(), letter_id, cast.small_member.organisation_id)
    assert signature is not None
    [consent] = signature.consents
    assert (consent.how, consent.wording_id, signature.person) == ("approved", "approve-1", "Boryana")
    assert consent.by["prepared_by"] == "Kalina Ivanova"
    assert signature.printed_names["und"] == "Kalina Press-Club"


def test_what_is_refused_is_told_and_can_be_prepared_anew(
    page: Page, letter_id: UUID, visitors: Callable[..., Visitor]
) -> None:
    asked(page)
    theirs = visitors().get(builders.link_path_of(newest(letter_id)))
    assert theirs.form("refuse").submit().errors == ["Tick that you do not approve it"]
    refused = theirs.form("refuse").fill(decision="refuse", note="Not before the congress.").submit()
    assert "You did not approve it on" in refused.words
    assert "Boryana did not approve it on" in page.follow("A colleague must approve").words
    assert "Nothing is signed yet." in asked(page).words


def test_what_is_asked_can_be_taken_back_and_the_colleagues_link_ends(
    page: Page, letter_id: UUID, visitors: Callable[..., Visitor]
) -> None:
    waiting = asked(page)
    theirs = visitors().get(builders.link_path_of(newest(letter_id)))
    assert waiting.form("take-approval-back").submit().errors == ["Tick that you take it back"]
    waiting.form("take-approval-back").fill(confirm="yes").submit()
    late = theirs.form("approve").fill(role="Chair", authority="yes").submit()
    assert (late.status, late.heading) == (410, "This link was ended")
    again = page.visitor.get(page.path)
    assert again.form("sign").fill(visibility="named", role="Director", authority="yes").submit().status == 200


def test_a_changed_text_is_never_approved_unseen(
    page: Page, letter_id: UUID, visitors: Callable[..., Visitor], cast: Cast
) -> None:
    asked(page)
    theirs = visitors().get(builders.link_path_of(newest(letter_id)))
    builders.amended(cast, letter_id)
    late = theirs.form("approve").fill(role="Chair", authority="yes").submit()
    assert late.status == 409
    assert standing_signature(db.session(), letter_id, cast.small_member.organisation_id) is None
    kinds = [one.context["kind"] for one in db.session.scalars(select(OutgoingEmail))]
    assert kinds.count("approval_ended") == 2


def test_a_day_that_is_named_pauses_reminders_and_is_confirmed(page: Page, letter_id: UUID, cast: Cast) -> None:
    own = builders.invitation_of(letter_id, cast.small_member)
    day = (clock.now() + timedelta(days=3)).date()
    form = page.follow("We need more time").form("more-time")
    late = form.fill(day=(clock.now() + timedelta(days=90)).date().isoformat()).submit()
    assert late.status == 422
    assert late.errors[0].startswith("Signing closes before that day.")
    assert form.fill(day="2020-01-01").submit().errors == ["This day is over. Enter today or a later day"]
    assert form.fill(day="soon").submit().errors == ["Enter the day by which you answer"]
    saved = form.fill(day=day.isoformat()).submit()
    assert "This is recorded: you answer by" in saved.words
    db.session.rollback()
    assert own.expected_on == day
    assert not circulate.may_be_nudged(own, now=clock.now())
    assert circulate.nudge(letter_id, [own.id], by=cast.coordinator) == 0
    assert circulate.may_be_nudged(own, now=clock.now() + timedelta(days=5))


def test_a_mail_that_was_not_expected_is_the_last_and_the_coordinators_learn_a_number(
    visitor: Visitor, letter_id: UUID, cast: Cast
) -> None:
    asked = visitor.get(builders.link_path(letter_id, cast.small_member)).follow("I did not expect this mail")
    assert asked.heading == "I did not expect this mail"
    muted = asked.form("mute").fill(confirm="yes").submit()
    assert "You get no more mails about this letter." in muted.words
    own = builders.invitation_of(letter_id, cast.small_member)
    assert (own.muted_at is not None, own.contact.muted_at, own.answered_at) == (True, None, None)
    assert not circulate.may_be_nudged(own, now=clock.now())
    asked.form("mute").fill(confirm="yes").submit()
    kinds = [one.context["kind"] for one in db.session.scalars(select(OutgoingEmail))]
    assert kinds.count("not_expected") == 1
    wanted = muted.form("unmute").fill(confirm="yes").submit()
    assert "Then tell us so." in wanted.words
    db.session.rollback()
    assert own.muted_at is None
    wholly = wanted.form("mute").fill(confirm="yes", wholly="yes").submit()
    assert "You get no more mails from us." in wholly.words
    assert not circulate.may_be_invited(own.letter, own.contact)
