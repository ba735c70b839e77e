"""From an outbox row to the mail itself: its facts are looked up at delivery, its link is made again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from flask_babel import force_locale, gettext
from sqlalchemy import func, select

from coalition import clock, config, languages, tokens
from coalition.emails import words
from coalition.emails.compose import compose
from coalition.emails.kinds import neutral_sender_name, render_kind, safely
from coalition.emails.seen_by import who_sees
from coalition.emails.transport import MailSettings, Security
from coalition.models.account import Account
from coalition.models.comment import Comment
from coalition.models.contact import Contact
from coalition.models.edition import Edition
from coalition.models.house import House
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter
from coalition.models.link import Link
from coalition.models.organisation import Organisation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.public import PublicLetter
from coalition.models.signature import Signature, organisation_index
from coalition.models.version import Text, Version, texts_between
from coalition.rendering.edition import printed_letter
from coalition.rendering.figures import fill
from coalition.rendering.governing import governs
from coalition.rendering.kept_redline import redline_between
from coalition.rendering.kinds import kind_words
from coalition.rendering.reading import reading_text, reading_title
from coalition.rendering.words import filled, heading

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from coalition.emails.words import Words


NO_LINK = "…"
"""What stands for the link where a mail is only looked at: nobody but its recipient sees a live one (SAFETY §2)."""


class NoLongerDue(Exception):
    """Since it was queued the mail lost its sense; the message says why, for the desk."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to be handed over, and its parts for those who look at it here."""

    sender: str
    recipient: str
    content: bytes
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Recipient:
    """To whom, in which language and zone; `contact` where it is one."""

    name: str
    address: str
    language: str
    zone: str
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """Everything a mail's function looks at."""

    session: Session
    row: OutgoingEmail
    facts: dict[str, Any]
    to: _Recipient
    house: House
    invitation: Invitation | None
    letter: Letter | None
    is_preview: bool = False
    """Looked at before it is sent: there is no link yet, and none is shown."""

    @property
    def about(self) -> Letter:
        """The letter it is about."""
        if self.letter is None:
            raise NoLongerDue("the letter is gone")
        return self.letter


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


