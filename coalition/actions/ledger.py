"""Reading the ledger: the acts of consent of a letter, or of one organisation, with the texts they name."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock
from coalition.actions.address import address_of
from coalition.actions.archived_evidence import evidence_of
from coalition.models.house import House
from coalition.models.objection import Objection
from coalition.models.organisation import Organisation
from coalition.models.signature import Signature, organisation_index
from coalition.models.version import FINGERPRINTED
from coalition.models.wording import AUTHORITY
from coalition.rendering.ledger import (
    Ledger,
    LedgerAct,
    LedgerObjection,
    LedgerRecorded,
    LedgerSignature,
    LedgerText,
    LedgerVersion,
)
from coalition.rendering.reading import reading_title

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.consent import Consent
    from coalition.models.letter import Letter
    from coalition.models.version import Text, Version


def of_letter(session: Session, letter: Letter, *, with_withheld: bool = False) -> Ledger:
    """Every signature that was ever given, also those withdrawn since. Opens the vault.

    Withheld ones only where `with_withheld` says so: the caller has noted in the record that somebody looks
    (`circulate.show_withheld`). One that is in no number is not among those left out: the file may go round.
    """
    found = session.scalars(select(Signature).where(Signature.letter_id == letter.id)).all()
    shown = [one for one in found if with_withheld or one.visibility == "named"]
    left_out = [one for one in found if one not in shown and one.visibility == "withheld"]
    return _ledger(session, letter, shown, left_out=len(left_out))


def of_organisation(session: Session, letter: Letter, organisation_id: UUID) -> Ledger:
    """The organisation's own signatures on a letter, withheld or not: they are its own. Opens the vault."""
    own = session.scalars(
        select(Signature).where(
            Signature.letter_id == letter.id,
            Signature.organisation_index == organisation_index(letter.id, organisation_id),
        )
    ).all()
    return _ledger(session, letter, own)


def _ledger(session: Session, letter: Letter, signatures: Sequence[Signature], *, left_out: int = 0) -> Ledger:
    house, now = session.scalars(select(House)).one(), clock.now()
    until = letter.embargo_at(now)
    ids = {one.organisation_id for one in signatures if not one.is_individual}
    organisations = {one.id: one for one in session.scalars(select(Organisation).where(Organisation.id.in_(ids)))}
    objections = session.scalars(select(Objection).where(Objection.signature_id.in_([one.id for one in signatures])))
    by_signature: dict[UUID, list[Objection]] = {}
    for objection in objections:
        by_signature.setdefault(objection.signature_id, []).append(objection)
    numbers = {version.id: version.number for version in letter.versions}
    recorded = _recorded(session, letter)
    entries = [
        _signature(
            one,
            None if one.is_individual else organisations[one.organisation_id],
            by_signature.get(one.id, []),
            numbers,
            recorded,
        )
        for one in signatures
    ]
    return Ledger(
        coalition=house.name(letter.authoritative_language),
        letter=letter.id.hex,
        slug=address_of(session, letter),
        title=reading_title(letter.text(letter.authoritative_language)),
        zone=letter.zone,
        authoritative_language=letter.authoritative_language,
        made_at=now,
        versions=tuple(_version(one) for one in letter.versions if one.put_forward_at is not None),
        signatures=tuple(sorted(entries, key=lambda one: (one.organisation.casefold(), one.acts[0].at))),
        left_out=left_out,
        embargo_until=until.astimezone(UTC).isoformat() if until else "",
    )


def _version(version: Version) -> LedgerVersion:
    return LedgerVersion(
        number=version.number,
        put_forward_at=version.put_forward_at.isoformat() if version.put_forward_at else "",
        change_class=version.change_class,
        explanations=version.explanations,
        texts=tuple(_text(text) for text in version.texts if text.fingerprint),
    )


def _text(text: Text) -> LedgerText:
    return LedgerText(
        language=text.language,
        fingerprint=text.fingerprint or "",
        origin=text.origin_number,
        parts={name: getattr(text, name) for name in FINGERPRINTED},
        addressees=text.printed_addressees,
    )


def _signature(
    signature: Signature,
    organisation: Organisation | None,
    objections: list[Objection],
    numbers: dict[UUID, int],
    recorded: dict[str, LedgerRecorded],
) -> LedgerSignature:
    """A signature with its acts; a person who signed for themselves stands where else the organisation does."""
    name = organisation.name if organisation else signature.person
    return LedgerSignature(
        organisation=name,
        country=organisation.country if organisation else "",
        kind=signature.kind,
        affiliation=signature.printed_affiliation,
        printed_names=signature.printed_names,
        visibility=signature.visibility,
        is_suspended=signature.suspended_at is not None,
        ended_on=signature.ended_on.isoformat() if signature.ended_on else "",
        acts=tuple(_act(one, name, numbers, recorded) for one in signature.consents),
        objections=tuple(
            LedgerObjection(
                against=one.against,
                version=numbers[one.version_id],
                words=one.words or "",
                at=one.at,
                resolved_on=one.resolved_on.isoformat() if one.resolved_on else "",
            )
            for one in sorted(objections, key=lambda each: str(each.at))
        ),
    )


def _recorded(session: Session, letter: Letter) -> dict[str, LedgerRecorded]:
    """What the ledger tells of the letter's evidence, by the ids that its rows name: never the words."""
    return {
        one.id.hex: LedgerRecorded(by=one.account.name, way=one.said["way"], said_on=one.said["on"])
        for one in evidence_of(session, letter)
    }


def _act(
    consent: Consent, organisation: str, numbers: dict[UUID, int], recorded: dict[str, LedgerRecorded]
) -> LedgerAct:
    number = numbers[consent.version_id]
    return LedgerAct(
        number=consent.number,
        act=consent.act,
        version=number,
        language=consent.language,
        fingerprint=consent.fingerprint,
        wording=AUTHORITY[consent.wording_id] % {"organisation": organisation, "version": number},
        how=consent.how,
        person=consent.by["name"],
        role=consent.by["role"],
        at=consent.at,
        in_grace=consent.in_grace,
        recorded=recorded.get(consent.evidence_file_id) if consent.evidence_file_id else None,
    )
