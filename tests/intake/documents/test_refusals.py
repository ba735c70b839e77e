# ruff: noqa: E501 -- what other programs write stands here as they write it

from __future__ import annotations

import contextlib
import io
import time
import zipfile

import flask
import flask_babel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.intake.documents import Kind, check_start, document_of, kind_of, read_document
from coalition.intake.documents.document import (
    Document,
    DocumentRefused,
    Encrypted,
    HoldsEntities,
    NotADocument,
    NothingInIt,
    OldWord,
    PdfRefused,
    TooDeep,
    TooLarge,
    TooManyEntries,
    UnpacksTooLarge,
)
from coalition.intake.documents.words import LOST, REFUSALS, refusal
from tests.intake.documents.made import docx, item, numbering, odt, p, run, zipped

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def _with(data: bytes, **parts: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        kept: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return zipped(kept | {name.replace("__", "/").replace("_xml", ".xml"): content for name, content in parts.items()})


_PIECES = (
    "<p>a",
    "<ul><li>",
    "<ol start=x><li value=y>",
    "<li>b",
    "</li>",
    "</ol>",
    "<table><tr><td colspan=999999>",
    "<td rowspan=0>",
    "<blockquote>",
    "<br><br>",
    "<a href='#n' id=r>1</a>",
    "<div id=n><a href='#r'>1</a> c",
    "<b>",
    "</b>",
    "<i>d",
    "<pre>e",
    "<h1>f",
    "<h9>",
    "<sup>2",
    "<p style='mso-list:l0 level9'><span style='mso-list:Ignore'>x</span>",
    "<ul class=lst-kix_a-3><li>",
    "<style>.a{font-weight:",
    "<!--",
    "&#xfdd2;1&#xfdd3;",
    "\ufdd4" + "9\ufdd5",
    "<svg><p>",
    "<math>",
    "</body>",
    "<template>",
)
_WORD_PIECES = (
    p("a"),
    item("b", 1),
    item("c", 9),
    item("d", 1, 8),
    "<w:p/>",
    "<w:tbl/>",
    "<w:tbl><w:tr/></w:tbl>",
    "<w:sdt/>",
    "<w:r/>",
    p("<w:r><w:commentReference w:id='1'/></w:r>"),
    p("<w:r><w:footnoteReference w:id='1'/></w:r>"),
    p("<w:r><w:sym/></w:r>"),
    p("<w:r><w:fldChar w:fldCharType='end'/></w:r>"),
    p("<w:hyperlink r:id='x'><w:r><w:t>e</w:t></w:r></w:hyperlink>"),
    "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='x'/></w:tcPr></w:tc></w:tr></w:tbl>",
    "<mc:AlternateContent/>",
    "<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>" + p("f") + "</w:tc></w:tr></w:tbl>",
    p("g", "<w:outlineLvl w:val='x'/>"),
    p("<w:ins><w:del><w:r><w:delText>h</w:delText></w:r></w:del></w:ins>"),
    p("<w:r><w:drawing><w:txbxContent/></w:drawing></w:r>"),
)

REFUSED: dict[str, tuple[bytes, Kind, type[DocumentRefused]]] = {
    "a hundred megabytes": (b"x" * 100_000_000, "docx", TooLarge),
    "a book too many": (b"x" * 3_000_001, "markdown", TooLarge),
    "nothing": (b"", "docx", NothingInIt),
    "white space": (b" \n ", "html", NothingInIt),
    "a text without words": (docx(p("")), "docx", NothingInIt),
    "a page without words": (b"<p><img src=x></p>", "html", NothingInIt),
    "an empty odt": (odt(""), "odt", NothingInIt),
    "a picture as docx": (b"\x89PNG\r\n", "docx", NotADocument),
    "a zip as docx": (zipped({"a.txt": "x"}), "docx", NotADocument),
    "a cut zip": (docx(p("x"))[:-60], "docx", NotADocument),
    "an odt as docx": (odt("<text:p>x</text:p>"), "docx", NotADocument),
    "a docx as odt": (docx(p("x")), "odt", NotADocument),
    "a docx as html": (docx(p("x")), "html", NotADocument),
    "bytes as markdown": (b"\x00\x01\x02", "markdown", NotADocument),
    "rtf": (b"{\\rtf1 x}", "docx", NotADocument),
    "broken xml": (_with(docx(p("x")), word__document_xml=b"<a><b></a>"), "docx", NotADocument),
    "a pdf": (b"%PDF-1.7", "docx", PdfRefused),
    "an old word": (OLE, "docx", OldWord),
    "a locked docx": (OLE + "EncryptedPackage".encode("utf-16-le"), "docx", Encrypted),
    "a locked odt": (
        odt(
            "<text:p>x</text:p>",
            manifest='<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>',
        ),
        "odt",
        Encrypted,
    ),
    "entities": (_with(docx(p("x")), word__document_xml=BOMB.encode() + b"<a>&b;</a>"), "docx", HoldsEntities),
    "entities in an odt": (_with(odt(""), content_xml=BOMB.encode() + b"<a>&b;</a>"), "odt", HoldsEntities),
    "a zip bomb": (_with(docx(p("x")), word__document_xml=bytes(50_000_000)), "docx", UnpacksTooLarge),
    "a bomb beside the text": (_with(docx(p("x")), word__media_xml=bytes(90_000_000)), "docx", UnpacksTooLarge),
    "three thousand parts": (zipped({f"{at}": "" for at in range(3000)}), "docx", TooManyEntries),
    "depth": (docx("<w:sdt><w:sdtContent>" * 400 + p("x") + "</w:sdtContent></w:sdt>" * 400), "docx", TooDeep),
    "depth of a page": (b"<div>" * 100_000 + b"x", "html", TooDeep),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_honest_text_is_refused_by_its_reason(name: str) -> None:
    content, kind, reason = REFUSED[name]
    began = time.monotonic()
    with pytest.raises(DocumentRefused) as refused:
        read_document(content, kind)
    assert type(refused.value) is reason
    assert time.monotonic() - began < 20


def test_what_a_zip_says_of_its_size_is_not_believed() -> None:
    data = bytearray(_with(docx(p("x")), word__document_xml=bytes(30_000_000)))
    lie = (900_000).to_bytes(4, "little")
    data = bytearray(bytes(data).replace((30_000_000).to_bytes(4, "little"), lie))
    with pytest.raises(DocumentRefused):
        read_document(bytes(data), "docx")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("a.pdf", PdfRefused), ("a.doc", OldWord), ("a.exe", NotADocument), ("a", NotADocument), ("", NotADocument)],
)
def test_an_ending_that_promises_nothing_we_read_is_refused(name: str, reason: type[DocumentRefused]) -> None:
    with pytest.raises(reason):
        kind_of(name)


