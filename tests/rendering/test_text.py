"""A body comes out as it was typed: as HTML, as plain text, and as blocks for print."""

from __future__ import annotations

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.rendering.printed import Figures
from coalition.rendering.text import inline, opening_words, problems, to_html, to_plain, to_typst_data

FIGURES = Figures(signatories=1, organisations=1, countries=7)


def test_a_body_has_no_heading_of_the_first_level_and_skips_none() -> None:
    html = to_html("# A\n\n#### B\n\n# C", "en")
    assert "<h2>A</h2>" in html
    assert "<h3>B</h3>" in html
    assert "<h2>C</h2>" in html
    assert "<h2>First</h2>" in to_html("### First", "en")


def test_paragraphs_and_the_items_of_tight_lists_can_be_linked_to() -> None:
    html = to_html("One.\n\n- two\n- three\n\nFour.", "en", id_prefix="v2-")
    assert [f'id="v2-p{n}"' in html for n in (1, 2, 3, 4, 5)] == [True, True, True, True, False]


def test_recommendations_count_through_the_letter_whatever_marks_were_typed() -> None:
    html = to_html("{recommendations}\n- a\n- b\n\nBetween.\n\n{recommendations}\n7. c", "en")
    assert '<ol class="recommendations">\n<li id="r1">a</li>\n<li id="r2">b</li>' in html
    assert '<ol class="recommendations" start="3">\n<li id="r3">c</li>' in html
    assert "{recommendations}" not in html
    assert "3. c" in to_plain("{recommendations}\n- a\n- b\n\n{recommendations}\n7. c", "en")


def test_a_list_after_the_recommendations_is_none() -> None:
    html = to_html("{recommendations}\n- a\n\nText.\n\n- b", "en")
    assert html.count('class="recommendations"') == 1
    assert "<ul>" in html


@pytest.mark.parametrize("marker", ["a)", "(i)", "iv)", "一、", "（二）", "2)", "–", "•", "أ)", "٢-"])
def test_a_marker_that_markdown_does_not_know_begins_its_own_line(marker: str) -> None:
    html = to_html(f"We ask:\n{marker} this\n{marker} that", "en")
    assert f"We ask:<br>\n{marker} this<br>\n{marker} that" in html
    assert f"We ask:\n{marker} this\n{marker} that" in to_plain(f"We ask:\n{marker} this\n{marker} that", "en")


def test_a_list_typed_with_parentheses_keeps_them() -> None:
    assert '<ol class="parenthesis">' in to_html("1) one\n2) two", "en")
    assert to_plain("1) one\n2) two", "en") == "1) one\n2) two"


def test_the_last_line_of_a_quotation_names_its_speaker() -> None:
    html = to_html("> We learnt of it\n> from the *radio*.\n> — Salma **Haddad**", "en")
    assert "<footer>— Salma <strong>Haddad</strong></footer>" in html
    assert html.index("radio") < html.index("</p>") < html.index("<footer>")
    assert "<footer>— Apart</footer>" in to_html("> Said.\n>\n> — Apart", "en")
    assert "<footer>" not in to_html("> — nobody\n> speaks", "en")


def test_typing_survives() -> None:
    typed = "“mismatched \" quotes', a space before a colon : CAPITALS... (c) -- and no\u202fbreak\u00a0spaces"
    assert typed in to_plain(typed, "fr", width=200)
    assert typed.replace("&", "&amp;").replace("\u00a0", "&nbsp;") in to_html(typed, "fr")


def test_indented_lines_are_text_and_images_are_not_fetched() -> None:
    html = to_html("    pasted with an indent\n\n![alt](https://example.org/x.png)", "en")
    assert "<pre>" not in html
    assert "<img" not in html
    assert "pasted with an indent" in html


def test_html_is_shown_as_typed_and_dangerous_links_are_none() -> None:
    html = to_html("<script>alert(1)</script> <b>x</b> [y](javascript:alert(1)) [z](//evil.example)", "en")
    assert "<script" not in html
    assert "<b>" not in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "<a " not in html


def test_addresses_become_links_without_the_marks_that_end_the_sentence() -> None:
    html = to_html("See https://example.org/a_(b)?c=1&d=2, or <mailto:x@example.org>.", "en")
    assert '<a href="https://example.org/a_(b)?c=1&amp;d=2" rel="noopener">' in html
    assert ">, or" in html
    assert 'href="mailto:x@example.org"' in html
    assert to_plain("[words](https://example.org/) and https://example.org", "en") == (
        "words <https://example.org/> and https://example.org"
    )


