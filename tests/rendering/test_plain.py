from __future__ import annotations

import pytest

from coalition.rendering.plain import plain_text
from coalition.rendering.printed import PrintedAbout
from tests.rendering.letters import ODD_NAMES, group, letter, line, real_list


@pytest.mark.parametrize(("case", "language"), [("c01", "en"), ("c09", "en"), ("c12", "ar")])
def test_each_name_of_a_real_list_stands_once_alone_on_its_line_in_order(case: str, language: str) -> None:
    printed, names = real_list(case, language)
    lines = plain_text(printed, language).split("\n")
    found = [each for each in lines if each in set(names)]
    assert found == names


def test_odd_names_come_out_character_for_character() -> None:
    lines = plain_text(letter(group(*ODD_NAMES)), "en").split("\n")
    assert all(lines.count(name) == 1 for name in ODD_NAMES)


def test_the_letter_says_everything_in_its_order() -> None:
    words = plain_text(letter(group("River Alliance", heading="Members"), withheld_count=3), "en")
    parts = [
        "Open letter",
        "Hear us before the vote",
        "Geneva, 1 March 2027",
        "Led by River Valley Secretariat",
        "Ines Calder\nChair of the Committee",
        "Copy to",
        "Dear Madam Chair,",
        "We, 1 organisation, write about the water law[1].",
        "1. Publish the draft.",
        "> — Salma Haddad",
        "Yours sincerely,",
        "[1] Official Gazette no. 14.",
        "Signatories (1)",
        "Members\n\nRiver Alliance",
        "and 3 organisations whose names are withheld for their safety",
        "Edition 1, published 1 March 2027, 18:00 (Europe/Paris)",
        "https://letters.example.org/letters/water",
    ]
    places = [words.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_a_group_headed_as_the_whole_list_is_headed_once() -> None:
    assert plain_text(letter(group("A", heading="Signatories")), "en").count("Signatories") == 1


def test_a_name_that_runs_against_its_line_is_isolated_but_never_in_the_list() -> None:
    words = plain_text(letter(group("شبكة الأنهار"), leads=({"en": "شبكة الأنهار"},)), "en")
    assert "Led by \u2068شبكة الأنهار\u2069" in words
    assert "\nشبكة الأنهار\n" in words


def test_a_person_is_printed_with_the_affiliation_below() -> None:
    people = group("x")
    person = line("Ana Brkić", affiliation="University of Split", kind="individual")
    words = plain_text(letter(type(people)(headings={}, lines=(person,))), "en")
    assert "\nAna Brkić\n    University of Split\n" in words


def test_a_hashtag_keeps_its_sign_before_it_whatever_the_direction_of_the_page() -> None:
    printed = letter(about=PrintedAbout(hashtags=("HearUs", "اسمعونا")))
    assert "\u2068#HearUs\u2069 #اسمعونا" in plain_text(printed, "ar")
    assert "#HearUs \u2068#اسمعونا\u2069" in plain_text(printed, "en")
