"""What a page of the signing door says while its letter is under embargo: one line, above everything else on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g
from flask_babel import get_locale
from flask_babel import gettext as _

from coalition import clock, languages

if TYPE_CHECKING:
    from flask import Flask

    from coalition.models.letter import Letter


def init_app(app: Flask) -> None:
    """Let the frame of every page ask for the line."""
    app.jinja_env.globals["embargo_line"] = embargo_line


def concerns(letter: Letter) -> None:
    """Say of the page of this request that it is about a letter."""
    g.concerned_letter = letter


def embargo_line() -> str:
    """That the letter of this request is under embargo, and until when; "" where it is not, or no letter is meant."""
    letter: Letter | None = g.get("concerned_letter")
    until = letter.embargo_at(clock.now()) if letter is not None else None
    if letter is None or until is None:
        return ""
    moment = languages.embargo_moment(until, letter.zone, str(get_locale() or "en"))
    return str(_("Under embargo until %(moment)s. Do not pass the text on before.", moment=moment))
