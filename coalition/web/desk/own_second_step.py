"""The second step of one's own account: set up, looked at, removed; recovery codes. Shown codes are shown once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import HiddenField

from coalition import clock, languages, tokens
from coalition.actions import passkeys, second_step
from coalition.actions.second_step import AlreadyMany, LastOne, NothingToRecover, Owed, PasskeyRefused, WrongCode
from coalition.models import app_code
from coalition.rendering.qr import qr_inline
from coalition.tokens import NotOurs
from coalition.web.audience import EVERY_ROLE, Audience, account, audience, present_session
from coalition.web.desk.asking_passkey import page_with_passkey
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language
from coalition.web.desk.proving import freshly_proved
from coalition.web.desk.second_step_words import passkey_words
from coalition.web.filters import coalition_name
from coalition.web.forms import DeskForm, Filled, Plain, Words

if TYPE_CHECKING:
    from coalition.actions.passkeys import Asked

PATH: Final = "/desk/account/second-step"
OWING: Final = (Owed.SETTING_UP,)
OFFER, OFFERED_FOR = "offer", timedelta(hours=1)
"""Where a browser keeps what it was offered, and for how long: a page that is loaded again, or opened again after a
proof, shows the secret that the telephone has read meanwhile."""


class AppForm(DeskForm):
    """The code that the app shows, and the secret as it was offered, signed by us."""

    code = Words(validators=[Filled(_l("Enter the code that the app shows"))])
    offer = HiddenField()


class PasskeyForm(DeskForm):
    """What the person calls the passkey, and what the browser answered."""

    name = Words(validators=[Filled(_l("Give the passkey a name")), Plain(second_step.NAME_LIMIT)])
    answer = HiddenField()
    challenge = HiddenField()


@desk.get("/account/second-step")
@audience(Audience.ACCOUNT, also=EVERY_ROLE, owing=OWING)
def own_second_step() -> str:
    """What there is, and what can be added."""
    has, zone, spoken = second_step.proofs(account()), account().zone, language()
    return render_template(
        "desk/own_second_step.html",
        has=has,
        keys=[
            {
                "id": one.id,
                "name": one.name,
                "made": languages.moment_words(one.made_at, zone, spoken),
                "used": languages.moment_words(one.used_at, zone, spoken) if one.used_at else "",
                "is_synced": one.is_synced,
            }
            for one in has.passkeys
        ],
        are_possible=passkeys.are_possible(),
        is_asked=g.owed == Owed.SETTING_UP,
    )


@desk.get("/account/second-step/app")
@audience(Audience.ACCOUNT, also=EVERY_ROLE, owing=OWING)
@freshly_proved
def ask_for_app() -> ResponseReturnValue:
    """A secret for the app, to be read by its camera or typed."""
    return _app_page(AppForm(formdata=None), _still_offered() or app_code.new_secret())


@desk.post("/account/second-step/app")
@audience(Audience.ACCOUNT, also=EVERY_ROLE, owing=OWING)
@freshly_proved
def add_own_app() -> ResponseReturnValue:
    """Take the app, once it has shown a code."""
    form = AppForm()
    try:
        secret = _offered(form.offer.data or "")
    except NotOurs:
        flash(_("Begin again: this secret was not made for you just now."))
        return redirect(f"{PATH}/app", code=303)
    if not form.validate_on_submit():
        return _app_page(form, secret), 422
    try:
        codes = second_step.add_app(account().id, secret=secret, code=form.code.text, session_id=present_session().id)
    except WrongCode:
        form.say("code", _("The app shows another code by now, or its clock is wrong. Type the one that it shows."))
        return _app_page(form, secret), 422
    session.pop(OFFER, None)
    return _after_adding(codes, _("The app is set up."))


@desk.get("/account/second-step/app/remove")
@audience(Audience.ACCOUNT, also=EVERY_ROLE)
@freshly_proved
def ask_to_remove_app() -> ResponseReturnValue:
    """What removing the app means."""
    if not account().has_app:
        return redirect(PATH, code=303)
    return _question_about_app()


@desk.post("/account/second-step/app/remove")
@audience(Audience.ACCOUNT, also=EVERY_ROLE)
@freshly_proved
def remove_own_app() -> ResponseReturnValue:
    """Remove the app."""
    try:
        second_step.remove_app(account().id)
    except LastOne:
        return _question_about_app(), 409
    flash(_("The app is removed. You can delete its entry on the telephone too."))
    return redirect(PATH, code=303)


@desk.get("/account/second-step/passkey")
@audience(Audience.ACCOUNT, also=EVERY_ROLE, owing=OWING)
@freshly_proved
def ask_for_passkey() -> ResponseReturnValue:
    """The page on which a browser makes a passkey."""
    return _passkey_page(PasskeyForm(formdata=None))


@desk.post("/account/second-step/passkey")
@audience(Audience.ACCOUNT, also=EVERY_ROLE, owing=OWING)
@freshly_proved
def add_own_passkey() -> ResponseReturnValue:
    """Take the passkey that the browser made."""
    form = PasskeyForm()
    if not form.validate_on_submit():
        return _passkey_page(form, status=422)
    try:
        codes = second_step.add_passkey(
            account().id,
            name=form.name.text,
            answer=form.answer.data or "",
            token=form.challenge.data or "",
            session_id=present_session().id,
        )
    except PasskeyRefused:
        form.form_errors.append(passkey_words())
        return _passkey_page(form, status=422)
    except AlreadyMany:
        form.form_errors.append(_("You have as many passkeys as an account can have. Remove one first."))
        return _passkey_page(form, status=422)
    return _after_adding(codes, _("The passkey is added."))


@desk.get("/account/second-step/passkey/<uuid:passkey_id>/remove")
@audience(Audience.ACCOUNT, also=EVERY_ROLE)
@freshly_proved
def ask_to_remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """What removing a passkey means."""
    return _question_about_passkey(passkey_id)


@desk.post("/account/second-step/passkey/<uuid:passkey_id>/remove")
@audience(Audience.ACCOUNT, also=EVERY_ROLE)
@freshly_proved
def remove_own_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Remove a passkey."""
    try:
        second_step.remove_passkey(account().id, passkey_id)
    except LastOne:
        return _question_about_passkey(passkey_id), 409
    flash(_("The passkey is removed. The device may still offer it: it opens nothing here."))
    return redirect(PATH, code=303)


