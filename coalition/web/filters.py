"""What every template of a request may use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from flask import g
from flask_babel import get_locale
from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from coalition import config, languages
from coalition.database import db
from coalition.models.house import House

if TYPE_CHECKING:
    from flask import Flask

ADDRESS: Final = re.compile(r"""(?<![\w"'></:])(?:https?://|/[^\s<"/])[^\s<"]*?(?=[.,;:،؛]*(?:\s|$))""")
"""An address of the web, or a path of ours, within a sentence, without the stop after it; what stands in a tag is left
alone."""
_last_names: dict[str, str] = {}
"""The coalition's name in each language, as it was read last: for the pages that ask the database nothing."""


def init_app(app: Flask) -> None:
    """Give templates the language, its direction, and the coalition's name."""
    app.context_processor(_page_facts)
    app.jinja_env.globals["site_root"] = lambda: config.settings().root
    app.jinja_env.filters["addresses_apart"] = addresses_apart
    app.jinja_env.filters["language_name"] = languages.name
    app.jinja_env.filters["moment_words"] = languages.moment_words
    app.jinja_env.filters["number"] = languages.number


def addresses_apart(words: str | None) -> Markup:
    """Words with the addresses in them set apart: among words from the right https:// would be //:https."""
    return Markup(ADDRESS.sub(r'<bdi dir="ltr">\g<0></bdi>', str(escape(words or ""))))  # noqa: S704 -- it was escaped  # nosec B704


def _page_facts() -> dict[str, Any]:
    tag = str(get_locale() or "en")
    return {"language": tag, "direction": languages.direction(tag), "coalition_name": coalition_name(tag)}


def coalition_name(language: str) -> str:
    """The coalition's name, or ours where there is no house yet; while the database is away, as it was read last."""
    if g.get("database_is_away"):
        return _last_names.get(language, "Coalition")
    try:
        house = db.session.scalar(select(House).limit(1))
    except SQLAlchemyError:
        return "Coalition"  # the page that says so must not need the database either
    if house is None:
        return "Coalition"
    _last_names[language] = house.name(language)
    return _last_names[language]
