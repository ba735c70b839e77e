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
from coalition.actions.draft import free_slug
from coalition.actions.proof import sort_keys
from coalition.actions.provenance import (
    TAKEN_OVER,
    Provenance,
)
from coalition.database import transaction
from coalition.intake import letter_file as files
from coalition.intake.bare_pictures import dimensions, is_bare
from coalition.intake.photos import CleanPhoto, clean_photo
from coalition.models import record
from coalition.models.addressee import Addressee
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

    Raises PhotoLeftBehind, or a PhotoRefused of coalition.intake.photos.
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
        return letter.id


def is_record(letter_file: LetterFile) -> bool:
    """Whether the file tells of a letter that was signed, and not of a draft."""
    has_lines = any(group.lines for group in letter_file.groups)
    return bool(has_lines or letter_file.withheld or letter_file.edition or letter_file.published_at)


def clean_photo_of(letter_file: LetterFile) -> CleanPhoto | None:
    """The letter's photo without anything that was not its picture; one that is so already is kept to the byte.

    Raises PhotoLeftBehind, or a PhotoRefused of coalition.intake.photos.
    """
    photo = letter_file.photo
    if photo is None:
        return None
    if not photo.content:
        raise PhotoLeftBehind(photo.file)
    clean = clean_photo(photo.content)
    is_within = dimensions(photo.content) == (clean.width, clean.height)
    if is_within and clean.media_type == photo.media_type and is_bare(photo.content, photo.media_type):
        return replace(clean, content=photo.content)
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
    title = Text(**parts_of(text)).display_title
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
    """Add photo and list to a letter that has its texts, and what it brought with it to its record."""
    if photo and letter_file.photo:
        _add_photo(session, letter, photo, letter_file.photo, now=now)
    _add_list(session, letter, letter_file)
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
    digest = hashlib.sha256(clean.content).hexdigest()
    file = File(media_type=clean.media_type, content=clean.content, sha256=digest, created_at=now)
    session.add(file)
    session.flush()
    row = Photo(file_id=file.id, width=clean.width, height=clean.height, credit=photo.credit, licence=photo.licence)
    session.add(row)
    session.flush()
    letter.photo_id = row.id


def _add_list(session: Session, letter: Letter, letter_file: LetterFile) -> None:
    """The list groups and their lines, in the order of the file; equal lines are kept."""
    tags = [tag for tag, text in letter_file.texts.items() if text.body.strip()]
    position = 0
    for number, group in enumerate(letter_file.groups):
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
            session.add(_line(letter, row, line, position, tags))
            position += 1
    session.flush()


def _line(letter: Letter, group: ListGroup, line: files.Line, position: int, tags: list[str]) -> PublicLine:
    return PublicLine(
        letter_id=letter.id,
        from_edition=1,
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
    leads = list(letter_file.leads)
    return Provenance(
        edition=letter_file.edition,
        published_at=letter_file.published_at,
        withheld=letter_file.withheld,
        leads=[] if leads == listed else leads,
        version=version,
        languages=list(languages),
    )
