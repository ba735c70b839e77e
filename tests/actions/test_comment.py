"""Commenting by link: what is taken, until when, how often it counts, and where it stands afterwards."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import amend, circulate, close, comment, draft
from coalition.actions.acts import LinkReplaced, TextChanged
from coalition.actions.comment import (
    MOST,
    WORDS_LIMIT,
    CommentsClosed,
    NoSuchParagraph,
    NothingSaid,
    NotToBeReworded,
    Said,
    SaidTooLong,
    TooManyComments,
)
from coalition.database import db
from coalition.intake.names import UnprintableName
from coalition.models.comment import Comment
from coalition.models.invitation import InvitationRevoked
from coalition.models.outgoing_email import OutgoingEmail
from coalition.rendering.paragraphs import paragraphs
from tests import builders
from tests.builders import BODY, a_letter, an_open_letter, consulted, invitation_of, said, shown_to
from tests.cast import Cast


def row(comment_id: UUID) -> Comment:
    db.session.rollback()
    return db.session.get_one(Comment, comment_id)


def now_reads(comment_id: UUID) -> str:
    """The words of the paragraph where a comment stands."""
    text_id, key = row(comment_id).place
    text = next(one for version in row(comment_id).letter.versions for one in version.texts if one.id == text_id)
    return next(each.plain for each in paragraphs(text) if each.key == key)


def test_a_comment_keeps_its_paragraph_its_quote_and_who_made_it(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    found = row(said(letter_id, cast.small_member, "All of them?", on="Free the reporters.", kind="question"))
    assert found.quote == "Free the reporters."
    assert found.words == "All of them?"
    assert found.invitation is not None
    assert found.invitation.organisation.name == "Kalina Press Club"


def test_the_same_form_sent_twice_is_one_comment(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    invitation = invitation_of(letter_id, cast.small_member)
    said_once = Said("remark", "", "Good.")
    first = comment.comment(invitation.id, said_once, key="k", shown=shown_to(invitation))
    invitation = invitation_of(letter_id, cast.small_member)
    assert comment.comment(invitation.id, said_once, key="k", shown=shown_to(invitation)) == first
    assert len(comment.comments_of(db.session(), invitation)) == 1


def test_a_comment_is_no_signature_and_no_answer(cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member)
    said(letter_id, cast.small_member, kind="cannot_while_stands", on="Repeal")
    assert invitation_of(letter_id, cast.small_member).answered_at is None
    builders.signed(letter_id, cast.small_member)


def test_comments_are_taken_until_the_time_that_was_said(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = consulted(cast, cast.small_member)
    later = clock.now() + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(CommentsClosed) as refused:
        said(letter_id, cast.small_member, "Too late.")
    assert refused.value.until == a_letter(letter_id).comments_until_at


def test_a_closed_letter_takes_no_comments(cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member)
    close.close(letter_id, by=cast.coordinator)
    with pytest.raises(CommentsClosed):
        said(letter_id, cast.small_member, "Too late.")


def test_a_question_needs_words_and_a_suggestion_other_wording(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    for kind, wording, part in (
        ("question", "", "words"),
        ("remark", "", "words"),
        ("wording", " ", "wording"),
        ("wording", "Repeal the law.", "wording"),
    ):
        with pytest.raises(NothingSaid) as refused:
            said(letter_id, cast.small_member, " ", on="Repeal", kind=kind, wording=wording)
        assert refused.value.part == part
    assert row(said(letter_id, cast.small_member, on="Repeal", kind="only_if_stays")).is_red_line


def test_length_number_and_unseen_characters_have_their_bounds(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = consulted(cast, cast.small_member)
    with pytest.raises(SaidTooLong):
        said(letter_id, cast.small_member, "x" * (WORDS_LIMIT + 1))
    with pytest.raises(UnprintableName):
        said(letter_id, cast.small_member, "tur\u202ened")
    assert row(said(letter_id, cast.small_member, "Two\r\n\r\nparagraphs.")).words == "Two\n\nparagraphs."
    assert MOST == 100
    monkeypatch.setattr(comment, "MOST", 1)
    with pytest.raises(TooManyComments):
        said(letter_id, cast.small_member, "One more.")


def test_other_wording_is_for_a_paragraph_of_the_text_alone(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    with pytest.raises(NotToBeReworded):
        said(letter_id, cast.small_member, kind="wording", wording="Other words.")
    invitation = invitation_of(letter_id, cast.small_member)
    with pytest.raises(NoSuchParagraph):
        comment.comment(invitation.id, Said("remark", "body-none-1", "Where?"), key="k", shown=shown_to(invitation))


def test_a_dead_link_comments_no_more(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    invitation = invitation_of(letter_id, cast.small_member)
    shown = shown_to(invitation)
    circulate.replace_link(invitation.id, by=cast.coordinator)
    with pytest.raises(LinkReplaced):
        comment.comment(invitation.id, Said("remark", "", "Hm."), key="k", shown=shown)
    circulate.revoke(invitation.id, by=cast.coordinator)
    with pytest.raises(InvitationRevoked):
        comment.comment(invitation.id, Said("remark", "", "Hm."), key="k", shown=shown)


def test_a_text_that_was_never_shown_takes_no_comment(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    shown = shown_to(invitation_of(letter_id, cast.small_member))
    with pytest.raises(TextChanged):
        comment.comment(
            invitation_of(letter_id, cast.small_member).id,
            Said("remark", "", "Hm."),
            key="k",
            shown=type(shown)("0" * 64, 1, "en", shown.opened_at, shown.epoch),
        )


def test_only_its_author_takes_a_comment_back(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member, cast.arabic_member)
    comment_id = said(letter_id, cast.small_member, "Too strong.")
    stranger = invitation_of(letter_id, cast.arabic_member)
    with pytest.raises(LookupError):
        comment.take_back(stranger.id, comment_id, shown=shown_to(stranger))
    author = invitation_of(letter_id, cast.small_member)
    shown = shown_to(author)
    comment.take_back(author.id, comment_id, shown=shown)
    at = row(comment_id).taken_back_at
    comment.take_back(author.id, comment_id, shown=shown)
    assert at is not None
    assert row(comment_id).taken_back_at == at


def test_an_open_comment_follows_its_paragraph_into_the_next_version(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    moved = said(letter_id, cast.small_member, "Which law?", on="Repeal", kind="question")
    lost = said(letter_id, cast.small_member, "How long?", on="They have waited", kind="question")
    whole = said(letter_id, cast.small_member, "Fine.")
    body = BODY.replace("1. Free", "1. First of all.\n2. Free").replace("2. Repeal", "3. Repeal")
    body = body.replace("They have waited long enough.[^1]\n\n[^1]: Annual report, page 7.\n", "")
    builders.amended(cast, letter_id, "", body=body)
    assert now_reads(moved) == "Repeal the law."
    assert row(moved).now_text_id == a_letter(letter_id).version.text("en").id
    assert row(lost).orphaned_at is not None
    assert row(lost).quote.startswith("They have waited")
    assert row(whole).now_text_id == a_letter(letter_id).version.text("en").id


def test_a_comment_from_a_form_opened_before_the_change_follows_at_once(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    invitation = invitation_of(letter_id, cast.small_member)
    shown = shown_to(invitation)
    key = next(each.key for each in paragraphs(invitation.letter.text("en")) if "Repeal" in each.plain)
    builders.amended(cast, letter_id, "", body=BODY.replace("1. Free", "1. First of all.\n2. Free"))
    made = comment.comment(invitation.id, Said("question", key, "Which?"), key=secrets.token_hex(8), shown=shown)
    assert now_reads(made) == "Repeal the law."
    assert row(made).text_id != row(made).now_text_id


def test_a_comment_in_a_language_that_the_next_version_lacks_is_orphaned_and_kept(cast: Cast) -> None:
    letter_id = consulted(cast, cast.arabic_member, languages=("en", "ar"))
    made = said(letter_id, cast.arabic_member, "لماذا؟", on="Repeal", kind="question", language="ar")
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.remove_language(letter_id, "ar", by=cast.coordinator)
    draft.save_text(letter_id, "en", {"body": "Other words."}, by=cast.coordinator)
    amend.put_forward(letter_id, amend.Amendment(), by=cast.coordinator, seal=amend.seal_of(a_letter(letter_id)))
    assert row(made).orphaned_at is not None
    assert row(made).words == "لماذا؟"


def test_coordinators_are_told_of_comments_at_most_once_an_hour(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = consulted(cast, cast.small_member)
    start = clock.now().replace(minute=10, second=0, microsecond=0)

    def mails() -> list[int]:
        db.session.rollback()
        rows = db.session.scalars(select(OutgoingEmail)).all()
        found = [one for one in rows if one.context["kind"] == "comment_received"]
        return sorted(int((one.next_at - start).total_seconds() // 60) for one in found)

    for minute, expected in ((0, [0]), (1, [0, 50]), (2, [0, 50]), (55, [0, 50, 110]), (56, [0, 50, 110])):
        moment = start + timedelta(minutes=minute)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        said(letter_id, cast.small_member, f"Remark {minute}.")
        assert mails() == expected
