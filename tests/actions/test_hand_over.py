"""A link by another channel: never the mailed one, its own kind of act, told to every known address."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition import clock, tokens
from coalition.actions import answer, approve, circulate, hand_over
from coalition.actions.acts import standing_signature
from coalition.actions.circulate import NotCoordinator
from coalition.actions.hand_over import ReasonMissing
from coalition.database import db
from coalition.emails import letters
from coalition.emails.case import NoLongerDue
from coalition.models.approval import Approval
from coalition.models.invitation import InvitationRevoked
from coalition.models.letter import NotOpenForSigning
from coalition.models.link import Link
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import RecordEntry
from coalition.web.signing.visit import LinkEnded, ensure_works, link_of
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast


def bounced(letter_id: UUID, cast: Cast) -> None:
    builders.invitation_of(letter_id, cast.small_member).bounced_at = clock.now()
    db.session.commit()


def make(letter_id: UUID, cast: Cast, reason: str = "The mail server refuses us.") -> str:
    invitation_id = builders.invitation_of(letter_id, cast.small_member).id
    return hand_over.make_link(invitation_id, by=cast.coordinator, reason=reason)


def token_of(address: str) -> str:
    return address.rpartition("/i/")[2]


def mails(*kinds: str) -> list[letters.Mail]:
    db.session.rollback()
    found = []
    for row in db.session.scalars(select(OutgoingEmail)):
        if row.context_or_empty.get("kind") in kinds:
            try:
                found.append(letters.make(db.session(), row))
            except NoLongerDue:
                continue
    return found


def test_it_is_a_link_of_its_own_and_the_mailed_one_goes_on(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    mailed = builders.link_path(letter_id, cast.small_member)
    address = make(letter_id, cast)
    assert not address.endswith(mailed)
    assert link_of(token_of(address)).channel == "hand"
    ensure_works(link_of(mailed.rpartition("/")[2]))


def test_why_is_to_be_said_unless_the_mail_came_back(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    with pytest.raises(ReasonMissing):
        make(letter_id, cast, reason="  ")
    bounced(letter_id, cast)
    assert make(letter_id, cast, reason="")


def test_one_made_before_ends_with_the_next(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    first = make(letter_id, cast)
    make(letter_id, cast)
    with pytest.raises(LinkEnded):
        link_of(token_of(first))


def test_it_can_be_ended_and_says_who_made_it_when_and_why(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    address = make(letter_id, cast)
    link_id = link_of(token_of(address)).id
    hand_over.end_link(letter_id, link_id, by=cast.coordinator)
    with pytest.raises(LinkEnded):
        link_of(token_of(address))
    (listed,) = hand_over.handed_over(db.session(), builders.a_letter(letter_id)).popitem()[1]
    assert (listed.by, listed.reason, listed.is_live) == (cast.coordinator_id, "The mail server refuses us.", False)
    verbs = db.session.scalars(select(RecordEntry.verb).order_by(RecordEntry.at)).all()
    assert verbs[-2:] == ["link handed over", "handed-over link ended"]


def test_a_mailed_link_and_one_of_another_letter_are_not_there_to_be_ended(cast: Cast) -> None:
    letter_id, other_id = builders.an_open_letter(cast), builders.an_open_letter(cast, title="Another")
    mailed = builders.invitation_of(letter_id, cast.small_member).links[-1].id
    handed = link_of(token_of(make(letter_id, cast))).id
    for letter, link in ((letter_id, mailed), (other_id, handed)):
        with pytest.raises(LookupError):
            hand_over.end_link(letter, link, by=cast.coordinator)


def test_only_for_a_letter_that_is_out_and_an_invitation_that_lives(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    with pytest.raises(NotCoordinator):
        hand_over.make_link(
            builders.invitation_of(letter_id, cast.small_member).id, by=cast.other_coordinator, reason="x"
        )
    circulate.revoke(builders.invitation_of(letter_id, cast.small_member).id, by=cast.coordinator)
    with pytest.raises(InvitationRevoked):
        make(letter_id, cast)
    draft_id = builders.a_draft(cast)
    circulate.invite(draft_id, [cast.small_member.contact_id], by=cast.coordinator)
    with pytest.raises(NotOpenForSigning):
        make(draft_id, cast)


def test_the_contacts_own_address_is_told_that_it_was_made(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    address = make(letter_id, cast)
    (told,) = mails("link_handed_over")
    assert told.recipient == cast.small_member.address
    assert "Nadia Rahimi made a link for you" in told.text
    assert token_of(address) not in told.text


def test_the_ledger_tells_the_act_apart_and_every_known_address_hears_of_it(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    make(letter_id, cast)
    invitation = builders.invitation_of(letter_id, cast.small_member)
    form = builders.a_form(invitation)
    answer.sign(invitation.id, replace(form, shown=replace(form.shown, channel="hand")))
    signature = standing_signature(db.session(), letter_id, cast.small_member.organisation_id)
    assert signature is not None
    assert signature.consents[0].how == "handed_over_link"
    told = {one.recipient: one.text for one in mails("told_colleague", "receipt")}
    assert set(told) == {"kalina@pressclub.example", "kofi@pressclub.example"}
    for words in told.values():
        assert "by a link that a coordinator handed over by telephone or messenger" in words
        assert "“This was not us”" in words


def test_changing_the_name_by_it_is_told_too(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    make(letter_id, cast)
    invitation = builders.invitation_of(letter_id, cast.small_member)
    shown = replace(builders.shown_to(invitation), channel="hand")
    before = len(mails("told_colleague"))
    answer.correct_printed_name(
        invitation.id, key=secrets.token_hex(16), shown=shown, printed_names={"und": "Kalina Club"}
    )
    assert len(mails("told_colleague")) == before + 1


def test_the_link_stands_nowhere_after_it_was_shown(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    token = token_of(make(letter_id, cast))
    db.session.rollback()
    entries = [repr(one.detail) for one in db.session.scalars(select(RecordEntry))]
    mailed = [repr(one.context_or_empty) for one in db.session.scalars(select(OutgoingEmail))]
    rows = [repr(vars(one)) for one in db.session.scalars(select(Link))]
    assert all(token not in words for words in (*entries, *mailed, *rows))
    assert tokens.ours().read("invitation", token) is not None


def test_what_is_passed_on_after_a_link_was_handed_over_is_no_act_by_a_mailed_link(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    make(letter_id, cast)
    colleague = builders.passed_on(letter_id, cast.small_member, "boryana@pressclub.example")
    answer.sign(colleague.id, builders.a_form(colleague))
    signature = standing_signature(db.session(), letter_id, cast.small_member.organisation_id)
    assert signature is not None
    assert signature.consents[0].how == "handed_over_link"


def test_approving_by_a_link_that_was_handed_over_is_told_to_everybody(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    make(letter_id, cast)
    chair = builders.prepared(letter_id, cast.small_member, "boryana@pressclub.example")
    approval_id = db.session.scalars(select(Approval.id)).one()
    by = approve.Approver("Boryana Dimitrova", "Chair")
    approve.approve(chair.id, approval_id, by, key="approved", shown=builders.shown_to(chair))
    signature = standing_signature(db.session(), letter_id, cast.small_member.organisation_id)
    assert signature is not None
    assert (signature.consents[0].how, signature.consents[0].by["prepared_by"]) == (
        "handed_over_link",
        "Kalina Ivanova",
    )


def test_what_was_passed_on_by_mail_stays_an_act_by_a_mailed_link(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    colleague = builders.passed_on(letter_id, cast.small_member, "boryana@pressclub.example")
    make(letter_id, cast)
    answer.sign(colleague.id, builders.a_form(colleague))
    signature = standing_signature(db.session(), letter_id, cast.small_member.organisation_id)
    assert signature is not None
    assert signature.consents[0].how == "mailed_link"
