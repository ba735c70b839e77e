"""The worlds in which every page is looked at: each door's states, arranged once, and who looks there.

A state is a line in the `states` of its door: a name in words, and what arranges it. Where a page has to be told from
another state of the same door, `tests/house/states.py` says how.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from uuid import UUID, uuid4

from passlib.totp import TOTP
from sqlalchemy import select

from coalition import clock, config, create_app, tokens
from coalition.actions import (
    admit,
    amend,
    bring_text,
    call,
    circulate,
    close,
    directory,
    enter,
    found,
    groups,
    jot,
    more_time,
    mute,
    own_entry,
    press,
    reconfirm,
    request,
    second_step,
    sessions,
    show_proof,
    sign_for_oneself,
    take_off_person,
    team,
    webhooks,
)
from coalition.actions.own_page import Here
from coalition.database import db, transaction
from coalition.emails import outbox
from coalition.models import app_code
from coalition.models.account import Account
from coalition.models.comment import Comment
from coalition.models.contact import Contact
from coalition.models.letter import AlreadyPublished, Letter, TextIsFrozen
from coalition.models.limit import TooOften
from coalition.models.link import Link
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.private_note import PrivateNote
from coalition.models.request import RequestToSign
from coalition.models.second_step import Passkey
from coalition.models.signature import Signature, organisation_index
from coalition.models.standing_consent import StandingAct
from coalition.rendering.paragraphs import paragraphs
from tests import builders, persons
from tests.cast import Cast, assemble
from tests.house.states import TITLE, TRIED_OFTEN
from tests.visitor import Visitor
from tests.web.signing.own import at_own_page, own_link_path

if TYPE_CHECKING:
    from flask import Flask

    from coalition.config import Settings
    from coalition.models.invitation import Invitation
    from tests.databases import Databases

LANGUAGES: Final = ("en", "ar")
DEMO: Final[dict[str, Any]] = {"demo": True, "mail_server": "", "public_address": "http://127.0.0.1:8000"}


@dataclass(slots=True)
class State:
    """A state as it was arranged: what stands at each place of a path, and who comes there in each language."""

    values: dict[str, Any]
    visitors: dict[str, Visitor]
    settings: dict[str, Any] = field(default_factory=dict)
    """What the installation's settings say otherwise."""
    at: datetime | None = None
    """When it is, where that matters; else now."""
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)
    """What proves, for the visitor of each language, that a form of ours was open."""


@dataclass(slots=True)
class House:
    """A founded coalition: its app, and the two who coordinate every letter, Nadia in English and Layla in Arabic."""

    app: Flask
    nadia_id: UUID
    layla_id: UUID
    cast: Cast | None = None
    letters: dict[str, UUID] = field(default_factory=dict)

    @property
    def members(self) -> Cast:
        """The cast of a house that is not empty."""
        assert self.cast is not None
        return self.cast

    @property
    def nadia(self) -> Account:
        """The coordinator."""
        return db.session.get_one(Account, self.nadia_id)

    def at_the_desk(self) -> dict[str, Visitor]:
        """Both coordinators, signed in."""
        visitors = self.strangers()
        for language, account_id in zip(LANGUAGES, (self.nadia_id, self.layla_id), strict=True):
            visitors[language].sign_in(db.session.get_one(Account, account_id))
        return visitors

    def strangers(self) -> dict[str, Visitor]:
        """Somebody of each language, without any cookie."""
        found = {language: Visitor(self.app) for language in LANGUAGES}
        for language, visitor in found.items():
            visitor.headers["Accept-Language"] = language
        return found

    def shared(self, letter_id: UUID) -> UUID:
        """A letter of which Layla is a coordinator too."""
        team.join_team(letter_id, self.layla_id, by=self.nadia, reason="To help")
        return letter_id


@dataclass(slots=True)
class Worlds:
    """A house with letters in every state, and one that was founded a minute ago."""

    full: House
    empty: House
    known: dict[tuple[str, str], State] = field(default_factory=dict)


class NoSuchPlace(LookupError):
    """A state has no value for a place of a path."""

    def __init__(self, rule: str, place: str) -> None:
        super().__init__(
            f"{rule}: no state has a value for <{place}>. Give it one in tests/house/worlds.py, where the states of "
            f"{door_of(rule).beginning!r} are arranged (for the desk of a letter: letter_values)."
        )


Arrange: TypeAlias = Callable[[Worlds], State]


# -- the desk of a letter -----------------------------------------------------------------------------------------


def a_draft(house: House) -> UUID:
    """Written, with everybody on its list, not sent."""
    cast = house.members
    letter_id = builders.a_draft(cast, title=TITLE, languages=LANGUAGES)
    people = [one.contact_id for one in (cast.small_member, cast.arabic_member, cast.unnamed_member)]
    circulate.invite(letter_id, people, by=cast.coordinator)
    return letter_id


def an_open_letter(house: House) -> UUID:
    """Out for signature, with one signature by name, one withheld and one refusal."""
    cast = house.members
    letter_id = builders.an_open_letter(cast, title=TITLE, languages=LANGUAGES)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.declined(letter_id, cast.arabic_member)
    request.confirm(builders.asked(cast, letter_id))
    return letter_id


