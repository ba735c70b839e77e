from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from coalition.rendering.manifest import text_alone
from coalition.rendering.plain import plain_text
from coalition.rendering.printed import PrintedAbout
from coalition.rendering.printed_after import After, PrintedDelivery, PrintedNote, PrintedResponse
from tests.rendering.letters import ODD_NAMES, group, letter, line, photo, real_list

ON = date(2027, 5, 24)
AT = datetime(2027, 5, 24, 12, tzinfo=UTC)
SINCE = After(
    notes=(
        PrintedNote("a" * 32, "correction", {"en": "It is **118** wells.[^1]\n\n[^1]: A note."}, ON, AT),
        PrintedNote("b" * 32, "update", {"en": "The *final* version is [out](https://example.org/x)."}, ON, AT),
    ),
    deliveries=(PrintedDelivery(0, "post", ON, "", None),),
    responses=(PrintedResponse("c" * 32, None, {"en": "شبكة"}, ON, {"en": "We agree."}, ("r1",)),),
)
"""One of each; the correction stands before the text, as on the page."""


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


def test_what_came_since_stands_around_the_signed_text_and_is_no_part_of_the_manifests() -> None:
    printed = letter(group("River Alliance"), after=SINCE)
    words = plain_text(printed, "en")
    parts = [
        "Correction, 24 May 2027\nIt is 118 wells.[1]",
        "Dear Madam Chair,",
        "River Alliance",
        "What happened since",
        "Update, 24 May 2027\nThe final version is out <https://example.org/x>.",
        "Response of \u2068شبكة\u2069, 24 May 2027\nWe agree.\nIt answers: recommendation 1",
        "Delivered to Ines Calder, Chair of the Committee on 24 May 2027, by post.",
        "\n-- \n",
    ]
    places = [words.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    assert text_alone(printed, "en") == text_alone(letter(group("River Alliance")), "en")


def test_the_photo_is_told_with_its_maker_before_the_addressees() -> None:
    printed = letter(photo=photo())
    words, without = plain_text(printed, "en"), plain_text(replace(printed, photo=None), "en")
    assert "The gauge, dry since August.\nPhoto: Amina Rahal, CC BY 4.0" in words
    assert words.index("Photo: ") < words.index("Ines Calder")
    assert "Photo: " not in without
    assert text_alone(printed, "en") == text_alone(replace(printed, photo=None), "en")
