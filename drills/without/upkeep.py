"""Nothing is lost in an upgrade or a restore; the record is honest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from coalition.database import db
from drills.without import Without, answering, instead, nothing


@contextmanager
def _statement_by_statement() -> Iterator[Any]:
    """A connection that sees at each statement what is there then."""
    db.session.rollback()
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            yield connection.execution_options(isolation_level="READ COMMITTED")
        else:
            connection.exec_driver_sql("COMMIT")
            yield connection
            connection.exec_driver_sql("BEGIN")
        connection.rollback()


@contextmanager
def _under_its_name(path: Path) -> Iterator[IO[bytes]]:
    with path.open("xb") as file:
        yield file


def _committed(run: Any) -> Any:
    """Each step is committed when it is done, whatever follows."""

    def ran(self: Any, *given: Any, **named: Any) -> None:
        run(self, *given, **named)
        self.get_context().connection.exec_driver_sql("COMMIT")

    return ran


TAKEN_OUT = {
    "triggers_made_anew": Without(
        "making the triggers anew after a migration", {"coalition.models.triggers:make": instead(nothing)}
    ),
    "one_instant": Without(
        "one instant for the whole of a backup: each table is read as it is then",
        {"coalition.actions.back_up:_at_one_instant": instead(_statement_by_statement)},
    ),
    "in_place_when_whole": Without(
        "giving a backup its name only when it is whole",
        {"coalition.intake.backup_file:put_in_place": instead(_under_its_name)},
    ),
    "held_back": Without(
        "holding back mails that waited", {"coalition.actions.hold_back:_hold_mails": instead(nothing)}
    ),
    "journal": Without("the journal of erasures", {"coalition.actions.replay:replay": answering(0)}),
    "empty_target": Without(
        "looking whether the database is empty", {"coalition.cli.restoring:_ensure_empty": instead(nothing)}
    ),
    "one_upgrade": Without(
        "one transaction for the whole upgrade",
        {"alembic.runtime.environment:EnvironmentContext.run_migrations": _committed},
    ),
    "chain": Without("following the chain of the record", {"coalition.models.record:verify": answering("")}),
    "head_in_the_manifest": Without(
        "looking for the record's head that each manifest holds",
        {"coalition.actions.verify:_is_entry": answering(True)},
    ),
}
