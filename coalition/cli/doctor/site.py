"""The public address, asked as a reader asks: is it ours, by a good certificate, with our headers whole?"""

from __future__ import annotations

import secrets
from importlib.metadata import version
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from coalition import clock
from coalition.actions import own_question
from coalition.cli.doctor.asking import Unreachable, Untrusted
from coalition.cli.findings import CHANGE, GOOD, LOOK, Finding
from coalition.tokens import NotOurs

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from flask import Flask

    from coalition.actions.own_question import Seen
    from coalition.cli.doctor.asking import Came, Reader
    from coalition.config import Settings

SAFEGUARDS: Final = (
    "Cache-Control",
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Robots-Tag",
)
"""What the application says of each answer, which a proxy may neither take away, nor change, nor say once more."""
PAGES: Final = ("/lost", "/desk/sign-in")
"""A page of the signing door and one of the desk: what a proxy does to them it does to the others."""
FEW_DAYS, SOME_DAYS = 7, 21
OLD_PROTOCOLS: Final = frozenset({"SSLv3", "TLSv1", "TLSv1.1"})


def asked(reader: Reader, root: str, headers: dict[str, str] | None = None) -> tuple[Came, Seen | None]:
    """What comes back when the installation asks itself, and how that looked from inside; None: it was another.

    Raises Unreachable.
    """
    nonce = secrets.token_urlsafe(16)
    came = reader.ask(root, own_question.PATH, {own_question.HEADER: own_question.ask(nonce)} | (headers or {}))
    try:
        return came, own_question.read_answer(nonce, came.body.decode("utf-8", "replace").strip())
    except NotOurs:
        return came, None


def of(app: Flask, settings: Settings, reader: Reader) -> Generator[Finding, None, Seen | None]:
    """The public address. Gives how a plain request of a reader looked from inside, where it came there."""
    try:
        came, seen = asked(reader, settings.root, {"Accept-Encoding": "gzip, br"})
    except Untrusted as error:
        yield Finding(CHANGE, f"{settings.root} has no certificate that readers trust: {error}.")
        return None
    except Unreachable as error:
        yield Finding(
            CHANGE, f"{settings.root} does not answer ({error}). See that the proxy and `coalition serve` run."
        )
        return None
    if came.one("Content-Encoding"):
        yield _of_the_compression(came)
        came, seen = asked(reader, settings.root)
    if seen is None:
        yield _of_another(settings, came)
        return None
    yield Finding(GOOD, f"{settings.root} answers, and it is this installation.")
    yield from of_the_version(seen)
    yield from of_the_certificate(settings.root, came)
    yield from _of_plain_http(settings, reader)
    yield from _of_the_headers(app, settings, reader)
    yield from _of_forms(app, settings, reader)
    return seen


def _of_the_compression(came: Came) -> Finding:
    return Finding(
        CHANGE,
        f"The proxy compresses pages ({came.one('Content-Encoding')}): the length of an answer that echoes what was "
        "sent then tells what else stands in it. Switch that off (nginx: `gzip off`); we compress what may be.",
    )


def _of_another(settings: Settings, came: Came) -> Finding:
    return Finding(
        CHANGE,
        f"{settings.root} answers with status {came.status}, but it is not this installation. See where its name "
        "leads, that the proxy hands every path on, and that the processes that run have these keys and this version.",
    )


def of_the_version(seen: Seen) -> Iterator[Finding]:
    """Whether those who answer run the code that asks."""
    if seen.version != version("coalition"):
        yield Finding(
            CHANGE,
            f"Version {seen.version} answers, and {version('coalition')} is installed: start the processes again.",
        )


def of_the_certificate(root: str, came: Came) -> Iterator[Finding]:
    """By what protocol, and for how long still."""
    if came.until is None:
        return
    days = (came.until - clock.now()).days
    if came.protocol in OLD_PROTOCOLS:
        yield Finding(CHANGE, f"{root} speaks {came.protocol}, which is broken: let the proxy speak TLS 1.2 and 1.3.")
    kind = CHANGE if days < FEW_DAYS else LOOK if days < SOME_DAYS else GOOD
    after = "" if kind == GOOD else " See why it was not renewed."
    yield Finding(kind, f"The certificate of {root} holds for {days} days more, by {came.protocol}.{after}")


def _of_plain_http(settings: Settings, reader: Reader) -> Iterator[Finding]:
    """Who types the name alone comes by http first."""
    address = urlsplit(settings.root)
    if address.scheme != "https" or address.port not in {None, 443}:
        return
    root = urlunsplit(("http", address.hostname or "", "", "", ""))
    try:
        came = reader.ask(root, PAGES[0])
    except Unreachable:
        yield Finding(LOOK, f"Nothing answers at {root}: who types the name without https finds nothing.")
        return
    if came.status in {301, 308} and came.one("Location") == f"{settings.root}{PAGES[0]}":
        yield Finding(GOOD, f"{root} leads to {settings.root}, for good and to the same page.")
    else:
        yield Finding(
            CHANGE,
            f"{root}{PAGES[0]} answers {came.status} {came.one('Location')}".rstrip()
            + f": let it answer 301 and lead to {settings.root}{PAGES[0]}.",
        )


def _of_the_headers(app: Flask, settings: Settings, reader: Reader) -> Iterator[Finding]:
    wrong = [words for path in PAGES for words in _changed_headers(app, settings, reader, path)]
    yield from (Finding(CHANGE, words) for words in dict.fromkeys(wrong))
    if not wrong:
        yield Finding(
            GOOD, "Readers get every header as we send it: " + ", ".join(_sent(app, settings, PAGES[0])) + "."
        )


def _changed_headers(app: Flask, settings: Settings, reader: Reader, path: str) -> Iterator[str]:
    came = reader.ask(settings.root, path)
    sent = _sent(app, settings, path)
    for name in SAFEGUARDS:
        found = came.every(name)
        if name in sent and not found:
            yield f"The proxy takes {name} away. Let it hand on our headers as they are."
        elif len(found) > 1:
            yield f"{name} comes {len(found)} times: let the proxy leave to us what it says (remove its own)."
        elif found and found != [sent.get(name)]:
            yield f"The proxy changes {name} to “{found[0]}”. Let it hand on our headers as they are."


def _sent(app: Flask, settings: Settings, path: str) -> dict[str, str]:
    """What the application itself says of that page."""
    answer = app.test_client().get(path, base_url=settings.root)
    return {name: answer.headers[name] for name in SAFEGUARDS if name in answer.headers}


def _of_forms(app: Flask, settings: Settings, reader: Reader) -> Iterator[Finding]:
    """Whether the largest form that we take comes through."""
    longest = app.config["MAX_CONTENT_LENGTH"]
    try:
        said = reader.status_for_form(settings.root, PAGES[0], length=longest)
    except Unreachable as error:
        yield Finding(LOOK, f"How large forms may be was not found out ({error}).")
        return
    if said == 413:
        yield Finding(
            CHANGE,
            f"The proxy refuses forms of {longest // 1024**2} MB, which we take: files would not arrive. Raise its "
            f"limit (nginx: `client_max_body_size {longest // 1024**2}m`).",
        )
    else:
        yield Finding(GOOD, f"Forms of up to {longest // 1024**2} MB come through.")
