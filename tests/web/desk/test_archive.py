"""The letter archive at the desk: sealed as was chosen, on the record, and taken over again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition.database import db
from coalition.intake import archive_key, sealed_file
from coalition.models.account import Account
from coalition.models.letter import Letter
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Page, Visitor

PASSPHRASE = "ink on paper, and the door stays open"
DOWNLOAD = "Download the archive"
TAKE_OVER = "Take over the letter"


@pytest.fixture
def nadia(visitor: Visitor, cast: Cast) -> Visitor:
    """Nadia at the desk."""
    visitor.sign_in(cast.coordinator)
    return visitor


def downloaded(nadia: Visitor, letter_id: UUID, **fields: str) -> Page:
    """What comes of the form: a file, or the page with words."""
    form = nadia.get(f"/desk/letters/{letter_id}/archive").form("archive")
    return form.fill(fields).submit(DOWNLOAD)


def with_passphrase(nadia: Visitor, letter_id: UUID) -> Page:
    return downloaded(nadia, letter_id, passphrase=PASSPHRASE, passphrase_again=PASSPHRASE)


def opened(nadia: Visitor, content: bytes, passphrase: str = PASSPHRASE) -> Page:
    """What comes of bringing an archive."""
    form = nadia.get("/desk/letters/open-archive").form("open-archive")
    return form.fill(file=(content, "archive.json"), passphrase=passphrase).submit(TAKE_OVER)


def letters() -> list[Letter]:
    db.session.rollback()
    return list(db.session.scalars(select(Letter)))


def test_a_letter_goes_out_sealed_and_comes_in_again(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    assert f"/desk/letters/{letter_id}/archive" in nadia.get(f"/desk/letters/{letter_id}").content.decode()
    page = with_passphrase(nadia, letter_id)
    assert page.status == 200
    assert cast.unnamed_member.name.encode() not in page.content
    first = sealed_file.opened(page.content, PASSPHRASE)
    assert cast.unnamed_member.name.encode() in first
    assert "is kept as it came: nobody has signed here" in opened(nadia, page.content).words
    again = next(letter for letter in letters() if letter.id != letter_id)
    assert (again.stage, again.coordinators()) == ("closed", [cast.coordinator])
    assert sealed_file.opened(with_passphrase(nadia, again.id).content, PASSPHRASE) == first


def test_it_is_sealed_for_a_key(nadia: Visitor, cast: Cast) -> None:
    key = archive_key.generate()
    letter_id = builders.a_draft(cast)
    page = downloaded(nadia, letter_id, sealed="key", key=archive_key.public_line(key.public_key()))
    assert json.loads(sealed_file.opened(page.content, key))["course"]["stage"] == "draft"
    refused = opened(nadia, page.content)
    assert (refused.status, "Open it at a terminal" in refused.words) == (422, True)


def test_its_name_and_headers_tell_nothing_of_a_letter_that_is_not_published(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, title="Free the reporters")
    builders.signed(letter_id, cast.small_member)
    headers = with_passphrase(nadia, letter_id).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Disposition"].startswith('attachment; filename="letter-archive-20')
    assert "reporters" not in str(headers).lower()
    builders.published(cast, letter_id)
    headers = with_passphrase(nadia, letter_id).headers
    assert headers["Content-Disposition"].startswith('attachment; filename="free-the-reporters-archive-20')


def test_the_team_sees_who_took_it(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.a_draft(cast)
    with_passphrase(nadia, letter_id)
    words = nadia.get(f"/desk/letters/{letter_id}/log").words
    assert "Took out the letter archive, with the names that are withheld" in words


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Type a passphrase."),
        ({"passphrase": PASSPHRASE}, "This is not the same passphrase."),
        ({"passphrase": "short", "passphrase_again": "short"}, "at least 16 characters"),
        ({"sealed": "key", "key": "ssh-ed25519 AAAA"}, "This is no public key"),
        ({"sealed": "key", "key": archive_key.ARCHIVE.private + "A" * 43}, "This is a private key. Show it to nobody"),
    ],
)
def test_what_has_to_change_is_said_and_no_passphrase_is_shown(
    nadia: Visitor, cast: Cast, fields: dict[str, str], told: str
) -> None:
    letter_id = builders.a_draft(cast)
    page = downloaded(nadia, letter_id, **fields)
    assert (page.status, told in page.words) == (422, True)
    assert page.title.startswith("Error: ")
    assert PASSPHRASE not in page.content.decode()
    log = nadia.get(f"/desk/letters/{letter_id}/log").words
    assert "Took out the letter archive" not in log


def test_a_passphrase_is_not_written_into_a_page_when_the_session_has_run_out(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.a_draft(cast)
    form = nadia.get(f"/desk/letters/{letter_id}/archive").form("archive")
    nadia.client.delete_cookie("desk", domain="letters.test", path="/desk")
    page = form.fill(passphrase=PASSPHRASE, passphrase_again=PASSPHRASE).submit(DOWNLOAD)
    assert page.heading == "Send it once more"
    assert PASSPHRASE not in page.content.decode()


def test_nobody_but_the_coordinators_gets_it(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.a_draft(cast)
    nadia.sign_in(cast.other_coordinator)
    assert nadia.get(f"/desk/letters/{letter_id}/archive").status == 404
    observer = db.session.get_one(Account, builders.an_observer(cast, letter_id))
    nadia.sign_in(observer)
    assert nadia.get(f"/desk/letters/{letter_id}/archive").status == 403


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "This is no letter archive"),
        (b"PK\x03\x04", "This is no letter archive"),
        (b'{"format": "coalition-letter"}', "This is no letter archive"),
        (sealed_file.seal(b"{}", PASSPHRASE), "What is in the archive is no letter"),
        (sealed_file.seal(b"{}", PASSPHRASE)[:-40], "The archive is damaged"),
    ],
)
def test_what_does_not_open_is_refused_in_words(nadia: Visitor, content: bytes, told: str) -> None:
    page = opened(nadia, content)
    assert (page.status, told in page.words) == (422, True)
    assert letters() == []


def test_a_wrong_passphrase_is_told_beside_its_field(nadia: Visitor) -> None:
    page = opened(nadia, sealed_file.seal(b"{}", PASSPHRASE), "another passphrase")
    assert (page.status, "This passphrase does not open the archive." in page.words) == (422, True)


def test_a_file_is_asked_for(nadia: Visitor) -> None:
    page = nadia.get("/desk/letters/open-archive").form("open-archive").submit(TAKE_OVER)
    assert (page.status, "Choose a letter archive." in page.words) == (422, True)
