"""Two entries of the directory become one: nothing is lost, and never two signatures of one organisation stand."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from coalition import clock
from coalition.actions import circulate, code_names, directory, duplicates, ledger, mask, merge, mute
from coalition.actions.acts import standing_signature
from coalition.actions.directory import ContactEntry, OrganisationEntry
from coalition.actions.merge import NotToBeMerged, PairsNotSeen, both_as_one, published_pairs
from coalition.actions.team import NotAllowed
from coalition.database import db, transaction
from coalition.emails import letters
from coalition.models.consent import Consent
from coalition.models.contact import Contact
from coalition.models.edition import PublicLine
from coalition.models.group import DirectoryGroup, Membership
from coalition.models.invitation import Invitation
from coalition.models.letter import Tally
from coalition.models.organisation import KeptApart, Organisation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import RecordEntry, chain_of, verify
from coalition.models.signature import Signature, organisation_index
from coalition.rendering.ledger import problems_of, to_json
from tests.builders import (
    a_draft,
    a_letter,
    an_open_letter,
    declined,
    invitation_of,
    published,
    shown_to,
    signed,
    withdrawn,
)
from tests.cast import Cast, Member

if TYPE_CHECKING:
    from uuid import UUID


def a_twin(cast: Cast, *, address: str = "office@pressclub.example", name: str = "KPC") -> Member:
    """A second entry of Kalina's press club, with a contact of its own."""
    organisation_id = directory.add_organisation(
        OrganisationEntry(names={"und": name, "fr": "Club de la presse Kalina"}, site="https://kpc.example"),
        [ContactEntry(address=address, name="Elena Petrova", telephone="+359 2 1", language="en")],
        by=cast.coordinator,
    )
    contact_id = db.session.scalars(select(Contact.id).where(Contact.organisation_id == organisation_id)).one()
    db.session.rollback()
    return Member(organisation_id, contact_id, name, address)


def merged(cast: Cast, kept: Member, other: Member, *, pairs: int = 0, **chosen: str) -> merge.Merged:
    db.session.rollback()
    both = [db.session.get_one(Organisation, each.organisation_id) for each in (kept, other)]
    entry = both_as_one(both[0], both[1], chosen)
    return merge.merge(kept.organisation_id, other.organisation_id, entry=entry, by=cast.coordinator, pairs_seen=pairs)


def organisation(member: Member) -> Organisation:
    db.session.rollback()
    return db.session.get_one(Organisation, member.organisation_id)


def standing(letter_id: UUID) -> list[Signature]:
    db.session.rollback()
    return list(
        db.session.scalars(select(Signature).where(Signature.letter_id == letter_id, Signature.ended_on.is_(None)))
    )


def ensure_sound(letter_id: UUID, cast: Cast) -> None:
    """The ledger is whole, the chains verify, the tally is what is there, and each index fits its organisation."""
    letter = a_letter(letter_id)
    assert problems_of(to_json(ledger.of_letter(db.session(), letter, with_withheld=True))) == []
    for chain in (chain_of(None), chain_of(letter_id)):
        verify(db.session.scalars(select(RecordEntry).where(RecordEntry.chain == chain).order_by(RecordEntry.number)))
    signatures = db.session.scalars(select(Signature).where(Signature.letter_id == letter_id)).all()
    stand = [one for one in signatures if one.ended_on is None]
    assert all(one.organisation_index == organisation_index(letter_id, one.organisation_id) for one in signatures)
    assert len({one.organisation_id for one in stand}) == len(stand)
    gone = set(db.session.scalars(select(Organisation.id).where(Organisation.merged_into_id.is_not(None))))
    assert not gone & {one.organisation_id for one in signatures}
    tally = db.session.get_one(Tally, letter_id)
    invited = set(db.session.scalars(select(Invitation.organisation_id).where(Invitation.letter_id == letter_id)))
    withheld = sum(one.visibility == "withheld" for one in stand)
    assert (tally.signed, tally.withheld, tally.waiting) == (len(stand), withheld, 0)
    assert (tally.invited, tally.declined >= 0) == (len(invited), True)
    assert cast.coordinator.is_live


