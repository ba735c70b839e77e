"""Mail that comes in: each is taken once and put to the mail that bounced or to the invitation that it answers.

Nothing in a mail is believed but an address that we signed: who wrote it, and what it says that it is, anybody can
write. A bounce counts only at the address that its mail went out with; a forged one changes nothing.
"""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from coalition import config
from coalition.actions.bounce import Report, came_back
from coalition.actions.reply import take_reply
from coalition.database import transaction
from coalition.emails.failures import presentable
from coalition.emails.return_paths import invitation_of, row_of
from coalition.emails.returned import follows_an_answer, words_to_keep
from coalition.intake.mail.bounded import LARGEST, as_carried
from coalition.intake.mail.incoming import read
from coalition.intake.mail.reports import DELAYED, FAILED
from coalition.models.incoming_email import IncomingEmail
from coalition.models.invitation import Invitation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.vault import blind_index, blind_indexes

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.intake.mail.incoming import Incoming
    from coalition.intake.mail.reports import DeliveryReport

FORGOTTEN_AFTER: Final = timedelta(days=14)
"""How long we know that a mail which is not ours came already: longer than any server tries again."""
REPORTED: Final = frozenset({"bounce", "delay", "delivered"})
_CAME_BACK: Final = re.compile(
    rb"(?i)\ncontent-type:[ \t]*(message/rfc822|message/global|message/global-headers|text/rfc822-headers)[\s;]"
)
log = structlog.get_logger(__name__)


def receive(raw: bytes, *, envelope_to: str | None, now: datetime) -> str:
    """Take in one mail as it came; the same bytes a second time change nothing. Returns its kind (KINDS of the model).

    `envelope_to` is the address that it was delivered to, where the one who calls knows it; else the mail's own headers
    are looked through for one that we signed.
    """
    carried = as_carried(raw)
    incoming = read(carried)
    addresses = [*([envelope_to] if envelope_to else []), *incoming.addresses]
    signed = next((found for address in addresses if (found := row_of(address) or invitation_of(address))), None)
    keys = blind_indexes("incoming_email", carried, signed.bytes if signed else b"")
    try:
        with transaction() as session:
            key = blind_index("incoming_email", carried, signed.bytes if signed else b"")
            known = session.scalar(select(IncomingEmail.kind).where(IncomingEmail.key.in_(keys)))
            if known is not None:
                return known
            forget_what_is_not_ours(session, now)
            taken = _put(session, IncomingEmail(kind="unmatched", key=key, at=now), incoming, addresses)
            if taken.kind in REPORTED and taken.said["address"]:
                taken.raw = base64.b64encode(_without_what_came_back(carried)).decode()
            kind = taken.kind
    except IntegrityError:
        # Another process took the very same mail in between.
        with transaction() as session:
            again = session.scalar(select(IncomingEmail.kind).where(IncomingEmail.key.in_(keys)))
        if again is None:
            raise
        return again
    log.info("mail came in", kind=kind)
    return kind


def _put(session: Session, mail: IncomingEmail, incoming: Incoming, addresses: list[str]) -> IncomingEmail:
    """Find out what it belongs to, and let that know."""
    row = next((row for found in map(row_of, addresses) if found and (row := session.get(OutgoingEmail, found))), None)
    if row is not None:
        return _to_row(session, mail, incoming, row)
    session.add(mail)
    named = (session.get(Invitation, found) for found in map(invitation_of, addresses) if found)
    invitation = next((one for one in named if one is not None), None)
    if incoming.report is not None:
        return mail  # a report that does not come by the address of its mail: forged, or of a mail that is not ours
    answered = _answered(session, incoming)
    if answered is not None and incoming.is_automatic and follows_an_answer(answered):
        return _of_a_machine(mail, answered)
    if invitation is None and answered is not None:
        invitation = _invitation_about(session, answered)
    if invitation is not None:
        _to_invitation(session, mail, incoming, invitation)
    return mail


def _to_row(session: Session, mail: IncomingEmail, incoming: Incoming, row: OutgoingEmail) -> IncomingEmail:
    """What came to the address of one mail of ours: what became of it, or what somebody's program answers it."""
    session.add(mail)
    report = incoming.report
    if report is not None:
        put_report(session, mail, row, report)
        return mail
    invitation = _invitation_about(session, row)
    if incoming.is_automatic and (invitation is None or follows_an_answer(row)):
        return _of_a_machine(mail, row)
    if invitation is not None:
        _to_invitation(session, mail, incoming, invitation)
    return mail


def put_report(session: Session, mail: IncomingEmail, row: OutgoingEmail, report: DeliveryReport) -> None:
    """Part of a verb: put a report to the mail that it speaks of, and let its row know."""
    # Whose mail follows an answer can not be found again by its recipient, so nothing that names one is kept.
    mail.outgoing_email_id, mail.letter_id = row.id, row.letter_id
    mail.said = {
        "address": "" if row.recipient.startswith("sealed:") else report.address,
        "action": report.action,
        "status": report.status,
        "words": words_to_keep(row, presentable(report.words)),
    }
    _note(session, mail, row, report)


def _of_a_machine(mail: IncomingEmail, row: OutgoingEmail) -> IncomingEmail:
    """A program's answer to a mail that names nobody: put to the invitation, its date would tell who got that mail."""
    mail.kind, mail.outgoing_email_id = "automatic", row.id
    return mail


def _note(session: Session, mail: IncomingEmail, row: OutgoingEmail, report: DeliveryReport) -> None:
    if report.action == FAILED:
        mail.kind = "bounce"
        came_back(session, row, Report(report.address, report.code, report.status, report.words), mail.at)
    elif report.action == DELAYED:
        mail.kind = "delay"
        if row.state == "accepted":  # still under way: said beside the row, for it may arrive yet
            row.last_code, row.last_words = report.code, words_to_keep(row, presentable(report.words))
    else:
        mail.kind = "delivered"


def _to_invitation(session: Session, mail: IncomingEmail, incoming: Incoming, invitation: Invitation) -> None:
    mail.kind = "automatic" if incoming.is_automatic else "reply"
    mail.invitation_id = invitation.id
    take_reply(session, mail, incoming.said)


def _answered(session: Session, incoming: Incoming) -> OutgoingEmail | None:
    """The mail of ours that this one says it answers: its id is random, only who got it knows it."""
    names = [f"{name.partition('@')[0]}@{config.settings().mail_host}>" for name in incoming.answers]
    found = session.scalars(select(OutgoingEmail).where(OutgoingEmail.message_id.in_(names))).all()
    return min(found, key=lambda row: names.index(row.message_id), default=None)


def _invitation_about(session: Session, row: OutgoingEmail) -> Invitation | None:
    return session.get(Invitation, row.about_invitation) if row.about_invitation else None


def _without_what_came_back(carried: bytes) -> bytes:
    """A report up to the mail that it sends back, which is ours and holds a link that works; nothing of other forms."""
    cut = _CAME_BACK.search(carried)
    if cut is None:
        return b""
    return carried[: max(carried.rfind(b"\n--", 0, cut.start()), 0)][:LARGEST]


def forget_what_is_not_ours(session: Session, now: datetime) -> None:
    """Part of a verb: let go of what came long ago and was put to no row."""
    session.execute(
        delete(IncomingEmail).where(IncomingEmail.kind == "unmatched", IncomingEmail.at < now - FORGOTTEN_AFTER)
    )
