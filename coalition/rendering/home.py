"""The page that lists the published letters, whole or as an address asks for them; made without a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import render_template
from flask_babel import force_locale, gettext, ngettext

from coalition.languages import country_name, direction, endonym, interface_language, number
from coalition.rendering.after import day_of, note_anchor
from coalition.rendering.after import kind_words as note_kind_words
from coalition.rendering.archive import Asked
from coalition.rendering.around import hashtags
from coalition.rendering.kinds import kind_words
from coalition.rendering.page import link, links, path, photo
from coalition.rendering.printed import PrintedLetter
from coalition.rendering.words import date_of, filled, heading, signed

Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What stands around the letters of one page of the archive."""

    asked: Asked = field(default_factory=Asked)
    last: int = 1
    """The number of the last page."""
    found: int | None = None
    """How many letters fit what is asked; None: those that are shown."""
    kinds: Sequence[str] = ()
    years: Sequence[str] = ()
    countries: Sequence[str] = ()
    topics: dict[str, str] = field(default_factory=dict)
    languages: Sequence[str] = ()


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
    shelf: Shelf | None = None,
) -> str:
    """The HTML page that lists `letters`, in the order given, for readers of `language`, one of the site's `languages`.

    A letter that does not speak `language` is listed in its authoritative one, or in the one that is asked for. Needs
    an application context and no request.
    """
    shelf = shelf or Shelf()
    asked, here = shelf.asked, home_path(language, languages)
    is_stored = asked.is_everything and asked.page == 1
    paths = {tag: home_path(tag, languages) for tag in languages}
    behind = "" if is_stored else f"?{asked.query(asked.page)}"
    with force_locale(interface_language(language)):
        return render_template(
            "public/home.html",
            language=language,
            direction=direction(language),
            coalition_name=coalition_name,
            home_path=here,
            address=public_address + here,
            languages=[link(public_address, at + behind, tag, is_current=tag == language) for tag, at in paths.items()],
            letters=[_entry(letter, language, asked.language) for letter in letters],
            asked=asked,
            is_stored=is_stored,
            filters=_filters(shelf, language),
            said=_said(len(letters) if shelf.found is None else shelf.found, language),
            leafing=_leafing(shelf, here, language),
            feeds=_feeds(asked),
        )


def _entry(letter: PrintedLetter, language: str, wanted: str = "") -> dict[str, object]:
    """One letter of the list, in the page's language where it has a text in it."""
    shown = next((tag for tag in (wanted, language) if tag in letter.texts), letter.authoritative_language)
    text = filled(letter, shown)
    return {
        "language": shown,
        "direction": direction(shown),
        "kicker": text.kicker or kind_words(letter.kind),
        "has_own_kicker": bool(text.kicker),
        "title": text.title or text.short_title or heading(letter, text),
        "second_title": text.second_title,
        "path": path(letter, shown),
        "deck": text.deck,
        "deck_speaker": text.deck_speaker,
        "organiser": letter.about.organiser,
        "series": letter.about.series,
        "hashtags": hashtags(letter),
        "date": date_of(letter, language),
        "signed": signed(letter, language),
        "photo": photo(letter, text),
        "since": _since(letter, shown, language),
        "others": [each for each in links(letter, shown) if not each["current"]],
    }


def _since(letter: PrintedLetter, shown: str, language: str) -> dict[str, Any] | None:
    """The last thing that was said of it since; None where nothing was."""
    if not letter.after.notes:
        return None
    note = letter.after.notes[-1]
    where = f"{path(letter, shown)}#{note_anchor(note)}"
    return {"kind": note_kind_words(note.kind), "date": day_of(note.dated_on, language), "path": where}


def _filters(shelf: Shelf, language: str) -> list[dict[str, Any]]:
    """The filters that have something to choose from, each with its options; "" is all of them."""
    asked = shelf.asked
    offered: list[tuple[str, str, str, Options]] = [
        ("kind", gettext("Kind"), asked.kind, [(kind, kind_words(kind)) for kind in shelf.kinds]),
        ("year", gettext("Year"), asked.year, [(year, year) for year in shelf.years]),
        (
            "country",
            gettext("Country addressed"),
            asked.country,
            sorted(((code, country_name(code, language)) for code in shelf.countries), key=lambda one: one[1]),
        ),
        ("topic", gettext("Topic"), asked.topic, list(shelf.topics.items())),
        ("language", gettext("Language"), asked.language, [(tag, endonym(tag)) for tag in shelf.languages]),
    ]
    return [
        {"name": name, "label": label, "value": value, "options": options}
        for name, label, value, options in offered
        if len(options) > 1 or value
    ]


def _said(count: int, language: str) -> str:
    """How many letters fit."""
    return str(ngettext("%(number)s letter", "%(number)s letters", count, number=number(count, language)))


def _leafing(shelf: Shelf, here: str, language: str) -> dict[str, str] | None:
    """The way to the other pages; None where there is one page only."""
    if shelf.last == 1:
        return None
    asked = shelf.asked
    words = gettext(
        "Page %(number)s of %(last)s", number=number(asked.page, language), last=number(shelf.last, language)
    )
    earlier = here + (f"?{query}" if (query := asked.query(asked.page - 1)) else "") if asked.page > 1 else ""
    later = f"{here}?{asked.query(asked.page + 1)}" if asked.page < shelf.last else ""
    return {"words": words, "earlier": earlier, "later": later}


def _feeds(asked: Asked) -> list[str]:
    """The feeds of what is asked for, without their ending: the site's own always."""
    one = next(
        (f"/feeds/{name}/{value}" for name in ("kind", "language", "topic") if (value := getattr(asked, name))), ""
    )
    return [each for each in ("/feed", one) if each]
