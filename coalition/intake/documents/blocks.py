"""A page's boxes as paragraphs, headings, lists, quotations and tables, and nothing else."""

from __future__ import annotations

from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from coalition.intake.documents.losses import Losses
from coalition.intake.documents.soup import (
    HEADINGS,
    LISTS,
    children,
    elements,
    has_blocks,
    is_blank,
    is_block,
    new,
    runs,
    style,
    words,
)

_SILENT = ("script", "style", "head", "title", "meta", "link", "base", "template", "noscript", "colgroup", "col", "wbr")
_EMBEDDED = ("iframe", "object", "embed", "video", "audio", "canvas", "svg", "applet", "map")
_FORM = ("input", "select", "textarea", "button", "progress", "meter")
_BOXES = frozenset(
    (
        *"address article aside body center dd details dir div dl dt fieldset figcaption figure".split(),
        *"footer form header html main menu nav section summary".split(),
    )
)
_PARAGRAPHS = frozenset(("p", *HEADINGS))
_HELD = frozenset(("blockquote", "li", "notebody", "td", "th"))


def leave_out(root: Tag, losses: Losses) -> None:
    """Take out what is no text: scripts, hidden words, forms, films. Pictures stay until they were counted."""
    for node in list(root.descendants):
        if isinstance(node, PreformattedString):
            node.extract()
    for tag in elements(root):
        if tag.decomposed:
            continue
        if tag.name in _SILENT or tag.has_attr("hidden") or _is_hidden(tag):
            tag.decompose()
        elif tag.name in _EMBEDDED:
            losses.add("embedded")
            tag.decompose()
        elif tag.name in _FORM:
            losses.add("form")
            tag.decompose()
        elif tag.name == "math":
            losses.add("equation", words(tag))


def _is_hidden(tag: Tag) -> bool:
    return style(tag, "display") == "none" or style(tag, "mso-hide") == "all" or style(tag, "visibility") == "hidden"


def settle_blocks(root: Tag) -> None:
    """Unwrap all boxes, put loose lines into paragraphs, mend lists, split paragraphs where lines were left empty."""
    for tag in elements(root):
        if not is_block(tag) and has_blocks(tag):
            _split_around_blocks(tag)
    _mend_lists(root)
    for tag in reversed(elements(root)):
        if tag.name in _BOXES:
            _unwrap_box(tag)
    for tag in (root, *elements(root, "blockquote", "notebody")):
        _put_lines_into_paragraphs(tag)
    for tag in elements(root, "li"):
        _settle_item(tag)
    for tag in elements(root, *_PARAGRAPHS):
        _settle_paragraph(tag)
    for tag in reversed(elements(root, "blockquote", "li", *LISTS)):
        if is_blank(tag.contents):
            tag.decompose()


def _split_around_blocks(tag: Tag) -> None:
    """Words in bold that hold whole paragraphs: each paragraph in bold instead."""
    for child in children(tag):
        if isinstance(child, Tag) and (is_block(child) or has_blocks(child)):
            own = ";".join(f"{name}:{value}" for name, value in _look(tag).items())
            child["style"] = f"{own};{child.get('style') or ''}"
        elif isinstance(child, Tag) or str(child).strip():
            child.wrap(new(tag.name, style=str(tag.get("style") or ""), href=str(tag.get("href") or "")))
    tag.unwrap()


def _look(tag: Tag) -> dict[str, str]:
    look = {name: style(tag, name) for name in ("font-weight", "font-style") if style(tag, name)}
    if tag.name in {"b", "strong"}:
        look.setdefault("font-weight", "bold")
    if tag.name in {"i", "em"}:
        look.setdefault("font-style", "italic")
    return look


def _mend_lists(root: Tag) -> None:
    """Lists that stand in a list beside its items belong to the item before them; words beside items are items."""
    for tag in elements(root, *LISTS):
        last: Tag | None = None
        for child in children(tag):
            if isinstance(child, Tag) and child.name == "li":
                last = child
            elif isinstance(child, Tag) and child.name in LISTS and last is not None:
                last.append(child.extract())
            elif isinstance(child, Tag) or str(child).strip():
                child.wrap(new("li"))
    for item in elements(root, "li"):
        if item.parent is not None and item.parent.name not in LISTS:
            item.wrap(new("ul"))


def _unwrap_box(tag: Tag) -> None:
    look = ";".join(f"{name}:{value}" for name, value in _look(tag).items())
    if tag.name == "dt":
        look = "font-weight:bold"
    _put_lines_into_paragraphs(tag)
    for child in children(tag):
        if look and isinstance(child, Tag):
            child["style"] = f"{look};{child.get('style') or ''}"
    if tag.parent is not None:
        tag.unwrap()


def _put_lines_into_paragraphs(tag: Tag) -> None:
    for run in runs(tag):
        if is_block(run[0]):
            continue
        if is_blank(run):
            for node in run:
                node.extract()
        else:
            _wrap(run, "p")


def _wrap(run: list[PageElement], name: str) -> Tag:
    box = new(name)
    run[0].insert_before(box)
    box.extend([node.extract() for node in run])
    return box


def _settle_item(tag: Tag) -> None:
    """An item whose only paragraph is there for looks holds its words itself; one with several keeps them all."""
    paragraphs = [child for child in children(tag) if isinstance(child, Tag) and child.name in _PARAGRAPHS]
    for each in paragraphs:
        if is_blank(each.contents):
            each.extract()
            paragraphs.remove(each)
    for each in paragraphs:
        each.name = "p"
    if len(paragraphs) == 1 and (paragraphs[0].get("role") == "presentation" or tag.get("data-marker")):
        _hand_down(paragraphs[0])
    elif len([run for run in runs(tag) if not _is_list(run[0]) and not is_blank(run)]) > 1 or paragraphs:
        _put_lines_into_paragraphs(tag)


def _hand_down(paragraph: Tag) -> None:
    """Unwrap the paragraph; how it looked goes to what it held."""
    look = ";".join(f"{name}:{value}" for name, value in _look(paragraph).items())
    if look:
        paragraph.name = "span"
        paragraph["style"] = look
    else:
        paragraph.unwrap()


def _is_list(node: PageElement) -> bool:
    return isinstance(node, Tag) and node.name in LISTS


def _settle_paragraph(tag: Tag) -> None:
    """An empty line within a paragraph ends it; an empty paragraph was only air."""
    if is_blank(tag.contents):
        tag.extract()
        return
    parts: list[list[PageElement]] = [[]]
    breaks: list[PageElement] = []
    for node in children(tag):
        if isinstance(node, Tag) and node.name == "br":
            breaks.append(node)
            continue
        if breaks and isinstance(node, NavigableString) and not node.strip():
            continue
        if len(breaks) > 1:
            parts.append([])
        else:
            parts[-1] += breaks
        breaks = []
        parts[-1].append(node)
    for part in parts[1:] if tag.name == "p" else []:
        box = new("p", style=str(tag.get("style") or ""))
        tag.insert_after(box)
        tag = box
        box.extend([node.extract() for node in part])
    for node in breaks:
        node.extract()