def test_footnotes_lead_there_and_back_with_names_that_can_be_heard() -> None:
    html = to_html("One[^a] and again[^a].\n\n[^a]: *Said* so.", "en")
    assert '<a href="#fn1" id="fnref1" role="doc-noteref" aria-label="Footnote 1">1</a>' in html
    assert 'id="fnref1-2"' in html
    assert '<section class="footnotes" role="doc-endnotes" aria-label="Footnotes">' in html
    assert '<li id="fn1">' in html
    assert html.count('href="#fnref1') == 2
    assert to_plain("One[^a].\n\n[^a]: *Said* so.", "en") == "One[1].\n\n[1] Said so."


def test_a_table_scrolls_by_itself_and_has_no_inline_style() -> None:
    html = to_html("| A | B |\n|---|--:|\n| 1 | 2 |", "en")
    assert '<div class="scroll" tabindex="0"' in html
    assert '<th class="end" scope="col">B</th>' in html
    assert "style=" not in html


def test_figures_are_filled_wherever_they_stand_and_never_become_markdown() -> None:
    table = "| A |\n|---|\n| {{organisations: one=group | other=groups}} |"
    body = f"{{{{countries}}}}. not a list\n\n{table}\n\n**{{{{countries}}}}**"
    html = to_html(body, "en", FIGURES)
    assert "7. not a list</p>" in html
    assert "<td>group</td>" in html
    assert "<strong>7</strong>" in html
    assert "\ufdd0" not in html


def test_a_figure_that_is_not_known_yet_is_left_open() -> None:
    assert to_plain("We, {{organisations}} {{organisations: one=group | other=groups}}", "en") == "We, … groups"


def test_a_line_end_between_chinese_characters_is_no_space() -> None:
    assert to_plain("中文的\n第二行", "zh-hans") == "中文的第二行"
    assert to_plain("한국어\n문장", "ko") == "한국어 문장"


def test_plain_text_is_wrapped_at_plain_spaces_only() -> None:
    lines = to_plain("word " * 60 + "no\u00a0break " * 10, "en").split("\n")
    assert max(map(len, lines)) <= 76
    assert not any(each.endswith("no") for each in lines)


def test_the_first_words_stand_for_a_letter_without_a_title() -> None:
    assert opening_words("- **We** ask, and ask again", 12) == "We ask, and…"
    assert opening_words("Short.", 80) == "Short."
    assert opening_words("", 80) == ""


def test_a_title_is_escaped_and_its_figures_are_filled() -> None:
    assert inline("*{{countries}}* <b>", "en", FIGURES) == "*7* &lt;b&gt;"


def test_blocks_for_print_are_what_json_can_hold() -> None:
    (quote,) = to_typst_data("> x\n> — y", "en")
    assert quote == {
        "kind": "quote",
        "inside": [{"kind": "paragraph", "anchor": "p1", "inside": [{"kind": "text", "text": "x"}]}],
        "speaker": [{"kind": "text", "text": "— y"}],
    }


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("{{signers}}", "figure"),
        ("{{countries: one=x}}", "plural"),
        ("text[^1]", "note_missing"),
        ("text\n\n[^1]: never used", "note_unused"),
        ("<b>raw</b>", "html"),
        ("# A\n\n### B", "heading"),
        ("{recommendations}\n\nno list", "recommendations"),
    ],
)
def test_the_author_is_told_what_to_look_at(typed: str, kind: str) -> None:
    assert kind in {problem.kind for problem in problems({"body": typed}, "en")}


def test_a_sound_text_has_no_problems_and_a_title_may_use_brackets() -> None:
    body = "## A\n\nWe, {{organisations}} {{organisations: one=x | other=y}}[^1].\n\n{recommendations}\n- a\n\n[^1]: b"
    assert problems({"title": "<i> [^1]", "body": body}, "en") == []


def test_the_missing_plural_classes_are_named() -> None:
    (problem,) = problems({"title": "{{countries: one=بلد | other=بلدان}}"}, "ar")
    assert problem.sentence.endswith("lacks a form for: zero, two, few and many.")


@given(st.text(alphabet="ab \n*_#->[]()^:|`{}<&'\"!\\1.)—https/", max_size=120))
def test_no_typing_breaks_the_html(typed: str) -> None:
    html = to_html(typed, "en", FIGURES)
    html5lib.HTMLParser(strict=True).parseFragment(html)
    to_plain(typed, "en", FIGURES)
    problems({"body": typed}, "en")
