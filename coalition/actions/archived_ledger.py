"""The ledger of a letter as its archive has it: every signature with its consents and objections, by names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from coalition.actions.give_away import told_groups
from coalition.intake import letter_archive_facts as facts
from coalition.intake.facts_as_json import as_value, moment
from coalition.models.consent import Consent
from coalition.models.objection import Objection
from coalition.models.organisation import Organisation
from coalition.models.signature import Signature
from coalition.models.wording import AUTHORITY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from coalition.models.letter import Letter


@dataclass(frozen=True, slots=True)
class Signed:
    """The signatures of an archive; `numbers` are their places, from 1, by the ids of the rows of those made here."""

    told: tuple[facts.Signature, ...]
    numbers: dict[str, int]


def signatures(
    session: Session, letter: Letter, kept: Sequence[facts.Signature], evidence: Mapping[str, int]
) -> Signed:
    """Every signature of the letter, in the order of the first consents: those `kept` from elsewhere, and those here.

    `evidence` has the numbers of the archive's evidence by the ids of its rows. Opens the vault.
    """
    rows = session.scalars(
        select(Signature)
        .where(Signature.letter_id == letter.id)
        .options(selectinload(Signature.consents).joinedload(Consent.version))
    ).all()
    organisations = _organisations(session, rows)
    objections = _objections(session, letter)
    numbers = {version.id: version.number for version in letter.versions}
    groups = {row.id: place for place, row in enumerate(told_groups(session, letter), start=1)}
    found = [
        (
            row.id.hex,
            _signature(
                row,
                None if row.is_individual else organisations.get(row.organisation_id),
                objections.get(row.id, []),
                numbers,
                evidence,
                groups,
            ),
        )
        for row in rows
    ]
    ordered = sorted([*(("", one) for one in kept), *found], key=lambda one: _place(one[1]))
    places = {row_id: place for place, (row_id, _) in enumerate(ordered, start=1) if row_id}
    return Signed(tuple(one for _, one in ordered), places)


def organisation_facts(organisation: Organisation) -> facts.Organisation:
    """An organisation by its names at the desk: a confidential one has its code name there."""
    names = {tag: name for tag, name in organisation.names.items() if name}
    return facts.Organisation(names, organisation.country)


def _organisations(session: Session, rows: Sequence[Signature]) -> dict[UUID, Organisation]:
    ids = {row.organisation_id for row in rows if not row.is_individual}
    return {one.id: one for one in session.scalars(select(Organisation).where(Organisation.id.in_(ids)))}


def _objections(session: Session, letter: Letter) -> dict[UUID, list[Objection]]:
    query = select(Objection).join(Signature).where(Signature.letter_id == letter.id)
    found: dict[UUID, list[Objection]] = {}
    for objection in sorted(session.scalars(query), key=lambda one: str(one.at)):
        found.setdefault(objection.signature_id, []).append(objection)
    return found


def _signature(
    row: Signature,
    organisation: Organisation | None,
    objections: Sequence[Objection],
    numbers: dict[UUID, int],
    evidence: Mapping[str, int],
    groups: Mapping[UUID, int],
) -> facts.Signature:
    printed: dict[str, str] = row.printed_names
    who = organisation_facts(organisation) if organisation else facts.Organisation(printed)
    return facts.Signature(
        organisation=who,
        printed_names=printed,
        visibility=row.visibility,
        kind=row.kind,
        affiliation=row.printed_affiliation,
        person=row.person or "",
        role=row.role or "",
        version=numbers[row.version_id],
        masked_at=row.masked_at,
        suspended_at=row.suspended_at,
        ended_on=row.ended_on,
        ended_how=row.ended_how or "",
        consents=tuple(_consent(one, who, evidence) for one in row.consents),
        objections=tuple(_objection(one, numbers) for one in objections),
        group=groups.get(row.list_group_id) if row.list_group_id else None,
        shows_logo=row.shows_logo,
    )


def _consent(row: Consent, organisation: facts.Organisation, evidence: Mapping[str, int]) -> facts.Consent:
    by: dict[str, Any] = row.by or {}
    said = AUTHORITY.get(row.wording_id, "")
    return facts.Consent(
        act=row.act,
        at=moment(row.at),
        version=row.version.number,
        language=row.language,
        fingerprint=row.fingerprint,
        wording=row.wording_id,
        how=row.how,
        said=said % {"organisation": organisation.names["und"], "version": row.version.number},
        by=by.get("name") or "",
        role=by.get("role") or "",
        in_grace=row.in_grace,
        evidence=evidence.get(row.evidence_file_id) if row.evidence_file_id else None,
    )


def _objection(row: Objection, numbers: dict[UUID, int]) -> facts.Objection:
    resolution: dict[str, str] = row.resolution or {}
    return facts.Objection(
        against=row.against,
        version=numbers[row.version_id],
        at=moment(row.at),
        words=row.words or "",
        resolved_on=row.resolved_on,
        resolved_how=resolution.get("how", ""),
        resolved_by=resolution.get("by", ""),
        reason=resolution.get("reason", ""),
    )


def _place(signature: facts.Signature) -> tuple[datetime, str]:
    first = signature.consents[0].at if signature.consents else datetime.max.replace(tzinfo=UTC)
    return first, json.dumps(as_value(signature), sort_keys=True)
