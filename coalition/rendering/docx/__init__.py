"""A letter as a word file (DOCX, ECMA-376): real styles, lists and endnotes, in the reading order of the sheet."""

from coalition.rendering.docx.letter import to_docx

__all__ = ["to_docx"]
