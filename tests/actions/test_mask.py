"""Masking and suspending: what leaves every list at once, who may do it, who may undo it, and who is told."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from coalition.actions import answer, dispute, mask, rebuild
from coalition.actions.acts import standing_signature
from coalition.actions.circulate import NotCoordinator
from coalition.actions.dispute import NoReason, SettledMeanwhile
from coalition.actions.mask import NotYourMask
from coalition.actions.team import NotAllowed
from coalition.database import db
from coalition.models.letter import Tally
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.public import PublicBody
from coalition.models.signature import NoStandingSignature, Signature
from tests import builders
from tests.cast import Cast, Member


@pytest.fixture
def letter_id(cast: Cast) -> Any:
    """A published letter that Kalina and Sami sign by name, and Daria unnamed."""
    letter_id = builders.an_open_letter(cast)
    for member in (cast.small_member, cast.arabic_member):
        builders.signed(letter_id, member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.published(cast, letter_id)
    return letter_id


def public_words() -> str:
    """Everything that readers can get."""
    rebuild.rebuild()
    found = db.session.scalars(select(PublicBody.content).where(PublicBody.encoding == "")).all()
    return "\n".join(content.decode(errors="replace") for content in found)


def standing(letter_id: Any, member: Member) -> Signature:
    """The member's signature as it stands."""
    db.session.rollback()
    found = standing_signature(db.session(), letter_id, member.organisation_id)
    assert found is not None
    return found


def told(kind: str) -> int:
    """How many mails of a kind there are."""
    rows = db.session.scalars(select(OutgoingEmail)).all()
    return sum(row.context_or_empty.get("kind") == kind for row in rows)


def test_a_coordinator_masks_a_name_and_every_public_byte_follows(letter_id: Any, cast: Cast) -> None:
    assert "Kalina Press Club" in public_words()
    mask.mask(letter_id, cast.small_member.organisation_id, by=cast.coordinator)
    stored = db.session.scalars(select(PublicBody.content)).all()
    assert not [one for one in stored if b"Kalina Press Club" in one]
    words = public_words()
    assert "Kalina Press Club" not in words
    assert "Amman" in words
    assert standing(letter_id, cast.small_member).ended_on is None
    assert told("masked") >= 1


def test_masking_twice_is_masking_once(letter_id: Any, cast: Cast) -> None:
    for _ in range(2):
        mask.mask(letter_id, cast.small_member.organisation_id, by=cast.coordinator)
    first = told("masked")
    mask.mask(letter_id, cast.small_member.organisation_id, by=cast.coordinator)
    assert told("masked") == first


def test_nobody_learns_of_a_withheld_signature_by_masking_or_suspending(letter_id: Any, cast: Cast) -> None:
    nobody = cast.coordinator.organisation_id
    for organisation_id in (cast.unnamed_member.organisation_id, nobody):
        with pytest.raises(NoStandingSignature):
            mask.mask(letter_id, organisation_id, by=cast.coordinator)
        with pytest.raises(NoStandingSignature):
            dispute.suspend(letter_id, organisation_id, reason="Why", by=cast.coordinator)


def test_a_coordinator_of_another_letter_neither_masks_nor_suspends(letter_id: Any, cast: Cast) -> None:
    with pytest.raises(NotCoordinator):
        mask.mask(letter_id, cast.small_member.organisation_id, by=cast.other_coordinator)
    with pytest.raises(NotCoordinator):
        dispute.suspend(letter_id, cast.small_member.organisation_id, reason="Why", by=cast.other_coordinator)


def test_the_team_lifts_its_own_mask_and_no_other(letter_id: Any, cast: Cast) -> None:
    kalina, sami = cast.small_member.organisation_id, cast.arabic_member.organisation_id
    mask.mask(letter_id, kalina, by=cast.coordinator)
    mask.unmask(letter_id, kalina, by=cast.coordinator)
    assert standing(letter_id, cast.small_member).is_public
    assert mask.mask_everywhere(sami, by=cast.coordinator) == 1
    with pytest.raises(NotYourMask):
        mask.unmask(letter_id, sami, by=cast.coordinator)
    assert standing(letter_id, cast.arabic_member).masked_at is not None


