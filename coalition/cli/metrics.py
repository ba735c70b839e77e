"""Figures for Prometheus, on a port of its own that only this machine reaches unless the settings say otherwise.

Each is computed from the database when it is asked for, so one process gives them for all. No letter, no organisation
and no person is among them; a count of requests is the proxy's to give.
"""

from __future__ import annotations

import threading
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from coalition import clock, config, create_app, logs
from coalition.actions import machine
from coalition.cli import lifeline
from coalition.cli.refusal import Refused, read_settings
from coalition.database import db
from coalition.models.letter import Letter, Tally
from coalition.models.outgoing_email import STATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from prometheus_client import Metric
    from prometheus_client.registry import CollectorRegistry

    from coalition.actions.machine import Machine
    from coalition.config import Settings

SIGNED: Final = (
    select(func.sum(Tally.signed + Tally.individuals))
    .join(Letter, Letter.id == Tally.letter_id)
    .where(Letter.is_practice.is_(False))
)
"""Of all letters together: no scrape tells which one was signed."""
WORK_STATES: Final = ("ok", "late", "stuck", "failing")
log = structlog.get_logger(__name__)


def refuse_without_library(settings: Settings) -> None:
    """Raises Refused where metrics are wanted and the library that writes them is not installed."""
    if settings.metrics_port and find_spec("prometheus_client") is None:
        raise Refused("metrics_port needs prometheus-client: run `pip install 'coalition[metrics]'`, or set it to 0.")


def refuse_unset() -> None:
    """Raises Refused unless the settings name a port, and the library is there."""
    settings = read_settings()
    if not settings.metrics_port:
        raise Refused("Name a port first: metrics_port in the settings file.")
    refuse_without_library(settings)


def run(parent: int | None = None) -> None:
    """Give figures until told to end; dies with the process `parent`, where there is one."""
    from prometheus_client import start_http_server  # noqa: PLC0415 -- not every installation has it

    lifeline.hold(parent)
    logs.name_process("metrics")
    app = create_app()
    settings = config.settings()
    start_http_server(settings.metrics_port, settings.metrics_host, registry_of(app))
    threading.Event().wait()


def registry_of(app: Flask) -> CollectorRegistry:
    """What Prometheus' library asks at each scrape."""
    from prometheus_client.registry import CollectorRegistry  # noqa: PLC0415 -- not every installation has it

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(app))
    return registry


class _Figures:
    """Looks at the machine when it is asked."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def collect(self) -> Iterator[Metric]:
        """Every figure; where the database does not answer, that alone."""
        with self._app.app_context():
            try:
                found: Machine | None = machine.look(db.session(), now=clock.now())
                signatures = int(db.session.scalar(SIGNED) or 0)
            except SQLAlchemyError as error:
                log.warning("no figures", error=type(error).__name__)
                found = None
            finally:
                db.session.remove()
        yield _one("database_up", "Whether the database answers.", float(found is not None))
        if found is not None:
            yield from _of_the_whole(found, signatures)
            yield from _of_the_queues(found)
            yield from _of_the_works(found)
            yield from _of_the_disks(found)


def _of_the_whole(found: Machine, signatures: int) -> Iterator[Metric]:
    grave = sum(one.is_grave for one in found.findings)
    yield _one("up", "1 where nothing grave was found, as /health answers 200.", float(found.is_well))
    yield _each("findings", "What needs somebody.", "can_wait", {"no": grave, "yes": len(found.findings) - grave})
    yield _each("build_info", "The version.", "version", {version("coalition"): 1})
    yield _one("signatures", "Signatures that stand, of all letters together.", signatures)
    yield _one("clock_ahead_seconds", "By how much the clock of a worker is ahead.", found.ahead.total_seconds())
    yield _one(
        "keys_ok", "Whether the key file opens the database and holds every key.", float(found.keys.state == "ok")
    )
    if found.backup is not None:
        yield _one("last_backup_timestamp_seconds", "When the last backup was made.", found.backup.made_at.timestamp())
        yield _one("last_backup_bytes", "How large it is.", found.backup.size)


def _of_the_queues(found: Machine) -> Iterator[Metric]:
    yield _each(
        "mails", "Mails by what became of them.", "state", {state: found.mails.get(state, 0) for state in STATES}
    )
    yield _one("mail_hosts_pausing", "Hosts of recipients that asked us to wait.", found.pausing)
    yield _each("due", "What is due.", "queue", {one.name: one.due for one in found.queues})
    oldest = {one.name: one.oldest.total_seconds() if one.oldest else 0 for one in found.queues}
    yield _each("oldest_due_seconds", "For how long the oldest of it is due.", "queue", oldest)


def _of_the_works(found: Machine) -> Iterator[Metric]:
    began = {one.name: one.began.timestamp() for one in found.works}
    ended = {one.name: one.ended.timestamp() for one in found.works if one.ended}
    yield _each("tick_began_timestamp_seconds", "When a work of the tick began last.", "work", began)
    yield _each("tick_ended_timestamp_seconds", "When it ended last.", "work", ended)
    failures = {one.name: one.failures for one in found.works}
    yield _each("tick_failures", "How often it failed since it went well.", "work", failures)
    states = {state: sum(one.state == state for one in found.works) for state in WORK_STATES}
    yield _each("ticks", "Works of the tick by how they go.", "state", states)


def _of_the_disks(found: Machine) -> Iterator[Metric]:
    free = {one.place: one.free for one in found.disks}
    yield _each("disk_free_bytes", "Room on the disks of this machine.", "place", free)
    yield _each("disk_size_bytes", "Their size.", "place", {one.place: one.size for one in found.disks})


def _one(name: str, meaning: str, value: float) -> Metric:
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415 -- not every installation has it

    return GaugeMetricFamily(f"coalition_{name}", meaning, value=value)


def _each(name: str, meaning: str, label: str, values: dict[str, int] | dict[str, float]) -> Metric:
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415 -- not every installation has it

    family = GaugeMetricFamily(f"coalition_{name}", meaning, labels=[label])
    for labelled, value in values.items():
        family.add_metric([labelled], value)
    return family
