"""The step-up code in a form that is sent: taken once, for exactly the answer that stands beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import g

from coalition.web.act_code import Act

if TYPE_CHECKING:
    from coalition.web.signing.open_form import OpenForm


def proved(form: OpenForm, session: str) -> OpenForm:
    """The form that was sent, marked where a right code came with it. Why a code was not taken is kept for its page."""
    return replace(form, is_proved=True) if act_of(form, session).is_proved(g.language) else form


def act_of(form: OpenForm, session: str) -> Act:
    """What a code authorises: this form at this address, with everything that was typed and ticked in it."""
    return Act.sent(form.link_id, session, form.key, form.fingerprint)
