"""The public forms: one answer for everybody, hostile input, nothing changed by looking."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import event, func, select

from coalition import clock, tokens
from coalition.actions import call, circulate, close, rebuild, request
from coalition.database import db
from coalition.emails import letters
from coalition.models.letter import Letter
from coalition.models.link import Link
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.request import RequestToSign
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cast import Cast
    from tests.visitor import Page, Visitor

FILLED = {
    "organisation": "Reporters of the Coast",
    "person": "Ada Roth",
    "role": "Director",
    "address": "ada@coast.example",
}


def called(cast: Cast, letter_id: UUID) -> str:
    """The path of the letter's open call."""
    call.make_call(letter_id, by=cast.coordinator)
    link = call.call_of(db.session(), letter_id)
    assert link is not None
    return f"/call/{link.token(tokens.ours())}"


def filled(visitor: Visitor, path: str, **said: str) -> Page:
    """What a person gets who opens the form, takes a minute, and sends it."""
    page = visitor.get(path)
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        return send(visitor, page, said)


def send(visitor: Visitor, page: Page, said: dict[str, str], *, follow: bool = True) -> Page:
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert token is not None
    action = re.search(r'<form method="post" action="([^"]+)"', page.text)
    assert action is not None
    fields = FILLED | {"form_token": token[1]} | said
    return visitor.post(action[1].replace("&amp;", "&"), fields, follow=follow)


def requests_now() -> list[RequestToSign]:
    db.session.rollback()
    return list(db.session.scalars(select(RequestToSign).order_by(RequestToSign.created_at)))


def a_published_letter(cast: Cast) -> str:
    """Published, and taking requests; its path."""
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.published(cast, letter_id)
    call.take_requests(letter_id, is_taken=True, by=cast.coordinator)
    return f"/letters/{builders.a_letter(letter_id).slug}"


