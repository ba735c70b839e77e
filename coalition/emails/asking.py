"""The facts of mails that ask for something: to read, to comment, to sign, to look at the page."""

from __future__ import annotations

from coalition import clock, languages
from coalition.emails import words
from coalition.emails.case import Case, NoLongerDue
from coalition.emails.reminding import ensure_silent
from coalition.emails.requests import answers_request
from coalition.emails.seen_by import who_sees
from coalition.emails.telling import (
    answered_so,
    comments_until,
    common,
    deadline_day,
    ensure_link_is_current,
    in_zones,
    invited,
    lines_of_deadline,
    moment_in_words,
    note_to_recipient,
    of_those_on_the_list,
    organisation_of,
    what_is_asked,
)
from coalition.rendering.governing import governs
from coalition.rendering.reading import reading_text


def invitation(case: Case) -> words.InvitationWords:
    """The facts of a mail of the kind `invitation`. Raises NoLongerDue."""
    ensure_link_is_current(case)
    deadline = case.about.deadline_at
    if not case.is_preview and deadline is not None and deadline <= clock.now():
        raise NoLongerDue("the deadline is over")  # a worker that slept through it asks nobody for what is too late
    return words.InvitationWords(**what_is_asked(case), answers_request=answers_request(case))


def nudge(case: Case) -> words.NudgeWords:
    """The facts of a mail of the kind `nudge`. Raises NoLongerDue."""
    invitation = invited(case)
    ensure_silent(case)
    asked = invitation.queued_at or case.row.date
    return words.NudgeWords(**what_is_asked(case), asked_on=languages.date_words(asked.date(), case.to.language))


def test(case: Case) -> words.InvitationWords:
    """The facts of a mail of the kind `test`. Raises NoLongerDue."""
    return words.InvitationWords(**what_is_asked(case))


def extended(case: Case) -> words.ExtendedWords:
    """The facts of a mail of the kind `extended`. Raises NoLongerDue."""
    facts = case.facts
    if invited(case).answered_at:
        raise NoLongerDue("they have answered")
    if case.about.stage != "open":
        raise NoLongerDue("signing is over")
    if facts["sequence"] != case.about.calendar_sequence:
        raise NoLongerDue("the deadline was moved again")
    return words.ExtendedWords(
        **common(case),
        deadline_day=deadline_day(case),
        deadline_lines=lines_of_deadline(case),
        former_deadline=moment_in_words(case, facts["before"]) if facts["before"] else "",
    )


def replaced_link(case: Case) -> words.ReplacedLinkWords:
    """The facts of a mail of the kind `replaced_link`. Raises NoLongerDue."""
    ensure_link_is_current(case)
    until = lines_of_deadline(case) if case.about.stage in {"consultation", "open"} else ()
    return words.ReplacedLinkWords(**common(case), deadline_lines=until)


def consultation(case: Case) -> words.ConsultationWords:
    """The facts of a mail of the kind `consultation`. Raises NoLongerDue."""
    ensure_link_is_current(case)
    letter, language = case.about, case.to.language
    if letter.stage != "consultation" and not case.is_preview:
        raise NoLongerDue("the consultation is over")
    text = letter.text(language)
    organisation = organisation_of(case)
    names = organisation.printable_names()
    return words.ConsultationWords(
        **common(case),
        **comments_until(case),
        reply_utc=languages.moment_words(letter.comments_until_at, "UTC", language) if letter.comments_until_at else "",
        who_sees=who_sees(letter, organisation, names.get(language) or names["und"]),
        text_plain=reading_text(text),
        why_now=letter.why_now.get(language) or letter.why_now.get(letter.authoritative_language, ""),
        note=note_to_recipient(case),
    )


def ready_to_sign(case: Case) -> words.ReadyToSignWords:
    """The facts of a mail of the kind `ready_to_sign`. Raises NoLongerDue."""
    invited(case)
    if case.about.stage != "open":
        raise NoLongerDue("signing is not open")
    return words.ReadyToSignWords(
        **what_is_asked(case), has_signed=case.facts["has_signed"], is_withheld=case.facts["is_withheld"]
    )


def language_added(case: Case) -> words.LanguageAddedWords:
    """The facts of a mail of the kind `language_added`. Raises NoLongerDue."""
    letter, tag = case.about, case.facts["language"]
    if letter.stage not in {"consultation", "open"}:
        raise NoLongerDue("signing is over")
    if letter.text(tag).language != tag:
        raise NoLongerDue("the language is not shown any more")
    has_signed = case.facts["has_signed"]
    return words.LanguageAddedWords(
        **common(case),
        has_signed=has_signed,
        deadline_lines=() if has_signed else lines_of_deadline(case),
        governing=governs(letter.text(tag)),
        is_withheld=case.facts["is_withheld"],
    )


def page_proof(case: Case) -> words.PageProofWords:
    """The facts of a mail of the kind `page_proof`. Raises NoLongerDue."""
    signature, letter = of_those_on_the_list(case), case.about
    until, sent = letter.proof_until_at, letter.proof_sent_at
    if until is None or sent is None or sent.isoformat() != case.facts["sent_at"]:
        raise NoLongerDue("another proof was shown since")
    if until <= clock.now():
        raise NoLongerDue("the time to object is over")
    return words.PageProofWords(
        **common(case),
        **answered_so(case, signature),
        object_day=words.day_for_subject(until, case.to.language, zone=letter.zone),
        object_lines=in_zones(case, until),
    )


def still_agree(case: Case) -> words.StillAgreeWords:
    """The facts of a mail of the kind `still_agree`. Raises NoLongerDue."""
    signature = of_those_on_the_list(case)
    last = max(one.on for one in signature.consents if one.act in {"sign", "keep"})
    if last >= case.row.date.date():
        raise NoLongerDue("they have answered")
    return words.StillAgreeWords(
        **common(case), **answered_so(case, signature), agreed_on=languages.date_words(last, case.to.language)
    )
