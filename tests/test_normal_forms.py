"""Normal forms are those of Unicode, and no text takes long."""

from __future__ import annotations

import sys
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.languages.normal_forms import LAST_MARK, ONCE_APART, SHORT, Form, normal_form

pytestmark = pytest.mark.only_on("sqlite")
FORMS: tuple[Form, ...] = ("NFC", "NFD", "NFKC", "NFKD")
SOME = "aé가각ﬁ\u0301\u0316\u0344\u0345\u0f71\u0f72\u0f73\u0f75\u0f81\uff9e\u3099\u064e\u0651\u0653\u05bf \n\u200d𝅥𝅭"


@settings(max_examples=25)
@given(st.lists(st.text(SOME, min_size=1, max_size=4), min_size=30, max_size=60).map("".join), st.sampled_from(FORMS))
def test_a_long_text_comes_out_as_unicode_says(piece: str, form: Form) -> None:
    text = piece * (SHORT // len(piece) + 1)
    assert normal_form(form, text) == unicodedata.normalize(form, text)


@settings(max_examples=25)
@given(st.lists(st.sampled_from(SOME[5:16]), min_size=40, max_size=200).map("".join), st.sampled_from(FORMS))
def test_marks_without_end_come_out_in_the_same_order(marks: str, form: Form) -> None:
    text = "é" + marks + "x" * SHORT
    assert normal_form(form, text) == unicodedata.normalize(form, text)


@pytest.mark.parametrize("form", FORMS)
def test_half_a_million_marks_hold_nobody_up(form: Form) -> None:
    began = time.thread_time()
    normal_form(form, "a" + "\u0301" * 250_000 + "\u0316" * 250_000)
    assert time.thread_time() - began < 20  # by exchanging neighbours it is minutes


def test_every_mark_is_known() -> None:
    for apart, once in ONCE_APART.items():
        for character in map(chr, range(0x80, sys.maxunicode + 1)):
            first = unicodedata.combining(unicodedata.normalize(apart, character)[0])
            is_known = (unicodedata.combining(character) > 0 and ord(character) < LAST_MARK) or character in once
            assert is_known == (first > 0), hex(ord(character))
