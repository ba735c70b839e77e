"""The proof of a letter: everything its pages would print if it were published now, before anything is written.

Publication writes these same facts; the desk shows them, and the check list looks through them.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from coalition import clock, languages
from coalition.actions.address import address_of
from coalition.actions.list_groups import list_groups
from coalition.actions.provenance import provenance, taken_over_lines
from coalition.models.about import about_facts
from coalition.models.edition import PublicLine
from coalition.models.house import House
from coalition.models.letter import Letter
from coalition.models.list_look import BY_DATE, ListLook
from coalition.models.organisation import Organisation
from coalition.models.photo import File
from coalition.models.signature import Signature, named_leads
from coalition.models.version import PARTS, Version
from coalition.rendering.edition import figures, led_by, letter_of_facts, printed_line, printed_logo, shown_withheld
from coalition.rendering.file_facts import file_facts
from coalition.rendering.printed import Figures, PrintedGroup, PrintedLetter, PrintedLine, PrintedLogo
from coalition.rendering.printed_files import PrintedFiles

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

    @property
    def country_printed(self) -> dict[str, str]:
        """What is printed instead of the country's name, where the organisation has that."""
        return dict(self.organisation.country_printed) if self.organisation else {}


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


def in_order(standing: Sequence[Signer], order: Sequence[UUID] = (), *, lead_first: bool = True) -> list[Signer]:
    """Those who are printed, persons last: as `order` has their signatures, then leads if so, then by name."""
    places = {signature_id: place for place, signature_id in enumerate(order)}
    return sorted(
        (signer for signer in standing if signer.signature.is_public),
        key=lambda one: (
            one.signature.is_individual,
            places.get(one.signature.id, len(places)),
            lead_first and not one.is_lead,
            sort_keys(one.signature.printed_names, ())["und"],
        ),
    )


