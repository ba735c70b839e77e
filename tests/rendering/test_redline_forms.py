"""A redline as people see it: on a page, in a mail, in a text browser; in English, Arabic and Chinese."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, render_template_string
from jinja2 import StrictUndefined

from coalition.rendering.redline import redline
from coalition.rendering.redline_text import redline_text
from coalition.rendering.redline_view import Fold, RedlineView, Row, redline_view
from tests.browser import NewPage, axe_in_every_look
from tests.inspect_page import inspect
from tests.rendering.bare_site import HEADERS, bare_site, served

AT_THE_DOOR = HEADERS | {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}

PAGE = """
{%- extends "layouts/signing.html" -%}
{%- from "components/redline.html" import redline -%}
{%- block title -%}What changed{%- endblock -%}
{%- block main -%}<h1>What changed</h1>{{ redline(view) }}{%- endblock -%}
"""
MAIL = '{% from "emails/redline.html" import redline %}{{ redline(view, "https://letters.example/i/1") }}'

EN = (
    {
        "title": "Free the reporters",
        "salutation": "Dear all,",
        "body": """We ask you to free the reporters, and we ask it for the third time.

Nobody has seen them since Monday.[^1]

> She never came home.
> — Her mother

- See [our report](https://a.example).
- Signed by {{organisations}} organisations.

Thank you for reading.

One.

Two.

[^1]: Page 7.
""",
    },
    {
        "title": "Free all reporters",
        "salutation": "Dear all,",
        "body": """Thank you for reading.

We ask you to free all reporters, and we ask it for the third time.

**Nobody** has seen them since Monday.[^1]

> She never came home.
> — Her mother

- See [our report](https://b.example).
- Signed by {{organisations}} organisations.

One.

Two.

A **new** demand of {{organisations}} organisations.

[^1]: Page 8.
""",
    },
)
AR = (
    {"title": "أطلقوا الصحفيين", "body": "نطالبكم بإلغاء القانون رقم 12 فورا، وبالإفراج عن الصحفيين.\n\nشكرا."},
    {"title": "أطلقوا الصحفيين", "body": "نطالبكم بإلغاء القانون رقم 15 (NATO) فورا، وبالإفراج عن الصحفيين.\n\nشكرا."},
)
ZH = (
    {"title": "释放记者", "body": "我们要求释放记者，今年已经是第三次提出这一要求。\n\n谢谢阅读。"},
    {"title": "释放记者", "body": "我们要求立即释放所有记者，今年已经是第三次提出这一要求。\n\n谢谢阅读。"},
)
LETTERS = {"en": EN, "ar": AR, "zh-hans": ZH}


@pytest.fixture(scope="module")
def site() -> Flask:
    app = bare_site()
    for language in LETTERS:
        app.add_url_rule(f"/{language}", language, lambda language=language: page(language))
    return app


@pytest.fixture
def context(site: Flask) -> Iterator[None]:
    with site.test_request_context():
        yield


def view_of(language: str, *, room: int | None = None) -> RedlineView:
    return redline_view(redline(*LETTERS[language]), language, "en", room=room)


def page(language: str) -> str:
    return render_template_string(PAGE, view=view_of(language), coalition_name="Night Watch", language="en")


def rows(view: RedlineView) -> dict[str, Row]:
    return {row.name: row for row in view.changed}


@pytest.mark.usefixtures("context")
def test_each_changed_paragraph_is_called_by_what_it_is_and_what_happened() -> None:
    assert [(row.name, row.what) for row in view_of("en").changed] == [
        ("Title", "changed"),
        ("Paragraph 1", "moved"),
        ("Paragraph 2", "changed"),
        ("Paragraph 3", "only its look changed"),
        ("Paragraph 5", "only its look changed"),
        ("Paragraph 9", "added"),
        ("Footnote 1", "changed"),
    ]


@pytest.mark.usefixtures("context")
def test_the_number_of_a_paragraph_that_is_gone_is_that_of_the_text_before() -> None:
    view = redline_view(redline("- Free them.\n- Repeal the law.", "- Free them.\n- Publish names."), "en", "en")
    assert [(row.name, row.what) for row in view.changed] == [
        ("Paragraph 2 of the text before", "removed"),
        ("Paragraph 2", "added"),
    ]


@pytest.mark.usefixtures("context")
def test_what_moved_is_named_at_both_ends_and_shown_once() -> None:
    view = view_of("en")
    here = rows(view)["Paragraph 1"]
    there = next(part for part in view.parts if isinstance(part, Row) and part.kind == "left")
    assert here.remarks == ("It stood further down before.",)
    assert there.remarks == ("It now stands further up.",)
    assert (there.elsewhere, there.opening, there.spans) == (here.id, "Thank you for reading.", ())


@pytest.mark.usefixtures("context")
def test_a_change_of_look_is_said_in_words() -> None:
    found = {
        bit.lines[0]: bit.look for row in view_of("en").changed for span in row.spans for bit in span.bits if bit.look
    }
    assert found["Nobody"] == "now bold"
    assert "https://b.example" in found["our report"]
    assert "https://a.example" in found["our report"]


@pytest.mark.usefixtures("context")
def test_a_paragraph_that_became_something_else_says_what() -> None:
    view = redline_view(redline("We ask.\n\n- One thing", "## We ask.\n\n1. One thing"), "en", "en")
    assert [row.remarks for row in view.changed] == [
        ("Now: heading of level 1. Before: paragraph.",),
        ("Now: list item (1.). Before: list item (-).",),
    ]


@pytest.mark.usefixtures("context")
def test_figures_read_as_in_the_letter_but_where_they_were_exchanged() -> None:
    added = rows(view_of("en"))["Paragraph 9"]
    assert "".join(bit.lines[0] for bit in added.spans[0].bits) == "A new demand of … organisations."
    words = redline_text(redline("By {{organisations}} bodies.", "By {{countries}} bodies."), "en", "en")
    assert "By [-{{organisations}}-]{+{{countries}}+} bodies." in words


@pytest.mark.usefixtures("context")
def test_paragraphs_that_are_the_same_are_folded_to_their_number() -> None:
    assert [part.words for part in view_of("en").parts if isinstance(part, Fold) and part.is_folded] == [
        "2 paragraphs are the same",
        "2 paragraphs are the same",
    ]


@pytest.mark.usefixtures("context")
def test_plain_words_say_what_their_signs_mean() -> None:
    words = redline_text(redline(*EN), "en", "en")
    first, _, rest = words.partition("\n\n")
    assert first == "[-removed words-], {+added words+}, {~the same words in another look~}"
    assert "Title: changed.\n  Free [-the-]{+all+} reporters" in rest
    assert "Paragraph 1: moved. It stood further down before.\n  Thank you for reading." in rest
    assert "Footnote 1: changed.\n  Page [-7-]{+8+}." in rest
    assert all(len(line) <= 90 for line in words.splitlines())


@pytest.mark.usefixtures("context")
def test_plain_words_of_a_text_from_right_to_left_stand_isolated() -> None:
    words = redline_text(redline(*AR), "ar", "en")
    assert "[-\u200f12\u200f-]{+\u200f15 (NATO)\u200f+}" in words
    typed = [line for line in words.splitlines() if line.startswith("  ")]
    assert typed
    assert all(line.strip()[0] == "\u2067" and line[-1] == "\u2069" for line in typed)


@pytest.mark.usefixtures("context")
def test_chinese_is_marked_by_the_character() -> None:
    assert "我们要求{+立即+}释放{+所有+}记者，" in redline_text(redline(*ZH), "zh-hans", "en")


@pytest.mark.usefixtures("context")
def test_nothing_changed_is_said_so() -> None:
    assert redline_text(redline(EN[0], EN[0]), "en", "en") == "Nothing changed between these two texts."
    assert "Nothing changed" in render_template_string(PAGE, view=redline_view(redline("a", "a"), "en", "en"))


@pytest.mark.usefixtures("context")
def test_typing_that_no_reader_sees_is_told() -> None:
    words = redline_text(redline("1. a", "4. a"), "en", "en")
    assert "(blanks, or the number a list begins with): Text" in words.replace("\n", " ")


@pytest.mark.usefixtures("context")
def test_a_mail_has_room_for_some_and_says_how_many_more_and_where() -> None:
    old = "\n\n".join(f"We ask for thing {n} of this long list, now." for n in range(60))
    found = redline(old, old.replace("now.", "at once."))
    view = redline_view(found, "en", "en", room=9_000)
    html = render_template_string(MAIL, view=view)
    assert 0 < view.left_out < 60
    assert f"{view.left_out} more paragraphs changed: the rest is on the page." in html
    assert 'href="https://letters.example/i/1"' in html
    assert len(html.encode()) < 9_000
    words = redline_text(found, "en", "en", room=9_000, link="https://letters.example/i/1")
    assert words.endswith("on the page.\nhttps://letters.example/i/1")
    assert len(words.encode()) < 9_000


@pytest.mark.usefixtures("context")
def test_a_mail_leaves_out_what_stands_far_from_the_change() -> None:
    before, after = "We said so. " * 80, "And so did they. " * 80
    words = redline_text(redline(f"{before}Old {after}", f"{before}New {after}"), "en", "en", room=9_000)
    assert len(words) < 500
    assert "[…]" in words
    assert "[-Old-]{+New+}" in words.replace("\n ", "")


@pytest.mark.parametrize("language", LETTERS)
def test_its_page_is_conforming_html(site: Flask, language: str) -> None:
    with site.test_request_context():
        assert inspect(page(language).encode(), AT_THE_DOOR, path="/invitation/1") == []


@pytest.mark.usefixtures("context")
def test_its_page_says_to_the_ear_where_an_addition_ends() -> None:
    html = page("en")
    assert '<ins dir="ltr"><span class="unseen" lang="en">added: </span>all<span class="unseen"' in html
    assert '<del dir="ltr"><span class="unseen" lang="en">removed: </span>the<span class="unseen"' in html
    assert all(f'href="#{row.id}"' in html and f'id="{row.id}"' in html for row in view_of("en").changed)


@pytest.mark.usefixtures("context")
def test_a_paragraph_that_ends_with_a_removal_stands_in_a_mail_too(site: Flask) -> None:
    strict = site.jinja_env.overlay(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    view = redline_view(redline("We ask you now.\n\nGone.", "We ask you"), "en", "en")
    html = strict.from_string(MAIL).render(view=view)
    assert '<del dir="ltr"> now.</del></p>' in html
    assert '<del dir="ltr">Gone.</del></p>' in html
    view = redline_view(redline("We ask the house.", "We ask all houses."), "en", "en")
    assert "</del> <ins" in strict.from_string(MAIL).render(view=view)


@pytest.mark.usefixtures("context")
def test_words_of_a_text_are_never_read_as_markup() -> None:
    view = redline_view(redline("a", "<script>x</script> & <b>c</b>"), "en", "en")
    for template in (PAGE, MAIL):
        html = render_template_string(template, view=view)
        assert "<script>x" not in html
        assert "&lt;script&gt;" in html


@pytest.mark.browser
def test_its_page_passes_axe_in_every_look(site: Flask, new_page: NewPage) -> None:
    with served(site) as address:
        axe_in_every_look(new_page, f"{address}/ar")
