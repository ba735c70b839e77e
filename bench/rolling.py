"""Goal 6: what is added to a rolling letter: how long until readers see it, and what making it anew takes of a core."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import select

from bench import processes, servers
from bench.pages import bodies
from bench.report import Goal
from coalition import clock
from coalition.actions import freshen
from coalition.actions.pace import STORES
from coalition.database import db, transaction
from coalition.models.edition import Edition, ListGroup, PublicLine
from coalition.models.letter import Letter
from coalition.models.public import PublicBody, PublicLetter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coalition.config import Settings

SECONDS_BETWEEN = 1.0
SECONDS_TO_BE_SEEN = 20.0


def measure(settings: Settings, path: str, size: int, folder: Path, *, seconds: int) -> Iterator[Goal]:
    """Add a name each second, and look for it as a reader does, at the page that has all names."""
    page = path if size <= 300 else f"{path}/signatories"
    with servers.whole_product(settings, folder) as root:
        _wait_until_made(path)
        alone = [_seen_after(settings, page, f"Alone {number}", _added(path, f"Alone {number}")) for number in range(5)]
        idle = _idle(root, seconds=5)
        before, started = _worker_seconds(root), time.monotonic()
        waits, names, count = list[float](), dict[str, float](), 0
        while time.monotonic() - started < seconds or names:
            if time.monotonic() - started < seconds:
                name = f"Streaming {count}."
                names[name] = _added(path, name)
                count += 1
            until = time.monotonic() + SECONDS_BETWEEN
            while time.monotonic() < until:
                shown = bodies(settings, page)[""].decode()
                seen = [one for one in names if one in shown]
                waits.extend(time.monotonic() - names.pop(one) for one in seen)
                time.sleep(0.05)
            if time.monotonic() - started > seconds + SECONDS_TO_BE_SEEN:
                waits.extend(SECONDS_TO_BE_SEEN for _ in names)
                break
        passed = time.monotonic() - started
        used = _worker_seconds(root) - before - idle * passed
    words = f"one name added to {size:,}: seconds until readers see it, the median"
    yield Goal(6, words, median(alone), 2, at_least=False, detail=f"the slowest of {len(alone)}: {max(alone):.1f} s")
    store = sum(STORES.values())
    detail = (
        f"{used:.1f} s of processor time in {passed:.0f} s, of which {store:.1f} s may be used up at once; "
        f"{count} names; until seen: median {median(waits):.1f} s, slowest {max(waits):.1f} s"
    )
    words = f"a name each second to {size:,}: the worker's share beyond its store"
    yield Goal(6, words, max(used - store, 0) / passed, 0.10, at_least=False, detail=detail)


def _added(path: str, name: str) -> float:
    """Add a line as an act of signing does; when that was."""
    with transaction() as session:
        public = session.scalars(select(PublicLetter).where(PublicLetter.slug == path.rpartition("/")[2])).one()
        session.get_one(Letter, public.letter_id, with_for_update=True)
        edition = session.get_one(Edition, public.edition_id)
        group = session.scalars(select(ListGroup).where(ListGroup.letter_id == public.letter_id)).first()
        last = session.scalars(
            select(PublicLine.position)
            .where(PublicLine.letter_id == public.letter_id)
            .order_by(PublicLine.position.desc())
        ).first()
        now = clock.now()
        line = PublicLine(
            letter_id=public.letter_id,
            from_edition=edition.number + 1,
            list_group_id=group.id if group else None,
            position=(last or 0) + 1,
            printed={"und": name},
            sort_keys={"und": name.lower()},
            country="NL",
            added_on=now.date(),
        )
        session.add(line)
        freshen.letter(session, public.letter_id, now=now)
    db.session.remove()
    return time.monotonic()


def _seen_after(settings: Settings, page: str, name: str, added: float) -> float:
    while time.monotonic() - added < SECONDS_TO_BE_SEEN:
        if name in bodies(settings, page)[""].decode():
            break
        time.sleep(0.05)
    seen = time.monotonic() - added
    time.sleep(5)  # so that the next one is alone again
    return seen


def _wait_until_made(path: str) -> None:
    """Until everything stands, so that only what is added is measured."""
    until = time.monotonic() + 180
    while time.monotonic() < until:
        db.session.rollback()
        if db.session.get(PublicBody, (f"{path}.pdf", "")) is not None:
            break
        time.sleep(1)
    time.sleep(3)


def _worker_seconds(root: int) -> float:
    """What the worker has used: of what the supervisor started, that which started nothing itself, as the web did."""
    workers = [
        one
        for one in processes.children(root)
        if not processes.children(one) and "resource_tracker" not in processes.command_of(one)
    ]
    return sum(processes.cpu_seconds(one) for one in workers)


def _idle(root: int, *, seconds: int) -> float:
    """The share of a core that the worker takes when nothing is added."""
    before = _worker_seconds(root)
    time.sleep(seconds)
    return (_worker_seconds(root) - before) / seconds
