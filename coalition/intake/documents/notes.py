"""Footnotes: a mark in the text and a note elsewhere that lead to each other, whoever wrote the page."""

from __future__ import annotations

import re

from bs4.element import Tag

from coalition.intake.documents.soup import children, elements, is_blank, is_block, new, style, words

_MARK_LEFT_OVER = re.compile(r"^\s*(?:\[?[0-9*†‡]{1,4}\]?[.)]?\s*)?$")
_NOTE_SAYS = ("doc-noteref", "noteref")


def set_apart_notes(root: Tag) -> None:
    """Make each footnote mark a `<note n>`, and gather the notes as `<notebody n>` at the end of `root`."""
    places = _places(root)
    bodies: dict[int, Tag] = {}
    numbers: dict[int, int] = {}
    for reference in elements(root, "a"):
        if any(id(parent) in bodies for parent in reference.parents):
            continue
        body = _body_of(reference, places)
        if body is None:
            continue
        if id(body) not in bodies:
            bodies[id(body)] = body
            numbers[id(body)] = len(numbers) + 1
        _put_mark(reference, numbers[id(body)])
    for key, body in bodies.items():
        _move_to_end(root, body, numbers[key])
    if bodies:
        _drop_rule_at_end(root)


def _places(root: Tag) -> dict[str, Tag]:
    places: dict[str, Tag] = {}
    for tag in elements(root):
        for name in (tag.get("id"), tag.get("name") if tag.name == "a" else None):
            if name:
                places.setdefault(str(name), tag)
    return places


def _target(link: Tag, places: dict[str, Tag]) -> Tag | None:
    address = str(link.get("href") or "")
    # Word saves the name of the file before the place.
    _file, hash_sign, place = address.partition("#")
    return places.get(place) if hash_sign and ":" not in _file else None


def _body_of(reference: Tag, places: dict[str, Tag]) -> Tag | None:
    """The block that holds the note which the link leads to, if something in it leads back to the link."""
    target = _target(reference, places)
    if target is None or target is reference or reference in target.descendants:
        return None
    block = target if is_block(target) else target.find_parent(is_block)
    if not isinstance(block, Tag) or block.name in {"[document]", "body", "td", "th"} or reference in block.descendants:
        return None
    says_so = str(reference.get("role") or reference.get("epub:type") or "") in _NOTE_SAYS
    links = [link for link in elements(block, "a") if _leads_to(link, reference, places)]
    if not links and not says_so:
        return None
    parent = block.parent
    while isinstance(parent, Tag) and parent.name in {"div", "aside"} and reference not in parent.descendants:
        others = [link for link in elements(parent, "a") if link.get("href") and _target(link, places) is not None]
        if any(link not in links for link in others) and "mso-element" not in str(parent.get("style") or ""):
            break
        if style(parent, "mso-element") in {"footnote-list", "endnote-list"}:
            break
        block, parent = parent, parent.parent
    return block


def _leads_to(link: Tag, reference: Tag, places: dict[str, Tag]) -> bool:
    back = _target(link, places)
    return back is not None and (back is reference or back in reference.parents or reference in back.parents)


def _put_mark(reference: Tag, number: int) -> None:
    """The link, with what only raises it or puts brackets around it, becomes the mark."""
    outer = reference
    while (
        isinstance(outer.parent, Tag)
        and outer.parent.name in {"sup", "span", "font", "small", "b", "i", "strong", "em"}
        and words(outer.parent) == words(outer)
    ):
        outer = outer.parent
    outer.insert_before(new("note", n=str(number)))
    outer.extract()


def _move_to_end(root: Tag, body: Tag, number: int) -> None:
    for link in elements(body, "a"):
        address = str(link.get("href") or "")
        if "#" in address and ":" not in address.partition("#")[0] and _is_way_back(link):
            _take_out(link, within=body)
    parent = body.parent
    note = new("notebody", n=str(number))
    if body.name in {"p", "dd", "td"}:
        note.append(body.extract())
        body.name = "p"
    else:
        note.extend(children(body))
        body.extract()
    while parent is not None and parent is not root and parent.name != "body" and is_blank(parent.children):
        empty = parent
        parent = empty.parent
        empty.extract()
    root.append(note)


def _take_out(link: Tag, *, within: Tag) -> None:
    """The link, and what only raised it."""
    holder = link.parent
    link.decompose()
    while holder is not None and holder is not within and holder.name in {"sup", "span"} and is_blank(holder):
        empty = holder
        holder = empty.parent
        empty.decompose()


def _is_way_back(link: Tag) -> bool:
    said = words(link)
    return bool(_MARK_LEFT_OVER.match(said)) or said[:1] in "↩↑^⤴←" or "back" in str(link.get("role") or "")


def _drop_rule_at_end(root: Tag) -> None:
    """The line that a page draws above its notes."""
    for rule in elements(root, "hr"):
        rest = [node for node in rule.next_elements if isinstance(node, Tag) and node.find_parent("notebody") is None]
        if is_blank([node for node in rest if node.name != "notebody"]):
            rule.decompose()
