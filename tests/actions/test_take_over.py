"""Letters of the past come in as letter files and go out again: name for name, and to the byte."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from sqlalchemy import select

from coalition import clock
from coalition.actions import circulate, close, draft, give_away, publish, rebuild, take_over
from coalition.actions.check import check
from coalition.database import db
from coalition.intake import letter_file as files
from coalition.intake.letter_file import LetterFile, Line, ListGroup, Photo, Text
from coalition.models.edition import PublicLine
from coalition.models.letter import Letter, Tally, TextIsFrozen
from coalition.models.public import PublicBody
from coalition.models.signature import Signature
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast

CASES = Path(__file__).parents[1] / "cases" / "letters"


def a_record(**changes: Any) -> LetterFile:
    """A letter of the past with two equal lines, out of order, and one withheld name."""
    names = ("Zebra Watch", "Ärzte für Frieden", "Zebra Watch", 'A "half name', "بيت كتّاب عمّان")
    letter = LetterFile(
        kind="open_letter",
        authoritative_language="en",
        texts={"en": Text(title="What we asked for", body="We, {{signatories}} signatories, ask.")},
        groups=(ListGroup(tuple(Line({"und": name}) for name in names), {"en": "Those who signed"}),),
        list_order="hand",
        withheld=2,
    )
    return replace(letter, **changes)


def published(letter_id: UUID, cast: Cast) -> Letter:
    """The letter, published as it came."""
    found = check(db.session(), builders.a_letter(letter_id))
    publish.publish(letter_id, by=cast.coordinator, overrides={finding.key: "a record" for finding in found.findings})
    return builders.a_letter(letter_id)


def body(path: str) -> bytes:
    """What stands at a public address."""
    rebuild.rebuild()
    query = select(PublicBody.content).where(PublicBody.path == path, PublicBody.encoding == "")
    return db.session.scalars(query).one()


def exported(letter_id: UUID) -> bytes:
    db.session.rollback()
    return files.write(give_away.export_letter(letter_id))


def test_until_it_is_published_nothing_of_it_is_public(cast: Cast) -> None:
    letter_id = take_over.import_letter(a_record(), by=cast.coordinator)
    rebuild.rebuild()
    stored = db.session.scalars(select(PublicBody.content).where(PublicBody.encoding == "")).all()
    assert not any(b"Zebra Watch" in content for content in stored)
    assert builders.a_letter(letter_id).stage == "closed"


def test_its_lines_are_no_signatures_and_equal_ones_are_kept(cast: Cast) -> None:
    letter_id = take_over.import_letter(a_record(), by=cast.coordinator)
    published(letter_id, cast)
    assert db.session.scalars(select(Signature)).all() == []
    lines = db.session.scalars(select(PublicLine).order_by(PublicLine.position)).all()
    assert [line.printed["und"] for line in lines].count("Zebra Watch") == 2
    assert all(line.signature_index is None for line in lines)


def test_the_withheld_number_of_a_record_is_printed(cast: Cast) -> None:
    letter = published(take_over.import_letter(a_record(), by=cast.coordinator), cast)
    assert json.loads(body(f"/letters/{letter.slug}.json"))["withheld_count"] == 2
    assert b"2 organisations whose names are withheld" in body(f"/letters/{letter.slug}.txt")
    assert db.session.get_one(Tally, letter.id).withheld == 2


def test_a_record_that_is_silent_about_withheld_names_stays_silent(cast: Cast) -> None:
    letter = published(
        take_over.import_letter(a_record(withheld=None, withheld_threshold=0), by=cast.coordinator), cast
    )
    assert json.loads(body(f"/letters/{letter.slug}.json"))["withheld_count"] is None


@pytest.mark.parametrize("case", ["c01", "c09", "c12"])
@pytest.mark.parametrize("is_published", [False, True])
def test_export_import_export_gives_the_same_bytes(cast: Cast, case: str, *, is_published: bool) -> None:
    first_id = take_over.import_letter(files.read((CASES / f"{case}.json").read_bytes()), by=cast.coordinator)
    if is_published:
        published(first_id, cast)
    first = exported(first_id)
    second_id = take_over.import_letter(files.read(first), by=cast.coordinator)
    assert exported(second_id) == first
    published(second_id, cast)
    if is_published:
        assert exported(second_id) == first


def test_a_letter_signed_here_travels_without_contacts_and_with_withheld_as_a_number(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.published(cast, letter_id)
    first = exported(letter_id)
    assert b"Kalina Press Club" in first
    for private in ("pressclub.example", "Kalina Ivanova", "Northern Lights", "lights.example", "Daria"):
        assert private.encode() not in first
    assert json.loads(first)["signatories"]["withheld"] == 1
    second = published(take_over.import_letter(files.read(first), by=cast.coordinator), cast)
    assert exported(second.id) == first


def test_before_publication_a_letter_file_names_nobody_who_signed(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    data = json.loads(exported(letter_id))
    assert data["signatories"]["groups"] == []
    assert "withheld" not in data["signatories"]


def test_a_file_without_a_list_is_a_draft(cast: Cast) -> None:
    first_id = builders.a_draft(cast, languages=("en", "fr"))
    first = exported(first_id)
    second = builders.a_letter(take_over.import_letter(files.read(first), by=cast.coordinator))
    assert (second.stage, second.imported_at) == ("draft", None)
    assert exported(second.id) == first
    draft.save_text(second.id, "en", {"title": "Another title"}, by=cast.coordinator)


def test_a_record_keeps_its_edition_and_the_moment_of_its_publication(cast: Cast) -> None:
    letter_file = a_record(edition=3, published_at=datetime(2018, 5, 3, 9, 30, tzinfo=UTC))
    letter = published(take_over.import_letter(letter_file, by=cast.coordinator), cast)
    data = json.loads(body(f"/letters/{letter.slug}.json"))
    assert (data["edition"], data["published_at"]) == (3, "2018-05-03T09:30:00Z")


def test_a_lead_that_is_not_on_the_list_is_not_lost(cast: Cast) -> None:
    leads = ({"und": "The Secretariat", "fr": "Le Secrétariat"},)
    letter = published(take_over.import_letter(a_record(leads=leads), by=cast.coordinator), cast)
    assert give_away.export_letter(letter.id).leads == leads


def test_the_text_of_a_record_changes_no_more(cast: Cast) -> None:
    letter_id = take_over.import_letter(a_record(), by=cast.coordinator)
    with pytest.raises(TextIsFrozen):
        draft.save_text(letter_id, "en", {"body": "We ask for something else."}, by=cast.coordinator)


def test_whoever_signs_a_record_later_stands_after_its_lines(cast: Cast) -> None:
    letter_id = take_over.import_letter(a_record(), by=cast.coordinator)
    circulate.extend(letter_id, deadline_at=clock.now() + timedelta(days=2), by=cast.coordinator)
    circulate.invite(letter_id, [cast.small_member.contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    builders.signed(letter_id, cast.small_member)
    close.close(letter_id, by=cast.coordinator)
    letter = published(letter_id, cast)
    names = [line["name"] for line in json.loads(body(f"/letters/{letter.slug}.json"))["groups"][0]["lines"]]
    assert names[-1] == "Kalina Press Club"
    assert len(names) == 6


# -- photos -------------------------------------------------------------------------------------------------------


def picture(kind: str, *, exif: bytes = b"") -> bytes:
    out = io.BytesIO()
    Image.effect_mandelbrot((64, 48), (-2, -1, 1, 1), 20).convert("RGB").save(
        out, kind, **({"exif": exif} if exif else {})
    )
    return out.getvalue()


def with_photo(content: bytes, media_type: str) -> LetterFile:
    texts = {"en": Text(title="With a photo", body="We ask.", photo_alternative="Waves")}
    return a_record(texts=texts, photo=Photo(media_type, "Ada", content=content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_without_metadata_is_kept_to_the_byte(cast: Cast, kind: str) -> None:
    letter_file = with_photo(picture(kind), f"image/{kind.lower()}")
    letter = published(take_over.import_letter(letter_file, by=cast.coordinator), cast)
    assert give_away.export_letter(letter.id).photo == letter_file.photo


def test_a_photo_loses_what_is_not_its_picture_and_is_stable_after_that(cast: Cast) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    letter_file = with_photo(picture("JPEG", exif=exif.tobytes()), "image/jpeg")
    first = exported(take_over.import_letter(letter_file, by=cast.coordinator))
    kept = base64.b64decode(json.loads(first)["photo"]["content"])
    assert b"taken at home" not in kept
    assert exported(take_over.import_letter(files.read(first), by=cast.coordinator)) == first


def test_a_photo_in_another_file_has_to_come_along(cast: Cast) -> None:
    with pytest.raises(take_over.PhotoLeftBehind):
        take_over.import_letter(a_record(photo=Photo("image/png", "Ada", file="waves.png")), by=cast.coordinator)
    assert db.session.scalars(select(Letter)).all() == []
