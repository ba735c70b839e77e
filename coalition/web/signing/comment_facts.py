"""What the door shows of comments: the text with what is said beside it, one's own, and until when they are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from coalition import clock, languages
from coalition.actions.comment import comments_of, is_taking_comments, may_be_reworded
from coalition.database import db
from coalition.emails.seen_by import who_sees
from coalition.emails.words import deadline_lines
from coalition.models.comment import Comment
from coalition.models.version import Text
from coalition.rendering.governing import governs, lags_behind
from coalition.rendering.paragraph_view import paragraph_view, paragraph_views
from coalition.rendering.paragraphs import paragraphs
from coalition.web.signing.comment_words import author_words, kind_words, outcome_words
from coalition.web.signing.showing import moment

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from coalition.web.signing.visit import Visit


def consultation_facts(visit: Visit) -> dict[str, Any]:
    """How it stands with comments on the letter now, and who would see one."""
    letter = visit.letter
    is_consulting = letter.stage == "consultation"
    until, silent = letter.comments_until_at, letter.no_objection_until_at
    return {
        "is_on": is_consulting,
        "takes": is_taking_comments(letter, now=clock.now()),
        "until": _in_zones(until, visit) if is_consulting else (),
        "until_iso": until.isoformat() if until else "",
        "no_objection": _in_zones(silent, visit) if is_consulting else (),
        "who_sees": who_sees(letter, visit.organisation, visit.organisation_name),
        "number": len(comments_of(db.session(), visit.invitation)),
    }


def text_to_comment(visit: Visit) -> dict[str, Any]:
    """The text by its paragraphs, each with what others said about it as far as this visitor sees that."""
    text, others = visit.text, _comments_of_others(visit)
    here = [one for one in others if one.place[0] == text.id]
    views = paragraph_views(text, visit.language)
    keys = {view.key for view in views}
    return {
        "language": text.language,
        "direction": languages.direction(text.language),
        "lagging": lags_behind(text),
        "governing": governs(text),
        "words_language": languages.interface_language(text.language),
        "paragraphs": [
            {"view": view, "comments": [_shown(one, visit) for one in here if one.place[1] == view.key]}
            for view in views
        ],
        "others": [_shown(one, visit) for one in others if one.place[0] != text.id or one.place[1] not in keys],
    }


def paragraph_to_comment(visit: Visit, key: str) -> dict[str, Any] | None:
    """The paragraph of the text that the form shows; None for the whole text, or where it has none of that key."""
    text = text_of_form(visit)
    found = next((each for each in paragraphs(text) if each.key == key), None)
    if found is None:
        return None
    return {
        "view": paragraph_view(found, text.language, visit.language),
        "language": text.language,
        "direction": languages.direction(text.language),
        "source": found.source,
        "may_be_reworded": may_be_reworded(found),
    }


def text_of_form(visit: Visit) -> Text:
    """The text that the form was opened on, though another may be in force since."""
    for version in visit.letter.versions:
        text: Text | None = version.text(visit.form.language) if version.number == visit.form.version else None
        if text is not None and text.shown_at:
            return text
    return visit.text


def own_comments(visit: Visit) -> list[dict[str, Any]]:
    """What this invitation brought, the newest first, with the team's answers."""
    return [_own(one, visit) for one in comments_of(db.session(), visit.invitation)]


def own_comment(visit: Visit, comment_id: UUID | None) -> dict[str, Any] | None:
    """One of this invitation's comments that the team asked back about."""
    found = db.session.get(Comment, comment_id) if comment_id else None
    is_own = found is not None and found.invitation_id == visit.invitation.id and found.outcome == "question_back"
    return _own(found, visit) if is_own and found is not None else None


def _own(comment: Comment, visit: Visit) -> dict[str, Any]:
    return _shown(comment, visit) | {
        "id": str(comment.id),
        "hex": comment.id.hex,
        "state": outcome_words(comment),
        "outcome": comment.outcome or "",
        "reply": comment.reply or "",
        "is_taken_back": comment.taken_back_at is not None,
        "is_orphaned": comment.orphaned_at is not None and comment.still_counts,
        "key": comment.paragraph_key,
    }


def _shown(comment: Comment, visit: Visit) -> dict[str, Any]:
    text = db.session.get_one(Text, comment.text_id)
    return {
        "kind": kind_words(comment.kind),
        "author": author_words(comment, visit),
        "words": comment.words or "",
        "wording": comment.wording or "",
        "quote": comment.quote,
        "language": text.language,
        "version": text.version.number,
        "at": moment(comment.created_at, visit),
        "iso": comment.created_at.isoformat(),
        "state": outcome_words(comment),
    }


def _comments_of_others(visit: Visit) -> list[Comment]:
    """The others' comments that the letter shows to those invited: no red line, none that came in a file."""
    if visit.letter.comment_audience == "team":
        return []
    found = db.session.scalars(
        select(Comment)
        .where(
            Comment.letter_id == visit.letter.id,
            Comment.invitation_id.is_not(None),
            Comment.invitation_id != visit.invitation.id,
            Comment.taken_back_at.is_(None),
        )
        .order_by(Comment.created_at, Comment.id)
    )
    return [one for one in found if not one.is_red_line]


def _in_zones(when: datetime | None, visit: Visit) -> tuple[str, ...]:
    if when is None:
        return ()
    zones = {"letter_zone": visit.letter.zone, "own_zone": visit.contact.zone}
    return deadline_lines(when, visit.language, **zones)
