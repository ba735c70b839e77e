"""The public keys as readers get them: all that ever signed, each in PEM at an address that stays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from coalition import signet
from coalition.models.manifest import Manifest, SigningKey

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

KEYS: Final = "/.well-known/coalition-keys"
"""The list, with ".json" behind it, and the folder of the keys in PEM."""
GROUP: Final = 4


def published_keys(session: Session) -> list[SigningKey]:
    """All of them, the one in use first."""
    query = select(SigningKey).order_by(SigningKey.retired_at.is_not(None), SigningKey.first_used_at.desc())
    return list(session.scalars(query))


def key_fingerprint(session: Session) -> str:
    """The fingerprint of the key that signs now, 64 hexadecimal digits; "" before there is one."""
    return next((one.key_id for one in published_keys(session) if one.retired_at is None), "")


def key_of_edition(session: Session, edition_id: UUID) -> str:
    """The fingerprint of the key that signed an edition; "" for one from before manifests."""
    return session.scalar(select(Manifest.key_id).where(Manifest.edition_id == edition_id).limit(1)) or ""


def in_groups(fingerprint: str) -> str:
    """A fingerprint as people read it aloud: groups of four digits."""
    return " ".join(fingerprint[start : start + GROUP] for start in range(0, len(fingerprint), GROUP))


def pem_path(fingerprint: str) -> str:
    """Where a key stands in PEM, from the site's root."""
    return f"{KEYS}/{fingerprint}.pem"


def keys_json(keys: list[SigningKey], root: str) -> bytes:
    """The list as a JSON Web Key Set (RFC 7517), with the days of use and the addresses of the PEM files."""
    entries = [
        {
            **signet.jwk(one.public_key),
            "pem": root + pem_path(one.key_id),
            "first_used_at": _instant(one.first_used_at),
            "retired_at": _instant(one.retired_at) if one.retired_at else None,
        }
        for one in keys
    ]
    return (json.dumps({"keys": entries}, indent=2) + "\n").encode()


def _instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
