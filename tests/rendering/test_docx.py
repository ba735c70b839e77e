"""The word file: real styles, lists and endnotes, every name whole, directions and languages, equal bytes."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from coalition.models.list_look import ListLook
from coalition.rendering.copy_for import copy_for
from coalition.rendering.docx import to_docx
from coalition.rendering.docx.elements import in_directions
from coalition.rendering.printed import PrintedText
from coalition.rendering.printed_files import Letterhead, PrintedDocument, PrintedFiles
from tests.rendering.letters import ODD_NAMES, group, letter, photo, real_list
from tests.rendering.test_plain import SINCE

if TYPE_CHECKING:
    from coalition.rendering.printed import PrintedLetter

pytestmark = pytest.mark.only_on("sqlite")


def opened(printed: PrintedLetter, language: str = "en") -> Any:
    return Document(io.BytesIO(to_docx(printed, language)))


def styled(document: Any, style: str) -> list[str]:
    return [each.text for each in document.paragraphs if each.style.name == style]


def part(printed: PrintedLetter, name: str, language: str = "en") -> str:
    with zipfile.ZipFile(io.BytesIO(to_docx(printed, language))) as archive:
        return archive.read(name).decode()


def test_title_headings_and_quotations_have_their_styles() -> None:
    document = opened(letter())
    assert styled(document, "Title") == ["Hear us before the vote"]
    assert styled(document, "Heading 1") == ["What we ask", "Signatories 2"]
    assert styled(document, "Quote") == ["Nobody asked us."]
    assert styled(document, "Quote Source") == ["— Salma Haddad, Fishers' Cooperative"]


def test_recommendations_are_a_real_list_of_numbers() -> None:
    document = opened(letter())
    asked = [each for each in document.paragraphs if each.style.name == "List Number"]
    assert [each.text for each in asked] == ["Publish the draft.", "Hear those who work there, see the record."]
    listed = {each._p.pPr.numPr.numId.val for each in asked}
    assert len(listed) == 1
    kinds = {each.numId: each.abstractNumId.val for each in document.part.numbering_part.element.findall(qn("w:num"))}
    assert kinds[listed.pop()] != kinds[1]


def test_two_lists_of_numbers_each_begin_where_they_say() -> None:
    printed = letter()
    text = replace(printed.texts["en"], body="3. three\n4. four\n\nBetween.\n\n1. one\n\n- dot\n  - deeper\n")
    document = opened(replace(printed, texts={"en": text}))
    numbers = [each._p.pPr.numPr for each in document.paragraphs if each.style.name == "List Number"]
    assert [each.numId.val for each in numbers] == [2, 2, 3]
    starts = document.part.numbering_part.element.findall(".//" + qn("w:startOverride"))
    assert [each.get(qn("w:val")) for each in starts] == ["3", "1"]
    assert [each._p.pPr.numPr.ilvl.val for each in document.paragraphs if each.style.name == "List Bullet"] == [0, 1]


def test_footnotes_are_real_endnotes_and_a_second_reference_leads_to_the_first() -> None:
    printed = letter()
    text = replace(
        printed.texts["en"], body="One[^a] and again[^a], then[^b].\n\n[^a]: First.\n[^b]: [There](https://x.org/).\n"
    )
    printed = replace(printed, texts={"en": text})
    notes = part(printed, "word/endnotes.xml")
    assert re.findall(r'w:endnote w:id="(\d+)"', notes) == ["1", "2"]
    assert "First." in notes
    body = part(printed, "word/document.xml")
    assert re.findall(r'w:endnoteReference w:id="(\d+)"', body) == ["1", "2"]
    assert "NOTEREF note_1 " in body
    assert "https://x.org/" in part(printed, "word/_rels/endnotes.xml.rels")


@pytest.mark.parametrize(("case", "language"), [("c01", "en"), ("c09", "en"), ("c12", "ar")])
def test_each_name_of_a_real_list_stands_whole_and_in_order(case: str, language: str) -> None:
    printed, names = real_list(case, language)
    listed = styled(opened(printed, language), "Signatory")
    assert [name for name in listed if name] == names


def test_odd_names_come_out_whole() -> None:
    assert set(styled(opened(letter(group(*ODD_NAMES))), "Signatory")) == set(ODD_NAMES)


def test_what_runs_from_right_to_left_says_so_by_paragraph_and_run() -> None:
    printed = letter(group("نادي الكتاب", "River Alliance"))
    document = opened(printed, "ar")
    title = next(each for each in document.paragraphs if each.style.name == "Title")
    assert title._p.pPr.find(qn("w:bidi")).get(qn("w:val")) == "1"
    assert title.runs[0]._r.rPr.find(qn("w:rtl")) is not None
    named = {
        each.text: each._p.pPr.find(qn("w:bidi")).get(qn("w:val"))
        for each in document.paragraphs
        if each.style.name == "Signatory"
    }
    assert named == {"نادي الكتاب": "1", "River Alliance": "0"}
    assert document.sections[0]._sectPr.find(qn("w:bidi")) is not None


def test_words_are_cut_into_runs_where_the_direction_changes() -> None:
    assert [*in_directions("نكتب إلى World Water Forum في 2027", "rtl")] == [
        ("نكتب إلى ", True),
        ("World Water Forum", False),
        (" في 2027", True),
    ]
    assert [*in_directions("plain words", "ltr")] == [("plain words", False)]


def test_words_in_latin_letters_are_not_taken_for_chinese_ones_which_break_anywhere() -> None:
    printed = letter(texts={"zh-hans": PrintedText("zh-hans", "水", "*水*。")}, authoritative_language="zh-hans")
    styles = part(printed, "word/styles.xml", "zh-hans")
    assert '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="zh-CN"/>' in styles


@pytest.mark.parametrize(("language", "way"), [("en", "i"), ("ar", "b"), ("zh-hans", "b")])
def test_a_script_without_italics_stresses_in_bold(language: str, way: str) -> None:
    printed = letter(texts={language: PrintedText(language, "T", "*Now.*")}, authoritative_language=language)
    said = next(each for each in opened(printed, language).paragraphs if each.text == "Now.")
    marks = said.runs[0]._r.rPr
    assert [marks.find(qn(f"w:{each}")) is not None for each in "bi"] == [way == "b", way == "i"]


@pytest.mark.parametrize(("language", "tag"), [("en", "en-US"), ("ar", "ar-EG")])
def test_the_language_is_set_for_the_whole_file(language: str, tag: str) -> None:
    styles = part(letter(), "word/styles.xml", language)
    assert f'<w:lang w:val="{tag}" w:eastAsia="{tag}" w:bidi="{tag}"/>' in styles
    assert opened(letter(), language).core_properties.language == tag


def test_every_page_says_whose_which_edition_and_where_also_in_a_list_of_columns() -> None:
    document = opened(letter(group(*(f"Group {each:03}" for each in range(60)))))
    assert len(document.sections) == 3
    first = document.sections[0]
    assert [each.text for each in first.header.paragraphs] == ["Coalition for Common Waters"]
    foot = "\n".join(each.text for each in first.footer.paragraphs)
    assert "Edition 1" in foot
    assert "https://letters.example.org/letters/water" in foot
    assert all(each.footer.is_linked_to_previous for each in [*document.sections][1:])


def test_photo_and_letterhead_say_what_they_show() -> None:
    shown = photo()
    head = PrintedFiles(letterhead=Letterhead({"en": "River Alliance"}, shown.content))
    document = opened(letter(photo=shown, files=head))
    said = [each._inline.docPr.get("descr") for each in document.inline_shapes]
    assert said == ["River Alliance", "A bridge over a dry river."]


def test_an_embargo_a_key_and_documents_are_said() -> None:
    files = PrintedFiles(
        signing_key="3f9a 07c1",
        embargo_until=datetime(2027, 3, 2, 8, tzinfo=UTC),
        documents=(PrintedDocument("/documents/1.pdf", {"en": "Annex"}, "fr", "a.pdf", "application/pdf", 318_000),),
    )
    document = opened(letter(files=files))
    assert "Under embargo until 2 March 2027" in styled(document, "Kicker")[0]
    assert "Under embargo" in document.sections[0].header.paragraphs[1].text
    assert "3f9a 07c1" in "\n".join(each.text for each in document.sections[0].footer.paragraphs)
    assert "Annex (French, PDF, 318 kB)" in styled(document, "Note")


def test_equal_editions_give_equal_bytes_and_nothing_says_who_made_them() -> None:
    printed = letter(photo=photo())
    content = to_docx(printed, "en")
    assert content == to_docx(printed, "en")
    facts = Document(io.BytesIO(content)).core_properties
    assert (facts.author, facts.last_modified_by) == ("Coalition for Common Waters", "Coalition for Common Waters")
    assert facts.created == facts.modified == printed.published_at
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2027, 3, 1, 17, 0, 0)}
        assert b"python" not in b"".join(archive.read(name) for name in archive.namelist()).lower()


def test_the_properties_of_paragraphs_and_runs_stand_in_the_order_of_the_schema() -> None:
    """Word refuses a file whose properties are out of order (ECMA-376, CT_PPr and CT_RPr)."""
    paragraph = "pStyle keepNext keepLines numPr bidi spacing ind jc outlineLvl sectPr".split()
    of_run = "rStyle rFonts b bCs i iCs color sz szCs u vertAlign rtl lang".split()
    printed = letter(group(*(f"Group {each:03}" for each in range(60))), photo=photo())
    for name in ("word/document.xml", "word/styles.xml", "word/header1.xml", "word/footer1.xml", "word/endnotes.xml"):
        for tag, order in (("pPr", paragraph), ("rPr", of_run)):
            for inside in re.findall(rf"<w:{tag}>(.*?)</w:{tag}>", part(printed, name, "ar"), re.DOTALL):
                flat = re.sub(r"<w:(numPr|sectPr)[ >].*?</w:\1>", r"<w:\1/>", inside, flags=re.DOTALL)
                found = [each for each in re.findall(r"<w:(\w+)", flat) if each != "t"]
                assert [order.index(each) for each in found] == sorted(order.index(each) for each in found), inside


@pytest.mark.parametrize("form", ["columns", "lines", "numbered", "table", "inline"])
def test_a_list_in_any_form_has_every_name_once(form: str) -> None:
    printed = letter(group("River Alliance", "نادي الكتاب", "Wells Trust"), look=ListLook(form=form))
    with zipfile.ZipFile(io.BytesIO(to_docx(printed, "en"))) as archive:
        said = re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode())
    assert [said.count(name) for name in ("River Alliance", "نادي الكتاب", "Wells Trust")] == [1, 1, 1]
    signed = [each for each in opened(printed).paragraphs if each.style.name == "Signatory"]
    numbered = [each for each in signed if each._p.pPr.numPr is not None]
    assert len(numbered) == (3 if form == "numbered" else 0)


def test_what_happened_since_stands_beside_the_text_and_in_no_copy_for_an_addressee() -> None:
    printed = letter(after=SINCE)
    said = [each.text for each in opened(printed).paragraphs]
    parts = (
        *("Correction, 24 May 2027", "Dear Madam Chair,", "What happened since", "Update, 24 May 2027"),
        *("We agree.", "It answers: recommendation 1"),
    )
    places = [said.index(part) for part in parts]
    assert places == sorted(places)
    assert any(one.startswith("It is 118 wells.") for one in said)
    own = [each.text for each in opened(copy_for(printed, 0, "en")).paragraphs]
    assert "Dear Madam Chair," in own
    assert not {"Correction, 24 May 2027", "What happened since", "We agree."} & set(own)
