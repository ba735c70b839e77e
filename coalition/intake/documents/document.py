"""What comes out of a file written elsewhere: the text as a letter's Markdown, and what is to be said about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["docx", "odt", "html", "markdown"]
Changes = Literal["accept", "original"]

KINDS: tuple[Kind, ...] = ("docx", "odt", "html", "markdown")


@dataclass(frozen=True, slots=True)
class Lost:
    """One kind of thing that did not come along: how often, and which words tell it apart (names, captions)."""

    kind: str
    count: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A tracked change: words that somebody put in or struck."""

    kind: Literal["insertion", "deletion"]
    author: str
    words: str


@dataclass(frozen=True, slots=True)
class DocumentComment:
    """A comment in the margin. `quote` is what it was put on, `paragraph` the words of the paragraph it stands at."""

    author: str
    words: str
    quote: str
    paragraph: str
    at: int
    """Where in the Markdown, in characters from its start."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text that was brought: its Markdown, its title if it has one, and what to ask or to say about it."""

    markdown: str
    title: str = ""
    source: str = ""
    """The file's own words as bare HTML, to set beside the Markdown; "" where the file is Markdown itself."""
    lost: tuple[Lost, ...] = ()
    changes: tuple[Change, ...] = ()
    comments: tuple[DocumentComment, ...] = ()

    @property
    def insertions(self) -> int:
        """How many tracked insertions the file holds, taken or not."""
        return sum(change.kind == "insertion" for change in self.changes)

    @property
    def deletions(self) -> int:
        """How many tracked deletions the file holds, taken or not."""
        return sum(change.kind == "deletion" for change in self.changes)

    def as_data(self) -> dict[str, Any]:
        """The document as plain data that JSON holds."""
        return asdict(self)


def document_of(data: dict[str, Any]) -> Document:
    """The document that `as_data` was taken from."""
    return Document(
        markdown=data["markdown"],
        title=data["title"],
        source=data["source"],
        lost=tuple(Lost(**each) for each in data["lost"]),
        changes=tuple(Change(**each) for each in data["changes"]),
        comments=tuple(DocumentComment(**each) for each in data["comments"]),
    )


class DocumentRefused(ValueError):
    """The file can not be read; the class says why, `coalition.intake.documents.words.refusal` says it in words."""


class TooLarge(DocumentRefused):
    """The file is larger than is taken."""


class UnpacksTooLarge(DocumentRefused):
    """A small file that would unpack into a flood."""


class TooManyEntries(DocumentRefused):
    """The archive holds more parts than any letter has."""


class TooDeep(DocumentRefused):
    """Things within things within things, deeper than any letter goes."""


class TookTooLong(DocumentRefused):
    """Reading it took longer than a letter takes."""


class Encrypted(DocumentRefused):
    """The file is locked with a password."""


class OldWord(DocumentRefused):
    """A .doc of the Word of the last century."""


class PdfRefused(DocumentRefused):
    """A PDF knows where letters stand on a sheet, and nothing of paragraphs."""


class NotADocument(DocumentRefused):
    """No document of a kind that is read here, or one that is damaged."""


class HoldsEntities(NotADocument):
    """Its XML declares entities: no word processor writes them; it is how XML is made to grow or to read files."""


class NothingInIt(DocumentRefused):
    """There are no words in it."""
