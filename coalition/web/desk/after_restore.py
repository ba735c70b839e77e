"""After a restore: what is held and what would be done, said to administrators before time works again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import flash, redirect
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from coalition import clock, languages
from coalition.actions import hold_back
from coalition.database import db
from coalition.models.letter import Letter
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.release import PlannedRelease
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import choices
from coalition.web.desk.door import desk

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


@dataclass(frozen=True, slots=True)
class AfterRestore:
    """Of when the backup was, and what is to be known before a press lets time work again; each a sentence."""

    moment: str
    said: tuple[str, ...]


@desk.post("/outbox/go-on")
@audience(Audience.ADMINISTRATOR)
def go_on_after_restore() -> Response:
    """Let time work again: letters close, reminders go."""
    hold_back.go_on(by=account())
    flash(_("Time works again: letters close at their deadline, and reminders go."))
    return redirect("/desk/outbox", code=303)


def moment_words(made_at: datetime) -> str:
    """When the backup was made, in the account's zone."""
    return languages.moment_words(made_at, account().zone, choices.spoken())


def after_restore() -> AfterRestore | None:
    """What administrators are told; None where nobody's word is waited for."""
    session = db.session()
    made_at = hold_back.waits(session)
    if made_at is None:
        return None
    held = _number(OutgoingEmail.state == "held", OutgoingEmail.last_words == hold_back.HELD)
    unknown = _number(OutgoingEmail.state == "unknown")
    now = clock.now()
    letters = session.scalars(select(Letter).where(Letter.stage == "open", Letter.deadline_at.is_not(None)))
    over = sum(letter.is_due_to_close(now=now) for letter in letters)
    stopped = _number(PlannedRelease.failure == hold_back.HELD)
    said = [_("Answers and mails of the time since are not in it. Tell those whom it concerns.")]
    if held:
        said.append(
            ngettext(
                "%(num)s mail waited when the backup was made. It may have gone out since: send it below, or stop it.",
                "%(num)s mails waited when the backup was made. They may have gone out since: send them below, or stop "
                "them.",
                held,
            )
        )
    if unknown:
        said.append(
            ngettext(
                "Of %(num)s mail it is not known whether it arrived.",
                "Of %(num)s mails it is not known whether they arrived.",
                unknown,
            )
        )
    if stopped:
        said.append(
            ngettext(
                "%(num)s planned release was stopped, for its instant has passed: release the letter anew.",
                "%(num)s planned releases were stopped, for their instants have passed: release the letters anew.",
                stopped,
            )
        )
    if over:
        said.append(
            ngettext(
                "%(num)s letter is past its deadline: it closes when you press, and those who signed are told.",
                "%(num)s letters are past their deadline: they close when you press, and those who signed are told.",
                over,
            )
        )
    return AfterRestore(moment_words(made_at), tuple(str(one) for one in said))


def _number(*where: object) -> int:
    query = select(func.count()).where(*where)  # type: ignore[arg-type]  # conditions of columns
    return int(db.session.scalar(query) or 0)
