"""Sealing: what a manifest says, what a commitment hides, and what is left of it when a name goes."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from coalition import clock, signet
from coalition.actions import draft, mask, rebuild, signing_keys
from coalition.actions.openings import own_proof
from coalition.database import db, transaction
from coalition.keys import KeyRing
from coalition.models.edition import Edition
from coalition.models.fingerprint import canonical_json
from coalition.models.manifest import Commitment, Manifest, Opening, SigningKey
from coalition.models.public import PublicBody
from coalition.models.record import RecordEntry
from coalition.models.signature import Signature, organisation_index
from coalition.rendering.manifest import commitment, room_for, told_ways
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast, Member


@pytest.fixture
def letter_id(cast: Cast) -> Any:
    """A published letter in two languages that Kalina and Sami sign by name, and Daria unnamed."""
    letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
    for member in (cast.small_member, cast.arabic_member):
        builders.signed(letter_id, member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.published(cast, letter_id)
    return letter_id


def manifests() -> dict[str, Manifest]:
    return {one.language: one for one in db.session.scalars(select(Manifest))}


def said(language: str = "en") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(manifests()[language].content)
    return found


def openings() -> list[dict[str, Any]]:
    rebuild.rebuild()
    path = "/letters/free-the-reporters/editions/1/openings.json"
    content = db.session.scalars(
        select(PublicBody.content).where(PublicBody.path == path, PublicBody.encoding == "")
    ).one()
    found: list[dict[str, Any]] = json.loads(content)["openings"]
    return found


def signature_of(letter_id: UUID, member: Member) -> Signature:
    db.session.rollback()
    index = organisation_index(letter_id, member.organisation_id)
    return db.session.scalars(select(Signature).where(Signature.organisation_index == index)).one()


@pytest.mark.usefixtures("letter_id")
def test_each_language_has_a_manifest_that_is_signed_by_the_published_key() -> None:
    found = manifests()
    assert set(found) == {"en", "ar"}
    key = db.session.scalars(select(SigningKey)).one()
    for one in found.values():
        assert one.key_id == key.key_id == signet.fingerprint(key.public_key)
        assert signet.is_signed(one.content, one.signature, key.public_key)
        assert signet.is_signed_jws(one.content, one.jws, key.public_key)
        assert one.sha256 == hashlib.sha256(one.content).hexdigest()
        assert canonical_json(json.loads(one.content)) == one.content


def test_a_manifest_says_what_was_published(letter_id: UUID) -> None:
    edition = db.session.scalars(select(Edition)).one()
    facts, text = said(), builders.a_letter(letter_id).text("en")
    assert (facts["edition"], facts["version"], facts["language"]) == (1, 1, "en")
    assert facts["address"] == "http://letters.test/letters/free-the-reporters"
    assert facts["title"] == text.title
    assert facts["fingerprint"] == text.fingerprint == facts["fingerprints"]["en"]
    assert facts["figures"] == edition.figures
    assert facts["withheld_count"] == 1
    assert facts["record_head"] == edition.record_head
    assert facts["previous_manifest_sha256"] is None
    heads = set(db.session.scalars(select(RecordEntry.hash).where(RecordEntry.chain == "house")))
    assert facts["house_record_head"] in heads
    assert hashlib.sha256(facts["text"].encode()).hexdigest() == facts["text_sha256"]
    assert text.title in facts["text"]


@pytest.mark.usefixtures("letter_id")
def test_no_name_stands_in_a_manifest(cast: Cast) -> None:
    everything = b"".join(one.content for one in manifests().values()).decode()
    for member in (cast.small_member, cast.arabic_member, cast.unnamed_member):
        assert member.name not in everything
    assert said()["ways"] == {"mailed_link": None}


@pytest.mark.usefixtures("letter_id")
def test_every_printed_name_opens_one_commitment_and_nobody_else_does(cast: Cast) -> None:
    committed = said()["commitments"]
    assert committed == said("ar")["commitments"] == sorted(set(committed))
    assert len(committed) == 20
    found = openings()
    names = {one["statement"]["names"]["und"] for one in found}
    assert names == {cast.small_member.name, cast.arabic_member.name}
    for one in found:
        assert commitment(one["statement"]) == one["commitment"]
        assert one["commitment"] in committed


def test_a_name_that_is_withheld_later_opens_nothing_in_public_and_can_still_prove_itself(
    letter_id: UUID, cast: Cast
) -> None:
    before = {name: one.content for name, one in manifests().items()}
    builders.withheld(letter_id, cast.small_member)
    assert [one["statement"]["names"]["und"] for one in openings()] == [cast.arabic_member.name]
    (proof,) = own_proof(db.session(), signature_of(letter_id, cast.small_member))
    assert proof["statement"]["names"]["und"] == cast.small_member.name
    assert proof["commitment"] == commitment(proof["statement"])
    assert proof["commitment"] in said()["commitments"]
    assert {name: one.content for name, one in manifests().items()} == before


def test_a_masked_name_keeps_its_proof_and_one_that_withdrew_has_none(letter_id: UUID, cast: Cast) -> None:
    mask.mask(letter_id, cast.small_member.organisation_id, by=cast.coordinator)
    assert len(own_proof(db.session(), signature_of(letter_id, cast.small_member))) == 1
    builders.withdrawn(letter_id, cast.arabic_member)
    assert own_proof(db.session(), signature_of(letter_id, cast.arabic_member)) == []
    assert openings() == []
    kept = db.session.scalars(select(Opening)).all()
    assert sorted(bool(one.withheld["statement"]) for one in kept) == [False, True, True]
    assert len({len(one._withheld or b"") for one in kept}) == 1


def test_a_withheld_organisation_proves_itself_by_a_salt_that_stands_in_the_vault_alone(
    letter_id: UUID, cast: Cast
) -> None:
    (proof,) = own_proof(db.session(), signature_of(letter_id, cast.unnamed_member))
    assert proof["commitment"] in said()["commitments"]
    assert proof["statement"]["names"]["und"] == cast.unnamed_member.name
    assert proof["manifest"] == "http://letters.test/letters/free-the-reporters/editions/1/manifest.json"
    kept = db.session.scalars(select(Opening).where(Opening.public_line_id.is_(None))).one()
    assert kept.salt is None
    for column in kept.__table__.columns.values():
        value = getattr(kept, "_withheld" if column.name == "withheld" else column.name)
        if isinstance(value, bytes):
            assert proof["statement"]["salt"].encode() not in value
            assert bytes.fromhex(proof["statement"]["salt"]) not in value


def test_one_who_is_in_no_number_is_committed_to_as_well(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    with transaction():
        signature_of_now = organisation_index(letter_id, cast.unnamed_member.organisation_id)
        found = db.session.scalars(select(Signature).where(Signature.organisation_index == signature_of_now)).one()
        found.visibility = "uncounted"
    draft.save_choices(letter_id, {"withheld_threshold": 3}, by=cast.coordinator)
    builders.published(cast, letter_id)
    assert len(own_proof(db.session(), signature_of(letter_id, cast.unnamed_member))) == 1
    assert said()["withheld_count"] is None
    assert len(said()["commitments"]) == 20


@pytest.mark.parametrize(
    ("lines", "told", "hidden", "room"),
    [
        (0, 0, 0, 10),
        (10, 0, 0, 20),
        (10, 0, 10, 20),
        (10, 0, 11, 30),
        (11, 0, 0, 30),
        (137, 3, 3, 150),
        (137, 3, 13, 150),
        (137, 3, 14, 160),
        (10, 0, 100, 170),
    ],
)
def test_the_number_of_commitments_tells_nothing_of_who_is_hidden(
    lines: int, told: int, hidden: int, room: int
) -> None:
    assert room_for(lines, told, hidden) == room


def test_ways_of_few_are_not_counted() -> None:
    assert told_ways({"mailed_link": 12, "recorded": 2, "approved": 0}) == {"mailed_link": 12, "recorded": None}


@pytest.mark.usefixtures("letter_id")
def test_manifests_and_commitments_never_change() -> None:
    for statement in (
        "UPDATE manifests SET sha256 = 'x'",
        "DELETE FROM manifests",
        "UPDATE commitments SET hash = 'x'",
        "DELETE FROM commitments",
    ):
        with pytest.raises(Exception, match="stays as it was signed"):
            db.session.execute(db.text(statement))
        db.session.rollback()
    assert db.session.scalars(select(Commitment)).all()


def test_a_key_that_is_changed_stays_published(cast: Cast, letter_id: UUID, settings: Any, tmp_path: Any) -> None:  # noqa: ARG001 -- the house is there
    before = signet.ours().fingerprint
    kept = settings.keys_path.read_bytes()
    try:
        after = signing_keys.change_key()
    finally:
        settings.keys_path.write_bytes(kept)
        signet.install(KeyRing.read(settings.keys_path))
    rows = {one.key_id: one for one in db.session.scalars(select(SigningKey))}
    assert set(rows) == {before, after}
    assert rows[before].retired_at is not None
    assert rows[after].retired_at is None
    rebuild.rebuild()
    paths = set(db.session.scalars(select(PublicBody.path).where(PublicBody.path.startswith("/.well-known/"))))
    assert {f"/.well-known/coalition-keys/{key}.pem" for key in rows} <= paths


def test_a_process_from_before_the_change_reads_the_key_file_again(cast: Cast, settings: Any) -> None:  # noqa: ARG001 -- the house is there
    before, kept = signet.ours(), settings.keys_path.read_bytes()
    try:
        after = signing_keys.change_key()
        signet._worn.signet = before
        with transaction() as session:
            assert signing_keys.in_use(session, now=clock.now()).fingerprint == after
    finally:
        settings.keys_path.write_bytes(kept)
        signet.install(KeyRing.read(settings.keys_path))
