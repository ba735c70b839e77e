"""Bringing a text from a file: read apart, taken whole, dropped without a trace."""

from __future__ import annotations

import os
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from coalition import clock
from coalition.actions import bring_text, draft
from coalition.actions.bring_text import AlreadyDecided
from coalition.database import db
from coalition.intake.documents import DocumentRefused
from coalition.intake.documents.apart import read_apart
from coalition.intake.documents.document import NotADocument, TookTooLong, UnpacksTooLarge
from coalition.models.comment import Comment
from coalition.models.letter import AlreadyPublished, StaleEdit, TextIsFrozen
from coalition.models.text_source import TextSource
from tests.builders import a_draft, a_letter, an_open_letter, published, signed
from tests.cast import Cast
from tests.intake.documents.made import docx, p, run, zipped

COMMENTED = docx(
    p("Another paragraph altogether.")
    + p(
        run("We ask ")
        + '<w:commentRangeStart w:id="7"/>'
        + run("the Minister")
        + '<w:commentRangeEnd w:id="7"/><w:r><w:commentReference w:id="7"/></w:r>'
        + run(" to act.")
    ),
    comments='<w:comment w:id="7" w:author="Jo Doe">' + p("Which one?") + "</w:comment>",
)


def _bring(letter_id: UUID, cast: Cast, content: bytes, kind: str = "docx") -> UUID:
    return bring_text.bring(
        letter_id,
        "en",
        file_name=f"letter.{kind}",
        kind="markdown" if kind == "markdown" else "html" if kind == "html" else "docx",
        content=content,
        by=cast.coordinator,
    )


def _source(source_id: UUID) -> TextSource:
    db.session.rollback()
    return db.session.get_one(TextSource, source_id)


def test_a_file_waits_until_the_worker_has_read_it_and_is_then_taken(cast: Cast) -> None:
    letter_id = a_draft(cast)
    source_id = _bring(letter_id, cast, docx(p("We write.") + p("And ask.")))
    source = _source(source_id)
    assert source.state == "waiting"
    assert b"document.xml" not in (source._content or b"")
    assert bring_text.convert_waiting() == 1
    source = _source(source_id)
    assert (source.state, source.content) == ("converted", None)
    document = bring_text.document_in(source)
    assert document.markdown == "We write.\n\nAnd ask."
    bring_text.take(letter_id, "en", source_id, {"body": document.markdown}, by=cast.coordinator)
    assert a_letter(letter_id).working_version.text("en").body == "We write.\n\nAnd ask."
    source = _source(source_id)
    assert (source.state, source.content, source.result) == ("used", None, None)
    assert bring_text.sources_of(db.session(), letter_id, "en") == []


def test_a_refusal_by_the_worker_is_kept_by_its_name(cast: Cast) -> None:
    source_id = _bring(a_draft(cast), cast, zipped({"word/document.xml": bytes(50_000_000)}))
    bring_text.convert_waiting()
    source = _source(source_id)
    assert source.state == "failed"
    assert isinstance(bring_text.refusal_in(source), UnpacksTooLarge)


