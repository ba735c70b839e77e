"""The archive: its order, its filters, its search; what its addresses answer, and what it never reads."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from sqlalchemy import select, text
from werkzeug.test import Client

from coalition import clock
from coalition.actions import close, draft, rebuild
from coalition.actions.describe import About, describe
from coalition.database import db, transaction
from coalition.models.house import House
from coalition.models.note import Note
from coalition.models.public import PublicLetter
from coalition.models.site import SearchText
from coalition.rendering import archive, bodies
from coalition.rendering.archive import Asked
from coalition.web.public import layer
from tests import builders
from tests.cast import Cast

PREFIX = "{http://www.w3.org/2005/Atom}"


def told(
    cast: Cast, title: str, *, kind: str = "news", about: About | None = None, body: str = "", days: int = 0
) -> UUID:
    """A published letter that nobody signed, told of some days ago."""
    letter_id = builders.a_draft(cast, title=title)
    draft.save_choices(letter_id, {"kind": kind}, by=cast.coordinator)
    if body:
        draft.save_text(letter_id, "en", {"body": body}, by=cast.coordinator)
    if about:
        describe(letter_id, about, by=cast.coordinator)
    close.close(letter_id, by=cast.coordinator)
    builders.published(cast, letter_id)
    with transaction() as session:
        session.get_one(PublicLetter, letter_id).first_published_at = clock.now() - timedelta(days=days)
    return letter_id


def titles(**asked: str) -> list[str]:
    """The titles that the archive finds."""
    session = db.session()
    house = session.scalars(select(House)).one()
    hits = archive.found(session, archive.filed(session, house), Asked.of(asked))
    return [letter.texts["en"].title or "" for _, letter in archive.outlines(session, [hit.letter_id for hit in hits])]


@pytest.fixture
def three(cast: Cast) -> None:
    """A statement to Peru on surveillance, older news about the press, and the oldest: a congratulation."""
    about = About(topics=("Surveillance",), countries_addressed=("PE",))
    told(cast, "Café privé", kind="statement", about=about, body="Ils ont dit ÇA: 100% des «libertés».")
    told(cast, "News of the press", about=About(topics=("Press freedom",)), body="A report is out.", days=400)
    told(cast, "Congratulations", kind="statement", about=About(topics=("Press freedom",)), body="Well done.", days=800)


@pytest.mark.usefixtures("three")
def test_letters_stand_by_date_or_as_the_editor_puts_them() -> None:
    assert titles() == ["Café privé", "News of the press", "Congratulations"]
    with transaction() as session:
        session.scalars(select(House)).one().archive_by_hand = True
        for place, title in enumerate(("congratulations", "cafe-prive")):
            session.scalars(select(PublicLetter).where(PublicLetter.slug == title)).one().place = place
    assert titles() == ["Congratulations", "Café privé", "News of the press"]


@pytest.mark.usefixtures("three")
def test_each_filter_leaves_what_fits() -> None:
    year = str((clock.now() - timedelta(days=800)).year)
    assert titles(kind="statement") == ["Café privé", "Congratulations"]
    assert titles(country="PE") == ["Café privé"]
    assert titles(topic="press-freedom") == ["News of the press", "Congratulations"]
    assert titles(topic="press-freedom", kind="news") == ["News of the press"]
    assert titles(language="en") == titles()
    assert titles(language="fr") == []
    assert "Congratulations" in titles(year=year)
    assert titles(year="1801") == []


@pytest.mark.usefixtures("three")
def test_a_search_ignores_case_and_accents_in_titles_and_texts() -> None:
    for words in ("CAFE PRIVE", "café", "ça libertes", "100% des", "prive liberté"):
        assert titles(q=words) == ["Café privé"], words


@pytest.mark.usefixtures("three")
def test_a_search_for_what_is_nowhere_finds_nothing_and_breaks_nothing() -> None:
    for words in ("nowhere", "%", "_", "café nowhere", "\x00", "'; DROP TABLE letters --", "«»"):
        assert titles(q=f"{words} zzz") == [], words
        assert isinstance(titles(q=words), list), words


def test_names_are_never_indexed_and_never_found(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.published(cast, letter_id)
    assert titles(q="reporters") == ["Free the reporters"]
    for name in (cast.small_member.name, cast.unnamed_member.name, cast.small_member.name.split()[0]):
        assert titles(q=name) == []
        assert not any(name.casefold() in row for row in db.session.scalars(select(SearchText.folded)))


def test_what_was_published_before_there_was_a_search_is_shelved_when_the_site_starts_afresh(cast: Cast) -> None:
    told(cast, "An old letter")
    with transaction() as session:
        session.execute(text("DELETE FROM search_texts"))
        session.execute(text("DELETE FROM ticks WHERE fact LIKE 'answers made by%'"))
    assert titles(q="old") == []
    rebuild.start_afresh()
    assert titles(q="old") == ["An old letter"]


@pytest.fixture
def reader(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A reader whose every request looks whether something changed."""
    monkeypatch.setattr(layer, "SECONDS_BETWEEN_LOOKS", -1.0)
    return Client(app)


