"""A letter as a BibTeX entry: a parser of others reads what was printed, whatever marks and scripts are in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from bibtexparser.entrypoint import parse_string
from pylatexenc.latex2text import LatexNodes2Text

from coalition.actions import mask, retract
from coalition.database import transaction
from coalition.models.letter import LetterLead
from coalition.rendering.bibtex import bibtex
from coalition.rendering.printed import PrintedLetter
from tests import builders
from tests.rendering.letters import ODD_NAMES, letter

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Visitor

pytestmark = [pytest.mark.only_on("sqlite"), pytest.mark.usefixtures("app")]
TITLES = (
    "100 % of $5 & #1: a_b ^ ~ \\ “quoted” 'n' \"so\"",
    "One } too many, {and one open",
    "Free @all, {reporters} -- now --- `` ''",
    "اسمعونا قبل التصويت & بعده",
    "请在表决之前听取我们的意见",
    "Länder,\nRivers and Wells",
)


def read(source: str) -> dict[str, str]:
    """The fields of the one entry in it, as a program of others reads them."""
    library = parse_string(source)
    assert library.failed_blocks == []
    [entry] = library.entries
    assert entry.entry_type == "misc"
    return {field.key: str(field.value) for field in entry.fields} | {"key": entry.key}


def shown(value: str) -> str:
    """A value as LaTeX shows it, within the braces that keep it whole."""
    assert (value[0], value[-1]) == ("{", "}")
    inner = value[1:-1]
    for name, mark in (("left", "\\{"), ("right", "\\}")):  # of LaTeX's own, which this reader does not know
        inner = inner.replace(f"{{\\textbrace{name}}}", mark)
    return str(LatexNodes2Text(keep_comments=True).latex_to_text(inner)).replace("ˆ", "^")


def authors(value: str) -> list[str]:
    """The authors, told apart where a word "and" stands outside all braces."""
    parts, depth = [""], 0
    for piece in value.replace("{", "\0{\0").replace("}", "\0}\0").split("\0"):
        depth += (piece == "{") - (piece == "}")
        if depth == 0 and piece == " and ":
            parts.append("")
        else:
            parts[-1] += piece
    return [shown(part) for part in parts]


def titled(title: str) -> PrintedLetter:
    made = letter()
    return replace(made, texts=made.texts | {"en": replace(made.texts["en"], title=title)})


@pytest.mark.parametrize("title", TITLES)
def test_a_title_comes_out_as_it_was_printed(title: str) -> None:
    assert shown(read(bibtex(titled(title), "en"))["title"]) == " ".join(title.split())


def test_each_lead_is_one_author_whatever_its_name() -> None:
    names = [" ".join(name.split()) for name in (*ODD_NAMES, "Rivers and Wells", "R. & D., Ltd", "و and و")]
    entry = read(bibtex(replace(letter(), leads=tuple({"und": name} for name in names)), "en"))
    assert authors(entry["author"]) == names
    assert shown(entry["organization"]) == "Coalition for Common Waters"


def test_a_letter_without_a_lead_is_the_coalitions() -> None:
    entry = read(bibtex(replace(letter(), leads=()), "en"))
    assert authors(entry["author"]) == ["Coalition for Common Waters"]
    assert "organization" not in entry


@pytest.mark.parametrize(
    ("printed_on", "told"),
    [
        ("2027-03-09", {"year": "2027", "month": "mar", "day": "9"}),
        ("2026-12", {"year": "2026", "month": "dec"}),
        ("2025", {"year": "2025"}),
        ("", {"year": "2027", "month": "mar", "day": "1"}),
    ],
)
def test_its_date_is_as_exact_as_the_letters(printed_on: str, told: dict[str, str]) -> None:
    entry = read(bibtex(replace(letter(), printed_on=printed_on), "en"))
    assert {name: entry[name] for name in ("year", "month", "day") if name in entry} == told


def test_each_language_and_edition_has_an_entry_of_its_own() -> None:
    second = replace(letter(), edition=2)
    entries = [read(bibtex(each, language)) for each in (letter(), second) for language in ("en", "ar")]
    assert [one["key"] for one in entries] == ["water-1", "water-ar-1", "water-2", "water-ar-2"]
    assert [one["url"] for one in entries[:2]] == [letter().address("en"), letter().address("ar")]
    assert shown(entries[1]["title"]) == "اسمعونا قبل التصويت"
    assert entries[0]["note"].startswith("Edition 1, published 1 March 2027")
    assert not any("urldate" in one for one in entries)


@pytest.fixture
def led_by_kalina(cast: Cast) -> UUID:
    """A published letter that a member leads, which stands on its list."""
    letter_id = builders.an_open_letter(cast)
    with transaction() as session:
        letter = builders.a_letter(letter_id)
        letter.leads[:] = [LetterLead(letter_id=letter_id, organisation_id=cast.small_member.organisation_id)]
        session.add(letter)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.arabic_member)
    builders.published(cast, letter_id)
    return letter_id


def test_its_page_leads_to_the_entry_which_names_no_lead_that_left(
    cast: Cast, visitor: Visitor, led_by_kalina: UUID
) -> None:
    entry = visitor.get("/letters/free-the-reporters").follow("BibTeX")
    assert entry.headers["Content-Type"] == "application/x-bibtex; charset=utf-8"
    assert entry.headers["Content-Disposition"] == 'attachment; filename="free-the-reporters.bib"'
    assert authors(read(entry.text)["author"]) == ["Kalina Press Club"]
    mask.mask(led_by_kalina, cast.small_member.organisation_id, by=cast.coordinator)
    entry = visitor.get("/letters/free-the-reporters.bib")
    assert "Kalina" not in entry.text
    assert authors(read(entry.text)["author"]) == ["Free Voices Network"]
    retract.retract(led_by_kalina, {"en": "It was wrong."}, by=cast.coordinator)
    entry = visitor.get("/letters/free-the-reporters.bib")
    assert entry.status == 410
    assert entry.headers["Content-Type"] == "text/plain; charset=utf-8"
