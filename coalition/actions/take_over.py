"""Taking over a letter from a letter file, and giving one away as such: its public facts, no contact, no withheld name.

A file with a list, or of an edition, is a record: its letter comes in closed, and its lines are "taken over from a
record", no signatures. Until the letter is published they are on no public page, as nothing of the letter is. Any other
file is a draft.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from coalition import clock
from coalition.actions.draft import free_slug
from coalition.actions.proof import sort_keys
from coalition.actions.provenance import (
    TAKEN_OVER,
    Provenance,
    provenance,
    taken_over_groups,
    taken_over_lines,
)
from coalition.database import db, transaction
from coalition.intake import letter_file as files
from coalition.intake.bare_pictures import dimensions, is_bare
from coalition.intake.photos import CleanPhoto, clean_photo
from coalition.models import record
from coalition.models.addressee import Addressee
from coalition.models.edition import Edition, ListGroup, PublicLine
from coalition.models.letter import Letter, LetterLead, Tally, TeamMember
from coalition.models.photo import File, Photo
from coalition.models.public import PublicLetter
from coalition.models.version import PARTS, Text, Version
from coalition.rendering.edition import printed_letter, printed_line

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.intake.letter_file import LetterFile
    from coalition.models.account import Account
    from coalition.rendering.printed import PrintedGroup, PrintedLetter, PrintedLine


class PhotoLeftBehind(Exception):
    """The letter file names a photo in another file, which did not come with it; str() is that file's name."""


def import_letter(letter_file: LetterFile, *, by: Account) -> UUID:
    """Take over a letter; returns its id. The account becomes its coordinator; all of it or nothing.

    Raises PhotoLeftBehind, or a PhotoRefused of coalition.intake.photos.
    """
    photo = _clean(letter_file.photo) if letter_file.photo else None
    with transaction() as session:
        now = clock.now()
        letter = _new_letter(session, letter_file, now=now)
        letter.team.append(TeamMember(account_id=by.id, role="coordinator", joined_at=now))
        if letter.imported_at is None:
            letter.leads.append(LetterLead(organisation_id=by.organisation_id, position=0))
        session.add_all((letter, Tally(letter_id=letter.id, withheld=letter_file.withheld or 0)))
        version = _new_version(letter, letter_file, now=now)
        session.add(version)
        session.flush()
        if letter.imported_at:
            version.put_forward(now=now)  # the texts of a record were shown long ago: they change no more
        if photo and letter_file.photo:
            _add_photo(session, letter, photo, letter_file.photo, now=now)
        _add_list(session, letter, letter_file)
        brought = _brought(letter_file).as_detail()
        record.enter(session, TAKEN_OVER, at=now, letter_id=letter.id, actor_kind="account", actor_id=by.id, **brought)
        return letter.id


def export_letter(letter_id: UUID) -> LetterFile:
    """The letter as a letter file has it: as published, else the text as it stands.

    Before publication the names of those who signed here are nobody's but the team's: only lines that were taken over
    from a record are in it.
    """
    session = db.session()
    letter = session.get_one(Letter, letter_id)
    public = session.get(PublicLetter, letter_id)
    if public is None:
        return _as_it_stands(session, letter)
    return _as_published(session, public)


def is_record(letter_file: LetterFile) -> bool:
    """Whether the file tells of a letter that was signed, and not of a draft."""
    has_lines = any(group.lines for group in letter_file.groups)
    return bool(has_lines or letter_file.withheld or letter_file.edition or letter_file.published_at)


# -- in -------------------------------------------------------------------------------------------------------------


def _clean(photo: files.Photo) -> CleanPhoto:
    """The photo without anything that was not its picture; one that is so already is kept to the byte."""
    if not photo.content:
        raise PhotoLeftBehind(photo.file)
    clean = clean_photo(photo.content)
    is_within = dimensions(photo.content) == (clean.width, clean.height)
    if is_within and clean.media_type == photo.media_type and is_bare(photo.content, photo.media_type):
        return replace(clean, content=photo.content)
    return clean


def _new_letter(session: Session, letter_file: LetterFile, *, now: datetime) -> Letter:
    text = letter_file.texts[letter_file.authoritative_language]
    is_taken_over = is_record(letter_file)
    return Letter(
        slug=free_slug(session, Text(**_parts(text)).display_title),
        kind=letter_file.kind,
        stage="closed" if is_taken_over else "draft",
        zone=letter_file.zone,
        authoritative_language=letter_file.authoritative_language,
        list_order=letter_file.list_order,
        counts_lead=letter_file.counts_lead,
        counts_withheld=letter_file.counts_withheld,
        withheld_threshold=letter_file.withheld_threshold,
        place=letter_file.place,
        printed_on=letter_file.printed_on,
        created_at=now,
        closed_at=now if is_taken_over else None,
        imported_at=now if is_taken_over else None,
    )


