"""The catalogues of our words: what the source says, what each language says, and the compiled form that is served.

    python -m tests.catalogues        take new words into every catalogue, and compile them

A translator edits `coalition/translations/<language>/LC_MESSAGES/messages.po`; the compiled file lies beside it.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "coalition" / "translations"
LANGUAGES: Final = ("fr", "ar")
KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_l": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
WIDTH: Final = 110
BEGUN: Final = datetime(2026, 11, 22, tzinfo=UTC)


def po_path(language: str) -> Path:
    """Where a language's catalogue lies."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def source() -> Catalog:
    """Every word of ours that people see, as the source has it now."""
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel leaves it untyped
    catalog = Catalog(project="coalition", charset="utf-8")
    found = extract_from_dir(str(ROOT), methods, options, keywords=KEYWORDS, directory_filter=_is_ours)
    for name, _line, message, _comments, context in found:
        catalog.add(message, None, [(name, 0)], context=context)
    return catalog


def _is_ours(folder: str) -> bool:
    return not os.path.basename(folder).startswith(".")  # noqa: PTH119 (Babel gives a string)


def read(language: str) -> Catalog:
    """A language's catalogue as its translator left it."""
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(language: str) -> bytes:
    """The form in which a catalogue is served."""
    out = BytesIO()
    write_mo(out, read(language))
    return out.getvalue()


def update() -> None:
    """Take the source's words into every catalogue and compile each; words that went are dropped."""
    template = source()
    for language in LANGUAGES:
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalog = read(language) if path.exists() else Catalog(locale=language, project="coalition", charset="utf-8")
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        _head(catalog)
        out = BytesIO()
        write_po(out, catalog, width=WIDTH, omit_header=False, include_lineno=False, sort_output=True)
        path.write_bytes(out.getvalue())
        path.with_suffix(".mo").write_bytes(compiled(language))


def _head(catalog: Catalog) -> None:
    """Say at the top whose words these are, and nothing that changes from one update to the next."""
    catalog.header_comment = f"# The words of Coalition in {catalog.locale_identifier}; licensed as Coalition is."
    catalog.project, catalog.version, catalog.fuzzy = "coalition", "0", False
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = ""
    catalog.creation_date = catalog.revision_date = BEGUN


if __name__ == "__main__":
    update()
