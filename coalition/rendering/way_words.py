"""How somebody said what a coordinator recorded, in words."""

from __future__ import annotations

from flask_babel import gettext


def way_words(way: str) -> str:
    """One of coalition.models.evidence.WAYS, as it stands in brackets after the day, in the present language."""
    words: dict[str, str] = {
        "telephone": gettext("by telephone"),
        "mail": gettext("by mail"),
        "meeting": gettext("in a meeting"),
        "message": gettext("in a message"),
        "paper": gettext("on paper"),
        "list": gettext("on a list"),
    }
    return words[way]
