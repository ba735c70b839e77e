"""Passing on: an own link for the colleague, one answer for the organisation, and nothing told that is not theirs."""

from __future__ import annotations

import secrets
from uuid import UUID

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import answer, circulate, colleague, directory, pass_on
from coalition.actions.acts import AnsweredMeanwhile, standing_signature
from coalition.actions.answer import SigningForm
from coalition.actions.colleague import PER_ADDRESS, PER_INVITATION, Colleague, ColleagueNotAsked, OwnAddress
from coalition.actions.directory import ContactEntry
from coalition.database import db, transaction
from coalition.emails import letters
from coalition.models.contact import Contact, address_index
from coalition.models.invitation import HandedOver, Invitation
from coalition.models.limit import TooOften
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.signature import AlreadySigned
from tests import builders
from tests.cast import Cast

NEW = Colleague("boryana@pressclub.example", "Boryana Dimitrova", "fr")


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """An open letter to all three members."""
    return builders.an_open_letter(cast)


def passed(
    letter_id: UUID, cast: Cast, colleague: Colleague = NEW, *, hands_over: bool = False, words: str = "", key: str = ""
) -> Invitation | None:
    """Kalina passes it on; the colleague's invitation."""
    own = builders.invitation_of(letter_id, cast.small_member)
    pass_on.pass_on(
        own.id,
        colleague,
        hands_over=hands_over,
        key=key or secrets.token_hex(8),
        shown=builders.shown_to(own),
        words=words,
    )
    return db.session.scalar(
        select(Invitation)
        .join(Contact)
        .where(Invitation.letter_id == letter_id, Contact.address_index == address_index(colleague.address))
        .where(Contact.organisation_id == cast.small_member.organisation_id)
    )


def mails(kind: str) -> list[OutgoingEmail]:
    """The mails of a kind that wait."""
    return [one for one in db.session.scalars(select(OutgoingEmail)) if one.context["kind"] == kind]


def test_a_colleague_becomes_a_contact_of_the_same_organisation_with_an_own_link(letter_id: UUID, cast: Cast) -> None:
    made = passed(letter_id, cast, words="You know this field.")
    assert made is not None
    own = builders.invitation_of(letter_id, cast.small_member)
    assert (made.part, made.passed_from_id, made.organisation_id) == ("colleague", own.id, own.organisation_id)
    assert (made.contact.name, made.contact.language) == ("Boryana Dimitrova", "fr")
    assert made.contact.known_through_letter_id == letter_id
    assert len(made.links) == 1
    [to_colleague] = mails("passed_to_you")
    said = letters.make(db.session(), to_colleague)
    assert "Kalina Ivanova" in said.text
    assert "You know this field." in said.text
    assert "Kalina Press" in said.subject
    [to_own] = mails("you_passed_on")
    assert "Boryana Dimitrova" in letters.make(db.session(), to_own).text


def test_the_same_form_sent_twice_passes_it_on_once(letter_id: UUID, cast: Cast) -> None:
    for _ in range(2):
        passed(letter_id, cast, key="the same form")
    assert len(mails("passed_to_you")) == 1


def test_one_answer_settles_it_and_the_second_is_shown_the_first(letter_id: UUID, cast: Cast) -> None:
    made = passed(letter_id, cast)
    assert made is not None
    answer.sign(made.id, builders.a_form(made))
    own = builders.invitation_of(letter_id, cast.small_member)
    with pytest.raises(AlreadySigned):
        answer.sign(own.id, builders.a_form(own))
    assert {letters.make(db.session(), one).recipient for one in mails("told_colleague")} == {
        "kalina@pressclub.example",
        "kofi@pressclub.example",
    }


def test_an_address_known_elsewhere_is_simply_new_here(letter_id: UUID, cast: Cast) -> None:
    made = passed(letter_id, cast, Colleague(cast.arabic_member.address))
    assert made is not None
    assert made.contact_id != cast.arabic_member.contact_id
    assert made.contact.name is None
    assert made.contact.language == "en"


