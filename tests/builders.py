"""What stories begin with, in the words of the cast: each builder is a verb or two of the product."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import select

from coalition import clock, tokens
from coalition.actions import (
    amend,
    announce,
    answer,
    approve,
    call,
    check,
    circulate,
    close,
    comment,
    consult,
    draft,
    enter,
    pass_on,
    publish,
    reconfirm,
    record_on_behalf,
    reply,
    request,
    team,
)
from coalition.actions.acts import Shown
from coalition.actions.answer import SigningForm
from coalition.actions.colleague import Colleague
from coalition.actions.request import Asked, Sent
from coalition.database import db, transaction
from coalition.intake.documents import read_document
from coalition.models.contact import Contact, address_index
from coalition.models.evidence import Evidence
from coalition.models.incoming_email import IncomingEmail
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter
from coalition.models.link import Link
from coalition.models.request import RequestToSign
from coalition.models.text_source import TextSource
from coalition.rendering.paragraphs import paragraphs

if TYPE_CHECKING:
    from tests.cast import Cast, Member

BODY = """We, the {{organisations}} undersigned
{{organisations: one=organisation | other=organisations}}, ask you to act.

{recommendations}

1. Free the reporters.
2. Repeal the law.

They have waited long enough.[^1]

[^1]: Annual report, page 7.
"""


def a_draft(cast: Cast, *, title: str = "Free the reporters", languages: tuple[str, ...] = ("en",)) -> UUID:
    """A letter with a text in each language, a deadline in ten days, not yet sent to anybody."""
    letter_id = draft.create_letter(
        by=cast.coordinator, title=title, kind="open_letter", language=languages[0], zone="Europe/Paris"
    )
    for language in languages:
        if language != languages[0]:
            draft.add_language(letter_id, language, by=cast.coordinator)
        parts = {"title": f"{title}" if language == "en" else f"{title} ({language})", "body": BODY}
        draft.save_text(letter_id, language, parts, by=cast.coordinator)
    deadline = (clock.now() + timedelta(days=10)).replace(minute=0, second=0, microsecond=0)
    draft.save_dates(letter_id, draft.Dates(deadline_at=deadline, zone="Europe/Paris"), by=cast.coordinator)
    return letter_id


def an_open_letter(
    cast: Cast, *members: Member, title: str = "Free the reporters", languages: tuple[str, ...] = ("en",)
) -> UUID:
    """A letter sent to the members (all three of the cast when none is named)."""
    letter_id = a_draft(cast, title=title, languages=languages)
    invited = members or (cast.small_member, cast.arabic_member, cast.unnamed_member)
    circulate.invite(letter_id, [member.contact_id for member in invited], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=len(invited))
    return letter_id


def consulted(
    cast: Cast,
    *members: Member,
    audience: str = "team",
    no_objection: bool = False,
    languages: tuple[str, ...] = ("en",),
) -> UUID:
    """A letter sent for comments, for two days, to the members (all three of the cast when none is named)."""
    letter_id = a_draft(cast, languages=languages)
    invited = members or (cast.small_member, cast.arabic_member, cast.unnamed_member)
    circulate.invite(letter_id, [member.contact_id for member in invited], by=cast.coordinator)
    until = clock.now() + timedelta(days=2)
    settings = consult.CommentSettings(until, audience, until if no_objection else None)
    consult.save_comment_settings(letter_id, settings, by=cast.coordinator)
    consult.open_consultation(letter_id, by=cast.coordinator, number=len(invited))
    return letter_id


def said(
    letter_id: UUID,
    member: Member,
    words: str = "",
    *,
    on: str = "",
    kind: str = "remark",
    wording: str = "",
    language: str = "en",
) -> UUID:
    """The member comments on the paragraph that holds `on` ("": on the whole text); the comment's id."""
    invitation = invitation_of(letter_id, member)
    text = invitation.letter.text(language)
    key = next(each.key for each in paragraphs(text) if on in each.plain) if on else ""
    return comment.comment(
        invitation.id,
        comment.Said(kind, key, words, wording),
        key=secrets.token_hex(16),
        shown=shown_to(invitation, language=language),
    )


