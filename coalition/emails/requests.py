"""The facts of mails about requests to sign: to who asked, to the coordinators, to an organisation's contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

from sqlalchemy import func, select

from coalition import clock, config, languages, tokens
from coalition.emails import words
from coalition.emails.case import Case, NoLongerDue, Recipient
from coalition.emails.telling import addressed_to
from coalition.models.contact import Contact
from coalition.models.link import Link
from coalition.models.request import RequestToSign, request_address_index
from coalition.rendering.reading import reading_title

if TYPE_CHECKING:
    from typing import Literal

    from sqlalchemy.orm import Session


def recipient(session: Session, request_id: UUID) -> Recipient:
    """Who sent a request: an address without a name, for what was typed stands in no mail. Raises NoLongerDue."""
    request = session.get(RequestToSign, request_id)
    if request is None or not request.address:
        raise NoLongerDue("the request is gone")
    return Recipient("", request.address, request.language, request.letter.zone)


def confirm_request(case: Case) -> words.ConfirmRequestWords:
    """The facts of a mail of the kind `confirm_request`. Raises NoLongerDue."""
    request = _request(case)
    if request.confirmed_at or request.decided_at or request.quarantined_at:
        raise NoLongerDue("the address is confirmed, or the request is not asked about")
    link = case.session.scalar(
        select(Link).where(Link.request_id == request.id, Link.revoked_at.is_(None)).order_by(Link.created_at.desc())
    )
    if link is None or link.expires_at is None or link.expires_at <= clock.now():
        raise NoLongerDue("its link was ended")
    language = case.to.language
    return words.ConfirmRequestWords(
        coalition_name=case.house.name(language),
        letter_title=reading_title(case.about.text(language)),
        link=f"{config.settings().root}/c/{link.token(tokens.ours())}",
        works_until=languages.date_words(link.expires_at.date(), language),
    )


def request_refused(case: Case) -> words.RequestRefusedWords:
    """The facts of a mail of the kind `request_refused`. Raises NoLongerDue."""
    request = _request(case)
    together = request.refused_together_id
    if request.decision != "refused" or together is None or together.hex != case.facts["together"]:
        raise NoLongerDue("the refusal was taken back")
    language = case.to.language
    return words.RequestRefusedWords(
        coalition_name=case.house.name(language),
        letter_title=reading_title(case.about.text(language)),
        reason=cast("Literal['not_for', 'unverified', 'late', 'other']", request.reason),
    )


def requests_waiting(case: Case) -> words.RequestsWaitingWords:
    """The facts of a mail of the kind `requests_waiting`. Raises NoLongerDue."""
    letter = case.about
    of_letter = select(func.count(RequestToSign.id)).where(
        RequestToSign.letter_id == letter.id, RequestToSign.decided_at.is_(None)
    )
    waiting = of_letter.where(RequestToSign.confirmed_at.is_not(None), RequestToSign.quarantined_at.is_(None))
    number = case.session.scalar(waiting) or 0
    if not number:
        raise NoLongerDue("every request is decided")
    return words.RequestsWaitingWords(
        to_name=case.to.name,
        coalition_name=case.house.name(case.to.language),
        letter_title=reading_title(letter.text(case.to.language)),
        requests=number,
        quarantined=case.session.scalar(of_letter.where(RequestToSign.quarantined_at.is_not(None))) or 0,
        link=f"{config.settings().root}/desk/letters/{letter.id}/requests",
    )


def contact_joined(case: Case) -> words.ContactJoinedWords:
    """The facts of a mail of the kind `contact_joined`. Raises NoLongerDue."""
    joined = case.session.get(Contact, UUID(case.facts["contact"]))
    if joined is None or joined.ended_at or joined.erased_at or not joined.address:
        raise NoLongerDue("the new contact is there no more")
    coordinators, language = case.about.coordinators(), case.to.language
    return words.ContactJoinedWords(
        to_name=case.to.name,
        coalition_name=case.house.name(language),
        organisation=joined.organisation.name_in(language),
        person=joined.name or "",
        address=joined.address,
        coordinator_name=coordinators[0].name if coordinators else case.house.name(language),
        coordinator_address=coordinators[0].email if coordinators else case.house.contact_address,
    )


def answers_request(case: Case) -> bool:
    """Whether an invitation goes to somebody who asked to sign and was accepted."""
    if case.to.contact is None or not case.to.contact.address:
        return False
    accepted = case.of_letter("accepted", lambda: _accepted(case))
    return bool(accepted) and request_address_index(case.to.contact.address) in accepted


def _accepted(case: Case) -> frozenset[bytes]:
    """The blind indexes of the addresses that asked to sign the letter and were accepted: few, if any."""
    of_letter = RequestToSign.letter_id == case.about.id, RequestToSign.decision.in_(("invited", "merged"))
    return frozenset(case.session.scalars(select(RequestToSign.address_index).where(*of_letter)))


def _request(case: Case) -> RequestToSign:
    _, request_id = addressed_to(case.row)
    request = case.session.get(RequestToSign, request_id)
    if request is None:
        raise NoLongerDue("the request is gone")
    return request
