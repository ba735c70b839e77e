from __future__ import annotations

import flask
import flask_babel
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.intake.documents import read_document
from coalition.rendering.text import to_html

CORPUS = (
    "# Heading\n\n## Lower\n\nWords **bold *both* and** *slanted*, a [link](https://example.org/a_b).",
    "1. One\n2. Two\n   - inner\n   - other\n3. Three",
    "1) One\n2) Two",
    "- a\n- b\n  1. c\n  2. d",
    "- a\n\n  more of a\n\n- b",
    "a) one\nb) two\n(i) three",
    "一、 甲\n二、 乙",
    "> Said.\n> — Amina Khelil, Directrice",
    "> One.\n>\n> Two.",
    "| A | B |\n| --- | :-: |\n| 1 \\| 2 | **x** |\n| [^1] | y |\n\n[^1]: Note in a table.",
    "One[^1] and again[^1], two[^2].\n\n[^1]: The *first*.\n\n[^2]: The second.\n\n    Its rest.",
    "Line one\\\nline two",
    "7. Seven\n8. Eight",
    "**重要**。我们 *你好* 他",
    "بيان **مشترك** من [منظمات](https://example.org/)",
    "2 \\* 3 = 6, \\_not\\_ slanted, \\`not code\\`, \\[^1] no note, 5\\. no item\n\n6\\. no list\n\n\\# no heading",
    "`code` and\n\n```\nfenced\n  code\n```",
    "above\n\n---\n\nbelow",
)


def _round(markdown: str) -> str:
    return read_document(f"<p>.</p>{_html(markdown)}".encode(), "html").markdown.removeprefix(".\n\n")


def _html(markdown: str) -> str:
    return str(to_html(markdown, "en", heading_shift=0))


def test_our_own_pages_come_back_as_the_markdown_they_were_made_from() -> None:
    app = flask.Flask(__name__)
    flask_babel.Babel(app)
    with app.app_context():
        for markdown in CORPUS:
            assert _html(_round(markdown)) == _html(markdown), markdown


_WORDS = st.text(alphabet="ab 1.)-#*_[]`<>&|\\!~=+:(^“”。我é", min_size=1, max_size=30)
_INLINE = st.recursive(
    _WORDS.map(lambda words: words.replace("&", "&amp;").replace("<", "&lt;")),
    lambda inner: st.tuples(st.sampled_from(["b", "i", "span"]), st.lists(inner, min_size=1, max_size=4)).map(
        lambda made: f"<{made[0]}>{''.join(made[1])}</{made[0]}>"
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_INLINE, min_size=1, max_size=3))
def test_no_word_changes_on_the_way_in(paragraphs: list[str]) -> None:
    """Whatever is typed in a document is read by people in the letter: Markdown neither eats nor adds a sign."""
    html = "<p>x</p>" + "".join(f"<p>{each}</p>" for each in paragraphs)
    app = flask.Flask(__name__)
    flask_babel.Babel(app)
    with app.app_context():
        shown = _html(read_document(html.encode(), "html").markdown)
    assert _read(BeautifulSoup(shown, "html.parser")) == _read(BeautifulSoup(html, "html.parser"))


def _read(tree: object) -> str:
    return "".join(str(tree.get_text()).split())  # type: ignore[attr-defined]  # one kind of tree, from one library


def test_markdown_stays_as_it_was_typed() -> None:
    typed = "Words with *stars*, {{organisations}} and\n\n{recommendations}\n\n- one\n\n![map](x.png)\n"
    document = read_document(typed.encode(), "markdown")
    assert document.markdown == typed.strip()
    assert [(lost.kind, lost.count, lost.words) for lost in document.lost] == [("image_typed", 1, "map")]


def test_the_first_heading_of_markdown_is_its_title() -> None:
    document = read_document(b"# Stop the sale\n\nWords.\n\n## Part\n\nMore.", "markdown")
    assert (document.title, document.markdown) == ("Stop the sale", "Words.\n\n## Part\n\nMore.")
