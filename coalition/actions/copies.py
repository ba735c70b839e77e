"""How a letter is addressed to each of its addressees: postal address and salutation, which no public form says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coalition.actions.draft import entered, lock
from coalition.database import transaction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from coalition.models.account import Account
    from coalition.models.addressee import Addressee

LINES_LIMIT, SALUTATION_LIMIT = 600, 300


class AddresseesChanged(Exception):
    """The letter has other addressees by now."""


@dataclass(frozen=True, slots=True)
class CopyWords:
    """What the copy for one addressee says: a postal address, a line each, and a salutation per language."""

    lines: str = ""
    salutations: Mapping[str, str] = field(default_factory=dict)


def copy_words(addressee: Addressee) -> CopyWords:
    """What is kept for an addressee. Opens the vault."""
    kept = addressee.postal or {}
    return CopyWords(kept.get("lines", ""), kept.get("salutations", {}))


def describe_copies(letter_id: UUID, words: Sequence[CopyWords], *, by: Account) -> None:
    """Keep the words for each addressee of the version in force, in their order. Raises AddresseesChanged."""
    with transaction() as session:
        letter = lock(session, letter_id)
        addressees = letter.version.addressees
        if len(addressees) != len(words):
            raise AddresseesChanged
        for addressee, said in zip(addressees, words, strict=True):
            salutations = {tag: one.strip() for tag, one in said.salutations.items() if one.strip()}
            lines = said.lines.strip()
            addressee.postal = {"lines": lines, "salutations": salutations} if lines or salutations else None
        entered(session, letter, "copies described", by)
