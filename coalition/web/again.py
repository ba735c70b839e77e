"""A form of the desk whose session ran out comes back whole, with one press to send it again. Nothing typed is lost.

Only for a form that was sent from one of our own pages: what another site sends is refused as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template, request
from flask_security import current_user
from flask_wtf.csrf import CSRFError

from coalition.web.entrance import DESK, SIGN_IN
from coalition.web.forms import shown

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

SIGN_OUT = f"{DESK}/sign-out"
SECRET_PATHS = (
    SIGN_IN,
    f"{DESK}/set-up/",
    f"{DESK}/account/password",
    f"{DESK}/account/second-step",
    f"{DESK}/prove",
    f"{DESK}/second-step",
    SIGN_OUT,
)
"""What was typed there is not written into a page again."""
SECRET_FIELDS = {"passphrase", "passphrase_again"}
"""Nor is what was typed into these: it is typed once more."""
TOKEN = "csrf_token"  # noqa: S105 -- the name of the field  # nosec B105
MOST_FIELDS = 5_000
"""As many as are taken at all (coalition.web)."""


def init_app(app: Flask) -> None:
    """Answer a missing or outlived form token at the desk."""
    app.register_error_handler(CSRFError, token_is_gone)


def token_is_gone(_error: CSRFError) -> Response | tuple[str, int]:
    """The form once more, or plain words where it can not come back; whoever signed out elsewhere already is out."""
    if request.path == SIGN_OUT and not current_user.is_authenticated:
        return redirect(SIGN_IN, code=303)
    return send_again() or (render_template("errors/400.html"), 400)


def send_again() -> Response | None:
    """The page that holds what was sent, to be sent again; None where it may not, or need not, come back."""
    fields = [
        (name, shown(value)) for name, value in request.form.items(multi=True) if name not in {TOKEN, *SECRET_FIELDS}
    ]
    if not _comes_from_us() or not fields or len(fields) > MOST_FIELDS:
        return None
    page = render_template(
        "desk/send_again.html",
        path=request.path,
        fields=fields,
        had_file=any(file.filename for file in request.files.values()),
        is_signed_in=current_user.is_authenticated,
    )
    return make_response(page, 400)


def _comes_from_us() -> bool:
    is_desk = request.method == "POST" and request.path.startswith(f"{DESK}/")
    site = request.headers.get("Sec-Fetch-Site", "same-origin" if "Origin" not in request.headers else "")
    is_ours = site == "same-origin" or request.headers.get("Origin") == request.host_url.rstrip("/")
    return is_desk and is_ours and not request.path.startswith(SECRET_PATHS)
