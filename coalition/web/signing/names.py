"""How the organisation will be printed in each language of the letter: the fields that show it and let it be corrected.

A list prints the name in its own language, else the canonical one ("und"). So each field stands for the languages that
print it, and what is read in the field is what will be printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

CANONICAL: Final = "und"


@dataclass(frozen=True, slots=True)
class NameField:
    """One name as typed. `key` is a language, or "und"; `languages` are those whose list prints it."""

    key: str
    value: str
    languages: tuple[str, ...]

    @property
    def field(self) -> str:
        """The name of the form's field."""
        return field_of(self.key)


def field_of(key: str) -> str:
    """The form's field of one name."""
    return f"name_{key}"


def printed(names: dict[str, str], language: str) -> str:
    """The name that the list in a language prints."""
    return names.get(language) or names.get(CANONICAL, "")


def name_fields(names: dict[str, str], languages: Sequence[str], reading: str) -> tuple[NameField, ...]:
    """The fields for a letter in `languages`, the one that is printed in the language being read first.

    Where several languages share the canonical name, each has an empty field too, for a name of its own.
    """
    own = [language for language in languages if names.get(language)]
    sharing = tuple(language for language in languages if language not in own)
    fields = [NameField(language, names[language], (language,)) for language in own]
    if sharing:
        fields.append(NameField(CANONICAL, names.get(CANONICAL, ""), sharing))
    fields.sort(key=lambda field: reading not in field.languages)
    if len(sharing) > 1:
        fields.extend(NameField(language, "", ()) for language in sharing)
    return tuple(fields)


def with_typed(names: dict[str, str], typed: dict[str, str]) -> dict[str, str]:
    """The organisation's names as corrected: an emptied name of a language falls back to the canonical one."""
    merged = {**names, **typed}
    return {language: name for language, name in merged.items() if name.strip() or language == CANONICAL}
