"""Where the proof of a letter stands, from the site's root."""

from __future__ import annotations

from typing import Final

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
JWS: Final = "manifest.jws"
TEXT: Final = "text.txt"
OPENINGS: Final = "openings.json"


def manifest_path(slug: str, edition: int, language: str, name: str) -> str:
    """The address of a file of an edition's proof; `language` is "" for the authoritative one, as for pages."""
    return f"/letters/{slug}/editions/{edition}/{language and language + '/'}{name}"


def verify_path(slug: str, language: str) -> str:
    """The page on which a letter is checked; `language` is "" for the authoritative one."""
    return f"/letters/{slug}/verify{language and '/' + language}"
