"""An organisation whose signature the coordinators suspended says its word, at its own door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coalition import clock
from coalition.actions.acts import by_link, enter_record, standing
from coalition.actions.reconfirm import open_objections
from coalition.actions.tell_coordinators import tell_of_objections
from coalition.database import transaction
from coalition.intake.texts import tidy_text

if TYPE_CHECKING:
    from uuid import UUID

    from coalition.actions.acts import Shown

WORD_LIMIT: Final = 2000
"""Characters of one word."""
ALTOGETHER: Final = 12000
"""Characters of all that is said about one suspension; then one talks."""


class NothingSuspended(Exception):
    """The team did not suspend it, or it was settled meanwhile."""


class SaidEnough(Exception):
    """More was said than anybody reads."""


def say_word(invitation_id: UUID, words: str, *, shown: Shown) -> None:
    """Add to what stands at the desk about the suspension; nothing is settled by it. The coordinators are told.

    The same words sent again stand there once. Raises InvitationRevoked, LinkReplaced, HandedOver, CodeNeeded,
    NoStandingSignature, NothingSuspended, SaidEnough.
    """
    with transaction() as session:
        letter, actor = by_link(session, invitation_id, shown)
        signature, now = standing(session, letter, actor), clock.now()
        suspended = [one for one in open_objections(session, signature) if one.against == "disputed"]
        if not suspended:
            raise NothingSuspended
        objection = max(suspended, key=lambda one: str(one.at))
        said = tidy_text(words).strip()[:WORD_LIMIT]
        said = f"{actor.name}: {said}" if actor.name else said
        before = objection.words or ""
        if before.endswith(said):
            return
        if len(before) + len(said) > ALTOGETHER:
            raise SaidEnough
        objection.words = f"{before}\n\n{said}".strip()
        enter_record(session, letter, actor, "word said", now=now)
        tell_of_objections(session, letter, now=now)
