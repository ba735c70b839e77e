"""The shipped application, made once a worker, and handed to each test as if it had been made for that test alone.

Making an app takes longer than most tests. What a test could change of it is put back before the next: its settings
and keys, its configuration, what stands in front of it, its job queue; and its engine is one for the test's database.
A test that has settings of its own makes an app of its own (`own_app`).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import make_url

from coalition import create_app, database, install, jobs, web
from coalition.database import db
from coalition.emails import kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coalition.config import Settings


@contextmanager
def own_app(settings: Settings) -> Iterator[Flask]:
    """An app of these settings, within its context, whose connections are closed afterwards.

    Without that they would be closed whenever Python collects what is left of the app, in the midst of another test.
    """
    app = create_app(settings)
    try:
        with app.app_context():
            yield app
    finally:
        let_go(app)


def let_go(app: Flask) -> None:
    """Close every connection of an app."""
    with app.app_context():
        db.engine.dispose()


class Shipped:
    """One app for many tests, one after the other."""

    def __init__(self, settings: Settings) -> None:
        self._app = create_app(settings)
        self._settings = settings
        self._config = dict(self._app.config)
        self._extensions = dict(self._app.extensions)
        let_go(self._app)

    @contextmanager
    def at(self, address: str) -> Iterator[Flask]:
        """The app on the database at `address`, within its context."""
        app = self._app
        settings = replace(self._settings, database=address)
        install(settings)
        _put_back(app.config, self._config | {"SQLALCHEMY_DATABASE_URI": settings.database_url})
        # The templates of mails hang on nothing that a test can change.
        kept = {name: app.extensions[name] for name in (kinds.ENVIRONMENT,) if name in app.extensions}
        _put_back(app.extensions, self._extensions | kept)
        with app.app_context():
            _connect(app)
            vars(app).pop("wsgi_app", None)
            web.stand_in_front(app)
            jobs.connect(app, settings)
            yield app
            db.session.remove()
            db.engine.dispose()


def _connect(app: Flask) -> None:
    """Give the app a new engine, as `db.init_app` would, which an app that has answered no longer takes."""
    options = {"url": make_url(app.config["SQLALCHEMY_DATABASE_URI"]), **app.config["SQLALCHEMY_ENGINE_OPTIONS"]}
    db._apply_driver_defaults(options, app)
    db._app_engines[app][None] = db._make_engine(None, options, app)
    database.prepare(db.engine)


def _put_back(changed: dict[str, Any], known: dict[str, Any]) -> None:
    changed.clear()
    changed.update(known)