def test_a_stranger_asks_through_the_call_and_confirms_by_the_mail(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    path = called(cast, letter_id)
    page = visitor.get(path)
    assert "Free the reporters" in page.words
    answer = filled(visitor, path)
    assert answer.heading == "Look into your mailbox"
    assert not visitor.cookies()
    (row,) = [one for one in db.session.scalars(select(OutgoingEmail)) if "confirm" in one.occasion]
    link = re.search(r"/c/\S+", letters.make(db.session(), row).text)
    assert link is not None
    question = visitor.get(link[0])
    assert question.heading == "Was it you who asked to sign?"
    unchosen = send(visitor, question, {})
    assert (unchosen.status, requests_now()[0].confirmed_at) == (422, None)
    both = visitor.post(link[0], {"was_us": ["yes", "no"]})
    assert (both.status, requests_now()[0].confirmed_at) == (422, None)
    assert send(visitor, question, {"was_us": "yes"}).heading == "Your address is confirmed"
    assert requests_now()[0].is_waiting


def test_a_call_shows_the_text_and_nothing_of_the_others(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    path = called(cast, letter_id)
    before = visitor.get(path).text
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    after = visitor.get(path)

    def apart(text: str) -> str:
        return re.sub(r'name="form_token" value="[^"]+"', "", text)

    assert apart(before) == apart(after.text)
    assert cast.small_member.name not in after.words
    for name, value in (("X-Robots-Tag", "noindex, nofollow"), ("Cache-Control", "no-store")):
        assert after.headers[name] == value
    assert after.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("end", [call.end_call, close.close, circulate.cancel])
def test_a_call_that_ended_has_its_own_words_and_no_letter(
    visitor: Visitor, cast: Cast, end: Callable[..., object]
) -> None:
    letter_id = builders.an_open_letter(cast)
    path = called(cast, letter_id)
    opened = visitor.get(path)
    end(letter_id, by=cast.coordinator)
    for page in (visitor.get(path), send(visitor, opened, {}), visitor.get(f"{path}/asked")):
        assert (page.status, page.heading) == (410, "This call has ended")
        assert "Free the reporters" not in page.text
    assert not requests_now()


def test_a_call_is_in_no_list_of_ours(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    path = called(cast, letter_id)
    rebuild.rebuild()
    for page in ("/", "/feed.atom", "/en/", f"/i/{'x' * 20}"):
        assert path not in visitor.get(page).text


def test_a_token_that_is_not_ours_is_answered_alike_everywhere(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    token = called(cast, letter_id).removeprefix("/call/")
    forged = [f"/call/{token[:-3]}", "/call/x", f"/c/{token}", "/c/x", f"/call/{token}x/asked"]
    answers = [visitor.get(path) for path in forged]
    assert {(page.status, len(page.text)) for page in answers} == {(404, len(answers[0].text))}


def test_the_published_letter_leads_to_the_form_only_while_it_takes_requests(visitor: Visitor, cast: Cast) -> None:
    path = a_published_letter(cast)
    page = visitor.get(path)
    assert "Ask to be added" in page.words
    assert f'href="{path}/ask"' in page.text
    assert "Ask to sign" not in page.words
    letter_id = db.session.scalars(select(Letter.id)).one()
    call.take_requests(letter_id, is_taken=False, by=cast.coordinator)
    rebuild.rebuild()
    closed = visitor.get(f"{path}/ask")
    assert "Ask to be added" not in visitor.get(path).words
    assert (closed.status, closed.heading) == (404, "No requests are taken here")


def test_a_letter_that_is_not_published_has_no_form(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    call.take_requests(letter_id, is_taken=True, by=cast.coordinator)
    slug = builders.a_letter(letter_id).slug
    nothing = visitor.get("/letters/no-such-letter/ask")
    assert nothing.status == 404
    for page in (visitor.get(f"/letters/{slug}/ask"), visitor.post(f"/letters/{slug}/ask", FILLED)):
        assert (page.status, page.text) == (404, nothing.text)


def test_new_known_signed_withheld_and_blocked_are_answered_byte_for_byte_alike(visitor: Visitor, cast: Cast) -> None:
    path = a_published_letter(cast)
    addresses = {
        "new": "ada@coast.example",
        "known": cast.arabic_member.address,
        "signed": cast.small_member.address,
        "withheld": cast.unnamed_member.address,
        "set aside": "bot@bots.example",
    }
    seen: dict[str, list[object]] = {}
    written: dict[str, list[str]] = {}
    for who, address in addresses.items():
        page = visitor.get(f"{path}/ask")
        statements = written.setdefault(who, [])

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith("DELETE FROM limit_counters"):  # once an hour, whoever comes first
                statements.append(statement)  # noqa: B023 -- heard before the next turn

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            with time_machine.travel(clock.now() + timedelta(minutes=1)):
                said = {"address": address, "organisation": who, "message": "x" if who == "set aside" else ""}
                answer = send(visitor, page, said, follow=False)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        there = visitor.get(answer.headers["Location"])
        seen[who] = [answer.status, answer.text, list(answer.headers), there.status, there.text, list(there.headers)]
    assert len({repr(one) for one in seen.values()}) == 1
    assert written["new"] == written["known"] == written["signed"] == written["withheld"]
    assert [one.quarantined_for for one in requests_now()] == ["", "", "", "", "honeypot"]


def test_a_form_sent_at_once_is_answered_like_any_other_and_set_aside(visitor: Visitor, cast: Cast) -> None:
    path = called(cast, builders.an_open_letter(cast, cast.small_member))
    answer = send(visitor, visitor.get(path), {})
    assert answer.heading == "Look into your mailbox"
    assert requests_now()[0].quarantined_for == "timing"


def test_a_form_that_was_open_for_long_comes_back_whole_and_is_taken_then(visitor: Visitor, cast: Cast) -> None:
    path = called(cast, builders.an_open_letter(cast, cast.small_member))
    page = visitor.get(path)
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        again = send(visitor, page, {"why": "We report from there."})
        assert again.status == 422
        assert "We report from there." in again.text
        assert send(visitor, again, {}).heading == "Look into your mailbox"
    assert requests_now()[0].quarantined_for == ""


def test_what_has_to_change_is_said_and_everything_typed_stays(visitor: Visitor, cast: Cast) -> None:
    path = called(cast, builders.an_open_letter(cast, cast.small_member))
    page = filled(visitor, path, address="ada at nowhere", country="XX", site="nonsense", why="Because.")
    assert page.status == 422
    for words in ("Choose a country from the list", "Write the address of the website", "Because.", "ada at nowhere"):
        assert words in page.text
    assert not requests_now()


HOSTILE = (
    "Ada\x00Roth",
    "Ada\r\nBcc: all@victim.example",
    "\u202eadA",
    "Ada\u2066",
    "x" * 301,
)


def test_names_that_nobody_could_read_are_refused_in_words(visitor: Visitor, cast: Cast) -> None:
    path = called(cast, builders.an_open_letter(cast, cast.small_member))
    page = visitor.get(path)
    for name in ("organisation", "person", "role"):
        for value in HOSTILE:
            answer = send(visitor, page, {name: value})
            assert answer.status == 422, (name, value)
            assert f'id="{name}-error"' in answer.text
    assert not requests_now()


ADDRESSES = (
    "ada@coast.example\r\nBcc: all@victim.example",
    "ada@coast.example\nSubject: pills",
    "ada@coast.example, eve@victim.example",
    "ada@coast.example\x00",
    "a" * 400 + "@coast.example",
    "\u202eada@coast.example\u202c",
)


def test_no_address_brings_a_header_or_a_second_recipient(visitor: Visitor, cast: Cast) -> None:
    path = called(cast, builders.an_open_letter(cast, cast.small_member))
    for address in ADDRESSES:
        assert filled(visitor, path, address=address).status in {200, 422}
    mails = [one for one in db.session.scalars(select(OutgoingEmail)) if one.occasion.startswith("confirm")]
    for row in mails:
        mail = letters.make(db.session(), row)
        head = mail.content.partition(b"\r\n\r\n")[0]
        assert mail.recipient == "ada@coast.example"
        assert not [words for words in (b"Bcc", b"pills", b"victim") if words in head]


def test_ten_thousand_parts_are_refused_in_words(visitor: Visitor, cast: Cast) -> None:
    path = called(cast, builders.an_open_letter(cast, cast.small_member))
    edge = b"x" * 20
    part = b"--" + edge + b'\r\nContent-Disposition: form-data; name="why"\r\n\r\nmore\r\n'
    headers = {"Content-Type": f"multipart/form-data; boundary={edge.decode()}"}
    answer = visitor.post(path, part * 10_000 + b"--" + edge + b"--\r\n", headers=headers)
    assert answer.status == 413
    assert not requests_now()


def test_a_form_from_another_site_is_refused(visitor: Visitor, cast: Cast) -> None:
    path = called(cast, builders.an_open_letter(cast, cast.small_member))
    answer = visitor.post(path, FILLED, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 403
    assert not requests_now()


def test_looking_changes_nothing(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    path = called(cast, letter_id)
    filled(visitor, path)
    link = db.session.scalars(select(Link).where(Link.purpose == "request")).one()
    question = f"/c/{link.token(tokens.ours())}"
    written: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.split(maxsplit=1)[0] in {"INSERT", "UPDATE", "DELETE"}:
            written.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        for address in (path, f"{path}?lang=en", f"{path}/asked", question):
            visitor.get(address)
            visitor.head(address)
            visitor.request("OPTIONS", address)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert not written


def test_a_flood_through_the_form_still_mails_a_victim_three_times(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    path = called(cast, letter_id)
    pages = [visitor.get(path) for _ in range(12)]
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        answers = {send(visitor, page, {"address": "victim@paper.example"}).text for page in pages}
    assert len(answers) == 1
    mails = select(func.count()).where(OutgoingEmail.occasion.startswith("confirm:"))
    assert db.session.scalar(mails) == request.MAILS_PER_ADDRESS


def test_a_request_that_is_answered_says_so_behind_its_link(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    filled(visitor, called(cast, letter_id))
    asked = requests_now()[0]
    link = db.session.scalars(select(Link).where(Link.request_id == asked.id)).one()
    path = f"/c/{link.token(tokens.ours())}"
    send(visitor, visitor.get(path), {"was_us": "no"})
    assert visitor.get(path).heading == "It was not you"
