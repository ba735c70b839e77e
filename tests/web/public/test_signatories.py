"""All names of a long list, and the search in them: made for who asks, stored and indexed nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition.actions import mask, rebuild
from coalition.database import db
from coalition.models.public import PublicBody
from coalition.rendering import page, seek, signatories_page
from coalition.rendering.list_parts import Name, Part
from coalition.web.public import signatories as searching
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


@pytest.mark.usefixtures("published")
def test_where_too_many_search_the_page_says_so_in_words(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    spent = searching.Allowance(now=lambda: 0.0, used=iter(range(0, 100, 10)).__next__)
    monkeypatch.setattr(searching, "searching", spent)
    assert visitor.get(f"{ALL}?q=oko").status == 200
    refused = visitor.get(f"{ALL}?q=oko")
    assert (refused.status, refused.headers["Retry-After"]) == (503, "60")
    assert "Too many people are searching just now" in refused.words
    assert "Öko Kalina" not in refused.words
    assert visitor.get(ALL).status == 200


@pytest.mark.usefixtures("published")
def test_of_very_many_names_that_are_found_the_first_are_shown(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signatories_page, "MOST_SHOWN", 1)
    found = visitor.get(f"{ALL}?q=a")
    assert "2 names found. The first 1 are shown here" in found.words
    assert ("Öko Kalina" in found.words) != ("Amman Writers’ House" in found.words)


@pytest.mark.only_on("sqlite")
def test_each_name_is_found_once_and_none_across_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seek, "WORTH_KEEPING", 1)
    part = Part("", tuple(Name(words, "") for words in ("Ana Banana", "Öko", "Konrad")))
    for _ in range(2):
        assert [one.name for one in seek.found_in(part, "ana")] == ["Ana Banana"]
        assert [one.name for one in seek.found_in(part, "ko")] == ["Öko", "Konrad"]
        assert seek.found_in(part, "okokon") == seek.found_in(part, "oko\nkon") == ()
