"""Commenting at the door: who will see it is said first, nothing typed is lost, and nothing is signed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from coalition import clock, config
from coalition.actions import comment as verbs
from coalition.actions import respond
from coalition.database import db
from coalition.models.comment import Comment
from coalition.models.organisation import Organisation
from tests import builders
from tests.builders import consulted, invitation_of, link_path, said
from tests.cast import Cast, Member
from tests.inspect_page import words as said_by
from tests.visitor import Page, Visitor


def arrived(visitor: Visitor, letter_id: Any, member: Member) -> Page:
    return visitor.get(link_path(letter_id, member))


def comments() -> list[Comment]:
    db.session.rollback()
    return list(db.session.scalars(select(Comment).order_by(Comment.created_at)))


def box_for(page: Page, words: str) -> Page:
    """The box for the paragraph that is called so."""
    return page.follow(f"Comment on this: {words}")


def test_in_consultation_each_paragraph_leads_to_its_box_and_nothing_can_be_signed(
    cast: Cast, visitor: Visitor
) -> None:
    letter_id = consulted(cast, cast.small_member)
    page = arrived(visitor, letter_id, cast.small_member)
    assert "The text is open for comments" in page.words
    assert "Nobody can sign yet" in page.words
    assert "Only the team of this letter sees what you write." in page.words
    box = box_for(page, "Recommendation 2")
    assert box.heading == "Comment on: Recommendation 2"
    assert "Repeal the law." in box.words
    assert box.words.index("Only the team") < box.words.index("What do you want to say?")


def test_a_comment_is_recorded_and_its_page_is_the_receipt(cast: Cast, visitor: Visitor) -> None:
    letter_id = consulted(cast, cast.small_member)
    box = box_for(arrived(visitor, letter_id, cast.small_member), "Recommendation 2")
    receipt = box.form("comment").fill(kind="question", words="Which law?").submit()
    assert (receipt.status, receipt.heading) == (200, "Your comments")
    assert "Which law?" in receipt.words
    assert "Waits for an answer" in receipt.words
    [made] = comments()
    assert (made.kind, made.quote) == ("question", "Repeal the law.")


def test_the_kind_is_a_choice_nobody_makes_for_the_visitor(cast: Cast, visitor: Visitor) -> None:
    letter_id = consulted(cast, cast.small_member)
    box = box_for(arrived(visitor, letter_id, cast.small_member), "Recommendation 2")
    again = box.form("comment").fill(words="Typed with care.").submit()
    assert again.status == 422
    assert "Choose what kind of comment this is" in again.words
    assert "Typed with care." in again.text
    assert comments() == []


def test_wording_starts_as_the_paragraph_itself_and_has_to_differ(cast: Cast, visitor: Visitor) -> None:
    letter_id = consulted(cast, cast.small_member)
    box = box_for(arrived(visitor, letter_id, cast.small_member), "Recommendation 2")
    assert ">\nRepeal the law.</textarea>" in box.text
    same = box.form("comment").fill(kind="wording").submit()
    assert same.status == 422
    assert "Change the paragraph to what you suggest" in same.words
    other = same.form("comment").fill(kind="wording", wording="Repeal the press law.").submit()
    assert "Repeal the press law." in other.words
    assert comments()[0].wording == "Repeal the press law."


def test_what_was_refused_stays_typed(cast: Cast, visitor: Visitor) -> None:
    letter_id = consulted(cast, cast.small_member)
    box = box_for(arrived(visitor, letter_id, cast.small_member), "Recommendation 2")
    for words, problem in (
        ("", "Write your question or remark"),
        ("x" * (verbs.WORDS_LIMIT + 1), "Shorten this to 5000 characters: it has 5001"),
        ("tur\u202ened", "Take out the characters that cannot be seen: U+202E"),
    ):
        again = box.form("comment").fill(kind="remark", words=words, wording="Mine.").submit()
        assert again.status == 422
        assert problem in again.words
        assert ">\nMine.</textarea>" in again.text
    assert comments() == []


def test_the_same_press_twice_is_one_comment(cast: Cast, visitor: Visitor) -> None:
    letter_id = consulted(cast, cast.small_member)
    form = box_for(arrived(visitor, letter_id, cast.small_member), "Recommendation 2").form("comment")
    form.fill(kind="remark", words="Once.").submit()
    form.submit()
    assert len(comments()) == 1


def test_a_form_opened_before_the_text_changed_still_counts_for_what_it_showed(cast: Cast, visitor: Visitor) -> None:
    letter_id = consulted(cast, cast.small_member)
    form = box_for(arrived(visitor, letter_id, cast.small_member), "Recommendation 2").form("comment")
    builders.amended(cast, letter_id, "", body=builders.BODY.replace("Repeal the law", "Repeal the press law"))
    receipt = form.fill(kind="remark", words="On the old words.").submit()
    assert receipt.status == 200
    assert comments()[0].quote == "Repeal the law."
    assert "on version 1" in receipt.words


def test_after_the_time_the_box_says_so_and_keeps_what_was_typed(
    cast: Cast, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = consulted(cast, cast.small_member)
    end = builders.a_letter(letter_id).comments_until_at
    assert end is not None
    monkeypatch.setattr(clock, "now", lambda: end - timedelta(minutes=1))
    form = box_for(arrived(visitor, letter_id, cast.small_member), "Recommendation 2").form("comment")
    monkeypatch.setattr(clock, "now", lambda: end + timedelta(minutes=1))
    refused = form.fill(kind="remark", words="A minute late.").submit()
    assert refused.status == 409
    assert "Comments were taken until" in refused.words
    assert "A minute late." in refused.words
    page = arrived(visitor, letter_id, cast.small_member)
    assert "Comments on this text are over" in page.words
    assert "Comment on this" not in page.words


def test_without_cookies_a_comment_is_made_by_forms_alone(cast: Cast, visitors: Callable[..., Visitor]) -> None:
    letter_id = consulted(cast, cast.small_member)
    address = config.settings().root + link_path(letter_id, cast.small_member)
    page = visitors(cookies=False).get(address).form().fill(link=address).submit()
    [button] = [one for one in page.tree.iter("button") if "Comment on this: Recommendation 2" in said_by(one)]
    assert button.get("form") == "to-box"
    asked = page.form("page").fields | {"paragraph": button.get("value")}
    box = page.visitor.post(page.path, asked)
    assert box.heading == "Comment on: Recommendation 2"
    receipt = box.form("comment").fill(kind="only_if_stays").submit()
    assert receipt.heading == "Your comments"
    assert "Red line: we sign only if this stays" in receipt.words
    taken = receipt.form("take-back").fill(comment=str(comments()[0].id)).submit()
    assert "You took it back" in taken.words


def test_what_was_typed_survives_the_loss_of_the_session(
    cast: Cast, visitor: Visitor, visitors: Callable[..., Visitor]
) -> None:
    letter_id = consulted(cast, cast.small_member)
    box = box_for(arrived(visitor, letter_id, cast.small_member), "Recommendation 2")
    key = comment_key(box)
    stranger = visitors()
    paste = stranger.post(
        f"/invitation/{invitation_of(letter_id, cast.small_member).id}/comment",
        {"kind": "remark", "words": "Long work.", "paragraph": key},
    )
    address = config.settings().root + link_path(letter_id, cast.small_member)
    again = paste.form().fill(link=address).submit()
    assert again.heading == "Comment on: Recommendation 2"
    assert "Long work." in again.text
    assert comments() == []
    again.form("comment").submit()
    assert [one.words for one in comments()] == ["Long work."]


def comment_key(box: Page) -> str:
    return next(element.get("value") or "" for element in box.tree.iter("input") if element.get("name") == "paragraph")


@pytest.mark.parametrize(
    ("audience", "named", "seen"),
    [("team", True, ""), ("unnamed", True, "An organisation"), ("named", True, "Kalina Press Club"),
     ("named", False, "An organisation")],
)  # fmt: skip
def test_others_see_a_comment_as_the_letter_chose(
    cast: Cast,
    visitor: Visitor,
    audience: str,
    named: bool,  # noqa: FBT001 -- a case of the table
    seen: str,
) -> None:
    if not named:
        db.session.get_one(Organisation, cast.small_member.organisation_id).safety_default = "withhold"
        db.session.commit()
    letter_id = consulted(cast, cast.small_member, cast.arabic_member, audience=audience)
    said(letter_id, cast.small_member, "Which law?", on="Repeal", kind="question")
    said(letter_id, cast.small_member, "Secret line.", on="Repeal", kind="cannot_while_stands")
    page = arrived(visitor, letter_id, cast.arabic_member)
    assert ("Which law?" in page.words) == bool(seen)
    assert (f"{seen} – " in page.words) == bool(seen)
    assert "Secret line." not in page.words
    assert ("Kalina" in page.words) == (seen == "Kalina Press Club")


def test_a_comment_from_a_file_is_shown_to_nobody_invited(cast: Cast, visitor: Visitor) -> None:
    letter_id = consulted(cast, cast.small_member, audience="named")
    text = builders.a_letter(letter_id).version.text("en")
    made = Comment(
        letter_id=letter_id, text_id=text.id, account_id=cast.coordinator_id, kind="remark", created_at=clock.now()
    )
    made.author_name, made.words = "A. Reviewer", "For the team alone."
    db.session.add(made)
    db.session.commit()
    assert "For the team alone." not in arrived(visitor, letter_id, cast.small_member).words


def test_the_teams_answer_stands_with_ones_own_comment_and_not_with_others(cast: Cast, visitors: Any) -> None:
    letter_id = consulted(cast, cast.small_member, cast.arabic_member, audience="named")
    made = said(letter_id, cast.small_member, "Which law?", on="Repeal", kind="question")
    respond.answer_comment(letter_id, made, respond.Reply("question_back", "Which do you mean?"), by=cast.coordinator)
    kalina = arrived(visitors(), letter_id, cast.small_member).follow("Your comments")
    assert "Which do you mean?" in kalina.words
    assert "Which do you mean?" not in arrived(visitors(), letter_id, cast.arabic_member).words
    box = kalina.follow("Answer the question")
    assert "Which do you mean?" in box.words
    box.form("comment").fill(kind="remark", words="The press law.").submit()
    assert comments()[-1].answers_id == made


def test_while_signing_is_open_one_can_ask_and_it_holds_up_nobody(cast: Cast, visitor: Visitor) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    page = arrived(visitor, letter_id, cast.small_member).follow("Ask, or comment on the text")
    assert "holds up nobody" in page.words
    page.follow("Comment on the whole text").form("comment").fill(kind="question", words="Who else?").submit()
    builders.signed(letter_id, cast.small_member)
    assert [one.quote for one in comments()] == [""]


def test_a_stranger_with_a_cut_or_foreign_link_comments_nothing(cast: Cast, visitor: Visitor) -> None:
    letter_id = consulted(cast, cast.small_member, cast.arabic_member)
    box = box_for(arrived(visitor, letter_id, cast.small_member), "Recommendation 2")
    token = next(one.get("value") for one in box.tree.iter("input") if one.get("name") == "form_token")
    sami = invitation_of(letter_id, cast.arabic_member).id
    page = visitor.post(f"/invitation/{sami}/comment", {"form_token": token, "kind": "remark", "words": "As Sami."})
    assert page.status == 422
    assert page.heading == "Paste the link from your mail"
    assert comments() == []


def test_nobody_takes_back_the_comment_of_another(cast: Cast, visitor: Visitor) -> None:
    letter_id = consulted(cast, cast.small_member, cast.arabic_member)
    theirs = said(letter_id, cast.small_member, "Mine.")
    said(letter_id, cast.arabic_member, "My own.")
    page = arrived(visitor, letter_id, cast.arabic_member).follow("Your comments")
    refused = page.form("take-back").fill(comment=str(theirs)).submit()
    assert refused.status == 422
    assert refused.words.count("not one of yours") == 2
    assert page.form("take-back").submit().status == 422
    assert all(one.taken_back_at is None for one in comments())


def test_under_safe_mail_the_windows_title_tells_nothing(cast: Cast, visitor: Visitor) -> None:
    contact = cast.small_member.contact
    contact.safe_mail = True
    db.session.commit()
    letter_id = consulted(cast, cast.small_member)
    box = box_for(arrived(visitor, letter_id, cast.small_member), "Recommendation 2")
    assert box.title == "Your letter"


def test_addresses_of_forms_opened_by_hand_lead_back(cast: Cast, visitor: Visitor) -> None:
    letter_id = consulted(cast, cast.small_member)
    page = arrived(visitor, letter_id, cast.small_member)
    assert visitor.get(page.path + "/take-back").heading == "Your comments"
    gone = visitor.get(page.path + "/comment/body-none-1")
    assert "no longer in it" in gone.words
