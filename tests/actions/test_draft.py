"""Drafting: what is written down, what is refused with its reason, and what two people do to one letter."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from coalition import clock
from coalition.actions import draft, illustrate
from coalition.actions.draft import (
    AddresseeEntry,
    Dates,
    DeadlineInThePast,
    LanguageIsUsed,
    NoSuchChoice,
    PartTooLong,
)
from coalition.actions.illustrate import PhotoWords
from coalition.database import db
from coalition.intake.photos import CleanPhoto
from coalition.models.letter import AlreadyPublished, Letter, StaleEdit, TextIsFrozen
from coalition.models.photo import File
from coalition.models.version import Text
from tests import builders
from tests.builders import a_draft, a_letter, an_open_letter
from tests.cast import Cast


def the_text(letter_id: UUID, language: str = "en") -> Text:
    found: Text = a_letter(letter_id).version.text(language)
    return found


def a_photo(content: bytes = b"a picture") -> CleanPhoto:
    return CleanPhoto(content=content, media_type="image/jpeg", width=4, height=3)


def test_a_letter_begins_with_all_that_is_known_of_it(cast: Cast) -> None:
    deadline = clock.now() + timedelta(days=3)
    letter_id = draft.create_letter(
        by=cast.coordinator, title=" Free them ", kind="statement", language="fr", zone="Asia/Amman",
        body="Now.\r\nToday.", deadline_at=deadline,
    )  # fmt: skip
    letter = a_letter(letter_id)
    assert (letter.kind, letter.zone, letter.deadline_at, letter.stage) == (
        "statement",
        "Asia/Amman",
        deadline,
        "draft",
    )
    assert (the_text(letter_id, "fr").title, the_text(letter_id, "fr").body) == ("Free them", "Now.\nToday.")
    assert [lead.name for lead in letter.lead_organisations()] == ["Free Voices Network"]
    assert letter.has_on_team(cast.coordinator)


def test_a_letter_begun_twice_under_one_id_is_one_letter(cast: Cast) -> None:
    facts: dict[str, Any] = {"kind": "statement", "language": "en", "zone": "UTC", "letter_id": uuid4()}
    ids = [draft.create_letter(by=cast.coordinator, title=title, **facts) for title in ("Free them", "Free them")]
    assert ids == [facts["letter_id"]] * 2
    assert a_letter(ids[0]).slug == "free-them"
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 1


def test_letters_begun_at_the_same_instant_do_not_meet(cast: Cast, app: Flask) -> None:
    shared = uuid4()
    begun = [shared, shared, shared, None, None]
    start = Barrier(len(begun))

    def begin(letter_id: UUID | None) -> UUID:
        with app.app_context():
            by = cast.coordinator
            start.wait()
            return draft.create_letter(
                by=by, title="Free them", kind="statement", language="en", zone="UTC", letter_id=letter_id
            )

    with ThreadPoolExecutor(len(begun)) as threads:
        ids = list(threads.map(begin, begun))
    assert (ids[:3], len(set(ids))) == ([shared] * 3, 3)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 3


def test_a_letter_cannot_begin_with_a_deadline_that_has_passed(cast: Cast) -> None:
    with pytest.raises(DeadlineInThePast):
        draft.create_letter(
            by=cast.coordinator, title="Late", kind="statement", language="en", zone="UTC", deadline_at=clock.now()
        )


@pytest.mark.parametrize(("part", "length"), [("title", 201), ("list_heading", 301), ("closing", 20_001)])
def test_a_part_that_is_too_long_is_refused_and_nothing_is_saved(cast: Cast, part: str, length: int) -> None:
    letter_id = a_draft(cast)
    with pytest.raises(PartTooLong) as refused:
        draft.save_text(letter_id, "en", {part: "x" * length, "deck": "new"}, by=cast.coordinator)
    assert (refused.value.part, refused.value.length) == (part, length)
    assert the_text(letter_id).deck == ""


def test_a_text_that_somebody_saved_meanwhile_is_not_overwritten_unseen(cast: Cast) -> None:
    letter_id = a_draft(cast)
    seen = draft.state_of_text(the_text(letter_id))
    draft.save_text(letter_id, "en", {"title": "Theirs"}, by=cast.coordinator, seen=seen)
    with pytest.raises(StaleEdit):
        draft.save_text(letter_id, "en", {"title": "Mine"}, by=cast.coordinator, seen=seen)
    assert the_text(letter_id).title == "Theirs"


def test_two_translators_do_not_stand_in_each_others_way(cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr", "ar"))
    seen = {tag: draft.state_of_text(the_text(letter_id, tag)) for tag in ("fr", "ar")}
    for tag, state in seen.items():
        draft.save_text(letter_id, tag, {"title": f"title in {tag}"}, by=cast.coordinator, seen=state)
    assert the_text(letter_id, "ar").title == "title in ar"


def test_a_text_that_was_shown_does_not_change(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    with pytest.raises(TextIsFrozen):
        draft.save_text(letter_id, "en", {"body": "Other words."}, by=cast.coordinator)


def test_what_is_not_agreed_to_can_change_after_the_showing(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    fingerprint = the_text(letter_id).fingerprint
    parts = {"list_heading": "Signed by", "body": the_text(letter_id).body}
    draft.save_text(letter_id, "en", parts, by=cast.coordinator)
    assert the_text(letter_id).list_heading == "Signed by"
    assert the_text(letter_id).compute_fingerprint() == fingerprint


def test_nothing_of_a_published_letter_changes_by_drafting(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    by = cast.coordinator
    acts: tuple[Callable[[], None], ...] = (
        lambda: draft.save_text(letter_id, "en", {"list_heading": "Others"}, by=by),
        lambda: draft.add_language(letter_id, "fr", by=by),
        lambda: draft.save_dates(letter_id, Dates(None, "UTC"), by=by),
        lambda: draft.save_choices(letter_id, {"list_order": "hand"}, by=by),
        lambda: illustrate.save_photo(letter_id, a_photo(), by=by),
        lambda: illustrate.describe_photo(letter_id, PhotoWords("Nobody"), by=by),
        lambda: illustrate.remove_photo(letter_id, by=by),
    )
    for act in acts:
        with pytest.raises(AlreadyPublished):
            act()


def test_addressees_are_kept_in_their_order(cast: Cast) -> None:
    letter_id = a_draft(cast)
    entries = [AddresseeEntry(names={"und": "The Minister"}), AddresseeEntry("cc", names={"und": "The Speaker"})]
    draft.save_addressees(letter_id, entries, by=cast.coordinator)
    kept = a_letter(letter_id).version.addressees
    assert [(one.block, one.names["und"]) for one in kept] == [("to", "The Minister"), ("cc", "The Speaker")]


def test_addressees_of_a_letter_that_was_shown_stay(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    with pytest.raises(TextIsFrozen):
        draft.save_addressees(letter_id, [], by=cast.coordinator)


def test_another_language_governs_and_its_names_are_the_canonical_ones(cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    names = {"und": "The Minister", "fr": "Le ministre"}
    draft.save_addressees(letter_id, [AddresseeEntry(names=names)], by=cast.coordinator)
    draft.choose_authoritative(letter_id, "fr", by=cast.coordinator)
    letter = a_letter(letter_id)
    (one,) = letter.version.addressees
    assert letter.authoritative_language == "fr"
    assert [one.printed(tag)["name"] for tag in ("fr", "en", "ar")] == ["Le ministre", "The Minister", "Le ministre"]


def test_the_language_that_governs_stays(cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    with pytest.raises(LanguageIsUsed):
        draft.remove_language(letter_id, "en", by=cast.coordinator)
    draft.remove_language(letter_id, "fr", by=cast.coordinator)
    assert a_letter(letter_id).languages == ["en"]


def test_once_shown_no_other_language_governs(cast: Cast) -> None:
    letter_id = an_open_letter(cast, languages=("en", "fr"))
    with pytest.raises(TextIsFrozen):
        draft.choose_authoritative(letter_id, "fr", by=cast.coordinator)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "poem"),
        ("who_may_sign", "everybody"),
        ("withheld_threshold", 0),
        ("withheld_threshold", 10**9),
        ("counts_lead", "yes"),
        ("slug", "mine"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(cast: Cast, name: str, value: object) -> None:
    letter_id = a_draft(cast)
    with pytest.raises(NoSuchChoice):
        draft.save_choices(letter_id, {name: value}, by=cast.coordinator)


def test_the_deadline_of_an_open_letter_does_not_change_by_its_dates(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    before = a_letter(letter_id).deadline_at
    draft.save_dates(letter_id, Dates(None, "Asia/Amman", place="Amman"), by=cast.coordinator)
    letter = a_letter(letter_id)
    assert (letter.deadline_at, letter.zone, letter.place) == (before, "Asia/Amman", "Amman")


def test_another_photo_keeps_its_credit_and_the_bytes_of_the_first_go(cast: Cast) -> None:
    letter_id = a_draft(cast)
    illustrate.save_photo(letter_id, a_photo(b"first"), by=cast.coordinator)
    illustrate.describe_photo(letter_id, PhotoWords("Sami", alternatives={"en": "A square"}), by=cast.coordinator)
    illustrate.save_photo(letter_id, a_photo(b"second"), by=cast.coordinator)
    assert a_letter(letter_id).photo.credit == "Sami"
    assert the_text(letter_id).photo_alternative == "A square"
    assert [file.content for file in db.session.query(File)] == [b"second"]
    illustrate.remove_photo(letter_id, by=cast.coordinator)
    assert a_letter(letter_id).photo is None
    assert db.session.query(File).count() == 0