def a_letter_in_consultation(house: House) -> UUID:
    """Out for comments, with one on the whole text."""
    letter_id = builders.consulted(house.members, audience="named", languages=LANGUAGES)
    builders.said(letter_id, house.members.small_member, "Say by when.")
    return letter_id


def a_letter_being_rewritten(house: House) -> UUID:
    """Out for signature, while the team writes another version."""
    letter_id = an_open_letter(house)
    amend.begin_version(letter_id, by=house.nadia)
    return letter_id


def an_amended_letter(house: House) -> UUID:
    """Out for signature under a new version, to which the signature is to be kept."""
    letter_id = an_open_letter(house)
    builders.amended(house.members, letter_id)
    return letter_id


def a_closed_letter(house: House) -> UUID:
    """Signing is over, nothing is published."""
    letter_id = an_open_letter(house)
    close.close(letter_id, by=house.nadia)
    return letter_id


def a_cancelled_letter(house: House) -> UUID:
    """Cancelled while it was open."""
    letter_id = an_open_letter(house)
    circulate.cancel(letter_id, by=house.nadia)
    return letter_id


def a_published_letter(house: House) -> UUID:
    """Closed and published."""
    letter_id = an_open_letter(house)
    builders.published(house.members, letter_id)
    return letter_id


LETTERS: Final[dict[str, Callable[[House], UUID]]] = {
    "draft": a_draft,
    "in consultation": a_letter_in_consultation,
    "open": an_open_letter,
    "being rewritten": a_letter_being_rewritten,
    "amended": an_amended_letter,
    "closed": a_closed_letter,
    "cancelled": a_cancelled_letter,
    "published": a_published_letter,
}
"""The states of a letter at its desk."""


def a_file_brought_in(house: House, letter_id: UUID) -> dict[str, UUID]:
    """A file for the text of each language, where the letter takes one."""
    found = {language: uuid4() for language in LANGUAGES}
    for language in LANGUAGES:
        with suppress(TextIsFrozen, AlreadyPublished):
            found[language] = bring_text.bring(
                letter_id,
                language,
                file_name="letter.md",
                kind="markdown",
                content=b"# Now\n\nToday.\n",
                by=house.nadia,
            )
    return found


def a_comment(letter_id: UUID) -> UUID:
    """The comment that was made on a letter in consultation; for any other letter the id of none."""
    return db.session.scalar(select(Comment.id).where(Comment.letter_id == letter_id)) or uuid4()


def a_private_note(house: House, letter_id: UUID) -> UUID:
    """What Nadia noted for the team about the small member."""
    jot.note(letter_id, house.members.small_member.organisation_id, "Call in May.", by=house.nadia, form=uuid4())
    return db.session.scalars(select(PrivateNote.id).where(PrivateNote.letter_id == letter_id)).one()


def a_letter_left_alone(house: House) -> UUID:
    """A letter whose only coordinator has left the house."""
    colleague_id = builders.a_colleague(house.members, "coordinator", name="Max Roth")
    letter_id = builders.a_draft(house.members, title=TITLE)
    builders.joined(house.members, letter_id, colleague_id)
    team.leave_team(letter_id, house.nadia_id, by=house.nadia)
    enter.end_account(colleague_id, by=house.nadia, leaves_alone=1)
    return letter_id


def letter_values(house: House, letter_id: UUID) -> dict[str, Any]:
    """What stands at each place of a path under a letter at the desk."""
    member = house.members.small_member
    return {
        "letter_id": letter_id,
        "invitation_id": builders.invitation_of(letter_id, member).id,
        "organisation_id": member.organisation_id,
        "contact_id": member.contact_id,
        "account_id": house.members.other_coordinator_id,
        "first": 1,
        "second": 2,
        "comment_id": a_comment(letter_id),
        "request_id": db.session.scalar(select(RequestToSign.id).where(RequestToSign.letter_id == letter_id))
        or uuid4(),
        "source_id": a_file_brought_in(house, letter_id),
        "attachment_id": uuid4(),
        "delivery_id": uuid4(),
        "response_id": uuid4(),
        "copy_id": uuid4(),
        "kind": "pdf",
        "place": 0,
        "note_id": a_private_note(house, letter_id),
        "evidence_id": builders.a_piece_of_evidence(house.members, letter_id),
        "reply_id": builders.replied(letter_id, member),
        "link_id": uuid4(),
        "report_id": uuid4(),
        "objection_id": uuid4(),
        "code_id": uuid4(),
        "tag": {language: language for language in LANGUAGES},
        "signature_id": db.session.scalar(select(Signature.id).where(Signature.letter_id == letter_id).limit(1))
        or uuid4(),
    }


def at_the_desk_of(state: str) -> Arrange:
    """The desk of the letter in that state."""

    def arrange(worlds: Worlds) -> State:
        house = worlds.full
        house.letters[state] = house.shared(LETTERS[state](house))
        return State(letter_values(house, house.letters[state]), house.at_the_desk())

    return arrange


# -- the desk apart from letters -----------------------------------------------------------------------------------