def a_letter(letter_id: UUID) -> Letter:
    """The letter's row as it is now."""
    db.session.rollback()
    return db.session.get_one(Letter, letter_id)


def invitation_of(letter_id: UUID, member: Member) -> Invitation:
    """The member's invitation to a letter."""
    db.session.rollback()
    return db.session.scalars(
        select(Invitation).where(Invitation.letter_id == letter_id, Invitation.contact_id == member.contact_id)
    ).one()


def shown_to(invitation: Invitation, *, language: str = "en", at: datetime | None = None) -> Shown:
    """What the member has in view, having opened the form at an instant (now)."""
    text = invitation.letter.text(language)
    return Shown(
        fingerprint=text.fingerprint,
        version=text.version.number,
        language=text.language,
        opened_at=at or clock.now(),
        epoch=invitation.epoch,
        is_proved=True,
    )


def a_form(
    invitation: Invitation,
    *,
    name: str | None = None,
    is_withheld: bool = False,
    key: str | None = None,
    at: datetime | None = None,
) -> SigningForm:
    """The signing form as the member sends it."""
    names = invitation.organisation.printable_names()
    return SigningForm(
        key=key or secrets.token_hex(16),
        shown=shown_to(invitation, at=at),
        person=invitation.contact.name,
        role="Director",
        printed_names=names | ({"und": name} if name else {}),
        is_withheld=is_withheld,
    )


def signed(letter_id: UUID, member: Member, *, is_withheld: bool = False, name: str | None = None) -> UUID:
    """The member signs; the signature's id."""
    invitation = invitation_of(letter_id, member)
    return answer.sign(invitation.id, a_form(invitation, is_withheld=is_withheld, name=name))


def declined(letter_id: UUID, member: Member, *, reason: str = "") -> None:
    """The member declines."""
    invitation = invitation_of(letter_id, member)
    answer.decline(invitation.id, key=secrets.token_hex(16), shown=shown_to(invitation), reason=reason)


def passed_on(letter_id: UUID, member: Member, address: str, *, hands_over: bool = False) -> Invitation:
    """The member passes the letter on to a colleague; the colleague's invitation."""
    own = invitation_of(letter_id, member)
    colleague = Colleague(address, "Boryana Dimitrova", "en")
    pass_on.pass_on(
        own.id, colleague, hands_over=hands_over, key=secrets.token_hex(16), shown=shown_to(own), words="For you."
    )
    return invitation_at(letter_id, member, address)


def prepared(letter_id: UUID, member: Member, address: str, *, is_withheld: bool = False) -> Invitation:
    """The member prepares a signature for a colleague to approve; the colleague's invitation."""
    own = invitation_of(letter_id, member)
    what = approve.Prepared(own.organisation.printable_names(), is_withheld, "For you.")
    colleague = Colleague(address, "Boryana Dimitrova", "en")
    approve.ask(own.id, what, colleague, key=secrets.token_hex(16), shown=shown_to(own))
    return invitation_at(letter_id, member, address)


def invitation_at(letter_id: UUID, member: Member, address: str) -> Invitation:
    """The invitation of a member's colleague, by the address."""
    db.session.rollback()
    return db.session.scalars(
        select(Invitation)
        .join(Contact, Contact.id == Invitation.contact_id)
        .where(
            Invitation.letter_id == letter_id,
            Contact.organisation_id == member.organisation_id,
            Contact.address_index == address_index(address),
        )
    ).one()


def withdrawn(letter_id: UUID, member: Member) -> None:
    """The member withdraws."""
    invitation = invitation_of(letter_id, member)
    answer.withdraw(invitation.id, key=secrets.token_hex(16), shown=shown_to(invitation))


def withheld(letter_id: UUID, member: Member) -> None:
    """The member has its name withheld after having signed by name."""
    invitation = invitation_of(letter_id, member)
    answer.withhold(invitation.id, key=secrets.token_hex(16), shown=shown_to(invitation))


