"""Safe mail by a neutral sender and over a neutral host: neither says whose letters these are."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from coalition import config
from coalition.config import Settings, SettingsWrong
from coalition.database import db
from coalition.emails import letters
from coalition.emails.words import FOR_THE_DESK, ConfirmRequestWords, RequestRefusedWords, Words
from coalition.models.contact import Contact
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders
from tests.emails.mails import EVERY_MAIL
from tests.shipped import own_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from coalition.emails.case import Case
    from coalition.emails.letters import Mail
    from tests.cast import Cast, Member

NEUTRAL = "http://notes.test"
AT = {"address": "kalina@pressclub.example"}
OF_NETWORK = ("letters.test", "freevoices", "Free Voices", "Nadia")


@pytest.fixture
def with_neutral_host(app: Flask, settings: Settings, database_url: str) -> Iterator[Flask]:  # noqa: ARG001 -- after the usual app
    """The application as it is where a neutral host and sender are set."""
    changed = replace(settings, database=database_url, safe_address=NEUTRAL, safe_mail_from="notes@notes.test")
    with own_app(changed) as application:
        yield application


def saying(words: Words) -> Callable[[Case], Words]:
    """The facts of a mail, whatever it is about."""
    return lambda _case: words


def mail_to(member: Member) -> Mail:
    """The invitation that the member gets."""
    rows = db.session.scalars(
        select(OutgoingEmail).where(OutgoingEmail.recipient == f"contact:{member.contact_id.hex}")
    )
    return letters.make(db.session(), rows.one())


def make_safe(member: Member) -> None:
    """The member's contact has safe mail from now on."""
    db.session.get_one(Contact, member.contact_id).safe_mail = True
    db.session.commit()


def test_safe_mail_names_neither_our_host_nor_our_address(cast: Cast, with_neutral_host: Flask) -> None:
    make_safe(cast.small_member)
    builders.an_open_letter(cast, cast.small_member)
    with with_neutral_host.app_context():
        mail = mail_to(cast.small_member)
    assert mail.sender == "notes@notes.test"
    assert f"{NEUTRAL}/i/" in mail.text
    said = mail.content.decode()
    assert [word for word in OF_NETWORK if word in said] == []
    assert "Reply-To" not in said


@pytest.mark.only_on("sqlite")  # nothing of it is asked of the database
def test_no_mail_of_any_kind_names_the_network_to_safe_mail(
    cast: Cast, with_neutral_host: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a mail has to tell: its headers and its words are neutral, so is the host of each link we make."""
    make_safe(cast.small_member)
    builders.an_open_letter(cast, cast.small_member)
    told = {}
    with with_neutral_host.app_context():
        rows = db.session.scalars(select(OutgoingEmail))
        row = next(one for one in rows if one.recipient == f"contact:{cast.small_member.contact_id.hex}")
        facts = dict(row.context_or_empty)
        for name, (kind, words) in EVERY_MAIL.items():
            if kind in FOR_THE_DESK or isinstance(words, ConfirmRequestWords | RequestRefusedWords):
                continue  # accounts and strangers have no safe mail
            row.context = facts | {"kind": kind} | (AT if kind == "links_again" else {})
            monkeypatch.setitem(letters.WORDS, kind, saying(words))
            content = letters.make(db.session(), row).content
            said = b"".join(
                part.get_content().encode()
                for part in message_from_bytes(content, policy=policy.default).walk()
                if not part.is_multipart()
            )
            told[name] = [one for one in (*OF_NETWORK, "Open Letters") if one.encode() in content + said]
        db.session.rollback()
    assert {name: words for name, words in told.items() if words} == {}
    assert len(told) > 60


def test_mail_of_others_goes_the_usual_way(cast: Cast, with_neutral_host: Flask) -> None:
    builders.an_open_letter(cast, cast.small_member)
    with with_neutral_host.app_context():
        mail = mail_to(cast.small_member)
    assert mail.sender == "letters@letters.test"
    assert "http://letters.test/i/" in mail.text


def test_the_neutral_host_answers_at_the_signing_door_alone(cast: Cast, with_neutral_host: Flask) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    link = builders.link_path(letter_id, cast.small_member)
    client = Client(with_neutral_host)
    assert client.get(link, base_url=NEUTRAL).status_code == 303
    assert client.get(link.replace("/i/", "/i/x"), base_url=NEUTRAL).status_code == 404
    for path in ("/", "/desk", "/feed.atom", "/letters/free-the-reporters", "/health", "/safety"):
        answer = client.get(path, base_url=NEUTRAL)
        assert (answer.status_code, answer.text) == (404, "There is no page at this address.\n")
        assert client.get(path, base_url=config.settings().root).text != answer.text
        assert client.get(path, base_url=NEUTRAL, headers={"Host": "Notes.test.:80"}).text == answer.text


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("notes.example.net", "write the root of the neutral host"),
        ("http://letters.test", "another name than the public address"),
        ("https://notes.test", "write https where the public address has it"),
    ],
)
def test_a_neutral_host_that_is_none_is_refused_at_start(settings: Settings, address: str, problem: str) -> None:
    with pytest.raises(SettingsWrong, match=problem):
        replace(settings, safe_address=address)
