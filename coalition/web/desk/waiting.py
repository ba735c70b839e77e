"""What waits for a coordinator beside the answers: codes to read out, disputes, what readers say of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import ngettext

from coalition import languages
from coalition.actions import dispute, report, step_up
from coalition.database import db
from coalition.web.desk.frame import language

if TYPE_CHECKING:
    from datetime import datetime

    from coalition.models.letter import Letter


def waiting_words(letter: Letter, *, now: datetime) -> list[dict[str, str]]:
    """The pages where something waits, each with how much, what is most urgent first."""
    session = db.session()
    codes = len(step_up.codes_to_read_out(session, letter.id, now=now))
    disputes = len(dispute.to_settle(session, letter.id))
    reports = report.number_to_settle(session, letter.id)
    rows = [
        (
            "codes",
            codes,
            ngettext("%(shown)s code to read out", "%(shown)s codes to read out", codes, shown=_shown(codes)),
        ),
        (
            "disputes",
            disputes,
            ngettext(
                "%(shown)s disputed signature to settle",
                "%(shown)s disputed signatures to settle",
                disputes,
                shown=_shown(disputes),
            ),
        ),
        (
            "reports",
            reports,
            ngettext(
                "%(shown)s reader says that something is wrong with the list",
                "%(shown)s readers say that something is wrong with the list",
                reports,
                shown=_shown(reports),
            ),
        ),
    ]
    return [{"page": page, "words": words} for page, number, words in rows if number]


def _shown(number: int) -> str:
    return languages.number(number, language())
