"""The feeds of published letters and what happens to them: Atom (RFC 4287) and JSON Feed 1.1."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET  # it writes, and reads nothing  # nosec B405

ATOM = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry. `id` is a permanent IRI of its own; moments are aware; `kind` its category ("open_letter", "note")."""

    id: str
    title: str
    language: str
    address: str
    published: datetime
    updated: datetime
    summary: str
    kind: str
    tags: tuple[str, ...] = ()
    """Topics, beside the kind."""
    image: str = ""
    """Address of a picture of it, or empty."""


def atom(
    entries: Sequence[FeedEntry],
    *,
    id: str,  # noqa: A002 (Atom's own word, as in the entry)
    title: str,
    address: str,
    feed_address: str,
    author: str,
    language: str,
    updated: datetime,
) -> bytes:
    """The feed as XML bytes (UTF-8), entries in the order given.

    `address` is the page the feed belongs to, `feed_address` its own. `updated` counts where there are no entries; with
    entries it is the latest of theirs.
    """
    ET.register_namespace("", ATOM)
    feed = ET.Element(_tag("feed"), {XML_LANG: language})
    _add(feed, "id", id)
    _add(feed, "title", title)
    _add(feed, "updated", _moment(max((entry.updated for entry in entries), default=updated)))
    _link(feed, "self", feed_address, "application/atom+xml")
    _link(feed, "alternate", address, "text/html")
    _add(ET.SubElement(feed, _tag("author")), "name", author)
    for entry in entries:
        _add_entry(feed, entry)
    ET.indent(feed, space=" ")
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True)) + b"\n"


def json_feed(
    entries: Sequence[FeedEntry], *, title: str, address: str, feed_address: str, author: str, language: str
) -> bytes:
    """The same feed as JSON bytes (UTF-8), entries in the order given."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": address,
        "feed_url": feed_address,
        "language": language,
        "authors": [{"name": author, "url": address}],
        "items": [_item(entry) for entry in entries],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode() + b"\n"


def _item(entry: FeedEntry) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "id": entry.id,
        "url": entry.address,
        "title": entry.title,
        "content_text": entry.summary or entry.title,
        "summary": entry.summary,
        "image": entry.image,
        "date_published": _moment(entry.published),
        "date_modified": _moment(entry.updated),
        "language": entry.language,
        "tags": [entry.kind, *entry.tags],
    }
    return {name: value for name, value in facts.items() if value}


def _add_entry(feed: ET.Element, entry: FeedEntry) -> None:
    element = ET.SubElement(feed, _tag("entry"), {XML_LANG: entry.language})
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "published", _moment(entry.published))
    _add(element, "updated", _moment(entry.updated))
    _link(element, "alternate", entry.address, "text/html")
    for term in (entry.kind, *entry.tags):
        ET.SubElement(element, _tag("category"), {"term": term})
    _add(element, "summary", entry.summary)


def _tag(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _add(parent: ET.Element, name: str, words: str) -> None:
    ET.SubElement(parent, _tag(name)).text = words


def _link(parent: ET.Element, relation: str, address: str, media_type: str) -> None:
    ET.SubElement(parent, _tag("link"), {"rel": relation, "type": media_type, "href": address})


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
