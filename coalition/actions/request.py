"""Asking to be on a letter's list, from outside: nothing that is sent tells the sender what we know (SAFETY §3).

Whatever is posted, no mail carries a word of it, and a mailbox gets at most three of our mails a day. What looks like
spam is set aside silently and waits at the desk.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from coalition import clock, tokens
from coalition.actions.acts import CodeNeeded, by_link, standing_signature
from coalition.actions.draft import lock
from coalition.database import after_commit, db, transaction
from coalition.emails import outbox
from coalition.intake.domains import domain_of_address, mailbox_of
from coalition.intake.likeness import FREE_MAIL
from coalition.models import record
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter
from coalition.models.limit import TooOften, count, ensure_room, was_full
from coalition.models.link import Link
from coalition.models.public import PublicLetter
from coalition.models.request import RequestToSign, TakesNoRequests, request_address_index
from coalition.models.signature import AlreadySigned

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.actions.acts import Shown

DAY: Final = timedelta(days=1)
QUICKEST: Final = timedelta(seconds=3)
"""Nobody reads a form and fills it in faster."""
MAILS_PER_ADDRESS: Final = 3
MAILS_PER_DOMAIN: Final = 20
MAILS_PER_FREE_SERVICE: Final = 300
MAILS_PER_LETTER: Final = 1000
KEPT_PER_ADDRESS: Final = 20
HOUR: Final = timedelta(hours=1)
KEPT_PER_LETTER: Final = 1000
KEPT_OF_ALL: Final = 3000
ODD_PER_LETTER: Final = 100
"""An hour's requests that are kept at all: a flood fills neither the desk nor the disk, and is over within the hour."""
LINK_WORKS_FOR: Final = timedelta(days=30)
FORGOTTEN_AT_ONCE: Final = 500
KEPT: Final = "request.kept"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form says; every part as typed. `kind` is "organisation" or "individual"."""

    address: str
    kind: str = "organisation"
    organisation: str = ""
    country: str = ""
    site: str = ""
    person: str = ""
    role: str = ""
    title: str = ""
    affiliation: str = ""
    is_personal: bool = False
    why: str = ""

    def facts(self) -> dict[str, Any]:
        """What is sealed with the request, beside the address."""
        return {name: value for name, value in asdict(self).items() if name not in {"address", "kind"} and value}


@dataclass(frozen=True, slots=True)
class Sent:
    """How the form came: its key counts once, `call_id` names the open call's link where it came from one."""

    key: str
    language: str
    opened_at: datetime | None = None
    """From the form's signed token; None where time tells nothing, as in a form that came back."""
    bait: str = ""
    """What stood in the field that nobody sees."""
    call_id: UUID | None = None
    version_id: UUID | None = None
    """The version that was shown, where a person asks to sign it."""


def ask(letter_id: UUID, asked: Asked, sent: Sent) -> None:
    """Take a request. Says nothing of what becomes of it: not to the page, and so not to the sender.

    Raises TakesNoRequests, which depends on the letter alone, and TooOften, which depends on how many others ask.
    """
    _ensure_room(db.session(), letter_id, sent, now=clock.now())
    with transaction() as session:
        letter, now = session.get_one(Letter, letter_id), clock.now()
        origin = origin_of(session, letter, call_id=sent.call_id, now=now)
        after_commit(outbox.doorbell.ring)  # also where no mail leaves: the answer takes as long
        if session.scalar(select(RequestToSign.id).where(RequestToSign.key == sent.key)):
            return
        # The address first: one mailbox named a thousand times takes nobody's room.
        if _is_too_often(session, KEPT, mailbox_of(asked.address), KEPT_PER_ADDRESS, now=now):
            return
        if not _takes_room(session, letter.id, sent, now=now):
            return
        held_for = _held_for(session, letter, asked, sent, now=now)
        request = _new(letter, asked, sent, origin, now=now)
        if held_for:
            request.quarantined_at, request.quarantined_for = now, held_for
        try:
            with session.begin_nested():
                session.add(request)
        except IntegrityError:
            return  # the same form, sent twice at one time
        _give_link(session, request, now=now)
        if not held_for:
            queue_confirmation(session, request, now=now)


def origin_of(session: Session, letter: Letter, *, call_id: UUID | None, now: datetime) -> str:
    """Where a request to that letter would come from now. Raises TakesNoRequests."""
    if call_id is not None:
        call = session.get(Link, call_id)
        if call is None or call.revoked_at or call.letter_id != letter.id or not letter.is_open_for_signing(now=now):
            raise TakesNoRequests
        return "call"
    if not letter.takes_requests or letter.stage not in {"open", "closed"} or not session.get(PublicLetter, letter.id):
        raise TakesNoRequests
    return "page" if letter.is_open_for_signing(now=now) else "late"


