"""A retracted letter: each of its addresses says when and why, and nothing of its text or its names.

The answer is 410 (RFC 9110 §15.5.11): programs and search engines learn that the letter is gone, people read why.
"""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Final

from flask import render_template
from flask_babel import force_locale, gettext

from coalition.languages import direction, interface_language, moment_words
from coalition.rendering.words import first_of

if TYPE_CHECKING:
    from coalition.models.edition import Edition
    from coalition.models.house import House
    from coalition.models.public import PublicLetter

HTML: Final = "text/html; charset=utf-8"
PLAIN: Final = "text/plain; charset=utf-8"


def media_type(path: str, usual: str) -> str:
    """In what a retraction is said at an address: as a page, or in plain text or JSON where programs ask for those."""
    if usual == "application/json":
        return usual
    return PLAIN if path.endswith((".txt", ".md", ".bib")) else HTML


def retracted(house: House, public: PublicLetter, edition: Edition, language: str, kind: str) -> bytes:
    """What stands at an address of a retracted letter, in one of its languages."""
    language = language or edition.printed["authoritative_language"]
    why = first_of(public.retraction, language, edition.printed["authoritative_language"])
    at = public.retracted_at
    assert at is not None  # noqa: S101 -- asked by the caller  # nosec B101
    if kind == "application/json":
        moment = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        facts = {"format": "coalition-edition", "slug": public.slug, "retracted_at": moment, "why": public.retraction}
        return (json.dumps(facts, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()
    with force_locale(interface_language(language)):
        when = gettext(
            "This letter was retracted on %(moment)s.", moment=moment_words(at, edition.printed["zone"], language)
        )
        if kind == PLAIN:
            return f"{when}\n\n{why}\n".encode()
        return render_template(
            "public/retracted.html",
            language=language,
            words_language=interface_language(language),
            direction=direction(language),
            coalition_name=house.name(language),
            when=when,
            why=why,
        ).encode()
