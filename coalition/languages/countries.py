"""Countries by their ISO 3166 code, named as CLDR does, but for a few that nobody calls so in a letter."""

from functools import cache

from babel import Locale

from coalition.languages.sorting import sort_key
from coalition.languages.tags import babel_locale

NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})

OURS: dict[str, dict[str, str]] = {
    "en": {
        "BA": "Bosnia and Herzegovina",
        "CD": "Democratic Republic of the Congo",
        "CG": "Republic of the Congo",
        "CI": "Côte d’Ivoire",
        "HK": "Hong Kong",
        "MM": "Myanmar",
        "MO": "Macao",
        "PS": "Palestine",
        "ST": "São Tomé and Príncipe",
        "TT": "Trinidad and Tobago",
    },
    "fr": {
        "CD": "République démocratique du Congo",
        "CG": "République du Congo",
        "HK": "Hong Kong",
        "MM": "Birmanie",
        "MO": "Macao",
        "PS": "Palestine",
    },
    "ar": {
        "CD": "جمهورية الكونغو الديمقراطية",
        "CG": "جمهورية الكونغو",
        "HK": "هونغ كونغ",
        "MM": "ميانمار",
        "MO": "ماكاو",
        "PS": "فلسطين",
    },
}


def country_name(code: str, language: str) -> str:
    """The name of a country in `language`, by its ISO 3166 code; a code nobody knows stands for itself."""
    locale = babel_locale(language)
    code = code.upper()
    ours = OURS.get(locale.language, {})
    return ours.get(code) or str(locale.territories.get(code, code))


@cache
def countries_by_name(language: str) -> tuple[tuple[str, str], ...]:
    """Code and name of every country, in the order of its names in `language`."""
    codes = (str(code) for code in Locale("en").territories)
    named = [
        (code, country_name(code, language))
        for code in codes
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    ]
    return tuple(sorted(named, key=lambda pair: sort_key(pair[1], language)))
