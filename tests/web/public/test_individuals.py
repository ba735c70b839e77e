"""A person's own page: what they signed, how they are printed, and the answers that record nothing by themselves."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import select

from coalition import clock, tokens
from coalition.actions import call, show_proof
from coalition.database import db
from coalition.models.consent import Consent
from coalition.models.link import Link
from coalition.models.request import RequestToSign
from coalition.models.signature import Signature
from tests import builders, persons

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Page, Visitor

TYPED = {
    "person": "Ana Brkić",
    "title": "Professor of Law",
    "affiliation": "University of Split",
    "is_personal": "yes",
    "address": "ana@mail.example",
    "consents": "yes",
}


def own_page(request_id: UUID) -> str:
    """The path of the link that confirmed the person's address."""
    db.session.rollback()
    link = db.session.scalars(select(Link).where(Link.request_id == request_id)).one()
    return f"/c/{link.token(tokens.ours())}"


def a_letter(cast: Cast) -> UUID:
    """An open letter with a list for individuals that one member has signed."""
    letter_id = persons.with_individuals(cast, builders.an_open_letter(cast))
    builders.signed(letter_id, cast.small_member)
    return letter_id


def called(cast: Cast, letter_id: UUID) -> str:
    """The path of the letter's open call."""
    call.make_call(letter_id, by=cast.coordinator)
    link = call.call_of(db.session(), letter_id)
    assert link is not None
    return f"/call/{link.token(tokens.ours())}"


def send(visitor: Visitor, path: str, said: dict[str, str]) -> Page:
    """Open the form, take a minute, and send it."""
    page = visitor.get(path)
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)
    action = re.search(r'<form method="post" action="([^"]+)"', page.text)
    assert token is not None
    assert action is not None
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        return visitor.post(action[1].replace("&amp;", "&"), {"form_token": token[1]} | said)


def requests() -> list[RequestToSign]:
    """What was asked."""
    db.session.rollback()
    return list(db.session.scalars(select(RequestToSign)))


def acts() -> list[str]:
    """What the ledger has of persons."""
    db.session.rollback()
    query = select(Consent).join(Signature).where(Signature.kind == "individual").order_by(Consent.number)
    return [one.act for one in db.session.scalars(query)]


def answer(visitor: Visitor, path: str, decision: str, **said: str) -> Page:
    """Choose one answer on the page and send it."""
    token = re.search(r'name="form_token" value="([^"]+)"', visitor.get(path).text)
    assert token is not None
    return visitor.post(f"{path}/signature", {"form_token": token[1], "decision": decision} | said)


def test_the_open_call_asks_for_whom_one_signs_only_where_there_is_a_list_for_individuals(
    visitor: Visitor, cast: Cast
) -> None:
    letter_id = builders.an_open_letter(cast)
    path = called(cast, letter_id)
    assert "I sign for myself" not in visitor.get(path).words
    assert "Title or profession" not in visitor.get(f"{path}?for=myself").words
    persons.with_individuals(cast, letter_id)
    assert "I sign for myself" in visitor.get(path).words
    assert "Title or profession" in visitor.get(f"{path}?for=myself").words


def test_a_person_signs_the_version_in_view_and_nothing_is_public_before_a_coordinator_accepts(
    visitor: Visitor, cast: Cast
) -> None:
    letter_id = a_letter(cast)
    page = send(visitor, f"{called(cast, letter_id)}?for=myself", TYPED)
    assert "Look into your mailbox" in page.words
    [asked] = requests()
    assert (asked.kind, asked.version_id) == ("individual", builders.a_letter(letter_id).version.id)
    assert asked.asked == {
        "person": "Ana Brkić",
        "title": "Professor of Law",
        "affiliation": "University of Split",
        "is_personal": True,
    }
    assert acts() == []


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        ("person", "Enter your name"),
        ("address", "Enter your email address"),
        ("consents", "Tick that you sign this text for yourself"),
    ],
)
def test_what_is_missing_is_said_and_nothing_that_was_typed_is_lost(
    visitor: Visitor, cast: Cast, left_out: str, said: str
) -> None:
    path = f"{called(cast, a_letter(cast))}?for=myself"
    page = send(visitor, path, {name: value for name, value in TYPED.items() if name != left_out})
    assert page.status == 422
    assert said in page.words
    assert 'value="Professor of Law"' in page.text
    assert requests() == []


def test_a_personal_capacity_is_said_of_something(visitor: Visitor, cast: Cast) -> None:
    page = send(visitor, f"{called(cast, a_letter(cast))}?for=myself", TYPED | {"title": "", "affiliation": ""})
    assert "Enter the title or affiliation that you do not speak for" in page.words


def test_the_page_shows_what_was_signed_and_how_it_is_printed(visitor: Visitor, cast: Cast) -> None:
    request_id = persons.signed(cast, a_letter(cast))
    page = visitor.get(own_page(request_id))
    assert "You have signed" in page.words
    assert "Professor of Law, University of Split*" in page.words
    assert "the affiliation is given for identification only" in page.words
    assert "Free the reporters" in page.words


def test_a_form_that_is_sent_as_it_came_records_nothing(visitor: Visitor, cast: Cast) -> None:
    request_id = persons.signed(cast, a_letter(cast))
    path = own_page(request_id)
    page = visitor.get(path)
    assert page.form("signature").submit().status == 422
    assert page.form("name").submit().status == 200
    assert acts() == ["sign"]


