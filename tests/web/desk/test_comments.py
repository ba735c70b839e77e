"""Comments at the desk: asked for, worked through by paragraph, answered by one press each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from coalition import clock
from coalition.actions import consult, respond
from coalition.database import db
from coalition.models.comment import Comment
from tests import builders
from tests.builders import BODY, a_letter, an_open_letter, consulted, said
from tests.cast import Cast
from tests.visitor import Page, Visitor
from tests.web.desk.letters import path_of, ready, state_of

LATER = {"until_date": "2099-03-01", "until_time": "18:00"}


def row(comment_id: UUID) -> Comment:
    db.session.rollback()
    return db.session.get_one(Comment, comment_id)


def comments_page(nadia: Visitor, letter_id: UUID, query: str = "") -> Page:
    return nadia.get(path_of(letter_id, "comments") + query)


def form_of(page: Page, comment_id: UUID) -> Any:
    return page.form(f"/comments/{comment_id}")


def test_a_draft_goes_out_for_comments_once_it_is_said_until_when(nadia: Visitor, cast: Cast) -> None:
    letter_id = ready(cast)
    page = nadia.get(path_of(letter_id, "send")).follow("say until when")
    page = page.form("/consultation").fill(LATER).fill(audience="unnamed").submit()
    assert "The choices for comments are saved." in page.words
    assert "Until 1 March 2099" in state_of(page, "Asking for comments")
    page = nadia.get(path_of(letter_id, "send"))
    assert page.form("/send").has_button("Send version 1 to 3 organisations")
    board = page.form("/send/comments").submit("Ask 3 organisations for comments on version 1")
    assert "Comments are asked for. On its way to 3 people." in board.words
    assert "In consultation" in board.words
    assert "0 comments open" in board.words
    assert a_letter(letter_id).comment_audience == "unnamed"


def test_the_mail_that_asks_for_comments_is_looked_at_before_it_goes_out(nadia: Visitor, cast: Cast) -> None:
    letter_id = ready(cast)
    settings = consult.CommentSettings(clock.now() + timedelta(days=2))
    consult.save_comment_settings(letter_id, settings, by=cast.coordinator)
    mail = nadia.get(path_of(letter_id, "send")).follow("See the mail that asks")
    mail = mail.form("to").fill(to=builders.invitation_of(letter_id, cast.small_member).id.hex).submit()
    assert "what Kalina Press Club thinks of the text" in mail.words
    assert "thinks of the text" not in nadia.get(path_of(letter_id, "mail")).words


def test_comments_that_wait_are_pointed_out_before_signing(nadia: Visitor, cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    said(letter_id, cast.small_member, "Say by when.")
    assert "1 comment is not answered." in nadia.get(path_of(letter_id, "send")).words
    needs = nadia.get("/desk").words
    assert "1 comment to answer" in needs


def test_what_was_shown_is_what_goes_out(nadia: Visitor, cast: Cast) -> None:
    letter_id = ready(cast)
    settings = consult.CommentSettings(clock.now() + timedelta(days=2))
    consult.save_comment_settings(letter_id, settings, by=cast.coordinator)
    form = nadia.get(path_of(letter_id, "send")).form("/send/comments")
    longer = consult.CommentSettings(clock.now() + timedelta(days=3))
    consult.save_comment_settings(letter_id, longer, by=cast.coordinator)
    refused = form.submit()
    assert refused.status == 409
    assert "changed since this page was made" in refused.words
    refused.form("/send/comments").submit()
    again = refused.form("/send/comments").submit()
    assert "It is on its way already." in again.words


def test_what_those_invited_were_told_is_not_made_worse(nadia: Visitor, cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    page = nadia.get(path_of(letter_id, "consultation"))
    wider = page.form("/consultation").fill(audience="named").submit()
    assert wider.status == 422
    assert "Those invited were told that fewer see what they write." in wider.words
    earlier = page.form("/consultation").fill(until_date="2020-03-01", audience="team").submit()
    assert earlier.status == 422
    silent = page.form("/consultation").fill(LATER).fill(silent_date="2099-02-01", silent_time="18:00").submit()
    assert "Those invited were not told that." in silent.words


def test_comments_are_worked_through_by_paragraph_with_what_was_actually_said(nadia: Visitor, cast: Cast) -> None:
    letter_id = consulted(cast)
    said(letter_id, cast.small_member, on="Repeal", kind="cannot_while_stands")
    said(letter_id, cast.small_member, on="Repeal", kind="only_if_stays")
    said(letter_id, cast.arabic_member, on="Repeal", kind="only_if_stays")
    said(letter_id, cast.unnamed_member, on="Repeal", kind="cannot_while_stands")
    said(letter_id, cast.unnamed_member, "Good.", on="Free the reporters.")
    page = comments_page(nadia, letter_id)
    assert "While it stands: 1 organisation cannot sign. If it goes: 2 organisations no longer would." in page.words
    assert page.words.index("Recommendation 1") < page.words.index("Recommendation 2")
    assert "5 open" in page.words
    assert "4 red lines" in page.words
    red = comments_page(nadia, letter_id, "?show=red")
    assert "Good." not in red.words


def test_what_is_said_in_a_translation_stands_with_the_paragraph_it_translates(nadia: Visitor, cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member, cast.arabic_member, languages=("en", "ar"))
    said(letter_id, cast.small_member, on="Repeal", kind="cannot_while_stands")
    said(letter_id, cast.arabic_member, on="Repeal", kind="cannot_while_stands", language="ar")
    page = comments_page(nadia, letter_id)
    assert "While it stands: 2 organisations cannot sign." in page.words
    assert page.words.count("Recommendation 2") == 1


def test_a_wording_is_taken_by_one_press_and_stands_in_the_next_version(nadia: Visitor, cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    made = said(letter_id, cast.small_member, on="Repeal", kind="wording", wording="Repeal the press law.")
    page = form_of(comments_page(nadia, letter_id), made).submit("Take this wording")
    assert "Answered: Taken." in page.words
    assert "2. Repeal the press law." in a_letter(letter_id).working_version.text("en").body
    assert "No comment here." in page.words
    assert "Wording by \u2068Kalina Press Club\u2069." in nadia.get(path_of(letter_id, "versions")).words
    answered = page.follow("1 answered")
    assert "Recommendation 2 – version 2, being written" in answered.words


def test_a_stock_reason_comes_in_the_language_of_the_author(nadia: Visitor, cast: Cast) -> None:
    letter_id = consulted(cast, cast.unnamed_member)
    made = said(letter_id, cast.unnamed_member, "Plus court.", on="Repeal")
    form = form_of(comments_page(nadia, letter_id), made)
    refused = form.submit("Not taken")
    assert refused.status == 422
    assert "Say why, or choose a reason." in refused.words
    form_of(refused, made).fill(stock="length", words="Bien à vous.").submit("Not taken")
    reply = row(made).reply
    assert reply.endswith("\n\nBien à vous.")
    assert row(made).outcome == "not_taken"


def test_asking_back_needs_the_question_and_keeps_what_was_typed(nadia: Visitor, cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    made = said(letter_id, cast.small_member, "Other words.", on="Repeal")
    refused = form_of(comments_page(nadia, letter_id), made).fill(wording="Kept.").submit("Ask back")
    assert refused.status == 422
    assert "Write your question." in refused.words
    assert ">\nKept.</textarea>" in refused.text
    form_of(refused, made).fill(words="Which?").submit("Ask back")
    assert row(made).outcome == "question_back"


def test_a_paragraph_that_changed_meanwhile_shows_both_texts_and_a_second_press_is_bound_to_them(
    nadia: Visitor, cast: Cast
) -> None:
    letter_id = consulted(cast, cast.small_member, cast.arabic_member)
    one = said(letter_id, cast.small_member, on="Repeal", kind="wording", wording="Repeal the press law.")
    two = said(letter_id, cast.arabic_member, on="Repeal", kind="wording", wording="Repeal the whole law.")
    form = form_of(comments_page(nadia, letter_id), two)
    respond.answer_comment(letter_id, one, respond.Reply("taken"), by=cast.coordinator)
    refused = form.submit("Take this wording")
    assert refused.status == 409
    assert "As its author read it: Repeal the law." in refused.words
    assert "As it reads now: Repeal the press law." in refused.words
    form_of(refused, two).submit("Take this wording")
    assert "2. Repeal the whole law." in a_letter(letter_id).working_version.text("en").body


def test_words_that_are_gone_are_listed_apart_and_can_be_answered(nadia: Visitor, cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    made = said(letter_id, cast.small_member, on="Repeal", kind="wording", wording="Repeal the press law.")
    builders.amended(cast, letter_id, "", body=BODY.replace("2. Repeal the law.\n", ""))
    assert "No comment here." in comments_page(nadia, letter_id).words
    page = comments_page(nadia, letter_id, "?show=orphaned")
    assert "words that are gone" in page.words
    refused = form_of(page, made).submit("Take this wording")
    assert "The paragraph is no longer in the text." in refused.words
    form_of(refused, made).fill({"by_hand": "yes"}).submit("Take this wording")
    assert row(made).outcome == "taken"


def test_a_comment_from_a_file_says_who_brought_it(nadia: Visitor, cast: Cast) -> None:
    letter_id = ready(cast)
    text = a_letter(letter_id).version.text("en")
    made = Comment(
        letter_id=letter_id, text_id=text.id, account_id=cast.coordinator_id, kind="remark", created_at=clock.now()
    )
    made.author_name, made.words = "A. Reviewer", "Shorter."
    db.session.add(made)
    db.session.commit()
    assert "1 comment to answer" in state_of(nadia.get(path_of(letter_id)), "Comments")
    page = comments_page(nadia, letter_id)
    assert "A. Reviewer, in a file that Nadia Rahimi brought" in page.words
    form_of(page, made.id).submit("Taken")
    assert row(made.id).outcome == "taken"


def test_who_said_nothing_is_listed_after_the_time_and_signs_nothing(
    nadia: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = consulted(cast, cast.small_member, cast.arabic_member, no_objection=True)
    said(letter_id, cast.arabic_member, "Fine.")
    assert "That will be no signature." in comments_page(nadia, letter_id).words
    until = a_letter(letter_id).no_objection_until_at
    assert until is not None
    monkeypatch.setattr(clock, "now", lambda: until + timedelta(minutes=1))
    nadia.sign_in(cast.coordinator)
    page = comments_page(nadia, letter_id)
    listed = [" ".join(line.itertext()) for line in page.tree.iter("li")]
    assert "Kalina Press Club" in listed
    assert "Amman Writers’ House" not in listed
    assert "That is no signature" in page.words
    assert builders.invitation_of(letter_id, cast.small_member).answered_at is None


def test_from_comments_to_signing_everybody_asked_is_counted_in_the_button(nadia: Visitor, cast: Cast) -> None:
    letter_id = consulted(cast)
    page = nadia.get(path_of(letter_id)).follow("Send for signature")
    board = page.form("/send").submit("Send version 1 to 3 organisations")
    assert "The letter is open, and on its way to 3 people." in board.words


def test_while_a_version_is_being_written_the_page_says_what_to_do_first(nadia: Visitor, cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    form = nadia.get(path_of(letter_id, "send")).form("/send")
    made = said(letter_id, cast.small_member, on="Repeal", kind="wording", wording="Repeal the press law.")
    respond.answer_comment(letter_id, made, respond.Reply("taken"), by=cast.coordinator)
    assert "Put it forward or drop it" in form.submit().words
    page = nadia.get(path_of(letter_id, "send"))
    assert "Put it forward or drop it before anybody signs." in page.words
    assert not any(one.ends_with("/send") for one in page.forms)


def test_an_open_letter_goes_back_to_comments_with_a_reason_and_a_tick(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member)
    builders.signed(letter_id, cast.small_member)
    page = nadia.get(path_of(letter_id, "consultation"))
    refused = page.form("/again").fill(LATER).submit()
    assert refused.status == 422
    assert "Say why" in refused.words
    assert a_letter(letter_id).stage == "open"
    refused.form("/again").fill(reason="Three cannot sign article 2.", confirm="yes").submit()
    assert a_letter(letter_id).stage == "consultation"


def test_the_deadline_for_signing_can_still_be_moved_while_comments_are_taken(nadia: Visitor, cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    page = nadia.get(path_of(letter_id, "dates"))
    page.form("/dates").fill(closes_date="2099-04-01", closes_time="18:00").submit()
    deadline = a_letter(letter_id).deadline_at
    assert deadline is not None
    assert deadline.year == 2099


def test_other_teams_see_no_comments_and_answer_none(visitor: Visitor, cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    made = said(letter_id, cast.small_member, "Secret.")
    visitor.sign_in(cast.other_coordinator)
    assert visitor.get(path_of(letter_id, "comments")).status == 404
    assert visitor.get(path_of(letter_id, "consultation")).status == 404
    assert visitor.post(path_of(letter_id, "comments", str(made)), {"outcome": "taken"}).status in {400, 404}
    assert row(made).outcome is None


def test_a_comment_is_answered_under_its_own_letter_alone(nadia: Visitor, cast: Cast) -> None:
    letter_id, other_id = consulted(cast, cast.small_member), consulted(cast, cast.arabic_member)
    made = said(letter_id, cast.small_member, "Mine.")
    theirs = said(other_id, cast.arabic_member, "Theirs.")
    form = form_of(comments_page(nadia, letter_id), made)
    form.action = path_of(letter_id, "comments", str(theirs))
    assert form.submit("Taken").status == 404
    assert row(theirs).outcome is None
