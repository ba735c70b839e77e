"""The HTML part of a mail as a document of its own, to be looked at in a frame under a strict policy.

Mail programs want the styles on each element; our policy lets no such attribute stand. So each becomes a class of one
style sheet in the document's head, and the policy names that sheet by its hash. Links lead nowhere.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from html.parser import HTMLParser

VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
DROPPED = frozenset({"style", "href", "class"})


class _Rewriter(HTMLParser):
    """Writes a document again without inline styles and live links, and gathers the styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.classes: dict[str, str] = {}
        self.sheets: list[str] = []
        self._in_style = False

    def handle_decl(self, decl: str) -> None:
        self.out.append(f"<!{decl}>")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "style":
            self._in_style = True
            return
        given = dict(attrs)
        kept = {name: value for name, value in given.items() if name not in DROPPED}
        names = [given.get("class") or ""]
        if given.get("style"):
            names.append(self.classes.setdefault(str(given["style"]), f"s{len(self.classes)}"))
        if any(names):
            kept["class"] = " ".join(filter(None, names))
        written = "".join(f' {name}="{escape(value or "")}"' for name, value in kept.items())
        self.out.append(f"<{tag}{written}>")

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._in_style = False
        elif tag == "head":
            self.out.append("\0</head>")
        elif tag not in VOID:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.sheets.append(data)
        else:
            self.out.append(escape(data, quote=False))


def framed(html: str) -> tuple[str, str]:
    """The document to show in a frame, and the Content-Security-Policy to send with it."""
    rewriter = _Rewriter()
    rewriter.feed(html)
    rewriter.close()
    rules = [f".{name} {{ {style} }}" for style, name in rewriter.classes.items()]
    # Rules for narrow or dark windows stand after those they change, as they do in a mail program.
    sheet = "\n".join((*rules, *rewriter.sheets)).replace("<", "")
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    document = "".join(rewriter.out).replace("\0</head>", f"<style>{sheet}</style></head>", 1)
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox"
    )
    return document, policy
