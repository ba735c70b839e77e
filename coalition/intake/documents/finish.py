"""The steps every document takes from its own kind of tree to Markdown, in their order."""

from __future__ import annotations

from bs4.element import Tag

from coalition.intake.documents.blocks import leave_out, settle_blocks
from coalition.intake.documents.document import Change, Document, DocumentComment, NothingInIt
from coalition.intake.documents.dress import allowed_address, dress
from coalition.intake.documents.lists import settle_lists
from coalition.intake.documents.losses import Losses
from coalition.intake.documents.notes import set_apart_notes
from coalition.intake.documents.soup import COMMENT_MARK, HEADINGS, elements, line, new, parsed, words
from coalition.intake.documents.tables import settle_tables
from coalition.intake.documents.writing import to_markdown

_SHOWN = frozenset(
    "a b blockquote br code em hr i li ol p pre s strong sub sup table tbody td th thead tr u ul".split()
)


def finish(
    root: Tag,
    losses: Losses,
    *,
    title: str = "",
    changes: tuple[Change, ...] = (),
    remarks: dict[int, tuple[str, str, str]] | None = None,
) -> Document:
    """The document in a tree. `remarks`: author, words and quote of each comment whose mark stands in the tree.

    Raises NothingInIt.
    """
    leave_out(root, losses)
    set_apart_notes(root)
    settle_blocks(root)
    settle_lists(root, losses)
    _note_directions(root, losses)
    source = _bare(root)
    if title:
        source = f"{new('p', new('strong', title))}{source}"
    settle_tables(root, losses)
    paragraphs: dict[int, str] = {}
    dress(root, losses, paragraphs)
    _close_up_quotations(root)
    title = title or _take_title(root)
    marked = to_markdown(root)
    comments = _comments(marked, remarks or {}, paragraphs)
    markdown = COMMENT_MARK.sub("", marked)
    if not markdown.strip() and not title:
        raise NothingInIt
    return Document(markdown, title, source, losses.all(), changes, comments)


def _note_directions(root: Tag, losses: Losses) -> None:
    """A letter's direction is its language's; where a file mixes both, that is worth a word."""
    said = [str(tag.get("dir") or "") for tag in elements(root, "p", *HEADINGS, "li") if words(tag)]
    against = said.count("rtl")
    if 0 < against < len(said):
        losses.add("direction", count=against)


def _bare(root: Tag) -> str:
    """What the file shows, as HTML of a few tags and no attributes, for who compares."""
    copy = parsed(str(root))
    for tag in elements(copy):
        if tag.name == "img":
            tag.replace_with(new("em", f"[{tag.get('alt') or '▢'}]"))
        elif tag.name == "note":
            tag.replace_with(new("sup", f"[{tag.get('n')}]"))
        elif tag.name == "notebody":
            first = tag.find("p")
            (first if isinstance(first, Tag) else tag).insert(0, f"[{tag.get('n')}] ")
            tag.unwrap()
        elif tag.name in HEADINGS:
            # The page it is shown on has headings of its own.
            tag.name = "p"
            tag.attrs.clear()
            tag.append(new("strong", *[child.extract() for child in list(tag.children)]))
        elif tag.name not in _SHOWN or (tag.name == "a" and not allowed_address(str(tag.get("href") or ""))):
            tag.unwrap()
        else:
            kept = {name: str(tag[name]) for name in ("start", "colspan", "rowspan", "dir") if tag.get(name)}
            if tag.name == "a":
                kept["href"] = allowed_address(str(tag["href"]))
            tag.attrs.clear()
            tag.attrs.update(kept)
    return COMMENT_MARK.sub("", str(copy)).strip()


def _close_up_quotations(root: Tag) -> None:
    """Quotations that follow each other without a word between are one."""
    for quote in elements(root, "blockquote"):
        previous = quote.find_previous_sibling()
        if isinstance(previous, Tag) and previous.name == "blockquote" and quote.get("data-quote"):
            previous.extend(list(quote.children))
            quote.decompose()


def _take_title(root: Tag) -> str:
    """The heading the text begins with, if it is the only one of its level: what a letter keeps as its title."""
    headings = elements(root, *HEADINGS)
    first = next(
        (tag for tag in elements(root) if tag.name in {*HEADINGS, "p", "ul", "ol", "table", "blockquote"}), None
    )
    if (
        first is None
        or not headings
        or first is not headings[0]
        or first.find("note")
        or COMMENT_MARK.search(first.get_text())
    ):
        return ""
    if any(other.name <= first.name for other in headings[1:]):
        return ""
    title = line(first.get_text())
    first.decompose()
    return title


def _comments(
    marked: str, remarks: dict[int, tuple[str, str, str]], paragraphs: dict[int, str]
) -> tuple[DocumentComment, ...]:
    """The comments in the order of their places; one whose place went stands at the start of the text."""
    places: dict[int, int] = {}
    shed = 0
    for found in COMMENT_MARK.finditer(marked):
        places[int(found[1])] = found.start() - shed
        shed += len(found[0])
    order = sorted(remarks, key=lambda number: (places.get(number, 0), number))
    return tuple(
        DocumentComment(*remarks[number], paragraph=paragraphs.get(number, ""), at=places.get(number, 0))
        for number in order
    )
