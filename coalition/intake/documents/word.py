"""DOCX: made plain by our own steps, turned into HTML by mammoth, and put in order again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath
from xml.etree import ElementTree as ET  # the tree; archive.parse_xml reads it  # nosec B405

import mammoth
from bs4.element import NavigableString, Tag

from coalition.intake.documents.archive import Archive, parse_xml
from coalition.intake.documents.document import Changes, Document, NotADocument
from coalition.intake.documents.finish import finish
from coalition.intake.documents.lists import Item, ListBuilder
from coalition.intake.documents.losses import Losses
from coalition.intake.documents.soup import PARAGRAPH_MARK, PICTURE_MARK, children, elements, line, new, parsed, words
from coalition.intake.documents.word_changes import listed_changes, settle_changes
from coalition.intake.documents.word_comments import Remarks, mark_comments, read_comments
from coalition.intake.documents.word_lists import Numbering
from coalition.intake.documents.word_names import RELATION, R, as_transitional, words_of
from coalition.intake.documents.word_plain import Paragraph, Plainer
from coalition.intake.documents.word_styles import Styles

_NOTES = ("footnotes", "endnotes")


@dataclass(slots=True)
class _Part:
    """A part of the file that holds text, and the addresses that its links lead to."""

    root: ET.Element
    links: dict[str, str] = field(default_factory=dict)


class _File:
    """The parts of a DOCX by what they are for."""

    def __init__(self, content: bytes) -> None:
        self._archive = Archive(content)
        if "mimetype" in self._archive.names and "[Content_Types].xml" not in self._archive.names:
            raise NotADocument
        main = next(
            (target for kind, target, _id in self._relations("") if kind == "officeDocument"), "word/document.xml"
        )
        self._main = main if main in self._archive.names else "word/document.xml"

    def document(self) -> _Part:
        part = self._part(self._main)
        if part is None or not part.root.tag.endswith("}document"):
            raise NotADocument
        return part

    def related(self, kind: str) -> list[_Part]:
        """The parts that the document names for one purpose ("styles", "footnotes", "header")."""
        targets = [target for each, target, _id in self._relations(self._main) if each == kind]
        return [part for part in map(self._part, dict.fromkeys(targets)) if part is not None]

    def root(self, kind: str) -> ET.Element | None:
        parts = self.related(kind)
        return parts[0].root if parts else None

    def _part(self, name: str) -> _Part | None:
        data = self._archive.read(name)
        if data is None:
            return None
        links = {each: target for kind, target, each in self._relations(name, is_outside=True) if kind == "hyperlink"}
        return _Part(parse_xml(as_transitional(data)), links)

    def _relations(self, name: str, *, is_outside: bool = False) -> Iterator[tuple[str, str, str]]:
        """Kind, target and id of what a part points to."""
        folder, _slash, base = name.rpartition("/")
        data = self._archive.read(join(folder, "_rels", f"{base}.rels"))
        for each in parse_xml(data).iter(RELATION) if data is not None else ():
            target = each.get("Target") or ""
            if (each.get("TargetMode") == "External") == is_outside:
                place = target if is_outside else normpath(join("/", dirname(name), target)).lstrip("/")
                yield (each.get("Type") or "").rpartition("/")[2], place, each.get("Id") or ""


def read_docx(content: bytes, *, changes: Changes = "accept") -> Document:
    """The text of a DOCX as a letter's Markdown. Raises a DocumentRefused."""
    file = _File(content)
    losses = Losses()
    document = file.document()
    notes = {name: part for name in _NOTES for part in file.related(name)[:1]}
    parts = [document, *notes.values()]
    found = tuple(change for part in parts for change in listed_changes(part.root))
    for part in parts:
        settle_changes(part.root, changes)
    remarks = read_comments(file.root("comments"))
    for part in parts:
        mark_comments(part.root, remarks)
    plainer = Plainer(Styles(file.root("styles")), Numbering(file.root("numbering")), losses)
    for part in parts:
        plainer.make_plain(part.root, part.links)
    for kind in ("header", "footer"):
        for part in file.related(kind):
            if words_of(part.root).strip():
                losses.add(kind, words_of(part.root))
    root = parsed(_html(document, notes))
    _show_pictures(root, plainer.pictures)
    title = _assemble(root, plainer.paragraphs)
    return finish(root, losses, title=title, changes=found, remarks=_placed(remarks))


