"""The press preview: a letter as it will be, for whoever was given its address, until that expires.

It is never stored, never found by search engines and tells nobody where its reader came from. The list of who has
signed stands on it only where its makers chose so. Once the letter is published it leads there.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Response, abort, g, make_response, redirect, render_template, request

from coalition import clock, languages
from coalition.actions import proof
from coalition.actions.press import previewed
from coalition.database import db
from coalition.models.public import PublicLetter
from coalition.rendering import page
from coalition.rendering.reading import reading_title
from coalition.web.audience import Audience, audience
from coalition.web.embargo import concerns
from coalition.web.public.door import public
from coalition.web.public.links import link_of

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from coalition.models.letter import Letter
    from coalition.models.link import Link
    from coalition.rendering.printed import PrintedLetter


class PreviewEnded(Exception):
    """The address is ours and works no more: it expired or was ended, or the letter was cancelled."""


@public.get("/p/<token>")
@audience(Audience.PUBLIC)
def press_page(token: str) -> BaseResponse:
    """The letter in one of its languages. Changes nothing."""
    letter, link = _previewed(token)
    out = db.session.get(PublicLetter, letter.id)
    if out is not None:
        return redirect(f"/letters/{out.slug}", code=303)
    language = _language(letter)
    printed = _printed(letter, link, path=f"/p/{token}/photo")
    if language not in printed.texts:
        raise PreviewEnded
    return make_response(
        render_template(
            "public/press.html",
            title=reading_title(letter.text(language)),
            article=page.article(printed, language),
            text_language=language,
            text_direction=languages.direction(language),
            shows_list=link.shows_list,
            until=[languages.moment_words(link.expires_at, zone, languages.interface_language(language))
                   for zone in dict.fromkeys((letter.zone, "UTC")) if link.expires_at],
            languages_of_letter=_links(letter, token, language),
        )
    )  # fmt: skip


@public.get("/p/<token>/photo")
@audience(Audience.PUBLIC)
def press_photo(token: str) -> Response:
    """The photo of the letter, which has no public address yet."""
    letter, link = _previewed(token)
    photo = _printed(letter, link, path="").photo
    if photo is None:
        abort(404)
    return Response(photo.content, content_type=photo.media_type)


@public.errorhandler(PreviewEnded)
def preview_ended(_error: PreviewEnded) -> Response:
    """An address of ours that works no more: no letter, no organisation, no person."""
    return make_response(render_template("public/press_ended.html"), HTTPStatus.GONE)


def _previewed(token: str) -> tuple[Letter, Link]:
    """The letter of an address and its link. Raises NotOurs, PreviewEnded."""
    link = link_of("press", token)
    letter = previewed(link, now=clock.now())
    if letter is None:
        raise PreviewEnded
    concerns(letter)
    return letter, link


def _printed(letter: Letter, link: Link, *, path: str) -> PrintedLetter:
    """The letter as it will be: with its list as of now, or without any."""
    make = proof.proof if link.shows_list else proof.draft
    printed = make(db.session(), letter, now=clock.now())
    return replace(printed, photo=replace(printed.photo, path=path)) if printed.photo and path else printed


def _language(letter: Letter) -> str:
    """The language that the address asks for, else one that the browser reads, else the one that governs."""
    wanted, present = request.args.get("lang", ""), letter.readable_languages
    found = wanted if wanted in present else request.accept_languages.best_match(present)
    language = found or letter.authoritative_language
    g.language = language
    return language


def _links(letter: Letter, token: str, current: str) -> list[dict[str, Any]]:
    return [
        {
            "tag": tag,
            "name": languages.endonym(tag),
            "direction": languages.direction(tag),
            "href": f"/p/{token}?lang={tag}",
            "current": tag == current,
        }
        for tag in letter.readable_languages
    ]
