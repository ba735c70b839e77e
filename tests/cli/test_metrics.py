"""Figures for Prometheus: its own parser reads them, they are true, and they name nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from coalition import clock, config
from coalition.actions import machine, tick
from coalition.cli import metrics
from coalition.cli.refusal import Refused
from coalition.config import SettingsWrong
from coalition.database import transaction
from coalition.models.machinery import Backup
from tests import builders

if TYPE_CHECKING:
    from flask import Flask

    from tests.cast import Cast


def scraped(app: Flask) -> tuple[str, dict[tuple[str, ...], float]]:
    """What a scrape brings: as it is sent, and as it is read, name and labels to value."""
    words = generate_latest(metrics.registry_of(app)).decode()
    found = {
        (sample.name.removeprefix("coalition_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(words)
        for sample in family.samples
    }
    assert all(family.documentation for family in text_string_to_metric_families(words))
    assert all(family.name.startswith("coalition_") for family in text_string_to_metric_families(words))
    return words, found


def test_the_figures_are_those_of_the_machine(app: Flask, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member, cast.arabic_member)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.arabic_member, is_withheld=True)
    tick.kept("close", lambda: None)
    now = clock.now()
    with transaction() as session:
        session.add(Backup(made_at=now - timedelta(hours=1), name="all.backup", size=77))
    words, found = scraped(app)
    assert (found["database_up",], found["signatures",], found["last_backup_bytes",]) == (1, 2, 77)
    assert found["last_backup_timestamp_seconds",] == pytest.approx((now - timedelta(hours=1)).timestamp())
    assert found["mails", "queued"] >= 2
    assert found["due", "mail"] >= 2
    assert found["tick_failures", "close"] == 0
    assert found["ticks", "ok"] == 1
    assert found["disk_free_bytes", "home"] > 0
    assert found["keys_ok",] == 1
    for secret in ("Kalina", "Press Club", "Free the reporters", "free-the-reporters", "pressclub"):
        assert secret.casefold() not in words.casefold()


@pytest.mark.only_on("sqlite")
def test_a_database_that_is_away_is_a_figure_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("password"))

    monkeypatch.setattr(machine, "look", away)
    words, found = scraped(app)
    assert found == {("database_up",): 0}
    assert "password" not in words


@pytest.mark.only_on("sqlite")
def test_what_is_missing_is_said_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    metrics.refuse_without_library(config.Settings(metrics_port=9100))
    monkeypatch.setattr(metrics, "find_spec", lambda _name: None)
    metrics.refuse_without_library(config.Settings())
    with pytest.raises(Refused, match=r"pip install 'coalition\[metrics\]'"):
        metrics.refuse_without_library(config.Settings(metrics_port=9100))
    with pytest.raises(SettingsWrong, match="metrics_port"):
        replace(config.Settings(), metrics_port=8000, port=8000)
