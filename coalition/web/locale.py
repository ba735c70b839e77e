"""In which language our own words stand on a page that a request makes."""

from __future__ import annotations

from flask import g, has_request_context, request
from flask_security import current_user

from coalition.languages import INTERFACE, interface_language

DESK_LANGUAGES = ("en", "fr", "ar")


def select() -> str:
    """The interface language of this request: what the door decided, the account's, or what the browser asks for."""
    if not has_request_context():
        return "en"
    chosen: str | None = g.get("language")
    if chosen:
        return interface_language(chosen)
    if request.path.startswith("/desk"):
        return _of_the_desk()
    return request.accept_languages.best_match(INTERFACE) or "en"


def _of_the_desk() -> str:
    if current_user and current_user.is_authenticated:
        return current_user.language if current_user.language in DESK_LANGUAGES else "en"
    return request.accept_languages.best_match(DESK_LANGUAGES) or "en"