@desk.get("/account/second-step/codes")
@audience(Audience.ACCOUNT, also=EVERY_ROLE)
@freshly_proved
def ask_for_codes() -> ResponseReturnValue:
    """What making codes anew means."""
    has = second_step.proofs(account())
    if not has.is_set:
        return redirect(PATH, code=303)
    return render_template("desk/second_step_question.html", about="codes", has=has, name="", refused=False)


@desk.post("/account/second-step/codes")
@audience(Audience.ACCOUNT, also=EVERY_ROLE)
@freshly_proved
def make_own_codes() -> ResponseReturnValue:
    """Ten codes, shown in this answer alone."""
    try:
        codes = second_step.make_codes(account().id)
    except NothingToRecover:
        return redirect(PATH, code=303)
    return _codes_page(codes, _("New recovery codes are made. Those from before work no more."))


def _after_adding(codes: list[str], done: str) -> ResponseReturnValue:
    if codes:
        return _codes_page(codes, done)
    flash(done)
    return redirect(PATH, code=303)


def _codes_page(codes: list[str], done: str) -> str:
    house = coalition_name(language())
    heading = _("Recovery codes of %(name)s for %(coalition)s", name=account().email, coalition=house)
    file = "\r\n".join([heading, languages.moment_words(clock.now(), account().zone, language()), "", *codes, ""])
    return render_template(
        "desk/recovery_codes.html",
        codes=codes,
        done=done,
        whose=heading,
        file=f"data:text/plain;charset=utf-8,{quote(file)}",
    )


def _app_page(form: AppForm, secret: str) -> str:
    if _still_offered() != secret:
        session[OFFER] = _new_offer(secret)
    house = coalition_name(language())
    return render_template(
        "desk/own_app.html",
        drawing=Markup(qr_inline(app_code.address_of(secret, of=account().email, at=house))),  # noqa: S704 -- our drawing  # nosec B704
        secret=app_code.in_groups(secret),
        offer=session[OFFER],
        is_another=account().has_app,
        values=form.values,
        errors=form.problems,
    )


def _new_offer(secret: str) -> str:
    whose = {"of": account().id.hex, "session": present_session().id.hex}
    return tokens.ours().write_form("app", {"secret": secret, "at": clock.now().isoformat(), **whose})


def _still_offered() -> str:
    """The secret that this browser was offered within the last hour and did not take yet, or ""."""
    try:
        facts = _offer(session.get(OFFER, ""))
    except NotOurs:
        return ""
    return str(facts["secret"]) if clock.now() - datetime.fromisoformat(facts["at"]) < OFFERED_FOR else ""


def _offered(token: str) -> str:
    """The secret that was offered in this session. Raises NotOurs."""
    return str(_offer(token)["secret"])


def _offer(token: str) -> dict[str, Any]:
    facts = tokens.ours().read_form("app", token)
    if (facts["of"], facts["session"]) != (account().id.hex, present_session().id.hex):
        raise NotOurs
    return facts


def _passkey_page(form: PasskeyForm, *, status: int = 200) -> ResponseReturnValue:
    asked: Asked | None = None
    if passkeys.are_possible():
        known = second_step.proofs(account()).passkeys
        asked = passkeys.ask_to_make(account(), known, coalition=coalition_name(language()))
    elif status != 200:
        status = 409  # no field is wrong: the page says why there are none here
    return page_with_passkey(
        "desk/own_passkey.html", asked=asked, status=status, values=form.values, errors=form.problems if asked else {}
    )


def _question_about_app() -> str:
    return _question("app", "")


def _question_about_passkey(passkey_id: UUID) -> str:
    one = next((key for key in second_step.proofs(account()).passkeys if key.id == passkey_id), None)
    if one is None:
        abort(404)
    return _question("passkey", one.name, passkey_id=one.id)


def _question(about: str, name: str, **more: Any) -> str:
    has = second_step.proofs(account())
    return render_template(
        "desk/second_step_question.html", about=about, name=name, has=has, refused=has.is_last_needed, **more
    )
