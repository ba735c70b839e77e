"""The next version at the desk: begun by a press, edited on every page, thrown away by another."""

from __future__ import annotations

from coalition.actions import retract
from tests import builders
from tests.builders import a_draft, a_letter, an_open_letter, published
from tests.cast import Cast
from tests.visitor import Visitor
from tests.web.desk.letters import path_of, the_text, writing


def test_a_text_that_was_sent_is_read_and_has_one_next_step(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    page = nadia.get(path_of(letter_id, "text", "en"))
    assert "Version 2 begins as a copy that only the team sees" in page.words
    assert "journalists" in page.words or builders.BODY.split()[0] in page.words
    page = page.form("Begin version 2").submit()
    assert "You are writing version 2" in page.words
    assert "Invited organisations still read version 1." in page.words
    assert page.follow("See what changes, and put version 2").path == path_of(letter_id, "amend")
    page.form("/edit").submit().form("body").fill(body="Other words.").submit()
    letter = a_letter(letter_id)
    assert letter.version.text("en").body == builders.BODY
    assert letter.working_version.text("en").body == "Other words."


def test_every_page_edits_the_version_that_is_being_written(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    page = nadia.get(path_of(letter_id, "addressees"))
    page = page.form("Begin version 2").submit()
    assert page.path == path_of(letter_id, "addressees")
    page.form("name-0-en").fill({"name-0-en": "The President"}).submit()
    nadia.get(path_of(letter_id, "languages")).form("language").fill(language="ar").submit()
    writing(nadia, letter_id, "ar").form("body").fill(title="حرّروهم", body="الآن.").submit()
    preview = nadia.get(path_of(letter_id, "preview", "ar"))
    assert preview.heading == "حرّروهم"
    assert "The President" in preview.words
    assert "You are writing version 2" in preview.words
    assert nadia.get(path_of(letter_id, "photo")).form("credit").has_field("caption-ar")
    letter = a_letter(letter_id)
    assert (letter.languages, letter.working_languages) == (["en"], ["en", "ar"])
    assert [len(version.addressees) for version in letter.versions] == [0, 1]


def test_a_version_is_dropped_only_where_the_box_is_ticked(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    page = nadia.get(path_of(letter_id, "text", "en")).form("Begin version 2").submit()
    page = page.form("/drop").submit()
    assert "Tick the box to drop the version." in page.words
    assert a_letter(letter_id).next_version is not None
    page = page.form("/drop").fill(sure="yes").submit()
    assert "The version is dropped." in page.words
    assert a_letter(letter_id).next_version is None
    assert page.form("Begin version 2").has_field("place")


def test_two_presses_begin_one_version_and_drop_it_once(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    page = nadia.get(path_of(letter_id, "text", "en"))
    page.form("/begin").submit()
    page = page.form("/begin").submit()
    assert len(a_letter(letter_id).versions) == 2
    drop = page.form("/drop").fill(sure="yes")
    drop.submit()
    assert "put forward or dropped meanwhile" in drop.submit().words


def test_a_draft_is_simply_edited(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    page = nadia.get(path_of(letter_id, "text", "en"))
    assert "version" not in page.words
    token = page.form("/edit").fields["csrf_token"][0]
    page = nadia.post(path_of(letter_id, "versions", "begin"), {"csrf_token": token, "place": "xx"})
    assert "It is simply edited." in page.words
    assert the_text(letter_id).version.number == 1


def test_typing_of_a_published_letter_is_corrected_by_a_version_too(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    published(cast, letter_id)
    page = nadia.get(path_of(letter_id, "text", "en")).form("/begin").submit()
    assert "You are writing version 2" in page.words
    assert len(a_letter(letter_id).versions) == 2


def test_a_retracted_letter_begins_no_version(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    published(cast, letter_id)
    open_page = nadia.get(path_of(letter_id, "text", "en"))
    retract.retract(letter_id, {"en": "It was never agreed."}, by=cast.coordinator)
    assert "Begin version" not in nadia.get(path_of(letter_id, "text", "en")).words
    open_page.form("/begin").submit()
    assert len(a_letter(letter_id).versions) == 1
