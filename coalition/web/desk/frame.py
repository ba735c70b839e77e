"""What every page about one letter has around it: the letter's name, its address, and the way back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from coalition import languages
from coalition.models.letter import Letter
from coalition.rendering.reading import reading_title
from coalition.web.audience import COORDINATOR, account, member, own_languages
from coalition.web.gone import rendered


def the_letter() -> Letter:
    """The letter of this request: the guard found it, and the account is on its team."""
    letter: Letter = g.letter
    return letter


def path_of(letter_id: UUID, *rest: str) -> str:
    """An address under the letter's own at the desk."""
    return "/".join(("/desk/letters", str(letter_id), *rest))


def title_of(letter: Letter) -> str:
    """What the desk calls a letter."""
    return title_in(letter, account().language)


def title_in(letter: Letter, wanted: str) -> str:
    """What the desk calls a letter in one of its languages, or without one."""
    return reading_title(letter.text(wanted)) or _("Letter without a title")


def show(template: str, *, status: int = 200, **facts: Any) -> ResponseReturnValue:
    """A page about the letter of this request."""
    letter, own = the_letter(), own_languages()
    spoken = account().language
    wanted = spoken if own is None or spoken in own else next(iter(sorted(own)), letter.authoritative_language)
    about = {
        "path": path_of(letter.id),
        "title": title_in(letter, wanted),
        "role": member().role,
        "is_coordinator": member().role == COORDINATOR,
        "stage": letter.stage,
        "is_draft": letter.stage == "draft",
        "is_practice": letter.is_practice,
        "zone": letter.zone,
        "language": letter.authoritative_language,
    } | versions_of(letter)
    return rendered(template, status=status, section="letters", about=about, **facts)


def versions_of(letter: Letter) -> dict[str, str]:
    """Numbers as read: the version in force, the one the team writes to follow it ("" for none), the one after all."""
    following = letter.next_version
    return {
        "version": languages.number(letter.version.number, language()),
        "next_version": languages.number(following.number, language()) if following else "",
        "following": languages.number(letter.working_version.number + 1, language()),
    }


def lead_to(letter_id: UUID, *rest: str) -> Response:
    """To a page of the letter, after something was done."""
    return redirect(path_of(letter_id, *rest), code=303)


def language() -> str:
    """The language of the desk in this request."""
    return str(get_locale() or "en")
