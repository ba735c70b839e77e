"""What a reader gets: the page of a letter and the page of letters, judged as HTML, by weight, and in a browser."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

import brotli
import html5lib
import pytest
from flask import Flask, render_template
from playwright.sync_api import ConsoleMessage, Request

from coalition.languages import sort_key
from coalition.rendering.home import home_page
from coalition.rendering.page import letter_page
from coalition.rendering.printed import (
    Figures,
    PrintedAddressee,
    PrintedGroup,
    PrintedLetter,
    PrintedLine,
    PrintedPhoto,
    PrintedText,
)
from tests.browser import NewPage, axe_in_every_look
from tests.house.source import ROOT
from tests.inspect_page import inspect
from tests.rendering.bare_site import HEADERS, bare_site, served

LANGUAGES = ("en", "fr", "ar")
BODIES = ("Association", "Centre for Human Rights", "Foundation", "Network", "Trust", "Union", "e.V.", "International")
ERRORS = (400, 403, 404, 410, 413, 429, 500, 503)
ODD_NAMES = (
    "t3n  –  “Open” ≡ (e.V.",
    "Ärzte & Pflege <Nord>",
    "شبكة العاملات في المنازل",
    "Zürich, Basel \u2067?\u2069 Bern",
)

BODY = """We ask {{countries}} governments.[^1]

## What we ask

{recommendations}

