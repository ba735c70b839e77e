# ruff: noqa: E501 -- what other programs write stands here as they write it

from __future__ import annotations

import pytest

from coalition.intake.documents import Document, read_document


def _read(html: str) -> Document:
    return read_document(html.encode(), "html")


def _markdown(html: str) -> str:
    return _read(html).markdown


def test_google_docs_clipboard_comes_in_with_its_bold_and_its_lists() -> None:
    pasted = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-8f1">
<p dir="ltr" style="line-height:1.38"><span style="font-weight:400;font-style:normal">We, the </span><span
style="font-weight:700;font-style:normal;text-decoration:none">undersigned</span><span style="font-style:italic;">, ask</span></p><br />
<ol style="margin-top:0"><li dir="ltr" style="list-style-type:decimal;" aria-level="1"><p dir="ltr" role="presentation"><span
style="font-weight:400">One</span></p></li><ol style="margin-top:0"><li dir="ltr" style="list-style-type:lower-alpha;" aria-level="2"><p
dir="ltr" role="presentation"><span>inner</span></p></li></ol><li dir="ltr" style="list-style-type:decimal;" aria-level="1"><p
dir="ltr" role="presentation"><span>Two</span></p></li></ol>
<ul><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation"><span>dot</span></p></li><ul><li
aria-level="2"><p role="presentation"><span>deep</span></p></li></ul></ul>
<p><a href="https://www.google.com/url?q=https://example.org/a%3Fb%3D1&amp;sa=D" style="text-decoration:none;"><span
style="text-decoration:underline;color:#1155cc">link</span></a></p></b>"""
    assert _markdown(pasted) == (
        "We, the **undersigned**, *ask*\n\n1. One\\\n   a. inner\n2. Two\n\n- dot\n  - deep\n\n"
        "[link](https://example.org/a?b=1)"
    )


def test_google_docs_saved_as_a_web_page_comes_in_with_classes_footnotes_and_levels() -> None:
    document = _read(
        """<html><head><style type="text/css">@import url(x);.lst-kix_abc-1>li:before{content:"" counter(lst-ctn-kix_abc-1,lower-latin) ") "}.c1{font-weight:700}.c2{font-style:italic}.title{font-size:26pt}</style><title>File</title></head><body>
