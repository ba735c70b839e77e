"""One line of a sheet read as one organisation with one contact or more: what it says and what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from coalition.intake import free_lines
from coalition.intake.addresses import ReadAddress, read_addresses
from coalition.intake.columns import Column, Field
from coalition.intake.countries import country_code, country_suggestion, is_no_country
from coalition.intake.delimited import Line
from coalition.intake.language_names import language_code
from coalition.intake.names import NameMissing, NameTooLong, UnprintableName, check_name, fold_name, named, unprintable
from coalition.intake.odd_names import oddities
from coalition.intake.problems import ERRORS, Problem
from coalition.languages import guess_zone, is_zone

_LIMITS = {
    Field.ACRONYM: 60,
    Field.COUNTRY: 100,
    Field.CONTACT: 200,
    Field.GIVEN_NAME: 100,
    Field.FAMILY_NAME: 100,
    Field.TELEPHONE: 60,
    Field.ROLE: 200,
    Field.SITE: 300,
    Field.GROUPS: 1000,
}
_YES = frozenset("yes y true 1 x on oui o vrai si s verdadero نعم صحيح ✓ ✔ ☑ safe".split())
_NO = frozenset("no n false 0 off non faux falso لا خطا ✗ ✘ ☐ -".split())
_STANDINGS = {
    "member": "member, full member, membre, miembro, socio, عضو",
    "partner": "partner, partenaire, socio externo, aliado, شريك",
    "guest": "guest, observer, invite, observateur, invitado, observador, ضيف, مراقب",
    "dissolved": "dissolved, closed, inactive, dissoute, dissous, disuelta, disuelto, منحله, منحل",
}
_SITE = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[\w-]{2,}(?:[/?#:]\S*)?", re.IGNORECASE)
_LINE_BREAK = re.compile(r"\s*[\r\n]+\s*")
_FORMULA_STARTS = ("=", "+", "-", "@")
_NEUTRALISED = re.compile(r"'(?=[=+\-@])")
"""What a program puts before a cell that a spreadsheet would calculate (ours too): no part of the words."""
_BETWEEN_GROUPS = re.compile(r"[;,|،؛]")
_GROUP_LIMIT = 120


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact as the sheet gives it. What it does not give is empty (safe_mail: None) or marked as guessed."""

    address: str
    name: str = ""
    language: str = ""
    language_guessed: bool = True
    """The line named no language: it is the default."""
    zone: str = "UTC"
    """IANA zone."""
    zone_guessed: bool = True
    telephone: str = ""
    role: str = ""
    safe_mail: bool | None = None
    suggested_address: str = ""
    """What is likely meant where the address looks mistyped; `address` is as typed all the same."""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """What one line says. `problems` may hold errors; then the rest is only as good as it can be."""

    line: int
    name: str = ""
    names: dict[str, str] = field(default_factory=dict)
    acronym: str = ""
    country: str = ""
    country_typed: str = ""
    site: str = ""
    standing: str = ""
    groups: tuple[str, ...] = ()
    """Names of groups of the directory."""
    contacts: tuple[Contact, ...] = ()
    problems: tuple[Problem, ...] = ()
    headings: dict[str, str] = field(default_factory=dict)
    """Heading as typed, by field; names in a language under "name_in:<language>"."""

    @property
    def has_error(self) -> bool:
        """Whether something in the line has to be corrected before it can be entered."""
        return any(problem.code in ERRORS for problem in self.problems)


def read_entry(line: Line, columns: tuple[Column, ...], default_language: str) -> Entry:
    """Read one line under these columns. Never raises: what cannot be taken is a problem of the entry."""
    return _Reading(line, columns).entry(default_language)


