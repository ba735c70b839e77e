"""What a browser calls itself, in few words: to know one's own devices by. Not more is kept of it."""

from __future__ import annotations

from typing import Final

BROWSERS: Final = (
    ("Tor Browser", "TorBrowser/"),
    ("Edge", "Edg/"),
    ("Edge", "EdgA/"),
    ("Edge", "EdgiOS/"),
    ("Opera", "OPR/"),
    ("Samsung Internet", "SamsungBrowser/"),
    ("Yandex", "YaBrowser/"),
    ("Vivaldi", "Vivaldi/"),
    ("Firefox", "FxiOS/"),
    ("Firefox", "Firefox/"),
    ("Chrome", "CriOS/"),
    ("Chromium", "Chromium/"),
    ("Chrome", "Chrome/"),
    ("Safari", "Safari/"),
    ("w3m", "w3m/"),
    ("Lynx", "Lynx/"),
    ("curl", "curl/"),
)
"""Each with what only it, and those after it, write: the first that fits is meant."""
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("ChromeOS", "CrOS"),
    ("Windows", "Windows"),
    ("macOS", "Mac OS X"),
    ("macOS", "Macintosh"),
    ("FreeBSD", "FreeBSD"),
    ("OpenBSD", "OpenBSD"),
    ("Linux", "Linux"),
    ("Linux", "X11"),
)


def in_words(user_agent: str) -> str:
    """Browser and system: "Firefox, Linux"; what is not known is left out."""
    return ", ".join(
        known
        for table in (BROWSERS, SYSTEMS)
        if (known := next((name for name, sign in table if sign in user_agent), ""))
    )
