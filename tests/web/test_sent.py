"""What is sent in another encoding than UTF-8 is refused in words, at every door, and nothing of it is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_from_bytes, quote_plus

import pytest
from sqlalchemy import select

from coalition.database import db
from coalition.models.letter import Letter
from tests import builders
from tests.cast import Cast
from tests.visitor import Form, Page, Visitor

LATIN = "Libérez-les".encode("latin-1")
SAID = "Some characters in the form could not be read: they were not sent as UTF-8. Nothing was recorded."
Sender = Callable[[Form, Mapping[str, bytes]], Page]


def fields_of(form: Form, changed: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    """The fields of a form as it stands, some of them as other bytes."""
    kept: list[tuple[str, bytes]] = []
    for name, values in form.fields.items():
        if name not in changed:
            kept += [(name, str(value).encode()) for value in (values if isinstance(values, list) else [values])]
    return [*kept, *changed.items()]


def as_one_line(form: Form, changed: Mapping[str, bytes]) -> Page:
    """As a browser sends a form without files: bytes as %E9."""
    body = "&".join(f"{name}={quote_from_bytes(value, safe='')}" for name, value in fields_of(form, changed))
    return sent(form, body.encode(), "application/x-www-form-urlencoded")


def as_raw_line(form: Form, changed: Mapping[str, bytes]) -> Page:
    """As a careless program sends it: the bytes as they are."""
    parts = [
        name.encode() + b"=" + (value if name in changed else quote_plus(value).encode())
        for name, value in fields_of(form, changed)
    ]
    return sent(form, b"&".join(parts), "application/x-www-form-urlencoded")


def in_parts(form: Form, changed: Mapping[str, bytes]) -> Page:
    """As a browser sends a form with a file, which may hold any bytes."""
    heads = [(f'form-data; name="{name}"', value) for name, value in fields_of(form, changed)]
    heads.append(('form-data; name="a-file"; filename="a.bin"\r\nContent-Type: application/octet-stream', b"\xff\xfe"))
    parts = [f"--edge\r\nContent-Disposition: {head}\r\n\r\n".encode() + value + b"\r\n" for head, value in heads]
    return sent(form, b"".join(parts) + b"--edge--\r\n", "multipart/form-data; boundary=edge")


def sent(form: Form, body: bytes, media_type: str) -> Page:
    return form.page.visitor.post(form.action, body, headers={"Content-Type": media_type})


@pytest.fixture(params=[as_one_line, as_raw_line, in_parts])
def send(request: pytest.FixtureRequest) -> Any:
    """Each way in which a form can be sent."""
    return request.param


def test_the_desk_refuses_it(visitor: Visitor, cast: Cast, send: Sender) -> None:
    visitor.sign_in(cast.coordinator)
    page = send(visitor.get("/desk/letters/new").form("title"), {"title": LATIN})
    assert (page.status, page.heading) == (400, "This request could not be read")
    assert SAID in page.words
    assert db.session.scalars(select(Letter)).all() == []


def test_the_signing_door_refuses_it(visitor: Visitor, cast: Cast, send: Sender) -> None:
    letter_id = builders.an_open_letter(cast)
    form = visitor.get(builders.link_path(letter_id, cast.small_member)).form("sign")
    page = send(form.fill(visibility="named", authority="yes"), {"role": LATIN})
    assert (page.status, page.heading) == (400, "This request could not be read")
    assert SAID in page.words
    assert not builders.invitation_of(letter_id, cast.small_member).answered_at
    assert form.fill(role="Rédactrice").submit().heading == "You have signed"


@pytest.mark.usefixtures("cast")
def test_the_entrance_refuses_it(visitor: Visitor, send: Sender) -> None:
    page = send(visitor.get("/desk/sign-in").form("sign-in"), {"address": LATIN})
    assert (page.status, SAID in page.words) == (400, True)


def test_it_says_so_in_the_language_of_the_browser(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    form = visitor.get(builders.link_path(letter_id, cast.small_member)).form("sign")
    visitor.headers["Accept-Language"] = "ar"
    page = as_one_line(form, {"role": LATIN})
    assert (page.status, page.tree.get("lang"), page.tree.get("dir")) == (400, "ar", "rtl")


def test_every_script_is_taken_and_so_is_a_replacement_character_that_was_typed(
    visitor: Visitor, cast: Cast, send: Sender
) -> None:
    visitor.sign_in(cast.coordinator)
    title, body = "رسالة – 公開信 + 100 %", "A quotation with a mark � that stood there."
    typed = {"title": title.encode(), "body": body.encode()}
    if send is as_raw_line:
        typed = {name: quote_plus(value).encode() for name, value in typed.items()}
    page = send(visitor.get("/desk/letters/new").form("title"), typed)
    assert page.status == 200
    text = db.session.scalars(select(Letter)).one().version.text("en")
    assert (text.title, text.body) == (title, body)
