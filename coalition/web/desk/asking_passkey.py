"""What the pages have in common on which a browser is asked for a passkey: the question, and leave for our script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import make_response, render_template

from coalition.actions import passkeys
from coalition.web.headers import PASSKEY_POLICY

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Response

    from coalition.actions.passkeys import Asked
    from coalition.actions.second_step import Proofs


def asked_to_show(has: Proofs, account_id: UUID) -> Asked | None:
    """The question for one of the account's passkeys; None where it has none, or browsers would not answer."""
    if not has.passkeys or not passkeys.are_possible():
        return None
    return passkeys.ask_to_show(has.passkeys, of=account_id)


def page_with_passkey(template: str, *, asked: Asked | None, status: int = 200, **facts: Any) -> Response:
    """A page whose script may run where it has a question for a passkey."""
    page = make_response(render_template(template, asked=asked, **facts), status)
    if asked is not None:
        page.headers["Content-Security-Policy"] = PASSKEY_POLICY
    return page
