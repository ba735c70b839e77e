"""The smallest site that shows what rendering makes: the templates, the style sheets and their policy, no database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask, Response
from flask_babel import Babel
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.house.source import ROOT

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
    Babel(app)

    @app.after_request
    def say_headers(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers.update(HEADERS)
        return response

    return app


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app on a free port of this machine while the block runs; yields its address without a trailing slash."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 (werkzeug's own name)
        """Nothing: a test speaks when it fails."""
