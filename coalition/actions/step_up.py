"""The step-up code: before what could harm an organisation, the link alone is not enough (SAFETY §2).

A code is for one link, one session and one thing; for an account of the desk, a link row of its own stands for it. It
goes by mail to the address of the contact, of the person who signs for themselves, or of the account; where the contact
has safe mail and another channel is known, somebody of the house reads it out instead: a coordinator of the letter, and
for the organisation's own page an administrator or whoever coordinates a letter that the organisation was asked to sign
(docs/decisions/0025). It fails closed: whatever is in doubt, the code is gone and another one is to be asked for.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from coalition import clock, tokens
from coalition.actions.team import NotAllowed
from coalition.database import after_commit, db, transaction
from coalition.emails import outbox
from coalition.models import limit, record
from coalition.models.account import Account
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter
from coalition.models.limit import TooOften
from coalition.models.link import Link
from coalition.models.step_up_code import DIGITS, LASTS, TRIES, StepUpCode
from coalition.vault import blind_index

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

SENDS: Final = 5
SENDS_EVERY: Final = timedelta(hours=1)
SENDS_A_DAY: Final = 20
GROUP: Final = 4
"""Digits that stand together when a code is shown, so that it can be read and typed."""

__all__ = [
    "CodeGone",
    "Sent",
    "ToReadOut",
    "TooOften",
    "WrongCode",
    "code_waiting",
    "codes_of_own_pages",
    "codes_to_read_out",
    "forget_codes",
    "forget_old",
    "in_groups",
    "is_read_out",
    "link_of_account",
    "send_code",
    "show_code",
    "take_code",
]


class WrongCode(Exception):
    """Another code was typed; `left` tries are left."""

    def __init__(self, left: int) -> None:
        super().__init__(str(left))
        self.left = left


class CodeGone(Exception):
    """There is no code to try: none was sent, it was used, ten minutes have passed, or it was tried five times."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How a code came, "mail" or "other" (it is read out), and until when it works."""

    channel: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ToReadOut:
    """A code that somebody is to read out; the code itself comes from `show_code`."""

    id: UUID
    contact: Contact
    expires_at: datetime


def send_code(link_id: UUID, *, session: str, authorises: str, unless_waiting: bool = False) -> Sent:
    """Make a code for one thing that is to be done by a link in one session, and mail it or lay it out to be read.

    `session` is the visit's random id (or the form's key without a cookie), `authorises` names what is to be done,
    with its idempotency key where it has one. A code made before for the same ceases to work; with `unless_waiting`,
    one that can still be tried is left to work, and no other is made. Raises TooOften.
    """
    with transaction() as writing:
        now = clock.now()
        link = writing.get_one(Link, link_id)
        waiting = _waiting(writing, link_id, session, authorises, now=now)
        if unless_waiting and waiting:
            return Sent(waiting.channel, waiting.expires_at)
        _count(writing, link, now=now)
        forget_old(writing, now=now)
        writing.execute(delete(StepUpCode).where(*_the_same(link_id, session, authorises)))
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        row = StepUpCode(
            link_id=link.id,
            channel=_channel(link),
            session_hash=_session_hash(session),
            authorises_hash=_authorises_hash(authorises),
            created_at=now,
            expires_at=now + LASTS,
        )
        row.code_hash = _code_hash(row.id, code)
        writing.add(row)
        if row.channel == "other":
            row.code = code
        else:
            _mail(writing, link, row, code, now=now)
        after_commit(outbox.doorbell.ring)
        return Sent(row.channel, row.expires_at)


def is_read_out(link: Link) -> bool:
    """Whether a code for this link is read out by somebody, and not mailed."""
    return _channel(link) == "other"


def link_of_account(account_id: UUID) -> UUID:
    """The id of the link row to which the codes of an account belong: any link of it, live or ended.

    Where it never had one, a row is made that is ended from the start: it opens nothing, and is mailed to nobody.
    """
    with transaction() as writing:
        account, now = writing.get_one(Account, account_id, with_for_update=True), clock.now()
        known = select(Link).where(Link.account_id == account_id, Link.purpose == "account")
        link = writing.scalars(known.order_by(Link.created_at, Link.id)).first()
        if link is None:
            link = Link.for_account(account, tokens.ours(), now=now, expires_at=now)
            link.revoked_at = now
            writing.add(link)
            writing.flush()
        return link.id


