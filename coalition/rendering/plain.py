"""A letter as plain text: title, date, addressees, body, list and which edition."""

import textwrap
from collections.abc import Iterator

from coalition.languages import number
from coalition.rendering.file_words import FileWords, file_words
from coalition.rendering.list_parts import Part, in_running_text, semicolon
from coalition.rendering.printed import PrintedLetter
from coalition.rendering.sheet import Addressed, Sheet, paragraphs, sheet
from coalition.rendering.text.plain import WIDTH, to_plain_apart

BESIDE_INDENT = "    "


def plain_text(letter: PrintedLetter, language: str) -> str:
    """The whole letter in one of its languages, LF line ends, one at the end.

    Running text is wrapped. A name of the list stands alone on its line, character for character, without marks around
    it: a line is a paragraph of its own to whoever orders directions. What stands beside it follows, set in.
    """
    body, notes = to_plain_apart(letter.texts[language].body, language, letter.figures)
    return "\n\n".join(filter(None, _blocks(sheet(letter, language), file_words(letter, language), body, notes))) + "\n"


def _blocks(page: Sheet, said: FileWords, body: str, notes: str) -> Iterator[str]:
    yield said.embargo
    yield page.kicker
    yield page.heading
    yield page.second_title
    yield _wrapped("\n".join(filter(None, (page.deck, page.deck_speaker and f"— {page.deck_speaker}"))))
    yield "\n".join(filter(None, (page.place_and_date, page.leads)))
    yield "\n".join(page.around)
    yield _wrapped("\n".join(filter(None, (page.lagging, page.governing))))
    yield from (_addressee(one) for one in page.to)
    if page.copies:
        yield page.copy_words
        yield from (_addressee(one) for one in page.copies)
    yield _wrapped(page.salutation)
    yield body
    yield _wrapped(page.closing)
    yield notes
    yield from _list(page)
    yield _wrapped(page.disclaimers)
    yield _wrapped(page.contact)
    yield said.documents_heading
    for one in said.documents:
        yield "\n".join([one.label, *(BESIDE_INDENT + each for each in (one.facts, one.address) if each)])
    yield f"-- \n{page.edition}\n{page.address}"


def _list(page: Sheet) -> Iterator[str]:
    if page.parts or page.withheld:
        yield f"{page.list_heading} ({page.count})" if page.count else page.list_heading
    yield _wrapped(page.order_note)
    for part in page.parts:
        yield part.over
        yield part.heading
        yield _running(part, page) if page.form == "inline" else "\n".join(_names(part, page))
        yield part.others
        yield part.unnamed
        yield part.note
    yield page.withheld


def _names(part: Part, page: Sheet) -> Iterator[str]:
    for place, line in enumerate(part.names, start=part.start):
        number_before = f"{number(place, page.language)}. " if page.form == "numbered" else ""
        yield number_before + line.name
        yield from (BESIDE_INDENT + beside for beside in (line.latin, line.affiliation, line.country) if beside)


def _running(part: Part, page: Sheet) -> str:
    """Names one after the other; a line ends only between two of them."""
    names = [in_running_text(name, page.language) for name in part.names]
    between = semicolon(page.language)
    lines, line = [], ""
    for place, name in enumerate(names):
        piece = name + ("" if place == len(names) - 1 else between)
        if line and len(line + piece.rstrip()) > WIDTH:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return "\n".join([*lines, line])


def _addressee(one: Addressed) -> str:
    return "\n".join(filter(None, (one.name, one.office)))


def _wrapped(text: str) -> str:
    """Paragraphs with their lines as typed, the long ones filled."""
    return "\n\n".join(
        "\n".join(textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False) for line in lines)
        for lines in paragraphs(text)
    )
