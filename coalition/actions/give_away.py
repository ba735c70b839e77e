"""Giving a letter away as a letter file: its public facts, no contact, no withheld name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from coalition.actions.after_facts import public_part
from coalition.actions.edition_facts import addresses_of, published_editions
from coalition.actions.list_groups import is_chosen, rows_of
from coalition.actions.proof import brought_logos
from coalition.actions.provenance import provenance, taken_over_lines
from coalition.database import db
from coalition.intake import letter_file as files
from coalition.models.about import about_facts
from coalition.models.attachment import Attachment
from coalition.models.edition import Edition
from coalition.models.letter import Letter
from coalition.models.public import PublicLetter
from coalition.models.version import PARTS
from coalition.rendering.edition import led_by, printed_letter, printed_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.intake.letter_file import LetterFile
    from coalition.models.edition import ListGroup
    from coalition.models.photo import Photo
    from coalition.models.version import Version
    from coalition.rendering.printed import PrintedGroup, PrintedLetter, PrintedLine


def export_letter(letter_id: UUID) -> LetterFile:
    """The letter as a letter file has it: as published, else the text as it stands."""
    session = db.session()
    return letter_file_of(session, session.get_one(Letter, letter_id))


def letter_file_of(session: Session, letter: Letter) -> LetterFile:
    """The same, of a letter's row.

    Before publication the names of those who signed here are nobody's but the team's: only lines that were taken over
    from a record are in it.
    """
    public = session.get(PublicLetter, letter.id)
    if public is None:
        return _as_it_stands(session, letter)
    return _as_published(session, public)


def _as_published(session: Session, public: PublicLetter) -> LetterFile:
    letter, choices = printed_letter(session, public), session.get_one(Edition, public.edition_id).printed
    brought = provenance(session, session.get_one(Letter, public.letter_id))
    return files.LetterFile(
        kind=letter.kind,
        authoritative_language=letter.authoritative_language,
        texts={tag: text_facts(text) for tag, text in letter.texts.items()},
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
        look=letter.look.stored(),
        counts_lead=choices["counts_lead"],
        counts_withheld=choices["counts_withheld"],
        withheld_threshold=choices["withheld_threshold"],
        withheld=letter.withheld_count,
        about=about_of(choices.get("about", {})),
        documents=documents_of(session, public.letter_id),
        editions=published_editions(session, public, brought),
        addresses=addresses_of(session, public, brought),
        retraction=files.Retraction(public.retracted_at, public.retraction) if public.retracted_at else None,
        **public_part(session, public.letter_id),
    )


def _as_it_stands(session: Session, letter: Letter) -> LetterFile:
    brought = provenance(session, letter)
    lines = taken_over_lines(session, letter)
    logos = brought_logos(session, lines)
    return files.LetterFile(
        kind=letter.kind,
        authoritative_language=letter.authoritative_language,
        texts={
            text.language: text_facts(text)
            for text in letter.version.texts
            if not brought.languages or text.language in brought.languages
        },
        groups=tuple(
            files.ListGroup(
                tuple(
                    _line_of(printed_line(line, logos.get(line.logo_id)))
                    for line in lines
                    if line.list_group_id == group.id
                ),
                group.headings,
                group.unnamed,
                group.for_persons,
            )
            for group in told_groups(session, letter)
        ),
        edition=brought.edition,
        published_at=brought.published_at,
        zone=letter.zone,
        place=letter.place,
        printed_on=letter.printed_on,
        addressees=addressee_facts(letter.version),
        leads=led_by(brought.leads, brought.leads_listed, [printed_line(line) for line in lines]),
        photo=_photo(letter.photo) if letter.photo else None,
        list_order=letter.list_order,
        look=letter.list_look,
        counts_lead=letter.counts_lead,
        counts_withheld=letter.counts_withheld,
        withheld_threshold=letter.withheld_threshold,
        withheld=brought.withheld,
        about=about_of(about_facts(letter)),
        documents=documents_of(session, letter.id),
        editions=tuple(brought.editions),
        addresses=tuple(brought.addresses),
        retraction=brought.retraction,
        **public_part(session, letter.id),
    )


def about_of(said: Mapping[str, Any]) -> files.About:
    """What a letter says of itself, from the facts of `coalition.models.about` or from those an edition froze."""
    support: Mapping[str, str] = said.get("support") or {}
    return files.About(
        topics=tuple(said.get("topics", ())),
        series=said.get("series", ""),
        hashtags=tuple(said.get("hashtags", ())),
        countries_addressed=tuple(said.get("countries_addressed", ())),
        support=files.Support(support.get("organiser", ""), support.get("link", "")) if support else None,
        event=said.get("event", {}),
        event_on=said.get("event_on", ""),
        press={
            language: files.Press(block["contact"], tuple(files.Quotation(**one) for one in block["quotations"]))
            for language, block in said.get("press", {}).items()
        },
    )


def documents_of(session: Session, letter_id: UUID) -> tuple[files.Document, ...]:
    """The documents attached to a letter, in their order, with their bytes."""
    rows = session.scalars(select(Attachment).where(Attachment.letter_id == letter_id).order_by(Attachment.position))
    return tuple(
        files.Document(one.file_name, one.file.media_type, one.labels, one.language, one.file.content) for one in rows
    )


def told_groups(session: Session, letter: Letter) -> list[ListGroup]:
    """The parts of the list that a file tells: those that a release made are told once readers see them."""
    is_public = session.get(PublicLetter, letter.id) is not None
    return [row for row in rows_of(session, letter) if is_public or is_chosen(letter, row)]


def addressee_facts(version: Version) -> tuple[files.Addressee, ...]:
    """To whom a version speaks."""
    return tuple(files.Addressee(one.block, one.styles, one.names, one.offices) for one in version.addressees)


def text_facts(text: Any) -> files.Text:
    """From a row of the text or from its printed facts: both have the same parts."""
    return files.Text(**{part: getattr(text, part) or "" for part in PARTS})


def _group(group: PrintedGroup) -> files.ListGroup:
    return files.ListGroup(
        tuple(_line_of(line) for line in group.lines), group.headings, group.unnamed, group.for_persons
    )


def _line_of(line: PrintedLine) -> files.Line:
    return files.Line(
        line.names,
        line.country,
        line.kind,
        line.affiliation,
        line.is_lead,
        line.added_on,
        line.country_printed,
        line.from_edition,
        files.Logo(line.logo.media_type, line.logo.content) if line.logo else None,
    )


def _printed_photo(letter: PrintedLetter) -> files.Photo | None:
    photo = letter.photo
    if photo is None:
        return None
    return files.Photo(photo.media_type, photo.credit, photo.licence, content=photo.content)


def _photo(photo: Photo) -> files.Photo:
    return files.Photo(photo.file.media_type, photo.credit, photo.licence, content=photo.file.content)
