"""The languages of a letter: each with a text of its own; one of them governs, the others follow it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import languages as tongues
from coalition.actions import draft, translate
from coalition.actions.draft import LanguageIsUsed
from coalition.actions.translate import NothingToCheck, StillLagging, sides_of
from coalition.database import db
from coalition.models.letter import AlreadyPublished, StaleEdit, TextIsFrozen
from coalition.models.version import Text
from coalition.rendering.kept_redline import redline_between
from coalition.rendering.missing_parts import missing_parts
from coalition.rendering.missing_words import missing_words
from coalition.rendering.redline_view import redline_view
from coalition.web.audience import EVERY_ROLE, TRANSLATOR, Audience, account, audience, own_languages
from coalition.web.desk import choices
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import lead_to, path_of, show, the_letter
from coalition.web.desk.tasks import word_count
from coalition.web.desk.typed import Typed


@desk.get("/letters/<uuid:letter_id>/languages")
@audience(Audience.TEAM, also=EVERY_ROLE)
def languages(letter_id: UUID) -> ResponseReturnValue:
    """The languages it has, how each stands, and those to add."""
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


@desk.post("/letters/<uuid:letter_id>/languages/<language>/checked")
@audience(Audience.TEAM, also=(TRANSLATOR,))
def mark_checked(letter_id: UUID, language: str) -> ResponseReturnValue:
    """Note that a translation was compared with the text that governs."""
    _ensure_translation(language)
    try:
        translate.mark_checked(letter_id, language, by=account(), seen=request.form.get("seen", ""))
    except NothingToCheck:
        flash(_("There is no translation to check yet."))
    except StillLagging:
        flash(_("The governing text has changed since: look at what changed first."))
    except StaleEdit:
        flash(_("One of the two texts was changed while you looked. Look at it again."))
    except AlreadyPublished:
        flash(_("The letter is published. Its languages do not change any more."))
    else:
        flash(_("%(language)s is marked as checked by you.", language=_named(language)))
    return lead_to(letter_id, "languages")


@desk.post("/letters/<uuid:letter_id>/languages/<language>/follows")
@audience(Audience.TEAM, also=(TRANSLATOR,))
def confirm_follows(letter_id: UUID, language: str) -> ResponseReturnValue:
    """Note that a lagging translation needs no change."""
    _ensure_translation(language)
    try:
        translate.confirm_follows(letter_id, language, by=account(), seen=request.form.get("seen", ""))
    except NothingToCheck:
        flash(_("There is no translation to check yet."))
    except StaleEdit:
        flash(_("One of the two texts was changed while you looked. Look at it again."))
    except AlreadyPublished:
        flash(_("The letter is published. Its languages do not change any more."))
    else:
        number = tongues.number(the_letter().working_version.number, desk_language())
        flash(_("%(language)s follows version %(number)s now.", language=_named(language), number=number))
    return lead_to(letter_id, "languages")


def _ensure_translation(language: str) -> None:
    if the_letter().working_version.text(language) is None:
        abort(404)


def _named(tag: str) -> str:
    return tongues.name(tag, desk_language())


def _page(typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    letter, own = the_letter(), own_languages()
    texts: list[Text] = [letter.working_version.text(tag) for tag in letter.working_languages]
    offered = [(tag, name) for tag, name in choices.contact_languages() if tag not in letter.working_languages]
    return show(
        "desk/languages.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        rows=[_row(text) for text in texts if own is None or text.language in own],
        governing=_named(letter.authoritative_language),
        offered=offered,
        is_translator=own is not None,
        can_choose=not letter.version.is_shown and len(texts) > 1,
    )


def _row(text: Text) -> dict[str, Any]:
    """One language as the page shows it."""
    letter = the_letter()
    original: Text = letter.working_version.text(letter.authoritative_language)
    governs = text is original
    state, tone = _state(text, governs=governs)
    return {
        "tag": text.language,
        "name": _named(text.language),
        "words": "" if text.is_empty else word_count(text),
        "governs": governs,
        "is_shown": text.shown_at is not None,
        "state": state,
        "tone": tone,
        "checked": _checked_words(text),
        "lagging": None if governs else lagging(text),
        "missing": [] if governs else missing_words(missing_parts(original, text), desk_language()),
        "can_check": not governs and not text.is_empty and not text.is_lagging and text.state == "draft",
        "seen": "" if governs else sides_of(text),
    }


def _state(text: Text, *, governs: bool) -> tuple[str, str]:
    """How a language stands, in a word or two, and the tone that says so."""
    if text.is_empty:
        return _("No text yet"), "warn"
    if governs:
        return _("Governs"), "ok"
    if text.is_lagging:
        number = tongues.number(text.version.number, desk_language())
        return _("Lags behind version %(number)s", number=number), "warn"
    return (_("Checked"), "ok") if text.state == "checked" else (_("Draft"), "")


def _checked_words(text: Text) -> str:
    """Who checked a translation, and when; "" where nobody did."""
    if text.state != "checked" or text.checked_at is None:
        return ""
    moment = tongues.moment_words(text.checked_at, account().zone, desk_language())
    name = tongues.isolate(text.checked_by.name) if text.checked_by else _("somebody who has left")
    return str(_("Checked by %(name)s, %(moment)s", name=name, moment=moment))


def lagging(text: Text) -> dict[str, Any] | None:
    """What changed in the governing text since a translation was made; None for one that follows it."""
    if not text.is_lagging or text.translates is None:
        return None
    letter, before = the_letter(), text.translates
    now: Text = letter.working_version.text(letter.authoritative_language)
    view = redline_view(redline_between(db.session(), before, now), now.language, desk_language())
    between = f"{before.version.number}..{now.version.number}"
    is_apart = before.version is not now.version
    return {
        "changed": view.changed,
        "language": now.language,
        "words": _(
            "It follows version %(before)s. The %(language)s text of version %(now)s says something else:",
            before=tongues.number(before.version.number, desk_language()),
            language=_named(now.language),
            now=tongues.number(now.version.number, desk_language()),
        ),
        "redline": path_of(letter.id, "versions", between, now.language) if is_apart else "",
        "number": tongues.number(now.version.number, desk_language()),
    }