def the_full_desk(worlds: Worlds) -> State:
    """A directory, colleagues, letters and mails."""
    house = worlds.full
    member = house.members.small_member
    email_id = db.session.scalars(select(OutgoingEmail.id).limit(1)).first()
    values = {
        "organisation_id": member.organisation_id,
        "contact_id": member.contact_id,
        "account_id": house.members.other_coordinator_id,
        "email_id": email_id or uuid4(),
        "code_id": uuid4(),
        "letter_id": a_letter_left_alone(house),
        "group_id": groups.create_group("Balkans", by=house.members.coordinator),
        "other_id": house.members.arabic_member.organisation_id,
        "change_id": a_change_asked_for(house),
        "consent_id": uuid4(),
        "page": "about",
        "webhook_id": webhooks.make("https://mirror.example/hooks", by=house.nadia)[0],
        "session_id": sessions.begin(house.nadia.id, token=uuid4().hex, by="password", device=""),
    }
    return State(values, house.at_the_desk())


def a_change_asked_for(house: House) -> UUID:
    """Kalina's organisation asks for another website."""
    contact = house.members.small_member.contact
    return own_entry.ask_for_change(Here(contact.id, contact.epoch), {"site": "https://kalina.example"})


def the_empty_desk(worlds: Worlds) -> State:
    """Nothing but the secretariat and its two accounts."""
    house = worlds.empty
    with house.app.app_context():
        values = {"organisation_id": house.nadia.organisation_id, "account_id": house.layla_id, "page": "about"}
        return State(values, house.at_the_desk())


def signed_out(worlds: Worlds) -> State:
    """Somebody who is not signed in; and an address for which codes were asked for too often."""
    with suppress(TooOften):
        while True:
            enter.mail_code(TRIED_OFTEN, browser="theirs")
    return State({}, worlds.full.strangers(), at=clock.now())  # tries are forgotten after a while


def second_steps(worlds: Worlds, *, given: bool) -> State:
    """Two colleagues with an app and a passkey; those who gave it in this session, and three codes before."""
    house, names = worlds.full, {"en": "Mira Lund", "ar": "منى"}
    visitors, keys = house.strangers(), {}
    for language, name in names.items():
        account_id = enter.invite_colleague(
            by=house.nadia, name=name, address=f"mira-{uuid4().hex}@freevoices.example", language=language
        )
        secret = app_code.new_secret()
        shown = str(TOTP(key=secret).generate(time=clock.now()).token)
        here = sessions.begin(account_id, token=uuid4().hex, by="password", device="")
        codes = second_step.add_app(account_id, secret=secret, code=shown, session_id=here)
        for code in codes[:7]:
            second_step.give_code(account_id, code, session_id=here)
        with transaction() as session:
            key = Passkey(
                account_id=account_id, name="Blue key", credential_id=uuid4().bytes, public_key=b"", made_at=clock.now()
            )
            session.add(key)
            keys[language] = key.id
        visitors[language].sign_in(db.session.get_one(Account, account_id))
        if given:
            for begun in sessions.live_of(account_id):
                second_step.mark_given(begun.id, "app")
    return State({"passkey_id": keys}, visitors)


def owes_second_step(worlds: Worlds) -> State:
    """The password was given, nothing else yet."""
    return second_steps(worlds, given=False)


def has_second_step(worlds: Worlds) -> State:
    """The second step was given."""
    return second_steps(worlds, given=True)


def needs_second_step(worlds: Worlds) -> State:
    """Administrators of a house that requires it, who have none."""
    return State({}, worlds.full.at_the_desk(), {"second_step": "required"})


def proof_is_old(worlds: Worlds) -> State:
    """A quarter of an hour after signing in."""
    return replace(second_steps(worlds, given=True), at=clock.now() + timedelta(minutes=15))


def signed_in(worlds: Worlds) -> State:
    """Somebody who is."""
    return State({}, worlds.full.at_the_desk())


def a_set_up_link(worlds: Worlds) -> State:
    """The link by which a new colleague chooses a password."""
    account_id = worlds.full.members.other_coordinator_id
    live = select(Link).where(Link.account_id == account_id, Link.revoked_at.is_(None))
    return State({"token": db.session.scalars(live).one().token(tokens.ours())}, worlds.full.strangers())


def a_used_set_up_link(worlds: Worlds) -> State:
    """The link by which Nadia chose hers."""
    used = select(Link).where(Link.account_id == worlds.full.nadia_id)
    return State({"token": db.session.scalars(used).one().token(tokens.ours())}, worlds.full.strangers())


def a_token_that_is_not_ours(worlds: Worlds) -> State:
    """A link cut off by a mail program."""
    return State({"token": "not-one-of-ours"}, worlds.full.strangers())


# -- the signing door ----------------------------------------------------------------------------------------------


def signing(after: Callable[[Cast, UUID], object]) -> Arrange:
    """The small member's link, opened in each language before what happens `after` the letter went out to it."""

    def arrange(worlds: Worlds) -> State:
        house, member = worlds.full, worlds.full.members.small_member
        letter_id = builders.an_open_letter(house.members, member, title=TITLE, languages=LANGUAGES)
        state = through(house, builders.invitation_of(letter_id, member))
        after(house.members, letter_id)
        return state

    return arrange


