"""The pages for other ways to answer: pass on, have it approved, ask for time, say that the mail was not expected."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from coalition import clock
from coalition.actions import pending_approvals
from coalition.actions.more_time import last_day, today_of
from coalition.database import db
from coalition.web.signing.answers import Answers, Problems
from coalition.web.signing.colleague_answers import language_options
from coalition.web.signing.colleague_facts import last_decided, prepared_facts
from coalition.web.signing.names import with_typed
from coalition.web.signing.pages import invitation_page, name_fields_of, show_page
from coalition.web.signing.showing import text_facts
from coalition.web.signing.since import changes_since
from coalition.web.signing.standing import Standing
from coalition.web.signing.words import approval, choices_of_visibility

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from coalition.web.signing.visit import Visit


def pass_on_page(
    visit: Visit, *, answers: Answers | None = None, problems: Problems | None = None, status: int = 200
) -> Response:
    """To whom it was passed on, and the form that passes it on."""
    standing = Standing.of(visit)
    if not _can_be_passed_on(visit, standing):
        return invitation_page(visit, problems=problems, status=status)
    return _page(
        "signing/pass_on.html", visit, standing, answers=answers, problems=problems, status=status, at="pass-on"
    )


def approval_page(
    visit: Visit,
    *,
    answers: Answers | None = None,
    problems: Problems | None = None,
    status: int = 200,
) -> Response:
    """What waits for approval: to be decided, to be taken back, or to be prepared."""
    standing, own = Standing.of(visit), visit.invitation
    if standing.state != "open":
        return invitation_page(visit, answers=answers, problems=problems, status=status)
    to_decide = pending_approvals.asked_of(db.session(), own)
    if to_decide is not None:
        return _page(
            "signing/approve.html",
            visit,
            standing,
            answers=answers,
            problems=problems,
            status=status,
            at="approval",
            prepared=prepared_facts(visit, to_decide),
            text=text_facts(visit.text),
            approval=approval(visit.organisation_name),
            changes=changes_since(visit, standing.before) if standing.before else None,
        )
    waiting = pending_approvals.asked_from(db.session(), own)
    if waiting is not None:
        facts = prepared_facts(visit, waiting)
        return _page("signing/waiting.html", visit, standing, problems=problems, status=status, prepared=facts)
    names = with_typed(visit.organisation.printable_names(), answers.shown.names if answers else {})
    return _page(
        "signing/ask_approval.html",
        visit,
        standing,
        answers=answers,
        problems=problems,
        status=status,
        at="approval",
        name_fields=name_fields_of(visit, names),
        visibility_choices=choices_of_visibility(visit),
        last=last_decided(visit),
    )


def more_time_page(
    visit: Visit, *, answers: Answers | None = None, problems: Problems | None = None, status: int = 200
) -> Response:
    """By when they answer, and the form that says so."""
    standing, now = Standing.of(visit), clock.now()
    if standing.state != "open":
        return invitation_page(visit, problems=problems, status=status)
    return _page(
        "signing/more_time.html",
        visit,
        standing,
        answers=answers,
        problems=problems,
        status=status,
        first_day=today_of(visit.invitation, now=now).isoformat(),
        last_day=last_day(visit.letter, now=now).isoformat(),
        named=visit.invitation.expected_on.isoformat() if visit.invitation.expected_on else "",
    )


def mute_page(visit: Visit, *, problems: Problems | None = None, status: int = 200) -> Response:
    """That they want no more mails, or want them again."""
    return _page("signing/mute.html", visit, Standing.of(visit), problems=problems, status=status)


def again(visit: Visit, answers: Answers, problems: Problems) -> Response:
    """The page whose form was sent before the link was asked for, with what was typed."""
    pages = {"pass-on": pass_on_page, "approval": approval_page, "more-time": more_time_page}
    page = pages[answers.form]
    return page(visit, answers=answers, problems=problems)


PAGES: dict[str, Callable[[Visit], Response]] = {
    "pass-on": pass_on_page,
    "approval": approval_page,
    "more-time": more_time_page,
    "mute": mute_page,
}
"""The pages that only look, by the last part of their address."""


def _can_be_passed_on(visit: Visit, standing: Standing) -> bool:
    return standing.state == "open" or (standing.state == "paused" and visit.letter.stage == "consultation")


def _page(
    template: str,
    visit: Visit,
    standing: Standing,
    *,
    answers: Answers | None = None,
    problems: Problems | None = None,
    status: int = HTTPStatus.OK,
    at: str = "",
    **facts: Any,
) -> Response:
    typed = answers.shown if answers else Answers(person=visit.contact.name or "")
    language = typed.colleague.get("language") or visit.contact.language
    return show_page(
        template,
        visit,
        standing,
        status=status,
        at=at,
        answers=typed,
        typed=typed.colleague | {"language": language},
        language_options=language_options(visit.language),
        errors=problems or {},
        errors_title=None,
        **facts,
    )
