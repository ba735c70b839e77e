"""Quotations for the press, as they are typed and read."""

from __future__ import annotations

import pytest

from coalition.intake.quotations import NobodySaysIt, read_quotations, typed_quotations

TYPED = """“A law that “jails” reporters
protects nobody.”
— Ana Ruiz, Director, Free Voices

« Libérez-les. »

– Omar"""


def test_each_quotation_ends_with_who_says_it_and_their_office() -> None:
    assert read_quotations(TYPED) == [
        {
            "words": "“A law that “jails” reporters\nprotects nobody.”",
            "speaker": "Ana Ruiz",
            "office": "Director, Free Voices",
        },
        {"words": "« Libérez-les. »", "speaker": "Omar", "office": ""},
    ]


def test_what_is_kept_is_typed_again_as_it_is_read() -> None:
    kept = read_quotations(TYPED)
    assert read_quotations(typed_quotations(kept)) == kept
    assert read_quotations("  \n") == []


def test_a_quotation_that_nobody_says_is_named_by_its_number() -> None:
    with pytest.raises(NobodySaysIt) as refused:
        read_quotations("“One.”\n— Ana\n\n“Two.”")
    assert refused.value.number == 2


def test_the_comma_before_an_office_may_be_arabic() -> None:
    assert read_quotations("حرروا الصحفيين\n— عمر، المدير")[0]["office"] == "المدير"
