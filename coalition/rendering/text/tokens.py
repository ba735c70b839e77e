"""The one reading of a body: CommonMark with tables and footnotes, no raw HTML, and what letters need besides.

`parse` gives markdown-it tokens in which figures stand filled and `meta` says what only letters have: anchors of
paragraphs ("p1") and recommendations ("r1"), the speaker of a quotation. Every form of the text is made from these.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from coalition.rendering.figures import PLACEHOLDER, fill
from coalition.rendering.printed import Figures

RECOMMENDATIONS = "{recommendations}"

ALLOWED_ADDRESS = re.compile(r"(?:https?://|mailto:)\S", re.IGNORECASE)

BARE_ADDRESS = re.compile(r"https?://[^\s<>\"“”«»「」]+", re.IGNORECASE)
ENDS_A_SENTENCE = ".,;:!?'’…)]}"

TYPED_MARKER = re.compile(
    r"""(?: \(? [A-Za-z] \)                                # a) (b)
          | \(? [ivxlcdm]{1,6} \) | \(? [IVXLCDM]{1,6} \)  # ii) (iv)
          | \(? [0-9]{1,3} [.)]                            # 2. (3) 4)
          | [0-9٠-٩۰-۹]{1,3} \s? [-–.)]                    # 1- ٢)
          | [（(]? [一二三四五六七八九十百]+ [、．)）]         # 一、 （二）
          | [0-9０-９]{1,3} [、．）]                        # 1、
          | [أ-ي] \s? [-–)]                                # أ)
          | [–—•‣▪◦●·]                                     # a dash or a dot as typed
        ) (?: \s | (?<=[、．）]) )""",
    re.VERBOSE,
)
"""What authors type before the items of a list that Markdown does not know as one: each begins a line of its own."""

FIRST_SENTINEL, LAST_SENTINEL = "\ufdd0", "\ufdd1"
SENTINEL = re.compile(f"{FIRST_SENTINEL}([0-9]+){LAST_SENTINEL}")


def parse(body: str, language: str, figures: Figures | None) -> list[Token]:
    """The tokens of a body in Markdown, with figures filled and anchors, recommendations and speakers marked."""
    return _read(body, lambda typed: fill(typed, language, figures))


def parse_as_typed(body: str) -> list[Token]:
    """As `parse`, but figures stand as their placeholders, in the words and in the tokens' own source alike."""
    return _read(body, str)


def recommendation_keys(body: str) -> list[str]:
    """The anchors of a body's recommendations, in their order: "r1", "r2"."""
    anchors = (str(token.meta.get("anchor", "")) for token in parse_as_typed(body))
    return [anchor for anchor in anchors if anchor.startswith("r")]


def _read(body: str, figure: Callable[[str], str]) -> list[Token]:
    source, values = _hide_figures(body, figure)
    tokens = reader().parse(source)
    for token in tokens:
        token.content = _put_back(token.content, values)
        if token.children is not None:
            token.children = list(_with_links(_as_typed(_show_figures(token.children, values))))
    tokens = list(_with_recommendations(tokens))
    _close_up_headings(tokens)
    tokens = list(_with_speakers(tokens))
    _anchor(tokens)
    return tokens


