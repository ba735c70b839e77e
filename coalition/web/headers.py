"""The headers of each door (SAFETY §§2, 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition import config

if TYPE_CHECKING:
    from flask import Flask, Response

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
EDITOR_POLICY = f"{POLICY}; script-src 'self'; connect-src 'self'"
"""Of the page where a text is written. Its script asks the desk for previews, and saves."""
PASSKEY_POLICY = f"{POLICY}; script-src 'self'"
"""Of the pages where a passkey is made or shown: their script talks to the browser alone."""
PRIVATE = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "interest-cohort=(), geolocation=(), camera=(), microphone=()"),
)
ALWAYS_ENCRYPTED = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")


def init_app(app: Flask) -> None:
    """Set the headers of every dynamic answer."""
    app.after_request(set_headers)


def set_headers(response: Response) -> Response:
    """Private pages are never stored, never indexed, and tell nobody where the reader came from."""
    headers = response.headers
    chosen = {name.lower() for name, _ in headers}
    for name, value in (*PRIVATE, ALWAYS_ENCRYPTED) if config.settings().is_https else PRIVATE:
        if name.lower() not in chosen:
            headers.add(name, value)
    return response
