"""From an outbox row to the mail itself: its facts are looked up at delivery, its link is made again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from flask_babel import force_locale, gettext
from sqlalchemy import select

from coalition import config, languages
from coalition.emails import (
    accounts,
    answered,
    asking,
    beforehand,
    bounced,
    changed,
    colleagues,
    coordinating,
    dkim,
    hidden,
    individual,
    noted,
    on_behalf,
    own_page,
    reminding,
    requests,
)
from coalition.emails.case import Case, NoLongerDue, Recipient, Shared
from coalition.emails.compose import compose
from coalition.emails.deadline_file import WITH_DEADLINE, deadline_file
from coalition.emails.embargo import embargo_words
from coalition.emails.kinds import neutral_sender_name, render_kind, safely, touches_withheld
from coalition.emails.return_paths import bounce_address, reply_address
from coalition.emails.telling import deadline_utc, mute_link
from coalition.emails.transport import MailSettings, Security
from coalition.emails.words import BULK, STOPPED_WHEN_MUTED, TO_COORDINATORS, LetterWords, OfALetter, ReplyReceivedWords
from coalition.models.account import Account
from coalition.models.contact import Contact
from coalition.models.house import House
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter
from coalition.models.outgoing_email import OutgoingEmail

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from coalition.emails.words import Words


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to be handed over, and its parts for those who look at it here."""

    sender: str
    recipient: str
    content: bytes
    subject: str
    text: str
    html: str


def mail_settings() -> MailSettings:
    """The mail server of the settings, as the transport wants it."""
    settings = config.settings()
    return MailSettings(
        server=settings.mail_server,
        port=settings.mail_port,
        security=cast("Security", settings.mail_security),
        username=settings.mail_username,
        password=settings.mail_password,
        timeout=settings.mail_timeout,
        ca_file=settings.mail_ca_file or None,
        sender_address=settings.sender_address,
        sender_name="",
    )


def make(session: Session, row: OutgoingEmail, shared: Shared | None = None) -> Mail:
    """The mail of a row: the same bytes each time. Raises NoLongerDue.

    `shared` is handed to each that is made in one transaction.
    """
    shared = shared or Shared()
    facts = row.context_or_empty
    if not facts:
        raise NoLongerDue("its content was erased")
    to = _recipient(session, facts)
    if facts["kind"] == "test":
        to = replace(to, language=facts["language"])
    case = Case(
        session=session,
        row=row,
        facts=facts,
        to=to,
        house=shared.once("house", lambda: session.scalars(select(House)).one()),
        invitation=session.get(Invitation, UUID(facts["invitation"])) if facts.get("invitation") else None,
        letter=session.get(Letter, row.letter_id) if row.letter_id else None,
        shared=shared,
    )
    mail = _said(_in_practice(case), facts["kind"])
    return replace(mail, content=dkim.signed(mail.content))


def preview(session: Session, invitation: Invitation, *, now: datetime, kind: str = "invitation") -> Mail:
    """The invitation as its recipient will get it, sent or not; NO_LINK stands for the link. Writes nothing.

    `kind` is "invitation", or "consultation" for the mail that asks for comments.
    """
    row = OutgoingEmail(
        letter_id=invitation.letter_id,
        message_id=f"<preview@{config.settings().mail_host}>",
        boundary="=_preview",
        date=now.replace(microsecond=0),
    )
    contact = invitation.contact
    to = Recipient(contact.name or "", contact.address, contact.language, contact.zone, contact)
    case = Case(
        session=session,
        row=row,
        facts={"kind": kind},
        to=to,
        house=session.scalars(select(House)).one(),
        invitation=invitation,
        letter=invitation.letter,
        is_preview=True,
    )
    return _said(case, kind)


def _said(case: Case, kind: str) -> Mail:
    _ensure_wanted(case, kind)
    if kind in TO_COORDINATORS:
        coordinating.ensure_coordinates(case)
    with force_locale(languages.interface_language(case.to.language)):
        said: Words = WORDS[kind](case)
    if isinstance(said, OfALetter) and case.letter is not None:
        said = cast("Words", replace(said, embargo_until=embargo_words(case.letter, case)))
    if kind in STOPPED_WHEN_MUTED and isinstance(said, LetterWords):
        said = replace(said, mute_link=mute_link(case))
    if touches_withheld(said):
        said = _at_neutral_host(said)
    way_out = said.mute_link if kind in BULK and isinstance(said, LetterWords) and not case.is_preview else ""
    if case.to.contact is not None and case.to.contact.safe_mail:
        kind, said = safely(kind, said, deadline_utc=deadline_utc(case))
    return _composed(case, kind, said, way_out=way_out)


