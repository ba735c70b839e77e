"""What may happen so often and no more: counted in the database, by nobody's name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from coalition.database import db, transaction
from coalition.models import limit
from coalition.models.limit import TooOften
from coalition.models.machinery import LimitCounter

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def happens(who: str, *, at: datetime = NOON, most: int = 3) -> None:
    with transaction() as session:
        limit.count(session, "knock", who, limit=most, every=HOUR, now=at)


@pytest.mark.usefixtures("app")
def test_what_happens_too_often_is_refused_until_the_window_ends() -> None:
    for _ in range(3):
        happens("ada@coast.example")
    with pytest.raises(TooOften) as refused:
        happens("ada@coast.example", at=NOON + timedelta(minutes=59))
    assert refused.value.until == NOON + HOUR
    happens("ada@coast.example", at=NOON + HOUR)


@pytest.mark.usefixtures("app")
def test_one_does_not_count_for_another() -> None:
    for who in ("ada", "ida", "ADA"):
        happens(who, most=1)


@pytest.mark.usefixtures("app")
def test_who_came_in_at_last_is_forgiven() -> None:
    happens("ada", most=1)
    with transaction() as session:
        limit.forgive(session, "knock", "ada")
    happens("ada", most=1)


@pytest.mark.usefixtures("app")
def test_the_rows_name_nobody_and_go_after_a_day() -> None:
    happens("ada@coast.example")
    (row,) = db.session.scalars(select(LimitCounter)).all()
    assert b"ada" not in row.subject
    happens("ida@coast.example", at=NOON + timedelta(days=2))
    db.session.rollback()
    assert len(db.session.scalars(select(LimitCounter)).all()) == 1
