"""What a mail says of a letter's embargo, as long as it holds (DOMAIN §5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition import languages
from coalition.models.public import PublicLetter

if TYPE_CHECKING:
    from coalition.emails.case import Case
    from coalition.models.letter import Letter


def embargo_words(letter: Letter, case: Case) -> str:
    """Until when the letter is under embargo, in its zone and in UTC; "" where it is not.

    As of the mail's own date, so that it is made the same each time.
    """
    until = letter.embargo_at(case.row.date)
    if until is None or case.session.get(PublicLetter, letter.id) is not None:
        return ""
    return languages.embargo_moment(until, letter.zone, case.to.language)
