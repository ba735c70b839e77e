"""The day's backup, made by a worker into the folder of the settings: once, however many workers there are.

Whoever puts down the day's fact first makes it. Where that one dies or fails, another tries after two hours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import structlog
from sqlalchemy import CursorResult, update
from sqlalchemy.exc import IntegrityError

from coalition import clock, config
from coalition.actions import backups, tick
from coalition.actions.back_up import back_up
from coalition.database import db, transaction
from coalition.intake import archive_key
from coalition.intake.archive_key import BACKUP
from coalition.intake.backup_file import UNFINISHED
from coalition.models.machinery import Tick, TickRun

if TYPE_CHECKING:
    from typing import Any

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    from coalition.config import Settings

WORK: Final = "backup"
"""Under this name the last one stands among the works of the tick."""
AGAIN_AFTER: Final = timedelta(hours=2)
NAME: Final = re.compile(r"coalition-(\d{4}-\d\d-\d\dT\d{4})Z\.backup")
_STAMP: Final = "%Y-%m-%dT%H%M"
log = structlog.get_logger(__name__)


def back_up_due() -> Path | None:
    """Make the day's backup if it is due and nobody else does, and remove those that are too old; its path, or None."""
    settings, now = config.settings(), clock.now()
    due_at = now.replace(hour=settings.backup_hour, minute=0, second=0, microsecond=0)
    if not settings.backup_folder or now < due_at or not _is_ours(f"backup:{now:%Y-%m-%d}", due_at, now=now):
        return None
    path = Path(settings.backup_folder) / f"coalition-{now:{_STAMP}}Z.backup"
    key = archive_key.read_public(settings.backup_key, BACKUP)
    # No folder is made: where a disk is not mounted, none must lie in its place on this one.
    tick.kept(WORK, lambda: _make(path, key))
    log.info("a backup was made", file=path.name)
    return path


def _make(path: Path, key: X25519PublicKey) -> None:
    """Make it, remove those that are too old, and write down both."""
    made = back_up(path, key)
    too_old = _too_old(config.settings(), path.parent, now=made.made_at)
    for old in too_old:
        old.unlink(missing_ok=True)
    backups.write_down(path.name, made, removed=[old.name for old in too_old])


def _is_ours(fact: str, due_at: datetime, *, now: datetime) -> bool:
    """Whether this worker makes it: nobody began it yet, or who did came to nothing."""
    try:
        with transaction() as session:
            begun = session.get(Tick, fact)
            if begun is None:
                session.add(Tick(fact=fact, at=now))
                return True
            if now - begun.at < AGAIN_AFTER or _went_well(session.get(TickRun, WORK), due_at):
                return False
            taken = session.execute(update(Tick).where(Tick.fact == fact, Tick.at == begun.at).values(at=now))
            return bool(cast("CursorResult[Any]", taken).rowcount)
    except IntegrityError:  # another worker was first by a moment
        db.session.rollback()
        return False


def _went_well(run: TickRun | None, due_at: datetime) -> bool:
    return (
        run is not None
        and run.finished_at is not None
        and run.finished_at >= max(run.started_at, due_at)
        and run.failures == 0
    )


def kept(moments: Iterable[datetime], *, days: int, weeks: int, months: int) -> set[datetime]:
    """Of backups made at these moments those that stay: the last of so many days, weeks and months that have one."""
    newest_first = sorted(moments, reverse=True)
    found: set[datetime] = set()
    kinds: tuple[tuple[int, Callable[[datetime], object]], ...] = (
        (days, datetime.date),
        (weeks, lambda moment: moment.isocalendar()[:2]),
        (months, lambda moment: (moment.year, moment.month)),
    )
    for number, part_of in kinds:
        last: dict[object, datetime] = {}
        for moment in newest_first:
            last.setdefault(part_of(moment), moment)
        found.update(list(last.values())[:number])
    return found


def _too_old(settings: Settings, folder: Path, *, now: datetime) -> list[Path]:
    """The backups that are to go, and what one left that was cut off; nothing that is not named like ours."""
    made = {path: _moment(path) for path in folder.iterdir() if NAME.fullmatch(path.name)}
    stay = kept(made.values(), days=settings.backup_days, weeks=settings.backup_weeks, months=settings.backup_months)
    yesterday = (now - timedelta(days=1)).timestamp()
    torn = [path for path in folder.glob(f".coalition-*.backup.*{UNFINISHED}") if path.stat().st_mtime < yesterday]
    return [path for path, moment in made.items() if moment not in stay] + torn


def _moment(path: Path) -> datetime:
    found = NAME.fullmatch(path.name)
    return datetime.strptime(found[1] if found else "", _STAMP).replace(tzinfo=UTC)
