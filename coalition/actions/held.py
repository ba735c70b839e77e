"""What is held on a contact and on its organisation, by category: to be looked at, and taken along as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from coalition import clock
from coalition.actions.own_signatures import of_organisation
from coalition.actions.reply import OF_PERSONS
from coalition.models.approval import Approval
from coalition.models.comment import Comment
from coalition.models.identity_change import IdentityChange
from coalition.models.incoming_email import IncomingEmail
from coalition.models.invitation import Invitation
from coalition.models.link import Link
from coalition.models.objection import Objection
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.request import RequestToSign, request_address_index
from coalition.models.standing_consent import StandingConsent
from coalition.rendering.reading import reading_title

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.contact import Contact
    from coalition.models.letter import Letter
    from coalition.models.signature import Signature


def held_on(session: Session, contact: Contact) -> dict[str, Any]:
    """Everything, as plain JSON: "person" is held on the contact, "organisation" on the organisation. Opens the vault.

    Private notes of letter teams are not in it: those are asked for at the secretariat.
    """
    return {
        "made_at": clock.now().isoformat(),
        "person": _person(session, contact),
        "organisation": _entry(session, contact),
    }


def _person(session: Session, contact: Contact) -> dict[str, Any]:
    invitations = session.scalars(select(Invitation).where(Invitation.contact_id == contact.id)).all()
    signatures = of_organisation(session, contact.organisation_id)
    mine = {one.id.hex for one in invitations}
    return {
        "details": {
            "name": contact.name or "",
            "address": contact.address or "",
            "telephone": contact.telephone or "",
            "other_channel": contact.other_channel or "",
            "language": contact.language,
            "zone": contact.zone,
            "zone_guessed": contact.zone_guessed,
            "safe_mail": contact.safe_mail,
            "told_of_acts": contact.is_told,
            "wants_updates": contact.wants_updates,
            "muted_at": _iso(contact.muted_at),
            "bounced_at": _iso(contact.bounced_at),
            "bounce": contact.bounce,
            "known_since": _iso(contact.created_at),
        },
        "invitations": [_invitation(one) for one in invitations],
        "comments": [
            {"kind": one.kind, "words": one.words or "", "wording": one.wording, "at": _iso(one.created_at)}
            for one in session.scalars(
                select(Comment)
                .where(Comment.invitation_id.in_([one.id for one in invitations]), Comment.taken_back_at.is_(None))
                .order_by(Comment.created_at)
            )
        ],
        "replies": [
            {"subject": one.said["subject"], "words": one.said["words"], "at": _iso(one.at)}
            for one in session.scalars(
                select(IncomingEmail)
                .where(
                    IncomingEmail.invitation_id.in_([one.id for one in invitations]), IncomingEmail.kind.in_(OF_PERSONS)
                )
                .order_by(IncomingEmail.at)
            )
            if one.said
        ],
        "prepared": [_prepared(one) for one in _approvals(session, [one.id for one in invitations])],
        "beforehand": [
            {
                "kinds": one.kinds,
                "role": one.by.get("role", ""),
                "given_at": _iso(one.given_at),
                "lapses_at": _iso(one.lapses_at),
                "revoked_at": _iso(one.revoked_at),
            }
            for one in session.scalars(
                select(StandingConsent).where(StandingConsent.organisation_id == contact.organisation_id)
            )
            if (one.by or {}).get("contact") == contact.id.hex
        ],
        "requests": [
            {
                "letter": _title(one.letter),
                "asked": one.asked,
                "at": _iso(one.created_at),
                "decision": one.decision or "",
            }
            for one in session.scalars(
                select(RequestToSign).where(
                    RequestToSign.address_index == request_address_index(contact.address or ""),
                    RequestToSign.confirmed_at.is_not(None),
                )
            )
            if one.asked
        ],
        "acts": [
            act
            for signature in signatures
            for act in _acts(signature)
            if act.pop("invitation") in mine or act["person"] == (contact.name or "")
        ],
        "links": session.scalar(
            select(func.count()).where(
                (Link.contact_id == contact.id) | Link.invitation_id.in_([one.id for one in invitations])
            )
        ),
        "mails": session.scalar(select(func.count()).where(OutgoingEmail.recipient == f"contact:{contact.id.hex}")),
    }


def _entry(session: Session, contact: Contact) -> dict[str, Any]:
    organisation = contact.organisation
    changes = session.scalars(
        select(IdentityChange)
        .where(IdentityChange.organisation_id == organisation.id)
        .order_by(IdentityChange.asked_at)
    )
    return {
        "names": organisation.printable_names(),
        "aliases": organisation.own("aliases"),
        "sort_keys": organisation.own("sort_keys"),
        "acronym": organisation.own("acronym"),
        "kind": organisation.kind,
        "country": organisation.country,
        "country_printed": organisation.own("country_printed"),
        "site": organisation.own("site"),
        "standing": organisation.standing,
        "safety_default": organisation.safety_default,
        "do_not_ask_at": _iso(organisation.do_not_ask_at),
        "is_confidential": organisation.confidential_at is not None,
        "has_logo": organisation.logo_id is not None,
        "public_page": organisation.slug if organisation.public_page_at else "",
        "known_since": _iso(organisation.created_at),
        "contacts": sum(1 for one in organisation.contacts if one.ended_at is None and one.erased_at is None),
        "signatures": [_signature(session, one) for one in of_organisation(session, organisation.id)],
        "changes_asked_for": [
            {
                "wanted": one.wanted,
                "by": (one.by or {}).get("name", ""),
                "asked_at": _iso(one.asked_at),
                "decision": one.decision or "waiting",
            }
            for one in changes
        ],
    }


def _approvals(session: Session, invitation_ids: list[UUID]) -> Sequence[Approval]:
    query = select(Approval).where(
        Approval.asked_from_id.in_(invitation_ids) | Approval.approver_id.in_(invitation_ids)
    )
    return session.scalars(query.order_by(Approval.asked_at)).all()


def _prepared(one: Approval) -> dict[str, Any]:
    """What was prepared for a colleague to approve, by the person or for them."""
    return {
        "letter": _title(one.asked_from.letter),
        "prepared": one.prepared,
        "asked_at": _iso(one.asked_at),
        "decision": one.decision or "waiting",
    }


def _title(letter: Letter) -> str:
    return reading_title(letter.text(letter.authoritative_language))


def _invitation(one: Invitation) -> dict[str, Any]:
    return {
        "letter": _title(one.letter),
        "asked_at": _iso(one.queued_at),
        "answered_at": _iso(one.answered_at),
        "answer": one.answer,
        "note": one.note or "",
    }


def _signature(session: Session, one: Signature) -> dict[str, Any]:
    objections = session.scalars(select(Objection).where(Objection.signature_id == one.id).order_by(Objection.on))
    return {
        "letter": _title(one.letter),
        "printed_names": one.printed_names,
        "visibility": one.visibility,
        "masked_at": _iso(one.masked_at),
        "suspended_at": _iso(one.suspended_at),
        "ended_on": _day(one.ended_on),
        "acts": [{name: value for name, value in act.items() if name != "invitation"} for act in _acts(one)],
        "objections": [
            {"against": each.against, "words": each.words or "", "at": each.at, "resolved_on": _day(each.resolved_on)}
            for each in objections
        ],
    }


def _acts(signature: Signature) -> list[dict[str, Any]]:
    return [
        {
            "act": one.act,
            "person": one.by["name"],
            "role": one.by["role"],
            "at": one.at,
            "how": one.how,
            "language": one.language,
            "fingerprint": one.fingerprint,
            "invitation": one.invitation or "",
        }
        for one in signature.consents
    ]


def _iso(when: datetime | None) -> str:
    return when.isoformat() if when else ""


def _day(when: date | None) -> str:
    return when.isoformat() if when else ""
