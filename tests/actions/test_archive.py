"""A letter goes out as its team knows it, sealed, and comes in again with nothing lost and no consent made up."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy
from sqlalchemy import select

from coalition import clock
from coalition.actions import amend, archive, close, draft, give_away, reconfirm, respond, take_over, unarchive
from coalition.actions.amend import Amendment
from coalition.actions.circulate import NotCoordinator
from coalition.actions.rebuild import rebuild
from coalition.actions.respond import Reply
from coalition.database import db, transaction
from coalition.intake import archive_key, letter_archive, sealed_file
from coalition.intake import letter_archive_facts as facts
from coalition.intake import letter_file as files
from coalition.intake.sealed_file import TooLarge, WeakPassphrase
from coalition.models.comment import Comment
from coalition.models.consent import Consent
from coalition.models.edition import PublicLine
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter, TeamMember
from coalition.models.organisation import Organisation
from coalition.models.public import PublicBody
from coalition.models.record import RecordEntry, chain_of
from coalition.models.signature import Signature
from tests import builders
from tests.actions.test_take_over import a_record
from tests.intake.test_letter_archive import WHOLE

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast, Member

PASSPHRASE = "ink on paper, and the door stays open"


def content(letter_id: UUID) -> bytes:
    """The letter as an archive has it, before it is sealed."""
    db.session.rollback()
    return letter_archive.write(archive.archive_of(db.session(), db.session.get_one(Letter, letter_id)))


def taken_over(data: bytes, cast: Cast) -> UUID:
    return unarchive.take_over_archive(letter_archive.read(data), by=cast.coordinator)


def plain(letter_id: UUID) -> bytes:
    """The letter file of a letter."""
    db.session.rollback()
    return files.write(give_away.export_letter(letter_id))


def kept(letter_id: UUID, member: Member) -> None:
    """The member keeps its signature under the version in force."""
    invitation = builders.invitation_of(letter_id, member)
    reconfirm.keep(invitation.id, key=secrets.token_hex(16), shown=builders.shown_to(invitation))


def amended(cast: Cast, letter_id: UUID, change_class: str, words: str) -> None:
    """The team puts another text forward."""
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.save_text(letter_id, "en", {"body": builders.BODY + words}, by=cast.coordinator)
    seal = amend.seal_of(builders.a_letter(letter_id))
    said = Amendment(change_class, {"en": "A sentence more."}, clock.now() + timedelta(days=2))
    amend.put_forward(letter_id, said, by=cast.coordinator, seal=seal)


def commented(cast: Cast, letter_id: UUID) -> None:
    """A member makes a proposal, which is taken; the team asks, and the member answers."""
    letter = builders.a_letter(letter_id)
    first, now = letter.versions[0].text("en"), letter.version.text("en")
    member = builders.invitation_of(letter_id, cast.small_member)
    with transaction() as session:
        made = {
            "letter_id": letter_id,
            "text_id": first.id,
            "now_text_id": now.id,
            "paragraph_key": "p1",
            "now_key": "p2",
        }
        proposal = Comment(
            **made, invitation_id=member.id, kind="wording", quote="We,", created_at=clock.now(), outcome="taken",
            settled_at=clock.now(), settled_by_id=cast.coordinator_id,
        )  # fmt: skip
        proposal.words, proposal.wording, proposal.reply = "Shorter.", "We ask.", "Thank you."
        question = Comment(**made, account_id=cast.coordinator_id, kind="question", created_at=clock.now())
        question.words = "Which year?"
        session.add_all((proposal, question))
        session.flush()
        reply = Comment(**made, invitation_id=member.id, kind="remark", created_at=clock.now(), answers_id=question.id)
        reply.words = "The last."
        orphan = Comment(
            letter_id=letter_id, text_id=first.id, account_id=cast.coordinator_id, kind="remark",
            created_at=clock.now(), orphaned_at=clock.now(),
        )  # fmt: skip
        orphan.words, orphan.author_name = "From the file", "Ana"
        session.add_all((reply, orphan))


def a_letter_with_a_past(cast: Cast) -> UUID:
    """Signed by three, one withheld; then changed: one keeps, one withdraws, the unnamed one objected and kept."""
    letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.signed(letter_id, cast.arabic_member)
    amended(cast, letter_id, "typographical", "\n\nOne more")
    unnamed = builders.invitation_of(letter_id, cast.unnamed_member)
    reconfirm.object_to(
        unnamed.id, key="objection", shown=builders.shown_to(unnamed), against="typographical", words="Not this."
    )
    amended(cast, letter_id, "substantive", "\n\nOne more sentence.")
    kept(letter_id, cast.small_member)
    kept(letter_id, cast.unnamed_member)
    builders.withdrawn(letter_id, cast.arabic_member)
    commented(cast, letter_id)
    return letter_id


def names_of(member: Member) -> list[str]:
    """Every name under which a member could be known."""
    invitation = db.session.scalars(select(Invitation).where(Invitation.contact_id == member.contact_id)).first()
    assert invitation is not None
    return [*invitation.organisation.names.values(), invitation.contact.name]


def in_archive(data: bytes, name: str) -> bool:
    return json.dumps(name, ensure_ascii=False)[1:-1].encode() in data


# -- there and back -------------------------------------------------------------------------------------------------


def test_a_letter_that_was_published_comes_back_whole(cast: Cast) -> None:
    letter_id = a_letter_with_a_past(cast)
    builders.published(cast, letter_id)
    before = content(letter_id)
    again = taken_over(before, cast)
    assert content(again) == before
    assert plain(again) == plain(letter_id)
    assert content(taken_over(content(again), cast)) == before


def test_published_here_it_still_is_what_it_was(cast: Cast) -> None:
    letter_id = a_letter_with_a_past(cast)
    builders.published(cast, letter_id)
    before, file = content(letter_id), plain(letter_id)
    again = taken_over(before, cast)
    builders.published(cast, again)
    assert content(again) == before
    assert plain(again) == file


@pytest.mark.parametrize("stage", ["draft", "open", "closed"])
def test_a_letter_that_was_not_published_comes_back_whole(cast: Cast, stage: str) -> None:
    letter_id = builders.a_draft(cast) if stage == "draft" else a_letter_with_a_past(cast)
    if stage == "closed":
        close.close(letter_id, by=cast.coordinator)
    before = content(letter_id)
    again = taken_over(before, cast)
    assert json.loads(before)["course"]["stage"] == stage
    assert builders.a_letter(again).stage == ("draft" if stage == "draft" else "closed")
    assert content(again) == before
    assert plain(again) == plain(letter_id)


def test_a_letter_of_the_past_comes_back_whole(cast: Cast) -> None:
    letter_id = take_over.import_letter(a_record(), by=cast.coordinator)
    before = content(letter_id)
    again = taken_over(before, cast)
    assert content(again) == before
    assert plain(again) == plain(letter_id)


def test_a_letter_that_is_consulted_on_comes_back_whole(cast: Cast) -> None:
    member = cast.small_member
    letter_id = builders.consulted(cast, member, cast.unnamed_member)
    taken = builders.said(letter_id, member, on="Repeal", kind="wording", wording="Repeal the press law.")
    builders.said(letter_id, cast.unnamed_member, on="Free", kind="cannot_while_stands", words="Not in our country.")
    asked = builders.said(letter_id, member, on="Free", kind="question", words="All of them?")
    respond.answer_comment(letter_id, asked, Reply("question_back", "Whom would you leave out?"), by=cast.coordinator)
    respond.answer_comment(letter_id, taken, Reply("taken"), by=cast.coordinator)
    before = content(letter_id)
    assert [one["outcome"] for one in json.loads(before)["comments"] if "outcome" in one] == ["taken", "question_back"]
    again = taken_over(before, cast)
    assert content(again) == before
    assert [version.number for version in builders.a_letter(again).versions] == [1, 2]
    assert builders.a_letter(again).version.number == 1
    open_one = db.session.scalars(select(Comment).where(Comment.letter_id == again, Comment.outcome.is_(None))).one()
    respond.answer_comment(again, open_one.id, Reply("not_taken", "We keep it."), by=cast.coordinator)
    red_line = next(one for one in json.loads(content(again))["comments"] if one["kind"] == "cannot_while_stands")
    assert red_line["author"]["name"] == cast.unnamed_member.contact.name
    assert (red_line["settled_by"], red_line["reply"]) == (cast.coordinator.name, "We keep it.")


def test_a_version_written_after_the_one_published_is_kept_and_not_printed(cast: Cast) -> None:
    before = letter_archive.write(WHOLE_HERE)
    letter_id = taken_over(before, cast)
    assert content(letter_id) == before
    assert [version.number for version in builders.a_letter(letter_id).versions] == [1, 3]
    builders.published(cast, letter_id)
    printed = json.loads(plain(letter_id))["texts"]["en"]["body"]
    assert printed == WHOLE.versions[1].texts["en"].parts.body
    now, then = json.loads(content(letter_id)), json.loads(before)
    assert [one["number"] for one in now["versions"]] == [1, 3, 4]
    for name in ("course", "published_version", "comments", "signatures", "invitations"):
        assert now[name] == then[name]


def later(archived: facts.LetterArchive) -> facts.LetterArchive:
    """The same letter with its last version put forward, and a comment on that one."""
    *before, last = archived.versions
    place = facts.Place(last.number, "en")
    comment = facts.Comment(facts.Author("team", "Nadia"), last.written_at, "remark", place, "Later.")
    return replace(
        archived,
        versions=(*before, replace(last, put_forward_at=last.written_at)),
        comments=(*archived.comments, replace(comment, at=datetime(2028, 1, 1, tzinfo=UTC))),
        course=replace(archived.course, is_practice=False, embargo_until_at=datetime(2020, 1, 1, tzinfo=UTC)),
        letter=replace(archived.letter, printed_on="2027-03", withheld=1, groups=a_record().groups),
    )


WHOLE_HERE = later(WHOLE)


def test_languages_that_the_edition_did_not_have_stay_out_of_the_letter_file(cast: Cast) -> None:
    letter_id = taken_over(letter_archive.write(WHOLE_HERE), cast)
    assert json.loads(plain(letter_id))["texts"].keys() == {"en"}
    assert builders.a_letter(letter_id).version.text("ar") is not None


# -- what it is here --------------------------------------------------------------------------------------------------


def test_no_signature_and_no_consent_is_made_up(cast: Cast) -> None:
    letter_id = a_letter_with_a_past(cast)
    builders.published(cast, letter_id)
    again = taken_over(content(letter_id), cast)
    assert db.session.scalars(select(Signature).where(Signature.letter_id == again)).all() == []
    assert db.session.scalars(select(Invitation).where(Invitation.letter_id == again)).all() == []
    consents = db.session.scalars(select(Consent).join(Signature).where(Signature.letter_id == again)).all()
    assert consents == []
    lines = db.session.scalars(select(PublicLine).where(PublicLine.letter_id == again)).all()
    assert [line.printed["und"] for line in lines] == [cast.small_member.name]
    assert all(line.signature_index is None for line in lines)


def test_its_texts_are_frozen_under_fingerprints_of_their_own(cast: Cast) -> None:
    letter_id = a_letter_with_a_past(cast)
    again = taken_over(content(letter_id), cast)
    pairs = zip(builders.a_letter(letter_id).versions, builders.a_letter(again).versions, strict=True)
    for before, now in pairs:
        for text in before.texts:
            other = now.text(text.language)
            assert other.shown_at == text.shown_at
            assert other.fingerprint == other.compute_fingerprint() != text.fingerprint
            assert other.origin_number == text.origin_number


def test_its_comments_say_who_wrote_them(cast: Cast) -> None:
    letter_id = a_letter_with_a_past(cast)
    again = taken_over(content(letter_id), cast)
    rows = db.session.scalars(select(Comment).where(Comment.letter_id == again).order_by(Comment.created_at)).all()
    assert [row.author_name for row in rows][2:] == [
        f"{cast.small_member.contact.name}, {cast.small_member.name}",
        "Ana",
    ]
    assert rows[2].answers_id == rows[1].id
    assert {row.account_id for row in rows} == {cast.coordinator_id}
    assert (rows[0].text_id, rows[0].now_text_id) != (rows[0].now_text_id, rows[0].text_id)


def test_a_draft_comes_in_as_a_draft_of_who_takes_it(cast: Cast) -> None:
    again = taken_over(content(builders.a_draft(cast)), cast)
    letter = builders.a_letter(again)
    assert (letter.stage, letter.imported_at, letter.version.is_shown) == ("draft", None, False)
    assert letter.coordinators() == [cast.coordinator]
    draft.save_text(again, "en", {"body": "We go on."}, by=cast.coordinator)
    assert json.loads(content(again))["versions"][0]["texts"]["en"]["parts"]["body"] == "We go on."


def test_a_name_taken_off_here_leaves_the_list_and_not_the_ledger(cast: Cast) -> None:
    letter_id = a_letter_with_a_past(cast)
    builders.published(cast, letter_id)
    again = taken_over(content(letter_id), cast)
    with transaction() as session:
        session.delete(session.scalars(select(PublicLine).where(PublicLine.letter_id == again)).one())
    data = json.loads(content(again))
    assert data["letter"]["signatories"]["groups"][0]["lines"] == []
    assert cast.small_member.name in [one["organisation"]["names"]["und"] for one in data["signatures"]]


# -- the names that are withheld --------------------------------------------------------------------------------------


def test_withheld_names_are_in_the_archive_and_in_no_letter_file(cast: Cast) -> None:
    letter_id = a_letter_with_a_past(cast)
    hidden = [*names_of(cast.unnamed_member), "Not this.", "objection"]
    for _ in ("open", "published"):
        data = content(letter_id)
        assert all(in_archive(data, name) for name in hidden[:-1])
        again = taken_over(data, cast)
        for file in (plain(letter_id), plain(again)):
            assert not any(in_archive(file, name) for name in hidden)
        if builders.a_letter(letter_id).stage == "open":
            builders.published(cast, letter_id)
    builders.published(cast, again)
    rebuild()
    for body in db.session.scalars(select(PublicBody.content).where(PublicBody.encoding == "")):
        assert not any(name.encode() in body for name in hidden)


def test_a_confidential_organisation_is_called_as_at_the_desk_but_for_its_printed_name(cast: Cast) -> None:
    letter_id = builders.consulted(cast, cast.unnamed_member)
    with transaction() as session:
        row = session.get_one(Organisation, cast.unnamed_member.organisation_id)
        row.conceal("Otter", dict(row.names), now=clock.now())
    builders.said(letter_id, cast.unnamed_member, "We would rather not.")
    data = content(letter_id)
    assert in_archive(data, "Otter")
    assert not in_archive(data, cast.unnamed_member.name)
    taken_over(data, cast)
    brought = db.session.scalars(select(Comment).where(Comment.letter_id != letter_id)).one()
    assert brought.author_name.endswith(", Otter")


def test_what_is_kept_of_it_rests_in_the_vault(cast: Cast) -> None:
    letter_id = a_letter_with_a_past(cast)
    hidden = [*names_of(cast.unnamed_member), "Not this."]
    taken_over(content(letter_id), cast)
    sealed, row_id = db.session.execute(sqlalchemy.text("SELECT content, letter_id FROM letter_archives")).one()
    assert row_id
    assert not any(name.encode() in bytes(sealed) or in_archive(bytes(sealed), name) for name in hidden)


def test_it_holds_no_id_no_link_and_no_address(cast: Cast) -> None:
    letter_id = a_letter_with_a_past(cast)
    builders.published(cast, letter_id)
    data = content(letter_id).decode()
    invitation = builders.invitation_of(letter_id, cast.small_member)
    rows = [builders.a_letter(letter_id), invitation, invitation.contact, cast.coordinator, invitation.organisation]
    rows += db.session.scalars(select(Signature)).all()
    rows += db.session.scalars(select(Consent)).all()
    rows += builders.a_letter(letter_id).versions
    assert not any(row.id.hex in data or str(row.id) in data for row in rows)
    assert cast.small_member.address not in data
    assert cast.coordinator.email not in data
    assert builders.link_path_of(invitation).rsplit("/", 1)[1] not in data
    consents = db.session.scalars(select(Consent)).all()
    assert not any(consent.idempotency_key in data for consent in consents)


def test_the_ledger_says_who_agreed_to_what_and_how(cast: Cast) -> None:
    letter_id = a_letter_with_a_past(cast)
    data = archive.archive_of(db.session(), builders.a_letter(letter_id))
    first = data.signatures[0]
    versions = {version.number: version for version in data.versions}
    assert [(one.act, one.version, one.how) for one in first.consents] == [
        ("sign", 1, "mailed_link"),
        ("keep", 3, "mailed_link"),
    ]
    assert first.consents[0].fingerprint == versions[1].texts["en"].fingerprint
    assert first.consents[1].fingerprint == versions[3].texts["en"].fingerprint
    assert (
        first.consents[0].said == f"I am authorised to sign for {cast.small_member.name}, and it agrees to this text."
    )
    unnamed = next(one for one in data.signatures if one.visibility == "withheld")
    assert [(one.against, one.version, one.words, one.resolved_how) for one in unnamed.objections] == [
        ("typographical", 2, "Not this.", "new version")
    ]
    withdrawn = next(one for one in data.signatures if one.ended_how)
    assert withdrawn.ended_how == "withdrawn"
    assert [one.act for one in withdrawn.consents] == ["sign", "withdraw"]


def test_who_declined_stands_among_those_asked(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.declined(letter_id, cast.small_member, reason="Too short")
    data = archive.archive_of(db.session(), builders.a_letter(letter_id))
    (answered,) = (one.answer for one in data.invitations if one.answer)
    assert (answered.kind, answered.reason) == ("decline", "Too short")
    assert content(taken_over(content(letter_id), cast)) == content(letter_id)


# -- sealed, by coordinators, on the record ---------------------------------------------------------------------------


def test_it_goes_out_sealed_and_the_record_says_who_took_it(cast: Cast) -> None:
    letter_id = a_letter_with_a_past(cast)
    before = content(letter_id)
    sealed = archive.archive_letter(letter_id, PASSPHRASE, by=cast.coordinator)
    assert not any(in_archive(sealed, name) for name in names_of(cast.unnamed_member))
    assert sealed_file.opened(sealed, PASSPHRASE) == before
    key = archive_key.generate()
    sealed = archive.archive_letter(letter_id, key.public_key(), by=cast.coordinator)
    assert sealed_file.opened(sealed, key) == before
    query = select(RecordEntry).where(RecordEntry.chain == chain_of(letter_id), RecordEntry.verb == archive.ARCHIVED)
    entries = db.session.scalars(query.order_by(RecordEntry.number)).all()
    assert [entry.actor_id for entry in entries] == [cast.coordinator_id.hex] * 2
    assert [entry.detail["key"] for entry in entries] == ["", archive_key.public_line(key.public_key())]


@pytest.mark.parametrize("role", ["translator", "observer", ""])
def test_nobody_but_a_coordinator_takes_it(cast: Cast, role: str) -> None:
    letter_id = builders.a_draft(cast)
    if role:
        with transaction() as session:
            member = TeamMember(
                letter_id=letter_id, account_id=cast.other_coordinator_id, role=role, joined_at=clock.now()
            )
            session.add(member)
    with pytest.raises(NotCoordinator):
        archive.archive_letter(letter_id, PASSPHRASE, by=cast.other_coordinator)


def test_what_is_refused_is_not_on_the_record(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = builders.a_draft(cast)
    with pytest.raises(WeakPassphrase):
        archive.archive_letter(letter_id, "short", by=cast.coordinator)
    monkeypatch.setattr(sealed_file, "SIZE_LIMIT", 1000)
    with pytest.raises(TooLarge):
        archive.archive_letter(letter_id, PASSPHRASE, by=cast.coordinator)
    query = select(RecordEntry).where(RecordEntry.verb == archive.ARCHIVED)
    assert db.session.scalars(query).all() == []
