"""Something wrong with this list? What readers write is kept for the team; nothing tells them what we know."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from coalition import clock
from coalition.actions import report
from coalition.actions.circulate import NotCoordinator
from coalition.actions.report import Said, Sent
from coalition.database import db
from coalition.models.limit import TooOften
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.report import Report
from tests import builders
from tests.cast import Cast

WORDS = Said(name="Kalina Press Club", words="They never signed this.", address="reader@elsewhere.example")


@pytest.fixture
def letter_id(cast: Cast) -> Any:
    """A published letter."""
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    return letter_id


def sent(key: str = "a" * 32, *, bait: str = "", seconds: int = 60) -> Sent:
    """A form that was open for a while."""
    return Sent(key=key, language="en", opened_at=clock.now() - timedelta(seconds=seconds), bait=bait)


def kept() -> int:
    """How many reports there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Report)) or 0


def mails() -> list[dict[str, Any]]:
    """What the mails about reports hold."""
    rows = db.session.scalars(select(OutgoingEmail)).all()
    return [row.context for row in rows if row.context_or_empty.get("kind") == "list_reported"]


def test_a_report_is_kept_once_and_the_coordinators_are_told_without_its_words(letter_id: Any) -> None:
    for _ in range(2):
        report.report(letter_id, WORDS, sent())
    assert kept() == 1
    [mail] = mails()
    assert not [part for part in ("Kalina", "never", "reader@") if part in str(mail)]


def test_many_reports_of_a_day_make_one_mail(letter_id: Any) -> None:
    for number in range(5):
        report.report(letter_id, Said(name="", words="Wrong."), sent(f"{number:032d}"))
    assert (kept(), len(mails())) == (5, 1)


def test_what_a_program_sends_is_dropped_in_silence(letter_id: Any) -> None:
    report.report(letter_id, WORDS, sent(bait="Buy now"))
    report.report(letter_id, WORDS, sent("b" * 32, seconds=1))
    assert kept() == 0


def test_a_flood_fills_neither_the_desk_nor_the_disk(letter_id: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "KEPT_PER_LETTER", 3)
    for number in range(3):
        report.report(letter_id, Said(name="", words="Wrong."), sent(f"{number:032d}"))
    with pytest.raises(TooOften):
        report.report(letter_id, Said(name="", words="Wrong."), sent("z" * 32))
    assert kept() == 3
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        report.report(letter_id, Said(name="", words="Wrong."), sent("z" * 32))
    assert kept() == 4


@pytest.mark.only_on("sqlite")
def test_all_letters_together_take_so_many_and_one_address_fewer(
    letter_id: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "KEPT_PER_ADDRESS", 1)
    monkeypatch.setattr(report, "KEPT_OF_ALL", 3)
    for number in range(2):
        report.report(letter_id, WORDS, sent(f"{number:032d}"))
    assert kept() == 1  # the second of one address is dropped in silence
    report.report(letter_id, Said(name="", words="Wrong."), sent("y" * 32))
    with pytest.raises(TooOften):
        report.report(letter_id, Said(name="", words="Wrong."), sent("z" * 32))


def test_a_letter_that_is_not_published_takes_no_reports(cast: Cast) -> None:
    report.report(builders.an_open_letter(cast), WORDS, sent())
    assert kept() == 0


def test_a_coordinator_settles_a_report_and_another_team_does_not(letter_id: Any, cast: Cast) -> None:
    report.report(letter_id, WORDS, sent())
    [one] = report.reports_on(db.session(), letter_id)
    with pytest.raises(NotCoordinator):
        report.settle(one.id, letter_id=letter_id, reply="", by=cast.other_coordinator)
    report.settle(one.id, letter_id=letter_id, reply="We corrected it.", by=cast.coordinator)
    assert report.number_to_settle(db.session(), letter_id) == 0
