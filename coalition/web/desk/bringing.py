"""Bringing a text from a file or the clipboard: choose it, answer what it asks, see it beside its source, take it."""

from __future__ import annotations

import re
from typing import Any, get_args
from uuid import UUID

import nh3
from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from coalition import languages
from coalition.actions import bring_text, draft
from coalition.actions.bring_text import AlreadyDecided
from coalition.actions.draft import PartTooLong
from coalition.database import db
from coalition.intake.documents import Changes, Document, DocumentRefused, Kind, kind_of, refusal, sentence
from coalition.models.letter import AlreadyPublished, StaleEdit, TextIsFrozen
from coalition.models.text_source import TextSource
from coalition.rendering.text import to_html
from coalition.rendering.text.html import SCHEMES
from coalition.web.audience import COORDINATOR, TRANSLATOR, Audience, account, audience, member
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import lead_to, show, the_letter
from coalition.web.desk.text_page import the_text
from coalition.web.desk.typed import Typed, too_long

_LOOKS_LIKE_HTML = re.compile(r"<(?:html|body|meta|p|div|span|b|h[1-6]|ul|ol|table|!--)[\s>]", re.IGNORECASE)
_SHOWN = set("a b blockquote br code em hr i li ol p pre s strong sub sup table tbody td th thead tr u ul".split())
_CHANGES_SHOWN = 200


@desk.get("/letters/<uuid:letter_id>/import")
@audience(Audience.TEAM)
def bring_first_text(letter_id: UUID) -> ResponseReturnValue:
    """The language that governs is the one most files are in."""
    return lead_to(letter_id, "import", the_letter().authoritative_language)


@desk.get("/letters/<uuid:letter_id>/import/<language>")
@audience(Audience.TEAM, also=(TRANSLATOR,))
def bring_page(letter_id: UUID, language: str) -> ResponseReturnValue:
    """Where a file is chosen or a text is pasted, and the files that wait."""
    the_text(language)
    return _page(Typed.stored({}), language)


@desk.post("/letters/<uuid:letter_id>/import/<language>")
@audience(Audience.TEAM, also=(TRANSLATOR,))
def bring_file(letter_id: UUID, language: str) -> ResponseReturnValue:
    """Keep what came, and have it read."""
    the_text(language)
    typed = Typed(request.form)
    try:
        brought = _brought(typed)
        if brought is not None:
            name, kind, content = brought
            source_id = bring_text.bring(letter_id, language, file_name=name, kind=kind, content=content, by=account())
            return lead_to(letter_id, "import", language, str(source_id))
    except DocumentRefused as refused:
        typed.wrong("pasted" if typed.get("pasted") else "file", refusal(refused))
    except (TextIsFrozen, AlreadyPublished):
        return _frozen(language)
    return _page(typed, language, status=422)


def _brought(typed: Typed) -> tuple[str, Kind, bytes] | None:
    """Name, kind and bytes of what was sent; says what is missing where it is nothing. Raises a DocumentRefused."""
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return upload.filename, kind_of(upload.filename), upload.read()
    pasted = str(typed.sent.get("pasted", ""))
    if not pasted.strip():
        typed.wrong("file", _("Choose a file, or paste the text below."))
        return None
    kind: Kind = "html" if _LOOKS_LIKE_HTML.search(pasted) else "markdown"
    return "", kind, pasted.encode(errors="replace")


@desk.get("/letters/<uuid:letter_id>/import/<language>/<uuid:source_id>")
@audience(Audience.TEAM, also=(TRANSLATOR,))
def brought(letter_id: UUID, language: str, source_id: UUID) -> ResponseReturnValue:
    """What became of a file: still being read, refused, a question to answer first, or the text beside its source."""
    the_text(language)
    source = _source(letter_id, language, source_id)
    if source.state in {"used", "dropped"}:
        return _decided(language)
    if source.state == "failed":
        typed = Typed.stored({})
        typed.wrong("file", refusal(bring_text.refusal_in(source)))
        return _page(typed, language)
    if source.state == "waiting":
        return _show("desk/bringing_waiting.html", language, source=_line(source))
    document = bring_text.document_in(source)
    if (document.changes or document.comments) and not request.args.get("text"):
        return _question(source, document, language)
    return _beside(source, language, Typed(request.args))


@desk.post("/letters/<uuid:letter_id>/import/<language>/<uuid:source_id>")
@audience(Audience.TEAM, also=(TRANSLATOR,))
def take_brought(letter_id: UUID, language: str, source_id: UUID) -> ResponseReturnValue:
    """Put the text in the place of the one that is there, or put the file aside."""
    the_text(language)
    source = _source(letter_id, language, source_id)
    if request.form.get("act") == "drop":
        bring_text.drop(letter_id, language, source_id, by=account())
        flash(_("The file is put aside. The text is as it was."))
        return lead_to(letter_id, "text", language)
    if source.state != "converted":
        return _decided(language)
    typed = Typed(request.form)
    status = _take(letter_id, language, source_id, typed)
    if status == 200:
        return lead_to(letter_id, "text", language)
    if status == 409 and not typed.is_good:
        return _frozen(language)
    db.session.rollback()
    source = _source(letter_id, language, source_id)
    # Two presses of one button: the second finds it done.
    return _decided(language) if source.state != "converted" else _beside(source, language, typed, status=status)


