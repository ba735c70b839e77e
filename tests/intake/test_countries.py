import pytest
from babel import Locale

from coalition.intake.countries import country_code, country_suggestion, is_no_country, is_printed_form
from coalition.intake.language_names import language_code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("France", "FR"),
        ("fr", "FR"),
        ("FRA", "FR"),
        ("UK", "GB"),
        ("U.S.A.", "US"),
        ("Wales", "GB"),
        ("cote d'ivoire", "CI"),
        ("Ivory Coast", "CI"),
        ("ساحل العاج", "CI"),
        ("تونس", "TN"),
        ("جزائر", "DZ"),
        ("Alemania", "DE"),
        ("Pays-Bas", "NL"),
        ("the Netherlands", "NL"),
        ("Corée du Sud", "KR"),
        ("DRC", "CD"),
        ("Congo, Democratic Republic of the", "CD"),
        ("Trinidad and Tobago", "TT"),
        ("Saint Lucia", "LC"),
        ("Türkiye", "TR"),
        ("Kosovo", "XK"),
        ("Taiwan (ROC)", "TW"),
    ],
)
def test_a_country_is_known_by_its_codes_and_its_names_in_four_languages(typed: str, code: str) -> None:
    assert country_code(typed) == code


@pytest.mark.parametrize("reader", ["en", "fr", "es", "ar"])
def test_every_country_that_cldr_names_is_known(reader: str) -> None:
    for code, name in Locale(reader).territories.items():
        if len(code) == 2 and code not in {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}:
            assert country_code(str(name)) == code


@pytest.mark.parametrize("typed", ["", "Atlantis", "EU", "International", "Q" * 5000, "\x00"])
def test_what_is_no_country_gives_none(typed: str) -> None:
    assert country_code(typed) is None


def test_a_missing_country_can_be_on_purpose() -> None:
    assert is_no_country("International")
    assert is_no_country("Unión Europea")
    assert not is_no_country("Atlantis")


def test_a_part_of_a_country_is_printed_as_typed() -> None:
    assert is_printed_form("Wales")
    assert is_printed_form("International")
    assert not is_printed_form("UK")


def test_a_misspelt_country_gets_a_suggestion_and_nonsense_none() -> None:
    assert country_suggestion("Germny") == "Germany"
    assert country_suggestion("Tunisa", "fr") == "Tunisie"
    assert not country_suggestion("zzzzqq")


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("French", "fr"),
        ("francés", "fr"),
        ("français", "fr"),
        ("الفرنسية", "fr"),
        ("عربي", "ar"),
        ("العربية", "ar"),
        ("pt_BR", "pt-br"),
        ("zh-Hant", "zh-hant"),
        ("русский", "ru"),
        ("Chinese (Traditional)", "zh"),
        ("Farsi", "fa"),
        ("Spanish; Castilian", "es"),
    ],
)
def test_a_language_is_known_by_its_tag_and_its_names(typed: str, tag: str) -> None:
    assert language_code(typed) == tag


@pytest.mark.parametrize("typed", ["", "Klingon-ish", "xx", "x" * 1000])
def test_what_is_no_language_gives_none(typed: str) -> None:
    assert language_code(typed) is None
