"""While the database is away, full or busy, what was typed comes back, with one press to send it again (SAFETY §4).

The page asks the database nothing: its language is that of the form or of the address, and who is signed in at the desk
is left out. What is published is answered by the public layer meanwhile.
"""

from __future__ import annotations

import errno
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import structlog
from flask import current_app, g, make_response, render_template, request
from flask_babel import refresh
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from coalition import tokens
from coalition.database import DatabaseBusy, db
from coalition.languages import INTERFACE, interface_language
from coalition.tokens import NotOurs
from coalition.web import again
from coalition.web.forms import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.wrappers import Response

SECONDS_TO_WAIT: Final = 30
"""After so many a program may try again; it stands in Retry-After."""
OF_SQLITE: Final = frozenset({5, 6, 7, 8, 10, 11, 13, 14, 15, 26})
"""Primary result codes: busy, locked, no memory, read-only, failed to read or write, damaged, full, can not be opened,
locked against us, no database."""
OF_POSTGRES: Final = ("08", "25006", "40", "42P01", "53", "55P03", "57", "58", "XX")
"""How the states begin: no connection, read-only, deadlock, no such table (an upgrade is under way), no room, a lock
that did not come, ended or cancelled (also for its time), failed to read or write, damaged."""
OF_THE_MACHINE: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
)
TOKENS: Final = ("form_token", "csrf_token")
log = structlog.get_logger(__name__)


def is_away(error: BaseException) -> bool:
    """Whether an error says that records can not be read or written for now, through no fault of what was sent."""
    return any(_says_so(one) for one in _causes(error))


def answer() -> Response:
    """503: the page that holds what was sent, to be sent again; plain words where there is nothing to hold."""
    _ask_nothing_more()
    fields, token = _fields(), _token()
    page = make_response(
        render_template("kept.html", path=_path(), fields=fields, token=token, had_file=_had_file())
        if fields and token
        else render_template("errors/503.html"),
        503,
    )
    page.headers["Retry-After"] = str(SECONDS_TO_WAIT)
    return page


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or one in seen:
            continue
        seen.append(one)
        yield one
        waiting += [one.__cause__, getattr(one, "orig", None), getattr(one, "original_exception", None)]


def _says_so(error: BaseException) -> bool:
    if isinstance(error, (DatabaseBusy, NoConnectionFree, PendingRollbackError)):
        return True
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _is_of_the_database(error.orig)
    return isinstance(error, OSError) and error.errno in OF_THE_MACHINE


def _is_of_the_database(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in OF_SQLITE or "no such table" in str(error)
    state = getattr(error, "sqlstate", "")
    # A connection that broke, or was never made, has no state.
    return (
        type(error).__name__ in {"OperationalError", "InterfaceError"} if not state else state.startswith(OF_POSTGRES)
    )


def _ask_nothing_more() -> None:
    """From here on nothing of this request asks the database: not its layout, and not its language."""
    language = _language()
    g.database_is_away = True
    g.pop("concerned_letter", None)
    with suppress(Exception):  # whatever the driver says to a connection that is gone
        db.session.remove()
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]  # noqa: SLF001 -- where flask_login keeps it
    if language:
        g.language = language
    refresh()
    request.environ.pop("HTTP_ACCEPT_ENCODING", None)  # the answer echoes what was sent, beside a token of ours


def _language() -> str:
    """The language that the door chose, or that the form or the address says; "" where the browser's is to be taken."""
    if chosen := g.get("language"):
        return str(chosen)
    in_address = str((request.view_args or {}).get("language") or "")
    first = request.path.split("/", maxsplit=2)[1]
    in_form = ""
    with suppress(NotOurs):
        in_form = str(tokens.ours().unproved(_form().get("form_token", "")).get("g") or "")
    found = in_address or in_form or (first if first in INTERFACE else "")
    return interface_language(found) if found else ""


def _form() -> Any:
    """What was sent; nothing where it can not be read."""
    try:
        return request.form
    except Exception:  # noqa: BLE001 -- the form itself may be what found no room
        return {}


def _fields() -> list[tuple[str, str]]:
    """What may stand in the page: no password, nothing that another site sent, nothing without end."""
    form = _form()
    is_from_elsewhere = request.headers.get("Sec-Fetch-Site") == "cross-site"
    if request.method != "POST" or not form or is_from_elsewhere or request.path.startswith(again.SECRET_PATHS):
        return []
    fields = [
        (name, shown(value))
        for name, value in form.items(multi=True)
        if name not in TOKENS and name not in again.SECRET_FIELDS
    ]
    return fields if len(fields) <= again.MOST_FIELDS else []


def _token() -> tuple[str, str] | None:
    """The token that the form came with, under its name: it was made for the page that was open."""
    form = _form()
    return next(((name, shown(form[name])) for name in TOKENS if name in form), None)


def _had_file() -> bool:
    with suppress(Exception):  # as in `_form`
        return any(file.filename for file in request.files.values())
    return False


def _path() -> str:
    return request.full_path.removesuffix("?")
