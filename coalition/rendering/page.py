"""The page of a letter for readers: rendered at publication, without a request, the same bytes for everybody."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TypedDict
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import force_locale, gettext, ngettext
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from coalition.languages import date_words, direction, endonym, interface_language, join, moment_words, number
from coalition.rendering.figures import fill
from coalition.rendering.kinds import kind_words
from coalition.rendering.printed import PerLanguage, PrintedAddressee, PrintedLetter, PrintedText
from coalition.rendering.text import to_html_apart

FIRST_NAMES = 300
"""How many names a page shows of a list that is too long for one page."""

ALL_NAMES = "/signatories"
"""Behind the letter's address: its page with all names, where `letter_page` was asked for the first ones only."""


PARTS_WITH_FIGURES = (
    "title",
    "short_title",
    "deck",
    "salutation",
    "closing",
    "disclaimers",
    "list_heading",
    "photo_caption",
)
"""The parts of a text, beside its body, in which an author may let a figure be computed."""


class Moment(TypedDict):
    """A day or an instant: ISO 8601 for machines, words for people."""

    iso: str
    words: str


class Link(TypedDict):
    """The same page in another language, named in itself; `href` from the site's root, `address` in full."""

    tag: str
    name: str
    direction: str
    href: str
    address: str
    current: bool


class Group(TypedDict):
    """Names under one heading, which may be empty; an affiliation is that of a person."""

    heading: str
    lines: list[dict[str, str]]


def letter_page(letter: PrintedLetter, language: str, *, all_names: bool = True, home_path: str = "/") -> str:
    """The whole HTML page of `letter` in `language`, one of its languages (KeyError otherwise).

    Needs an application context and no request. `all_names=False` shows the first 300 names and leads to the rest;
    `home_path` leads to the letters in this language.
    """
    text = filled(letter, language)
    body, footnotes = to_html_apart(text.body, language, letter.figures)
    with force_locale(interface_language(language)):
        return render_template(
            "public/letter.html",
            language=language,
            words_language=interface_language(language),
            direction=direction(language),
            coalition_name=coalition_name(letter, language),
            home_path=home_path,
            address=letter.address(language),
            here=path(letter, language),
            body=body,
            footnotes=footnotes,
            linked_data=_linked_data(letter, language),
            **_head(letter, text),
            **_signatories(letter, text, all_names=all_names),
            **_foot(letter, text),
        )


def _head(letter: PrintedLetter, text: PrintedText) -> dict[str, object]:
    """What stands above the text."""
    language = text.language
    return {
        "kicker": kind_words(letter.kind),
        "heading": heading(letter, text),
        "short_title": text.title or text.short_title or heading(letter, text),
        "deck": text.deck,
        "deck_speaker": text.deck_speaker,
        "place": letter.place,
        "date": date_of(letter, language),
        "leads": _leads(letter, language),
        "signed": signed(letter, language),
        "languages": links(letter, language),
        "to": _addressed(letter, language, "to"),
        "cc": _addressed(letter, language, "cc"),
        "photo": photo(letter, text),
        "salutation": _paragraphs(text.salutation),
    }


def _signatories(letter: PrintedLetter, text: PrintedText, *, all_names: bool) -> dict[str, object]:
    """The names in the order of the page's language, and how many stand unnamed."""
    language = text.language
    groups = _groups(letter, language)
    shown = groups if all_names else _first(groups, FIRST_NAMES)
    left = _count(groups) - _count(shown)
    return {
        "list_heading": text.list_heading,
        "groups": shown,
        "count": number(letter.figures.signatories, language) if letter.figures.signatories else "",
        "withheld": None if left else _withheld(letter, language),
        "all_names": path(letter, language, ALL_NAMES) if left else None,
        "names_in_all": number(_count(groups), language),
    }


def _foot(letter: PrintedLetter, text: PrintedText) -> dict[str, object]:
    """What stands below the text, and the other forms of the letter."""
    language = text.language
    return {
        "closing": _paragraphs(text.closing),
        "disclaimers": _paragraphs(text.disclaimers),
        "contact": _paragraphs(text.contact_line),
        "forms": [
            {"path": path(letter, language, ending), "type": media_type, "words": words}
            for ending, media_type, words in (
                (".pdf", "application/pdf", "PDF"),
                (".txt", "text/plain", gettext("plain text")),
                (".json", "application/json", "JSON"),
            )
        ],
        "edition": number(letter.edition, language),
        "published": Moment(
            iso=letter.published_at.isoformat(timespec="seconds"),
            words=moment_words(letter.published_at, letter.zone, language),
        ),
    }


def filled(letter: PrintedLetter, language: str) -> PrintedText:
    """The letter's text in `language` with its figures filled in; those of the body are filled as it is read."""
    text = letter.texts[language]
    typed = {part: getattr(text, part) for part in PARTS_WITH_FIGURES}
    return replace(text, **{part: fill(words, language, letter.figures) for part, words in typed.items() if words})


def coalition_name(letter: PrintedLetter, language: str) -> str:
    """The coalition's name in `language`, else as the letter's authoritative language has it."""
    return first_of(letter.coalition_name, language, letter.authoritative_language)


