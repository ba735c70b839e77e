"""Leaving: the session ends, and nothing tells where the visitor was."""

from __future__ import annotations

from tests import builders
from tests.cast import Cast
from tests.visitor import Visitor


def test_leaving_ends_the_session_and_shows_a_page_that_tells_nothing(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    answer = page.form("leave").submit(follow=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/left")
    assert answer.headers["Clear-Site-Data"] == '"cookies", "storage", "cache"'
    assert visitor.cookies() == []
    left = visitor.get("/left")
    assert not [word for word in ("Kalina", "reporters", "Free Voices", "Nadia") if word in left.text]
    assert visitor.get(page.path).heading == "Paste the link from your mail"
    assert visitor.get(builders.link_path(letter_id, cast.small_member)).heading == "Free the reporters"


def test_every_page_of_an_invitation_can_be_left(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    for further in ("", "/receipt", "/printed-name", "/visibility", "/withdraw"):
        assert visitor.get(page.path + further).form("leave").action == f"{page.path}/leave"
