"""Putting one mail together: the same facts give the same bytes, today and at the tenth retry.

Headers are written here and not by `email.message`: it folds long names in other scripts wrongly (specials lose their
quotation marks), and how it folds differs from one Python to the next, so that a retry would not be the same mail.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from email import base64mime, charset, quoprimime
from email.header import Header
from email.utils import format_datetime, quote
from functools import lru_cache
from typing import TypeAlias
from uuid import UUID

from coalition.emails.addresses import wire_address

Mailbox: TypeAlias = tuple[str, str]
"""A name as shown, which may be empty, and an address."""

LINE = 76
FOLD = "\r\n "
AROUND_AN_ENCODED_WORD = len("=?utf-8?q??=")
BREAKS = frozenset(chr(point) for point in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029))
"""Control characters and line ends of any kind: none of them has business in a header."""
BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=?-]{1,70}")
"""What RFC 2046, section 5.1.1, allows, without blanks."""
METHOD = re.compile(rb"^METHOD:(PUBLISH|CANCEL)\r$", re.MULTILINE)
CALENDAR_NAME = "deadline.ics"
MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
WEB_ADDRESS = re.compile(r"https?://[!-;=?-~]+")


class UnsafeHeader(ValueError):
    """A line break or another control character where a header would carry it on."""


def message_id_for(row_id: UUID | str, domain: str) -> str:
    """The Message-ID of an outbox row at our public `domain`. Ids are random: a number would tell how many we send."""
    name = row_id.hex if isinstance(row_id, UUID) else row_id
    return _shaped(MESSAGE_ID, f"<{name}@{wire_address(f'id@{domain}').removeprefix('id@')}>")


def compose(
    *,
    sender_name: str,
    sender_address: str,
    to_name: str,
    to_address: str,
    reply_to: Mailbox | None,
    subject: str,
    text: str,
    html: str,
    language: str,
    message_id: str,
    date: datetime,
    boundary: str,
    thread_id: str | None = None,
    auto_submitted: bool = True,
    list_unsubscribe_url: str | None = None,
    calendar: bytes | None = None,
    postmark_row: str | None = None,
) -> bytes:
    """One mail, text part first, ready for the wire: ASCII and CRLF, but for an address whose local part is not ASCII.

    `message_id` and `thread_id` with their angle brackets; `date` aware; `boundary` made once for the row, with "=_" in
    it, so that no body can hold it. `calendar` is a whole iCalendar file, which goes along as a file: as a third form
    of the words, programs would show it instead of them. `postmark_row` is what Postmark gives back in its
    notices; it is then also asked to leave our Message-ID. Raises UnsafeHeader, or UnusableAddress for what is not one
    address.
    """
    headers = [("From", _mailbox(sender_name, sender_address))]
    if reply_to is not None:
        headers.append(("Reply-To", _mailbox(*reply_to)))
    headers += [
        ("To", _mailbox(to_name, to_address)),
        ("Subject", _words(subject, "Subject")),
        ("Date", format_datetime(date)),
        ("Message-ID", _shaped(MESSAGE_ID, message_id)),
    ]
    if thread_id is not None and thread_id != message_id:
        root = _shaped(MESSAGE_ID, thread_id)
        headers += [("In-Reply-To", root), ("References", root)]
    if auto_submitted:
        headers.append(("Auto-Submitted", "auto-generated"))
    if list_unsubscribe_url is not None:
        headers.append(("List-Unsubscribe", f"<{_shaped(WEB_ADDRESS, list_unsubscribe_url)}>"))
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    if postmark_row is not None:
        row = _shaped(re.compile(r"[0-9a-f]{1,80}"), postmark_row)
        headers += [("X-PM-KeepID", "true"), ("X-PM-Metadata-row", row)]
    headers += [
        ("Content-Language", _shaped(re.compile(r"[A-Za-z0-9-]+"), language)),
        ("MIME-Version", "1.0"),
    ]
    _shaped(BOUNDARY, boundary)
    words = (_part(text, "plain"), _part(html, "html"))
    if calendar is None:
        body = _multipart("alternative", boundary, words)
    else:
        # Neither boundary is the beginning of the other: some programs compare no more of the line than that.
        inner = _multipart("alternative", f"=_in.{boundary.removeprefix('=_')}", words)
        body = _multipart("mixed", boundary, (inner, _calendar_part(calendar)))
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode() + body


def _multipart(kind: str, boundary: str, parts: Iterable[bytes]) -> bytes:
    """Parts under one Content-Type, which comes first: what is before it are the headers of a mail, or nothing."""
    edge = b"--" + boundary.encode()
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + b"".join(edge + b"\r\n" + part + b"\r\n" for part in parts) + edge + b"--\r\n"


def _calendar_part(calendar: bytes) -> bytes:
    """An iCalendar file, under the method that it names itself; in base64, for its folded lines mean something."""
    method = METHOD.search(calendar)
    if method is None:
        raise ValueError("A calendar file says by its method what is to be done with it.")
    head = (
        f"Content-Type: text/calendar; charset=utf-8; method={method[1].decode()}\r\n"
        f'Content-Disposition: attachment; filename="{CALENDAR_NAME}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(calendar).replace(b"\n", b"\r\n")


@lru_cache(maxsize=256)
def _mailbox(name: str, address: str) -> str:
    """`name <address>` as a header has it, folded before the address where the line would be long."""
    bare = wire_address(address)
    if not name:
        return bare
    is_plain = name.isascii() and len(name) <= LINE // 2 and "=?" not in name
    shown = f'"{quote(_checked(name))}"' if is_plain else _encoded(name, "Reply-To")
    is_long = len("Reply-To: " + shown.rpartition("\n")[2] + f" <{bare}>") > LINE
    return shown + (FOLD if is_long else " ") + f"<{bare}>"


@lru_cache(maxsize=256)
def _words(value: str, header: str) -> str:
    """Free words for a header, folded at blanks in ASCII, else in encoded words."""
    if value.isascii() and "=?" not in value:
        return Header(_checked(value), "us-ascii", LINE, header).encode(linesep="\r\n")
    return _encoded(value, header)


def _encoded(value: str, header: str) -> str:
    """In encoded words of whole characters (RFC 2047); fits free words and names alike."""
    return Header(_checked(value), UTF_8, LINE, header).encode(linesep="\r\n")


def _checked(value: str) -> str:
    if not BREAKS.isdisjoint(value):
        raise UnsafeHeader("A header can not carry a line break or a control character.")
    return value


def _shaped(pattern: re.Pattern[str], value: str) -> str:
    if not pattern.fullmatch(value):
        raise UnsafeHeader("A header was given a value of another form than it must have.")
    return value


def _part(words: str, kind: str) -> bytes:
    """One body, in the shorter of the two transfer encodings."""
    if _is_mostly_ascii(words):
        encoding, lines = "quoted-printable", "\r\n".join(map(_quoted, words.split("\n")))
    else:
        body = words.replace("\n", "\r\n").encode()
        encoding, lines = "base64", base64.encodebytes(body).decode().replace("\n", "\r\n")
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return (head + lines).encode()


@lru_cache(maxsize=4096)
def _quoted(line: str) -> str:
    """One line in quoted-printable. Most lines of a mail stand in all those of its letter: each is encoded once."""
    return quoprimime.body_encode(line.encode().decode("latin-1"), eol="\r\n")


def _is_mostly_ascii(words: str) -> bool:
    size = len(words.encode())
    return (size - len(words.encode("ascii", "ignore"))) * 3 < size


class Utf8(charset.Charset):
    """UTF-8 with an encoding of our own choice: importing Flask-Mail changes the standard library's."""

    def __init__(self) -> None:
        """In whichever of the two encodings is shorter."""
        super().__init__("utf-8")
        self.header_encoding = charset.SHORTEST

    def header_encode_lines(self, string: str, maxlengths: Iterator[int]) -> list[str | None]:
        """The very lines of the standard library, which measures a line anew for each character, and so takes long."""
        octets = string.encode()
        is_base64 = base64mime.header_length(octets) < quoprimime.header_length(octets)
        encode = base64mime.header_encode if is_base64 else quoprimime.header_encode
        lines: list[str | None] = []
        line, length, room = b"", 0, next(maxlengths) - AROUND_AN_ENCODED_WORD
        for sign in string:
            piece = sign.encode()
            longer = length + (len(piece) if is_base64 else _quoted_length(piece))
            if (-(-longer // 3) * 4 if is_base64 else longer) <= room:
                line, length = line + piece, longer
                continue
            lines.append(encode(line, "utf-8") if line or lines else None)
            line, length, room = piece, longer - length, next(maxlengths) - AROUND_AN_ENCODED_WORD
        return [*lines, encode(line, "utf-8")]


@lru_cache(maxsize=1024)
def _quoted_length(octets: bytes) -> int:
    return quoprimime.header_length(octets)


UTF_8 = Utf8()
