"""The versions of a letter at the desk, and what changed between any two."""

from __future__ import annotations

from collections.abc import Callable

from coalition.actions import amend, draft
from coalition.database import db
from coalition.models.account import Account
from tests.builders import BODY, a_draft, a_translator, amended, an_open_letter, signed
from tests.cast import Cast
from tests.visitor import Visitor
from tests.web.desk.letters import path_of


def test_each_version_stands_with_what_changed_and_why(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast, languages=("en", "fr"))
    signed(letter_id, cast.small_member)
    amended(cast, letter_id)
    page = nadia.get(path_of(letter_id)).follow("Versions")
    assert page.heading == "Versions"
    assert "Version 2 in force" in page.words
    assert "Of substance. We added a sentence, as members asked." in page.words
    assert "1 signature" in page.words
    assert page.links()["What changed"] == path_of(letter_id, "versions", "1..2")


def test_a_letter_with_one_version_says_when_there_will_be_more(nadia: Visitor, cast: Cast) -> None:
    page = nadia.get(path_of(a_draft(cast), "versions"))
    assert "There is one version so far." in page.words
    assert "The team is writing it" in page.words


def test_what_changed_is_shown_in_each_language(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast, languages=("en", "fr"))
    amended(cast, letter_id)
    page = nadia.get(path_of(letter_id, "versions", "1..2"))
    assert page.heading == "From version 1 to version 2: English"
    assert "We added a sentence, as members asked." in page.words
    assert "added: Today." in page.words
    assert "Nothing changed" in page.follow("français").words


def test_any_two_can_be_chosen_and_the_older_stands_first(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    amended(cast, letter_id)
    amended(cast, letter_id, body=BODY)
    form = nadia.get(path_of(letter_id, "versions")).form("from")
    assert form.fill({"from": "2", "to": "2"}).submit().words.count("Choose two different versions.") == 1
    page = form.fill({"from": "3", "to": "1"}).submit()
    assert page.path == path_of(letter_id, "versions", "1..3")
    assert "Nothing changed between these two texts." in page.words


def test_what_the_team_is_writing_can_be_compared_too(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.save_text(letter_id, "en", {"body": "Other words."}, by=cast.coordinator)
    assert "added: Other words." in nadia.get(path_of(letter_id, "versions", "1..2")).words


def test_a_language_that_one_of_them_lacks_says_so(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.add_language(letter_id, "fr", by=cast.coordinator)
    draft.save_text(letter_id, "fr", {"body": "Bonjour."}, by=cast.coordinator)
    page = nadia.get(path_of(letter_id, "versions", "1..2", "fr"))
    assert "Version 1 has no text in this language" in page.words


def test_versions_and_languages_that_are_not_there_are_not_found(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    for rest in ("1..2", "0..1", "1..1/fr", "1..99999999999999999999", "1..1/xx-nothing"):
        assert nadia.get(path_of(letter_id, "versions", *rest.split("/"))).status == 404, rest


def test_a_translator_reads_what_changed_in_their_own_language_and_in_the_one_that_governs(
    cast: Cast, visitors: Callable[..., Visitor]
) -> None:
    letter_id = an_open_letter(cast, languages=("en", "fr", "ar"))
    signed(letter_id, cast.small_member)
    amended(cast, letter_id)
    translator = visitors()
    translator.sign_in(db.session.get_one(Account, a_translator(cast, letter_id, "fr")))
    page = translator.get(path_of(letter_id, "versions"))
    assert "signature" not in page.words
    assert "العربية" not in page.words
    for language, status in (("en", 200), ("fr", 200), ("ar", 404)):
        assert translator.get(path_of(letter_id, "versions", "1..2", language)).status == status
