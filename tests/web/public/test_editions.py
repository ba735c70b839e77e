"""The editions of a letter in public, addresses that moved, and letters that were retracted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import cut, dispute, forget, keep_copies, live, mask, proof, rebuild, retract
from coalition.actions.circulate import NotCoordinator
from coalition.actions.retract import AddressIsTaken, AddressRefused, NoReason
from coalition.database import db, transaction
from coalition.models.kept_copy import KeptCopy
from coalition.models.organisation import Organisation
from coalition.models.public import PublicBody, PublicLetter
from coalition.models.record import RecordEntry
from coalition.rendering import bodies
from coalition.web.public import layer
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.cast import Cast, Member

LATE = "They had waited"


@pytest.fixture
def client(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A reader whose every request looks whether something changed."""
    monkeypatch.setattr(layer, "SECONDS_BETWEEN_LOOKS", -1.0)
    return app.test_client()


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """A letter in two languages that two members signed, published, and corrected by a second edition."""
    letter_id = builders.an_open_letter(cast, languages=("en", "fr"))
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.arabic_member)
    builders.published(cast, letter_id)
    body = builders.BODY.replace("They have waited", LATE)
    builders.amended(cast, letter_id, "typographical", body=body)
    cut.cut(letter_id, by=cast.coordinator)
    return letter_id


def slug_of(letter_id: UUID) -> str:
    db.session.rollback()
    return db.session.get_one(PublicLetter, letter_id).slug


def addresses(letter_id: UUID) -> list[str]:
    """Every address of the letter."""
    db.session.rollback()
    return [one.path for one in bodies.answers(db.session()) if one.letter_id == letter_id]


def test_each_edition_stands_at_its_address_with_what_changed(letter_id: UUID, client: FlaskClient) -> None:
    slug = slug_of(letter_id)
    first = client.get(f"/letters/{slug}/editions/1").text
    second = client.get(f"/letters/{slug}/editions/2").text
    assert LATE not in first
    assert "What is new" not in first
    assert "What is new since edition 1" in second
    assert "<del>" in second
    assert "We added a sentence" in second
    french = client.get(f"/letters/{slug}/editions/2/fr")
    assert french.status_code == 200
    assert 'lang="fr"' in french.text
    listed = client.get(f"/letters/{slug}/editions").text
    assert f"/letters/{slug}/editions/1" in listed
    assert f"/letters/{slug}/editions/2" in listed
    assert client.get(f"/letters/{slug}/editions/3").status_code == 404
    said = client.get(f"/letters/{slug}/editions.json").get_json()
    assert [one["number"] for one in said["editions"]] == [1, 2]


@pytest.mark.parametrize("act", ["withdrawn", "withheld", "masked", "suspended"])
def test_a_name_that_left_is_in_no_edition_and_nobody_learns_why(
    letter_id: UUID, cast: Cast, client: FlaskClient, act: str
) -> None:
    if act == "masked":
        mask.mask(letter_id, cast.arabic_member.organisation_id, by=cast.coordinator)
    elif act == "suspended":
        dispute.suspend(letter_id, cast.arabic_member.organisation_id, reason="Said to be wrong.", by=cast.coordinator)
    else:
        getattr(builders, act)(letter_id, cast.arabic_member)
    slug = slug_of(letter_id)
    for number in (1, 2):
        page = client.get(f"/letters/{slug}/editions/{number}").text
        assert "Amman" not in page
        assert "1 name that stood in it is no longer listed." in page
        assert "withheld" not in page
        assert "withdr" not in page


def test_who_came_with_an_edition_is_said(cast: Cast, client: FlaskClient) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    builders.recorded(cast, letter_id, cast.arabic_member)
    waiting = [one.signature.id for one in live.waiting(db.session(), builders.a_letter(letter_id))]
    cut.add(letter_id, waiting, by=cast.coordinator)
    slug = slug_of(letter_id)
    assert "Amman Writers’ House" not in client.get(f"/letters/{slug}/editions/1").text
    assert "Amman Writers’ House" in client.get(f"/letters/{slug}").text
    cut.cut(letter_id, by=cast.coordinator)
    page = client.get(f"/letters/{slug}/editions/2").text
    assert "On the list" in page
    assert page.count("Amman Writers’ House") >= 2


def test_the_copy_as_delivered_is_sealed_and_its_hash_public(letter_id: UUID, cast: Cast, client: FlaskClient) -> None:
    rebuild.rebuild()
    copies = db.session.scalars(select(KeptCopy).order_by(KeptCopy.language, KeptCopy.form)).all()
    assert {(one.language, one.form) for one in copies} >= {
        ("en", "html"),
        ("en", "txt"),
        ("fr", "json"),
        ("fr", "pdf"),
    }
    one = next(copy for copy in copies if (copy.language, copy.form) == ("en", "txt"))
    copy_id, published_hash = one.id, one.sha256
    slug = slug_of(letter_id)
    before = client.get(f"/letters/{slug}.txt").data
    assert published_hash in client.get(f"/letters/{slug}/editions/2").text
    builders.withdrawn(letter_id, cast.arabic_member)
    rebuild.rebuild()
    assert client.get(f"/letters/{slug}.txt").data != before
    assert published_hash in client.get(f"/letters/{slug}/editions/2").text
    with pytest.raises(NotCoordinator):
        keep_copies.open_copy(letter_id, copy_id, by=cast.other_coordinator)
    opened = keep_copies.open_copy(letter_id, copy_id, by=cast.coordinator)
    assert opened.content == before
    assert keep_copies.hash_of(opened.salt, opened.content) == published_hash
    assert len(db.session.scalars(select(RecordEntry).where(RecordEntry.verb == "copy opened")).all()) == 1


