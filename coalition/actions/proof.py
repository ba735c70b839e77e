"""The proof of a letter: everything its pages would print if it were published now, before anything is written.

Publication writes these same facts; the desk shows them, and the check list looks through them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from coalition import clock, languages
from coalition.actions.provenance import provenance, taken_over_groups, taken_over_lines
from coalition.models.about import about_facts
from coalition.models.house import House
from coalition.models.letter import Letter
from coalition.models.organisation import Organisation
from coalition.models.signature import Signature
from coalition.models.version import PARTS, Version
from coalition.rendering.edition import figures, letter_of_facts, printed_line, shown_withheld
from coalition.rendering.printed import Figures, PrintedGroup, PrintedLetter, PrintedLine

NOT_COUNTED = Figures(signatories=None, organisations=None, individuals=None, countries=None)


@dataclass(frozen=True, slots=True)
class Signer:
    """A standing signature with what is printed of it."""

    signature: Signature
    organisation: Organisation | None
    """None for a person who signs for themselves."""
    is_lead: bool

    @property
    def name(self) -> str:
        """The canonical name as it will be printed."""
        return str(self.signature.printed_names["und"])

    @property
    def country(self) -> str:
        """The organisation's country; a person's is not asked, and never counted."""
        return self.organisation.country if self.organisation else ""


def signers(session: Session, letter: Letter) -> list[Signer]:
    """Who stands behind the version in force and is not disputed: organisations and persons. Opens the vault.

    Who has not agreed since the substance changed is not among them: silence carries nothing over (DOMAIN §4).
    """
    lead_ids = {lead.organisation_id for lead in letter.leads}
    rows = session.scalars(
        select(Signature).where(
            Signature.letter_id == letter.id,
            Signature.ended_on.is_(None),
            Signature.suspended_at.is_(None),
            Signature.version_id.in_(letter.agreed_version_ids),
        )
    ).all()
    ids: dict[UUID, Signature] = {row.organisation_id: row for row in rows if not row.is_individual}
    organisations = {one.id: one for one in session.scalars(select(Organisation).where(Organisation.id.in_(ids)))}
    found = [
        Signer(signature=row, organisation=organisations[organisation_id], is_lead=organisation_id in lead_ids)
        for organisation_id, row in ids.items()
    ]
    return found + [Signer(signature=row, organisation=None, is_lead=False) for row in rows if row.is_individual]


def in_order(standing: Sequence[Signer], order: Sequence[UUID] = ()) -> list[Signer]:
    """Those who are printed, persons last: as `order` has their signatures, then leads, then by name."""
    places = {signature_id: place for place, signature_id in enumerate(order)}
    return sorted(
        (signer for signer in standing if signer.signature.is_public),
        key=lambda one: (
            one.signature.is_individual,
            places.get(one.signature.id, len(places)),
            not one.is_lead,
            sort_keys(one.signature.printed_names, ())["und"],
        ),
    )


def sort_keys(names: dict[str, str], tags: Sequence[str]) -> dict[str, str]:
    """Collation keys of a printed name: "und", and one for each language of the letter (of the name printed there)."""
    keys = {"und": languages.sort_key(names["und"], "und")}
    return keys | {tag: languages.sort_key(names.get(tag) or names["und"], tag) for tag in tags}


def text_languages(letter: Letter) -> list[str]:
    """The languages that will be printed: those with a text."""
    return [item.language for item in letter.version.texts if not item.is_empty]


def printed_facts(session: Session, letter: Letter, *, now: datetime, version: Version | None = None) -> dict[str, Any]:
    """Everything the public pages say of a letter but its list; what `rendering.edition` reads.

    Of the version in force, unless another is given.
    """
    version = version or letter.version
    house = session.scalars(select(House)).one()
    texts = [item for item in version.texts if not item.is_empty]
    return {
        "kind": letter.kind,
        "zone": letter.zone,
        "authoritative_language": letter.authoritative_language,
        "texts": {item.language: {part: getattr(item, part) for part in PARTS} for item in texts},
        "fingerprints": {item.language: item.fingerprint for item in texts},
        "addressees": [
            {"block": one.block, "styles": one.styles, "names": one.names, "offices": one.offices}
            for one in version.addressees
        ],
        "about": about_facts(letter),
        "place": letter.place,
        "printed_on": letter.printed_on or now.astimezone(ZoneInfo(letter.zone)).date().isoformat(),
        "photo": _photo_facts(letter),
        "list_order": letter.list_order,
        "counts_lead": letter.counts_lead,
        "counts_withheld": letter.counts_withheld,
        "withheld_threshold": letter.withheld_threshold,
        "coalition_name": house.names,
        "version": version.number,
        "lagging": {
            item.language: item.translates.version.number for item in texts if item.is_lagging and item.translates
        },
    }


def draft(session: Session, letter: Letter, *, now: datetime, version: Version | None = None) -> PrintedLetter:
    """The letter as its pages will have it, in every language that was begun: without its list, figures still open.

    Of the version in force, unless another is given.
    """
    version = version or letter.version
    facts = printed_facts(session, letter, now=now, version=version)
    facts["texts"] = {item.language: {part: getattr(item, part) for part in PARTS} for item in version.texts}
    leads = tuple(organisation.names for organisation in letter.lead_organisations())
    return letter_of_facts(session, facts, slug=letter.slug, published_at=now, figures=NOT_COUNTED, leads=leads)


def proof(session: Session, letter: Letter, *, now: datetime, order: Sequence[UUID] = ()) -> PrintedLetter:
    """The letter as it would be published now, with its list."""
    standing, origin = signers(session, letter), provenance(session, letter)
    groups = _groups(session, letter, in_order(standing, order))
    lines = [line for group in groups for line in group.lines]
    return letter_of_facts(
        session,
        printed_facts(session, letter, now=now),
        slug=letter.slug,
        published_at=origin.published_at or now,
        figures=counted(session, letter, standing),
        leads=tuple(origin.leads or (line.names for line in lines if line.is_lead)),
        groups=groups,
        withheld_count=withheld_said(session, letter, standing),
    )


@dataclass(frozen=True, slots=True)
class SeenBy:
    """The proof as one of its signers may see it, and how many other names are left out."""

    letter: PrintedLetter
    left_out: int


def as_seen_by(session: Session, letter: Letter, own: str, language: str) -> SeenBy:
    """The page as it would be published now, as the signer printed as `own` ("" for one who is not) may see it.

    The others stand there where the letter lets those invited see who has signed. Where it lets them see nothing of
    each other, not even how many they are, the page counts nobody.
    """
    whole = proof(session, letter, now=clock.now())
    if letter.visible_to_invitees == "names":
        return SeenBy(whole, 0)
    groups = tuple(
        replace(group, lines=tuple(line for line in group.lines if own and line.name(language) == own))
        for group in whole.groups
    )
    if letter.visible_to_invitees == "nothing":
        return SeenBy(replace(whole, groups=groups, figures=NOT_COUNTED, withheld_count=None), 0)
    return SeenBy(replace(whole, groups=groups), sum(len(group.lines) for group in whole.groups) - bool(own))


def withheld_said(session: Session, letter: Letter, standing: Sequence[Signer]) -> int | None:
    """How many names are withheld, or None where the letter does not say."""
    origin = provenance(session, letter)
    if not origin.says_withheld:
        return None
    withheld = sum(signer.signature.visibility == "withheld" for signer in standing) + (origin.withheld or 0)
    return shown_withheld(withheld, withheld, letter.withheld_threshold)


def counted(session: Session, letter: Letter, standing: Sequence[Signer]) -> Figures:
    """The figures as they would be printed now."""
    lines = [printed_line(row) for row in taken_over_lines(session, letter)]
    lines += [_line(signer, 0, ()) for signer in standing if signer.signature.is_public]
    said = withheld_said(session, letter, standing) or 0
    return figures(lines, said, counts_lead=letter.counts_lead, counts_withheld=letter.counts_withheld)


def _groups(session: Session, letter: Letter, printed: Sequence[Signer]) -> tuple[PrintedGroup, ...]:
    """The parts of the list: those taken over from a record, in the last one who signed here, and the persons apart."""
    tags = text_languages(letter)
    rows = taken_over_lines(session, letter)
    parts = [
        (group.headings, [printed_line(row) for row in rows if row.list_group_id == group.id])
        for group in taken_over_groups(session, letter)
    ] or [(headings(letter), [])]
    lines = [_line(signer, len(rows) + place, tags) for place, signer in enumerate(printed)]
    parts[-1][1].extend(line for line in lines if line.kind != "individual")
    persons = [line for line in lines if line.kind == "individual"]
    if persons:
        parts.append(({}, persons))
    return tuple(PrintedGroup(headings=said, lines=tuple(lines)) for said, lines in parts)


def headings(letter: Letter) -> dict[str, str]:
    """The heading of the list in each language that has one of its own."""
    return {item.language: item.list_heading for item in letter.version.texts if item.list_heading.strip()}


def _line(signer: Signer, place: int, tags: Sequence[str]) -> PrintedLine:
    names: dict[str, str] = signer.signature.printed_names
    return PrintedLine(
        names=names,
        sort_keys=sort_keys(names, tags) if tags else {},
        country=signer.country,
        kind=signer.signature.kind,
        affiliation=signer.signature.printed_affiliation,
        is_lead=signer.is_lead,
        position=place,
    )


def _photo_facts(letter: Letter) -> dict[str, Any] | None:
    photo = letter.photo
    if photo is None:
        return None
    return {
        "file_id": photo.file_id.hex,
        "path": photo.path,
        "width": photo.width,
        "height": photo.height,
        "credit": photo.credit,
        "licence": photo.licence,
    }
