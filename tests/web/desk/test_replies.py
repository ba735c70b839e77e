"""Replies at the desk: on the organisation's timeline and in a queue; a coordinator makes of one what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition.actions.acts import standing_signature
from coalition.database import db
from coalition.models.account import Account
from coalition.models.evidence import Evidence
from coalition.models.incoming_email import IncomingEmail
from coalition.models.outgoing_email import OutgoingEmail
from tests.builders import an_observer, an_open_letter, replied
from tests.web.desk.letters import path_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Page, Visitor

pytestmark = pytest.mark.only_on("sqlite")
WORDS = "Yes, we sign.\n<b>Kalina</b> نعم\n\nOn Monday Nadia <n@b.example> wrote:\n> We do not sign."


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    return an_open_letter(cast)


def organisation_path(letter_id: UUID, cast: Cast) -> str:
    return path_of(letter_id, "organisations", str(cast.small_member.organisation_id))


def quotes(page: Page) -> list[str]:
    return ["".join(one.itertext()) for one in page.tree.iter("blockquote")]


def test_a_reply_stands_on_the_timeline_as_words_with_its_quote_folded_away(
    nadia: Visitor, letter_id: UUID, cast: Cast
) -> None:
    replied(letter_id, cast.small_member, WORDS)
    page = nadia.get(organisation_path(letter_id, cast))
    assert "Kalina Ivanova\u2069 wrote back" in page.words
    assert quotes(page) == [
        "Yes, we sign.\n<b>Kalina</b> نعم", "On Monday Nadia <n@b.example> wrote:\n> We do not sign.",
    ]  # fmt: skip
    folded = page.tree.findall(".//details//blockquote")
    assert [("".join(one.itertext())).startswith("On Monday") for one in folded] == [True]
    assert all(one.get("dir") == "auto" for one in page.tree.iter("blockquote"))
    assert "no answer" in nadia.get(path_of(letter_id)).words


def test_an_automatic_answer_is_called_so_and_waits_for_nobody(nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    replied(letter_id, cast.small_member, "I am away until Monday.", kind="automatic")
    page = nadia.get(organisation_path(letter_id, cast))
    assert "Automatic answer of" in page.words
    assert "Record an answer from it" not in page.words
    queue = nadia.get(path_of(letter_id, "replies"))
    assert "No reply waits for you." in queue.words
    assert "I am away" in queue.follow("1 automatic answers").words
    assert "reply by mail" not in nadia.get("/desk").words


def test_the_queue_has_the_unread_first_and_each_is_dealt_with_by_one_press(
    nadia: Visitor, letter_id: UUID, cast: Cast
) -> None:
    reply_id = replied(letter_id, cast.small_member, "First words.")
    replied(letter_id, cast.arabic_member, "Second words.")
    assert "2 replies by mail" in nadia.get("/desk").words
    queue = nadia.get(path_of(letter_id)).follow("2 replies by mail")
    assert quotes(queue) == ["Second words.", "First words."]
    page = queue.form(str(reply_id)).submit("Dealt with")
    assert "The reply is dealt with." in page.words
    assert quotes(page) == ["Second words."]
    assert "1 reply by mail" in nadia.get("/desk").words
    again = page.follow("1 dealt with").form(str(reply_id)).submit("Open it again")
    assert quotes(again) == ["Second words.", "First words."]


def test_dealt_with_on_the_timeline_one_stays_there(nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    reply_id = replied(letter_id, cast.small_member)
    page = nadia.get(organisation_path(letter_id, cast)).form(str(reply_id)).submit("Dealt with")
    assert page.path == organisation_path(letter_id, cast)
    assert page.form(str(reply_id)).has_button("Open it again")


def test_a_reply_becomes_evidence_of_an_answer_by_one_choice_and_a_press(
    nadia: Visitor, letter_id: UUID, cast: Cast
) -> None:
    reply_id = replied(letter_id, cast.small_member, WORDS)
    form = nadia.get(organisation_path(letter_id, cast)).follow("Record an answer from it")
    assert standing_signature(db.session(), letter_id, cast.small_member.organisation_id) is None
    filled = form.form("/record")
    assert filled.fields["way"] == ["mail"]
    assert filled.fields["who"] == ["Kalina Ivanova"]
    assert "We do not sign" not in str(filled.fields["words"])
    assert "answer" not in filled.fields, "What it says is for the coordinator to read."
    page = filled.fill({"answer": "sign"}).submit("Record it")
    assert "Recorded for 1 organisation. Everybody known there is told." in page.words
    signature = standing_signature(db.session(), letter_id, cast.small_member.organisation_id)
    assert signature is not None
    assert signature.person == "Kalina Ivanova"
    said = db.session.scalars(select(Evidence)).one().said
    assert said["words"].startswith("Yes, we sign.")
    assert cast.small_member.address in said["words"]
    assert db.session.get_one(IncomingEmail, reply_id).settled_at
    kinds = [row.context["kind"] for row in db.session.scalars(select(OutgoingEmail))]
    assert "recorded" in kinds, "They are told, and can object."


def test_without_the_answer_nothing_is_recorded_and_nothing_typed_is_lost(
    nadia: Visitor, letter_id: UUID, cast: Cast
) -> None:
    reply_id = replied(letter_id, cast.small_member, WORDS)
    address = f"{path_of(letter_id, 'record')}?organisation={cast.small_member.organisation_id}&reply={reply_id}"
    page = nadia.get(address).form("/record").submit("Record it")
    assert "Choose what they said." in page.errors
    assert page.form("/record").fields["reply"] == [str(reply_id)]
    assert page.form("/record").fields["words"][0].startswith("Yes, we sign.")
    assert not db.session.get_one(IncomingEmail, reply_id).settled_at


def test_no_reply_of_another_letter_is_read_or_dealt_with(
    nadia: Visitor, omar: Visitor, letter_id: UUID, cast: Cast, visitors: Callable[..., Visitor]
) -> None:
    reply_id = replied(letter_id, cast.small_member, "Only for this team.")
    other_id = an_open_letter(cast, title="Another letter")
    address = f"{path_of(other_id, 'record')}?organisation={cast.small_member.organisation_id}&reply={reply_id}"
    assert "Only for this team" not in nadia.get(address).text
    token = nadia.get("/desk").form("/sign-out").fields["csrf_token"]
    assert nadia.post(path_of(other_id, "replies", str(reply_id)), {"act": "done", "csrf_token": token}).status == 404
    assert omar.get(path_of(letter_id, "replies")).status == 404
    observer = visitors()
    observer.sign_in(db.session.get_one(Account, an_observer(cast, letter_id)))
    assert observer.get(path_of(letter_id, "replies")).status in {403, 404}
    assert not db.session.get_one(IncomingEmail, reply_id).settled_at


def test_a_hostile_reply_is_words(nadia: Visitor, letter_id: UUID, cast: Cast) -> None:
    replied(
        letter_id, cast.small_member, "<script>alert(1)</script>\n\u202eevil\x00 {{ 7*7 }}\n\n> <img src=x>",
        subject='"><img src=x>', from_name="<b>", address="a@b.example",
    )  # fmt: skip
    for page in (nadia.get(path_of(letter_id, "replies")), nadia.get(organisation_path(letter_id, cast))):
        assert page.status == 200
        assert "<script>alert" not in page.text
        assert "<img" not in page.text
        assert "another address than the one we wrote to" in page.words


def test_which_mails_come_is_chosen_on_ones_account(nadia: Visitor, cast: Cast) -> None:
    form = nadia.get("/desk/account").form("/account/mails")
    page = form.fill({"digest": None, "alerts": "yes"}).submit("Save the choice of mails")
    assert "Your choice of mails is saved." in page.words
    db.session.rollback()
    assert (cast.coordinator.wants_digest, cast.coordinator.wants_alerts) == (False, True)
    page.form("/account/mails").fill({"digest": "yes", "alerts": None}).submit("Save the choice of mails")
    db.session.rollback()
    assert (cast.coordinator.wants_digest, cast.coordinator.wants_alerts) == (True, False)
