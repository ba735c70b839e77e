"""Why a mail was not accepted, sorted by what to do about it, in words fit to be kept and shown."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from typing import Literal, TypeAlias

LONGEST_WORDS = 300
REFUSED = 500
OUR_FAULT = frozenset({503, 530, 534, 535, 538})
"""Refusals that speak of our login or our manners, wherever in the conversation they come (RFC 4954, RFC 5321)."""
SERVICE_GOES_AWAY = 421
STATUS = re.compile(r"4\.(\d)\.\d{1,3}\b")
GREYLISTED = re.compile(r"gr[ea]y-?list", re.IGNORECASE)
TOO_FAST = re.compile(
    r"\brate\b|\brate-?limit|throttl|too (many|much|fast|quickly)|slow down|congest|overload"
    r"|(limit|quota) (was |is |has been )?(exceeded|reached)|exceed\w* .*\b(limit|quota|rate)",
    re.IGNORECASE,
)
THEIR_HOST = re.compile(r"\b(destination|recipient|remote|target)('s)? (host|domain|server|MX)\b", re.IGNORECASE)
HOST_IS_AWAY = re.compile(
    r"(host|domain|MX|name) (service )?(error|not found|lookup)|could not resolve|no route|unreachable"
    r"|connection (refused|timed out)|\b(destination|recipient|remote|target) (host|domain|server|MX)\b",
    re.IGNORECASE,
)


Scope: TypeAlias = Literal["mail", "host", "line"]
"""What a failure speaks of: this mail alone, its recipient's host, or our mail server, by which all mails go."""


class DeliveryFailure(Exception):
    """A mail that was not accepted, or not known to be. `words` name no address and no link."""

    is_begun = True
    """Whether the server was told of the mail: where no conversation came about, it was not tried at all."""

    def __init__(self, code: int | None, words: bytes | str) -> None:
        """`code` is the server's reply code, None where it gave none; `words` are its own, or say what went wrong."""
        self.code = code
        self.words = presentable(words)
        self.scope: Scope = self._usual_scope()
        super().__init__(f"{code or '-'} {self.words}")

    def _usual_scope(self) -> Scope:
        return "mail"


class TemporaryFailure(DeliveryFailure):
    """Surely not delivered; the same mail may go through later."""

    def _usual_scope(self) -> Scope:
        if self.code in {None, SERVICE_GOES_AWAY}:
            return "line"
        return scope_of(self.words)


class PermanentFailure(DeliveryFailure):
    """Refused for good: this recipient or this message."""


class ConfigurationFailure(DeliveryFailure):
    """Refused because of our settings (certificate, login, sender), so every mail would be: keep it, say so."""

    def _usual_scope(self) -> Scope:
        return "line"


class UnknownOutcome(DeliveryFailure):
    """The connection was lost after the whole mail was sent and before its answer: it may have been delivered."""

    def _usual_scope(self) -> Scope:
        return "line"


def scope_of(words: str) -> Scope:
    """What a refusal for now speaks of, by its enhanced status code (RFC 3463) and by the words that servers use.

    Greylisting is of one mail: the others of that host should be tried at once, so that their time of waiting begins.
    """
    found = STATUS.match(words)
    subject = found[1] if found else ""
    if subject == "2" or GREYLISTED.search(words):
        return "mail"
    if TOO_FAST.search(words):
        return "host" if THEIR_HOST.search(words) else "line"
    if subject in {"3", "5"}:
        return "line"
    if subject == "4" or HOST_IS_AWAY.search(words) or words.startswith("4.1.2"):
        return "host"
    return "mail"


def refusal(code: int, words: bytes | str, *, otherwise: type[DeliveryFailure] = PermanentFailure) -> DeliveryFailure:
    """What a reply that is not a yes means. `otherwise` is what a plain 5xx means at this step of the conversation."""
    if code in OUR_FAULT:
        return ConfigurationFailure(code, words)
    if code >= REFUSED:
        return otherwise(code, words)
    return TemporaryFailure(code if code > 0 else None, words)


@contextlib.contextmanager
def while_connecting() -> Iterator[None]:
    """Sort what can break before the first mail: our settings or the weather."""
    try:
        with _sorting_what_breaks_at_first():
            yield
    except DeliveryFailure as failure:
        failure.is_begun, failure.scope = False, "line"
        raise


@contextlib.contextmanager
def _sorting_what_breaks_at_first() -> Iterator[None]:
    try:
        yield
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError, smtplib.SMTPServerDisconnected) as error:
        raise TemporaryFailure(None, str(error)) from error
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason
        raise ConfigurationFailure(None, f"The mail server could not prove who it is: {reason}") from error
    except smtplib.SMTPResponseException as error:
        raise refusal(error.smtp_code, error.smtp_error, otherwise=ConfigurationFailure) from error
    except (smtplib.SMTPException, UnicodeEncodeError) as error:
        raise ConfigurationFailure(None, str(error)) from error
    except OSError as error:
        raise TemporaryFailure(None, str(error)) from error


@contextlib.contextmanager
def before_the_final_dot() -> Iterator[None]:
    """Whatever breaks in here, the server has no complete mail and may not deliver it."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise refusal(error.smtp_code, error.smtp_error) from error
    except OSError as error:  # smtplib's own errors are OSErrors too
        raise TemporaryFailure(None, str(error)) from error


@contextlib.contextmanager
def after_the_final_dot() -> Iterator[None]:
    """Whatever breaks in here leaves it open whether the mail was delivered."""
    try:
        yield
    except OSError as error:  # smtplib's own errors are OSErrors too
        raise UnknownOutcome(None, str(error)) from error


def presentable(words: bytes | str) -> str:
    """A server's words on one line, not endless, without mail addresses and without the paths of links."""
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    said = " ".join("".join(character if character.isprintable() else " " for character in said).split())
    said = re.sub(r"(https?://[^\s/]+)/\S*", r"\1/…", said)
    said = re.sub(r"\S+@\S+", "…", said)
    return said[:LONGEST_WORDS]
