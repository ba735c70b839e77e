"""Numbers that an author typed where the computed figure belongs: "35 organisations" over a list of 34.

A number, in the digits of any script or in words, that stands before one of the words that name who signs, in each
language as it inflects them; words between the two are few, and none that leads elsewhere ("35 journalists and
organisations"). And a number of countries, where it says from how many those who sign come.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coalition.languages.normal_forms import normal_form
from coalition.rendering.figures import PLACEHOLDER
from coalition.rendering.number_words import chinese_number, spoken_number
from coalition.rendering.paragraphs import NOTE, paragraphs
from coalition.rendering.printed import Figures
from coalition.rendering.signing_words import LEADS_ELSEWHERE, WHAT_COUNTS, WITHOUT_BLANKS

MOST_BETWEEN = 3
"""So many words may stand between a number and what it counts: "35 undersigned human rights organisations"."""
FIRST_YEAR, LAST_YEAR = 1900, 2100
PARTS = ("title", "deck", "salutation", "body", "closing", "disclaimers")

TOKEN = re.compile(
    r"""(?P<number> \d{1,3} (?: [.,'’٬\u00a0\u202f\u2009] \d{3} )+ (?![.,٫]?\d) | \d+ (?![.,٫]?\d) )
      | (?P<word> (?:[^\W\d_] | [\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0640\u200c\u200d])
                  (?:[^\W\d_] | [\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0640\u200c\u200d'’‑-])* )
      | (?P<blank> \s+ )
      | (?P<other> . )""",
    re.VERBOSE | re.DOTALL,
)
GLUE = frozenset('*_“”"«»‹›„‘()-‑\u200e\u200f\u2066\u2067\u2068\u2069')
"""Signs that may stand between a number and its word: emphasis, quotation marks, brackets, marks of direction."""


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A number beside what it counts."""

    part: str
    """"title", "deck", "body", "closing"."""
    figure: str
    """What it counts: "organisations" (signatories among them), or "countries"."""
    number: int
    typed: str
    """As it stands in the text, from the number to the word."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def typed_numbers(parts: Mapping[str, str], language: str) -> list[TypedNumber]:
    """The numbers typed beside what the list counts, in the order of the parts; computed figures are none."""
    spoken = language.partition("-")[0].lower()
    if spoken not in WHAT_COUNTS:
        return []
    words = {part: parts[part] for part in PARTS if parts.get(part)}
    return [
        TypedNumber(part, figure, number, typed)
        for part, text in _running(words)
        for figure, number, typed in _found(text, spoken)
    ]


def disagreeing(parts: Mapping[str, str], language: str, figures: Figures) -> list[TypedNumber]:
    """Those of `typed_numbers` that are not what the list has."""
    return [one for one in typed_numbers(parts, language) if not _agrees(one, figures)]


def number_of(figures: Figures, figure: str) -> int | None:
    """What the list has of a figure that a text speaks of."""
    return figures.countries if figure == "countries" else figures.signatories


def _agrees(one: TypedNumber, figures: Figures) -> bool:
    if one.figure == "countries":
        return one.number == figures.countries
    return one.number in {figures.signatories, figures.organisations, figures.individuals}


def _running(parts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The words of each paragraph, as they are read: figures and references to footnotes left out."""
    for each in paragraphs(parts):
        words = "".join(" … " if NOTE in run.marks else run.text for run in each.runs)
        yield each.part, PLACEHOLDER.sub(" … ", normal_form("NFC", words).replace("\u0640", ""))


def _found(text: str, language: str) -> Iterator[tuple[str, int, str]]:
    if language in WITHOUT_BLANKS:
        yield from _found_without_blanks(text, language)
        return
    tokens = [_Token(str(found.lastgroup), found[0], found.start()) for found in TOKEN.finditer(text)]
    tokens = [token for token in tokens if token.kind != "blank" and token.text not in GLUE]
    at, last_counted = 0, -1
    while at < len(tokens):
        number, after = _number(tokens, at, language)
        if number is None:
            at += 1
            continue
        counted = _counted(tokens, after, language)
        if counted is not None and not _is_year(tokens[at], number):
            end, figure = counted
            is_of_them = figure != "countries" or _follows_those_who_sign(tokens, at, last_counted, language)
            if is_of_them:
                yield figure, number, text[tokens[at].start : tokens[end].end]
            last_counted = end if figure == "organisations" else last_counted
        at = after


def _number(tokens: Sequence[_Token], at: int, language: str) -> tuple[int | None, int]:
    """The number that begins here, and the token after it."""
    token = tokens[at]
    if token.kind == "number":
        is_of_a_word = at > 0 and tokens[at - 1].end == token.start and tokens[at - 1].kind != "word"
        is_odd = is_of_a_word and tokens[at - 1].text in "/.,:#№§$€£"
        return (None if is_odd else int(re.sub(r"\D", "", token.text))), at + 1
    if token.kind != "word":
        return None, at + 1
    words: list[str] = []
    for following in tokens[at : at + 6]:
        if following.kind != "word":
            break
        words.append(following.text)
    number, length = spoken_number(words, language)
    return (number, at + length) if number is not None and number > 1 else (None, at + 1)


def _counted(tokens: Sequence[_Token], at: int, language: str) -> tuple[int, str] | None:
    """What stands within a few words: the token of the word that is counted, and which figure it is."""
    for place in range(at, min(at + MOST_BETWEEN + 1, len(tokens))):
        token = tokens[place]
        if token.kind != "word":
            return None
        word = _folded(token.text)
        for figure, pattern in WHAT_COUNTS[language].items():
            if pattern.fullmatch(word):
                return place, figure
        if word in LEADS_ELSEWHERE[language]:
            return None
    return None


def _follows_those_who_sign(tokens: Sequence[_Token], at: int, last_counted: int, language: str) -> bool:
    """Whether those who sign were spoken of a few words before, in the same sentence: "organisations from 9 …"."""
    pattern = WHAT_COUNTS[language]["organisations"]
    for place in range(at - 1, max(at - MOST_BETWEEN - 3, -1), -1):
        if tokens[place].kind != "word" and tokens[place].text != "…":
            return False
        if place == last_counted or pattern.fullmatch(_folded(tokens[place].text)):
            return True
    return False


def _is_year(token: _Token, number: int) -> bool:
    return token.kind == "number" and len(token.text) == 4 and FIRST_YEAR <= number <= LAST_YEAR


def _folded(word: str) -> str:
    """A word as the lists have it: small letters, no vowel signs of Arabic, plain hyphens and apostrophes."""
    plain = "".join(sign for sign in word.casefold() if not 0x64B <= ord(sign) <= 0x65F and ord(sign) != 0x670)
    return plain.replace("‑", "-").replace("’", "'")


def _found_without_blanks(text: str, language: str) -> Iterator[tuple[str, int, str]]:
    for figure, pattern in WHAT_COUNTS[language].items():
        for found in pattern.finditer(text):
            number = chinese_number(found["number"])
            if number is not None and not (len(found["number"]) == 4 and FIRST_YEAR <= number <= LAST_YEAR):
                yield figure, number, found[0]
