"""A body cut into blocks for translating, and put together again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.rendering.side_by_side import beside, blocks_of, body_of
from coalition.rendering.text import to_html

BODY = """Intro.[^1]
[^9]: nine
    more nine

## One
- a

  more a
- b
    - c

> quote
> — Me

{recommendations}
1. x

   y
2. z

```
[^1]: no note
```

| a | b |
|---|---|
| 1 | 2 |

After[^2]

[^1]: Note one

    second paragraph
[^2]: Note two
"""
PIECES = ["Words.", "More\nwords", "## Heading", "- a\n- b", "1. a\n\n   b", "> q\n> — s", "[^1]: note", "Ref[^1]", ""]


def test_a_body_is_cut_where_a_translator_would() -> None:
    assert [block.kind for block in blocks_of(BODY)] == [
        "paragraph", "footnote", "heading 2", "bullet_list", "blockquote", "ordered_list", "fence", "table",
        "paragraph", "footnote", "footnote",
    ]  # fmt: skip


def test_recommendations_stay_with_their_list() -> None:
    block = next(block for block in blocks_of(BODY) if block.kind == "ordered_list")
    assert block.source.startswith("{recommendations}\n1. x")


def test_blocks_put_together_say_what_the_body_said() -> None:
    joined = body_of(block.source for block in blocks_of(BODY))
    assert to_html(joined, "en", None) == to_html(BODY, "en", None)


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("\n\n".join))
def test_cutting_and_joining_changes_no_word(body: str) -> None:
    joined = body_of(block.source for block in blocks_of(body))
    assert joined.split() == body.split()
    assert body_of(block.source for block in blocks_of(joined)) == joined


def test_a_translation_that_is_not_begun_has_an_empty_place_for_each_block() -> None:
    pairs = beside(BODY, "")
    assert len(pairs) == len(blocks_of(BODY))
    assert {pair.translation.source for pair in pairs} == {""}


@pytest.mark.parametrize(
    ("translation", "expected"),
    [
        ("Eins.\n\n## Kopf\n\n- a", [("One.", "Eins."), ("## Head", "## Kopf"), ("- x", "- a")]),
        ("Eins.\n\n- a", [("One.", "Eins."), ("## Head", ""), ("- x", "- a")]),
        (
            "Eins.\n\nMehr.\n\n## Kopf\n\n- a",
            [("One.", "Eins."), ("", "Mehr."), ("## Head", "## Kopf"), ("- x", "- a")],
        ),
    ],
)
def test_what_is_alike_stands_side_by_side(translation: str, expected: list[tuple[str, str]]) -> None:
    pairs = beside("One.\n\n## Head\n\n- x", translation)
    assert [(pair.original.source, pair.translation.source) for pair in pairs] == expected