def _placed(remarks: Remarks) -> dict[int, tuple[str, str, str]]:
    return {remark.number: (remark.author, remark.words, remark.quote) for remark in remarks.values()}


def _html(document: _Part, notes: dict[str, _Part]) -> str:
    """What mammoth makes of the plain parts; it never sees a byte of the file itself."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in {"document": document, **notes}.items():
            archive.writestr(f"word/{name}.xml", ET.tostring(part.root, encoding="utf-8"))
            archive.writestr(f"word/_rels/{name}.xml.rels", _relations_of(part.links))
    out.seek(0)
    try:
        made = mammoth.convert_to_html(out, style_map="u => u", include_embedded_style_map=False)
    except (KeyError, ValueError, IndexError, AttributeError, TypeError, OSError) as broken:
        # What mammoth meets in a damaged file: references to nothing, numbers that are none.
        raise NotADocument from broken
    return str(made.value)


def _relations_of(links: dict[str, str]) -> bytes:
    root = ET.Element(RELATION.removesuffix("Relationship") + "Relationships")
    for name, target in links.items():
        ET.SubElement(root, RELATION, {"Id": name, "Type": f"{R[1:-1]}/hyperlink", "Target": target})
    return bytes(ET.tostring(root, encoding="utf-8"))


def _show_pictures(root: Tag, captions: list[str]) -> None:
    """Put a picture where its mark stands."""
    for text in root.find_all(string=PICTURE_MARK):
        for at, part in enumerate(PICTURE_MARK.split(str(text))):
            text.insert_before(new("img", alt=captions[int(part)]) if at % 2 else NavigableString(part))
        text.extract()


def _assemble(root: Tag, paragraphs: list[Paragraph]) -> str:
    """Make each paragraph what its mark says it is. Returns the title, if one is marked as such."""
    titles: list[str] = []
    builders: dict[int, ListBuilder] = {}
    for tag in elements(root, "p", "table"):
        builder = builders.setdefault(id(tag.parent), ListBuilder())
        if tag.name == "table":
            builder.close()
            continue
        facts = _facts(tag, paragraphs)
        if facts is None or not (words(tag) or tag.find(["img", "a"])):
            continue
        if facts.is_right_to_left:
            tag["dir"] = "rtl"
        if facts.is_title and tag.parent is root and not tag.find("a"):
            titles.append(line(tag.get_text()))
            tag.decompose()
        elif facts.item and not facts.heading:
            _put_into_list(tag, facts.item, builder)
        elif not (facts.carries_on and builder.carry_on([node.extract() for node in children(tag)])):
            builder.close()
            _name(tag, facts)
        else:
            tag.decompose()
    return " ".join(titles)


def _facts(tag: Tag, paragraphs: list[Paragraph]) -> Paragraph | None:
    """What is known of the paragraph; its mark is taken out."""
    found = None
    for text in tag.find_all(string=PARAGRAPH_MARK):
        mark = PARAGRAPH_MARK.search(str(text))
        found = mark if mark and found is None else found
        text.replace_with(NavigableString(PARAGRAPH_MARK.sub("", str(text))))
    return paragraphs[int(found[1])] if found else None


def _put_into_list(tag: Tag, item: Item, builder: ListBuilder) -> None:
    place = new("div")
    tag.insert_before(place)
    builder.add(item, [node.extract() for node in children(tag)], place)
    if tag.get("dir") and builder.last is not None:
        builder.last["dir"] = str(tag["dir"])
    place.unwrap()
    tag.decompose()


def _name(tag: Tag, facts: Paragraph) -> None:
    if facts.heading:
        tag.name = f"h{facts.heading}"
        if facts.item and not facts.item.is_bullet:
            tag.insert(0, NavigableString(f"{facts.item.marker} "))
    elif facts.is_quotation:
        tag.wrap(new("blockquote", data_quote="1"))
