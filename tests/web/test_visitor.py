"""The visitor itself: what it sees and sends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.visitor import Visitor


@pytest.mark.usefixtures("cast")
def test_a_visitor_sees_the_home_page_through_the_public_layer(visitor: Visitor) -> None:
    page = visitor.get("/")
    assert page.status == 200
    assert page.heading


def test_a_visitor_is_signed_in_at_the_desk_and_others_are_not(visitors: Callable[..., Visitor], cast: Cast) -> None:
    nadia, stranger = visitors(inspects=False), visitors(inspects=False)
    nadia.sign_in(cast.coordinator)
    assert [cookie.path for cookie in nadia.cookies()] == ["/desk"]
    assert stranger.cookies() == []


@pytest.mark.usefixtures("cast")
def test_a_page_that_is_not_there_is_an_inspected_page_too(visitor: Visitor) -> None:
    assert visitor.get("/no/such/page").status == 404


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("path", ["/", "/feed.atom"])
def test_a_head_request_has_no_body(visitor: Visitor, path: str) -> None:
    assert visitor.head(path).content == b""
