"""A fresh proof: whoever changes the second step gave the password, or a second step, within the last ten minutes."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import HiddenField

from coalition.actions import enter, second_step
from coalition.actions.second_step import Owed, PasskeyRefused, TooOften, WrongCode
from coalition.web import entrance, known
from coalition.web.audience import EVERY_ROLE, Audience, account, audience, present_session
from coalition.web.desk.asking_passkey import asked_to_show, page_with_passkey
from coalition.web.desk.door import desk
from coalition.web.desk.second_step_words import passkey_words, wait_words, wrong_code_words
from coalition.web.forms import DeskForm, Password, Words

if TYPE_CHECKING:
    from collections.abc import Callable

View = TypeVar("View", bound="Callable[..., Any]")
PATH = "/desk/prove"


class ProofForm(DeskForm):
    """The password, or a code, or what a passkey answered."""

    password = Password()
    code = Words()
    answer = HiddenField()
    challenge = HiddenField()
    next = HiddenField()


def freshly_proved(view: View) -> View:
    """For views that change the second step; each has a page at its own address. It stands below `audience`."""

    @wraps(view)
    def guarded(*arguments: Any, **values: Any) -> Any:
        if not entrance.is_proved():
            return redirect(f"{PATH}?next={quote(request.path)}", code=303)
        return view(*arguments, **values)

    return guarded  # type: ignore[return-value]  # the same arguments, the same answer or a redirect


@desk.get("/prove")
@audience(Audience.ACCOUNT, also=EVERY_ROLE, owing=(Owed.SETTING_UP,))
def ask_for_proof() -> ResponseReturnValue:
    """The page that asks once more who sits there."""
    wanted = entrance.own_path(request.args.get("next"))
    if entrance.is_proved():
        return redirect(wanted, code=303)
    return _page(ProofForm(formdata=None, next=wanted))


@desk.post("/prove")
@audience(Audience.ACCOUNT, also=EVERY_ROLE, owing=(Owed.SETTING_UP,))
def take_proof() -> ResponseReturnValue:
    """On to what was wanted, for ten minutes."""
    form = ProofForm()
    try:
        _prove(form)
    except (enter.WrongCredentials, WrongCode, PasskeyRefused) as refused:
        _say(form, refused)
        return _page(form, status=422)
    except TooOften as limit:
        form.say("code" if form.code.text else "password", wait_words(limit))
        return _page(form, status=429)
    entrance.prove()
    return redirect(entrance.own_path(form.next.data), code=303)


def _prove(form: ProofForm) -> None:
    """Raises WrongCredentials, WrongCode, PasskeyRefused, TooOften."""
    here, session_id = account(), present_session().id
    if form.answer.data:
        second_step.give_passkey(
            here.id, answer=form.answer.data, token=form.challenge.data or "", session_id=session_id
        )
    elif form.code.text:
        browser = known.here(here.id, known.STEPPED)
        second_step.give_code(here.id, form.code.text, session_id=session_id, browser=browser)
    else:
        enter.with_password(
            here.email,
            form.password.text,
            fits=entrance.password_fits,
            knows=lambda _account: f"session {session_id.hex}",
        )


def _say(form: ProofForm, refused: Exception) -> None:
    if isinstance(refused, WrongCode):
        form.say("code", wrong_code_words(form.code.text))
    elif isinstance(refused, PasskeyRefused):
        form.form_errors.append(passkey_words())
    else:
        form.say("password", _("This is not your present password") if form.password.text else _("Enter your password"))


def _page(form: ProofForm, *, status: int = 200) -> ResponseReturnValue:
    has = second_step.proofs(account())
    return page_with_passkey(
        "desk/prove.html",
        status=status,
        asked=asked_to_show(has, account().id),
        has=has,
        values=form.values,
        errors=form.problems,
    )
