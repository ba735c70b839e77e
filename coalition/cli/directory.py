"""`coalition directory import`: a sheet of organisations goes into the directory."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from coalition.actions import directory
from coalition.actions.compare import Planned, Status, plan
from coalition.actions.compare_known import By
from coalition.cli import acting
from coalition.cli.refusal import Refused, opened
from coalition.database import db
from coalition.intake.organisations import read_organisations
from coalition.intake.problems import SheetRefused, sentence
from coalition.intake.sheet import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from coalition.intake.organisations import Preview


def import_file(file: Path, *, address: str | None, language: str, is_dry_run: bool) -> None:
    """Enter what a sheet holds; says what was done, and names the lines that were left out. Raises Refused."""
    with opened():
        by = acting.account(address)
        preview = _preview(file, language or by.language)
        for problem in (*preview.notes, *preview.problems):
            click.echo(sentence(problem, is_in_box=False), err=True)
        planned = plan(db.session(), preview.organisations)
        for one in planned:
            _say_doubt(one)
        if is_dry_run:
            number = Counter(one.status for one in planned)
            click.echo(
                _words("Nothing is written. Ready", number[Status.NEW], number[Status.CHANGED], number[Status.SAME])
            )
        else:
            done = directory.import_rows([one.row for one in planned], by=by)
            click.echo(_words("Saved in the directory", done.added, done.updated, done.unchanged))
    if preview.kept_lines:
        raise Refused(f"Lines left out: {len(preview.kept_lines)}. Correct them and bring them again.")


def _preview(file: Path, language: str) -> Preview:
    try:
        return read_organisations(read_file(file.read_bytes()), default_language=language)
    except OSError as error:
        raise Refused(f"{file} can not be read ({error.strerror}).") from error
    except SheetRefused as error:
        raise Refused(sentence(error.problem)) from error


KNOWN_BY = {
    By.ALIAS: "it stood in the directory under that name",
    By.ADDRESS: "one of its contacts has that address",
    By.LIKENESS: "its name, acronym or domain is so like it",
}


def _say_doubt(one: Planned) -> None:
    """What was not known by its name: taken for which one, and why; a person looks whether that is right."""
    if one.by is By.NAME and not one.may_be_another:
        return
    known = f"“{one.known_name}” of the directory" if one.known_name else "one of the directory"
    why = f" ({KNOWN_BY[one.by]})" if one.by in KNOWN_BY else ""
    if one.row.known_id:
        click.echo(f"Line {one.read.lines[0]}: “{one.read.name}” is taken to be {known}{why}.", err=True)


def _words(beginning: str, new: int, changed: int, same: int) -> str:
    return f"{beginning}: {new} new, {changed} changed, {same} as they were."
