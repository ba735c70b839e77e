"""What was forgotten of a letter, or will be and when: one sentence for the letter's pages at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from coalition import languages
from coalition.actions import retention
from coalition.database import db
from coalition.web.audience import account
from coalition.web.desk.frame import language

if TYPE_CHECKING:
    from datetime import datetime

    from coalition.models.letter import Letter


def forgotten_words(letter: Letter) -> str:
    """What the pages lack because it was erased, or from which day on they will; "" while the letter lives."""
    if letter.forgotten_at is not None:
        return _was_forgotten(letter, letter.forgotten_at)
    ended = letter.imported_at or letter.cancelled_at or letter.closed_at
    if ended is None or letter.stage not in {"closed", "cancelled"}:
        return ""
    return str(
        _(
            "On %(day)s it is erased who did not sign, who declined and why, and who wrote the comments. "
            "Signatures and numbers stay.",
            day=_day(ended + retention.kept_for()),
        )
    )


def _was_forgotten(letter: Letter, at: datetime) -> str:
    parts = _parts(retention.forgotten_of(db.session(), letter))
    if not parts:
        return str(_("On %(day)s there was nothing to erase in this letter.", day=_day(at)))
    said = languages.join(parts, language())
    return str(
        _("Erased on %(day)s: %(what)s. Signatures and numbers stay.", day=_day(at), what=said),
    )


def _parts(numbers: retention.Numbers) -> list[str]:
    """Each number that is not nothing, in words."""
    spoken = language()
    shown = {name: languages.number(getattr(numbers, name), spoken) for name in retention.Numbers.__slots__}
    words = {
        "unanswered": ngettext(
            "%(number)s organisation that did not answer",
            "%(number)s organisations that did not answer",
            numbers.unanswered,
            number=shown["unanswered"],
        ),
        "declined": ngettext(
            "%(number)s organisation that declined",
            "%(number)s organisations that declined",
            numbers.declined,
            number=shown["declined"],
        ),
        "authors": ngettext(
            "the author of %(number)s comment",
            "the authors of %(number)s comments",
            numbers.authors,
            number=shown["authors"],
        ),
        "people": ngettext(
            "%(number)s person known through this letter alone",
            "%(number)s people known through this letter alone",
            numbers.people,
            number=shown["people"],
        ),
        "requests": ngettext(
            "%(number)s request to be on the list",
            "%(number)s requests to be on the list",
            numbers.requests,
            number=shown["requests"],
        ),
        "mails": ngettext(
            "%(number)s mail that came in", "%(number)s mails that came in", numbers.mails, number=shown["mails"]
        ),
    }
    return [str(said) for name, said in words.items() if getattr(numbers, name)]


def _day(moment: datetime) -> str:
    return languages.date_words(moment.astimezone(ZoneInfo(account().zone)).date(), language())
