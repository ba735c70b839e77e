"""A letter as a PDF: tagged, for archives (PDF/A-3a) and for readers by ear (PDF/UA-1), set by Typst.

Everything comes in as data; the template reads no file, no network and no system font. Equal editions give equal bytes.
"""

import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import typst
from flask_babel import force_locale, gettext
from PIL import Image

from coalition.languages import babel_locale, direction, interface_language, number, script_direction
from coalition.rendering.faces import ARABIC_SCRIPT, faces, families, missing_from
from coalition.rendering.file_words import file_words
from coalition.rendering.list_parts import Name, Part, in_running_text, latin_words, semicolon
from coalition.rendering.pictures import as_png, for_print
from coalition.rendering.printed import PrintedLetter
from coalition.rendering.qr import qr_svg
from coalition.rendering.sheet import paragraphs, sheet
from coalition.rendering.text import to_typst_data
from coalition.rendering.text.blocks import Node
from coalition.rendering.told_files import ToldInFile, told_in_files
from coalition.rendering.words import first_of

TEMPLATE = Path(__file__).parent / "letter.typ"

NOT_SHOWN = frozenset({"address", "align", "anchor", "direction", "kind", "language", "logo", "pieces"})

WIDEST_LOGO = 200
"""Pixels of a logo beside a name."""

UNSHOWN = re.compile(r'the text `"(.+?)"` could not be displayed')
"""Typst's words for letters and marks that have faces each, but none together."""

DASHES = frozenset("-–—")
HYPHENS = DASHES | frozenset("/‐")
"""After which a line could break."""

UNPRINTABLE = re.compile("[\x00\ufeff\ufffe\uffff]")
"""What PDF/A forbids in text and nobody sees."""

CHINESE = {"Hans": "CN", "Hant": "TW"}
"""Chinese script to the territory that says so where a language has no name for its script."""


@dataclass(frozen=True, slots=True)
class Pdf:
    """A finished file."""

    content: bytes


@dataclass(frozen=True, slots=True)
class Missing:
    """A character that no face can show, and the lines or names it stands in."""

    character: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        points = " ".join(f"U+{ord(each):04X}" for each in self.character)
        return f"{self.character} ({points}) in: {'; '.join(self.lines)}"


class MissingGlyphs(Exception):
    """The PDF can not be set: no face shows these characters. Page, plain text and JSON can."""

    def __init__(self, characters: Sequence[Missing]) -> None:
        self.characters = tuple(characters)
        super().__init__("; ".join(map(str, characters)))


def make_pdf(letter: PrintedLetter, language: str, *, fonts: Sequence[Path] = ()) -> Pdf:
    """The letter in one of its languages as a PDF/A-3a and PDF/UA-1.

    `fonts` are font files beside our own (`coalition.rendering.faces.cjk_fonts`). Raises MissingGlyphs where a
    character has no face, KeyError for a language the letter does not have, and PIL.UnidentifiedImageError for a photo
    that is none. Fixed words need an application context to be in another language than English.
    """
    words = _words(letter, language)
    for one in (*words["told_before"], *words["told_since"]):
        if _without_face(one, fonts):
            one["lines"] = []  # a note in a script without a face does not keep the letter from its readers
    missing = _without_face(words, fonts)
    if missing:
        raise MissingGlyphs(missing)
    data = _data(letter, language, words) | {"families": families(language, fonts)}
    parts = data.pop("parts")
    try:
        content, _warnings = typst.compile_with_warnings(
            TEMPLATE,
            root=TEMPLATE.parent,
            font_paths=faces(tuple(fonts)),
            ignore_system_fonts=True,
            sys_inputs={"letter": as_json(data), "parts": as_json(parts)},
            pdf_standards=["a-3a", "ua-1"],
            timestamp=int(letter.published_at.timestamp()),
        )
    except typst.TypstError as error:
        unshown = UNSHOWN.findall(error.message)
        if unshown:
            raise MissingGlyphs([_missing(each, words) for each in unshown]) from error
        raise
    return Pdf(content)


