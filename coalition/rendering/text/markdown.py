"""A body as Markdown again (CommonMark with tables and footnotes), figures filled: for who sets it elsewhere.

Headings begin one level below the letter's title. What an author typed that Markdown would read as a mark of its own
is escaped, so that the words come out of any reader as they went in.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Final

from coalition.rendering.text.blocks import Node, to_typst_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from coalition.rendering.printed import Figures

MARKS: Final = re.compile(r"([\\`*_\[\]<>|~])|(&)(?=#?\w+;)|(!)(?=\[)")
OPENS: Final = re.compile(r"^(\s*)([-+*#=>]|\d{1,9}(?=[.)]))", re.MULTILINE)
"""What begins a list, a heading or a quotation at the start of a line."""


def to_markdown(body: str, language: str, figures: Figures | None = None) -> tuple[str, str]:
    """A body in Markdown with its figures filled, and its footnotes apart, which may stand anywhere after it."""
    blocks = to_typst_data(body, language, figures)
    text = [block for block in blocks if block["kind"] != "notes"]
    return "\n\n".join(_blocks(text)), "\n\n".join(_blocks(block for block in blocks if block["kind"] == "notes"))


def escaped(words: str) -> str:
    """Words that stand alone on a line, so that Markdown reads nothing into them."""
    marked = MARKS.sub(lambda found: "\\" + found[0], words)
    return OPENS.sub(_open, marked)


def _open(found: re.Match[str]) -> str:
    space, mark = found[1], found[2]
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"


def _blocks(nodes: Iterable[Node]) -> list[str]:
    made: list[str] = []
    last: Node | None = None
    for node in nodes:
        # A list of dots right after another begins with another sign, or they would be one.
        is_second = last is not None and last["kind"] == node["kind"] == "list" and not node.get("ordered")
        if is_second and last is not None and last.get("sign", "-") == "-":
            node["sign"] = "*"
        made.append(_block(node))
        last = node
    return made


def _block(node: Node) -> str:
    made = BLOCKS.get(node["kind"])
    return made(node) if made else "* * *"


def _paragraph(node: Node) -> str:
    return _at_start(_inline(node["inside"]))


def _heading(node: Node) -> str:
    words = _inline(node["inside"]).replace("\n", " ")
    return f"{'#' * min(node['level'] + 1, 6)} {words}"


def _list(node: Node) -> str:
    return ("\n" if node["tight"] else "\n\n").join(_item(item, node) for item in node["items"])


def _quote(node: Node) -> str:
    said = _blocks(node["inside"])
    if node["speaker"]:
        said.append(_inline(node["speaker"]))
    return textwrap.indent("\n\n".join(said), "> ", lambda _line: True).replace("> \n", ">\n")


def _notes(node: Node) -> str:
    return "\n\n".join(_note(note) for note in node["notes"])


def _code(node: Node) -> str:
    return f"```\n{node['text']}\n```"


def _item(item: Node, node: Node) -> str:
    marker = f"{item['number']}{node['mark'] or '.'}" if node["ordered"] else node.get("sign", "-")
    return _set_in(f"{marker} ", item["inside"], tight=node["tight"])


def _set_in(marker: str, inside: list[Node], *, tight: bool = False) -> str:
    """Blocks with a marker before the first line and the others set in under it."""
    said = ("\n" if tight else "\n\n").join(_blocks(inside))
    return marker + textwrap.indent(said, " " * len(marker))[len(marker) :]


def _note(note: Node) -> str:
    said = "\n\n".join(_blocks(note["inside"]))
    return f"[^{note['number']}]: " + textwrap.indent(said, "    ")[4:]


def _table(node: Node) -> str:
    ways = {"start": ":---", "center": ":---:", "end": "---:"}
    rows = [[_inline(cell).replace("\n", " ") for cell in row] for row in (node["head"], *node["rows"])]
    rows.insert(1, [ways[way] for way in node["align"]])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _at_start(words: str) -> str:
    return OPENS.sub(_open_of_marked, words)


def _open_of_marked(found: re.Match[str]) -> str:
    """Marks that we wrote ourselves stay: what was typed has its own escaped before."""
    return found[0] if found[2] in {"*", ">"} else _open(found)


def _inline(nodes: Iterable[Node]) -> str:
    return "".join(_piece(node) for node in nodes)


def _piece(node: Node) -> str:
    made = INLINE.get(node["kind"])
    return made(node) if made else MARKS.sub(lambda found: "\\" + found[0], node["text"])


def _link(node: Node) -> str:
    return f"[{_inline(node['inside'])}](<{node['address']}>)"


def _around(mark: str, words: str) -> str:
    """Marks hug the words: a space inside them would undo them."""
    inner = words.strip()
    if not inner:
        return words
    start = len(words) - len(words.lstrip())
    return f"{words[:start]}{mark}{inner}{mark}{words[start + len(inner) :]}"


BLOCKS: Final[dict[str, Callable[[Node], str]]] = {
    "code": _code,
    "heading": _heading,
    "list": _list,
    "notes": _notes,
    "paragraph": _paragraph,
    "quote": _quote,
    "table": _table,
}

INLINE: Final[dict[str, Callable[[Node], str]]] = {
    "break": lambda _node: "\\\n",
    "code": lambda node: f"`{node['text']}`",
    "emphasis": lambda node: _around("*", _inline(node["inside"])),
    "link": _link,
    "note": lambda node: f"[^{node['number']}]",
    "strong": lambda node: _around("**", _inline(node["inside"])),
}
