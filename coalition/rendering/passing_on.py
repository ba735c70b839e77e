"""What others put on their own pages: a line to republish, how to cite a letter, and its frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from flask import render_template
from flask_babel import force_locale, gettext

from coalition.languages import direction, interface_language, moment_words, number
from coalition.rendering import bibtex
from coalition.rendering.kinds import kind_words
from coalition.rendering.words import Moment, coalition_name, filled, heading, signed

if TYPE_CHECKING:
    from coalition.rendering.printed import PrintedLetter

EMBED: Final = "/embed"
"""Behind a letter's address: the page that others frame."""
WIDTH, HEIGHT = 600, 280
"""Pixels of the frame as we offer it; wider it grows with the page around it."""


def passing_on(letter: PrintedLetter, language: str) -> dict[str, str]:
    """Words and code to copy, in the locale that is now set; nothing for a letter that is not published."""
    if not letter.edition:
        return {}
    facts = _facts(letter, language)
    cited = gettext("%(coalition)s: “%(title)s”. Edition %(edition)s, %(moment)s. %(address)s", **facts["said"])
    return {
        "html": render_template("public/republish.html", **facts).strip(),
        "text": str(
            gettext("%(title)s – %(coalition)s, edition %(edition)s, %(moment)s: %(address)s", **facts["said"])
        ),
        "cite": str(cited),
        "bibtex": letter.address(language, bibtex.ENDING).removeprefix(letter.public_address),
        "frame": frame(letter, language),
        "mail": f"mailto:?subject={quote(facts['title'])}&body={quote(facts['address'])}",
    }


def frame(letter: PrintedLetter, language: str, *, width: int | None = None, height: int = HEIGHT) -> str:
    """The code of a frame with the letter; as wide as what is around it, unless it is told."""
    return render_template(
        "public/frame.html",
        address=embed_address(letter, language),
        title=_facts(letter, language)["title"],
        width=width or "100%",
        height=height,
    ).strip()


def embed_address(letter: PrintedLetter, language: str) -> str:
    """The absolute address of the page that is framed."""
    return letter.address(language, EMBED)


def oembed_path(letter: PrintedLetter, language: str) -> str:
    """Where programs ask how to frame the letter (oembed.com)."""
    return f"/oembed?{urlencode({'url': letter.address(language), 'format': 'json'})}"


def embed_page(letter: PrintedLetter, language: str) -> str:
    """The page that others frame: which letter, of whom, of when, how many signed, and the way to it."""
    with force_locale(interface_language(language)):
        text = filled(letter, language)
        return render_template(
            "public/embed.html",
            language=language,
            words_language=interface_language(language),
            direction=direction(language),
            kicker=text.kicker or kind_words(letter.kind),
            has_own_kicker=bool(text.kicker),
            second_title=text.second_title,
            count=signed(letter, language),
            published=Moment(
                iso=letter.published_at.isoformat(timespec="seconds"),
                words=moment_words(letter.published_at, letter.zone, language),
            ),
            **_facts(letter, language),
        )


def oembed(letter: PrintedLetter, language: str, *, most_wide: int, most_high: int) -> dict[str, Any]:
    """What oEmbed says of a letter: its frame, no larger than was asked for."""
    facts = _facts(letter, language)
    width, height = min(WIDTH, most_wide), min(HEIGHT, most_high)
    return {
        "version": "1.0",
        "type": "rich",
        "title": facts["title"],
        "author_name": facts["coalition"],
        "author_url": letter.public_address,
        "provider_name": facts["coalition"],
        "provider_url": letter.public_address,
        "cache_age": 3600,
        "html": frame(letter, language, width=width, height=height),
        "width": width,
        "height": height,
    }


def _facts(letter: PrintedLetter, language: str) -> dict[str, Any]:
    text = filled(letter, language)
    facts = {
        "title": text.title or text.short_title or heading(letter, text),
        "coalition": coalition_name(letter, language),
        "edition": number(letter.edition, language),
        "moment": moment_words(letter.published_at, letter.zone, language),
        "address": letter.address(language),
    }
    return facts | {"said": facts}
