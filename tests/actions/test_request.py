"""Requests to sign: what is sent tells the sender nothing, mails nobody too often, and waits for a person."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import func, select

from coalition import clock
from coalition.actions import admit, call, circulate, close, request
from coalition.actions.admit import Rule, TooLateToUndo
from coalition.actions.circulate import NumberChanged
from coalition.actions.request import Asked, Sent
from coalition.database import db, transaction
from coalition.emails import letters
from coalition.models.contact import Contact, address_index
from coalition.models.letter import MayNotSign, NotOpenForSigning
from coalition.models.organisation import Organisation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.request import AlreadyDecided, RequestToSign, TakesNoRequests
from tests import builders

if TYPE_CHECKING:
    from tests.cast import Cast

VICTIM = "victim@paper.example"


def a_call(cast: Cast, letter_id: UUID) -> UUID:
    """An open call of the letter; its link's id."""
    call.make_call(letter_id, by=cast.coordinator)
    link = call.call_of(db.session(), letter_id)
    assert link is not None
    return link.id


def asked(letter_id: UUID, call_id: UUID | None, *, address: str = "ada@coast.example", **said: Any) -> UUID:
    """Somebody asks; the request's id."""
    key = secrets.token_hex(16)
    facts = {"organisation": "Reporters of the Coast", "person": "Ada Roth", "role": "Director"} | said
    request.ask(letter_id, Asked(address=address, **facts), Sent(key=key, language="en", call_id=call_id))
    db.session.rollback()
    return db.session.scalars(select(RequestToSign.id).where(RequestToSign.key == key)).one()


def confirmed(letter_id: UUID, call_id: UUID | None, **said: Any) -> UUID:
    """Somebody asks and confirms; the request's id."""
    request_id = asked(letter_id, call_id, **said)
    request.confirm(request_id)
    return request_id


def the_request(request_id: UUID) -> RequestToSign:
    db.session.rollback()
    return db.session.get_one(RequestToSign, request_id)


def mails(kind: str) -> list[OutgoingEmail]:
    """The mails of a kind that were queued."""
    db.session.rollback()
    return [row for row in db.session.scalars(select(OutgoingEmail)) if row.context_or_empty.get("kind") == kind]


