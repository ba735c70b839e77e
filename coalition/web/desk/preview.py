"""A letter as its readers will see it, for its team alone: as a page and as a PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, abort
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from coalition import clock, config, languages
from coalition.actions import proof
from coalition.database import db
from coalition.rendering import faces, page, pdf
from coalition.rendering.pdf import MissingGlyphs
from coalition.rendering.printed import PrintedLetter
from coalition.web.audience import EVERY_ROLE, Audience, audience, own_languages
from coalition.web.desk.door import desk
from coalition.web.desk.frame import path_of, show, the_letter


@desk.get("/letters/<uuid:letter_id>/preview/<language>")
@audience(Audience.TEAM, also=EVERY_ROLE)
def preview(letter_id: UUID, language: str) -> ResponseReturnValue:
    """The page in one language, with the list once signing is over."""
    printed = _printed(language)
    return show(
        "desk/preview.html",
        article=page.article(printed, language),
        text_language=language,
        text_direction=languages.direction(language),
        links=preview_links(language),
    )


@desk.get("/letters/<uuid:letter_id>/preview/<language>.pdf")
@audience(Audience.TEAM, also=EVERY_ROLE)
def preview_pdf(letter_id: UUID, language: str) -> ResponseReturnValue:
    """The PDF in one language. It says that it is a draft; a character that no face shows is named."""
    printed = _printed(language)
    fonts = faces.cjk_fonts(config.settings().font_folders)
    try:
        content = pdf.make_pdf(printed, language, fonts=fonts).content
    except MissingGlyphs as missing:
        shown = [{"character": one.character, "line": one.lines[0]} for one in missing.characters]
        return show("desk/missing_glyphs.html", status=409, characters=shown)
    headers = {"Content-Disposition": f'inline; filename="draft-{letter_id.hex[:8]}-{language}.pdf"'}
    return Response(content, content_type="application/pdf", headers=headers)


def preview_links(current: str) -> list[dict[str, Any]]:
    """The previews in the letter's languages, as the component for languages wants them."""
    letter, own = the_letter(), own_languages()
    return [
        {
            "tag": tag,
            "name": languages.endonym(tag),
            "direction": languages.direction(tag),
            "href": path_of(letter.id, "preview", tag),
            "current": tag == current,
        }
        for tag in letter.working_languages
        if own is None or tag in own
    ]


def article_of_draft(language: str, parts: Mapping[str, str] | None = None) -> Markup:
    """The text in one language as its page will have it, to stand within another page.

    `parts` of the text say something else than what is kept: what was typed and is not saved.
    """
    printed = _printed(language)
    text = replace(printed.texts[language], **dict(parts or {}))
    return page.article(replace(printed, texts=printed.texts | {language: text}), language, as_part=True)


def _printed(language: str) -> PrintedLetter:
    """What the team is writing as it would be printed now; its photo from the desk: it has no public address yet."""
    letter, now = the_letter(), clock.now()
    version = letter.working_version
    if version.text(language) is None:
        abort(404)
    is_proof = letter.stage == "closed" and version is letter.version and own_languages() is None
    printed = proof.proof(db.session(), letter, now=now) if is_proof else None
    if printed is None or language not in printed.texts:
        printed = proof.draft(db.session(), letter, now=now, version=version)
    if printed.photo:
        printed = replace(printed, photo=replace(printed.photo, path=path_of(letter.id, "photo", "image")))
    return printed
