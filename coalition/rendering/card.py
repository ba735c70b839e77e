"""The share card of a letter: a picture of 1200 by 630 pixels in each of its languages, set by Typst like the PDF."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typst
from flask_babel import force_locale, ngettext

from coalition.languages import babel_locale, direction, interface_language, isolate, number
from coalition.rendering.faces import ARABIC_SCRIPT, faces, families, missing_from
from coalition.rendering.pdf import Missing, MissingGlyphs, as_json
from coalition.rendering.sheet import sheet
from coalition.rendering.words import filled, first_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coalition.rendering.printed import PrintedLetter

TEMPLATE: Final = Path(__file__).parent / "card.typ"
LONGEST_TITLE: Final = 260
"""Characters of a title that a reader takes in on a picture; East Asian ones count twice."""
LONGEST_LEAD: Final = 90


def make_card(letter: PrintedLetter, language: str, *, fonts: Sequence[Path] = ()) -> bytes:
    """The card as PNG: kicker, title, how many signed, who leads, the coalition. Equal editions give equal bytes.

    `fonts` are font files beside our own (`coalition.rendering.faces.cjk_fonts`). Raises MissingGlyphs where a
    character has no face, KeyError for a language the letter does not have.
    """
    data = _words(letter, language)
    missing = missing_from(set("".join(data.values())), fonts)
    if missing:
        raise MissingGlyphs([Missing(each, (data["heading"],)) for each in sorted(missing)])
    made = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=faces(tuple(fonts)),
        ignore_system_fonts=True,
        format="png",
        ppi=72.0,
        sys_inputs={"card": as_json(data | _way(language, fonts))},
    )
    if not isinstance(made, bytes):
        raise TypeError("a card has one page")
    return made


def card_words(letter: PrintedLetter, language: str) -> str:
    """What the card shows, for who does not see it."""
    words = _words(letter, language)
    return ". ".join(words[part] for part in ("kicker", "heading", "signed", "lead", "coalition") if words[part])


def _words(letter: PrintedLetter, language: str) -> dict[str, str]:
    page, count = sheet(letter, language), letter.figures.signatories
    with force_locale(interface_language(language)):
        signed = ngettext(
            "%(number)s signatory", "%(number)s signatories", count or 0, number=number(count or 0, language)
        )
    return {
        "kicker": page.kicker,
        "heading": _title(letter, language, page.heading),
        "signed": str(signed) if count else "",
        "lead": _lead(letter, language, page.leads),
        "coalition": page.coalition,
    }


def _title(letter: PrintedLetter, language: str, heading: str) -> str:
    """The title; the short one where it is too long for a picture, or as much of it as has room."""
    if _width(heading) <= LONGEST_TITLE:
        return heading
    short = filled(letter, language).short_title
    if short and _width(short) <= LONGEST_TITLE:
        return short
    while _width(heading) > LONGEST_TITLE:
        heading = heading.rpartition(" ")[0] if " " in heading else heading[:-10]
    return heading.rstrip(" .,;:–—") + "…"


def _lead(letter: PrintedLetter, language: str, leads: str) -> str:
    """Who leads; of many the first, and how many others."""
    if _width(leads) <= LONGEST_LEAD or len(letter.leads) < 2:
        return leads
    others = len(letter.leads) - 1
    with force_locale(interface_language(language)):
        return str(
            ngettext(
                "Led by %(name)s and %(number)s other",
                "Led by %(name)s and %(number)s others",
                others,
                name=isolate(first_of(letter.leads[0], language)),
                number=number(others, language),
            )
        )


def _way(language: str, fonts: Sequence[Path]) -> dict[str, Any]:
    locale = babel_locale(language)
    territory = (locale.territory or "").lower()
    return {
        "language": locale.language,
        "region": territory if len(territory) == 2 else None,
        "direction": direction(language),
        "is_arabic": locale.script == "Arab" or (locale.script is None and locale.language in ARABIC_SCRIPT),
        "words_language": interface_language(language),
        "families": families(language, fonts),
    }


def _width(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in {"W", "F"} else 1 for each in words)
