"""The press preview at the desk: an address with an end, made for one reader or several, and ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import clock, config, languages, tokens
from coalition.actions import press
from coalition.actions.press import LONGEST, ExpiresWrongly, NothingToPreview
from coalition.database import db
from coalition.models.letter import AlreadyPublished
from coalition.models.public import PublicLetter
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import moment
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, show, the_letter
from coalition.web.desk.moment import MomentField
from coalition.web.desk.release_choice import embargo_words
from coalition.web.desk.typed import Typed

EXPIRES = "expires"


@desk.get("/letters/<uuid:letter_id>/press-preview")
@audience(Audience.TEAM)
def press_preview(letter_id: UUID) -> ResponseReturnValue:
    """The addresses that work, and the form for another."""
    letter = the_letter()
    return _page(Typed.stored({}), moment.moment_field(EXPIRES, letter.embargo_at(clock.now()), letter.zone))


@desk.post("/letters/<uuid:letter_id>/press-preview")
@audience(Audience.TEAM)
def change_press_preview(letter_id: UUID) -> ResponseReturnValue:
    """Make an address, or end one."""
    if ended := request.form.get("end"):
        press.end_press_link(letter_id, _id(ended), by=account())
        flash(_("The preview has ended. Its address works no more."))
        return lead_to(letter_id, "press-preview")
    typed = Typed(request.form)
    fields, until = moment.read(typed, EXPIRES, the_letter().zone, missing=_("Enter the day."))
    if until is not None:
        try:
            press.make_press_link(letter_id, expires_at=until, shows_list=typed.tick("shows_list"), by=account())
        except ExpiresWrongly:
            words = _("Choose a time from now on, within %(days)s days.", days=LONGEST.days)
            typed.wrong(f"{EXPIRES}_date", words)
            fields.errors["date"] = words
        except NothingToPreview:
            typed.wrong("", _("This letter is for practice or was cancelled: nobody outside its team reads it."))
        except AlreadyPublished:
            typed.wrong("", _("The letter is published: everybody can read it."))
    if not typed.is_good:
        return _page(typed, fields, status=422)
    flash(_("The preview has its address."))
    return lead_to(letter_id, "press-preview")


def _id(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        return UUID(int=0)


def _page(typed: Typed, fields: MomentField, *, status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    letter, now = the_letter(), clock.now()
    is_public = db.session.get(PublicLetter, letter.id) is not None
    return show(
        "desk/press_preview.html",
        status=status,
        errors=typed.errors,
        links=[] if is_public else [_shown(link) for link in press.press_links(db.session(), letter.id, now=now)],
        can_make=not is_public and not letter.is_practice and letter.stage != "cancelled",
        is_public=is_public,
        embargo=embargo_words(letter, now=now),
        shows_list=typed.tick("shows_list"),
        fields=fields,
    )


def _shown(link: Any) -> dict[str, Any]:
    return {
        "id": str(link.id),
        "address": f"{config.settings().root}/p/{link.token(tokens.ours())}",
        "until": languages.moment_words(link.expires_at, the_letter().zone, language()),
        "shows_list": link.shows_list,
    }
