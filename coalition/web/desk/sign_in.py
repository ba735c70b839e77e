"""Signing in, and choosing a password by the one-time link. Nothing here says which addresses have accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request, session
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from wtforms import HiddenField

from coalition import clock
from coalition.actions import enter, passkeys
from coalition.actions.enter import LinkUsed, WrongCredentials
from coalition.models.account import PASSWORD_LEAST, PasswordRefused, PasswordTooShort
from coalition.models.limit import TooOften
from coalition.tokens import NotOurs
from coalition.web import entrance, known, turns
from coalition.web.audience import Audience, audience
from coalition.web.desk.asking_passkey import page_with_passkey
from coalition.web.desk.door import desk
from coalition.web.forms import DeskForm, Filled, Password, Plain, Words

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

ADDRESS_IN_SESSION = "address"
NEXT_IN_SESSION = "next"
LONG = 90
"""From so many minutes on, hours are said."""


class SignInForm(DeskForm):
    """The address, and the password unless a code is asked for."""

    address = Words(validators=[Filled(_l("Enter your email address")), Plain(320)])
    password = Password()
    next = HiddenField()


class CodeForm(DeskForm):
    """The code as it came by mail."""

    address = Words(validators=[Filled(_l("Enter your email address")), Plain(320)])
    code = Words(validators=[Filled(_l("Enter the code from the mail"))])


class PasswordForm(DeskForm):
    """A new password; typed once, for browsers and managers keep it."""

    password = Password()


@desk.get("/sign-in")
@audience(Audience.PUBLIC)
def sign_in() -> str | Response:
    """The sign-in page; whoever is in goes on."""
    wanted = entrance.own_path(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(wanted, code=303)
    return _sign_in_page(SignInForm(formdata=None, next=wanted))


@desk.post("/sign-in")
@audience(Audience.PUBLIC)
def sign_in_now() -> str | tuple[str, int] | Response:
    """In by password; or a code is mailed, and its page opens."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form, status=422)
    if request.form.get("act") == "code":
        return _mail_code(form)
    if not form.password.text:
        form.say("password", _("Enter your password, or have a code mailed to you"))
        return _sign_in_page(form, status=422)
    tried = turns.Try()
    try:
        account = enter.with_password(form.address.text, form.password.text, fits=tried.fits, knows=tried.knows)
    except WrongCredentials:
        form.say("password", _("The address or the password is not right. Type both again, or have a code mailed."))
        return _sign_in_page(form, status=422)
    except TooOften as limit:
        form.say("password", _too_often(limit))
        return _sign_in_page(form, status=429)
    entrance.come_in(account, by="password")
    return redirect(entrance.own_path(form.next.data), code=303)


@desk.get("/sign-in/code")
@audience(Audience.PUBLIC)
def enter_code() -> str | Response:
    """The page for the code that was mailed."""
    if current_user.is_authenticated:
        return redirect(entrance.DESK, code=303)
    return _code_page(CodeForm(formdata=None, address=session.get(ADDRESS_IN_SESSION, "")))


@desk.post("/sign-in/code")
@audience(Audience.PUBLIC)
def enter_code_now() -> str | tuple[str, int] | Response:
    """In by the code."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _code_page(form), 422
    try:
        account = enter.with_code(form.address.text, form.code.text, browser=entrance.asks_for_code(), knows=known.here)
    except WrongCredentials:
        form.say("code", _code_does_not_open())
        return _code_page(form), 422
    wanted = session.pop(NEXT_IN_SESSION, None)
    session.pop(ADDRESS_IN_SESSION, None)
    entrance.come_in(account, by="code")
    return redirect(entrance.own_path(wanted), code=303)


@desk.get("/set-up/<token>")
@audience(Audience.PUBLIC)
def set_up(token: str) -> str | tuple[str, int]:
    """The page behind the one-time link. Looking changes nothing."""
    try:
        _link, account = enter.find_set_up(token)
    except (NotOurs, LinkUsed):
        return _link_is_dead()
    return _set_up_page(PasswordForm(formdata=None), account.name, account.email)


@desk.post("/set-up/<token>")
@audience(Audience.PUBLIC)
def set_up_now(token: str) -> str | tuple[str, int] | Response:
    """Choose the password; the link is used, and its person is in."""
    form = PasswordForm()
    try:
        _link, account = enter.find_set_up(token)
        name, address = account.name, account.email
        account = enter.set_up(token, password=form.password.text, hash_password=entrance.hash_password)
    except (NotOurs, LinkUsed):
        return _link_is_dead()
    except PasswordRefused as refused:
        form.say("password", password_words(refused))
        return _set_up_page(form, name, address), 422
    entrance.come_in(account, by="link")
    return redirect(entrance.DESK, code=303)


def password_words(refused: PasswordRefused) -> str:
    """What to do about a password that was refused."""
    if isinstance(refused, PasswordTooShort):
        return str(_("Choose a password of at least %(least)s characters", least=PASSWORD_LEAST))
    return str(_("Choose a password that is not your name or address and has more different characters"))


def _mail_code(form: SignInForm) -> str | tuple[str, int] | Response:
    try:
        enter.mail_code(form.address.text, browser=entrance.asks_for_code(), knows=known.here)
    except TooOften as limit:
        form.say("address", _too_often(limit))
        return _sign_in_page(form, status=429)
    session[ADDRESS_IN_SESSION] = form.address.text
    session[NEXT_IN_SESSION] = entrance.own_path(form.next.data)
    return redirect("/desk/sign-in/code", code=303)


def _code_does_not_open() -> str:
    return str(
        _(
            "This code does not open the desk. It works once, for 10 minutes, in the browser in which you asked for "
            "it. Have a new one mailed."
        )
    )


def _too_often(limit: TooOften) -> str:
    minutes = max(1, -(-int((limit.until - clock.now()).total_seconds()) // 60))
    if minutes > LONG:
        return str(
            _(
                "Too many tries with this address. Try again in %(hours)s hours, or in a browser in which you signed "
                "in before.",
                hours=-(-minutes // 60),
            )
        )
    return str(
        _(
            "Too many tries with this address. Try again in %(minutes)s minutes, or in a browser in which you signed "
            "in before.",
            minutes=minutes,
        )
    )


def _sign_in_page(form: SignInForm, *, status: int = 200) -> Response:
    asked = passkeys.ask_to_sign_in() if passkeys.are_possible() else None
    return page_with_passkey("desk/sign_in.html", asked=asked, status=status, values=form.values, errors=form.problems)


def _code_page(form: CodeForm) -> str:
    return render_template("desk/sign_in_code.html", values=form.values, errors=form.problems)


def _set_up_page(form: PasswordForm, name: str, address: str) -> str:
    return render_template(
        "desk/set_up.html", name=name, address=address, least=PASSWORD_LEAST, values=form.values, errors=form.problems
    )


def _link_is_dead() -> tuple[str, int]:
    return render_template("desk/set_up_link_dead.html"), 404
