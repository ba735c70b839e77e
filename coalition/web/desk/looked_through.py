"""What an author should look at again in a text: its figures, footnotes and headings, and numbers typed by hand."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from coalition import languages
from coalition.actions import proof
from coalition.database import db
from coalition.models.version import Text
from coalition.rendering.text import Problem, problems
from coalition.rendering.text.problems import PARTS_WITH_WORDS
from coalition.rendering.typed_numbers import TypedNumber, disagreeing, number_of, typed_numbers
from coalition.web.audience import own_languages
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import the_letter

SIGNING_BEGAN = ("open", "closed")


def problems_of(text: Text) -> list[Problem]:
    """The problems of a text as it is kept."""
    return problems_in({part: getattr(text, part) for part in PARTS_WITH_WORDS}, text.language)


def problems_in(parts: Mapping[str, str], language: str) -> list[Problem]:
    """The problems of a text's parts, by their names; those of PARTS_WITH_WORDS are looked through."""
    words = {part: parts.get(part, "") for part in PARTS_WITH_WORDS}
    return problems(words, language) + _typed(words, language)


def _typed(parts: Mapping[str, str], language: str) -> list[Problem]:
    """Numbers typed by hand that the list does not have, once there is a list. The list is counted only then.

    A translator learns nothing of the list: to them each number that is typed is told.
    """
    letter = the_letter()
    found = typed_numbers(parts, language) if letter.stage in SIGNING_BEGAN else []
    if own_languages() is not None:
        return [Problem(one.part, "typed_number", one.typed, _counts_itself(one)) for one in found]
    if not found:
        return []
    figures = proof.counted(db.session(), letter, proof.signers(db.session(), letter))
    return [
        Problem(
            one.part,
            "typed_number",
            one.typed,
            _(
                "“%(typed)s”: the list has %(number)s now. Write %(figure)s, and it counts itself.",
                typed=one.typed,
                number=languages.number(number_of(figures, one.figure) or 0, desk_language()),
                figure="{{" + one.figure + "}}",
            ),
        )
        for one in disagreeing(parts, language, figures)
    ]


def _counts_itself(one: TypedNumber) -> str:
    figure = "{{" + one.figure + "}}"
    return str(_("“%(typed)s”: write %(figure)s, and it counts itself.", typed=one.typed, figure=figure))
