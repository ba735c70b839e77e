"""The letter file: a letter's public facts as JSON, read strictly and written in one form only (docs/letter-file.md).

What is written, read and written again is the same to the byte. What stands in a file and is not known is an error,
so that nothing is lost without a word.
"""

from coalition.intake.letter_facts import (
    About,
    Address,
    Addressee,
    Delivery,
    Document,
    Edition,
    Figures,
    LetterFile,
    Line,
    ListGroup,
    Logo,
    Note,
    PerLanguage,
    Photo,
    Press,
    Quotation,
    Response,
    Retraction,
    Support,
    Text,
)
from coalition.intake.letter_file_problems import FileProblem, LetterFileError, sentence
from coalition.intake.letter_file_reading import SCHEMA, read
from coalition.intake.letter_file_writing import write

__all__ = [
    "SCHEMA",
    "About",
    "Address",
    "Addressee",
    "Delivery",
    "Document",
    "Edition",
    "Figures",
    "FileProblem",
    "LetterFile",
    "LetterFileError",
    "Line",
    "ListGroup",
    "Logo",
    "Note",
    "PerLanguage",
    "Photo",
    "Press",
    "Quotation",
    "Response",
    "Retraction",
    "Support",
    "Text",
    "read",
    "sentence",
    "write",
]
