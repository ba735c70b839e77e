"""Reports on delivery (RFC 3464, 6522, 6533), and the bounces that follow no standard."""

from __future__ import annotations

import base64
import binascii
import logging
import quopri
import re
from dataclasses import dataclass
from email import errors
from email.parser import HeaderParser
from typing import Any, Final

import flufl.bounce

from coalition.intake.mail.automatic import says_so_in_subject
from coalition.intake.mail.bounded import (
    Mail,
    bytes_of,
    decoded,
    header,
    inner,
    kind_of,
    parts,
    text_of,
    without_unseen,
)

FAILED: Final = "failed"
DELAYED: Final = "delayed"
ACTIONS: Final = (FAILED, DELAYED, "delivered", "relayed", "expanded")
"""What a server says it did (RFC 3464, section 2.3.3), the worst first."""
STATUS_PARTS: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
MOST_RECIPIENTS: Final = 50
LONGEST_WORDS: Final = 1000
_ACTION_BY_CLASS: Final = {"5": FAILED, "4": DELAYED, "2": "delivered"}
_STATUS: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_REPLY_CODE: Final = re.compile(r"(?:^|[\s:;(\[])([245][0-5]\d)(?=[\s\-#:;,.]|$)")
_REFUSED: Final = re.compile(r"\b5[0-5]\d[ \-#]{1,3}(?:\()?5\.\d{1,3}\.\d{1,3}\b")
_UTF8_POINT: Final = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_SENT_BACK_BY: Final = re.compile(r"(?i)\b(mailer-?daemon|postmaster|mail delivery (sub)?system|mail-?er daemon)\b")


logging.getLogger("flufl.bounce").disabled = True
"""It would write down what it stumbles over, and that is other people's mail."""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a server says of one recipient: `action` of ACTIONS, the address it speaks of (or ""), code and words."""

    action: str
    address: str
    code: int | None
    status: str
    words: str


def report_in(mail: Mail) -> DeliveryReport | None:
    """What the mail reports on a delivery: of several recipients the worst; None where it reports nothing."""
    for part in parts(mail):
        if kind_of(part) in STATUS_PARTS:
            found = [_of_recipient(block) for block in _blocks(part)[:MOST_RECIPIENTS]]
            known = [report for report in found if report is not None]
            if known:
                return min(known, key=lambda report: ACTIONS.index(report.action))
    if (kind_of(mail) == "multipart/report" or _is_sent_back(mail)) and not says_so_in_subject(mail):
        return _without_standard(mail)
    return None


def status_of(words: str) -> str:
    """The enhanced status code (RFC 3463) that stands in a server's words, or ""."""
    found = _STATUS.search(words)
    return found[1] if found else ""


def _of_recipient(fields: Mail) -> DeliveryReport | None:
    """One group of fields; None for those about the whole mail, and for one that says neither action nor status."""
    address = _address(header(fields, "Final-Recipient")) or _address(header(fields, "Original-Recipient"))
    status_found = _STATUS.search(header(fields, "Status"))
    kind, _, words = header(fields, "Diagnostic-Code").partition(";")
    words = words.strip()[:LONGEST_WORDS]
    status = status_found[1] if status_found else ""
    action = (header(fields, "Action").split() or [""])[0].strip(";,.").lower()
    if action not in ACTIONS:
        action = _ACTION_BY_CLASS.get(status[:1], "")
    if not action or not (address or status or words):
        return None
    code_found = _REPLY_CODE.search(words) if kind.strip().lower() == "smtp" else None
    return DeliveryReport(action, address, int(code_found[1]) if code_found else None, status, words)


def _blocks(part: Mail) -> list[Mail]:
    """The groups of fields in a status part, whatever the parser made of it and however it is encoded."""
    found: list[Mail] = []
    for piece in (inner(part) or [part])[:MOST_RECIPIENTS]:
        if piece is not part and piece.keys():
            found.append(piece)
        rest = bytes_of(piece)
        if piece is not part:
            rest = _transferred(rest, header(part, "Content-Transfer-Encoding").lower())
        words = without_unseen(decoded(rest, "utf-8")).strip()
        if words:
            found += [HeaderParser().parsestr(group) for group in re.split(r"\n[ \t]*\n", words)[:MOST_RECIPIENTS]]
    return found


def _transferred(content: bytes, encoding: str) -> bytes:
    """What the parser left encoded, for parts of this kind may not be."""
    try:
        if encoding == "base64":
            return base64.b64decode(content)
        if encoding == "quoted-printable":
            return quopri.decodestring(content)
    except (binascii.Error, ValueError):
        return b""
    return content


def _address(value: str) -> str:
    """The address of a field, which stands after its kind ("rfc822;") and may have its letters written as numbers."""
    _, mark, address = value.partition(";")
    address = (address if mark else value).strip().strip("<>")
    return _UTF8_POINT.sub(_point, address)[:320] if "@" in address else ""


def _point(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return chr(number) if 0x20 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else ""


def _is_sent_back(mail: Mail) -> bool:
    """Whether a server's own daemon wrote it: nobody's words, and no answer to them is wanted."""
    return header(mail, "Return-Path") == "<>" or _SENT_BACK_BY.search(header(mail, "From")) is not None


def _without_standard(mail: Mail) -> DeliveryReport | None:
    """What others' bounces have taught flufl.bounce to see; else a daemon's refusal that has a code in its words."""
    words = _first_words(mail)
    temporary, permanent = _scanned(mail)
    if permanent or temporary:
        addresses = sorted(address.decode("utf-8", "replace") for address in permanent or temporary)
        return _in_words(FAILED if permanent else DELAYED, addresses[0][:320], words)
    if _SENT_BACK_BY.search(header(mail, "From")) and _REFUSED.search(words):
        return _in_words(FAILED, "", words)
    return None


def _in_words(action: str, address: str, words: str) -> DeliveryReport:
    line = next((line.strip() for line in words.split("\n") if _STATUS.search(line)), "")
    line = line or next((line.strip() for line in words.split("\n") if _REPLY_CODE.search(line)), "")
    status, code = _STATUS.search(line), _REPLY_CODE.search(line)
    return DeliveryReport(
        action, address, int(code[1]) if code else None, status[1] if status else "", line[:LONGEST_WORDS]
    )


def _first_words(mail: Mail) -> str:
    """The words for people, which stand first; not the mail that came back, which stands last."""
    for part in parts(mail):
        if kind_of(part).startswith("text/"):
            return text_of(part)[:20_000]
    return ""


def _scanned(mail: Mail) -> tuple[frozenset[bytes], frozenset[bytes]]:
    scan: Any = flufl.bounce.all_failures
    try:
        temporary, permanent = scan(mail)
        return (
            frozenset(one for one in temporary if isinstance(one, bytes)),
            frozenset(one for one in permanent if isinstance(one, bytes)),
        )
    except (errors.MessageError, ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError,
            TypeError, ValueError):  # fmt: skip
        # It reads what honest servers write, and stumbles over what others do.
        return frozenset(), frozenset()