1. Count the night.
2. Pay for it, [as agreed](https://example.org/agreed).

> “I was awake.”
> — A carer

| Country | Hours |
|---|--:|
| North | 61 |

[^1]: Decision 14/2024.
"""


def named(name: str, *, is_lead: bool = False, position: int = 0) -> PrintedLine:
    keys = {language: sort_key(name, language) for language in ("und", *LANGUAGES)}
    return PrintedLine(names={"und": name}, sort_keys=keys, is_lead=is_lead, position=position, country="KE")


def letter_of(*names: str, withheld: int | None = None) -> PrintedLetter:
    """A letter in three languages with these names in one group."""
    lines = tuple(named(name, position=position) for position, name in enumerate(names))
    signed = len(names) + (withheld or 0)
    return PrintedLetter(
        slug="count-the-night",
        kind="open_letter",
        coalition_name={"en": "Coalition for Home Care", "ar": "ائتلاف الرعاية"},
        public_address="https://letters.example.org",
        authoritative_language="en",
        texts={
            "en": PrintedText(
                "en", "Count the night", BODY, deck="{{signatories}} organisations ask.", closing="Yours,\nall of us"
            ),
            "fr": PrintedText("fr", "Comptez la nuit", BODY, salutation="Madame,", list_heading="Signataires"),
            "ar": PrintedText("ar", "احسبوا الليل", "نحن المنظمات.", deck="من ينامون يقضون نصف الليل مستيقظين."),
        },
        edition=1,
        published_at=datetime(2027, 3, 1, 13, tzinfo=UTC),
        zone="Europe/Brussels",
        figures=Figures(signatories=signed, organisations=signed, countries=9),
        withheld_count=withheld,
        groups=(PrintedGroup({}, lines),),
        list_order="name",
        addressees=(
            PrintedAddressee("to", {"en": "Ms"}, {"en": "Ingrid Falk"}, {"en": "Commissioner"}),
            PrintedAddressee("cc", office={"en": "Committee on Social Affairs"}),
        ),
        leads=({"und": "Harbour Carers"}, {"und": "Northern Legal Aid"}, {"und": "River Trust"}),
        place="Brussels",
        printed_on="2027-03-01",
        photo=PrintedPhoto("/static/photo.jpg", "image/jpeg", 1200, 800, "Marta Sild", "CC BY 4.0"),
    )


LETTER = letter_of("Amber Trust", "Heron Forum", *ODD_NAMES, withheld=3)


@pytest.fixture(scope="module")
def app() -> Flask:
    app = bare_site()
    app.add_url_rule(
        "/letters/<slug>/<language>", "letter", lambda slug, language: letter_page(replace(LETTER, slug=slug), language)
    )
    app.add_url_rule("/<language>", "home", lambda language: home([LETTER], language))
    app.add_url_rule("/error/<int:status>", "error", error_page)
    return app


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


in_the_app = pytest.mark.usefixtures("_context")


def home(letters: list[PrintedLetter], language: str) -> str:
    return home_page(
        letters, language, coalition_name="Home Care", public_address="https://letters.example.org", languages=LANGUAGES
    )


def error_page(status: int) -> str:
    return render_template(f"errors/{status}.html", language="en", direction="ltr", coalition_name="Home Care")


def tree_of(html: str) -> Element:
    root: Element = html5lib.parse(html, namespaceHTMLElements=False)
    return root


def text_of(element: Element) -> str:
    return "".join(element.itertext())


def names_on(html: str) -> list[str]:
    """Every name of the lists, as a reader's browser has it after decoding."""
    lists = [each for each in tree_of(html).iter("ul") if each.get("class") == "names"]
    return [text_of(item.findall("bdi")[0]) for each in lists for item in each.iter("li")]


@in_the_app
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_letter_is_in_order(language: str) -> None:
    assert inspect(letter_page(LETTER, language).encode(), HEADERS, path="/letters/count-the-night") == []


@in_the_app
@pytest.mark.parametrize("letters", [[LETTER], []], ids=["one", "none"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_letters_is_in_order(language: str, letters: list[PrintedLetter]) -> None:
    assert inspect(home(letters, language).encode(), HEADERS, path="/") == []


@in_the_app
@pytest.mark.parametrize("status", ERRORS)
def test_every_error_page_is_in_order(status: int) -> None:
    assert inspect(error_page(status).encode(), HEADERS, path=f"/error/{status}") == []


@in_the_app
def test_a_letter_in_arabic_is_a_page_from_right_to_left() -> None:
    root = tree_of(letter_page(LETTER, "ar"))
    assert (root.get("lang"), root.get("dir")) == ("ar", "rtl")


@in_the_app
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_stands_as_printed_once_and_in_order(language: str) -> None:
    ordered = [line.name(language) for line in LETTER.ordered(LETTER.groups[0], language)]
    assert names_on(letter_page(LETTER, language)) == ordered
    assert sorted(ordered) == sorted(("Amber Trust", "Heron Forum", *ODD_NAMES))


@in_the_app
def test_a_list_that_is_too_long_shows_its_first_names_and_leads_to_all() -> None:
    long = letter_of(*(f"Organisation {number:03}" for number in range(301)), withheld=2)
    first = letter_page(long, "en", all_names=False)
    assert names_on(first) == [f"Organisation {number:03}" for number in range(300)]
    assert '<a href="/letters/count-the-night/signatories">All 301 names</a>' in first
    assert "withheld" not in first
    assert len(names_on(letter_page(long, "en"))) == 301


@in_the_app
@pytest.mark.parametrize(
    ("withheld", "sentence"),
    [
        (1, "and 1 organisation whose name is withheld for its safety"),
        (3, "and 3 organisations whose names are withheld for their safety"),
    ],
)
def test_those_who_signed_unnamed_are_counted_in_words(withheld: int, sentence: str) -> None:
    assert sentence in letter_page(letter_of("Amber Trust", withheld=withheld), "en")


@in_the_app
def test_a_hidden_number_of_unnamed_leaves_no_trace() -> None:
    assert letter_page(letter_of("Amber Trust"), "en") == letter_page(letter_of("Amber Trust", withheld=0), "en")
    assert "withheld" not in letter_page(letter_of("Amber Trust"), "en")


@in_the_app
def test_figures_are_filled_wherever_the_author_put_them() -> None:
    page = text_of(tree_of(letter_page(LETTER, "en")))
    assert "9 organisations ask." in page
    assert "We ask 9 governments." in page
    assert "{{" not in page


@in_the_app
def test_a_letter_without_a_title_is_headed_by_what_it_is() -> None:
    untitled = replace(LETTER, texts={"en": PrintedText("en", None, BODY)})
    [heading] = tree_of(letter_page(untitled, "en")).iter("h1")
    assert text_of(heading) == "Open letter of Coalition for Home Care"


@in_the_app
def test_the_closing_stands_before_the_footnotes_and_the_names_after() -> None:
    page = text_of(tree_of(letter_page(LETTER, "en")))
    assert (
        page.index("Pay for it") < page.index("all of us") < page.index("Decision 14/2024.") < page.index("Amber Trust")
    )


@in_the_app
def test_leads_are_joined_as_the_language_joins() -> None:
    assert "Led by Harbour Carers, Northern Legal Aid and River Trust" in text_of(tree_of(letter_page(LETTER, "en")))


@in_the_app
def test_links_within_the_page_do_not_name_the_site() -> None:
    links = [link.get("href", "") for link in tree_of(letter_page(LETTER, "fr")).iter("a")]
    assert "/letters/count-the-night/fr.pdf" in links
    assert not [link for link in links if link.startswith("https://letters.example.org")]


@in_the_app
def test_other_languages_and_the_feed_are_named_for_machines() -> None:
    links = {
        (link.get("rel"), link.get("hreflang"), link.get("href"))
        for link in tree_of(letter_page(LETTER, "ar")).iter("link")
    }
    assert ("canonical", None, "https://letters.example.org/letters/count-the-night/ar") in links
    assert ("alternate", "en", "https://letters.example.org/letters/count-the-night") in links
    assert ("alternate", None, "/feed.atom") in links


@in_the_app
def test_linked_data_can_be_read_whatever_the_title_holds() -> None:
    text = PrintedText("en", "</script><!-- & 'night'", BODY)
    [script] = tree_of(letter_page(replace(LETTER, texts={"en": text}), "en")).iter("script")
    facts = json.loads(text_of(script))
    assert facts["headline"] == "</script><!-- & 'night'"
    assert facts["datePublished"] == "2027-03-01T13:00:00+00:00"


@in_the_app
def test_words_without_a_catalogue_say_that_they_are_english() -> None:
    swedish = replace(LETTER, texts={"sv": PrintedText("sv", "Räkna natten", "Vi ber.")}, authoritative_language="sv")
    root = tree_of(letter_page(swedish, "sv"))
    [kicker] = [each for each in root.iter("p") if each.get("class") == "kicker"]
    assert (root.get("lang"), kicker.get("lang"), text_of(kicker)) == ("sv", "en", "Open letter")


def test_each_rule_for_a_language_is_one_that_every_browser_reads() -> None:
    sheets = "".join(path.read_text() for path in (ROOT / "coalition/static").glob("*.css"))
    assert re.findall(r":lang\([^)]*,[^)]*\)", sheets) == []


@in_the_app
def test_a_letter_of_150_with_its_style_is_8_kilobytes() -> None:
    style = (ROOT / "coalition/static/public.css").read_bytes()
    assert weight(letter_page(with_names(150), "en").encode()) + weight(style) <= 8_000


@in_the_app
def test_each_further_name_adds_20_bytes_at_most() -> None:
    few, many = (weight(letter_page(with_names(count), "en").encode()) for count in (150, 1000))
    assert (many - few) / 850 <= 20


def with_names(count: int) -> PrintedLetter:
    """A letter with invented names, drawn letter by letter: they compress no better than real ones."""
    draw = random.Random(count)
    words = (draw.choices("aeinorstuldcmphg", k=draw.randint(4, 9)) for _ in range(count * 2))
    names = ("".join(word).capitalize() for word in words)
    return letter_of(*(f"{first} {next(names)} {draw.choice(BODIES)}" for first in names))


def weight(content: bytes) -> int:
    return len(brotli.compress(content, quality=11))


@pytest.mark.parametrize("path", ["/letters/count-the-night/ar"])
def test_readers_pages_are_accessible_in_every_look(new_page: NewPage, site: str, path: str) -> None:
    axe_in_every_look(new_page, site + path)


def test_a_letter_is_two_requests_and_its_photo_and_breaks_no_policy(new_page: NewPage, site: str) -> None:
    page = new_page()
    asked: list[str] = []
    complaints: list[str] = []

    def note_request(request: Request) -> None:
        asked.append(request.url.removeprefix(site))

    def note_message(message: ConsoleMessage) -> None:
        complaints.append(message.text)

    page.on("request", note_request)
    page.on("console", note_message)
    page.goto(f"{site}/letters/count-the-night/en", wait_until="networkidle")
    assert asked == ["/letters/count-the-night/en", "/static/public.css", "/static/photo.jpg"]
    assert [words for words in complaints if re.search("policy|refused|violates", words, re.IGNORECASE)] == []
