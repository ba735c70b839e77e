"""What stands around writing a text: who has it open, how it will look before it is saved, what was pasted."""

from __future__ import annotations

from uuid import UUID

from flask import Response, abort, flash, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition.actions import draft, editing
from coalition.actions.draft import PartTooLong
from coalition.intake.documents.document import DocumentRefused
from coalition.intake.documents.reading import read_document
from coalition.models.letter import AlreadyPublished, TextIsFrozen
from coalition.web.audience import TRANSLATOR, Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import lead_to
from coalition.web.desk.preview import article_of_draft
from coalition.web.desk.text_page import PARTS, the_text
from coalition.web.desk.typed import too_long

PASTE_LIMIT = 300_000
"""Bytes of HTML that are converted while somebody waits, a second or two; what is larger is brought as a file."""


@desk.post("/letters/<uuid:letter_id>/text/<language>/edit")
@audience(Audience.TEAM, also=(TRANSLATOR,))
def edit_text(letter_id: UUID, language: str) -> ResponseReturnValue:
    """Have the text open, whoever had it before."""
    the_text(language)
    try:
        editing.open_text(letter_id, language, by=account())
    except TextIsFrozen:
        flash(_("The text was shown to organisations meanwhile. It does not change any more."))
    except AlreadyPublished:
        flash(_("The letter is published. Its words do not change any more."))
    return lead_to(letter_id, "text", language)


@desk.post("/letters/<uuid:letter_id>/text/<language>/stop")
@audience(Audience.TEAM, also=(TRANSLATOR,))
def stop_editing(letter_id: UUID, language: str) -> ResponseReturnValue:
    """Leave the text as it was saved last."""
    the_text(language)
    editing.leave_text(letter_id, language, by=account())
    return lead_to(letter_id, "text", language)


@desk.post("/letters/<uuid:letter_id>/text/<language>/look")
@audience(Audience.TEAM, also=(TRANSLATOR,))
def look_at_text(letter_id: UUID, language: str) -> ResponseReturnValue:
    """How the text as typed will look: the article alone, for the script of the page. Nothing is saved."""
    del letter_id  # the guard found the letter by it
    the_text(language)
    try:
        parts = draft.checked_parts({part: request.form[part] for part in PARTS if part in request.form})
    except PartTooLong as long:
        return Response(too_long(long.length, long.limit), status=422, content_type="text/plain; charset=utf-8")
    return Response(article_of_draft(language, parts), content_type="text/html; charset=utf-8")


@desk.post("/letters/<uuid:letter_id>/text/<language>/paste")
@audience(Audience.TEAM, also=(TRANSLATOR,))
def convert_paste(letter_id: UUID, language: str) -> ResponseReturnValue:
    """What a word processor put on the clipboard, as Markdown, for the script of the page. Nothing is saved."""
    del letter_id
    the_text(language)
    content = request.form.get("html", "").encode(errors="replace")
    if len(content) > PASTE_LIMIT:
        abort(413)
    try:
        document = read_document(content, "html")
    except DocumentRefused:
        return jsonify(markdown=""), 422
    return jsonify(markdown=document.markdown, title=document.title)
