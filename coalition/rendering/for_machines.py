"""What programs read of the site: the map of its pages, what they may fetch, and whom to tell of a fault."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET  # it writes, and reads nothing  # nosec B405

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML: Final = "http://www.w3.org/1999/xhtml"
MOST: Final = 50_000
"""Addresses in one sitemap (sitemaps.org)."""
CLOSED: Final = ("/desk/", "/i/", "/invitation/", "/c/", "/o/", "/p/", "/u/", "/call/", "/lost")
GOOD_FOR: Final = timedelta(days=364)
"""How long whoever reads security.txt may trust it (RFC 9116 recommends less than a year)."""


def sitemap(pages: Iterable[tuple[dict[str, str], datetime | None]]) -> bytes:
    """The sitemap: each page as its full addresses by language, and when it changed last."""
    ET.register_namespace("", SITEMAP)
    ET.register_namespace("xhtml", XHTML)
    root = ET.Element(f"{{{SITEMAP}}}urlset")
    for addresses, changed in pages:
        for address in addresses.values():
            if len(root) < MOST:
                _add(root, address, addresses, changed)
    ET.indent(root, space=" ")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _add(root: ET.Element, address: str, addresses: dict[str, str], changed: datetime | None) -> None:
    entry = ET.SubElement(root, f"{{{SITEMAP}}}url")
    ET.SubElement(entry, f"{{{SITEMAP}}}loc").text = address
    if changed is not None:
        ET.SubElement(entry, f"{{{SITEMAP}}}lastmod").text = changed.astimezone(UTC).isoformat(timespec="seconds")
    if len(addresses) > 1:
        for tag, other in addresses.items():
            ET.SubElement(entry, f"{{{XHTML}}}link", {"rel": "alternate", "hreflang": tag, "href": other})


def robots(root: str) -> bytes:
    """What may be fetched: every public page, and nothing that a link in a mail opens."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), "", f"Sitemap: {root}/sitemap.xml"]
    return ("\n".join(lines) + "\n").encode()


def security(
    root: str, contact: str, languages: Sequence[str], *, now: datetime, fingerprints: Sequence[str] = ()
) -> bytes:
    """security.txt (RFC 9116): whom to tell, until when that holds, and by which keys our editions are signed."""
    lines = [
        f"Contact: mailto:{contact}" if contact else f"Contact: {root}/about",
        f"Expires: {(now + GOOD_FOR).astimezone(UTC).strftime('%Y-%m-%dT00:00:00Z')}",
        f"Preferred-Languages: {', '.join(languages)}",
        f"Canonical: {root}/.well-known/security.txt",
        f"Policy: {root}/privacy",
        *(f"# Editions are signed with the Ed25519 key {one}" for one in fingerprints),
    ]
    return ("\n".join(lines) + "\n").encode()
