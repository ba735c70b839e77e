"""Translations: checked, behind, and following again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coalition.actions import amend, draft, translate
from coalition.actions.translate import NothingToCheck, StillLagging, sides_of
from coalition.models.letter import StaleEdit
from tests.builders import BODY, a_draft, a_letter, an_open_letter

if TYPE_CHECKING:
    from uuid import UUID

    from coalition.models.version import Text
    from tests.cast import Cast


def french(letter_id: UUID) -> Text:
    text: Text = a_letter(letter_id).working_version.text("fr")
    return text


def checked(cast: Cast, letter_id: UUID) -> None:
    translate.mark_checked(letter_id, "fr", by=cast.coordinator, seen=sides_of(french(letter_id)))


def with_a_next_version(cast: Cast) -> UUID:
    """An open letter in English and French whose next version has another English text."""
    letter_id = an_open_letter(cast, languages=("en", "fr"))
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.save_text(letter_id, "en", {"body": BODY + "\nToday.\n"}, by=cast.coordinator)
    return letter_id


def test_a_translation_is_checked_by_somebody_at_a_moment(cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    checked(cast, letter_id)
    text = french(letter_id)
    assert (text.state, text.checked_by_id) == ("checked", cast.coordinator_id)
    assert text.checked_at is not None


def test_a_change_of_its_words_undoes_the_check(cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    checked(cast, letter_id)
    draft.save_text(letter_id, "fr", {"short_title": "Bref"}, by=cast.coordinator)
    assert french(letter_id).state == "checked"
    draft.save_text(letter_id, "fr", {"body": "D’autres mots."}, by=cast.coordinator)
    assert (french(letter_id).state, french(letter_id).checked_by_id) == ("draft", None)


def test_a_change_of_the_governing_text_undoes_the_checks_of_all(cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    checked(cast, letter_id)
    draft.save_text(letter_id, "en", {"body": "Other words."}, by=cast.coordinator)
    assert french(letter_id).state == "draft"


def test_what_governs_or_has_no_words_is_not_checked(cast: Cast) -> None:
    letter_id = a_draft(cast)
    draft.add_language(letter_id, "fr", by=cast.coordinator)
    for language in ("en", "fr", "xx"):
        with pytest.raises(NothingToCheck):
            translate.mark_checked(letter_id, language, by=cast.coordinator, seen="")


def test_a_check_is_of_the_words_that_were_seen(cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    for language in ("fr", "en"):
        seen = sides_of(french(letter_id))
        draft.save_text(letter_id, language, {"body": f"Other words in {language}."}, by=cast.coordinator)
        with pytest.raises(StaleEdit):
            translate.mark_checked(letter_id, "fr", by=cast.coordinator, seen=seen)


def test_a_translation_lags_once_the_governing_text_says_something_else(cast: Cast) -> None:
    letter_id = with_a_next_version(cast)
    assert french(letter_id).is_lagging
    with pytest.raises(StillLagging):
        checked(cast, letter_id)


def test_saving_it_lets_a_translation_follow_again(cast: Cast) -> None:
    letter_id = with_a_next_version(cast)
    draft.save_text(letter_id, "fr", {"body": BODY + "\nAujourd’hui.\n"}, by=cast.coordinator)
    assert not french(letter_id).is_lagging


def test_a_translation_whose_words_still_hold_follows_by_a_press(cast: Cast) -> None:
    letter_id = with_a_next_version(cast)
    before = french(letter_id).body
    translate.confirm_follows(letter_id, "fr", by=cast.coordinator, seen=sides_of(french(letter_id)))
    text = french(letter_id)
    assert (text.is_lagging, text.body, text.state) == (False, before, "draft")
    checked(cast, letter_id)
    assert french(letter_id).state == "checked"


def test_the_governing_text_put_back_makes_nothing_lag(cast: Cast) -> None:
    letter_id = with_a_next_version(cast)
    draft.save_text(letter_id, "en", {"body": BODY}, by=cast.coordinator)
    assert not french(letter_id).is_lagging
