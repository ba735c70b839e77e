"""The facts of mails about a text that changed."""

from __future__ import annotations

from coalition import clock, languages
from coalition.emails import words
from coalition.emails.case import Case, NoLongerDue
from coalition.emails.telling import (
    answered_so,
    comments_until,
    common,
    deadline_day,
    in_zones,
    invited,
    lines_of_deadline,
    of_those_who_did_not,
    of_those_who_signed,
    reply_by,
    what_changed,
)


def keep_asked(case: Case) -> words.KeepAskedWords:
    """The facts of a mail of the kind `keep_asked`. Raises NoLongerDue."""
    signature, now = of_those_who_signed(case), clock.now()
    if signature.agrees:
        raise NoLongerDue("they have answered")
    until = reply_by(case, now=now)
    if until <= now and case.about.deadline_at is not None:  # comments were asked for in between
        until = case.about.deadline_at
    return words.KeepAskedWords(
        **what_changed(case, signature.version),
        **answered_so(case, signature),
        reply_day=words.day_for_subject(until, case.to.language, zone=case.about.zone),
        reply_lines=in_zones(case, until),
        reply_utc=languages.moment_words(until, "UTC", case.to.language),
    )


def text_corrected(case: Case) -> words.TextCorrectedWords:
    """The facts of a mail of the kind `text_corrected`. Raises NoLongerDue."""
    signature, now = of_those_who_signed(case), clock.now()
    if signature.version_id == case.about.version.id:
        raise NoLongerDue("they have answered")
    until = reply_by(case, now=now)
    if until <= now:
        raise NoLongerDue("the time to object is over")
    return words.TextCorrectedWords(
        **what_changed(case, signature.version),
        **answered_so(case, signature),
        object_day=words.day_for_subject(until, case.to.language, zone=case.about.zone),
        object_lines=in_zones(case, until),
    )


def asked_again(case: Case) -> words.AskedAgainWords:
    """The facts of a mail of the kind `asked_again`. Raises NoLongerDue."""
    invitation = of_those_who_did_not(case)
    if invitation.answered_at is None or invitation.answer_kind != "decline":
        raise NoLongerDue("they have answered")
    before = case.about.version_shown_at(invitation.answered_at)
    return words.AskedAgainWords(
        **what_changed(case, before), deadline_day=deadline_day(case), deadline_lines=lines_of_deadline(case)
    )


def new_version(case: Case) -> words.NewVersionWords:
    """The facts of a mail of the kind `new_version`. Raises NoLongerDue."""
    invitation = of_those_who_did_not(case)
    if invitation.answered_at is not None or invitation.queued_at is None:
        raise NoLongerDue("they have answered")
    letter = case.about
    is_consultation = letter.stage == "consultation"
    until = letter.comments_until_at if is_consultation else letter.deadline_at
    return words.NewVersionWords(
        **what_changed(case, letter.version_shown_at(invitation.queued_at)),
        deadline_day=words.day_for_subject(until, case.to.language, zone=letter.zone) if until else "",
        deadline_lines=in_zones(case, until) if until else (),
        is_consultation=is_consultation,
    )


def consulted_again(case: Case) -> words.ConsultedAgainWords:
    """The facts of a mail of the kind `consulted_again`. Raises NoLongerDue."""
    invited(case)
    letter = case.about
    if letter.stage != "consultation":
        raise NoLongerDue("the consultation is over")
    return words.ConsultedAgainWords(
        **common(case),
        **comments_until(case),
        reason=case.facts.get("reason") or letter.version.explanation(case.to.language),
        has_signed=case.facts["has_signed"],
        is_withheld=case.facts["is_withheld"],
    )
