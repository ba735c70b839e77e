"""A body as a tree of plain data: what the PDF's template and the plain text are made from.

Every node is a dict with a "kind". Inline: text, break, emphasis, strong, link (address), code, note (number). Blocks:
paragraph, heading (level), list (ordered, start, mark, tight, items), quote (speaker), table (align, head, rows), rule,
code; and at the end notes, where there are footnotes. "anchor" is the id that the same block has in HTML.
"""

from collections.abc import Callable, Iterable
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from coalition.rendering.printed import Figures
from coalition.rendering.text.tokens import parse

Node = dict[str, Any]

ALIGNMENTS = {"text-align:center": "center", "text-align:right": "end"}


def to_typst_data(body: str, language: str, figures: Figures | None = None) -> list[Node]:
    """The blocks of a body in Markdown, figures filled: lists, dicts, strings and numbers only, as JSON has them."""
    return _blocks(SyntaxTreeNode(parse(body, language, figures)).children)


def _blocks(nodes: Iterable[SyntaxTreeNode]) -> list[Node]:
    return [_block(node) for node in nodes if node.type != "footnote_anchor"]


def _block(node: SyntaxTreeNode) -> Node:
    return BLOCKS.get(node.type, _rule)(node)


def _paragraph(node: SyntaxTreeNode) -> Node:
    return {"kind": "paragraph", **_anchor(node), "inside": _words(node)}


def _heading(node: SyntaxTreeNode) -> Node:
    return {"kind": "heading", "level": node.meta["level"], "inside": _words(node)}


def _rule(_node: SyntaxTreeNode) -> Node:
    return {"kind": "rule"}


def _code(node: SyntaxTreeNode) -> Node:
    return {"kind": "code", "text": node.content.rstrip("\n")}


def _notes(node: SyntaxTreeNode) -> Node:
    notes = [{"number": note.meta["id"] + 1, "inside": _blocks(note.children)} for note in node.children]
    return {"kind": "notes", "notes": notes}


def _list(node: SyntaxTreeNode) -> Node:
    start = int(node.attrs.get("start", 1))
    items = [
        {"number": start + place, **_anchor(item), "inside": _blocks(item.children)}
        for place, item in enumerate(node.children)
    ]
    paragraphs = [child for item in node.children for child in item.children if child.type == "paragraph"]
    return {
        "kind": "list",
        "ordered": node.type == "ordered_list",
        "recommendations": node.attrs.get("class") == "recommendations",
        "mark": node.markup if node.type == "ordered_list" else "",
        "tight": all(child.hidden for child in paragraphs),
        "items": items,
    }


def _quote(node: SyntaxTreeNode) -> Node:
    said = [child for child in node.children if child.type != "speaker"]
    speaker = next((_words(child) for child in node.children if child.type == "speaker"), [])
    return {"kind": "quote", "inside": _blocks(said), "speaker": speaker}


def _table(node: SyntaxTreeNode) -> Node:
    head, *bodies = node.children
    return {
        "kind": "table",
        "align": [ALIGNMENTS.get(str(cell.attrs.get("style", "")), "start") for cell in head.children[0].children],
        "head": [_words(cell) for cell in head.children[0].children],
        "rows": [[_words(cell) for cell in row.children] for body in bodies for row in body.children],
    }


def _words(node: SyntaxTreeNode) -> list[Node]:
    """The inline nodes of a block that holds words."""
    return [_inline(child) for line in node.children if line.type == "inline" for child in line.children]


def _inline(node: SyntaxTreeNode) -> Node:
    return INLINE.get(node.type, _text)(node)


def _text(node: SyntaxTreeNode) -> Node:
    return {"kind": "text", "text": " " if node.type == "softbreak" else node.content}


def _break(_node: SyntaxTreeNode) -> Node:
    return {"kind": "break"}


def _marked(node: SyntaxTreeNode) -> Node:
    return {"kind": "emphasis" if node.type == "em" else "strong", "inside": [*map(_inline, node.children)]}


def _link(node: SyntaxTreeNode) -> Node:
    return {"kind": "link", "address": str(node.attrs["href"]), "inside": [*map(_inline, node.children)]}


def _inline_code(node: SyntaxTreeNode) -> Node:
    return {"kind": "code", "text": node.content}


def _note(node: SyntaxTreeNode) -> Node:
    return {"kind": "note", "number": node.meta["id"] + 1}


def _anchor(node: SyntaxTreeNode) -> Node:
    return {"anchor": node.meta["anchor"]} if "anchor" in node.meta else {}


def words_of(nodes: Iterable[Node]) -> str:
    """The words of inline nodes without anything around them; footnote references left out, breaks as spaces."""
    return "".join(
        words_of(node["inside"]) if "inside" in node else node.get("text", " " if node["kind"] == "break" else "")
        for node in nodes
    )


BLOCKS: dict[str, Callable[[SyntaxTreeNode], Node]] = {
    "blockquote": _quote,
    "bullet_list": _list,
    "fence": _code,
    "footnote_block": _notes,
    "heading": _heading,
    "ordered_list": _list,
    "paragraph": _paragraph,
    "table": _table,
}

INLINE: dict[str, Callable[[SyntaxTreeNode], Node]] = {
    "code_inline": _inline_code,
    "em": _marked,
    "footnote_ref": _note,
    "hardbreak": _break,
    "link": _link,
    "strong": _marked,
}
