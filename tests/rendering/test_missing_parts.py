"""What a translation lacks of the authoritative text, by structure alone."""

from __future__ import annotations

import pytest

from coalition.models.version import Text
from coalition.rendering.missing_parts import MissingPart, counted, missing_parts

ENGLISH = """We write to you.[^1] It matters.[^2]

## What happened

First.

- one
- two

> They came at night.
> — A neighbour

## What we ask

{recommendations}

1. Free them.
2. Repeal the law.

| Year | Cases |
|------|-------|
| 2025 | 12    |

[^1]: Report.
[^2]: Letter.
"""
FRENCH = """Nous vous écrivons.[^1] C’est grave.[^2]

## Ce qui s’est passé

D’abord.

- un
- deux

> Ils sont venus la nuit.
> — Un voisin

## Nos demandes

{recommendations}

1. Libérez-les.
2. Abrogez la loi.

| Année | Cas |
|-------|-----|
| 2025  | 12  |

[^1]: Rapport.
[^2]: Lettre.
"""
PARTS = (
    "title", "short_title", "deck", "deck_speaker", "salutation", "closing", "disclaimers", "list_heading",
    "contact_line", "photo_caption", "photo_alternative", "kicker", "second_title",
)  # fmt: skip


def text(body: str, **parts: str) -> Text:
    """A text that no database has."""
    return Text(language="en", body=body, **(dict.fromkeys(PARTS, "") | parts))


def test_a_whole_translation_lacks_nothing() -> None:
    assert missing_parts(text(ENGLISH, title="Free them"), text(FRENCH, title="Libérez-les")) == []


def test_what_is_not_begun_is_not_compared() -> None:
    assert missing_parts(text(ENGLISH), text("")) == []


@pytest.mark.parametrize(
    ("left_out", "found"),
    [
        ("2. Abrogez la loi.\n", MissingPart("recommendation", 1)),
        (" C’est grave.[^2]", MissingPart("footnote", 1)),
        ("[^2]: Lettre.\n", MissingPart("footnote", 1)),
        ("- deux\n", MissingPart("item", 1, "What happened")),
        ("D’abord.\n", MissingPart("paragraph", 1, "What happened")),
        ("> — Un voisin\n", MissingPart("speaker", 1, "What happened")),
        ("| 2025  | 12  |\n", MissingPart("row", 1, "What we ask")),
        ("## Nos demandes\n", MissingPart("heading", 1)),
    ],
)
def test_a_part_that_is_left_out_is_reported(left_out: str, found: MissingPart) -> None:
    assert left_out in FRENCH
    assert missing_parts(text(ENGLISH), text(FRENCH.replace(left_out, ""))) == [found]


@pytest.mark.parametrize("part", PARTS)
def test_each_part_beside_the_body_is_reported(part: str) -> None:
    lacking = missing_parts(text(ENGLISH, **{part: "words"}), text(FRENCH))
    assert [one.kind for one in lacking] == [part]


def test_recommendations_and_footnotes_are_as_many_in_both_never_more() -> None:
    more = FRENCH.replace("2. Abrogez la loi.", "2. Abrogez la loi.\n3. Et plus.")
    assert missing_parts(text(ENGLISH), text(more)) == [MissingPart("recommendation", -1)]
    assert counted(text(more)) == {"recommendation": 3, "footnote": 2}


def test_a_point_of_several_paragraphs_counts_once() -> None:
    two = ENGLISH.replace("2. Repeal the law.", "2. Repeal the law.\n\n   It is unjust.")
    assert missing_parts(text(two), text(FRENCH)) == []
    assert counted(text(two))["recommendation"] == 2
