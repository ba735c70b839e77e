"""Writing a text at the desk: who has it open, how it will look before it is saved, what was pasted."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from coalition import clock
from coalition.actions import team
from coalition.database import db
from coalition.models.account import Account
from tests.builders import a_draft, a_translator, an_open_letter
from tests.cast import Cast
from tests.visitor import Page, Visitor
from tests.web.desk.letters import path_of, the_text, writing

HELD = "Nadia Rahimi has had this text open since"
GOOGLE = (
    '<meta charset="utf-8"><b style="font-weight:normal" id="docs-internal-guid-1"><h2 dir="ltr"><span>Why</span></h2>'
    '<p dir="ltr"><span style="font-weight:700">We</span><span style="font-weight:400"> ask </span>'
    '<a href="https://www.google.com/url?q=https://example.org/a"><span>you</span></a>.</p></b>'
)


@pytest.fixture
def both(cast: Cast) -> UUID:
    """A draft of two coordinators."""
    letter_id = a_draft(cast)
    team.join_team(letter_id, cast.other_coordinator_id, by=cast.coordinator, reason="To help")
    return letter_id


def test_who_has_a_text_open_is_told_and_nobody_is_kept_out(nadia: Visitor, omar: Visitor, both: UUID) -> None:
    path = path_of(both, "text", "en")
    since = f"{clock.now():%H:%M} UTC"
    assert "Stop editing" in writing(nadia, both).words
    page = omar.get(path)
    assert HELD in page.words
    assert since in page.words or f"{clock.now():%H:%M} UTC" in page.words
    page = page.form("Edit anyway").submit()
    assert page.form("body").has_field("body")
    assert "Omar Haddad has had this text open since" in nadia.get(path).words


def test_saving_gives_a_text_back_and_so_does_leaving(nadia: Visitor, omar: Visitor, both: UUID) -> None:
    path = path_of(both, "text", "en")
    page = writing(nadia, both).form("body").fill(body="One.").submit("Save and preview")
    assert HELD in omar.get(path).words
    page.form("body").fill(body="Two.").submit("Save the text")
    assert HELD not in omar.get(path).words
    writing(nadia, both).form("/stop").submit()
    assert HELD not in omar.get(path).words
    assert the_text(both).editing_by_id is None


def test_leaving_does_not_take_it_from_who_edits_anyway(nadia: Visitor, omar: Visitor, both: UUID) -> None:
    page = writing(nadia, both)
    writing(omar, both)
    page.form("/stop").submit()
    assert "Omar Haddad has had this text open" in nadia.get(path_of(both, "text", "en")).words


def test_it_lapses_half_an_hour_after_the_last_save(nadia: Visitor, omar: Visitor, both: UUID) -> None:
    path, start = path_of(both, "text", "en"), clock.now()
    page = writing(nadia, both)
    with time_machine.travel(start + timedelta(minutes=29)):
        assert HELD in omar.get(path).words
        page.form("body").fill(body="Still here.").submit("Save and preview")
    with time_machine.travel(start + timedelta(minutes=58)):
        assert f"{HELD} {start:%H:%M} UTC" in omar.get(path).words
    with time_machine.travel(start + timedelta(minutes=60)):
        assert HELD not in omar.get(path).words
        assert "Edit the text" in omar.get(path).words


def test_looking_at_a_text_takes_nothing(nadia: Visitor, both: UUID) -> None:
    nadia.get(path_of(both, "text", "en"))
    assert the_text(both).editing_by_id is None


def test_a_text_that_was_sent_cannot_be_opened(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    token = nadia.get(path_of(letter_id, "text", "en")).form("/begin").fields["csrf_token"][0]
    page = nadia.post(path_of(letter_id, "text", "en", "edit"), {"csrf_token": token})
    assert "does not change any more" in page.words
    assert the_text(letter_id).editing_by_id is None


# -- what the script of the page asks ------------------------------------------------------------------------------


def asked(visitor: Visitor, page: Page, what: str, **fields: str) -> Page:
    """Send what the script sends: the fields of the form, and its token in a header."""
    form = page.form("body")
    sent = {name: values[0] for name, values in form.fields.items()} | fields
    visitor.inspects = False
    return visitor.post(form.action + what, sent, headers={"X-CSRFToken": str(sent.pop("csrf_token"))})


def test_only_the_page_that_writes_may_run_our_script(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    reading, page = nadia.get(path_of(letter_id, "text", "en")), writing(nadia, letter_id)
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self'; connect-src 'self'" in policy
    assert [one.get("src", "")[:15] for one in page.tree.iter("script")] == ["/static/editor."]
    for other in (reading, nadia.get(path_of(letter_id)), nadia.get("/desk")):
        assert "script-src" not in other.headers["Content-Security-Policy"]
        assert not list(other.tree.iter("script"))


def test_a_look_shows_the_article_as_typed_and_saves_nothing(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    before = the_text(letter_id).body
    page = asked(nadia, writing(nadia, letter_id), "/look", title="New", body="## So\n\n<b>{{organisations}}</b>")
    assert page.text.startswith("<article")
    assert "<h2>So</h2>" in page.text
    assert "&lt;b&gt;" in page.text
    assert the_text(letter_id).body == before


def test_a_look_without_its_token_is_refused(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    nadia.inspects = False
    assert nadia.post(path_of(letter_id, "text", "en", "look"), {"body": "x"}).status == 400


def test_the_script_saves_meanwhile_and_goes_on_from_what_it_saved(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    page = writing(nadia, letter_id)
    first = json.loads(asked(nadia, page, "", act="auto", body="One.").text)
    assert first["said"].startswith("Saved at ")
    second = asked(nadia, page, "", act="auto", body="Two.", seen=first["seen"])
    assert (second.status, the_text(letter_id).body) == (200, "Two.")
    stale = asked(nadia, page, "", act="auto", body="Three.", seen=first["seen"])
    assert (stale.status, the_text(letter_id).body) == (409, "Two.")
    assert "a colleague saved this text meanwhile" in json.loads(stale.text)["said"]
    long = asked(nadia, page, "", act="auto", title="x" * 300, seen=json.loads(second.text)["seen"])
    assert (long.status, json.loads(long.text)["said"][:12]) == (422, "Shorten this")
    assert the_text(letter_id).editing_by_id == cast.coordinator_id


def test_what_was_copied_from_google_docs_comes_as_markdown(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    answer = asked(nadia, writing(nadia, letter_id), "/paste", html=GOOGLE)
    assert json.loads(answer.text) == {"markdown": "**We** ask [you](https://example.org/a).", "title": "Why"}


@pytest.mark.parametrize(("html", "status"), [("", 422), ("<p></p>", 422), ("<p>x</p>" * 200_000, 413)])
def test_what_can_not_be_converted_is_left_to_plain_pasting(nadia: Visitor, cast: Cast, html: str, status: int) -> None:
    letter_id = a_draft(cast)
    assert asked(nadia, writing(nadia, letter_id), "/paste", html=html).status == status


def test_a_translator_writes_their_language_with_the_same_means(visitors: Callable[..., Visitor], cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "ar", "fr"))
    sami = visitors()
    sami.sign_in(db.session.get_one(Account, a_translator(cast, letter_id, "ar")))
    page = writing(sami, letter_id, "ar")
    assert asked(sami, page, "/look", body="الآن.").status == 200
    assert asked(sami, page, "/paste", html="<p>الآن</p>").status == 200
    page.form("body").fill(body="الآن.").submit("Save and preview")
    assert the_text(letter_id, "ar").body == "الآن."
    token = page.form("body").fields["csrf_token"][0]
    for act in ("edit", "stop", "look", "paste"):
        assert sami.post(path_of(letter_id, "text", "fr", act), {"csrf_token": token}).status == 404
    assert sami.post(path_of(letter_id, "versions", "begin"), {"csrf_token": token}).status == 403
