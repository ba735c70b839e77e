"""The signing door's blueprint, and what holds for every request at it."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

signing = Blueprint("signing", __name__)


@signing.before_request
def look_at_what_is_sent() -> Response | None:
    """Refuse a form that another site sent; leave every answer to a form uncompressed.

    An answer to a form echoes what was sent, beside a token of ours: compressed, its length would tell the token.
    Nobody is ever limited or refused by network address here: one address may be a whole city's.
    """
    if request.method != "POST":
        return None
    request.environ.pop("HTTP_ACCEPT_ENCODING", None)
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return make_response(render_template("signing/from_elsewhere.html"), 403)
    return None
