"""What is wrong with a mail, whatever it says: its form, its links, and what must never be in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from urllib.parse import urlsplit

from coalition import languages
from coalition.emails.subjects import LONGEST, length
from tests.calendars import read_calendar

STRICT = policy.SMTP.clone(raise_on_defect=True)
LARGEST = 20_000
LONGEST_WORDS = 69
"""Of a subject in which no name stands whole any more: words and moments are never shortened."""
ADDRESS = re.compile(r"https?://[^\s<>\"'()\u2066-\u2069]+")
HREF = re.compile(r'href="([^"]*)"')
SHOWN = re.compile(r'<a [^>]*href="([^"]*)"[^>]*>(https?:[^<]*)</a>')
SURVIVES = re.compile(r"https?://[A-Za-z0-9:.\[\]-]+(?:/[A-Za-z0-9._/~-]*)?(?:\?[a-z]+=[a-z]+)?")
"""An address that no mail program cuts: nothing in it that quoted-printable encodes, or that could end a sentence."""
FETCHED = re.compile(r"<(?:img|link|script|form|iframe|object|video|audio|svg)\b|url\(|@import|\b(?:src|background)=")
ONE_CLICK = "List-Unsubscribe=One-Click"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """How a mail should be."""

    language: str
    hosts: frozenset[str]
    """Where its links may lead."""
    is_bulk: bool = False
    is_neutral: bool = False
    in_thread: bool = True
    told: Collection[str] = ()
    """Addresses that it tells as data, as typed: an organisation's website."""
    data: Collection[str] = ("",)
    """Names and titles: a subject that is too long has none of them whole. By default no subject is too long."""
    untold: Collection[str] = ()
    """Words that may stand nowhere in it, headers and files among them."""


def findings(content: bytes, meant: Meant) -> list[str]:
    """What is wrong, a sentence each."""
    mail = message_from_bytes(content, policy=STRICT)
    assert isinstance(mail, EmailMessage)
    parts = [part for part in mail.walk() if not part.is_multipart()]
    found = [*_of_headers(mail, meant), *_of_structure(mail, parts, meant)]
    if not found:
        text, html = str(parts[0].get_content()), str(parts[1].get_content())
        found = [*_of_text(text, html, meant), *_of_html(html, meant)]
        whole = "\n".join([*(f"{name}: {value}" for name, value in mail.items()), text, html])
        found += [f"It tells {word!r}." for word in meant.untold if word in whole]
    return found


def _of_headers(mail: EmailMessage, meant: Meant) -> Iterator[str]:
    for name, value in mail.items():
        if getattr(value, "defects", ()):
            yield f"{name} is not as it should be: {value.defects}."
    subject = str(mail["Subject"])
    is_at_its_shortest = meant.is_neutral or not any(value in subject for value in meant.data)
    if not subject.strip() or length(subject) > (LONGEST_WORDS if is_at_its_shortest else LONGEST):
        yield f"The subject has {length(subject)} characters: {subject}"
    if mail["Auto-Submitted"] != "auto-generated":
        yield "It does not say that a machine sent it."
    if mail["Content-Language"] != meant.language:
        yield f"Its language is said to be {mail['Content-Language']}."
    if (mail["List-Unsubscribe-Post"] == ONE_CLICK) != meant.is_bulk or bool(mail["List-Unsubscribe"]) != meant.is_bulk:
        yield "It can be stopped in one click, or can not, and should be otherwise."
    if bool(mail["References"]) != meant.in_thread or mail["References"] != mail["In-Reply-To"]:
        yield "It stands in a thread, or does not, and should be otherwise."
    if meant.is_bulk and urlsplit(str(mail["List-Unsubscribe"]).strip("<>")).netloc not in meant.hosts:
        yield f"One click leads elsewhere: {mail['List-Unsubscribe']}."


def _of_structure(mail: EmailMessage, parts: Sequence[MIMEPart], meant: Meant) -> Iterator[str]:
    kinds = [part.get_content_type() for part in parts]
    if kinds[:2] != ["text/plain", "text/html"] or len(kinds) > 3:
        yield f"Its parts are {kinds}."
    if {part.get_content_charset() for part in parts} != {"utf-8"}:
        yield "A part is not in UTF-8."
    if len(kinds) == 3:
        file = parts[2].get_payload(decode=True)
        assert isinstance(file, bytes)
        read_calendar(file)
        if mail.get_content_type() != "multipart/mixed" or kinds[2] != "text/calendar":
            yield "What goes along is no file of a calendar."
        if meant.is_neutral:
            yield "A file goes along under safe mail."


def _of_text(text: str, html: str, meant: Meant) -> Iterator[str]:
    lines = text.splitlines()
    if max(map(len, html.splitlines())) > 10_000 or "\t" in text:
        yield "A line is too long, or holds tabs."
    for line in lines:
        for address in set(ADDRESS.findall(line)) - set(meant.told):
            if line != address and line.strip("\u2066\u2067\u2068\u2069 .") != address:
                yield f"An address does not stand alone: {line}"
            yield from _of_link(address, meant)
    own = {address for address in HREF.findall(html) if address.startswith("http")}
    if not own <= {address for line in lines for address in ADDRESS.findall(line)}:
        yield f"Only the HTML has a link: {own}."


def _of_html(html: str, meant: Meant) -> Iterator[str]:
    direction = languages.direction(meant.language)
    if not html.startswith(f'<!DOCTYPE html><html lang="{meant.language}" dir="{direction}">'):
        yield f"Its language and direction are not said: {html[:80]}"
    if fetched := FETCHED.search(html):
        yield f"It fetches something: {fetched[0]}"
    if len(html.encode()) > LARGEST:
        yield f"It has {len(html.encode())} bytes."
    if not re.search(r'class="preheader"[^>]*>(?:\s|<bdi[^>]*>)*[^\s<]', html):
        yield "Nothing is said before it is opened."
    for address in HREF.findall(html):
        yield from _of_link(address, meant)
    for address, shown in SHOWN.findall(html):
        if address != shown:
            yield f"A link says {shown} and leads to {address}."


def _of_link(address: str, meant: Meant) -> Iterator[str]:
    if not SURVIVES.fullmatch(address):
        yield f"A mail program may cut this address: {address}"
    if urlsplit(address).netloc not in meant.hosts:
        yield f"A link leads elsewhere: {address}"
