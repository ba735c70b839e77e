"""The catalogues of our words: what the source says, what each language says, and the compiled form that is served.

    python -m tests.catalogues        take new words into every catalogue, and compile them
    python -m tests.catalogues es     the same for one language

A translator edits `coalition/translations/<language>/LC_MESSAGES/messages.po`; the compiled file lies beside it.
A language that the desk does not speak needs the words of mails, of the signing door and of public pages; its catalogue
has a place for every word all the same, so that the desk can learn it one day.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from coalition.languages import DESK, INTERFACE

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "coalition" / "translations"
LANGUAGES: Final = tuple(tag for tag in INTERFACE if tag != "en")
PLURALS: Final = {"fa": "nplurals=2; plural=(n > 1);", "pt": "nplurals=2; plural=(n > 1);"}
"""Where CLDR has another plural than Babel would write down: "۰ امضا" and "0 assinatura" are singular."""
DESK_PLACES: Final = ("templates/desk/", "templates/layouts/desk.html")
"""Where words of the desk alone stand, besides the modules that the contract "words" keeps from the other doors."""
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


@cache
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


@cache
def desk_places() -> tuple[str, ...]:
    """How the names of the files begin whose words the desk alone shows."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    names: list[str] = next(each for each in contracts if each["id"] == "words")["forbidden_modules"]
    paths = [name.replace(".", "/") for name in names]
    return (*DESK_PLACES, *(f"{path}/" if (ROOT / path).is_dir() else f"{path}.py" for path in paths))


def is_needed(language: str, message: Message) -> bool:
    """Whether a language has to have a word: each one if the desk speaks it, else those that others may read."""
    return language in DESK or any(not name.startswith(desk_places()) for name, _line in message.locations)


def read(language: str) -> Catalog:
    """A language's catalogue as its translator left it."""
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(language: str) -> bytes:
    """The form in which a catalogue is served."""
    catalog, out = read(language), BytesIO()
    for message in catalog:
        if isinstance(message.string, tuple | list) and not all(message.string):
            message.string = ""  # without it, forms not written yet would be served as nothing instead of English
    write_mo(out, catalog)
    return out.getvalue()


def update(only: Sequence[str] = LANGUAGES) -> None:
    """Take the source's words into the catalogues and compile each; words that went are dropped."""
    template = source()
    for language in only:
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalog = read(language) if path.exists() else _begun(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        _head(catalog)
        out = BytesIO()
        write_po(out, catalog, width=WIDTH, omit_header=False, include_lineno=False, sort_output=True)
        path.write_bytes(out.getvalue())
        path.with_suffix(".mo").write_bytes(compiled(language))


def _begun(language: str) -> Catalog:
    """A catalogue without a word, with the right plurals."""
    catalog = Catalog(locale=language, project="coalition", charset="utf-8")
    if language in PLURALS:
        catalog.mime_headers = [("Plural-Forms", PLURALS[language])]
    return catalog


def _head(catalog: Catalog) -> None:
    """Say at the top whose words these are, and nothing that changes from one update to the next."""
    catalog.header_comment = f"# The words of Coalition in {catalog.locale_identifier}; licensed as Coalition is."
    catalog.project, catalog.version, catalog.fuzzy = "coalition", "0", False
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = ""
    catalog.creation_date = catalog.revision_date = BEGUN


if __name__ == "__main__":
    update(sys.argv[1:] or LANGUAGES)