def code_waiting(link_id: UUID, *, session: str, authorises: str) -> Sent | None:
    """The code that was sent for this and can still be tried; changes nothing."""
    waiting = _waiting(db.session(), link_id, session, authorises, now=clock.now())
    return Sent(waiting.channel, waiting.expires_at) if waiting else None


def take_code(link_id: UUID, code: str, *, session: str, authorises: str) -> None:
    """Take the code that was sent for this link, session and thing: it works once. Raises WrongCode, CodeGone.

    Spaces and the digits' script do not count. A wrong code is counted, whatever else happens.
    """
    left = _try(link_id, _digits_of(code), session=session, authorises=authorises)
    if left == 0:
        raise CodeGone
    if left is not None:
        raise WrongCode(left)


def codes_to_read_out(session: Session, letter_id: UUID, *, now: datetime) -> list[ToReadOut]:
    """The live codes that a letter's coordinators can read out, the oldest first.

    Those for its own invitations, and those for the own pages of the organisations that were asked to sign it.
    """
    asked = select(Invitation.organisation_id).where(Invitation.letter_id == letter_id)
    waiting = session.scalars(
        select(StepUpCode)
        .join(Link, Link.id == StepUpCode.link_id)
        .outerjoin(Invitation, Invitation.id == Link.invitation_id)
        .outerjoin(Contact, Contact.id == Link.contact_id)
        .where(
            (Invitation.letter_id == letter_id) | Contact.organisation_id.in_(asked),
            StepUpCode.channel == "other",
            *_live(now),
        )
        .order_by(StepUpCode.created_at)
    )
    return [_to_read_out(row) for row in waiting]


def codes_of_own_pages(session: Session, *, now: datetime) -> list[ToReadOut]:
    """The live codes for organisations' own pages that an administrator can read out, the oldest first."""
    waiting = session.scalars(
        select(StepUpCode)
        .join(Link, Link.id == StepUpCode.link_id)
        .where(Link.contact_id.is_not(None), StepUpCode.channel == "other", *_live(now))
        .order_by(StepUpCode.created_at)
    )
    return [_to_read_out(row) for row in waiting]


def show_code(code_id: UUID, *, by: Account) -> str:
    """A code in groups, for whoever may read it out; the record notes each showing, the letter's or the house's.

    Raises NotAllowed, and CodeGone once it works no more.
    """
    with transaction() as writing:
        now = clock.now()
        row = writing.scalar(select(StepUpCode).where(StepUpCode.id == code_id, *_live(now)))
        if row is None or row.code is None:
            raise CodeGone
        contact, invitation = _contact_of(row.link), row.link.invitation
        letters = [invitation.letter] if invitation else _letters_asked(writing, contact)
        if not any(_coordinates(letter, by) for letter in letters) and (invitation or not by.is_administrator):
            raise NotAllowed
        record.enter(
            writing, "code shown", at=now, letter_id=invitation.letter_id if invitation else None,
            actor_kind="account", actor_id=by.id, organisation=contact.organisation_id.hex, contact=contact.id.hex,
        )  # fmt: skip
        return in_groups(row.code)


def _letters_asked(session: Session, contact: Contact) -> list[Letter]:
    asked = select(Invitation.letter_id).where(Invitation.organisation_id == contact.organisation_id)
    return list(session.scalars(select(Letter).where(Letter.id.in_(asked))))


def _coordinates(letter: Letter, by: Account) -> bool:
    member = letter.member(by.id)
    return member is not None and member.role == "coordinator"


def in_groups(code: str) -> str:
    """A code as it is shown: "1234 5678"."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete the codes that work no more; part of a verb. A row would tell that its organisation needed a code."""
    session.execute(delete(StepUpCode).where(StepUpCode.expires_at <= now))


