"""What ended is written into the journal by itself, whichever verb ended it.

An older copy of the database would have it live again: links that were revoked, accounts, parts in teams, passwords
that were changed, names that were withheld. `coalition.actions.end_again` ends them anew after a restore. Heard is each
change of one of these columns; a statement that changes rows without loading them has to write its own line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import event, inspect

from coalition import clock, journal
from coalition.models.account import Account
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.letter import TeamMember
from coalition.models.link import Link
from coalition.models.organisation import Organisation
from coalition.models.second_step import Passkey
from coalition.models.signature import Signature
from coalition.models.standing_consent import StandingConsent
from coalition.models.webhook import Webhook

if TYPE_CHECKING:
    from datetime import datetime

Means: TypeAlias = Callable[[Any, Any], bool]
"""Whether something ended when a column changed from the one value to the other."""
NAME: Final = "name"
"""The journal's word for a signature whose name left: after a restore it leaves again. Of when, the day is kept."""


def _is_set(_before: object, after: object) -> bool:
    return after is not None


def _is_emptied(before: object, after: object) -> bool:
    return after is None and before is not None


def _is_another(before: object, after: object) -> bool:
    return after is not None and before != after


def _is_taken(_before: object, after: object) -> bool:
    return after is False


def _is_hidden(_before: object, after: object) -> bool:
    return after != "named"


@dataclass(frozen=True, slots=True)
class End:
    """A column by which something ends, and the journal's word for it."""

    kind: str
    column: Any
    means: Means


ENDS: Final = (
    End("link", Link.revoked_at, _is_set),
    End("invitation", Invitation.revoked_at, _is_set),
    End("invitation_links", Invitation.epoch, _is_another),
    End("contact_left", Contact.ended_at, _is_set),
    End("contact_left", Contact.address_index, _is_another),  # mail would go to the old address again
    End("contact_links", Contact.epoch, _is_another),
    End("account", Account.ended_at, _is_set),
    End("administrator", Account.is_administrator, _is_taken),
    End("password", Account.password, _is_another),
    End("part", TeamMember.ended_at, _is_set),
    End("standing_consent", StandingConsent.revoked_at, _is_set),
    End("webhook", Webhook.ended_at, _is_set),
    End("public_page", Organisation.public_page_at, _is_emptied),
    End(NAME, Signature.visibility, _is_hidden),
    End(NAME, Signature.masked_at, _is_set),
    End(NAME, Signature.ended_on, _is_set),
)


def name_left(signature: Signature) -> None:
    """Write down that a name left, or will stand on no list; part of a verb. Kept is the day, not the minute."""
    journal.append(NAME, signature.id, clock.now().replace(hour=0, minute=0, second=0, microsecond=0))


def _hear(end: End) -> None:
    def heard(row: Any, after: Any, before: Any, _initiator: object) -> None:
        if not (_is_kept(row) and end.means(before, after)):
            return
        if isinstance(row, Signature):
            name_left(row)
        else:
            _ended(end.kind, row, clock.now())

    event.listen(end.column, "set", heard, active_history=end.means in {_is_emptied, _is_another})


def _hear_passkeys() -> None:
    def heard(_mapper: object, _connection: object, row: Passkey) -> None:
        _ended("passkey", row, clock.now())

    event.listen(Passkey, "before_delete", heard)


def _ended(kind: str, row: Any, now: datetime) -> None:
    journal.append(kind, row.id, now)


def _is_kept(row: Any) -> bool:
    """Whether the row stands in the database, and a verb changes it: one that is being made was never live."""
    state = inspect(row)
    return state.persistent and state.session is not None and bool(state.session.info.get("in_transaction"))


for _end in ENDS:
    _hear(_end)
_hear_passkeys()
