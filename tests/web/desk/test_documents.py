"""Documents at a letter and copies for its addressees: attached, said, saved; nothing of them before their time."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import func, select, text

from coalition.actions import attach, circulate, draft
from coalition.actions.attach import AttachmentGone, TooManyAttachments
from coalition.database import db
from coalition.intake.attachments import (
    ENDINGS,
    LARGEST,
    AttachmentTooLarge,
    CleanAttachment,
    EmptyAttachment,
    HasMacros,
    NotWhatItSays,
    UnknownKind,
    clean_attachment,
)
from coalition.models.attachment import Attachment
from coalition.models.photo import File
from tests import builders
from tests.web.desk.letters import path_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Page, Visitor

PUBLIC = "/letters/free-the-reporters"
A_PDF = b"%PDF-1.7\n1 0 obj\n"


def zipped(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return out.getvalue()


def broken_inside() -> bytes:
    """A ZIP whose one part can not be unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ENDINGS[".odt"] * 9)
    whole = out.getvalue()
    return whole[:38] + b"\xff" * 8 + whole[46:]


def a_picture() -> bytes:
    out = io.BytesIO()
    made = Image.new("RGB", (40, 30), "navy")
    exif = made.getexif()
    exif[0x010F] = "SpyCam 3000"
    made.save(out, "JPEG", exif=exif)
    return out.getvalue()


def attached(
    nadia: Visitor,
    letter_id: UUID,
    content: bytes = A_PDF,
    name: str = "Annex: figures.pdf",
    label: str = "The figures",
) -> Page:
    form = nadia.get(path_of(letter_id, "documents")).form("document")
    fields: dict[str, str | list[str] | tuple[bytes, str] | None] = {"label-en": label, "language": "fr"}
    fields["document"] = (content, name)
    return form.fill(fields).submit("Attach the document")


def an_attachment(cast: Cast, letter_id: UUID, name: str = "annex.pdf") -> UUID:
    document = CleanAttachment(A_PDF, "application/pdf", name)
    return attach.attach(letter_id, document, labels={"en": "The figures"}, language="fr", by=cast.coordinator)


