"""One's own account: name, language, time zone, password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from coalition.actions import enter, second_step
from coalition.languages import DESK
from coalition.models.account import PASSWORD_LEAST, PasswordRefused
from coalition.models.limit import TooOften
from coalition.web import entrance
from coalition.web.audience import COORDINATOR, EVERY_ROLE, Audience, account, audience
from coalition.web.desk import choices, sessions
from coalition.web.desk.door import desk
from coalition.web.desk.sign_in import password_words
from coalition.web.forms import DeskForm, Filled, OneOf, Password, Plain, Words

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from coalition.models.desk_session import DeskSession

PATH = "/desk/account"


class AccountForm(DeskForm):
    """What the account says of its person."""

    name = Words(validators=[Filled(_l("Enter your name")), Plain(200)])
    language = Words(validators=[OneOf(DESK)])
    zone = Words(validators=[OneOf([zone for zone, _words in choices.zones()])])


class NewPasswordForm(DeskForm):
    """A new password, and the present one unless a mailed code or link brought the person in."""

    current = Password()
    password = Password()


@desk.get("/account")
@audience(Audience.ACCOUNT, also=EVERY_ROLE)
def own_account() -> str:
    """The account and its password."""
    return _page()


@desk.post("/account")
@audience(Audience.ACCOUNT, also=EVERY_ROLE)
def edit_own_account() -> str | tuple[str, int] | Response:
    """Save name, language and zone."""
    form = AccountForm()
    if not form.validate_on_submit():
        return _page(form=form), 422
    enter.edit_account(account().id, name=form.name.text, language=form.language.text, zone=form.zone.text)
    flash(_("Your account is saved."))
    return redirect(PATH, code=303)


@desk.post("/account/mails")
@audience(Audience.ACCOUNT)
def choose_own_mails() -> Response:
    """Save which mails come: the digest of the morning, and what came back."""
    enter.choose_mails(
        account().id, wants_digest=bool(request.form.get("digest")), wants_alerts=bool(request.form.get("alerts"))
    )
    flash(_("Your choice of mails is saved."))
    return redirect(PATH, code=303)


@desk.post("/account/password")
@audience(Audience.ACCOUNT, also=EVERY_ROLE)
def change_own_password() -> str | tuple[str, int] | Response:
    """Take a new password; every other session ends."""
    form = NewPasswordForm()
    present = account()
    try:
        if _asks_for_current() and not _proves(form):
            return _page(passwords=form), 422
        changed = enter.change_password(
            present.id,
            password=form.password.text,
            hash_password=entrance.hash_password,
            stays=_session().id,
        )
    except PasswordRefused as refused:
        form.say("password", password_words(refused))
        return _page(passwords=form), 422
    entrance.stay_in(changed)
    entrance.prove()
    flash(_("The new password is saved. Whoever was signed in elsewhere with the old one is signed out."))
    return redirect(PATH, code=303)


def _asks_for_current() -> bool:
    """Whoever came by a mailed code or link has proved the address, and may have forgotten the password."""
    return account().is_set_up and _session().came_by not in {"code", "link"}


def _session() -> DeskSession:
    present = entrance.present_session()
    if present is None:
        abort(404)
    return present


def _proves(form: NewPasswordForm) -> bool:
    """Whoever is signed in is known by their session, and no stranger's tries count."""
    mine = f"session {_session().id.hex}"
    try:
        enter.with_password(
            account().email, form.current.text, fits=entrance.password_fits, knows=lambda _account: mine
        )
    except enter.WrongCredentials:
        form.say("current", _("This is not your present password"))
        return False
    except TooOften:
        form.say("current", _("Too many tries. Try again in 15 minutes, or sign in with a code by mail."))
        return False
    return True


def _page(form: AccountForm | None = None, passwords: NewPasswordForm | None = None) -> str:
    present = account()
    values = form.values if form else {"name": present.name, "language": present.language, "zone": present.zone}
    wrong = form or passwords
    return render_template(
        "desk/account.html",
        account=present,
        values=values,
        errors=wrong.problems if wrong else {},
        languages=choices.desk_languages(),
        zones=choices.zones(),
        may_coordinate=present.role == COORDINATOR,
        asks_for_current=_asks_for_current(),
        second_step=second_step.proofs(present),
        least=PASSWORD_LEAST,
        sessions=sessions.own_rows(),
    )
