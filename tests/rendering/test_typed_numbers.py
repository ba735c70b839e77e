"""A number typed where the computed figure belongs is found, in each language; others are left alone."""

from __future__ import annotations

import pytest

from coalition.rendering.printed import Figures
from coalition.rendering.typed_numbers import TypedNumber, disagreeing, typed_numbers

LIST = Figures(signatories=34, organisations=34, individuals=0, countries=9)


def found(text: str, language: str = "en") -> list[tuple[int, str]]:
    return [(one.number, one.figure) for one in typed_numbers({"body": text}, language)]


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "We, 35 organisations, ask you.", 35),
        ("en", "the 35 undersigned organizations", 35),
        ("en", "**35** human rights NGOs", 35),
        ("en", "Thirty-five signatories", 35),
        ("en", "1,234 groups", 1234),
        ("en-GB", "twelve associations", 12),
        ("fr", "Les 35 organisations signataires", 35),
        ("fr", "1\u202f234 associations", 1234),
        ("fr", "nous, trente-cinq ONG", 35),
        ("fr", "les vingt et une organisations", 21),
        ("fr", "quatre-vingt-dix signataires", 90),
        ("es", "las 35 organizaciones firmantes", 35),
        ("es", "Treinta y cinco asociaciones", 35),
        ("pt", "As 35 organizações signatárias", 35),
        ("pt-BR", "vinte e duas ONGs", 22),
        ("ar", "نحن ٣٥ منظمة", 35),
        ("ar", "نحن 35 من دون غيرنا، وخمس عشرة منظمة", 15),
        ("ar", "خمس وثلاثون منظّمةً موقعة", 35),
        ("ar", "ثلاث منظمات", 3),
        ("fa", "ما ۳۵ سازمان امضاکننده", 35),
        ("fa", "سی و پنج سازمان", 35),
        ("ru", "Мы, 35 организаций", 35),
        ("ru", "от имени тридцати пяти организаций", 35),
        ("ru", "двух организаций", 2),
        ("de", "35 Menschenrechtsorganisationen", 35),
        ("de", "fünfunddreißig Verbände", 35),
        ("de", "mit zwölf unterzeichnenden Vereinen", 12),
        ("zh", "我们35个人权组织", 35),
        ("zh", "三十五家机构", 35),
        ("zh", "３５个团体", 35),
    ],
)
def test_a_typed_number_is_found_as_the_language_writes_it(language: str, text: str, number: int) -> None:
    assert found(text, language) == [(number, "organisations")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "organisations from 12 countries"),
        ("fr", "des organisations venues de 12 pays"),
        ("es", "organizaciones de 12 países"),
        ("pt", "organizações de 12 países"),
        ("ar", "منظمات من ١٢ دولة"),
        ("fa", "سازمان از ۱۲ کشور"),
        ("ru", "организации из 12 стран"),
        ("de", "Organisationen aus 12 Ländern"),
        ("zh", "来自12个国家的组织"),
    ],
)
def test_a_number_of_countries_is_found_where_it_is_of_those_who_sign(language: str, text: str) -> None:
    assert found(text, language) == [(12, "countries")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "In 2024 organisations warned of this."),
        ("en", "35 journalists and organisations"),
        ("en", "12 of the organisations were closed"),
        ("en", "On page 12. Organisations say"),
        ("en", "12 years ago organisations said"),
        ("en", "one organisation"),
        ("en", "The law was passed by 12 countries."),
        ("en", "§12 organisations"),
        ("en", "{{organisations}} organisations from {{countries}} countries"),
        ("en", "As organisations say.[^12]\n\nOrganisations.\n\n[^12]: Note."),
        ("en", "12. Organisations are heard."),
        ("fr", "12 représentants d’organisations"),
        ("fr", "une organisation"),
        ("es", "12 casos y organizaciones"),
        ("ar", "١٢ صحفيا ومنظمة"),
        ("ru", "12 лет организации молчали"),
        ("de", "12 Jahre Organisation"),
        ("zh", "3月组织会议"),
        ("zh", "35个国家的组织"),
        ("eo", "35 organizoj"),
    ],
)
def test_other_numbers_are_left_alone(language: str, text: str) -> None:
    assert found(text, language) == []


@pytest.mark.parametrize("part", ["title", "deck", "body", "closing"])
def test_every_part_is_looked_through(part: str) -> None:
    parts = {"title": "Letter", "deck": "", "body": "Words.", "closing": ""} | {part: "35 organisations"}
    assert typed_numbers(parts, "en") == [TypedNumber(part, "organisations", 35, "35 organisations")]


def test_only_what_disagrees_with_the_list_is_told() -> None:
    body = "34 organisations from 9 countries, or 35 organisations from 10 countries"
    assert [(one.number, one.typed) for one in disagreeing({"body": body}, "en", LIST)] == [
        (35, "35 organisations"),
        (10, "10 countries"),
    ]
