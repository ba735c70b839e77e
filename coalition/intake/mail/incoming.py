"""One mail as it came in, read: from whom, to which addresses, what it says, what it reports. Asks no database."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr, parsedate_to_datetime
from html import unescape
from typing import Final

import nh3

from coalition.intake.mail.automatic import is_automatic
from coalition.intake.mail.bounded import Mail, header, headers, kind_of, parsed, parts, text_of, without_unseen
from coalition.intake.mail.reports import DeliveryReport, report_in

DELIVERED_TO: Final = ("X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
"""Where the address may stand to which it was sent, the likeliest first."""
LONGEST_WORDS: Final = 100_000
LONGEST_HTML: Final = 50_000
"""Of what is left without style and comments: marks in marks cost the square of their number."""
UNREAD: Final = (("<!--", "-->"), ("<style", "</style>"), ("<script", "</script>"), ("<head>", "</head>"))
LINES: Final = {"address", "blockquote", "br", "dd", "div", "dt", "h1", "h2", "h3", "hr", "li", "p", "pre", "td", "tr"}
"""Marks that begin a line; all others stand within one."""
_MARK: Final = re.compile(r"<[^<>]*>")
_ADDRESS: Final = re.compile(r"[^\s<>,;:\"()\[\]\\]{1,200}@[^\s<>,;:\"()\\]{1,255}")
_MESSAGE_ID: Final = re.compile(r"<[^\s<>]{1,200}@[^\s<>]{1,200}>")


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a mail says, each part bounded, none of it believed."""

    from_name: str
    from_address: str
    subject: str
    date: str
    addresses: tuple[str, ...]
    """Those it says that it was sent to."""
    answers: tuple[str, ...]
    """The Message-IDs it names as what it answers, the nearest first."""
    words: str
    is_automatic: bool
    report: DeliveryReport | None

    @property
    def said(self) -> dict[str, str]:
        """What a person wrote, as it is kept."""
        return {
            "from_name": self.from_name,
            "from_address": self.from_address,
            "subject": self.subject,
            "words": self.words,
            "date": self.date,
        }


def read(raw: bytes) -> Incoming:
    """Read a mail. Any bytes are one: what they do not say is empty."""
    mail = parsed(raw)
    name, address = _sender(header(mail, "From"))
    return Incoming(
        from_name=name[:200],
        from_address=address[:320],
        subject=header(mail, "Subject")[:500],
        date=_date(header(mail, "Date")),
        addresses=_addresses(mail),
        answers=_answers(mail),
        words=_words(mail),
        is_automatic=is_automatic(mail),
        report=report_in(mail),
    )


def _sender(value: str) -> tuple[str, str]:
    with suppress(ValueError, RecursionError, IndexError):
        return parseaddr(value[:1000])
    return "", ""


def _date(value: str) -> str:
    with suppress(ValueError, TypeError, OverflowError, IndexError):
        return parsedate_to_datetime(value[:100]).isoformat()
    return ""


def _addresses(mail: Mail) -> tuple[str, ...]:
    found = [one for name in DELIVERED_TO for value in headers(mail, name) for one in _ADDRESS.findall(value)]
    return tuple(dict.fromkeys(found))[:50]


def _answers(mail: Mail) -> tuple[str, ...]:
    nearest = _MESSAGE_ID.findall(header(mail, "In-Reply-To"))
    further = reversed(_MESSAGE_ID.findall(header(mail, "References")))
    return tuple(dict.fromkeys([*nearest, *further]))[:20]


def _words(mail: Mail) -> str:
    """The words for people: the plain ones, else what the HTML says. Attached texts are not read."""
    written = [part for part in parts(mail) if "attachment" not in header(part, "Content-Disposition").lower()]
    for part in written:
        if kind_of(part) == "text/plain":
            return text_of(part)[:LONGEST_WORDS]
    for part in written:
        if kind_of(part) == "text/html":
            return _without_marks(text_of(part))
    return ""


def _without_marks(html: str) -> str:
    kept = nh3.clean(_without_unread(html)[:LONGEST_HTML], tags=LINES, attributes={})
    lines = (" ".join(line.split()) for line in unescape(_MARK.sub("\n", kept)).split("\n"))
    return without_unseen("\n".join(line for line in lines if line))[:LONGEST_WORDS]


def _without_unread(html: str) -> str:
    """HTML without what is not words, which some programs write more of than words; one search for each, none again."""
    for begin, end in UNREAD:
        kept, at, small = [], 0, html.lower()
        while (start := small.find(begin, at)) >= 0:
            kept.append(html[at:start])
            stop = small.find(end, start)
            at = stop + len(end) if stop >= 0 else len(html)
        html = "".join([*kept, html[at:]])
    return html
