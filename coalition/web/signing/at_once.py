"""A form that signs and leaves nothing to look at: recorded at once (`coalition.actions.sign_at_once`).

Cookie and form token alone say whose it is; nothing is read for a page that is not shown. Whatever stands against it,
nothing was recorded, and the form is looked at in the ordinary way (`answering`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, redirect, request

from coalition.actions import sign_at_once
from coalition.actions.answer import SigningForm
from coalition.actions.sign_at_once import NotPlain
from coalition.tokens import NotOurs
from coalition.web.act_code import CODE
from coalition.web.signing.answers import Answers, problems_of_signing
from coalition.web.signing.names import field_of
from coalition.web.signing.open_form import OpenForm
from coalition.web.signing.visit import by_cookie, path_of

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Response

_NAME = field_of("")


def signed(invitation_id: UUID) -> Response | None:
    """The way to the receipt of what was signed; None where the form is to be looked at."""
    try:
        form = OpenForm.read(request.form.get("form_token", ""))
        cookie = by_cookie(invitation_id)
    except NotOurs:
        return None
    if cookie is None or (cookie.link_id, cookie.epoch) != (form.link_id, form.epoch):
        return None
    if form.is_old() or CODE in request.form:
        return None
    answers = Answers.of(request.form, [name.removeprefix(_NAME) for name in request.form if name.startswith(_NAME)])
    if problems_of_signing(answers, ""):
        return None
    try:
        first_seen = sign_at_once.sign(invitation_id, form.link_id, signing_form(form, answers, answers.names))
    except NotPlain:
        return None
    chosen = "" if form.language == first_seen else f"?lang={form.language}"
    return make_response(redirect(f"{path_of(invitation_id)}/receipt{chosen}", code=303))


def signing_form(form: OpenForm, answers: Answers, names: dict[str, str]) -> SigningForm:
    """What the form asks to be recorded, with the names to be printed."""
    return SigningForm(
        key=form.key_of("sign"),
        shown=form.shown,
        person=answers.person,
        role=answers.role,
        printed_names=names,
        is_withheld=answers.visibility != "named",
        is_uncounted=answers.visibility == "uncounted",
        shows_logo=answers.logo,
    )
