"""A figure in a title and a deck counts itself everywhere; nobody ever sees how it was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition.actions import circulate, draft
from coalition.database import db
from coalition.emails.letters import make
from coalition.models.outgoing_email import OutgoingEmail
from tests.builders import a_draft, a_letter, link_path, published, signed

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Visitor

TITLE = "{{organisations}} {{organisations: one=organisation calls | other=organisations call}}"


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """A letter sent to all whose title and deck count who signs."""
    letter_id = a_draft(cast)
    draft.save_text(letter_id, "en", {"title": TITLE, "deck": "From {{countries}} countries"}, by=cast.coordinator)
    members = (cast.small_member, cast.arabic_member, cast.unnamed_member)
    circulate.invite(letter_id, [member.contact_id for member in members], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=3)
    return letter_id


@pytest.fixture
def nadia(visitors: Callable[..., Visitor], cast: Cast) -> Visitor:
    """Nadia at the desk, in a browser of her own."""
    nadia = visitors()
    nadia.sign_in(cast.coordinator)
    return nadia


def subjects() -> list[str]:
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingEmail)).all()
    return [make(db.session(), row).subject for row in rows if row.context_or_empty.get("kind") != "set_up_account"]


def test_before_publication_a_figure_stands_open(nadia: Visitor, visitor: Visitor, cast: Cast, letter_id: UUID) -> None:
    door = visitor.get(link_path(letter_id, cast.small_member))
    for words in (door.words, nadia.get("/desk").words, nadia.get(f"/desk/letters/{letter_id}").words, *subjects()):
        assert "{{" not in words
    assert "… organisations call" in door.words
    assert any("… organis" in subject for subject in subjects())  # the title is shortened there


def test_once_published_it_is_counted_on_every_surface(
    nadia: Visitor, visitor: Visitor, cast: Cast, letter_id: UUID
) -> None:
    signed(letter_id, cast.small_member)
    published(cast, letter_id)
    slug = a_letter(letter_id).slug
    assert "{" not in slug
    for path in ("/", f"/letters/{slug}"):
        page = visitor.get(path)
        assert "1 organisation calls" in page.words
        assert "{{" not in page.text
    for path in (f"/letters/{slug}.txt", f"/letters/{slug}.json", "/feed.atom"):
        answer = visitor.get(path)
        assert "{{" not in answer.text or path.endswith(".json")
        assert "1 organisation calls" in answer.text or path.endswith(".json")
    for path in ("/desk", "/desk/outbox", f"/desk/letters/{letter_id}"):
        assert "{{" not in nadia.get(path).words
    news = [subject for subject in subjects() if "1 organisation calls" in subject]
    assert news
