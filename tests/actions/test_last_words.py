"""Before release: the page proof that signers may object to, and organisations whose last word is old."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import check, draft, proof, refresh, show_proof
from coalition.database import db
from coalition.models.objection import ObjectionsAreOver
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast


def shown(cast: Cast, letter_id: UUID, *, hours: int = 24) -> int:
    """The coordinator shows the proof; to how many contacts."""
    return show_proof.send_proof(letter_id, until_at=clock.now() + timedelta(hours=hours), by=cast.coordinator)


def kinds(letter_id: UUID) -> list[str]:
    """The kinds of all mails about a letter."""
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id))
    return [row.context["kind"] for row in rows]


def found(letter_id: UUID) -> set[str]:
    """What the check list says, by its codes."""
    return {one.code for one in check.check(db.session(), builders.a_letter(letter_id)).findings}


def move(monkeypatch: pytest.MonkeyPatch, **span: int) -> datetime:
    """Let time pass."""
    later = clock.now() + timedelta(**span)
    monkeypatch.setattr(clock, "now", lambda: later)
    return later


def test_the_proof_is_shown_to_those_on_the_list_alone(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.declined(letter_id, cast.arabic_member)
    assert shown(cast, letter_id) == 1
    assert kinds(letter_id).count("page_proof") == 1
    assert "proof_running" in found(letter_id)


def test_who_objects_to_the_proof_is_off_the_list_and_the_others_stay_on_it(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.arabic_member)
    shown(cast, letter_id)
    builders.objected(letter_id, cast.small_member, "page_proof")
    assert [one.name for one in proof.signers(db.session(), builders.a_letter(letter_id))] == ["Amman Writers’ House"]
    builders.kept(letter_id, cast.small_member)
    assert len(proof.signers(db.session(), builders.a_letter(letter_id))) == 2


def test_after_its_time_nobody_objects_to_the_proof(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    shown(cast, letter_id, hours=2)
    move(monkeypatch, hours=3)
    with pytest.raises(ObjectionsAreOver):
        builders.objected(letter_id, cast.small_member, "page_proof")
    assert "proof_running" not in found(letter_id)


def test_a_proof_needs_signers_and_a_time_to_come(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    with pytest.raises(show_proof.NobodyToShow):
        shown(cast, letter_id)
    builders.signed(letter_id, cast.small_member)
    with pytest.raises(show_proof.ProofUntilInThePast):
        shown(cast, letter_id, hours=-1)


def test_a_word_grows_old_where_the_letter_says_so_and_keeping_makes_it_fresh(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    move(monkeypatch, days=40)
    assert "not_fresh" not in found(letter_id)
    draft.save_choices(letter_id, {"freshness_days": 30}, by=cast.coordinator)
    assert "not_fresh" in found(letter_id)
    builders.kept(letter_id, cast.small_member)
    assert "not_fresh" not in found(letter_id)


def test_each_whose_word_is_old_is_asked_once_a_day_and_nobody_else(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = builders.an_open_letter(cast)
    draft.save_choices(letter_id, {"freshness_days": 5}, by=cast.coordinator)
    builders.signed(letter_id, cast.small_member)
    move(monkeypatch, days=7)
    builders.signed(letter_id, cast.arabic_member)
    assert refresh.ask_whether_it_stands(letter_id, by=cast.coordinator) == 1
    assert refresh.ask_whether_it_stands(letter_id, by=cast.coordinator) == 0
    assert kinds(letter_id).count("still_agree") == 1
    move(monkeypatch, days=1)
    assert refresh.ask_whether_it_stands(letter_id, by=cast.coordinator) == 1
