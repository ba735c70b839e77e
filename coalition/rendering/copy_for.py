"""A letter as it goes to one of its addressees: its address block alone, its salutation. Never public."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coalition.rendering.printed_after import After
from coalition.rendering.words import first_of

if TYPE_CHECKING:
    from coalition.rendering.printed import PrintedAddressee, PrintedLetter


def copy_for(
    letter: PrintedLetter, place: int, language: str, *, lines: str = "", salutation: str = ""
) -> PrintedLetter:
    """The letter in one language for the addressee at `place` (IndexError otherwise), those in copy as they are.

    `lines` is a postal address, a line each, set under the office. An empty `salutation` leaves the letter's own. What
    happened since is left out: it is the letter that is delivered.
    """
    text = letter.texts[language]
    others = [one for at, one in enumerate(letter.addressees) if one.block == "cc" and at != place]
    return replace(
        letter,
        addressees=(_with_lines(letter.addressees[place], lines, language), *others),
        after=After(),
        texts=letter.texts | {language: replace(text, salutation=salutation or text.salutation)},
    )


def _with_lines(one: PrintedAddressee, lines: str, language: str) -> PrintedAddressee:
    posted = "\n".join(line.strip() for line in lines.splitlines() if line.strip())
    office = "\n".join(filter(None, (first_of(one.office, language), posted)))
    return replace(one, block="to", office=one.office | {language: office})
