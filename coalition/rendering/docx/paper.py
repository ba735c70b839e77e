"""The paper of a word file: its styles, settings, kinds of lists, and what stands at the head and foot of each page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docx.oxml.parser import parse_xml
from markupsafe import escape

from coalition.languages import direction, interface_language
from coalition.rendering.docx.elements import Look, paragraph, run, runs, w
from coalition.rendering.docx.lists import BRACKETS, BULLETS, POINTS
from coalition.rendering.docx.locales import east_asian_face, numbering, western_language, word_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

    from coalition.rendering.file_words import FileWords
    from coalition.rendering.sheet import Sheet

SPACE: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
INK, MUTED, ACCENT = "1B1B1A", "57544D", "1B4F7D"
DEEPEST: Final = 9
"""Levels of a list in a word file."""
STEP: Final = 425
"""How far each level is set in: twentieths of a point."""

_STYLES: Final = (
    # id, name, based on, next, paragraph properties, run properties
    (
        "Title",
        "Title",
        "Normal",
        "Normal",
        '<w:keepNext/><w:spacing w:after="160" w:line="240" w:lineRule="auto"/>',
        40,
    ),
    ("Subtitle", "Subtitle", "Normal", "Normal", '<w:spacing w:after="160"/>', 26),
    ("Kicker", "Kicker", "Normal", "Title", '<w:keepNext/><w:spacing w:before="240" w:after="60"/>', 19),
    ("Date", "Date", "Normal", "Normal", '<w:spacing w:after="60"/>', 19),
    ("Addressee", "Addressee", "Normal", "Normal", '<w:keepLines/><w:spacing w:after="120"/>', 0),
    ("Heading1", "heading 1", "Normal", "Normal", '<w:keepNext/><w:spacing w:before="360" w:after="140"/>', 25),
    ("Heading2", "heading 2", "Normal", "Normal", '<w:keepNext/><w:spacing w:before="300" w:after="120"/>', 22),
    ("Heading3", "heading 3", "Normal", "Normal", '<w:keepNext/><w:spacing w:before="240" w:after="120"/>', 21),
    ("Heading4", "heading 4", "Normal", "Normal", '<w:keepNext/><w:spacing w:before="240" w:after="120"/>', 21),
    ("Heading5", "heading 5", "Normal", "Normal", '<w:keepNext/><w:spacing w:before="240" w:after="120"/>', 21),
    ("Quote", "Quote", "Normal", "Normal", '<w:ind w:left="425" w:right="425"/>', 0),
    ("QuoteSource", "Quote Source", "Quote", "Normal", "", 19),
    ("ListBullet", "List Bullet", "Normal", "ListBullet", '<w:spacing w:after="80"/>', 0),
    ("ListNumber", "List Number", "Normal", "ListNumber", '<w:spacing w:after="80"/>', 0),
    ("ListContinue", "List Continue", "Normal", "ListContinue", '<w:spacing w:after="80"/>', 0),
    ("PlainText", "Plain Text", "Normal", "Normal", "", 0),
    ("TableText", "Table Text", "Normal", "TableText", '<w:spacing w:before="60" w:after="60"/>', 19),
    ("Caption", "caption", "Normal", "Normal", '<w:spacing w:after="240"/>', 18),
    ("Signatory", "Signatory", "Normal", "Signatory", '<w:keepLines/><w:spacing w:after="60"/>', 0),
    ("Note", "Note", "Normal", "Normal", "", 18),
    ("EndnoteText", "endnote text", "Normal", "EndnoteText", '<w:spacing w:after="60"/>', 18),
    ("Header", "header", "Normal", "Header", '<w:spacing w:after="0"/>', 17),
    ("Footer", "footer", "Normal", "Footer", '<w:spacing w:after="0"/>', 16),
)
_BOLD: Final = frozenset({"Heading1", "Heading2", "Heading3", "Kicker"})
_MUTED: Final = frozenset({"Subtitle", "Date", "QuoteSource", "Note", "Header", "Footer", "Caption"})
_OUTLINE: Final = {f"Heading{level}": level - 1 for level in range(1, 6)}


def lay(document: Document, page: Sheet, said: FileWords) -> None:
    """Give an empty document our styles, settings and lists, and its pages their size, head and foot."""
    _replace(document.styles.element, _styles(page.language))
    _replace(document.settings.element, _settings(page.language))
    _replace(document.part.numbering_part.element, _lists(page.language))
    _lay_section(document, page, said)


def _replace(element: Element, xml: str) -> None:
    fresh = parse_xml(xml)
    for child in list(element):
        element.remove(child)
    for name in list(element.attrib):
        del element.attrib[name]
    element.extend(list(fresh))


def _styles(language: str) -> str:
    rtl = "<w:bidi/>" if direction(language) == "rtl" else ""
    tag, eastern = escape(word_language(language)), east_asian_face(language)
    western = escape(western_language(language))
    faces = f'<w:rFonts w:ascii="Georgia" w:hAnsi="Georgia" w:eastAsia="{eastern}" w:cs="Times New Roman"/>'
    size = 24 if rtl else 21
    return (
        f"<w:styles {SPACE}><w:docDefaults><w:rPrDefault><w:rPr>{faces}"
        f'<w:color w:val="{INK}"/><w:sz w:val="21"/><w:szCs w:val="{size}"/>'
        f'<w:lang w:val="{western}" w:eastAsia="{tag}" w:bidi="{tag}"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:spacing w:after="160" w:line="288" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
        "</w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        f"<w:pPr>{rtl}</w:pPr></w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:left w:w="0" w:type="dxa"/><w:right w:w="160" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        + "".join(_style(*each) for each in _STYLES)
        + '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/>'
        f'<w:rPr><w:color w:val="{ACCENT}"/><w:u w:val="single"/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="EndnoteReference"><w:name w:val="endnote reference"/>'
        '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Muted"><w:name w:val="Muted"/>'
        f'<w:rPr><w:color w:val="{MUTED}"/></w:rPr></w:style>'
        "</w:styles>"
    )


def _style(identity: str, name: str, based_on: str, following: str, layout: str, size: int) -> str:
    """One style of paragraphs; `size` in half points, 0 for that of the text; right to left a little larger."""
    outline = f'<w:outlineLvl w:val="{_OUTLINE[identity]}"/>' if identity in _OUTLINE else ""
    colour = ACCENT if identity == "Kicker" else MUTED if identity in _MUTED else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{identity}"><w:name w:val="{name}"/><w:basedOn w:val="{based_on}"/>'
        f'<w:next w:val="{following}"/><w:qFormat/><w:pPr>{layout}{outline}</w:pPr><w:rPr>'
        + ("<w:b/><w:bCs/>" if identity in _BOLD else "")
        + (f'<w:color w:val="{colour}"/>' if colour else "")
        + (f'<w:sz w:val="{size}"/><w:szCs w:val="{size + 2}"/>' if size else "")
        + "</w:rPr></w:style>"
    )


def _settings(language: str) -> str:
    tag, western = escape(word_language(language)), escape(western_language(language))
    return (
        f"<w:settings {SPACE}>"
        '<w:defaultTabStop w:val="720"/><w:characterSpacingControl w:val="doNotCompress"/>'
        f'<w:endnotePr><w:pos w:val="docEnd"/><w:numFmt w:val="{numbering(language)}"/>'
        '<w:endnote w:id="-1"/><w:endnote w:id="0"/></w:endnotePr>'
        '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
        f'w:val="15"/></w:compat><w:themeFontLang w:val="{western}" w:eastAsia="{tag}" w:bidi="{tag}"/>'
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


def _lists(language: str) -> str:
    """The abstract lists; `w:num` 1 is that of dots."""
    kinds = ((BULLETS, "bullet", "•"), (POINTS, numbering(language), "%{}."), (BRACKETS, numbering(language), "%{})"))
    return (
        f"<w:numbering {SPACE}>"
        + "".join(
            f'<w:abstractNum w:abstractNumId="{kind}"><w:multiLevelType w:val="hybridMultilevel"/>'
            + "".join(_level(level, form, sign.format(level + 1)) for level in range(DEEPEST))
            + "</w:abstractNum>"
            for kind, form, sign in kinds
        )
        + f'<w:num w:numId="1"><w:abstractNumId w:val="{BULLETS}"/></w:num></w:numbering>'
    )


def _level(level: int, form: str, sign: str) -> str:
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{sign}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{STEP * (level + 1)}" w:hanging="{STEP}"/></w:pPr></w:lvl>'
    )


def _lay_section(document: Document, page: Sheet, said: FileWords) -> None:
    """A4 with wide margins; the coalition and what must be said first at the head, the edition at the foot."""
    section = document.sections[0]
    properties = section._sectPr  # noqa: SLF001 -- python-docx has no other way to a section's element
    for child in list(properties):
        properties.remove(child)
    properties.append(w("pgSz", w=11906, h=16838))
    properties.append(w("pgMar", top=1474, right=1701, bottom=1701, left=1701, header=737, footer=680, gutter=0))
    properties.append(w("cols", space=425))
    if direction(page.language) == "rtl":
        properties.append(w("bidi"))
    tag, ours = page.language, interface_language(page.language)
    head = [(page.coalition, Look()), (said.embargo, Look(language=ours, is_bold=True))]
    foot = [(page.edition, Look(language=ours)), (said.signing_key, Look(language=ours))]
    _fill(section.header._element, [*_lines("Header", head, tag)])  # noqa: SLF001 -- python-docx has no other way to a section's element
    address = paragraph("Footer", *runs(page.address, "en"), language="en", jc=_opposite(tag))
    number = paragraph("Footer", *_page_number(said.page_words, tag), language=tag)
    _fill(section.footer._element, [*_lines("Footer", foot, tag), address, number])  # noqa: SLF001 -- python-docx has no other way to a section's element


def _lines(style: str, said: list[tuple[str, Look]], language: str) -> Iterator[Element]:
    for words, look in said:
        if words:
            yield paragraph(style, *runs(words, language, look), language=language)


def _opposite(language: str) -> Element | None:
    """An address runs from the left, and stands where the page's lines begin."""
    return w("jc", val="right") if direction(language) == "rtl" else None


def _fill(holder: Element, paragraphs: list[Element]) -> None:
    for child in list(holder):
        holder.remove(child)
    holder.extend(paragraphs)


def _page_number(words: str, language: str) -> Iterator[Element]:
    """The words with "{page}" and "{pages}" as fields that the word program counts."""
    rest, look = words, Look(language=interface_language(language))
    for mark, field in sorted((("{page}", "PAGE"), ("{pages}", "NUMPAGES")), key=lambda each: words.find(each[0])):
        before, _, rest = rest.partition(mark)
        yield from runs(before, language, look)
        counted = run(w("t"), look=look, is_rtl=direction(language) == "rtl")
        counted[-1].text = "1"
        yield w("fldSimple", counted, instr=f" {field} ")
    yield from runs(rest, language, look)
