"""Who signs after a letter was told of hears of it once, when an edition has them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition.actions import announce, cut
from coalition.database import db
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast


def thanked(letter_id: UUID) -> dict[str, int]:
    """Who was written to as somebody whose letter is published, and how often."""
    rows = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id))
    found = [row.context_or_empty for row in rows]
    return dict(Counter(one["printed_name"] for one in found if one.get("kind") == "published"))


def test_who_signs_late_is_thanked_once_with_the_next_edition(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    cut.choose_rolling(letter_id, is_rolling=True, cuts_daily=False, by=cast.coordinator)
    builders.signed(letter_id, cast.small_member)
    builders.published_open(cast, letter_id)
    announce.announce(letter_id, by=cast.coordinator)
    assert thanked(letter_id) == {cast.small_member.name: 1}
    builders.signed(letter_id, cast.arabic_member)
    assert thanked(letter_id) == {cast.small_member.name: 1}
    cut.cut(letter_id, by=cast.coordinator)
    both = {cast.small_member.name: 1, cast.arabic_member.name: 1}
    assert thanked(letter_id) == both
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    cut.cut(letter_id, by=cast.coordinator)
    assert thanked(letter_id) == both | {cast.unnamed_member.name: 1}
