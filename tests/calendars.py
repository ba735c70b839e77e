"""A strict reader of calendar files with one event (RFC 5545), independent of what writes them."""

from __future__ import annotations

import re

LONGEST = 75
CONTENT_LINE = re.compile(
    r'([A-Z-]+)((?:;[A-Z-]+=(?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x1f\x7f]*))*):([^\x00-\x08\x0a-\x1f\x7f]*)'
)
FORM = (
    "BEGIN VERSION PRODID CALSCALE METHOD BEGIN UID SEQUENCE DTSTAMP DTSTART SUMMARY DESCRIPTION ORGANIZER STATUS "
    "CLASS TRANSP END END"
).split()
ESCAPE = re.compile(r"\\(.)")
TEXTS = {"SUMMARY", "DESCRIPTION"}


def read_calendar(file: bytes) -> dict[str, str]:
    """The values of the file by their names; fails on whatever a strict program would not take."""
    assert file.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", file)
    lines = file.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(line) <= LONGEST for line in lines)
    for line in lines:
        line.decode()  # no character is cut in two
    unfolded = file.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    found = [CONTENT_LINE.fullmatch(line) for line in unfolded]
    assert all(found), unfolded
    named = [(one[1], one[3]) for one in found if one]
    assert [name for name, _value in named] == FORM
    assert [value for name, value in named if name in {"BEGIN", "END"}] == [
        "VCALENDAR",
        "VEVENT",
        "VEVENT",
        "VCALENDAR",
    ]
    values = dict(named)
    for name in TEXTS:
        assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", values[name]), "a separator that is not escaped"
        values[name] = ESCAPE.sub(lambda sign: "\n" if sign[1] in "nN" else sign[1], values[name])
    for name in ("DTSTAMP", "DTSTART"):
        assert re.fullmatch(r"\d{8}T\d{6}Z", values[name])
    assert values["SEQUENCE"].isdigit()
    return values
