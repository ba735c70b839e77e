"""What a web server gets from wsgi.py: the app on a database of this version, or a sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from coalition import clock, served_app
from coalition.actions import hold_back
from coalition.actions.readiness import NotReady
from coalition.database import transaction
from coalition.models.machinery import Tick
from tests.shipped import let_go

if TYPE_CHECKING:
    from coalition.config import Settings
    from tests.cast import Cast


def test_a_database_of_this_version_is_served(cast: Cast, settings: Settings, database_url: str) -> None:  # noqa: ARG001 -- somebody lives there
    app = served_app(replace(settings, database=database_url))
    try:
        assert app.test_client().get("/health/web").status_code == 200
    finally:
        let_go(app)


@pytest.mark.parametrize(
    ("revision", "words"), [("0001", "run `coalition upgrade`"), ("9999", "made by a newer version of Coalition")]
)
@pytest.mark.only_on("sqlite")
def test_a_database_of_another_version_is_refused_in_words(
    cast: Cast,  # noqa: ARG001 -- somebody lives there
    settings: Settings,
    database_url: str,
    revision: str,
    words: str,
) -> None:
    engine = create_engine(replace(settings, database=database_url).database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
    engine.dispose()
    with pytest.raises(NotReady, match=words):
        served_app(replace(settings, database=database_url))


@pytest.mark.only_on("sqlite")
def test_a_database_without_tables_is_refused_in_words(settings: Settings, empty_database: str) -> None:
    with pytest.raises(NotReady, match="run `coalition init`"):
        served_app(replace(settings, database=empty_database))


@pytest.mark.only_on("sqlite")
def test_a_half_restored_database_is_refused_in_words(cast: Cast, settings: Settings, database_url: str) -> None:  # noqa: ARG001 -- somebody lives there
    with transaction() as session:
        session.add(Tick(fact=hold_back.UNFINISHED, at=clock.now()))
    with pytest.raises(NotReady, match="was cut off"):
        served_app(replace(settings, database=database_url))
