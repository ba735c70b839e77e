"""Quotations for the press as they are typed: paragraphs, each with who says it on its last line.

“A law that jails reporters protects nobody.”
— Ana Ruiz, Director of Free Voices
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

Quotation: TypeAlias = dict[str, str]
SPEAKER: Final = re.compile(r"^\s*(?:—|–|--?|―)\s*(?P<speaker>[^,،、，]+?)\s*(?:[,،、，]\s*(?P<office>.+?))?\s*$")


class NobodySaysIt(ValueError):
    """A quotation has no last line that says whose it is; `number` counts from 1."""

    def __init__(self, number: int) -> None:
        super().__init__(str(number))
        self.number = number


def read_quotations(typed: str) -> list[Quotation]:
    """The quotations, each {"words", "speaker", "office"}; the office may be empty. Raises NobodySaysIt."""
    found: list[Quotation] = []
    lines: list[str] = []
    for line in typed.replace("\r\n", "\n").split("\n"):
        speaker = SPEAKER.match(line)
        words = "\n".join(lines).strip()
        if speaker and words:
            found.append({"words": words, "speaker": speaker["speaker"], "office": speaker["office"] or ""})
            lines = []
        else:
            lines.append(line)
    if "\n".join(lines).strip():
        raise NobodySaysIt(len(found) + 1)
    return found


def typed_quotations(quotations: list[Quotation]) -> str:
    """The same again as somebody would type it."""
    return "\n\n".join(
        f"{one['words']}\n— {', '.join(filter(None, (one['speaker'], one.get('office', ''))))}" for one in quotations
    )
