"""The languages of a letter at the desk: how each stands, what it lacks, and translating side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coalition.actions import amend, close, draft
from coalition.database import db
from coalition.models.account import Account
from tests.builders import BODY, a_draft, a_letter, a_translator, an_observer, an_open_letter, signed

if TYPE_CHECKING:
    from uuid import UUID

    from coalition.models.version import Text
    from tests.cast import Cast
    from tests.visitor import Visitor


def languages_of(visitor: Visitor, letter_id: UUID) -> str:
    return visitor.get(f"/desk/letters/{letter_id}/languages").words


def french(letter_id: UUID) -> Text:
    text: Text = a_letter(letter_id).working_version.text("fr")
    return text


@pytest.fixture
def lea(visitor: Visitor, cast: Cast) -> tuple[Visitor, UUID]:
    """Lea, who translates an open letter into French, and the letter; its next version has another English text."""
    letter_id = an_open_letter(cast, languages=("en", "fr", "ar"))
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.save_text(letter_id, "en", {"body": BODY + "\nToday.\n"}, by=cast.coordinator)
    account_id = a_translator(cast, letter_id, "fr", name="Lea Roth")
    visitor.sign_in(db.session.get_one(Account, account_id))
    return visitor, letter_id


def test_each_language_says_how_it_stands(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    draft.add_language(letter_id, "ar", by=cast.coordinator)
    words = languages_of(nadia, letter_id)
    assert "English Governs" in words
    assert "French Draft" in words
    assert "Arabic No text yet" in words


def test_a_translation_is_marked_as_checked_by_a_press(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    page = nadia.get(f"/desk/letters/{letter_id}/languages").form("fr/checked").submit()
    assert "French is marked as checked by you." in page.words
    assert "Checked by \u2068Nadia Rahimi\u2069, " in page.words
    draft.save_text(letter_id, "fr", {"body": "Autre."}, by=cast.coordinator)
    assert "Checked by" not in languages_of(nadia, letter_id)


def test_a_check_of_words_that_changed_meanwhile_is_not_taken(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    form = nadia.get(f"/desk/letters/{letter_id}/languages").form("fr/checked")
    draft.save_text(letter_id, "fr", {"body": "Autre."}, by=cast.coordinator)
    assert "One of the two texts was changed while you looked." in form.submit().words
    assert french(letter_id).state == "draft"


def test_a_lagging_translation_shows_what_changed_since(lea: tuple[Visitor, UUID]) -> None:
    visitor, letter_id = lea
    page = visitor.get(f"/desk/letters/{letter_id}/languages")
    assert "Lags behind version 2" in page.words
    assert "It follows version 1. The English text of version 2 says something else:" in page.words
    assert "Today." in page.words
    assert "1 paragraph" in page.words
    redline = page.follow("What changed, word by word")
    assert redline.status == 200
    assert "Today." in redline.words


def test_a_translation_whose_words_hold_follows_by_a_press(lea: tuple[Visitor, UUID]) -> None:
    visitor, letter_id = lea
    page = visitor.get(f"/desk/letters/{letter_id}/languages").form("fr/follows").submit()
    assert "French follows version 2 now." in page.words
    assert "Lags behind" not in page.words
    assert not french(letter_id).is_lagging


def test_what_is_missing_is_told(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    body = BODY.replace("2. Repeal the law.\n", "").replace(".[^1]", ".")
    draft.save_text(letter_id, "fr", {"title": "", "body": body}, by=cast.coordinator)
    words = languages_of(nadia, letter_id)
    assert "this is missing: Title 1 recommendation 1 footnote" in words


def test_a_translator_sees_the_source_beside_each_field(lea: tuple[Visitor, UUID]) -> None:
    visitor, letter_id = lea
    page = visitor.get(f"/desk/letters/{letter_id}/languages").follow("Translate into French")
    form = page.form("/translate/fr")
    assert "They have waited long enough.[^1]" in page.words
    assert "Today." in page.words
    assert form.fields["body-0"] == [BODY.split("\n\n")[0]]
    assert form.fields["body-4"] == [""]


def test_a_translation_is_put_together_from_its_parts(lea: tuple[Visitor, UUID]) -> None:
    visitor, letter_id = lea
    form = visitor.get(f"/desk/letters/{letter_id}/translate/fr").form("/translate/fr")
    page = form.fill(**{"title": "Libérez-les", "body-4": "Aujourd’hui."}).submit()
    assert "The translation is saved." in page.words
    text = french(letter_id)
    assert text.title == "Libérez-les"
    assert text.body == BODY + "\nAujourd’hui."
    assert not text.is_lagging


def test_saving_untouched_fields_rewrites_nothing(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    before = french(letter_id).body
    nadia.get(f"/desk/letters/{letter_id}/translate/fr").form("/translate/fr").submit()
    assert french(letter_id).body == before


def test_two_translators_lose_nothing(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    form = nadia.get(f"/desk/letters/{letter_id}/translate/fr").form("/translate/fr")
    draft.save_text(letter_id, "fr", {"body": "Les mots d’une collègue."}, by=cast.coordinator)
    page = form.fill(**{"body-0": "Mes mots."}).submit()
    assert page.status == 409
    assert "Les mots d’une collègue." in page.words
    assert page.form("/translate/fr").fields["body-0"] == ["Mes mots."]
    page.form("/translate/fr").submit()
    assert french(letter_id).body.startswith("Mes mots.")


def test_a_part_that_is_too_long_comes_back_as_typed(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    form = nadia.get(f"/desk/letters/{letter_id}/translate/fr").form("/translate/fr")
    page = form.fill(title="é" * 300).submit()
    assert page.status == 422
    assert page.form("/translate/fr").fields["title"] == ["é" * 300]


def test_there_is_nothing_to_translate_into_the_governing_language(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    assert nadia.get(f"/desk/letters/{letter_id}/translate/en").status == 404
    assert nadia.get(f"/desk/letters/{letter_id}/translate/xx").status == 404


def test_a_shown_translation_is_read_not_written(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast, languages=("en", "fr"))
    assert nadia.get(f"/desk/letters/{letter_id}/translate/fr").path.endswith("/text/fr")


def test_a_translator_reads_the_redline_of_their_languages_and_of_the_source_alone(lea: tuple[Visitor, UUID]) -> None:
    visitor, letter_id = lea
    answers = {tag: visitor.get(f"/desk/letters/{letter_id}/versions/1..2/{tag}") for tag in ("en", "fr", "ar", "xx")}
    assert {tag: answer.status for tag, answer in answers.items()} == {"en": 200, "fr": 200, "ar": 404, "xx": 404}
    assert answers["ar"].text == answers["xx"].text
    assert "Arabic" not in visitor.get(f"/desk/letters/{letter_id}/versions").words


def test_what_needs_a_translator_stands_on_their_first_page(lea: tuple[Visitor, UUID]) -> None:
    visitor, letter_id = lea
    page = visitor.get("/desk")
    assert "French lags behind" in page.words
    assert page.follow("French lags behind").path.endswith(f"/desk/letters/{letter_id}/translate/fr")


def test_an_observer_reads_how_languages_stand_and_presses_nothing(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    visitor.sign_in(db.session.get_one(Account, an_observer(cast, letter_id)))
    page = visitor.get(f"/desk/letters/{letter_id}")
    assert "French Draft" in page.words
    assert [form.action for form in page.forms if "leave" not in form.action and "sign-out" not in form.action] == []


def test_a_typed_number_is_warned_about_in_the_editor_once_signing_began(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    draft.save_text(letter_id, "en", {"title": "35 organisations call"}, by=cast.coordinator)
    assert "the list has" not in nadia.get(f"/desk/letters/{letter_id}/text/en").words
    letter_id = an_open_letter(cast)
    signed(letter_id, cast.small_member)
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.save_text(letter_id, "en", {"title": "35 organisations call"}, by=cast.coordinator)
    words = nadia.get(f"/desk/letters/{letter_id}/text/en").words
    assert "“35 organisations”: the list has 1 now. Write {{organisations}}, and it counts itself." in words


def test_a_translator_learns_nothing_of_the_list(visitor: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast, languages=("en", "fr"))
    signed(letter_id, cast.small_member)
    signed(letter_id, cast.arabic_member)
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.save_text(letter_id, "fr", {"title": "Les 2 organisations"}, by=cast.coordinator)
    visitor.sign_in(db.session.get_one(Account, a_translator(cast, letter_id, "fr")))
    words = visitor.get(f"/desk/letters/{letter_id}/text/fr").words
    assert "“2 organisations”: write {{organisations}}, and it counts itself." in words
    amend.drop_version(letter_id, by=cast.coordinator)
    close.close(letter_id, by=cast.coordinator)
    words = visitor.get(f"/desk/letters/{letter_id}/preview/fr").words
    assert "Kalina" not in words
    assert "We, the … undersigned" in words


def test_a_plural_class_that_a_title_lacks_is_named_in_the_editor(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "ar"))
    title = "{{organisations: one=منظمة | other=منظمات}}"
    draft.save_text(letter_id, "ar", {"short_title": title}, by=cast.coordinator)
    words = nadia.get(f"/desk/letters/{letter_id}/text/ar").words
    assert "lacks a form for: " in words
    assert "few" in words