def test_the_copies_name_their_languages_the_authoritative_one_first(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.a_draft(cast, languages=("fr", "ar"))
    entry = draft.AddresseeEntry(block="to", names={"fr": "Mina Sato"})
    seen = draft.state_of_addressees(builders.a_letter(letter_id).version)
    draft.save_addressees(letter_id, [entry], by=cast.coordinator, seen=seen)
    words = nadia.get(path_of(letter_id, "copies")).words
    assert words.index("French: PDF") < words.index("Arabic: PDF")


def test_a_document_is_said_with_language_kind_and_size_and_saved_never_shown(
    nadia: Visitor, visitors: Callable[..., Visitor], cast: Cast
) -> None:
    letter_id = builders.an_open_letter(cast)
    page = attached(nadia, letter_id, A_PDF + b"x" * 317_990)
    assert "The document is attached." in page.words
    assert "Annex-figures.pdf" in page.words
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    reader = visitors(cookies=False)
    shown = reader.get(PUBLIC)
    assert "The figures French, PDF, 318 kB" in shown.words
    assert "French, PDF, 318 kB" in reader.get(f"{PUBLIC}.txt").text
    (href,) = [each for each in shown.links().values() if "/documents/" in each]
    assert re.fullmatch(r"/documents/[0-9a-f]{20}/Annex-figures\.pdf", href)
    answer = reader.get(href)
    assert answer.status == 200
    assert answer.headers["Content-Disposition"] == "attachment; filename=Annex-figures.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.content.startswith(A_PDF)


def test_nobody_reaches_a_document_before_publication_or_after_it_was_taken_off(
    visitors: Callable[..., Visitor], cast: Cast
) -> None:
    letter_id, reader = builders.an_open_letter(cast), visitors(cookies=False)
    attachment_id = an_attachment(cast, letter_id)
    digest = db.session.scalars(select(File.sha256)).one()[:20]
    path = f"/documents/{digest}/annex.pdf"
    unknown = reader.get(f"/documents/{'0' * 20}/annex.pdf")
    before = reader.get(path)
    assert (before.status, before.content) == (unknown.status, unknown.content)
    assert before.status == 404
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    assert reader.get(path).status == 200
    assert "The figures" in reader.get(PUBLIC).words
    attach.detach(letter_id, attachment_id, by=cast.coordinator)
    assert reader.get(path).status == 404
    assert "The figures" not in reader.get(PUBLIC).words
    assert db.session.scalar(select(func.count()).select_from(File)) == 0


def test_what_it_is_called_can_change_and_must_be_said(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.a_draft(cast, languages=("en", "fr"))
    refused = attached(nadia, letter_id, label="")
    assert refused.status == 422
    assert "Say what the document is called." in refused.words
    assert "Choose the file again" in refused.words
    an_attachment(cast, letter_id)
    page = nadia.get(path_of(letter_id, "documents"))
    page = page.form("Save what it is called").fill({"label-fr": "Les chiffres"}).submit()
    assert "The document is described." in page.words
    db.session.rollback()
    row = db.session.scalars(select(Attachment)).one()
    assert row.labels == {"en": "The figures", "fr": "Les chiffres"}
    assert row.language == "fr"
    empty = page.form("Save what it is called").fill({"label-fr": "", "label-en": ""}).submit()
    assert empty.status == 422
    log = nadia.get(path_of(letter_id, "log")).words
    assert "Attached a document" in log
    assert "Described a document" in log


def test_the_team_alone_saves_the_file_of_an_unpublished_letter(nadia: Visitor, omar: Visitor, cast: Cast) -> None:
    letter_id = builders.a_draft(cast)
    path = path_of(letter_id, "documents", str(an_attachment(cast, letter_id)))
    assert nadia.get(path).content == A_PDF
    assert nadia.get(path).headers["Content-Disposition"].startswith("attachment")
    assert omar.get(path).status == 404


def test_a_letter_has_so_many_documents_and_one_that_is_gone_is_said(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attach, "MOST", 1)
    letter_id = builders.a_draft(cast)
    first = an_attachment(cast, letter_id)
    with pytest.raises(TooManyAttachments):
        an_attachment(cast, letter_id)
    attach.detach(letter_id, first, by=cast.coordinator)
    with pytest.raises(AttachmentGone):
        attach.detach(letter_id, first, by=cast.coordinator)


@pytest.mark.only_on("sqlite")
def test_a_picture_loses_what_the_camera_wrote_into_it() -> None:
    clean = clean_attachment(a_picture(), "photo.JPEG")
    assert (clean.file_name, clean.media_type) == ("photo.jpg", "image/jpeg")
    assert b"SpyCam" in a_picture()
    assert b"SpyCam" not in clean.content


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (b"", "a.pdf", EmptyAttachment),
        (b"%PDF" + b"x" * LARGEST, "a.pdf", AttachmentTooLarge),
        (b"<svg onload=alert(1)>", "a.svg", UnknownKind),
        (b"<html>", "a.html", UnknownKind),
        (b"MZ", "a.exe", UnknownKind),
        (b"%PDF-", "noending", UnknownKind),
        (b"<html><script>", "a.pdf", NotWhatItSays),
        (b"\xff\xfe\x00", "a.txt", NotWhatItSays),
        (b"PK\x03\x04 cut", "a.docx", NotWhatItSays),
        (zipped(xl__workbook_xml=b""), "a.docx", NotWhatItSays),
        (zipped(word__document_xml=b"", word__vbaProject_bin=b""), "a.docx", HasMacros),
        (zipped(mimetype=ENDINGS[".ods"].encode()), "a.odt", NotWhatItSays),
        (broken_inside(), "a.odt", NotWhatItSays),
        (b"<svg", "a.png", NotWhatItSays),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(content: bytes, name: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        clean_attachment(content, name)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Nadia\\Rapport été 2027.pdf", "Rapport-ete-2027.pdf"),
        ("تقرير.pdf", "document.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a-Set-Cookie-x.pdf"),
        ("a" * 300 + ".pdf", "a" * 80 + ".pdf"),
        ('"x"; filename="y.pdf', "x-filename-y.pdf"),
    ],
)
def test_a_name_is_safe_in_an_address_and_a_header(name: str, kept: str) -> None:
    assert clean_attachment(A_PDF, name).file_name == kept


@pytest.mark.only_on("sqlite")
def test_documents_of_every_kind_that_is_offered_are_taken_as_they_are() -> None:
    made = {
        ".pdf": A_PDF,
        ".docx": zipped(word__document_xml=b"<w/>"),
        ".xlsx": zipped(xl__workbook_xml=b"<w/>"),
        ".pptx": zipped(ppt__presentation_xml=b"<w/>"),
        **{ending: zipped(mimetype=ENDINGS[ending].encode()) for ending in (".odt", ".ods", ".odp")},
        ".rtf": b"{\\rtf1 x}",
        ".txt": "Été".encode(),
        ".csv": b"a,b",
    }
    assert {*made} | {".jpg", ".png", ".webp"} == {*ENDINGS}
    for ending, content in made.items():
        assert clean_attachment(content, f"a{ending}").content == content


# -- one copy for each addressee -----------------------------------------------------------------------------------


def addressed(cast: Cast) -> UUID:
    letter_id = builders.a_draft(cast)
    entries = [
        draft.AddresseeEntry(block="to", names={"en": name}, offices={"en": office})
        for name, office in (("Mina Sato", "Minister of Justice"), ("Ole Berg", "Speaker"))
    ]
    seen = draft.state_of_addressees(builders.a_letter(letter_id).version)
    draft.save_addressees(letter_id, entries, by=cast.coordinator, seen=seen)
    circulate.invite(letter_id, [cast.small_member.contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    builders.signed(letter_id, cast.small_member)
    return letter_id


def words_of(answer: Any, kind: str) -> str:
    if kind == "pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    return "\n".join(each.text for each in Document(io.BytesIO(answer.content)).paragraphs)


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_copy_speaks_to_one_addressee_with_postal_address_and_salutation_that_stand_nowhere_else(
    nadia: Visitor, visitors: Callable[..., Visitor], cast: Cast, kind: str
) -> None:
    letter_id = addressed(cast)
    builders.published(cast, letter_id)
    form = nadia.get(path_of(letter_id, "copies")).form("lines-0")
    typed = {"lines-0": "Palace Square 1\r\n1000 Brevia", "salutation-0-en": "Dear Minister Sato,"}
    assert "Saved." in form.fill(typed).submit().words
    answer = nadia.get(path_of(letter_id, "copies", "0", f"en.{kind}"))
    assert answer.status == 200
    assert "Sato" not in answer.headers["Content-Disposition"]
    said = words_of(answer, kind)
    for own in ("Mina Sato", "Minister of Justice", "Palace Square 1", "1000 Brevia", "Dear Minister Sato,"):
        assert own in said
    assert "Ole Berg" not in said
    other = words_of(nadia.get(path_of(letter_id, "copies", "1", f"en.{kind}")), kind)
    assert "Ole Berg" in other
    assert "Palace Square" not in other
    reader = visitors(cookies=False)
    assert all("Palace" not in reader.get(PUBLIC + ending).text for ending in ("", ".txt", ".json", ".md"))
    assert nadia.get(path_of(letter_id, "copies", "7", f"en.{kind}")).status == 404


def test_a_postal_address_rests_sealed(nadia: Visitor, cast: Cast) -> None:
    letter_id = addressed(cast)
    nadia.get(path_of(letter_id, "copies")).form("lines-0").fill({"lines-0": "Palace Square 1"}).submit()
    stored = db.session.execute(text("SELECT postal FROM addressees WHERE postal IS NOT NULL")).scalars().all()
    assert len(stored) == 1
    assert b"Palace" not in bytes(stored[0])
    assert "Wrote down how the letter is addressed to each" in nadia.get(path_of(letter_id, "log")).words


def test_the_coalitions_logo_stands_at_the_head_of_the_files_until_it_is_taken_off(nadia: Visitor, cast: Cast) -> None:
    page = nadia.get("/desk/settings/letterhead")
    assert "Choose a picture file." in page.form("logo").submit().words
    page = page.form("logo").fill({"logo": (a_picture(), "logo.jpg")}).submit()
    assert "The logo is saved." in page.words
    letter_id = addressed(cast)
    with_logo = nadia.get(path_of(letter_id, "copies", "0", "en.docx")).content
    shown = Document(io.BytesIO(with_logo)).inline_shapes
    assert [each._inline.docPr.get("descr") for each in shown] == ["Free Voices Network"]
    assert "The logo is taken off." in page.form("Take the logo off").submit().words
    without = nadia.get(path_of(letter_id, "copies", "0", "en.docx")).content
    assert len(Document(io.BytesIO(without)).inline_shapes) == 0
    assert db.session.scalar(select(func.count()).select_from(File)) == 0


def test_another_team_gets_no_copy(omar: Visitor, cast: Cast) -> None:
    letter_id = addressed(cast)
    assert omar.get(path_of(letter_id, "copies")).status == 404
    assert omar.get(path_of(letter_id, "copies", "0", "en.pdf")).status == 404
