"""A whole letter as Markdown: title, addressees, text with its footnotes, the list, what came since, which edition."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from flask_babel import force_locale, gettext

from coalition.languages import interface_language
from coalition.rendering.after import told_before, told_since
from coalition.rendering.file_words import file_words
from coalition.rendering.sheet import paragraphs, sheet
from coalition.rendering.text import to_plain
from coalition.rendering.text.markdown import escaped, to_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coalition.rendering.after import Told
    from coalition.rendering.file_words import DocumentWords, FileWords
    from coalition.rendering.list_parts import Name, Part
    from coalition.rendering.printed import PrintedLetter
    from coalition.rendering.sheet import Addressed, Sheet

BREAK = "\\\n"
SPACE = "&#32;"


def markdown(letter: PrintedLetter, language: str) -> str:
    """The letter in one of its languages, LF line ends, one at the end. A name is an item of a list, as printed."""
    page, said = sheet(letter, language), file_words(letter, language)
    body, notes = to_markdown(letter.texts[language].body, language, letter.figures)
    with force_locale(interface_language(language)):
        before = [_told(one, letter) for one in told_before(letter, language)]
        since = [_told(one, letter) for one in told_since(letter, language)]
        since = [f"## {_line(gettext('What happened since'))}", *since] if since else []
    blocks = (*_head(page, said), *before, *_text(page, body), *_list(page), *since, *_foot(page, said), notes)
    return "\n\n".join(filter(None, blocks)) + "\n"


def _head(page: Sheet, said: FileWords) -> Iterator[str]:
    yield f"**{escaped(said.embargo)}**" if said.embargo else ""
    yield escaped(page.kicker)
    yield f"# {_line(page.heading)}"
    yield f"**{_line(page.second_title)}**" if page.second_title else ""
    yield _lines(page.deck, page.deck_speaker and f"— {page.deck_speaker}")
    yield _lines(page.place_and_date, page.leads, *page.around)


def _text(page: Sheet, body: str) -> Iterator[str]:
    yield _lines(page.lagging, page.governing)
    if page.photo_credit:
        yield _lines(page.photo_caption, page.photo_credit)
    yield from (_addressee(one) for one in page.to)
    if page.copies:
        yield escaped(page.copy_words)
        yield from (_addressee(one) for one in page.copies)
    yield _typed(page.salutation)
    yield body
    yield _typed(page.closing)


def _foot(page: Sheet, said: FileWords) -> Iterator[str]:
    yield _typed(page.disclaimers)
    yield _typed(page.contact)
    if said.documents:
        yield f"## {_line(said.documents_heading)}"
        yield "\n".join(f"- {_document(one)} ({escaped(one.facts)})" for one in said.documents)
    yield _lines(page.edition, f"<{page.address}>")


def _document(one: DocumentWords) -> str:
    return f"[{escaped(one.label)}](<{one.address}>)" if one.address else escaped(one.label)


def _list(page: Sheet) -> Iterator[str]:
    if page.parts or page.withheld:
        yield f"## {_line(page.list_heading)}" + (f" ({page.count})" if page.count else "")
    yield escaped(page.order_note)
    for part in page.parts:
        yield f"### {_line(part.over)}" if part.over else ""
        yield f"{'####' if part.is_within else '###'} {_line(part.heading)}" if part.heading else ""
        yield "\n".join(_names(part, page))
        yield escaped(part.others)
        yield escaped(part.unnamed)
        yield escaped(part.note)
    yield escaped(page.withheld)


def _names(part: Part, page: Sheet) -> Iterator[str]:
    for place, name in enumerate(part.names, start=part.start):
        yield (f"{place}. " if page.form == "numbered" else "- ") + _name(name)


def _name(line: Name) -> str:
    beside = (f"({line.latin})" if line.latin else "", line.affiliation, line.country)
    return "  ".join([_kept(line.name), *(escaped(said) for said in beside if said)])


def _kept(name: str) -> str:
    """A name with the spaces at its ends, which Markdown would take off."""
    inner = name.strip(" ")
    before, _, after = name.partition(inner) if inner else ("", "", "")
    return f"{SPACE * len(before)}{escaped(inner)}{SPACE * len(after)}"


def _told(one: Told, letter: PrintedLetter) -> str:
    """A note, set apart as a quotation. Its own footnotes would be taken for the letter's: with such it is plain."""
    words, footnotes = to_markdown(one.words, one.tag, letter.figures) if one.words else ("", "")
    if footnotes:
        words = _typed(to_plain(one.words, one.tag, letter.figures))
    said = "\n\n".join(
        filter(None, (f"**{_line(one.head)}**" if words else escaped(one.head), words, escaped(one.tail)))
    )
    return textwrap.indent(said, "> ", lambda _line: True) if words else said


def _addressee(one: Addressed) -> str:
    return BREAK.join(filter(None, (one.name and f"**{_line(one.name)}**", escaped(one.office))))


def _typed(words: str) -> str:
    return "\n\n".join(_lines(*lines) for lines in paragraphs(words))


def _lines(*lines: str) -> str:
    return BREAK.join(line if line.startswith("<") else escaped(line) for line in lines if line)


def _line(words: str) -> str:
    return escaped(" ".join(words.split("\n")))