def sort_keys(
    names: dict[str, str],
    tags: Sequence[str],
    *,
    ignores_article: bool = False,
    under: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """Collation keys of a printed name: "und", and one for each language of the letter (of the name printed there).

    `under` has what the organisation is sorted under where that is not its name: by language, "und" for every other.
    """

    def sorted_under(tag: str) -> str:
        own = under.get(tag) or under.get("und")
        name = names.get(tag) or names["und"]
        return own or (languages.without_article(name, tag) if ignores_article else name)

    return {tag: languages.sort_key(sorted_under(tag), tag) for tag in ("und", *tags)}


def sorted_under(signer: Signer) -> dict[str, str]:
    """What an organisation says it is sorted under; of one under a code name that is not told."""
    organisation = signer.organisation
    return {} if organisation is None or organisation.confidential_at else organisation.sort_keys


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
        "list_look": letter.list_look,
        "is_rolling": letter.is_rolling,
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
    leads = tuple(one.names for one in named_leads(session, letter))
    files = _files(session, letter, ListLook.read(letter.list_look), (), now=now)
    return letter_of_facts(
        session,
        facts,
        slug=address_of(session, letter),
        published_at=now,
        figures=NOT_COUNTED,
        leads=leads,
        files=files,
    )


def proof(
    session: Session,
    letter: Letter,
    *,
    now: datetime,
    order: Sequence[UUID] = (),
    list_order: str = "",
    look: ListLook | None = None,
) -> PrintedLetter:
    """The letter as it would be published now, with its list; in another order or look than it has, if one is given."""
    look, usual = look or ListLook.read(letter.list_look), list_order or letter.list_order
    standing, origin = signers(session, letter), provenance(session, letter)
    groups = _groups(session, letter, in_order(standing, order, lead_first=look.lead_first), usual, look)
    lines = [line for group in groups for line in group.lines]
    return letter_of_facts(
        session,
        printed_facts(session, letter, now=now) | {"list_order": usual, "list_look": look.stored()},
        slug=address_of(session, letter),
        published_at=origin.published_at or now,
        figures=counted(session, letter, standing),
        leads=led_by(origin.leads, origin.leads_listed, lines),
        groups=groups,
        withheld_count=withheld_said(session, letter, standing),
        files=_files(session, letter, look, lines, now=now),
    )


def _files(
    session: Session, letter: Letter, look: ListLook, lines: Sequence[PrintedLine], *, now: datetime
) -> PrintedFiles:
    """What the files say: until when nothing may be said; its documents have no public address yet."""
    found = file_facts(session, letter.id, look, lines)
    hidden = tuple(replace(one, path="") for one in found.documents)
    return replace(found, documents=hidden, embargo_until=letter.embargo_at(now))


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
    lines += [_counted(signer) for signer in standing if signer.signature.is_public]
    said = withheld_said(session, letter, standing) or 0
    return figures(lines, said, counts_lead=letter.counts_lead, counts_withheld=letter.counts_withheld)


def _groups(
    session: Session, letter: Letter, printed: Sequence[Signer], usual: str, look: ListLook
) -> tuple[PrintedGroup, ...]:
    """The parts of the list: those taken over from a record, in the last one who signed here, and the persons apart."""
    tags = text_languages(letter)
    rows = taken_over_lines(session, letter)
    places = {signer.signature.id: len(rows) + place for place, signer in enumerate(printed)}
    dated = by_date(printed) if look.is_ordered("date", tags, usual) else {}
    logos = _logos(session, printed, look)
    brought = brought_logos(session, rows) if look.shows_logos or look.letterhead else {}
    groups = []
    for part in list_groups(session, letter, printed):
        before = [
            printed_line(row, brought.get(row.logo_id) if look.has_logo(is_lead=row.is_lead) else None)
            for row in rows
            if part.row and row.list_group_id == part.row.id
        ]
        if look.ignores_article:
            before = [replace(line, sort_keys=sort_keys(line.names, tags, ignores_article=True)) for line in before]
        here = [_line(one, places[one.signature.id], tags, look, dated, logos) for one in part.signers]
        groups.append(PrintedGroup(part.headings, (*before, *here), part.unnamed, part.for_persons))
    return tuple(groups)


def by_date(printed: Sequence[Signer]) -> dict[UUID, str]:
    """The place of each signature in the order of signing, as a sort key. Opens the vault."""
    signed = sorted(printed, key=lambda one: str(one.signature.consents[0].at))
    return {one.signature.id: f"{place:06d}" for place, one in enumerate(signed)}


def own_keys(signer: Signer, tags: Sequence[str], look: ListLook, dated: Mapping[UUID, str]) -> dict[str, str]:
    """The sort keys that the line of a signer keeps."""
    names = signer.signature.printed_names
    keys = sort_keys(names, tags, ignores_article=look.ignores_article, under=sorted_under(signer))
    day = dated.get(signer.signature.id)
    return keys | ({BY_DATE: day} if day else {})


def logo_id_of(signer: Signer, look: ListLook) -> UUID | None:
    """The logo to print: only where the letter has logos and the organisation said yes to its own on this letter."""
    has_yes = look.has_logo(is_lead=signer.is_lead) and signer.signature.shows_logo and signer.signature.is_public
    return signer.organisation.logo_id if has_yes and signer.organisation else None


def _logos(session: Session, printed: Sequence[Signer], look: ListLook) -> dict[UUID, PrintedLogo]:
    ids = {one.signature.id: logo_id_of(one, look) for one in printed}
    files = {file.id: file for file in session.scalars(select(File).where(File.id.in_(filter(None, ids.values()))))}
    return {signature_id: _within(files[logo]) for signature_id, logo in ids.items() if logo in files}


def _within(file: File) -> PrintedLogo:
    """A logo that the page itself holds: until the letter is public it has no address."""
    logo = printed_logo(file)
    return replace(logo, path=f"data:{file.media_type};base64,{base64.b64encode(logo.content).decode()}")


def brought_logos(session: Session, rows: Sequence[PublicLine]) -> dict[UUID | None, PrintedLogo]:
    """The logos that came with the lines of a record, by the ids of their files."""
    ids = {row.logo_id for row in rows if row.logo_id}
    return {file.id: _within(file) for file in session.scalars(select(File).where(File.id.in_(ids)))} if ids else {}


def _counted(signer: Signer) -> PrintedLine:
    """A line as far as figures need it."""
    names = {"und": signer.name}
    return PrintedLine(names, {}, signer.country, signer.signature.kind, is_lead=signer.is_lead)


def _line(
    signer: Signer,
    place: int,
    tags: Sequence[str],
    look: ListLook,
    dated: Mapping[UUID, str],
    logos: Mapping[UUID, PrintedLogo],
) -> PrintedLine:
    return PrintedLine(
        names=signer.signature.printed_names,
        sort_keys=own_keys(signer, tags, look, dated),
        country=signer.country,
        kind=signer.signature.kind,
        affiliation=signer.signature.printed_affiliation,
        is_lead=signer.is_lead,
        position=place,
        country_printed=signer.country_printed,
        logo=logos.get(signer.signature.id),
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