def _waiting(session: Session, link_id: UUID, visit: str, authorises: str, *, now: datetime) -> StepUpCode | None:
    query = select(StepUpCode).where(*_the_same(link_id, visit, authorises), *_live(now), StepUpCode.tries < TRIES)
    return session.scalars(query.with_for_update()).first()


def forget_codes() -> None:
    """Delete the codes that work no more, whoever asked for them."""
    with transaction() as writing:
        forget_old(writing, now=clock.now())


def _try(link_id: UUID, digits: str, *, session: str, authorises: str) -> int | None:
    """Tries that are left after a wrong code, 0 where there is no code to try; None where it was the right one."""
    with transaction() as writing:
        now = clock.now()
        row = _waiting(writing, link_id, session, authorises, now=now)
        if row is None:
            return 0
        row.tries += 1
        if not hmac.compare_digest(row.code_hash, _code_hash(row.id, digits)):
            return TRIES - row.tries
        writing.delete(row)
        return None


def _contact_of(link: Link) -> Contact:
    """The contact that a link was made for: of its invitation, or of the organisation's own page."""
    contact = link.invitation.contact if link.invitation else link.contact
    if contact is None:
        raise ValueError(f"A link of the purpose {link.purpose} has no contact to send a code to.")
    return contact


def _holder(link: Link) -> str:
    """Whose code it is, as the outbox writes recipients: a contact, a person who asked to sign, or an account."""
    if link.request_id is not None:
        return f"request:{link.request_id.hex}"
    if link.account_id is not None:
        return f"account:{link.account_id.hex}"
    return f"contact:{_contact_of(link).id.hex}"


def _channel(link: Link) -> str:
    """How the code comes. Whoever handed a link over has seen it: they never see its code as well.

    Of a person or an account nothing is known but the address.
    """
    if link.request_id is not None or link.account_id is not None:
        return "mail"
    contact = _contact_of(link)
    has_other = bool(contact.other_channel or contact.telephone)
    return "other" if contact.safe_mail and has_other and link.channel == "mail" else "mail"


def _count(session: Session, link: Link, *, now: datetime) -> None:
    who = _holder(link).partition(":")[2]
    limit.count(session, "step-up code", who, limit=SENDS, every=SENDS_EVERY, now=now)
    limit.count(session, "step-up codes of a day", who, limit=SENDS_A_DAY, every=timedelta(days=1), now=now)


def _mail(session: Session, link: Link, row: StepUpCode, code: str, *, now: datetime) -> None:
    about = link.invitation or link.request
    outbox.queue(
        session,
        "step_up_code",
        recipient=_holder(link),
        occasion=f"step-up:{row.id.hex}",
        now=now,
        letter_id=about.letter_id if about else None,
        invitation_id=link.invitation_id,
        code=in_groups(code),
        minutes=LASTS // timedelta(minutes=1),
        until=row.expires_at.isoformat(),
    )


def _the_same(link_id: UUID, session: str, authorises: str) -> tuple[ColumnElement[bool], ...]:
    return (
        StepUpCode.link_id == link_id,
        StepUpCode.session_hash == _session_hash(session),
        StepUpCode.authorises_hash == _authorises_hash(authorises),
    )


def _live(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (StepUpCode.used_at.is_(None), StepUpCode.expires_at > now)


def _to_read_out(row: StepUpCode) -> ToReadOut:
    return ToReadOut(row.id, _contact_of(row.link), row.expires_at)


def _session_hash(session: str) -> bytes:
    return blind_index("step_up.session", session.encode())


def _authorises_hash(authorises: str) -> bytes:
    return blind_index("step_up.authorises", authorises.encode())


def _code_hash(row_id: UUID, digits: str) -> bytes:
    return blind_index("step_up.code", row_id.bytes, digits.encode())


def _digits_of(typed: str) -> str:
    """The digits somebody typed, in whatever script, with or without spaces between them."""
    return "".join(str(unicodedata.digit(sign)) for sign in typed[:64] if unicodedata.digit(sign, None) is not None)
