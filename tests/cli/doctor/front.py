"""What stands between readers and the application, without a network: proxies that do well, or do one thing wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from coalition import clock
from coalition.cli.doctor.asking import Came, Reader, Unreachable, Untrusted

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

PUBLIC: Final = "https://letters.test"
NEUTRAL: Final = "https://notes.test"
READER: Final = "203.0.113.9"

Headers = list[tuple[str, str]]


def as_they_are(headers: Headers) -> Headers:
    """A proxy hands on the headers of an answer."""
    return headers


@dataclass(frozen=True)
class Front(Reader):
    """Readers come through `proxies` of them; each argument after `app` is one way of doing it."""

    app: Flask | None = None
    proxies: int = 1
    writes_anew: bool = False
    """The outermost forgets what the reader wrote into X-Forwarded-For."""
    tells_who_asks: bool = True
    tells_scheme: bool = True
    hands_on_scheme: bool = False
    hands_on_host: bool = True
    answers: Callable[[Headers], Headers] = as_they_are
    compresses: bool = False
    days: int = 60
    names: dict[str, list[str]] = field(default_factory=dict)
    plain: tuple[int, str] | None = (301, PUBLIC)
    largest: int = 20 * 1024**2
    is_trusted: bool = True
    is_there: bool = True

    def ask(self, root: str, path: str, headers: dict[str, str] | None = None) -> Came:
        """As a reader gets it."""
        address = urlsplit(root)
        if not self.is_there:
            raise Unreachable("connection refused")
        if not self.is_trusted:
            raise Untrusted("self-signed certificate")
        if address.scheme == "http":
            if self.plain is None:
                raise Unreachable("connection refused")
            return Came(self.plain[0], (("Location", self.plain[1] + path),), b"", {}, "")
        return self._through(address.netloc, path, dict(headers or {}))

    def status_for_form(self, root: str, path: str, *, length: int) -> int:
        """As nginx says it."""
        return 413 if length > self.largest else 100

    def _through(self, host: str, path: str, headers: dict[str, str]) -> Came:
        assert self.app is not None
        inside = "https://127.0.0.1:8000" if not self.hands_on_host else f"https://{host}"
        headers |= self._forwarded(headers)
        answer = self.app.test_client().get(
            path, base_url=inside, headers=headers, environ_overrides={"wsgi.url_scheme": "http"}
        )
        found: Headers = [*answer.headers, ("Date", format_datetime(clock.now()))]
        if self.compresses and headers.get("Accept-Encoding"):
            found.append(("Content-Encoding", "gzip"))
        return Came(answer.status_code, tuple(self.answers(found)), answer.data, self._certificate(host), "TLSv1.3")

    def _forwarded(self, headers: dict[str, str]) -> dict[str, str]:
        """What the innermost proxy sends beside the reader's own headers."""
        if not self.proxies:
            return {}
        came = [] if self.writes_anew else [one for one in [headers.get("X-Forwarded-For")] if one]
        hops = [*came, READER, *["10.0.0.9"] * (self.proxies - 1)]
        proto = headers.get("X-Forwarded-Proto", "https") if self.hands_on_scheme else "https"
        sent = {"X-Forwarded-For": ", ".join(hops)} if self.tells_who_asks else {}
        return sent | ({"X-Forwarded-Proto": proto} if self.tells_scheme else {})

    def _certificate(self, host: str) -> dict[str, Any]:
        until = clock.now() + timedelta(days=self.days, hours=1)
        names = tuple(("DNS", name) for name in self.names.get(host, [host]))
        return {"notAfter": f"{until:%b %d %H:%M:%S %Y} GMT", "subjectAltName": names}
