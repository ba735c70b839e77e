"""The database on a disk that has no room left, really: readers read, and no answer is recorded by halves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coalition.database import db
from tests import builders
from tests.drills.disk import Disk, database_on, small_disk
from tests.web.test_away import held, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import Cast
    from tests.visitor import Visitor

pytestmark = pytest.mark.own_files
OPENED = pytest.mark.parametrize("opened", ["before", "afterwards"])
"""Whether the connections to the database stand already when the disk is full."""


@pytest.fixture
def disk() -> Iterator[Disk]:
    """A small disk."""
    with small_disk() as mounted:
        yield mounted


@pytest.fixture
def database_url(database_url: str, disk: Disk) -> Iterator[str]:
    """The test's database, on the small disk."""
    with database_on(disk, database_url) as address:
        yield address


def let_go(opened: str) -> None:
    """End every connection, unless they were opened before."""
    db.session.remove()
    if opened == "afterwards":
        db.engine.dispose()


@OPENED
@pytest.mark.only_on("sqlite")  # PostgreSQL reads and connects without room
def test_readers_read_every_form_where_there_is_no_room(
    visitor: Visitor, before: dict[str, bytes], disk: Disk, opened: str
) -> None:
    let_go(opened)
    with disk.without_room():
        assert {path: visitor.get(path).content for path in before} == before


@OPENED
def test_an_answer_for_which_there_is_no_room_comes_back_and_can_be_sent_again(
    visitor: Visitor, cast: Cast, before: dict[str, bytes], disk: Disk, opened: str
) -> None:
    letter_id = builders.an_open_letter(cast, title="Free the printers")
    visitor.get(builders.link_path(letter_id, cast.small_member))
    form = visitor.get(f"/invitation/{builders.invitation_of(letter_id, cast.small_member).id}").form("decline")
    form.fill(decision="decline", reason="We have no room. " * 290)  # more than fits into what is there already
    recorded = rows()
    let_go(opened)
    with disk.without_room():
        again = held(form.submit(), form)
        assert {path: visitor.get(path).content for path in before} == before
    assert rows() == recorded
    assert again.submit().status == 200
    assert rows()["RecordEntry"] == recorded["RecordEntry"] + 1
