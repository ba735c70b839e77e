from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree as ET

from coalition.rendering.feed import ATOM, FeedEntry, atom

DAY = datetime(2027, 3, 1, 9, tzinfo=UTC)
NAMES = {"a": ATOM}


def made(*entries: FeedEntry) -> ET.Element:
    content = atom(
        entries,
        id="https://letters.example.org/",
        title="Letters & <statements>",
        address="https://letters.example.org/",
        feed_address="https://letters.example.org/feed.atom",
        author="Coalition",
        language="en",
        updated=DAY,
    )
    return ET.fromstring(content)  # noqa: S314 (our own bytes)


def entry(number: int, updated: datetime) -> FeedEntry:
    return FeedEntry(f"urn:{number}", "الماء & <b>", "ar", "https://x.example/", DAY, updated, "So.", "open_letter")


def test_an_entry_says_what_it_is_and_in_which_language() -> None:
    later = datetime(2027, 3, 2, 10, tzinfo=timezone(timedelta(hours=1)))
    feed = made(entry(1, later), entry(2, DAY))
    first = feed.find("a:entry", NAMES)
    assert first is not None
    assert first.findtext("a:title", None, NAMES) == "الماء & <b>"
    assert first.get("{http://www.w3.org/XML/1998/namespace}lang") == "ar"
    assert first.findtext("a:updated", None, NAMES) == "2027-03-02T09:00:00Z"
    assert feed.findtext("a:updated", None, NAMES) == "2027-03-02T09:00:00Z"
    assert [each.findtext("a:id", None, NAMES) for each in feed.findall("a:entry", NAMES)] == ["urn:1", "urn:2"]


def test_a_feed_without_entries_is_a_feed() -> None:
    feed = made()
    assert feed.findtext("a:updated", None, NAMES) == "2027-03-01T09:00:00Z"
    assert {link.get("rel") for link in feed.findall("a:link", NAMES)} == {"self", "alternate"}
