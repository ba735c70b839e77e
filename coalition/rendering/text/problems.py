"""What an author should look at again before a text goes out. Nothing here stops anything."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from flask_babel import get_locale, gettext
from markdown_it.token import Token

from coalition.languages import join
from coalition.rendering.figures import unfillable
from coalition.rendering.text.tokens import RECOMMENDATIONS, parse, reader

PARTS_WITH_WORDS = ("title", "short_title", "deck", "salutation", "body", "closing", "disclaimers", "list_heading")
"""The parts of a text that are looked through: all in which figures are computed."""

WITHIN = re.compile(r"\[[^\]\n]*\]\(#[^)\s]*\)")
RAW_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
FOOTNOTE_REFERENCE = re.compile(r"\[\^([^\]\s]+)\](?!:)")
FOOTNOTE = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to look at: in which part of the text, what is typed there, and a sentence that says what to do."""

    part: str
    kind: str
    """figure, plural, note_missing, note_unused, html, heading, anchor, recommendations."""
    typed: str
    sentence: str


def problems(parts: Mapping[str, str], language: str) -> list[Problem]:
    """The problems of a text's parts ("title", "body", …) in their order. Only "body" is read as Markdown.

    Sentences are in the language of whoever works at the desk: that of the present locale.
    """
    return [problem for part, text in parts.items() for problem in _part(part, text, language)]


def _part(part: str, text: str, language: str) -> Iterator[Problem]:
    yield from _figures(part, text, language)
    if part == "body":
        tokens = parse(text, language, None)
        yield from _notes(text, tokens)
        yield from _html(tokens)
        yield from _headings(text)
        yield from _anchors(text)
        yield from _recommendations(text)


def _figures(part: str, text: str, language: str) -> Iterator[Problem]:
    for found in unfillable(text, language):
        if found.missing:
            sentence = gettext(
                "%(typed)s lacks a form for: %(classes)s.",
                typed=found.placeholder,
                classes=join(found.missing, str(get_locale() or "en")),
            )
            yield Problem(part, "plural", found.placeholder, sentence)
        else:
            sentence = gettext(
                "%(typed)s is no figure. There are signatories, organisations, individuals and countries.",
                typed=found.placeholder,
            )
            yield Problem(part, "figure", found.placeholder, sentence)


def _notes(text: str, tokens: list[Token]) -> Iterator[Problem]:
    written = FOOTNOTE.findall(text)
    used = {child.meta["label"] for child in _inline(tokens) if child.type == "footnote_ref"}
    for child in _inline(tokens):
        for label in FOOTNOTE_REFERENCE.findall(child.content) if child.type == "text" else ():
            sentence = gettext("Write the footnote [^%(label)s]: the text refers to it.", label=label)
            yield Problem("body", "note_missing", f"[^{label}]", sentence)
    for label in written:
        if label not in used:
            sentence = gettext(
                "Nothing in the text refers to the footnote [^%(label)s], so it is not shown.", label=label
            )
            yield Problem("body", "note_unused", f"[^{label}]", sentence)


def _html(tokens: list[Token]) -> Iterator[Problem]:
    for child in _inline(tokens):
        for found in RAW_HTML.findall(child.content) if child.type == "text" else ():
            sentence = gettext("%(typed)s is shown as typed: HTML is not read. Use Markdown.", typed=found)
            yield Problem("body", "html", found, sentence)


def _headings(text: str) -> Iterator[Problem]:
    tokens = reader().parse(text)
    last = None
    for opening, content in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        level = int(opening.tag[1])
        if last is not None and level > last + 1:
            sentence = gettext(
                "The heading “%(heading)s” skips a level. It is shown one level higher.", heading=content.content
            )
            yield Problem("body", "heading", content.content, sentence)
        last = level


def _anchors(text: str) -> Iterator[Problem]:
    """Links to a place within the letter: none is made of them, so they would stand there as they are typed."""
    for typed in WITHIN.findall(text):
        sentence = gettext("%(typed)s leads nowhere and stands as typed. Name the place in words.", typed=typed)
        yield Problem("body", "anchor", typed, sentence)


def _recommendations(text: str) -> Iterator[Problem]:
    tokens = reader().parse(text)
    for place, token in enumerate(tokens):
        if token.type == "recommendations" and [each.tag for each in tokens[place + 1 : place + 2]] not in (
            ["ul"],
            ["ol"],
        ):
            sentence = gettext("%(typed)s stands before no list. Put it on the line above one.", typed=RECOMMENDATIONS)
            yield Problem("body", "recommendations", RECOMMENDATIONS, sentence)


def _inline(tokens: list[Token]) -> Iterator[Token]:
    return (child for token in tokens for child in token.children or ())
