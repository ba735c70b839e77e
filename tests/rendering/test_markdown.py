"""Markdown: what any reader of it shows is what was agreed to, and every name as printed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from coalition.rendering.markdown import markdown
from coalition.rendering.printed import Figures
from coalition.rendering.text.blocks import to_typst_data
from coalition.rendering.text.markdown import to_markdown
from tests.rendering.letters import BODY, ODD_NAMES, group, letter, real_list
from tests.rendering.test_plain import SINCE

pytestmark = pytest.mark.only_on("sqlite")
FIGURES = Figures(signatories=12, organisations=12, individuals=0, countries=3)


def shown(source: str) -> BeautifulSoup:
    return BeautifulSoup(MarkdownIt("commonmark").enable("table").use(footnote_plugin).render(source), "html.parser")


def listed(source: str) -> list[str]:
    return [re.sub(r"\n", " ", item.get_text()) for item in shown(source).find_all("li", id=False)]


@pytest.mark.parametrize(("case", "language"), [("c01", "en"), ("c09", "en"), ("c12", "ar")])
def test_each_name_of_a_real_list_is_an_item_as_printed(case: str, language: str) -> None:
    printed, names = real_list(case, language)
    assert listed(markdown(printed, language))[-len(names) :] == names


def test_names_that_look_like_marks_come_out_as_they_are() -> None:
    names = {*ODD_NAMES, "1. FC Rivers", "# Water", "*Stars*", "[x](y)", "<b>", "- dash", "_a_ & &amp; b", "`code`"}
    assert set(listed(markdown(letter(group(*sorted(names))), "en"))[-len(names) :]) == names


@pytest.mark.parametrize(
    "body",
    [
        BODY,
        "# One\n\n## Two\n\n5. five\n6. six\n\n   more\n\n- a\n  - b\n\n1) x\n",
        "a \\* b \\_c\\_ <d> & [e] 2 < 3\n\n\\- no list\n\n1\\. no number",
        "> said\n>\n> twice\n> — Salma\n\n* * *\n\n`x` and **bold *both*** [l](https://x.org/a_(b))",
        "One[^1], two[^2].\n\n[^1]: first\n\n    second paragraph\n[^2]: other",
        "- one\n- two\n\n* three\n\n{{organisations}}. of them\n",
    ],
)
def test_a_body_written_again_reads_as_before(body: str) -> None:
    before = to_typst_data(body, "en", FIGURES)
    again = to_typst_data("\n\n".join(to_markdown(body, "en", FIGURES)), "en", FIGURES)
    assert plainly(again) == plainly(before)


def plainly(nodes: Any) -> Any:
    """The nodes without what only our own source can say, and texts that stand side by side as one."""
    if isinstance(nodes, dict):
        left_out = {"anchor", "recommendations", "sign"}
        return {key: plainly(value) for key, value in nodes.items() if key not in left_out}
    if not isinstance(nodes, list):
        return nodes
    joined: list[Any] = []
    for each in map(plainly, nodes):
        is_text = isinstance(each, dict) and each.get("kind") == "text"
        if is_text and joined and joined[-1].get("kind") == "text":
            joined[-1] = {"kind": "text", "text": joined[-1]["text"] + each["text"]}
        else:
            joined.append(each)
    return joined


def test_the_letter_says_title_place_edition_and_address() -> None:
    page = shown(markdown(letter(), "en"))
    assert page.h1 is not None
    assert page.h1.get_text() == "Hear us before the vote"
    assert [each.get_text() for each in page.find_all("h2")] == ["What we ask", "Signatories (2)"]
    said = page.get_text()
    assert "Geneva, 1 March 2027" in said
    assert "Edition 1" in said
    assert page.find("a", href="https://letters.example.org/letters/water")


def test_what_came_since_is_set_apart_and_its_footnotes_are_not_the_letters() -> None:
    read = shown(markdown(letter(group("River Alliance"), after=SINCE), "en"))
    said = [" ".join(one.get_text().split()) for one in read.find_all("blockquote")]
    assert said[0].startswith("Correction, 24 May 2027 It is 118 wells.[1]")
    assert said[-2:] == [
        "Update, 24 May 2027 The final version is out.",
        "Response of \u2068شبكة\u2069, 24 May 2027 We agree. It answers: recommendation 1",
    ]
    assert "What happened since" in [one.get_text() for one in read.find_all("h2")]
    assert read.get_text().count("Official Gazette no. 14.") == 1
