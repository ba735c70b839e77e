"""Taking over a letter from a letter file: its public facts, no contact, no withheld name.

A file with a list, or of an edition, is a record: its letter comes in closed, and its lines are "taken over from a
record", no signatures. Until the letter is published they are on no public page, as nothing of the letter is. Any other
file is a draft.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from coalition import clock
from coalition.actions import address
from coalition.actions.after_facts import add_after, of_letter_file
from coalition.actions.draft import free_slug
from coalition.actions.list_groups import GENERAL
from coalition.actions.proof import sort_keys
from coalition.actions.provenance import (
    TAKEN_OVER,
    Provenance,
)
from coalition.database import transaction
from coalition.intake import letter_file as files
from coalition.intake.attachments import clean_attachment
from coalition.intake.bare_pictures import dimensions, is_bare
from coalition.intake.photos import CleanPhoto, clean_photo
from coalition.models import record
from coalition.models.addressee import Addressee
from coalition.models.attachment import Attachment
from coalition.models.edition import ListGroup, PublicLine
from coalition.models.letter import Letter, LetterLead, Tally, TeamMember
from coalition.models.list_look import ListLook
from coalition.models.photo import File, Photo
from coalition.models.version import PARTS, Text, Version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.intake.letter_file import LetterFile
    from coalition.models.account import Account


class PhotoLeftBehind(Exception):
    """The letter file names a photo in another file, which did not come with it; str() is that file's name."""


def import_letter(letter_file: LetterFile, *, by: Account) -> UUID:
    """Take over a letter; returns its id. The account becomes its coordinator; all of it or nothing.

    Raises PhotoLeftBehind, a PhotoRefused of coalition.intake.photos, or an AttachmentRefused of
    coalition.intake.attachments.
    """
    photo = clean_photo_of(letter_file)
    with transaction() as session:
        now = clock.now()
        letter = new_letter(session, letter_file, by=by, is_past=is_record(letter_file), now=now)
        version = _new_version(letter, letter_file, now=now)
        session.add(version)
        session.flush()
        if letter.imported_at:
            version.put_forward(now=now)  # the texts of a record were shown long ago: they change no more
        complete(session, letter, letter_file, photo, brought_with(letter_file), by=by, now=now)
        add_after(session, letter, of_letter_file(letter_file, now=now))
        return letter.id


def is_record(letter_file: LetterFile) -> bool:
    """Whether the file tells of a letter that was signed, and not of a draft."""
    has_lines = any(group.lines for group in letter_file.groups)
    was_public = letter_file.edition or letter_file.published_at or letter_file.retraction or letter_file.addresses
    return bool(has_lines or letter_file.withheld or was_public)


def clean_photo_of(letter_file: LetterFile) -> CleanPhoto | None:
    """The letter's photo without anything that was not its picture; one that is so already is kept to the byte.

    Raises PhotoLeftBehind, or a PhotoRefused of coalition.intake.photos.
    """
    photo = letter_file.photo
    if photo is None:
        return None
    if not photo.content:
        raise PhotoLeftBehind(photo.file)
    return _clean_picture(photo.content, photo.media_type)


def _clean_picture(content: bytes, media_type: str) -> CleanPhoto:
    """A picture without anything that is none; one that is so already is kept to the byte. Raises a PhotoRefused."""
    clean = clean_photo(content)
    is_within = dimensions(content) == (clean.width, clean.height)
    if is_within and clean.media_type == media_type and is_bare(content, media_type):
        return replace(clean, content=content)
    return clean


def new_letter(
    session: Session,
    letter_file: LetterFile,
    *,
    by: Account,
    is_past: bool,
    now: datetime,
    chosen: Mapping[str, Any] = MappingProxyType({}),
) -> Letter:
    """A letter without texts, with the account as its coordinator: closed where it is of the past, else a draft.

    `chosen` are columns of its row beyond what the letter file says.
    """
    text = letter_file.texts[letter_file.authoritative_language]
    stood = letter_file.addresses[-1].slug if letter_file.addresses else ""
    title = stood or Text(**parts_of(text)).display_title
    letter = Letter(
        slug=address.of_a_record(session, title) if is_past else free_slug(session, title),
        kind=letter_file.kind,
        stage="closed" if is_past else "draft",
        zone=letter_file.zone,
        authoritative_language=letter_file.authoritative_language,
        list_order=letter_file.list_order,
        list_look=ListLook.read(letter_file.look).stored(),
        counts_lead=letter_file.counts_lead,
        counts_withheld=letter_file.counts_withheld,
        withheld_threshold=letter_file.withheld_threshold,
        place=letter_file.place,
        printed_on=letter_file.printed_on,
        created_at=now,
        closed_at=now if is_past else None,
        imported_at=now if is_past else None,
        **about_columns(letter_file.about),
        **chosen,
    )
    letter.team.append(TeamMember(account_id=by.id, role="coordinator", joined_at=now))
    if not is_past:
        letter.leads.append(LetterLead(organisation_id=by.organisation_id, position=0))
    session.add(letter)
    session.flush()
    session.add(Tally(letter_id=letter.id, withheld=letter_file.withheld or 0))
    return letter


def complete(
    session: Session,
    letter: Letter,
    letter_file: LetterFile,
    photo: CleanPhoto | None,
    brought: Provenance,
    *,
    by: Account,
    now: datetime,
) -> None:
    """Add photo, documents and list to a letter that has its texts, and what it brought with it to its record."""
    if photo and letter_file.photo:
        _add_photo(session, letter, photo, letter_file.photo, now=now)
    for position, document in enumerate(letter_file.documents):
        _add_document(session, letter, document, position, now=now)
    _add_list(session, letter, letter_file, now=now)
    record.enter(
        session, TAKEN_OVER, at=now, letter_id=letter.id, actor_kind="account", actor_id=by.id, **brought.as_detail()
    )


