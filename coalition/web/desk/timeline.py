"""What happened between a letter and one organisation, in words, the latest first.

What a withheld signature would tell is left out unless the page was opened by the press that the record notes: acts of
consent, objections, approvals that were given, and contacts who were told of an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coalition import languages
from coalition.actions.reply import OF_PERSONS
from coalition.database import db
from coalition.languages import isolate
from coalition.models.approval import Approval
from coalition.models.comment import Comment
from coalition.models.consent import Consent
from coalition.models.incoming_email import IncomingEmail
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter
from coalition.models.link import Link
from coalition.models.objection import Objection
from coalition.models.organisation import Organisation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.private_note import PrivateNote
from coalition.models.signature import Signature, organisation_index
from coalition.web.desk.answers import Answer, happened
from coalition.web.desk.frame import language
from coalition.web.desk.mail_words import mail_state_words
from coalition.web.desk.reply_view import facts_of

TOLD_BY_THE_INVITATION = frozenset({"invitation", "consultation", "nudge"})
"""Mails of which the invitation's own dates tell."""

TELLS_NO_ANSWER = frozenset(
    {"extended", "replaced_link", "comment_answered", "cancelled", "reminder", "last_day", "second_contact"}
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at an aware instant."""

    at: datetime
    words: str
    reply: dict[str, Any] | None = None
    """Of a mail that came in: what `coalition.web.desk.reply_view` shows of it."""


def timeline(letter: Letter, organisation: Organisation, answer: Answer, *, is_opened: bool) -> list[Event]:
    """Everything known, the latest first. `is_opened`: the press was made that shows a withheld answer."""
    tells_answer = is_opened or answer.is_named
    found = [
        *_of_invitations(answer, tells_answer=tells_answer),
        *_of_approvals(answer, tells_answer=tells_answer),
        *_of_signatures(letter, organisation, is_opened=is_opened),
        *_of_comments(answer),
        *_of_links(answer),
        *_of_mails(answer, tells_answer=tells_answer),
        *_of_notes(letter, organisation),
        *_of_replies(letter, answer),
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _person(invitation: Invitation) -> str:
    """Who was asked."""
    return isolate(str(invitation.contact.name or invitation.contact.address or _("somebody unnamed")))


def _of_invitations(answer: Answer, *, tells_answer: bool) -> Iterator[Event]:
    people = {one.id: _person(one) for one in answer.invitations}
    for one in answer.invitations:
        if one.part == "told" and not tells_answer:
            continue
        for event, at in happened(one, with_answer=tells_answer):
            if event == "added" and one.part == "approver":
                continue  # that a yes is asked of them stands among the approvals
            yield Event(at, _invitation_words(event, one, people))
        if one.muted_at:
            yield Event(one.muted_at, _("%(person)s wants no more mails about this letter", person=people[one.id]))


def _invitation_words(event: str, one: Invitation, people: dict[UUID, str]) -> str:
    person = people[one.id]
    if event == "added" and one.part == "told":
        return str(_("%(person)s is told of what a colleague did", person=person))
    if event == "added" and one.passed_from_id in people:
        before = people[one.passed_from_id]
        return str(_("%(before)s passed it on to %(person)s", before=before, person=person))
    return str(
        {
            "added": _("%(person)s was put on the list", person=person),
            "queued": _("A mail to %(person)s was sent off", person=person),
            "sent": _("The mail to %(person)s was delivered", person=person),
            "bounced": _("The mail to %(person)s came back", person=person),
            "nudged": _("%(person)s was nudged", person=person),
            "handed": _("%(person)s handed it over to a colleague", person=person),
            "answered": _("%(person)s answered", person=person),
            "revoked": _("The invitation of %(person)s was taken back", person=person),
        }[event]
    )


def _of_approvals(answer: Answer, *, tells_answer: bool) -> Iterator[Event]:
    people = {one.id: _person(one) for one in answer.invitations}
    rows = db.session.scalars(select(Approval).where(Approval.asked_from_id.in_(people)))
    for one in rows:
        asker, approver = people[one.asked_from_id], people.get(one.approver_id, "")
        yield Event(
            one.asked_at, _("%(asker)s asked %(approver)s to approve the answer", asker=asker, approver=approver)
        )
        if one.decided_at and tells_answer:
            yield Event(one.decided_at, _decision_words(one.decision or "", approver))


def _decision_words(decision: str, approver: str) -> str:
    words = {
        "approved": _("%(approver)s approved the answer", approver=approver),
        "refused": _("%(approver)s did not approve the answer", approver=approver),
        "taken_back": _("The question for approval was taken back"),
        "lapsed": _("The question for approval lapsed"),
    }
    return str(words.get(decision, _("The question for approval was settled")))


def _of_signatures(letter: Letter, organisation: Organisation, *, is_opened: bool) -> Iterator[Event]:
    rows = db.session.scalars(
        select(Signature)
        .where(
            Signature.letter_id == letter.id,
            Signature.organisation_index == organisation_index(letter.id, organisation.id),
        )
        .options(joinedload(Signature.consents).joinedload(Consent.version))
    ).unique()
    for signature in rows:
        if signature.visibility != "named" and not is_opened:
            continue  # also one that ended: that it was there at all is not told
        for consent in signature.consents:
            yield Event(datetime.fromisoformat(consent.at), _consent_words(consent))
        if signature.masked_at:
            yield Event(signature.masked_at, _("The name was hidden from every public page"))
        yield from _of_objections(signature)


def _consent_words(consent: Consent) -> str:
    by: dict[str, Any] = consent.by or {}
    who = isolate(by.get("name") or _("somebody unnamed"))
    number = languages.number(consent.version.number, language())
    words = {
        "sign": _("%(who)s signed version %(number)s", who=who, number=number),
        "keep": _("%(who)s kept the signature under version %(number)s", who=who, number=number),
        "visibility": _("%(who)s changed whether the name is shown", who=who),
        "printed_name": _("%(who)s corrected the printed name", who=who),
        "withdraw": _("%(who)s withdrew the signature", who=who),
    }
    how = how_words(consent.how)
    return str(_("%(act)s (%(how)s)", act=words[consent.act], how=how)) if how else str(words[consent.act])


def how_words(how: str) -> str:
    """By which way an act came, in words; "" for the usual one, the mailed link."""
    words = {
        "handed_over_link": _("by a link that was handed over"),
        "own_account": _("at the desk"),
        "own_page": _("on the organisation’s own page"),
        "approved": _("approved by a colleague"),
        "recorded": _("recorded by a coordinator"),
        "standing_consent": _("by standing consent"),
        "confirmed_address": _("by an address that was confirmed"),
    }
    return str(words.get(how, ""))


def _of_objections(signature: Signature) -> Iterator[Event]:
    against = {
        "typographical": _("Objected to the correction of the text"),
        "page_proof": _("Objected to the page proof"),
        "not_us": _("Said: this was not us"),
        "recorded": _("Objected to the answer that was recorded"),
        "disputed": _("The team disputed the signature"),
    }
    rows = db.session.scalars(select(Objection).where(Objection.signature_id == signature.id))
    for one in rows:
        ended = ""
        if one.resolved_on:
            ended = " " + _("(settled on %(day)s)", day=languages.date_words(one.resolved_on, language()))
        yield Event(datetime.fromisoformat(one.at), f"{against[one.against]}{ended}")


def _of_comments(answer: Answer) -> Iterator[Event]:
    people = {one.id: _person(one) for one in answer.invitations}
    for one in db.session.scalars(select(Comment).where(Comment.invitation_id.in_(people))):
        if one.invitation_id is not None:
            yield Event(one.created_at, _("%(person)s commented on the text", person=people[one.invitation_id]))


def _of_links(answer: Answer) -> Iterator[Event]:
    """Links that a coordinator made to hand over."""
    people = {one.id: _person(one) for one in answer.invitations}
    for one in db.session.scalars(select(Link).where(Link.invitation_id.in_(people), Link.channel == "hand")):
        if one.invitation_id is not None:
            yield Event(
                one.created_at, _("A link was made to be handed to %(person)s", person=people[one.invitation_id])
            )


def _of_mails(answer: Answer, *, tells_answer: bool) -> Iterator[Event]:
    """Mails whose row names the invitation: those that follow an answer do not, and stand here nowhere.

    Of a closed answer only kinds that are sure to tell none.
    """
    people = {one.id: _person(one) for one in answer.invitations}
    for one in db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.invitation_id.in_(people))):
        kind = str(one.context_or_empty.get("kind", ""))
        if kind in TOLD_BY_THE_INVITATION or one.invitation_id is None:
            continue
        if tells_answer or kind in TELLS_NO_ANSWER:
            words = _mail_words(kind, people[one.invitation_id])
            yield Event(one.settled_at or one.date, f"{words} ({mail_state_words(one.state)})")


def _mail_words(kind: str, person: str) -> str:
    words = {
        "extended": _("Mail to %(person)s: the deadline has moved", person=person),
        "reminder": _("Reminder to %(person)s", person=person),
        "last_day": _("Reminder to %(person)s: signing closes soon", person=person),
        "second_contact": _("%(person)s is asked too, for nobody had answered", person=person),
        "replaced_link": _("Mail to %(person)s: a new link", person=person),
        "comment_answered": _("Mail to %(person)s: a comment was answered", person=person),
        "cancelled": _("Mail to %(person)s: the letter is cancelled", person=person),
    }
    return str(words.get(kind, _("Mail to %(person)s", person=person)))


def _of_replies(letter: Letter, answer: Answer) -> Iterator[Event]:
    """Mails that came back as answers. They were written to the coordinators: they stand here whatever was answered."""
    invitations = {one.id: one for one in answer.invitations}
    query = select(IncomingEmail).where(
        IncomingEmail.invitation_id.in_(invitations), IncomingEmail.kind.in_(OF_PERSONS)
    )
    for one in db.session.scalars(query):
        if one.invitation_id is None:
            continue
        facts = facts_of(one, invitations[one.invitation_id], letter)
        who = isolate(facts["who"])
        words = _("Automatic answer of %(who)s", who=who) if facts["is_automatic"] else _("%(who)s wrote back", who=who)
        yield Event(one.at, words, facts)


def _of_notes(letter: Letter, organisation: Organisation) -> Iterator[Event]:
    for one in notes_on(letter, organisation):
        who = isolate(one.account.name)
        if one.kind == "call":
            yield Event(
                one.created_at, _("%(who)s called: %(outcome)s", who=who, outcome=outcome_words(outcome_of(one)))
            )
        else:
            yield Event(one.created_at, _("%(who)s wrote a note", who=who))


def notes_on(letter: Letter, organisation: Organisation) -> list[PrivateNote]:
    """Notes and calls about an organisation, the latest first."""
    query = (
        select(PrivateNote)
        .where(PrivateNote.letter_id == letter.id, PrivateNote.organisation_id == organisation.id)
        .options(joinedload(PrivateNote.account))
        .order_by(PrivateNote.created_at.desc(), PrivateNote.id)
    )
    return list(db.session.scalars(query))


def outcome_of(note: PrivateNote) -> str:
    """How a call ended; "" for a note. Opens the vault."""
    return str((note.words or {}).get("outcome", ""))


def outcome_words(outcome: str) -> str:
    """How a call ended, in words."""
    words = {
        "reached": _("spoke with somebody"),
        "no_answer": _("nobody picked up"),
        "call_back": _("call again"),
        "will_decide": _("they will decide"),
        "wrong_number": _("the number does not work"),
    }
    return str(words.get(outcome, ""))