def heading(letter: PrintedLetter, text: PrintedText) -> str:
    """The title; for a letter without one, what it is and of whom."""
    return text.title or gettext(
        "%(kind)s of %(coalition)s", kind=kind_words(letter.kind), coalition=coalition_name(letter, text.language)
    )


def path(letter: PrintedLetter, language: str, ending: str = "") -> str:
    """The letter's address without the site's root: links within a page work wherever its bytes are served from."""
    return letter.address(language, ending).removeprefix(letter.public_address)


def links(letter: PrintedLetter, language: str) -> list[Link]:
    """The letter's languages, the authoritative one first."""
    return [link(letter.public_address, path(letter, tag), tag, is_current=tag == language) for tag in letter.languages]


def link(root: str, href: str, tag: str, *, is_current: bool) -> Link:
    """A page in the language `tag`."""
    return Link(
        tag=tag, name=endonym(tag), direction=direction(tag), href=href, address=root + href, current=is_current
    )


def date_of(letter: PrintedLetter, language: str) -> Moment:
    """The date printed on the letter, as exact as it was given; without one, the day of publication in its zone."""
    iso = letter.printed_on or letter.published_at.astimezone(ZoneInfo(letter.zone)).date().isoformat()
    return Moment(iso=iso, words=date_words(iso, language))


def signed(letter: PrintedLetter, language: str) -> str:
    """How many signed, in words; "" where nobody did."""
    count = letter.figures.signatories
    if not count:
        return ""
    words: str = ngettext("%(number)s signatory", "%(number)s signatories", count, number=number(count, language))
    return words


def photo(letter: PrintedLetter, text: PrintedText) -> dict[str, object] | None:
    """The photograph with its words in the text's language; None for a letter without one."""
    if letter.photo is None:
        return None
    return {
        "path": letter.photo.path,
        "address": letter.public_address + letter.photo.path,
        "width": letter.photo.width,
        "height": letter.photo.height,
        "alternative": text.photo_alternative,
        "caption": text.photo_caption,
        "credit": letter.photo.credit,
        "licence": letter.photo.licence,
    }


def first_of(strings: PerLanguage, *languages: str) -> str:
    """The string in the first of `languages` that has one, else the canonical or any; "" where there is none."""
    for language in (*languages, "und", *strings):
        if strings.get(language):
            return strings[language]
    return ""


def _withheld(letter: PrintedLetter, language: str) -> str | None:
    """The sentence for those who signed unnamed. It never says who or where."""
    count = letter.withheld_count
    if not count:
        return None
    words: str = ngettext(
        "and %(number)s organisation whose name is withheld for its safety",
        "and %(number)s organisations whose names are withheld for their safety",
        count,
        number=number(count, language),
    )
    return words


def _leads(letter: PrintedLetter, language: str) -> list[dict[str, str]]:
    """The leads, each with what the language writes after it: a comma, "and", nothing."""
    names = [first_of(lead, language) for lead in letter.leads]
    between = join(["\0"] * len(names), language).split("\0")[1:]
    return [{"name": name, "then": then} for name, then in zip(names, between, strict=False)]


def _addressed(letter: PrintedLetter, language: str, block: str) -> list[dict[str, str]]:
    return [_addressee(one, language) for one in letter.addressees if one.block == block]


def _addressee(one: PrintedAddressee, language: str) -> dict[str, str]:
    name = " ".join(part for part in (first_of(one.style, language), first_of(one.name, language)) if part)
    return {"name": name, "office": first_of(one.office, language)}


def _groups(letter: PrintedLetter, language: str) -> list[Group]:
    return [
        Group(
            heading=first_of(group.headings, language, letter.authoritative_language),
            lines=[
                {"name": line.name(language), "affiliation": line.affiliation}
                for line in letter.ordered(group, language)
            ],
        )
        for group in letter.groups
        if group.lines
    ]


def _first(groups: list[Group], limit: int) -> list[Group]:
    """The groups cut after `limit` names in all."""
    shown: list[Group] = []
    for group in groups:
        lines = group["lines"][: limit - _count(shown)]
        if lines:
            shown.append(Group(heading=group["heading"], lines=lines))
    return shown


def _count(groups: list[Group]) -> int:
    return sum(len(group["lines"]) for group in groups)


def _paragraphs(text: str) -> list[list[str]]:
    """Plain text as paragraphs of lines: an empty line begins a new paragraph."""
    return [block.splitlines() for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]


def _linked_data(letter: PrintedLetter, language: str) -> Markup:
    """The letter for machines (schema.org as JSON-LD), without signatories: those stand in the JSON form.

    A data block is not run, so a policy without any script source lets it stand.
    """
    text = filled(letter, language)
    facts = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": heading(letter, text),
        "description": text.deck,
        "inLanguage": language,
        "datePublished": letter.published_at.isoformat(timespec="seconds"),
        "url": letter.address(language),
        "image": letter.public_address + letter.photo.path if letter.photo else "",
        "publisher": {
            "@type": "Organization",
            "name": coalition_name(letter, language),
            "url": letter.public_address,
        },
    }
    dumps = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
    return htmlsafe_json_dumps({key: value for key, value in facts.items() if value}, dumps=dumps)
