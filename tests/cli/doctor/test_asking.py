"""Asking over a real wire: certificates that prove nothing, doors that are shut, forms that are too long."""

from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from coalition import clock
from coalition.cli.doctor.asking import Reader, Unreachable, Untrusted
from tests.emails.smtp import Certificates, make_certificates

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.only_on("sqlite")


class Proxy(BaseHTTPRequestHandler):
    """Answers, and takes forms of up to a thousand bytes."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """A redirect, which nobody follows."""
        self.send_response(301)
        self.send_header("Location", "/elsewhere")
        self.send_header("Vary", "Accept")
        self.send_header("Vary", "Cookie")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def handle_expect_100(self) -> bool:
        """Says before a form comes whether it may."""
        if int(self.headers["Content-Length"]) > 1000:
            self.send_error(413)
            return False
        self.send_response_only(100)
        self.end_headers()
        return False

    def log_message(self, *_words: object) -> None:
        """Silent."""


@contextmanager
def listening(certificates: Certificates | None) -> Iterator[str]:
    """The root of such a proxy."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    if certificates:
        server.socket = certificates.for_server().wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"{'https' if certificates else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("tls"), "127.0.0.1", "notes.test")


def test_an_answer_is_told_with_every_header_and_its_certificate(certificates: Certificates) -> None:
    with listening(certificates) as root:
        came = Reader(str(certificates.ca_file)).ask(root, "/lost")
    assert (came.status, came.body, came.one("Location")) == (301, b"ok", "/elsewhere")
    assert came.every("vary") == ["Accept", "Cookie"]
    assert (came.protocol, came.names) == ("TLSv1.3", ["notes.test"])
    assert came.until
    assert 28 <= (came.until - clock.now()).days <= 30


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(certificates: Certificates) -> None:
    with listening(certificates) as root, pytest.raises(Untrusted, match="certificate"):
        Reader().ask(root, "/lost")


def test_forms_that_are_too_long_are_told_before_they_are_sent() -> None:
    with listening(None) as root:
        assert Reader().status_for_form(root, "/lost", length=1000) == 100
        assert Reader().status_for_form(root, "/lost", length=1001) == 413
        assert Reader().ask(root, "/lost").until is None


def test_a_shut_door_is_told() -> None:
    with listening(None) as root:
        pass
    with pytest.raises(Unreachable, match="refused"):
        Reader().ask(root, "/lost")
