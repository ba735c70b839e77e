"""Answering comments: the wording that is taken goes into the next version, and each author is told."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import amend, draft, respond
from coalition.actions.comment import NothingSaid
from coalition.actions.respond import AlreadyAnswered, ParagraphChanged, Reply
from coalition.database import db
from coalition.models.comment import Comment
from coalition.models.letter import AlreadyPublished
from coalition.models.outgoing_email import OutgoingEmail
from coalition.rendering.paragraphs import paragraphs
from tests import builders
from tests.builders import BODY, a_draft, a_letter, an_open_letter, consulted, said
from tests.cast import Cast


def row(comment_id: UUID) -> Comment:
    db.session.rollback()
    return db.session.get_one(Comment, comment_id)


def answered(cast: Cast, letter_id: UUID, comment_id: UUID, outcome: str, words: str = "", wording: str = "") -> None:
    db.session.rollback()
    respond.answer_comment(letter_id, comment_id, Reply(outcome, words, wording), by=cast.coordinator)


def told(comment_id: UUID) -> list[tuple[str, str, str]]:
    """Outcome, reply and wording of the mails to the comment's author."""
    db.session.rollback()
    contexts = [one.context for one in db.session.scalars(select(OutgoingEmail))]
    mine = [one for one in contexts if one["kind"] == "comment_answered" and one["comment"] == comment_id.hex]
    return [(one["outcome"], one["reply"], one["wording"]) for one in mine]


def test_a_wording_that_is_taken_begins_the_next_version_and_replaces_exactly_its_paragraph(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    made = said(letter_id, cast.small_member, on="Repeal", kind="wording", wording="Repeal the press law.")
    answered(cast, letter_id, made, "taken")
    letter = a_letter(letter_id)
    assert letter.version.text("en").body == BODY
    assert letter.working_version.number == 2
    assert letter.working_version.text("en").body == BODY.replace("Repeal the law.", "Repeal the press law.")
    assert told(made) == [("taken", "", "Repeal the press law.")]


def test_its_author_is_credited_in_the_version_for_the_team(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    made = said(letter_id, cast.small_member, on="Repeal", kind="wording", wording="Repeal the press law.")
    answered(cast, letter_id, made, "taken")
    credited = respond.credits_of(db.session(), a_letter(letter_id).working_version)
    assert [one.invitation.organisation.name for one in credited if one.invitation] == ["Kalina Press Club"]
    assert not any("Kalina" in words for words in a_letter(letter_id).working_version.explanations.values())


def test_two_wordings_for_two_paragraphs_go_into_one_version(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member, cast.arabic_member)
    one = said(letter_id, cast.small_member, on="Repeal", kind="wording", wording="Repeal the press law.")
    two = said(letter_id, cast.arabic_member, on="Free the reporters.", kind="wording", wording="Free them all.")
    answered(cast, letter_id, one, "taken")
    answered(cast, letter_id, two, "taken_with_edits", "Shorter.", "Free them.")
    body = a_letter(letter_id).working_version.text("en").body
    assert "1. Free them.\n2. Repeal the press law." in body
    assert [version.number for version in a_letter(letter_id).versions] == [1, 2]
    assert told(two) == [("taken_with_edits", "Shorter.", "Free them.")]


def test_a_paragraph_that_changed_meanwhile_is_not_overwritten(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member, cast.arabic_member)
    one = said(letter_id, cast.small_member, on="Repeal", kind="wording", wording="Repeal the press law.")
    two = said(letter_id, cast.arabic_member, on="Repeal", kind="wording", wording="Repeal the whole law.")
    answered(cast, letter_id, one, "taken")
    with pytest.raises(ParagraphChanged) as refused:
        answered(cast, letter_id, two, "taken")
    assert (refused.value.then, refused.value.now) == ("Repeal the law.", "Repeal the press law.")
    assert row(two).outcome is None
    _text, target = respond.paragraph_to_reword(db.session(), a_letter(letter_id), row(two))
    assert target is not None
    reply = Reply("taken_with_edits", "", "Repeal the whole press law.", seen=target.key)
    respond.answer_comment(letter_id, two, reply, by=cast.coordinator)
    assert "2. Repeal the whole press law." in a_letter(letter_id).working_version.text("en").body


def test_a_paragraph_that_is_gone_is_named_with_what_it_was(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    one = said(letter_id, cast.small_member, on="Repeal", kind="wording", wording="Repeal the press law.")
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.save_text(letter_id, "en", {"body": "Something else altogether."}, by=cast.coordinator)
    with pytest.raises(ParagraphChanged) as refused:
        answered(cast, letter_id, one, "taken")
    assert (refused.value.then, refused.value.now) == ("Repeal the law.", "")


def test_not_taken_needs_a_reason_and_a_question_back_its_question(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    made = said(letter_id, cast.small_member, "Too strong.", on="Repeal")
    for outcome in ("not_taken", "question_back", "taken_with_edits"):
        with pytest.raises(NothingSaid):
            answered(cast, letter_id, made, outcome)
    answered(cast, letter_id, made, "question_back", "What would you write?")
    assert row(made).outcome == "question_back"
    answered(cast, letter_id, made, "not_taken", "Others need it.")
    assert [outcome for outcome, _words, _wording in told(made)] == ["question_back", "not_taken"]
    with pytest.raises(AlreadyAnswered):
        answered(cast, letter_id, made, "taken")


def test_a_remark_that_is_taken_edits_nothing_by_itself(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    made = said(letter_id, cast.small_member, "Say it shorter.", on="Repeal")
    answered(cast, letter_id, made, "taken", "We will.")
    assert a_letter(letter_id).next_version is None


def test_a_comment_on_another_letter_is_not_found(cast: Cast) -> None:
    letter_id, other_id = consulted(cast, cast.small_member), a_draft(cast)
    made = said(letter_id, cast.small_member, "Hm.")
    with pytest.raises(LookupError):
        answered(cast, other_id, made, "taken")


def test_once_it_is_published_a_comment_is_answered_and_the_text_stays(cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member)
    wording = said(letter_id, cast.small_member, on="Repeal", kind="wording", wording="Repeal the press law.")
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    with pytest.raises(AlreadyPublished):
        answered(cast, letter_id, wording, "taken")
    answered(cast, letter_id, wording, "not_taken", "It was published already.")
    assert row(wording).outcome == "not_taken"


def test_a_title_stays_one_line(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    made = said(letter_id, cast.small_member, on="Free the reporters", kind="wording", wording="Free\nthem all")
    answered(cast, letter_id, made, "taken")
    assert a_letter(letter_id).working_version.text("en").title == "Free them all"


def test_a_comment_from_a_file_edits_the_draft_and_nobody_is_written_to(cast: Cast) -> None:
    letter_id = a_draft(cast)
    letter = a_letter(letter_id)
    text = letter.version.text("en")
    key = next(each.key for each in paragraphs(text) if "Repeal" in each.plain)
    made = Comment(
        letter_id=letter_id,
        text_id=text.id,
        paragraph_key=key,
        quote="Repeal the law.",
        account_id=cast.coordinator_id,
        kind="wording",
        created_at=clock.now(),
    )
    made.author_name, made.wording = "A. Reviewer", "Repeal it."
    db.session.add(made)
    db.session.commit()
    answered(cast, letter_id, made.id, "taken")
    assert "2. Repeal it." in a_letter(letter_id).version.text("en").body
    assert told(made.id) == []
    draft.save_text(letter_id, "en", {"body": BODY}, by=cast.coordinator)
