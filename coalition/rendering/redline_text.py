"""A redline in plain words, for mails and text browsers: [-removed-] {+added+} {~in another look~}."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from flask_babel import force_locale, gettext

from coalition import languages
from coalition.rendering.redline import Redline
from coalition.rendering.redline_view import Fold, RedlineView, Row, Span, redline_view
from coalition.rendering.text.plain import WIDTH

INDENT = "  "
SIGNS = {"added": ("{+", "+}"), "removed": ("[-", "-]")}
LEFT_TO_RIGHT, RIGHT_TO_LEFT, END_OF_ISOLATE = "\u2066", "\u2067", "\u2069"
RIGHT_TO_LEFT_MARK = "\u200f"


def redline_text(
    redline: Redline, text_language: str, page_language: str, *, room: int | None = None, link: str = ""
) -> str:
    """A redline of texts in one language in plain words of another: a line on the signs, then what changed.

    With `room`, in bytes, only as many changed paragraphs as fit; a last line says how many more there are and, with
    `link`, where. Where either language runs from right to left, the text stands isolated.
    """
    view = redline_view(redline, text_language, page_language, room=room)
    with force_locale(languages.interface_language(page_language)):
        return "\n\n".join(filter(None, _blocks(view, link)))


def _blocks(view: RedlineView, link: str) -> Iterator[str]:
    if view.is_empty:
        yield str(gettext("Nothing changed between these two texts."))
        return
    yield _wrapped(", ".join(_signs(view)))
    for part in view.parts:
        if isinstance(part, Fold):
            yield f"({part.words})"
        else:
            yield _paragraph(part, view)
    if view.typing:
        yield _wrapped(f"{_typing()} {', '.join(view.typing)}")
    if view.left_out:
        yield "\n".join(filter(None, (_wrapped(view.left_out_words), link)))


def _typing() -> str:
    return str(gettext("No words changed, but how they are typed (blanks, or the number a list begins with):"))


def _signs(view: RedlineView) -> Iterator[str]:
    """What the signs mean; only those that are used."""
    if view.has_removed:
        yield str(gettext("[-removed words-]"))
    if view.has_added:
        yield str(gettext("{+added words+}"))
    if view.has_other_look:
        yield str(gettext("{~the same words in another look~}"))


def _paragraph(row: Row, view: RedlineView) -> str:
    if row.kind == "left":
        head = f"{gettext('Moved away from here:')} {languages.isolate(row.opening)} {' '.join(row.remarks)}"
        return _wrapped(head)
    head = _wrapped(" ".join((f"{row.name}{gettext(':')} {row.what}.", *row.remarks)))
    return f"{head}\n{_text(row, view)}"


def _text(row: Row, view: RedlineView) -> str:
    """The words, filled to the width of a mail and set in; isolated line by line, for a line is a paragraph to bidi."""
    marker = f"{row.marker} " if row.marker else ""
    lines = (marker + "".join(_span(span, view) for span in row.spans)).split("\n")
    is_mirrored = "rtl" in {view.direction, view.page_direction}
    filled = (line for typed in lines for line in _fill(typed).split("\n"))
    return "\n".join(INDENT + (_isolated(line, view) if is_mirrored else line) for line in filled)


def _span(span: Span, view: RedlineView) -> str:
    if span.kind == "cut":
        return " […] "
    words = "".join(_bit(words, look) for words, look in _looks(span))
    if span.kind == "same":
        return words
    # Two numbers, or two Latin names, side by side would change places: a mark at each end keeps them apart. An isolate
    # would have to end on the line where it began, and lines are filled later.
    edge = RIGHT_TO_LEFT_MARK if view.direction == "rtl" else ""
    opening, closing = SIGNS[span.kind]
    return f"{opening}{edge}{words}{edge}{closing}"


def _isolated(line: str, view: RedlineView) -> str:
    return f"{RIGHT_TO_LEFT if view.direction == 'rtl' else LEFT_TO_RIGHT}{line}{END_OF_ISOLATE}"


def _looks(span: Span) -> Iterator[tuple[str, str]]:
    for bit in span.bits:
        words = "\n".join(bit.lines)
        yield (f"[{words}]" if bit.is_note else words), bit.look


def _bit(words: str, look: str) -> str:
    return f"{{~{words}~}} ({look})" if look else words


def _fill(words: str) -> str:
    return textwrap.fill(words, WIDTH - len(INDENT), break_long_words=False, break_on_hyphens=False)


def _wrapped(words: str) -> str:
    return textwrap.fill(words, WIDTH, break_long_words=False, break_on_hyphens=False)
