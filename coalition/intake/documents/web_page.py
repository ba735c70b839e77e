"""HTML: files saved as web pages, and what Word, Google Docs and browsers put on the clipboard."""

from __future__ import annotations

import re

from bs4.dammit import UnicodeDammit
from bs4.element import PageElement, Tag

from coalition.intake.documents.document import Document, NotADocument
from coalition.intake.documents.finish import finish
from coalition.intake.documents.lists import Item, ListBuilder
from coalition.intake.documents.losses import Losses
from coalition.intake.documents.soup import (
    HEADINGS,
    children,
    classes,
    elements,
    line,
    new,
    parsed_as_browsers_do,
    style,
    without_marks,
    words,
)

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_ONE_CLASS = re.compile(r"(?:[a-z0-9]+)?\.([\w-]+)", re.IGNORECASE)
_GOOGLE_LIST = re.compile(r"lst-kix_(.+)-([0-8])")
_GOOGLE_COUNTER = re.compile(
    r"""\.lst-kix_([\w]+)-([0-8])\s*>\s*li::?before\s*\{\s*content:\s*"([^"]*)"\s*counter\([\w-]+,([a-z-]+)\)\s*"([^"]*)\""""
)
_WORD_LEVEL = re.compile(r"level([1-9])")
_WORD_COMMENT = "mso-comment-continuation"


def read_text(content: bytes, *, is_html: bool = False) -> str:
    """The text in the bytes, whatever encoding they are in. Raises NotADocument for what is no text at all."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return without_marks(content.decode("utf-16"))
        except UnicodeDecodeError as broken:
            raise NotADocument from broken
    if b"\x00" in content:
        raise NotADocument
    try:
        return without_marks(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        found = UnicodeDammit(content, is_html=is_html, known_definite_encodings=[]).unicode_markup
        return without_marks(found if found is not None else content.decode("cp1252", "replace"))


def read_html(content: bytes) -> Document:
    """A web page, or a piece of one, as a letter's Markdown."""
    losses = Losses()
    tree = parsed_as_browsers_do(read_text(content, is_html=True))
    _apply_style_sheets(tree)
    _count_changes(tree, losses)
    body = tree.find("body")
    root = body if isinstance(body, Tag) else tree
    root.name = "body"
    title = _marked_title(root)
    _name_headings(root)
    _drop_word_comments(root, losses)
    _nest_google_lists(root)
    _gather_word_lists(root)
    return finish(root, losses, title=title)


def _apply_style_sheets(tree: Tag) -> None:
    """Write the rules for single classes onto the elements: Google's pages say bold in no other way."""
    sheets = "\n".join("".join(map(str, tag.contents)) for tag in elements(tree, "style"))[:500_000]
    rules: dict[str, str] = {}
    for selectors, said in _RULE.findall(re.sub(r"/\*.*?\*/|@import[^;]*;|<!--|-->", "", sheets, flags=re.DOTALL)):
        for selector in selectors.split(","):
            name = _ONE_CLASS.fullmatch(selector.strip())
            if name:
                rules[name[1]] = f"{rules.get(name[1], '')};{said}"
    if not rules:
        return
    for tag in elements(tree):
        said = ";".join(rules[name] for name in classes(tag) if name in rules)
        if said:
            tag["style"] = f"{said};{tag.get('style') or ''}"
    markers = {
        (name, level): (before, way, after) for name, level, before, way, after in _GOOGLE_COUNTER.findall(sheets)
    }
    for tag in elements(tree, "ol"):
        for each in classes(tag):
            found = _GOOGLE_LIST.fullmatch(each)
            if found and (found[1], found[2]) in markers:
                before, way, after = markers[found[1], found[2]]
                tag["style"] = f"{tag.get('style') or ''};list-style-type:{way}"
                tag["data-mark"] = after.strip() if not before.strip() else "."


def _count_changes(tree: Tag, losses: Losses) -> None:
    """A page keeps no tracked changes one could ask about: what is shown as struck goes, what is shown as new stays."""
    for tag in elements(tree, "del"):
        losses.add("struck_out", words(tag))
        tag.decompose()
    for tag in elements(tree, "ins"):
        tag.unwrap()


