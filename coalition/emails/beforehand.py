"""The facts of mails about consent given beforehand: it was given, it foresees a signature, somebody said no."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from coalition import languages
from coalition.emails import words
from coalition.emails.case import Case, NoLongerDue
from coalition.emails.own_link import own_page_address
from coalition.emails.telling import common, in_zones, invited
from coalition.models.standing_consent import StandingAct, StandingConsent
from coalition.rendering.kinds import kind_words

if TYPE_CHECKING:
    from coalition.models.organisation import Organisation


def standing_foreseen(case: Case) -> words.StandingForeseenWords:
    """The facts of a mail of the kind `standing_foreseen`. Raises NoLongerDue where it was settled since."""
    facts = case.facts
    invited(case)
    act, until = case.session.get(StandingAct, UUID(facts["act"])), datetime.fromisoformat(facts["until"])
    if act is None or act.done_on is not None or act.due_at != until:
        raise NoLongerDue("it is settled already")
    return words.StandingForeseenWords(
        **common(case),
        veto_day=words.day_for_subject(until, case.to.language, zone=case.about.zone),
        veto_lines=in_zones(case, until),
        reply_utc=languages.moment_words(until, "UTC", case.to.language),
        colleague=facts["person"],
        given_on=languages.date_words(facts["given_on"], case.to.language),
        printed_name=facts["printed_name"],
    )


def standing_vetoed(case: Case) -> words.StandingVetoedWords:
    """The facts of a mail of the kind `standing_vetoed`. Raises NoLongerDue."""
    invited(case)
    return words.StandingVetoedWords(**common(case), colleague=case.facts["person"])


def standing_consent(case: Case) -> words.StandingConsentWords:
    """The facts of a mail of the kind `standing_consent`. Raises NoLongerDue."""
    consent = case.session.get(StandingConsent, UUID(case.facts["consent"]))
    if consent is None or case.to.contact is None:
        raise NoLongerDue("the consent is there no more")
    language = case.to.language
    return words.StandingConsentWords(
        to_name=case.to.name,
        coalition_name=case.house.name(language),
        contact_address=case.house.contact_address,
        organisation=_named(consent.organisation, language),
        link=own_page_address(case, case.to.contact),
        is_given=case.facts["act"] == "given",
        colleague=case.facts["person"],
        lead=_named(consent.lead_organisation, language),
        kinds=tuple(kind_words(kind) for kind in consent.kinds),
        veto_hours=consent.veto_hours,
        lapses_on=languages.date_words(consent.lapses_at.date(), language),
    )


def _named(organisation: Organisation, language: str) -> str:
    names = organisation.printable_names()
    return names.get(language) or names["und"]