def _take(letter_id: UUID, language: str, source_id: UUID, typed: Typed) -> int:
    """Take the text. Gives the status of the answer; what has to change is said to `typed`."""
    parts = {part: typed.sent[part] for part in ("title", "body") if part in typed.sent}
    try:
        count = bring_text.take(
            letter_id,
            language,
            source_id,
            parts,
            by=account(),
            seen=typed.sent.get("seen"),
            changes=_changes(typed),
            with_comments=_with_comments(typed),
        )
    except PartTooLong as long:
        typed.wrong(long.part, too_long(long.length, long.limit))
        return 422
    except (StaleEdit, AlreadyDecided):
        return 409
    except (TextIsFrozen, AlreadyPublished):
        typed.wrong("", _("The text does not change any more."))
        return 409
    flash(_("The text is brought in. Look it over."))
    if count:
        flash(_("The comments of the file are now comments on this text."))
    return 200


def _with_comments(typed: Typed) -> bool:
    """Whether the comments of the file become comments on the text: those who translate have no part in them."""
    return typed.get("comments") == "yes" and member().role == COORDINATOR


# -- pages ----------------------------------------------------------------------------------------------------------


def _page(typed: Typed, language: str, *, status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    sources = bring_text.sources_of(db.session(), the_letter().id, language)
    waiting = [_line(source) for source in sources if source.state != "failed"]
    return _show("desk/bringing.html", language, status=status, typed=typed, errors=typed.errors, waiting=waiting)


def _question(source: TextSource, document: Document, language: str) -> ResponseReturnValue:
    changes = [
        {"is_insertion": change.kind == "insertion", "author": change.author, "words": change.words.strip()}
        for change in document.changes[:_CHANGES_SHOWN]
    ]
    return _show(
        "desk/bringing_question.html",
        language,
        source=_line(source),
        counts={"insertions": document.insertions, "deletions": document.deletions, "comments": len(document.comments)},
        changes=changes,
        more_changes=len(document.changes) - len(changes),
        comments=document.comments,
    )


def _beside(source: TextSource, language: str, typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    document = bring_text.document_in(source, _changes(typed))
    kept = the_text(language)
    stored = {"title": document.title or kept.title, "body": document.markdown, "seen": draft.state_of_text(kept)}
    typed = _with_errors(Typed(request.form, stored | {name: typed.get(name) for name in ("text", "comments")}), typed)
    if status == 409:
        typed.values["seen"] = draft.state_of_text(kept)
    body = str(typed.get("body"))
    return _show(
        "desk/bringing_beside.html",
        language,
        status=status,
        source=_line(source),
        shown=_as_in_the_file(document),
        article=to_html(body, language, heading_shift=2, id_prefix="new-"),
        lost=[sentence(each) for each in document.lost],
        typed=typed,
        errors=typed.errors,
        is_stale=status == 409,
        is_opened=bool(typed.errors),
        comments=len(document.comments) if _with_comments(typed) else 0,
        replaces=not kept.is_empty,
    )


def _with_errors(typed: Typed, other: Typed) -> Typed:
    typed.errors = other.errors
    return typed


def _as_in_the_file(document: Document) -> Markup | None:
    """The file's own words as bare HTML; None where the file is Markdown itself."""
    if not document.source:
        return None
    attributes = {
        "*": {"dir"},
        "a": {"href"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    }
    cleaned = nh3.clean(document.source, tags=_SHOWN, attributes=attributes, url_schemes=SCHEMES)
    return Markup(cleaned)  # noqa: S704 (cleaned on the line before)  # nosec B704


def _show(template: str, language: str, *, status: int = 200, **facts: Any) -> ResponseReturnValue:
    letter = the_letter()
    return show(
        template,
        status=status,
        text_language=language,
        text_direction=languages.direction(language),
        language_name=languages.name(language, desk_language()),
        version_number=languages.number(letter.working_version.number, desk_language()),
        is_frozen=the_text(language).shown_at is not None,
        **facts,
    )


def _frozen(language: str) -> ResponseReturnValue:
    flash(_("The text was shown to organisations, or the letter is published. It does not change any more."))
    return lead_to(the_letter().id, "text", language)


def _decided(language: str) -> ResponseReturnValue:
    flash(_("This file was used or put aside meanwhile."))
    return lead_to(the_letter().id, "import", language)


def _source(letter_id: UUID, language: str, source_id: UUID) -> TextSource:
    found = bring_text.source_of(db.session(), letter_id, language, source_id)
    if found is None:
        abort(404)
    return found


def _line(source: TextSource) -> dict[str, str]:
    """A file as lists show it."""
    return {
        "id": str(source.id),
        "name": source.file_name or _("Pasted text"),
        "who": source.account.name,
        "at": languages.moment_words(source.created_at, account().zone, desk_language()),
        "iso": source.created_at.isoformat(timespec="seconds"),
        "state": source.state,
    }


def _changes(typed: Typed) -> Changes:
    said = str(typed.get("text"))
    named: dict[str, Changes] = {each: each for each in get_args(Changes)}
    return named.get(said, "accept")
