"""We need until then: the day by which the organisation answers."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from coalition import languages
from coalition.actions import more_time as verbs
from coalition.actions.more_time import DayIsPast, DayTooLate
from coalition.web.audience import Audience, audience
from coalition.web.signing.answering import form_problem
from coalition.web.signing.answers import Answers
from coalition.web.signing.colleague_answers import day_of
from coalition.web.signing.colleague_pages import more_time_page
from coalition.web.signing.door import signing
from coalition.web.signing.passing_on import led_to, refusal
from coalition.web.signing.visit import acting


@signing.post("/invitation/<uuid:invitation_id>/more-time")
@audience(Audience.CONTACT)
def need_until(invitation_id: UUID) -> Response:
    """Say by which day the organisation answers."""
    visit = acting(invitation_id)
    answers = Answers.of(request.form, ())
    day = day_of(answers)
    problems = form_problem(visit)
    if day is None:
        problems |= {"day": _("Enter the day by which you answer")}
    if problems or day is None:
        return more_time_page(visit, answers=answers, problems=problems, status=422)

    def act() -> None:
        verbs.need_until(visit.invitation.id, day, key=visit.form.key_of("more_time"), shown=visit.form.shown)

    try:
        return refusal(visit, answers, act, page=more_time_page) or led_to(visit, "more-time")
    except DayIsPast:
        words = _("This day is over. Enter today or a later day")
    except DayTooLate as error:
        last = languages.date_words(error.last, visit.language)
        words = _(
            "Signing closes before that day. Enter %(day)s or an earlier day, or ask the coordinators to move the "
            "deadline",
            day=last,
        )
    return more_time_page(visit, answers=answers, problems={"day": words}, status=422)
