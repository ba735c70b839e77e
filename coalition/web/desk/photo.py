"""The photo of a letter: the picture, who took it, and what it shows in each language."""

from __future__ import annotations

from uuid import UUID

from flask import Response, abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import languages
from coalition.actions import illustrate
from coalition.actions.draft import PartTooLong
from coalition.actions.illustrate import PhotoWords
from coalition.database import db
from coalition.intake.photos import DrawingRefused, PhotoRefused, PhotoTooLarge, clean_photo
from coalition.models.letter import AlreadyPublished
from coalition.web.audience import EVERY_ROLE, Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import lead_to, path_of, show, the_letter
from coalition.web.desk.typed import Typed, too_long

CREDIT_LIMIT, LICENCE_LIMIT, WORDS_LIMIT = 300, 200, 2000


@desk.get("/letters/<uuid:letter_id>/photo")
@audience(Audience.TEAM)
def photo(letter_id: UUID) -> ResponseReturnValue:
    """The photo and its words."""
    letter = the_letter()
    kept = {"credit": letter.photo.credit, "licence": letter.photo.licence} if letter.photo else {}
    for text in letter.working_version.texts:
        kept |= {f"alternative-{text.language}": text.photo_alternative, f"caption-{text.language}": text.photo_caption}
    return _page(Typed.stored(kept))


@desk.get("/letters/<uuid:letter_id>/photo/image")
@audience(Audience.TEAM, also=EVERY_ROLE)
def photo_image(letter_id: UUID) -> Response:
    """The picture itself, for the team."""
    kept = the_letter().photo
    if kept is None:
        abort(404)
    return Response(kept.file.content, content_type=kept.file.media_type)


@desk.post("/letters/<uuid:letter_id>/photo")
@audience(Audience.TEAM)
def save_photo(letter_id: UUID) -> ResponseReturnValue:
    """Take a new picture, if one came, and the words."""
    typed = Typed(request.form)
    words = _words(typed)
    try:
        _save_picture(letter_id, typed)
        if typed.is_good:
            illustrate.describe_photo(letter_id, words, by=account())
    except PartTooLong as refused:
        typed.wrong("", too_long(refused.length, refused.limit))
    except AlreadyPublished:
        typed.wrong("", _("The letter is published. Its photo does not change any more."))
    if not typed.is_good:
        db.session.rollback()
        return _page(typed, status=422)
    flash(_("The photo is saved."))
    return lead_to(letter_id)


@desk.post("/letters/<uuid:letter_id>/photo/remove")
@audience(Audience.TEAM)
def remove_photo(letter_id: UUID) -> ResponseReturnValue:
    """Take the photo off."""
    try:
        illustrate.remove_photo(letter_id, by=account())
    except AlreadyPublished:
        flash(_("The letter is published. Its photo does not change any more."))
    else:
        flash(_("The photo is taken off."))
    return lead_to(letter_id, "photo")


def _words(typed: Typed) -> PhotoWords:
    tags = the_letter().working_languages
    return PhotoWords(
        credit=typed.line("credit", limit=CREDIT_LIMIT),
        licence=typed.line("licence", limit=LICENCE_LIMIT),
        alternatives={tag: typed.prose(f"alternative-{tag}", limit=WORDS_LIMIT) for tag in tags},
        captions={tag: typed.prose(f"caption-{tag}", limit=WORDS_LIMIT) for tag in tags},
    )


def _save_picture(letter_id: UUID, typed: Typed) -> None:
    """Keep the picture that came, even where the words beside it need a change: a browser sends no file twice."""
    upload = request.files.get("picture")
    if upload is None or not upload.filename:
        if the_letter().photo is None:
            typed.wrong("picture", _("Choose a picture file."))
        return
    try:
        illustrate.save_photo(letter_id, clean_photo(upload.read()), by=account())
    except DrawingRefused:
        typed.wrong("picture", _("An SVG drawing cannot be used. Save it as PNG and choose that file."))
    except PhotoTooLarge:
        typed.wrong("picture", _("The picture has too many pixels. Make it smaller, 4,000 pixels wide for instance."))
    except PhotoRefused:
        typed.wrong("picture", _("This file is no picture that can be read. Choose a JPEG, PNG or WebP file."))


def _page(typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    letter = the_letter()
    kept = letter.photo
    picture = None
    if kept is not None:
        path = path_of(letter.id, "photo", "image") + f"?{kept.file.sha256[:8]}"
        picture = {"path": path, "width": kept.width, "height": kept.height}
    return show(
        "desk/photo.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        picture=picture,
        tags=[(tag, languages.name(tag, desk_language())) for tag in letter.working_languages],
    )
