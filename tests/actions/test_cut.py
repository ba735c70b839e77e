"""After publication: the queue at the desk, rolling letters, and editions that are cut."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import event, select

from coalition import clock
from coalition.actions import check, circulate, cut, editions, freshen, live, publish, rebuild
from coalition.actions.circulate import NotCoordinator
from coalition.actions.cut import NothingToCut
from coalition.database import db, transaction
from coalition.models.edition import Edition
from coalition.models.public import PublicBody, PublicLetter
from coalition.rendering import bodies
from coalition.rendering.bodies import Turn
from coalition.rendering.edition import printed_letter
from tests import builders
from tests.builders import a_letter, an_open_letter

if TYPE_CHECKING:
    from tests.cast import Cast


def the_public(letter_id: UUID) -> PublicLetter:
    db.session.rollback()
    return db.session.get_one(PublicLetter, letter_id)


def names_on(letter_id: UUID, number: int | None = None) -> list[str]:
    """The names that readers see, of the current edition or of one with a number."""
    public = the_public(letter_id)
    query = select(Edition).where(Edition.letter_id == letter_id, Edition.number == number)
    edition = db.session.scalars(query).one() if number else None
    return [line.name("en") for line in printed_letter(db.session(), public, edition).lines]


def page_of(letter_id: UUID) -> str:
    """The page as it is made now."""
    answer = bodies.answer_at(db.session(), f"/letters/{the_public(letter_id).slug}")
    assert answer is not None
    return answer.make().decode()


def stored_page_of(letter_id: UUID) -> str:
    """The page as readers have it."""
    public = the_public(letter_id)
    stored = db.session.get(PublicBody, (f"/letters/{public.slug}", ""))
    assert stored is not None
    return stored.content.decode()


def stored_paths() -> set[str]:
    """Every address whose answer is stored."""
    db.session.rollback()
    return set(db.session.scalars(select(PublicBody.path)))


def rolling(cast: Cast, *, cuts_daily: bool = False) -> UUID:
    """A letter that the small member has signed, published while it stays open."""
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    cut.choose_rolling(letter_id, is_rolling=True, cuts_daily=cuts_daily, by=cast.coordinator)
    published(cast, letter_id)
    return letter_id


def published(cast: Cast, letter_id: UUID) -> None:
    found = check.check(db.session(), a_letter(letter_id)).findings
    publish.publish(letter_id, by=cast.coordinator, overrides={one.key: "seen" for one in found})


def late(cast: Cast) -> UUID:
    """A letter that was published, opened again, and signed by one more."""
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    circulate.extend(letter_id, deadline_at=clock.now() + timedelta(days=20), by=cast.coordinator)
    builders.signed(letter_id, cast.arabic_member)
    return letter_id


def test_who_signs_late_waits_until_a_coordinator_adds_the_line(cast: Cast) -> None:
    letter_id = late(cast)
    assert names_on(letter_id) == ["Kalina Press Club"]
    waiting = live.waiting(db.session(), a_letter(letter_id))
    assert [one.name for one in waiting] == ["Amman Writers’ House"]
    with pytest.raises(NotCoordinator):
        cut.add(letter_id, [waiting[0].signature.id], by=cast.other_coordinator)
    before = page_of(letter_id)
    assert cut.add(letter_id, [waiting[0].signature.id], by=cast.coordinator) == 1
    assert names_on(letter_id) == ["Kalina Press Club", "Amman Writers’ House"]
    after = page_of(letter_id)
    assert "Added after publication" not in before
    assert "Added after publication" in after
    assert "2 signatories" in after
    assert "Edition 1" in after
    assert cut.add(letter_id, [waiting[0].signature.id], by=cast.coordinator) == 0


def test_a_rolling_letter_shows_who_signs_at_once(cast: Cast) -> None:
    letter_id = rolling(cast)
    builders.signed(letter_id, cast.arabic_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    shown = page_of(letter_id)
    assert "Added since edition 1" in shown
    assert "Amman Writers’ House" in shown
    assert "withheld" not in shown  # it is counted from the next edition on
    assert live.waiting(db.session(), a_letter(letter_id)) == []


def test_what_a_coordinator_records_waits_also_on_a_rolling_letter(cast: Cast) -> None:
    letter_id = rolling(cast)
    builders.recorded(cast, letter_id, cast.arabic_member)
    assert names_on(letter_id) == ["Kalina Press Club"]
    assert len(live.waiting(db.session(), a_letter(letter_id))) == 1


def test_readers_read_the_old_page_until_the_new_one_is_made(cast: Cast) -> None:
    letter_id = rolling(cast)
    rebuild.rebuild()
    before = stored_page_of(letter_id)
    builders.signed(letter_id, cast.arabic_member)
    assert stored_page_of(letter_id) == before
    assert rebuild.rebuild() > 0
    assert "Amman Writers’ House" in stored_page_of(letter_id)
    assert rebuild.rebuild() == 0


def test_who_signs_while_the_files_are_made_is_in_them_later(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id, now = rolling(cast), clock.now()
    builders.signed(letter_id, cast.arabic_member)
    marks = freshen.due(db.session(), now=now + timedelta(minutes=6))
    assert Turn.LATER in marks[letter_id].turns
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=7))
    builders.signed(letter_id, cast.unnamed_member)
    with transaction() as session:
        freshen.done(session, letter_id, marks[letter_id], set(Turn))
    assert Turn.LATER not in freshen.due(db.session(), now=now + timedelta(minutes=11))[letter_id].turns
    assert Turn.LATER in freshen.due(db.session(), now=now + timedelta(minutes=13))[letter_id].turns


def test_an_edition_that_is_cut_has_what_was_added(cast: Cast) -> None:
    letter_id = rolling(cast)
    builders.signed(letter_id, cast.arabic_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    assert cut.cut(letter_id, by=cast.coordinator) == 2
    shown = page_of(letter_id)
    assert "Added since" not in shown
    assert "Edition 2" in shown
    assert "1 organisation whose name is withheld" in shown
    assert names_on(letter_id, 1) == ["Kalina Press Club"]
    assert names_on(letter_id, 2) == ["Kalina Press Club", "Amman Writers’ House"]
    editions = db.session.scalars(select(Edition).order_by(Edition.number)).all()
    assert [(one.number, one.how, one.figures["signatories"]) for one in editions] == [
        (1, "release", 1),
        (2, "hand", 3),
    ]
    assert editions[0].printed["printed_on"] == editions[1].printed["printed_on"]
    with pytest.raises(NothingToCut):
        cut.cut(letter_id, by=cast.coordinator)


def test_an_edition_is_cut_once_a_day_where_something_was_added(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = rolling(cast, cuts_daily=True)
    builders.signed(letter_id, cast.arabic_member)
    assert cut.cut_due() == 0  # it was released today
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    assert cut.cut_due() == 1
    assert cut.cut_due() == 0
    builders.signed(letter_id, cast.unnamed_member)
    assert cut.cut_due() == 0  # one a day
    monkeypatch.setattr(clock, "now", lambda: tomorrow + timedelta(days=1))
    assert cut.cut_due() == 1
    monkeypatch.setattr(clock, "now", lambda: tomorrow + timedelta(days=2))
    assert cut.cut_due() == 0  # nothing is new


def test_a_letter_that_can_not_be_cut_keeps_back_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = [rolling(cast, cuts_daily=True) for _each in range(3)]
    for letter_id in letters:
        builders.signed(letter_id, cast.arabic_member)
    tomorrow, begun = clock.now() + timedelta(days=1), list[Any]()
    monkeypatch.setattr(clock, "now", lambda: tomorrow)

    def fails_at_first(*facts: Any, **more: Any) -> Edition:
        begun.append(facts)
        if len(begun) == 1:
            raise RuntimeError("This one can not be written.")
        return editions.write_edition(*facts, **more)

    monkeypatch.setattr(cut, "write_edition", fails_at_first)
    with pytest.raises(RuntimeError):
        cut.cut_due()
    db.session.rollback()
    numbers = [db.session.get_one(Edition, the_public(letter_id).edition_id).number for letter_id in letters]
    assert sorted(numbers) == [1, 2, 2]


def test_a_name_that_is_withheld_after_it_was_printed_is_in_no_later_number(cast: Cast) -> None:
    """Else the next edition would tell why a name is gone: one less by name, one more without."""
    counts = []
    for act in (builders.withheld, builders.withdrawn):
        letter_id = rolling(cast)
        builders.signed(letter_id, cast.arabic_member)
        cut.cut(letter_id, by=cast.coordinator)
        act(letter_id, cast.arabic_member)
        builders.signed(letter_id, cast.unnamed_member)
        cut.cut(letter_id, by=cast.coordinator)
        printed = printed_letter(db.session(), the_public(letter_id))
        counts.append((printed.withheld_count, printed.figures))
        assert names_on(letter_id, 2) == ["Kalina Press Club"]
    assert counts[0] == counts[1]


def test_who_was_printed_withdrew_and_signs_again_withheld_is_in_no_later_number(cast: Cast) -> None:
    letter_id = rolling(cast)
    builders.signed(letter_id, cast.arabic_member)
    cut.cut(letter_id, by=cast.coordinator)
    builders.withdrawn(letter_id, cast.arabic_member)
    builders.signed(letter_id, cast.arabic_member, is_withheld=True)
    with pytest.raises(NothingToCut):
        cut.cut(letter_id, by=cast.coordinator)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    cut.cut(letter_id, by=cast.coordinator)
    assert printed_letter(db.session(), the_public(letter_id)).withheld_count == 1


def test_the_answers_of_a_letter_stay_where_one_goes_whom_nothing_printed(cast: Cast) -> None:
    """Else whoever asks again and again would see that somebody did something."""
    letter_id = late(cast)
    rebuild.rebuild()
    stored = stored_paths()
    builders.withdrawn(letter_id, cast.arabic_member)  # who waited
    assert stored_paths() == stored
    builders.withdrawn(letter_id, cast.small_member)
    assert stored_paths() < stored


def test_what_is_taken_off_raises_the_generation_before_it_deletes(cast: Cast) -> None:
    """A worker that stores an answer meanwhile then either waits and is refused, or is done and its answer deleted."""
    letter_id, said = rolling(cast), list[str]()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        builders.withdrawn(letter_id, cast.small_member)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    raised = next(place for place, one in enumerate(said) if one.startswith("UPDATE site_generations"))
    deleted = next(place for place, one in enumerate(said) if one.startswith("DELETE FROM public_bodies"))
    assert raised < deleted


def test_a_correction_after_publication_is_shown_by_the_next_edition(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    body = builders.BODY.replace("They have waited", "They had waited")
    builders.amended(cast, letter_id, "typographical", body=body)
    assert "They have waited" in page_of(letter_id)
    assert cut.cut(letter_id, by=cast.coordinator) == 2
    assert "They had waited" in page_of(letter_id)
    assert names_on(letter_id) == ["Kalina Press Club"]