def test_a_known_colleague_keeps_name_and_language(letter_id: UUID, cast: Cast) -> None:
    made = passed(letter_id, cast, Colleague("KOFI@pressclub.example", "Somebody", "ar"))
    assert made is not None
    assert made.contact_id == cast.colleague_contact_id
    assert (made.contact.name, made.contact.language) == ("Kofi Mensah", "en")


def test_nobody_passes_it_on_to_themselves(letter_id: UUID, cast: Cast) -> None:
    with pytest.raises(OwnAddress):
        passed(letter_id, cast, Colleague("Kalina@PressClub.example"))


def test_what_is_handed_over_is_answered_by_the_colleague_or_taken_back(letter_id: UUID, cast: Cast) -> None:
    made = passed(letter_id, cast, hands_over=True)
    assert made is not None
    own = builders.invitation_of(letter_id, cast.small_member)
    with pytest.raises(HandedOver):
        answer.sign(own.id, builders.a_form(own))
    assert not circulate.may_be_nudged(own, now=clock.now())
    for _ in range(2):
        pass_on.take_back(own.id, shown=builders.shown_to(own))
    db.session.expire_all()
    assert own.handed_over_at is None
    assert made.revoked_at is not None
    builders.signed(letter_id, cast.small_member)


def test_taking_back_leaves_the_link_of_a_colleague_who_has_answered(letter_id: UUID, cast: Cast) -> None:
    made = passed(letter_id, cast, hands_over=True)
    assert made is not None
    answer.decline(made.id, key="no", shown=builders.shown_to(made))
    own = builders.invitation_of(letter_id, cast.small_member)
    pass_on.take_back(own.id, shown=builders.shown_to(own))
    db.session.expire_all()
    assert (made.revoked_at, own.handed_over_at) == (None, None)


def test_taking_back_reaches_those_to_whom_the_colleague_passed_it_on(letter_id: UUID, cast: Cast) -> None:
    made = passed(letter_id, cast, hands_over=True)
    assert made is not None
    further = Colleague("third@pressclub.example")
    pass_on.pass_on(made.id, further, hands_over=True, key="further", shown=builders.shown_to(made))
    own = builders.invitation_of(letter_id, cast.small_member)
    pass_on.take_back(own.id, shown=builders.shown_to(own))
    live = db.session.scalars(select(Invitation).where(Invitation.revoked_at.is_(None))).all()
    assert [one.contact.address for one in live if one.organisation_id == own.organisation_id] == [own.contact.address]


def test_what_was_taken_back_can_be_passed_on_again_but_not_what_the_coordinators_ended(
    letter_id: UUID, cast: Cast
) -> None:
    made = passed(letter_id, cast)
    assert made is not None
    own = builders.invitation_of(letter_id, cast.small_member)
    own.handed_over_at = clock.now()
    db.session.commit()
    pass_on.take_back(own.id, shown=builders.shown_to(own))
    again = passed(letter_id, cast)
    assert again is not None
    assert again.is_live
    circulate.revoke(again.id, by=cast.coordinator)
    with pytest.raises(ColleagueNotAsked):
        passed(letter_id, cast)


def test_how_many_colleagues_one_writes_to_is_counted_in_the_database(letter_id: UUID, cast: Cast) -> None:
    for number in range(PER_INVITATION):
        passed(letter_id, cast, Colleague(f"colleague{number}@pressclub.example"))
    with pytest.raises(TooOften):
        passed(letter_id, cast, Colleague("one.more@pressclub.example"))
    assert len(mails("passed_to_you")) == PER_INVITATION


