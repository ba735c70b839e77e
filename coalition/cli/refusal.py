"""What can not be done, as one sentence on stderr with exit code 1; and the app for a command, opened so."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import click
from sqlalchemy.exc import OperationalError

from coalition import config, create_app
from coalition.actions import readiness
from coalition.actions.readiness import NotReady
from coalition.config import SettingsWrong
from coalition.database import db
from coalition.keys import KeysMissing, KeysUnusable
from coalition.models.house import WrongKeys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from coalition.config import Settings


class Refused(click.ClickException):
    """The command can not do what was asked; the message is a sentence for the person at the terminal."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence, without a mark before it."""
        click.echo(self.format_message(), file=file or sys.stderr)


@contextmanager
def opened(settings: Settings | None = None, *, whatever_schema: bool = False) -> Iterator[Flask]:
    """The app within its context, on a database of this version (unless `whatever_schema`). Raises Refused."""
    settings = settings or read_settings()
    try:
        app = create_app(settings)
    except KeysMissing as error:
        raise Refused(_no_keys(settings, error)) from error
    except (KeysUnusable, WrongKeys) as error:
        raise Refused(str(error)) from error
    except OperationalError as error:
        raise Refused(unreachable(error)) from error
    with app.app_context():
        try:
            if not whatever_schema:
                refuse_another_schema()
                refuse_half_restored()
            yield app
        except OperationalError as error:
            raise Refused(unreachable(error)) from error
        finally:
            _let_go(app)


def _let_go(app: Flask) -> None:
    """Close every connection, so that this process may be forked."""
    db.session.remove()
    db.engine.dispose()
    app.extensions["coalition.jobs"].huey.storage.close()


def read_settings() -> Settings:
    """The settings of this machine. Raises Refused."""
    try:
        return config.load()
    except SettingsWrong as error:
        raise Refused(str(error)) from error


def refuse_another_schema() -> None:
    """Raises Refused unless the present database has the tables of this version."""
    with _in_a_sentence():
        readiness.refuse_another_schema(db.session())


def refuse_half_restored() -> None:
    """Raises Refused where a restore was cut off: who was erased since the backup may be back."""
    with _in_a_sentence():
        readiness.refuse_half_restored(db.session())


@contextmanager
def _in_a_sentence() -> Iterator[None]:
    try:
        yield
    except NotReady as error:
        raise Refused(str(error)) from error


def unreachable(error: OperationalError) -> str:
    """What to tell of a database that does not answer: the driver's own words, without the statement and its values."""
    words = " ".join(str(error.orig).split())
    return f"The database does not answer: {words}"


def _no_keys(settings: Settings, error: KeysMissing) -> str:
    is_nothing_there = not settings.home.exists() and not settings.keys and not settings.database
    if is_nothing_there:
        return (
            f"There is no installation in {settings.home}: run `coalition init`, or set COALITION_HOME to its folder."
        )
    return str(error)
