"""`coalition directory import`: a sheet of organisations goes into the directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from sqlalchemy import select

from coalition.actions import directory
from coalition.actions.directory import ContactEntry, DirectoryRow, OrganisationEntry
from coalition.cli import acting
from coalition.cli.refusal import Refused, opened
from coalition.database import db
from coalition.intake.organisations import read_organisations
from coalition.intake.problems import SheetRefused, sentence
from coalition.intake.sheet import read_file
from coalition.models.organisation import Organisation

if TYPE_CHECKING:
    from pathlib import Path

    from coalition.intake.entries import Contact
    from coalition.intake.organisations import Organisation as Read
    from coalition.intake.organisations import Preview


def import_file(file: Path, *, address: str | None, language: str, is_dry_run: bool) -> None:
    """Enter what a sheet holds; says what was done, and names the lines that were left out. Raises Refused."""
    with opened():
        by = acting.account(address)
        preview = _preview(file, language or by.language)
        for problem in (*preview.notes, *preview.problems):
            click.echo(sentence(problem, others_are_ready=bool(preview.organisations)), err=True)
        if is_dry_run:
            click.echo(f"{len(preview.organisations)} organisations with {preview.contact_count} contacts are ready.")
        else:
            done = directory.import_rows(rows(preview), by=by)
            click.echo(
                f"{done.added} organisations added, {done.updated} updated, {done.contacts_added} contacts added."
            )
    if preview.kept_lines:
        raise Refused(f"{len(preview.kept_lines)} lines were left out. Correct them and bring them again.")


def _preview(file: Path, language: str) -> Preview:
    try:
        return read_organisations(read_file(file.read_bytes()), default_language=language)
    except OSError as error:
        raise Refused(f"{file} can not be read ({error.strerror}).") from error
    except SheetRefused as error:
        raise Refused(sentence(error.problem)) from error


def rows(preview: Preview) -> list[DirectoryRow]:
    """The organisations of a preview as the directory takes them, the known ones told by their names."""
    known = {row.folded_name: row.id for row in db.session.execute(select(Organisation.folded_name, Organisation.id))}
    return [
        DirectoryRow(
            organisation=_organisation(one),
            contacts=tuple(_contact(contact) for contact in one.contacts),
            known_id=known.get(one.folded_name),
        )
        for one in preview.organisations
    ]


def _organisation(one: Read) -> OrganisationEntry:
    return OrganisationEntry(
        names={"und": one.name} | one.names,
        acronym=one.acronym or None,
        country=one.country or None,
        country_printed={"und": one.country_printed} if one.country_printed else None,
        site=one.site or None,
        standing=one.standing or None,
    )


def _contact(contact: Contact) -> ContactEntry:
    return ContactEntry(
        address=contact.address,
        name=contact.name or None,
        language=contact.language,
        zone=contact.zone,
        zone_guessed=contact.zone_guessed,
        telephone=contact.telephone or None,
        safe_mail=contact.safe_mail,
    )
