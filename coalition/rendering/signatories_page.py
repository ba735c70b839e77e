"""The page with all names of a list that is too long for the letter's own page, and the search in it.

Names are looked for on this one list only, when somebody asks; there is no index of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import render_template
from flask_babel import force_locale, gettext, ngettext
from sqlalchemy import func, select

from coalition.intake.names import fold_name
from coalition.languages import direction, interface_language, number
from coalition.models.edition import PublicLine
from coalition.rendering.page import FIRST_NAMES, all_names_path, link, list_alone, path
from coalition.rendering.seek import found_in
from coalition.rendering.sheet import sheet
from coalition.rendering.words import coalition_name, filled, heading

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.models.public import PublicLetter
    from coalition.rendering.list_parts import Name, Part
    from coalition.rendering.printed import PrintedLetter

ASKED_LIMIT: Final = 100
MOST_SHOWN: Final = 300
"""How many of the names that were found a page shows."""


def is_long(session: Session, public: PublicLetter) -> bool:
    """Whether a letter's list has a page of its own."""
    query = select(func.count()).where(PublicLine.letter_id == public.letter_id)
    return (session.scalar(query) or 0) > FIRST_NAMES


def signatories_page(letter: PrintedLetter, language: str, asked: str = "", *, is_refused: bool = False) -> str:
    """The whole HTML page in one of the letter's languages: all names, or those in which `asked` is found.

    Case and accents do not count. Of a search that is refused, because too many search, the page says so and has no
    names. Needs an application context and no request.
    """
    wanted = fold_name(asked[:ASKED_LIMIT])
    found = 0

    def holding(part: Part) -> tuple[Name, ...]:
        nonlocal found
        hits = () if is_refused else found_in(part, wanted)
        shown = max(MOST_SHOWN - found, 0)
        found += len(hits)
        return hits[:shown]

    with force_locale(interface_language(language)):
        text = filled(letter, language)
        names = list_alone(letter, language, only=holding if wanted or is_refused else None)
        printed = sheet(letter, language)
        return render_template(
            "public/signatories.html",
            language=language,
            words_language=interface_language(language),
            direction=direction(language),
            coalition_name=coalition_name(letter, language),
            home_path="/",
            title=text.title or text.short_title or heading(letter, text),
            list_heading=printed.list_heading,
            count=printed.count,
            letter_path=path(letter, language),
            here=all_names_path(letter, language),
            address=letter.public_address + all_names_path(letter, language),
            languages=[
                link(letter.public_address, all_names_path(letter, tag), tag, is_current=tag == language)
                for tag in letter.languages
            ],
            asked=asked[:ASKED_LIMIT] if wanted or is_refused else "",
            said=_refused() if is_refused else _said(found, language),
            names=names,
            edition=printed.edition,
        )


def _said(count: int, language: str) -> str:
    shown = number(count, language)
    said = str(ngettext("%(number)s name found", "%(number)s names found", count, number=shown))
    if count <= MOST_SHOWN:
        return said
    return f"{said}. {gettext('The first %(number)s are shown here', number=number(MOST_SHOWN, language))}"


def _refused() -> str:
    return str(gettext("Too many people are searching just now. Try again in a minute, or look through all names"))
