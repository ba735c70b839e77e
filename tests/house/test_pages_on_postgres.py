"""Every page and every form asks PostgreSQL what it asks SQLite, and gets an answer.

The tests of single pages run on SQLite (`tests/databases.py`); here each page and form is asked for once, so that a
query which only one of the two understands is found.
"""

from __future__ import annotations

from http import HTTPStatus

import pytest

from tests.house.states import Seen
from tests.house.test_states import first_looks, nothing_kept, worlds
from tests.house.visits import expected_of, forms_of, look, reachable, send
from tests.house.worlds import Worlds

__all__ = ["nothing_kept", "worlds"]

pytestmark = pytest.mark.only_on("postgres")


def test_every_page_is_answered_as_on_sqlite(worlds: Worlds) -> None:
    wrong = []
    for page, state in sorted(first_looks()):
        expected = expected_of(page, state)
        found = look(worlds, page, state, "en", inspects=False)
        if isinstance(expected, Seen) and found.status != expected.status:
            wrong.append(f"{page} [{state}]: {found.status}, not {expected.status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("nothing_kept")
def test_every_form_sent_empty_is_answered_in_words(worlds: Worlds) -> None:
    wrong = []
    for rule in sorted(set(forms_of(worlds.full.app)) - {"/desk/sign-out"}):
        state = reachable(worlds, rule)[0]
        page = send(worlds, rule, state, "en", {})
        if page.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            wrong.append(f"{rule} [{state}]: {page.status}")
    assert not wrong, "\n".join(wrong)
