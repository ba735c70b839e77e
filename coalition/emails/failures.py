"""Why a mail was not accepted, sorted by what to do about it, in words fit to be kept and shown."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Iterator

LONGEST_WORDS = 300
REFUSED = 500
OUR_FAULT = frozenset({503, 530, 534, 535, 538})
"""Refusals that speak of our login or our manners, wherever in the conversation they come (RFC 4954, RFC 5321)."""


class DeliveryFailure(Exception):
    """A mail that was not accepted, or not known to be. `words` name no address and no link."""

    def __init__(self, code: int | None, words: bytes | str) -> None:
        """`code` is the server's reply code, None where it gave none; `words` are its own, or say what went wrong."""
        self.code = code
        self.words = presentable(words)
        super().__init__(f"{code or '-'} {self.words}")


class TemporaryFailure(DeliveryFailure):
    """Surely not delivered; the same mail may go through later."""


class PermanentFailure(DeliveryFailure):
    """Refused for good: this recipient or this message."""


class ConfigurationFailure(DeliveryFailure):
    """Refused because of our settings (certificate, login, sender), so every mail would be: keep it, say so."""


class UnknownOutcome(DeliveryFailure):
    """The connection was lost after the whole mail was sent and before its answer: it may have been delivered."""


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