def test_two_answers_at_once_are_refused_in_words(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter(cast)
    request_id = persons.signed(cast, letter_id)
    builders.amended(cast, letter_id)
    path = own_page(request_id)
    token = re.search(r'name="form_token" value="([^"]+)"', visitor.get(path).text)
    assert token is not None
    page = visitor.post(f"{path}/signature", {"form_token": token[1], "decision": ["keep", "withdraw"]})
    assert "Choose one of these answers" in page.words
    assert acts() == ["sign"]


def test_a_person_withdraws_with_one_choice_and_one_press(visitor: Visitor, cast: Cast) -> None:
    request_id = persons.signed(cast, a_letter(cast))
    path = own_page(request_id)
    assert "You have withdrawn your signature" in answer(visitor, path, "withdraw").words
    assert acts() == ["sign", "withdraw"]
    assert "You have withdrawn your signature" in visitor.get(path).words


def test_a_person_who_withdrew_has_everything_erased_with_one_choice_and_one_press(
    visitor: Visitor, cast: Cast
) -> None:
    request_id = persons.signed(cast, a_letter(cast))
    path = own_page(request_id)
    page = answer(visitor, path, "withdraw")
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert token is not None
    page = visitor.post(f"{path}/signature", {"form_token": token[1]})
    assert "Choose one of these answers" in page.words
    for _ in range(2):
        page = visitor.post(f"{path}/signature", {"form_token": token[1], "decision": "erase"})
        assert page.heading == "Erased"
    assert [one.asked for one in requests()] == [None]
    assert "Free the reporters" not in visitor.get(path).words
    assert acts() == ["sign", "withdraw"]


def test_a_person_keeps_the_signature_under_a_text_that_was_shown_to_them(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter(cast)
    request_id = persons.signed(cast, letter_id)
    builders.amended(cast, letter_id)
    path = own_page(request_id)
    page = visitor.get(path)
    assert "Do you keep your signature?" in page.words
    assert "We added a sentence, as members asked." in page.words
    assert "Today." in page.words
    assert "You have signed" in answer(visitor, path, "keep").words
    assert acts() == ["sign", "keep"]


def test_nothing_is_kept_for_a_text_that_changed_meanwhile_and_the_answer_stays(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter(cast)
    request_id = persons.signed(cast, letter_id)
    builders.amended(cast, letter_id)
    path = own_page(request_id)
    token = re.search(r'name="form_token" value="([^"]+)"', visitor.get(path).text)
    assert token is not None
    builders.amended(cast, letter_id, body="Something else.")
    page = visitor.post(f"{path}/signature", {"form_token": token[1], "decision": "keep"})
    assert page.status == 409
    assert "Something else." in page.words
    assert re.search(r'value="keep" checked', page.text)
    assert acts() == ["sign"]


def test_a_person_sees_the_page_proof_with_their_line_marked_and_objects(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter(cast)
    request_id = persons.signed(cast, letter_id)
    assert show_proof.send_proof(letter_id, until_at=clock.now() + timedelta(days=1), by=cast.coordinator) == 2
    path = own_page(request_id)
    page = visitor.get(path)
    assert "<mark><bdi>Ana Brkić</bdi></mark>" in page.text
    assert "Kalina Press Club" not in page.words
    assert "You have objected" in answer(visitor, path, "object", words="That is not my title.").words
    assert "<mark>" not in visitor.get(path).text


def test_a_person_corrects_the_printed_name(visitor: Visitor, cast: Cast) -> None:
    request_id = persons.signed(cast, a_letter(cast), "Ana Brkic")
    path = own_page(request_id)
    page = visitor.get(path).form("name").fill(name="Ana Brkić").submit()
    assert "Ana Brkić" in page.words
    assert acts() == ["sign", "printed_name"]
    assert visitor.get(path).form("name").fill(name="Ana\u202eBrkić").submit().status == 422


@pytest.mark.parametrize("form", ["signature", "name"])
def test_a_form_of_another_person_is_not_taken(visitor: Visitor, cast: Cast, form: str) -> None:
    letter_id = a_letter(cast)
    first, second = persons.signed(cast, letter_id), persons.signed(cast, letter_id, "Ben Roth")
    token = re.search(r'name="form_token" value="([^"]+)"', visitor.get(own_page(first)).text)
    assert token is not None
    said = {"form_token": token[1], "decision": "withdraw", "name": "Somebody"}
    assert visitor.post(f"{own_page(second)}/{form}", said).status == 422
    assert acts() == ["sign", "sign"]


def test_looking_changes_nothing_and_a_link_that_is_not_ours_tells_nothing(visitor: Visitor, cast: Cast) -> None:
    request_id = persons.signed(cast, a_letter(cast))
    for _ in range(2):
        visitor.get(own_page(request_id))
    assert acts() == ["sign"]
    assert visitor.post("/c/not-ours/signature", {"decision": "withdraw"}).status == 404


def test_the_page_still_works_once_the_letter_is_published_and_names_the_published_page(
    visitor: Visitor, cast: Cast
) -> None:
    letter_id = a_letter(cast)
    request_id = persons.signed(cast, letter_id)
    builders.published(cast, letter_id)
    page = visitor.get(own_page(request_id))
    assert "/letters/free-the-reporters" in page.text
    assert "Correct my name" not in page.words
    assert "You have withdrawn" in answer(visitor, own_page(request_id), "withdraw").words
