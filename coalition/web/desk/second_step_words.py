"""What is said of a second step that was not taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import ngettext

from coalition import clock

if TYPE_CHECKING:
    from coalition.models.limit import TooOften


def wait_words(limit: TooOften) -> str:
    """Until when no code of the app is looked at."""
    minutes = max(1, -(-int((limit.until - clock.now()).total_seconds()) // 60))
    return str(
        ngettext(
            "Too many wrong codes. Codes of the app are taken again in %(num)s minute; a recovery code is taken now.",
            "Too many wrong codes. Codes of the app are taken again in %(num)s minutes; a recovery code is taken now.",
            minutes,
        )
    )


def wrong_code_words(typed: str) -> str:
    """What to do about a code that opens nothing."""
    if not typed:
        return str(_("Enter the code"))
    return str(
        _("This code opens nothing. A code of the app works once, in its half minute; a recovery code works once.")
    )


def passkey_words() -> str:
    """What to do where a passkey was no proof."""
    return str(_("The passkey did not prove anything this time. Try again, or go another way."))
