"""After publication: notes beside the signed text, deliveries, responses, each where the team wants it read."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from coalition.actions import circulate, draft
from coalition.database import db
from coalition.models.edition import Edition
from coalition.models.note import Note
from coalition.models.public import PublicLetter
from tests import builders
from tests.cast import Cast
from tests.visitor import Page, Visitor
from tests.web.desk.letters import path_of

PUBLIC = "/letters/free-the-reporters"


def out(cast: Cast) -> UUID:
    """A published letter to one minister, signed by a member."""
    letter_id = builders.a_draft(cast)
    entry = draft.AddresseeEntry(block="to", names={"en": "Mina Sato"}, offices={"en": "Minister of Justice"})
    seen = draft.state_of_addressees(builders.a_letter(letter_id).version)
    draft.save_addressees(letter_id, [entry], by=cast.coordinator, seen=seen)
    circulate.invite(letter_id, [cast.small_member.contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    return letter_id


def written(
    nadia: Visitor, letter_id: UUID, words: str, *, press: str, kind: str = "update", tells: bool = False
) -> Page:
    form = nadia.get(path_of(letter_id, "notes")).form("dated_on")
    fields = {"kind": kind, "dated_on": "2027-03-01", "words-en": words} | ({"tells_signers": "yes"} if tells else {})
    return form.fill(fields).submit(press)


def test_a_note_is_drafted_published_and_taken_back(
    nadia: Visitor, visitors: Callable[..., Visitor], cast: Cast
) -> None:
    letter_id, reader = out(cast), visitors()
    before = db.session.get_one(Edition, db.session.get_one(PublicLetter, letter_id).edition_id).printed
    page = written(nadia, letter_id, "The **final** version is out.", press="Keep as a draft")
    assert "Only the team sees it." in page.words
    assert "final version" not in reader.get(PUBLIC).words
    page = (
        page.follow("Go on writing")
        .form("dated_on")
        .fill({"words-en": "The final version."})
        .submit("Publish the note")
    )
    assert "The note is published." in page.words
    assert "Update, 1 March 2027" in reader.get(PUBLIC).words
    assert "The final version." in reader.get(PUBLIC).words
    assert "The final version." in reader.get(f"{PUBLIC}.txt").text
    assert "Taken back" in page.form("Take this note back").submit().words
    assert "The final version." not in reader.get(PUBLIC).words
    assert "The final version." not in reader.get(f"{PUBLIC}.txt").text
    db.session.rollback()
    assert db.session.get_one(Edition, db.session.get_one(PublicLetter, letter_id).edition_id).printed == before
    log = nadia.get(path_of(letter_id, "log")).words
    assert "Published a note" in log
    assert "Took a note back" in log


def test_an_editors_note_stands_before_the_text(nadia: Visitor, visitors: Callable[..., Visitor], cast: Cast) -> None:
    letter_id = out(cast)
    written(nadia, letter_id, "Photo replaced.", press="Publish the note", kind="editors_note")
    words = visitors().get(PUBLIC).words
    assert words.index("Photo replaced.") < words.index("We, the")


def test_what_was_typed_of_a_note_stays_when_something_is_missing(nadia: Visitor, cast: Cast) -> None:
    letter_id = out(cast)
    form = nadia.get(path_of(letter_id, "notes")).form("dated_on")
    page = form.fill({"kind": "update", "dated_on": "soon", "words-en": "Kept."}).submit("Publish the note")
    assert page.status == 422
    assert "Enter a day like 2027-03-01." in page.errors
    assert page.form("dated_on").fields["words-en"] == ["Kept."]
    page = page.form("dated_on").fill({"dated_on": "2027-03-01", "words-en": " "}).submit("Publish the note")
    assert page.errors == ["Write the note."]


def test_a_published_note_is_not_written_over(nadia: Visitor, cast: Cast) -> None:
    letter_id = out(cast)
    draft_page = written(nadia, letter_id, "First.", press="Keep as a draft").follow("Go on writing")
    draft_page.form("dated_on").submit("Publish the note")
    page = draft_page.form("dated_on").fill({"words-en": "Second."}).submit("Publish the note")
    assert page.status == 409
    assert page.form("dated_on").fields["words-en"] == ["Second."]
    db.session.rollback()
    assert [note.words for note in db.session.query(Note)] == [{"en": "First."}]


def test_a_delivery_is_told_in_public_where_the_team_wishes(
    nadia: Visitor, visitors: Callable[..., Visitor], cast: Cast
) -> None:
    letter_id, reader = out(cast), visitors()
    page = nadia.get(path_of(letter_id, "delivery"))
    fields = {
        "addressee": "0", "way": "by_hand", "delivered_on": "2027-03-02", "by_name": "Nadia Rahimi",
        "acknowledged_on": "2027-03-04", "remark": "At the gate.",
    }  # fmt: skip
    page = page.form("way").fill(fields).submit("Record the delivery")
    assert "Mina Sato, Minister of Justice" in page.words
    assert "Delivered to" not in reader.get(PUBLIC).words
    page = page.form("way").fill(fields | {"is_public": "yes"}).submit("Record the delivery")
    said = reader.get(PUBLIC).words
    assert "Delivered to Mina Sato, Minister of Justice on 2 March 2027, by hand, by Nadia Rahimi." in said
    assert "Receipt acknowledged on 4 March 2027." in said
    assert "At the gate." not in said
    for _each in range(2):
        page = page.form("Remove").submit()
    assert "Delivered to" not in reader.get(PUBLIC).words


def test_a_response_is_tied_to_the_recommendations_it_answers(
    nadia: Visitor, visitors: Callable[..., Visitor], cast: Cast
) -> None:
    letter_id, reader = out(cast), visitors()
    form = nadia.get(path_of(letter_id, "delivery")).form("who")
    page = form.fill({"who": "0", "responded_on": "2027-04-01", "words-en": "We will."}).submit("Keep as a draft")
    assert "We will." not in reader.get(PUBLIC).words
    form = page.follow("Go on writing").form("who")
    page = form.fill({"recommendations": ["r2"]}).submit("Publish the response")
    said = reader.get(PUBLIC)
    assert "Response of Mina Sato, Minister of Justice, 1 April 2027" in said.words
    assert said.links()["recommendation 2"] == "#r2"
    page.form("Take this response back").submit()
    assert "We will." not in reader.get(PUBLIC).words


def test_somebody_else_who_answered_has_a_name(nadia: Visitor, cast: Cast) -> None:
    letter_id = out(cast)
    form = nadia.get(path_of(letter_id, "delivery")).form("who")
    fields = {"who": "else", "responded_on": "2027-04-01", "words-en": "We read it."}
    page = form.fill(fields).submit("Publish the response")
    assert page.errors == ["Write who answered."]
    page = page.form("who").fill({"name-en": "The Speaker’s office"}).submit("Publish the response")
    assert "Response of The Speaker’s office, 1 April 2027" in page.words


def test_before_publication_nothing_is_delivered(nadia: Visitor, cast: Cast) -> None:
    page = nadia.get(path_of(builders.an_open_letter(cast), "delivery"))
    assert "The letter is not published." in page.words