@pytest.mark.only_on("sqlite")
def test_nor_do_all_contacts_of_an_organisation_together_write_to_more(
    letter_id: UUID, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(colleague, "PER_ORGANISATION", 1)
    passed(letter_id, cast, Colleague("one@pressclub.example"))
    with pytest.raises(TooOften):
        passed(letter_id, cast, Colleague("one.more@pressclub.example"))


def test_a_strangers_address_gets_few_such_mails_whoever_sends_them(cast: Cast) -> None:
    for number in range(PER_ADDRESS + 1):
        letter_id = builders.an_open_letter(cast, title=f"Letter {number}")
        if number < PER_ADDRESS:
            passed(letter_id, cast, Colleague("victim@elsewhere.example"))
    with pytest.raises(TooOften):
        passed(letter_id, cast, Colleague("Victim@elsewhere.example"))


def test_a_colleague_of_an_organisation_that_stays_unnamed_gets_safe_mail_without_the_senders_words(
    letter_id: UUID, cast: Cast
) -> None:
    own = builders.invitation_of(letter_id, cast.unnamed_member)
    pass_on.pass_on(
        own.id,
        Colleague("new@lights.example"),
        hands_over=False,
        key="safe",
        shown=builders.shown_to(own),
        words="canary words",
    )
    [row] = mails("passed_to_you")
    mail = letters.make(db.session(), row)
    assert "Northern Lights" not in mail.text + mail.subject + mail.html
    assert "canary" not in mail.text + mail.html
    assert "/i/" in mail.text


def test_known_colleagues_who_were_not_asked_are_told_on_a_link_of_their_own(letter_id: UUID, cast: Cast) -> None:
    builders.signed(letter_id, cast.small_member)
    told = builders.invitation_to(letter_id, cast.colleague_contact_id)
    assert (told.part, told.answered_at) == ("told", None)
    [row] = mails("told_colleague")
    mail = letters.make(db.session(), row)
    assert mail.recipient == "kofi@pressclub.example"
    assert "This was not us" in mail.text
    assert builders.link_path_of(told) in mail.text
    assert not circulate.may_be_nudged(told, now=clock.now())


def test_who_is_not_to_be_told_or_known_through_another_letter_alone_is_not(cast: Cast) -> None:
    other = builders.an_open_letter(cast, title="Another")
    passed(other, cast)
    with transaction() as session:
        session.get_one(Contact, cast.colleague_contact_id).is_told = False
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    assert mails("told_colleague") == []


def test_a_withheld_signature_is_told_in_a_neutral_mail_that_brings_the_link(letter_id: UUID, cast: Cast) -> None:
    builders.signed(letter_id, cast.small_member, is_withheld=True)
    [row] = mails("told_colleague")
    mail = letters.make(db.session(), row)
    assert "Kalina" not in mail.text + mail.subject
    assert builders.link_path_of(builders.invitation_to(letter_id, cast.colleague_contact_id)) in mail.text


def test_who_is_only_told_can_be_invited_after_all(letter_id: UUID, cast: Cast) -> None:
    builders.signed(letter_id, cast.small_member)
    assert circulate.invite(letter_id, [cast.colleague_contact_id], by=cast.coordinator) == 1
    assert builders.invitation_to(letter_id, cast.colleague_contact_id).part == "contact"


def test_a_reinvitation_never_resurrects_a_withdrawn_signature(letter_id: UUID, cast: Cast) -> None:
    own = builders.invitation_of(letter_id, cast.small_member)
    opened_before = builders.a_form(own)
    signed_form = builders.a_form(own)
    first = answer.sign(own.id, signed_form)
    builders.withdrawn(letter_id, cast.small_member)
    circulate.replace_link(own.id, by=cast.coordinator)
    directory.add_contact(
        cast.small_member.organisation_id, ContactEntry(address="late@pressclub.example"), by=cast.coordinator
    )
    late = db.session.scalars(select(Contact.id).order_by(Contact.created_at.desc()).limit(1)).one()
    circulate.invite(letter_id, [late], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    assert standing(letter_id, cast) is None
    own = builders.invitation_of(letter_id, cast.small_member)
    for form in (signed_form, opened_before):
        again = SigningForm(
            key=form.key,
            shown=builders.shown_to(own, at=form.shown.opened_at),
            person=form.person,
            role=form.role,
            printed_names=form.printed_names,
            is_withheld=False,
        )
        try:
            assert answer.sign(own.id, again) == first
        except AnsweredMeanwhile:
            assert form is opened_before
    assert standing(letter_id, cast) is None


def standing(letter_id: UUID, cast: Cast) -> object:
    """Kalina's standing signature."""
    db.session.rollback()
    return standing_signature(db.session(), letter_id, cast.small_member.organisation_id)
