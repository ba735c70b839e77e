from __future__ import annotations

import pytest

from coalition.rendering.figures import fill, unfillable
from coalition.rendering.printed import Figures

FORMS = "{{organisations: zero=صفر | one=منظمة | two=منظمتان | few=منظمات | many=منظمةً | other=منظمةٍ}}"


@pytest.mark.parametrize(
    ("count", "form"), [(0, "صفر"), (1, "منظمة"), (2, "منظمتان"), (3, "منظمات"), (11, "منظمةً"), (100, "منظمةٍ")]
)
def test_the_form_follows_the_plural_classes_of_the_language(count: int, form: str) -> None:
    assert fill(FORMS, "ar", Figures(organisations=count)) == form


def test_numbers_stand_in_the_digits_of_the_language() -> None:
    figures = Figures(signatories=1234)
    assert fill("{{signatories}}", "en", figures) == "1,234"
    assert fill("{{ signatories }}", "fa", figures) == "۱٬۲۳۴"


def test_a_form_that_is_missing_is_that_for_other() -> None:
    assert fill("{{countries: one=a | other=b}}", "ar", Figures(countries=3)) == "b"


def test_what_is_no_figure_stays_as_typed() -> None:
    assert fill("{{nobody}} {countries} {{", "en", Figures()) == "{{nobody}} {countries} {{"
    assert [each.placeholder for each in unfillable("{{nobody}} {{countries}}", "en")] == ["{{nobody}}"]


def test_without_figures_the_number_is_left_open() -> None:
    assert fill("{{countries}} {{countries: one=a | other=b}}", "en", None) == "… b"
