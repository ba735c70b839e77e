"""A whole letter as a word file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.shared import Mm

from coalition.languages import direction, interface_language
from coalition.rendering.docx.body import Body
from coalition.rendering.docx.elements import Look, paragraph, runs, w
from coalition.rendering.docx.locales import word_language
from coalition.rendering.docx.names import Names
from coalition.rendering.docx.paper import lay
from coalition.rendering.file_words import file_words
from coalition.rendering.pictures import as_png, for_print
from coalition.rendering.sheet import paragraphs, sheet
from coalition.rendering.text import to_typst_data
from coalition.rendering.told_files import told_in_files
from coalition.rendering.words import first_of
from coalition.rendering.zipped import dated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.document import Document as WordDocument
    from docx.opc.coreprops import CoreProperties
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

    from coalition.rendering.file_words import FileWords
    from coalition.rendering.printed import PrintedLetter
    from coalition.rendering.sheet import Addressed, Sheet
    from coalition.rendering.told_files import ToldInFile, ToldInFiles


def to_docx(letter: PrintedLetter, language: str) -> bytes:
    """The letter in one of its languages (KeyError otherwise) as DOCX: the same bytes for the same edition.

    Footnotes become endnotes. Who opens it may set it in other faces: it names them, it does not hold them.
    """
    page = sheet(letter, language)
    document = Document()
    _strip(document)
    said, told = file_words(letter, language), told_in_files(letter, language)
    lay(document, page, said)
    _say_what_it_is(document.core_properties, letter, page)
    body = document.element.body
    section = document.sections[0]._sectPr  # noqa: SLF001 -- python-docx has no other way to a section's element
    for made in (
        *_above(document, letter, page, said, told),
        *_text(document, letter, page),
        *_below(document, page, said, told),
    ):
        section.addprevious(made) if made.getparent() is None else body.insert(body.index(section), made)
    _continue(body, section)
    out = io.BytesIO()
    document.save(out)
    return dated(out.getvalue(), letter.published_at)


def _continue(body: Element, last: Element) -> None:
    """Sections after the first take head and foot from it and begin on the page where it ends."""
    sections = [*body.iter(last.tag)]
    if len(sections) == 1:
        return
    for place, reference in enumerate([child for child in last if child.tag.endswith("Reference")]):
        sections[0].insert(place, reference)
    last.insert(0, w("type", val="continuous"))


def _strip(document: WordDocument) -> None:
    """Leave out what comes with python-docx's template and says nothing of the letter."""
    package, part = document.part.package, document.part
    dropped = {"thumbnail", "customXml", "stylesWithEffects", "webSettings", "fontTable", "theme"}
    for relations in (package.rels, part.rels):
        for each in [each for each in relations.values() if each.reltype.rpartition("/")[2] in dropped]:
            del relations[each.rId]
    extended = next(each for each in package.rels.values() if each.reltype == RELATIONSHIP_TYPE.EXTENDED_PROPERTIES)
    del package.rels[extended.rId]


def _say_what_it_is(properties: CoreProperties, letter: PrintedLetter, page: Sheet) -> None:
    """The letter's own title and sender, the edition's moment: nothing of who made the file, or when."""
    moment = letter.published_at.replace(tzinfo=None, microsecond=0)
    properties.title, properties.author = page.heading[:255], page.coalition[:255]
    properties.subject, properties.keywords = page.edition[:255], page.kicker[:255]
    properties.comments, properties.last_modified_by, properties.category = "", page.coalition[:255], ""
    properties.identifier, properties.language = page.address[:255], word_language(page.language)
    properties.created = properties.modified = moment
    properties.revision = max(letter.edition, 1)