def test_what_was_of_the_one_is_of_the_other(cast: Cast) -> None:
    twin = a_twin(cast)
    letter_id = an_open_letter(cast, cast.small_member, twin)
    with transaction() as session:
        group = DirectoryGroup(name="Balkans", created_at=clock.now())
        session.add(group)
        session.flush()
        session.add(Membership(group_id=group.id, organisation_id=twin.organisation_id))
    duplicates.keep_apart(twin.organisation_id, cast.arabic_member.organisation_id, by=cast.coordinator)
    signature_id = signed(letter_id, twin)
    done = merged(cast, cast.small_member, twin)
    assert (done.contacts_moved, done.contacts_joined, done.published_ended) == (1, 0, 0)
    kept, gone = organisation(cast.small_member), organisation(twin)
    assert (gone.merged_into_id, gone.merged_at is not None, gone.contacts) == (kept.id, True, [])
    assert kept.names == {"und": "Kalina Press Club", "fr": "Club de la presse Kalina"}
    assert (kept.aliases, kept.site) == (["KPC"], "https://kpc.example")
    assert invitation_of(letter_id, twin).organisation_id == kept.id
    assert db.session.get_one(Signature, signature_id).organisation_id == kept.id
    assert standing_signature(db.session(), letter_id, kept.id) is not None
    assert db.session.scalars(select(Membership.organisation_id)).all() == [kept.id]
    (apart,) = db.session.scalars(select(KeptApart))
    assert {apart.one_id, apart.other_id} == {kept.id, cast.arabic_member.organisation_id}
    ensure_sound(letter_id, cast)


def test_of_two_standing_signatures_the_earlier_stands(cast: Cast) -> None:
    twin = a_twin(cast)
    letter_id = an_open_letter(cast, cast.small_member, twin)
    earlier, later = signed(letter_id, twin), signed(letter_id, cast.small_member)
    merged(cast, cast.small_member, twin)
    assert [one.id for one in standing(letter_id)] == [earlier]
    ended = db.session.get_one(Signature, later)
    assert ended.ended_on is not None
    assert ended.organisation_id == cast.small_member.organisation_id
    last = ended.consents[-1]
    assert (last.act, last.by["name"], last.number) == ("withdraw", "Nadia Rahimi", 2)
    ensure_sound(letter_id, cast)


def test_a_merge_looks_like_any_withdrawal_in_the_plain_columns(cast: Cast) -> None:
    twin = a_twin(cast)
    letter_id = an_open_letter(cast, cast.small_member, twin, cast.arabic_member)
    later = [signed(letter_id, each) for each in (twin, cast.small_member, cast.arabic_member)][1]
    withdrawn(letter_id, cast.arabic_member)
    merged(cast, cast.small_member, twin)
    ended = db.session.scalars(select(Signature).where(Signature.ended_on.is_not(None))).all()
    assert len({(one.ended_on, one.ended_how, one.suspended_at, one.masked_at) for one in ended}) == 1
    verbs = db.session.scalars(select(RecordEntry.verb).where(RecordEntry.chain == chain_of(letter_id))).all()
    assert verbs[-1] == "organisations merged"
    assert db.session.get_one(Signature, later).consents[-1].wording_id == "authority-1"


def test_a_published_pair_is_shown_first_and_the_later_name_leaves_the_list(cast: Cast) -> None:
    twin = a_twin(cast)
    letter_id = an_open_letter(cast, cast.small_member, twin)
    signed(letter_id, cast.small_member)
    later = signed(letter_id, twin)
    published(cast, letter_id)
    ids = (cast.small_member.organisation_id, twin.organisation_id)
    assert published_pairs(db.session(), *ids) == [letter_id]
    with pytest.raises(PairsNotSeen):
        merged(cast, cast.small_member, twin)
    assert len(standing(letter_id)) == 2
    done = merged(cast, cast.small_member, twin, pairs=1)
    assert done.published_ended == 1
    assert [line.printed["und"] for line in db.session.scalars(select(PublicLine))] == ["Kalina Press Club"]
    assert db.session.get_one(Signature, later).ended_on is not None
    ensure_sound(letter_id, cast)


