"""A DOCX made plain: runs, links and tables are left for mammoth; all else is read, counted or unwrapped."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as ET  # the tree; archive.parse_xml reads it  # nosec B405

from coalition.intake.documents.lists import Item
from coalition.intake.documents.losses import Losses
from coalition.intake.documents.soup import PARAGRAPH, PICTURE, mark
from coalition.intake.documents.word_lists import Numbering
from coalition.intake.documents.word_names import (
    MC,
    RUN,
    WP,
    M,
    P,
    R,
    W,
    is_on,
    number,
    text_of,
    text_run,
    value,
    words_of,
)
from coalition.intake.documents.word_styles import Styles

_UNWRAPPED = {
    W + name for name in ("dir", "bdo", "smartTag", "customXml", "fldSimple", "ruby", "rubyBase", "sdtContent")
}
_DROPPED = {
    W + name
    for name in ("sdtPr", "sdtEndPr", "rubyPr", "rt", "sectPr", "altChunk", "subDoc", "bookmarkStart", "bookmarkEnd")
}
_DRAWN = {W + "drawing", W + "pict", W + "object"}
_TEXT_BOX = W + "txbxContent"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What a paragraph is, apart from its words."""

    heading: int = 0
    item: Item | None = None
    is_title: bool = False
    is_quotation: bool = False
    carries_on: bool = False
    is_right_to_left: bool = False


