"""Numbers in words, from two to the hundreds, in the languages in which letters are looked through for them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

HUNDRED = 100
FIRST_TEN = 20
"""From here on a ten takes a unit beside it: "thirty-five", "treinta y cinco", "тридцать пять"."""


def spoken_number(words: Sequence[str], language: str) -> tuple[int | None, int]:
    """The number that the first words say, and how many of them; (None, 0) where they say none."""
    known, between = WORDS.get(language, {}), BETWEEN.get(language, frozenset())
    values: list[int] = []
    used = 0
    for at, word in enumerate(words):
        said = _values(word, known, language)
        if said and _goes_on(values, said):
            values += said
            used = at + 1
        elif not (values and word.casefold() in between and values[-1] >= FIRST_TEN):
            break
    return (_together(values), used) if values else (None, 0)


def chinese_number(typed: str) -> int | None:
    """The number that digits of any script, or Chinese numerals, say; None for neither."""
    if re.fullmatch(r"\d+", typed):
        return int(typed)
    total = digit = 0
    for sign in typed:
        if sign in CHINESE_UNITS:
            total += max(digit, 1) * CHINESE_UNITS[sign]
            digit = 0
        elif sign in CHINESE_DIGITS:
            digit = CHINESE_DIGITS[sign]
        else:
            return None
    return total + digit or None


def _values(word: str, known: Mapping[str, int], language: str) -> list[int]:
    """What one word says: "thirty-five" two numbers; [] for a word that says none."""
    plain = word.casefold()
    if language == "ar":
        plain = re.sub(r"[\u064b-\u065f\u0670]", "", plain)
        plain = plain if plain in known else plain.removeprefix("و")
    if plain in known:
        return [known[plain]]
    parts = [known.get(part, 0) for part in plain.split("-") if part not in BETWEEN.get(language, ())]
    return parts if len(parts) > 1 and all(parts) and all(_fit(*pair) for pair in pairwise(parts)) else []


def _goes_on(before: Sequence[int], said: Sequence[int]) -> bool:
    return not before or _fit(before[-1], said[0])


def _fit(one: int, two: int) -> bool:
    """Whether two numbers said one after the other are one: a hundred and more, twenty-five, in Arabic fifteen."""
    return (
        (two == HUNDRED and one < HUNDRED)
        or one >= HUNDRED > two
        or (one >= FIRST_TEN and one % 10 == 0 and two < 10)
        or (one < 10 <= two < HUNDRED and two % 10 == 0)
        or (one == 60 and two < FIRST_TEN)
    )  # fmt: skip


def _together(values: Sequence[int]) -> int:
    total = 0
    for value in values:
        total = max(total, 1) * HUNDRED if value == HUNDRED and total < 10 else total + value
    return total


def _listed(words: str) -> dict[str, int]:
    """A table from lines of a number and its forms."""
    lines = (line.split() for line in words.strip().splitlines())
    return {form: int(number) for number, *forms in lines for form in forms}


def _german() -> dict[str, int]:
    units = _listed("1 ein\n2 zwei\n3 drei\n4 vier\n5 fünf\n6 sechs\n7 sieben\n8 acht\n9 neun")
    tens = _listed(
        "20 zwanzig\n30 dreißig dreissig\n40 vierzig\n50 fünfzig\n60 sechzig\n70 siebzig\n80 achtzig\n90 neunzig"
    )
    joined = {f"{unit}und{ten}": one + two for ten, two in tens.items() for unit, one in units.items()}
    teens = _listed(
        "10 zehn\n11 elf\n12 zwölf\n13 dreizehn\n14 vierzehn\n15 fünfzehn\n16 sechzehn\n17 siebzehn\n"
        "18 achtzehn\n19 neunzehn\n100 hundert einhundert"
    )
    inflected = {"zweier": 2, "dreier": 3}
    return {word: number for word, number in units.items() if number > 1} | tens | joined | teens | inflected


def _russian() -> dict[str, int]:
    soft = (
        "5 пят\n6 шест\n7 сем\n9 девят\n10 десят\n11 одиннадцат\n12 двенадцат\n13 тринадцат\n14 четырнадцат\n"
        "15 пятнадцат\n16 шестнадцат\n17 семнадцат\n18 восемнадцат\n19 девятнадцат\n20 двадцат\n30 тридцат"
    )
    inflected = {stem + ending: number for stem, number in _listed(soft).items() for ending in ("ь", "и", "ью")}
    return inflected | _listed(
        "2 два две двух двум двумя\n3 три трёх трех трём трем тремя\n4 четыре четырёх четырех четырём четырем "
        "четырьмя\n8 восемь восьми восемью восьмью\n40 сорок сорока\n50 пятьдесят пятидесяти пятьюдесятью\n"
        "60 шестьдесят шестидесяти\n70 семьдесят семидесяти\n80 восемьдесят восьмидесяти\n90 девяносто девяноста\n"
        "100 сто ста"
    )


WORDS: dict[str, dict[str, int]] = {
    "en": _listed("""
        2 two
        3 three
        4 four
        5 five
        6 six
        7 seven
        8 eight
        9 nine
        10 ten
        11 eleven
        12 twelve
        13 thirteen
        14 fourteen
        15 fifteen
        16 sixteen
        17 seventeen
        18 eighteen
        19 nineteen
        20 twenty
        30 thirty
        40 forty
        50 fifty
        60 sixty
        70 seventy
        80 eighty
        90 ninety
        100 hundred"""),
    "fr": _listed("""
        1 un une
        2 deux
        3 trois
        4 quatre
        5 cinq
        6 six
        7 sept
        8 huit
        9 neuf
        10 dix
        11 onze
        12 douze
        13 treize
        14 quatorze
        15 quinze
        16 seize
        17 dix-sept
        18 dix-huit
        19 dix-neuf
        20 vingt vingts
        30 trente
        40 quarante
        50 cinquante
        60 soixante
        70 septante
        80 quatre-vingt quatre-vingts huitante octante
        81 quatre-vingt-un quatre-vingt-une
        82 quatre-vingt-deux
        83 quatre-vingt-trois
        84 quatre-vingt-quatre
        85 quatre-vingt-cinq
        86 quatre-vingt-six
        87 quatre-vingt-sept
        88 quatre-vingt-huit
        89 quatre-vingt-neuf
        90 quatre-vingt-dix nonante
        91 quatre-vingt-onze
        92 quatre-vingt-douze
        93 quatre-vingt-treize
        94 quatre-vingt-quatorze
        95 quatre-vingt-quinze
        96 quatre-vingt-seize
        97 quatre-vingt-dix-sept
        98 quatre-vingt-dix-huit
        99 quatre-vingt-dix-neuf
        100 cent cents"""),
    "es": _listed("""
        1 un una uno
        2 dos
        3 tres
        4 cuatro
        5 cinco
        6 seis
        7 siete
        8 ocho
        9 nueve
        10 diez
        11 once
        12 doce
        13 trece
        14 catorce
        15 quince
        16 dieciséis dieciseis
        17 diecisiete
        18 dieciocho
        19 diecinueve
        20 veinte
        21 veintiuno veintiún veintiuna
        22 veintidós veintidos
        23 veintitrés veintitres
        24 veinticuatro
        25 veinticinco
        26 veintiséis veintiseis
        27 veintisiete
        28 veintiocho
        29 veintinueve
        30 treinta
        40 cuarenta
        50 cincuenta
        60 sesenta
        70 setenta
        80 ochenta
        90 noventa
        100 cien ciento"""),
    "pt": _listed("""
        1 um uma
        2 dois duas
        3 três tres
        4 quatro
        5 cinco
        6 seis
        7 sete
        8 oito
        9 nove
        10 dez
        11 onze
        12 doze
        13 treze
        14 catorze quatorze
        15 quinze
        16 dezasseis dezesseis
        17 dezassete dezessete
        18 dezoito
        19 dezanove dezenove
        20 vinte
        30 trinta
        40 quarenta
        50 cinquenta
        60 sessenta
        70 setenta
        80 oitenta
        90 noventa
        100 cem cento"""),
    "ar": _listed("""
        1 أحد إحدى احدى واحد واحدة
        2 اثنان اثنتان اثنين اثنتين اثنا اثنتا اثني اثنتي
        3 ثلاث ثلاثة
        4 أربع أربعة اربع اربعة
        5 خمس خمسة
        6 ست ستة
        7 سبع سبعة
        8 ثمان ثماني ثمانية
        9 تسع تسعة
        10 عشر عشرة
        20 عشرون عشرين
        30 ثلاثون ثلاثين
        40 أربعون أربعين اربعون اربعين
        50 خمسون خمسين
        60 ستون ستين
        70 سبعون سبعين
        80 ثمانون ثمانين
        90 تسعون تسعين
        100 مئة مائة"""),
    "fa": _listed("""
        1 یک
        2 دو
        3 سه
        4 چهار
        5 پنج
        6 شش
        7 هفت
        8 هشت
        9 نه
        10 ده
        11 یازده
        12 دوازده
        13 سیزده
        14 چهارده
        15 پانزده
        16 شانزده
        17 هفده
        18 هجده هیجده
        19 نوزده
        20 بیست
        30 سی
        40 چهل
        50 پنجاه
        60 شصت
        70 هفتاد
        80 هشتاد
        90 نود
        100 صد یکصد"""),
    "de": _german(),
    "ru": _russian(),
}
"""Language to forms of number words; ones that mean one are there only to be part of others."""

BETWEEN: dict[str, frozenset[str]] = {
    "en": frozenset({"and"}),
    "fr": frozenset({"et"}),
    "es": frozenset({"y"}),
    "pt": frozenset({"e"}),
    "fa": frozenset({"و"}),
}
"""What stands between a ten and its unit."""

CHINESE_DIGITS = dict(zip("〇零一二两兩三四五六七八九", (0, 0, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
CHINESE_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
