"""What was sent with a form: the values as they were typed, and what has to change before they can be taken."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from coalition.intake.names import named, unprintable
from coalition.web.forms import shown


class Typed:
    """The fields of a form. Values survive as typed; `errors` has a sentence for each field that needs a change.

    A form not sent yet shows what is stored: `Typed.stored({"title": letter.title})`.
    """

    def __init__(self, sent: MultiDict[str, str], stored: Mapping[str, Any] | None = None) -> None:
        self.sent = sent
        self.values: dict[str, Any] = dict(stored or {}) | sent.to_dict()
        self.errors: dict[str, str] = {}

    @classmethod
    def stored(cls, values: Mapping[str, Any]) -> Typed:
        """A form that shows what is kept."""
        return cls(MultiDict(), values)

    @property
    def is_good(self) -> bool:
        """Whether nothing has to change."""
        return not self.errors

    def get(self, name: str) -> Any:
        """The value of a field as it was typed, or as it is kept; what no page can show stands as �."""
        value = self.values.get(name, "")
        return shown(value) if isinstance(value, str) else value

    def wrong(self, name: str, words: str) -> None:
        """Say what to do about a field; the first word counts."""
        self.errors.setdefault(name, words)

    def line(self, name: str, *, limit: int, missing: str = "") -> str:
        """One line of words. `missing` says what to do where it stays empty."""
        value = str(self.sent.get(name, "")).strip()
        if found := unprintable(value):
            self.wrong(name, _("Take out what cannot be seen: %(characters)s.", characters=named(found)))
            value = shown(value)
        if not value and missing:
            self.wrong(name, missing)
        self._bound(name, value, limit)
        return value

    def prose(self, name: str, *, limit: int, missing: str = "") -> str:
        """Paragraphs."""
        value = str(self.sent.get(name, ""))
        if not value.strip() and missing:
            self.wrong(name, missing)
        self._bound(name, value, limit)
        return value

    def choice(self, name: str, among: Container[str], missing: str) -> str:
        """One of several; `missing` says what to do where none of them was chosen."""
        value = str(self.sent.get(name, ""))
        if value not in among:
            self.wrong(name, missing)
        return value

    def tick(self, name: str) -> bool:
        """Whether a box was ticked."""
        return bool(self.sent.get(name))

    def number(self, name: str, *, least: int, most: int) -> int:
        """A whole number, in the digits of any script."""
        typed = str(self.sent.get(name, "")).strip()
        if typed.isdecimal() and len(typed) <= 9 and least <= int(typed) <= most:
            return int(typed)
        self.wrong(name, _("Enter a whole number from %(least)s to %(most)s.", least=least, most=most))
        return least

    def _bound(self, name: str, value: str, limit: int) -> None:
        if len(value) > limit:
            self.wrong(name, too_long(len(value), limit))


def too_long(length: int, limit: int) -> str:
    """What to do about something that is longer than can be kept."""
    return str(_("Shorten this to %(limit)s characters: it has %(length)s.", limit=limit, length=length))


def leaf(sent: Mapping[str, str], last: int) -> int:
    """The page of a long list that an address asks for, from 1 to `last`; the first where it asks for none."""
    typed = sent.get("page", "1")
    return min(int(typed), max(last, 1)) if typed.isdecimal() and len(typed) <= 6 and int(typed) > 0 else 1
