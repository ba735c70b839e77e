"""A letter as plain text: title, date, addressees, body, list, what happened since, and which edition."""

import textwrap
from collections.abc import Iterator

from flask_babel import force_locale, gettext

from coalition.languages import interface_language, number
from coalition.rendering.after import Told, told_before, told_since
from coalition.rendering.file_words import FileWords, file_words
from coalition.rendering.list_parts import Part, in_running_text, semicolon
from coalition.rendering.printed import PrintedLetter
from coalition.rendering.sheet import Addressed, Sheet, paragraphs, sheet
from coalition.rendering.text.plain import WIDTH, to_plain, to_plain_apart

BESIDE_INDENT = "    "


def plain_text(letter: PrintedLetter, language: str) -> str:
    """The whole letter in one of its languages, LF line ends, one at the end.

    Running text is wrapped. A name of the list stands alone on its line, character for character, without marks around
    it: a line is a paragraph of its own to whoever orders directions. What stands beside it follows, set in.
    """
    body, notes = to_plain_apart(letter.texts[language].body, language, letter.figures)
    with force_locale(interface_language(language)):
        before = [_told(one, letter) for one in told_before(letter, language)]
        since = [_told(one, letter) for one in told_since(letter, language)]
        since = [gettext("What happened since"), *since] if since else []
    page, said = sheet(letter, language), file_words(letter, language)
    blocks = (*_head(page, said), *before, *_text(page, body, notes), *_list(page), *since, *_foot(page, said))
    return "\n\n".join(filter(None, blocks)) + "\n"


def _head(page: Sheet, said: FileWords) -> Iterator[str]:
    yield said.embargo
    yield page.kicker
    yield page.heading
    yield page.second_title
    yield _wrapped("\n".join(filter(None, (page.deck, page.deck_speaker and f"— {page.deck_speaker}"))))
    yield "\n".join(filter(None, (page.place_and_date, page.leads)))
    yield "\n".join(page.around)


def _text(page: Sheet, body: str, notes: str) -> Iterator[str]:
    yield _wrapped("\n".join(filter(None, (page.lagging, page.governing))))
    if page.photo_credit:
        yield _wrapped("\n".join(filter(None, (page.photo_caption, page.photo_credit))))
    yield from (_addressee(one) for one in page.to)
    if page.copies:
        yield page.copy_words
        yield from (_addressee(one) for one in page.copies)
    yield _wrapped(page.salutation)
    yield body
    yield _wrapped(page.closing)
    yield notes


def _foot(page: Sheet, said: FileWords) -> Iterator[str]:
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


def _told(one: Told, letter: PrintedLetter) -> str:
    words = to_plain(one.words, one.tag, letter.figures) if one.words else ""
    return "\n".join(filter(None, (_wrapped(one.head), words, one.tail)))


def _addressee(one: Addressed) -> str:
    return "\n".join(filter(None, (one.name, one.office)))


def _wrapped(text: str) -> str:
    """Paragraphs with their lines as typed, the long ones filled."""
    return "\n\n".join(
        "\n".join(textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False) for line in lines)
        for lines in paragraphs(text)
    )