def _at_neutral_host(said: Words) -> Words:
    """The same with its links on the neutral host, if there is one: such a mail comes from the neutral sender."""
    settings = config.settings()
    links = {name: str(getattr(said, name, "")) for name in ("link", "mute_link")}
    moved = {
        name: settings.safe_root + link.removeprefix(settings.root)
        for name, link in links.items()
        if link.startswith(f"{settings.root}/")
    }
    return cast("Words", replace(cast("Any", said), **moved))


def _ensure_wanted(case: Case, kind: str) -> None:
    """Raises NoLongerDue for whoever wants no such mails; what follows an act of theirs, or in their name, comes."""
    if case.is_preview or kind not in STOPPED_WHEN_MUTED or case.to.contact is None:
        return
    if case.to.contact.muted_at is not None or (case.invitation is not None and case.invitation.muted_at is not None):
        raise NoLongerDue("they want no more of these mails")


def _in_practice(case: Case) -> Case:
    """A practice letter writes to nobody but the team: its first coordinator gets what a contact would get."""
    is_outside = case.to.contact is not None or case.facts.get("recipient", "").startswith("request:")
    if case.letter is None or not case.letter.is_practice or not is_outside:
        return case
    coordinators = case.letter.coordinators()
    if not coordinators:
        raise NoLongerDue("nobody coordinates this practice letter")
    return replace(case, to=replace(case.to, address=coordinators[0].email))


def _composed(case: Case, kind: str, said: Words, *, way_out: str = "") -> Mail:
    """The mail of what is said; `way_out` is the address at which programs stop such mails in one click, or empty."""
    settings = config.settings()
    rendered = render_kind(kind, case.to.language, said)
    if case.letter is not None and case.letter.is_practice:
        with force_locale(languages.interface_language(case.to.language)):
            rendered = replace(rendered, subject=gettext("Practice: %(subject)s", subject=rendered.subject))
    sender_name = neutral_sender_name(case.to.language) if rendered.is_neutral else case.house.name(case.to.language)
    sender_address = settings.safe_sender_address if rendered.is_neutral else settings.sender_address
    content = compose(
        sender_name=sender_name,
        sender_address=sender_address,
        to_name=case.to.name,
        to_address=case.to.address,
        reply_to=_writer(said) or _reply_to(case, is_neutral=rendered.is_neutral),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        language=languages.interface_language(case.to.language),
        message_id=_message_id(case.row, is_neutral=rendered.is_neutral),
        date=case.row.date,
        boundary=case.row.boundary,
        thread_id=None if rendered.is_neutral or case.letter is None else _thread_of(case.letter),
        list_unsubscribe_url=way_out or None,
        calendar=None if rendered.is_neutral else _calendar(case, kind),
        postmark_row=_postmark_row(case),
    )
    sender = bounce_address(case.row.id, is_neutral=rendered.is_neutral) if not case.is_preview else sender_address
    return Mail(sender, case.to.address, content, rendered.subject, rendered.text, rendered.html)


def _message_id(row: OutgoingEmail, *, is_neutral: bool) -> str:
    """The mail's identity; behind a neutral sender it ends with that sender's host, for it names ours otherwise."""
    settings = config.settings()
    if not (is_neutral and settings.safe_mail_from):
        return row.message_id
    return f"{row.message_id.rpartition('@')[0]}@{settings.safe_mail_from.rpartition('@')[2]}>"


def _postmark_row(case: Case) -> str | None:
    """The random part of the Message-ID, for Postmark's notices name no id of ours."""
    if config.settings().relay_webhook != "postmark" or case.is_preview:
        return None
    return case.row.message_id.strip("<").partition("@")[0]


def _thread_of(letter: Letter) -> str:
    return f"<letter.{letter.id.hex[:20]}@{config.settings().mail_host}>"


def _calendar(case: Case, kind: str) -> bytes | None:
    """The deadline as a file; never under safe mail, whose kinds are neutral."""
    letter = case.letter
    if kind not in WITH_DEADLINE or letter is None:
        return None
    is_cancelled = kind == "cancelled"
    return case.of_letter_in_zone(
        f"calendar:{is_cancelled}:{case.row.date.timestamp()}",
        lambda: deadline_file(
            letter,
            coalition_name=case.house.name(case.to.language),
            language=case.to.language,
            zone=case.to.zone,
            made_at=case.row.date,
            is_cancelled=is_cancelled,
        ),
    )


def _writer(said: Words) -> tuple[str, str] | None:
    """Who wrote what this mail passes on: an answer to it goes to them."""
    return (said.person, said.address) if isinstance(said, ReplyReceivedWords) and said.address else None


