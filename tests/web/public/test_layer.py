"""What readers get: whole, small, without a cookie; fresh within a second; and still there when the database is not."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import brotli
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.test import Client

from coalition.actions import rebuild
from coalition.database import db
from coalition.models.letter import Letter
from coalition.web import assets
from coalition.web.public import layer
from tests import builders

if TYPE_CHECKING:
    from tests.cast import Cast

PATH = "/letters/free-the-reporters"


@pytest.fixture
def reader(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A reader of a published letter, whose every request looks whether something changed."""
    monkeypatch.setattr(layer, "SECONDS_BETWEEN_LOOKS", -1.0)
    letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.arabic_member)
    builders.published(cast, letter_id)
    return Client(app)


def test_a_page_is_there_before_the_worker_made_it_and_the_same_after(reader: Client) -> None:
    before = reader.get(PATH)
    rebuild.rebuild()
    after = reader.get(PATH)
    assert before.status_code == after.status_code == 200
    assert before.data == after.data
    assert "ETag" in after.headers


@pytest.mark.parametrize("path", ["/", "/ar/", "/fr/", PATH, f"{PATH}/ar", f"{PATH}.txt", f"{PATH}.json", "/feed.atom"])
def test_a_public_answer_has_no_cookie_and_says_how_long_it_holds(reader: Client, path: str) -> None:
    rebuild.rebuild()
    answer = reader.get(path)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=30, must-revalidate"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_pdf_is_being_made_until_the_worker_made_it(reader: Client) -> None:
    assert reader.get(f"{PATH}.pdf").status_code == 503
    rebuild.rebuild()
    assert reader.get(f"{PATH}.pdf").data.startswith(b"%PDF")


def test_a_pdf_is_there_as_soon_as_it_is_made_also_where_memory_was_read_a_moment_ago(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reader.get(PATH).status_code == 200
    monkeypatch.setattr(layer, "SECONDS_BETWEEN_LOOKS", 3600.0)
    rebuild.rebuild()
    pdf = reader.get(f"{PATH}.pdf")
    assert pdf.data.startswith(b"%PDF")
    assert pdf.headers["Cache-Control"] == "public, max-age=30, must-revalidate"
    assert "ETag" in pdf.headers


def test_the_same_page_comes_in_the_encoding_that_was_asked_for(reader: Client) -> None:
    rebuild.rebuild()
    plain = reader.get(PATH)
    small = reader.get(PATH, headers={"Accept-Encoding": "gzip, br"})
    zipped = reader.get(PATH, headers={"Accept-Encoding": "gzip, br;q=0"})
    assert brotli.decompress(small.data) == plain.data == gzip.decompress(zipped.data)
    assert small.headers["Content-Encoding"] == "br"
    assert small.headers["ETag"] != plain.headers["ETag"]


def test_a_page_that_did_not_change_is_not_sent_again(reader: Client) -> None:
    rebuild.rebuild()
    etag = reader.get(PATH).headers["ETag"]
    again = reader.get(PATH, headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert again.data == b""


def test_a_name_that_withdrew_is_gone_at_once(reader: Client, cast: Cast) -> None:
    rebuild.rebuild()
    assert b"Kalina Press Club" in reader.get(PATH).data
    letter_id = db.session.scalars(select(Letter.id)).one()
    builders.withdrawn(letter_id, cast.small_member)
    for ending in ("", ".txt", ".json", "/ar"):
        assert b"Kalina Press Club" not in reader.get(PATH + ending).data
    assert reader.get(f"{PATH}.pdf").status_code == 503


def test_readers_still_read_when_the_database_is_away(
    reader: Client, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuild.rebuild()
    letter = [PATH + ending for ending in ("", "/ar", ".txt", ".md", ".json", ".csv", "/ar.pdf", "/editions")]
    paths = [*letter, "/", "/feed.atom", "/feed.json", "/sitemap.xml", "/api/v1/letters"]
    before = {path: reader.get(path).data for path in paths}

    def away(*_: Any) -> None:
        raise OperationalError("SELECT 1", {}, Exception("the database is away"))

    monkeypatch.setattr(app.wsgi_app._engine, "connect", away)  # type: ignore[attr-defined]  # the layer in front
    assert {path: reader.get(path).data for path in paths} == before


def test_an_address_with_bytes_that_are_no_text_is_simply_not_found(reader: Client) -> None:
    assert reader.get("/letters/%ff%fe").status_code == 404


def test_a_draft_has_no_address_in_public(reader: Client, cast: Cast) -> None:
    builders.a_draft(cast, title="Secret plans")
    assert reader.get("/letters/secret-plans").status_code == 404
    assert b"Secret plans" not in reader.get("/").data


@pytest.mark.parametrize("path", ["/fr", "/nope", "/nope.txt", "/i"])
def test_no_redirect_takes_its_host_from_the_request(reader: Client, path: str) -> None:
    answer = reader.get(path, headers={"Host": "elsewhere.example"})
    assert answer.status_code in {308, 404}
    assert "elsewhere" not in answer.headers.get("Location", "")


def test_the_style_sheet_of_framed_pages_may_be_loaded_by_them_and_no_other_file_by_anybody(reader: Client) -> None:
    policies = {
        name: reader.get(assets.static_path(name)).headers["Cross-Origin-Resource-Policy"]
        for name in ("embed.css", "public.css")
    }
    assert policies == {"embed.css": "cross-origin", "public.css": "same-origin"}
