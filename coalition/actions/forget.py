"""Erasing: a contact or a person who wants nothing held of them, and an organisation whose entry is to go.

The row stays, emptied: what was signed names it, and ledgers are never rewritten. What remains is said on the page and
in docs/own-page.md.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update

from coalition import clock, journal
from coalition.actions import keep_copies, sweep
from coalition.actions.directory import end_links
from coalition.actions.own_contacts import tell_others
from coalition.actions.own_entry import drop_logo, page_changed
from coalition.actions.own_page import acting, entered
from coalition.database import transaction
from coalition.emails.settling import ONCE_TOLD
from coalition.models.approval import Approval
from coalition.models.identity_change import IdentityChange
from coalition.models.incoming_email import IncomingEmail
from coalition.models.invitation import Invitation
from coalition.models.link import Link
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.request import RequestToSign, request_address_index
from coalition.models.standing_consent import StandingConsent

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.actions.own_page import Here
    from coalition.models.contact import Contact
    from coalition.models.organisation import Organisation
    from coalition.models.signature import Signature

UNDER_WAY: Final = ("claimed", "transmitting")
"""A mail in this state is being sent while we look: it is left to the worker."""


def erase_oneself(here: Here) -> None:
    """The contact who acts is erased: name, address, telephone and all; their links are dead. Raises OwnPageClosed."""
    with transaction() as session:
        contact = acting(session, here)
        now, person = clock.now(), contact.name or contact.address or ""
        entered(session, "own contact erased", contact, at=now)
        tell_others(session, contact, contact, "erased", person, now=now)
        erase_contact(session, contact, now=now)


def erase_contact(session: Session, contact: Contact, *, now: datetime) -> None:
    """Empty a contact's row, end its links, and empty the mails that were written to it; part of a verb."""
    journal.append("contact", contact.id, now)
    sweep.is_wanted(session, now=now)
    names = {one for one in (contact.name, contact.address) if one}
    _empty_requests(session, contact)
    for part in ("name", "address", "telephone", "other_channel"):
        setattr(contact, part, None)
    contact.address_index = None
    contact.bounced_at = contact.bounce = None
    contact.zone, contact.language, contact.zone_guessed = "UTC", "en", True
    contact.ended_at, contact.erased_at = contact.ended_at or now, now
    end_links(session, contact)
    invitations = select(Invitation.id).where(Invitation.contact_id == contact.id)
    session.execute(
        update(Link)
        .where((Link.contact_id == contact.id) | Link.invitation_id.in_(invitations), Link.revoked_at.is_(None))
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )
    for invitation in session.scalars(select(Invitation).where(Invitation.contact_id == contact.id)):
        invitation.note = None
        if invitation.answer:  # what was answered is the organisation's; who gave it stands in the ledger, if anywhere
            invitation.answer = {**invitation.answer, "by": "", "role": ""}
    for reply in session.scalars(select(IncomingEmail).where(IncomingEmail.invitation_id.in_(invitations))):
        reply.said = reply.raw = None
    _take_name_off(session, contact)
    _empty_mails(session, contact, names)


def _empty_requests(session: Session, contact: Contact) -> None:
    """Requests from the same address lose who asked, once they are decided; one that became a signature stays its."""
    asked = select(RequestToSign).where(
        RequestToSign.address_index == request_address_index(contact.address or ""),
        RequestToSign.decided_at.is_not(None),
        RequestToSign.decision != "signed",
    )
    for request in session.scalars(asked):
        request.asked = request.address = request.address_index = request.taken_for = None


def _take_name_off(session: Session, contact: Contact) -> None:
    """What the person asked for, prepared or agreed to keeps that they did, without a name, once it is over."""
    organisation_id = contact.organisation_id
    over = (
        *session.scalars(
            select(IdentityChange).where(
                IdentityChange.organisation_id == organisation_id, IdentityChange.decided_at.is_not(None)
            )
        ),
        *session.scalars(
            select(StandingConsent).where(
                StandingConsent.organisation_id == organisation_id, StandingConsent.revoked_at.is_not(None)
            )
        ),
    )
    for one in over:
        if (one.by or {}).get("contact") == contact.id.hex:
            one.by = {**one.by, "name": ""}
    prepared = (
        select(Approval)
        .join(Invitation, Invitation.id == Approval.asked_from_id)
        .where(Invitation.contact_id == contact.id, Approval.decided_at.is_not(None))
    )
    for approval in session.scalars(prepared):
        approval.prepared = {**approval.prepared, "by": "", "role": "", "note": ""}


