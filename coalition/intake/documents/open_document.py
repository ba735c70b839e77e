"""ODT (OpenDocument 1.3 Part 3): read part by part into the middle form."""

from __future__ import annotations

from xml.etree import ElementTree as ET  # the tree; archive.parse_xml reads it  # nosec B405

from bs4.element import NavigableString, PageElement, Tag

from coalition.intake.documents.archive import Archive
from coalition.intake.documents.document import Document, Encrypted, NotADocument
from coalition.intake.documents.finish import finish
from coalition.intake.documents.losses import Losses
from coalition.intake.documents.open_styles import (
    DC,
    DRAW,
    MANIFEST,
    OFFICE,
    STYLE,
    SVG,
    TABLE,
    TEXT,
    XLINK,
    OpenStyles,
)
from coalition.intake.documents.soup import COMMENT, line, mark, new

_TEXT_TYPES = (b"application/vnd.oasis.opendocument.text",)
_SILENT = {
    TEXT + "tracked-changes",
    TEXT + "sequence-decls",
    TEXT + "variable-decls",
    TEXT + "user-field-decls",
    TEXT + "soft-page-break",
    TEXT + "hidden-text",
    TEXT + "hidden-paragraph",
    OFFICE + "forms",
    OFFICE + "annotation-end",
}
_CONTENTS = {TEXT + name for name in ("table-of-content", "alphabetical-index", "illustration-index", "table-index")}
_DRAWN = {DRAW + name for name in ("frame", "custom-shape", "g", "line", "rect", "control", "a")}


def read_odt(content: bytes) -> Document:
    """The text of an ODT as a letter's Markdown. Raises a DocumentRefused."""
    archive = Archive(content)
    _ensure_readable(archive)
    tree = archive.tree("content.xml")
    body = None if tree is None else tree.find(f"{OFFICE}body/{OFFICE}text")
    if tree is None or body is None:
        raise NotADocument
    styles = archive.tree("styles.xml")
    losses = Losses()
    reader = _Reader(OpenStyles([each for each in (styles, tree) if each is not None]), losses)
    if styles is not None:
        for kind in ("header", "footer"):
            for element in styles.iter(STYLE + kind):
                if _words(element):
                    losses.add(kind, _words(element))
    _count_changes(body, losses)
    root = reader.read(body)
    return finish(root, losses, title=reader.title, remarks=reader.remarks)


def _ensure_readable(archive: Archive) -> None:
    kind = (archive.read("mimetype") or b"").strip()
    if "encrypted-package" in archive.names:
        raise Encrypted
    if not kind.startswith(_TEXT_TYPES) or "content.xml" not in archive.names:
        raise NotADocument
    manifest = archive.tree("META-INF/manifest.xml")
    if manifest is not None and next(manifest.iter(MANIFEST + "encryption-data"), None) is not None:
        raise Encrypted


def _count_changes(body: ET.Element, losses: Losses) -> None:
    """An ODT shows its text with all changes taken: what was struck is only told."""
    for element in body.iter(TEXT + "deletion"):
        losses.add("struck_out", _words(element))


def _words(element: ET.Element) -> str:
    skipped = {each for info in element.iter(OFFICE + "change-info") for each in info.iter()}
    said = [(each.text or "") if each not in skipped else "" for each in element.iter()]
    tails = [each.tail or "" for each in element.iter() if each is not element]
    return " ".join(" ".join([*said, *tails]).split())


