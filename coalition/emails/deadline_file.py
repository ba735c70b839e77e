"""The deadline of a letter for a calendar: in mails that ask for a signature, and at the signing door."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from flask_babel import force_locale, gettext

from coalition import config, languages
from coalition.emails import words
from coalition.models.letter import Letter
from coalition.rendering.calendar_file import Moment, calendar_file
from coalition.rendering.reading import reading_title

WITH_DEADLINE: Final = frozenset(
    {"invitation", "test", "ready_to_sign", "asked_again", "extended", "passed_to_you", "second_contact", "cancelled"}
)
"""Kinds of mail that bring the file, or take the entry out of the calendar again."""


def deadline_file(
    letter: Letter,
    *,
    coalition_name: str,
    language: str,
    zone: str,
    made_at: datetime,
    is_cancelled: bool = False,
    at: datetime | None = None,
) -> bytes | None:
    """The file in a recipient's language, with their own zone in words; None where there is no deadline to tell.

    As long as the letter is under embargo at that moment (that of `made_at`, where it is not said) it says so.
    """
    if letter.deadline_at is None or letter.stage != ("cancelled" if is_cancelled else "open"):
        return None
    settings = config.settings()
    spoken = languages.interface_language(language)
    with force_locale(spoken):
        title = reading_title(letter.text(language))
        told = words.deadline_lines(letter.deadline_at, language, letter_zone=letter.zone, own_zone=zone)
        until = letter.embargo_at(at or made_at)
        embargo = languages.embargo_moment(until, letter.zone, language) if until else ""
        said = gettext("Under embargo until %(moment)s. Do not pass the text on before.", moment=embargo)
        after = gettext("To sign or to decline, open the link in our mail.")
        moment = Moment(
            uid=f"deadline.{letter.id.hex[:20]}@{settings.mail_host}",
            sequence=letter.calendar_sequence,
            at=letter.deadline_at,
            summary=gettext("Signing closes: %(title)s", title=languages.isolate(title)),
            description="\n".join((*((said, "") if until else ()), *told, "", after)),
            language=spoken,
            organiser_name=coalition_name,
            organiser_address=settings.sender_address,
            made_at=made_at,
            is_cancelled=is_cancelled,
        )
    return calendar_file(moment)
