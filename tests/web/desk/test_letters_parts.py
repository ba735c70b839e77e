"""What else belongs to a letter: addressees, languages, dates, choices, photo."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.builders import a_draft, a_letter
from tests.cast import Cast
from tests.visitor import Visitor
from tests.web.desk.letters import path_of, state_of


def test_addressees_grow_by_a_button_that_keeps_everything(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    form = nadia.get(path_of(letter_id, "addressees")).form("name-0-en")
    page = form.fill({"name-0-en": "The Minister", "name-0-fr": "Le ministre"}).submit("Add an addressee")
    second = page.form("name-1-en")
    assert second.fields["name-0-fr"] == ["Le ministre"]
    assert a_letter(letter_id).version.addressees == []
    second.fill({"name-1-en": "Ms Ada Roth", "office-1-en": "Speaker", "block-1": "cc"}).submit("Save the addressees")
    first, copy = a_letter(letter_id).version.addressees
    assert first.names == {"und": "The Minister", "fr": "Le ministre"}
    assert (copy.block, copy.offices) == ("cc", {"und": "Speaker"})


def test_addressees_are_moved_and_removed_without_script(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    form = nadia.get(path_of(letter_id, "addressees")).form("name-0-en")
    page = form.fill({"name-0-en": "First"}).submit("Add an addressee")
    page = page.form("name-1-en").fill({"name-1-en": "Second"}).submit("Move up")
    assert page.form("name-1-en").fields["name-0-en"] == ["Second"]
    page = page.form("name-1-en").submit("Remove")
    page.form("name-0-en").submit("Save the addressees")
    assert [one.names["und"] for one in a_letter(letter_id).version.addressees] == ["First"]


def test_the_enter_key_in_a_row_saves_and_removes_nobody(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    form = nadia.get(path_of(letter_id, "addressees")).form("name-0-en")
    first = next(form.buttons())
    assert (first.get("name"), first.get("value")) == ("act", "save")


def test_a_name_with_characters_that_cannot_be_seen_is_refused_in_place(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    form = nadia.get(path_of(letter_id, "addressees")).form("name-0-en")
    page = form.fill({"name-0-en": "The \u202eMinister", "office-0-en": "Justice"}).submit("Save the addressees")
    assert page.status == 422
    assert page.form("name-0-en").fields["office-0-en"] == ["Justice"]


def test_a_language_is_added_governs_and_is_taken_out(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    page = nadia.get(path_of(letter_id, "languages")).form("language").fill(language="fr").submit("Add the language")
    assert page.heading == "Text: French"
    page = nadia.get(path_of(letter_id, "languages")).form("/fr/govern").submit()
    assert "The text in French governs now." in page.words
    page = page.form("/en/remove").submit()
    assert a_letter(letter_id).languages == ["fr"]


@pytest.mark.parametrize("tag", ["", "en", "tlh", "xx" * 500])
def test_a_language_that_cannot_be_added_is_asked_for_again(nadia: Visitor, cast: Cast, tag: str) -> None:
    letter_id = a_draft(cast)
    page = nadia.get(path_of(letter_id, "languages")).form("language").fill(language=tag).submit("Add the language")
    assert page.status == 422
    assert page.errors


def test_dates_are_shown_in_the_letters_zone_and_in_utc(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    form = nadia.get(path_of(letter_id, "dates")).form("closes_date")
    fields = {"closes_date": "2099-03-01", "closes_time": "18:00", "closes_zone": "Asia/Amman", "printed_on": "2099-3"}
    page = form.fill(fields, place="Amman").submit()
    assert "The dates are saved." in page.words
    words = nadia.get(path_of(letter_id, "dates")).words
    for line in ("18:00 (Asia/Amman)", "15:00 (UTC)", "16:00 (Europe/Paris)"):
        assert line in words
    assert a_letter(letter_id).printed_on == "2099-03"


def test_a_letter_can_have_no_deadline(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    nadia.get(path_of(letter_id, "dates")).form("closes_date").fill(closes_date="").submit()
    assert a_letter(letter_id).deadline_at is None


def test_choices_are_saved(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    form = nadia.get(path_of(letter_id, "choices")).form("kind")
    form.fill(kind="statement", who_may_sign="members", list_order="hand", counts_lead=None, withheld_threshold="٣")
    form.submit()
    letter = a_letter(letter_id)
    assert (letter.kind, letter.who_may_sign, letter.list_order) == ("statement", "members", "hand")
    assert (letter.counts_lead, letter.counts_withheld, letter.withheld_threshold) == (False, True, 3)


@pytest.mark.parametrize("typed", ["0", "-1", "many", "9" * 40, "1.5"])
def test_a_threshold_that_is_no_number_is_asked_for_again(nadia: Visitor, cast: Cast, typed: str) -> None:
    letter_id = a_draft(cast)
    page = nadia.get(path_of(letter_id, "choices")).form("kind").fill(withheld_threshold=typed).submit()
    assert page.errors == ["Enter a whole number from 1 to 1000."]
    assert page.form("kind").fields["withheld_threshold"] == [typed]


def a_picture(kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 60)).save(out, kind)
    return out.getvalue()


def test_a_photo_is_put_in_described_and_taken_off(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    form = nadia.get(path_of(letter_id, "photo")).form("picture")
    fields = {"credit": "Sami Nasser", "alternative-en": "A square at night", "caption-en": "Amman"}
    page = form.fill(fields, picture=(a_picture(), "square.jpg")).submit()
    assert state_of(page, "Photo").endswith("Done")
    assert nadia.get(path_of(letter_id, "photo", "image")).headers["Content-Type"] == "image/jpeg"
    shown = nadia.get(path_of(letter_id, "preview", "en"))
    assert "Photo: Sami Nasser" in shown.words
    assert path_of(letter_id, "photo", "image") in shown.text
    nadia.get(path_of(letter_id, "photo")).form("/remove").submit()
    assert a_letter(letter_id).photo is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg/>", "An SVG drawing cannot be used."),
        (b"hello", "This file is no picture that can be read."),
        (a_picture()[:200], "This file is no picture that can be read."),
    ],
)
def test_what_is_no_photo_is_refused_and_the_words_stay(nadia: Visitor, cast: Cast, content: bytes, words: str) -> None:
    letter_id = a_draft(cast)
    form = nadia.get(path_of(letter_id, "photo")).form("picture")
    page = form.fill(credit="Sami", picture=(content, "x.jpg")).submit()
    assert page.status == 422
    assert page.errors[0].startswith(words)
    assert page.form("picture").fields["credit"] == ["Sami"]


def test_a_picture_is_kept_where_only_its_words_need_a_change(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    form = nadia.get(path_of(letter_id, "photo")).form("picture")
    page = form.fill(credit="x" * 301, picture=(a_picture(), "x.jpg")).submit()
    assert page.status == 422
    assert a_letter(letter_id).photo is not None
