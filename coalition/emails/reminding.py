"""The facts of the mails of a reminder plan; whether they are still due is asked again when they are made."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from coalition import clock, languages
from coalition.emails import words
from coalition.emails.case import NoLongerDue, NotYet
from coalition.emails.telling import ensure_link_is_current, invited, what_is_asked
from coalition.models.invitation import Invitation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.reminder_plan import FORGOTTEN, TOO_LATE, next_waking
from coalition.models.silence import has_acted, pauses

if TYPE_CHECKING:
    from datetime import datetime

    from coalition.emails.case import Case

REMINDS: Final = ("reminder", "nudge")
"""The classes of mails of which each takes the place of the one before it."""


def reminder(case: Case) -> words.NudgeWords:
    """The facts of a mail of the kind `reminder`. Raises NoLongerDue."""
    _ensure_due(case)
    return words.NudgeWords(**what_is_asked(case), asked_on=_asked_on(case))


def last_day(case: Case) -> words.LastDayWords:
    """The facts of a mail of the kind `last_day`. Raises NoLongerDue."""
    deadline = _ensure_due(case)
    return words.LastDayWords(
        **what_is_asked(case),
        asked_on=_asked_on(case),
        closes_day=words.day_for_subject(deadline, case.to.language, zone="UTC"),
        closes_at=languages.clock_words(deadline, case.to.language),
    )


def second_contact(case: Case) -> words.SecondContactWords:
    """The facts of a mail of the kind `second_contact`. Raises NoLongerDue."""
    ensure_link_is_current(case)
    ensure_silent(case)
    own = invited(case)
    _ensure_awake(case, before=case.about.deadline_at)
    first = case.session.scalars(
        select(Invitation)
        .where(
            Invitation.letter_id == own.letter_id,
            Invitation.organisation_id == own.organisation_id,
            Invitation.id != own.id,
            Invitation.queued_at.is_not(None),
        )
        .order_by(Invitation.queued_at)
    ).first()
    if first is None or first.queued_at is None:
        raise NoLongerDue("nobody was asked before them")
    return words.SecondContactWords(
        **what_is_asked(case),
        colleague=first.contact.name or first.contact.address or "",
        asked_on=languages.date_words(first.queued_at.date(), case.to.language),
    )


def _ensure_due(case: Case) -> datetime:
    """The deadline that the mail is about. Raises NoLongerDue."""
    own = invited(case)
    if own.handed_over_at is not None:
        raise NoLongerDue("a colleague has it now")
    ensure_silent(case)
    now, deadline = clock.now(), case.about.deadline_at
    if deadline is None or deadline.isoformat() != case.facts["deadline"]:
        raise NoLongerDue("the deadline has moved")
    if now - case.row.date > FORGOTTEN:
        raise NoLongerDue("its day is over")
    if _is_followed(case, own):
        raise NoLongerDue("another reminder followed")
    _ensure_awake(case, before=deadline - TOO_LATE)
    return deadline


def _ensure_awake(case: Case, *, before: datetime | None) -> None:
    """Raises NotYet in the recipient's night and on their days of rest: a mail that was put off keeps their hours too.

    Raises NoLongerDue where `before` comes first.
    """
    if case.is_preview:
        return
    now = clock.now()
    awake = next_waking(
        now, zone=case.to.zone, country=invited(case).organisation.country, is_urgent=case.about.is_urgent
    )
    if before is not None and max(awake, now) > before:
        raise NoLongerDue("signing closes before they are awake")
    if awake > now:
        raise NotYet(awake)


def ensure_silent(case: Case) -> None:
    """Raises NoLongerDue where there is nothing to sign any more, or where the organisation acted since."""
    own, now = invited(case), clock.now()
    if not case.about.is_open_for_signing(now=now):
        raise NoLongerDue("signing is over")
    if acted := has_acted(case.session, own.letter_id, own.organisation_id):
        raise NoLongerDue(acted)
    pause = pauses(case.session, own.letter_id, organisation_id=own.organisation_id).get(own.organisation_id)
    if pause is not None and now < pause:
        raise NoLongerDue("they said that they answer later")


def _is_followed(case: Case, own: Invitation) -> bool:
    """Whether a later reminder or nudge went to the same contact: a mail that was kept back brings no second one."""
    later = select(OutgoingEmail.id).where(
        OutgoingEmail.invitation_id == own.id,
        OutgoingEmail.kind_class.in_(REMINDS),
        OutgoingEmail.date > case.row.date + timedelta(seconds=1),
        OutgoingEmail.state != "stopped",
    )
    return case.session.scalar(later.limit(1)) is not None


def _asked_on(case: Case) -> str:
    asked = invited(case).queued_at or case.row.date
    return languages.date_words(asked.date(), case.to.language)
