"""The form by which somebody asks to be on a letter's list: its signed token, and what was typed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from flask_babel import gettext as _
from wtforms import ValidationError

from coalition import clock, languages, tokens
from coalition.actions.request import Asked, Sent
from coalition.intake.names import NAME_LIMIT, named, unprintable
from coalition.tokens import NotOurs
from coalition.web.forms import one_address, shown, whole_site

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.datastructures import MultiDict

PURPOSE: Final = "ask"
LASTS: Final = timedelta(hours=24)
WHY_LIMIT: Final = 1000
BAIT: Final = "message"
"""The field that nobody sees: whoever fills it in is a program."""
FIELDS: Final = ("organisation", "country", "site", "person", "role", "address", "why")


@dataclass(frozen=True, slots=True)
class OpenAsk:
    """The token of one opened form: for which letter, from where, since when, and that it counts once."""

    letter_id: UUID
    language: str
    opened_at: datetime
    key: str
    call_id: UUID | None = None
    version_id: UUID | None = None
    """The version in view, where a person signs for themselves."""
    is_timed: bool = True
    """False where the form came back for its age: whoever presses again at once has typed before."""

    @classmethod
    def fresh(
        cls, letter_id: UUID, language: str, *, call_id: UUID | None = None, version_id: UUID | None = None
    ) -> OpenAsk:
        """A form opened now."""
        return cls(letter_id, language, clock.now(), secrets.token_hex(16), call_id, version_id)

    @classmethod
    def read(cls, token: str, letter_id: UUID, *, call_id: UUID | None = None) -> OpenAsk:
        """The form of a token that was made for this letter and place, at most a day ago. Raises NotOurs."""
        facts = tokens.ours().read_form(PURPOSE, token)
        try:
            opened = cls(
                letter_id=UUID(facts["l"]),
                language=str(facts["g"]),
                opened_at=datetime.fromisoformat(facts["o"]),
                key=str(facts["k"]),
                call_id=UUID(facts["c"]) if facts["c"] else None,
                version_id=UUID(facts["v"]) if facts["v"] else None,
                is_timed=bool(facts["t"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise NotOurs from error
        if (opened.letter_id, opened.call_id) != (letter_id, call_id) or clock.now() - opened.opened_at > LASTS:
            raise NotOurs
        return opened

    def untimed(self) -> OpenAsk:
        """The same form, of which its age tells nothing."""
        return replace(self, is_timed=False)

    def token(self) -> str:
        """The token for the form's hidden field."""
        facts = {
            "l": self.letter_id.hex,
            "g": self.language,
            "o": self.opened_at.isoformat(timespec="milliseconds"),
            "k": self.key,
            "c": self.call_id.hex if self.call_id else "",
            "v": self.version_id.hex if self.version_id else "",
            "t": self.is_timed,
        }
        return tokens.ours().write_form(PURPOSE, facts)

    def sent(self, bait: str) -> Sent:
        """How the form came, as the verb wants it."""
        opened_at = self.opened_at if self.is_timed else None
        return Sent(
            key=self.key,
            language=self.language,
            opened_at=opened_at,
            bait=bait,
            call_id=self.call_id,
            version_id=self.version_id,
        )


@dataclass(slots=True)
class TypedAsk:
    """What was typed, as a page can show it again, and what has to change in it, by field."""

    values: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, form: MultiDict[str, str]) -> TypedAsk:
        """What was sent, looked through. Fields that are not ours are not here."""
        typed = cls({name: shown(form.get(name, "").replace("\r\n", "\n")).strip() for name in FIELDS})
        typed.line("organisation", missing=_("Enter the name of your organisation"))
        if typed.values["country"] and typed.values["country"] not in dict(country_options("en")):
            typed.problems["country"] = _("Choose a country from the list")
        typed._read("site", whole_site)
        typed.line("person", missing=_("Enter your name"))
        typed.line("role", missing=_("Enter your role"))
        typed.mailbox()
        typed._why()
        return typed

    @property
    def asked(self) -> Asked:
        """What the form says, where nothing has to change."""
        values = self.values
        return Asked(
            address=values["address"],
            organisation=values["organisation"],
            country=values["country"],
            site=values["site"],
            person=values["person"],
            role=values["role"],
            why=values["why"],
        )

    def line(self, name: str, *, missing: str = "", limit: int = NAME_LIMIT) -> None:
        """Look through one line; `missing` says what is wrong where it is empty, "" where it may be."""
        value = self.values[name]
        if not value:
            self.problems |= {name: missing} if missing else {}
        elif found := _unseen(value):
            self.problems[name] = found
        elif len(value) > limit:
            self.problems[name] = _too_long(limit, len(value))

    def _read(self, name: str, read: Callable[[str], str]) -> None:
        if not self.values[name]:
            return
        try:
            self.values[name] = read(self.values[name])
        except ValidationError as refused:
            self.problems[name] = str(refused)

    def mailbox(self) -> None:
        """Look through the mail address."""
        if not self.values["address"]:
            self.problems["address"] = _("Enter your email address")
            return
        self._read("address", lambda typed: one_address(typed)[0])

    def _why(self) -> None:
        value = self.values["why"]
        if found := _unseen(value.replace("\n", "").replace("\t", "")):
            self.problems["why"] = found
        elif len(value) > WHY_LIMIT:
            self.problems["why"] = _too_long(WHY_LIMIT, len(value))


def country_options(language: str) -> list[tuple[str, str]]:
    """The countries to choose from, by name."""
    return list(languages.countries_by_name(language))


def field_facts(typed: TypedAsk | None, language: str) -> dict[str, Any]:
    """What the fields show, for the template."""
    return {
        "values": typed.values if typed else dict.fromkeys(FIELDS, ""),
        "errors": typed.problems if typed else {},
        "countries": country_options(language),
        "bait": BAIT,
    }


def _unseen(value: str) -> str:
    found = unprintable(value)
    if found or "\ufffd" in value:
        characters = named(found) if found else "\ufffd"
        return str(_("Take out the characters that cannot be seen: %(characters)s", characters=characters))
    return ""


def _too_long(limit: int, length: int) -> str:
    return str(_("Shorten this to %(limit)s characters: it has %(length)s", limit=limit, length=length))
