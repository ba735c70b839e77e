"""A word processor's file is a zip archive from a stranger: measured before it is unpacked, and while it is."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from xml.etree import ElementTree as ET  # read by _Guarded alone  # nosec B405

from coalition.intake.documents.document import (
    Encrypted,
    HoldsEntities,
    NotADocument,
    TooDeep,
    TooManyEntries,
    UnpacksTooLarge,
)

ENTRIES_LIMIT = 2_000
UNPACKED_LIMIT = 100_000_000
PART_LIMIT = 20_000_000
RATIO_LIMIT = 250
"""How many times its packed size a part may have; the densest real documents stay well under a hundred."""
SMALL = 1_000_000
"""Below this no ratio matters."""
DEPTH_LIMIT = 150
ELEMENTS_LIMIT = 1_500_000

_ENCRYPTED_FLAG = 0x1
_OURS = re.compile("[\ufdd0-\ufdef]")
"""Characters that stand for nothing in any text: we put marks of our own with them, so none may come from outside."""


class Archive:
    """The parts of a zipped document. Raises a DocumentRefused as soon as it turns out to be no honest one."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, EOFError, RuntimeError) as broken:
            raise NotADocument from broken
        if len(entries) > ENTRIES_LIMIT:
            raise TooManyEntries
        if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
            raise Encrypted
        if sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
            raise UnpacksTooLarge
        for entry in entries:
            if entry.file_size > SMALL and entry.file_size > RATIO_LIMIT * max(entry.compress_size, 1):
                raise UnpacksTooLarge
        self.names = {entry.filename for entry in entries}

    def read(self, name: str) -> bytes | None:
        """A part's bytes, or None where there is none. What the directory said of its size is not believed."""
        if name not in self.names:
            return None
        try:
            with self._zip.open(name) as part:
                data = part.read(PART_LIMIT + 1)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, OSError, EOFError) as broken:
            raise NotADocument from broken
        if len(data) > PART_LIMIT:
            raise UnpacksTooLarge
        return data

    def tree(self, name: str) -> ET.Element | None:
        """A part read as XML, or None where there is none."""
        data = self.read(name)
        return None if data is None else parse_xml(data)


def parse_xml(data: bytes) -> ET.Element:
    """XML from a stranger as a tree: no document type, no entities, not too deep, nothing read from elsewhere."""
    parser = ET.XMLParser(target=_Guarded())  # noqa: S314 -- the target refuses what makes XML dangerous  # nosec B314
    try:
        parser.feed(data)
        root: ET.Element = parser.close()
    except (ET.ParseError, ValueError, LookupError) as broken:
        if isinstance(broken, NotADocument | TooDeep | UnpacksTooLarge):
            raise
        raise NotADocument from broken
    return root


class _Guarded(ET.TreeBuilder):
    """Builds the tree, and refuses on the first sign of XML that means harm."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def doctype(self, *_named: str) -> None:
        """Called before the first entity could be declared."""
        raise HoldsEntities

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        self._depth += 1
        self._count += 1
        if self._depth > DEPTH_LIMIT:
            raise TooDeep
        if self._count > ELEMENTS_LIMIT:
            raise UnpacksTooLarge
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ET.Element:
        self._depth -= 1
        return super().end(tag)

    def data(self, data: str, /) -> None:
        super().data(_OURS.sub("", data))
