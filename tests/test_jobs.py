"""The doorbell: the same on SQLite and on PostgreSQL, by one setting."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from coalition import config
from coalition.jobs import Jobs


def test_a_bell_is_heard_once_by_whichever_worker_comes_first(app: Flask) -> None:
    settings = config.settings()
    on_postgres = settings.database.startswith("postgres")
    shared = replace(settings, jobs=settings.database if on_postgres else "")
    machines = [Jobs(app, shared) for _ in range(2)]
    assert type(machines[0].huey).__name__ == ("PostgresHuey" if on_postgres else "SqliteHuey")
    machines[0].huey.flush()  # what other tests rang for stands in the same queue
    machines[0]._answer(machines[0]._deliver)
    try:
        for machine in (*machines, *machines):
            machine.ring_delivery()
        heard = [machine.huey.dequeue() for machine in (machines[1], machines[0])]
        assert [task.name if task else None for task in heard] == ["deliver", None]
        machines[1]._answer(machines[1]._deliver)
        machines[0].ring_delivery()
        assert machines[1].huey.dequeue().name == "deliver"
    finally:
        for machine in machines:
            machine._answer(machine._deliver)
            machine.huey.storage.close()
