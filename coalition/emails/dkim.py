"""Our own DKIM signature (RFC 6376, RSA), for those whose mail server makes none.

The same mail gets the same signature at each try: its moment is that of the Date header, not that of the signing. No
library lets us say so, which is why the few lines stand here; a test has a library verify them.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from coalition import config
from coalition.emails.failures import ConfigurationFailure

SIGNED: Final = (
    "from", "reply-to", "to", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted",
    "list-unsubscribe", "list-unsubscribe-post", "content-language", "mime-version", "content-type",
)  # fmt: skip
LEAST_BITS: Final = 1024
"""Shorter RSA keys are verified by nobody (RFC 8301)."""


def signed(mail: bytes) -> bytes:
    """A whole mail, with CRLF, with our signature on top; as it is where its sender's domain has no key here.

    A neutral mail is signed by the key of its own neutral domain alone: another would name the network (SAFETY §3).
    Raises ConfigurationFailure where the key can not be read.
    """
    head, _, body = mail.partition(b"\r\n\r\n")
    fields = _fields(head + b"\r\n")
    sender = dict(fields).get(b"from", b"").decode("utf-8", "replace")
    domain = sender.rpartition("@")[2].strip(" \t\r\n>").casefold()
    found = key_of(domain)
    if found is None:
        return mail
    selector, path = found
    return _signature(fields, body, domain, selector, private_key(path)) + mail


def key_of(domain: str) -> tuple[str, str] | None:
    """Selector and path of the key for a sender's domain; None where there is none."""
    settings = config.settings()
    for address, selector, path in (
        (settings.sender_address, settings.dkim_selector, settings.dkim_key),
        (settings.safe_mail_from, settings.safe_dkim_selector, settings.safe_dkim_key),
    ):
        if selector and address.rpartition("@")[2].casefold() == domain:
            return selector, path
    return None


@lru_cache(maxsize=4)
def private_key(path: str) -> rsa.RSAPrivateKey:
    """The key of a PEM file. Raises ConfigurationFailure."""
    try:
        key = serialization.load_pem_private_key(Path(path).read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigurationFailure(None, "The file of the DKIM key can not be read as a private key in PEM.") from error
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= LEAST_BITS:
        return key
    raise ConfigurationFailure(None, "The DKIM key is not an RSA key of 1024 bits or more.")


def public_part(key: rsa.RSAPrivateKey) -> str:
    """What stands behind p= in the DNS record of a key."""
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(key.public_key().public_bytes(*form)).decode()


def _signature(
    fields: list[tuple[bytes, bytes]], body: bytes, domain: str, selector: str, key: rsa.RSAPrivateKey
) -> bytes:
    """The header that signs: fields from below, `from` once more than it is there, so that none can be added."""
    values = dict(fields)
    present = [name for name in SIGNED if name.encode() in values]
    moment = parsedate_to_datetime(values[b"date"].decode("ascii")).astimezone(UTC)
    body_hash = base64.b64encode(hashlib.sha256(_relaxed_body(body)).digest()).decode()
    tags = (
        f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s={selector};\r\n"
        f" t={int(moment.timestamp())}; h={_folded(':'.join([*present, 'from']))};\r\n"
        f" bh={body_hash};\r\n b="
    )
    head = b"".join(_relaxed(name.encode(), values[name.encode()]) + b"\r\n" for name in present)
    head += _relaxed(b"dkim-signature", tags.encode())
    made = base64.b64encode(key.sign(head, padding.PKCS1v15(), hashes.SHA256())).decode()
    return f"DKIM-Signature: {tags}{_folded(made, every=70)}\r\n".encode()


def _fields(head: bytes) -> list[tuple[bytes, bytes]]:
    """Names in small letters and values as written, folded lines joined to their first."""
    found = re.findall(rb"(?m)^([!-9;-~]+):((?:.*\r\n[ \t])*.*)\r\n", head)
    return [(name.lower(), value) for name, value in found]


def _relaxed(name: bytes, value: bytes) -> bytes:
    """A header in the relaxed form (RFC 6376, section 3.4.2), without its line end."""
    unfolded = re.sub(rb"\r\n", b"", value)
    return name + b":" + re.sub(rb"[ \t]+", b" ", unfolded).strip(b" \t")


def _relaxed_body(body: bytes) -> bytes:
    """A body in the relaxed form (RFC 6376, section 3.4.4)."""
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    whole = b"\r\n".join(lines).rstrip(b"\r\n")
    return whole + b"\r\n" if whole else b""


def _folded(value: str, *, every: int = 60) -> str:
    """A long value in several lines; white space in these tags means nothing."""
    if ":" not in value:
        return "\r\n ".join(value[start : start + every] for start in range(0, len(value), every))
    lines = [""]
    for part in re.findall(r"[^:]+:?", value):
        if len(lines[-1]) + len(part) > every:
            lines.append("")
        lines[-1] += part
    return "\r\n ".join(lines)
