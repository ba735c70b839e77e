"""What a letter gives to others: data for machines, a frame, words to republish and to cite."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import html5lib
import pytest
from flask import Flask
from werkzeug.test import Client

from coalition.actions import draft
from coalition.actions.describe import About, describe
from tests import builders
from tests.cast import Cast

HTML = "{http://www.w3.org/1999/xhtml}"
PATH = "/letters/free-the-reporters"
ADDRESS = f"http://letters.test{PATH}"


@pytest.fixture
def reader(app: Flask, cast: Cast) -> Client:
    """A reader of a letter in two languages with an event, in a series."""
    letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
    about = About(topics=("Press freedom",), series="Summit", event={"en": "World Summit"}, event_on="2027-06")
    describe(letter_id, about, by=cast.coordinator)
    draft.save_text(letter_id, "en", {"second_title": "Again: “now”"}, by=cast.coordinator)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    return Client(app)


def document(reader: Client, path: str) -> ET.Element:
    """The page as a parser of others reads it, which takes no mistake."""
    parser = html5lib.HTMLParser(strict=True)
    found: ET.Element = parser.parse(reader.get(path).text)
    return found


def test_the_head_of_a_letter_says_what_it_is_to_machines(reader: Client) -> None:
    page = document(reader, PATH)
    meta = {one.get("property") or one.get("name"): one.get("content") for one in page.iter(f"{HTML}meta")}
    assert meta["og:title"] == "Free the reporters"
    assert meta["og:url"] == ADDRESS
    assert meta["og:image"] == f"{ADDRESS}/card.png"
    assert meta["og:type"] == "article"
    assert (meta["og:locale"], meta["og:locale:alternate"]) == ("en_US", "ar_EG")
    links = [(one.get("rel"), one.get("hreflang"), one.get("href")) for one in page.iter(f"{HTML}link")]
    assert ("canonical", None, ADDRESS) in links
    assert ("alternate", "ar", f"{ADDRESS}/ar") in links
    script = next(one.text for one in page.iter(f"{HTML}script") if one.get("type") == "application/ld+json")
    data = json.loads(script or "")
    assert data["@type"] == "Article"
    assert data["datePublished"] == data["dateModified"]
    assert data["url"] == data["mainEntityOfPage"] == ADDRESS
    assert data["alternativeHeadline"] == "Again: “now”"
    assert data["about"] == {"@type": "Event", "name": "World Summit", "startDate": "2027-06"}
    assert data["isPartOf"]["name"] == "Summit"
    assert data["workTranslation"][0]["@id"] == f"{ADDRESS}/ar"
    assert data["datePublished"].endswith("+00:00")
    assert "Kalina" not in (script or "")


def test_a_frame_may_stand_anywhere_and_loads_nothing_from_elsewhere(reader: Client) -> None:
    answer = reader.get(f"{PATH}/embed")
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in reader.get(PATH).headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    page = document(reader, f"{PATH}/embed")
    loaded = [one.get("href", "") for one in page.iter(f"{HTML}link") if one.get("rel") == "stylesheet"]
    assert all(address.startswith("/static/embed.") for address in loaded)
    assert loaded
    assert not list(page.iter(f"{HTML}script"))
    assert "1 signatory" in answer.text
    assert reader.get(f"{PATH}/ar/embed").text.count('dir="rtl"') == 1
    assert reader.get(f"{PATH}/embed/ar").status_code == 404


def test_programs_are_told_how_to_frame_a_letter(reader: Client) -> None:
    page = document(reader, PATH)
    found = next(one for one in page.iter(f"{HTML}link") if one.get("type") == "application/json+oembed")
    said = json.loads(reader.get((found.get("href") or "").removeprefix("http://letters.test")).text)
    assert said["version"] == "1.0"
    assert said["type"] == "rich"
    assert f'src="{ADDRESS}/embed"' in said["html"]
    small = json.loads(reader.get(f"/oembed?url={ADDRESS}/ar&maxwidth=300&maxheight=200").text)
    assert (small["width"], small["height"]) == (300, 200)
    assert f'src="{ADDRESS}/ar/embed"' in small["html"]
    assert 'width="300"' in small["html"]
    assert reader.get(f"/oembed?url={ADDRESS}&format=xml").status_code == 501
    for address in (f"{ADDRESS}-not", "http://elsewhere.example/letters/free-the-reporters", "", "http://[", "/"):
        assert reader.get("/oembed", query_string={"url": address}).status_code == 404


def test_what_is_copied_says_edition_time_and_address_and_loads_nothing(reader: Client) -> None:
    codes = [" ".join("".join(one.itertext()).split()) for one in document(reader, PATH).iter(f"{HTML}code")]
    cite, html, text, frame = codes
    for words in (cite, html, text):
        assert ADDRESS in words
        assert "dition 1" in words
        assert "Free the reporters" in words
        assert re.search(r"\d{2}:\d{2}", words)
    snippet = ET.fromstring(html)  # noqa: S314 (our own words)
    assert [one.tag for one in snippet.iter()] == ["p", "a"]
    assert frame.startswith("<iframe ")


def test_all_unknown_addresses_look_the_same(reader: Client) -> None:
    paths = [
        "/letters/nothing",
        "/letters/nothing.pdf",
        "/letters/free-the-reporters/xx",
        "/feeds/kind/none.atom",
        "/n",
    ]
    answers = [reader.get(path) for path in paths]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
