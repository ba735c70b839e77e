"""Documents that people wrote elsewhere, as a letter's Markdown. Pure: bytes in, a `Document` or a refusal out."""

from coalition.intake.documents.document import (
    Change,
    Changes,
    Document,
    DocumentComment,
    DocumentRefused,
    Kind,
    Lost,
    document_of,
)
from coalition.intake.documents.reading import check_start, kind_of, read_document
from coalition.intake.documents.words import refusal, sentence

__all__ = [
    "Change",
    "Changes",
    "Document",
    "DocumentComment",
    "DocumentRefused",
    "Kind",
    "Lost",
    "check_start",
    "document_of",
    "kind_of",
    "read_document",
    "refusal",
    "sentence",
]
