"""Mails put together: the same bytes each time, read back as they were meant."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.charset import Charset
from email.header import Header, decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.emails.addresses import UnusableAddress
from coalition.emails.compose import LINE, UnsafeHeader, Utf8, compose, message_id_for
from coalition.emails.transport import Transport
from tests.emails.smtp import Mailbox, mail_server, settings_for

ARABIC_NAME = "النقابة الوطنية للصحفيين التونسيين والمنتدى التونسي للحقوق الاقتصادية والاجتماعية، فرع صفاقس"
FRENCH_NAME = (
    "Réseau des « médias libres », d’Évry-Courcouronnes à Saint-Étienne-du-Rouvray (Île-de-France et Normandie)"
)
SENDER = "letters@coalition.example"
FACTS: dict[str, Any] = {
    "sender_name": "Coalition for Open Letters",
    "sender_address": SENDER,
    "to_name": "Lina Haddad",
    "to_address": "lina@member.example",
    "reply_to": ("Amina Diallo", "amina@forum.example"),
    "subject": "Small Press Union: please decide by 1 March",
    "text": "Dear Lina,\n.\nFrom here on  \nthe end\n",
    "html": "<!doctype html>\n<p>Dear Lina</p>\n",
    "language": "en",
    "message_id": "<3f2a@coalition.example>",
    "date": datetime(2027, 2, 12, 9, 30, tzinfo=UTC),
    "boundary": "=_9d1c44e0",
}


def composed(**others: Any) -> bytes:
    return compose(**(FACTS | others))


def read(mail: bytes) -> EmailMessage:
    found = message_from_bytes(mail, policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def parts(mail: bytes) -> dict[str, str]:
    return {part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in read(mail).iter_parts()}


def test_a_simple_mail_is_written_like_this() -> None:
    assert composed(thread_id="<letter@coalition.example>").decode().split("\r\n") == [
        'From: "Coalition for Open Letters" <letters@coalition.example>',
        'Reply-To: "Amina Diallo" <amina@forum.example>',
        'To: "Lina Haddad" <lina@member.example>',
        "Subject: Small Press Union: please decide by 1 March",
        "Date: Fri, 12 Feb 2027 09:30:00 +0000",
        "Message-ID: <3f2a@coalition.example>",
        "In-Reply-To: <letter@coalition.example>",
        "References: <letter@coalition.example>",
        "Auto-Submitted: auto-generated",
        "Content-Language: en",
        "MIME-Version: 1.0",
        'Content-Type: multipart/alternative; boundary="=_9d1c44e0"',
        "",
        "--=_9d1c44e0",
        'Content-Type: text/plain; charset="utf-8"',
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "Dear Lina,",
        ".",
        "From here on =20",
        "the end",
        "",
        "--=_9d1c44e0",
        'Content-Type: text/html; charset="utf-8"',
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "<!doctype html>",
        "<p>Dear Lina</p>",
        "",
        "--=_9d1c44e0--",
        "",
    ]


def test_the_same_facts_give_the_same_bytes() -> None:
    facts: dict[str, Any] = {"to_name": ARABIC_NAME, "subject": FRENCH_NAME, "text": ARABIC_NAME, "html": FRENCH_NAME}
    assert composed(**facts) == composed(**facts)


@pytest.mark.parametrize(
    "name", [ARABIC_NAME, FRENCH_NAME, 'Ann O\'Neil, "Press" \\ Office <a@b.example>', "日本" * 60]
)
def test_any_name_arrives_as_it_is(name: str) -> None:
    mail = composed(sender_name=name, to_name=name, reply_to=(name, "amina@forum.example"), subject=name)
    # The older parser: the newer one of Python 3.11 sets blanks between encoded words of a name, against RFC 2047.
    found = message_from_bytes(mail, policy=policy.compat32)
    for header, address in (("From", SENDER), ("To", "lina@member.example"), ("Reply-To", "amina@forum.example")):
        shown, bare = parseaddr(str(found[header]).replace("\r\n", ""))
        assert (str(make_header(decode_header(shown))), bare) == (name, address)
    assert read(mail)["Subject"] == name


@pytest.mark.parametrize("name", [ARABIC_NAME, FRENCH_NAME, "日本" * 60, "A plain name that goes on " * 4])
def test_headers_are_ascii_and_their_lines_short(name: str) -> None:
    mail = composed(sender_name=name, to_name=name, subject=f"{name} {name}", text=name, html=name)
    mail.decode("ascii")
    assert max(len(line) for line in mail.split(b"\r\n")) <= 78
    assert b"\n" not in mail.replace(b"\r\n", b"")
    assert all(len(word) <= 75 for word in re.findall(rb"=\?\S+\?=", mail))


def test_a_subject_that_looks_encoded_arrives_as_typed() -> None:
    assert read(composed(subject="=?utf-8?q?x?="))["Subject"] == "=?utf-8?q?x?="


@pytest.mark.parametrize("words", [ARABIC_NAME * 30, FRENCH_NAME * 30, "a" * 2000, "=3D %s \t end \n\n\n.\n..\nFrom x"])
def test_bodies_arrive_as_they_are_text_first(words: str) -> None:
    mail = composed(text=words + "\n", html=f"<p>{words}</p>\n")
    assert parts(mail) == {"text/plain": words + "\n", "text/html": f"<p>{words}</p>\n"}
    assert [part.get_content_type() for part in read(mail).iter_parts()] == ["text/plain", "text/html"]
    assert max(len(line) for line in mail.split(b"\r\n")) <= 78


def test_each_body_takes_the_shorter_encoding() -> None:
    mail = composed(text=ARABIC_NAME, html=FRENCH_NAME).decode()
    assert re.findall(r"Transfer-Encoding: (\S+)", mail) == ["base64", "quoted-printable"]


def test_domains_travel_in_ascii_and_local_parts_as_they_are() -> None:
    mail = composed(to_address="líná@bücher.example", reply_to=("", "é@straße.example"))
    assert 'To: "Lina Haddad" <líná@xn--bcher-kva.example>\r\n'.encode() in mail
    assert "Reply-To: é@xn--strae-oqa.example\r\n".encode() in mail
    composed(to_address="lina@bücher.example").decode("ascii")


def test_bulk_mail_can_be_stopped_in_one_click() -> None:
    found = read(composed(list_unsubscribe_url="https://letters.coalition.example/u/abc"))
    assert found["List-Unsubscribe"] == "<https://letters.coalition.example/u/abc>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nSUMMARY:أجل\r\nEND:VCALENDAR\r\n".encode()


def test_a_calendar_file_goes_along_beside_the_words() -> None:
    mail = composed(calendar=CALENDAR)
    words, file = read(mail).iter_parts()
    assert read(mail).get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in words.iter_parts()] == ["text/plain", "text/html"]
    assert (file.get_content_type(), file.get_content_charset(), file.get_param("method"), file.get_filename()) == (
        "text/calendar", "utf-8", "PUBLISH", "deadline.ics",
    )  # fmt: skip
    assert file.get_content_disposition() == "attachment"
    assert file.get_payload(decode=True) == CALENDAR
    assert max(len(line) for line in mail.split(b"\r\n")) <= 78
    cancelled = read(composed(calendar=CALENDAR.replace(b"PUBLISH", b"CANCEL")))
    assert [part.get_param("method") for part in cancelled.iter_parts()] == [None, "CANCEL"]


def test_a_calendar_file_that_says_no_method_is_no_mail_of_ours() -> None:
    with pytest.raises(ValueError, match="method"):
        composed(calendar=CALENDAR.replace(b"METHOD", b"X-OTHER"))


def test_a_mail_need_not_be_automatic_nor_bulk_nor_in_a_thread() -> None:
    found = read(composed(auto_submitted=False, reply_to=None))
    for header in ("Auto-Submitted", "List-Unsubscribe", "In-Reply-To", "References", "Reply-To"):
        assert found[header] is None


def test_the_first_mail_of_a_thread_answers_nothing() -> None:
    assert read(composed(thread_id=FACTS["message_id"]))["In-Reply-To"] is None


@pytest.mark.parametrize("breaking", ["\r\nBcc: x@y.example", "\nX: y", "\r", "\0", "\x0b", "\x85", "\u2028", "\x7f"])
@pytest.mark.parametrize(
    "field", ["sender_name", "to_name", "subject", "language", "message_id", "thread_id", "boundary"]
)
def test_no_line_break_gets_into_a_header(field: str, breaking: str) -> None:
    with pytest.raises(UnsafeHeader):
        composed(**{field: f"{FACTS.get(field, '')}x{breaking}"})


@pytest.mark.parametrize("breaking", ["\r\nBcc: x@y.example", ", x@y.example", ">\r\nX: <", "\0"])
@pytest.mark.parametrize("field", ["sender_address", "to_address"])
def test_no_second_address_gets_into_a_header(field: str, breaking: str) -> None:
    with pytest.raises(UnusableAddress):
        composed(**{field: f"{FACTS[field]}{breaking}"})


def test_neither_reply_address_nor_way_out_carries_a_header() -> None:
    with pytest.raises(UnsafeHeader):
        composed(reply_to=("x\r\nBcc: x@y.example", "amina@forum.example"))
    with pytest.raises(UnusableAddress):
        composed(reply_to=("", "amina@forum.example\r\nBcc: x@y.example"))
    for address in ("https://a.example/\r\nX: y", "https://a.example/> <b", "javascript:x", "mailto:x@y.example"):
        with pytest.raises(UnsafeHeader):
            composed(list_unsubscribe_url=address)


def test_the_message_id_names_the_row_and_never_this_machine() -> None:
    assert message_id_for(UUID(int=10), "letters.coalition.example") == f"<{10:032x}@letters.coalition.example>"
    assert message_id_for("3f2a", "bücher.example") == "<3f2a@xn--bcher-kva.example>"
    assert message_id_for("3f2a", "127.0.0.1") == "<3f2a@[127.0.0.1]>"
    assert socket.gethostname().encode() not in composed(message_id=message_id_for("3f2a", "coalition.example"))
    with pytest.raises(UnsafeHeader):
        message_id_for("3f2a>\r\nX: <y", "coalition.example")


def test_a_mail_goes_through_a_real_server_unchanged() -> None:
    mailbox = Mailbox()
    mail = composed(to_name=ARABIC_NAME, to_address="líná@bücher.example", text=f".\n{ARABIC_NAME}\n..\n")
    with mail_server(mailbox) as port, Transport(settings_for(port)).connect() as line:
        line.send("letters@coalition.example", "líná@bücher.example", mail)
    assert mailbox.received[0].content == mail
    assert parts(mailbox.received[0].content)["text/plain"] == f".\n{ARABIC_NAME}\n..\n"


class AsTheLibraryDoes(Utf8):
    """The same choice of encoding, its lines cut by the standard library."""

    def header_encode_lines(self, string: str, maxlengths: Iterator[int]) -> list[str | None]:
        return list(Charset.header_encode_lines(self, string, maxlengths))


@settings(max_examples=60, deadline=None)
@given(words=st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=120))
@pytest.mark.parametrize("header", ["Subject", "Reply-To"])
def test_words_in_a_header_are_cut_where_the_standard_library_cuts_them(header: str, words: str) -> None:
    ours, theirs = (Header(words, utf8, LINE, header).encode(linesep="\r\n") for utf8 in (Utf8(), AsTheLibraryDoes()))
    assert ours == theirs
