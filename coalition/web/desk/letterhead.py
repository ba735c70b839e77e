"""The coalition's logo at the head of its files."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from coalition.actions.letterhead import remove_letterhead, save_letterhead
from coalition.database import db
from coalition.intake.photos import DrawingRefused, PhotoRefused, PhotoTooLarge, clean_photo
from coalition.models.house import House
from coalition.models.photo import File
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.typed import Typed

PATH = "/desk/settings/letterhead"


@desk.get("/settings/letterhead")
@audience(Audience.ADMINISTRATOR)
def letterhead() -> ResponseReturnValue:
    """The logo that is there, and a form for another one."""
    return _page(Typed.stored({}))


@desk.get("/settings/letterhead/image")
@audience(Audience.ADMINISTRATOR)
def letterhead_image() -> Response:
    """The logo itself."""
    file = _file()
    if file is None:
        abort(404)
    return Response(file.content, content_type=file.media_type)


@desk.post("/settings/letterhead")
@audience(Audience.ADMINISTRATOR)
def take_letterhead() -> ResponseReturnValue:
    """Put a logo there."""
    typed = Typed(request.form)
    sent = request.files.get("logo")
    if sent is None or not sent.filename:
        typed.wrong("logo", _("Choose a picture file."))
        return _page(typed, status=422)
    try:
        save_letterhead(clean_photo(sent.read()), by=account())
    except DrawingRefused:
        typed.wrong("logo", _("An SVG drawing cannot be used. Save it as PNG and choose that file."))
    except PhotoTooLarge:
        typed.wrong("logo", _("The picture has too many pixels. Make it smaller, 4,000 pixels wide for instance."))
    except PhotoRefused:
        typed.wrong("logo", _("This file is no picture that can be read. Choose a JPEG, PNG or WebP file."))
    if not typed.is_good:
        return _page(typed, status=422)
    flash(_("The logo is saved. The files of all letters are made again."))
    return redirect(PATH, code=303)


@desk.post("/settings/letterhead/remove")
@audience(Audience.ADMINISTRATOR)
def drop_letterhead() -> ResponseReturnValue:
    """Take it away."""
    remove_letterhead(by=account())
    flash(_("The logo is taken off. The files of all letters are made again."))
    return redirect(PATH, code=303)


def _file() -> File | None:
    house = db.session.scalars(select(House)).one()
    return db.session.get(File, house.logo_id) if house.logo_id else None


def _page(typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    file = _file()
    picture = f"{PATH}/image?{file.sha256[:8]}" if file else ""
    return render_template("desk/letterhead.html", errors=typed.errors, picture=picture), status
