"""Coalition: joint letters. One agreed text, invited signatories, an honest list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from coalition import config, logs, signet, tokens, vault
from coalition.keys import KeyRing

if TYPE_CHECKING:
    from coalition.config import Settings

__all__ = ["create_app", "install", "served_app"]


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application, public layer in front. Raises SettingsWrong, KeysMissing, KeysUnusable or WrongKeys."""
    from coalition import jobs, models, web  # noqa: PLC0415 -- the package is importable without its app
    from coalition.rendering import pades  # noqa: PLC0415 -- the package is importable without its app

    settings = settings or config.load()
    ring = install(settings)
    pades.check()

    app = Flask("coalition", template_folder=str(config.folder("templates")), static_folder=None)
    # No redirect of the router's own: it would take its host from the request.
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    app.config.from_mapping(web.configuration(settings, ring))
    web.open_database(app)
    with app.app_context():
        models.house.check_keys_of_the_house()
    web.open_doors(app)
    web.follow_the_keys(app, ring)
    web.stand_in_front(app)
    jobs.connect(app, settings)
    return app


def served_app(settings: Settings | None = None) -> Flask:
    """The app for a web server: as create_app() makes it, on a database of this version. Raises NotReady too."""
    from coalition.actions import readiness  # noqa: PLC0415 -- the package is importable without its app
    from coalition.database import bound, db  # noqa: PLC0415 -- the package is importable without its app

    app = create_app(settings)
    with app.app_context():
        bound(db.engine)
        try:
            readiness.refuse_unready(db.session())
        finally:
            db.session.remove()
            db.engine.dispose()  # a server may fork after this
    return app


def install(settings: Settings) -> KeyRing:
    """Make the settings, and the keys they name, those of this process. Raises KeysMissing or KeysUnusable."""
    logs.configure(settings)
    ring = KeyRing.read(settings.keys_path)
    config.install(settings)
    vault.unlock(ring)
    tokens.install(ring)
    signet.install(ring)
    return ring