def amended(
    cast: Cast,
    letter_id: UUID,
    change_class: str = "substantive",
    *,
    body: str = BODY + "\nToday.\n",
    language: str = "en",
    days: int = 3,
) -> int:
    """The coordinator puts a new version forward, with another body in one language; its number."""
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.save_text(letter_id, language, {"body": body}, by=cast.coordinator)
    amendment = amend.Amendment(
        change_class=change_class,
        explanations={"en": "We added a sentence, as members asked."},
        reply_by_at=clock.now() + timedelta(days=days),
    )
    return amend.put_forward(letter_id, amendment, by=cast.coordinator, seal=amend.seal_of(a_letter(letter_id)))


def amended_as_written(cast: Cast, letter_id: UUID) -> int:
    """The coordinator puts the version forward that the team has written, while nobody has signed; its number."""
    seal = amend.seal_of(a_letter(letter_id))
    return amend.put_forward(letter_id, amend.Amendment(), by=cast.coordinator, seal=seal)


def kept(letter_id: UUID, member: Member, *, language: str = "en") -> None:
    """The member keeps its signature under the version in force."""
    invitation = invitation_of(letter_id, member)
    reconfirm.keep(invitation.id, key=secrets.token_hex(16), shown=shown_to(invitation, language=language))


def objected(letter_id: UUID, member: Member, against: str = "typographical") -> None:
    """The member objects to the typographical change, or to the page proof."""
    invitation = invitation_of(letter_id, member)
    reconfirm.object_to(invitation.id, key=secrets.token_hex(16), shown=shown_to(invitation), against=against)


def recorded(cast: Cast, letter_id: UUID, *members: Member, answer: str = "sign", words: str = "Yes, we sign.") -> UUID:
    """The coordinator records what the members said by telephone; the evidence's id."""
    said = record_on_behalf.Said(way="telephone", who="Ana Petrova", role="Chair", on=clock.now().date(), words=words)
    recording = record_on_behalf.Recording(
        evidence_id=uuid4(),
        answer=answer,
        version=a_letter(letter_id).version.number,
        organisation_ids=tuple(one.organisation_id for one in members),
        said=said,
    )
    record_on_behalf.record_answers(letter_id, recording, by=cast.coordinator)
    return recording.evidence_id


def a_piece_of_evidence(cast: Cast, letter_id: UUID) -> UUID:
    """Evidence of nothing in particular, in a letter of whatever stage; its id."""
    evidence = Evidence(id=uuid4(), letter_id=letter_id, account_id=cast.coordinator.id, created_at=clock.now())
    evidence.said = {
        "way": "list", "who": "Ana Petrova", "role": "", "on": "2027-03-01", "words": "Yes.", "file_name": "",
        "media_type": "", "at": clock.now().isoformat(), "answer": "sign", "version": 1, "organisations": [],
    }  # fmt: skip
    with transaction() as session:
        session.add(evidence)
    return evidence.id


def published(cast: Cast, letter_id: UUID, *, is_announced: bool = True) -> int:
    """The coordinator closes and publishes, passing over whatever the check list still says; everybody is told.

    Not `is_announced`: its ten minutes run.
    """
    if a_letter(letter_id).stage == "open":
        close.close(letter_id, by=cast.coordinator)
    found = check.check(db.session(), a_letter(letter_id))
    number = publish.publish(
        letter_id, by=cast.coordinator, overrides={finding.key: "seen" for finding in found.findings}
    )
    if is_announced:
        announce.announce(letter_id, by=cast.coordinator)
    return number


def published_open(cast: Cast, letter_id: UUID) -> int:
    """The coordinator publishes a rolling letter, which stays open."""
    found = check.check(db.session(), a_letter(letter_id))
    return publish.publish(
        letter_id, by=cast.coordinator, overrides={finding.key: "seen" for finding in found.findings}
    )


def a_colleague(cast: Cast, role: str, *, name: str = "") -> UUID:
    """An account of the house for a part: "coordinator", "translator" or "observer"; its id."""
    name = name or f"The {role}"
    address = f"{name.replace(' ', '.').lower()}@freevoices.example"
    return enter.invite_colleague(by=cast.coordinator, name=name, address=address, language="en", role=role)


