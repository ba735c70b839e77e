"""The step-up code in a form that is sent: taken once, for exactly the answer that stands beside it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from flask import g, request
from flask_babel import gettext as _
from flask_babel import ngettext

from coalition import languages
from coalition.actions import step_up
from coalition.actions.step_up import CodeGone, WrongCode

if TYPE_CHECKING:
    from coalition.web.signing.open_form import OpenForm

CODE: Final = "code"
ANOTHER: Final = "another_code"
NOT_TYPED: Final = frozenset({CODE, ANOTHER, "form_token"})


def proved(form: OpenForm, session: str) -> OpenForm:
    """The form that was sent, marked where a right code came with it. Why a code was not taken is kept for its page."""
    typed = request.form.get(CODE)
    if typed is None or ANOTHER in request.form:
        return form
    if not typed.strip():
        g.code_problem = _("Type the code: it has 8 digits")
        return form
    try:
        step_up.take_code(form.link_id, typed, session=session, authorises=authorised(form))
    except WrongCode as error:
        number = languages.number(error.left, g.language)
        g.code_problem = ngettext(
            "This is not the code that was sent last. You can try %(number)s more time.",
            "This is not the code that was sent last. You can try %(number)s more times.",
            error.left,
            number=number,
        )
        return form
    except CodeGone:
        g.code_problem = _("This code works no more. Send another one.")
        return form
    return replace(form, is_proved=True)


def authorised(form: OpenForm) -> str:
    """What a code authorises: this form at this address, with everything that was typed and ticked in it."""
    parts = [(name, value.replace("\r\n", "\n")) for name, value in typed_fields()]
    facts = json.dumps([request.endpoint, form.key, form.fingerprint, sorted(parts)])
    return hashlib.sha256(facts.encode()).hexdigest()


def typed_fields() -> list[tuple[str, str]]:
    """The fields of the form that was sent, without its token and the code, each as often as it came."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_TYPED]
