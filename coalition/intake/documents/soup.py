"""The middle form of every document: HTML as a tree, and small steps on it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from coalition.intake.documents.archive import DEPTH_LIMIT
from coalition.intake.documents.document import TooDeep

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LISTS = ("ol", "ul")
BLOCKS = frozenset(
    (
        *HEADINGS,
        *LISTS,
        *"address article aside blockquote body center dd details dir div dl dt fieldset figcaption figure".split(),
        *"footer form header hr html li main menu nav notebody p pre section summary".split(),
        *"table tbody td tfoot th thead tr [document]".split(),
    )
)

_SEEN = ("img", "note")
_TREE = BeautifulSoup("", "html.parser")

COMMENT, PARAGRAPH, PICTURE = ("\ufdd2", "\ufdd3"), ("\ufdd4", "\ufdd5"), ("\ufdd6", "\ufdd7")
"""What our own marks begin and end with: the place of a comment, which paragraph of the file this is, a picture."""
COMMENT_MARK = re.compile(f"{COMMENT[0]}([0-9]+){COMMENT[1]}")
PARAGRAPH_MARK = re.compile(f"{PARAGRAPH[0]}([0-9]+){PARAGRAPH[1]}")
PICTURE_MARK = re.compile(f"{PICTURE[0]}([0-9]+){PICTURE[1]}")
ANY_MARK = re.compile("[\ufdd2\ufdd4\ufdd6][0-9]+[\ufdd3\ufdd5\ufdd7]")
_OURS = re.compile("[\ufdd0-\ufdef]")


def mark(kind: tuple[str, str], number: int) -> str:
    """A mark to leave in the text while it is worked on."""
    return f"{kind[0]}{number}{kind[1]}"


def without_marks(text: str) -> str:
    """The text less our own marks, and less any character that could be taken for one."""
    return _OURS.sub("", ANY_MARK.sub("", text))


def parsed(html: str) -> Tag:
    """HTML that we made ourselves as a tree."""
    return BeautifulSoup(html, "html.parser")


def parsed_as_browsers_do(html: str) -> Tag:
    """HTML from elsewhere as a tree, in whatever state it is: unclosed, crossed, misplaced."""
    _ensure_flat(html)
    with warnings.catch_warnings():
        # It warns of text that could be the name of a file, or of XML. It is neither here.
        warnings.simplefilter("ignore", UserWarning)
        tree = BeautifulSoup(html, "html5lib")
    if _depth(tree) > DEPTH_LIMIT:
        raise TooDeep
    return tree


_OPENING = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_NEVER_NESTED = frozenset(
    "area base br col dd dt embed hr img input li link meta option p param source tbody td th thead tr wbr".split()
)
_OPEN_LIMIT = 400


def _ensure_flat(html: str) -> None:
    """Refuse before parsing what would take the parser the square of its length: thousands of boxes left open."""
    is_open = 0
    for closing, name in _OPENING.findall(html):
        if name.lower() not in _NEVER_NESTED:
            is_open = max(is_open + (-1 if closing else 1), 0)
            if is_open > _OPEN_LIMIT:
                raise TooDeep


def _depth(tree: Tag) -> int:
    """How deep things stand in things; counted without going down by function calls."""
    deepest = 0
    stack: list[Iterator[PageElement]] = [iter(tree.children)]
    while stack:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
        elif isinstance(node, Tag):
            stack.append(iter(node.children))
            deepest = max(deepest, len(stack))
    return deepest


def new(name: str, *inside: PageElement | str, **attributes: str) -> Tag:
    """A new element."""
    tag = _TREE.new_tag(name, attrs={key.replace("_", "-"): value for key, value in attributes.items()})
    tag.extend(inside)
    return tag


def is_block(node: PageElement | None) -> bool:
    """Whether the node stands on lines of its own."""
    return isinstance(node, Tag) and node.name in BLOCKS


def has_blocks(tag: Tag) -> bool:
    """Whether anything in the element stands on lines of its own."""
    return any(is_block(each) for each in tag.descendants)


def children(tag: Tag) -> list[PageElement]:
    """The children as they are now, safe to change the tree by."""
    return list(tag.children)


def elements(tag: Tag, *names: str) -> list[Tag]:
    """The elements with those names within, in the order of the text."""
    return [each for each in tag.descendants if isinstance(each, Tag) and (not names or each.name in names)]


def style(tag: Tag, name: str) -> str:
    """What an element's own style says of one property, in lower case; "" for nothing."""
    found = ""
    for rule in str(tag.get("style") or "").split(";"):
        key, colon, value = rule.partition(":")
        if colon and key.strip().lower() == name:
            found = value.strip().lower()
    return found


def classes(tag: Tag) -> list[str]:
    """An element's classes."""
    found = tag.get("class")
    return [str(each) for each in found] if isinstance(found, list) else str(found or "").split()


def words(tag: PageElement) -> str:
    """The words in a node, on one line, less our marks."""
    return " ".join(without_marks(tag.get_text()).split())


def line(text: str) -> str:
    """The text on one line, less our marks; spaces that hold words together stay as they are."""
    return re.sub("[ \t\r\n\f]+", " ", without_marks(text)).strip(" ")


def runs(tag: Tag) -> Iterator[list[PageElement]]:
    """The children in runs: each block alone, and what stands in a line between blocks together."""
    line: list[PageElement] = []
    for child in children(tag):
        if is_block(child):
            if line:
                yield line
            yield [child]
            line = []
        else:
            line.append(child)
    if line:
        yield line


def is_blank(nodes: Iterable[PageElement]) -> bool:
    """Whether there is nothing to read in the nodes: no words, no note, no picture."""
    return not any(
        (isinstance(node, NavigableString) and node.strip())
        or (isinstance(node, Tag) and (node.get_text(strip=True) or node.name in _SEEN or node.find([*_SEEN])))
        for node in nodes
    )
