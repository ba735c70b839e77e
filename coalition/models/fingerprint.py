"""The fingerprint of a text: what an organisation agreed to, in 64 hexadecimal digits (DOMAIN §2, docs/fingerprint.md).

SHA-256 of the RFC 8785 canonical JSON of the parts, in NFC with LF line ends and figures as placeholders.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from coalition.languages.normal_forms import normal_form


def canonical(text: str) -> str:
    """The text as it is fingerprinted: NFC, LF, no white space at its ends."""
    return normal_form("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def fingerprint(
    *, letter: str, version: int, language: str, parts: dict[str, str], addressees: list[dict[str, str]]
) -> str:
    """The fingerprint of one text of one version.

    `parts` has title, deck, salutation, body, closing and disclaimers; an empty title counts as null. `addressees` are
    the printed forms in this language, in order, each with block, style, name and office.
    """
    document: dict[str, Any] = {
        "letter": letter,
        "version": version,
        "language": language,
        "title": canonical(parts["title"]) or None,
        **{name: canonical(parts[name]) for name in ("deck", "salutation", "body", "closing", "disclaimers")},
        "addressees": [{name: canonical(value) for name, value in one.items()} for one in addressees],
    }
    return hashlib.sha256(canonical_json(document)).hexdigest()


def canonical_json(document: Any) -> bytes:
    """RFC 8785 for what we put in: objects with ASCII names, lists, strings, integers, null.

    For those, sorted names, no white space and the escapes of json.dumps are what the RFC asks for.
    """
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