class _Reader:
    """Goes through the body once, and keeps what it met on the way."""

    def __init__(self, styles: OpenStyles, losses: Losses) -> None:
        self._styles, self._losses = styles, losses
        self._notes: list[Tag] = []
        self._counted: dict[tuple[str, int], int] = {}
        self._quoting: dict[str, int] = {}
        self.title = ""
        self.remarks: dict[int, tuple[str, str, str]] = {}
        """Author, words and quote of each comment."""

    def read(self, body: ET.Element) -> Tag:
        """The body as a tree."""
        root = new("body")
        for child in body:
            root.extend(self._block(child))
        root.extend(self._notes)
        return root

    # -- blocks -------------------------------------------------------------------------------------------------

    def _block(self, element: ET.Element) -> list[PageElement]:
        match element.tag.removeprefix(TEXT):
            case "p" | "h":
                return self._paragraph(element)
            case "list":
                return [self._list(element, "", 0)]
            case "section" | "index-body" | "numbered-paragraph":
                return [node for child in element for node in self._block(child)]
        if element.tag == TABLE + "table":
            return [self._table(element)]
        if element.tag in _CONTENTS:
            self._losses.add("contents")
        elif element.tag in _DRAWN:
            return self._drawn(element)
        return []

    def _paragraph(self, element: ET.Element) -> list[PageElement]:
        style = element.get(TEXT + "style-name") or ""
        look = self._styles.look(style)
        inside, lifted = self._line(element)
        words = "".join(node.get_text() for node in inside).strip()
        if words and look.name == "Title" and not self.title:
            self.title = line(words)
            return lifted
        level = int(element.get(TEXT + "outline-level") or 0) if element.tag == TEXT + "h" else 0
        tag = new(f"h{min(level, 6)}" if level else "p", *inside)
        if not level and not look.is_quotation:
            tag["style"] = look.css
        if look.is_right_to_left:
            tag["dir"] = "rtl"
        if words and look.is_unknown and not level:
            self._losses.add("style", look.name)
        made: PageElement = new("blockquote", tag, data_quote="1") if look.is_quotation and not level else tag
        return [made, *lifted]

    def _list(self, element: ET.Element, style: str, level: int) -> Tag:
        style = element.get(TEXT + "style-name") or style
        form = self._styles.list_level(style, level)
        place = (style, level)
        goes_on = element.get(TEXT + "continue-numbering") == "true" or bool(element.get(TEXT + "continue-list"))
        if not goes_on:
            self._counted.pop(place, None)
        tag = new("ul" if form.is_bullet else "ol")
        for child in element:
            if child.tag not in {TEXT + "list-item", TEXT + "list-header"}:
                continue
            item = new("li")
            if child.tag == TEXT + "list-item" and not _holds_only_a_list(child):
                start = child.get(TEXT + "start-value") or ""
                self._counted[place] = int(start) if start.isdecimal() else self._counted.get(place, form.start - 1) + 1
                outer = [self._counted.get((style, above), 1) for above in range(level)]
                item["data-marker"] = self._styles.marker(style, level, [*outer, self._counted[place]])
            for inner in child:
                item.extend([self._list(inner, style, level + 1)] if inner.tag == TEXT + "list" else self._block(inner))
            if "data-marker" not in item.attrs and tag.find("li") is not None:
                last = tag.find_all("li", recursive=False)[-1]
                last.extend(list(item.children))
            elif "data-marker" not in item.attrs and _only_list(item) is not None:
                tag.extend([item])
            else:
                tag.append(item)
        return tag

    def _table(self, element: ET.Element) -> Tag:
        tag = new("table")
        for row in element.iter(TABLE + "table-row"):
            line = new("tr")
            for cell in row:
                if cell.tag != TABLE + "table-cell":
                    continue
                made = new("td", *[node for child in cell for node in self._block(child)])
                for ours, theirs in (("colspan", "number-columns-spanned"), ("rowspan", "number-rows-spanned")):
                    if cell.get(TABLE + theirs):
                        made[ours] = str(cell.get(TABLE + theirs))
                line.append(made)
            tag.append(line)
        return tag

    # -- lines --------------------------------------------------------------------------------------------------

    def _line(self, element: ET.Element) -> tuple[list[PageElement], list[PageElement]]:
        """What stands in the line, and the blocks (of text boxes) that come after it."""
        inside: list[PageElement] = []
        lifted: list[PageElement] = []
        self._say(element.text, inside)
        for child in element:
            made, after = self._inline(child)
            inside += made
            lifted += after
            self._say(child.tail, inside)
        return inside, lifted

    def _say(self, text: str | None, inside: list[PageElement]) -> None:
        if text:
            inside.append(NavigableString(text))
            for number in self._quoting.values():
                author, words, quote = self.remarks[number]
                self.remarks[number] = (author, words, quote + text)

    def _inline(self, element: ET.Element) -> tuple[list[PageElement], list[PageElement]]:
        if element.tag == OFFICE + "annotation-end":
            self._quoting.pop(element.get(OFFICE + "name") or "", None)
        if element.tag in _SILENT:
            return [], []
        single = self._single(element)
        if single is not None:
            return [single], []
        if element.tag in _DRAWN:
            boxes = self._drawn(element)
            pictures = [each for each in boxes if isinstance(each, Tag) and each.name == "img"]
            return list(pictures), [each for each in boxes if each not in pictures]
        base = element.find(TEXT + "ruby-base")
        inside, lifted = self._line(element if base is None else base)
        if element.tag == TEXT + "a":
            inside = [new("a", *inside, href=element.get(XLINK + "href") or "")]
        elif element.tag == TEXT + "span":
            inside = [self._span(element, inside)]
        return inside, lifted

    def _single(self, element: ET.Element) -> PageElement | None:
        """What stands in a line as one thing."""
        if element.tag in {TEXT + "s", TEXT + "tab"}:
            return NavigableString(" ")
        if element.tag == TEXT + "line-break":
            return new("br")
        if element.tag == TEXT + "note":
            return self._note(element)
        if element.tag == OFFICE + "annotation":
            return NavigableString(self._remark(element))
        return None

    def _span(self, element: ET.Element, inside: list[PageElement]) -> PageElement:
        look = self._styles.look(element.get(TEXT + "style-name") or "")
        if look.is_unknown and not look.css:
            self._losses.add("style", look.name)
        return new("span", *inside, style=look.css)

    def _note(self, element: ET.Element) -> Tag:
        number = len(self._notes) + 1
        note = new("notebody", n=str(number))
        self._notes.append(note)
        for child in element.find(TEXT + "note-body") or ():
            note.extend(self._block(child))
        return new("note", n=str(number))

    def _remark(self, element: ET.Element) -> str:
        number = len(self.remarks)
        author = element.find(DC + "creator")
        said = "\n".join(filter(None, (_words(each) for each in element.iter(TEXT + "p"))))
        if not said:
            return ""
        self.remarks[number] = ("" if author is None else (author.text or "").strip(), said, "")
        if element.get(OFFICE + "name"):
            self._quoting[element.get(OFFICE + "name") or ""] = number
        return mark(COMMENT, number)

    def _drawn(self, element: ET.Element) -> list[PageElement]:
        box = element.find(DRAW + "text-box")
        box = element if box is None and element.find(TEXT + "p") is not None else box
        if box is not None and _words(box):
            self._losses.add("text_box", _words(box))
            return [node for child in box for node in self._block(child)]
        if element.find(f".//{DRAW}object") is not None:
            self._losses.add("embedded")
            return []
        if element.tag == DRAW + "a":
            return [node for child in element for node in self._drawn(child)]
        said = element.find(SVG + "desc")
        said = element.find(SVG + "title") if said is None else said
        return [new("img", alt="" if said is None else said.text or "")]


def _holds_only_a_list(item: ET.Element) -> bool:
    return len(item) > 0 and all(child.tag == TEXT + "list" for child in item)


def _only_list(item: Tag) -> Tag | None:
    found = [each for each in item.children if isinstance(each, Tag)]
    return found[0] if len(found) == 1 and found[0].name in {"ul", "ol"} else None
