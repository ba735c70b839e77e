"""The text of a letter in one language: read, written, saved; shown to those invited where it was added later."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import clock, languages
from coalition.actions import circulate, draft
from coalition.actions.circulate import TextIsEmpty
from coalition.actions.draft import PartTooLong
from coalition.database import db
from coalition.models.letter import AlreadyPublished, NotOpenForSigning, StaleEdit, TextIsFrozen
from coalition.web.audience import TRANSLATOR, Audience, account, audience
from coalition.web.desk import text_page
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import lead_to, path_of
from coalition.web.desk.text_page import PARTS, the_text
from coalition.web.desk.typed import Typed, too_long


@desk.get("/letters/<uuid:letter_id>/text/<language>")
@audience(Audience.TEAM, also=(TRANSLATOR,))
def text(letter_id: UUID, language: str) -> ResponseReturnValue:
    """The text in one language, as kept: to read, or to write for whoever has it open."""
    return text_page.kept(the_text(language))


@desk.post("/letters/<uuid:letter_id>/text/<language>")
@audience(Audience.TEAM, also=(TRANSLATOR,))
def save_text(letter_id: UUID, language: str) -> ResponseReturnValue:
    """Save it, whatever was pressed; then show how it looks, tell the script, or go back to the letter."""
    the_text(language)
    typed, act = Typed(request.form), request.form.get("act", "")
    status = _save(letter_id, language, typed, goes_on=act in {"preview", "auto"})
    if act == "auto":
        return _told(typed, language, status)
    if status != 200:
        return text_page.refused(typed, language, status=status)
    if act == "preview":
        return redirect(path_of(letter_id, "text", language) + "#preview", code=303)
    flash(_("The text is saved."))
    return lead_to(letter_id)


def _save(letter_id: UUID, language: str, typed: Typed, *, goes_on: bool) -> int:
    """Save what was typed. Gives the status of the answer; what has to change is said to `typed`."""
    parts = {part: typed.sent[part] for part in PARTS if part in typed.sent}
    try:
        draft.save_text(letter_id, language, parts, by=account(), seen=typed.sent.get("seen"), goes_on=goes_on)
    except PartTooLong as long:
        typed.wrong(long.part, too_long(long.length, long.limit))
        return 422
    except StaleEdit:
        return 409
    except TextIsFrozen:
        typed.wrong("", _("The text was shown to organisations meanwhile. It does not change any more."))
        return 409
    except AlreadyPublished:
        typed.wrong("", _("The letter is published. Its words do not change any more."))
        return 409
    return 200


def _told(typed: Typed, language: str, status: int) -> ResponseReturnValue:
    """What the script of the page says of a save: a sentence, and after a save the state that it saw."""
    db.session.rollback()
    if status == 200:
        now = languages.clock_words(clock.now(), desk_language())
        return jsonify(said=_("Saved at %(time)s", time=now), seen=draft.state_of_text(the_text(language)))
    stale = _("Not saved: a colleague saved this text meanwhile. Press “Save and preview” to see both.")
    return jsonify(said=next(iter(typed.errors.values()), stale)), status


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


def _name(language: str) -> str:
    return languages.name(language, desk_language())
