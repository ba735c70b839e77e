"""What a public form says while so many others send it that it takes no more: why, and when to press again.

Who holds a working link is never turned away so; and nothing depends on the network that somebody comes from.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask_babel import ngettext

from coalition import clock, languages

if TYPE_CHECKING:
    from coalition.models.limit import TooOften

STATUS: Final = HTTPStatus.TOO_MANY_REQUESTS


def words(error: TooOften, language: str) -> str:
    """One sentence for the top of the form that comes back."""
    minutes = max(1, -(-int((error.until - clock.now()).total_seconds()) // 60))
    return str(
        ngettext(
            "So many people are sending this form that it takes no more for now. Nothing was recorded, and what you "
            "typed is below. Send it again in %(number)s minute.",
            "So many people are sending this form that it takes no more for now. Nothing was recorded, and what you "
            "typed is below. Send it again in %(number)s minutes.",
            minutes,
            number=languages.number(minutes, languages.interface_language(language)),
        )
    )