<p class="c0 title"><span>Stop the sale</span></p><p><span class="c1">Bold</span><span> and </span><span class="c2">slanted</span><sup><a
href="#ftnt1" id="ftnt_ref1">[1]</a></sup></p><ol class="lst-kix_abc-0 start" start="1"><li>One</li></ol>
<ol class="lst-kix_abc-1 start" start="1"><li>inner</li></ol><ol class="lst-kix_abc-0" start="2"><li>Two</li></ol>
<hr class="c5"><div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a><span>&nbsp;The note.</span></p></div></body></html>"""
    )
    assert document.title == "Stop the sale"
    assert document.markdown == ("**Bold** and *slanted*[^1]\n\n1. One\n   a) inner\n2. Two\n\n[^1]: The note.")


def test_word_clipboard_comes_in_with_lists_and_footnotes() -> None:
    pasted = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><!--[if gte mso 9]><xml><o:x/></xml><![endif]-->
<style><!-- p.MsoNormal {margin:0} --></style></head><body lang=EN-GB><!--StartFragment-->
<p class=MsoNormal>We <b style='mso-bidi-font-weight:normal'>ask</b><a style='mso-footnote-id:ftn1' href="#_ftn1"
name="_ftnref1" title=""><span class=MsoFootnoteReference><span style='mso-special-character:footnote'><![if
!supportFootnotes]><span class=MsoFootnoteReference>[1]</span><![endif]></span></span></a>.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span><span
style='mso-list:Ignore'>(i)<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>First<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>(ii)<span>&nbsp; </span></span>Second</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='font-family:Symbol'><span
style='mso-list:Ignore'>·<span>&nbsp;&nbsp; </span></span></span>Dot</p>
<div style='mso-element:footnote-list'><![if !supportFootnotes]><br clear=all><hr align=left size=1 width="33%"><![endif]>
<div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1"><span>[1]</span></a> The
<i>note</i>.</p></div></div><!--EndFragment--></body></html>"""
    assert _markdown(pasted) == ("We **ask**[^1].\n\n(i) First\n\n(ii) Second\n\n- Dot\n\n[^1]: The *note*.")


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>a<br><br>b<br>c", "a\n\nb\\\nc"),
        ("<div>one</div><div>two <b>bold </b><b>words</b></div>", "one\n\ntwo **bold words**"),
        ("<b>重要。</b>我们", "**重要**。我们"),
        ("<b>“Yes.”</b>he said", "**“Yes.**”he said"),
        ("<i>a</i><b>b</b>", "*a***b**"),
        ("<i>a <b>b</b> c</i>", "*a **b** c*"),
        ("x<b> <i> y </i></b>z", "x ***y*** z"),
        ("<h1>A</h1><p>x<h1>B</h1><p>y", "# A\n\nx\n\n# B\n\ny"),
        ("<blockquote>We know.<br>— Ana</blockquote>", "> We know.\n> — Ana"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "- a\n- b\n  - c"),
        ("<ul><li><p>a</p><p>b</p></li><li><p>c</p></li></ul>", "- a\n\n  b\n\n- c"),
        ("<ol start=4><li>d<li value=9>i", "4. d\n\n9\\. i"),
        ("<ol type=A><li>a", "A. a"),
        ('<p><a href="javascript:x()">no</a> <a href="mailto:a@b.org">a@b.org</a>', "no <a@b.org>"),
        ('<p><a href="https://example.org/(x">y</a>', "[y](https://example.org/%28x)"),
        ("<p>2 * 3 _a_ b_c `d` [e](f) &amp;amp; \\*", "2 \\* 3 \\_a\\_ b_c \\`d\\` \\[e](f) \\&amp; \\\\\\*"),
        ("<p>H<sub>2</sub>O, m<sup>2</sup>, 1<sup>st</sup>", "H₂O, m², 1st"),
        ("<pre>a\n  b</pre>", "```\na\n  b\n```"),
        ("<dl><dt>Term<dd>What it is</dl>", "**Term**\n\nWhat it is"),
        ("<p hidden>no<script>x()</script><p style='display:none'>no<p>yes", "yes"),
        ("<table><tr><td>In a frame.</table>", "In a frame."),
        ("<p>x</p><p>&nbsp;</p><p>y", "x\n\ny"),
        ("<p>a\nb   c", "a b c"),
        ("<p>1) one<br>2) two<br>- three", "1\\) one\\\n2\\) two\\\n\\- three"),
        ("<p>a) one<br>b) two", "a) one\nb) two"),
    ],
)
def test_html_becomes_the_markdown_one_would_write(html: str, markdown: str) -> None:
    assert _markdown(html) == markdown


def test_a_table_keeps_its_rows_and_its_sides() -> None:
    assert _markdown(
        "<table><caption>Sales</caption><tr><th>Year<th style='text-align:right'>Sum<tr><td rowspan=2>2026<td>1<br>2"
        "<tr><td><ul><li>x<li>y</ul></table>"
    ) == ("Sales\n\n| Year | Sum |\n| --- | --: |\n| 2026 | 1 2 |\n|  | • x • y |")


def test_losses_of_a_page_are_named() -> None:
    lost = {
        each.kind: each.count
        for each in _read(
            "<p>a <u>b</u> <s>c</s> <mark>d</mark><img src=x alt='A map'><iframe src=y></iframe><input>"
            "<a href='ftp://x'>e</a><del>f</del><ins>g</ins>"
        ).lost
    }
    assert lost == {
        "embedded": 1,
        "form": 1,
        "struck_out": 1,
        "underline": 1,
        "struck": 1,
        "highlight": 1,
        "image": 1,
        "link": 1,
    }


@pytest.mark.parametrize(
    "content",
    [
        "<meta charset=windows-1252><p>caf\xe9".encode("cp1252"),
        "<p>café".encode("utf-16"),
        "\ufeff<p>café".encode(),
        "<p>caf\xe9".encode("latin-1"),
    ],
)
def test_any_encoding_is_read(content: bytes) -> None:
    assert read_document(content, "html").markdown == "café"
