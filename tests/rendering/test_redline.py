"""Redlines: what was, with what was removed; what is, with what was added; never wrong, and bounded in time."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from random import Random
from types import FrameType
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.rendering.pairing import Work
from coalition.rendering.paragraphs import Parts, paragraphs
from coalition.rendering.redline import Change, Redline, compare, redline
from coalition.rendering.tokenising import tokens

EN = """We ask you to free the reporters.

They were taken on a Monday, and nobody has seen them since.[^1]

- Free them.
- Repeal the law.

Thank you for reading.

[^1]: Annual report, page 7.
"""


def kinds(found: Redline) -> list[str]:
    return [change.kind for change in found.changes]


def shown(change: Change) -> str:
    signs = {"same": "{}", "added": "{{+{}+}}", "removed": "[-{}-]"}
    return "".join(signs[piece.kind].format(piece.text) for piece in change.pieces)


def edited(old: str, new: str) -> str:
    """The one changed paragraph of two bodies, as marked up."""
    (change,) = redline(old, new).changed
    return shown(change)


def words_of(found: Redline, side: str) -> list[str]:
    """All paragraphs of one of the two texts, from the redline alone."""
    placed = {
        spot.place: getattr(change, f"{side}_words")
        for change in found.changes
        if change.kind != "left" and (spot := getattr(change, side)) is not None
    }
    return [placed[place] for place in sorted(placed)]


# -- what it holds ----------------------------------------------------------------------------------------------------


def test_a_text_that_did_not_change_has_no_redline() -> None:
    assert redline(EN, EN).is_empty
    assert set(kinds(redline(EN, EN))) == {"same"}


def test_line_ends_and_blanks_around_are_no_change() -> None:
    assert redline(EN, EN.replace("\n", "\r\n") + "\n\n").is_empty


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("We ask you to act.", "We ask you to act now.", "We ask you to act{+ now+}."),
        ("Free the reporters.", "Free all reporters.", "Free [-the-]{+all+} reporters."),
        ("我们要求释放记者。", "我们要求立即释放记者。", "我们要求{+立即+}释放记者。"),
        ("نطالب بالإفراج عن الصحفيين", "نطالب بالإفراج عن جميع الصحفيين", "نطالب بالإفراج عن {+جميع +}الصحفيين"),
        ("Ask {{organisations}} now.", "Ask {{countries}} now.", "Ask [-{{organisations}}-]{+{{countries}}+} now."),
        ("Pay 1,000 now.", "Pay 1,500 now.", "Pay [-1,000-]{+1,500+} now."),
    ],
)
def test_words_are_compared_as_their_script_asks(old: str, new: str, expected: str) -> None:
    assert edited(old, new) == expected


def test_a_sentence_in_other_words_is_not_shredded() -> None:
    old = "The minister said on Monday that the law will be repealed, and we thanked her for it at length."
    new = "Nobody has told the families of the reporters where they are kept, or on which grounds at all."
    assert [shown(change) for change in redline(old, new).changed] == [f"[-{old}-]", f"{{+{new}+}}"]
    title = {"title": old, "body": ""}, {"title": new, "body": ""}
    assert [shown(change) for change in redline(*title).changed] == [f"[-{old}-]{{+{new}+}}"]


def test_an_accent_is_never_torn_from_its_letter() -> None:
    assert edited("Visit the cafe\u0323 now", "Visit the cafe now") == "Visit the [-caf\u1eb9-]{+cafe+} now"


def test_added_and_removed_paragraphs_stand_in_their_place() -> None:
    new = EN.replace("Thank you for reading.\n", "A new thought arrives.\n").replace("- Free them.\n", "")
    found = redline(EN, new)
    assert kinds(found) == ["same", "same", "removed", "same", "removed", "added", "same"]


def test_a_moved_paragraph_is_said_to_have_moved_and_stands_once() -> None:
    new = "Thank you for reading.\n\n" + EN.replace("Thank you for reading.\n\n", "")
    found = redline(EN, new)
    assert kinds(found) == ["moved", "same", "same", "same", "same", "left", "same"]
    (change,) = found.changed
    assert change.new_words == change.old_words == "Thank you for reading."


def test_a_paragraph_moved_and_edited_shows_both() -> None:
    new = "Thank you all for reading.\n\n" + EN.replace("Thank you for reading.\n\n", "")
    (change,) = redline(EN, new).changed
    assert (change.kind, shown(change)) == ("moved", "Thank you {+all +}for reading.")


def test_a_footnote_put_in_before_another_renumbers_it_and_changes_no_other_paragraph() -> None:
    new = EN.replace("reporters.", "reporters.[^0]", 1).replace("[^1]:", "[^0]: New.\n\n[^1]:")
    found = redline(EN, new)
    assert [shown(change) for change in found.changed] == [
        "We ask you to free the reporters.{+[1]+}",
        "{+New.+}",
    ]
    assert words_of(found, "old") == [each.plain for each in paragraphs(EN)]


def test_a_reference_that_leads_to_another_footnote_is_a_change() -> None:
    notes = "\n\n[^a]: First.\n\n[^b]: Second."
    found = redline(f"One.[^a] Two.[^b] Three.[^a]{notes}", f"One.[^a] Two.[^b] Three.[^b]{notes}")
    assert [shown(change) for change in found.changed] == ["One.[1] Two.[2] Three.[-[1]-]{+[2]+}"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("We ask you.", "We **ask** you."),
        ("We ask you.", "We a*sk y*ou."),
        ("See [this](https://a.example).", "See [this](https://b.example)."),
        ("Title here", "## Title here"),
        ("- a thing", "1. a thing"),
        ("1. a thing", "1) a thing"),
        ("- a thing", "{recommendations}\n\n- a thing"),
        ("We ask you.", "> We ask you."),
    ],
)
def test_a_change_of_look_alone_is_shown(old: str, new: str) -> None:
    (change,) = redline(f"Before.\n\n{old}", f"Before.\n\n{new}").changed
    assert change.has_other_look
    assert not change.has_other_words


def test_an_item_put_in_before_others_does_not_change_them() -> None:
    found = redline("1. Free them.\n2. Pay them.", "1. First of all, listen.\n2. Free them.\n3. Pay them.")
    assert kinds(found) == ["added", "same", "same"]


def test_what_no_reader_sees_is_still_told() -> None:
    found = redline("1. Free them.\n2. Pay.", "5. Free them.\n6. Pay.")
    assert (found.changed, found.typing, found.is_empty) == ([], ("body",), False)


def test_every_part_is_compared_with_its_own() -> None:
    old = {"title": "Night", "deck": "", "salutation": "Dear all,", "body": "Act.", "addressees": ["The States"]}
    new = {"title": "Day breaks", "deck": "Act.", "salutation": "Dear all,", "body": "Act.", "addressees": ["A, B"]}
    found = [(change.kind, change.spot.kind, shown(change)) for change in redline(old, new).changed]
    assert found == [
        ("edited", "title", "[-Night-]{+Day breaks+}"),
        ("removed", "addressee", "[-The States-]"),
        ("added", "deck", "{+Act.+}"),
        ("added", "addressee", "{+A, B+}"),
    ]


def test_a_redline_outlives_its_storing() -> None:
    found = redline(EN, "# New\n\n" + EN.replace("free the", "**free** all the").replace("Thank you", "*Thank* you"))
    assert Redline.from_data(json.loads(json.dumps(found.to_data()))) == found


# -- never wrong ------------------------------------------------------------------------------------------------------

WORDS = (
    "we ask you to free the reporters نطالب بالإفراج عن 我们 要求 释放 नमस्ते जी می\u200cروم ไทย "
    "**bold** [a](https://b.c) x[^1] {{countries}}"
).split()
PARAGRAPH = st.builds(
    lambda mark, words: mark + " ".join(words),
    st.sampled_from(["", "", "", "- ", "1. ", "# ", "> ", "[^1]: ", "| a | b |\n|---|---|\n| "]),
    st.lists(st.sampled_from(WORDS), max_size=12),
)
BODY = st.lists(PARAGRAPH, max_size=8).map("\n\n".join)


@st.composite
def two_versions(draw: st.DrawFn) -> tuple[str, str]:
    """A body and what a few edits make of it, or of which another comes."""
    old = draw(st.lists(PARAGRAPH, max_size=8))
    new = list(draw(st.permutations(old))) if draw(st.booleans()) else list(old)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(new)))
        new[at : at + draw(st.integers(0, 2))] = draw(st.lists(PARAGRAPH, max_size=2))
    return "\n\n".join(old), "\n\n".join(new)


def assert_holds_both(old: Parts, new: Parts, found: Redline) -> None:
    assert words_of(found, "old") == [each.plain for each in paragraphs(old)]
    assert words_of(found, "new") == [each.plain for each in paragraphs(new)]


@settings(deadline=None, max_examples=300)
@given(two_versions(), st.text(max_size=20), st.text(max_size=20))
def test_without_its_additions_it_is_the_old_text_and_without_its_removals_the_new(
    bodies: tuple[str, str], title: str, salutation: str
) -> None:
    old = {"title": title, "salutation": "Dear all,\n\nfriends", "body": bodies[0]}
    new = {"title": salutation, "salutation": salutation, "body": bodies[1]}
    found = redline(old, new)
    assert_holds_both(old, new, found)
    assert Redline.from_data(json.loads(json.dumps(found.to_data()))) == found


@settings(deadline=None)
@given(two_versions(), st.integers(0, 400), st.integers(0, 400))
def test_it_is_right_however_little_work_it_may_do(bodies: tuple[str, str], pairing: int, wording: int) -> None:
    old, new = {"body": bodies[0]}, {"body": bodies[1]}
    assert_holds_both(old, new, compare(old, new, pairing=Work(pairing), wording=Work(wording)))


@settings(deadline=None)
@given(BODY)
def test_a_text_against_itself_shows_nothing(body: str) -> None:
    assert redline(body, body).is_empty


# -- bounded ----------------------------------------------------------------------------------------------------------

FEW = Random(7)
HOSTILE: dict[str, tuple[str, str]] = {
    "one paragraph of one word": ("a " * 3000, "a " * 2900 + "b"),
    "one paragraph of two words": (
        " ".join(FEW.choice("ab") for _ in range(3000)),
        " ".join(FEW.choice("ab") for _ in range(3000)),
    ),
    "one paragraph of two signs": (
        "".join(FEW.choice("我们") for _ in range(3000)),
        "".join(FEW.choice("我们") for _ in range(3000)),
    ),
    "paragraphs of one word": ("\n\n".join(["b", *["a"] * 1500]), "\n\n".join([*["a"] * 1400, "c"])),
    "paragraphs all a little alike": (
        "\n\n".join(f"we ask you now {n}" for n in range(700)),
        "\n\n".join(f"we ask you now {n}" for n in range(700, 1400)),
    ),
    "paragraphs turned round": (
        "\n\n".join(f"Paragraph of number {n} and more." for n in range(700)),
        "\n\n".join(f"Paragraph of number {n} and more." for n in reversed(range(700))),
    ),
    "formatting at each word": ("**a** " * 1500, "*a* " * 1500),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_two_texts_made_to_be_slow_cost_no_more_than_was_given(name: str) -> None:
    old, new = ({"body": body} for body in HOSTILE[name])
    pairing, wording = Work(50_000), Work(50_000)
    found, calls = counted(lambda: compare(old, new, pairing=pairing, wording=wording))
    assert_holds_both(old, new, found)
    assert pairing.spent <= 50_000
    assert wording.spent <= 50_000
    # The rest is in proportion to the texts: reading them, cutting them, putting the pieces together.
    _, reading = counted(lambda: (paragraphs(old), paragraphs(new)))
    cut = len(tokens(old["body"])) + len(tokens(new["body"]))
    assert calls <= 4 * (pairing.spent + wording.spent) + 3 * reading + 32 * cut


T = TypeVar("T")


def counted(work: Callable[[], T]) -> tuple[T, int]:
    """What the work gives, and how many calls of Python and of C it took: a measure that no busy machine changes."""
    calls = 0

    def count(_frame: FrameType, event: str, _arg: Any) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        return work(), calls
    finally:
        sys.setprofile(None)
