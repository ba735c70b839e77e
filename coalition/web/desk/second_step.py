"""Giving the second step after signing in; and signing in by a passkey alone."""

from __future__ import annotations

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import HiddenField

from coalition.actions import second_step
from coalition.actions.second_step import FEW, Owed, PasskeyRefused, TooOften, WrongCode
from coalition.web import entrance, known
from coalition.web.audience import EVERY_ROLE, Audience, account, audience, present_session
from coalition.web.desk.asking_passkey import asked_to_show, page_with_passkey
from coalition.web.desk.door import desk
from coalition.web.desk.second_step_words import passkey_words, wait_words, wrong_code_words
from coalition.web.forms import DeskForm, Words


class StepForm(DeskForm):
    """A code, or what a passkey answered."""

    code = Words()
    answer = HiddenField()
    challenge = HiddenField()
    next = HiddenField()


@desk.get("/second-step")
@audience(Audience.ACCOUNT, also=EVERY_ROLE, owing=(Owed.GIVING,))
def ask_for_second_step() -> ResponseReturnValue:
    """The page after the password; whoever owes nothing goes on."""
    wanted = entrance.own_path(request.args.get("next"))
    if not second_step.owed(account(), present_session()):
        return redirect(wanted, code=303)
    return _page(StepForm(formdata=None, next=wanted))


@desk.post("/second-step")
@audience(Audience.ACCOUNT, also=EVERY_ROLE, owing=(Owed.GIVING,))
def give_second_step() -> ResponseReturnValue:
    """In, by a code of the app, a recovery code or a passkey."""
    form = StepForm()
    here, session_id = account(), present_session().id
    try:
        if form.answer.data:
            how = "passkey"
            second_step.give_passkey(
                here.id, answer=form.answer.data, token=form.challenge.data or "", session_id=session_id
            )
        else:
            browser = known.here(here.id, known.STEPPED)
            how = second_step.give_code(here.id, form.code.text, session_id=session_id, browser=browser)
    except WrongCode:
        form.say("code", wrong_code_words(form.code.text))
        return _page(form, status=422)
    except PasskeyRefused:
        form.form_errors.append(passkey_words())
        return _page(form, status=422)
    except TooOften as limit:
        form.say("code", wait_words(limit))
        return _page(form, status=429)
    entrance.prove()
    known.remember(here.id, known.STEPPED)
    if how == "recovery" and second_step.proofs(account()).codes_left <= FEW:
        flash(_("Few recovery codes are left. Make new ones on the page of your second step."))
    return redirect(entrance.own_path(form.next.data), code=303)


@desk.post("/sign-in/passkey")
@audience(Audience.PUBLIC)
def sign_in_with_passkey() -> ResponseReturnValue:
    """In by a passkey, which stands for address, password and second step."""
    form = StepForm()
    try:
        found = second_step.come_with_passkey(answer=form.answer.data or "", token=form.challenge.data or "")
    except PasskeyRefused:
        flash(_("The passkey did not open the desk. Try again, or sign in with your password."))
        return redirect(entrance.SIGN_IN, code=303)
    entrance.come_in(found, by="passkey")
    second_step.mark_given(present_session().id, "passkey")
    known.remember(found.id, known.STEPPED)
    return redirect(entrance.own_path(form.next.data), code=303)


def _page(form: StepForm, *, status: int = 200) -> ResponseReturnValue:
    has = second_step.proofs(account())
    return page_with_passkey(
        "desk/second_step.html",
        status=status,
        asked=asked_to_show(has, account().id),
        has=has,
        values=form.values,
        errors=form.problems,
    )
