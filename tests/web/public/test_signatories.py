"""All names of a long list, and the search in them: made for who asks, stored and indexed nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition.actions import mask, rebuild
from coalition.database import db
from coalition.models.public import PublicBody
from coalition.rendering import page, signatories_page
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Visitor

ALL = "/letters/free-the-reporters/signatories"


@pytest.fixture
def published(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A published letter whose list is one name too long for its page."""
    for module in (page, signatories_page):
        monkeypatch.setattr(module, "FIRST_NAMES", 1)
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member, name="Öko Kalina")
    builders.signed(letter_id, cast.arabic_member)
    builders.published(cast, letter_id)
    rebuild.rebuild()
    return letter_id


@pytest.mark.usefixtures("published")
def test_a_long_list_has_a_page_of_its_own_and_is_searched_there(visitor: Visitor) -> None:
    first = visitor.get("/letters/free-the-reporters")
    assert ALL in first.links().values()
    whole = visitor.get(ALL)
    assert (whole.status, "Öko Kalina" in whole.words) == (200, True)
    found = visitor.get(f"{ALL}?q=oko")
    assert "1 name found" in found.words
    assert "Öko Kalina" in found.words
    assert found.headers["Cache-Control"] == "no-store"
    assert found.headers["X-Robots-Tag"] == "noindex"
    none = visitor.get(f"{ALL}?q=zzz")
    assert "0 names found" in none.words
    assert "Öko Kalina" not in none.words
    assert visitor.get(f"{ALL}?utm=zzz").headers["ETag"] == whole.headers["ETag"]


def test_a_masked_name_is_not_found_and_the_page_goes_with_the_long_list(
    visitor: Visitor, cast: Cast, published: UUID
) -> None:
    mask.mask(published, cast.small_member.organisation_id, by=cast.coordinator)
    db.session.rollback()
    stored = db.session.scalars(select(PublicBody.path).where(PublicBody.path == ALL)).all()
    assert stored == []
    led = visitor.get(f"{ALL}?q=oko", follow=False)
    assert (led.status, led.headers["Location"]) == (303, "/letters/free-the-reporters#signatories")


@pytest.mark.usefixtures("cast")
def test_an_unknown_letter_has_no_list(visitor: Visitor) -> None:
    assert visitor.get("/letters/nobody/signatories?q=a").status == 404
    assert visitor.get("/letters/No%00body/signatories?q=a").status == 404
