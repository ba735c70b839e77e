"""In which language our own words stand on a page that a request makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, has_request_context, request, session
from flask_security import current_user

from coalition.languages import DESK, INTERFACE, interface_language

if TYPE_CHECKING:
    from collections.abc import Collection

LANGUAGE = "language"
"""Where the session of the desk keeps the account's language."""


def select() -> str:
    """The interface language of this request: what the door decided, the account's, or what the browser asks for."""
    if not has_request_context():
        return "en"
    chosen: str | None = g.get("language")
    if chosen:
        return interface_language(chosen)
    if request.path.startswith("/desk"):
        return _of_the_desk()
    return _asked_for(INTERFACE)


def _of_the_desk() -> str:
    if g.get("database_is_away"):
        known = session.get(LANGUAGE)
        return known if known in DESK else _asked_for(DESK)
    if current_user and current_user.is_authenticated:
        language = current_user.language if current_user.language in DESK else "en"
        if session.get(LANGUAGE) != language:
            session[LANGUAGE] = language  # the page that says that the database is away speaks it too
        return language
    return _asked_for(DESK)


def _asked_for(offered: Collection[str]) -> str:
    """The first language of the browser's that is offered, whatever its region: "fa-IR, en" is Persian."""
    primaries = (tag.split("-", maxsplit=1)[0].lower() for tag, quality in request.accept_languages if quality > 0)
    return next((tag for tag in primaries if tag in offered), "en")
