"""The documents attached to a letter: what is there, what each is called, and a form for another one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from coalition import languages
from coalition.actions import attach
from coalition.actions.attach import LABEL_LIMIT, MOST, AttachmentGone, TooManyAttachments
from coalition.database import db
from coalition.intake.attachments import (
    ENDINGS,
    LARGEST,
    AttachmentRefused,
    AttachmentTooLarge,
    CleanAttachment,
    EmptyAttachment,
    HasMacros,
    UnknownKind,
    clean_attachment,
)
from coalition.models.attachment import Attachment
from coalition.rendering.file_words import KINDS, size_words
from coalition.web.audience import EVERY_ROLE, Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import lead_to, path_of, show, the_letter
from coalition.web.desk.typed import Typed


@desk.get("/letters/<uuid:letter_id>/documents")
@audience(Audience.TEAM)
def documents(letter_id: UUID) -> ResponseReturnValue:
    """The documents, and a form for another one."""
    return _page(Typed.stored({}))


@desk.post("/letters/<uuid:letter_id>/documents")
@audience(Audience.TEAM)
def attach_document(letter_id: UUID) -> ResponseReturnValue:
    """Attach one more."""
    typed = Typed(request.form)
    labels, own = _labels(typed, is_needed=True), _own_language(typed)
    document = _document(typed)
    if document is None or not typed.is_good:
        return _page(typed, status=422)
    try:
        attach.attach(letter_id, document, labels=labels, language=own, by=account())
    except TooManyAttachments:
        typed.wrong("document", _("A letter has at most %(number)s documents. Take one off first.", number=MOST))
        return _page(typed, status=422)
    flash(_("The document is attached."))
    return lead_to(letter_id, "documents")


@desk.get("/letters/<uuid:letter_id>/documents/<uuid:attachment_id>")
@audience(Audience.TEAM, also=EVERY_ROLE)
def document_file(letter_id: UUID, attachment_id: UUID) -> Response:
    """The file itself, for the team: to save, never to be shown here."""
    kept = db.session.get(Attachment, attachment_id)
    if kept is None or kept.letter_id != letter_id:
        abort(404)
    answer = Response(kept.file.content, content_type=kept.file.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=kept.file_name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@desk.post("/letters/<uuid:letter_id>/documents/<uuid:attachment_id>")
@audience(Audience.TEAM)
def describe_document(letter_id: UUID, attachment_id: UUID) -> ResponseReturnValue:
    """Change what a document is called, and its language."""
    typed = Typed(request.form)
    labels, own = _labels(typed, is_needed=True), _own_language(typed)
    if not typed.is_good:
        return _page(Typed.stored({}), status=422, changing=(attachment_id, typed))
    try:
        attach.describe_attachment(letter_id, attachment_id, labels=labels, language=own, by=account())
        flash(_("The document is described."))
    except AttachmentGone:
        flash(_("This document was taken off meanwhile."))
    return lead_to(letter_id, "documents")


@desk.post("/letters/<uuid:letter_id>/documents/<uuid:attachment_id>/remove")
@audience(Audience.TEAM)
def detach_document(letter_id: UUID, attachment_id: UUID) -> ResponseReturnValue:
    """Take a document off."""
    try:
        attach.detach(letter_id, attachment_id, by=account())
        flash(_("The document is taken off."))
    except AttachmentGone:
        flash(_("This document was taken off meanwhile."))
    return lead_to(letter_id, "documents")


def _labels(typed: Typed, *, is_needed: bool) -> dict[str, str]:
    """What it is called in each language; one of them suffices."""
    tags = the_letter().working_languages
    labels = {tag: typed.line(f"label-{tag}", limit=LABEL_LIMIT) for tag in tags}
    if is_needed and not any(labels.values()):
        typed.wrong(f"label-{tags[0]}", _("Say what the document is called."))
    return labels


def _own_language(typed: Typed) -> str:
    among = {"", *languages.LETTER, *the_letter().working_languages}
    return typed.choice("language", among, _("Choose a language of the list."))


def _document(typed: Typed) -> CleanAttachment | None:
    """The file that came; what can not be attached is said to `typed`."""
    sent = request.files.get("document")
    if sent is None or not sent.filename:
        typed.wrong("document", _("Choose a file."))
        return None
    content = sent.read(LARGEST + 1)
    sent.close()
    try:
        clean = clean_attachment(content, sent.filename)
    except AttachmentRefused as refused:
        typed.wrong("document", _refusal(refused))
        return None
    if not typed.is_good:
        typed.wrong("document", _("Choose the file again: this page cannot keep it."))
    return clean


def _refusal(refused: AttachmentRefused) -> str:
    if isinstance(refused, EmptyAttachment):
        return str(_("The file is empty. Choose another one."))
    if isinstance(refused, AttachmentTooLarge):
        return str(_("The file is too large: choose one of at most %(number)s MB.", number=LARGEST // 1_000_000))
    if isinstance(refused, UnknownKind):
        return str(_("This kind of file is not taken. These are: %(kinds)s.", kinds=", ".join(KINDS.values())))
    if isinstance(refused, HasMacros):
        return str(_("The document has programs (macros) inside. Save it without them, or as a PDF."))
    return str(_("The file is not what its name says, or it is damaged. Open it, save it again and choose that file."))


def _page(typed: Typed, *, status: int = 200, changing: tuple[UUID, Typed] | None = None) -> ResponseReturnValue:
    letter = the_letter()
    rows = db.session.scalars(select(Attachment).where(Attachment.letter_id == letter.id).order_by(Attachment.position))
    errors = typed.errors
    if changing:
        prefix = _prefix(changing[0])
        errors = {prefix + name if name else name: words for name, words in changing[1].errors.items()}
    return show(
        "desk/documents.html",
        status=status,
        typed=typed,
        errors=errors,
        accept=",".join(ENDINGS),
        rows=[_row(one, changing) for one in rows],
        tags=[(tag, languages.name(tag, desk_language())) for tag in letter.working_languages],
        all_languages=_all_languages(letter.working_languages),
    )


def _row(one: Attachment, changing: tuple[UUID, Typed] | None) -> dict[str, Any]:
    stored = {f"label-{tag}": words for tag, words in one.labels.items()} | {"language": one.language}
    is_changing = changing is not None and changing[0] == one.id
    return {
        "path": path_of(one.letter_id, "documents", str(one.id)),
        "prefix": _prefix(one.id),
        "name": one.file_name,
        "kind": KINDS.get(one.file.media_type, one.file.media_type),
        "size": size_words(len(one.file.content), desk_language()),
        "typed": changing[1] if changing and is_changing else Typed.stored(stored),
        "errors": changing[1].errors if changing and is_changing else {},
    }


def _prefix(attachment_id: UUID) -> str:
    """Before the ids of the fields of one document: there may be several on the page."""
    return f"d{attachment_id.hex[:8]}-"


def _all_languages(first: list[str]) -> list[tuple[str, str]]:
    """The letter's own before the others, each by its name."""
    others = sorted((languages.name(tag, desk_language()), tag) for tag in languages.LETTER if tag not in first)
    return [(tag, languages.name(tag, desk_language())) for tag in first] + [(tag, name) for name, tag in others]
