"""Elements of WordprocessingML (ECMA-376 part 1): made by name, with children in the order the schema asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

from coalition.languages import direction, script_direction
from coalition.rendering.docx.locales import western_language, word_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.oxml.xmlchemy import BaseOxmlElement as Element

FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for."""
WORDS: Final = re.compile(r"\w+|\W+")
MARKS: Final = frozenset("\u2066\u2067\u2068\u2069")
"""Isolates: word programs draw them as boxes; runs with a direction of their own do their work."""


def w(tag: str, *children: Element | None, **attributes: str | int) -> Element:
    """An element of the main namespace; a child that is None is left out."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    for child in children:
        if child is not None:
            made.append(child)
    return made


@dataclass(frozen=True, slots=True)
class Look:
    """How a run stands: what is stressed, which character style, and a language other than the document's."""

    style: str = ""
    is_bold: bool = False
    is_italic: bool = False
    language: str = ""


PLAIN: Final = Look()


def paragraph(style: str, *inside: Element, language: str, **properties: Element | None) -> Element:
    """A paragraph of a style in the direction of a language. `properties`: numPr, keepNext, ind and jc elements."""
    order = ("keepNext", "numPr", "bidi", "ind", "jc", "sectPr")
    given = properties | {"bidi": w("bidi", val=int(direction(language) == "rtl"))}
    return w("p", w("pPr", w("pStyle", val=style), *(given.get(name) for name in order)), *inside)


def runs(text: str, language: str, look: Look = PLAIN) -> Iterator[Element]:
    """The words as runs, each of one direction; line feeds become line breaks."""
    for piece, is_rtl in in_directions("".join(each for each in text if each not in MARKS), direction(language)):
        yield run(*_words(piece), look=look, is_rtl=is_rtl)


def run(*inside: Element, look: Look = PLAIN, is_rtl: bool = False) -> Element:
    """A run with its properties in the schema's order."""
    return w(
        "r",
        w(
            "rPr",
            w("rStyle", val=look.style) if look.style else None,
            *((w("b"), w("bCs")) if look.is_bold else ()),
            *((w("i"), w("iCs")) if look.is_italic else ()),
            w("rtl") if is_rtl else None,
            _language(look.language) if look.language else None,
        ),
        *inside,
    )


def in_directions(text: str, around: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces of one direction, each with whether it runs from right to left.

    What has no direction of its own goes with its neighbours where they agree, else with the paragraph.
    """
    if around == "ltr" and text.isascii():
        yield text, False
        return
    words = WORDS.findall(text)
    own = [script_direction(word) or "" for word in words]
    before = list(accumulate(own, _latest, initial=""))[:-1]
    after = list(accumulate(reversed(own), _latest, initial=""))[-2::-1]
    found = [
        each or (first if first == last and first else around)
        for each, first, last in zip(own, before, after, strict=True)
    ]
    for way, pieces in groupby(zip(words, found, strict=True), key=itemgetter(1)):
        yield "".join(word for word, _way in pieces), way == "rtl"


def _latest(last: str, each: str) -> str:
    return each or last


def _words(text: str) -> Iterator[Element]:
    for place, line in enumerate(FORBIDDEN.sub("", text).split("\n")):
        if place:
            yield w("br")
        said = w("t")
        said.text = line
        said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        yield said


def _language(tag: str) -> Element:
    language = word_language(tag)
    return w("lang", val=western_language(tag), eastAsia=language, bidi=language)
