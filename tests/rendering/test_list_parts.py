"""The list of names in each form and order, in every kind of file: name for name."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import html5lib
import pytest
from pypdf import PdfReader

from coalition.languages import sort_key, without_article
from coalition.models.list_look import FORMS, ListLook, UnknownLook
from coalition.rendering import data, page, pdf, plain
from coalition.rendering.list_parts import parts_of
from coalition.rendering.printed import PrintedGroup, PrintedLetter, PrintedLine
from coalition.rendering.signatories_page import signatories_page
from tests.rendering.letters import ODD_NAMES, group, letter, line, real_list

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from flask import Flask

pytestmark = pytest.mark.only_on("sqlite")

CASES = (("c01", "en"), ("c09", "en"), ("c12", "ar"))


def printed(*lines: PrintedLine, order: str = "name", **look: object) -> PrintedLetter:
    """A letter with one group of these lines."""
    return letter(PrintedGroup({}, lines), list_order=order, look=ListLook(**look))  # type: ignore[arg-type]  # by name


def shown(made: PrintedLetter, language: str = "en") -> list[tuple[str, list[str]]]:
    """The parts: heading and names."""
    return [(part.heading, [name.name for name in part.names]) for part in parts_of(made, language, "Signatories", "")]


def tree_of(markup: str) -> Element:
    """A page as a tree."""
    tree: Element = html5lib.parse(markup, treebuilder="etree", namespaceHTMLElements=False)
    return tree


def names_of_page(markup: str) -> list[str]:
    """The names on a page, wherever a list has them."""
    sections = [one for one in tree_of(markup).iter("section") if one.find(".//*[@id='signatories']") is not None]
    cells = {cell for row in sections[0].iter("tr") for cell in row.findall("td")[:1]}
    holders = [
        one
        for one in sections[0].iter()
        if one.tag == "li" or one in cells or "running" in str(one.get("class", "")).split()
    ]
    return ["".join(name.itertext()) for holder in holders for name in holder.findall("bdi")]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_prints_each_name_once_character_for_character(app: Flask, form: str) -> None:
    names = [*ODD_NAMES, "River Alliance", "River Alliance", "مجموعة الأنهار"]
    made = letter(group(*names), list_order="hand", look=ListLook(form=form))
    with app.app_context():
        assert names_of_page(page.letter_page(made, "en")) == names
        text = plain.plain_text(made, "en")
    start = text.index("Signatories (")
    for name in names:
        found = text.find(name, start)
        assert found >= start, name
        start = found + len(name)


@pytest.mark.parametrize(("case", "language"), CASES)
def test_the_real_lists_are_right_in_running_text_and_numbered(app: Flask, case: str, language: str) -> None:
    made, names = real_list(case, language)
    for form in ("inline", "numbered"):
        looked = replace(made, look=ListLook(form=form))
        with app.app_context():
            assert names_of_page(page.letter_page(looked, language)) == names
        listed = [line["name"] for each in json.loads(data.to_json(looked))["groups"] for line in each["lines"]]
        assert listed == names


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_pdf_has_the_names_in_every_form(form: str, language: str) -> None:
    lines = (
        line("River Alliance", 0, country="KE"),
        line("Öko-Institut", 1, country="DE"),
        line("مجموعة", 2, country="TN"),
    )
    for order in ("name", "country"):
        content = pdf.make_pdf(printed(*lines, order=order, form=form, says_order=True), language).content
        text = " ".join(one.extract_text() for one in PdfReader(io.BytesIO(content)).pages)
        assert "River Alliance" in text
        assert "Öko-Institut" in text


def test_numbers_run_through_all_parts() -> None:
    made = letter(group("A", "B"), PrintedGroup({}, (line("C", kind="individual"),), for_persons=True))
    assert [part.start for part in parts_of(made, "en", "", "")] == [1, 3]


def test_by_country_each_has_a_heading_in_the_readers_language_and_those_without_come_last() -> None:
    made = printed(
        line("Zed", 0, country="DE"), line("Able", 1, country="DE"), line("Nile", 2, country="EG"), line("World", 3),
        line("Cymru", 4, country="GB", country_printed={"und": "Wales"}), order="country",
    )  # fmt: skip
    assert shown(made) == [
        ("Egypt", ["Nile"]), ("Germany", ["Able", "Zed"]), ("Wales", ["Cymru"]), ("Without a country", ["World"])
    ]  # fmt: skip
    assert [heading for heading, _names in shown(made, "ar")][:2] == ["ألمانيا", "مصر"]


def test_each_country_has_an_address_of_its_own_on_the_page(app: Flask) -> None:
    two = PrintedGroup({"en": "Unions"}, (line("A", country="FR"), line("B", country="DE")))
    made = letter(
        two, PrintedGroup({"en": "Others"}, (line("C", country="FR"), line("D", country="IT"))), list_order="country"
    )
    with app.app_context():
        whole = tree_of(page.letter_page(made, "en"))
    anchors = [one.get("id") for one in whole.iter("h4")]
    assert len(anchors) == 4
    led = [link.get("href", "") for link in whole.iter("a") if link.get("href", "").startswith("#country")]
    assert led == [f"#{one}" for one in anchors]


def test_a_language_has_an_order_of_its_own() -> None:
    made = printed(line("B", 0), line("A", 1), order="hand", orders={"ar": "name"})
    assert shown(made) == [("", ["B", "A"])]
    assert shown(made, "ar") == [("", ["A", "B"])]


def test_the_lead_stands_first_unless_the_letter_says_otherwise() -> None:
    lines = (line("A", 0), line("B", 1, is_lead=True))
    assert shown(printed(*lines)) == [("", ["B", "A"])]
    assert shown(printed(*lines, lead_first=False)) == [("", ["A", "B"])]


def test_by_date_those_of_a_record_come_first_and_the_late_last() -> None:
    made = printed(
        line("Late", 0, added_on=letter().published_at.date()),
        line("Second", 1, sort_keys={"date": "000001"}),
        line("First", 2, sort_keys={"date": "000000"}),
        line("Record", 3),
        order="date",
    )
    names = [one.names["und"] for one in made.ordered(made.groups[0], "en")]
    assert names == ["Record", "First", "Second", "Late"]


@pytest.mark.parametrize(
    ("name", "language", "rest"),
    [
        ("The Hague Group", "en", "Hague Group"), ("Theatre", "en", "Theatre"), ("The", "en", "The"),
        ("L’Auberge", "fr", "Auberge"), ("Le Monde", "fr", "Monde"), ("Le Monde", "en", "Le Monde"),
        ("El Salto", "es", "Salto"), ("Der Bund", "de", "Bund"),
        ("الجزيرة", "ar", "جزيرة"), ("ألمانيا", "ar", "ألمانيا"),
        ("“The Right Livelihood”", "en", "Right Livelihood”"),
    ],
)  # fmt: skip
def test_articles_are_passed_over_by_language(name: str, language: str, rest: str) -> None:
    assert without_article(name, language) == rest
    assert sort_key(without_article(name, language), language)


def test_a_name_in_another_script_may_be_followed_by_the_latin_one(app: Flask) -> None:
    both = PrintedLine(names={"und": "Rivers Group", "ar": "مجموعة الأنهار"}, sort_keys={})
    made = printed(both, latin_after=True)
    with app.app_context():
        assert "(<bdi>Rivers Group</bdi>)" in page.letter_page(made, "ar")
        assert "(<bdi>" not in page.letter_page(made, "en")
        assert "(<bdi>" not in page.letter_page(printed(both), "ar")
    assert "مجموعة الأنهار\n    Rivers Group\n" in plain.plain_text(made, "ar")


def test_those_who_sign_without_a_name_are_printed_and_not_counted(app: Flask) -> None:
    made = letter(PrintedGroup({"en": "Universities"}, (), unnamed={"en": "about 500 students"}), group("A"))
    with app.app_context():
        markup = page.letter_page(made, "en")
    assert "about 500 students" in markup
    assert names_of_page(markup) == ["A"]
    assert made.figures.signatories == 1
    assert "about 500 students" in plain.plain_text(made, "en")


def test_the_note_on_the_order_is_the_teams_or_ours(app: Flask) -> None:
    made = printed(line("A"), says_order=True, order_words={"ar": "بترتيب الانضمام"})
    with app.app_context():
        assert "The lead first, then in alphabetical order." in page.letter_page(made, "en")
        assert "بترتيب الانضمام" in page.letter_page(made, "ar")
    assert "بترتيب الانضمام" in plain.plain_text(made, "ar")


@pytest.mark.parametrize(
    "stored",
    [
        {"form": "circle"},
        {"orders": {"en": "size"}},
        {"shows_logos": "yes"},
        {"else": 1},
        {"order_words": {"en": "x" * 301}},
    ],
)
def test_a_look_that_no_list_has_is_refused(stored: dict[str, object]) -> None:
    with pytest.raises(UnknownLook):
        ListLook.read(stored)


def test_a_look_is_kept_as_what_differs() -> None:
    look = ListLook(form="table", orders={"ar": "country"}, latin_after=True)
    assert ListLook.read(look.stored()) == look
    assert ListLook().stored() == {}


def test_a_long_list_shows_its_first_names_and_leads_to_the_rest(app: Flask) -> None:
    made = letter(group(*(f"Union {number:03d}" for number in range(305))))
    with app.app_context():
        short = page.letter_page(made, "ar", all_names=False)
        whole = signatories_page(made, "ar")
    assert len(names_of_page(short)) == 300
    assert "/letters/water/signatories/ar" in short
    assert len(names_of_page(whole)) == 305


def test_names_are_found_without_case_and_accents_in_one_list(app: Flask) -> None:
    made = letter(group("Öko-Institut", "Öl-Rat", "River <Trust>"))
    with app.app_context():
        found = signatories_page(made, "en", "OKO")
        none = signatories_page(made, "en", "<script>")
        odd = signatories_page(made, "en", "<tru")
    assert names_of_page(found) == ["Öko-Institut"]
    assert "1 name found" in found
    assert "0 names found" in none
    assert "<script>alert" not in none
    assert names_of_page(odd) == ["River <Trust>"]
