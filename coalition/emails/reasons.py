"""Why a mail did not arrive, read from what a server said of it: one word, by which the desk says what to do."""

from __future__ import annotations

import re
from typing import Final

from coalition.emails.failures import OUR_FAULT, REFUSED

REASONS: Final = (
    "unknown_address", "closed_mailbox", "full", "moved", "unknown_host", "too_large", "policy", "relay", "settings",
    "greylisted", "slow_down", "unreachable", "expired", "letters", "unmade", "other",
)  # fmt: skip

STATUS: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
"""An enhanced status code (RFC 3463)."""

BY_STATUS: Final = {
    "1.0": "unknown_address", "1.1": "unknown_address", "1.3": "unknown_address", "1.4": "unknown_address",
    "1.6": "moved", "1.2": "unknown_host", "1.10": "unknown_host", "4.4": "unknown_host",
    "2.0": "closed_mailbox", "2.1": "closed_mailbox", "2.2": "full", "3.1": "full",
    "2.3": "too_large", "3.4": "too_large",
    "4.1": "unreachable", "4.2": "unreachable", "4.7": "expired", "6.7": "letters",
}  # fmt: skip

BY_CODE: Final = {
    550: "unknown_address", 551: "moved", 553: "unknown_address", 552: "full", 452: "full", 521: "unknown_host",
    556: "unknown_host", 554: "policy",
    421: "slow_down", 450: "slow_down", 451: "slow_down",
}  # fmt: skip

BY_WORDS: Final = (
    ("greylisted", re.compile(r"gr[ea]y-?list", re.IGNORECASE)),
    ("relay", re.compile(r"\brelay", re.IGNORECASE)),
    ("settings", re.compile(
        r"could not prove who it is|to another machine must be encrypted|trusted certificates can not"
        r"|sender is not one mail address|DKIM key (is not|can not)", re.IGNORECASE
    )),
    ("unmade", re.compile(r"it could not be made")),
    ("unknown_address", re.compile(r"recipient is not one mail address")),
    ("letters", re.compile(r"letters outside a to z|smtputf8", re.IGNORECASE)),
    ("full", re.compile(r"quota|mailbox (is )?full|over ?limit|insufficient (system )?storage", re.IGNORECASE)),
    ("unknown_address", re.compile(
        r"(user|recipient|mailbox|address|account)( \S+){0,3}"
        r" (unknown|not found|unavailable|does not exist|doesn.t exist|rejected)"
        r"|no such (user|recipient|mailbox|address)|unknown (user|recipient|address)", re.IGNORECASE
    )),
    ("policy", re.compile(r"spam|policy|block(ed|list)|black.?list|reputation|dmarc|\bspf\b|dkim", re.IGNORECASE)),
    ("slow_down", re.compile(r"too many|\brate\b|try again later|temporar", re.IGNORECASE)),
)  # fmt: skip
"""What servers say that give no status code, or the wrong one; the first that fits."""

SURE: Final = frozenset({"greylisted", "relay", "settings", "letters", "unmade"})
"""What the words say better than any status: servers use those of policy for all of these."""

ABOUT_THE_ADDRESS: Final = frozenset({"unknown_address", "closed_mailbox", "moved", "unknown_host", "letters"})
"""Another address is the cure."""


def status_in(words: str) -> str:
    """The enhanced status code that stands in a server's words, or nothing."""
    found = STATUS.search(words)
    return found.group(0) if found else ""


def reason_of(code: int | None, words: str, status: str = "") -> str:
    """One of REASONS. `status` is that of a report, where there is one; else it is looked for in `words`."""
    if code in OUR_FAULT:
        return "settings"
    by_words = next((reason for reason, pattern in BY_WORDS if pattern.search(words)), "")
    if by_words in SURE:
        return by_words
    return _by_status(status or words) or by_words or _by_code(code)


def _by_status(words: str) -> str:
    found = STATUS.search(words)
    if not found:
        return ""
    kind, subject, detail = found.groups()
    if subject == "7":  # security and policy
        return "slow_down" if kind == "4" else "policy"
    return BY_STATUS.get(f"{subject}.{detail}", "")


def _by_code(code: int | None) -> str:
    if code is None:
        return "unreachable"
    return BY_CODE.get(code, "slow_down" if code < REFUSED else "other")
