"""Notices by which mail relays tell of bounces over the web: Postmark's and Mailgun's, and the proof of who sent them.

Postmark proves itself by HTTP basic authentication; its MessageID is its own, so that ours goes along as metadata.
Mailgun signs a timestamp and a token, not the notice itself; it names our Message-ID and the envelope's sender.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from coalition.intake.mail.reports import DELAYED, FAILED, LONGEST_WORDS, DeliveryReport, status_of

POSTMARK: Final = "postmark"
MAILGUN: Final = "mailgun"
METADATA: Final = "row"
"""The name under which Postmark gives back what we gave along: in our mails the header X-PM-Metadata-row."""
COMPLAINED: Final = "complained"
"""Somebody pressed "this is spam"."""
FRESH_FOR: Final = timedelta(hours=24)
"""Both relays try again for less than half a day."""
AHEAD_AT_MOST: Final = timedelta(minutes=10)
POSTMARK_ACTIONS: Final = {
    "HardBounce": FAILED,
    "BadEmailAddress": FAILED,
    "Blocked": FAILED,
    "SpamNotification": FAILED,
    "VirusNotification": FAILED,
    "ManuallyDeactivated": FAILED,
    "DMARCPolicy": FAILED,
    "SMTPApiError": FAILED,
    "Transient": DELAYED,
    "SoftBounce": DELAYED,
    "DnsError": DELAYED,
    "ChallengeVerification": DELAYED,
    "SpamComplaint": COMPLAINED,
}
"""What Postmark's types mean; the others tell nothing of whether a mail arrived."""
_SHORT: Final = 320
_OUR_NAME: Final = re.compile(r"<?([0-9a-f]{24})(?:@[^\s<>]*)?>?")
_CODE: Final = re.compile(r"(?:^|[\s;:])([245][0-5]\d)(?=[\s\-])")


class NotProven(Exception):
    """Whoever sent it has not our key, or sent it too long ago."""


class NotReadable(ValueError):
    """It is no notice of the relay's form."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a relay tells of one mail of ours.

    `once` is the same each time this notice comes and never for another; `name` the part of our Message-ID before the
    "@", or ""; `return_path` the sender of the envelope, or "".
    """

    once: bytes
    name: str
    return_path: str
    report: DeliveryReport


def is_password(given: str | None, key: str) -> bool:
    """Whether Postmark gave our key; takes equally long, however much of it is right."""
    return hmac.compare_digest((given or "").encode("utf-8", "replace"), key.encode())


def facts_in(content: bytes) -> dict[str, Any]:
    """The JSON object that was sent. Raises NotReadable."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotReadable from error
    if not isinstance(found, dict):
        raise NotReadable
    return found


def postmark_notice(facts: dict[str, Any], *, now: datetime) -> Notice | None:
    """What Postmark tells; None where it is of no delivery. Raises NotReadable; NotProven where it is old."""
    kind, type_ = _words(facts, "RecordType"), _words(facts, "Type")
    if not kind:
        raise NotReadable
    action = POSTMARK_ACTIONS.get(type_) if kind in {"Bounce", "SpamComplaint"} else None
    if action is None:
        return None
    try:
        _ensure_fresh(datetime.fromisoformat(_words(facts, "BouncedAt")), now)
    except (ValueError, TypeError) as error:
        raise NotReadable from error
    words = _words(facts, "Details", LONGEST_WORDS) or _words(facts, "Description", LONGEST_WORDS)
    code = _CODE.search(words)
    report = DeliveryReport(action, _words(facts, "Email"), int(code[1]) if code else None, status_of(words), words)
    once = "|".join((POSTMARK, str(facts.get("ID"))[:_SHORT], _words(facts, "MessageID"), type_))
    return Notice(once.encode(), _our_name(_words(_inside(facts, "Metadata"), METADATA)), "", report)


def mailgun_notice(facts: dict[str, Any], *, key: str, now: datetime) -> Notice | None:
    """What Mailgun tells; None where it is of no delivery. Raises NotProven, NotReadable."""
    signed = _inside(facts, "signature")
    timestamp, token = _words(signed, "timestamp"), _words(signed, "token")
    expected = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    is_signed = hmac.compare_digest(expected.encode(), _words(signed, "signature").encode())
    if not (
        is_signed and token and timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= len("9999999999")
    ):
        raise NotProven
    _ensure_fresh(datetime.fromtimestamp(int(timestamp), UTC), now)
    event = _inside(facts, "event-data")
    if not _words(event, "event"):
        raise NotReadable
    action = _mailgun_action(event)
    if action is None:
        return None
    status = _inside(event, "delivery-status")
    words = _words(status, "message", LONGEST_WORDS) or _words(status, "description", LONGEST_WORDS)
    code = status.get("code")
    report = DeliveryReport(
        action,
        _words(event, "recipient"),
        code if isinstance(code, int) and 200 <= code < 600 else None,
        status_of(_words(status, "enhanced-code")) or status_of(words),
        words,
    )
    headers = _inside(_inside(event, "message"), "headers")
    return Notice(
        f"{MAILGUN}|{token}".encode(),
        _our_name(_words(headers, "message-id")),
        _words(_inside(event, "envelope"), "sender"),
        report,
    )


def _mailgun_action(event: dict[str, Any]) -> str | None:
    if event["event"] == COMPLAINED:
        return COMPLAINED
    by_severity = {"permanent": FAILED, "temporary": DELAYED}
    return by_severity.get(_words(event, "severity")) if event["event"] == "failed" else None


def _ensure_fresh(sent_at: datetime, now: datetime) -> None:
    if not now - FRESH_FOR <= sent_at <= now + AHEAD_AT_MOST:
        raise NotProven


def _inside(facts: dict[str, Any], name: str) -> dict[str, Any]:
    found = facts.get(name)
    return found if isinstance(found, dict) else {}


def _words(facts: dict[str, Any], name: str, longest: int = _SHORT) -> str:
    """Words as they were sent, without what no database keeps: halves of characters and NUL."""
    found = facts.get(name)
    if not isinstance(found, str):
        return ""
    return found[:longest].encode("utf-8", "replace").decode().replace("\0", "")


def _our_name(message_id: str) -> str:
    found = _OUR_NAME.fullmatch(message_id)
    return found[1] if found else ""
