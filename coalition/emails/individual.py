"""The facts of mails to persons who signed for themselves: receipts, a changed text, and what becomes of the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from coalition import clock, config, tokens
from coalition.emails import words
from coalition.emails.case import Case, NoLongerDue
from coalition.emails.noted import noted
from coalition.emails.telling import (
    about_the_letter,
    addressed_to,
    changes_since,
    ensure_in_force,
    in_zones,
    moment_in_words,
    reply_by,
    text_as_signed,
)
from coalition.models.link import Link
from coalition.models.public import PublicLetter
from coalition.models.signature import Signature
from coalition.rendering.edition import printed_letter

if TYPE_CHECKING:
    from datetime import datetime


def receipt(case: Case) -> words.IndividualReceiptWords:
    """The facts of a mail of the kind `individual_receipt`. Raises NoLongerDue."""
    facts = case.facts
    return words.IndividualReceiptWords(
        **_about(case),
        act=facts["act"],
        recorded_at=moment_in_words(case, facts["at"]),
        printed_name=facts["printed_name"],
        affiliation=facts["affiliation"],
        former_name=facts.get("before", ""),
        text_plain=text_as_signed(case) if facts["act"] in {"signed", "kept"} else "",
    )


def changed(case: Case) -> words.IndividualChangedWords:
    """The facts of a mail of the kind `individual_changed`. Raises NoLongerDue."""
    signature, now = _standing(case), clock.now()
    ensure_in_force(case)
    if case.session.get(PublicLetter, case.about.id):
        raise NoLongerDue("the letter is published")
    if signature.version_id == case.about.version.id:
        raise NoLongerDue("they have answered")
    until = reply_by(case, now=now)
    if signature.agrees and until <= now:
        raise NoLongerDue("the time to object is over")
    return words.IndividualChangedWords(
        **_about(case),
        **changes_since(case, signature.version),
        printed_name=signature.printed_names["und"],
        is_correction=signature.agrees,
        **_until(case, until),
    )


def news(case: Case) -> words.IndividualNewsWords:
    """The facts of a mail of the kind `individual_news`. Raises NoLongerDue."""
    about = _about(case)
    said: dict[str, Any] = {
        "news": case.facts["news"],
        "printed_name": case.facts["printed_name"],
        "reason": case.facts.get("reason", ""),
    }
    if case.facts["news"] == "ended":
        return words.IndividualNewsWords(**about, **said)
    signature = _standing(case)
    if case.facts["news"] == "update":
        note = noted(case)
        said |= {"note_text": note.text, "published_address": note.address}
    if case.facts["news"] == "published":
        said["published_address"] = _published_address(case)
    if case.facts["news"] == "page_proof":
        said |= _of_the_proof(case, signature)
    return words.IndividualNewsWords(**about, **said)


def _of_the_proof(case: Case, signature: Signature) -> dict[str, Any]:
    """Until when one can object. Raises NoLongerDue."""
    until, sent = case.about.proof_until_at, case.about.proof_sent_at
    if until is None or sent is None or sent.isoformat() != case.facts["sent_at"]:
        raise NoLongerDue("another proof was shown since")
    is_public = case.session.get(PublicLetter, case.about.id) is not None
    if until <= clock.now() or not signature.is_on_list or is_public:
        raise NoLongerDue("the time to object is over, or they are not on the list now")
    return _until(case, until)


def _until(case: Case, until: datetime) -> dict[str, Any]:
    day = words.day_for_subject(until, case.to.language, zone=case.about.zone)
    return {"reply_day": day, "reply_lines": in_zones(case, until)}


def _published_address(case: Case) -> str:
    public = case.session.get(PublicLetter, case.about.id)
    if public is None:
        raise NoLongerDue("the letter is not public")
    letter = printed_letter(case.session, public)
    return letter.address(case.to.language if case.to.language in letter.texts else letter.authoritative_language)


def _about(case: Case) -> dict[str, Any]:
    """What every mail about a letter knows; the person stands where else their organisation does."""
    name = case.facts["printed_name"]
    return about_the_letter(case, name=name) | {"to_name": name, "link": _live_link(case)}


def _standing(case: Case) -> Signature:
    """The person's signature. Raises NoLongerDue once it is withdrawn."""
    signature = case.session.get(Signature, UUID(case.facts["signature"]))
    if signature is None or signature.ended_on is not None:
        raise NoLongerDue("they have withdrawn")
    return signature


def _live_link(case: Case) -> str:
    """The person's own page: the link that confirmed their address, made again each time. Raises NoLongerDue."""
    _kind, request_id = addressed_to(case.row)
    link = case.session.scalar(
        select(Link).where(Link.request_id == request_id, Link.revoked_at.is_(None)).order_by(Link.created_at.desc())
    )
    if link is None:
        raise NoLongerDue("its link was ended")
    return f"{config.settings().root}/c/{link.token(tokens.ours())}"