def erase_organisation(session: Session, organisation: Organisation, *, now: datetime) -> None:
    """Empty an organisation's entry, with all its contacts; part of a verb.

    The name stays where acts of consent need it to be read, and not in copies of lists that it has left; it is asked
    nothing any more, and has no public page.
    """
    journal.append("organisation", organisation.id, now)
    sweep.is_wanted(session, now=now)
    for contact in organisation.contacts:
        if contact.erased_at is None:
            erase_contact(session, contact, now=now)
    keep_copies.empty_of(session, organisation)
    drop_logo(session, organisation)
    organisation.public_page_at = None
    page_changed(session, organisation)
    organisation.acronym, organisation.kind, organisation.site = "", "", ""
    organisation.aliases, organisation.sort_keys = [], {}
    organisation.parent_id = None
    organisation.do_not_ask_at = organisation.do_not_ask_at or now
    organisation.erased_at = now


def erase_person(session: Session, request: RequestToSign, signature: Signature, *, now: datetime) -> None:
    """Empty what is held of a person whose signature has ended, the copies as delivered included; part of a verb.

    The name stays with the acts in the ledger and in the signature that they are of, and nowhere else.
    """
    journal.append("person", request.id, now)
    sweep.is_wanted(session, now=now)
    asked = select(RequestToSign).where(
        RequestToSign.letter_id == request.letter_id,
        RequestToSign.kind == "individual",
        RequestToSign.address_index == request.address_index,
    )
    ids = []
    for one in session.scalars(asked).all():
        one.asked = one.address = one.address_index = one.taken_for = None
        ids.append(one.id)
    session.execute(update(Link).where(Link.request_id.in_(ids), Link.revoked_at.is_(None)).values(revoked_at=now))
    signature.affiliation = None
    keep_copies.empty_of_letters(session, [request.letter_id])
    own = {f"request:{one.hex}" for one in ids}
    mails = select(OutgoingEmail).where(
        OutgoingEmail.recipient.in_(own)
        | (OutgoingEmail.letter_id == request.letter_id)
        | (OutgoingEmail.letter_id.is_(None) & (OutgoingEmail.kind_class == "notice")),
        OutgoingEmail.state.not_in(UNDER_WAY),
    )
    for row in session.scalars(mails):
        if not own.isdisjoint({row.recipient, row.context_or_empty.get("recipient")}):
            row.context = {}


def _empty_mails(session: Session, contact: Contact, names: set[str]) -> None:
    """Mails to the contact hold its name, and so do those that told others of it: all that are settled are emptied.

    The last words, to the address that is given up, are still to go out; so is what colleagues are to be told. They are
    emptied when they have left.
    """
    own = f"contact:{contact.id.hex}"
    letters = select(Invitation.letter_id).where(Invitation.contact_id == contact.id)
    rows = session.scalars(
        select(OutgoingEmail).where(
            (OutgoingEmail.recipient == own)
            | OutgoingEmail.letter_id.in_(letters)
            | (OutgoingEmail.letter_id.is_(None) & (OutgoingEmail.kind_class == "notice")),
            OutgoingEmail.state.not_in(UNDER_WAY),
        )
    )
    for row in rows:
        facts = row.context_or_empty
        is_own = own in (row.recipient, facts.get("recipient"))
        if is_own and not (row.settled_at is None and facts.get("address")):
            for report in session.scalars(select(IncomingEmail).where(IncomingEmail.outgoing_email_id == row.id)):
                report.said = report.raw = None
            row.context = {}
        elif is_own or any(one in json.dumps(facts, ensure_ascii=False) for one in names):
            row.context = {} if row.settled_at is not None else {**facts, ONCE_TOLD: True}
