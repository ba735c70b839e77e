"""The smallest site that shows what rendering makes: the templates, the style sheets and their policy, no database."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from threading import Condition, Thread
from typing import TYPE_CHECKING

from flask import Flask, Response
from flask_babel import Babel
from werkzeug.serving import WSGIRequestHandler, make_server

from coalition.web.filters import addresses_apart
from tests.house.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def bare_site() -> Flask:
    """An app with the product's templates at /… as views are added, its style sheets, and its headers on every page."""
    app = Flask("bare", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "coalition" / "static"))
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "coalition" / "translations")
    app.jinja_env.globals.update(
        static_path=lambda name: f"/static/{name}", csrf_token=lambda: "a-token", site_root=lambda: ""
    )
    app.jinja_env.filters["addresses_apart"] = addresses_apart
    Babel(app)

    @app.after_request
    def say_headers(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers.update(HEADERS)
        return response

    return app


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app on a free port of this machine while the block runs; yields its address without a trailing slash.

    When the block ends, what was asked is answered, and nothing is asked of the app any more.
    """
    door = Door(app)
    server = make_server("127.0.0.1", 0, door, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        door.close()


class Door:
    """A WSGI application before another, that can be shut: the last requests of a browser can outlive a server."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._is_shut = False
        self._inside = 0
        self._changed = Condition()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The whole answer of the app behind; 503 once the door is shut."""
        with self._changed:
            if self._is_shut:
                start_response("503 Service Unavailable", [])
                return []
            self._inside += 1
        try:
            answer = self._app(environ, start_response)
            with ExitStack() as ending:
                ending.callback(getattr(answer, "close", list))
                return list(answer)
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def close(self) -> None:
        """Let nobody in any more, and wait until nobody is inside."""
        with self._changed:
            self._is_shut = True
            assert self._changed.wait_for(lambda: not self._inside, timeout=60), "a request does not end"


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 (werkzeug's own name)
        """Nothing: a test speaks when it fails."""