def _marked_title(root: Tag) -> str:
    """The paragraph that a word processor marked as the title."""
    for tag in elements(root, "p", "div"):
        if {"title", "MsoTitle"} & set(classes(tag)) and words(tag) and len(words(tag)) <= 300:
            title = line(tag.get_text())
            tag.decompose()
            return title
    return ""


def _name_headings(root: Tag) -> None:
    for tag in elements(root, "p", "div"):
        level = str(tag.get("aria-level") or "")
        found = re.fullmatch(r"MsoHeading([1-6])", " ".join(classes(tag)))
        if found or (tag.get("role") == "heading" and level in set("123456")):
            tag.name = f"h{found[1] if found else level}"
        elif {"MsoQuote", "MsoIntenseQuote"} & set(classes(tag)):
            tag.wrap(new("blockquote", data_quote="1"))


def _drop_word_comments(root: Tag, losses: Losses) -> None:
    for tag in elements(root):
        if tag.decomposed:
            continue
        kind = style(tag, "mso-element")
        if kind == "comment-list" or style(tag, "mso-special-character") == "comment":
            losses.add("comment", words(tag)) if kind == "comment-list" else None
            tag.decompose()
        elif "msocomanchor" in classes(tag) or style(tag, "mso-comment-reference"):
            if "msocomanchor" in classes(tag):
                tag.decompose()
        elif tag.name in HEADINGS and "mso-list" in str(tag.get("style") or ""):
            _marker_of(tag, keep=True)


def _nest_google_lists(root: Tag) -> None:
    """Pages saved by Google Docs keep inner lists beside the outer ones; the level stands in a class."""
    for tag in elements(root, "ul", "ol"):
        level = _google_level(tag)
        if not level:
            continue
        previous = tag.find_previous_sibling()
        items = _last_items(previous, level) if isinstance(previous, Tag) and previous.name in {"ul", "ol"} else None
        if items is not None:
            items.append(tag.extract())


def _google_level(tag: Tag) -> int:
    found = [each for each in map(_GOOGLE_LIST.fullmatch, classes(tag)) if each]
    return int(found[0][2]) if found else 0


def _last_items(tag: Tag, level: int) -> Tag | None:
    """The last item, at most `level` lists deep, that an inner list belongs to."""
    item: Tag | None = None
    inner: Tag | None = tag
    while inner is not None and _google_level(inner) < level:
        items = [each for each in children(inner) if isinstance(each, Tag) and each.name == "li"]
        if not items:
            break
        item = items[-1]
        inner = next(
            (each for each in reversed(children(item)) if isinstance(each, Tag) and each.name in {"ul", "ol"}), None
        )
    return item


def _gather_word_lists(root: Tag) -> None:
    """Word writes items as paragraphs, with their level in a style and their marker in a span to be ignored."""
    builders: dict[int, ListBuilder] = {}
    last: Tag | None = None
    for tag in elements(root, "p", "div", *HEADINGS):
        said = style(tag, "mso-list")
        level = _WORD_LEVEL.search(said)
        if not level or tag.name in HEADINGS or tag.find(["p", "div"]):
            continue
        marker = _marker_of(tag)
        if marker is None:
            continue
        place = builders.get(id(tag.parent)) if last is not None and _is_next(last, tag) else None
        holder = new("div")
        if place is None:
            place = ListBuilder()
            builders = {id(tag.parent): place}
            tag.insert_before(holder)
            last = holder
        item = Item(
            int(level[1]) - 1, marker, is_bullet=not any(each.isalnum() for each in marker) or marker in {"o", "§"}
        )
        inside: list[PageElement] = [node.extract() for node in children(tag)]
        place.add(item, inside, last if last is not None else holder)
        tag.decompose()


def _is_next(holder: Tag, tag: Tag) -> bool:
    """Whether nothing to read stands between the list that is being gathered and the paragraph."""
    node = holder.next_sibling
    while node is not None and node is not tag:
        if node.get_text(strip=True):
            return False
        node = node.next_sibling
    return node is tag


def _marker_of(tag: Tag, *, keep: bool = False) -> str | None:
    """The marker that Word typed out for programs that know no lists; taken out, or kept as words."""
    for span in elements(tag, "span"):
        if style(span, "mso-list") == "ignore":
            marker = words(span).replace("\xa0", " ").strip()
            if keep:
                span.string = f"{marker} "
            else:
                span.decompose()
            return marker
    return None
