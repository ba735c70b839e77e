"""Missing voices: countries and groups of which no organisation, or not every one, has answered.

Counted are the lines of the board alone. An organisation whose name is withheld has none there (docs/decisions/0010),
so it is counted here neither as asked nor as answered: no number of this page can say where it is.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask.typing import ResponseReturnValue
from sqlalchemy import select

from coalition import languages
from coalition.database import db
from coalition.models.group import DirectoryGroup, Membership
from coalition.web.audience import Audience, audience
from coalition.web.desk.answers import NO_ANSWER, Answer, answers_to
from coalition.web.desk.audiences import NO_COUNTRY, country_words
from coalition.web.desk.board import withheld_words
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, path_of, show, the_letter

NOT_ASKED = ("unsent", "revoked")


@dataclass(slots=True)
class _Count:
    """How many of a country or a group were asked, and how many of them answered."""

    asked: int = 0
    answered: int = 0

    def take(self, line: Answer) -> None:
        """Count a line of the board."""
        self.asked += 1
        self.answered += line.state not in NO_ANSWER


@desk.get("/letters/<uuid:letter_id>/missing")
@audience(Audience.TEAM)
def missing_voices(letter_id: UUID) -> ResponseReturnValue:
    """Where nobody has answered first, then where some have."""
    answers = answers_to(db.session(), the_letter())
    asked = [line for line in answers.named() if line.state not in NOT_ASKED]
    countries = _rows(_by_country(asked), "country")
    groups = _rows(_by_group(asked), "group")
    return show(
        "desk/missing.html",
        silent={"countries": _silent(countries), "groups": _silent(groups)},
        partly={"countries": _partly(countries), "groups": _partly(groups)},
        withheld=withheld_words(answers),
        is_nobody_asked=not asked,
    )


def _by_country(asked: list[Answer]) -> dict[tuple[str, str], _Count]:
    """By the country's code and name."""
    found: dict[tuple[str, str], _Count] = defaultdict(_Count)
    for line in asked:
        code = line.organisation.country or NO_COUNTRY
        found[code, country_words(code)].take(line)
    return found


def _by_group(asked: list[Answer]) -> dict[tuple[str, str], _Count]:
    """By the group's id and name."""
    lines = {line.organisation.id: line for line in asked}
    found: dict[tuple[str, str], _Count] = defaultdict(_Count)
    members = select(DirectoryGroup, Membership.organisation_id).join(
        Membership, Membership.group_id == DirectoryGroup.id
    )
    for group, organisation_id in db.session.execute(members):
        if organisation_id in lines:
            found[group.id.hex, group.name].take(lines[organisation_id])
    return found


def _rows(counts: dict[tuple[str, str], _Count], part: str) -> list[dict[str, Any]]:
    """In the order of their names."""
    spoken = language()
    ordered = sorted(counts.items(), key=lambda one: languages.sort_key(one[0][1], spoken))
    return [_row(part, key, name, count) for (key, name), count in ordered]


def _row(part: str, key: str, name: str, count: _Count) -> dict[str, Any]:
    spoken = language()
    query = urlencode({"state": "unanswered", part: key})
    return {
        "name": name,
        "href": f"{path_of(the_letter().id)}?{query}",
        "calls": f"{path_of(the_letter().id, 'calls')}?{urlencode({part: key})}",
        "asked": languages.number(count.asked, spoken),
        "answered": languages.number(count.answered, spoken),
        "left": languages.number(count.asked - count.answered, spoken),
        "is_silent": count.answered == 0,
        "is_whole": count.answered == count.asked,
    }


def _silent(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["is_silent"]]


def _partly(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if not row["is_silent"] and not row["is_whole"]]
