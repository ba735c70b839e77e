"""Two processes that answer readers: they differ for two seconds at the most, and no answer is of two states."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import pytest
from werkzeug.test import Client

from coalition.actions import rebuild
from coalition.database import db
from coalition.rendering import bodies
from coalition.web.public import layer
from coalition.web.public.layer import PublicLayer
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.cast import Cast, Member

PATH: Final = "/letters/free-the-reporters"
PATHS: Final = (PATH, f"{PATH}.txt", f"{PATH}.json", f"{PATH}.csv", "/", "/feed.atom")
pytestmark = pytest.mark.only_on("sqlite")


class Readers:
    """Those of two processes on one database, and the clock by which these look for what is new."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 1000.0
        monkeypatch.setattr(layer, "time", SimpleNamespace(monotonic=lambda: self.seconds))
        self.layers = [PublicLayer(app, app.wsgi_app._behind) for _ in range(2)]  # type: ignore[attr-defined]  # behind

    def get(self, process: int, path: str) -> TestResponse:
        return Client(self.layers[process]).get(path)

    def states(self, process: int) -> dict[str, bytes]:
        """What one process says at each address; each answer is whole."""
        found = {path: self.get(process, path) for path in PATHS}
        for path, answer in found.items():
            assert is_whole(answer), path
        return {path: answer.data for path, answer in found.items()}


def is_whole(answer: TestResponse) -> bool:
    """Whether head and body are of one state: a tag is made of the body; what is made for one reader has none."""
    tag = bodies.etag_of(answer.data, "")
    return (
        answer.status_code == 200
        and answer.headers.get("ETag", tag) == tag
        and int(answer.headers["Content-Length"]) == len(answer.data)
    )


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.arabic_member)
    builders.published(cast, letter_id)
    rebuild.rebuild()
    return letter_id


@pytest.fixture
def readers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Readers:
    return Readers(app, monkeypatch)


def changed(letter_id: UUID, member: Member) -> None:
    builders.withdrawn(letter_id, member)
    rebuild.rebuild()


def test_two_processes_say_the_same_within_two_seconds_of_a_change(
    readers: Readers, letter_id: UUID, cast: Cast
) -> None:
    old = readers.states(0)
    readers.seconds += 0.9  # the other looked almost a second later
    assert readers.states(1) == old
    changed(letter_id, cast.small_member)
    apart = 0
    for tenth in range(20):
        now = [readers.states(process) for process in range(2)]
        apart += now[0] != now[1]
        if tenth < 19:
            readers.seconds += 0.1
    assert now[0] == now[1] != old
    assert apart, "they never differed: the clock is not theirs"
    assert cast.small_member.name.encode() not in b"".join(now[0].values())


@pytest.mark.parametrize("kept_whole", [layer.KEPT_WHOLE, 0])
def test_what_changes_while_a_process_looks_is_in_no_answer_by_half(
    readers: Readers, letter_id: UUID, cast: Cast, monkeypatch: pytest.MonkeyPatch, kept_whole: int
) -> None:
    monkeypatch.setattr(layer, "KEPT_WHOLE", kept_whole)
    fetch: Callable[..., Any] = PublicLayer._fetch
    left = [cast.small_member]

    def fetched(self: PublicLayer, connection: Any, path: str, encoding: str) -> Any:
        if left:
            db.session.rollback()
            changed(letter_id, left.pop())
        return fetch(self, connection, path, encoding)

    readers.states(0)
    readers.seconds += 2
    monkeypatch.setattr(PublicLayer, "_fetch", fetched)
    assert readers.states(1)  # each whole
    readers.seconds += 2
    new = [readers.states(process) for process in range(2)]
    assert new[0] == new[1]
    assert not left
    assert all(cast.small_member.name.encode() not in said for said in new[0].values())


def test_a_large_answer_that_memory_does_not_hold_is_of_one_state_also_right_after_a_change(
    readers: Readers, letter_id: UUID, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layer, "KEPT_WHOLE", 0)
    before = readers.get(0, PATH)
    changed(letter_id, cast.small_member)
    after = readers.get(0, PATH)
    assert is_whole(before)
    assert is_whole(after)
    assert cast.small_member.name.encode() not in after.data
