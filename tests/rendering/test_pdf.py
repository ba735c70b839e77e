"""The PDF: every name whole in its text, the marks of its standards, and equal bytes for equal editions."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import segno
from pypdf import PdfReader

from coalition.rendering.faces import OUR_FACES, cjk_fonts, faces, families, missing_from
from coalition.rendering.pdf import MissingGlyphs, make_pdf, missing_glyphs
from coalition.rendering.printed import PrintedLetter, PrintedText
from coalition.rendering.printed_after import PrintedNote
from coalition.rendering.printed_files import Letterhead, PrintedDocument, PrintedFiles
from coalition.rendering.qr import qr_svg
from tests.rendering.letters import ODD_NAMES, group, letter, photo, real_list
from tests.rendering.test_plain import AT, SINCE

needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not here")

DIRECTION_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069"))


def plainly(text: str) -> str:
    """Without the line ends, kinds of space and marks of direction that reading programs put in or take out."""
    return re.sub(r"\s+", " ", text.translate(DIRECTION_MARKS)).strip()


def text_of(printed: PrintedLetter, language: str, folder: Path, *options: str) -> str:
    file = folder / "letter.pdf"
    file.write_bytes(make_pdf(printed, language).content)
    done = subprocess.run(["pdftotext", *options, file, "-"], capture_output=True, check=True)
    return done.stdout.decode()


@needs_pdftotext
@pytest.mark.parametrize("options", [(), ("-layout",)])
@pytest.mark.parametrize(("case", "language"), [("c01", "en"), ("c09", "en"), ("c12", "ar")])
def test_each_name_of_a_real_list_stands_whole_and_in_order(
    case: str, language: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    printed, names = real_list(case, language)
    text = plainly(text_of(printed, language, tmp_path, *options))
    place = text.index(f" {len(names)} ")
    for name in names:
        place = text.index(plainly(name), place)


@needs_pdftotext
def test_odd_names_come_out_whole(tmp_path: Path) -> None:
    text = plainly(text_of(letter(group(*ODD_NAMES)), "en", tmp_path))
    assert [name for name in ODD_NAMES if text.count(plainly(name)) != 1] == []


@needs_pdftotext
def test_a_long_list_of_short_names_stands_in_columns_and_in_order(tmp_path: Path) -> None:
    names = [f"Group {number:03} for water" for number in range(130)]
    text = text_of(letter(group(*names)), "en", tmp_path)
    assert re.findall(r"Group \d{3} for water", text) == names
    beside = text_of(letter(group(*names)), "en", tmp_path, "-layout")
    assert re.search(r"Group \d{3} for water +Group \d{3} for water", beside)


def test_every_name_is_in_the_file_once_also_in_a_list_of_many_groups() -> None:
    groups = [group(*(f"Member {each}-{number:02}" for number in range(50 if each % 2 else 5))) for each in range(10)]
    pages = PdfReader(io.BytesIO(make_pdf(letter(*groups), "en").content)).pages
    text = "\n".join(page.extract_text() for page in pages)
    names = [line.name("en") for each in groups for line in each.lines]
    assert re.findall(r"Member \d-\d\d", text) == names


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_file_is_tagged_and_says_its_language_title_and_standards(language: str) -> None:
    content = make_pdf(letter(photo=photo()), language).content
    with pikepdf.open(io.BytesIO(content)) as file:
        assert str(file.Root.Lang).split("-")[0] == language
        assert bool(file.Root.MarkInfo.Marked)
        assert file.Root.StructTreeRoot.K is not None
        with file.open_metadata() as facts:
            assert facts["pdfaid:part"] == "3"
            assert facts["pdfaid:conformance"] == "A"
            assert facts["pdfuaid:part"] == "1"
            assert facts["dc:title"] == letter().texts[language].title
        fonts = [font for page in file.pages for font in page.Resources.Font.values()]
        descriptors = [font.DescendantFonts[0].FontDescriptor for font in fonts]
        assert all("/FontFile2" in each or "/FontFile3" in each for each in descriptors)


def test_reading_programs_find_headings_lists_notes_and_the_words_for_the_photo() -> None:
    with pikepdf.open(io.BytesIO(make_pdf(letter(photo=photo()), "en").content)) as file:
        tags = list(_tags(file.Root.StructTreeRoot))
    kinds = [kind for kind, _alternative in tags]
    assert {"/H1", "/H2", "/L", "/LI", "/Table", "/TH", "/BlockQuote", "/Figure", "/Note", "/Link"} <= set(kinds)
    assert kinds.count("/H1") == 1
    assert ("/Figure", "A bridge over a dry river.") in tags


def _tags(node: pikepdf.Object) -> list[tuple[str, str]]:
    """The kind and alternative text of every element of the structure, in reading order."""
    found: list[tuple[str, str]] = []
    inside = node.get("/K")
    for child in inside if isinstance(inside, pikepdf.Array) else [inside]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            found.append((str(child.S), str(child.get("/Alt", ""))))
            found += _tags(child)
    return found


def test_equal_editions_give_equal_bytes_and_another_moment_others() -> None:
    one = letter(photo=photo())
    assert make_pdf(one, "en") == make_pdf(one, "en")
    assert make_pdf(one, "en") != make_pdf(replace(one, published_at=one.published_at.replace(day=2)), "en")


def test_a_sign_without_a_face_is_named_with_its_line() -> None:
    with pytest.raises(MissingGlyphs) as raised:
        make_pdf(letter(group("River 🦦 Alliance", "Wells Trust")), "en")
    (missing,) = raised.value.characters
    assert missing.character == "🦦"
    assert missing.lines == ("River 🦦 Alliance",)
    assert "U+1F9A6" in str(raised.value)


def test_chinese_needs_a_face_from_outside() -> None:
    printed = letter(group("中國人權"))
    assert [each.character for each in missing_glyphs(printed, "en")] == sorted("中國人權")
    if not cjk_fonts():
        pytest.skip("Noto CJK is not here")
    texts = {"zh-hans": PrintedText("zh-hans", "水", "*水*。")}
    made = make_pdf(letter(texts=texts, authoritative_language="zh-hans"), "zh-hans", fonts=cjk_fonts())
    with pikepdf.open(io.BytesIO(made.content)) as file:
        assert file.Root.Lang == "zh-CN"
    latin = {"name": "Noto Serif", "covers": "latin-in-cjk"}  # an accented letter is one of ours, not a made-up one
    assert families("zh-hant", cjk_fonts())[:2] == [latin, "Noto Serif CJK TC"]
    assert families("ja", cjk_fonts())[:2] == [latin, "Noto Serif CJK JP"]


def test_a_letter_without_title_photo_or_names_is_a_letter() -> None:
    bare = PrintedText("en", None, "Only words.")
    printed = letter(texts={"en": bare}, groups=(), addressees=(), leads=(), place="", withheld_count=4)
    with pikepdf.open(io.BytesIO(make_pdf(printed, "en").content)) as file, file.open_metadata() as facts:
        assert facts["dc:title"] == "Open letter of Coalition for Common Waters"


def test_a_footnote_spoken_of_twice_is_printed_once() -> None:
    text = PrintedText("en", "T", "One[^a], two[^a], three[^b].\n\n[^a]: First note.\n[^b]: See[^a].\n\n    Further.")
    content = make_pdf(letter(texts={"en": text}), "en").content
    words = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert words.count("First note.") == 1
    assert words.count("Further.") == 1


def test_the_faces_are_ours_with_their_licence_and_cover_the_scripts_of_the_cases() -> None:
    assert "SIL OPEN FONT LICENSE" in (OUR_FACES / "OFL.txt").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in OUR_FACES.glob("*.ttf")) < 4_000_000
    assert set(families("en", [])) == set(faces(()).families())
    assert missing_from("aéﬁжλ שא بپ अ ক த ไ አ ក ≡°№→✓", ()) == set()
    assert missing_from("a漢", ()) == {"漢"}


FILES = PrintedFiles(
    signing_key="3f9a 07c1",
    embargo_until=datetime(2027, 3, 2, 8, tzinfo=UTC),
    documents=(PrintedDocument("/documents/1/a.pdf", {"en": "Annex"}, "fr", "a.pdf", "application/pdf", 318_000),),
)


@needs_pdftotext
def test_each_foot_has_edition_key_and_embargo_and_the_end_the_documents(tmp_path: Path) -> None:
    printed = letter(group(*(f"Group {each:03}" for each in range(120))), files=FILES)
    pages = text_of(printed, "en", tmp_path).strip("\f").split("\f")
    assert len(pages) > 1
    for page in pages:
        assert "Edition 1, published 1 March 2027" in page
        assert "Signed with the key 3f9a 07c1" in plainly(page)
        assert "Under embargo until 2 March 2027" in plainly(page)
    assert "Annex (French, PDF, 318 kB)" in plainly(pages[-1])


@needs_pdftotext
def test_the_code_at_the_end_leads_to_the_page_and_a_draft_has_none(tmp_path: Path) -> None:
    assert "This letter on the web" in text_of(letter(), "en", tmp_path)
    assert "This letter on the web" not in text_of(letter(edition=0), "en", tmp_path)
    made = segno.make("https://letters.example.org/letters/water", error="m", micro=False)
    out = io.BytesIO()
    made.save(out, kind="svg", border=4, xmldecl=False, nl=False, dark="#1b1b1a")
    assert qr_svg("https://letters.example.org/letters/water") == out.getvalue().decode()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_with_letterhead_and_code_the_file_keeps_its_marks_and_says_nothing_of_who_made_it(language: str) -> None:
    head = Letterhead({"en": "River Alliance"}, photo().content)
    printed = letter(photo=photo(), files=replace(FILES, letterhead=head))
    content = make_pdf(printed, language).content
    assert content == make_pdf(printed, language).content
    with pikepdf.open(io.BytesIO(content)) as file:
        assert bool(file.Root.MarkInfo.Marked)
        said = {str(key): str(value) for key, value in file.docinfo.items()}
        with file.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["pdfaid:part"] == "3"
        pictures = [each for each in alternatives(file.Root.StructTreeRoot) if each]
    assert said["/CreationDate"].startswith("D:20270301")
    assert set(said) <= {"/Title", "/Author", "/Creator", "/CreationDate", "/ModDate", "/Subject", "/Keywords"}
    assert said["/Author"] == "River Valley Secretariat"
    assert "River Alliance" in pictures
    assert len(pictures) == 3


def alternatives(node: Any) -> list[str]:
    """The alternative texts of a file's structure, in reading order."""
    if isinstance(node, pikepdf.Array):
        return [said for each in node for said in alternatives(each)]
    if not isinstance(node, pikepdf.Dictionary):
        return []
    own = [str(node.Alt)] if "/Alt" in node else []
    return own + (alternatives(node.K) if "/K" in node else [])


@needs_pdftotext
def test_what_happened_since_stands_beside_the_text_and_a_script_without_a_face_keeps_nobody_from_the_letter(
    tmp_path: Path,
) -> None:
    foreign = PrintedNote("d" * 32, "update", {"en": "\U00012000 is written so."}, SINCE.notes[0].dated_on, AT)
    printed = letter(group("River Alliance"), after=replace(SINCE, notes=(*SINCE.notes, foreign)))
    text = plainly(text_of(printed, "en", tmp_path))
    parts = (
        *("Correction, 24 May 2027", "It is 118 wells.", "Dear Madam Chair,", "River Alliance", "What happened since"),
        *("Update, 24 May 2027", "The final version is out", "Update, 24 May 2027", "Response of شبكة", "We agree."),
        *("It answers: recommendation 1", "Delivered to Ines Calder"),
    )
    place = 0
    for part in parts:
        place = text.index(plainly(part), place)
    assert "is written so" not in text
    alone = plainly(text_of(letter(after=SINCE, kind="news"), "en", tmp_path))
    assert alone.index("Dear Madam Chair,") < alone.index("What happened since")