def missing_glyphs(letter: PrintedLetter, language: str, *, fonts: Sequence[Path] = ()) -> list[Missing]:
    """The characters of a letter that no face can show, for the check list before publication; [] where all is well."""
    return _without_face(_words(letter, language), fonts)


def _without_face(words: Node, fonts: Sequence[Path]) -> list[Missing]:
    characters = missing_from(set().union(*_strings(words)), fonts)
    return [_missing(each, words) for each in sorted(characters)]


def _missing(character: str, words: Node) -> Missing:
    lines = dict.fromkeys(_strings(words))
    return Missing(character, tuple(line for line in lines if character in line))


def as_json(data: Any) -> str:
    """JSON for the template, without the signs that PDF/A forbids."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return UNPRINTABLE.sub("", text)


def _data(letter: PrintedLetter, language: str, words: Node) -> Node:
    """Everything the template shows, and how, beside its words."""
    locale = babel_locale(language)
    territory = (locale.territory or CHINESE.get(locale.script or "", "")).lower()
    is_arabic = locale.script == "Arab" or (locale.script is None and locale.language in ARABIC_SCRIPT)
    return {
        **words,
        "language": locale.language,
        "region": territory if len(territory) == 2 else None,
        "direction": direction(language),
        "is_arabic": is_arabic,
        "words_language": interface_language(language),
        "digits": [number(digit, language) for digit in range(10)],
        "photo": _photo(letter, language),
        "letterhead": _letterhead(letter, language),
        # What is not public has no address that a code could lead to.
        "qr": qr_svg(letter.address(language)) if letter.edition else "",
    }


def _words(letter: PrintedLetter, language: str) -> Node:
    """Every word the template shows. Nothing else is in here: what is missing from the faces is looked for in it."""
    page, said = sheet(letter, language), file_words(letter, language)
    blocks = to_typst_data(letter.texts[language].body, language, letter.figures)
    notes = {
        str(note["number"]): note["inside"] for block in blocks if block["kind"] == "notes" for note in block["notes"]
    }
    body, told = [block for block in blocks if block["kind"] != "notes"], told_in_files(letter, language)
    _mark_first(body, notes, set())
    return asdict(replace(page, parts=())) | {
        "body": body,
        "notes": notes,
        "parts": [_part(part, page.form, language) for part in page.parts],
        "between": semicolon(language).replace("\u202f", "\u00a0"),
        "authors": [first_of(lead, language) for lead in letter.leads],
        "told_before": [_told(one) for one in told.before],
        "since_heading": told.heading,
        "told_since": [_told(one) for one in told.since],
        "page_words": said.page_words,
        "embargo": said.embargo,
        "signing_key": said.signing_key,
        "documents_heading": said.documents_heading,
        "documents": [{"label": one.label, "facts": one.facts, "address": one.address} for one in said.documents],
        "on_the_web": _on_the_web(language),
        "table_words": _table_words(language),
        **{part: paragraphs(getattr(page, part)) for part in ("salutation", "closing", "disclaimers", "contact")},
    }


def _told(one: ToldInFile) -> Node:
    return {"head": one.head, "lines": one.lines, "language": one.tag, "direction": direction(one.tag)}


def _part(part: Part, form: str, language: str) -> Node:
    return {
        "heading": part.heading,
        "over": part.over,
        "is_within": part.is_within,
        "names": [_name(line, language) for line in part.names],
        "running": [in_running_text(line, language) for line in part.names] if form == "inline" else [],
        "start": part.start,
        "is_table": part.is_table,
        "others": part.others,
        "unnamed": part.unnamed,
        "note": part.note,
    }


def _name(line: Name, language: str) -> Node | str:
    """A name and what stands beside it; the name alone where that is all, as in nearly every line of a long list."""
    runs, pieces = script_direction(line.name) or direction(language), _pieces(line.name)
    has_more = line.affiliation or line.latin or line.country or line.logo or pieces
    if not has_more and runs == direction(language):
        return line.name
    return {
        "name": line.name,
        "affiliation": line.affiliation,
        "latin": latin_words(line),
        "country": line.country,
        "logo": _logo(line),
        "direction": runs,
        "pieces": pieces,
    }


def _logo(line: Name) -> Node | None:
    """A logo at the size of print, on white; None where it is no picture."""
    if line.logo is None or not line.logo.content:
        return None
    with Image.open(io.BytesIO(line.logo.content)) as image:
        small = image.convert("RGBA")
    small.thumbnail((WIDEST_LOGO, WIDEST_LOGO))
    white = Image.new("RGBA", small.size, "white")
    white.alpha_composite(small)
    out = io.BytesIO()
    white.convert("RGB").save(out, "PNG")
    return {"content": list(out.getvalue())}


def _pieces(name: str) -> list[tuple[str, bool]]:
    """A name in pieces to be joined by spaces, each with whether it must stay on one line; none where none must.

    That is a word with a hyphen or the like in it, and a dash with the word after it. Where both directions meet, the
    pieces must stay together to find their order.
    """
    if HYPHENS.isdisjoint(name) or _is_mixed(name):
        return []
    pieces: list[str] = []
    for piece in name.split(" "):
        if pieces and pieces[-1] in DASHES:
            pieces[-1] += f" {piece}"
        else:
            pieces.append(piece)
    return [(piece, not HYPHENS.isdisjoint(piece)) for piece in pieces]


def _is_mixed(name: str) -> bool:
    """Whether letters of both directions stand in it."""
    kinds = {unicodedata.bidirectional(character) for character in name}
    return "L" in kinds and not kinds.isdisjoint({"R", "AL"})


def _table_words(language: str) -> list[str]:
    with force_locale(interface_language(language)):
        return [str(gettext("Name")), str(gettext("Country"))]


def _on_the_web(language: str) -> str:
    """What the code at the end is: said to who hears the page, too."""
    with force_locale(interface_language(language)):
        return str(gettext("This letter on the web, with its list of today"))


def _mark_first(nodes: Iterable[Node], notes: dict[str, list[Node]], seen: set[int]) -> None:
    """Mark each first reference to a footnote, where the page's foot gets its text; the others point there."""
    for node in nodes:
        if node["kind"] == "note":
            node["first"] = node["number"] not in seen
            seen.add(node["number"])
            if node["first"]:
                _mark_first(notes[str(node["number"])], notes, seen)
        for inner in _inner(node):
            _mark_first(inner, notes, seen)


def _inner(node: Node) -> Iterator[list[Node]]:
    """The lists of nodes within a node, in reading order."""
    yield from (item["inside"] for item in node.get("items", ()))
    yield from (cell for row in (node.get("head", ()), *node.get("rows", ())) for cell in row)
    yield from (node[key] for key in ("inside", "speaker") if key in node)


def _strings(value: Any) -> Iterator[str]:
    """The strings shown, out of nested data; keys that hold marks for the template are passed over."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (string for key, each in value.items() if key not in NOT_SHOWN for string in _strings(each))
    elif isinstance(value, list | tuple):
        yield from (string for each in value for string in _strings(each))


def _photo(letter: PrintedLetter, language: str) -> Node | None:
    if letter.photo is None or not letter.photo.content:
        return None
    text, picture = letter.texts[language], for_print(letter.photo.content)
    return {
        "content": list(picture.content),
        "alternative": text.photo_alternative or text.photo_caption,
        "is_tall": picture.is_tall,
    }


def _letterhead(letter: PrintedLetter, language: str) -> Node | None:
    logo = letter.files.letterhead
    if logo is None:
        return None
    return {"content": list(as_png(logo.content)), "alternative": first_of(logo.names, language)}
