"""Our words in every language that needs them: nothing missing, nothing doubtful, nothing left in English."""

from __future__ import annotations

import re
from functools import cache
from gettext import c2py
from typing import TYPE_CHECKING, Final

import pytest

from coalition.languages import plural_class, plural_classes
from tests import catalogues

if TYPE_CHECKING:
    from babel.messages.catalog import Message

SAME_AS_ENGLISH: Final = {
    "fr": {
        "Photo",
        "Message",
        "Messages",
        "Date",
        "Article",
        "Page",
        "Type",
        "PDF",
        "JSON",
        "Actions",
        "Notes",
        "Note",
        "Code",
        "Contact",
        "Contacts",
        "Invitation",
        "Licence",
        "Organisation",
        "Organisations",
        "Question",
        "Signatures",
        "Version",
        "Version %(number)s",
        "Version %(version)s",
        "Versions",
        "version %(version)s",
        "%(number)s contact",
        "%(number)s contacts",
        "%(number)s objection",
        "%(number)s objections",
        "%(number)s signature",
        "%(number)s signatures",
        "%(time)s, UTC%(offset)s",
        "%(num)s organisation",
        "%(num)s organisations",
        "%(number)s organisation",
        "%(number)s organisations",
    },
    "es": {"PDF", "JSON"},
    "pt": {"PDF", "JSON"},
    "ar": {"PDF", "JSON"},
    "ru": {"PDF", "JSON"},
    "fa": {"PDF", "JSON"},
}
"""Words that are the same in both languages."""

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]")


@cache
def entries(language: str) -> list[Message]:
    """The catalogue's messages without its header."""
    return [message for message in catalogues.read(language) if message.id]


def strings(value: object) -> tuple[str, ...]:
    """A message's id or string, its plural forms apart."""
    return tuple(value) if isinstance(value, tuple | list) else (str(value),)


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_a_catalogue_has_exactly_the_words_of_the_source(language: str) -> None:
    ours = {(message.context, strings(message.id)) for message in catalogues.source() if message.id}
    theirs = {(message.context, strings(message.id)) for message in entries(language)}
    assert ours - theirs == set()
    assert theirs - ours == set()


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_word_that_a_language_needs_is_translated_and_none_is_doubtful(language: str) -> None:
    unfinished = [
        message.id
        for message in entries(language)
        if message.fuzzy or (catalogues.is_needed(language, message) and not all(strings(message.string)))
    ]
    assert unfinished == []


def test_mails_the_signing_door_and_public_pages_need_every_word_of_theirs() -> None:
    names = {name for message in catalogues.source() for name, _ in message.locations}
    for_the_desk = {name for name in names if name.startswith(catalogues.desk_places())}
    assert {"templates/desk/board.html", "coalition/web/desk/board.py"} <= for_the_desk
    read_by_others = (
        "templates/emails/",
        "templates/signing/",
        "templates/public/",
        "templates/errors/",
        "templates/co",
    )
    in_code = ("coalition/emails/", "coalition/web/signing/", "coalition/web/public/")
    assert not [name for name in for_the_desk if name.startswith(read_by_others + in_code)]


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_a_catalogue_counts_as_the_language_does(language: str) -> None:
    """Each class of CLDR has a form of its own, up to a thousand: French and Spanish millions are no lists of ours."""
    catalog = catalogues.read(language)
    form = c2py(catalog.plural_expr)
    forms = {(plural_class(n, language), form(n)) for n in range(1001)}
    classes = plural_classes(language)
    assert len(forms) == len(classes) == catalog.num_plurals
    for message in catalog:
        if message.id and message.pluralizable:
            assert len(strings(message.string)) == catalog.num_plurals, message.id


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_no_word_is_left_in_english(language: str) -> None:
    left = {
        text
        for message in entries(language)
        for text in strings(message.id)
        if text in strings(message.string) and re.search(r"[A-Za-z]{2}", PLACEHOLDER.sub("", text))
    }
    assert left - SAME_AS_ENGLISH[language] == set()


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_a_translation_has_the_places_of_its_sentence(language: str) -> None:
    # A singular or a dual may say its number in words, unless other numbers share its form: 21 in Russian.
    is_one = c2py(catalogues.read(language).plural_expr)
    in_words = set() if is_one(21) == is_one(1) != is_one(2) else {"num", "number", "shown", "count"}
    for message in entries(language):
        places = set(PLACEHOLDER.findall(" ".join(strings(message.id))))
        for text in filter(None, strings(message.string)):
            missing = places - set(PLACEHOLDER.findall(text)) - (in_words if message.pluralizable else set())
            assert not missing, (message.id, text)
            assert set(PLACEHOLDER.findall(text)) <= places, (message.id, text)


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_what_is_served_is_what_the_translator_wrote(language: str) -> None:
    served = catalogues.po_path(language).with_suffix(".mo").read_bytes()
    assert served == catalogues.compiled(language)
