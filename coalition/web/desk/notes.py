"""Notes on a letter: what is drafted, what is published, and one form to write them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from coalition import clock, languages
from coalition.actions import annotate
from coalition.actions.annotate import WORDS_LIMIT, NoteEntry, NoteGone
from coalition.database import db
from coalition.models.note import NOTE_KINDS, Note, Response
from coalition.rendering.after import kind_words
from coalition.rendering.text import to_html
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, show, the_letter
from coalition.web.desk.typed import Typed


@desk.get("/letters/<uuid:letter_id>/notes")
@audience(Audience.TEAM)
def notes(letter_id: UUID) -> ResponseReturnValue:
    """The notes, and a form for a new one."""
    return _page(_new(), uuid4())


@desk.get("/letters/<uuid:letter_id>/notes/<uuid:note_id>")
@audience(Audience.TEAM)
def note_draft(letter_id: UUID, note_id: UUID) -> ResponseReturnValue:
    """A draft in the form; where it is one no more, the list."""
    note = db.session.get(Note, note_id)
    if note is None or note.letter_id != letter_id or note.published_at is not None:
        return lead_to(letter_id, "notes")
    kept = {f"words-{tag}": words for tag, words in note.words.items()}
    facts = {"kind": note.kind, "dated_on": note.dated_on.isoformat(), "tells_signers": note.tells_signers}
    return _page(Typed.stored(kept | facts), note.id)


@desk.post("/letters/<uuid:letter_id>/notes/<uuid:note_id>")
@audience(Audience.TEAM)
def write_note(letter_id: UUID, note_id: UUID) -> ResponseReturnValue:
    """Keep a draft, and publish it where that was pressed."""
    typed = Typed(request.form)
    entry = _entry(typed)
    if entry is None:
        return _page(typed, note_id, status=422)
    try:
        annotate.write_note(letter_id, note_id, entry, by=account())
        if request.form.get("act") == "publish":
            annotate.publish_note(letter_id, note_id, by=account())
            flash(_("The note is published."))
        else:
            flash(_("The note is kept. Only the team sees it."))
    except NoteGone:
        typed.wrong("", _("This note was published meanwhile, so its words stay. Write another one."))
        return _page(typed, uuid4(), status=409)
    return lead_to(letter_id, "notes")


@desk.post("/letters/<uuid:letter_id>/notes/<uuid:note_id>/remove")
@audience(Audience.TEAM)
def remove_note(letter_id: UUID, note_id: UUID) -> ResponseReturnValue:
    """Throw a draft away, or take a published note back."""
    note = db.session.get(Note, note_id)
    try:
        if note is not None and note.published_at is None:
            annotate.drop_note(letter_id, note_id)
            flash(_("The draft is gone."))
        else:
            annotate.take_back_note(letter_id, note_id, by=account())
            flash(_("The note is off every page. The log keeps that it was there."))
    except NoteGone:
        flash(_("This was done already."))
    return lead_to(letter_id, "notes")


def _new() -> Typed:
    today = clock.now().astimezone(ZoneInfo(the_letter().zone)).date()
    return Typed.stored({"kind": "", "dated_on": today.isoformat()})


def _entry(typed: Typed) -> NoteEntry | None:
    letter = the_letter()
    kind = typed.choice("kind", NOTE_KINDS, _("Choose what kind of note it is."))
    dated_on = day_of(typed, "dated_on")
    words = {tag: typed.prose(f"words-{tag}", limit=WORDS_LIMIT) for tag in letter.languages}
    if not any(said.strip() for said in words.values()):
        typed.wrong(f"words-{letter.authoritative_language}", _("Write the note."))
    if not typed.is_good or dated_on is None:
        return None
    return NoteEntry(kind=kind, dated_on=dated_on, words=words, tells_signers=typed.tick("tells_signers"))


def day_of(typed: Typed, name: str, *, is_needed: bool = True) -> date | None:
    """A day that was typed like 2027-03-01; what is wrong with it is said to `typed`."""
    value = typed.line(name, limit=10)
    if not value and not is_needed:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        typed.wrong(name, _("Enter a day like 2027-03-01."))
        return None


def _page(typed: Typed, note_id: UUID, *, status: int = 200) -> ResponseReturnValue:
    letter, spoken = the_letter(), language()
    rows = db.session.scalars(
        select(Note).where(Note.letter_id == letter.id).order_by(Note.dated_on.desc(), Note.changed_at.desc())
    )
    return show(
        "desk/notes.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        note_id=str(note_id),
        kinds=[(kind, kind_words(kind)) for kind in NOTE_KINDS],
        texts=[(tag, languages.name(tag, spoken)) for tag in letter.languages],
        rows=[_row(note) for note in rows],
    )


def _row(note: Note) -> dict[str, Any]:
    facts = {"kind": kind_words(note.kind), "date": languages.date_words(note.dated_on, language())}
    return facts | as_written(note)


def as_written(row: Note | Response) -> dict[str, Any]:
    """A note or response at the desk: its words in the letter's languages, and who reads it."""
    published, taken_back = row.published_at is not None, row.taken_back_at is not None
    if taken_back:
        state = _("Taken back")
    elif published:
        state = _("Published")
    else:
        state = _("Draft")
    return {
        "id": str(row.id),
        "state": state,
        "is_draft": not published,
        "is_public": published and not taken_back,
        "texts": [
            {"tag": tag, "words": to_html(words, tag, heading_shift=2, id_prefix=f"{row.id.hex[:8]}-{tag}-")}
            for tag, words in row.words.items()
            if tag in the_letter().languages
        ],
    }
