"""The public list as a table, for spreadsheets: a row a name, in the order of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from flask_babel import force_locale, gettext

from coalition.languages import endonym, interface_language
from coalition.rendering.words import first_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from coalition.rendering.printed import PrintedGroup, PrintedLetter, PrintedLine

Cell: TypeAlias = "str | date | None"


@dataclass(frozen=True, slots=True)
class ListTable:
    """The headings of the columns, and how each row is made from a line. Withheld names have no row."""

    letter: PrintedLetter
    language: str
    headings: tuple[str, ...]
    words: dict[str, str]

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Every line of the list, group by group."""
        for group in self.letter.groups:
            heading = first_of(group.headings, self.language, self.letter.authoritative_language)
            for line in self.letter.ordered(group, self.language):
                yield self._row(line, heading or self._own_heading(group))

    def _row(self, line: PrintedLine, heading: str) -> tuple[Cell, ...]:
        return (
            line.name(self.language),
            *(line.name(tag) for tag in self.letter.languages if tag != self.language),
            heading,
            self.words[line.kind],
            line.affiliation,
            line.country,
            line.country_words(self.language),
            self.words["lead"] if line.is_lead else "",
            line.added_on,
        )

    def _own_heading(self, group: PrintedGroup) -> str:
        return self.words["individuals"] if group.for_persons else ""


def list_table(letter: PrintedLetter, language: str) -> ListTable:
    """The table of a letter's list, headings in the interface's language nearest to `language`.

    Columns: the name in `language`, the name in each other language of the letter (under the language's own name),
    group, kind, affiliation, country (ISO 3166), the country's name, whether it leads, the day it was added after
    publication.
    """
    with force_locale(interface_language(language)):
        others = (f"{gettext('Name')} ({endonym(tag)})" for tag in letter.languages if tag != language)
        return ListTable(
            letter=letter,
            language=language,
            headings=(
                str(gettext("Name")),
                *others,
                str(gettext("Group")),
                str(gettext("Kind")),
                str(gettext("Affiliation")),
                str(gettext("Country code")),
                str(gettext("Country")),
                str(gettext("Lead")),
                str(gettext("Added on")),
            ),
            words={
                "organisation": str(gettext("Organisation")),
                "individual": str(gettext("Individual")),
                "individuals": str(gettext("Individuals")),
                "lead": str(gettext("yes")),
            },
        )