def test_endings_say_the_kind() -> None:
    assert [kind_of(name) for name in ("A.DOCX", "x/y.odt", "c:\\z.htm", "b.md", "b.txt")] == [
        "docx",
        "odt",
        "html",
        "markdown",
        "markdown",
    ]


def test_a_first_look_reads_nothing() -> None:
    check_start(docx(p("x")), "docx")
    with pytest.raises(TooLarge):
        check_start(b"x" * 10_000_001, "docx")


def test_every_refusal_has_its_own_words(app: object) -> None:
    del app
    said = [refusal(each()) for each in REFUSALS]
    assert len(set(said)) == len(said) == len(list(_all(DocumentRefused)))


def _all(kind: type[DocumentRefused]) -> set[type[DocumentRefused]]:
    return {each for sub in kind.__subclasses__() for each in {sub, *_all(sub)}}


def test_every_loss_is_said_for_one_and_for_several() -> None:
    app = flask.Flask(__name__)
    flask_babel.Babel(app)
    with app.test_request_context():
        for kind, words in LOST.items():
            one, several = words(1, "this"), words(3, "this, that")
            assert one != several, kind
            assert "3" in several, kind


def test_a_document_survives_being_kept() -> None:
    document = read_document(docx(p("x") + p("<w:r><w:drawing/></w:r>")), "docx")
    assert document_of(document.as_data()) == document
    assert isinstance(document, Document)


_DAMAGED = docx(
    item("a", 1) + p(run("b", "<w:b/>") + '<w:r><w:footnoteReference w:id="2"/></w:r>'),
    numbering=numbering([("decimal", "%1.")]),
    footnotes='<w:footnote w:id="2"><w:p/></w:footnote>',
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["docx", "odt"]), st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(kind: Kind, at: int, noise: bytes) -> None:
    whole = _DAMAGED if kind == "docx" else odt("<text:p>a</text:p><text:list><text:list-item/></text:list>")
    at %= len(whole)
    with contextlib.suppress(DocumentRefused):
        read_document(whole[:at] + noise + whole[at + len(noise) :], kind)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=12))
def test_any_heap_of_tags_is_read_or_refused_and_nothing_else(pieces: list[str]) -> None:
    with contextlib.suppress(DocumentRefused):
        read_document("".join(pieces).encode(), "html")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(_WORD_PIECES), max_size=8))
def test_any_heap_of_words_xml_is_read_or_refused_and_nothing_else(pieces: list[str]) -> None:
    with contextlib.suppress(DocumentRefused):
        read_document(docx("".join(pieces), numbering=numbering([("decimal", "%1.")])), "docx")
