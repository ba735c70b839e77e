"""Coalition: joint letters. One agreed text, invited signatories, an honest list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from coalition import config, logs, tokens, vault
from coalition.keys import KeyRing

if TYPE_CHECKING:
    from coalition.config import Settings

__all__ = ["create_app"]


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application, public layer in front. Raises SettingsWrong, KeysMissing, KeysUnusable or WrongKeys."""
    from coalition import jobs, models, web  # noqa: PLC0415 -- the package is importable without its app

    settings = settings or config.load()
    logs.configure(settings)
    ring = KeyRing.read(settings.keys_path)
    config.install(settings)
    vault.unlock(ring)
    tokens.install(ring)

    app = Flask("coalition", template_folder=str(config.folder("templates")), static_folder=None)
    # No redirect of the router's own: it would take its host from the request.
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    app.config.from_mapping(web.configuration(settings, ring))
    web.open_database(app)
    with app.app_context():
        models.house.check_keys_of_the_house()
    web.open_doors(app)
    jobs.connect(app, settings)
    return app