def _above(
    document: WordDocument, letter: PrintedLetter, page: Sheet, said: FileWords, told: ToldInFiles
) -> Iterator[Element]:
    """What stands before the text."""
    tag, ours = page.language, Look(language=interface_language(page.language))
    if letter.files.letterhead:
        whose = first_of(letter.files.letterhead.names, tag)
        yield _picture(document, as_png(letter.files.letterhead.content), whose, height=18, language=tag)
    if said.embargo:
        yield paragraph("Kicker", *runs(said.embargo, tag, ours), language=tag)
    yield paragraph("Kicker", *runs(page.kicker, tag, ours), language=tag)
    yield paragraph("Title", *runs(page.heading, tag), language=tag)
    if page.second_title:
        yield paragraph("Subtitle", *runs(page.second_title, tag, Look(is_bold=True)), language=tag)
    if page.deck:
        speaker = f"\n— {page.deck_speaker}" if page.deck_speaker else ""
        yield paragraph("Subtitle", *runs(page.deck + speaker, tag), language=tag)
    for line in filter(None, (page.place_and_date, page.leads, *page.around)):
        yield paragraph("Date", *runs(line, tag), language=tag)
    if page.lagging:
        yield paragraph("Note", *runs(page.lagging, tag, ours), language=tag)
    for one in told.before:
        yield from _told(one, tag)
    if letter.photo is not None and letter.photo.content:
        alternative = letter.texts[tag].photo_alternative or page.photo_caption
        picture = for_print(letter.photo.content)
        size = {"height": 95} if picture.is_tall else {"width": 150}
        yield _picture(document, picture.content, alternative, language=tag, **size)
        caption = "\n".join(filter(None, (page.photo_caption, page.photo_credit)))
        yield paragraph("Caption", *runs(caption, tag), language=tag)
    yield from (_addressee(one, page) for one in page.to)
    if page.copies:
        yield paragraph("Note", *runs(page.copy_words, tag, ours), language=tag)
        yield from (_addressee(one, page) for one in page.copies)


def _text(document: WordDocument, letter: PrintedLetter, page: Sheet) -> Iterator[Element]:
    """What is agreed to."""
    nodes = to_typst_data(letter.texts[page.language].body, page.language, letter.figures)
    yield from _typed(page.salutation, page)
    yield from Body(document, page.language).blocks(nodes)
    yield from _typed(page.closing, page)


def _below(document: WordDocument, page: Sheet, said: FileWords, told: ToldInFiles) -> Iterator[Element]:
    """The list and what stands after it."""
    tag, ours = page.language, Look(language=interface_language(page.language))
    yield from Names(document, page).whole()
    yield from _typed(page.disclaimers, page, "Note")
    yield from _typed(page.contact, page, "Note")
    if page.governing:
        yield paragraph("Note", *runs(page.governing, tag, ours), language=tag)
    if told.since:
        yield paragraph("Heading2", *runs(told.heading, tag, ours), language=tag)
    for happened in told.since:
        yield from _told(happened, tag)
    if said.documents:
        yield paragraph("Heading2", *runs(said.documents_heading, tag, ours), language=tag)
    body = Body(document, tag)
    for one in said.documents:
        label = [body.link(one.address, one.label)] if one.address else [*runs(one.label, tag)]
        yield paragraph("Note", *label, *runs(f" ({one.facts})", tag, ours), language=tag)


def _typed(words: str, page: Sheet, style: str = "Normal") -> Iterator[Element]:
    for lines in paragraphs(words):
        yield paragraph(style, *runs("\n".join(lines), page.language), language=page.language)


def _told(one: ToldInFile, tag: str) -> Iterator[Element]:
    """What happened since: its head, in our words, and what was said, in the language it was said in."""
    head = Look(language=interface_language(tag), is_bold=bool(one.lines))
    yield paragraph("Note", *runs(one.head, tag, head), language=tag)
    for lines in one.lines:
        yield paragraph("Note", *runs("\n".join(lines), one.tag, Look(language=one.tag)), language=one.tag)


def _addressee(one: Addressed, page: Sheet) -> Element:
    name = runs(one.name, page.language, Look(is_bold=True))
    office = runs(("\n" if one.name else "") + one.office, page.language) if one.office else ()
    return paragraph("Addressee", *name, *office, language=page.language)


def _picture(
    document: WordDocument, content: bytes, alternative: str, *, language: str, width: float = 0, height: float = 0
) -> Element:
    """A paragraph with a picture and what it shows; sizes in millimetres."""
    holder = document.add_paragraph()
    shape = holder.add_run().add_picture(
        io.BytesIO(content), width=Mm(width) if width else None, height=Mm(height) if height else None
    )
    shape._inline.docPr.set("descr", alternative)  # noqa: SLF001 -- python-docx has no name for the alternative text
    shape._inline.docPr.set("name", "")  # noqa: SLF001 -- it would be the name of a file; python-docx has none for it
    made: Element = holder._p  # noqa: SLF001 -- python-docx has no other way to its element
    if direction(language) == "rtl":
        made.get_or_add_pPr().insert(0, w("bidi"))
    return made
