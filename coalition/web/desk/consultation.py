"""The consultation of a letter: until when, who sees what, what silence means; and going back to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition.actions import consult
from coalition.actions.consult import (
    CommentSettings,
    NoCommentsDeadline,
    NoObjectionTooLate,
    ReasonMissing,
    WorseThanSaid,
)
from coalition.database import db
from coalition.models.letter import COMMENT_AUDIENCES, AlreadyPublished, IllegalMove, Letter, StaleEdit
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import moment
from coalition.web.desk.door import desk
from coalition.web.desk.frame import lead_to, show, the_letter
from coalition.web.desk.moment import MomentField
from coalition.web.desk.typed import Typed

UNTIL, SILENT = "until", "silent"


@desk.get("/letters/<uuid:letter_id>/consultation")
@audience(Audience.TEAM)
def consultation(letter_id: UUID) -> ResponseReturnValue:
    """The settings as kept."""
    letter = the_letter()
    kept = {"audience": letter.comment_audience, "seen": consult.state_of_settings(letter)}
    return _page(Typed.stored(kept), *_kept_fields(letter))


@desk.post("/letters/<uuid:letter_id>/consultation")
@audience(Audience.TEAM)
def save_consultation(letter_id: UUID) -> ResponseReturnValue:
    """Save them; what those invited were told does not become worse for them."""
    typed, until, silent, settings = _read()
    if not typed.is_good:
        return _page(typed, until, silent, status=422)
    try:
        consult.save_comment_settings(letter_id, settings, by=account(), seen=request.form.get("seen"))
    except StaleEdit:
        db.session.rollback()
        return _page(typed, until, silent, status=409, is_stale=True)
    except AlreadyPublished:
        typed.wrong("", _("The letter is published. These choices do not change any more."))
        return _page(typed, until, silent, status=409)
    except (NoCommentsDeadline, NoObjectionTooLate, WorseThanSaid) as refused:
        _say(typed, until, silent, refused)
        return _page(typed, until, silent, status=422)
    flash(_("The choices for comments are saved."))
    return lead_to(letter_id)


@desk.post("/letters/<uuid:letter_id>/consultation/again")
@audience(Audience.TEAM)
def ask_again(letter_id: UUID) -> ResponseReturnValue:
    """Ask for comments again on an open letter."""
    typed, until, silent, settings = _read()
    reason = typed.prose("reason", limit=consult.REASON_LIMIT, missing=_("Say why: everybody concerned reads it."))
    if not typed.tick("confirm"):
        typed.wrong("confirm", _("Tick that nobody can sign meanwhile."))
    if not typed.is_good:
        return _page(typed, until, silent, status=422)
    try:
        consult.back_to_consultation(letter_id, settings, reason=reason, by=account())
    except (NoCommentsDeadline, NoObjectionTooLate, WorseThanSaid, ReasonMissing) as refused:
        _say(typed, until, silent, refused)
        return _page(typed, until, silent, status=422)
    except (IllegalMove, AlreadyPublished):
        typed.wrong("", _("Only a letter that is open for signature goes back to comments."))
        return _page(typed, until, silent, status=409)
    flash(_("Comments are asked for. Nobody can sign until you send the letter for signature again."))
    return lead_to(letter_id)


def audience_options() -> list[dict[str, str]]:
    """Who sees comments, with what each means."""
    return [
        {"value": "team", "label": _("Only the team")},
        {
            "value": "unnamed",
            "label": _("Those invited, without names"),
            "hint": _("They read “An organisation”."),
        },
        {
            "value": "named",
            "label": _("Those invited, with names"),
            "hint": _("An organisation that withholds its name, or is confidential, stays “An organisation”."),
        },
    ]


def _read() -> tuple[Typed, MomentField, MomentField, CommentSettings]:
    letter, typed = the_letter(), Typed(request.form)
    until, until_at = moment.read(typed, UNTIL, letter.zone)
    silent, silent_at = moment.read(typed, SILENT, letter.zone)
    chosen = typed.choice("audience", COMMENT_AUDIENCES, _("Choose who sees comments."))
    kept = consult.settings_of(letter)
    return (
        typed,
        until,
        silent,
        CommentSettings(
            _same_minute(until_at, kept.until_at), chosen, _same_minute(silent_at, kept.no_objection_until_at)
        ),
    )


def _same_minute(typed: datetime | None, kept: datetime | None) -> datetime | None:
    """What is kept, where the form shows nothing else: its fields have no seconds."""
    is_same = typed is not None and kept is not None and typed == kept.replace(second=0, microsecond=0)
    return kept if is_same else typed


def _say(typed: Typed, until: MomentField, silent: MomentField, refused: Exception) -> None:
    """What to do about a setting that does not fit, at its field."""
    if isinstance(refused, ReasonMissing):
        typed.wrong("reason", _("Say why: everybody concerned reads it."))
    elif isinstance(refused, NoCommentsDeadline):
        _at(typed, until, _("Choose a moment that lies ahead."))
    elif isinstance(refused, NoObjectionTooLate):
        _at(typed, silent, _("Choose a moment that lies ahead and not after the end of comments."))
    elif isinstance(refused, WorseThanSaid) and refused.setting == "audience":
        typed.wrong("audience", _("Those invited were told that fewer see what they write. Choose as few again."))
    elif isinstance(refused, WorseThanSaid) and refused.setting == "until":
        _at(typed, until, _("Those invited were told a later moment. Choose that one or a later one."))
    else:
        _at(typed, silent, _("Those invited were not told that. Leave it empty, or choose a later moment than before."))


def _at(typed: Typed, field: MomentField, words: str) -> None:
    field.errors["date"] = words
    typed.wrong(f"{field.name}_date", words)


def _kept_fields(letter: Letter) -> tuple[MomentField, MomentField]:
    return (
        moment.moment_field(UNTIL, letter.comments_until_at, letter.zone),
        moment.moment_field(SILENT, letter.no_objection_until_at, letter.zone),
    )


def _page(
    typed: Typed, until: MomentField, silent: MomentField, *, status: int = 200, is_stale: bool = False
) -> ResponseReturnValue:
    letter = the_letter()
    return show(
        "desk/consultation.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        until=until,
        silent=silent,
        options=audience_options(),
        is_stale=is_stale,
        theirs=_in_words(letter) if is_stale else [],
        seen=consult.state_of_settings(letter) if is_stale else typed.get("seen"),
        can_ask_again=letter.stage == "open",
    )


def _in_words(letter: Letter) -> list[Any]:
    """What is kept, a line each."""
    moments = [letter.comments_until_at, letter.no_objection_until_at]
    audiences = {option["value"]: option["label"] for option in audience_options()}
    lines = [moment.in_words(one, letter.zone)[0] for one in moments if one]
    return [*lines, audiences[letter.comment_audience]]
