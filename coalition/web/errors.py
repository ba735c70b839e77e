"""What people see when something can not be done: words that say what to do, never a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from flask import render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

if TYPE_CHECKING:
    from flask import Flask

log = structlog.get_logger(__name__)
PAGES = {400, 403, 404, 410, 413, 429, 500, 503}


def init_app(app: Flask) -> None:
    """Answer every refusal and every fault with a page of ours."""
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(Exception, fault)


def refused(error: HTTPException) -> tuple[str, int] | HTTPException:
    """The page for a refusal."""
    code = error.code or 500
    if isinstance(error, RequestRedirect) or code < 400:
        return error
    shown = code if code in PAGES else 400 if code < 500 else 500
    return render_template(f"errors/{shown}.html", explanation=getattr(error, "explanation", "")), code


def fault(error: Exception) -> tuple[str, int]:
    """The page for a fault of ours; the log gets the route's name, never the path."""
    log.error("fault", route=request.endpoint, error=type(error).__name__, exc_info=error)
    return render_template("errors/500.html"), 500
