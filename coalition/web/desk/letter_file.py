"""Letters come in from letter files and go out as such, at the desk as at a terminal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition.actions import give_away, take_over
from coalition.actions.address import address_of
from coalition.actions.take_over import PhotoLeftBehind
from coalition.database import db
from coalition.intake import letter_file as files
from coalition.intake.letter_file import LetterFileError
from coalition.intake.photos import PhotoRefused
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import lead_to, the_letter

if TYPE_CHECKING:
    from coalition.intake.letter_file import LetterFile


@desk.get("/letters/import")
@audience(Audience.ACCOUNT)
def choose_letter_file() -> ResponseReturnValue:
    """Which file it is."""
    return _page({})


@desk.post("/letters/import")
@audience(Audience.ACCOUNT)
def import_letter_file() -> ResponseReturnValue:
    """Take over the letter in the file, and go to it."""
    try:
        letter_file = files.read(_sent("file"))
        letter_id = take_over.import_letter(_with_photo(letter_file), by=account())
    except LetterFileError as refused:
        return _page({"file": _first(refused)}, [files.sentence(problem) for problem in refused.problems[1:]]), 422
    except PhotoLeftBehind as left:
        words = _("The letter file names a photo, %(name)s. Choose both files together.", name=str(left))
        return _page({"photo": words}), 422
    except PhotoRefused:
        return _page({"photo": _("The photo is no whole picture in JPEG, PNG or WebP. Choose another file.")}), 422
    if take_over.is_record(letter_file):
        flash(_("The letter is taken over with its list. Look at it, then publish it."))
    else:
        flash(_("The letter is taken over as a draft."))
    return lead_to(letter_id)


@desk.get("/letters/<uuid:letter_id>/letter-file")
@audience(Audience.TEAM)
def letter_file(letter_id: UUID) -> ResponseReturnValue:
    """The letter's public facts as a letter file."""
    content = files.write(give_away.export_letter(letter_id))
    name = f"{address_of(db.session(), the_letter())}.json"
    return Response(
        content,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _page(errors: dict[str, str], more: list[str] | None = None) -> str:
    return render_template("desk/letter_file.html", section="letters", errors=errors, more=more or [])


def _sent(field: str) -> bytes:
    """The bytes of an uploaded file; none were sent, none come."""
    sent = request.files.get(field)
    return sent.read() if sent else b""


def _first(refused: LetterFileError) -> str:
    return files.sentence(refused.problems[0]) if _sent_something() else str(_("Choose a letter file."))


def _sent_something() -> bool:
    sent = request.files.get("file")
    return bool(sent and sent.filename)


def _with_photo(letter_file: LetterFile) -> LetterFile:
    """The letter with the photo that was sent along, where the file only names one."""
    photo = letter_file.photo
    content = _sent("photo")
    if photo is None or photo.content or not content:
        return letter_file
    return replace(letter_file, photo=replace(photo, content=content, file=""))
