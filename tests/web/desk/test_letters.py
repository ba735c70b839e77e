"""Letters at the desk: the first page, a new letter, its log, and who may do what."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import close
from coalition.database import db
from coalition.models.letter import Letter
from coalition.models.organisation import Organisation
from coalition.models.outgoing_email import OutgoingEmail
from tests.builders import a_draft, a_letter, an_open_letter, invitation_of
from tests.cast import Cast
from tests.visitor import Visitor
from tests.web.desk.letters import path_of, state_of


def test_the_first_page_leads_on_where_there_is_no_letter(nadia: Visitor) -> None:
    home = nadia.get("/desk")
    assert "There is no letter yet" in home.words
    assert home.follow("New letter").heading == "New letter"


def test_the_first_page_says_what_needs_me(nadia: Visitor, cast: Cast) -> None:
    a_draft(cast, title="A draft")
    closed = an_open_letter(cast, title="A closed one")
    close.close(closed, by=cast.coordinator)
    open_one = an_open_letter(cast, title="An open one")
    invitation = invitation_of(open_one, cast.small_member)
    invitation.bounced_at = clock.now()
    db.session.commit()
    words = nadia.get("/desk").words
    assert "Draft: finish it and send it A draft" in words
    assert "Signing is over: check and publish A closed one" in words
    assert "1 address does not work An open one" in words
    assert "Your organisation has not signed yet An open one" in words


def test_a_letter_is_begun_with_a_title_a_text_and_a_deadline(nadia: Visitor) -> None:
    form = nadia.get("/desk/letters/new").form("title")
    page = form.fill(title="Free them", body="They wait.", closes_date="2099-03-01", closes_time="18:00").submit()
    assert page.heading == "Free them Draft"
    letter = db.session.scalars(select(Letter)).one()
    assert (letter.kind, letter.zone, letter.authoritative_language) == ("open_letter", "Europe/Paris", "en")
    assert letter.deadline_at is not None
    assert f"{letter.deadline_at:%Y-%m-%d %H:%M}" == "2099-03-01 17:00"
    assert state_of(page, "Text").endswith("Done")
    assert state_of(page, "Deadline and dates").endswith("Done")


def test_a_double_press_begins_one_letter(nadia: Visitor) -> None:
    form = nadia.get("/desk/letters/new").form("title").fill(title="Free them", body="They wait.")
    pages = [form.submit("Create") for _press in range(2)]
    assert [page.heading for page in pages] == ["Free them Draft", "Free them Draft"]
    assert pages[0].path == pages[1].path
    assert len(db.session.scalars(select(Letter)).all()) == 1


def test_a_form_sent_again_with_other_words_begins_another_letter(nadia: Visitor) -> None:
    form = nadia.get("/desk/letters/new").form("title")
    assert form.fill(title="").submit().status == 422
    pages = [form.fill(title=title).submit() for title in ("The first", "The second")]
    assert [page.heading for page in pages] == ["The first Draft", "The second Draft"]
    again = nadia.get("/desk/letters/new").form("title").fill(title="The second").submit()
    assert again.path != pages[1].path


def test_a_letter_can_begin_without_text_and_deadline(nadia: Visitor) -> None:
    page = nadia.get("/desk/letters/new").form("title").fill(title="Free them").submit()
    assert state_of(page, "Text").endswith("Not started")
    assert state_of(page, "Deadline and dates").endswith("Not started")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": " "}, "Give the letter a title."),
        ({"title": "x" * 201}, "Shorten this to 200 characters: it has 201."),
        ({"title": "a\u202eb"}, "Take out what cannot be seen: U+202E."),
        ({"kind": "poem"}, "Choose what kind of letter this is."),
        ({"closes_date": "2020-01-01"}, "This moment has passed. Choose a later one."),
        ({"closes_date": "soon"}, "Enter the day as year, month and day, like 2027-03-01."),
        ({"closes_date": "2099-03-29", "closes_time": "02:30"}, "Clocks are put forward then"),
        ({"closes_zone": "Europe/Atlantis", "closes_date": "2099-03-01"}, "Choose a time zone from the list."),
        ({"body": "x" * 400_001}, "Shorten this to 400000 characters"),
    ],
)
def test_what_has_to_change_is_said_and_everything_typed_stays(
    nadia: Visitor, fields: dict[str, str], words: str
) -> None:
    typed = {"title": "Free them", "body": "They wait.", "closes_time": "18:00"} | fields
    page = nadia.get("/desk/letters/new").form("title").fill(typed).submit()
    assert page.status == 422
    assert any(words in line for line in page.errors)
    kept = page.form("title").fields
    assert kept["body"][0].removeprefix("\n") == typed["body"]
    assert kept["closes_time"] == [typed["closes_time"]]
    assert db.session.query(Letter).count() == 0


def test_a_time_that_comes_twice_is_asked_about(nadia: Visitor) -> None:
    form = nadia.get("/desk/letters/new").form("title")
    page = form.fill(title="Free them", closes_date="2098-10-26", closes_time="02:30").submit()
    assert "this time comes twice" in page.errors[0]
    again = page.form("title")
    assert {"first", "second"} <= {one.get("value") for one in again.element.iter("input")}
    again.fill(closes_which="second").submit()
    letter = db.session.scalars(select(Letter)).one()
    assert letter.deadline_at is not None
    assert f"{letter.deadline_at:%H:%M}" == "01:30"


PAGES = (
    "", "/text/en", "/preview/en", "/preview/en.pdf", "/addressees", "/languages", "/dates", "/choices", "/photo",
    "/mail", "/send", "/sign", "/close", "/cancel", "/publish", "/log",
)  # fmt: skip
ACTS = (
    "/text/en", "/text/en/show", "/text/en/edit", "/text/en/stop", "/text/en/look", "/text/en/paste",
    "/versions/begin", "/versions/drop", "/addressees", "/languages", "/languages/en/remove", "/languages/en/govern",
    "/dates", "/choices", "/photo", "/photo/remove", "/mail", "/mail/test", "/send", "/sign", "/sign/withdraw",
    "/extend", "/close", "/cancel", "/publish", "/nudge", "/nudge/send", "/withheld",
)  # fmt: skip


def test_a_stranger_is_led_to_the_sign_in_page(visitor: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    for page in PAGES:
        answer = visitor.get(path_of(letter_id) + page, follow=False)
        assert (answer.status, answer.headers["Location"].partition("?")[0]) == (303, "/desk/sign-in"), page


def test_the_coordinator_of_another_team_finds_nothing(visitor: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    visitor.sign_in(cast.other_coordinator)
    token = visitor.get("/desk/letters/new").form("title").fields["csrf_token"][0]
    before = a_letter(letter_id).row_version
    for page in PAGES:
        assert visitor.get(path_of(letter_id) + page).status == 404, page
    for act in ACTS:
        assert visitor.post(path_of(letter_id) + act, {"csrf_token": token, "sure": "yes"}).status == 404, act
    invitation = invitation_of(letter_id, cast.small_member).id
    for act in ("revoke", "replace", "address"):
        assert (
            visitor.post(path_of(letter_id, "invitations", str(invitation), act), {"csrf_token": token}).status == 404
        )
    assert a_letter(letter_id).row_version == before


def test_an_invitation_of_another_letter_is_out_of_reach(nadia: Visitor, cast: Cast) -> None:
    mine = an_open_letter(cast, title="Mine")
    theirs = an_open_letter(cast, title="Theirs")
    token = nadia.get(path_of(mine, "close")).form("/close").fields["csrf_token"][0]
    invitation = invitation_of(theirs, cast.small_member)
    for act in ("revoke", "replace", "address"):
        path = path_of(mine, "invitations", str(invitation.id), act)
        assert nadia.post(path, {"csrf_token": token}).status == 404
    assert invitation_of(theirs, cast.small_member).epoch == 1


@pytest.mark.parametrize("language", ["xx", "en" * 300, "e\x00n", "../../etc"])
def test_a_language_that_a_letter_does_not_have_is_not_found(nadia: Visitor, cast: Cast, language: str) -> None:
    letter_id = a_draft(cast)
    assert nadia.get(path_of(letter_id, "text", language)).status == 404


def test_no_get_changes_anything(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    directory_before = db.session.query(Organisation).count()
    before = (a_letter(letter_id).row_version, db.session.query(OutgoingEmail).count())
    for page in PAGES:
        nadia.get(path_of(letter_id) + page)
    assert (a_letter(letter_id).row_version, db.session.query(OutgoingEmail).count()) == before
    assert db.session.query(Organisation).count() == directory_before
