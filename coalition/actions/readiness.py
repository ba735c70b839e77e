"""Whether the present database is one that this version may work on, said in a sentence for the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coalition.actions import footing, hold_back

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SENTENCES: Final = {
    "none": "The database has no tables yet: run `coalition init`.",
    "older": "The database is older than this version of Coalition: run `coalition upgrade`.",
    "newer": "The database was made by a newer version of Coalition: install that version.",
}
"""By what `footing.schema` says."""


class NotReady(Exception):
    """Nobody may be served from this database; the message is a sentence that says what to do."""


def refuse_unready(session: Session) -> None:
    """Raises NotReady unless the tables are those of this version and no restore was cut off. Reads only."""
    refuse_another_schema(session)
    refuse_half_restored(session)


def refuse_another_schema(session: Session) -> None:
    """Raises NotReady unless the present database has the tables of this version."""
    state = footing.schema(session)
    session.rollback()
    if state != "newest":
        raise NotReady(SENTENCES[state])


def refuse_half_restored(session: Session) -> None:
    """Raises NotReady where a restore was cut off: who was erased since the backup may be back."""
    made_at = hold_back.unfinished(session)
    session.rollback()
    if made_at is not None:
        raise NotReady(
            f"A restore of the backup of {made_at:%Y-%m-%d %H:%M:%S} UTC was cut off: run that `coalition restore` "
            "again, it goes on."
        )
