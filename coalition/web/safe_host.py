"""The neutral host of safe mail: the signing door answers there, and nothing else that would say whose site it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coalition.web import assets

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

DOORS: Final = ("/i/", "/u/", "/o/", "/invitation/", "/organisation/", "/lost")
"""Where links of safe mail lead, and what stands behind them."""
NOT_HERE: Final = b"There is no page at this address.\n"


class SafeHost:
    """A WSGI application in front of another: a request to the neutral host reaches the signing door alone."""

    def __init__(self, behind: WSGIApplication, host: str) -> None:
        self._behind = behind
        self._host = host.casefold()
        self._files = frozenset(assets.all_files())

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let through, or say that nothing is here."""
        named = str(environ.get("HTTP_HOST", ""))
        asked = (named.rpartition(":")[0] or named).rstrip(".")  # "notes.example." is the same host (RFC 1034)
        path = environ["PATH_INFO"]
        if asked.casefold() != self._host or path.startswith(DOORS) or path in self._files:
            return self._behind(environ, start_response)
        headers = [
            ("Content-Type", "text/plain"),
            ("Content-Length", str(len(NOT_HERE))),
            ("Cache-Control", "no-store"),
        ]
        start_response("404 Not Found", [*headers, ("X-Robots-Tag", "noindex, nofollow")])
        return (b"",) if environ["REQUEST_METHOD"] == "HEAD" else (NOT_HERE,)
