"""The desk says beforehand what a letter will forget, and afterwards what is missing and why."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from coalition import clock
from coalition.actions import circulate, retention
from tests import builders

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.visitor import Visitor

pytestmark = pytest.mark.only_on("sqlite")


def test_the_board_says_what_is_erased_and_when(cast: Cast, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.declined(letter_id, cast.arabic_member, reason="Our board is afraid.")
    visitor.sign_in(cast.coordinator)
    assert "it is erased who did not sign" not in visitor.get(f"/desk/letters/{letter_id}").words
    circulate.cancel(letter_id, by=cast.coordinator)
    assert "it is erased who did not sign, who declined and why" in visitor.get(f"/desk/letters/{letter_id}").words
    then = clock.now() + timedelta(days=91)
    with monkeypatch.context() as later:
        later.setattr(clock, "now", lambda: then)
        retention.forget_due()
    page = visitor.get(f"/desk/letters/{letter_id}")
    assert "2 organisations that did not answer and 1 organisation that declined" in page.words
    assert "Forgot who did not sign" in visitor.get(f"/desk/letters/{letter_id}/log").words
