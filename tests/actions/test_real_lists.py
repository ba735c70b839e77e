"""Real lists, and lists of several scripts: name for name in every form and language, and one count everywhere."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import html5lib
import pytest
from docx import Document
from markdown_it import MarkdownIt
from openpyxl import load_workbook

from coalition import languages
from coalition.actions import take_over
from coalition.database import db
from coalition.intake import letter_file as files
from coalition.intake.letter_file import LetterFile, Line, ListGroup, Text
from coalition.rendering import bodies
from tests.actions.test_take_over import CASES, published
from tests.rendering.test_pdf import plainly

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.cast import Cast

pytestmark = pytest.mark.only_on("sqlite")

ODD = (
    "Alliance d’Égalité – «Ensemble», Paris",
    "Smith, Jones; and Others (UK) Ltd.",
    "Őrség & Łódź – Çeşme Birliği",
    "O'Neill's \"half quoted",
    "E.V. e. V...",
    "*Star* _Union_ [of] <b>Marks</b> #1",
    "Twice Told",
    "Twice Told",
    "1. Mai Bündnis",
    "Đại học Huế",
    "Союз журналистов (Ёлка)",
    "Δίκτυο Ἀθηνῶν",
)
ARABIC = ("بيت كتّاب عمّان", "منظمة «المادة 19» (تونس)", "الرابطة، فرع الجنوب؛ صفاقس", "مركز ABC للإعلام")
CHINESE = ("獨立中文筆會（香港）", "人权观察、北京", "記者協會")


def composed(names: Sequence[str], *tags: str, own: dict[str, str] | None = None) -> LetterFile:
    """A letter of the past with this list; `own` has the first name in other languages."""
    first, *others = names
    lines = (Line({"und": first, **(own or {})}), *(Line({"und": name}) for name in others))
    texts = {tag: Text(title=f"Letter ({tag})", body="We ask.", list_heading="") for tag in tags}
    return LetterFile("open_letter", tags[0], texts, groups=(ListGroup(lines),))


def of_case(name: str) -> LetterFile:
    return files.read((CASES / f"{name}.json").read_bytes())


LISTS: dict[str, Callable[[], LetterFile]] = {
    "c01": lambda: of_case("c01"),
    "c09": lambda: of_case("c09"),
    "c12": lambda: of_case("c12"),
    "odd": lambda: composed(ODD, "en", "fr", own={"fr": "L’Égalité; l'autre"}),
    "arabic": lambda: composed((*ARABIC, *ODD[:3]), "ar", "en", own={"en": "Amman Writers’ House, Ltd."}),
    "chinese": lambda: composed((*CHINESE, *ODD[3:6], ARABIC[1]), "zh", "en"),
}


IN_PDF: dict[str, tuple[str, ...]] = {"arabic": ("en",)}
"""The languages in which a list is looked for in the PDF, beside the one that governs: names in two directions."""


def with_counts(letter: LetterFile) -> LetterFile:
    """The letter with the count in its title and its deck, in the order of the file."""
    texts = {
        tag: replace(text, title="{{organisations}} × " + tag, deck="By {{organisations}}.", body="{{organisations}}.")
        for tag, text in letter.texts.items()
    }
    published_at = datetime(2018, 5, 3, 9, 30, tzinfo=UTC)
    return replace(letter, texts=texts, list_order="hand", look={}, edition=1, published_at=published_at)


@pytest.fixture(params=LISTS)
def letter_file(request: pytest.FixtureRequest) -> LetterFile:
    """Each list as a letter of the past."""
    return with_counts(LISTS[request.param]())


class Site:
    """What stands at the public addresses of one letter."""

    def __init__(self, slug: str, authoritative: str) -> None:
        self.slug, self.authoritative = slug, authoritative

    def path(self, language: str, form: str) -> str:
        return f"/letters/{self.slug}{'' if language == self.authoritative else '/' + language}{form}"

    def raw(self, language: str, form: str = "") -> bytes:
        return self.at(self.path(language, form))

    def at(self, path: str) -> bytes:
        found = bodies.answer_at(db.session(), path)
        assert found, path
        return found.make()

    def text(self, language: str, form: str = "") -> str:
        return self.raw(language, form).decode()


def in_page(site: Site, tag: str) -> list[str]:
    page = html5lib.parse(site.raw(tag), namespaceHTMLElements=False)
    return [str(item.findtext("bdi")) for listed in page.findall(".//ul[@class='names']") for item in listed]


def in_text(site: Site, tag: str) -> list[str]:
    below = site.text(tag, ".txt").rpartition("\n\n-- \n")[0]
    return below.rpartition(")\n\n")[2].splitlines()


def in_markdown(site: Site, tag: str) -> list[str]:
    parser = MarkdownIt()
    tokens = parser.parse(site.text(tag, ".md"))
    items = [tokens[place + 2] for place, token in enumerate(tokens) if token.type == "list_item_open"]
    return ["".join(child.content for child in item.children or ()) for item in items]


def in_sheet(site: Site, tag: str) -> list[str]:
    return [row[0] for row in csv.reader(io.StringIO(site.raw(tag, ".csv").decode("utf-8-sig")))][1:]


def in_workbook(site: Site, tag: str) -> list[str]:
    sheet = load_workbook(io.BytesIO(site.raw(tag, ".xlsx")), read_only=True).worksheets[0]
    return [str(row[0]) for row in sheet.iter_rows(values_only=True)][1:]


def in_data(site: Site, tag: str) -> list[str]:
    groups = json.loads(site.raw(tag, ".json"))["groups"]
    return [line.get("names", {}).get(tag) or line["name"] for group in groups for line in group["lines"]]


def in_api(site: Site, tag: str) -> list[str]:
    """The names as a program finds them that knows the address of the API alone."""
    root = site.at("/api/v1/letters")
    [entry] = [one for one in json.loads(root)["letters"] if one["slug"] == site.slug]
    told = json.loads(site.at(urlsplit(entry["self"]).path))
    groups = json.loads(site.at(urlsplit(told["forms"][tag]["json"]).path))["groups"]
    return [line.get("names", {}).get(tag) or line["name"] for group in groups for line in group["lines"]]


def in_words(site: Site, tag: str) -> list[str]:
    paragraphs = Document(io.BytesIO(site.raw(tag, ".docx"))).paragraphs
    named = [one.text for one in paragraphs if one.style is not None and one.style.name == "Signatory"]
    return [name for name in named if name]  # an empty one begins and ends the columns


FORMS: dict[str, Callable[[Site, str], list[str]]] = {
    "page": in_page,
    "text": in_text,
    "Markdown": in_markdown,
    "CSV": in_sheet,
    "XLSX": in_workbook,
    "JSON": in_data,
    "DOCX": in_words,
}


def missing(names: Sequence[str], text: str, language: str) -> list[str]:
    """The names that do not stand in what a program reads out of a PDF, one after the other.

    Such programs mirror brackets, and put marks and the parts of a line of two directions in an order of their own:
    where either the page or the name goes from right to left, its words are looked for.
    """
    if languages.direction(language) == "ltr":
        place, gone = 0, []
        for name in (one for one in names if languages.script_direction(one) == "ltr"):
            found = text.find(plainly(name), place)
            gone += [name] if found < 0 else []
            place = max(place, found)
        if gone:
            return gone
    read = unmarked(text)
    return [name for name in names if any(word not in read for word in re.findall(r"\w+", unmarked(name)))]


def unmarked(text: str) -> str:
    """Without vowel signs and accents."""
    parts = unicodedata.normalize("NFD", text)
    return "".join(character for character in parts if not unicodedata.combining(character))


def test_a_list_comes_out_name_for_name_and_counts_agree_everywhere(
    cast: Cast, letter_file: LetterFile, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    letter = published(take_over.import_letter(letter_file, by=cast.coordinator), cast)
    site = Site(letter.slug, letter_file.authoritative_language)
    lines = [line for group in letter_file.groups for line in group.lines]
    for tag in letter_file.texts:
        names = [line.names.get(tag) or line.names["und"] for line in lines]
        for form, read in FORMS.items():
            assert read(site, tag) == names, (form, tag)
        counts_agree(site, tag, len(names))
        assert in_api(site, tag) == names, ("API", tag)
    api = json.loads(site.at(f"/api/v1/letters/{letter.slug}"))
    assert shown_in(api, len(lines)), "API"
    if shutil.which("pdftotext"):
        for tag in (site.authoritative, *IN_PDF.get(request.node.callspec.params["letter_file"], ())):
            names = [line.names.get(tag) or line.names["und"] for line in lines]
            (tmp_path / "letter.pdf").write_bytes(site.raw(tag, ".pdf"))
            done = subprocess.run(["pdftotext", tmp_path / "letter.pdf", "-"], capture_output=True, check=True)
            assert missing(names, plainly(done.stdout.decode()), tag) == [], ("PDF", tag)


def title_of(tag: str, count: int) -> str:
    return f"{languages.number(count, tag)} × {tag}"


def counts_agree(site: Site, tag: str, count: int) -> None:
    """The number of organisations stands in title, text, heading, descriptions, data and feeds."""
    said = languages.number(count, tag)
    title = title_of(tag, count)
    page = html5lib.parse(site.raw(tag), namespaceHTMLElements=False)
    meta = {one.get("property") or one.get("name"): one.get("content") for one in page.iter("meta")}
    linked = json.loads(str(page.findtext(".//script[@type='application/ld+json']")))
    data = json.loads(site.raw(tag, ".json"))
    assert words_of(page, ".//h1") == title
    assert (meta["og:title"], linked["headline"]) == (title, title)
    assert meta["og:description"] == meta["description"] == f"By {said}."
    assert words_of(page, ".//*[@id='signatories']").endswith(f" {said}")
    assert (data["figures"]["signatories"], data["figures"]["organisations"]) == (count, count)
    for form in (".txt", ".md"):
        assert f"({said})" in site.text(tag, form).replace("\\", ""), form
        assert title in site.text(tag, form), form
    for feed in ("/feed.json", "/feed.atom"):
        if tag == site.authoritative:
            assert title in site.at(feed).decode(), feed


def words_of(page: Any, place: str) -> str:
    return "".join(page.find(place).itertext())


def shown_in(value: Any, count: int) -> bool:
    """Whether a figure of that size is told of signatories anywhere in a value."""
    if isinstance(value, dict):
        return value.get("signatories") == count or any(shown_in(inner, count) for inner in value.values())
    return isinstance(value, list) and any(shown_in(inner, count) for inner in value)
