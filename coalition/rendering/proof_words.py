"""How signatures came, in words for readers: totals, never who (docs/proof.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext

from coalition.languages import number

if TYPE_CHECKING:
    from collections.abc import Mapping


def ways_in_words(ways: Mapping[str, int | None], language: str) -> list[tuple[str, str]]:
    """Each way of a manifest with its number in words, the most frequent first; those too few to count last."""
    order = sorted(ways, key=lambda way: (-(ways[way] or 0), way))
    return [(_way(way), _count(ways[way], language)) for way in order]


def _count(count: int | None, language: str) -> str:
    return str(
        gettext("fewer than %(number)s", number=number(3, language)) if count is None else number(count, language)
    )


def _way(way: str) -> str:
    words: dict[str, str] = {
        "mailed_link": gettext("By the link mailed to the organisation"),
        "handed_over_link": gettext("By a link that a coordinator handed over"),
        "own_account": gettext("By the organisation’s own account"),
        "own_page": gettext("On the organisation’s own page, behind a code"),
        "approved": gettext("Prepared by one colleague, approved by another"),
        "recorded": gettext("Recorded by a coordinator, with evidence; the organisation was told"),
        "standing_consent": gettext("By a consent given beforehand, after a time to say no"),
        "confirmed_address": gettext("By persons at a confirmed email address"),
        "taken_over": gettext("Taken over from a record: not signed on this site"),
    }
    return words.get(way) or str(gettext("In another way"))
