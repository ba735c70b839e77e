"""Which language governs, said on every language's page; and which version a translation follows that lags behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import force_locale, gettext

from coalition import languages

if TYPE_CHECKING:
    from coalition.models.version import Text


def governing_words(governing: str, language: str) -> str:
    """For readers of `language`: "The English text is authoritative."."""
    spoken = languages.interface_language(language)
    with force_locale(spoken):
        return str(gettext("The %(language)s text is authoritative.", language=languages.name(governing, spoken)))


def lagging_words(governing: str, language: str, *, follows: int, version: int) -> str:
    """For readers of `language`: that it follows an older version than the one whose governing text is agreed to."""
    spoken = languages.interface_language(language)
    with force_locale(spoken):
        return str(
            gettext(
                "This translation follows version %(follows)s; the %(language)s text of version %(version)s is the one "
                "agreed to.",
                follows=languages.number(follows, spoken),
                language=languages.name(governing, spoken),
                version=languages.number(version, spoken),
            )
        )


def lags_behind(text: Text) -> str:
    """The sentence of a lagging translation in its own language; "" for any other text."""
    if not text.is_lagging or text.translates is None:
        return ""
    governing = text.version.letter.authoritative_language
    return lagging_words(governing, text.language, follows=text.translates.version.number, version=text.version.number)


def governs(text: Text) -> str:
    """Which language governs, in the text's own; "" where the letter has no other language."""
    letter = text.version.letter
    written = [one for one in text.version.texts if not one.is_empty or one is text]
    return governing_words(letter.authoritative_language, text.language) if len(written) > 1 else ""
