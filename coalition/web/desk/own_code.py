"""One code more at the desk: before an account acts for its own organisation where the verb asks for a code.

Whoever finds a desk open has no mailbox yet: the code goes to the account's address.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from flask import g, request, session
from sqlalchemy import select

from coalition import languages
from coalition.actions import step_up
from coalition.actions.acts import CodeNeeded
from coalition.database import db
from coalition.models.consent import Consent
from coalition.web.act_code import CODE, Act
from coalition.web.audience import account
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, show, the_letter

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

IN_SESSION: Final = "code_session"
"""The random id in the cookie of this session, to which codes are bound."""


def is_proved(key: str, fingerprint: str) -> bool:
    """Whether a right code came with the form that was sent. `key` is the idempotency key of its act."""
    if IN_SESSION not in session:
        session[IN_SESSION] = secrets.token_hex(16)
    g.own_act_key, g.own_act_seen = key, fingerprint
    return CODE in request.form and _act().is_proved(language())


@desk.errorhandler(CodeNeeded)
def ask_code(_error: CodeNeeded) -> ResponseReturnValue:
    """Send a code, unless one can still be tried, and ask for it. Nothing of the act is recorded yet."""
    if db.session.scalar(select(Consent.id).where(Consent.idempotency_key == g.own_act_key)):
        return lead_to(the_letter().id, "sign")  # the same form, sent twice: its code worked once
    who, spoken = account(), language()

    def moment(when: datetime) -> str:
        return languages.moment_words(when, who.zone, spoken)

    facts = _act().asked(moment)
    return show("desk/code.html", status=422 if facts["errors"] else 200, **facts)


def _act() -> Act:
    link_id = step_up.link_of_account(account().id)
    return Act.sent(link_id, session[IN_SESSION], the_letter().id.hex, g.own_act_key, g.own_act_seen)
