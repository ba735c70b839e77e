"""The languages of a letter: each with a text of its own; one of them governs."""

from __future__ import annotations

from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import languages as tongues
from coalition.actions import draft
from coalition.actions.draft import LanguageIsUsed
from coalition.models.letter import AlreadyPublished, TextIsFrozen
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import choices
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import lead_to, show, the_letter
from coalition.web.desk.tasks import word_count
from coalition.web.desk.typed import Typed


@desk.get("/letters/<uuid:letter_id>/languages")
@audience(Audience.TEAM)
def languages(letter_id: UUID) -> ResponseReturnValue:
    """The languages it has, and those to add."""
    return _page(Typed.stored({}))


@desk.post("/letters/<uuid:letter_id>/languages")
@audience(Audience.TEAM)
def add_language(letter_id: UUID) -> ResponseReturnValue:
    """Add a language, and go to its text."""
    typed = Typed(request.form)
    tag = typed.choice("language", tongues.LETTER, _("Choose a language to add."))
    if typed.is_good:
        try:
            draft.add_language(letter_id, tag, by=account())
        except LanguageIsUsed:
            typed.wrong("language", _("The letter has that language already. Choose another."))
        except AlreadyPublished:
            typed.wrong("language", _("The letter is published. Its languages do not change any more."))
    return lead_to(letter_id, "text", tag) if typed.is_good else _page(typed, status=422)


@desk.post("/letters/<uuid:letter_id>/languages/<language>/remove")
@audience(Audience.TEAM)
def remove_language(letter_id: UUID, language: str) -> ResponseReturnValue:
    """Take a language out, with its text."""
    try:
        draft.remove_language(letter_id, language, by=account())
    except LanguageIsUsed:
        flash(_("The language that governs stays. Choose another one to govern first."))
    except (TextIsFrozen, AlreadyPublished):
        flash(_("Organisations have read the letter in this language: it stays."))
    else:
        flash(_("%(language)s is taken out.", language=_named(language)))
    return lead_to(letter_id, "languages")


@desk.post("/letters/<uuid:letter_id>/languages/<language>/govern")
@audience(Audience.TEAM)
def choose_authoritative(letter_id: UUID, language: str) -> ResponseReturnValue:
    """Let another language govern."""
    try:
        draft.choose_authoritative(letter_id, language, by=account())
    except LookupError:
        flash(_("The letter has no text in that language."))
    except TextIsFrozen:
        flash(_("Organisations have read the letter: the language that governs stays."))
    else:
        flash(_("The text in %(language)s governs now.", language=_named(language)))
    return lead_to(letter_id, "languages")


def _named(tag: str) -> str:
    return tongues.name(tag, desk_language())


def _page(typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    letter = the_letter()
    rows = [
        {
            "tag": text.language,
            "name": _named(text.language),
            "words": "" if text.is_empty else word_count(text),
            "governs": text.language == letter.authoritative_language,
            "is_shown": text.shown_at is not None,
        }
        for text in sorted(letter.version.texts, key=lambda one: letter.languages.index(one.language))
    ]
    offered = [(tag, name) for tag, name in choices.contact_languages() if tag not in letter.languages]
    return show(
        "desk/languages.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        rows=rows,
        offered=offered,
        can_choose=not letter.version.is_shown and len(rows) > 1,
    )
