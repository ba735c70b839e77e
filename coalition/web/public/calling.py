"""The open call: an address that can be passed on, and that shows the text of a letter under signature.

Whoever has it reads the text and can ask to sign; nothing of the others is shown. It is never limited by network
address, stands in no list of ours, and ends by one press at the desk.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from flask import Response, g, make_response, redirect, render_template, request
from flask_babel import gettext as _

from coalition import clock, languages
from coalition.actions import proof
from coalition.actions import request as verbs
from coalition.database import db
from coalition.models.limit import TooOften
from coalition.models.request import TakesNoRequests
from coalition.rendering import page
from coalition.rendering.reading import reading_title
from coalition.web import crowded
from coalition.web.audience import Audience, audience
from coalition.web.embargo import concerns
from coalition.web.public.ask_form import BAIT, OpenAsk, TypedAsk, field_facts
from coalition.web.public.asking import opened_form, who_may_ask
from coalition.web.public.door import public
from coalition.web.public.links import link_of
from coalition.web.public.person_form import TypedPerson, person_facts

if TYPE_CHECKING:
    from markupsafe import Markup
    from werkzeug.wrappers import Response as BaseResponse

    from coalition.models.letter import Letter


ALONE: Final = "myself"
"""What the address says where a person signs for themselves."""


class CallEnded(Exception):
    """The address is ours and works no more: the call was ended, or signing is over."""


@public.get("/call/<token>")
@audience(Audience.PUBLIC)
def call_page(token: str) -> Response:
    """The text, and the form below it."""
    letter, link_id = _called(token)
    language = _language(letter)
    opened = OpenAsk.fresh(letter.id, language, call_id=link_id, version_id=_version_id(letter))
    return _page(token, letter, language, opened)


@public.post("/call/<token>")
@audience(Audience.PUBLIC)
def ask_by_call(token: str) -> BaseResponse:
    """Take what was sent; the page again where something has to change in it."""
    letter, link_id = _called(token)
    language = _language(letter)
    typed = (TypedPerson if _is_alone(letter) else TypedAsk).of(request.form)
    opened = opened_form(letter, language, typed, call_id=link_id, version_id=_version_id(letter))
    if typed.problems:
        return _page(token, letter, language, opened, typed)
    try:
        verbs.ask(letter.id, typed.asked, opened.sent(request.form.get(BAIT, "")))
    except TakesNoRequests as ended:
        raise CallEnded from ended
    except TooOften as error:
        typed.problems = {"": crowded.words(error, language)}
        return _page(token, letter, language, opened.untimed(), typed, status=crowded.STATUS)
    return redirect(f"/call/{token}/asked?lang={language}", code=303)


@public.get("/call/<token>/asked")
@audience(Audience.PUBLIC)
def asked_by_call(token: str) -> Response:
    """What happens now, in the same words for everybody."""
    letter, _link_id = _called(token)
    language = _language(letter)
    back = f"/call/{token}?lang={language}"
    return make_response(render_template("public/asked.html", back=back, title=reading_title(letter.text(language))))


@public.errorhandler(CallEnded)
def ended(_error: CallEnded) -> Response:
    """An address of ours that works no more: no letter, no organisation, no person."""
    return make_response(render_template("public/call_ended.html"), HTTPStatus.GONE)


def _called(token: str) -> tuple[Letter, UUID]:
    """The letter that a call is for, and the call's link. Raises NotOurs, CallEnded."""
    link = link_of("call", token)
    letter = link.letter
    if letter is None or link.revoked_at or not letter.is_open_for_signing(now=clock.now()):
        raise CallEnded
    concerns(letter)
    return letter, link.id


def _language(letter: Letter) -> str:
    """The language that the address asks for, else one that the browser reads, else the one that governs."""
    wanted, present = request.args.get("lang", ""), letter.readable_languages
    found = wanted if wanted in present else request.accept_languages.best_match(present)
    language = found or letter.authoritative_language
    g.language = language
    return language


def _is_alone(letter: Letter) -> bool:
    """Whether a person signs for themselves: the address says so, and the letter has a list for it."""
    return letter.has_individuals and request.args.get("for") == ALONE


def _version_id(letter: Letter) -> UUID | None:
    """The version in view, where a person signs it."""
    version_id: UUID | None = letter.version.id if _is_alone(letter) else None
    return version_id


def _ways(token: str, letter: Letter, language: str) -> list[dict[str, Any]]:
    """For whom one can sign here; nothing to choose where the letter is for organisations alone."""
    if not letter.has_individuals:
        return []
    path, is_alone = f"/call/{token}?lang={language}", _is_alone(letter)
    return [
        {"words": _("I ask for an organisation"), "href": f"{path}#ask", "current": not is_alone},
        {"words": _("I sign for myself"), "href": f"{path}&for={ALONE}#ask", "current": is_alone},
    ]


def _page(
    token: str,
    letter: Letter,
    language: str,
    opened: OpenAsk,
    typed: TypedAsk | None = None,
    *,
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> Response:
    present = letter.readable_languages
    html = render_template(
        "public/call.html",
        path=f"/call/{token}?lang={language}" + (f"&for={ALONE}" if _is_alone(letter) else ""),
        ways=_ways(token, letter, language),
        is_alone=_is_alone(letter),
        title=reading_title(letter.text(language)) or _("A letter"),
        article=_article(letter, language),
        text_language=language,
        text_direction=languages.direction(language),
        deadline=_deadline(letter, language),
        who_may_ask=who_may_ask(letter),
        form_token=opened.token(),
        languages_of_letter=[
            {
                "tag": tag,
                "name": languages.endonym(tag),
                "direction": languages.direction(tag),
                "href": f"/call/{token}?lang={tag}" + (f"&for={ALONE}" if _is_alone(letter) else ""),
                "current": tag == language,
            }
            for tag in present
        ],
        **(person_facts(typed) if _is_alone(letter) else field_facts(typed, languages.interface_language(language))),
    )
    return make_response(html, status if typed else HTTPStatus.OK)


def _article(letter: Letter, language: str) -> Markup:
    """The text alone: no list and no figure tells how it stands; a photo has no public address yet."""
    return page.article(replace(proof.draft(db.session(), letter, now=clock.now()), photo=None), language)


def _deadline(letter: Letter, language: str) -> list[str]:
    """The deadline in the letter's zone and in UTC."""
    if letter.deadline_at is None:
        return []
    spoken = languages.interface_language(language)
    zones = dict.fromkeys((letter.zone, "UTC"))
    return [languages.moment_words(letter.deadline_at, zone, spoken) for zone in zones]
