"""What is said about a document that was brought: why it is refused, and what of it was left behind."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import lazy_gettext, ngettext

from coalition.intake.documents.document import (
    DocumentRefused,
    Encrypted,
    HoldsEntities,
    Lost,
    NotADocument,
    NothingInIt,
    OldWord,
    PdfRefused,
    TooDeep,
    TookTooLong,
    TooLarge,
    TooManyEntries,
    UnpacksTooLarge,
)

REFUSALS: dict[type[DocumentRefused], object] = {
    TooLarge: lazy_gettext(
        "The file is too large: files up to 10 MB are taken, text alone up to 3 MB. Take the pictures out "
        "and bring it again."
    ),
    UnpacksTooLarge: lazy_gettext(
        "Unpacked, the file is far larger than any letter. Copy its text into a new document and bring that."
    ),
    TooManyEntries: lazy_gettext(
        "The file is packed from more parts than any letter has. Copy its text into a new document and bring that."
    ),
    TooDeep: lazy_gettext(
        "The file nests tables or lists deeper than can be read. Copy its text into a new document and bring that."
    ),
    TookTooLong: lazy_gettext(
        "Reading the file took too long. Copy its text into a new document and bring that, or bring it in parts."
    ),
    Encrypted: lazy_gettext("The file is locked with a password. Save it without one and bring it again."),
    OldWord: lazy_gettext("This is a .doc file of an old Word. Save it as .docx and bring it again."),
    PdfRefused: lazy_gettext(
        "A PDF does not keep paragraphs, lists or footnotes. Bring the file it was made from: DOCX, ODT, "
        "HTML or Markdown."
    ),
    HoldsEntities: lazy_gettext("The file holds instructions that no word processor writes, and is not opened."),
    NothingInIt: lazy_gettext("There are no words in it. Choose another file, or paste the text."),
    NotADocument: lazy_gettext(
        "This cannot be read as a text. Save it as DOCX, ODT, HTML or Markdown and bring it again."
    ),
}

LOST: dict[str, Callable[[int, str], str]] = {
    "bullet": lambda count, words: ngettext(
        "%(num)d list item had a mark of its own, now a dash: %(words)s",
        "%(num)d list items had marks of their own, now dashes: %(words)s",
        count,
        words=words,
    ),
    "capitals": lambda count, words: ngettext(
        "%(num)d passage was shown in capitals by its format. It stands as it was typed: %(words)s",
        "%(num)d passages were shown in capitals by their format. They stand as they were typed: %(words)s",
        count,
        words=words,
    ),
    "cell_lines": lambda count, words: ngettext(
        "%(num)d table cell had several lines, now one: %(words)s",
        "%(num)d table cells had several lines, now one each: %(words)s",
        count,
        words=words,
    ),
    "comment": lambda count, words: ngettext(
        "The comments of %(num)d page were left out: %(words)s",
        "The comments of %(num)d pages were left out: %(words)s",
        count,
        words=words,
    ),
    "contents": lambda count, words: ngettext(
        "%(num)d table of contents was left out.", "%(num)d tables of contents were left out.", count, words=words
    ),
    "direction": lambda count, words: ngettext(
        "%(num)d paragraph runs from right to left among others that do not. The direction of a letter is that of its "
        "language.",
        "%(num)d paragraphs run from right to left among others that do not. The direction of a letter is that of its "
        "language.",
        count,
        words=words,
    ),
    "embedded": lambda count, words: ngettext(
        "%(num)d embedded object (a chart, a film, another document) was left out.",
        "%(num)d embedded objects (charts, films, other documents) were left out.",
        count,
        words=words,
    ),
    "equation": lambda count, words: ngettext(
        "%(num)d formula stands as plain characters. Look at it: %(words)s",
        "%(num)d formulas stand as plain characters. Look at them: %(words)s",
        count,
        words=words,
    ),
    "footer": lambda count, words: ngettext(
        "%(num)d footer was left out: %(words)s", "%(num)d footers were left out: %(words)s", count, words=words
    ),
    "form": lambda count, words: ngettext(
        "%(num)d form field was left out.", "%(num)d form fields were left out.", count, words=words
    ),
    "header": lambda count, words: ngettext(
        "%(num)d header was left out: %(words)s", "%(num)d headers were left out: %(words)s", count, words=words
    ),
    "highlight": lambda count, words: ngettext(
        "%(num)d highlighted passage is no longer highlighted: %(words)s",
        "%(num)d highlighted passages are no longer highlighted: %(words)s",
        count,
        words=words,
    ),
    "image": lambda count, words: ngettext(
        "%(num)d picture was left out. A letter has one photo, on its own page. %(words)s",
        "%(num)d pictures were left out. A letter has one photo, on its own page. %(words)s",
        count,
        words=words,
    ),
    "image_typed": lambda count, words: ngettext(
        "%(num)d picture stands in the text as it is typed. Take it out: letters show no pictures there. %(words)s",
        "%(num)d pictures stand in the text as they are typed. Take them out: letters show no pictures "
        "there. %(words)s",
        count,
        words=words,
    ),
    "levels": lambda count, words: ngettext(
        "%(num)d inner list keeps its markers, but no longer stands further in.",
        "%(num)d inner lists keep their markers, but no longer stand further in.",
        count,
        words=words,
    ),
    "link": lambda count, words: ngettext(
        "%(num)d link led to no web page or mail address. Its words stayed: %(words)s",
        "%(num)d links led to no web page or mail address. Their words stayed: %(words)s",
        count,
        words=words,
    ),
    "look": lambda count, words: ngettext(
        "%(num)d line mixes bold and italic within words. What could not be told apart stands plain: %(words)s",
        "%(num)d lines mix bold and italic within words. What could not be told apart stands plain: %(words)s",
        count,
        words=words,
    ),
    "merged_cells": lambda count, words: ngettext(
        "%(num)d table had merged cells, now split.", "%(num)d tables had merged cells, now split.", count, words=words
    ),
    "nested_table": lambda count, words: ngettext(
        "%(num)d table stood within a table. Its words stand in one cell: %(words)s",
        "%(num)d tables stood within tables. Their words stand in one cell each: %(words)s",
        count,
        words=words,
    ),
    "raised": lambda count, words: ngettext(
        "%(num)d raised or lowered word stands in the line: %(words)s",
        "%(num)d raised or lowered words stand in the line: %(words)s",
        count,
        words=words,
    ),
    "struck": lambda count, words: ngettext(
        "%(num)d passage was struck through. It stands as plain words, take it out if it is not meant: %(words)s",
        "%(num)d passages were struck through. They stand as plain words, take them out if they are not "
        "meant: %(words)s",
        count,
        words=words,
    ),
    "struck_out": lambda count, words: ngettext(
        "%(num)d tracked deletion was carried out: %(words)s",
        "%(num)d tracked deletions were carried out: %(words)s",
        count,
        words=words,
    ),
    "style": lambda count, words: ngettext(
        "%(num)d passage has a style that letters do not have (%(words)s). Its words stayed.",
        "%(num)d passages have styles that letters do not have (%(words)s). Their words stayed.",
        count,
        words=words,
    ),
    "text_box": lambda count, words: ngettext(
        "%(num)d text box became paragraphs after the one it stood at. Look where it stands now: %(words)s",
        "%(num)d text boxes became paragraphs after the ones they stood at. Look where they stand now: %(words)s",
        count,
        words=words,
    ),
    "underline": lambda count, words: ngettext(
        "%(num)d underlined passage is no longer underlined: %(words)s",
        "%(num)d underlined passages are no longer underlined: %(words)s",
        count,
        words=words,
    ),
}
"""What is said of each kind of thing that was left behind, by how many there were."""


def refusal(refused: DocumentRefused) -> str:
    """Why the file is not taken and what to do instead, in the language of whoever asks."""
    return str(REFUSALS.get(type(refused), REFUSALS[NotADocument]))


def sentence(lost: Lost) -> str:
    """What was left behind, in the language of whoever asks."""
    return LOST[lost.kind](lost.count, lost.words).strip(" :")
