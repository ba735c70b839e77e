"""The words that a reader finds in an answer, whatever its form: what a search for a name has to look through."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from typing import Final

import pikepdf

HAS_PDFTOTEXT: Final = shutil.which("pdftotext") is not None
TAGS: Final = re.compile(r"<[^>]*>")


def words_of(content: bytes) -> str:
    """The bytes as they are, and what is shown of a PDF, a DOCX or an XLSX, with what they say of themselves.

    Without poppler the strings of a PDF are looked through as they lie in it.
    """
    if content.startswith(b"%PDF"):
        return f"{_of_pdf(content)} {_raw_of_pdf(content)}"
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            raw = {name: parts.read(name).decode(errors="replace") for name in parts.namelist()}
        return " ".join([*raw, *raw.values(), *(TAGS.sub("", part) for part in raw.values())])
    return content.decode(errors="replace")


def _of_pdf(content: bytes) -> str:
    if not HAS_PDFTOTEXT:
        return ""
    done = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def _raw_of_pdf(content: bytes) -> str:
    """What lies in streams and in the outline, the title and the metadata."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found = [str(value) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) for value in one.values()]
        found += [_decoded(one) for one in pdf.objects if isinstance(one, pikepdf.Stream)]
    return " ".join(found)


def _decoded(stream: pikepdf.Stream) -> str:
    try:
        return stream.read_bytes().decode(errors="replace")
    except pikepdf.PdfError:
        return ""
