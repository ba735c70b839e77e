"""Using a letter again, and letters for practice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from coalition.actions import amend, check, circulate, clone, close, draft, publish
from coalition.actions.publish import NotReadyToPublish
from coalition.database import db
from coalition.emails import letters
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.signature import Signature
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast


def people(letter_id: UUID) -> set[UUID]:
    """The contacts on a letter's list; who was only told of an answer is not on it."""
    db.session.rollback()
    on_list = select(Invitation.contact_id).where(Invitation.letter_id == letter_id, Invitation.part == "contact")
    return set(db.session.scalars(on_list))


def a_practice_letter(cast: Cast) -> UUID:
    """A practice letter that was sent to the small member."""
    letter_id = draft.create_letter(
        by=cast.coordinator,
        title="Only a try",
        kind="open_letter",
        language="en",
        zone="UTC",
        body="Words.",
        is_practice=True,
    )
    circulate.invite(letter_id, [cast.small_member.contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    return letter_id


def test_a_letter_used_again_takes_text_and_people_along_and_no_signature(cast: Cast) -> None:
    before = builders.an_open_letter(cast, languages=("fr", "en", "ar"))
    builders.signed(before, cast.small_member)
    again = clone.clone(before, by=cast.coordinator, title="Free the others")
    letter = builders.a_letter(again)
    assert (letter.stage, letter.deadline_at, letter.version.number) == ("draft", None, 1)
    assert {text.language: text.body for text in letter.version.texts} == dict.fromkeys(
        ("fr", "en", "ar"), builders.BODY
    )
    assert letter.version.text("fr").title == "Free the others"
    assert {letter.version.text(tag).translates for tag in ("en", "ar")} == {letter.version.text("fr")}
    assert letter.cloned_from_id == before
    assert people(again) == people(before)
    assert db.session.scalar(select(func.count()).where(Signature.letter_id == again)) == 0
    assert db.session.scalar(select(func.count()).where(OutgoingEmail.letter_id == again)) == 0


def test_who_may_not_be_asked_any_more_is_not_on_the_new_list(cast: Cast) -> None:
    before = builders.an_open_letter(cast)
    contact = db.session.get_one(Contact, cast.small_member.contact_id)
    contact.organisation.do_not_ask_at = contact.organisation.created_at
    db.session.commit()
    again = clone.clone(before, by=cast.coordinator, title="Free the others")
    assert people(again) == people(before) - {cast.small_member.contact_id}


def test_a_letter_can_be_used_again_without_its_people(cast: Cast) -> None:
    before = builders.an_open_letter(cast)
    assert people(clone.clone(before, by=cast.coordinator, title="Alone", with_people=False)) == set()


def test_a_practice_letter_writes_to_its_coordinator_alone(cast: Cast) -> None:
    letter_id = a_practice_letter(cast)
    builders.signed(letter_id, cast.small_member)
    close.close(letter_id, by=cast.coordinator)
    rows = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id)).all()
    made = [letters.make(db.session(), row) for row in rows]
    assert len(made) == 3
    assert {mail.recipient for mail in made} == {cast.coordinator.email}
    assert all(mail.subject.startswith("Practice: ") for mail in made)


def test_a_practice_letter_is_never_published(cast: Cast) -> None:
    letter_id = a_practice_letter(cast)
    builders.signed(letter_id, cast.small_member)
    with pytest.raises(NotReadyToPublish) as refused:
        builders.published(cast, letter_id)
    assert "practice" in {finding.code for finding in refused.value.check.findings}


def test_the_database_itself_refuses_to_publish_a_practice_letter(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = a_practice_letter(cast)
    builders.signed(letter_id, cast.small_member)
    close.close(letter_id, by=cast.coordinator)
    found = check.check(db.session(), builders.a_letter(letter_id))
    blind = replace(found, findings=tuple(one for one in found.findings if one.code != "practice"))
    monkeypatch.setattr(publish, "check", lambda *_: blind)
    with pytest.raises(Exception, match="never published"):
        publish.publish(letter_id, by=cast.coordinator, overrides={one.key: "seen" for one in blind.findings})


def test_a_letter_whose_text_changed_is_used_again_with_the_text_in_force(cast: Cast) -> None:
    before = builders.an_open_letter(cast, languages=("en", "fr"))
    builders.signed(before, cast.small_member)
    builders.amended(cast, before)
    amend.begin_version(before, by=cast.coordinator)
    draft.save_text(before, "en", {"body": "Nobody has seen this."}, by=cast.coordinator)
    for number in range(5):
        again = builders.a_letter(clone.clone(before, by=cast.coordinator, title=f"Free the others {number}"))
        assert [one.number for one in again.versions] == [1]
        assert again.version.text("en").body == builders.BODY + "\nToday.\n"
