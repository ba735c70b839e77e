# ruff: noqa: E501 -- what other programs write stands here as they write it

from __future__ import annotations

from coalition.intake.documents import read_document
from tests.intake.documents.made import odt

STYLES = (
    '<style:style style:name="T1" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="T2" style:family="text"><style:text-properties fo:font-style="italic"/></style:style>'
    '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Quotations"/>'
    '<style:style style:name="P2" style:family="paragraph"><style:paragraph-properties style:writing-mode="rl-tb"/>'
    "</style:style>"
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1" '
    'style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/>'
    '</text:list-style><text:list-style style:name="L2"><text:list-level-style-bullet text:level="1" '
    'text:bullet-char="•"/><text:list-level-style-bullet text:level="2" text:bullet-char="◦"/></text:list-style>'
)
NAMED = (
    '<style:style style:name="Quotations" style:family="paragraph"/>'
    '<style:style style:name="Title" style:family="paragraph"/>'
    '<style:style style:name="Own_20_frame" style:display-name="Own frame" style:family="paragraph"/>'
)


def test_an_odt_comes_in_whole() -> None:
    body = (
        '<text:p text:style-name="Title">Stop the sale</text:p>'
        '<text:h text:outline-level="1">Background</text:h>'
        '<text:p>We, the <text:span text:style-name="T1">undersigned</text:span>,<text:s/>write <text:span '
        'text:style-name="T2">to you</text:span><text:note text:note-class="footnote"><text:note-citation>1'
        "</text:note-citation><text:note-body><text:p>The note.</text:p></text:note-body></text:note>.<text:line-break/>"
        '<text:a xlink:href="https://example.org/">Here</text:a></text:p>'
        '<text:list text:style-name="L1"><text:list-item><text:p>One</text:p><text:list><text:list-item><text:p>inner'
        "</text:p></text:list-item></text:list></text:list-item><text:list-item><text:p>Two</text:p></text:list-item>"
        "</text:list>"
        '<text:list text:style-name="L2"><text:list-item><text:p>dot</text:p><text:list><text:list-item><text:p>deep'
        "</text:p></text:list-item></text:list></text:list-item></text:list>"
        '<text:p text:style-name="P1">They said no.</text:p><text:p text:style-name="P1">— Ana</text:p>'
        "<table:table><table:table-row><table:table-cell><text:p>A</text:p></table:table-cell><table:table-cell>"
        "<text:p>B</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>1</text:p>"
        "</table:table-cell><table:table-cell><text:p>2</text:p></table:table-cell></table:table-row></table:table>"
        '<text:p text:style-name="P2">نص عربي</text:p>'
        '<text:p text:style-name="Own_20_frame">Framed.<draw:frame><draw:image/><svg:title>Map</svg:title></draw:frame></text:p>'
    )
    document = read_document(odt(body, styles=STYLES, named=NAMED), "odt")
    assert document.title == "Stop the sale"
    assert document.markdown == (
        "# Background\n\nWe, the **undersigned**, write *to you*[^1].\\\n[Here](https://example.org/)\n\n"
        "1. One\n   a) inner\n2. Two\n\n- dot\n  - deep\n\n> They said no.\n>\n> — Ana\n\n"
        "| A | B |\n| --- | --- |\n| 1 | 2 |\n\nنص عربي\n\nFramed.\n\n[^1]: The note."
    )
    assert {lost.kind: lost.words for lost in document.lost} == {"style": "Own frame", "direction": "", "image": "Map"}


def test_comments_and_changes_of_an_odt_are_known() -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><office:change-info><dc:creator>Ben</dc:creator>"
        "</office:change-info><text:p>kindly</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        '<text:p>We ask <office:annotation office:name="1"><dc:creator>Jo</dc:creator><dc:date>2026</dc:date><text:p>Which '
        'one?</text:p></office:annotation>the Minister<office:annotation-end office:name="1"/> to act.</text:p>'
    )
    document = read_document(odt(body), "odt")
    assert document.markdown == "We ask the Minister to act."
    [comment] = document.comments
    assert (comment.author, comment.words, comment.quote) == ("Jo", "Which one?", "the Minister")
    assert [(lost.kind, lost.words) for lost in document.lost] == [("struck_out", "kindly")]


def test_a_list_goes_on_counting_where_it_says_so() -> None:
    body = (
        '<text:list text:style-name="L1"><text:list-item><text:p>One</text:p></text:list-item></text:list><text:p>Between.</text:p>'
        '<text:list text:style-name="L1" text:continue-numbering="true"><text:list-item><text:p>Two</text:p></text:list-item></text:list>'
    )
    assert read_document(odt(body, styles=STYLES), "odt").markdown == "1. One\n\nBetween.\n\n2. Two"
