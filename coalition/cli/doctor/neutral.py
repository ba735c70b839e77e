"""The neutral host of safe mail: the signing door answers there, and nothing tells whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from coalition.cli.doctor.asking import Unreachable, Untrusted
from coalition.cli.doctor.site import of_the_certificate
from coalition.cli.findings import CHANGE, GOOD, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from coalition.cli.doctor.asking import Came, Reader
    from coalition.config import Settings

THE_DOOR: Final = "/lost"
CLOSED: Final = ("/", "/desk/sign-in", "/about", "/health", "/feed.atom", "/.well-known/security.txt")


def of(app: Flask, settings: Settings, reader: Reader) -> Iterator[Finding]:
    """What stands at `safe_address`, asked as its readers do."""
    try:
        door = reader.ask(settings.safe_root, THE_DOOR)
        others = {path: reader.ask(settings.safe_root, path) for path in CLOSED}
    except Untrusted as error:
        yield Finding(CHANGE, f"{settings.safe_root} has no certificate that readers trust: {error}.")
        return
    except Unreachable as error:
        yield Finding(CHANGE, f"{settings.safe_root} does not answer ({error}): links in safe mail lead nowhere.")
        return
    wrong = [*_of_the_door(app, settings, door), *_of_the_rest(settings, others), *_of_names(settings, door)]
    yield from (Finding(CHANGE, words) for words in wrong)
    if not wrong:
        yield Finding(GOOD, f"{settings.safe_root} shows the signing door alone, and does not say whose it is.")
    yield from of_the_certificate(settings.safe_root, door)


def _of_the_door(app: Flask, settings: Settings, door: Came) -> Iterator[str]:
    ours = app.test_client().get(THE_DOOR, base_url=settings.safe_root)
    if door.status != ours.status_code or door.body != ours.data:
        yield (
            f"{settings.safe_root}{THE_DOOR} does not show our signing door (status {door.status}). Let the proxy "
            "lead that name to the same server, and hand on the name that was asked for."
        )


def _of_the_rest(settings: Settings, others: dict[str, Came]) -> Iterator[str]:
    host = (urlsplit(settings.root).hostname or "").casefold()
    for path, came in others.items():
        told = came.body.decode("utf-8", "replace").casefold() + "".join(value for _, value in came.headers).casefold()
        if came.status != 404 or host in told:
            yield (
                f"{settings.safe_root}{path} answers {came.status} where nothing must be. Let the proxy hand on the "
                "name that was asked for (nginx: `proxy_set_header Host $host;`), and answer nothing there itself."
            )


def _of_names(settings: Settings, door: Came) -> Iterator[str]:
    """A certificate for both names tells everybody that they are one."""
    if (urlsplit(settings.root).hostname or "").casefold() in door.names:
        yield (
            f"The certificate of {settings.safe_root} names {settings.root} as well: who looks at it knows whose "
            f"it is. Get one for that name alone."
        )