def ask_to_be_added(
    invitation_id: UUID, *, key: str, shown: Shown, answers: dict[str, Any], person: str = "", role: str = ""
) -> None:
    """An invited organisation that did not sign in time asks to be added: its link proves who asks.

    `answers` are what was typed into the form that came too late, kept for when signing opens again. Raises
    TakesNoRequests while signing is open or the letter is cancelled, AlreadySigned, InvitationRevoked, LinkReplaced.
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown)
        now = clock.now()
        if letter.stage not in {"open", "closed"} or letter.is_open_for_signing(now=now):
            raise TakesNoRequests
        if standing_signature(session, letter.id, actor.organisation.id) is not None:
            raise AlreadySigned
        if session.scalar(select(RequestToSign.id).where(RequestToSign.key == key)):
            return
        contact = session.get_one(Invitation, invitation_id).contact
        asked = Asked(
            address=contact.address or "",
            organisation=actor.organisation.name,
            country=actor.organisation.country,
            site=actor.organisation.site,
            person=person or contact.name or "",
            role=role,
        )
        request = _new(letter, asked, Sent(key=key, language=contact.language), "late", now=now)
        request.asked = request.asked | {"invitation": invitation_id.hex, "answers": answers}
        session.add(request)
        session.flush()
        _enter_queue(session, letter, request, now=now)


def asked_late(session: Session, invitation: Invitation) -> RequestToSign | None:
    """The last request by which an invited organisation asked to be added, unless it was refused. Opens the vault."""
    last = session.scalars(
        select(RequestToSign)
        .where(
            RequestToSign.letter_id == invitation.letter_id,
            RequestToSign.origin == "late",
            RequestToSign.address_index == request_address_index(invitation.contact.address or ""),
        )
        .order_by(RequestToSign.created_at.desc())
    )
    own = next((one for one in last if one.said("invitation") == invitation.id.hex), None)
    return own if own is not None and own.decision not in {"refused", "withdrawn"} else None


def confirm(request_id: UUID, *, is_proved: bool = False) -> None:
    """The owner of the address says that they asked: from now on a coordinator is asked to decide.

    Once is enough; a request that was decided or set aside stays as it is. An earlier one from the same mailbox that
    nobody decided is replaced by this. A person who signs for themselves gives their consent with it: raises CodeNeeded
    where the letter is sensitive and no step-up code was taken (`is_proved`).
    """
    with transaction() as session:
        letter_id = session.get_one(RequestToSign, request_id).letter_id
        letter = lock(session, letter_id)
        request = session.get_one(RequestToSign, request_id, with_for_update=True)
        if request.confirmed_at or request.decided_at or request.quarantined_at:
            return
        if letter.is_sensitive and request.kind == "individual" and not is_proved:
            raise CodeNeeded
        _enter_queue(session, letter, request, now=clock.now())


def disown(request_id: UUID) -> None:
    """The owner of the address says that they did not ask: nothing becomes of it, and no such mail follows."""
    with transaction() as session:
        request = session.get_one(RequestToSign, request_id, with_for_update=True)
        if request.confirmed_at is None and request.decided_at is None:
            request.decide("withdrawn", by_id=None, now=clock.now())
            request.asked = request.address = None


def queue_confirmation(session: Session, request: RequestToSign, *, now: datetime) -> None:
    """Queue the mail that asks whether it was they who asked; part of a verb. It is rendered at delivery."""
    outbox.queue(
        session,
        "confirm_request",
        recipient=f"request:{request.id.hex}",
        occasion=f"confirm:{request.id.hex}",
        now=now,
        letter_id=request.letter_id,
    )


def may_be_mailed(session: Session, address: str, *, now: datetime) -> bool:
    """Count one more mail to an address of which nobody knows whose it is; whether it may leave. Part of a verb.

    At most three a day, in the day by the clock and in the last twenty-four hours.
    """
    if _is_too_often(session, "request.mail", mailbox_of(address), MAILS_PER_ADDRESS, now=now):
        return False
    mailed = select(func.count(RequestToSign.id)).where(
        RequestToSign.address_index == request_address_index(address),
        RequestToSign.quarantined_at.is_(None),
        RequestToSign.created_at > now - DAY,
    )
    return (session.scalar(mailed) or 0) < MAILS_PER_ADDRESS


def _held_for(session: Session, letter: Letter, asked: Asked, sent: Sent, *, now: datetime) -> str:
    """Why a request is set aside; "" where its mail may leave."""
    if sent.bait:
        return "honeypot"
    if sent.opened_at is not None and now - sent.opened_at < QUICKEST:
        return "timing"
    if _was_disowned(session, asked.address):
        return "disowned"
    domain = domain_of_address(asked.address)
    of_domain = MAILS_PER_FREE_SERVICE if domain in FREE_MAIL else MAILS_PER_DOMAIN
    is_too_many = (
        not may_be_mailed(session, asked.address, now=now)
        or _is_too_often(session, "request.domain", domain, of_domain, now=now)
        or _is_too_often(session, "request.letter", letter.id.hex, MAILS_PER_LETTER, now=now)
    )
    return "many" if is_too_many else ""


def _was_disowned(session: Session, address: str) -> bool:
    """Whether who owns the address said of an earlier request that it was not theirs."""
    query = select(RequestToSign.id).where(
        RequestToSign.address_index == request_address_index(address),
        RequestToSign.decision == "withdrawn",
        RequestToSign.confirmed_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def _ensure_room(session: Session, letter_id: UUID, sent: Sent, *, now: datetime) -> None:
    """Raises TooOften where this hour has no room for another request, before anything is written or locked."""
    for who, most in _rooms(letter_id, _place(sent)):
        ensure_room(session, KEPT, who, limit=most, every=HOUR, now=now)


def _takes_room(session: Session, letter_id: UUID, sent: Sent, *, now: datetime) -> bool:
    """Count a request that is kept; what programs send has little room of its own, and none of people's."""
    if _is_of_a_program(sent, now=now):
        return not _is_too_often(session, "request.odd", letter_id.hex, ODD_PER_LETTER, now=now)
    for who, most in _rooms(letter_id, _place(sent)):
        count(session, KEPT, who, limit=most, every=HOUR, now=now)
    return True


