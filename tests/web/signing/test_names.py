"""Which field of the form prints which language's name."""

from __future__ import annotations

import pytest

from coalition.web.signing.names import NameField, name_fields, printed, with_typed

LANGUAGES = ("en", "fr", "ar")
HOUSE = {"und": "Amman Writers’ House", "ar": "بيت كتّاب عمّان"}


def test_a_letter_in_one_language_has_one_field() -> None:
    assert name_fields({"und": "A", "ar": "ب"}, ("en",), "en") == (NameField("und", "A", ("en",)),)


def test_a_language_with_its_own_name_has_its_own_field() -> None:
    assert name_fields(HOUSE, ("en", "ar"), "en") == (
        NameField("und", "Amman Writers’ House", ("en",)),
        NameField("ar", "بيت كتّاب عمّان", ("ar",)),
    )


def test_the_name_in_the_language_that_is_read_comes_first() -> None:
    assert name_fields(HOUSE, LANGUAGES, "ar")[0] == NameField("ar", "بيت كتّاب عمّان", ("ar",))


def test_languages_that_share_a_name_can_each_have_another() -> None:
    fields = name_fields(HOUSE, LANGUAGES, "en")
    assert fields[0] == NameField("und", "Amman Writers’ House", ("en", "fr"))
    assert [field.key for field in fields if not field.languages] == ["en", "fr"]


@pytest.mark.parametrize("reading", LANGUAGES)
def test_each_language_is_printed_by_exactly_one_field(reading: str) -> None:
    fields = name_fields(HOUSE, LANGUAGES, reading)
    for language in LANGUAGES:
        assert [field.value for field in fields if language in field.languages] == [printed(HOUSE, language)]


def test_an_emptied_name_falls_back_to_the_canonical_one() -> None:
    names = with_typed(HOUSE, {"ar": "  "})
    assert names == {"und": "Amman Writers’ House"}
    assert printed(names, "ar") == "Amman Writers’ House"


def test_an_emptied_canonical_name_stays_to_be_asked_for() -> None:
    assert with_typed(HOUSE, {"und": ""})["und"] == ""
