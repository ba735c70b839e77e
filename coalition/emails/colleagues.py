"""The facts of mails by which colleagues of one organisation reach each other: passed on, to be approved, decided."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext

from coalition.emails import words
from coalition.emails.case import Case, NoLongerDue
from coalition.emails.telling import (
    comments_until,
    common,
    deadline_day,
    ensure_link_is_current,
    invited,
    lines_of_deadline,
    what_is_asked,
    without_link,
)
from coalition.models.approval import Approval
from coalition.rendering.reading import reading_text


def passed_to_you(case: Case) -> words.PassedToYouWords:
    """The facts of a mail of the kind `passed_to_you`. Raises NoLongerDue."""
    ensure_link_is_current(case)
    letter = case.about
    if letter.stage not in {"consultation", "open"}:
        raise NoLongerDue("signing is over")
    facts = what_is_asked(case)
    if letter.stage == "consultation":
        until = comments_until(case)
        facts |= {"deadline_day": until["comments_day"], "deadline_lines": until["comments_lines"]}
    return words.PassedToYouWords(
        **facts,
        is_consultation=letter.stage == "consultation",
        colleague=case.facts["colleague"],
        words=case.facts["words"],
    )


def you_passed_on(case: Case) -> words.YouPassedOnWords:
    """The facts of a mail of the kind `you_passed_on`. Raises NoLongerDue."""
    return words.YouPassedOnWords(
        **common(case),
        colleague=case.facts["colleague"],
        handed_over=case.facts["handed_over"],
        deadline_lines=lines_of_deadline(case),
    )


def approval_asked(case: Case) -> words.ApprovalAskedWords:
    """The facts of a mail of the kind `approval_asked`. Raises NoLongerDue."""
    ensure_link_is_current(case)
    facts, text = case.facts, case.about.text(case.to.language)
    approval = case.session.get(Approval, UUID(facts["approval"]))
    if approval is None or approval.decided_at is not None:
        raise NoLongerDue("nothing is to be approved any more")
    return words.ApprovalAskedWords(
        **common(case),
        colleague=facts["colleague"],
        deadline_day=deadline_day(case),
        deadline_lines=lines_of_deadline(case),
        printed_name=facts["printed_name"],
        words=facts["words"],
        text_plain=reading_text(text),
        is_withheld=facts["is_withheld"],
    )


def approval_given(case: Case) -> words.ApprovalGivenWords:
    """The facts of a mail of the kind `approval_given`. Raises NoLongerDue."""
    facts = case.facts
    return words.ApprovalGivenWords(
        **common(case),
        colleague=facts["colleague"],
        role=facts["said"] or gettext("contact person"),
        printed_name=facts["printed_name"],
        is_withheld=facts["is_withheld"],
    )


def approval_refused(case: Case) -> words.ApprovalRefusedWords:
    """The facts of a mail of the kind `approval_refused`. Raises NoLongerDue."""
    facts = case.facts
    return words.ApprovalRefusedWords(
        **common(case), colleague=facts["colleague"], words=facts["said"], is_withheld=facts["is_withheld"]
    )


def approval_ended(case: Case) -> words.ApprovalEndedWords:
    """The facts of a mail of the kind `approval_ended`: to who was asked, it brings no link any more."""
    facts = case.facts
    if facts["is_asker"]:
        invited(case)
    about = common(case) if facts["is_asker"] else without_link(case) | {"link": ""}
    return words.ApprovalEndedWords(
        **about, how=facts["how"], is_asker=facts["is_asker"], is_withheld=facts["is_withheld"]
    )
