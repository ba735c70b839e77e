"""From the middle form to Markdown as letters use it: markdownify, taught our marks and what to leave as typed."""

from __future__ import annotations

import re

from bs4.element import Tag
from markdownify import MarkdownConverter

from coalition.intake.documents.soup import elements, is_block, new, runs

_MARKS = r"(?:\ufdd2[0-9]+\ufdd3)*"
_STARTS_SOMETHING = re.compile(
    rf"^({_MARKS})(?=(?:\#{{1,6}}(?:\s|$)|>|[-+](?:\s|$)|=+\s*$|-+\s*$|(?:-\s*){{3,}}$|~~~|:?-+:?\s*\|))",
    re.MULTILINE,
)
_STARTS_COUNTING = re.compile(rf"^({_MARKS}[0-9]{{1,9}})(?=[.)](?:\s|$))", re.MULTILINE)
_STARTS_LIKE_A_NOTE = re.compile(rf"^({_MARKS}\[\^[0-9]+\]):", re.MULTILINE)
_TYPED_MARKER = re.compile(
    r"""(?: \(? [A-Za-z] \) | \(? (?:[ivxlcdm]{1,6}|[IVXLCDM]{1,6}) \) | \( [0-9]{1,3} \)
          | [（(]? [一二三四五六七八九十百]+ [、．)）] | [أ-ي] \s? [-–)] | [–—•‣▪◦●·] ) (?: \s | (?<=[、．）]) )""",
    re.VERBOSE,
)
"""Lines that begin so stay lines without a sign at the end of the line before (`coalition.rendering.text.tokens`)."""

_SPECIAL = re.compile(
    r"""\\(?=[!-/:-@\[-`{-~\s]|$)        # what would be taken for our own backslash
      | \*
      | (?<![^\W_]) _ | _ (?![^\W_])   # not within a word
      | `
      | < (?=[A-Za-z][A-Za-z0-9+.\-]{0,31}:|[^\s<>@]+@|/?[A-Za-z]|!--)
      | & (?=\#[0-9]{1,7};|\#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)
      | \[ (?=\^[^\]\s]|[^\[\]]*\]\s?[(\[:])
    """,
    re.VERBOSE | re.MULTILINE,
)
_CELL_END, _ROW_END = "\ufdd8", "\ufdd9"
_RULES = {"centre": ":-:", "end": "--:"}


def escaped(text: str) -> str:
    """Words of a line with a backslash before each sign that Markdown would take for its own."""
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)


class LetterConverter(MarkdownConverter):  # type: ignore[misc, unused-ignore]  # the library's types are loose
    """markdownify with the marks of letters. Method names are the library's."""

    class Options:
        """What a letter's Markdown looks like."""

        bullets = "-"
        heading_style = "atx"
        newline_style = "backslash"
        autolinks = False

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """A backslash before what Markdown would take for its own, and before nothing else."""
        text = escaped(text)
        if "a" in parent_tags:
            text = re.sub(r"(?<!\\)[\[\]]", lambda found: "\\" + found[0], text)
        return text.replace("|", "\\|") if parent_tags & {"td", "th"} else text

    def convert_p(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A paragraph, guarded against beginning like something else."""
        if "_inline" in parent_tags:
            return f" {text.strip()} "
        text = _as_lines(text)
        return f"\n\n{text}\n\n" if text else ""

    def convert_line(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """The words of an item that has no paragraphs."""
        return _as_lines(text) + "\n"

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """An item with the number it had."""
        text = text.strip("\n ")
        if not text:
            return ""
        parent = el.parent
        bullet = "- "
        if parent is not None and parent.name == "ol":
            before = len([each for each in el.find_previous_siblings("li") if each.get_text(strip=True)])
            bullet = f"{int(str(parent.get('start') or 1)) + before}{parent.get('data-mark') or '.'} "
        indented = "\n".join(" " * len(bullet) + line if line else "" for line in text.split("\n"))
        is_loose = el.find("p", recursive=False) is not None
        return bullet + indented[len(bullet) :] + ("\n\n" if is_loose else "\n")

    def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A line's end within a paragraph."""
        return " " if "_inline" in parent_tags else "\\\n"

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A link; an address that is its own words stands bare, in angles where it would not be found."""
        address, said = str(el.get("href")), el.get_text()
        if said == address and re.fullmatch(r"https?://[^\s<>]+", address):
            return f"<{address}>"
        if said and address == f"mailto:{said}" and re.fullmatch(r"[\w.+-]+@[\w.-]+\w", said):
            return f"<{said}>"
        balanced = address.count("(") == address.count(")") and not re.search(r"[\\<>\s]", address)
        if not balanced:
            address = address.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")
            address = address.replace("\\", "%5C")
        # An address is no prose: what would begin emphasis in it can not, but a cell ends at a bar wherever it stands.
        return f"[{text}]({address.replace('|', '%7C')})"

    def convert_note(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """The mark of a footnote."""
        return f"[^{el.get('n')}]"

    def convert_notebody(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A footnote, its further paragraphs set in."""
        text = text.strip("\n ")
        indented = "\n".join("    " + line if line else "" for line in text.split("\n"))
        return f"\n\n[^{el.get('n')}]: {indented.strip()}\n\n"

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A cell, still to be set beside the others."""
        return " ".join(text.split(" ")).strip().replace("\n", " ") + _CELL_END

    convert_th = convert_td

    def convert_tr(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A row, still to be set below the others."""
        return text + _ROW_END

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A table with its head and the sides to which its columns lean."""
        rows = [row.split(_CELL_END)[:-1] for row in text.split(_ROW_END)[:-1]]
        if not rows:
            return ""
        heads = elements(el, "th")
        rule = [_RULES.get(str(each.get("data-align") or ""), "---") for each in heads]
        lines = [rows[0], rule, *rows[1:]]
        return "\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n\n"


def _as_lines(text: str) -> str:
    """The text of a paragraph with each of its lines guarded."""
    text = text.strip(" \t\r\n")
    text = "\n".join(line.strip(" ") for line in text.split("\n"))
    text = _STARTS_COUNTING.sub(r"\1\\", _STARTS_SOMETHING.sub(r"\1\\", text))
    text = _STARTS_LIKE_A_NOTE.sub(r"\1\\:", text)
    return re.sub(r"\\\n(?=(.*))", lambda found: "\n" if _TYPED_MARKER.match(found[1]) else "\\\n", text)


def to_markdown(root: Tag) -> str:
    """The Markdown of a settled tree, with the marks of comments still in it."""
    for item in elements(root, "li"):
        for run in runs(item):
            if not is_block(run[0]):
                line = new("line")
                run[0].insert_before(line)
                line.extend([node.extract() for node in run])
    text = str(LetterConverter().convert_soup(root))
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")
