"""A moment as an iCalendar file (RFC 5545), for whoever wants it in a calendar of their own.

It holds no link and rings no alarm: calendars are shared with colleagues and shown on locked screens. Its instant is
given in UTC, so that no table of a time zone has to go along; programs show it in the zone they are set to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

OCTETS: Final = 75
"""The longest line, without its end (RFC 5545, section 3.1)."""
ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What the file tells. `uid` and `sequence` say to programs which earlier entry this one takes the place of."""

    uid: str
    sequence: int
    at: datetime
    summary: str
    description: str
    language: str
    organiser_name: str
    organiser_address: str
    made_at: datetime
    is_cancelled: bool = False


def calendar_file(moment: Moment) -> bytes:
    """The same bytes for the same moment. A cancelled one takes the entry out of the calendar again."""
    name = moment.organiser_name.replace('"', "'")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Coalition//Deadlines//EN",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if moment.is_cancelled else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{moment.uid}",
        f"SEQUENCE:{moment.sequence}",
        f"DTSTAMP:{_utc(moment.made_at)}",
        f"DTSTART:{_utc(moment.at)}",
        f"SUMMARY;LANGUAGE={moment.language}:{_text(moment.summary)}",
        f"DESCRIPTION;LANGUAGE={moment.language}:{_text(moment.description)}",
        f'ORGANIZER;CN="{_line(name)}":mailto:{moment.organiser_address}',
        f"STATUS:{'CANCELLED' if moment.is_cancelled else 'CONFIRMED'}",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    return "".join(sign for sign in words if sign == "\n" or sign.isprintable() or ord(sign) > 0xA0).translate(ESCAPED)


def _line(words: str) -> str:
    """Words within quotation marks, where nothing can be escaped."""
    return "".join(sign for sign in words if sign.isprintable())


def _folded(line: str) -> bytes:
    """The line with its end, folded between characters: a program that unfolds late must not find half of one."""
    folded, room = b"", OCTETS
    for sign in line:
        octets = sign.encode()
        if len(octets) > room:
            folded, room = folded + b"\r\n ", OCTETS - 1
        folded, room = folded + octets, room - len(octets)
    return folded + b"\r\n"
