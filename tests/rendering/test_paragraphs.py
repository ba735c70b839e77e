"""A text as its paragraphs: each named by a key that stays with its words, and followed into the next version."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.rendering.paragraphs import Paragraph, follow, paragraphs, with_wording
from coalition.rendering.tokenising import tokens

BODY = """# Free {{organisations}} #

We write
  on one matter.[^a]

> Let them go.
> They waited.
> — The **mother** of one

1. first
   goes on

   second part
   - nested
2) other

{recommendations}

- Free them.
- Pay them.

| a | b {{countries: one=x | other=y}} |
|---|---|
| 1 | 2 |

```
code
```

***

[^a]: Report
    of 2027
"""

PARTS = {
    "title": "Night",
    "deck": "Words",
    "addressees": [{"block": "to", "style": "H.E.", "name": "A", "office": "B"}, "The States"],
    "salutation": "Dear all,\n\ndear friends,",
    "body": BODY,
    "closing": "Yours",
    "disclaimers": "Not legal advice.",
}

SCRIPTS = "abc é नमस्ते 我们要求 العربيّة می\u200cروم ไทย 👩🏽\u200d🚀 #*_>|`-1.)[]^(){}:\n\n\n  \t\\"
TYPED = st.text(alphabet=st.sampled_from(SCRIPTS), max_size=120)


def of_kind(found: list[Paragraph], kind: str) -> list[str]:
    return [each.plain for each in found if each.kind == kind]


def test_a_text_is_read_in_its_order() -> None:
    assert [each.kind for each in paragraphs(PARTS)] == (
        "title deck addressee addressee salutation salutation heading paragraph quote speaker item item item item "
        "recommendation recommendation row row code rule closing footnote disclaimer"
    ).split()


def test_the_words_of_a_paragraph_are_what_a_reader_sees_and_figures_stay_open() -> None:
    found = paragraphs(PARTS)
    assert of_kind(found, "addressee") == ["H.E. A, B", "The States"]
    assert of_kind(found, "heading") == ["Free {{organisations}}"]
    assert of_kind(found, "paragraph") == ["We write on one matter.[1]"]
    assert of_kind(found, "quote") == ["Let them go. They waited."]
    assert of_kind(found, "speaker") == ["— The mother of one"]
    assert of_kind(found, "item") == ["first goes on", "second part", "nested", "other"]
    assert of_kind(found, "row") == ["a | b {{countries: one=x | other=y}}", "1 | 2"]
    assert of_kind(found, "footnote") == ["Report of 2027"]


def test_a_paragraph_knows_its_marker_and_the_id_it_has_in_the_page() -> None:
    found = {each.plain: each for each in paragraphs(BODY)}
    assert [found[words].marker for words in ("first goes on", "second part", "nested", "other", "Pay them.")] == [
        "1.",
        "",
        "-",
        "2)",
        "2.",
    ]
    assert [found[words].anchor for words in ("first goes on", "Free them.", "Report of 2027")] == ["p3", "r1", "fn1"]
    assert found["Pay them."].number == 2


def test_every_paragraph_of_a_footnote_has_its_number() -> None:
    found = paragraphs("One[^a], two[^b].\n\n[^a]: First.\n\n    And on.\n\n[^b]: Second.")
    assert [each.number for each in found if each.kind == "footnote"] == [1, 1, 2]


def test_a_paragraph_knows_where_it_was_typed() -> None:
    for each in paragraphs(BODY):
        typed = BODY[each.start : each.end]
        assert re.sub(r"\n[> ]*", "\n", typed) == re.sub(r"\n[> ]*", "\n", each.source), each


def test_keys_are_short_and_never_given_twice() -> None:
    keys = [each.key for each in paragraphs("Yes.\n\nNo.\n\nYes.\n\nYes.")]
    assert len(set(keys)) == 4
    assert all(re.fullmatch(r"[a-z][a-z0-9-]{0,63}", key) for key in keys)


def test_a_key_stays_when_others_come_and_go() -> None:
    before = {each.plain: each.key for each in paragraphs("One.\n\nTwo.\n\nThree.")}
    after = {each.plain: each.key for each in paragraphs("New.\n\nThree.\n\n- Two.")}
    assert before["Two."] == after["Two."]
    assert before["Three."] == after["Three."]


def followed(old: str, new: str) -> dict[str, str | None]:
    before, after = paragraphs(old), paragraphs(new)
    words = {each.key: each.plain for each in after}
    return {each.plain: words.get(follow(before, after)[each.key] or "") for each in before}


def test_a_paragraph_is_followed_where_it_is_moved_or_edited_and_not_where_it_is_gone() -> None:
    old = "We ask you to free the reporters now.\n\nThe law must go.\n\nBananas are yellow today.\n\nThank you."
    new = "Thank you.\n\nWe ask you to free all the reporters at once.\n\nThe law must go."
    assert followed(old, new) == {
        "We ask you to free the reporters now.": "We ask you to free all the reporters at once.",
        "The law must go.": "The law must go.",
        "Bananas are yellow today.": None,
        "Thank you.": "Thank you.",
    }


def test_a_paragraph_in_other_words_is_not_taken_for_the_one_before() -> None:
    assert followed("A first.\n\nBananas are yellow today.\n\nEnd.", "A first.\n\nGhosts walk by night.\n\nEnd.") == {
        "A first.": "A first.",
        "Bananas are yellow today.": None,
        "End.": "End.",
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("我们要求释放记者。", "我们要求立即释放所有记者。"),
        ("نطالب بالإفراج عن الصحفيين فورا.", "نطالب بالإفراج عن جميع الصحفيين فورا."),
        (
            "We ask.[^1]\n\n[^1]: Page 7 of the report.",
            "Before.[^0] We ask.[^1]\n\n[^0]: New.\n\n[^1]: Page 8 of the report.",
        ),
    ],
)
def test_edits_are_followed_in_other_scripts_and_in_footnotes(old: str, new: str) -> None:
    assert None not in followed(old, new).values()


def test_a_title_in_other_words_is_still_the_title() -> None:
    old, new = paragraphs({"title": "Night", "body": "x"}), paragraphs({"title": "Free them", "body": "x"})
    assert follow(old, new)[old[0].key] == new[0].key


def test_equal_paragraphs_are_followed_in_their_order() -> None:
    old, new = paragraphs("Yes.\n\nYes.\n\nYes."), paragraphs("Yes.\n\nYes.")
    assert list(follow(old, new).values()) == [new[0].key, new[1].key, None]


def test_other_wording_goes_where_the_paragraph_stood() -> None:
    nested = next(each for each in paragraphs(BODY) if each.plain == "nested")
    assert "   - set\n     in\n2) other" in with_wording(BODY, nested, "set\nin")
    quote = next(each for each in paragraphs(BODY) if each.kind == "quote")
    assert "> One.\n> Two.\n> — The" in with_wording(BODY, quote, "One.\r\nTwo.")


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["", "> ", "- ", "1. ", "# ", "a", "我们 b", "[^1]", "[^1]: n", "| a | b |", "|---|---|"]))
)
def test_the_same_wording_put_in_its_place_changes_nothing(lines: list[str]) -> None:
    body = "\n".join(lines)
    for each in paragraphs(body):
        assert paragraphs(with_wording(body, each, each.source)) == paragraphs(body) or "\n" in each.source


@settings(deadline=None, max_examples=300)
@given(TYPED)
def test_whatever_is_typed_has_paragraphs_with_keys_of_their_own(body: str) -> None:
    found = paragraphs({"title": body, "salutation": body, "body": body})
    assert len({each.key for each in found}) == len(found)
    assert follow(found, found) == {each.key: each.key for each in found}


@settings(deadline=None)
@given(st.text() | TYPED)
def test_the_tokens_of_a_text_are_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我们要求。", ["我", "们", "要", "求", "。"]),
        ("العربيّة هنا", ["العربيّة", " ", "هنا"]),
        ("می\u200cروم", ["می\u200cروم"]),
        ("नमस्ते जी", ["नमस्ते", " ", "जी"]),
        ("don’t pay 1,234.5!", ["don’t", " ", "pay", " ", "1,234.5", "!"]),
        ("e\u0301te\u0301", ["e\u0301te\u0301"]),
        ("{{organisations: one=a | other=b}}s", ["{{organisations: one=a | other=b}}", "s"]),
        ("👩🏽\u200d🚀👍", ["👩🏽\u200d🚀", "👍"]),
    ],
)
def test_a_text_is_cut_as_its_script_asks(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected
