# ruff: noqa: E501 -- what other programs write stands here as they write it

from __future__ import annotations

import io
import time
import zipfile

import flask
import flask_babel
import pytest

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
from tests.intake.documents.made import docx, odt, p, zipped

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def _with(data: bytes, **parts: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        kept: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return zipped(kept | {name.replace("__", "/").replace("_xml", ".xml"): content for name, content in parts.items()})


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