def test_copies_that_name_an_organisation_which_left_go_with_its_entry(letter_id: UUID, cast: Cast) -> None:
    rebuild.rebuild()

    def erased(member: Member) -> set[bool]:
        db.session.rollback()
        with transaction() as session:
            organisation = session.get_one(Organisation, member.organisation_id)
            forget.erase_organisation(session, organisation, now=clock.now())
        return {copy.content is None for copy in db.session.scalars(select(KeptCopy))}

    assert erased(cast.arabic_member) == {False}  # the name stands there still
    builders.withdrawn(letter_id, cast.small_member)
    hashes = set(db.session.scalars(select(KeptCopy.sha256)))
    assert erased(cast.small_member) == {True}
    assert set(db.session.scalars(select(KeptCopy.sha256))) == hashes
    copy_id = db.session.scalars(select(KeptCopy.id)).first()
    assert copy_id is not None
    with pytest.raises(LookupError):
        keep_copies.open_copy(letter_id, copy_id, by=cast.coordinator)


def test_a_retracted_letter_says_so_at_each_address_and_nothing_else(
    letter_id: UUID, cast: Cast, client: FlaskClient
) -> None:
    rebuild.rebuild()
    before = addresses(letter_id)
    slug = slug_of(letter_id)
    with pytest.raises(NoReason):
        retract.retract(letter_id, {"fr": "Erreur."}, by=cast.coordinator)
    retract.retract(letter_id, {"en": "It was wrong.", "fr": "C’était faux."}, by=cast.coordinator)
    assert addresses(letter_id) == []
    assert len(before) > 20
    for path in [*before, f"/letters/{slug}/ask", f"/letters/{slug}/list", f"/letters/{slug}/anything"]:
        answer = client.get(path)
        assert answer.status_code == 410, path
        assert "wrong" in answer.text or "faux" in answer.text
        for secret in ("Kalina", "Amman", "waited", "reporters"):
            assert secret not in answer.text.replace(slug, ""), path
    sent = client.post(f"/letters/{slug}/verify", data={"pasted": "A copy"})
    assert sent.status_code == 410
    assert "reporters" not in sent.text.replace(slug, "")
    assert json.loads(client.get(f"/letters/{slug}.json").data)["why"]["en"] == "It was wrong."
    assert "C’était faux." in client.get(f"/letters/{slug}/fr").text
    assert "It was wrong." in client.get("/feed.atom").text
    assert slug not in client.get("/").text
    assert rebuild.rebuild() >= 0
    assert db.session.scalars(select(PublicBody).where(PublicBody.letter_id == letter_id)).all() == []


def test_an_old_address_leads_on_in_every_form(letter_id: UUID, cast: Cast, client: FlaskClient) -> None:
    old = slug_of(letter_id)
    retract.change_address(letter_id, "a-better-address", by=cast.coordinator)
    for rest in ("", "/fr", ".json", ".pdf", "/fr.txt", "/editions/1", "/editions/1/fr", "/ask"):
        answer = client.get(f"/letters/{old}{rest}")
        assert (answer.status_code, answer.location) == (301, f"/letters/a-better-address{rest}")
    retract.change_address(letter_id, "a-third", by=cast.coordinator)
    assert client.get(f"/letters/{old}.json").location == "/letters/a-third.json"
    other_id = builders.an_open_letter(cast, title="Another")
    builders.signed(other_id, cast.small_member)
    builders.published(cast, other_id)
    with pytest.raises(AddressIsTaken):
        retract.change_address(other_id, old, by=cast.coordinator)
    with pytest.raises(AddressRefused):
        retract.change_address(other_id, "Not An Address", by=cast.coordinator)
    namesake_id = builders.an_open_letter(cast)
    builders.signed(namesake_id, cast.small_member)
    builders.published(cast, namesake_id)
    assert slug_of(namesake_id) == f"{old}-2"
    retract.change_address(letter_id, old, by=cast.coordinator)
    assert client.get("/letters/a-third").location == f"/letters/{old}"


def test_a_letter_that_is_not_public_stands_in_nobodys_way(letter_id: UUID, cast: Cast) -> None:
    secret_id = builders.an_open_letter(cast, title="A secret matter")
    retract.change_address(letter_id, "a-secret-matter", by=cast.coordinator)
    namesake_id = builders.an_open_letter(cast, title="Another secret")
    builders.signed(namesake_id, cast.small_member)
    other_id = builders.an_open_letter(cast, title="Another secret")
    for one in (namesake_id, other_id):
        shown = proof.proof(db.session(), builders.a_letter(one), now=clock.now())
        assert shown.slug == "another-secret"
    builders.signed(other_id, cast.small_member)
    builders.published(cast, other_id)
    builders.published(cast, namesake_id)
    assert [slug_of(one) for one in (other_id, namesake_id)] == ["another-secret", "another-secret-2"]
    builders.signed(secret_id, cast.small_member)
    builders.published(cast, secret_id)
    assert slug_of(secret_id) == "a-secret-matter-2"