def through(house: House, invitation: Invitation) -> State:
    """An invitation, its link, and people who came through it."""
    path = builders.link_path_of(invitation)
    text = invitation.letter.text("en")
    values = {"invitation_id": invitation.id, "key": paragraphs(text)[0].key, "token": path.removeprefix("/i/")}
    visitors = house.strangers()
    for visitor in visitors.values():
        visitor.get(path, follow=False)
    return State(values, visitors)


def wanting_mails(worlds: Worlds) -> State:
    """The links that stop the mails of two members, each in their language."""
    members = worlds.full.members
    people = {"en": members.small_member, "ar": members.arabic_member}
    letter_id = builders.an_open_letter(members, *people.values(), title=TITLE, languages=LANGUAGES)
    return State({"token": _ways_out(letter_id, people)}, worlds.full.strangers())


def stopping(after: Callable[[Cast, UUID], object]) -> Arrange:
    """The link that stops the small member's mails, as it is `after` something happened."""

    def arrange(worlds: Worlds) -> State:
        house, member = worlds.full, worlds.full.members.small_member
        letter_id = builders.an_open_letter(house.members, member, title=TITLE, languages=LANGUAGES)
        token = _ways_out(letter_id, {"en": member})["en"]
        after(house.members, letter_id)
        return State({"token": token}, house.strangers())

    return arrange


def _ways_out(letter_id: UUID, people: dict[str, Any]) -> dict[str, str]:
    return {
        language: builders.way_out_of(builders.invitation_of(letter_id, member)).removeprefix("/u/")
        for language, member in people.items()
    }