def test_a_name_withheld_on_the_later_signature_is_not_published_by_the_earlier(cast: Cast) -> None:
    twin = a_twin(cast)
    letter_id = an_open_letter(cast, cast.small_member, twin)
    earlier = signed(letter_id, twin)
    signed(letter_id, cast.small_member, is_withheld=True)
    merged(cast, cast.small_member, twin)
    assert [(one.id, one.visibility) for one in standing(letter_id)] == [(earlier, "withheld")]
    ensure_sound(letter_id, cast)
    published(cast, letter_id)
    db.session.rollback()
    assert db.session.scalars(select(PublicLine).where(PublicLine.letter_id == letter_id)).all() == []


def test_a_name_masked_on_the_later_signature_is_not_published_by_the_earlier(cast: Cast) -> None:
    twin = a_twin(cast)
    letter_id = an_open_letter(cast, cast.small_member, twin)
    signed(letter_id, twin)
    signed(letter_id, cast.small_member)
    mask.mask_everywhere(cast.small_member.organisation_id, by=cast.coordinator)
    merged(cast, cast.small_member, twin)
    assert [one.is_public for one in standing(letter_id)] == [False]
    with pytest.raises(mask.NotYourMask):
        mask.unmask(letter_id, cast.small_member.organisation_id, by=cast.coordinator)


def test_a_withheld_twin_of_a_published_name_is_never_told(cast: Cast) -> None:
    twin = a_twin(cast)
    letter_id = an_open_letter(cast, cast.small_member, twin)
    signed(letter_id, twin, is_withheld=True)
    signed(letter_id, cast.small_member)
    published(cast, letter_id)
    assert published_pairs(db.session(), cast.small_member.organisation_id, twin.organisation_id) == []
    done = merged(cast, cast.small_member, twin)
    assert done.published_ended == 0
    assert db.session.scalars(select(PublicLine)).all() == []
    assert [one.visibility for one in standing(letter_id)] == ["withheld"]
    ensure_sound(letter_id, cast)


def test_one_person_asked_twice_keeps_the_invitation_that_was_answered(cast: Cast) -> None:
    twin = a_twin(cast, address="Kalina@PressClub.example")
    letter_id = a_draft(cast)
    circulate.invite(letter_id, [cast.small_member.contact_id, twin.contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=2)
    declined(letter_id, twin)
    answered_id, other_id = invitation_of(letter_id, twin).id, invitation_of(letter_id, cast.small_member).id
    done = merged(cast, cast.small_member, twin)
    assert (done.contacts_moved, done.contacts_joined) == (0, 1)
    person = cast.small_member.contact
    assert (person.name, person.telephone) == ("Kalina Ivanova", "+359 2 1")
    assert invitation_of(letter_id, cast.small_member).id == answered_id
    assert db.session.get_one(Invitation, answered_id).is_live
    assert not db.session.get_one(Invitation, other_id).is_live
    gone = db.session.get_one(Contact, twin.contact_id)
    assert (gone.name, gone.address, gone.address_index, gone.erased_at is not None) == (None, None, None, True)
    assert db.session.get_one(Tally, letter_id).declined == 1
    ensure_sound(letter_id, cast)


@pytest.mark.only_on("sqlite")
def test_a_person_who_stopped_the_mails_by_either_link_gets_none_by_the_one_that_stays(cast: Cast) -> None:
    twin = a_twin(cast, address=cast.small_member.address)
    letter_id = a_draft(cast)
    circulate.invite(letter_id, [cast.small_member.contact_id, twin.contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=2)
    silenced = invitation_of(letter_id, twin)
    mute.mute(silenced.id, wholly=False, shown=shown_to(silenced))
    merged(cast, cast.small_member, twin)
    db.session.rollback()
    kept = db.session.scalars(select(Invitation).where(Invitation.revoked_at.is_(None))).one()
    assert kept.contact_id == cast.small_member.contact_id
    assert kept.muted_at


def test_mails_that_wait_for_a_person_reach_them_under_the_one_entry(cast: Cast) -> None:
    twin = a_twin(cast, address=cast.small_member.address)
    letter_id = an_open_letter(cast, twin)
    signed(letter_id, twin)
    merged(cast, cast.small_member, twin)
    waiting = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id)).all()
    assert {row.addressed_to for row in waiting} == {("contact", cast.small_member.contact_id)}
    db.session.rollback()
    with transaction() as session:
        for row in session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id)):
            assert letters.make(session, row) is not None


