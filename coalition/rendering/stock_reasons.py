"""Reasons against a change that come up again and again: chosen at the desk, read by whoever made the comment."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from coalition.languages import interface_language


def stock_reasons(tag: str) -> dict[str, str]:
    """Name to words, in the language of whoever gets them."""
    with force_locale(interface_language(tag)):
        return {
            "others": str(_("Other organisations could not sign with this.")),
            "scope": str(_("This is outside what the letter is about.")),
            "length": str(_("The letter has to stay short.")),
            "said": str(_("The letter says this already, in another place.")),
            "facts": str(_("We could not confirm this in time.")),
        }