class Plainer:
    """Makes the parts of one document plain, counting lists through them in their order."""

    def __init__(self, styles: Styles, numbering: Numbering, losses: Losses) -> None:
        self._styles, self._numbering, self._losses = styles, numbering, losses
        self.paragraphs: list[Paragraph] = []
        """What each paragraph is, by the number in its mark."""
        self.pictures: list[str] = []
        """What is said of each picture, by the number in its mark."""

    def make_plain(self, root: ET.Element, links: dict[str, str]) -> None:
        """Rewrite a part in place. `links`: the addresses it has by their ids."""
        self._unwrap(root)
        self._lift_boxes(root)
        _join_drop_caps(root)
        for link in root.iter(W + "hyperlink"):
            if link.get(R + "id") not in links:
                link.attrib.pop(R + "id", None)
        for paragraph in root.iter(P):
            self._read(paragraph)

    # -- wrappers -----------------------------------------------------------------------------------------------

    def _unwrap(self, element: ET.Element) -> None:
        out: list[ET.Element] = []
        for child in element:
            out += self._unwrapped(child)
        element[:] = out

    def _unwrapped(self, child: ET.Element) -> list[ET.Element]:
        if child.tag in _DROPPED:
            if child.tag in {W + "altChunk", W + "subDoc"}:
                self._losses.add("embedded")
            return []
        if child.tag == MC + "AlternateContent":
            return self._alternative(child)
        if child.tag in {M + "oMath", M + "oMathPara"}:
            self._losses.add("equation", words_of(child))
            said = text_run(words_of(child))
            return [said]
        if child.tag == W + "sdt" and "Table of Contents" in value(child, "w:sdtPr/w:docPartObj/w:docPartGallery"):
            self._losses.add("contents")
            return []
        self._unwrap(child)
        return list(child) if child.tag in _UNWRAPPED or child.tag == W + "sdt" else [child]

    def _alternative(self, element: ET.Element) -> list[ET.Element]:
        """One of the ways in which the same thing is said: that which has words, else the newest."""
        ways = [each for each in element if each.tag in {MC + "Choice", MC + "Fallback"}]
        chosen = next((each for each in ways if each.find(f".//{_TEXT_BOX}") is not None), ways[0] if ways else None)
        if chosen is None:
            return []
        self._unwrap(chosen)
        return list(chosen)

    # -- pictures and boxes -------------------------------------------------------------------------------------

    def _lift_boxes(self, element: ET.Element) -> None:
        """Put what stands in text boxes after the paragraph that holds them; count and drop what is drawn."""
        out: list[ET.Element] = []
        for child in element:
            out.append(child)
            if child.tag == P:
                out += self._lifted(child)
            else:
                self._lift_boxes(child)
        element[:] = out

    def _lifted(self, paragraph: ET.Element) -> list[ET.Element]:
        lifted: list[ET.Element] = []
        for holder in list(paragraph.iter()):
            for drawn in [child for child in holder if child.tag in _DRAWN]:
                boxes = [box for box in drawn.iter(_TEXT_BOX) if words_of(box)]
                for box in boxes:
                    self._lift_boxes(box)
                    lifted += list(box)
                if boxes:
                    self._losses.add("text_box", words_of(boxes[0]))
                elif drawn.tag == W + "object":
                    self._losses.add("embedded")
                else:
                    holder.insert(list(holder).index(drawn), text_of(mark(PICTURE, len(self.pictures))))
                    self.pictures.append(_caption(drawn))
                holder.remove(drawn)
        return lifted

    # -- paragraphs ---------------------------------------------------------------------------------------------

    def _read(self, paragraph: ET.Element) -> None:
        properties = paragraph.find(W + "pPr")
        style = value(properties, "w:pStyle")
        heading = self._heading(properties, style)
        is_title = self._styles.is_title(style)
        has_words = bool(words_of(paragraph))
        if has_words and self._styles.is_unknown(style):
            self._losses.add("style", self._styles.name(style))
        facts = Paragraph(
            heading=heading,
            item=self._item(properties, style) if has_words else None,
            is_title=is_title,
            is_quotation=self._styles.is_quotation(style),
            carries_on=self._styles.carries_on(style),
            is_right_to_left=bool(is_on(properties, "w:bidi")),
        )
        if properties is not None:
            paragraph.remove(properties)
        for run in paragraph.iter(RUN):
            self._settle_run(run, style, is_plain=bool(heading) or is_title or facts.is_quotation)
        paragraph.insert(0, text_run(mark(PARAGRAPH, len(self.paragraphs))))
        self.paragraphs.append(facts)

    def _heading(self, properties: ET.Element | None, style: str) -> int:
        outline = value(properties, "w:outlineLvl")
        if outline and number(outline, 9) < 9:
            return min(number(outline) + 1, 6)
        return self._styles.heading(style)

    def _item(self, properties: ET.Element | None, style: str) -> Item | None:
        list_id, level = value(properties, "w:numPr/w:numId"), value(properties, "w:numPr/w:ilvl")
        if list_id:
            return None if list_id == "0" else self._numbering.item(list_id, number(level), style)
        list_id, own = self._styles.numbering(style)
        item = self._numbering.item(list_id, number(level) if level else own, style) if list_id else None
        if item is not None and not item.level:
            item.level = self._styles.list_level(style)
        return item

    def _settle_run(self, run: ET.Element, paragraph_style: str, *, is_plain: bool) -> None:
        """Say what the run looks like by itself, whatever styles said it."""
        properties = run.find(W + "rPr")
        style = value(properties, "w:rStyle")
        if properties is not None and (is_on(properties, "w:vanish") or is_on(properties, "w:webHidden")):
            run[:] = [child for child in run if child.tag in {W + "fldChar", W + "instrText"}]
            return
        plain = ET.Element(W + "rPr")
        for name, said in self._look(properties, style, paragraph_style, is_plain=is_plain).items():
            if said:
                ET.SubElement(plain, W + name)
        underline = value(properties, "w:u")
        if underline and underline != "none" and not style.lower().startswith("hyperlink"):
            ET.SubElement(plain, W + "u", {W + "val": "single"})
        if is_on(properties, "w:strike") or is_on(properties, "w:dstrike"):
            ET.SubElement(plain, W + "strike")
        if value(properties, "w:vertAlign") in {"superscript", "subscript"}:
            ET.SubElement(plain, W + "vertAlign", {W + "val": value(properties, "w:vertAlign")})
        self._count(run, properties, style)
        if properties is not None:
            run.remove(properties)
        run.insert(0, plain)

    def _look(
        self, properties: ET.Element | None, style: str, paragraph_style: str, *, is_plain: bool
    ) -> dict[str, bool]:
        """Bold and italic; words of complex scripts have switches of their own."""
        is_complex = bool(is_on(properties, "w:rtl") or is_on(properties, "w:cs"))
        look = {}
        for name, by_style in (("b", self._styles.is_bold), ("i", self._styles.is_italic)):
            own = is_on(properties, f"w:{name}Cs") if is_complex else None
            own = is_on(properties, f"w:{name}") if own is None else own
            said = own if own is not None else by_style(style) or (by_style(paragraph_style) and not is_plain)
            look[name] = said
        return look

    def _count(self, run: ET.Element, properties: ET.Element | None, style: str) -> None:
        said = words_of(run)
        if not said:
            return
        if value(properties, "w:highlight") not in {"", "none"}:
            self._losses.add("highlight", said)
        if is_on(properties, "w:caps") or is_on(properties, "w:smallCaps"):
            self._losses.add("capitals", said)
        if self._styles.is_unknown(style) and not (self._styles.is_bold(style) or self._styles.is_italic(style)):
            self._losses.add("style", self._styles.name(style))


def _join_drop_caps(element: ET.Element) -> None:
    """A large first letter stands in a paragraph of its own: it begins the one that follows."""
    waiting: list[ET.Element] = []
    for child in list(element):
        if child.tag != P:
            _join_drop_caps(child)
            continue
        frame = child.find(f"{W}pPr/{W}framePr")
        if frame is not None and frame.get(W + "dropCap") in {"drop", "margin"}:
            waiting += [run for run in child if run.tag != W + "pPr"]
            element.remove(child)
        elif waiting:
            at = 1 if len(child) and child[0].tag == W + "pPr" else 0
            child[at:at] = waiting
            waiting = []


def _caption(drawn: ET.Element) -> str:
    """What a picture says of itself to those who do not see it."""
    for each in drawn.iter(WP + "docPr"):
        return each.get("descr") or each.get("title") or ""
    return next((each.get("alt") or "" for each in drawn.iter() if each.get("alt")), "")