class LetterMarkdown(MarkdownIt):
    """Links lead to web pages and mail addresses only; anything else stays as typed."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 (the library's name)
        return ALLOWED_ADDRESS.match(url) is not None


@cache
def reader() -> MarkdownIt:
    """Markdown as letters use it. Indented lines are text, not code, as pasted ones mean; images are not fetched."""
    markdown = LetterMarkdown("commonmark", {"html": False, "typographer": False, "linkify": False})
    markdown.enable("table").disable(["html_block", "html_inline", "image", "code"])
    markdown.use(footnote_plugin, inline=False)
    markdown.block.ruler.before("paragraph", "recommendations", _recommendations, {"alt": ["paragraph"]})
    return markdown


def _recommendations(state: StateBlock, line: int, _end: int, silent: bool) -> bool:  # noqa: FBT001 (called so by markdown-it)
    start = state.bMarks[line] + state.tShift[line]
    if state.src[start : state.eMarks[line]].strip() != RECOMMENDATIONS:
        return False
    if not silent:
        state.line = line + 1
        state.push("recommendations", "", 0).map = [line, line + 1]
    return True


def _hide_figures(body: str, figure: Callable[[str], str]) -> tuple[str, list[str]]:
    """Figures wait behind a sentinel while Markdown is read: a filled "12." would begin a list, a "|" end a cell."""
    values: list[str] = []

    def hide(found: re.Match[str]) -> str:
        values.append(figure(found[0]))
        return f"{FIRST_SENTINEL}{len(values) - 1}{LAST_SENTINEL}"

    clean = body.replace(FIRST_SENTINEL, "").replace(LAST_SENTINEL, "")
    return PLACEHOLDER.sub(hide, clean), values


def _show_figures(children: Iterable[Token], values: list[str]) -> Iterator[Token]:
    for token in children:
        token.content = _put_back(token.content, values)
        yield token


def _put_back(text: str, values: list[str]) -> str:
    return SENTINEL.sub(lambda found: values[int(found[1])], text)


def _as_typed(children: Iterable[Token]) -> Iterator[Token]:
    """Lines that begin with a typed marker stay lines; between Chinese or Japanese characters a line end is nothing."""
    tokens = list(children)
    for place, token in enumerate(tokens):
        if token.type == "softbreak" and place + 1 < len(tokens):
            before, after = tokens[place - 1].content, tokens[place + 1].content
            if TYPED_MARKER.match(after):
                token.type, token.tag = "hardbreak", "br"
            elif _is_ideographic(before[-1:]) and _is_ideographic(after[:1]):
                continue
        yield token


def _is_ideographic(character: str) -> bool:
    return unicodedata.east_asian_width(character or " ") in {"W", "F"} and not "\uac00" <= character <= "\ud7a3"


def _with_links(children: Iterable[Token]) -> Iterator[Token]:
    """Addresses typed bare become links; every link gives the page it leads to no hold on ours."""
    depth = 0
    for token in children:
        depth += token.nesting if token.type in {"link_open", "link_close"} else 0
        if token.type == "link_open":
            token.attrSet("rel", "noopener")
        if token.type == "text" and not depth:
            yield from _split_at_addresses(token)
        else:
            yield token


def _split_at_addresses(token: Token) -> Iterator[Token]:
    place = 0
    for found in BARE_ADDRESS.finditer(token.content):
        address = _without_sentence_end(found[0])
        yield from _text(token.content[place : found.start()])
        yield Token("link_open", "a", 1, attrs={"href": reader().normalizeLink(address), "rel": "noopener"})
        yield from _text(address)
        yield Token("link_close", "a", -1)
        place = found.start() + len(address)
    yield from _text(token.content[place:])


def _without_sentence_end(address: str) -> str:
    while address[-1] in ENDS_A_SENTENCE and not (address[-1] == ")" and "(" in address):
        address = address[:-1]
    return address


def _text(content: str) -> Iterator[Token]:
    if content:
        yield Token("text", "", 0, content=content)


def _with_recommendations(tokens: list[Token]) -> Iterator[Token]:
    """The list after `{recommendations}` is ordered, and its items count through the letter."""
    count, level = 0, None
    for place, token in enumerate(tokens):
        if token.type == "recommendations":
            if level is None and tokens[place + 1 : place + 2] and tokens[place + 1].type in LIST_OPEN:
                level = tokens[place + 1].level
            continue
        if token.type in LIST_OPEN and token.level == level:
            token.type, token.tag, token.markup = "ordered_list_open", "ol", "."
            token.attrs = {"class": "recommendations"} | ({"start": count + 1} if count else {})
        elif token.type == "list_item_open" and level is not None and token.level == level + 1:
            count += 1
            token.meta["anchor"] = f"r{count}"
        elif token.type in LIST_CLOSE and token.level == level:
            token.type, token.tag, level = "ordered_list_close", "ol", None
        yield token


LIST_OPEN = {"bullet_list_open", "ordered_list_open"}
LIST_CLOSE = {"bullet_list_close", "ordered_list_close"}


def _close_up_headings(tokens: list[Token]) -> None:
    """Levels count from 1 and never skip one, whatever the author began with: readers by ear walk them like stairs."""
    typed = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    last, top = 0, min(typed, default=1)
    for token in tokens:
        if token.type == "heading_open":
            last = min(int(token.tag[1]) - top + 1, last + 1)
        if token.type in {"heading_open", "heading_close"}:
            token.meta["level"] = last


def _with_speakers(tokens: list[Token]) -> Iterator[Token]:
    """The last line of a quotation that starts with a dash names its speaker and stands apart."""
    out: list[Token] = []
    for token in tokens:
        if token.type == "blockquote_close" and [each.type for each in out[-3:]] == PARAGRAPH:
            opening, content, closing = out[-3:]
            words, speaker = _split_speaker(content.children or [])
            if speaker:
                content.children = words
                out[-3:] = [opening, content, closing] if words else []
                out += _speaker(speaker, token.level + 1)
        out.append(token)
    return iter(out)


PARAGRAPH = ["paragraph_open", "inline", "paragraph_close"]


def _split_speaker(children: list[Token]) -> tuple[list[Token], list[Token]]:
    breaks = [place for place, token in enumerate(children) if token.type in {"softbreak", "hardbreak"}]
    start = breaks[-1] + 1 if breaks else 0
    if children[start:] and children[start].content.startswith("— "):
        return children[: max(start - 1, 0)], children[start:]
    return children, []


def _speaker(words: list[Token], level: int) -> list[Token]:
    return [
        Token("speaker_open", "footer", 1, block=True, level=level),
        Token("inline", "", 0, block=True, level=level + 1, children=words),
        Token("speaker_close", "footer", -1, block=True, level=level),
    ]


def _anchor(tokens: list[Token]) -> None:
    """Number the paragraphs, and the items of tight lists, so that each can be linked to and spoken of."""
    count = 0
    for place, token in enumerate(tokens):
        if token.type == "footnote_block_open":
            return
        if token.type == "list_item_open" and "anchor" not in token.meta:
            following = tokens[place + 1]
            if following.type != "paragraph_open" or not following.hidden:
                continue
        elif token.type != "paragraph_open" or token.hidden:
            continue
        count += 1
        token.meta.setdefault("anchor", f"p{count}")
