"""The way into an organisation's own page: the mailed link, the code, and the way out. And to have links mailed."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from coalition import languages, tokens
from coalition.actions import own_page, step_up
from coalition.actions.acts import LinkReplaced
from coalition.actions.own_page import OwnPageClosed
from coalition.actions.step_up import TooOften
from coalition.database import db
from coalition.models.house import House
from coalition.models.invitation import InvitationRevoked
from coalition.tokens import NotOurs
from coalition.web import crowded
from coalition.web.audience import Audience, audience
from coalition.web.forms import MailAddress, Words
from coalition.web.signing.answering import form_problem
from coalition.web.signing.answers import Problems, without_controls
from coalition.web.signing.door import signing
from coalition.web.signing.leaving import FORGET
from coalition.web.signing.own_fields import OwnFields
from coalition.web.signing.own_visit import (
    AUTHORISES,
    NoOwnVisit,
    OwnCodeNeeded,
    OwnVisit,
    acting,
    arrived,
    at_the_door,
    give_cookie,
    link_of,
    opened_by_code,
    path_of,
    take_cookie,
)
from coalition.web.signing.pages import about_own_page
from coalition.web.signing.visit import LinkEnded, looking
from coalition.web.signing.visit import acting as answering

LOST: Final = "lost"
A_FIELD: Final = re.compile(r"[a-z_][a-zA-Z0-9_-]{0,63}")
NOT_TYPED: Final = frozenset({"code", "another_code", "form_token"})


class LostForm(OwnFields):
    """An address, to which everything that belongs to it is mailed."""

    address = Words(validators=[MailAddress()])


@signing.get("/lost")
@audience(Audience.PUBLIC)
def lost() -> Response:
    """One field; the same page for everybody."""
    return _lost_page()


@signing.post("/lost")
@audience(Audience.PUBLIC)
def ask_for_links() -> Response:
    """Have the links of an address mailed to it. Nothing tells whether it is known: the worker finds out."""
    form = LostForm()
    form.validate()
    problems = _token_problem() | form.problems
    if not form.address.text and not problems:
        problems = {"address": _("Enter the email address to which the links were mailed")}
    if problems:
        return _lost_page(address=without_controls(request.form.get("address", "")), problems=problems, status=422)
    try:
        own_page.ask_for_links(form.address.text)
    except TooOften as error:
        words = crowded.words(error, str(get_locale() or "en"))
        return _lost_page(address=form.address.text, problems={"": words}, status=crowded.STATUS)
    return make_response(redirect("/lost/asked", code=303))


@signing.get("/lost/asked")
@audience(Audience.PUBLIC)
def links_asked() -> Response:
    """The same answer for every address."""
    return make_response(render_template("signing/lost_asked.html", contact_address=_secretariat()))


@signing.get("/invitation/<uuid:invitation_id>/own-page")
@audience(Audience.CONTACT)
def look_about_own_page(invitation_id: UUID) -> Response:
    """What the organisation's own page is, and the choice that has its link mailed."""
    return about_own_page(looking(invitation_id))


@signing.post("/invitation/<uuid:invitation_id>/own-page")
@audience(Audience.CONTACT)
def mail_own_page(invitation_id: UUID) -> Response:
    """Mail the link to the address that we know."""
    visit = answering(invitation_id)
    problems = form_problem(visit)
    if request.form.get("wanted") != "yes":
        problems |= {"wanted": _("Tick that you want the link by mail")}
    if problems:
        return about_own_page(visit, problems=problems, status=422)
    try:
        own_page.mail_own_page(visit.invitation.id, epoch=visit.form.epoch)
    except InvitationRevoked:
        raise LinkEnded("revoked") from None
    except LinkReplaced:
        raise LinkEnded("replaced") from None
    except TooOften:
        words = _("The link was mailed three times today. Look for it in your mail, also where unwanted mail goes.")
        return about_own_page(visit, problems={"": words}, status=429)
    return about_own_page(visit, is_mailed=True)


@signing.get("/o/", defaults={"token": ""})  # an address without its token  # nosec B105
@signing.get("/o/<path:token>")
@audience(Audience.CONTACT)
def open_own_page(token: str) -> Response:
    """Lead from the mailed link to the page without its token. Nothing is recorded: mail scanners come here too."""
    visit = arrived(link_of(token))
    answer = make_response(redirect(visit.path, code=303))
    if request.method != "HEAD":
        give_cookie(answer, visit)
    return answer


@signing.get("/organisation/<uuid:organisation_id>/code")
@audience(Audience.CONTACT)
def look_for_code(organisation_id: UUID) -> Response:
    """An address that a form was sent to, opened by hand: the page again."""
    return make_response(redirect(path_of(organisation_id), code=303))


