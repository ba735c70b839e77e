"""Coming in: the mailed link, the page without the token, and the way for those who block cookies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request
from flask_babel import gettext as _

from coalition import clock, tokens
from coalition.actions import pending_approvals
from coalition.actions.acts import is_handed_over
from coalition.database import db
from coalition.models.invitation import HandedOver
from coalition.tokens import NotOurs
from coalition.web.audience import Audience, audience
from coalition.web.signing import colleague_pages, comment_pages, proof_page
from coalition.web.signing.answers import Answers, Problems, without_controls
from coalition.web.signing.door import signing
from coalition.web.signing.pages import PAGES, invitation_page
from coalition.web.signing.recorded import recorded_page
from coalition.web.signing.standing import Standing
from coalition.web.signing.visit import (
    LinkEnded,
    NoVisit,
    Visit,
    acting,
    arrived,
    give_cookie,
    invitation_of,
    link_of,
    looking,
    path_of,
)

if TYPE_CHECKING:
    from coalition.models.link import Link

PURPOSE: Final = "paste"
IN_AN_ADDRESS: Final = re.compile(r"/i/([A-Za-z0-9_.=-]+)")


@signing.get("/i/", defaults={"token": ""})  # an address without its token  # nosec B105
@signing.get("/i/<path:token>")
@audience(Audience.CONTACT)
def open_link(token: str) -> Response:
    """Lead from the mailed link to the page without its token; to what changed where an answer to it is due.

    Nothing is recorded: mail scanners come here too.
    """
    link = link_of(token)
    visit = arrived(link, has_cookie=True)
    page = _due(visit)
    answer = make_response(redirect(visit.path_to(page), code=303))
    if request.method != "HEAD":
        give_cookie(answer, link)
    return answer


def _due(visit: Visit) -> str:
    """The page where something is asked of the organisation now; "" is the letter's own."""
    standing = Standing.of(visit)
    if standing.state == "open" and pending_approvals.asked_of(db.session(), visit.invitation):
        return "approval"
    if standing.asked in {"keep", "object", "confirm"}:
        return "changes"
    is_disputed = standing.signature is not None and standing.signature.suspended_at is not None
    if standing.asked == "recorded" and not is_disputed:
        return "recorded"
    until, signature = visit.letter.proof_until_at, standing.signature
    is_shown = until is not None and clock.now() < until and standing.public is None
    return "proof" if is_shown and signature is not None and signature.is_on_list else ""


@signing.get("/invitation/<uuid:invitation_id>")
@audience(Audience.CONTACT)
def look(invitation_id: UUID) -> Response:
    """The letter and the form."""
    return invitation_page(looking(invitation_id))


@signing.get(
    "/invitation/<uuid:invitation_id>/<any(receipt, 'printed-name', visibility, withdraw, 'not-us', ledger):page>"
)
@audience(Audience.CONTACT)
def look_further(invitation_id: UUID, page: str) -> Response:
    """A page that stands behind the first one."""
    return PAGES[page](looking(invitation_id))


@signing.get("/invitation/<uuid:invitation_id>/<any(sign, decline, keep, object, reveal, leave):_act>")
@audience(Audience.CONTACT)
def look_again(invitation_id: UUID, _act: str) -> Response:
    """An address that a form was sent to, opened by hand: the letter again."""
    return make_response(redirect(path_of(invitation_id), code=303))


@signing.post("/invitation/<uuid:invitation_id>")
@audience(Audience.CONTACT)
def open_without_cookie(invitation_id: UUID) -> Response:
    """The link pasted, or one page asking for the next where no cookie is kept. Changes nothing."""
    if "link" in request.form:
        return _pasted(invitation_id, request.form["link"])
    visit = acting(invitation_id)
    every = PAGES | comment_pages.PAGES | proof_page.PAGES | colleague_pages.PAGES | {"recorded": recorded_page}
    page = every.get(request.form.get("page", ""), invitation_page)
    language = request.form.get("lang", visit.form.language)
    return page(arrived(visit.link, has_cookie=visit.has_cookie, language=language))


@signing.errorhandler(NotOurs)
def unknown(_error: NotOurs) -> Response:
    """One page for every address that is not ours: unknown, cut off, forged. It tells nobody which."""
    return make_response(render_template("signing/unknown.html"), 404)


@signing.errorhandler(LinkEnded)
def ended(error: LinkEnded) -> Response:
    """A link of ours that works no more: its own words, and no letter, organisation or person."""
    return make_response(render_template("signing/ended.html", why=error.why), 410)


@signing.errorhandler(NoVisit)
def ask_for_link(_error: NoVisit) -> Response:
    """The one field for the link. What was typed before is kept in the form, signed, until the link is there."""
    if request.method != "POST":
        return _paste_page()
    languages = [name.removeprefix("name_") for name in request.form if name.startswith("name_")]
    is_answer = request.endpoint != "signing.open_without_cookie"
    return _paste_page(Answers.of(request.form, languages) if is_answer else None, status=422)


def _pasted(invitation_id: UUID, address: str) -> Response:
    kept = _kept(request.form.get("form_token", ""))
    try:
        link = link_of(_token_in(address))
    except NotOurs:
        words = _("Copy the whole link from the mail: this is not a link of ours, or only a part of it")
        return _paste_page(kept, link=without_controls(address), errors={"link": words}, status=422)
    invitation = invitation_of(link)
    if invitation.id == invitation_id:
        answer = _opened(link, kept)
    else:
        answer = make_response(redirect(path_of(invitation.id), code=303))
    give_cookie(answer, link)
    return answer


def _opened(link: Link, kept: Answers | None) -> Response:
    """The letter; with what was typed before the link was asked for, to be sent once more."""
    visit = arrived(link, has_cookie=False)
    if is_handed_over(db.session(), visit.invitation):
        raise HandedOver
    if kept is None:
        return invitation_page(visit)
    words = _("Your answers are below. Look at them, then send them again.")
    title = _("Nothing is recorded yet")
    if kept.form:
        return colleague_pages.again(visit, kept, {"": words})
    if kept.comment:
        return comment_pages.comment_page(visit, kept.comment, problems={"": words}, problems_title=title)
    return invitation_page(visit, answers=kept, problems={"": words}, problems_title=title)


def _token_in(address: str) -> str:
    """The token in a pasted address, however the mail program broke its lines; or the token alone."""
    together = "".join(address.split())
    found = IN_AN_ADDRESS.search(together)
    return found[1] if found else together


def _paste_page(
    kept: Answers | None = None, *, link: str = "", errors: Problems | None = None, status: int = 200
) -> Response:
    html = render_template(
        "signing/paste.html",
        path=path_of((request.view_args or {})["invitation_id"]),
        form_token=tokens.ours().write_form(PURPOSE, {"answers": kept.facts() if kept else None}),
        link=link,
        keeps_answers=kept is not None,
        errors=errors or {},
    )
    return make_response(html, status)


def _kept(token: str) -> Answers | None:
    try:
        facts = tokens.ours().read_form(PURPOSE, token)["answers"]
        return Answers.kept(facts) if facts else None
    except (NotOurs, KeyError, TypeError):
        return None