class _Reading:
    """The cells of one line by what they are, and the problems met on the way."""

    def __init__(self, line: Line, columns: tuple[Column, ...]) -> None:
        self.line = line
        self.is_free = columns == free_lines.COLUMNS
        self.problems: list[Problem] = []
        self.cells: dict[Field, str] = {}
        self.headings: dict[str, str] = {}
        self.names: dict[str, str] = {}
        for column, cell in zip(columns, line.cells, strict=False):
            self._take(column, _NEUTRALISED.sub("", cell.strip(), count=1) if cell.strip()[:1] == "'" else cell.strip())
        if any(cell.strip() for cell in line.cells[len(columns) :]):
            self._say("cells_beyond_header")

    def _take(self, column: Column, cell: str) -> None:
        if column.field is Field.NAME_IN:
            self.headings[f"name_in:{column.language}"] = column.heading
            if cell and (name := self._name(cell, column.heading)):
                self.names[column.language] = name
            return
        self.headings[column.field] = column.heading
        if column.field in _LIMITS:
            cell = self._text(column, cell)
        self.cells[column.field] = cell

    def entry(self, default_language: str) -> Entry:
        name = self._organisation()
        country, country_typed = self._country()
        return Entry(
            line=self.line.number,
            name=name,
            names=self.names,
            acronym=self.cells.get(Field.ACRONYM, ""),
            country=country,
            country_typed=country_typed,
            site=self._site(),
            standing=self._standing(),
            groups=self._groups(),
            contacts=self._contacts(default_language, country),
            problems=tuple(self.problems),
            headings=self.headings,
        )

    def _organisation(self) -> str:
        typed = self.cells.get(Field.ORGANISATION, "")
        if not typed and self.names:
            typed = next(iter(self.names.values()))
        if self.is_free and free_lines.has_bullet(self.line.typed):
            self._say("bullet_left_out")
        name = self._name(typed, "")
        if "\ufffd" in name:
            self._say("letter_damaged")
        if name.startswith(_FORMULA_STARTS):
            self._say("looks_like_formula", value=name)
        for code in oddities(name):
            if code != "name_double_space":  # sheets are full of them, and they are kept (DOMAIN §4)
                self._say(code, value=name)
        return name

    def _name(self, typed: str, heading: str) -> str:
        whole = _LINE_BREAK.sub(" ", typed)
        try:
            name = check_name(whole)
        except NameMissing:
            self._say("name_missing", heading)
        except NameTooLong:
            self._say("name_too_long", heading, value=whole)
        except UnprintableName as refused:
            self._say("name_unprintable", heading, value=str(refused))
        else:
            if whole != typed:
                self._say("line_break_in_name", heading, value=name)
            return name
        return ""

    def _text(self, column: Column, cell: str) -> str:
        """A cell of free text, on one line; too long or unprintable is an error."""
        text = _LINE_BREAK.sub(" ", cell)
        heading = column.heading or str(column.field)
        if found := unprintable(text):
            self._say("text_unprintable", heading, value=named(found))
        elif len(text) > _LIMITS[column.field]:
            self._say("text_too_long", heading, value=text)
        else:
            return text
        return ""

    def _country(self) -> tuple[str, str]:
        typed = self.cells.get(Field.COUNTRY, "")
        code = country_code(typed) if typed else ""
        if code is not None:
            return code, typed
        if is_no_country(typed):
            return "", typed
        suggestion = country_suggestion(typed)
        self._say("country_likely" if suggestion else "country_not_known", value=typed, suggestion=suggestion)
        return "", ""

    def _site(self) -> str:
        typed = self.cells.get(Field.SITE, "")
        if not typed:
            return ""
        if not _SITE.fullmatch(typed):
            self._say("site_left_out", value=typed)
            return ""
        return typed if typed.lower().startswith(("http://", "https://")) else f"https://{typed}"

    def _standing(self) -> str:
        typed = self.cells.get(Field.STANDING, "")
        standing = _standings().get(fold_name(typed), "") if typed else ""
        if typed and not standing:
            self._say("standing_not_known", value=typed)
        return standing

    def _groups(self) -> tuple[str, ...]:
        """The groups of a cell, with semicolons, commas or bars between them."""
        names = (" ".join(name.split()) for name in _BETWEEN_GROUPS.split(self.cells.get(Field.GROUPS, "")))
        return tuple(dict.fromkeys(name[:_GROUP_LIMIT] for name in names if name))

    def _contacts(self, default_language: str, country: str) -> tuple[Contact, ...]:
        addresses = read_addresses(self.cells.get(Field.ADDRESS, ""))
        if not addresses:
            self._say("address_missing")
            return ()
        language, language_guessed = self._language(default_language)
        zone, zone_guessed = self._zone(country)
        safe_mail = self._safe_mail()
        person = self.cells.get(Field.CONTACT) or self._joined_name()
        contacts = []
        for number, read in enumerate(addresses):
            self._say_of(read)
            contacts.append(
                Contact(
                    address=read.address,
                    name=self._person(person if number == 0 and person else read.name),
                    language=language,
                    language_guessed=language_guessed,
                    zone=zone,
                    zone_guessed=zone_guessed,
                    telephone=self.cells.get(Field.TELEPHONE, "") if number == 0 else "",
                    role=self.cells.get(Field.ROLE, "") if number == 0 else "",
                    safe_mail=safe_mail,
                    suggested_address=read.suggestion,
                    line=self.line.number,
                )
            )
        return tuple(contacts)

    def _joined_name(self) -> str:
        parts = (self.cells.get(Field.GIVEN_NAME, ""), self.cells.get(Field.FAMILY_NAME, ""))
        return " ".join(part for part in parts if part)

    def _person(self, name: str) -> str:
        return self._text(Column(Field.CONTACT), name) if name else ""

    def _say_of(self, read: ReadAddress) -> None:
        heading = self.headings.get(Field.ADDRESS, "")
        for code in read.findings:
            value = read.typed if code == "address_repaired" or not read.address else read.address
            suggestion = read.address if code == "address_repaired" else read.suggestion
            self._say(code, heading, value=value, suggestion=suggestion)

    def _language(self, default_language: str) -> tuple[str, bool]:
        typed = self.cells.get(Field.LANGUAGE, "")
        if not typed:
            return default_language, True
        language = language_code(typed)
        if language is None:
            self._say("language_not_known", value=typed, suggestion=default_language)
            return default_language, True
        return language, False

    def _zone(self, country: str) -> tuple[str, bool]:
        typed = self.cells.get(Field.ZONE, "").replace(" ", "_")
        if typed and is_zone(typed):
            return typed, False
        guess = guess_zone(country)
        if typed:
            self._say("zone_not_known", value=typed, suggestion=guess)
        return guess, True

    def _safe_mail(self) -> bool | None:
        """Yes, no, or None where the sheet does not say. What is unclear is yes: a wrong no could betray somebody."""
        typed = self.cells.get(Field.SAFE_MAIL, "")
        folded = fold_name(typed)
        if not folded:
            return None
        if folded not in _YES and folded not in _NO:
            self._say("safe_mail_unclear", self.headings.get(Field.SAFE_MAIL, ""), value=typed)
        return folded not in _NO

    def _say(self, code: str, column: str = "", *, value: str = "", suggestion: str = "") -> None:
        self.problems.append(Problem(code, self.line.number, column, value, suggestion))


@cache
def _standings() -> dict[str, str]:
    return {fold_name(word): standing for standing, words in _STANDINGS.items() for word in words.split(",")}