def test_a_decline_of_the_one_gives_way_to_the_signature_of_the_other(cast: Cast) -> None:
    twin = a_twin(cast)
    letter_id = an_open_letter(cast, cast.small_member, twin)
    signed(letter_id, cast.small_member)
    declined(letter_id, twin)
    assert db.session.get_one(Tally, letter_id).declined == 1
    merged(cast, cast.small_member, twin)
    assert db.session.get_one(Tally, letter_id).declined == 0
    withdrawn(letter_id, cast.small_member)
    signed(letter_id, cast.small_member)
    assert db.session.get_one(Tally, letter_id).declined == 0
    ensure_sound(letter_id, cast)


def test_the_stricter_safety_and_the_wish_not_to_be_asked_stay(cast: Cast) -> None:
    twin = a_twin(cast)
    entry = OrganisationEntry(names={}, safety_default="withhold", do_not_ask=True)
    directory.edit_organisation(twin.organisation_id, entry, by=cast.coordinator)
    asked = organisation(twin).do_not_ask_at
    merged(cast, cast.small_member, twin)
    kept = organisation(cast.small_member)
    assert (kept.safety_default, kept.do_not_ask_at) == ("withhold", asked)
    assert all(one.safe_mail for one in kept.contacts)


def test_what_was_chosen_stays(cast: Cast) -> None:
    twin = a_twin(cast)
    merged(cast, cast.small_member, twin, name="other", country="other")
    kept = organisation(cast.small_member)
    assert (kept.name, kept.country, kept.aliases) == ("KPC", "", ["Kalina Press Club"])


def test_ids_of_whom_was_merged_before_lead_on_in_one_step(cast: Cast) -> None:
    first, second = a_twin(cast), a_twin(cast, address="x@kpc.example", name="Press Club K.")
    merged(cast, second, first)
    merged(cast, cast.small_member, second)
    assert organisation(first).merged_into_id == cast.small_member.organisation_id


def test_what_is_sent_for_the_one_that_is_gone_reaches_the_one_that_stays(cast: Cast) -> None:
    twin = a_twin(cast)
    seen = directory.state_of(organisation(twin))
    merged(cast, cast.small_member, twin)
    entry = OrganisationEntry(names={"und": "KPC"})
    with pytest.raises(directory.ChangedMeanwhile):
        directory.edit_organisation(twin.organisation_id, entry, by=cast.coordinator, seen=seen)
    directory.add_contact(twin.organisation_id, ContactEntry(address="new@kpc.example"), by=cast.coordinator)
    assert "new@kpc.example" in {one.address for one in organisation(cast.small_member).contacts}


def test_only_administrators_merge_and_only_two_that_are_there(cast: Cast) -> None:
    twin = a_twin(cast)
    ids = (cast.small_member.organisation_id, twin.organisation_id)
    with pytest.raises(NotAllowed):
        merge.merge(*ids, entry=OrganisationEntry(names={}), by=cast.other_coordinator, pairs_seen=0)
    with pytest.raises(NotToBeMerged):
        merge.merge(ids[0], ids[0], entry=OrganisationEntry(names={}), by=cast.coordinator, pairs_seen=0)
    merged(cast, cast.small_member, twin)
    with pytest.raises(NotToBeMerged):
        merged(cast, cast.small_member, twin)


