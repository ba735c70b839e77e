"""The proxies in front: as many are believed as there are, and nobody before them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coalition import config
from coalition.cli.doctor.asking import Unreachable
from coalition.cli.doctor.site import asked
from coalition.cli.findings import CHANGE, GOOD, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coalition.actions.own_question import Seen
    from coalition.cli.doctor.asking import Reader
    from coalition.config import Settings

FORGED: Final = "192.0.2.66"
"""An address that is nobody's (RFC 5737)."""


def of(settings: Settings, reader: Reader, seen: Seen) -> Iterator[Finding]:
    """`seen` is how a plain request looked. Asks once more, with forged headers."""
    wrong = [*_of_the_number(settings, seen), *_of_what_is_seen(settings, seen), *_of_forgeries(settings, reader)]
    yield from wrong
    if not wrong:
        number = len(_hops(seen))
        words = {0: "No proxy stands in front", 1: "One proxy stands in front"}.get(
            number, f"{number} proxies stand in front"
        )
        yield Finding(GOOD, f"{words}, trusted_proxies says so, and who forges their headers is not believed.")


def _hops(seen: Seen) -> list[str]:
    """What each proxy wrote of who came to it, the outermost first."""
    return [one.strip() for one in seen.forwarded_for.split(",") if one.strip()]


def _of_the_number(settings: Settings, seen: Seen) -> Iterator[Finding]:
    there, said = len(_hops(seen)), settings.trusted_proxies
    if there == said:
        return
    if not there and config.is_loopback(seen.peer) and settings.is_https:
        yield Finding(
            CHANGE,
            "The proxy does not say who asks: let it set X-Forwarded-For "
            "(nginx: `proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;`).",
        )
    elif said < there:
        yield Finding(
            CHANGE,
            f"{_proxies(there)} in front, and trusted_proxies is {said}: readers are taken for one another. "
            f"Write trusted_proxies = {there}.",
        )
    else:
        yield Finding(
            CHANGE,
            f"{_proxies(there)} in front, and trusted_proxies is {said}: who asks can say to be anybody. "
            f"Write trusted_proxies = {there}.",
        )


def _proxies(number: int) -> str:
    return {0: "No proxy stands", 1: "One proxy stands"}.get(number, f"{number} proxies stand")


def _of_what_is_seen(settings: Settings, seen: Seen) -> Iterator[Finding]:
    wanted = "https" if settings.is_https else "http"
    if settings.trusted_proxies and seen.scheme != wanted:
        yield Finding(
            CHANGE,
            f"Readers come by {wanted}, and the proxy lets us think {seen.scheme}: let it set X-Forwarded-Proto "
            "(nginx: `proxy_set_header X-Forwarded-Proto $scheme;`).",
        )
    host = settings.root.partition("://")[2]
    if seen.host != host:
        yield Finding(
            CHANGE,
            f"We are asked as {seen.host} instead of {host}: let the proxy hand on the name that was asked for "
            "(nginx: `proxy_set_header Host $host;`).",
        )


def _of_forgeries(settings: Settings, reader: Reader) -> Iterator[Finding]:
    other = "http" if settings.is_https else "https"
    forged = {"X-Forwarded-For": FORGED, "X-Forwarded-Proto": other, "X-Real-IP": FORGED}
    try:
        _came, seen = asked(reader, settings.root, forged)
    except Unreachable as error:
        yield Finding(CHANGE, f"A request that says to be forwarded gets no answer ({error}). Let the proxy answer it.")
        return
    if seen is None:
        yield Finding(
            CHANGE, "A request that says to be forwarded is answered otherwise. See what the proxy does to it."
        )
        return
    if FORGED in seen.address:
        yield Finding(
            CHANGE,
            "Who writes X-Forwarded-For themselves is believed: let the outermost proxy write it anew or add to its "
            "end, and let trusted_proxies be the number of proxies that do.",
        )
    if settings.trusted_proxies and seen.scheme == other:
        yield Finding(
            CHANGE, "Who writes X-Forwarded-Proto themselves is believed: let the proxy set it from what it saw itself."
        )
