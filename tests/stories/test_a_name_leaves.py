"""A name that leaves a published letter is gone from every address, file and edition, in every worker, at once."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import TYPE_CHECKING

import brotli
import pikepdf
import pytest
from sqlalchemy import func, select
from werkzeug.test import Client

from coalition.actions import cut, mask, rebuild
from coalition.database import db
from coalition.models.manifest import Opening
from coalition.models.public import PublicBody
from coalition.rendering import bodies
from coalition.web.public import layer
from coalition.web.public.layer import PublicLayer
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Flask

    from tests.cast import Cast

CANARY = "Zilpzalp Kollektiv"
PLAIN = CANARY.encode()


@pytest.fixture
def letters(cast: Cast) -> tuple[UUID, UUID]:
    """A rolling letter in two languages and editions that the canary signed; and one that it did not sign."""
    other_id = builders.an_open_letter(cast, title="Another matter")
    builders.signed(other_id, cast.arabic_member)
    builders.published(cast, other_id)
    letter_id = builders.an_open_letter(cast, languages=("en", "fr"))
    builders.signed(letter_id, cast.small_member, name=CANARY)
    builders.signed(letter_id, cast.unnamed_member)
    cut.choose_rolling(letter_id, is_rolling=True, cuts_daily=False, by=cast.coordinator)
    builders.published_open(cast, letter_id)
    builders.signed(letter_id, cast.arabic_member)
    cut.cut(letter_id, by=cast.coordinator)
    return letter_id, other_id


def shows(content: bytes) -> bool:
    """Whether the name stands in an answer: as it is, or within a file's parts."""
    if content.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return any(PLAIN in _decoded(one) for one in pdf.objects)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return any(PLAIN in parts.read(name) for name in parts.namelist())
    return PLAIN in content


def _decoded(one: object) -> bytes:
    if isinstance(one, pikepdf.Stream):
        try:
            return bytes(one.read_bytes())
        except pikepdf.PdfError:
            return b""
    return b""


def encoded(content: bytes, encoding: str) -> bytes:
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress}
    return bytes(unpacked[encoding](content)) if encoding else content


@pytest.mark.only_on("sqlite")
def test_a_name_is_gone_everywhere_also_while_the_worker_is_stopped(
    letters: tuple[UUID, UUID], cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id, other_id = letters
    monkeypatch.setattr(layer, "SECONDS_BETWEEN_LOOKS", -1.0)
    monkeypatch.setattr(bodies, "SLOW", (".pdf", ".docx", ".xlsx", "/card.png"))
    readers = [Client(PublicLayer(app, app.wsgi_app)) for _ in range(2)]
    rebuild.rebuild()
    before = {one.path: readers[0].get(one.path) for one in bodies.answers(db.session())}
    assert sum(shows(answer.data) for answer in before.values()) > 10
    mask.mask(letter_id, cast.small_member.organisation_id, by=cast.coordinator)
    # The worker that makes the answers is stopped: what is missing is made when somebody asks, or said to be missing.
    for reader in readers:
        for path in before:
            assert not shows(reader.get(path).data), path
    rebuild.rebuild()
    for reader in readers:
        after = {one.path: reader.get(one.path) for one in bodies.answers(db.session())}
        assert after.keys() == before.keys()
        assert not [path for path, answer in after.items() if shows(answer.data)]
    stored = db.session.scalars(select(PublicBody)).all()
    assert not [one.path for one in stored if shows(encoded(one.content, one.encoding))]
    # What did not show the name is as it was, to the byte; also what dates a letter.
    kept = [
        one.path for one in bodies.answers(db.session()) if one.letter_id == other_id or one.path.startswith("/feed")
    ]
    assert len(kept) > 10
    for path in [*kept, "/sitemap.xml", "/about"]:
        assert readers[0].get(path).headers["ETag"] == before[path].headers["ETag"], path


@pytest.mark.only_on("sqlite")
def test_nothing_that_opens_a_commitment_to_the_name_stays_public(letters: tuple[UUID, UUID], cast: Cast) -> None:
    public = select(func.count()).where(Opening.public_line_id.is_not(None))
    number = db.session.scalar(public) or 0
    builders.withdrawn(letters[0], cast.small_member)
    assert (db.session.scalar(public) or 0) == number - 2  # one in each edition
