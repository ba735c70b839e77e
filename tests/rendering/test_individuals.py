"""The list of individuals in every form: after the organisations, under a heading of its own, the mark said once."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from flask import Flask
from pypdf import PdfReader

from coalition.rendering.edition import figures
from coalition.rendering.page import letter_page
from coalition.rendering.pdf import make_pdf
from coalition.rendering.plain import plain_text
from coalition.rendering.printed import PrintedGroup, PrintedLetter
from tests.rendering.bare_site import bare_site
from tests.rendering.letters import letter, line

NOTE = "* Signs in a personal capacity; the affiliation is given for identification only."
PERSONS = PrintedGroup(
    headings={},
    lines=(
        line("Zoë Berg", kind="individual"),
        line("Ana Brkić", kind="individual", affiliation="Professor, University of Split*"),
        line("Ben Roth", kind="individual", affiliation="Writer"),
    ),
)


@pytest.fixture
def app() -> Flask:
    return bare_site()


def with_persons(*, organisations: int = 2, withheld: int | None = 3) -> PrintedLetter:
    """A letter of some organisations, some of them unnamed, and three persons."""
    named = PrintedGroup(headings={}, lines=tuple(line(f"Union {number}") for number in range(organisations)))
    groups = (named, PERSONS) if organisations else (PERSONS,)
    lines = [each for group in groups for each in group.lines]
    return letter(*groups, withheld_count=withheld, figures=figures(lines, withheld or 0))


def as_page(printed: PrintedLetter) -> str:
    return letter_page(printed, "en")


def as_pdf(printed: PrintedLetter) -> str:
    pages = PdfReader(io.BytesIO(make_pdf(printed, "en").content)).pages
    return "\n".join(page.extract_text() for page in pages)


FORMS = {"page": as_page, "plain": lambda printed: plain_text(printed, "en"), "pdf": as_pdf}


@pytest.mark.parametrize("form", FORMS)
def test_persons_stand_apart_after_the_organisations_and_those_unnamed(app: Flask, form: str) -> None:
    with app.app_context():
        said = FORMS[form](with_persons())
    places = [
        said.rindex(words)
        for words in (
            "Organisations",
            "Union 0",
            "Union 1",
            "and 3 organisations whose names are withheld",
            "Individuals",
            "Ana Brkić",
            "Professor, University of Split*",
            "Ben Roth",
            "Zoë Berg",
            "identification only.",
        )
    ]
    assert places == sorted(places)
    assert " ".join(said.split()).count(NOTE) == 1


@pytest.mark.parametrize("form", FORMS)
def test_a_letter_may_say_in_its_own_words_what_the_mark_means(app: Flask, form: str) -> None:
    printed = with_persons()
    text = replace(printed.texts["en"], disclaimers="Our own words.\n\n* Named for identification.")
    with app.app_context():
        said = FORMS[form](replace(printed, texts=printed.texts | {"en": text}))
    assert "Signs in a personal capacity" not in said
    assert "* Named for identification." in said


def test_nothing_is_said_of_a_mark_that_nobody_has(app: Flask) -> None:
    printed = with_persons()
    plainly = tuple(replace(one, affiliation=one.affiliation.rstrip("*")) for one in PERSONS.lines)
    groups = (printed.groups[0], replace(PERSONS, lines=plainly))
    with app.app_context():
        assert "personal capacity" not in letter_page(replace(printed, groups=groups), "en")


def test_where_persons_alone_are_named_those_unnamed_are_said_at_the_end(app: Flask) -> None:
    with app.app_context():
        said = plain_text(with_persons(organisations=0), "en")
    assert "Organisations\n" not in said
    assert said.index("Individuals") < said.index("and 3 organisations whose names are withheld")


def test_a_list_that_goes_on_elsewhere_says_nobody_unnamed_before_its_end(app: Flask) -> None:
    with app.app_context():
        first = letter_page(with_persons(organisations=400), "en", all_names=False)
    assert "withheld for their safety" not in first
    assert "Individuals" not in first


def test_figures_count_persons_apart_and_never_by_country() -> None:
    lines = [*PERSONS.lines, line("Union", country="KE"), replace(line("Ben", kind="individual"), country="PE")]
    counted = figures(lines, 1)
    assert (counted.signatories, counted.organisations, counted.individuals, counted.countries) == (6, 2, 4, 1)