@signing.post("/organisation/<uuid:organisation_id>/code")
@audience(Audience.CONTACT)
def enter_code(organisation_id: UUID) -> Response:
    """Mail a code, or take the one that was typed."""
    visit = at_the_door(organisation_id)
    if "code" not in request.form or "another_code" in request.form:
        return _send(visit)
    if not request.form["code"].strip():
        return _code_page(visit, problem=_("Type the code: it has 8 digits"), is_sent=True, status=422)
    return make_response(redirect(opened_by_code(visit).path, code=303))


@signing.post("/organisation/<uuid:organisation_id>/leave")
@audience(Audience.CONTACT)
def leave_own_page(organisation_id: UUID) -> Response:
    """End the session in this browser; the link in the mail goes on working."""
    answer = make_response(redirect("/left", code=303))
    take_cookie(answer, organisation_id)
    answer.headers["Clear-Site-Data"] = FORGET
    return answer


@signing.post("/organisation/<uuid:organisation_id>/right")
@audience(Audience.CONTACT)
def all_right(organisation_id: UUID) -> Response:
    """The entry is right."""
    visit = acting(organisation_id)
    own_page.say_all_right(visit.here)
    return make_response(redirect(f"{visit.path}?done=right", code=303))


@signing.errorhandler(NoOwnVisit)
def ask_for_own_link(_error: NoOwnVisit) -> Response:
    """Without a link to it, every organisation's page and every id that is none look alike."""
    return make_response(render_template("signing/own/no_link.html"), 200 if request.method == "GET" else 403)


@signing.errorhandler(OwnPageClosed)
def own_page_closed(_error: OwnPageClosed) -> Response:
    """The link was ended while the page was open."""
    return make_response(render_template("signing/ended.html", why="revoked"), 410)


@signing.errorhandler(OwnCodeNeeded)
def ask_for_own_code(error: OwnCodeNeeded) -> Response:
    """The page behind the code: on a GET the button that mails one; a form that was sent comes back with its field."""
    visit = error.visit
    if request.method != "POST":
        return _code_page(visit, action=f"{visit.path}/code")
    fields = [
        (name, without_controls(value))
        for name, value in request.form.items(multi=True)
        if name not in NOT_TYPED and A_FIELD.fullmatch(name)
    ]
    if error.is_old:
        return _code_page(visit, fields=fields, is_again=visit.is_open, status=409)
    if not error.problem:
        return _send(visit, fields)
    words = {
        "wrong": _("This is not the code that was sent last. Look at the newest mail."),
        "gone": _("This code works no more. Send another one."),
    }[error.problem]
    return _code_page(visit, fields=fields, problem=words, is_sent=True, status=422)


def _send(visit: OwnVisit, fields: list[tuple[str, str]] | None = None) -> Response:
    """Mail a code and show the field for it."""
    try:
        sent = step_up.send_code(visit.link.id, session=visit.session, authorises=AUTHORISES)
    except TooOften as error:
        moment = languages.moment_words(error.until, visit.contact.zone, visit.language)
        words = _("Many codes were sent. Another one can be sent after: %(moment)s", moment=moment)
        return _code_page(visit, fields=fields, problem=words, is_sent=True, status=429)
    return _code_page(visit, fields=fields, is_sent=True, is_read_out=sent.channel == "other")


def _code_page(
    visit: OwnVisit,
    *,
    fields: list[tuple[str, str]] | None = None,
    action: str = "",
    problem: str = "",
    is_sent: bool = False,
    is_read_out: bool | None = None,
    is_again: bool = False,
    status: int = 200,
) -> Response:
    html = render_template(
        "signing/own/code.html",
        action=action or request.path,
        fields=fields or [],
        is_sent=is_sent,
        is_read_out=is_read_out if is_read_out is not None else step_up.is_read_out(visit.link),
        contact_address=_secretariat(),
        is_again=is_again,
        had_file=bool(request.files),
        form_token=visit.token(),
        leave_path=f"{visit.path}/leave",
        errors={"code": problem} if problem else {},
    )
    return make_response(html, status)


def _lost_page(*, address: str = "", problems: Problems | None = None, status: int = 200) -> Response:
    html = render_template(
        "signing/lost.html",
        contact_address=_secretariat(),
        address=address,
        lost_token=tokens.ours().write_form(LOST, {}),
        errors=problems or {},
    )
    return make_response(html, status)


def _token_problem() -> Problems:
    """What to do about a form that is not ours: a page elsewhere can have nobody mailed."""
    try:
        tokens.ours().read_form(LOST, request.form.get("form_token", ""))
    except NotOurs:
        return {"": _("This page was changed on its way. Look at the address, then send it again.")}
    return {}


def _secretariat() -> str:
    house = db.session.scalar(select(House).limit(1))
    return house.contact_address if house else ""
