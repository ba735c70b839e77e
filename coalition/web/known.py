"""The browsers that an account knows: those that signed in with it before (OWASP: device cookies).

A cookie of its own keeps a mark for each account that signed in there. A mark opens nothing: it only has its browser's
tries counted by themselves, so that whoever guesses elsewhere does not keep its person out (docs/accounts.md). It is a
number of chance and our signature over number and account: of the account it shows nothing. Whoever gave the second
step leaves another mark, in a cookie apart (`STEPPED`): the first is had by a password alone.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from flask import after_this_request, current_app, request
from itsdangerous import Signer

from coalition import clock, config

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from flask import Response

LASTS: Final = timedelta(days=365)
MOST: Final = 5
"""So many accounts are known in one browser, the latest first."""
SIGNED_IN, STEPPED = "known", "known-step"
_PURPOSE: Final = b"a browser that signed in"


def here(account_id: UUID, after: str = SIGNED_IN) -> str:
    """What the browser of this request is known by to the account; empty: it never signed in, or gave the step."""
    return next((number for number, sign in _marks(after) if _is_ours(account_id, number, sign, after)), "")


def remember(account_id: UUID, after: str = SIGNED_IN) -> None:
    """Have the browser of this request known to the account, for a year from now."""
    others = [f"{number}.{sign}" for number, sign in _marks(after) if not _is_ours(account_id, number, sign, after)]
    number = f"{_day(clock.now().date())}-{secrets.token_urlsafe(12)}"
    marks = "~".join([f"{number}.{_sign(account_id, number, after)}", *others][:MOST])
    is_https = config.settings().is_https

    def give(answer: Response) -> Response:
        answer.set_cookie(
            _name(after), marks, max_age=LASTS, path="/desk", secure=is_https, httponly=True, samesite="Strict"
        )
        return answer

    after_this_request(give)


def _marks(after: str) -> list[tuple[str, str]]:
    """Number and signature of each mark that the browser brings."""
    brought = request.cookies.get(_name(after), "").split("~")[:MOST]
    return [(number, sign) for number, _dot, sign in (mark.partition(".") for mark in brought) if number and sign]


def _is_ours(account_id: UUID, number: str, sign: str, after: str) -> bool:
    if not _signer(after).verify_signature(_signed(account_id, number), sign):
        return False
    return _day(clock.now().date()) - int(number.partition("-")[0]) <= LASTS.days


def _sign(account_id: UUID, number: str, after: str) -> str:
    return _signer(after).get_signature(_signed(account_id, number)).decode()


def _signed(account_id: UUID, number: str) -> bytes:
    return account_id.bytes + number.encode("utf-8", "replace")


def _signer(after: str) -> Signer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return Signer(keys, salt=_PURPOSE + after.encode(), digest_method=hashlib.sha256)


def _day(day: date) -> int:
    return day.toordinal()


def _name(after: str) -> str:
    return f"__Secure-{after}" if config.settings().is_https else after
