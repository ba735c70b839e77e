"""The evidence of recorded answers as a letter's archive has it: it leaves the vault in a sealed file alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coalition.intake import letter_archive_facts as facts
from coalition.intake.facts_as_json import moment
from coalition.models.evidence import Evidence

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.models.letter import Letter


def evidence_of(session: Session, letter: Letter) -> list[Evidence]:
    """All evidence of a letter that was not erased, by the instant at which it was recorded. Opens the vault."""
    rows = session.scalars(
        select(Evidence).where(Evidence.letter_id == letter.id).options(joinedload(Evidence.account))
    )
    return sorted((one for one in rows if one.said), key=lambda one: (str(one.said["at"]), one.id.hex))


def evidence_facts(row: Evidence) -> facts.Evidence:
    """One piece of evidence, with its file. Opens the vault."""
    said: dict[str, Any] = row.said
    return facts.Evidence(
        way=said["way"],
        who=said["who"],
        said_on=date.fromisoformat(said["on"]),
        recorded_at=moment(said["at"]),
        recorded_by=row.account.name,
        role=said["role"],
        words=said["words"],
        file_name=said["file_name"],
        content=row.content or "",
    )
