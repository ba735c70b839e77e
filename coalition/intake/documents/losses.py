"""What did not come along, counted while a document is read."""

from __future__ import annotations

from coalition.intake.documents.document import Lost

_WORDS_KEPT = 10
_LENGTH_KEPT = 80


class Losses:
    """Counts the things that could not be kept, and keeps the first words that tell them apart."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._words: dict[str, dict[str, None]] = {}

    def add(self, kind: str, words: str = "", *, count: int = 1) -> None:
        """One more thing of that kind (a key of `coalition.intake.documents.words.LOST`)."""
        self._counts[kind] = self._counts.get(kind, 0) + count
        said = " ".join(words.split())[:_LENGTH_KEPT]
        if said and len(self._words.setdefault(kind, {})) < _WORDS_KEPT:
            self._words[kind][said] = None

    def all(self) -> tuple[Lost, ...]:
        """Everything that was counted, in the order in which it was first met."""
        return tuple(Lost(kind, count, ", ".join(self._words.get(kind, ()))) for kind, count in self._counts.items())
