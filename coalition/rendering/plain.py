"""A letter as plain text: title, date, addressees, body, list and which edition."""

import textwrap
from collections.abc import Iterator

from coalition.rendering.printed import PrintedLetter
from coalition.rendering.sheet import Addressed, Part, Sheet, paragraphs, sheet
from coalition.rendering.text.plain import WIDTH, to_plain_apart

AFFILIATION_INDENT = "    "


def plain_text(letter: PrintedLetter, language: str) -> str:
    """The whole letter in one of its languages, LF line ends, one at the end.

    Running text is wrapped. A name of the list stands alone on its line, character for character, without marks around
    it: a line is a paragraph of its own to whoever orders directions. A person's affiliation follows, set in.
    """
    body, notes = to_plain_apart(letter.texts[language].body, language, letter.figures)
    return "\n\n".join(filter(None, _blocks(sheet(letter, language), body, notes))) + "\n"


def _blocks(page: Sheet, body: str, notes: str) -> Iterator[str]:
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
    yield f"-- \n{page.edition}\n{page.address}"


def _list(page: Sheet) -> Iterator[str]:
    if page.parts or page.withheld:
        yield f"{page.list_heading} ({page.count})" if page.count else page.list_heading
    for part in page.parts:
        yield part.heading
        yield "\n".join(_names(part))
        yield part.unnamed
        yield part.note
    yield page.withheld


def _names(part: Part) -> Iterator[str]:
    for line in part.names:
        yield line.name
        if line.affiliation:
            yield AFFILIATION_INDENT + line.affiliation


def _addressee(one: Addressed) -> str:
    return "\n".join(filter(None, (one.name, one.office)))


def _wrapped(text: str) -> str:
    """Paragraphs with their lines as typed, the long ones filled."""
    return "\n\n".join(
        "\n".join(textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False) for line in lines)
        for lines in paragraphs(text)
    )
