"""What a letter's page offers as files: their endings, media types, names, and how a browser saves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask_babel import gettext

if TYPE_CHECKING:
    from coalition.rendering.printed import PrintedLetter

_OF_OFFICES: Final = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES: Final = {
    ".pdf": "application/pdf",
    ".docx": f"{_OF_OFFICES}wordprocessingml.document",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": f"{_OF_OFFICES}spreadsheetml.sheet",
    ".bib": "application/x-bibtex; charset=utf-8",
}
"""By the ending of an address."""


def files_of(letter: PrintedLetter) -> list[tuple[str, str, str]]:
    """The forms that its page offers, in the present locale: ending, media type, what it is called.

    Those of the list alone only where there is one.
    """
    named = {
        ".pdf": "PDF",
        ".docx": "DOCX",
        ".txt": str(gettext("plain text")),
        ".md": "Markdown",
        ".json": "JSON",
    }
    if any(group.lines for group in letter.groups):
        named |= {".csv": str(gettext("names as CSV")), ".xlsx": str(gettext("names as XLSX"))}
    return [(ending, MEDIA_TYPES[ending].partition(";")[0], words) for ending, words in named.items()]


def disposition(path: str) -> str:
    """How a browser names the file at a letter's address, and whether it saves it; "" for what is no file.

    An address in another language ends in the language alone, which would tell nobody what the file is.
    """
    ending = next((each for each in MEDIA_TYPES if path.endswith(each)), "")
    if not ending:
        return ""
    name = "-".join(path.removesuffix(ending).strip("/").split("/")[1:])
    way = "inline" if ending in {".pdf", ".txt", ".json"} else "attachment"
    return f'{way}; filename="{name}{ending}"'
