"""What the doctor says of a site that readers come to through proxies: when all is well, and of each thing amiss."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from coalition import install, tokens, web
from coalition.cli.doctor import clocks, neutral, proxies, site
from coalition.cli.findings import CHANGE, GOOD, LOOK
from coalition.keys import KeyRing
from tests.cli.doctor.front import NEUTRAL, PUBLIC, Front

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from coalition.cli.doctor.asking import Came
    from coalition.cli.findings import Finding
    from coalition.config import Settings
    from tests.cast import Cast
    from tests.cli.doctor.front import Headers

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def deployed(app: Flask, cast: Cast, settings: Settings, database_url: str) -> Deployed:  # noqa: ARG001 -- somebody lives there
    """An installation behind one proxy, with a neutral host."""
    return Deployed(app, replace(settings, database=database_url, public_address=PUBLIC, safe_address=NEUTRAL))


class Deployed:
    """An installation and what stands in front of it."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    def said(self, *, trusted: int = 1, **front: Any) -> list[Finding]:
        """What is said where `trusted_proxies` is `trusted` and the front does so."""
        settings = replace(self.settings, trusted_proxies=trusted)
        install(settings)
        vars(self.app).pop("wsgi_app", None)
        web.stand_in_front(self.app)
        return list(_everything(self.app, settings, Front(app=self.app, **front)))

    def wrong(self, **how: Any) -> list[str]:
        """The sentences of what must change."""
        return [one.words for one in self.said(**how) if one.kind == CHANGE]


def _everything(app: Flask, settings: Settings, front: Front) -> Iterator[Finding]:
    seen = yield from site.of(app, settings, front)
    if seen is not None:
        yield from proxies.of(settings, front, seen)
        yield from clocks.of(settings, front)
        yield from neutral.of(app, settings, front)


def test_of_a_good_deployment_all_is_good(deployed: Deployed) -> None:
    said = deployed.said()
    assert {one.kind for one in said} == {GOOD}
    assert [one.words.split(",")[0] for one in said][:2] == [
        f"{PUBLIC} answers",
        f"The certificate of {PUBLIC} holds for 60 days more",
    ]
    assert deployed.wrong(trusted=2, proxies=2) == []
    assert deployed.wrong(writes_anew=True) == []


def without(name: str, headers: Headers) -> Headers:
    """A proxy that takes a header away."""
    return [one for one in headers if one[0] != name]


def once_more(name: str, value: str, headers: Headers) -> Headers:
    """A proxy that adds a header of its own."""
    return [*headers, (name, value)]


def otherwise(name: str, value: str, headers: Headers) -> Headers:
    """A proxy that knows better."""
    return [*without(name, headers), (name, value)]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"is_there": False}, "https://letters.test does not answer (connection refused)."),
        ({"is_trusted": False}, "https://letters.test has no certificate that readers trust: self-signed certificate."),
        ({"days": 3}, "holds for 3 days more, by TLSv1.3. See why it was not renewed."),
        ({"plain": (200, "")}, "http://letters.test/lost answers 200 /lost: let it answer 301"),
        ({"plain": (302, PUBLIC)}, "let it answer 301 and lead to https://letters.test/lost"),
        ({"answers": partial(without, "Strict-Transport-Security")}, "takes Strict-Transport-Security away"),
        ({"answers": partial(without, "Content-Security-Policy")}, "takes Content-Security-Policy away"),
        ({"answers": partial(once_more, "X-Content-Type-Options", "nosniff")}, "X-Content-Type-Options comes 2 times"),
        ({"answers": partial(otherwise, "Referrer-Policy", "origin")}, "changes Referrer-Policy to “origin”"),
        ({"answers": partial(otherwise, "Cache-Control", "max-age=60")}, "changes Cache-Control to “max-age=60”"),
        ({"compresses": True}, "The proxy compresses pages (gzip)"),
        ({"largest": 1024**2}, "refuses forms of 20 MB, which we take"),
        ({"trusted": 0}, "One proxy stands in front, and trusted_proxies is 0: readers are taken for one another."),
        ({"trusted": 1, "proxies": 2}, "2 proxies stand in front, and trusted_proxies is 1: readers are taken"),
        ({"trusted": 2}, "One proxy stands in front, and trusted_proxies is 2: who asks can say to be anybody."),
        ({"trusted": 2}, "Who writes X-Forwarded-For themselves is believed"),
        ({"tells_who_asks": False}, "The proxy does not say who asks: let it set X-Forwarded-For"),
        ({"tells_who_asks": False}, "Who writes X-Forwarded-For themselves is believed"),
        ({"tells_scheme": False}, "the proxy lets us think http: let it set X-Forwarded-Proto"),
        ({"hands_on_scheme": True}, "Who writes X-Forwarded-Proto themselves is believed"),
        ({"hands_on_host": False}, "We are asked as 127.0.0.1:8000 instead of letters.test"),
        ({"hands_on_host": False}, "https://notes.test/ answers 200 where nothing must be."),
        ({"names": {"notes.test": ["notes.test", "letters.test"]}}, "who looks at it knows whose it is"),
    ],
)
def test_what_is_amiss_is_named_with_what_to_change(deployed: Deployed, how: dict[str, Any], words: str) -> None:
    assert [one for one in deployed.wrong(**how) if words in one], deployed.wrong(**how)


def test_what_can_wait_is_to_be_looked_at(deployed: Deployed) -> None:
    said = deployed.said(days=10, plain=None)
    assert {one.kind for one in said} == {GOOD, LOOK}
    assert sum("holds for 10 days more" in one.words for one in said) == 2
    assert [one for one in said if one.words.startswith("Nothing answers at http://letters.test:")]


def test_another_installation_is_not_taken_for_this_one(
    deployed: Deployed, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    through = Front._through

    def elsewhere(front: Front, host: str, path: str, headers: dict[str, str]) -> Came:
        tokens.install(KeyRing.generate())
        came = through(front, host, path, headers)
        tokens.install(KeyRing.read(settings.keys_path))
        return came

    monkeypatch.setattr(Front, "_through", elsewhere)
    assert [one for one in deployed.wrong() if "answers with status 404, but it is not this installation" in one]
