"""Names sort as their readers expect, and dates, numbers and zones are said as languages say them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition import languages
from coalition.languages import sort_key


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("sv", ["Adel", "Zebra", "Ål", "Äng", "Över"]),
        ("fi", ["Aalto", "Zoo", "Åbo", "Äiti", "Öljy"]),
        ("da", ["Alborg", "Zoo", "Ærø", "Øst", "Aalborg", "Århus"]),
        ("nb", ["Zoo", "Ærlig", "Østfold", "Ålesund"]),
        ("es", ["Águila", "Aguilar", "nube", "nz", "Ñandú", "Oso"]),
        ("fr", ["Académie", "École", "ecologie", "étape", "Étoile", "Œuvre", "ovale", "Zut"]),
        ("de", ["Arzt", "Ärzte", "Öko", "Ostsee", "Zoo"]),
        ("pl", ["Las", "Lwów", "Łódź", "Marzec", "Zebra", "Źródło", "Żaba"]),
        ("cs", ["Cihla", "Čas", "Hrad", "Chata", "Ibis"]),
        ("tr", ["Cami", "Çay", "Hala", "Ilık", "İlk", "Şeker", "Tas"]),
        ("et", ["Sala", "Šokk", "Zoo", "Tee", "Viru", "Õu", "Ära"]),
        ("hu", ["Cukor", "Csak", "Ól", "Olaj", "Öt"]),
        ("vi", ["an", "ăn", "ân", "ấn", "ba", "do", "đi"]),
        ("ru", ["Ёлка", "Ель", "Жук", "Amnesty"]),
        ("ar", ["اتحاد", "أطباء", "آفاق", "إنسان", "بيت", "تونس", "هدى", "يد", "Amnesty"]),
        ("fa", ["آب", "ندا", "ولی", "هما", "یک"]),
    ],
)
def test_names_stand_where_a_reader_looks_for_them(language: str, names: list[str]) -> None:
    assert sorted(names) != names, "the order of code points would do"
    keys = [sort_key(name, language) for name in names]
    assert keys == sorted(set(keys))


def test_forms_of_hamza_are_one_letter_and_still_have_an_order() -> None:
    keys = [sort_key(name, "ar") for name in ("الانسان", "الأنسان", "الإنسان", "الانسان ب")]
    assert keys == sorted(set(keys))


def test_marks_before_the_first_letter_are_passed_over_and_case_decides_last() -> None:
    keys = [sort_key(name, "es") for name in ("«Búho»", "Casa", "casa blanca", "casab", "(Dado)")]
    assert keys == sorted(set(keys))
    assert sort_key("casa", "es") < sort_key("Casa", "es") < sort_key("casab", "es")


def test_a_key_is_plain_text_that_any_database_orders_alike() -> None:
    assert set(sort_key("≡ Ñandú 李", "es")) <= set("0123456789abcdef")
    assert len(sort_key("Ñandú", "es")) % 4 == 0


@given(st.text(max_size=40), st.sampled_from(["en", "sv", "vi", "ar", "fa", "hu", "zh-hant", "xx"]))
def test_any_text_has_a_key(text: str, language: str) -> None:
    assert sort_key(text, language) == sort_key(text, language)


@pytest.mark.parametrize(
    ("iso", "language", "words"),
    [
        ("2027-03-01", "en", "1 March 2027"),
        ("2027-03", "en", "March 2027"),
        ("2027", "en", "2027"),
        ("2027-03-01", "fr", "1er mars 2027"),
        ("2027-03-02", "fr", "2 mars 2027"),
        ("2027-03-01", "ar", "1 مارس 2027"),
        ("2027-03-01", "fa", "۱ مارس ۲۰۲۷"),
        ("spring", "en", "spring"),
        ("2027-13", "en", "2027-13"),
    ],
)
def test_dates_are_spelled_out(iso: str, language: str, words: str) -> None:
    assert languages.date_words(iso, language) == words


def test_a_moment_names_its_zone_and_has_no_midnight() -> None:
    moment = datetime(2027, 2, 28, 23, tzinfo=UTC)
    assert languages.moment_words(moment, "Europe/Paris", "en") == "1 March 2027, 00:00 (Europe/Paris)"
    assert languages.moment_words(moment, "UTC", "ar") == "28 فبراير 2027، 23:00 (\u2068UTC\u2069)"
    assert languages.date_words(date(2027, 3, 1), "en") == "1 March 2027"


def test_numbers_lists_and_plurals() -> None:
    assert [languages.number(1234, tag) for tag in ("en", "ar", "fa")] == ["1,234", "1,234", "۱٬۲۳۴"]
    assert languages.join(["a", "b", "c"], "en") == "a, b and c"
    assert languages.join([], "en") == ""
    assert languages.plural_class(3, "ar") == "few"
    assert languages.plural_classes("ar") == ("zero", "one", "two", "few", "many", "other")
    assert languages.plural_classes("en") == ("one", "other")
    assert languages.plural_classes("fr") == ("one", "other")


def test_languages_have_names_and_directions() -> None:
    assert languages.endonym("ar") == "العربية"
    assert languages.name("ar", "en") == "Arabic"
    assert [languages.direction(tag) for tag in ("en", "ar", "fa", "he", "zh-hk", "xx")] == [
        "ltr",
        "rtl",
        "rtl",
        "rtl",
    ] + ["ltr"] * 2
    assert languages.script_direction("19 «ماء»") == "rtl"
    assert languages.script_direction("19") is None
    assert languages.interface_language("pt-br") == "pt"
    assert languages.interface_language("fa-af") == "fa"
    assert languages.interface_language("de") == "en"
    assert languages.interface_language("ar-tn") == "ar"
    assert all(languages.is_known(tag) for tag in languages.LETTER)
    assert not languages.is_known("xx")


def test_countries_have_the_names_people_use() -> None:
    assert languages.country_name("PS", "en") == "Palestine"
    assert languages.country_name("tn", "ar") == "تونس"
    assert languages.country_name("ZZ9", "en") == "ZZ9"


def test_zones_are_guessed_from_the_country() -> None:
    assert languages.guess_zone("TN") == "Africa/Tunis"
    assert languages.guess_zone("us") == "America/New_York"
    assert languages.guess_zone("??") == "UTC"
    assert languages.zones_of("RU")[0] == "Europe/Moscow"
    assert len(set(languages.zones_of("RU"))) == len(languages.zones_of("RU"))
    assert languages.is_zone("Europe/Kyiv")
    assert not languages.is_zone("Mars/Base")


@pytest.mark.parametrize(
    ("tag", "said"), [("en", "en_US"), ("ar", "ar_EG"), ("pt-br", "pt_BR"), ("zh-hant", "zh_TW"), ("tlh", "")]
)
def test_a_language_is_told_to_programs_with_where_it_is_written(tag: str, said: str) -> None:
    assert languages.with_territory(tag) == said
