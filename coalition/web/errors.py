"""What people see when something can not be done: words that say what to do, never a trace."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import structlog
from flask import abort, g, render_template, request
from flask_babel import get_locale
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from coalition import languages
from coalition.web import away
from coalition.web.slow_bodies import LONGEST_WITH_FILE, MEGABYTE, UNREAD, longest_at

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

log = structlog.get_logger(__name__)
LONGEST_ADDRESS: Final = 4000
"""Characters of path and question: the longest of ours, a list that is asked by every filter, has some hundred."""
PAGES = {400, 403, 404, 408, 410, 413, 429, 500, 503}


def init_app(app: Flask) -> None:
    """Answer every refusal and every fault with a page of ours."""
    app.before_request_funcs.setdefault(None, [])[:0] = [refuse_unread, refuse_long_address]
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(Exception, fault)


def refuse_unread() -> tuple[str, int, dict[str, str]] | None:
    """The page for a form that was not read (`slow_bodies`): before anything looks at it, and without the database."""
    status = request.environ.get(UNREAD)
    if status is None:
        return None
    g.database_is_away = True  # nothing here is worth a connection
    longest = languages.number(LONGEST_WITH_FILE // MEGABYTE, str(get_locale() or "en"))
    limit = f"{longest} MB" if longest_at(request.path) == LONGEST_WITH_FILE else ""  # no file is sent elsewhere
    headers = {} if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else {"Retry-After": "5"}
    return render_template(f"errors/{status}.html", limit=limit), status, headers


def refuse_long_address() -> None:
    """No page of ours has such an address; what hangs behind one is nothing that we read."""
    if len(request.path) + len(request.query_string) > LONGEST_ADDRESS:
        abort(HTTPStatus.REQUEST_URI_TOO_LONG)


def refused(error: HTTPException) -> tuple[str, int, dict[str, str]] | HTTPException | Response:
    """The page for a refusal."""
    if away.is_away(error):
        return away.answer()  # what was raised while another answer was made
    code = error.code or 500
    if isinstance(error, RequestRedirect) or code < 400:
        return error
    shown = code if code in PAGES else 400 if code < 500 else 500
    page = render_template(f"errors/{shown}.html", explanation=getattr(error, "explanation", ""))
    return page, code, _told(error)


def _told(error: HTTPException) -> dict[str, str]:
    """What a refusal tells programs beside its page: which methods there are (RFC 9110 §15.5.6), when to come again."""
    return {name: value for name, value in error.get_headers() if name != "Content-Type"}


def fault(error: Exception) -> tuple[str, int] | Response:
    """The page for a fault of ours; the log gets the route's name, never the path."""
    if away.is_away(error):
        log.warning("records can not be reached", route=request.endpoint, error=_named(error))
        return away.answer()
    log.error("fault", route=request.endpoint, error=type(error).__name__, exc_info=error)
    return render_template("errors/500.html"), 500


def _named(error: BaseException) -> str:
    """What kind of error it was, and of the driver's; its words could hold what was sent."""
    return type(getattr(error, "orig", None) or error).__name__