def _new_version(letter: Letter, letter_file: LetterFile, *, now: datetime) -> Version:
    version = Version(letter_id=letter.id, number=1, created_at=now)
    version.texts.extend(Text(language=tag, **parts_of(text)) for tag, text in letter_file.texts.items())
    version.addressees.extend(addressee_rows(letter_file.addressees))
    return version


def addressee_rows(addressees: Sequence[files.Addressee]) -> list[Addressee]:
    """Rows for the addressees of a version, in their order."""
    return [
        Addressee(position=position, block=one.block, styles=one.style, names=one.name, offices=one.office)
        for position, one in enumerate(addressees)
    ]


def parts_of(text: files.Text) -> dict[str, str]:
    """The parts of a text as its row has them."""
    return {part: getattr(text, part) for part in PARTS}


def _add_photo(session: Session, letter: Letter, clean: CleanPhoto, photo: files.Photo, *, now: datetime) -> None:
    file = _file(session, clean.content, clean.media_type, now=now)
    row = Photo(file_id=file.id, width=clean.width, height=clean.height, credit=photo.credit, licence=photo.licence)
    session.add(row)
    session.flush()
    letter.photo_id = row.id


def about_columns(about: files.About) -> dict[str, Any]:
    """What a letter says of itself, as its row has it (coalition.models.about)."""
    support = about.support
    return {
        "topics": list(about.topics),
        "series": about.series,
        "hashtags": list(about.hashtags),
        "countries_addressed": list(about.countries_addressed),
        "support": {"organiser": support.organiser, "link": support.link} if support else {},
        "event": about.event,
        "event_on": about.event_on,
        "press": {
            language: {
                "contact": block.contact,
                "quotations": [
                    {"words": one.words, "speaker": one.speaker, "office": one.office} for one in block.quotations
                ],
            }
            for language, block in about.press.items()
        },
    }


def _file(session: Session, content: bytes, media_type: str, *, now: datetime) -> File:
    digest = hashlib.sha256(content).hexdigest()
    file = File(media_type=media_type, content=content, sha256=digest, created_at=now)
    session.add(file)
    session.flush()
    return file


def _add_document(session: Session, letter: Letter, document: files.Document, position: int, *, now: datetime) -> None:
    clean = clean_attachment(document.content, document.file_name)
    content = clean.content
    if clean.media_type.startswith("image/"):
        content = _clean_picture(document.content, clean.media_type).content
    row = Attachment(
        letter_id=letter.id,
        position=position,
        file_id=_file(session, content, clean.media_type, now=now).id,
        labels=document.labels,
        language=document.language,
        file_name=clean.file_name,
        added_at=now,
    )
    session.add(row)
    session.flush()


def _logo_ids(session: Session, letter_file: LetterFile, *, now: datetime) -> dict[files.Logo, UUID]:
    """A file for each logo of the list; the same one beside many names is kept once."""
    logos = dict.fromkeys(line.logo for group in letter_file.groups for line in group.lines if line.logo)
    clean = {logo: _clean_picture(logo.content, logo.media_type) for logo in logos}
    return {logo: _file(session, one.content, one.media_type, now=now).id for logo, one in clean.items()}


def _add_list(session: Session, letter: Letter, letter_file: LetterFile, *, now: datetime) -> None:
    """The list groups and their lines, in the order of the file; equal lines are kept."""
    tags = [tag for tag, text in letter_file.texts.items() if text.body.strip()]
    logos = _logo_ids(session, letter_file, now=now)
    position = 0
    # The first place is of those whom nobody put into a part: on a letter of the team's own its parts come after it.
    first = 0 if letter.imported_at else GENERAL + 1
    for number, group in enumerate(letter_file.groups, start=first):
        row = ListGroup(
            letter_id=letter.id,
            position=number,
            headings=group.headings,
            unnamed=group.unnamed,
            for_persons=group.for_persons,
        )
        session.add(row)
        session.flush()
        for line in group.lines:
            added = _line(letter, row, line, position, tags)
            added.logo_id = logos[line.logo] if line.logo else None
            session.add(added)
            position += 1
    session.flush()


def _line(letter: Letter, group: ListGroup, line: files.Line, position: int, tags: list[str]) -> PublicLine:
    return PublicLine(
        letter_id=letter.id,
        from_edition=line.from_edition,
        list_group_id=group.id,
        position=position,
        printed=line.names,
        sort_keys=sort_keys(line.names, tags),
        country=line.country,
        kind=line.kind,
        affiliation=line.affiliation,
        is_lead=line.is_lead,
        added_on=line.added_on,
        country_printed=line.country_printed,
    )


def brought_with(letter_file: LetterFile, *, version: int | None = None, languages: Sequence[str] = ()) -> Provenance:
    """What a letter of the past brings with it beside texts and lines."""
    listed = [line.names for group in letter_file.groups for line in group.lines if line.is_lead]
    leads = list(letter_file.leads) if list(letter_file.leads) != listed else []
    named = {name for group in letter_file.groups for line in group.lines for name in line.names.values()}
    return Provenance(
        edition=letter_file.edition,
        published_at=letter_file.published_at,
        withheld=letter_file.withheld,
        leads=leads,
        leads_listed=[one["und"] for one in leads if not named.isdisjoint(one.values())],
        version=version,
        languages=list(languages),
        editions=list(letter_file.editions),
        addresses=list(letter_file.addresses),
        retraction=letter_file.retraction,
    )
