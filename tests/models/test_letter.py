"""Who may sign until when, and which stage may follow which."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from coalition.models.letter import LEGAL_MOVES, STAGES, IllegalMove, Letter, NotOpenForSigning

DEADLINE = datetime(2027, 3, 1, 18, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def a_letter(stage: str = "open") -> Letter:
    return Letter(slug="x", authoritative_language="en", stage=stage, deadline_at=DEADLINE, grace_minutes=15)


def test_a_signature_is_taken_until_the_second_before_the_deadline() -> None:
    assert a_letter().ensure_open_for_signing(now=DEADLINE - SECOND) is False


def test_a_form_opened_at_the_deadline_is_too_late() -> None:
    with pytest.raises(NotOpenForSigning):
        a_letter().ensure_open_for_signing(now=DEADLINE, form_opened_at=DEADLINE)


def test_a_form_opened_before_the_deadline_is_taken_within_the_grace_and_marked() -> None:
    opened = DEADLINE - SECOND
    assert a_letter().ensure_open_for_signing(now=DEADLINE + timedelta(minutes=15), form_opened_at=opened) is True


def test_after_the_grace_nothing_is_taken() -> None:
    with pytest.raises(NotOpenForSigning):
        a_letter().ensure_open_for_signing(
            now=DEADLINE + timedelta(minutes=15) + SECOND, form_opened_at=DEADLINE - timedelta(days=1)
        )


def test_without_a_form_time_the_grace_does_not_count() -> None:
    with pytest.raises(NotOpenForSigning):
        a_letter().ensure_open_for_signing(now=DEADLINE + SECOND)


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "open"])
def test_only_an_open_letter_takes_signatures(stage: str) -> None:
    with pytest.raises(NotOpenForSigning):
        a_letter(stage).ensure_open_for_signing(now=DEADLINE - SECOND)


def test_a_letter_closes_by_itself_only_after_the_grace() -> None:
    assert not a_letter().is_due_to_close(now=DEADLINE + timedelta(minutes=15))
    assert a_letter().is_due_to_close(now=DEADLINE + timedelta(minutes=15) + SECOND)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("to", STAGES)
def test_only_the_legal_moves_are_made(stage: str, to: str) -> None:
    letter = a_letter(stage)
    if to in LEGAL_MOVES[stage]:
        letter.move_to(to, now=DEADLINE)
        assert letter.stage == to
    else:
        with pytest.raises(IllegalMove):
            letter.move_to(to, now=DEADLINE)
