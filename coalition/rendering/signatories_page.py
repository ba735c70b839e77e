"""The page with all names of a list that is too long for the letter's own page, and the search in it.

Names are looked for on this one list only, when somebody asks; there is no index of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import render_template
from flask_babel import force_locale, ngettext
from sqlalchemy import func, select

from coalition.intake.names import fold_name
from coalition.languages import direction, interface_language, number
from coalition.models.edition import PublicLine
from coalition.rendering.page import FIRST_NAMES, all_names_path, link, list_alone, path
from coalition.rendering.sheet import sheet
from coalition.rendering.words import coalition_name, filled, heading

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.models.public import PublicLetter
    from coalition.rendering.list_parts import Name
    from coalition.rendering.printed import PrintedLetter

ASKED_LIMIT: Final = 100


def is_long(session: Session, public: PublicLetter) -> bool:
    """Whether a letter's list has a page of its own."""
    query = select(func.count()).where(PublicLine.letter_id == public.letter_id)
    return (session.scalar(query) or 0) > FIRST_NAMES


def signatories_page(letter: PrintedLetter, language: str, asked: str = "") -> str:
    """The whole HTML page in one of the letter's languages: all names, or those in which `asked` is found.

    Case and accents do not count. Needs an application context and no request.
    """
    wanted = fold_name(asked[:ASKED_LIMIT])
    found = []

    def holds(name: Name) -> bool:
        is_found = wanted in fold_name(f"{name.name} {name.latin}")
        found.extend([name] * is_found)
        return is_found

    with force_locale(interface_language(language)):
        text = filled(letter, language)
        names = list_alone(letter, language, only=holds if wanted else None)
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
            asked=asked[:ASKED_LIMIT] if wanted else "",
            said=_said(len(found), language),
            names=names,
            edition=printed.edition,
        )


def _said(count: int, language: str) -> str:
    shown = number(count, language)
    return str(ngettext("%(number)s name found", "%(number)s names found", count, number=shown))