def _rooms(letter_id: UUID, place: str) -> tuple[tuple[str, int], ...]:
    """Who is counted, and how many fit: a flood on public pages leaves those alone who hold the link of a call."""
    return (f"{letter_id.hex}:{place}", KEPT_PER_LETTER), (place, KEPT_OF_ALL)


def _place(sent: Sent) -> str:
    return "page" if sent.call_id is None else "call"


def _is_of_a_program(sent: Sent, *, now: datetime) -> bool:
    return bool(sent.bait) or (sent.opened_at is not None and now - sent.opened_at < QUICKEST)


def were_too_many(session: Session, letter_id: UUID) -> bool:
    """Whether people were turned away within a day, for so many asked to be on the letter's list in one hour."""
    return any(was_full(session, KEPT, f"{letter_id.hex}:{place}", limit=KEPT_PER_LETTER) for place in ("page", "call"))


def forget_unconfirmed() -> int:
    """Delete the requests that nobody confirmed while their links worked; how many."""
    with transaction() as session:
        gone = select(RequestToSign.id).where(
            RequestToSign.created_at < clock.now() - LINK_WORKS_FOR,
            RequestToSign.confirmed_at.is_(None),
            RequestToSign.decided_at.is_(None),
        )
        ids = session.scalars(gone.limit(FORGOTTEN_AT_ONCE)).all()
        session.execute(delete(Link).where(Link.request_id.in_(ids)))
        session.execute(delete(RequestToSign).where(RequestToSign.id.in_(ids)))
        return len(ids)


def _is_too_often(session: Session, what: str, who: str, limit: int, *, now: datetime) -> bool:
    try:
        count(session, what, who, limit=limit, every=DAY, now=now)
    except TooOften:
        return True
    return False


def _new(letter: Letter, asked: Asked, sent: Sent, origin: str, *, now: datetime) -> RequestToSign:
    request = RequestToSign(
        letter_id=letter.id,
        key=sent.key,
        kind=asked.kind,
        origin=origin,
        language=sent.language,
        version_id=sent.version_id,
        created_at=now,
    )
    request.asked, request.address = asked.facts(), asked.address
    request.address_index = request_address_index(asked.address)
    return request


def _give_link(session: Session, request: RequestToSign, *, now: datetime) -> None:
    link = Link.for_request(request, tokens.ours(), now=now)
    link.expires_at = now + LINK_WORKS_FOR
    session.add(link)


def _enter_queue(session: Session, letter: Letter, request: RequestToSign, *, now: datetime) -> None:
    """Put a request before the coordinators, and tell them of it; it replaces an earlier one of the same mailbox."""
    earlier = select(RequestToSign).where(
        RequestToSign.letter_id == letter.id,
        RequestToSign.id != request.id,
        RequestToSign.kind == request.kind,
        RequestToSign.address_index == request.address_index,
        RequestToSign.confirmed_at.is_not(None),
        RequestToSign.decided_at.is_(None),
    )
    for one in session.scalars(earlier):
        one.decide("withdrawn", by_id=None, now=now)
    request.confirmed_at = now
    record.enter(session, "request received", at=now, letter_id=letter.id, actor_kind="person", request=request.id.hex)
    _tell_coordinators(session, letter, now=now)


def _tell_coordinators(session: Session, letter: Letter, *, now: datetime) -> None:
    """Mail each coordinator that requests wait: at once, and then at most once a day. The mail carries a number."""
    for account in letter.coordinators():
        outbox.queue_at_most_daily(
            session,
            "requests_waiting",
            recipient=f"account:{account.id.hex}",
            occasion=f"requests:{letter.id.hex}",
            now=now,
            letter_id=letter.id,
            kind_class="account",
        )
