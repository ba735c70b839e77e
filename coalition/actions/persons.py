"""Persons who sign a letter for themselves: who they are, what is written of their acts, and how they are told."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, select

from coalition import clock
from coalition.actions import live
from coalition.emails import outbox
from coalition.models import record
from coalition.models.consent import PERSONAL_KEPT_WORDING, PERSONAL_WORDING, Consent
from coalition.models.request import RequestToSign
from coalition.models.signature import Signature, person_index

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.models.letter import Letter
    from coalition.models.version import Text

HOW = "confirmed_address"
"""How the ledger says that a person acts: through the link by which they confirmed their address."""


def standing_persons(session: Session, letter: Letter) -> list[Signature]:
    """The signatures of persons that stand on a letter, disputed ones and those to be kept included."""
    query = select(Signature).where(
        Signature.letter_id == letter.id, Signature.kind == "individual", Signature.ended_on.is_(None)
    )
    return list(session.scalars(query))


def persons_to_ask(session: Session, letter: Letter) -> list[Signature]:
    """Those of them who signed an earlier text, have not kept their signature since, and are not disputed."""
    return [one for one in standing_persons(session, letter) if not one.agrees and one.suspended_at is None]


def signature_of_request(session: Session, request: RequestToSign) -> Signature | None:
    """What a person's request became: the signature of their address that stands, else the last that did."""
    if request.kind != "individual" or not request.address:
        return None
    index = person_index(request.letter_id, request.address)
    query = select(Signature).where(Signature.letter_id == request.letter_id, Signature.person_index == index)
    found = session.scalars(query.order_by(Signature.ended_on)).all()
    return next((one for one in found if one.ended_on is None), found[-1] if found else None)


def request_of(session: Session, signature: Signature) -> RequestToSign | None:
    """The request from which a person's signature came; it knows their address. Opens the vault."""
    said: dict[str, Any] = signature.affiliation or {}
    return session.get(RequestToSign, UUID(said["request"])) if said.get("request") else None


def enter_own_consent(
    session: Session, signature: Signature, act: str, key: str, *, now: datetime, text: Text | None = None
) -> bool:
    """Write the ledger's row of a person's act; says whether it is new (the same form sent again is not).

    `text` is what is agreed to; acts that agree to nothing new repeat the last.
    """
    if session.scalar(select(Consent.id).where(Consent.idempotency_key == key)):
        return False
    number = session.scalar(select(func.count()).where(Consent.signature_id == signature.id)) or 0
    agreed = text or signature.consents[-1]
    consent = Consent(
        signature_id=signature.id,
        number=number + 1,
        act=act,
        version_id=agreed.version_id,
        language=agreed.language,
        fingerprint=agreed.fingerprint,
        wording_id=PERSONAL_KEPT_WORDING if act == "keep" else PERSONAL_WORDING,
        how=HOW,
        on=now.astimezone(UTC).date(),
        idempotency_key=key,
    )
    consent.by = {"name": signature.person, "role": "", "account": ""}
    consent.at = now.isoformat()
    session.add(consent)
    session.flush()
    session.expire(signature, ["consents"])
    if act in {"sign", "keep"}:
        live.show(session, signature.letter, signature, HOW, now=clock.now())
    return True


def enter_own_record(session: Session, letter: Letter, signature: Signature, act: str, *, now: datetime) -> None:
    """Put a person's act into the letter's record; the verb is the same for every answer, the act itself is sealed."""
    record.enter(
        session, "answered", at=now, letter_id=letter.id, actor_kind="person", act=act, signature=signature.id.hex
    )


def tell(
    session: Session, letter: Letter, signature: Signature, kind: str, *, occasion: str, now: datetime, **facts: Any
) -> None:
    """Queue a mail to the person behind a signature, where their address is still known."""
    request = request_of(session, signature)
    if request is None or not request.address:
        return
    said = {"printed_name": signature.printed_names["und"], "signature": signature.id.hex, "is_withheld": False}
    outbox.queue(
        session,
        kind,
        recipient=f"request:{request.id.hex}",
        occasion=occasion,
        now=now,
        letter_id=letter.id,
        kind_class="answer",
        **(said | facts),
    )


def ask_again(session: Session, letter: Letter, signature: Signature, *, now: datetime) -> None:
    """Tell a person what changed since they agreed; part of a verb. They keep, withdraw or object on their page."""
    tell(
        session,
        letter,
        signature,
        "individual_changed",
        occasion=f"version:{signature.id.hex}:{letter.version.number}",
        now=now,
        version=letter.version.id.hex,
    )


def tell_news(
    session: Session, letter: Letter, signature: Signature, news: str, *, now: datetime, **facts: Any
) -> None:
    """Tell a person what becomes of the letter: "closed", "page_proof", "published", "cancelled"; part of a verb."""
    occasion = f"{news}:{signature.id.hex}:{now.timestamp():.6f}"
    tell(session, letter, signature, "individual_news", occasion=occasion, now=now, news=news, **facts)