def _reply_to(case: Case, *, is_neutral: bool) -> tuple[str, str] | None:
    if case.letter is None or not case.letter.coordinators():
        return None
    ours = reply_address(case.invitation.id, is_neutral=is_neutral) if case.invitation is not None else None
    if ours is not None and case.to.contact is not None:
        return "" if is_neutral else case.letter.coordinators()[0].name, ours
    if is_neutral and config.settings().safe_mail_from:
        return None  # an answer goes to the neutral sender: the coordinator's address would name the network
    coordinator = case.letter.coordinators()[0]
    return ("" if is_neutral else coordinator.name, coordinator.email)


def _recipient(session: Session, facts: dict[str, Any]) -> Recipient:
    if facts.get("kind") == "links_again":
        return own_page.recipient_of_links(session, facts)
    kind, _, hexadecimal = str(facts["recipient"]).partition(":")
    recipient_id = UUID(hexadecimal)
    if kind == "account":
        account = session.get_one(Account, recipient_id)
        if account.ended_at and not accounts.tells_of_the_end(facts):
            raise NoLongerDue("the account has ended")
        return Recipient(account.name, account.email, account.language, account.zone)
    if kind == "request":
        return requests.recipient(session, recipient_id)
    contact = session.get_one(Contact, recipient_id)
    if facts.get("address"):  # the one they had: it is told of the change, and of nothing after it
        return Recipient(facts["to_name"], facts["address"], contact.language, contact.zone, contact)
    if contact.erased_at or contact.ended_at or not contact.address:
        raise NoLongerDue("the contact is there no more")
    return Recipient(contact.name or "", contact.address, contact.language, contact.zone, contact)


WORDS: dict[str, Callable[[Case], Words]] = {
    "invitation": asking.invitation,
    "nudge": asking.nudge,
    "reminder": reminding.reminder,
    "last_day": reminding.last_day,
    "second_contact": reminding.second_contact,
    "test": asking.test,
    "receipt": answered.receipt,
    "told_colleague": answered.told_colleague,
    "passed_to_you": colleagues.passed_to_you,
    "you_passed_on": colleagues.you_passed_on,
    "approval_asked": colleagues.approval_asked,
    "approval_given": colleagues.approval_given,
    "approval_refused": colleagues.approval_refused,
    "approval_ended": colleagues.approval_ended,
    "dispute_settled": answered.dispute_settled,
    "suspended": hidden.suspended,
    "masked": hidden.masked,
    "masked_everywhere": hidden.masked_everywhere,
    "list_reported": hidden.list_reported,
    "not_expected": answered.not_expected,
    "recorded": on_behalf.recorded,
    "link_handed_over": on_behalf.link_handed_over,
    "objection_received": on_behalf.objection_received,
    "mail_bounced": bounced.mail_bounced,
    "reply_received": coordinating.reply_received,
    "deadline_near": coordinating.deadline_near,
    "what_came_of_it": coordinating.what_came_of_it,
    "planned_release": coordinating.planned_release,
    "digest": coordinating.digest,
    "closed": answered.closed,
    "extended": asking.extended,
    "replaced_link": asking.replaced_link,
    "published": answered.published,
    "update": noted.update,
    "name_corrected": answered.name_corrected,
    "cancelled": answered.cancelled,
    "keep_asked": changed.keep_asked,
    "text_corrected": changed.text_corrected,
    "asked_again": changed.asked_again,
    "new_version": changed.new_version,
    "consultation": asking.consultation,
    "consulted_again": changed.consulted_again,
    "ready_to_sign": asking.ready_to_sign,
    "page_proof": asking.page_proof,
    "still_agree": asking.still_agree,
    "comment_answered": answered.comment_answered,
    "comment_received": answered.comment_received,
    "language_added": asking.language_added,
    "links_again": own_page.links_again,
    "standing_foreseen": beforehand.standing_foreseen,
    "standing_vetoed": beforehand.standing_vetoed,
    "standing_consent": beforehand.standing_consent,
    "own_page": own_page.own_page,
    "is_this_right": own_page.is_this_right,
    "contacts_changed": own_page.contacts_changed,
    "identity_decided": own_page.identity_decided,
    "entries_joined": own_page.entries_joined,
    "changes_waiting": own_page.changes_waiting,
    "sign_in_code": accounts.sign_in_code,
    "step_up_code": accounts.step_up_code,
    "set_up_account": accounts.set_up_account,
    "account_changed": accounts.account_changed,
    "second_step_changed": accounts.second_step_changed,
    "team_changed": accounts.team_changed,
    "individual_receipt": individual.receipt,
    "individual_changed": individual.changed,
    "individual_news": individual.news,
    "confirm_request": requests.confirm_request,
    "request_refused": requests.request_refused,
    "requests_waiting": requests.requests_waiting,
    "contact_joined": requests.contact_joined,
}
