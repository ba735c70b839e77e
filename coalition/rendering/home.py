"""The page that lists the published letters: rendered when one is published, without a request."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template
from flask_babel import force_locale

from coalition.languages import direction, interface_language
from coalition.rendering.kinds import kind_words
from coalition.rendering.page import link, links, path, photo, signed
from coalition.rendering.printed import PrintedLetter
from coalition.rendering.words import date_of, filled, heading


def home_path(language: str, languages: Sequence[str]) -> str:
    """Where the list of letters stands: at the root in the site's first language, under their tags in the others."""
    return "/" if language == languages[0] else f"/{language}/"


def home_page(
    letters: Sequence[PrintedLetter],
    language: str,
    *,
    coalition_name: str,
    public_address: str,
    languages: Sequence[str],
) -> str:
    """The HTML page that lists `letters`, in the order given, for readers of `language`, one of the site's `languages`.

    A letter that does not speak `language` is listed in its authoritative one. Needs an application context and no
    request.
    """
    paths = {tag: home_path(tag, languages) for tag in languages}
    with force_locale(interface_language(language)):
        return render_template(
            "public/home.html",
            language=language,
            direction=direction(language),
            coalition_name=coalition_name,
            home_path=paths[language],
            address=public_address + paths[language],
            languages=[link(public_address, at, tag, is_current=tag == language) for tag, at in paths.items()],
            letters=[_entry(letter, language) for letter in letters],
        )


def _entry(letter: PrintedLetter, language: str) -> dict[str, object]:
    """One letter of the list, in the page's language where it has a text in it."""
    shown = language if language in letter.texts else letter.authoritative_language
    text = filled(letter, shown)
    return {
        "language": shown,
        "direction": direction(shown),
        "kicker": kind_words(letter.kind),
        "title": text.title or text.short_title or heading(letter, text),
        "path": path(letter, shown),
        "deck": text.deck,
        "date": date_of(letter, language),
        "signed": signed(letter, language),
        "photo": photo(letter, text),
        "others": [each for each in links(letter, shown) if not each["current"]],
    }