def test_who_is_merged_into_a_confidential_organisation_leaves_no_name_in_plain(cast: Cast) -> None:
    twin = a_twin(cast, name="Kalina Press-Club")
    code_names.conceal(
        cast.small_member.organisation_id, code_name="Otter", names={"und": "Kalina Press Club"}, by=cast.coordinator
    )
    with pytest.raises(NotToBeMerged):
        merged(cast, twin, cast.small_member)
    merged(cast, cast.small_member, twin, name="other", site="other")
    kept, gone = organisation(cast.small_member), organisation(twin)
    assert (kept.names, kept.aliases, kept.site, kept.acronym) == ({"und": "Otter"}, [], "", "")
    assert (gone.names, gone.aliases, gone.site, gone.folded_name) == ({"und": "Otter"}, [], "", "otter")
    assert kept.own("aliases") == ["Club de la presse Kalina", "Kalina Press-Club"]


def test_the_record_tells_all_of_a_merge(cast: Cast) -> None:
    twin = a_twin(cast)
    letter_id = an_open_letter(cast, cast.small_member, twin)
    stands, ended = signed(letter_id, cast.small_member), signed(letter_id, twin)
    merged(cast, cast.small_member, twin)
    house = db.session.scalars(
        select(RecordEntry).where(RecordEntry.chain == "house").order_by(RecordEntry.number.desc())
    ).first()
    assert house is not None
    assert house.verb == "organisations merged"
    assert house.detail["ended"] == [{"letter": letter_id.hex, "signature": ended.hex, "stands": stands.hex}]
    assert "KPC" in house.detail["names"]


@pytest.mark.parametrize("seed", range(3))
def test_in_whatever_world_at_most_one_signature_stands_and_no_act_is_lost(cast: Cast, seed: int) -> None:
    chance = random.Random(seed)
    members = [cast.small_member, *(a_twin(cast, address=f"{n}@kpc.example", name=f"KPC {n}") for n in range(2))]
    members.append(a_twin(cast, address=cast.small_member.address, name="KPC 9"))
    letters_open = []
    for _ in range(2):
        invited = chance.sample(members, chance.randint(2, 4))
        letter_id = an_open_letter(cast, *invited)
        for member in invited:
            act = chance.choice(["sign", "withhold", "decline", "sign and withdraw", "nothing"])
            if act == "decline":
                declined(letter_id, member)
            elif act != "nothing":
                signed(letter_id, member, is_withheld=act == "withhold")
            if act == "sign and withdraw":
                withdrawn(letter_id, member)
        if chance.random() < 0.5:
            published(cast, letter_id)
        letters_open.append(letter_id)
    acts = set(db.session.scalars(select(Consent.id)))
    chance.shuffle(members)
    kept = members.pop()
    for other in members:
        pairs = published_pairs(db.session(), kept.organisation_id, other.organisation_id)
        merged(cast, kept, other, pairs=len(pairs))
        for letter_id in letters_open:
            ensure_sound(letter_id, cast)
    db.session.rollback()
    assert acts <= set(db.session.scalars(select(Consent.id)))
    for letter_id in letters_open:
        mine = standing_signature(db.session(), letter_id, kept.organisation_id)
        given = db.session.scalar(select(func.count()).select_from(Signature).where(Signature.letter_id == letter_id))
        assert (mine is not None) <= bool(given)
        assert len(standing(letter_id)) <= 1


def test_the_contacts_of_both_are_told_each_once_and_under_safe_mail_not_of_what(cast: Cast) -> None:
    twin = a_twin(cast)
    with transaction() as session:
        session.get_one(Contact, twin.contact_id).safe_mail = True
    merged(cast, cast.small_member, twin)
    rows = db.session.scalars(select(OutgoingEmail)).all()
    due = [one for one in rows if one.context_or_empty.get("kind") == "entries_joined"]
    for one in due:
        one.state = "claimed"  # a link is made for a mail that is about to leave
    told = [letters.make(db.session(), one) for one in due]
    assert sorted(one.recipient for one in told) == [
        "kalina@pressclub.example", "kofi@pressclub.example", "office@pressclub.example",
    ]  # fmt: skip
    safe = next(one for one in told if one.recipient == "office@pressclub.example")
    assert not [words for words in ("Kalina", "KPC", "directory") if words in f"{safe.subject}{safe.text}"]
    assert "Kalina Press Club" in next(one for one in told if one.recipient.startswith("kofi")).subject