@pytest.mark.usefixtures("three")
def test_the_page_without_a_question_is_stored_and_with_one_the_app_answers(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "FORMS", {})  # the site's own pages are enough
    rebuild.rebuild()
    whole = reader.get("/").data
    for name in ("Café privé", "Congratulations"):
        assert name in whole.decode()
    assert reader.get("/?utm_source=a&q=&kind=").data == whole
    asked = reader.get("/?q=cafe&utm_source=a")
    assert "Café privé" in asked.text
    assert "Congratulations" not in asked.text
    assert "1 letter." in asked.text
    assert "Set-Cookie" not in asked.headers
    assert 'name="robots" content="noindex' in asked.text
    assert "token" not in asked.text
    assert "No letter fits." in reader.get("/?q=nowhere").text


@pytest.mark.usefixtures("three")
def test_a_long_archive_is_leafed_through(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "ON_A_PAGE", 2)
    first, second = reader.get("/").text, reader.get("/?page=2").text
    assert "Page 1 of 2" in first
    assert 'href="/?page=2"' in first
    assert "Congratulations" not in first
    assert "Congratulations" in second
    assert 'rel="prev" href="/"' in second
    assert "Congratulations" in reader.get("/?page=99").text
    assert 'href="/?kind=statement&amp;page=2"' not in reader.get("/?kind=statement").text


def test_an_entry_says_all_that_the_editor_wrote(reader: Client, cast: Cast) -> None:
    letter_id = builders.a_draft(cast)
    draft.save_choices(letter_id, {"kind": "support"}, by=cast.coordinator)
    parts = {
        "kicker": "Joint call",
        "second_title": "«And “so” », again",
        "deck": "“Enough.”",
        "deck_speaker": "Ana Ruiz",
    }
    draft.save_text(letter_id, "en", parts, by=cast.coordinator)
    describe(letter_id, About(series="Summit", hashtags=("Now",), organiser="Coast Group"), by=cast.coordinator)
    close.close(letter_id, by=cast.coordinator)
    builders.published(cast, letter_id)
    page = reader.get("/").text
    for piece in ("Joint call", "«And “so” », again", "“Enough.”", "Ana Ruiz", "Summit", "#Now", "Coast Group"):
        assert piece in page


def test_feeds_tell_of_a_letter_once_it_is_announced_and_of_its_notes_and_retraction(
    reader: Client, cast: Cast
) -> None:
    letter_id = builders.a_draft(cast, title="Free the press")
    describe(letter_id, About(topics=("Press freedom",)), by=cast.coordinator)
    draft.save_choices(letter_id, {"kind": "news"}, by=cast.coordinator)
    close.close(letter_id, by=cast.coordinator)
    builders.published(cast, letter_id, is_announced=False)
    assert "Free the press" not in reader.get("/feed.atom").text
    assert reader.get("/feeds/kind/news.atom").status_code == 404
    with transaction() as session:
        now = clock.now()
        session.get_one(PublicLetter, letter_id).announced_at = now
        session.add(
            Note(letter_id=letter_id, kind="correction", words={"en": "Two names were **wrong**."},
                 dated_on=now.date(), published_at=now, changed_at=now)
        )  # fmt: skip
    for path in ("/feed", "/feeds/kind/news", "/feeds/language/en", "/feeds/topic/press-freedom"):
        feed = ET.fromstring(reader.get(f"{path}.atom").data)  # noqa: S314 (our own bytes)
        said = [entry.findtext(f"{PREFIX}title", "") for entry in feed.iter(f"{PREFIX}entry")]
        assert sorted(said) == ["Correction: Free the press", "Free the press"]
        items = json.loads(reader.get(f"{path}.json").data)["items"]
        assert sorted(item["title"] for item in items) == sorted(said)
        assert all(item["content_text"] and item["date_published"].endswith("Z") for item in items)
    with transaction() as session:
        public = session.get_one(PublicLetter, letter_id)
        public.retracted_at, public.retraction = clock.now(), {"en": "It named the wrong law."}
    retracted = reader.get("/feed.atom").text
    assert "It named the wrong law." in retracted
    assert "Free the press" not in retracted
    assert "Free the press" not in reader.get("/").text
    assert "It named the wrong law." in reader.get("/corrections").text


def test_programs_find_every_page_and_whom_to_tell_of_a_fault(reader: Client, cast: Cast) -> None:
    told(cast, "A letter")
    sitemap = ET.fromstring(reader.get("/sitemap.xml").data)  # noqa: S314 (our own bytes)
    found = [one.text for one in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert "http://letters.test/letters/a-letter" in found
    assert "http://letters.test/fr/about" in found
    assert len(found) == len(set(found))
    assert all(
        reader.get(address.removeprefix("http://letters.test")).status_code == 200 for address in found if address
    )
    robots = reader.get("/robots.txt").text
    assert "Disallow: /desk/" in robots
    assert "Sitemap: http://letters.test/sitemap.xml" in robots
    security = dict(
        line.split(": ", 1) for line in reader.get("/.well-known/security.txt").text.splitlines() if ": " in line
    )
    assert security["Contact"] == "mailto:secretariat@freevoices.example"
    assert security["Expires"].endswith("Z")


@pytest.mark.parametrize("path", ["/about", "/fr/privacy", "/ar/accessibility", "/corrections"])
@pytest.mark.usefixtures("cast")
def test_the_site_has_good_words_of_its_own_to_begin_with(reader: Client, path: str) -> None:
    page = reader.get(path)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "public, max-age=30, must-revalidate"
    assert "<h1>" in page.text
