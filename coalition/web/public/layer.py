"""The public layer: published bytes from memory, in front of Flask (SPEED §2).

It knows nothing but paths and bytes. The bytes stand in the database, where publication put them; each process keeps
them in memory and asks at most once a second whether the site's generation rose. While the database is away it goes on
answering what it has.
"""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from coalition.database import db
from coalition.models.public import PublicBody, SiteGeneration
from coalition.web import assets

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask
    from sqlalchemy import Engine

SECONDS_BETWEEN_LOOKS: Final = 1.0
KEPT_WHOLE: Final = 4 * 1024 * 1024
"""Bodies up to this many bytes are held in memory; larger ones are read when asked for."""
ENCODINGS: Final = ("br", "gzip")
ASKED: Final = re.compile(r"(?:^|&)(?:q|kind|year|country|topic|language|page)=[^&]")
"""What an address may ask of a list (coalition.rendering.archive); anything else behind its question mark is nothing to
us, and the stored answer stands."""
LISTS: Final = re.compile(r"/(?:[a-z-]+/)?|/letters/[a-z0-9-]+/signatories(?:/[A-Za-z-]+)?")
"""The addresses that answer such a question: the archive, and a letter's page with all names."""
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Held:
    """One answer in one encoding, ready to be sent."""

    content: bytes | None
    etag: str
    headers: list[tuple[str, str]]
    not_modified: list[tuple[str, str]]


class PublicLayer:
    """A WSGI application in front of another."""

    def __init__(self, app: Flask, behind: WSGIApplication) -> None:
        with app.app_context():
            self._engine: Engine = db.engine
        self._behind = behind
        self._static = _static_files()
        self._held: dict[str, dict[str, Held]] = {}
        self._generation = -1
        self._looked_at = 0.0
        self._looking = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from memory, or let the app behind answer."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self._behind(environ, start_response)
        path = environ["PATH_INFO"]
        by_encoding = self._static.get(path)
        if by_encoding is None:
            if time.monotonic() - self._looked_at > SECONDS_BETWEEN_LOOKS:
                self._look()
            by_encoding = self._held.get(
                path.encode("latin-1").decode("utf-8", "replace") if not path.isascii() else path
            )
            if by_encoding is None or _is_asked(path, environ.get("QUERY_STRING", "")):
                return self._behind(environ, start_response)
        encoding = _encoding(environ, by_encoding)
        held = by_encoding[encoding]
        content: bytes | None = b""
        if environ["REQUEST_METHOD"] == "GET" and held.etag not in environ.get("HTTP_IF_NONE_MATCH", ""):
            content = held.content if held.content is not None else self._read(path, encoding, held.etag)
        if content is None:  # it changed since we looked, or can not be read: never half of one answer
            return self._behind(environ, start_response)
        return _answer(environ, start_response, held, content)

    def _look(self) -> None:
        """Fetch what changed, if the generation rose. One thread looks; the others go on with what is there."""
        if not self._looking.acquire(blocking=False):
            return
        try:
            self._refresh()
        except SQLAlchemyError as error:
            log.warning("public layer answers from memory", error=type(error).__name__)
        finally:
            self._looked_at = time.monotonic()
            self._looking.release()

    def _refresh(self) -> None:
        with self._engine.connect() as connection:
            generation = connection.scalar(select(SiteGeneration.number).where(SiteGeneration.id == 1))
            stored = connection.execute(select(PublicBody.path, PublicBody.encoding, PublicBody.etag)).all()
            known = {
                (path, encoding): held.etag for path, all_ in self._held.items() for encoding, held in all_.items()
            }
            if generation == self._generation and known == {(row.path, row.encoding): row.etag for row in stored}:
                return
            held: dict[str, dict[str, Held]] = {}
            for path, encoding, etag in stored:
                kept = self._held.get(path, {}).get(encoding)
                fresh = kept if kept and kept.etag == etag else self._fetch(connection, path, encoding)
                if fresh:
                    held.setdefault(path, {})[encoding] = fresh
            self._held, self._generation = held, generation or 0

    def _fetch(self, connection: Any, path: str, encoding: str) -> Held | None:
        row = connection.execute(
            select(PublicBody.content.label("content"), PublicBody.etag, PublicBody.headers).where(
                PublicBody.path == path, PublicBody.encoding == encoding
            )
        ).first()
        return None if row is None else _hold(row.content, row.etag, row.headers)

    def _read(self, path: str, encoding: str, etag: str) -> bytes | None:
        """A body that memory does not hold; None where what is stored now is not what was looked at."""
        stored = select(PublicBody.content).where(
            PublicBody.path == path, PublicBody.encoding == encoding, PublicBody.etag == etag
        )
        try:
            with self._engine.connect() as connection:
                content: bytes | None = connection.scalar(stored)
                return content
        except SQLAlchemyError as error:
            log.warning("public layer can not read a large answer", error=type(error).__name__)
            return None


def _is_asked(path: str, query: str) -> bool:
    """Whether the address asks something of a list, so that the stored answer to no question does not fit."""
    return bool(query) and ASKED.search(query) is not None and LISTS.fullmatch(path) is not None


def _hold(content: bytes, etag: str, headers: dict[str, str]) -> Held:
    lines = [*headers.items(), ("ETag", etag)]
    return Held(
        content=content if len(content) <= KEPT_WHOLE else None,
        etag=etag,
        headers=[*lines, ("Content-Length", str(len(content)))],
        not_modified=[line for line in lines if line[0] not in {"Content-Type", "Content-Encoding"}],
    )


def _static_files() -> dict[str, dict[str, Held]]:
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    # A page framed by others is of no origin, so its style sheet is asked for as if by another site.
    framed = assets.static_path("embed.css")
    return {
        path: {
            encoding: _hold(
                content,
                f'"{path.rsplit(".", 2)[1]}{encoding}"',
                headers
                | {"Cross-Origin-Resource-Policy": "cross-origin" if path == framed else "same-origin"}
                | {"Content-Type": media_type}
                | ({"Content-Encoding": encoding} if encoding else {}),
            )
            for encoding, content in encoded.items()
        }
        for path, (media_type, encoded) in assets.all_files().items()
    }


def _encoding(environ: WSGIEnvironment, by_encoding: dict[str, Held]) -> str:
    """The smallest that the client takes."""
    for accepted in _accepted(environ.get("HTTP_ACCEPT_ENCODING", "")):
        if accepted in by_encoding:
            return accepted
    return ""


def _answer(environ: WSGIEnvironment, start_response: StartResponse, held: Held, content: bytes) -> Iterable[bytes]:
    if held.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("304 Not Modified", held.not_modified)
        return (b"",)
    start_response("200 OK", held.headers)
    return (content,)


@lru_cache(maxsize=256)
def _accepted(header: str) -> tuple[str, ...]:
    """Our encodings that the client takes, the smallest first; browsers of a kind all send the same header."""
    return tuple(encoding for encoding in ENCODINGS if _accepts(header, encoding))


def _accepts(header: str, encoding: str) -> bool:
    """Whether the client takes an encoding (RFC 9110 §12.5.3): named, and not with a weight of nothing."""
    if encoding not in header:
        return False
    for part in header.split(","):
        name, _, weight = part.partition(";")
        if name.strip() == encoding:
            return weight.strip().replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
