"""Bringing a text from a file at the desk."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from coalition.actions import bring_text, draft
from coalition.database import db
from coalition.models.account import Account
from tests.builders import a_draft, a_translator, an_open_letter
from tests.cast import Cast
from tests.intake.documents.made import docx, odt, p, run
from tests.intake.documents.test_refusals import REFUSED
from tests.visitor import Form, Page, Visitor
from tests.web.desk.letters import path_of, the_text

WHOLE = docx(
    p(run("We ") + '<w:ins w:id="1" w:author="Ana Lima">' + run("strongly ") + "</w:ins>" + run("ask."))
    + p(
        run("Who? ")
        + '<w:commentRangeStart w:id="7"/>'
        + run("The Minister")
        + '<w:commentRangeEnd w:id="7"/>'
        + '<w:r><w:commentReference w:id="7"/></w:r>'
    )
    + p("<w:r><w:drawing/></w:r>" + run("Picture.", '<w:u w:val="single"/>')),
    comments='<w:comment w:id="7" w:author="Jo Doe">' + p("Which one?") + "</w:comment>",
)
REPLACE = "Replace the text in English of version 1 with this"


def _sent(visitor: Visitor, letter_id: UUID, content: bytes, name: str = "letter.docx") -> Page:
    return _form(visitor.get(path_of(letter_id, "import", "en"))).fill(file=(content, name)).submit("Read it")


def _form(page: Page) -> Form:
    return next(form for form in page.forms if form.has_field("pasted"))


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    letter_id = a_draft(cast)
    draft.save_text(letter_id, "en", {"body": "As it was."}, by=cast.coordinator)
    return letter_id


def test_a_file_comes_in_beside_its_source_and_replaces_the_text(nadia: Visitor, letter_id: UUID) -> None:
    file = docx(
        p("Stop the sale", '<w:pStyle w:val="T"/>') + p("We ask.") + p("<w:r><w:drawing/></w:r>" + run("x")),
        styles='<w:style w:styleId="T"><w:name w:val="Title"/></w:style>',
    )
    page = _sent(nadia, letter_id, file)
    assert page.heading == "The file is being read"
    assert "letter.docx" in page.words
    bring_text.convert_waiting()
    page = nadia.get(page.path)
    assert page.heading == "The text beside its file"
    assert "1 picture was left out" in page.words
    assert the_text(letter_id).body == "As it was."
    page = page.form("act").submit(REPLACE)
    assert page.path == path_of(letter_id, "text", "en")
    assert "The text is brought in" in page.words
    assert (the_text(letter_id).title, the_text(letter_id).body) == ("Stop the sale", "We ask.\n\nx")


def test_tracked_changes_and_comments_are_counted_shown_and_asked_about(nadia: Visitor, letter_id: UUID) -> None:
    page = _sent(nadia, letter_id, WHOLE)
    bring_text.convert_waiting()
    page = nadia.get(page.path)
    assert page.heading == "Changes and comments in the file"
    for words in ("1 tracked insertion", "1 comment", "Ana Lima", "strongly", "Jo Doe", "Which one?", "The Minister"):
        assert words in page.words
    before = page.form("text").fill(text="original").submit("Show the text")
    assert "We ask." in before.words
    assert "strongly" not in before.words
    page = page.form("text").fill(text="accept", comments="yes").submit("Show the text")
    assert "We strongly ask." in page.words
    assert "1 comment of the file becomes a comment on this text" in page.words
    page = page.form("act").submit(REPLACE)
    assert "The comments of the file are now comments on this text" in page.words
    assert the_text(letter_id).body == "We strongly ask.\n\nWho? The Minister\n\nPicture."


def test_what_a_file_asks_can_be_answered_with_cancel(nadia: Visitor, letter_id: UUID) -> None:
    page = _sent(nadia, letter_id, WHOLE)
    bring_text.convert_waiting()
    page = nadia.get(page.path).form("act").submit("Cancel: put the file aside")
    assert "The text is as it was" in page.words
    assert the_text(letter_id).body == "As it was."


def test_pasted_markdown_and_html_come_in(nadia: Visitor, letter_id: UUID) -> None:
    path = path_of(letter_id, "import", "en")
    page = _form(nadia.get(path)).fill(pasted="We **ask**.\n\n- one").submit("Read it")
    assert page.heading == "The text beside its file"
    page.form("act").submit(REPLACE)
    assert the_text(letter_id).body == "We **ask**.\n\n- one"
    page = _form(nadia.get(path)).fill(pasted="<p>We <b>beg</b>.</p>").submit("Read it")
    bring_text.convert_waiting()
    nadia.get(page.path).form("act").submit(REPLACE)
    assert the_text(letter_id).body == "We **beg**."


def test_it_can_be_changed_before_it_is_taken(nadia: Visitor, letter_id: UUID) -> None:
    page = _form(nadia.get(path_of(letter_id, "import", "en"))).fill(pasted="One.").submit("Read it")
    page.form("act").fill(title="A title", body="Two.").submit(REPLACE)
    assert (the_text(letter_id).title, the_text(letter_id).body) == ("A title", "Two.")


def test_a_title_too_long_is_said_and_all_that_was_typed_stays(nadia: Visitor, letter_id: UUID) -> None:
    page = _form(nadia.get(path_of(letter_id, "import", "en"))).fill(pasted="One.").submit("Read it")
    page = page.form("act").fill(title="x" * 201, body="Typed here.").submit(REPLACE)
    assert page.status == 422
    assert page.errors
    assert "Typed here." in page.text
    assert the_text(letter_id).body == "As it was."


def test_a_colleague_s_save_is_not_overwritten_unseen(nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    page = _form(nadia.get(path_of(letter_id, "import", "en"))).fill(pasted="One.").submit("Read it")
    draft.save_text(letter_id, "en", {"body": "Theirs."}, by=cast.coordinator)
    page = page.form("act").fill(body="One, typed.").submit(REPLACE)
    assert page.status == 409
    assert "The text was changed meanwhile" in page.words
    assert the_text(letter_id).body == "Theirs."
    page.form("act").submit(REPLACE)
    assert the_text(letter_id).body == "One, typed."


@pytest.mark.parametrize(
    ("name", "file_name", "said"),
    [
        ("nothing", "a.docx", "There are no words in it"),
        ("a picture as docx", "a.docx", "This cannot be read as a text"),
        ("a pdf", "a.pdf", "A PDF does not keep paragraphs"),
        ("an old word", "a.doc", "This is a .doc file of an old Word"),
        ("a locked docx", "a.docx", "locked with a password"),
        ("rtf", "a.rtf", "This cannot be read as a text"),
    ],
)
def test_what_a_first_look_refuses_is_said_beside_the_field(
    nadia: Visitor, letter_id: UUID, name: str, file_name: str, said: str
) -> None:
    content = REFUSED[name][0]
    form = _form(nadia.get(path_of(letter_id, "import", "en")))
    page = form.fill(file=(content, file_name)).submit("Read it")
    assert page.status == 422
    assert said in page.words


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a zip bomb", "Unpacked, the file is far larger than any letter"),
        ("three thousand parts", "packed from more parts"),
        ("entities", "instructions that no word processor writes"),
        ("depth", "nests tables or lists deeper"),
        ("a cut zip", "This cannot be read as a text"),
        ("a text without words", "There are no words in it"),
    ],
)
def test_what_reading_refuses_is_said_where_another_file_can_be_chosen(
    nadia: Visitor, letter_id: UUID, name: str, said: str
) -> None:
    page = _sent(nadia, letter_id, REFUSED[name][0])
    bring_text.convert_waiting()
    page = nadia.get(page.path)
    assert said in page.words
    assert _form(page).has_field("file")
    assert the_text(letter_id).body == "As it was."


def test_a_locked_odt_is_refused_in_words(nadia: Visitor, letter_id: UUID) -> None:
    page = _sent(nadia, letter_id, REFUSED["a locked odt"][0], "a.odt")
    bring_text.convert_waiting()
    assert "locked with a password" in nadia.get(page.path).words


def test_a_hundred_megabytes_are_answered_in_words(nadia: Visitor, letter_id: UUID) -> None:
    path = path_of(letter_id, "import", "en")
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.docx"\r\n\r\n' + bytes(100_000_000)
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    page = nadia.post(path, body + b"\r\n--x--\r\n", headers=headers)
    assert page.status == 413
    assert "This is too large to take" in page.words


def test_nothing_chosen_is_said_and_what_was_pasted_stays(nadia: Visitor, letter_id: UUID) -> None:
    form = _form(nadia.get(path_of(letter_id, "import", "en")))
    page = form.submit("Read it")
    assert page.status == 422
    assert "Choose a file, or paste the text below" in page.words


def test_a_file_that_waits_is_listed_and_a_decided_one_is_not(nadia: Visitor, letter_id: UUID) -> None:
    path = path_of(letter_id, "import", "en")
    waiting = _sent(nadia, letter_id, odt("<text:p>Words.</text:p>"), "joint letter.odt")
    assert "joint letter.odt" in nadia.get(path).words
    page = waiting.form("act").submit("Put the file aside")
    assert "joint letter.odt" not in nadia.get(path).words
    assert "used or put aside" in nadia.get(waiting.path).words
    assert page.path == path_of(letter_id, "text", "en")


def test_a_frozen_text_says_why_it_takes_no_file(nadia: Visitor, cast: Cast) -> None:
    page = nadia.get(path_of(an_open_letter(cast), "import", "en"))
    assert "It changes only by a new version" in page.words
    assert not any(form.has_field("file") for form in page.forms)


def test_a_translator_brings_their_own_language_alone(visitors: Callable[..., Visitor], cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    visitor = visitors()
    visitor.sign_in(db.session.get_one(Account, a_translator(cast, letter_id, "fr")))
    source_id = bring_text.bring(
        letter_id, "en", file_name="x.md", kind="markdown", content=b"One.", by=cast.coordinator
    )
    assert visitor.get(path_of(letter_id, "import", "en")).status in {403, 404}
    assert visitor.get(path_of(letter_id, "import", "fr", str(source_id))).status == 404
    page = _form(visitor.get(path_of(letter_id, "import", "fr"))).fill(pasted="Nous demandons.").submit("Read it")
    page.form("act").submit("Replace the text in French of version 1 with this")
    assert the_text(letter_id, "fr").body == "Nous demandons."


def test_the_source_of_a_page_can_carry_no_script(nadia: Visitor, letter_id: UUID) -> None:
    page = (
        _form(nadia.get(path_of(letter_id, "import", "en")))
        .fill(pasted="<p>Words<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:x()'>y</a></p>")
        .submit("Read it")
    )
    bring_text.convert_waiting()
    shown = nadia.get(page.path).text
    assert "alert(1)" not in shown
    assert '="javascript:' not in shown.replace("'", '"')
