"""The page proof at the door: the letter as it will be published, with the organisation's own line marked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from coalition import clock, languages
from coalition.actions import proof
from coalition.database import db
from coalition.emails.words import deadline_lines
from coalition.rendering import page
from coalition.web.signing.answers import Answers, Problems
from coalition.web.signing.names import printed
from coalition.web.signing.pages import invitation_page, show_page
from coalition.web.signing.standing import Standing

if TYPE_CHECKING:
    from flask import Response
    from markupsafe import Markup

    from coalition.models.signature import Signature
    from coalition.rendering.printed import PrintedLetter
    from coalition.web.signing.visit import Visit


def proof_page(
    visit: Visit,
    *,
    answers: Answers | None = None,
    problems: Problems | None = None,
    problems_title: str | None = None,
    status: int = 200,
) -> Response:
    """The proof; the letter's page where none is shown to this organisation."""
    standing = Standing.of(visit)
    if standing.signature is None or visit.letter.proof_sent_at is None or standing.public is not None:
        return invitation_page(visit, problems=problems, status=status)
    until = visit.letter.proof_until_at
    is_running = until is not None and clock.now() < until and standing.signature.is_on_list
    return show_page(
        "signing/proof.html",
        visit,
        standing,
        at="proof",
        status=status,
        **_shown(visit, standing.signature),
        object_until=_until(visit) if is_running else (),
        answers=answers.shown if answers else Answers(),
        errors=problems or {},
        errors_title=problems_title,
    )


PAGES = {"proof": proof_page}
"""The page that only looks, by the last part of its address."""


def _shown(visit: Visit, signature: Signature) -> dict[str, Any]:
    """The page, how the organisation's own name stands on it, and whether the others are left out."""
    language, letter = visit.text.language, visit.letter
    own = printed(signature.printed_names, language) if signature.is_public and signature.is_on_list else ""
    seen = proof.as_seen_by(db.session(), letter, own, language)
    return {
        "article": _article(seen.letter, language, own),
        "text_language": language,
        "text_direction": languages.direction(language),
        "own": own,
        "left_out": seen.left_out,
        "photo": seen.letter.photo is not None,
    }


def _article(letter: PrintedLetter, language: str, own: str) -> Markup:
    """Without the photo: it has no address before the letter is published."""
    return page.article(replace(letter, photo=None), language, as_part=True, marked=own)


def _until(visit: Visit) -> tuple[str, ...]:
    until = visit.letter.proof_until_at
    assert until is not None  # noqa: S101 -- asked by the caller  # nosec B101
    return deadline_lines(until, visit.language, letter_zone=visit.letter.zone, own_zone=visit.contact.zone)