def test_the_organisation_itself_lifts_any_mask(letter_id: Any, cast: Cast) -> None:
    mask.mask_everywhere(cast.small_member.organisation_id, by=cast.coordinator)
    invitation = builders.invitation_of(letter_id, cast.small_member)
    answer.reveal(invitation.id, key="k" * 32, shown=builders.shown_to(invitation))
    assert standing(letter_id, cast.small_member).is_public


@pytest.mark.usefixtures("letter_id")
def test_an_administrator_masks_every_line_of_an_organisation_and_sees_only_how_many(cast: Cast) -> None:
    unpublished = builders.an_open_letter(cast, title="Another letter")
    builders.signed(unpublished, cast.small_member)
    assert mask.lines_of(db.session(), cast.small_member.organisation_id) == 1
    assert mask.mask_everywhere(cast.small_member.organisation_id, by=cast.coordinator) == 1
    assert standing(unpublished, cast.small_member).masked_at is not None
    assert "Kalina Press Club" not in public_words()
    assert told("masked_everywhere") == 2
    assert mask.mask_everywhere(cast.small_member.organisation_id, by=cast.coordinator) == 0


@pytest.mark.usefixtures("letter_id")
def test_a_contact_masks_its_own_organisation_and_no_other(cast: Cast) -> None:
    assert mask.mask_everywhere(cast.small_member.organisation_id, by=cast.small_member.contact) == 1
    with pytest.raises(NotAllowed):
        mask.mask_everywhere(cast.arabic_member.organisation_id, by=cast.small_member.contact)


def test_the_team_does_not_lift_its_mask_once_the_organisation_hides_its_name_everywhere(
    letter_id: Any, cast: Cast
) -> None:
    kalina = cast.small_member.organisation_id
    mask.mask(letter_id, kalina, by=cast.coordinator)
    assert mask.mask_everywhere(kalina, by=cast.small_member.contact) == 0
    with pytest.raises(NotYourMask):
        mask.unmask(letter_id, kalina, by=cast.coordinator)
    assert not standing(letter_id, cast.small_member).is_public


@pytest.mark.usefixtures("letter_id")
def test_who_is_no_administrator_does_not_mask_everywhere(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        mask.mask_everywhere(cast.small_member.organisation_id, by=cast.other_coordinator)


def test_a_withheld_name_is_revealed_by_nobody_else(letter_id: Any, cast: Cast) -> None:
    mask.mask_everywhere(cast.unnamed_member.organisation_id, by=cast.coordinator)
    signature = standing(letter_id, cast.unnamed_member)
    assert (signature.visibility, signature.masked_at) == ("withheld", None)


def test_a_coordinator_suspends_a_line_with_a_reason_and_releases_it(letter_id: Any, cast: Cast) -> None:
    kalina = cast.small_member.organisation_id
    before = db.session.get_one(Tally, letter_id).signed
    with pytest.raises(NoReason):
        dispute.suspend(letter_id, kalina, reason=" ", by=cast.coordinator)
    dispute.suspend(letter_id, kalina, reason="The chair says no.", by=cast.coordinator)
    assert "Kalina Press Club" not in public_words()
    assert db.session.get_one(Tally, letter_id).signed == before - 1
    assert told("suspended") >= 1
    [open_one] = dispute.to_settle(db.session(), letter_id)
    dispute.release(letter_id, open_one.id, reason="She was asked again.", by=cast.coordinator)
    assert standing(letter_id, cast.small_member).suspended_at is None
    assert db.session.get_one(Tally, letter_id).signed == before
    assert told("dispute_settled") >= 1
    with pytest.raises(SettledMeanwhile):
        dispute.end(letter_id, open_one.id, reason="Again", by=cast.coordinator)


def test_a_disputed_signature_is_ended_and_the_organisation_can_sign_again(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    kalina = cast.small_member.organisation_id
    dispute.suspend(letter_id, kalina, reason="In doubt.", by=cast.coordinator)
    [open_one] = dispute.to_settle(db.session(), letter_id)
    dispute.end(letter_id, open_one.id, reason="Nobody there agreed.", by=cast.coordinator)
    db.session.rollback()
    assert standing_signature(db.session(), letter_id, kalina) is None
    assert db.session.get_one(Tally, letter_id).signed == 0
