"""`coalition migrate`: the database is brought to this version, after a copy where it is a file."""

from __future__ import annotations

from pathlib import Path

import click

from coalition.cli import schema
from coalition.cli.refusal import SENTENCES, Refused, opened, read_settings


def migrate() -> None:
    """Bring the database of this installation to this version. Raises Refused."""
    settings = read_settings()
    with opened(settings, whatever_schema=True):
        state = schema.state()
        if state is schema.State.CURRENT:
            click.echo("The database is at this version already.")
            return
        if state is not schema.State.OLDER:
            raise Refused(SENTENCES[state])
        if settings.database_url.startswith("sqlite:///"):
            _copy(Path(settings.database_url.removeprefix("sqlite:///")))
        schema.bring_up()
        click.echo("The database is at this version now.")


def _copy(database: Path) -> None:
    copy = database.with_name(f"{database.name}.before-{schema.revision()}")
    if copy.exists():
        raise Refused(f"{copy} is there already, and nothing is overwritten. Move it away.")
    schema.copy_sqlite(copy)
    copy.chmod(0o600)
    click.echo(f"A copy of the database is in {copy}.")