def test_a_bell_is_rung_after_the_file_is_kept(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[bool] = []
    monkeypatch.setattr(bring_text.doorbell, "ring", lambda: rung.append(True))
    letter_id = a_draft(cast)
    _bring(letter_id, cast, docx(p("x")))
    assert rung == [True]
    _bring(letter_id, cast, b"Short *Markdown* needs no worker.", "markdown")
    assert rung == [True]


def test_the_worker_reads_what_waits_when_its_bell_rings(cast: Cast, app: Flask) -> None:
    jobs = app.extensions["coalition.jobs"]
    assert bring_text.doorbell.ring == jobs.ring_converting
    source_id = _bring(a_draft(cast), cast, docx(p("x")))
    jobs.convert()
    assert _source(source_id).state == "converted"


def test_comments_of_a_file_stand_at_their_paragraphs_with_their_authors(cast: Cast) -> None:
    letter_id = a_draft(cast)
    source_id = _bring(letter_id, cast, COMMENTED)
    bring_text.convert_waiting()
    body = bring_text.document_in(_source(source_id)).markdown.replace("to act", "to act now")
    count = bring_text.take(letter_id, "en", source_id, {"body": body}, by=cast.coordinator, with_comments=True)
    assert count == 1
    [comment] = db.session.query(Comment).all()
    assert (comment.author_name, comment.kind, comment.account_id) == ("Jo Doe", "remark", cast.coordinator.id)
    assert comment.quote == "We ask the Minister to act now."
    assert comment.words == "“the Minister”\n\nWhich one?"
    assert comment.paragraph_key
    assert b"Jo Doe" not in (comment._author_name or b"")


def test_without_the_tick_comments_are_left_out(cast: Cast) -> None:
    letter_id = a_draft(cast)
    source_id = _bring(letter_id, cast, COMMENTED)
    bring_text.convert_waiting()
    assert bring_text.take(letter_id, "en", source_id, {"body": "x"}, by=cast.coordinator) == 0
    assert db.session.query(Comment).count() == 0


def test_a_comment_whose_paragraph_went_is_about_the_whole_text(cast: Cast) -> None:
    letter_id = a_draft(cast)
    source_id = _bring(letter_id, cast, COMMENTED)
    bring_text.convert_waiting()
    bring_text.take(letter_id, "en", source_id, {"body": "Zzz."}, by=cast.coordinator, with_comments=True)
    [comment] = db.session.query(Comment).all()
    assert (comment.paragraph_key, comment.quote) == ("", "")
    assert "the Minister" in comment.words


def test_tracked_changes_are_read_both_ways_at_once(cast: Cast) -> None:
    body = p(run("We ") + '<w:ins w:id="1" w:author="A">' + run("strongly ") + "</w:ins>" + run("ask."))
    source_id = _bring(a_draft(cast), cast, docx(body))
    bring_text.convert_waiting()
    source = _source(source_id)
    assert bring_text.document_in(source).markdown == "We strongly ask."
    assert bring_text.document_in(source, "original").markdown == "We ask."


def test_a_file_is_taken_once_and_never_over_what_a_colleague_saved(cast: Cast) -> None:
    letter_id = a_draft(cast)
    source_id = _bring(letter_id, cast, b"One.", "markdown")
    seen = draft.state_of_text(a_letter(letter_id).working_version.text("en"))
    draft.save_text(letter_id, "en", {"body": "Theirs."}, by=cast.coordinator)
    with pytest.raises(StaleEdit):
        bring_text.take(letter_id, "en", source_id, {"body": "One."}, by=cast.coordinator, seen=seen)
    assert _source(source_id).state == "converted"
    assert a_letter(letter_id).working_version.text("en").body == "Theirs."
    bring_text.take(letter_id, "en", source_id, {"body": "One."}, by=cast.coordinator)
    with pytest.raises(AlreadyDecided):
        bring_text.take(letter_id, "en", source_id, {"body": "One."}, by=cast.coordinator)


def test_a_dropped_file_leaves_nothing(cast: Cast) -> None:
    letter_id = a_draft(cast)
    source_id = _bring(letter_id, cast, docx(p("x")))
    bring_text.drop(letter_id, "en", source_id, by=cast.coordinator)
    bring_text.drop(letter_id, "en", source_id, by=cast.coordinator)
    source = _source(source_id)
    assert (source.state, source.content, source.result) == ("dropped", None, None)
    assert bring_text.convert_waiting() == 0


def test_a_file_nobody_decided_about_goes_after_a_fortnight(cast: Cast) -> None:
    source_id = _bring(a_draft(cast), cast, b"One.", "markdown")
    with time_machine.travel(clock.now() + timedelta(days=13)):
        bring_text.convert_waiting()
        assert _source(source_id).state == "converted"
    with time_machine.travel(clock.now() + timedelta(days=15)):
        bring_text.convert_waiting()
        assert (_source(source_id).state, _source(source_id).result) == ("dropped", None)


def test_a_text_that_was_shown_or_published_takes_no_file(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    with pytest.raises(TextIsFrozen):
        _bring(letter_id, cast, b"One.", "markdown")
    signed(letter_id, cast.small_member)
    published(cast, letter_id)
    with pytest.raises(AlreadyPublished):
        _bring(letter_id, cast, b"One.", "markdown")


def test_a_language_the_letter_does_not_have_takes_no_file(cast: Cast) -> None:
    with pytest.raises(LookupError):
        bring_text.bring(a_draft(cast), "fr", file_name="x", kind="markdown", content=b"Un.", by=cast.coordinator)


def test_a_file_that_takes_too_long_is_ended() -> None:
    with pytest.raises(TookTooLong):
        read_apart(b"<p>No time at all is left for this one.", "html", seconds=0)


class Done:
    """A process that ended and said nothing."""

    returncode, stdout = 1, b""


def test_the_process_that_reads_knows_none_of_our_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COALITION_SECRET", "not for files")
    seen: dict[str, str] = {}

    def keep(*_command: object, env: dict[str, str], **_rest: object) -> object:
        seen.update(env)
        return Done()

    monkeypatch.setattr("coalition.intake.documents.apart.subprocess.run", keep)
    with pytest.raises(NotADocument):
        read_apart(b"x", "markdown")
    assert "PATH" in os.environ
    assert "COALITION_SECRET" not in seen


def test_what_comes_back_broken_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coalition.intake.documents.apart.subprocess.run", lambda *_a, **_k: Done())
    with pytest.raises(NotADocument):
        read_apart(b"x", "markdown")
    assert issubclass(NotADocument, DocumentRefused)


def test_the_name_of_a_file_is_kept_without_what_no_database_keeps(cast: Cast) -> None:
    source_id = bring_text.bring(
        a_draft(cast), "en", file_name="a\x00letter.md", kind="markdown", content=b"We ask.", by=cast.coordinator
    )
    assert _source(source_id).file_name == "aletter.md"
