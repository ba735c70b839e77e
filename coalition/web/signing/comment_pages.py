"""The pages about comments: the text to comment on, the box, and what one said oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from coalition.web.signing.answers import without_controls
from coalition.web.signing.comment_facts import (
    consultation_facts,
    own_comment,
    own_comments,
    paragraph_to_comment,
    text_to_comment,
)
from coalition.web.signing.comment_words import kind_options
from coalition.web.signing.pages import invitation_page, show_page
from coalition.web.signing.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from coalition.web.signing.answers import Problems
    from coalition.web.signing.visit import Visit

FIELDS = ("paragraph", "kind", "words", "wording", "answers")
"""What a comment's form sends."""


def comments_page(visit: Visit) -> Response:
    """The text by its paragraphs, each with its way to comment on it."""
    facts = consultation_facts(visit)
    if not facts["takes"] and not facts["is_on"]:
        return invitation_page(visit)
    return show_page(
        "signing/comments.html", visit, Standing.of(visit), status=200, at="comments", to_comment=text_to_comment(visit)
    )


def my_comments_page(visit: Visit, *, problems: Problems | None = None, status: int = 200) -> Response:
    """What this invitation brought, with the team's answers; it is the receipt too."""
    return show_page(
        "signing/my_comments.html",
        visit,
        Standing.of(visit),
        status=status,
        comments=own_comments(visit),
        errors=problems or {},
    )


def comment_page(
    visit: Visit,
    typed: dict[str, str] | None = None,
    *,
    problems: Problems | None = None,
    problems_title: str | None = None,
    status: int = 200,
) -> Response:
    """The box for one comment. `typed` is what was sent or asked for, by the names of FIELDS."""
    values = {name: without_controls(value) for name, value in (typed or {}).items()}
    answering = own_comment(visit, id_in(values.get("answers", "")))
    key = values.get("paragraph") or (str(answering["key"]) if answering else "")
    paragraph = paragraph_to_comment(visit, key)
    facts: dict[str, Any] = {
        "paragraph": paragraph,
        "is_gone": bool(values.get("paragraph")) and paragraph is None,
        "kinds": kind_options(
            has_paragraph=paragraph is not None,
            may_be_reworded=paragraph is not None and bool(paragraph["may_be_reworded"]),
        ),
        "typed": {name: values.get(name, "") for name in FIELDS}
        | {"wording": values.get("wording") or (paragraph["source"] if paragraph else "")},
        "answering": answering,
        "errors": problems or {},
        "errors_title": problems_title,
    }
    return show_page("signing/comment.html", visit, Standing.of(visit), status=status, **facts)


def comment_page_asked(visit: Visit) -> Response:
    """The box for the paragraph that a form asks for: the way of those who keep no cookies."""
    return comment_page(visit, {name: request.form.get(name, "") for name in ("paragraph", "answers")})


def id_in(typed: str) -> UUID | None:
    """An id as a form sends it; None for anything else."""
    try:
        return UUID(typed)
    except ValueError:
        return None


def closed_words(visit: Visit) -> str:
    """Why no comment is taken now."""
    until = consultation_facts(visit)["until"]
    if until:
        return str(_("Comments were taken until %(moment)s. What you wrote is below.", moment=until[0]))
    return str(_("Comments are not taken now. What you wrote is below."))


PAGES: dict[str, Callable[[Visit], Response]] = {
    "comments": comments_page,
    "my-comments": my_comments_page,
    "comment": comment_page_asked,
}
"""The pages that only look, by the last part of their address."""
