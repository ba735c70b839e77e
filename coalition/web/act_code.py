"""The step-up code in a form that is sent, whatever the door: taken once, for exactly the answer that stands beside it.

Where none came, or another one, the door shows a page with everything that was typed and one field for the code.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import g, request
from flask_babel import gettext as _
from flask_babel import ngettext

from coalition import languages
from coalition.actions import step_up
from coalition.actions.step_up import CodeGone, TooOften, WrongCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

CODE: Final = "code"
ANOTHER: Final = "another_code"
NOT_TYPED: Final = frozenset({CODE, ANOTHER, "form_token", "csrf_token"})
A_FIELD: Final = re.compile(r"[a-z_][a-zA-Z0-9_-]{0,63}")
"""The names of the fields that a form of ours can have; what else was sent is not carried on."""
_NO_PLACE_IN_HTML: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Act:
    """What a code is bound to: whose it is, the session, and what it authorises."""

    link_id: UUID
    session: str
    authorises: str

    @classmethod
    def sent(cls, link_id: UUID, session: str, *seen: str) -> Act:
        """The act of the form that was sent: at this address, with everything typed and ticked, and what was `seen`."""
        parts = [(name, value.replace("\r\n", "\n")) for name, value in typed_fields()]
        facts = json.dumps([request.endpoint, *seen, sorted(parts)])
        return cls(link_id, session, hashlib.sha256(facts.encode()).hexdigest())

    def is_proved(self, language: str) -> bool:
        """Whether a right code came with the form; it is used up. Why one was not taken is kept for the page."""
        typed = request.form.get(CODE)
        if typed is None or ANOTHER in request.form:
            return False
        g.code_problem = self._problem(typed, language)
        return not g.code_problem

    def _problem(self, typed: str, language: str) -> str:
        if not typed.strip():
            return str(_("Type the code: it has 8 digits"))
        try:
            step_up.take_code(self.link_id, typed, session=self.session, authorises=self.authorises)
        except WrongCode as error:
            return str(
                ngettext(
                    "This is not the code that was sent last. You can try %(number)s more time.",
                    "This is not the code that was sent last. You can try %(number)s more times.",
                    error.left,
                    number=languages.number(error.left, language),
                )
            )
        except CodeGone:
            return str(_("This code works no more. Send another one."))
        return ""

    def asked(self, moment: Callable[[datetime], str]) -> dict[str, Any]:
        """Send a code, unless one can still be tried: what its page says. `moment` puts an instant into words."""
        problem: str = g.get("code_problem", "")
        sent = step_up.code_waiting(self.link_id, session=self.session, authorises=self.authorises)
        wants_another = ANOTHER in request.form
        if wants_another or (sent is None and not problem):
            try:
                sent = step_up.send_code(
                    self.link_id, session=self.session, authorises=self.authorises, unless_waiting=not wants_another
                )
            except TooOften as error:
                until = moment(error.until)
                problem = _("Many codes were sent. Another one can be sent after: %(moment)s", moment=until)
        return {
            "action": request.path,
            "fields": [(name, _printable(value)) for name, value in typed_fields() if A_FIELD.fullmatch(name)],
            "channel": sent.channel if sent else "",
            "until": moment(sent.expires_at) if sent else "",
            "errors": {"code" if sent else "": problem} if problem else {},
        }


def typed_fields() -> list[tuple[str, str]]:
    """The fields of the form that was sent, without its token and the code, each as often as it came."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_TYPED]


def _printable(value: str) -> str:
    """A value as HTML can hold it; no browser's form sends the characters that are left out."""
    return _NO_PLACE_IN_HTML.sub("", value)
