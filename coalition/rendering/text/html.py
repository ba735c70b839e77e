"""A body as HTML: tokens in, markdown-it's own renderer, and nh3 as a second lock on what may come out."""

from collections.abc import Iterable, Iterator

import nh3
from flask_babel import force_locale, gettext
from markdown_it.token import Token
from markupsafe import Markup, escape

from coalition.languages import babel_locale, number
from coalition.rendering.figures import fill
from coalition.rendering.printed import Figures
from coalition.rendering.text.tokens import parse, reader

TAGS = set("a blockquote br code div em footer h1 h2 h3 h4 h5 h6 hr li ol p pre section strong sup".split()) | set(
    "table tbody td th thead tr ul".split()
)
ATTRIBUTES = {
    "*": {"aria-label", "class", "id", "role"},
    "a": {"href", "rel"},
    "div": {"tabindex"},
    "ol": {"start"},
    "th": {"scope"},
}
SCHEMES = {"http", "https", "mailto"}

ALIGNMENTS = {"text-align:center": "centre", "text-align:right": "end"}
"""Markdown's alignments as class names: an inline style would be refused by our own content security policy."""


def to_html(
    body: str, language: str, figures: Figures | None = None, *, heading_shift: int = 1, id_prefix: str = ""
) -> Markup:
    """A body in Markdown as HTML, with `id`s p1… on paragraphs, r1… on recommendations, fn1… on footnotes.

    The first level of headings becomes h2 with `heading_shift=1`. `id_prefix` keeps ids apart where a page shows
    several texts. Labels of footnotes are in `language`. Classes: "recommendations", "parenthesis" (a list typed "1)"),
    "footnotes", "back", "scroll" (around a table), "centre" and "end" (cells).
    """
    text, notes = to_html_apart(body, language, figures, heading_shift=heading_shift, id_prefix=id_prefix)
    return text + notes


def to_html_apart(
    body: str, language: str, figures: Figures | None = None, *, heading_shift: int = 1, id_prefix: str = ""
) -> tuple[Markup, Markup]:
    """As `to_html`, but the text and its section of footnotes apart, for a page that sets the closing between them."""
    tokens = parse(body, language, figures)
    notes_at = next((at for at, token in enumerate(tokens) if token.type == "footnote_block_open"), len(tokens))
    with force_locale(babel_locale(language)):
        text, notes = (
            list(_dressed(part, language, heading_shift, id_prefix)) for part in (tokens[:notes_at], tokens[notes_at:])
        )
    return _rendered(text), _rendered(notes)


def inline(text: str, language: str, figures: Figures | None = None) -> Markup:
    """A title, deck or other single line as HTML: figures filled, everything else escaped, nothing interpreted."""
    return escape(fill(text, language, figures))


def _rendered(tokens: list[Token]) -> Markup:
    html = reader().renderer.render(tokens, reader().options, {})
    return Markup(  # noqa: S704 (cleaned on the same line)  # nosec B704
        nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None, strip_comments=True)
    )


def _dressed(tokens: Iterable[Token], language: str, heading_shift: int, id_prefix: str) -> Iterator[Token]:
    """The tokens with the attributes HTML needs, and footnotes written out as links and a section."""
    for token in tokens:
        if "anchor" in token.meta:
            token.attrSet("id", f"{id_prefix}{token.meta['anchor']}")
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(token.meta['level'] + heading_shift, 6)}"
        elif token.type in {"th_open", "td_open"}:
            _dress_cell(token)
        elif token.type == "ordered_list_open" and token.markup == ")":
            token.attrJoin("class", "parenthesis")
        if token.children:
            token.children = [each for child in token.children for each in _with_notes(child, language, id_prefix)]
        yield from _block(token, language, id_prefix)


def _dress_cell(token: Token) -> None:
    style = str(token.attrs.pop("style", ""))
    if style in ALIGNMENTS:
        token.attrSet("class", ALIGNMENTS[style])
    if token.type == "th_open":
        token.attrSet("scope", "col")


def _block(token: Token, language: str, id_prefix: str) -> Iterator[Token]:
    match token.type:
        case "table_open":
            yield _open("div", {"class": "scroll", "tabindex": "0", "role": "group", "aria-label": gettext("Table")})
            yield token
        case "table_close":
            yield token
            yield _close("div")
        case "footnote_block_open":
            attributes = {"class": "footnotes", "role": "doc-endnotes", "aria-label": gettext("Footnotes")}
            yield _open("section", attributes)
            yield _open("ol")
        case "footnote_block_close":
            yield _close("ol")
            yield _close("section")
        case "footnote_open":
            yield _open("li", {"id": f"{id_prefix}fn{token.meta['id'] + 1}"})
        case "footnote_close":
            yield _close("li")
        case "footnote_anchor":
            yield _line(list(_back_link(token, language, id_prefix)))
        case _:
            yield token


def _with_notes(token: Token, language: str, id_prefix: str) -> Iterator[Token]:
    """A reference to a footnote as a raised link; any other token as it is."""
    if token.type != "footnote_ref":
        yield token
        return
    note = token.meta["id"] + 1
    shown = number(note, language)
    yield _open("sup", block=False)
    yield _open(
        "a",
        {
            "href": f"#{id_prefix}fn{note}",
            "id": _reference(token, id_prefix),
            "role": "doc-noteref",
            "aria-label": gettext("Footnote %(number)s", number=shown),
        },
        block=False,
    )
    yield Token("text", "", 0, content=shown)
    yield _close("a", block=False)
    yield _close("sup", block=False)


def _back_link(token: Token, language: str, id_prefix: str) -> Iterator[Token]:
    label = gettext("Back to footnote %(number)s in the text", number=number(token.meta["id"] + 1, language))
    attributes = {
        "href": f"#{_reference(token, id_prefix)}",
        "class": "back",
        "role": "doc-backlink",
        "aria-label": label,
    }
    yield Token("text", "", 0, content=" ")
    yield _open("a", attributes, block=False)
    yield Token("text", "", 0, content="↩\ufe0e")
    yield _close("a", block=False)


def _reference(token: Token, id_prefix: str) -> str:
    note, times = token.meta["id"] + 1, token.meta.get("subId", 0)
    return f"{id_prefix}fnref{note}" + (f"-{times + 1}" if times else "")


def _open(tag: str, attributes: dict[str, str] | None = None, *, block: bool = True) -> Token:
    return Token(f"{tag}_open", tag, 1, block=block, attrs={**(attributes or {})})


def _close(tag: str, *, block: bool = True) -> Token:
    return Token(f"{tag}_close", tag, -1, block=block)


def _line(children: list[Token]) -> Token:
    return Token("inline", "", 0, block=True, children=children)