def _new_version(letter: Letter, letter_file: LetterFile, *, now: datetime) -> Version:
    version = Version(letter_id=letter.id, number=1, created_at=now)
    version.texts.extend(Text(language=tag, **_parts(text)) for tag, text in letter_file.texts.items())
    version.addressees.extend(
        Addressee(position=position, block=one.block, styles=one.style, names=one.name, offices=one.office)
        for position, one in enumerate(letter_file.addressees)
    )
    return version


def _parts(text: files.Text) -> dict[str, str]:
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
        row = ListGroup(letter_id=letter.id, position=number, headings=group.headings)
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
    )


def _brought(letter_file: LetterFile) -> Provenance:
    listed = [line.names for group in letter_file.groups for line in group.lines if line.is_lead]
    leads = list(letter_file.leads)
    return Provenance(
        edition=letter_file.edition,
        published_at=letter_file.published_at,
        withheld=letter_file.withheld,
        leads=[] if leads == listed else leads,
    )


# -- out ------------------------------------------------------------------------------------------------------------


def _as_published(session: Session, public: PublicLetter) -> LetterFile:
    letter, choices = printed_letter(session, public), session.get_one(Edition, public.edition_id).printed
    return files.LetterFile(
        kind=letter.kind,
        authoritative_language=letter.authoritative_language,
        texts={tag: _text(text) for tag, text in letter.texts.items()},
        groups=tuple(_group(group) for group in letter.groups),
        edition=letter.edition,
        published_at=letter.published_at,
        zone=letter.zone,
        place=letter.place,
        printed_on=letter.printed_on,
        addressees=tuple(files.Addressee(one.block, one.style, one.name, one.office) for one in letter.addressees),
        leads=letter.leads,
        photo=_printed_photo(letter),
        list_order=letter.list_order,
        counts_lead=choices["counts_lead"],
        counts_withheld=choices["counts_withheld"],
        withheld_threshold=choices["withheld_threshold"],
        withheld=letter.withheld_count,
    )


def _as_it_stands(session: Session, letter: Letter) -> LetterFile:
    brought = provenance(session, letter)
    lines = taken_over_lines(session, letter)
    return files.LetterFile(
        kind=letter.kind,
        authoritative_language=letter.authoritative_language,
        texts={text.language: _text(text) for text in letter.version.texts},
        groups=tuple(
            files.ListGroup(
                tuple(_line_of(printed_line(line)) for line in lines if line.list_group_id == group.id), group.headings
            )
            for group in taken_over_groups(session, letter)
        ),
        edition=brought.edition,
        published_at=brought.published_at,
        zone=letter.zone,
        place=letter.place,
        printed_on=letter.printed_on,
        addressees=tuple(
            files.Addressee(one.block, one.styles, one.names, one.offices) for one in letter.version.addressees
        ),
        leads=tuple(brought.leads or [line.printed for line in lines if line.is_lead]),
        photo=_photo(letter.photo) if letter.photo else None,
        list_order=letter.list_order,
        counts_lead=letter.counts_lead,
        counts_withheld=letter.counts_withheld,
        withheld_threshold=letter.withheld_threshold,
        withheld=brought.withheld,
    )


def _text(text: Any) -> files.Text:
    """From a row of the text or from its printed facts: both have the same parts."""
    return files.Text(**{part: getattr(text, part) or "" for part in PARTS})


def _group(group: PrintedGroup) -> files.ListGroup:
    return files.ListGroup(tuple(_line_of(line) for line in group.lines), group.headings)


def _line_of(line: PrintedLine) -> files.Line:
    return files.Line(line.names, line.country, line.kind, line.affiliation, line.is_lead, line.added_on)


def _printed_photo(letter: PrintedLetter) -> files.Photo | None:
    photo = letter.photo
    if photo is None:
        return None
    return files.Photo(photo.media_type, photo.credit, photo.licence, content=photo.content)


def _photo(photo: Photo) -> files.Photo:
    return files.Photo(photo.file.media_type, photo.credit, photo.licence, content=photo.file.content)
