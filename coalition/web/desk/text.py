"""The text of a letter in one language: written, looked at, frozen once it was shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import languages
from coalition.actions import circulate, draft
from coalition.actions.circulate import TextIsEmpty
from coalition.actions.draft import PartTooLong
from coalition.database import db
from coalition.intake.texts import tidy_text
from coalition.models.letter import AlreadyPublished, NotOpenForSigning, StaleEdit, TextIsFrozen
from coalition.models.version import Text
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import lead_to, path_of, show, the_letter
from coalition.web.desk.preview import article_of_draft
from coalition.web.desk.tasks import problems_of
from coalition.web.desk.typed import Typed, too_long

PARTS = (
    "title",
    "body",
    "short_title",
    "deck",
    "deck_speaker",
    "salutation",
    "closing",
    "disclaimers",
    "list_heading",
    "contact_line",
)
"""What this page writes; the words of the photo stand on the photo's page."""

EXAMPLES = {
    "mark": "[^1]",
    "note": "[^1]:",
    "recommendations": "{recommendations}",
    "figures": "{{organisations}}, {{signatories}}, {{individuals}}, {{countries}}",
    "forms": "{{organisations: one=organisation | other=organisations}}",
}
"""What the page teaches, as it is typed."""


@desk.get("/letters/<uuid:letter_id>/text/<language>")
@audience(Audience.TEAM)
def text(letter_id: UUID, language: str) -> ResponseReturnValue:
    """The text in one language, as kept."""
    return _page(Typed.stored(_kept(_text(language))), language)


@desk.post("/letters/<uuid:letter_id>/text/<language>")
@audience(Audience.TEAM)
def save_text(letter_id: UUID, language: str) -> ResponseReturnValue:
    """Save it; then show how it looks, or go back to the tasks."""
    _text(language)
    typed = Typed(request.form)
    parts = {part: request.form[part] for part in PARTS if part in request.form}
    try:
        draft.save_text(letter_id, language, parts, by=account(), seen=request.form.get("seen"))
    except PartTooLong as refused:
        typed.wrong(refused.part, too_long(refused.length, refused.limit))
        return _page(typed, language, status=422)
    except StaleEdit:
        return _page(typed, language, status=409, is_stale=True)
    except TextIsFrozen:
        typed.wrong("", _("The text was shown to organisations meanwhile. It does not change any more."))
        return _page(typed, language, status=409)
    except AlreadyPublished:
        typed.wrong("", _("The letter is published. Its words do not change any more."))
        return _page(typed, language, status=409)
    if request.form.get("act") == "preview":
        return redirect(path_of(letter_id, "text", language) + "#preview", code=303)
    flash(_("The text is saved."))
    return lead_to(letter_id)


@desk.post("/letters/<uuid:letter_id>/text/<language>/show")
@audience(Audience.TEAM)
def show_text(letter_id: UUID, language: str) -> ResponseReturnValue:
    """Let those invited read a language that was added since the letter went out."""
    try:
        circulate.show_text(letter_id, language, by=account())
    except LookupError:
        abort(404)
    except TextIsEmpty:
        flash(_("There is no text to show yet."))
    except NotOpenForSigning:
        flash(_("Signing is over: nobody reads a new language now."))
    else:
        flash(_("Those invited can now read the letter in %(language)s.", language=_name(language)))
    return lead_to(letter_id, "text", language)


def _text(language: str) -> Text:
    found: Text | None = the_letter().version.text(language)
    if found is None:
        abort(404)
    return found


def _kept(kept: Text) -> dict[str, Any]:
    return {part: getattr(kept, part) for part in PARTS} | {"seen": draft.state_of_text(kept)}


def _page(typed: Typed, language: str, *, status: int = 200, is_stale: bool = False) -> ResponseReturnValue:
    db.session.rollback()
    letter, kept = the_letter(), _text(language)
    problems: dict[str, list[str]] = {}
    for problem in problems_of(kept):
        problems.setdefault(problem.part, []).append(problem.sentence)
    return show(
        "desk/text.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        problems=problems,
        examples=EXAMPLES,
        text_language=language,
        text_direction=languages.direction(language),
        language_name=_name(language),
        is_authoritative=language == letter.authoritative_language,
        original=_original(kept, letter.authoritative_language),
        is_frozen=kept.shown_at is not None,
        is_waiting=letter.stage == "open" and kept.shown_at is None,
        is_opened=any(typed.get(part) for part in PARTS[2:]) or any(part in typed.errors for part in PARTS[2:]),
        is_stale=is_stale,
        theirs=_theirs(typed, kept) if is_stale else [],
        seen=draft.state_of_text(kept) if is_stale else typed.get("seen"),
        article=None if kept.is_empty and not kept.title else article_of_draft(language),
    )


def _theirs(typed: Typed, kept: Text) -> list[dict[str, str]]:
    """What was saved meanwhile, part by part, where it is not what was typed here."""
    names = part_names()
    return [
        {"name": names[part], "words": getattr(kept, part)}
        for part in PARTS
        if part in typed.sent and tidy_text(str(typed.get(part))) != getattr(kept, part)
    ]


def _original(kept: Text, authoritative: str) -> str:
    """The authoritative text, for whoever translates it."""
    if kept.language == authoritative:
        return ""
    original = the_letter().version.text(authoritative)
    return "\n\n".join(filter(None, (original.title, original.body)))


def part_names() -> dict[str, str]:
    """What the parts of a text are called."""
    return {
        "title": _("Title"),
        "body": _("Text"),
        "short_title": _("Short title"),
        "deck": _("Deck"),
        "deck_speaker": _("Who says the deck"),
        "salutation": _("Salutation"),
        "closing": _("Closing"),
        "disclaimers": _("Disclaimers"),
        "list_heading": _("Heading of the list of names"),
        "contact_line": _("Contact line"),
    }


def _name(language: str) -> str:
    return languages.name(language, desk_language())
