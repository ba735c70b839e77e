"""A body as plain text: wrapped, lists and quotations marked, addresses after their words, footnotes at the end."""

import textwrap
from collections.abc import Callable, Iterable, Sequence

from coalition.languages import number
from coalition.rendering.printed import Figures
from coalition.rendering.text.blocks import Node, to_typst_data, words_of

WIDTH = 76


def to_plain(body: str, language: str, figures: Figures | None = None, *, width: int = WIDTH) -> str:
    """A body in Markdown as plain text with a blank line between blocks and none at the end."""
    return "\n\n".join(filter(None, to_plain_apart(body, language, figures, width=width)))


def to_plain_apart(body: str, language: str, figures: Figures | None = None, *, width: int = WIDTH) -> tuple[str, str]:
    """The text of a body and its footnotes apart, for who sets something between them; "" where there are none."""
    blocks = to_typst_data(body, language, figures)
    text, notes = (
        "\n\n".join(_block(block, language, width) for block in blocks if (block["kind"] == "notes") == is_note)
        for is_note in (False, True)
    )
    return text, notes


def opening_words(body: str, n: int = 80, *, language: str = "en", figures: Figures | None = None) -> str:
    """The first words of a body, at most `n` characters with the "…" that says there is more; "" for an empty body."""
    blocks = to_typst_data(body, language, figures)
    words = next(filter(None, (words_of(_first_words(block)).strip() for block in blocks)), "")
    if len(words) <= n:
        return words
    whole, _space, _cut = words[:n].rpartition(" ")
    return (whole or words[: n - 1]).rstrip(" .,;:–—") + "…"


def _first_words(block: Node) -> list[Node]:
    """The inline nodes of the first block within a block that has words."""
    if block["kind"] == "list":
        return _first_words(block["items"][0]["inside"][0]) if block["items"][0]["inside"] else []
    if block["kind"] == "quote":
        return _first_words(block["inside"][0]) if block["inside"] else []
    return list(block.get("inside", []))


def _block(block: Node, language: str, width: int) -> str:
    match block["kind"]:
        case "list" | "quote" | "table" | "notes":
            return COMPOSED[block["kind"]](block, language, width)
        case "code":
            return textwrap.indent(block["text"], "    ")
        case "rule":
            return "* * *"
        case _:
            return _wrapped(_inline(block["inside"], language), width)


def _wrapped(words: str, width: int) -> str:
    """Each line filled up to `width`; only plain spaces break, so that no-break spaces and long addresses hold."""
    return "\n".join(
        textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False) for line in words.split("\n")
    )


def _list(block: Node, language: str, width: int) -> str:
    between = "\n" if block["tight"] else "\n\n"
    return between.join(
        _item(_marker(block, item, language), item["inside"], language, width) for item in block["items"]
    )


def _marker(block: Node, item: Node, language: str) -> str:
    return f"{number(item['number'], language)}{block['mark']}" if block["ordered"] else "-"


def _item(marker: str, inside: Sequence[Node], language: str, width: int) -> str:
    """Blocks with a marker before the first line and the others set in under it."""
    indent = " " * (len(marker) + 1)
    said = ""
    for place, block in enumerate(inside):
        between = "" if not place else "\n" if block["kind"] == "list" else "\n\n"
        said += between + _block(block, language, width - len(indent))
    return f"{marker} {textwrap.indent(said, indent)[len(indent) :]}"


def _quote(block: Node, language: str, width: int) -> str:
    said = "\n\n".join(_block(each, language, width - 2) for each in block["inside"])
    speaker = _wrapped(_inline(block["speaker"], language), width - 2)
    return textwrap.indent("\n".join(filter(None, (said, speaker))), "> ", lambda _line: True)


def _table(block: Node, language: str, width: int) -> str:
    rows = [block["head"], *block["rows"]]
    lines = [" | ".join(_inline(cell, language).replace("\n", " ") for cell in row) for row in rows]
    return "\n".join([lines[0], "-" * min(len(lines[0]), width), *lines[1:]])


def _notes(block: Node, language: str, width: int) -> str:
    return "\n".join(_item(f"[{note['number']}]", note["inside"], language, width) for note in block["notes"])


COMPOSED: dict[str, Callable[[Node, str, int], str]] = {
    "list": _list,
    "notes": _notes,
    "quote": _quote,
    "table": _table,
}


def _inline(nodes: Iterable[Node], language: str) -> str:
    return "".join(_piece(node, language) for node in nodes)


def _piece(node: Node, language: str) -> str:
    match node["kind"]:
        case "break":
            return "\n"
        case "note":
            return f"[{node['number']}]"
        case "link":
            words, address = _inline(node["inside"], language), node["address"].removeprefix("mailto:")
            return words if words == address else f"{words} <{address}>"
        case "text" | "code":
            return str(node["text"])
        case _:
            return _inline(node["inside"], language)
