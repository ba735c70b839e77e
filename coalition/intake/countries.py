"""Which country somebody means by "Ivory Coast", "Côte d'Ivoire", "CI", "CIV" or "ساحل العاج"."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale
from babel.core import get_global
from rapidfuzz import fuzz, process

from coalition.intake.language_names import READ_IN
from coalition.intake.names import fold_name
from coalition.languages import country_name

_LIKE_ENOUGH = 80
_NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
_PUNCTUATION = re.compile(r"[^\w&]+")
_SAINT = re.compile(r"^(st|ste|sainte) (?=.)")
_DETAILS = re.compile(r"\s*[(\[].*[)\]]\s*$")
_ARTICLES = re.compile(
    r"^(the|la|le|les|l|el|los|las|republic of|republique (du|de|d)|republica (de|del)|جمهوريه) (?=.)"
)
_OTHER_NAMES = {
    "BA": "Bosnia, BiH, Bosnie, Bosnia & Herzegovina",
    "BO": "Plurinational State of Bolivia, Bolivia (Plurinational State of)",
    "BN": "Brunei Darussalam",
    "CD": """
        DRC, Congo (DRC), Congo DR, DR Congo, RDC, Democratic Republic of the Congo,
        Democratic Republic of Congo, Congo (Democratic Republic of the), Congo-Kinshasa,
        République démocratique du Congo, República Democrática del Congo, Zaire,
        جمهورية الكونغو الديمقراطية
    """,
    "CG": """
        Congo, Republic of the Congo, Congo-Brazzaville, République du Congo, Congo Brazzaville
    """,
    "CI": "Ivory Coast, Cote d Ivoire, Costa de Marfil",
    "CV": "Cape Verde, Cap-Vert",
    "CZ": "Czech Republic, République tchèque, República Checa",
    "FM": "Federated States of Micronesia",
    "GB": """
        UK, U.K., Great Britain, Britain, England, Scotland, Wales, Northern Ireland, Angleterre, Écosse,
        Pays de Galles, Inglaterra, Escocia, Gales, Grande-Bretagne, Gran Bretaña, بريطانيا, انجلترا,
        United Kingdom of Great Britain and Northern Ireland
    """,
    "GM": "The Gambia",
    "HK": "Hong Kong, Hongkong, Hong-Kong, هونغ كونغ",
    "IR": "Islamic Republic of Iran, Iran (Islamic Republic of)",
    "KP": "DPRK, Democratic People's Republic of Korea",
    "KR": "Korea, Republic of Korea, South Korea, Corée, Corea",
    "LA": "Lao PDR, Lao People's Democratic Republic",
    "LY": "Libyan Arab Jamahiriya",
    "MD": "Republic of Moldova",
    "MO": "Macau, Macao",
    "MK": "Macedonia, FYROM, Republic of North Macedonia, Macédoine",
    "MM": "Burma, Myanmar, Birmanie, Birmania",
    "NL": "Holland, The Netherlands, Hollande, Holanda",
    "PS": """
        Palestine, State of Palestine, Palestina, فلسطين, occupied Palestinian territory, OPT
    """,
    "RU": "Russian Federation, Fédération de Russie, Federación de Rusia",
    "SY": "Syrian Arab Republic",
    "SZ": "Swaziland",
    "TL": "East Timor, Timor Oriental",
    "TR": "Turkey, Türkiye, Turkiye",
    "TW": "Taiwan ROC, Chinese Taipei",
    "TZ": "United Republic of Tanzania",
    "US": """
        USA, U.S.A., U.S., United States of America, America, États-Unis d'Amérique, EE.UU., EEUU, EE UU,
        أمريكا
    """,
    "VC": "Saint Vincent",
    "VA": "Holy See",
    "VE": "Bolivarian Republic of Venezuela, Venezuela (Bolivarian Republic of)",
    "VN": "Viet Nam",
    "XK": "Kosova",
}
_NO_COUNTRY = frozenset(
    word.strip()
    for word in """
    international, global, worldwide, world, regional, transnational, multiple, various, several countries, europe, eu,
    european union, africa, north africa, asia, latin america, central america, caribbean, pacific, middle east, mena,
    mondial, monde, afrique, asie, amerique latine, union europeenne, internacional, mundial, america latina,
    union europea, دولي, عالمي, اقليمي
    """.split(",")
)


# Parts of a country under whose own names organisations go.
_PARTS = frozenset({"wales", "scotland", "england", "northern ireland", "pays de galles", "ecosse", "angleterre"})


def country_code(text: str, languages: tuple[str, ...] = READ_IN) -> str | None:
    """The ISO 3166-1 alpha-2 code for a country's code (two or three letters) or its name in one of `languages`.

    None where nothing by that name is known, and for what is no one country ("International").
    """
    typed = text.strip()
    if not typed or len(typed) > 100:
        return None
    known = _known(languages)
    key = _key(typed)
    without = (_ARTICLES.sub("", key), _key(_DETAILS.sub("", typed)), "ال" + key)
    return next((known[candidate] for candidate in (key, *without) if candidate in known), None)


def is_no_country(text: str) -> bool:
    """Whether the text says on purpose that no one country is meant: "International", "Regional", "Europe"."""
    return _key(text) in _NO_COUNTRY


def is_printed_form(text: str) -> bool:
    """Whether lists print what was typed instead of the country's name: "Wales", "International"."""
    return _key(text) in _NO_COUNTRY or _key(text) in _PARTS


def country_suggestion(text: str, language: str = "en") -> str:
    """The name, in `language`, of the country whose name is nearest to what was typed; empty where none is near."""
    best = process.extractOne(_key(text), _known(READ_IN).keys(), scorer=fuzz.ratio, score_cutoff=_LIKE_ENOUGH)
    if best is None or len(best[0]) < 4:
        return ""
    return country_name(_known(READ_IN)[best[0]], language)


def _key(text: str) -> str:
    return _SAINT.sub("saint ", " ".join(_PUNCTUATION.sub(" ", fold_name(text)).replace("&", "and").split()))


@cache
def _known(languages: tuple[str, ...]) -> dict[str, str]:
    codes = (
        frozenset(str(code) for code in Locale("en").territories if re.fullmatch("[A-Z]{2}", str(code)))
        - _NOT_COUNTRIES
    )
    known = {code.lower(): code for code in codes}
    for language in languages:
        named = Locale(language).territories.items()
        known.update({_key(str(name)): str(code) for code, name in named if code in codes})
    for code, names in _OTHER_NAMES.items():
        known.update({_key(name): code for name in names.split(",")})
    for former, present in get_global("territory_aliases").items():
        # Three letters ("FRA") and codes of the past ("BU"); those that fell apart into several countries say nothing.
        if re.fullmatch("[A-Z]{2,3}", str(former)) and len(present) == 1 and present[0] in codes:
            known.setdefault(str(former).lower(), present[0])
    return known