def a_translator(cast: Cast, letter_id: UUID, *languages: str, name: str = "") -> UUID:
    """A translator on the letter's team, for the languages; the account's id."""
    account_id = a_colleague(cast, "translator", name=name)
    team.join_team(letter_id, account_id, by=cast.coordinator, reason="To help", role="translator", languages=languages)
    return account_id


def an_observer(cast: Cast, letter_id: UUID) -> UUID:
    """An observer on the letter's team; the account's id."""
    account_id = a_colleague(cast, "observer")
    team.join_team(letter_id, account_id, by=cast.coordinator, reason="To help", role="observer")
    return account_id


def a_file_brought(cast: Cast, letter_id: UUID, language: str = "en") -> UUID:
    """A file that came for the text of a language before it was shown, read and not decided about."""
    source = TextSource(
        letter_id=letter_id,
        language=language,
        account_id=cast.coordinator.id,
        file_name="letter.md",
        kind="markdown",
        state="converted",
        created_at=clock.now(),
    )
    source.result = {"accepted": read_document(b"We ask.", "markdown").as_data(), "original": None}
    with transaction() as session:
        session.add(source)
    return source.id


def replied(
    letter_id: UUID,
    member: Member,
    words: str = "Yes, we sign.",
    *,
    kind: str = "reply",
    address: str = "",
    at: datetime | None = None,
    **said: str,
) -> UUID:
    """The member's contact writes back to a mail of the letter; the id of what came in."""
    invitation_id = invitation_of(letter_id, member).id
    contact = member.contact
    told = {
        "from_name": contact.name or "",
        "from_address": address or contact.address or "",
        "subject": "Re: Free the reporters",
        "words": words,
        "date": "",
    }
    with transaction() as session:
        incoming = IncomingEmail(
            kind=kind, key=secrets.token_bytes(32), invitation_id=invitation_id, at=at or clock.now()
        )
        session.add(incoming)
        reply.take_reply(session, incoming, told | said)
        return incoming.id


def link_path(letter_id: UUID, member: Member) -> str:
    """The path of the link that was mailed to the member."""
    return link_path_of(invitation_of(letter_id, member))


def link_path_of(invitation: Invitation) -> str:
    """The path of the newest link of an invitation."""
    return f"/i/{invitation.links[-1].token(tokens.ours())}"


def way_out_of(invitation: Invitation) -> str:
    """The path of a link that stops the mails of an invitation, made now."""
    with transaction() as session:
        link = Link.for_mute(invitation, tokens.ours(), now=clock.now())
        session.add(link)
        return f"/u/{link.token(tokens.ours())}"


def invitation_to(letter_id: UUID, contact_id: UUID) -> Invitation:
    """The invitation of one contact to a letter."""
    db.session.rollback()
    return db.session.scalars(
        select(Invitation).where(Invitation.letter_id == letter_id, Invitation.contact_id == contact_id)
    ).one()


def joined(cast: Cast, letter_id: UUID, account_id: UUID, *, role: str = "coordinator") -> None:
    """A colleague comes onto the letter's team."""
    team.join_team(letter_id, account_id, by=cast.coordinator, reason="To help", role=role)


def asked(cast: Cast, letter_id: UUID, *, address: str = "", language: str = "en", name: str = "") -> UUID:
    """Somebody asks through the letter's open call to sign for an organisation; the request's id."""
    if call.call_of(db.session(), letter_id) is None:
        call.make_call(letter_id, by=cast.coordinator)
    link = call.call_of(db.session(), letter_id)
    assert link is not None
    key = secrets.token_hex(16)
    said = Asked(
        address=address or f"ada@{key[:12]}.example",
        organisation=name or "Reporters of the Coast",
        country="KE",
        site=f"https://{key[:12]}.example",
        person="Ada Roth",
        role="Director",
        why="We report from there.",
    )
    request.ask(letter_id, said, Sent(key=key, language=language, call_id=link.id))
    db.session.rollback()
    return db.session.scalars(select(RequestToSign.id).where(RequestToSign.key == key)).one()
