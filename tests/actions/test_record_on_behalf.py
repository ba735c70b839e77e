"""Recording what came by telephone, on paper or as a list: each signature its own, everybody told, each can object."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from coalition import clock, tokens
from coalition.actions import circulate, close, directory, ledger, live, recorded
from coalition.actions.acts import standing_signature
from coalition.actions.check import check
from coalition.actions.circulate import NotCoordinator
from coalition.actions.directory import OrganisationEntry
from coalition.actions.reconfirm import NothingToObjectTo
from coalition.actions.record_on_behalf import (
    AnotherVersion,
    EvidenceTooLarge,
    NoEvidence,
    Outcome,
    Recording,
    Said,
    SaidInTheFuture,
    SaidTooLate,
    content_of,
    record_answers,
    show_evidence,
)
from coalition.actions.recorded import NothingToConfirm, recorded_signatures
from coalition.database import db
from coalition.emails import letters
from coalition.models.consent import Consent
from coalition.models.contact import Contact
from coalition.models.evidence import Evidence
from coalition.models.invitation import Invitation
from coalition.models.letter import NotOpenForSigning, Tally
from coalition.models.objection import Objection
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import RecordEntry
from coalition.models.signature import Signature
from coalition.rendering.ledger import problems_of, to_json
from tests import builders

if TYPE_CHECKING:
    from tests.cast import Cast, Member

WORDS = "The board said yes on the telephone, Ana called at ten."


def a_recording(*members: Member, answer: str = "sign", key: UUID | None = None, **said: object) -> Recording:
    facts: dict[str, object] = {
        "way": "telephone", "who": "Ana Petrova", "role": "Chair", "on": clock.now().date(), "words": WORDS,
    }  # fmt: skip
    by_name = bool(said.pop("by_name", False))
    version = said.pop("version", 1)
    return Recording(
        evidence_id=key or uuid4(),
        answer=answer,
        version=version,  # type: ignore[arg-type]  # a number, among facts of several kinds
        organisation_ids=tuple(one.organisation_id for one in members),
        said=Said(**facts | said),  # type: ignore[arg-type]  # a number, among facts of several kinds
        by_name=by_name,
    )


def record(cast: Cast, letter_id: UUID, *members: Member, answer: str = "sign", **said: object) -> Outcome:
    recording = a_recording(*members, answer=answer, key=None, **said)
    return record_answers(letter_id, recording, by=cast.coordinator)


def standing(letter_id: UUID, member: Member) -> Signature:
    db.session.rollback()
    found = standing_signature(db.session(), letter_id, member.organisation_id)
    assert found is not None
    return found


def mails(kind: str) -> list[letters.Mail]:
    db.session.rollback()
    rows = [one for one in db.session.scalars(select(OutgoingEmail)) if one.context_or_empty.get("kind") == kind]
    return [letters.make(db.session(), row) for row in rows]


def tally(letter_id: UUID) -> tuple[int, int, int]:
    db.session.rollback()
    row = db.session.get_one(Tally, letter_id)
    return row.signed, row.withheld, row.declined


def object_to_it(letter_id: UUID, member: Member, words: str = "") -> None:
    invitation = builders.invitation_of(letter_id, member)
    shown = builders.shown_to(invitation)
    recorded.object_to_record(invitation.id, key=secrets.token_hex(16), shown=shown, words=words)


def confirm(letter_id: UUID, member: Member, key: str = "") -> None:
    invitation = builders.invitation_of(letter_id, member)
    recorded.confirm(invitation.id, key=key or secrets.token_hex(16), shown=builders.shown_to(invitation))


def test_a_yes_by_telephone_is_a_signature_with_its_own_row_in_the_ledger(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    outcome = record(cast, letter_id, cast.small_member)
    assert outcome == Outcome((cast.small_member.organisation_id,), ())
    signature = standing(letter_id, cast.small_member)
    (row,) = signature.consents
    assert (row.act, row.how, row.wording_id) == ("sign", "recorded", "recorded-1")
    assert (row.by["name"], row.by["account"]) == ("Ana Petrova", cast.coordinator.id.hex)
    evidence = db.session.get_one(Evidence, UUID(row.evidence_file_id))
    assert evidence.said["words"] == WORDS
    assert evidence.created_at == datetime.combine(clock.now().date(), datetime.min.time(), UTC)
    assert signature.printed_names["und"] == "Kalina Press Club"
    assert tally(letter_id) == (1, 0, 0)


def test_everybody_known_at_the_organisation_is_told_with_a_link_that_works(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    record(cast, letter_id, cast.small_member)
    told = mails("recorded")
    assert sorted(one.recipient for one in told) == ["kalina@pressclub.example", "kofi@pressclub.example"]
    for one in told:
        assert "Nadia Rahimi has recorded that Kalina Press Club signs version 1" in one.text
        assert "because Ana Petrova (Chair) said so" in one.text
        assert WORDS not in one.text
    kofi = db.session.scalars(select(Invitation).where(Invitation.contact_id == cast.colleague_contact_id)).one()
    assert kofi.part == "told"
    assert any(f"/i/{kofi.links[-1].token(tokens.ours())}" in one.text for one in told)
    assert db.session.get_one(Tally, letter_id).invited == 3


def test_who_chose_to_hear_nothing_of_colleagues_still_hears_what_was_recorded(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    contact = db.session.get_one(Contact, cast.colleague_contact_id)
    contact.is_told = False
    db.session.commit()
    circulate.revoke(builders.invitation_of(letter_id, cast.small_member).id, by=cast.coordinator)
    record(cast, letter_id, cast.small_member)
    assert len(mails("recorded")) == 2
    assert builders.invitation_of(letter_id, cast.small_member).is_live


def test_one_list_records_several_and_says_kindly_what_it_could_not(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    outcome = record(cast, letter_id, cast.small_member, cast.arabic_member, cast.unnamed_member, way="list")
    assert outcome.recorded == (cast.arabic_member.organisation_id, cast.unnamed_member.organisation_id)
    assert outcome.left == ((cast.small_member.organisation_id, "signed"),)
    rows = db.session.scalars(select(Consent).where(Consent.how == "recorded")).all()
    assert len({row.evidence_file_id for row in rows}) == 1
    assert len(rows) == 2
    assert tally(letter_id) == (3, 1, 0)


def test_who_usually_stays_unnamed_is_recorded_withheld_and_told_so_that_nothing_is_said(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    record(cast, letter_id, cast.unnamed_member)
    assert standing(letter_id, cast.unnamed_member).visibility == "withheld"
    (told,) = mails("recorded")
    for secret in ("Northern", "Ana", "Nadia", "reporters"):
        assert secret not in told.text + told.subject
    assert "/i/" in told.text


def test_by_name_only_where_the_evidence_says_so(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    record(cast, letter_id, cast.unnamed_member, by_name=True)
    assert standing(letter_id, cast.unnamed_member).visibility == "named"


def test_a_yes_without_a_name_counts_and_is_named_nowhere(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    record(cast, letter_id, cast.small_member, answer="withheld")
    assert standing(letter_id, cast.small_member).visibility == "withheld"
    assert tally(letter_id) == (1, 1, 0)
    assert all("Kalina Press Club" not in one.text for one in mails("recorded"))


def test_the_same_form_sent_twice_is_recorded_once(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    recording = a_recording(cast.small_member)
    first = record_answers(letter_id, recording, by=cast.coordinator)
    assert record_answers(letter_id, recording, by=cast.coordinator) == first
    assert len(standing(letter_id, cast.small_member).consents) == 1
    assert len(mails("recorded")) == 2


def test_a_form_of_another_letter_opens_nothing_of_this_one(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    other_id = builders.an_open_letter(cast, title="Another")
    recording = a_recording(cast.small_member)
    record_answers(letter_id, recording, by=cast.coordinator)
    with pytest.raises(LookupError):
        record_answers(other_id, recording, by=cast.coordinator)


def test_a_no_is_recorded_and_a_later_yes_takes_its_place(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    record(cast, letter_id, cast.small_member, answer="decline")
    assert tally(letter_id) == (0, 0, 1)
    assert builders.invitation_of(letter_id, cast.small_member).answer_kind == "decline"
    assert record(cast, letter_id, cast.small_member, answer="decline").left[0][1] == "declined"
    record(cast, letter_id, cast.small_member)
    assert tally(letter_id) == (1, 0, 0)


def test_a_withdrawal_is_recorded_also_after_publication_and_the_name_leaves_the_list(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    record(cast, letter_id, cast.arabic_member)
    assert [one.name for one in live.waiting(db.session(), builders.a_letter(letter_id))] == ["Amman Writers’ House"]
    record(cast, letter_id, cast.small_member, answer="withdraw", on=clock.now().date() + timedelta(days=0))
    assert standing_signature(db.session(), letter_id, cast.small_member.organisation_id) is None
    last = db.session.scalars(select(Consent).where(Consent.act == "withdraw")).one()
    assert (last.how, last.by["name"]) == ("recorded", "Ana Petrova")
    assert record(cast, letter_id, cast.small_member, answer="withdraw").left[0][1] == "not_signed"


def test_nobody_is_reminded_after_a_recorded_answer(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    record(cast, letter_id, cast.small_member)
    record(cast, letter_id, cast.small_member, answer="withdraw")
    invitation = builders.invitation_of(letter_id, cast.small_member)
    assert circulate.nudge(letter_id, [invitation.id], by=cast.coordinator) == 0


def test_the_day_they_said_it_counts_not_the_day_it_is_typed(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    close.close(letter_id, by=cast.coordinator)
    today = clock.now().date()
    record(cast, letter_id, cast.small_member, on=today - timedelta(days=1))
    assert standing(letter_id, cast.small_member).is_on_list
    with pytest.raises(SaidInTheFuture):
        record(cast, letter_id, cast.arabic_member, on=today + timedelta(days=3))


def test_after_the_deadline_only_what_was_said_before_it_counts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = builders.an_open_letter(cast)
    deadline = builders.a_letter(letter_id).deadline_at
    assert deadline is not None
    later = deadline + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    close.close_due()
    with pytest.raises(SaidTooLate) as refused:
        record(cast, letter_id, cast.small_member, on=later.date())
    record(cast, letter_id, cast.small_member, on=refused.value.last)
    assert standing(letter_id, cast.small_member).is_on_list


def test_nothing_is_recorded_before_the_letter_is_out_for_signature(cast: Cast) -> None:
    for letter_id in (builders.a_draft(cast), builders.consulted(cast)):
        with pytest.raises(NotOpenForSigning):
            record(cast, letter_id, cast.small_member)


def test_a_yes_to_an_earlier_text_counts_where_only_typing_changed(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.arabic_member)
    builders.amended(cast, letter_id, "typographical")
    record(cast, letter_id, cast.small_member, version=1)
    assert standing(letter_id, cast.small_member).version.number == 1
    builders.amended(cast, letter_id, "substantive", body="Other words.\n")
    with pytest.raises(AnotherVersion):
        record(cast, letter_id, cast.unnamed_member, version=2)


def test_evidence_is_words_or_a_file_that_is_not_too_large(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    with pytest.raises(NoEvidence):
        record(cast, letter_id, cast.small_member, words="  ")
    with pytest.raises(EvidenceTooLarge):
        record(cast, letter_id, cast.small_member, content=b"x" * (10 * 1024 * 1024 + 1))
    record(cast, letter_id, cast.small_member, words="", content=b"\x00%PDF", file_name="minutes.pdf")
    evidence = db.session.scalars(select(Evidence)).one()
    assert content_of(evidence) == b"\x00%PDF"


def test_members_only_means_members_also_by_telephone(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    letter = builders.a_letter(letter_id)
    letter.who_may_sign = "members"
    db.session.commit()
    guest = directory.add_organisation(OrganisationEntry({"und": "A guest"}, standing="guest"), by=cast.coordinator)
    recording = a_recording()
    outcome = record_answers(
        letter_id,
        Recording(recording.evidence_id, "sign", 1, (guest, uuid4()), recording.said),
        by=cast.coordinator,
    )
    assert [why for _one, why in outcome.left] == ["may_not_sign", "gone"]
    assert db.session.scalars(select(Evidence)).all() == []


def test_an_organisation_with_no_address_can_be_recorded_and_one_that_nobody_knows_can_not_decline(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    unknown = directory.add_organisation(OrganisationEntry({"und": "Far away"}), by=cast.coordinator)
    said = a_recording().said
    declined = record_answers(letter_id, Recording(uuid4(), "decline", 1, (unknown,), said), by=cast.coordinator)
    assert declined.left == ((unknown, "nobody_known"),)
    signed = record_answers(letter_id, Recording(uuid4(), "sign", 1, (unknown,), said), by=cast.coordinator)
    assert signed.recorded == (unknown,)


def test_only_the_letters_coordinators_record_and_open_evidence(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    with pytest.raises(NotCoordinator):
        record_answers(letter_id, a_recording(cast.small_member), by=cast.other_coordinator)
    record(cast, letter_id, cast.small_member)
    evidence = db.session.scalars(select(Evidence)).one()
    with pytest.raises(NotCoordinator):
        show_evidence(letter_id, evidence.id, by=cast.other_coordinator)
    show_evidence(letter_id, evidence.id, by=cast.coordinator)
    verbs = db.session.scalars(select(RecordEntry.verb).order_by(RecordEntry.at)).all()
    assert "recorded" in verbs
    assert verbs[-1] == "evidence opened"


def test_who_is_told_that_a_withheld_organisation_signed_is_noted(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    record(cast, letter_id, cast.unnamed_member)
    db.session.rollback()
    assert "withheld names shown" in db.session.scalars(select(RecordEntry.verb)).all()


# -- in the organisation's own hands ----------------------------------------------------------------------------------


def test_one_press_confirms_and_the_ledger_says_so(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    record(cast, letter_id, cast.small_member)
    assert len(recorded_signatures(db.session(), letter_id)) == 1
    confirm(letter_id, cast.small_member, "key")
    confirm(letter_id, cast.small_member, "key")
    rows = standing(letter_id, cast.small_member).consents
    assert [(row.act, row.how, row.wording_id) for row in rows[1:]] == [("keep", "mailed_link", "confirmed-1")]
    assert rows[1].by["name"] == "Kalina Ivanova"
    assert recorded_signatures(db.session(), letter_id) == set()
    with pytest.raises(NothingToConfirm):
        confirm(letter_id, cast.small_member)
    with pytest.raises(NothingToObjectTo):
        object_to_it(letter_id, cast.small_member)


def test_one_press_objects_and_the_line_is_off_until_it_is_settled_or_they_confirm_it(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    record(cast, letter_id, cast.small_member)
    object_to_it(letter_id, cast.small_member, "Nobody called you.")
    object_to_it(letter_id, cast.small_member)
    signature = standing(letter_id, cast.small_member)
    assert signature.suspended_at is not None
    assert tally(letter_id) == (0, 0, 0)
    (objection,) = db.session.scalars(select(Objection)).all()
    assert (objection.against, objection.words) == ("recorded", "Nobody called you.")
    confirm(letter_id, cast.small_member)
    assert standing(letter_id, cast.small_member).suspended_at is None
    assert tally(letter_id) == (1, 0, 0)
    with pytest.raises(NothingToConfirm):
        confirm(letter_id, cast.small_member)


def test_coordinators_are_told_of_an_objection_by_a_number_alone(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    record(cast, letter_id, cast.small_member)
    object_to_it(letter_id, cast.small_member)
    (told,) = mails("objection_received")
    assert "1 signature is off the list" in told.text
    assert "Kalina" not in told.text + told.subject


def test_a_colleague_objects_to_what_was_recorded_after_publication_too(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    record(cast, letter_id, cast.small_member)
    builders.published(cast, letter_id)
    object_to_it(letter_id, cast.small_member)
    assert not standing(letter_id, cast.small_member).is_public


def test_the_check_before_publication_counts_what_is_not_confirmed(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    record(cast, letter_id, cast.small_member, cast.arabic_member, by_name=True)
    confirm(letter_id, cast.arabic_member)
    found = {one.code: one for one in check(db.session(), builders.a_letter(letter_id)).findings}
    assert found["recorded_unconfirmed"].facts == {"number": 1}
    assert not found["recorded_unconfirmed"].stops


# -- what is left behind ----------------------------------------------------------------------------------------------


def test_the_ledger_tells_how_and_by_whom_and_still_checks(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    record(cast, letter_id, cast.small_member)
    made = ledger.of_letter(db.session(), builders.a_letter(letter_id))
    (act,) = made.signatures[0].acts
    assert act.how == "recorded"
    assert act.recorded is not None
    assert (act.recorded.by, act.recorded.way) == ("Nadia Rahimi", "telephone")
    assert problems_of(to_json(made)) == []
    assert WORDS.encode() not in to_json(made)


def test_what_was_said_stands_nowhere_in_plain(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    canary = f"canary-{secrets.token_hex(8)}"
    record(
        cast, letter_id, cast.small_member, cast.arabic_member,
        who=f"{canary}-who", role=f"{canary}-role", words=f"{canary}-words",
        content=f"{canary}-content".encode(), file_name=f"{canary}-name",
    )  # fmt: skip
    object_to_it(letter_id, cast.small_member, f"{canary}-objection")
    db.session.rollback()
    tables = db.session.execute(
        text("SELECT name FROM sqlite_master WHERE type = 'table'")
        if db.session.get_bind().dialect.name == "sqlite"
        else text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    ).scalars()
    for name in tables:
        for row in db.session.execute(text(f'SELECT * FROM "{name}"')):  # noqa: S608 -- the names of our own tables
            assert canary not in repr(tuple(row)), name
