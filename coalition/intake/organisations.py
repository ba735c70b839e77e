"""From the lines of a sheet to organisations with their contacts, and to the lines that have to be corrected first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from coalition.intake.countries import is_printed_form
from coalition.intake.delimited import Line
from coalition.intake.entries import Contact, Entry, read_entry
from coalition.intake.lookalikes import look_alikes
from coalition.intake.names import fold_name
from coalition.intake.problems import Problem
from coalition.intake.table import Table

__all__ = ["Contact", "KeptLine", "Organisation", "Preview", "read_organisations"]


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation that is ready to be entered, from one line or several; `problems` are remarks only."""

    name: str
    """As typed: the canonical name."""
    names: dict[str, str]
    """Language tag to name, for languages that had a column of their own."""
    acronym: str
    country: str
    """ISO 3166-1 alpha-2, or empty."""
    country_typed: str
    """As typed: "Wales", "International"."""
    site: str
    standing: str
    """One of the standings of the directory, or empty where the sheet says nothing."""
    contacts: tuple[Contact, ...]
    lines: tuple[int, ...]
    groups: tuple[str, ...] = ()
    """Names of groups of the directory, of all its lines."""
    problems: tuple[Problem, ...] = ()

    @property
    def country_printed(self) -> str:
        """What lists print instead of the country's name ("Wales", "International"), else empty."""
        return self.country_typed if is_printed_form(self.country_typed) else ""

    @property
    def folded_name(self) -> str:
        """What the name has in common with other spellings of it, for finding the organisation in the directory."""
        return fold_name(self.name)


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A line that stays in the box, as typed, with what is wrong in it (at least one error)."""

    number: int
    typed: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be entered, and what would not. Nothing has been written anywhere."""

    organisations: tuple[Organisation, ...]
    kept_lines: tuple[KeptLine, ...]
    notes: tuple[Problem, ...] = ()
    leftover: str = ""
    """The lines with errors exactly as typed, under the sheet's headings where it had some: what stays in the box."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything found, in the order of lines, errors first within a line."""
        found = [problem for kept in self.kept_lines for problem in kept.problems]
        found += [problem for organisation in self.organisations for problem in organisation.problems]
        return tuple(sorted(found, key=lambda problem: (problem.line, not problem.is_error)))

    @property
    def contact_count(self) -> int:
        """How many contacts the ready organisations have together."""
        return sum(len(organisation.contacts) for organisation in self.organisations)


def read_organisations(table: Table, *, default_language: str) -> Preview:
    """The organisations of a table. Lines of one organisation (same name but for case and accents) become its contacts.

    `default_language` is the tag of contacts whose line names none. Lines with an error are kept out, whole.
    """
    entries = [(line, read_entry(line, table.columns, default_language)) for line in table.lines]
    ready = [entry for _, entry in entries if not entry.has_error]
    kept = tuple(KeptLine(line.number, line.typed, tuple(entry.problems)) for line, entry in entries if entry.has_error)
    organisations = _with_look_alikes(_with_shared_addresses(_joined(ready)))
    return Preview(tuple(organisations), kept, table.notes, _leftover(table.header, kept))


@dataclass(slots=True)
class _Gathered:
    """An organisation while its lines come in: what was said first stays."""

    first: Entry
    names: dict[str, str] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    groups: dict[str, None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        self.lines.append(entry.line)
        self.problems += entry.problems
        self.groups |= dict.fromkeys(entry.groups)
        self._compare(entry)
        for language, name in entry.names.items():
            if (known := self.names.setdefault(language, name)) != name:
                self._say("value_differs", entry, column=entry.headings.get(f"name_in:{language}", ""), first=known)
        for contact in entry.contacts:
            self._add_contact(contact)

    def _compare(self, entry: Entry) -> None:
        if entry.name != self.first.name:
            self.problems.append(Problem("name_spelled_differently", entry.line, "", entry.name, self.first.name))
        if entry.country_typed and self.first.country_typed and entry.country != self.first.country:
            self.problems.append(
                Problem("country_differs", entry.line, "", entry.country_typed, self.first.country_typed)
            )
        for key in ("acronym", "site", "standing"):
            known, said = getattr(self.first, key), getattr(entry, key)
            if known and said and known != said:
                self._say("value_differs", entry, column=entry.headings.get(key, ""), first=known)
            elif said:
                self.first = replace(self.first, **{key: said})
        if entry.country_typed and not self.first.country_typed:
            self.first = replace(self.first, country=entry.country, country_typed=entry.country_typed)

    def _say(self, code: str, entry: Entry, *, column: str, first: str) -> None:
        self.problems.append(Problem(code, entry.line, column, suggestion=first))

    def _add_contact(self, contact: Contact) -> None:
        key = contact.address.casefold()
        if key in self.contacts:
            self.problems.append(Problem("address_repeated", contact.line, value=contact.address))
        else:
            self.contacts[key] = contact

    def as_organisation(self) -> Organisation:
        first = self.first
        return Organisation(
            name=first.name,
            names=self.names,
            acronym=first.acronym,
            country=first.country,
            country_typed=first.country_typed,
            site=first.site,
            standing=first.standing,
            contacts=tuple(self.contacts.values()),
            lines=tuple(self.lines),
            groups=tuple(self.groups),
            problems=tuple(self.problems),
        )


def _joined(entries: Iterable[Entry]) -> list[Organisation]:
    gathered: dict[str, _Gathered] = {}
    for entry in entries:
        gathered.setdefault(fold_name(entry.name), _Gathered(entry)).add(entry)
    return [each.as_organisation() for each in gathered.values()]


def _with_shared_addresses(organisations: list[Organisation]) -> list[Organisation]:
    """Remark on addresses that stand for two organisations: allowed, and often a slip."""
    first_at: dict[str, str] = {}
    seen = []
    for organisation in organisations:
        shared = []
        for contact in organisation.contacts:
            other = first_at.setdefault(contact.address.casefold(), organisation.name)
            if other != organisation.name:
                shared.append(Problem("address_shared", contact.line, value=contact.address, suggestion=other))
        seen.append(replace(organisation, problems=(*organisation.problems, *shared)))
    return seen


def _with_look_alikes(organisations: list[Organisation]) -> list[Organisation]:
    found = look_alikes([organisation.name for organisation in organisations])
    for later, earlier in found.items():
        one, other = organisations[later], organisations[earlier].name
        remark = Problem("name_looks_alike", one.lines[0], value=one.name, suggestion=other)
        organisations[later] = replace(one, problems=(*one.problems, remark))
    return organisations


def _leftover(header: Line | None, kept: tuple[KeptLine, ...]) -> str:
    if not kept:
        return ""
    return "\n".join([*([header.typed] if header else []), *(line.typed for line in kept)])
