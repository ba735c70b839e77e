"""Names that are warned about, and real ones that are not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from coalition.intake.odd_names import oddities

CASES = Path(__file__).parents[1] / "cases" / "letters"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("info@press.example", "name_is_address"),
        ("https://press.example", "name_is_address"),
        ("Press Club +359 2 123 45 67", "name_is_telephone"),
        ("123-45-6789", "name_is_number"),
        ("Press Club 4820951", "name_is_number"),
        ("KALINA PRESS CLUB", "name_shouts"),
        ("P\u0430ris Press", "name_mixes_scripts"),
        ("\u039dews", "name_mixes_scripts"),
        ("Kalina Press Club,", "name_ends_oddly"),
        ("Kalina (Press", "name_unbalanced"),
        ("Kalina  Press", "name_double_space"),
        ("Dr. Ida Roth", "name_is_person"),
        ("John B. Smith", "name_is_person"),
    ],
)
def test_what_is_odd_about_a_name_is_told(name: str, code: str) -> None:
    assert code in oddities(name)


@pytest.mark.parametrize("name", ["Kalina Press Club", "t3n", "350.org", "Article 19", "ADULLACT", "بيت كتّاب عمّان", ""])
def test_nothing_is_told_of_a_name_that_is_only_unusual(name: str) -> None:
    assert oddities(name) == ()


def test_of_a_real_list_few_names_are_looked_at_again() -> None:
    groups = json.loads((CASES / "c01.json").read_text())["signatories"]["groups"]
    names = [line["names"]["und"] for group in groups for line in group["lines"]]
    assert {code for name in names for code in oddities(name)} <= {"name_shouts"}
    assert sum(bool(oddities(name)) for name in names) <= 3
