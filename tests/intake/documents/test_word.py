# ruff: noqa: E501 -- what other programs write stands here as they write it

from __future__ import annotations

import io
import zipfile

import docx as python_docx
import pytest

from coalition.intake.documents import Document, DocumentComment, read_document
from coalition.rendering.text.blocks import to_typst_data, words_of
from tests.intake.documents.made import docx, item, numbering, p, run, zipped


def _read(body: str, *, changes: str = "accept", links: dict[str, str] | None = None, **parts: str) -> Document:
    return read_document(
        docx(body, links=links, **parts), "docx", changes="original" if changes == "original" else "accept"
    )


def _lost(document: Document) -> dict[str, tuple[int, str]]:
    return {lost.kind: (lost.count, lost.words) for lost in document.lost}


def test_a_file_of_python_docx_comes_in_whole() -> None:
    file = python_docx.Document()
    file.add_heading("Stop the sale", 0)
    file.add_heading("Background", 1)
    paragraph = file.add_paragraph("We, the ")
    paragraph.add_run("undersigned").bold = True
    paragraph.add_run(", write ")
    paragraph.add_run("to you").italic = True
    file.add_heading("What we ask", 2)
    for words, style in (("One", "List Bullet"), ("Inner", "List Bullet 2"), ("Two", "List Bullet")):
        file.add_paragraph(words, style=style)
    file.add_paragraph("First", style="List Number")
    file.add_paragraph("Second", style="List Number")
    file.add_paragraph("They said no.", style="Quote")
    file.add_paragraph("— Amina Khelil", style="Quote")
    table = file.add_table(2, 2)
    for at, words in enumerate(("Year", "Sales", "2026", "12 | 13")):
        table.cell(at // 2, at % 2).text = words
    file.sections[0].header.paragraphs[0].text = "Draft 3"
    out = io.BytesIO()
    file.save(out)

    document = read_document(out.getvalue(), "docx")

    assert document.title == "Stop the sale"
    assert document.markdown == (
        "# Background\n\nWe, the **undersigned**, write *to you*\n\n## What we ask\n\n- One\n  - Inner\n- Two\n\n"
        "1. First\n2. Second\n\n> They said no.\n>\n> — Amina Khelil\n\n"
        "| Year | Sales |\n| --- | --- |\n| 2026 | 12 \\| 13 |"
    )
    assert _lost(document) == {"header": (1, "Draft 3")}


def test_footnotes_stay_footnotes() -> None:
    document = _read(
        p(run("One") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + run(" and two."))
        + p(run("More") + '<w:r><w:footnoteReference w:id="3"/></w:r>'),
        footnotes='<w:footnote w:id="-1" w:type="separator"><w:p/></w:footnote>'
        '<w:footnote w:id="2">'
        + p("<w:r><w:footnoteRef/></w:r>" + run(" The ") + run("first", "<w:i/>") + run(" note."))
        + "</w:footnote>"
        + '<w:footnote w:id="3">'
        + p("The second.")
        + p("Its second paragraph.")
        + "</w:footnote>",
    )
    assert document.markdown == (
        "One[^1] and two.\n\nMore[^2]\n\n[^1]: The *first* note.\n\n[^2]: The second.\n\n    Its second paragraph."
    )


def test_lists_keep_their_markers() -> None:
    numbers = numbering(
        [("decimal", "%1."), ("lowerLetter", "%2)"), ("lowerRoman", "(%3)")],
        [("chineseCounting", "%1、")],
        [("decimal", "%1)")],
        [("decimal", "%1."), ("decimal", "%1.%2.")],
        [("arabicAlpha", "%1-")],
    )
    document = _read(
        item("One", 1)
        + item("inner", 1, 1)
        + item("other", 1, 1)
        + item("Two", 1)
        + p("Between.")
        + item("Three", 1)
        + p("Chinese:")
        + item("甲", 2)
        + item("乙", 2)
        + p("Brackets:")
        + item("x", 3)
        + p("Legal:")
        + item("A", 4)
        + item("B", 4, 1)
        + p("Arabic:")
        + item("نص", 5),
        numbering=numbers,
    )
    assert document.markdown == (
        "1. One\n   a) inner\n   b) other\n2. Two\n\nBetween.\n\n3. Three\n\nChinese:\n\n一、 甲\n\n二、 乙\n\nBrackets:\n\n"
        "1) x\n\nLegal:\n\n1. A\\\n   1.1. B\n\nArabic:\n\nأ- نص"
    )


def test_inner_bullets_nest_below_numbers() -> None:
    document = _read(
        item("One", 1) + item("dot", 1, 1) + item("dot two", 1, 1) + item("deep", 1, 2) + item("Two", 1),
        numbering=numbering([("decimal", "%1."), ("bullet", "\uf0b7"), ("bullet", "o")]),
    )
    assert document.markdown == "1. One\n   - dot\n   - dot two\n     - deep\n2. Two"
    assert document.lost == ()


def test_a_list_that_begins_anew_keeps_its_numbers() -> None:
    numbers = numbering([("decimal", "%1.")], [("decimal", "%1.")])
    assert _read(item("a", 1) + item("b", 1) + item("c", 2), numbering=numbers).markdown == ("1. a\n2. b\n\n1\\. c")


CHANGED = (
    p(
        run("We ")
        + '<w:ins w:id="1" w:author="Ana">'
        + run("strongly ")
        + "</w:ins>"
        + '<w:del w:id="2" w:author="Ben"><w:r><w:delText xml:space="preserve">kindly </w:delText></w:r></w:del>'
        + run("ask.")
    )
    + p(
        '<w:del w:id="3" w:author="Ben"><w:r><w:delText>Gone.</w:delText></w:r></w:del>',
        '<w:rPr><w:del w:id="4" w:author="Ben"/></w:rPr>',
    )
    + p(run("Bold", '<w:b/><w:rPrChange w:id="5" w:author="Ana"><w:rPr/></w:rPrChange>') + run(" end."))
)


def test_tracked_changes_are_counted_and_taken() -> None:
    document = _read(CHANGED)
    assert document.markdown == "We strongly ask.\n\n**Bold** end."
    assert (document.insertions, document.deletions) == (1, 2)
    assert [(change.kind, change.author, change.words.strip()) for change in document.changes] == [
        ("insertion", "Ana", "strongly"),
        ("deletion", "Ben", "kindly"),
        ("deletion", "Ben", "Gone."),
    ]


def test_tracked_changes_can_be_undone() -> None:
    document = _read(CHANGED, changes="original")
    assert document.markdown == "We kindly ask.\n\nGone.\n\nBold end."
    assert (document.insertions, document.deletions) == (1, 2)


def test_an_inserted_paragraph_end_is_undone_too() -> None:
    body = p("Begin ", '<w:rPr><w:ins w:id="1" w:author="Ana"/></w:rPr>') + p("end.")
    assert _read(body).markdown == "Begin\n\nend."
    assert _read(body, changes="original").markdown == "Begin end."


def test_moved_words_stand_once() -> None:
    body = p('<w:moveFrom w:id="1" w:author="A">' + run("Moved.") + "</w:moveFrom>" + run("First. ")) + p(
        '<w:moveTo w:id="2" w:author="A">' + run("Moved.") + "</w:moveTo>"
    )
    assert _read(body).markdown == "First.\n\nMoved."
    assert _read(body, changes="original").markdown == "Moved.First."


def test_comments_say_who_where_and_about_what() -> None:
    document = _read(
        p("First.")
        + p(
            run("We ask ")
            + '<w:commentRangeStart w:id="7"/>'
            + run("the Minister")
            + '<w:commentRangeEnd w:id="7"/>'
            + '<w:r><w:commentReference w:id="7"/></w:r>'
            + run(" to act.")
        ),
        comments='<w:comment w:id="7" w:author="Jo Doe">' + p("Which one?") + p("There are two.") + "</w:comment>",
    )
    assert document.markdown == "First.\n\nWe ask the Minister to act."
    assert document.comments == (
        DocumentComment(
            author="Jo Doe",
            words="Which one?\nThere are two.",
            quote="the Minister",
            paragraph="We ask the Minister to act.",
            at=8,
        ),
    )


def test_right_to_left_paragraphs_come_in_with_their_bold() -> None:
    document = _read(p(run("بيان ", "<w:rtl/>") + run("مشترك", "<w:rtl/><w:bCs/>"), "<w:bidi/>") + p("In English."))
    assert document.markdown == "بيان **مشترك**\n\nIn English."
    assert _lost(document) == {"direction": (1, "")}


def test_a_text_all_from_right_to_left_needs_no_word() -> None:
    assert _read(p("نص", "<w:bidi/>")).lost == ()


def test_links_of_both_kinds_lead_where_they_led() -> None:
    document = _read(
        p('<w:hyperlink r:id="a">' + run("our page") + "</w:hyperlink>")
        + p(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "https://example.org/b" </w:instrText>'
            '</w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            + run("field")
            + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )
        + p('<w:hyperlink w:anchor="place">' + run("inner") + "</w:hyperlink>")
        + p('<w:hyperlink r:id="gone">' + run("lost") + "</w:hyperlink>"),
        links={"a": "https://example.org/a"},
    )
    assert document.markdown == "[our page](https://example.org/a)\n\n[field](https://example.org/b)\n\ninner\n\nlost"


def test_what_can_not_be_kept_is_named() -> None:
    document = _read(
        p(
            run("Seen", '<w:u w:val="single"/>')
            + run(" and ")
            + run("struck", "<w:strike/>")
            + run(" and ")
            + run("10", "")
            + run("2", '<w:vertAlign w:val="superscript"/>')
        )
        + p(
            '<w:r><w:drawing><wp:inline><wp:docPr id="1" descr="A map of the region"/></wp:inline></w:drawing></w:r>'
            + run("Map")
        )
        + p(
            '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>'
            + p("In a box.")
            + "</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>"
            + p("In a box.")
            + "</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
            + run("Holder.")
        )
        + p("Styled.", '<w:pStyle w:val="Fancy"/>')
        + p("<m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath>")
        + "<w:tbl><w:tr><w:tc>"
        + p("A")
        + "</w:tc><w:tc>"
        + p("B")
        + "</w:tc></w:tr><w:tr><w:tc><w:tbl><w:tr><w:tc>"
        + p("in")
        + "</w:tc><w:tc>"
        + p("ner")
        + "</w:tc></w:tr></w:tbl>"
        + p("")
        + "</w:tc><w:tc>"
        + p("C")
        + "</w:tc></w:tr></w:tbl>",
        styles='<w:style w:type="paragraph" w:styleId="Fancy"><w:name w:val="Fancy frame"/></w:style>',
    )
    assert document.markdown == (
        "Seen and struck and 10²\n\nMap\n\nHolder.\n\nIn a box.\n\nStyled.\n\na+b\n\n| A | B |\n| --- | --- |\n| in; ner | C |"
    )
    assert _lost(document) == {
        "image": (1, "A map of the region"),
        "text_box": (1, "In a box."),
        "style": (1, "Fancy frame"),
        "equation": (1, "a+b"),
        "underline": (1, "Seen"),
        "struck": (1, "struck"),
        "nested_table": (1, "in; ner"),
    }


def test_headings_come_from_any_style_based_on_one() -> None:
    document = _read(
        p("Top", '<w:pStyle w:val="Titre1"/>')
        + p("Words.")
        + p("Sub", '<w:pStyle w:val="Own"/>')
        + p("More.")
        + p("By outline", '<w:outlineLvl w:val="0"/>'),
        styles='<w:style w:type="paragraph" w:styleId="Titre1"><w:name w:val="heading 1"/><w:rPr><w:b/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Titre2"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Own"/><w:basedOn w:val="Titre2"/></w:style>',
    )
    assert document.markdown == "# Top\n\nWords.\n\n## Sub\n\nMore.\n\n# By outline"


def test_bold_by_a_style_is_bold() -> None:
    document = _read(
        p(
            run("strong", '<w:rStyle w:val="S"/>')
            + run(" plain ")
            + run("not", '<w:rStyle w:val="S"/><w:b w:val="0"/>')
        ),
        styles='<w:style w:type="character" w:styleId="S"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>',
    )
    assert document.markdown == "**strong** plain not"


def test_a_strict_file_reads_like_any_other() -> None:
    data = docx(p("Strict words."))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    strict = {
        name: part.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
        for name, part in parts.items()
    }
    assert read_document(zipped({**strict}), "docx").markdown == "Strict words."


@pytest.mark.parametrize(
    "typed", ["1. one", "# no heading", "> no quotation", "* no item", "_no_ emphasis", "a <b> c", "[^1] x"]
)
def test_what_looks_like_markdown_stays_words(typed: str) -> None:
    escaped = typed.replace("<", "&lt;")
    blocks = to_typst_data(_read(p(escaped)).markdown, "en")
    assert [block["kind"] for block in blocks] == ["paragraph"]
    assert words_of(blocks[0]["inside"]) == typed


def test_the_source_shows_the_title_the_pictures_and_the_directions() -> None:
    document = _read(
        p("Stop", '<w:pStyle w:val="T"/>')
        + p('<w:r><w:drawing><wp:inline><wp:docPr id="1" descr="A map"/></wp:inline></w:drawing></w:r>')
        + p("نص", "<w:bidi/>")
        + p("Words."),
        styles='<w:style w:styleId="T"><w:name w:val="Title"/></w:style>',
    )
    assert document.title == "Stop"
    assert document.markdown == "نص\n\nWords."
    assert document.source == ('<p><strong>Stop</strong></p><p><em>[A map]</em></p><p dir="rtl">نص</p><p>Words.</p>')


def test_spaces_that_hold_words_together_survive() -> None:
    document = _read(
        p("Libérez les journalistes\u00a0!", '<w:pStyle w:val="T"/>')
        + p("«\u00a0Non\u00a0», dit-il\u202f: 10\u202f000."),
        styles='<w:style w:styleId="T"><w:name w:val="Title"/></w:style>',
    )
    assert document.title == "Libérez les journalistes\u00a0!"
    assert document.markdown == "«\u00a0Non\u00a0», dit-il\u202f: 10\u202f000."


def test_a_large_first_letter_begins_its_word() -> None:
    assert _read(p("W", '<w:framePr w:dropCap="drop"/>') + p("e ask.")).markdown == "We ask."


@pytest.mark.parametrize(("after", "markdown"), [(" Begins.", "[^1] Begins."), (": begins.", "[^1]\\: begins.")])
def test_a_paragraph_may_begin_with_the_mark_of_a_footnote(after: str, markdown: str) -> None:
    document = _read(
        p('<w:r><w:footnoteReference w:id="2"/></w:r>' + run(after)),
        footnotes=f'<w:footnote w:id="2">{p("Note.")}</w:footnote>',
    )
    assert document.markdown == f"{markdown}\n\n[^1]: Note."
