"""Asking to be on a list: from a published letter, or by the open call of a letter under signature.

Readers have no cookie here: the form carries its own signed token. The answer to what was sent is one page, whoever is
named in it: new, known, signed already, or one too many.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, abort, g, make_response, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from coalition import clock, languages
from coalition.actions import request as verbs
from coalition.database import db
from coalition.models.edition import Edition
from coalition.models.letter import Letter
from coalition.models.limit import TooOften
from coalition.models.public import PublicLetter
from coalition.models.request import TakesNoRequests
from coalition.rendering.bodies import SLUG
from coalition.tokens import NotOurs
from coalition.web import crowded
from coalition.web.audience import Audience, audience
from coalition.web.public.ask_form import BAIT, OpenAsk, TypedAsk, field_facts
from coalition.web.public.door import public

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse


@public.get("/letters/<slug>/ask")
@public.get("/letters/<slug>/ask/<language>")
@audience(Audience.PUBLIC)
def ask_page(slug: str, language: str = "") -> Response:
    """The form on a published letter."""
    letter, published, language = published_letter(slug, language)
    try:
        verbs.origin_of(db.session(), letter, call_id=None, now=clock.now())
    except TakesNoRequests:
        return _not_taken(published, language)
    return _form_page(letter, published, language, OpenAsk.fresh(letter.id, language))


@public.post("/letters/<slug>/ask")
@public.post("/letters/<slug>/ask/<language>")
@audience(Audience.PUBLIC)
def ask(slug: str, language: str = "") -> BaseResponse:
    """Take what was sent; the form again where something has to change in it."""
    letter, published, language = published_letter(slug, language)
    typed = TypedAsk.of(request.form)
    opened = opened_form(letter, language, typed)
    if typed.problems:
        return _form_page(letter, published, language, opened, typed)
    try:
        verbs.ask(letter.id, typed.asked, opened.sent(request.form.get(BAIT, "")))
    except TakesNoRequests:
        return _not_taken(published, language, status=HTTPStatus.CONFLICT)
    except TooOften as error:
        typed.problems = {"": crowded.words(error, language)}
        return _form_page(letter, published, language, opened.untimed(), typed, status=crowded.STATUS)
    return redirect(path_of(published, language, "asked"), code=303)


@public.get("/letters/<slug>/asked")
@public.get("/letters/<slug>/asked/<language>")
@audience(Audience.PUBLIC)
def asked_page(slug: str, language: str = "") -> Response:
    """What happens now, in the same words for everybody."""
    _letter, published, language = published_letter(slug, language)
    back = path_of(published, language, "")
    return make_response(render_template("public/asked.html", back=back, title=published["title"]))


def opened_form(
    letter: Letter,
    language: str,
    typed: TypedAsk,
    *,
    call_id: UUID | None = None,
    version_id: UUID | None = None,
) -> OpenAsk:
    """The form that was sent. One that is too old, or not ours, comes back as a new one, and `typed` says so."""
    try:
        return OpenAsk.read(request.form.get("form_token", ""), letter.id, call_id=call_id)
    except NotOurs:
        words = _("This page was open for long, or was changed on its way. Look at your answers, then send them again.")
        typed.problems = {"": words} | typed.problems
        return OpenAsk.fresh(letter.id, language, call_id=call_id, version_id=version_id).untimed()


def who_may_ask(letter: Letter) -> str:
    """Who may sign, in one sentence for those who were not invited."""
    sentences = {
        "members": _("This letter is signed by members of the coalition."),
        "members_and_partners": _("This letter is signed by members of the coalition and its partners."),
        "any": _("Any organisation may ask to sign this letter."),
    }
    return str(sentences[letter.who_may_sign])


def published_letter(slug: str, language: str) -> tuple[Letter, dict[str, Any], str]:
    """The letter at a public address, what is public of it, and the language asked for; 404 for any other address."""
    row = db.session.scalar(select(PublicLetter).where(PublicLetter.slug == slug)) if SLUG.fullmatch(slug) else None
    if row is None:
        abort(HTTPStatus.NOT_FOUND)
    facts = db.session.get_one(Edition, row.edition_id).printed
    governing = facts["authoritative_language"]
    if language and language not in facts["texts"]:
        abort(HTTPStatus.NOT_FOUND)
    language = language or governing
    g.language = language
    title = facts["texts"][language]["title"] or facts["texts"][language]["short_title"]
    published = {"slug": slug, "title": title, "governing": governing, "tags": list(facts["texts"])}
    return db.session.get_one(Letter, row.letter_id), published, language


def path_of(published: dict[str, Any], language: str, page: str) -> str:
    """A page of the letter in a language: "/letters/x/ask/fr"; its own page for ""."""
    parts = ["/letters", published["slug"], *([page] if page else [])]
    return "/".join(parts if language == published["governing"] else [*parts, language])


def _form_page(
    letter: Letter,
    published: dict[str, Any],
    language: str,
    opened: OpenAsk,
    typed: TypedAsk | None = None,
    *,
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> Response:
    others = sorted(published["tags"], key=lambda tag: (tag != published["governing"], tag))
    html = render_template(
        "public/ask.html",
        path=path_of(published, language, "ask"),
        back=path_of(published, language, ""),
        title=published["title"],
        title_language=language,
        title_direction=languages.direction(language),
        is_late=not letter.is_open_for_signing(now=clock.now()),
        who_may_ask=who_may_ask(letter),
        form_token=opened.token(),
        languages_of_letter=[
            {
                "tag": tag,
                "name": languages.endonym(tag),
                "direction": languages.direction(tag),
                "href": path_of(published, tag, "ask"),
                "current": tag == language,
            }
            for tag in others
        ],
        **field_facts(typed, languages.interface_language(language)),
    )
    return make_response(html, status if typed else HTTPStatus.OK)


def _not_taken(published: dict[str, Any], language: str, *, status: int = HTTPStatus.NOT_FOUND) -> Response:
    back = path_of(published, language, "")
    return make_response(render_template("public/ask_not_taken.html", back=back, title=published["title"]), status)