def make(session: Session, row: OutgoingEmail) -> Mail:
    """The mail of a row: the same bytes each time. Raises NoLongerDue."""
    facts = row.context_or_empty
    if not facts:
        raise NoLongerDue("its content was erased")
    to = _recipient(session, row)
    if facts["kind"] == "test":
        to = replace(to, language=facts["language"])
    case = _Case(
        session=session,
        row=row,
        facts=facts,
        to=to,
        house=session.scalars(select(House)).one(),
        invitation=session.get(Invitation, row.about_invitation) if row.about_invitation else None,
        letter=session.get(Letter, row.letter_id) if row.letter_id else None,
    )
    return _said(_in_practice(case), facts["kind"])


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
    to = _Recipient(contact.name or "", contact.address, contact.language, contact.zone, contact)
    case = _Case(
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


def _said(case: _Case, kind: str) -> Mail:
    with force_locale(languages.interface_language(case.to.language)):
        said: Words = WORDS[kind](case)
    if case.to.contact is not None and case.to.contact.safe_mail:
        kind, said = safely(kind, said, deadline_utc=_deadline_utc(case))
    return _composed(case, kind, said)


def _in_practice(case: _Case) -> _Case:
    """A practice letter writes to nobody but the team: its first coordinator gets what a contact would get."""
    if case.letter is None or not case.letter.is_practice or case.to.contact is None:
        return case
    coordinators = case.letter.coordinators()
    if not coordinators:
        raise NoLongerDue("nobody coordinates this practice letter")
    return replace(case, to=replace(case.to, address=coordinators[0].email))


def _composed(case: _Case, kind: str, said: Words) -> Mail:
    settings = config.settings()
    rendered = render_kind(kind, case.to.language, said)
    if case.letter is not None and case.letter.is_practice:
        with force_locale(languages.interface_language(case.to.language)):
            rendered = replace(rendered, subject=gettext("Practice: %(subject)s", subject=rendered.subject))
    sender_name = neutral_sender_name(case.to.language) if rendered.is_neutral else case.house.name(case.to.language)
    content = compose(
        sender_name=sender_name,
        sender_address=settings.sender_address,
        to_name=case.to.name,
        to_address=case.to.address,
        reply_to=_reply_to(case, is_neutral=rendered.is_neutral),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        language=languages.interface_language(case.to.language),
        message_id=case.row.message_id,
        date=case.row.date,
        boundary=case.row.boundary,
        thread_id=None if rendered.is_neutral or case.letter is None else _thread_of(case.letter),
    )
    return Mail(settings.sender_address, case.to.address, content, rendered.subject, rendered.text, rendered.html)


def _thread_of(letter: Letter) -> str:
    return f"<letter.{letter.id.hex[:20]}@{config.settings().mail_host}>"


def _reply_to(case: _Case, *, is_neutral: bool) -> tuple[str, str] | None:
    if case.letter is None or not case.letter.coordinators():
        return None
    coordinator = case.letter.coordinators()[0]
    return ("" if is_neutral else coordinator.name, coordinator.email)


def _recipient(session: Session, row: OutgoingEmail) -> _Recipient:
    kind, recipient_id = _addressed_to(row)
    if kind == "account":
        account = session.get_one(Account, recipient_id)
        if account.ended_at:
            raise NoLongerDue("the account has ended")
        return _Recipient(account.name, account.email, account.language, account.zone)
    contact = session.get_one(Contact, recipient_id)
    if contact.erased_at or contact.ended_at or not contact.address:
        raise NoLongerDue("the contact is there no more")
    return _Recipient(contact.name or "", contact.address, contact.language, contact.zone, contact)


def _addressed_to(row: OutgoingEmail) -> tuple[str, UUID]:
    to = row.addressed_to
    if to is None:
        raise NoLongerDue("its content was erased")
    return to


# -- the facts of each kind ---------------------------------------------------------------------------------------


def _invitation(case: _Case) -> words.InvitationWords:
    _ensure_link_is_current(case)
    return words.InvitationWords(**_asking(case))


def _nudge(case: _Case) -> words.NudgeWords:
    invitation = _invited(case)
    if invitation.answered_at:
        raise NoLongerDue("they have answered")
    if case.about.stage != "open":
        raise NoLongerDue("signing is over")
    asked = invitation.queued_at or case.row.date
    return words.NudgeWords(**_asking(case), asked_on=languages.date_words(asked.date(), case.to.language))


def _test(case: _Case) -> words.InvitationWords:
    return words.InvitationWords(**_asking(case))


def _receipt(case: _Case) -> words.ReceiptWords:
    facts = case.facts
    return words.ReceiptWords(
        **_common(case),
        act=facts["act"],
        person=facts["person"],
        role=facts["role"] or gettext("contact person"),
        recorded_at=_moment(case, facts["at"]),
        printed_name=facts["printed_name"],
        changeable_until=_deadline_lines(case) if case.about.stage == "open" else (),
        text_plain=_text_as_signed(case) if facts["act"] in {"signed", "kept", "name_changed"} else "",
        is_withheld=facts["is_withheld"],
    )


def _told_colleague(case: _Case) -> words.ToldColleagueWords:
    facts = case.facts
    return words.ToldColleagueWords(
        **_common(case),
        act=facts["act"],
        colleague=facts["person"],
        role=facts["role"] or gettext("contact person"),
        recorded_at=_moment(case, facts["at"]),
        printed_name=facts["printed_name"],
        is_withheld=facts["is_withheld"],
    )


def _closed(case: _Case) -> words.ClosedWords:
    facts = case.facts
    return words.ClosedWords(
        **_common(case),
        printed_name=facts["printed_name"],
        closed_at=_moment(case, facts["at"]),
        is_withheld=facts["is_withheld"],
    )


def _extended(case: _Case) -> words.ExtendedWords:
    facts = case.facts
    return words.ExtendedWords(
        **_common(case),
        deadline_day=_deadline_day(case),
        deadline_lines=_deadline_lines(case),
        former_deadline=_moment(case, facts["before"]) if facts["before"] else "",
    )


def _replaced_link(case: _Case) -> words.ReplacedLinkWords:
    _ensure_link_is_current(case)
    return words.ReplacedLinkWords(**_common(case), deadline_lines=_deadline_lines(case))


def _published(case: _Case) -> words.PublishedWords:
    public = case.session.get(PublicLetter, case.about.id)
    if public is None:
        raise NoLongerDue("the letter is not public")
    edition = case.session.get_one(Edition, public.edition_id)
    letter = printed_letter(case.session, public)
    language = case.to.language if case.to.language in letter.texts else letter.authoritative_language
    text = filled(letter, language)
    titles = {"letter_title": text.title or heading(letter, text), "short_title": text.short_title or text.title}
    return words.PublishedWords(
        **(_common(case) | {name: title for name, title in titles.items() if title}),
        published_address=letter.address(language),
        signatories=edition.figures["signatories"],
        printed_name=case.facts["printed_name"],
        is_withheld=case.facts["is_withheld"],
    )


def _name_corrected(case: _Case) -> words.NameCorrectedWords:
    return words.NameCorrectedWords(
        **_common(case),
        former_name=case.facts["before"],
        printed_name=case.facts["printed_name"],
        is_withheld=case.facts["is_withheld"],
    )


def _cancelled(case: _Case) -> words.CancelledWords:
    return words.CancelledWords(
        **_common(case), has_signed=case.facts["has_signed"], is_withheld=case.facts["is_withheld"]
    )


def _keep_asked(case: _Case) -> words.KeepAskedWords:
    signature, now = _of_those_who_signed(case), clock.now()
    if signature.agrees:
        raise NoLongerDue("they have answered")
    until = _reply_by(case, now=now)
    if until <= now and case.about.deadline_at is not None:  # comments were asked for in between
        until = case.about.deadline_at
    return words.KeepAskedWords(
        **_changed(case, signature.version),
        **_answered_so(case, signature),
        reply_day=words.day_for_subject(until, case.to.language, zone=case.about.zone),
        reply_lines=_in_zones(case, until),
        reply_utc=languages.moment_words(until, "UTC", case.to.language),
    )


def _text_corrected(case: _Case) -> words.TextCorrectedWords:
    signature, now = _of_those_who_signed(case), clock.now()
    if signature.version_id == case.about.version.id:
        raise NoLongerDue("they have answered")
    until = _reply_by(case, now=now)
    if until <= now:
        raise NoLongerDue("the time to object is over")
    return words.TextCorrectedWords(
        **_changed(case, signature.version),
        **_answered_so(case, signature),
        object_day=words.day_for_subject(until, case.to.language, zone=case.about.zone),
        object_lines=_in_zones(case, until),
    )


def _page_proof(case: _Case) -> words.PageProofWords:
    signature, letter = _of_those_on_the_list(case), case.about
    until, sent = letter.proof_until_at, letter.proof_sent_at
    if until is None or sent is None or sent.isoformat() != case.facts["sent_at"]:
        raise NoLongerDue("another proof was shown since")
    if until <= clock.now():
        raise NoLongerDue("the time to object is over")
    return words.PageProofWords(
        **_common(case),
        **_answered_so(case, signature),
        object_day=words.day_for_subject(until, case.to.language, zone=letter.zone),
        object_lines=_in_zones(case, until),
    )


def _still_agree(case: _Case) -> words.StillAgreeWords:
    signature = _of_those_on_the_list(case)
    last = max(one.on for one in signature.consents if one.act in {"sign", "keep"})
    if last >= case.row.date.date():
        raise NoLongerDue("they have answered")
    return words.StillAgreeWords(
        **_common(case), **_answered_so(case, signature), agreed_on=languages.date_words(last, case.to.language)
    )


def _asked_again(case: _Case) -> words.AskedAgainWords:
    invitation = _of_those_who_did_not(case)
    if invitation.answered_at is None or invitation.answer_kind != "decline":
        raise NoLongerDue("they have answered")
    before = case.about.version_shown_at(invitation.answered_at)
    return words.AskedAgainWords(
        **_changed(case, before), deadline_day=_deadline_day(case), deadline_lines=_deadline_lines(case)
    )


def _new_version(case: _Case) -> words.NewVersionWords:
    invitation = _of_those_who_did_not(case)
    if invitation.answered_at is not None or invitation.queued_at is None:
        raise NoLongerDue("they have answered")
    letter = case.about
    is_consultation = letter.stage == "consultation"
    until = letter.comments_until_at if is_consultation else letter.deadline_at
    return words.NewVersionWords(
        **_changed(case, letter.version_shown_at(invitation.queued_at)),
        deadline_day=words.day_for_subject(until, case.to.language, zone=letter.zone) if until else "",
        deadline_lines=_in_zones(case, until) if until else (),
        is_consultation=is_consultation,
    )


def _consultation(case: _Case) -> words.ConsultationWords:
    _ensure_link_is_current(case)
    letter, language = case.about, case.to.language
    if letter.stage != "consultation" and not case.is_preview:
        raise NoLongerDue("the consultation is over")
    text = letter.text(language)
    organisation = _organisation(case)
    names = organisation.printable_names()
    return words.ConsultationWords(
        **_common(case),
        **_comments_until(case),
        reply_utc=languages.moment_words(letter.comments_until_at, "UTC", language) if letter.comments_until_at else "",
        who_sees=who_sees(letter, organisation, names.get(language) or names["und"]),
        text_plain=reading_text(text),
        why_now=letter.why_now.get(language) or letter.why_now.get(letter.authoritative_language, ""),
    )


def _consulted_again(case: _Case) -> words.ConsultedAgainWords:
    _invited(case)
    letter = case.about
    if letter.stage != "consultation":
        raise NoLongerDue("the consultation is over")
    return words.ConsultedAgainWords(
        **_common(case),
        **_comments_until(case),
        reason=case.facts.get("reason") or letter.version.explanation(case.to.language),
        has_signed=case.facts["has_signed"],
        is_withheld=case.facts["is_withheld"],
    )


def _ready_to_sign(case: _Case) -> words.ReadyToSignWords:
    _invited(case)
    if case.about.stage != "open":
        raise NoLongerDue("signing is not open")
    return words.ReadyToSignWords(
        **_asking(case), has_signed=case.facts["has_signed"], is_withheld=case.facts["is_withheld"]
    )


def _comment_answered(case: _Case) -> words.CommentAnsweredWords:
    _invited(case)
    comment = case.session.get(Comment, UUID(case.facts["comment"]))
    if comment is None or comment.taken_back_at:
        raise NoLongerDue("the comment was taken back")
    return words.CommentAnsweredWords(
        **_common(case),
        outcome=case.facts["outcome"],
        quote=_clipped(comment.quote, 2_000),
        said=_clipped("\n\n".join(filter(None, (comment.words, comment.wording))), 3_000),
        reply=_clipped(case.facts["reply"], 5_000),
        wording=_clipped(case.facts["wording"], 3_000),
    )


def _clipped(text: str, limit: int) -> str:
    """The beginning of words that fits into `limit` bytes of UTF-8, by whole words; the rest stands behind the link."""
    whole = text.encode()
    if len(whole) <= limit:
        return text
    return whole[:limit].decode(errors="ignore").rsplit(None, 1)[0] + " …"


def _comment_received(case: _Case) -> words.CommentReceivedWords:
    letter = case.about
    query = select(func.count()).where(
        Comment.letter_id == letter.id, Comment.outcome.is_(None), Comment.taken_back_at.is_(None)
    )
    number = case.session.scalar(query) or 0
    if not number:
        raise NoLongerDue("every comment is answered")
    return words.CommentReceivedWords(
        to_name=case.to.name,
        coalition_name=case.house.name(case.to.language),
        letter_title=reading_title(letter.text(case.to.language)),
        comments=number,
        link=f"{config.settings().root}/desk/letters/{letter.id}/comments",
    )


def _language_added(case: _Case) -> words.LanguageAddedWords:
    letter, tag = case.about, case.facts["language"]
    if letter.stage not in {"consultation", "open"}:
        raise NoLongerDue("signing is over")
    if letter.text(tag).language != tag:
        raise NoLongerDue("the language is not shown any more")
    has_signed = case.facts["has_signed"]
    return words.LanguageAddedWords(
        **_common(case),
        has_signed=has_signed,
        deadline_lines=() if has_signed else _deadline_lines(case),
        governing=governs(letter.text(tag)),
        is_withheld=case.facts["is_withheld"],
    )


def _sign_in_code(case: _Case) -> words.SignInCodeWords:
    return words.SignInCodeWords(
        to_name=case.to.name,
        coalition_name=case.house.name(case.to.language),
        code=case.facts["code"],
        minutes=case.facts["minutes"],
    )


def _set_up_account(case: _Case) -> words.SetUpAccountWords:
    _, account_id = _addressed_to(case.row)
    link = case.session.scalars(
        select(Link).where(Link.account_id == account_id, Link.revoked_at.is_(None)).order_by(Link.created_at.desc())
    ).first()
    if link is None or link.expires_at is None:
        raise NoLongerDue("the account is set up")
    return words.SetUpAccountWords(
        to_name=case.to.name,
        coalition_name=case.house.name(case.to.language),
        inviter_name=case.facts["by_name"],
        inviter_address=case.facts["by_address"],
        link=f"{config.settings().root}/desk/set-up/{link.token(tokens.ours())}",
        works_until=languages.moment_words(link.expires_at, case.to.zone, case.to.language),
    )


WORDS: dict[str, Callable[[_Case], Words]] = {
    "invitation": _invitation,
    "nudge": _nudge,
    "test": _test,
    "receipt": _receipt,
    "told_colleague": _told_colleague,
    "closed": _closed,
    "extended": _extended,
    "replaced_link": _replaced_link,
    "published": _published,
    "name_corrected": _name_corrected,
    "cancelled": _cancelled,
    "keep_asked": _keep_asked,
    "text_corrected": _text_corrected,
    "asked_again": _asked_again,
    "new_version": _new_version,
    "consultation": _consultation,
    "consulted_again": _consulted_again,
    "ready_to_sign": _ready_to_sign,
    "page_proof": _page_proof,
    "still_agree": _still_agree,
    "comment_answered": _comment_answered,
    "comment_received": _comment_received,
    "language_added": _language_added,
    "sign_in_code": _sign_in_code,
    "set_up_account": _set_up_account,
}


# -- what several kinds tell --------------------------------------------------------------------------------------


def _common(case: _Case) -> dict[str, Any]:
    """What every mail about a letter knows."""
    letter, language = case.about, case.to.language
    text = letter.text(language)
    coordinators = letter.coordinators()
    return {
        "to_name": case.to.name,
        "coalition_name": case.house.name(language),
        "organisation": _organisation(case).name_in(language),
        "letter_title": fill(text.title, text.language, None) or reading_title(text),
        "short_title": reading_title(text),
        "kind_words": kind_words(letter.kind),
        "lead_names": tuple(lead.name_in(language) for lead in letter.lead_organisations()),
        "coordinator_name": coordinators[0].name if coordinators else case.house.name(language),
        "coordinator_address": coordinators[0].email if coordinators else case.house.contact_address,
        "link": _link(case),
        "version": case.facts.get("number") or letter.version.number,
        "text_language": "" if text.language == language else text.language,
    }


def _asking(case: _Case) -> dict[str, Any]:
    """What a mail knows that asks for a signature."""
    letter, language = case.about, case.to.language
    text = letter.text(language)
    names = _organisation(case).printable_names()
    return _common(case) | {
        "who_may_sign": who_may_sign(letter),
        "deadline_day": _deadline_day(case),
        "deadline_lines": _deadline_lines(case),
        "printed_name": names.get(text.language) or names["und"],
        "text_plain": reading_text(text),
        "why_now": letter.why_now.get(language) or letter.why_now.get(letter.authoritative_language, ""),
    }


def _changed(case: _Case, before: Version | None) -> dict[str, Any]:
    """What a mail tells of the change of the text from one version to the one in force."""
    letter = case.about
    if before is None or before.number == letter.version.number:
        raise NoLongerDue("nothing changed since they were written to")
    old, new = texts_between(letter, before, case.to.language)
    return _common(case) | {
        "version_before": before.number,
        "explanations": letter.explanations_since(before, case.to.language),
        "redline": redline_between(case.session, old, new),
        "redline_language": new.language,
    }


def _answered_so(case: _Case, signature: Signature) -> dict[str, Any]:
    is_withheld = case.facts["is_withheld"] or signature.visibility != "named"
    return {"printed_name": case.facts["printed_name"], "is_withheld": is_withheld}


def _of_those_who_signed(case: _Case) -> Signature:
    """The signature that stands, where its organisation has still to be told of the version. Raises NoLongerDue."""
    _ensure_in_force(case)
    if case.session.get(PublicLetter, case.about.id):
        raise NoLongerDue("the letter is published")
    signature = _standing(case)
    if signature is None:
        raise NoLongerDue("they have withdrawn")
    return signature


def _of_those_on_the_list(case: _Case) -> Signature:
    """The signature, where an edition would be made with it. Raises NoLongerDue."""
    if case.session.get(PublicLetter, case.about.id):
        raise NoLongerDue("the letter is published")
    signature = _standing(case)
    if signature is None or not signature.is_on_list:
        raise NoLongerDue("they are not on the list now")
    return signature


def _of_those_who_did_not(case: _Case) -> Invitation:
    """The invitation of an organisation that can still answer. Raises NoLongerDue."""
    invitation = _invited(case)
    _ensure_in_force(case)
    if case.about.stage not in {"consultation", "open"}:
        raise NoLongerDue("signing is over")
    if _standing(case) is not None:
        raise NoLongerDue("they have signed")
    return invitation


def _ensure_in_force(case: _Case) -> None:
    if case.about.version.id.hex != case.facts["version"]:
        raise NoLongerDue("a later version was put forward")
    if case.about.stage == "cancelled":
        raise NoLongerDue("the letter was cancelled")


def _standing(case: _Case) -> Signature | None:
    index = organisation_index(case.about.id, _organisation(case).id)
    return case.session.scalar(
        select(Signature).where(
            Signature.letter_id == case.about.id, Signature.organisation_index == index, Signature.ended_on.is_(None)
        )
    )


def _reply_by(case: _Case, *, now: datetime) -> datetime:
    """Until when an answer is asked for; every version put forward over signatures has such a time."""
    until: datetime | None = case.about.version.reply_by_at
    return until or now


def _in_zones(case: _Case, instant: datetime) -> tuple[str, ...]:
    return words.deadline_lines(instant, case.to.language, letter_zone=case.about.zone, own_zone=case.to.zone)


def who_may_sign(letter: Letter) -> str:
    """Who may sign, in one sentence in the present language."""
    sentences = {
        "members": gettext("Members of the coalition may sign this letter."),
        "members_and_partners": gettext("Members of the coalition and its partners may sign this letter."),
        "any": gettext("Any organisation that was invited may sign this letter."),
    }
    return str(sentences[letter.who_may_sign])


def _organisation(case: _Case) -> Organisation:
    if case.invitation:
        return case.invitation.organisation
    kind, account_id = _addressed_to(case.row)
    if kind != "account":
        raise NoLongerDue("the invitation is gone")
    return case.session.get_one(Account, account_id).organisation


def _invited(case: _Case) -> Invitation:
    if case.invitation is None:
        raise NoLongerDue("the invitation is gone")
    if case.invitation.revoked_at:
        raise NoLongerDue("the invitation was revoked")
    return case.invitation


def _ensure_link_is_current(case: _Case) -> None:
    if case.is_preview:
        return
    if _invited(case).epoch != case.facts["epoch"]:
        raise NoLongerDue("the link was replaced")


def _link(case: _Case) -> str:
    """The live address: made again each time, stored nowhere. A test's opens nothing; accounts get the desk's."""
    root = config.settings().root
    if case.is_preview:
        return NO_LINK
    if case.facts["kind"] == "test":
        return f"{root}/i/test"
    if case.invitation is None:
        page = "/sign" if case.facts["kind"] in {"keep_asked", "text_corrected"} else ""
        return f"{root}/desk/letters/{case.about.id}{page}"
    link = case.session.scalars(
        select(Link)
        .where(
            Link.invitation_id == case.invitation.id,
            Link.epoch == case.invitation.epoch,
            Link.revoked_at.is_(None),
            Link.channel == "mail",
        )
        .order_by(Link.created_at.desc())
    ).first()
    if link is None:
        raise NoLongerDue("its link was ended")
    return f"{root}/i/{link.token(tokens.ours())}"


def _deadline_lines(case: _Case) -> tuple[str, ...]:
    deadline = case.about.deadline_at
    if deadline is None:
        return ()
    return _in_zones(case, deadline)


def _deadline_day(case: _Case) -> str:
    deadline = case.about.deadline_at
    if deadline is None:
        return ""
    return words.day_for_subject(deadline, case.to.language, zone=case.about.zone)


def _comments_until(case: _Case) -> dict[str, Any]:
    """Until when comments are taken, and until when silence is no objection to the text."""
    letter = case.about
    until, silent = letter.comments_until_at, letter.no_objection_until_at
    return {
        "comments_day": words.day_for_subject(until, case.to.language, zone=letter.zone) if until else "",
        "comments_lines": _in_zones(case, until) if until else (),
        "no_objection_lines": _in_zones(case, silent) if silent else (),
    }


def _deadline_utc(case: _Case) -> str:
    deadline = case.letter.deadline_at if case.letter else None
    return languages.moment_words(deadline, "UTC", case.to.language) if deadline else ""


def _moment(case: _Case, iso: str) -> str:
    return languages.moment_words(datetime.fromisoformat(iso), case.to.zone, case.to.language)


def _text_as_signed(case: _Case) -> str:
    text = case.session.scalars(
        select(Text)
        .join(Version, Version.id == Text.version_id)
        .where(Version.letter_id == case.about.id, Text.fingerprint == case.facts["fingerprint"])
    ).first()
    return reading_text(text) if text else ""
