"""Settling what the house says of itself: its names and where to write to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from coalition import clock
from coalition.actions.take_off import raise_generation
from coalition.actions.team import NotAllowed
from coalition.database import after_commit, transaction
from coalition.intake.names import check_name
from coalition.models import record
from coalition.models.house import House
from coalition.models.public import PublicBody
from coalition.rendering.bodies import doorbell

if TYPE_CHECKING:
    from coalition.models.account import Account


def name_house(
    names: dict[str, str], *, contact_address: str, by: Account, safety_words: dict[str, str] | None = None
) -> None:
    """Give the coalition its names ("und" is the canonical one, a language with an empty one loses it) and its address.

    `safety_words` says per language how a person is reached now; None leaves it.

    Every public page prints them, so all are made again. Only administrators. Raises NotAllowed, NameRefused.
    """
    if not by.is_administrator:
        raise NotAllowed
    checked = {language: check_name(name) for language, name in names.items() if name.strip() or language == "und"}
    with transaction() as session:
        house = session.scalars(select(House).with_for_update()).one()
        kept = {language: name for language, name in house.names.items() if language not in names}
        house.names, house.contact_address = kept | checked, contact_address
        if safety_words is not None:
            house.safety_words = {tag: words.strip() for tag, words in safety_words.items() if words.strip()}
        raise_generation(session)  # first, as in `take_off.bodies`
        session.execute(delete(PublicBody))
        after_commit(doorbell.ring)
        record.enter(session, "house named", at=clock.now(), actor_kind="account", actor_id=by.id, names=checked)
