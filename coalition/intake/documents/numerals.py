"""Numbers as lists count with them: 3 as "c", "iii", "三" or "ج"."""

from __future__ import annotations

from collections.abc import Callable, Sequence

_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_CHINESE = "〇一二三四五六七八九"
_HEAVENLY = "甲乙丙丁戊己庚辛壬癸"
_ARABIC = "أبتثجحخدذرزسشصضطظعغفقكلمنهوي"
_ABJAD = "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"
_HEBREW = "אבגדהוזחטיכלמנסעפצקרשת"
_GREEK = "αβγδεζηθικλμνξοπρστυφχψω"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
_KOREAN = "가나다라마바사아자차카타파하"
_THAI = "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"
_KATAKANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def letters(number: int, alphabet: Sequence[str] = "abcdefghijklmnopqrstuvwxyz") -> str:
    """1 as "a", 26 as "z", 27 as "aa", as word processors count on."""
    if number < 1:
        return str(number)
    return alphabet[(number - 1) % len(alphabet)] * ((number - 1) // len(alphabet) + 1)


def roman(number: int) -> str:
    """4 as "iv"; what Rome could not write stays in digits."""
    if not 0 < number < 4000:
        return str(number)
    out = ""
    for value, sign in _ROMAN:
        times, number = divmod(number, value)
        out += sign * times
    return out


def chinese(number: int) -> str:
    """12 as "十二"; from a hundred on digit by digit."""
    if not 0 < number < 100:
        return "".join(_CHINESE[int(digit)] for digit in str(abs(number)))
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _CHINESE[tens]) + ("十" if tens else "") + (_CHINESE[ones] if ones else "")


def _in(alphabet: Sequence[str]) -> Callable[[int], str]:
    return lambda number: letters(number, alphabet)


def _circled(number: int) -> str:
    return _CIRCLED[number - 1] if 0 < number <= len(_CIRCLED) else str(number)


def _full_width(number: int) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _digits(zero: str) -> Callable[[int], str]:
    return lambda number: "".join(chr(ord(zero) + int(digit)) for digit in str(abs(number)))


WORD: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": letters,
    "upperLetter": lambda number: letters(number).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
    "ordinal": _ordinal,
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "ideographDigital": chinese,
    "japaneseCounting": chinese,
    "japaneseDigitalTenThousand": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "koreanCounting": chinese,
    "ideographTraditional": _in(_HEAVENLY),
    "aiueo": _in(_KATAKANA),
    "aiueoFullWidth": _in(_KATAKANA),
    "arabicAlpha": _in(_ARABIC),
    "arabicAbjad": _in(_ABJAD),
    "hebrew1": _in(_HEBREW),
    "hebrew2": _in(_HEBREW),
    "russianLower": _in(_RUSSIAN),
    "russianUpper": lambda number: letters(number, _RUSSIAN).upper(),
    "ganada": _in(_KOREAN),
    "thaiLetters": _in(_THAI),
    "hindiNumbers": _digits("०"),
    "thaiNumbers": _digits("๐"),
    "none": lambda _number: "",
}
"""Word's names for ways to count (ECMA-376 Part 1, 17.18.59 ST_NumberFormat)."""

OPEN_DOCUMENT: dict[str, Callable[[int], str]] = {
    "1": str,
    "a": letters,
    "A": WORD["upperLetter"],
    "i": roman,
    "I": WORD["upperRoman"],
    "": lambda _number: "",
    "١, ٢, ٣, ٤, ...": _digits("٠"),
    "أ, ب, ت, ث, ...": _in(_ARABIC),
    "أ, ب, ج, د, ...": _in(_ABJAD),
    "一, 二, 三, ...": chinese,
    "壹, 贰, 叁, ...": chinese,
    "甲, 乙, 丙, ...": _in(_HEAVENLY),
    "①, ②, ③, ...": _circled,
    "１, ２, ３, ...": _full_width,
    "א, ב, ג, ...": _in(_HEBREW),
    "α, β, γ, ... (gr)": _in(_GREEK),
    "а, б, .., аа, аб, ... (ru)": _in(_RUSSIAN),
    "А, Б, .., Аа, Аб, ... (ru)": WORD["russianUpper"],
}
"""What OpenDocument writes in style:num-format (ODF 1.3 Part 3, 19.505), and what LibreOffice adds to it."""

CSS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimal-leading-zero": WORD["decimalZero"],
    "lower-alpha": letters,
    "lower-latin": letters,
    "upper-alpha": WORD["upperLetter"],
    "upper-latin": WORD["upperLetter"],
    "lower-roman": roman,
    "upper-roman": WORD["upperRoman"],
    "lower-greek": _in(_GREEK),
    "cjk-ideographic": chinese,
    "cjk-decimal": chinese,
    "simp-chinese-informal": chinese,
    "trad-chinese-informal": chinese,
    "japanese-informal": chinese,
    "cjk-heavenly-stem": _in(_HEAVENLY),
    "arabic-indic": _digits("٠"),
    "persian": _digits("۰"),
    "hebrew": _in(_HEBREW),
    "a": letters,
    "A": WORD["upperLetter"],
    "i": roman,
    "I": WORD["upperRoman"],
    "1": str,
}
"""Values of CSS list-style-type, and of the attribute `type` of a list."""