def test_a_thousand_posts_naming_one_address_cause_three_mails_without_the_senders_words(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    call_id = a_call(cast, letter_id)
    spellings = (VICTIM, "Victim@Paper.example", "victim+{}@paper.example")
    for number in range(1000):
        said = Asked(spellings[number % 3].format(number), organisation="BUY PILLS", person="CLICK", why="spam.example")
        request.ask(letter_id, said, Sent(key=f"{number:032x}", language="en", call_id=call_id))
    queued = mails("confirm_request")
    assert len(queued) == 3
    for row in queued:
        made = letters.make(db.session(), row)
        said_in_all = made.content.decode() + made.text + made.html
        assert not [words for words in ("PILLS", "CLICK", "spam.example") if words in said_in_all]
    kept = db.session.scalar(select(func.count()).select_from(RequestToSign))
    assert kept == request.KEPT_PER_ADDRESS


def test_the_three_mails_of_a_day_are_not_six_at_midnight(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    call_id = a_call(cast, letter_id)
    midnight = (clock.now() + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    for moment in (midnight - timedelta(minutes=5), midnight + timedelta(minutes=5)):
        with time_machine.travel(moment):
            for _ in range(4):
                asked(letter_id, call_id, address=VICTIM)
    assert len(mails("confirm_request")) == 3


def test_a_mail_service_is_no_reason_to_hold_a_domain_back_and_a_flood_of_one_is(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    call_id = a_call(cast, letter_id)
    for number in range(request.MAILS_PER_DOMAIN + 2):
        asked(letter_id, call_id, address=f"a{number}@bots.example")
        asked(letter_id, call_id, address=f"a{number}@gmail.com")
    held = db.session.scalars(admit.set_aside(letter_id)).all()
    assert {one.address.partition("@")[2] for one in held} == {"bots.example"}
    assert {one.quarantined_for for one in held} == {"many"}
    assert len(held) == 2


@pytest.mark.parametrize(("bait", "seconds", "reason"), [("buy", 60, "honeypot"), ("", 1, "timing"), ("", 60, "")])
def test_what_no_person_sends_is_set_aside_silently(cast: Cast, bait: str, seconds: int, reason: str) -> None:
    letter_id = builders.an_open_letter(cast)
    opened_at = clock.now() - timedelta(seconds=seconds)
    sent = Sent(key="k", language="en", opened_at=opened_at, bait=bait, call_id=a_call(cast, letter_id))
    request.ask(letter_id, Asked("ada@coast.example", organisation="Coast"), sent)
    assert db.session.scalars(select(RequestToSign)).one().quarantined_for == reason
    assert bool(mails("confirm_request")) is (not reason)


def test_a_request_waits_for_a_person_only_once_its_address_is_confirmed(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    request_id = asked(letter_id, a_call(cast, letter_id))
    assert not db.session.scalars(admit.open_requests(letter_id)).all()
    with pytest.raises(AlreadyDecided):
        admit.accept(letter_id, request_id, by=cast.coordinator)
    request.confirm(request_id)
    request.confirm(request_id)
    assert [one.id for one in db.session.scalars(admit.open_requests(letter_id))] == [request_id]
    assert len(mails("requests_waiting")) == 1


def test_coordinators_get_one_mail_a_day_with_a_number_and_no_name(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    call_id = a_call(cast, letter_id)
    for number in range(5):
        confirmed(letter_id, call_id, address=f"ada{number}@coast{number}.example")
    first, second = sorted(mails("requests_waiting"), key=lambda row: row.next_at)
    assert second.next_at - first.next_at > timedelta(hours=6)
    made = letters.make(db.session(), first)
    assert "5 requests" in made.text
    assert "Coast" not in made.text


def test_who_owns_the_address_can_say_that_it_was_not_them_and_gets_no_such_mail_again(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    call_id = a_call(cast, letter_id)
    request_id = asked(letter_id, call_id, address=VICTIM)
    request.disown(request_id)
    request.confirm(request_id)
    assert the_request(request_id).decision == "withdrawn"
    assert the_request(request_id).asked is None
    assert the_request(asked(letter_id, call_id, address=VICTIM)).quarantined_for == "disowned"
    assert len(mails("confirm_request")) == 1


def test_a_newer_request_from_the_same_address_replaces_the_older(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    call_id = a_call(cast, letter_id)
    first, second = (confirmed(letter_id, call_id) for _ in range(2))
    assert the_request(first).decision == "withdrawn"
    assert [one.id for one in db.session.scalars(admit.open_requests(letter_id))] == [second]


def test_accepting_adds_a_guest_that_is_known_through_the_letter_and_mails_the_invitation_at_once(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    request_id = confirmed(letter_id, a_call(cast, letter_id), site="https://coast.example", country="KE")
    assert admit.accept(letter_id, request_id, by=cast.coordinator)
    contact = db.session.scalars(
        select(Contact).where(Contact.address_index == address_index("ada@coast.example"))
    ).one()
    organisation = contact.organisation
    assert (organisation.name, organisation.standing, organisation.country) == ("Reporters of the Coast", "guest", "KE")
    assert contact.known_through_letter_id == letter_id
    invitation = builders.invitation_to(letter_id, contact.id)
    assert invitation.queued_at is not None
    row = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.invitation_id == invitation.id)).one()
    assert "You asked to sign" in letters.make(db.session(), row).text
    with pytest.raises(AlreadyDecided):
        admit.accept(letter_id, request_id, by=cast.coordinator)


def test_an_invitation_that_nobody_asked_for_does_not_say_so(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    invitation = builders.invitation_of(letter_id, cast.small_member)
    row = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.invitation_id == invitation.id)).one()
    assert "You asked to sign" not in letters.make(db.session(), row).text


def test_taking_somebody_as_a_contact_of_a_known_organisation_tells_its_other_contacts(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.arabic_member)
    member = cast.small_member
    request_id = confirmed(letter_id, a_call(cast, letter_id), address="new@pressclub.example", person="Nevena")
    assert admit.merge(letter_id, request_id, member.organisation_id, by=cast.coordinator)
    told = mails("contact_joined")
    assert {row.addressed_to for row in told} == {
        ("contact", member.contact_id),
        ("contact", cast.colleague_contact_id),
    }
    assert "new@pressclub.example" in letters.make(db.session(), told[0]).text
    assert the_request(request_id).taken_for == member.organisation_id.hex


def test_who_was_invited_already_gets_another_link_and_no_second_invitation(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    member = cast.small_member
    request_id = confirmed(letter_id, a_call(cast, letter_id), address=member.address)
    admit.merge(letter_id, request_id, member.organisation_id, by=cast.coordinator)
    assert len(mails("replaced_link")) == 1
    assert builders.invitation_of(letter_id, member).epoch == 1


def test_a_letter_for_members_takes_no_guest(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    with transaction() as session:
        session.get_one(type(builders.a_letter(letter_id)), letter_id).who_may_sign = "members"
    request_id = confirmed(letter_id, a_call(cast, letter_id))
    with pytest.raises(MayNotSign):
        admit.accept(letter_id, request_id, by=cast.coordinator)
    assert the_request(request_id).is_waiting
    assert not db.session.scalars(select(Organisation).where(Organisation.standing == "guest")).all()


def test_a_refusal_is_mailed_in_stock_words_a_day_later(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    request_id = confirmed(letter_id, a_call(cast, letter_id), why="because of BANANAS")
    admit.refuse(letter_id, request_id, "unverified", by=cast.coordinator)
    (row,) = mails("request_refused")
    assert row.next_at - clock.now() > timedelta(hours=23)
    made = letters.make(db.session(), row)
    assert "They could not tell that you write for the organisation." in made.text
    assert "BANANAS" not in made.text


def test_a_refusal_can_be_taken_back_for_a_day(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    call_id = a_call(cast, letter_id)
    request_id = confirmed(letter_id, call_id)
    together = admit.refuse(letter_id, request_id, "other", by=cast.coordinator)
    assert admit.undo_refusal(letter_id, together, by=cast.coordinator) == 1
    assert the_request(request_id).is_waiting
    assert [row.state for row in mails("request_refused")] == ["stopped"]
    together = admit.refuse(letter_id, request_id, "other", by=cast.coordinator)
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1)), pytest.raises(TooLateToUndo):
        admit.undo_refusal(letter_id, together, by=cast.coordinator)


def test_a_rule_refuses_what_was_shown_and_nothing_else(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    call_id = a_call(cast, letter_id)
    bots = [confirmed(letter_id, call_id, address=f"a{number}@mail.bots.example") for number in range(3)]
    honest = confirmed(letter_id, call_id)
    rule = Rule("domain", "bots.example")

    def shown() -> admit.Matching:
        return admit.matching(db.session(), builders.a_letter(letter_id), rule, now=clock.now())

    before = shown()
    assert {one.id for one in before.requests} == set(bots)
    bots.append(confirmed(letter_id, call_id, address="b@bots.example"))
    with pytest.raises(NumberChanged):
        admit.refuse_by_rule(letter_id, rule, "other", seal=before.seal, by=cast.coordinator)
    together = admit.refuse_by_rule(letter_id, rule, "other", seal=shown().seal, by=cast.coordinator)
    assert the_request(honest).is_waiting
    assert len(mails("request_refused")) == 4
    assert admit.undo_refusal(letter_id, together, by=cast.coordinator) == 4


@pytest.mark.parametrize(
    ("rule", "is_meant"),
    [
        (Rule("words", "REPORTERS of the cóast"), True),
        (Rule("words", "nothing like it"), False),
        (Rule("words", ""), False),
        (Rule("domain", ""), False),
        (Rule("domain", "@coast.example"), True),
        (Rule("older", "0"), True),
        (Rule("older", "2"), False),
        (Rule("older", "a week"), False),
    ],
)
def test_a_rule_means_what_it_says(cast: Cast, rule: Rule, *, is_meant: bool) -> None:
    letter_id = builders.an_open_letter(cast)
    confirmed(letter_id, a_call(cast, letter_id))
    letter, later = builders.a_letter(letter_id), clock.now() + timedelta(hours=1)
    assert bool(admit.matching(db.session(), letter, rule, now=later).requests) is is_meant


def test_an_address_that_nobody_confirmed_is_not_mailed_a_refusal(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    call_id = a_call(cast, letter_id)
    for _ in range(5):
        asked(letter_id, call_id, address=VICTIM)
    rule = Rule("quarantined")
    found = admit.matching(db.session(), builders.a_letter(letter_id), rule, now=clock.now())
    admit.refuse_by_rule(letter_id, rule, "other", seal=found.seal, by=cast.coordinator)
    assert len(found.requests) == 2
    assert not mails("request_refused")


def test_what_was_set_aside_can_be_freed_but_never_past_three_mails_a_day(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    call_id = a_call(cast, letter_id)
    for _ in range(5):
        asked(letter_id, call_id, address=VICTIM)
    held = [one.id for one in db.session.scalars(admit.set_aside(letter_id))]
    assert admit.free(letter_id, held, by=cast.coordinator) == 0
    with time_machine.travel(clock.now() + timedelta(days=2)):
        assert admit.free(letter_id, held, by=cast.coordinator) == 2
    assert len(mails("confirm_request")) == 5
    assert not db.session.scalars(admit.set_aside(letter_id)).all()


def test_requests_are_taken_where_the_letter_says_so_and_nowhere_else(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    with pytest.raises(TakesNoRequests):
        asked(letter_id, None)
    call_id = a_call(cast, letter_id)
    call.end_call(letter_id, by=cast.coordinator)
    with pytest.raises(TakesNoRequests):
        asked(letter_id, call_id)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    with pytest.raises(TakesNoRequests):
        asked(letter_id, None)
    call.take_requests(letter_id, is_taken=True, by=cast.coordinator)
    assert the_request(asked(letter_id, None)).origin == "late"


def test_a_call_ends_with_signing_and_another_one_replaces_it(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    first = a_call(cast, letter_id)
    second = a_call(cast, letter_id)
    with pytest.raises(TakesNoRequests):
        asked(letter_id, first)
    close.close(letter_id, by=cast.coordinator)
    with pytest.raises(TakesNoRequests):
        asked(letter_id, second)
    with pytest.raises(NotOpenForSigning):
        call.make_call(letter_id, by=cast.coordinator)


def test_who_is_accepted_after_closing_waits_until_the_letter_is_open_again(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    request_id = confirmed(letter_id, a_call(cast, letter_id))
    close.close(letter_id, by=cast.coordinator)
    assert not admit.accept(letter_id, request_id, by=cast.coordinator)
    contact_id = db.session.scalars(
        select(Contact.id).where(Contact.address_index == address_index("ada@coast.example"))
    ).one()
    assert builders.invitation_to(letter_id, contact_id).queued_at is None
    circulate.extend(letter_id, deadline_at=clock.now() + timedelta(days=2), by=cast.coordinator)
    invitation = builders.invitation_to(letter_id, contact_id)
    assert invitation.queued_at is not None
    rows = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.invitation_id == invitation.id)).all()
    assert [row.context_or_empty["kind"] for row in rows] == ["invitation"]


def test_the_same_form_sent_twice_counts_once(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    call_id = a_call(cast, letter_id)
    for _ in range(2):
        request.ask(letter_id, Asked(VICTIM, organisation="Coast"), Sent(key="one", language="en", call_id=call_id))
    assert len(mails("confirm_request")) == 1


def test_the_confirmation_goes_out_with_its_link_made_anew(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    asked(letter_id, a_call(cast, letter_id))
    (row,) = mails("confirm_request")
    first, again = (letters.make(db.session(), row) for _ in range(2))
    assert first == again
    assert "/c/" in first.text
    assert first.recipient == "ada@coast.example"
