"""The text of a letter at the desk: written, looked at, frozen, translated."""

from __future__ import annotations

from coalition.actions import circulate, draft, team
from tests import builders
from tests.builders import a_draft, an_open_letter
from tests.cast import Cast
from tests.inspect_page import words
from tests.visitor import Visitor
from tests.web.desk.letters import path_of, ready, state_of, the_text, writing


def test_the_text_is_saved_and_shown_as_it_will_look(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    form = writing(nadia, letter_id).form("body")
    page = form.fill(body="## Why\n\nBecause.", deck="Listen.").submit("Save and preview")
    assert "Because." in page.words
    assert "Why" in ["".join(heading.itertext()) for heading in page.tree.iterfind(".//article//h2")]
    assert the_text(letter_id).deck == "Listen."


def test_what_an_author_should_look_at_again_is_said_in_place(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    form = writing(nadia, letter_id).form("body")
    page = form.fill(body="See [^2].\n\n{{signatures}}").submit("Save and preview")
    assert "Write the footnote [^2]: the text refers to it." in page.words
    assert "{{signatures}} is no figure." in page.words
    assert state_of(nadia.get(path_of(letter_id)), "Text").endswith("In progress")


def test_two_who_write_at_once_see_both_and_lose_nothing(nadia: Visitor, cast: Cast, omar: Visitor) -> None:
    letter_id = a_draft(cast)
    team.join_team(letter_id, cast.other_coordinator_id, by=cast.coordinator, reason="To help")
    hers, his = writing(nadia, letter_id).form("body"), writing(omar, letter_id).form("body")
    his.fill(body="We ask you to free all of them.").submit()
    page = hers.fill(body="We ask you to free each of them.").submit()
    assert page.status == 409
    assert "A colleague saved this text while you were writing" in page.words
    assert words(list(page.tree.iter("ins"))[-1]).startswith("added: each")
    assert words(list(page.tree.iter("del"))[-1]).startswith("removed: all")
    assert "Saved by a colleague: Text We ask you to free all of them." in page.words
    assert page.form("body").fields["body"][0].removeprefix("\n") == "We ask you to free each of them."
    assert the_text(letter_id).body == "We ask you to free all of them."
    page.form("body").submit("Save mine over theirs")
    assert the_text(letter_id).body == "We ask you to free each of them."


def test_who_takes_what_a_colleague_saved_goes_on_from_there(nadia: Visitor, cast: Cast, omar: Visitor) -> None:
    letter_id = a_draft(cast)
    team.join_team(letter_id, cast.other_coordinator_id, by=cast.coordinator, reason="To help")
    hers, his = writing(nadia, letter_id).form("body"), writing(omar, letter_id).form("body")
    his.fill(body="His words.").submit()
    page = hers.fill(body="Her words.").submit().form("Take theirs and edit again").submit()
    assert page.form("body").fields["body"][0].removeprefix("\n") == "His words."
    page.form("body").fill(body="Their words.").submit()
    assert the_text(letter_id).body == "Their words."


def test_a_letter_that_is_open_says_how_its_text_changes(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    page = nadia.get(path_of(letter_id, "text", "en"))
    assert "A text that was sent changes by a new version" in page.words
    assert not any(form.has_field("body") for form in page.forms)
    page.form("short_title").fill(list_heading="Signed by").submit()
    assert the_text(letter_id).list_heading == "Signed by"


def test_a_form_that_was_open_when_the_letter_went_out_changes_nothing_and_keeps_what_was_typed(
    nadia: Visitor, cast: Cast
) -> None:
    letter_id = ready(cast)
    form = writing(nadia, letter_id).form("body")
    circulate.send(letter_id, by=cast.coordinator, number=3)
    page = form.fill(body="Other words.").submit()
    assert page.status == 409
    assert "does not change any more" in page.errors[0]
    assert "As you typed it: Text Other words." in page.words
    assert the_text(letter_id).body == builders.BODY


def test_what_to_look_at_again_stands_with_its_line(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    body = "{{organisation}} ask.\n\nAgain {{organisation}} ask.\n\nSee [^7]."
    page = writing(nadia, letter_id).form("body").fill(body=body).submit("Save and preview")
    assert "Line 1: {{organisation}} is no figure." in page.words
    assert "Line 3: {{organisation}} is no figure." in page.words
    assert "Line 5: Write the footnote [^7]" in page.words
    page.form("/stop").submit()
    assert "Line 5: Write the footnote [^7]" in nadia.get(path_of(letter_id, "text", "en")).words


def test_a_translation_is_added_later_and_shown_by_a_press(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    page = nadia.get(path_of(letter_id, "languages")).form("language").fill(language="fr").submit("Add the language")
    assert "Those invited do not see this language yet" in page.words
    page = page.form("body").fill(title="Libérez-les", body="Ils attendent.").submit("Save and preview")
    page = page.form("/show").submit()
    assert "Those invited can now read the letter in French." in page.words
    assert the_text(letter_id, "fr").shown_at


def test_the_preview_is_the_page_and_the_pdf_in_each_language(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "ar"))
    page = nadia.get(path_of(letter_id, "preview", "ar"))
    assert page.heading == "Free the reporters (ar)"
    assert "رسالة" in page.words
    made = nadia.get(path_of(letter_id, "preview", "ar.pdf"))
    assert (made.headers["Content-Type"], made.content[:5]) == ("application/pdf", b"%PDF-")
    assert nadia.get(path_of(letter_id, "preview", "fr")).status == 404


def test_a_pdf_that_cannot_be_made_names_the_character(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    draft.save_text(letter_id, "en", {"body": "Look: \U000108e0"}, by=cast.coordinator)
    page = nadia.get(path_of(letter_id, "preview", "en.pdf"))
    assert page.status == 409
    assert "\U000108e0" in page.words