def a_colleague_signed(worlds: Worlds) -> State:
    """The link of a colleague of the one who signed."""
    cast = worlds.full.members
    letter_id = builders.an_open_letter(cast, cast.small_member, title=TITLE, languages=LANGUAGES)
    circulate.invite(letter_id, [cast.colleague_contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    builders.signed(letter_id, cast.small_member)
    return through(worlds.full, builders.invitation_to(letter_id, cast.colleague_contact_id))


def in_consultation(worlds: Worlds) -> State:
    """Asked for comments before signing."""
    member = worlds.full.members.small_member
    letter_id = builders.consulted(worlds.full.members, member, audience="named", languages=LANGUAGES)
    return through(worlds.full, builders.invitation_of(letter_id, member))


def no_cookie(worlds: Worlds) -> State:
    """An invitation's address without what proves the link."""
    state = signing(not_answered)(worlds)
    return replace(state, visitors=worlds.full.strangers())


def not_ours(worlds: Worlds) -> State:
    """An invitation and a link that never were."""
    return State({"invitation_id": uuid4(), "key": "title", "token": "not-one-of-ours"}, worlds.full.strangers())


def not_answered(_cast: Cast, _letter_id: UUID) -> None:
    """Nothing yet."""


def the(member: Callable[..., object], **how: Any) -> Callable[[Cast, UUID], object]:
    """One of the builders, done by the small member."""
    return lambda cast, letter_id: member(letter_id, cast.small_member, **how)


def signed_then(after: Callable[[Cast, UUID], object]) -> Callable[[Cast, UUID], object]:
    """The small member signed, then that happened."""

    def both(cast: Cast, letter_id: UUID) -> None:
        builders.signed(letter_id, cast.small_member)
        after(cast, letter_id)

    return both


def asked_to_keep(cast: Cast, letter_id: UUID) -> None:
    """The text changed in substance."""
    builders.amended(cast, letter_id)


def kept(cast: Cast, letter_id: UUID) -> None:
    """The text changed in substance, and the member kept its signature."""
    builders.amended(cast, letter_id)
    builders.kept(letter_id, cast.small_member)


def corrected(cast: Cast, letter_id: UUID) -> None:
    """The text was corrected alone: one can object."""
    builders.amended(cast, letter_id, "typographical")


def objected(cast: Cast, letter_id: UUID) -> None:
    """The text was corrected, and the member objected."""
    builders.amended(cast, letter_id, "typographical")
    builders.objected(letter_id, cast.small_member)


def shown_the_proof(cast: Cast, letter_id: UUID) -> None:
    """The page proof is out."""
    show_proof.send_proof(letter_id, until_at=clock.now() + timedelta(days=1), by=cast.coordinator)


def recorded(cast: Cast, letter_id: UUID) -> None:
    """A coordinator recorded that the small member said yes by telephone."""
    builders.recorded(cast, letter_id, cast.small_member)


def foreseen(cast: Cast, letter_id: UUID) -> None:
    """By a consent given beforehand it will sign in two days, unless somebody says no."""
    with transaction() as session:
        version, index = (
            session.get_one(Letter, letter_id).version,
            organisation_index(letter_id, cast.small_member.organisation_id),
        )
        act = StandingAct(
            letter_id=letter_id,
            organisation_index=index,
            version_id=version.id,
            due_at=clock.now() + timedelta(days=2),
        )
        act.about = {"organisation": cast.small_member.organisation_id.hex, "consent": uuid4().hex}
        session.add(act)


def disputed(cast: Cast, letter_id: UUID) -> None:
    """The organisation says that the signature is not its own."""
    invitation = builders.invitation_of(letter_id, cast.small_member)
    reconfirm.dispute(invitation.id, shown=builders.shown_to(invitation))


def handed_over(cast: Cast, letter_id: UUID) -> None:
    """The member handed it over to a colleague, who has not answered."""
    builders.passed_on(letter_id, cast.small_member, f"{letter_id.hex}@pressclub.example", hands_over=True)


def waits_for_approval(cast: Cast, letter_id: UUID) -> None:
    """The member prepared a signature for a colleague to approve."""
    builders.prepared(letter_id, cast.small_member, f"{letter_id.hex}@pressclub.example")


def needs_time(cast: Cast, letter_id: UUID) -> None:
    """The member said by when it answers."""
    own = builders.invitation_of(letter_id, cast.small_member)
    day = (clock.now() + timedelta(days=3)).date()
    more_time.need_until(own.id, day, key=f"time {letter_id.hex}", shown=builders.shown_to(own))


def muted(cast: Cast, letter_id: UUID) -> None:
    """The member did not expect the mail."""
    own = builders.invitation_of(letter_id, cast.small_member)
    mute.mute(own.id, wholly=False, shown=builders.shown_to(own))


def to_approve(worlds: Worlds) -> State:
    """The link of the colleague who is asked for a yes."""
    cast = worlds.full.members
    letter_id = builders.an_open_letter(cast, cast.small_member, title=TITLE, languages=LANGUAGES)
    return through(worlds.full, builders.prepared(letter_id, cast.small_member, f"{letter_id.hex}@pressclub.example"))


def closed(cast: Cast, letter_id: UUID) -> None:
    """Signing is over."""
    close.close(letter_id, by=cast.coordinator)


def cancelled(cast: Cast, letter_id: UUID) -> None:
    """The letter is cancelled."""
    circulate.cancel(letter_id, by=cast.coordinator)


def published(cast: Cast, letter_id: UUID) -> None:
    """The letter stands in public."""
    builders.published(cast, letter_id)


def revoked(cast: Cast, letter_id: UUID) -> None:
    """The coordinator took the invitation back."""
    circulate.revoke(builders.invitation_of(letter_id, cast.small_member).id, by=cast.coordinator)


def replaced(cast: Cast, letter_id: UUID) -> None:
    """The coordinator had a new link mailed."""
    circulate.replace_link(builders.invitation_of(letter_id, cast.small_member).id, by=cast.coordinator)


def expired(cast: Cast, letter_id: UUID) -> None:
    """The link's own day is over."""
    link = builders.invitation_of(letter_id, cast.small_member).links[-1]
    link.expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()


# -- readers -------------------------------------------------------------------------------------------------------


def in_public(state: str) -> Arrange:
    """What a reader gets at the address of the letter that is in that state at the desk."""

    def arrange(worlds: Worlds) -> State:
        slug = builders.a_letter(worlds.full.letters[state]).slug
        rests = {"en": slug, "ar": f"{slug}/ar"}
        return State({"rest": rests}, worlds.full.strangers())

    return arrange


def asking(*, takes: bool) -> Arrange:
    """A published letter of each language, that takes requests to be on its list, or takes none."""

    def arrange(worlds: Worlds) -> State:
        house, slugs = worlds.full, {}
        for language in LANGUAGES:
            tags = (language, *(tag for tag in LANGUAGES if tag != language))
            letter_id = builders.an_open_letter(house.members, house.members.small_member, title=TITLE, languages=tags)
            builders.signed(letter_id, house.members.small_member)
            builders.published(house.members, letter_id)
            call.take_requests(letter_id, is_taken=takes, by=house.nadia)
            slugs[language] = builders.a_letter(letter_id).slug
        return State({"slug": slugs}, house.strangers())

    return arrange


def no_such_letter(worlds: Worlds) -> State:
    """An address that no letter ever had, for those who would ask."""
    return State({"slug": "no-such-letter"}, worlds.full.strangers())


def a_preview(*, ends: bool) -> Arrange:
    """The press preview of a letter, or one that was ended."""

    def arrange(worlds: Worlds) -> State:
        house = worlds.full
        letter_id = builders.a_draft(house.members, title=TITLE, languages=LANGUAGES)
        until = clock.now() + timedelta(days=2)
        link_id = press.make_press_link(letter_id, expires_at=until, shows_list=False, by=house.nadia)
        token = db.session.get_one(Link, link_id).token(tokens.ours())
        if ends:
            press.end_press_link(letter_id, link_id, by=house.nadia)
        return State({"token": token}, house.strangers())

    return arrange


def a_call(*, ends: bool) -> Arrange:
    """The open call of a letter under signature, or one that was ended."""

    def arrange(worlds: Worlds) -> State:
        house = worlds.full
        letter_id = builders.an_open_letter(house.members, title=TITLE, languages=LANGUAGES)
        call.make_call(letter_id, by=house.nadia)
        link = call.call_of(db.session(), letter_id)
        assert link is not None
        token = link.token(tokens.ours())
        if ends:
            call.end_call(letter_id, by=house.nadia)
        return State({"token": token}, house.strangers())

    return arrange


def asked_then(after: Callable[[House, UUID, UUID], object], *, days: int = 0) -> Arrange:
    """The link that asks an address of each language whether it was they, so many days after that happened."""

    def arrange(worlds: Worlds) -> State:
        house, links = worlds.full, {}
        for language in LANGUAGES:
            letter_id = builders.an_open_letter(house.members, title=TITLE, languages=LANGUAGES)
            request_id = builders.asked(house.members, letter_id, language=language)
            after(house, letter_id, request_id)
            link = db.session.scalars(select(Link).where(Link.request_id == request_id)).one()
            links[language] = link.token(tokens.ours())
        at = clock.now() + timedelta(days=days) if days else None
        return State({"token": links}, house.strangers(), at=at)

    return arrange


def alone(after: Callable[[House, UUID, UUID], object], *, objects: bool = False) -> Arrange:
    """The page of a person of each language who signed for themselves, and what happened then."""

    def arrange(worlds: Worlds) -> State:
        house, links = worlds.full, {}
        for language in LANGUAGES:
            letter_id = builders.an_open_letter(house.members, title=TITLE, languages=LANGUAGES)
            persons.with_individuals(house.members, letter_id)
            request_id = persons.signed(house.members, letter_id, language=language)
            after(house, letter_id, request_id)
            if objects:
                persons.objected(request_id)
            link = db.session.scalars(select(Link).where(Link.request_id == request_id)).one()
            links[language] = link.token(tokens.ours())
        return State({"token": links}, house.strangers())

    return arrange


def the_text_changed(change_class: str) -> Callable[[House, UUID, UUID], object]:
    """A new version was put forward."""

    def change(house: House, letter_id: UUID, _request_id: UUID) -> object:
        return builders.amended(house.members, letter_id, change_class)

    return change


def the_proof_was_shown(house: House, letter_id: UUID, _request_id: UUID) -> object:
    """The page proof can be objected to."""
    return show_proof.send_proof(letter_id, until_at=clock.now() + timedelta(days=3), by=house.nadia)


def the_line_was_suspended(house: House, letter_id: UUID, _request_id: UUID) -> None:
    """A coordinator doubts the signature."""
    signature = db.session.scalars(
        select(Signature).where(Signature.letter_id == letter_id, Signature.kind == "individual")
    ).one()
    take_off_person.suspend_person(letter_id, signature.id, reason="Another one is meant.", by=house.nadia)


def the_letter_was_published(house: House, letter_id: UUID, _request_id: UUID) -> object:
    """The list is printed."""
    return builders.published(house.members, letter_id)


def the_letter_was_cancelled(house: House, letter_id: UUID, _request_id: UUID) -> None:
    """Nothing is published."""
    circulate.cancel(letter_id, by=house.nadia)


def they_withdrew(_house: House, _letter_id: UUID, request_id: UUID) -> None:
    """The person withdrew."""
    persons.withdrawn(request_id)


def they_were_erased(_house: House, _letter_id: UUID, request_id: UUID) -> None:
    """The person withdrew, and had erased what was held of them."""
    persons.withdrawn(request_id)
    sign_for_oneself.erase(request_id)


def nothing_more(_house: House, _letter_id: UUID, _request_id: UUID) -> None:
    """Nobody has answered."""


def was_them(_house: House, _letter_id: UUID, request_id: UUID) -> None:
    """They said that it was they."""
    request.confirm(request_id)


def was_not_them(_house: House, _letter_id: UUID, request_id: UUID) -> None:
    """They said that it was not."""
    request.disown(request_id)


def was_them_then(
    after: Callable[..., object], *arguments: str, closes: bool = False
) -> Callable[[House, UUID, UUID], None]:
    """They said that it was they, and a coordinator decided."""

    def decided(house: House, letter_id: UUID, request_id: UUID) -> None:
        request.confirm(request_id)
        if closes:
            close.close(letter_id, by=house.nadia)
        after(letter_id, request_id, *arguments, by=house.nadia)

    return decided


def asked_twice(house: House, letter_id: UUID, request_id: UUID) -> None:
    """They asked again, and confirmed that too."""
    address = db.session.get_one(RequestToSign, request_id).address
    request.confirm(request_id)
    request.confirm(builders.asked(house.members, letter_id, address=address))


def being_made(worlds: Worlds) -> State:
    """A PDF that the worker has not made yet."""
    slug = builders.a_letter(worlds.full.letters["published"]).slug
    return State({"rest": {"en": f"{slug}.pdf", "ar": f"{slug}/ar.pdf"}}, worlds.full.strangers())


def never_there(worlds: Worlds) -> State:
    """An address that no letter ever had."""
    return State({"rest": "no-such-letter"}, worlds.full.strangers())


def the_full_site(worlds: Worlds) -> State:
    """A site with a letter in public, and an organisation that has a page there."""
    member = worlds.full.members.small_member
    own_entry.switch_public_page(Here(member.contact_id, member.contact.epoch), is_on=True)
    values = {"language": "ar", "token": "", "name": "nothing.jpg", "digest": "0" * 20, "rest": "kalina-press-club"}
    return State(values, worlds.full.strangers())


def the_empty_site(worlds: Worlds) -> State:
    """A site with none."""
    values = {"language": "ar", "token": "", "name": "nothing.jpg", "digest": "0" * 20, "rest": "kalina-press-club"}
    return State(values, worlds.empty.strangers())


def no_demonstration(worlds: Worlds) -> State:
    """A real installation."""
    return State({"mail_id": a_delivered_mail(worlds)}, worlds.full.strangers())


def a_demonstration(worlds: Worlds) -> State:
    """An installation of which nothing leaves this machine."""
    return State({"mail_id": a_delivered_mail(worlds)}, worlds.full.strangers(), DEMO)


def a_delivered_mail(worlds: Worlds) -> UUID:
    """Kalina's invitation, once all mails went to the demonstration's mailbox."""
    usual = config.settings()
    config.install(replace(usual, **DEMO))
    outbox.drain()
    config.install(usual)
    invitation = builders.invitation_of(worlds.full.letters["open"], worlds.full.members.small_member)
    went = select(OutgoingEmail.id).where(
        OutgoingEmail.invitation_id == invitation.id, OutgoingEmail.kind_class == "invitation"
    )
    return db.session.scalars(went).one()


# -- doors ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Door:
    """Pages that share their states: those whose address begins so, unless a door above them has them."""

    beginning: str
    states: dict[str, Arrange]


# -- an organisation's own page ------------------------------------------------------------------------------------


def own_page(worlds: Worlds) -> State:
    """Open by a code: Kalina's in English, Sami's in Arabic; both organisations have signed a letter."""
    house, members = worlds.full, worlds.full.members
    letter_id = builders.an_open_letter(members, title=TITLE, languages=LANGUAGES)
    people = {"en": members.small_member, "ar": members.arabic_member}
    visitors = house.strangers()
    for language, member in people.items():
        builders.signed(letter_id, member)
        at_own_page(visitors[language], member.contact_id)
    return State(_own_values(people) | {"letter_id": letter_id}, visitors, at=clock.now())


def own_page_without_code(worlds: Worlds) -> State:
    """The link was opened, and no code was typed."""
    members = worlds.full.members
    state = State(_own_values({"en": members.small_member, "ar": members.arabic_member}), worlds.full.strangers())
    for language, visitor in state.visitors.items():
        visitor.get("/o/" + state.values["token"][language])
    return state


def own_page_ended(worlds: Worlds) -> State:
    """The contact's address changed: link and cookie are dead."""
    members = worlds.full.members
    state = State(_own_values({"en": members.unnamed_member, "ar": members.unnamed_member}), worlds.full.strangers())
    for language, visitor in state.visitors.items():
        visitor.get("/o/" + state.values["token"][language])
    with transaction() as session:
        directory.end_links(session, session.get_one(Contact, members.unnamed_member.contact_id))
    return state


def own_page_without_cookie(worlds: Worlds) -> State:
    """Somebody without the link, and a link that is not ours."""
    member = worlds.full.members.small_member
    values = {"organisation_id": member.organisation_id, "token": "not-one-of-ours", "letter_id": uuid4()}
    return State(values | {"contact_id": uuid4(), "change_id": uuid4(), "consent_id": uuid4()}, worlds.full.strangers())


def _own_values(people: dict[str, Any]) -> dict[str, Any]:
    return {
        "organisation_id": {language: member.organisation_id for language, member in people.items()},
        "contact_id": {language: member.contact_id for language, member in people.items()},
        "token": {language: own_link_path(member.contact_id)[3:] for language, member in people.items()},
        "change_id": uuid4(),
        "consent_id": uuid4(),
        "letter_id": uuid4(),
    }


OWN_PAGE: Final[dict[str, Arrange]] = {
    "open": own_page,
    "no code": own_page_without_code,
    "ended": own_page_ended,
    "no cookie": own_page_without_cookie,
}

DOORS: Final = (
    Door("/organisation/", OWN_PAGE),
    Door("/o/", OWN_PAGE),
    Door("/desk/letters/<uuid:letter_id>", {state: at_the_desk_of(state) for state in LETTERS}),
    Door(
        "/desk/set-up/",
        {"fresh link": a_set_up_link, "used link": a_used_set_up_link, "not ours": a_token_that_is_not_ours},
    ),
    Door("/desk/sign-in", {"signed out": signed_out, "signed in": signed_in}),
    Door("/desk/second-step", {"owed": owes_second_step, "given": has_second_step}),
    Door("/desk/prove", {"old proof": proof_is_old, "fresh proof": has_second_step}),
    Door("/desk/account/second-step", {"filled": has_second_step, "empty": signed_in, "required": needs_second_step}),
    Door("/desk", {"filled": the_full_desk, "empty": the_empty_desk}),
    Door(
        "/i",
        {
            "in consultation": in_consultation,
            "not answered": signing(not_answered),
            "signed": signing(the(builders.signed)),
            "signed by a colleague": a_colleague_signed,
            "withheld": signing(the(builders.signed, is_withheld=True)),
            "disputed": signing(signed_then(disputed)),
            "asked to keep": signing(signed_then(asked_to_keep)),
            "kept": signing(signed_then(kept)),
            "corrected": signing(signed_then(corrected)),
            "objected": signing(signed_then(objected)),
            "shown the proof": signing(signed_then(shown_the_proof)),
            "recorded": signing(recorded),
            "foreseen": signing(foreseen),
            "declined": signing(the(builders.declined)),
            "withdrawn": signing(signed_then(the(builders.withdrawn))),
            "closed": signing(closed),
            "signed and closed": signing(signed_then(closed)),
            "published": signing(signed_then(published)),
            "cancelled": signing(signed_then(cancelled)),
            "passed on": signing(handed_over),
            "waits for approval": signing(waits_for_approval),
            "to approve": to_approve,
            "needs time": signing(needs_time),
            "muted": signing(muted),
            "revoked": signing(revoked),
            "replaced": signing(replaced),
            "expired": signing(expired),
            "not ours": not_ours,
            "no cookie": no_cookie,
        },
    ),
    Door("/call/", {"open": a_call(ends=False), "ended": a_call(ends=True), "not ours": a_token_that_is_not_ours}),
    Door("/p/", {"open": a_preview(ends=False), "ended": a_preview(ends=True), "not ours": a_token_that_is_not_ours}),
    Door(
        "/c/",
        {
            "asked": asked_then(nothing_more),
            "confirmed": asked_then(was_them),
            "not them": asked_then(was_not_them),
            "asked again": asked_then(asked_twice),
            "accepted": asked_then(was_them_then(admit.accept)),
            "accepted late": asked_then(was_them_then(admit.accept, closes=True)),
            "refused": asked_then(was_them_then(admit.refuse, "other"), days=2),
            "signs alone": alone(nothing_more),
            "alone, asked to keep": alone(the_text_changed("substantive")),
            "alone, corrected": alone(the_text_changed("typographical")),
            "alone, objected": alone(the_text_changed("typographical"), objects=True),
            "alone, shown the proof": alone(the_proof_was_shown),
            "alone, suspended": alone(the_line_was_suspended),
            "alone, published": alone(the_letter_was_published),
            "alone, cancelled": alone(the_letter_was_cancelled),
            "alone, withdrawn": alone(they_withdrew),
            "alone, erased": alone(they_were_erased),
            "not ours": a_token_that_is_not_ours,
        },
    ),
    Door(
        "/letters/<slug>",
        {"takes requests": asking(takes=True), "takes none": asking(takes=False), "no such letter": no_such_letter},
    ),
    Door(
        "/letters/",
        {state: in_public(state) for state in LETTERS} | {"being made": being_made, "never there": never_there},
    ),
    Door(
        "/u/",
        {
            "wanted": wanting_mails,
            "stopped": stopping(muted),
            "passed on": stopping(handed_over),
            "revoked": stopping(revoked),
            "replaced": stopping(replaced),
            "not ours": a_token_that_is_not_ours,
        },
    ),
    Door("/demo/", {"demonstration": a_demonstration, "no demonstration": no_demonstration}),
    Door("/", {"filled": the_full_site, "empty": the_empty_site}),
)


def door_of(page: str) -> Door:
    """The door of a page, by the beginning of its address."""
    return next(door for door in DOORS if page.startswith(door.beginning))


# -- founding ------------------------------------------------------------------------------------------------------


@contextmanager
def arranged(settings: Settings, databases: Databases, migrated_database: str) -> Iterator[Worlds]:
    """Both houses, with every state of every door."""
    with ExitStack() as stack:
        empty = stack.enter_context(_installed(settings, databases, migrated_database))
        with empty.app_context():
            empty_house = _founded_just_now(empty)
        full = stack.enter_context(_installed(settings, databases, migrated_database))
        stack.enter_context(full.app_context())
        worlds = Worlds(full=_with_its_cast(full), empty=empty_house)
        for door in DOORS:
            for name, arrange in door.states.items():
                worlds.known[door.beginning, name] = arrange(worlds)
        db.session.rollback()
        yield worlds
        db.session.remove()


@contextmanager
def _installed(settings: Settings, databases: Databases, migrated_database: str) -> Iterator[Flask]:
    address = databases.copy(migrated_database)
    app = create_app(replace(settings, database=address))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    databases.drop(address)


def _founded_just_now(app: Flask) -> House:
    token = found.found(
        found.Founding(
            coalition_name="New Voices",
            language="en",
            contact_address="desk@newvoices.example",
            account_name="Nadia Rahimi",
            account_address="nadia@newvoices.example",
        )
    )
    nadia = enter.find_set_up(token)[1]
    return House(app=app, nadia_id=nadia.id, layla_id=_invited(nadia))


def _with_its_cast(app: Flask) -> House:
    cast = assemble()
    return House(app=app, nadia_id=cast.coordinator_id, layla_id=_invited(cast.coordinator), cast=cast)


def _invited(nadia: Account) -> UUID:
    address = f"layla@{nadia.email.partition('@')[2]}"
    return enter.invite_colleague(by=nadia, name="ليلى", address=address, language="ar", is_administrator=True)
