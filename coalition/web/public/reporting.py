"""Something wrong with this list? A form on every published letter, for anybody, without a cookie.

The answer to what was sent is one page, whoever is named in it: signed, withheld, or never there.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import Response, make_response, redirect, render_template, request
from flask_babel import gettext as _
from wtforms import ValidationError

from coalition import languages
from coalition.actions import report as verbs
from coalition.actions.report import Said, Sent
from coalition.intake.names import NAME_LIMIT
from coalition.models.limit import TooOften
from coalition.web import crowded
from coalition.web.audience import Audience, audience
from coalition.web.forms import one_address, shown
from coalition.web.public.ask_form import BAIT, OpenAsk, TypedAsk
from coalition.web.public.asking import opened_form, path_of, published_letter
from coalition.web.public.door import public

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

WORDS_LIMIT: Final = 2000
FIELDS: Final = ("name", "words", "address")


@public.get("/letters/<slug>/list")
@public.get("/letters/<slug>/list/<language>")
@audience(Audience.PUBLIC)
def report_page(slug: str, language: str = "") -> Response:
    """The form."""
    letter, published, language = published_letter(slug, language)
    return _form_page(published, language, OpenAsk.fresh(letter.id, language), TypedAsk())


@public.post("/letters/<slug>/list")
@public.post("/letters/<slug>/list/<language>")
@audience(Audience.PUBLIC)
def report(slug: str, language: str = "") -> BaseResponse:
    """Take what was sent; the form again where something has to change in it."""
    letter, published, language = published_letter(slug, language)
    typed = _typed()
    opened = opened_form(letter, language, typed)
    if typed.problems:
        return _form_page(published, language, opened, typed, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    sent = opened.sent(request.form.get(BAIT, ""))
    said = Said(name=typed.values["name"], words=typed.values["words"], address=typed.values["address"])
    try:
        verbs.report(letter.id, said, Sent(sent.key, sent.language, sent.opened_at, sent.bait))
    except TooOften as error:
        typed.problems = {"": crowded.words(error, language)}
        return _form_page(published, language, opened.untimed(), typed, status=crowded.STATUS)
    return redirect(path_of(published, language, "reported"), code=303)


@public.get("/letters/<slug>/reported")
@public.get("/letters/<slug>/reported/<language>")
@audience(Audience.PUBLIC)
def reported_page(slug: str, language: str = "") -> Response:
    """What happens now, in the same words for everybody."""
    _letter, published, language = published_letter(slug, language)
    back = path_of(published, language, "")
    return make_response(render_template("public/reported.html", back=back))


def _typed() -> TypedAsk:
    typed = TypedAsk({name: shown(request.form.get(name, "").replace("\r\n", "\n")).strip() for name in FIELDS})
    values = typed.values
    if not values["words"]:
        typed.problems["words"] = _("Write what is wrong")
    for name, limit in (("name", NAME_LIMIT), ("words", WORDS_LIMIT)):
        if len(values[name]) > limit:
            length = len(values[name])
            typed.problems[name] = _(
                "Shorten this to %(limit)s characters: it has %(length)s", limit=limit, length=length
            )
    if values["address"]:
        try:
            values["address"] = one_address(values["address"])[0]
        except ValidationError as refused:
            typed.problems["address"] = str(refused)
    return typed


def _form_page(
    published: dict[str, Any],
    language: str,
    opened: OpenAsk,
    typed: TypedAsk,
    *,
    status: int = HTTPStatus.OK,
) -> Response:
    html = render_template(
        "public/report.html",
        path=path_of(published, language, "list"),
        back=path_of(published, language, ""),
        title=published["title"],
        title_language=language,
        title_direction=languages.direction(language),
        form_token=opened.token(),
        values=dict.fromkeys(FIELDS, "") | typed.values,
        errors=typed.problems,
        bait=BAIT,
    )
    return make_response(html, status)
