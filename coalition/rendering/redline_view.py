"""A redline as pages and mails show it: what each changed paragraph is called, what happened to it, and its words.

`redline_view` gives templates/components/redline.html and templates/emails/redline.html all that they show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from flask_babel import force_locale, gettext, ngettext

from coalition import languages
from coalition.rendering.figures import fill
from coalition.rendering.paragraphs import CODE, LINK, NOTE
from coalition.rendering.redline import Change, Piece, Redline, Spot

FOLDED_FROM = 2
"""This many unchanged paragraphs in a row, or a long one, are folded to their number."""
LONG = 400
OPENING = 48
"""Characters of a paragraph's beginning in the list of changes."""
AROUND = 90
"""In a mail, so many unchanged characters stand around a change; the others of a long paragraph are left out."""

MARKUP_OF_ROW, MARKUP_OF_SPAN = 330, 150
"""About how many bytes of HTML stand around the words of a paragraph and of a change, in a mail with its styles."""


@dataclass(frozen=True, slots=True)
class Bit:
    """Words of one look."""

    lines: tuple[str, ...]
    is_strong: bool = False
    is_emphasis: bool = False
    is_code: bool = False
    is_note: bool = False
    """A reference to a footnote; `lines` holds its number alone."""
    address: str = ""
    """Where a link leads."""
    look: str = ""
    """What is new about how it looks, in words: "now bold"."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words that were added, removed, or are the same; "cut" stands for words that a mail leaves out."""

    kind: str
    bits: tuple[Bit, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph that changed, or one that did not."""

    id: str
    kind: str
    """As Change.kind."""
    name: str
    """"Paragraph 3", "Title"."""
    what: str
    """"changed", "added"; "" for one that did not change."""
    opening: str
    remarks: tuple[str, ...]
    marker: str
    role: str
    """As Paragraph.kind."""
    spans: tuple[Span, ...]
    elsewhere: str = ""
    """For one that moved away: the id of the row where it stands now."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Unchanged paragraphs in a row; `is_folded` where they are better shown as a number first."""

    rows: tuple[Row, ...]
    is_folded: bool
    words: str
    """"“5 paragraphs are the same"."""


@dataclass(frozen=True, slots=True)
class RedlineView:
    """Everything a template shows of a redline."""

    language: str
    """Of the text; its direction too."""
    direction: str
    page_language: str
    """Of the words around it; its direction too."""
    page_direction: str
    changed: tuple[Row, ...]
    """For the list at the top; of a shortened one those that are shown."""
    parts: tuple[Row | Fold, ...]
    """In the order of reading."""
    typing: tuple[str, ...]
    """The names of parts that were only typed otherwise."""
    has_added: bool
    has_removed: bool
    has_other_look: bool
    left_out: int = 0
    """How many changed paragraphs a mail has no room for."""
    left_out_words: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed at all."""
        return not (self.changed or self.typing or self.left_out)


def redline_view(
    redline: Redline, text_language: str, page_language: str, *, prefix: str = "change-", room: int | None = None
) -> RedlineView:
    """What a template shows of a redline of texts in one language on a page or in a mail in another.

    `prefix` keeps ids apart where a page shows several. With `room`, in bytes of HTML, it is made for a mail: unchanged
    paragraphs go, and as many changed ones stay as there is room for.
    """
    with force_locale(languages.interface_language(page_language)):
        rows = list(_rows(redline, text_language, page_language, prefix))
        changed = [row for row in rows if row.kind not in {"same", "left"}]
        parts: list[Row | Fold] = list(_folded(rows, page_language))
        shown = changed
        if room is not None:
            shown = list(_that_fit((_shortened(row) for row in changed), room))
            parts = list(shown)
        left_out = len(changed) - len(shown)
        return RedlineView(
            language=text_language,
            direction=languages.direction(text_language),
            page_language=languages.interface_language(page_language),
            page_direction=languages.direction(languages.interface_language(page_language)),
            changed=tuple(shown),
            parts=tuple(parts),
            typing=tuple(part_name(part) for part in redline.typing),
            has_added=_has_span(shown, "added"),
            has_removed=_has_span(shown, "removed"),
            has_other_look=any(bit.look for row in shown for span in row.spans for bit in span.bits),
            left_out=left_out,
            left_out_words=_left_out_words(left_out, page_language) if left_out else "",
        )


def spot_name(spot: Spot, language: str) -> str:
    """What a paragraph is called, in the words of the current locale and the digits of `language`: "Paragraph 3"."""
    shown = languages.number(spot.number, language)
    if spot.anchor.startswith("p"):
        return str(gettext("Paragraph %(number)s", number=shown))
    if spot.anchor.startswith("r"):
        return str(gettext("Recommendation %(number)s", number=shown))
    names = {
        "title": gettext("Title"),
        "deck": gettext("Deck"),
        "addressee": gettext("Addressee %(number)s", number=shown),
        "copy": gettext("Copy to"),
        "salutation": gettext("Salutation"),
        "heading": gettext("Heading %(number)s", number=shown),
        "speaker": gettext("Speaker of a quotation"),
        "row": gettext("Table row %(number)s", number=shown),
        "code": gettext("Text as typed"),
        "rule": gettext("Line across the page"),
        "closing": gettext("Closing"),
        "footnote": gettext("Footnote %(number)s", number=shown),
        "disclaimer": gettext("Disclaimer"),
    }
    return str(names.get(spot.kind) or gettext("Paragraph %(number)s", number=shown))


def part_name(part: str) -> str:
    """What a part of a text is called, in the words of the current locale."""
    names = {
        "title": gettext("Title"),
        "deck": gettext("Deck"),
        "addressees": gettext("Addressees"),
        "salutation": gettext("Salutation"),
        "body": gettext("Text"),
        "closing": gettext("Closing"),
        "disclaimers": gettext("Disclaimers"),
    }
    return str(names[part])


# -- rows -------------------------------------------------------------------------------------------------------------


def _rows(redline: Redline, text_language: str, page_language: str, prefix: str) -> Iterator[Row]:
    stands, left = (_by_new_place(redline, kind) for kind in ("moved", "left"))
    for place, change in enumerate(redline.changes):
        other = None
        if change.new and change.kind in {"moved", "left"}:
            other = (stands if change.kind == "left" else left)[change.new.place]
        words = redline.changes[other] if other is not None and change.kind == "left" else change
        yield replace(
            _row(change, place, other, text_language, page_language, prefix), opening=_opening(words, text_language)
        )


def _by_new_place(redline: Redline, kind: str) -> dict[int, int]:
    """Where the changes of one kind stand in the redline, by the place of their paragraph in the new text."""
    return {change.new.place: at for at, change in enumerate(redline.changes) if change.kind == kind and change.new}


def _row(change: Change, place: int, other: int | None, text_language: str, page_language: str, prefix: str) -> Row:
    """`other` is the place of a moved paragraph's other end."""
    spot = change.spot
    return Row(
        id=f"{prefix}{place + 1}",
        kind=change.kind,
        name=_name(change, page_language),
        what=_what(change),
        opening=_opening(change, text_language),
        remarks=tuple(_remarks(change, is_higher=other is not None and place < other)),
        marker=_marker(spot, text_language),
        role=spot.kind,
        spans=tuple(_spans(change, text_language)),
        elsewhere=f"{prefix}{other + 1}" if change.kind == "left" and other is not None else "",
    )


def _name(change: Change, language: str) -> str:
    """What the paragraph is called; the number of one that is gone counts in the text before."""
    name = spot_name(change.spot, language)
    return str(gettext("%(paragraph)s of the text before", paragraph=name)) if change.kind == "removed" else name


def _what(change: Change) -> str:
    is_moved = change.kind == "moved"
    if change.kind in {"same", "left"}:
        return ""
    if change.kind == "added":
        words = gettext("added")
    elif change.kind == "removed":
        words = gettext("removed")
    elif change.has_other_words:
        words = gettext("moved and changed") if is_moved else gettext("changed")
    elif change.has_other_look:
        words = gettext("moved, and looks different") if is_moved else gettext("only its look changed")
    else:
        words = gettext("moved")
    return str(words)


def _remarks(change: Change, *, is_higher: bool) -> Iterator[str]:
    if change.kind == "left":
        # Its other end tells where it went: that one is further on where this one comes first.
        yield str(gettext("It now stands further down.") if is_higher else gettext("It now stands further up."))
        return
    if change.kind == "moved":
        yield str(gettext("It stood further down before.") if is_higher else gettext("It stood further up before."))
    if change.has_other_form and change.old and change.new:
        now, was = _form(change.new), _form(change.old)
        if now != was:
            yield str(gettext("Now: %(form)s. Before: %(other)s.", form=now, other=was))


def _form(spot: Spot) -> str:
    names = {
        "heading": gettext("heading of level %(level)s", level=spot.level),
        "item": gettext("list item"),
        "recommendation": gettext("recommendation"),
        "quote": gettext("quotation"),
        "speaker": gettext("speaker of a quotation"),
        "row": gettext("table row"),
        "code": gettext("text as typed"),
        "rule": gettext("line across the page"),
        "addressee": gettext("addressee"),
        "copy": gettext("copy to"),
    }
    name = str(names.get(spot.kind) or gettext("paragraph"))
    if spot.level > 1 and spot.kind == "item":
        name = str(gettext("list item, level %(level)s", level=spot.level))
    return f"{name} ({spot.marker})" if spot.marker else name


def _marker(spot: Spot, language: str) -> str:
    """A list's number in the digits of the text; a dash stands for whatever the page shows before its items."""
    number = spot.marker.rstrip(".)")
    if not number.isdigit():
        return "–" if spot.marker else ""
    return languages.number(int(number), language) + spot.marker[len(number) :]


def _opening(change: Change, language: str) -> str:
    line = " ".join(fill(change.new_words or change.old_words, language, None).split())
    if len(line) <= OPENING:
        return line
    whole, _blank, _cut = line[:OPENING].rpartition(" ")
    return (whole or line[:OPENING]).rstrip(" .,;:–—") + "…"


def _folded(rows: Iterable[Row], language: str) -> Iterator[Row | Fold]:
    same: list[Row] = []
    for row in rows:
        if row.kind == "same":
            same.append(row)
            continue
        yield from _fold(same, language)
        same = []
        yield row
    yield from _fold(same, language)


def _fold(rows: list[Row], language: str) -> Iterator[Fold]:
    if rows:
        length = sum(len(line) for row in rows for span in row.spans for bit in span.bits for line in bit.lines)
        yield Fold(tuple(rows), len(rows) >= FOLDED_FROM or length > LONG, _same_words(len(rows), language))


def _same_words(count: int, language: str) -> str:
    """How many paragraphs are the same, in the words of the current locale and the digits of `language`."""
    number = languages.number(count, language)
    return str(ngettext("%(number)s paragraph is the same", "%(number)s paragraphs are the same", count, number=number))


def _left_out_words(count: int, language: str) -> str:
    number = languages.number(count, language)
    return str(
        ngettext(
            "%(number)s more paragraph changed: the rest is on the page.",
            "%(number)s more paragraphs changed: the rest is on the page.",
            count,
            number=number,
        )
    )


def _has_span(rows: Iterable[Row], kind: str) -> bool:
    return any(span.kind == kind for row in rows for span in row.spans)


# -- words ------------------------------------------------------------------------------------------------------------

_Group: TypeAlias = list[Piece]


def _spans(change: Change, language: str) -> Iterator[Span]:
    """Neighbouring pieces of one kind together: one `ins` for one addition, whatever its looks."""
    group: _Group = []
    for piece in change.pieces:
        if group and group[-1].kind != piece.kind:
            yield _span(group, change, language)
            group = []
        group.append(piece)
    if group:
        yield _span(group, change, language)


def _span(group: _Group, change: Change, language: str) -> Span:
    # Where a figure itself was exchanged its number would hide it: both read "…".
    is_exchanged = group[0].kind != "same" and change.has_other_words
    return Span(group[0].kind, tuple(_bit(piece, language, is_open=is_exchanged) for piece in group))


def _bit(piece: Piece, language: str, *, is_open: bool) -> Bit:
    words = piece.text if is_open else fill(piece.text, language, None)
    if NOTE in piece.marks:
        words = languages.number(int(words.strip("[]")), language)
    return Bit(
        lines=tuple(words.split("\n")),
        is_strong="strong" in piece.marks,
        is_emphasis="em" in piece.marks,
        is_code=CODE in piece.marks,
        is_note=NOTE in piece.marks,
        address=_address(piece.marks),
        look="; ".join(_looks(piece)),
    )


def _looks(piece: Piece) -> Iterator[str]:
    """What is new about the look of words that are the same."""
    if piece.marks_was is None:
        return
    now, was = set(piece.marks), set(piece.marks_was)
    for mark, gained, lost in (
        ("strong", gettext("now bold"), gettext("no longer bold")),
        ("em", gettext("now italic"), gettext("no longer italic")),
        (CODE, gettext("now as typed"), gettext("no longer as typed")),
    ):
        if (mark in now) != (mark in was):
            yield str(gained if mark in now else lost)
    address, before = _address(piece.marks), _address(piece.marks_was)
    if address == before:
        return
    if not before:
        yield str(gettext("now a link to %(address)s", address=languages.isolate(address)))
    elif not address:
        yield str(gettext("no longer a link to %(address)s", address=languages.isolate(before)))
    else:
        yield str(
            gettext(
                "link now to %(address)s, before to %(other)s",
                address=languages.isolate(address),
                other=languages.isolate(before),
            )
        )


def _address(marks: Iterable[str]) -> str:
    return next((mark.removeprefix(LINK) for mark in marks if mark.startswith(LINK)), "")


# -- for a mail -------------------------------------------------------------------------------------------------------


def _that_fit(rows: Iterable[Row], room: int) -> Iterator[Row]:
    for row in rows:
        room -= MARKUP_OF_ROW + sum(MARKUP_OF_SPAN + _bytes(span) for span in row.spans)
        if room < 0:
            return
        yield row


def _bytes(span: Span) -> int:
    return sum(len(f"{line}{bit.address}{bit.look}".encode()) for bit in span.bits for line in bit.lines)


def _shortened(row: Row) -> Row:
    """A long paragraph without what stands far from its changes."""
    if len(row.spans) == 1:
        return row
    last = len(row.spans) - 1
    spans: list[Span] = []
    for place, span in enumerate(row.spans):
        length = sum(len(line) for bit in span.bits for line in bit.lines)
        has_news = span.kind != "same" or any(bit.look for bit in span.bits)
        if has_news or length <= 3 * AROUND:
            spans.append(span)
            continue
        words = "\n".join(line for bit in span.bits for line in bit.lines)
        before = words[:AROUND].rpartition(" ")[0] or words[:AROUND]
        after = words[-AROUND:].partition(" ")[2] or words[-AROUND:]
        spans += [_plain_span(before)] if place else []
        spans.append(Span("cut", ()))
        spans += [_plain_span(after)] if place < last else []
    return replace(row, spans=tuple(spans))


def _plain_span(words: str) -> Span:
    return Span("same", (Bit(tuple(words.split("\n"))),))
