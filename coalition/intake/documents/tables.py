"""Tables as Markdown has them: one head row, every cell one line, nothing within a cell but words."""

from __future__ import annotations

from bs4.element import NavigableString, PageElement, Tag

from coalition.intake.documents.losses import Losses
from coalition.intake.documents.soup import children, classes, elements, is_block, new, style, words

_COLUMNS_LIMIT = 63
_ALIGNMENTS = {"center": "centre", "centre": "centre", "right": "end", "end": "end"}


def settle_tables(root: Tag, losses: Losses) -> None:
    """Make every table one of plain rows, and what only looks like a table paragraphs."""
    for table in reversed(elements(root, "table")):
        if table.find_parent("table") is not None:
            losses.add("nested_table", _write_out_nested(table))
    for table in elements(root, "table"):
        rows = [[cell for cell in elements(row, "td", "th") if cell.parent is row] for row in elements(table, "tr")]
        rows = [row for row in rows if row and any(words(cell) or cell.find("note") for cell in row)]
        for caption in elements(table, "caption"):
            caption.name = "p"
            table.insert_before(caption.extract())
        if all(len(row) == 1 for row in rows):
            _unbox(table, rows)
        else:
            _settle(table, rows, losses)


def _write_out_nested(table: Tag) -> str:
    """Its cells in a line, instead of it. Returns them."""
    lines = [
        "; ".join(filter(None, (words(cell) for cell in elements(row, "td", "th")))) for row in elements(table, "tr")
    ]
    said = " / ".join(filter(None, lines))
    table.replace_with(new("p", said))
    return said


def _unbox(table: Tag, rows: list[list[Tag]]) -> None:
    """A table of one column is a frame around paragraphs."""
    for row in rows:
        for cell in row:
            inside = children(cell)
            if not any(is_block(each) for each in inside):
                inside = [new("p", *[each.extract() for each in inside])]
            for each in inside:
                table.insert_before(each.extract())
    table.decompose()


def _settle(table: Tag, rows: list[list[Tag]], losses: Losses) -> None:
    if any(_span(cell, "colspan") > 1 or _span(cell, "rowspan") > 1 for row in rows for cell in row):
        losses.add("merged_cells")
    grid = _grid(rows)
    width = max(len(row) for row in grid)
    made = new("table")
    for number, row in enumerate(grid):
        line = new("tr")
        for cell in [*row, *[new("td") for _ in range(width - len(row))]]:
            name = "td" if number else "th"
            line.append(new(name, *_in_one_line(cell, losses), data_align=_alignment(cell)))
        made.append(line)
    table.replace_with(made)


def _grid(rows: list[list[Tag]]) -> list[list[Tag]]:
    """The rows with an empty cell for each place that a larger one covers."""
    covered: dict[tuple[int, int], bool] = {}
    grid: list[list[Tag]] = []
    for y, row in enumerate(rows):
        line: list[Tag] = []
        for cell in row:
            while covered.get((y, len(line))):
                line.append(new("td"))
            wide, high = _span(cell, "colspan"), min(_span(cell, "rowspan"), len(rows) - y)
            for below in range(1, high):
                covered.update({(y + below, len(line) + right): True for right in range(wide)})
            line += [cell, *[new("td") for _ in range(wide - 1)]]
        while covered.get((y, len(line))):
            line.append(new("td"))
        grid.append(line[:_COLUMNS_LIMIT])
    return grid


def _span(cell: Tag, name: str) -> int:
    typed = str(cell.get(name) or "1")
    return max(1, min(_COLUMNS_LIMIT, int(typed))) if typed.isdecimal() and len(typed) < 6 else 1


def _alignment(cell: Tag) -> str:
    for each in [cell, *elements(cell, "p")[:1]]:
        said = {style(each, "text-align"), str(each.get("align") or "").lower(), *classes(each)}
        for name, alignment in _ALIGNMENTS.items():
            if name in said:
                return alignment
    return ""


def _in_one_line(cell: Tag, losses: Losses) -> list[PageElement]:
    """What stands in the cell, without the blocks around it; items keep their markers."""
    lines = 0
    for number, item in enumerate(elements(cell, "li")):
        marker = str(item.get("data-marker") or "")
        if item.parent is not None and item.parent.name == "ol":
            marker = marker or f"{number + 1}."
        item.insert(
            0, NavigableString(f"{marker if marker and marker.isprintable() and marker[0] < chr(0xE000) else '•'} ")
        )
    for block in [each for each in elements(cell) if is_block(each)]:
        if (
            words(block)
            and block.name in {"p", "li"}
            and not (block.name == "p" and block.parent and block.parent.name == "li")
        ):
            lines += 1
        block.insert_before(NavigableString(" "))
        block.insert_after(NavigableString(" "))
        block.unwrap()
    for each in elements(cell, "br"):
        each.replace_with(NavigableString(" "))
        lines += 1 if lines == 0 else 0
        lines += 1
    if lines > 1:
        losses.add("cell_lines", words(cell))
    return [each.extract() for each in children(cell)]
