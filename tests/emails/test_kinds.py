"""What each kind of mail says: golden texts, both directions, and the mails that may say nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import html5lib
import pytest
from flask import Flask
from flask_babel import Babel

from coalition import languages
from coalition.emails import words as words_module
from coalition.emails.kinds import excerpt, neutral_sender_name, render_kind, safely, tidy
from coalition.emails.words import (
    KINDS,
    ReceiptWords,
    SafeInvitationWords,
    ToldColleagueWords,
    Words,
    day_for_subject,
    deadline_lines,
)
from tests.emails.mails import ABOUT, ARABIC, EVERY_MAIL, INVITATION, LINK

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = languages.INTERFACE
LARGEST = 20_000
UNTOLD = {"receipt-withheld", "cancelled", "cancelled-unanswered", "suspended-withheld"}
"""Cases whose link the mail keeps to itself: nothing behind it is to be done."""


@pytest.fixture(autouse=True, scope="module")
def app() -> Iterator[Flask]:
    """The templates and the words alone; made once, for they are read a thousand times."""
    made = Flask("coalition", root_path=str(ROOT / "coalition"), template_folder=str(ROOT / "templates"))
    Babel(made, default_translation_directories=str(ROOT / "coalition" / "translations"))
    with made.app_context():
        yield made


class _Reader(HTMLParser):
    """HTML as a person reads it: a line for a block."""

    BLOCKS = frozenset("p h1 h2 div td br hr title".split())

    def __init__(self) -> None:
        super().__init__()
        self.read = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.BLOCKS:
            self.read += "\n"

    def handle_endtag(self, tag: str) -> None:
        self.handle_starttag(tag, [])

    def handle_data(self, data: str) -> None:
        if self.get_starttag_text() != "<style>":
            self.read += data.replace("\n", " ")


def visible(html: str) -> str:
    reader = _Reader()
    reader.feed(re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))
    lines = (" ".join(line.split()) for line in reader.read.splitlines())
    return "\n".join(line for line in lines if line) + "\n"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", EVERY_MAIL)
def test_each_mail_reads_as_reviewed(case: str, language: str) -> None:
    """Set UPDATE_GOLDEN=1 to write the files anew; then read them like prose before they are committed."""
    kind, words = EVERY_MAIL[case]
    mail = render_kind(kind, language, words)
    assert len(mail.html.encode()) <= LARGEST
    assert f'<html lang="{language}" dir="{languages.direction(language)}">' in mail.html
    read = f"{mail.subject}\n\n=== text ===\n{mail.text}\n=== HTML, as read ===\n{visible(mail.html)}"
    path = GOLDEN / f"{case}.{language}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(read, "utf-8")
    assert read == path.read_text("utf-8")


def test_every_kind_has_a_golden_text_and_every_golden_text_a_kind() -> None:
    assert {kind for kind, _ in EVERY_MAIL.values()} == set(KINDS)
    assert {path.name for path in GOLDEN.iterdir()} == {f"{case}.{tag}.txt" for case in EVERY_MAIL for tag in LANGUAGES}


def test_every_kind_has_its_three_templates_and_no_other_lies_about() -> None:
    folders = {
        path.name: {each.name for each in path.iterdir()}
        for path in (ROOT / "templates/emails").iterdir()
        if path.is_dir()
    }
    assert folders == {kind: {"subject.txt", "body.txt", "body.html"} for kind in KINDS}


IN_ANOTHER_PROCESS = """
import hashlib, sys
from flask import Flask
from flask_babel import Babel
from coalition.emails.kinds import render_kind
from tests.emails.mails import EVERY_MAIL
app = Flask("coalition", template_folder=sys.argv[1])
Babel(app)
with app.app_context():
    mails = [render_kind(kind, "en", words) for kind, words in EVERY_MAIL.values()]
print(hashlib.sha256(repr(mails).encode()).hexdigest())
"""


def test_a_worker_started_anew_makes_the_same_mails() -> None:
    def in_process(seed: str) -> str:
        command = [sys.executable, "-c", IN_ANOTHER_PROCESS, str(ROOT / "templates")]
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        return subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout

    assert in_process("1") == in_process("2")


@pytest.mark.parametrize("case", EVERY_MAIL)
def test_each_mail_is_the_same_each_time(case: str) -> None:
    assert render_kind(EVERY_MAIL[case][0], "en", EVERY_MAIL[case][1]) == render_kind(*_asked(case))


def _asked(case: str) -> tuple[str, str, Words]:
    kind, words = EVERY_MAIL[case]
    return kind, "en", replace(words)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("case", EVERY_MAIL)
def test_each_mail_is_valid_and_asks_for_nothing_from_elsewhere(case: str, language: str) -> None:
    kind, words = EVERY_MAIL[case]
    mail = render_kind(kind, language, words)
    html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(_without_old_attributes(mail.html))
    assert not re.search(r"<(img|link|script|form|iframe|object)|url\(|@import|src=", mail.html)
    assert not re.search(r"(margin|padding|border)-(left|right)|float:|text-align:\s*(left|right)", mail.html)
    assert mail.html.count("<h1") == 1
    assert "\n" not in mail.subject
    assert mail.subject


def _without_old_attributes(html: str) -> str:
    return re.sub(r' (cellpadding|cellspacing|border|bgcolor|align|width)="[^"]*"', "", html)


def test_the_longest_letter_and_note_stay_within_the_size() -> None:
    text = "\n\n".join("منظمات تعمل من أجل حرية التعبير & الصحافة. " * 4 + "." for _ in range(300))
    for note in ("", "كلمة " * 800):
        long = replace(INVITATION, text_plain=text, note=note, letter_title="ت" * 200, organisation="م" * 112)
        mail = render_kind("invitation", "ar", long)
        assert len(mail.html.encode()) <= LARGEST
        assert "هذه بداية النص." in mail.html
        assert text.strip() in mail.text


LINKED = [case for case, (_, words) in EVERY_MAIL.items() if getattr(words, "link", "") and case not in UNTOLD]


@pytest.mark.parametrize("case", LINKED)
def test_both_parts_have_the_link_and_say_what_opening_it_does(case: str) -> None:
    kind, words = EVERY_MAIL[case]
    mail = render_kind(kind, "en", words)
    link = str(getattr(words, "link", ""))
    assert f"\n{link}\n" in mail.text
    assert f'href="{link}"' in mail.html
    assert f">{link}</a>" in mail.html
    for part in (mail.text, visible(mail.html)):
        assert re.search(
            r"Opening the link (does not sign anything|changes nothing|decides nothing)\.|works once", part
        )


def test_an_invitation_tells_all_that_is_needed_to_decide() -> None:
    text = render_kind("invitation", "en", INVITATION).text
    told = (getattr(INVITATION, field.name) for field in fields(INVITATION))
    for fact in told:
        for part in fact if isinstance(fact, tuple) else (fact,):
            if isinstance(part, str) and part not in {INVITATION.short_title, INVITATION.deadline_day}:
                assert all(line in text for line in part.split("\n"))


# Directions and hostile words.


def test_names_of_the_other_direction_are_isolated() -> None:
    words = replace(INVITATION, organisation="اتحاد الصحافة")
    mail = render_kind("invitation", "en", words)
    assert mail.subject.startswith("\u2068اتحاد الصحافة\u2069:")
    assert "whether \u2068اتحاد الصحافة\u2069 will" in mail.text
    assert "Amina Diallo asks" in mail.text
    assert "<bdi>اتحاد الصحافة</bdi>" in mail.html


def test_in_a_right_to_left_mail_every_name_is_isolated() -> None:
    mail = render_kind("invitation", "ar", ARABIC)
    for name in ("Amina Diallo", "Digital Rights Forum", ARABIC.organisation, ARABIC.printed_name, ARABIC.to_name):
        assert f"\u2068{name}\u2069" in mail.text
    assert mail.text.count("\u2068") == mail.text.count("\u2069")


def test_a_row_of_names_runs_as_the_mail_does_whatever_its_first_name() -> None:
    arabic = render_kind("invitation", "ar", replace(ARABIC, lead_names=("Digital Rights Forum", "اتحاد")))
    assert "<bdi>\u200f\u2068Digital Rights Forum" in arabic.html
    english = render_kind("invitation", "en", replace(INVITATION, lead_names=("اتحاد", "Digital Rights Forum")))
    assert "<bdi>\u200e\u2068اتحاد" in english.html
    assert "\u200e" not in render_kind("invitation", "en", INVITATION).html


def test_a_text_in_another_language_says_so_to_the_browser() -> None:
    mail = render_kind("invitation", "en", replace(INVITATION, text_language="ar", text_plain="نص الرسالة"))
    assert re.search(r'<div class="text" dir="rtl" lang="ar"', mail.html)


def test_names_are_words_and_never_markup() -> None:
    name = "<img src=x> & {{ 7*7 }}{% raw %}"
    mail = render_kind("invitation", "en", replace(INVITATION, organisation=name, note=name, text_plain=name))
    assert "<img" not in mail.html
    assert "{{ 7*7 }}" in mail.html
    assert mail.subject.startswith(name[:15])
    assert f"whether {name} will sign" in mail.text


def test_a_line_break_in_a_name_stays_out_of_the_subject() -> None:
    mail = render_kind("invitation", "en", replace(INVITATION, short_title="A\r\nBcc: x@y.ex"))
    assert mail.subject.endswith("– A Bcc: x@y.ex")


def test_a_language_without_catalogue_speaks_english() -> None:
    assert '<html lang="en"' in render_kind("invitation", "xx", INVITATION).html


def test_a_subject_keeps_the_no_break_spaces_of_a_name() -> None:
    mail = render_kind("invitation", "en", replace(INVITATION, short_title="«\u00a0Non\u202f!\u00a0»  \u2028 two"))
    assert mail.subject.endswith("– «\u00a0Non\u202f!\u00a0» two")


def test_a_kind_is_made_from_its_own_facts() -> None:
    with pytest.raises(TypeError, match="ReceiptWords"):
        render_kind("receipt", "en", INVITATION)


# Mails that may say nothing.

TELLING = (
    str(ABOUT["organisation"]),
    "Small Press",
    str(ABOUT["letter_title"]),
    str(ABOUT["short_title"]),
    str(ABOUT["coalition_name"]),
    "Digital Rights Forum",
    "Amina",
    "Lina",
    "amina@forum.example",
    "Open letter",
    "Brussels",
    "Cairo",
    "sign",
    "letter",
    "withheld",
    "named",
    "declined",
)


@pytest.mark.parametrize(
    "case", [case for case, (kind, _) in EVERY_MAIL.items() if kind not in words_module.FOR_THE_DESK]
)
def test_a_safe_mail_tells_no_answer_title_organisation_country_or_person(case: str) -> None:
    kind, words = safely(*EVERY_MAIL[case], deadline_utc="1 March 2027, 17:00 (UTC)")
    mail = render_kind(kind, "en", words)
    said = "\n".join((mail.subject, mail.text, visible(mail.html), neutral_sender_name("en"))).replace(LINK, "")
    said = said.replace("https://letters.coalition.example", "")
    assert not [word for word in TELLING if word in said]
    assert mail.is_neutral


def test_a_safe_invitation_still_brings_its_link() -> None:
    kind, words = safely("invitation", INVITATION)
    assert (kind, words) == ("safe_invitation", SafeInvitationWords(link=LINK))
    assert f"\n{LINK}\n" in render_kind(kind, "en", words).text


def test_whatever_touches_a_withheld_signature_comes_out_as_a_safe_notice() -> None:
    receipt, told = EVERY_MAIL["receipt-signed"][1], EVERY_MAIL["told_colleague-signed"][1]
    assert isinstance(receipt, ReceiptWords)
    assert isinstance(told, ToldColleagueWords)
    notice = render_kind(*_asked("safe_notice"))
    for kind, words in (
        ("receipt", replace(receipt, act="withheld")),
        ("receipt", replace(receipt, act="withdrawn", is_withheld=True)),
        ("told_colleague", replace(told, act="withheld")),
        ("told_colleague", replace(told, is_withheld=True)),
    ):
        assert render_kind(kind, "en", words) == notice
    for kind in ("closed", "published", "name_corrected", "cancelled"):
        open_words = EVERY_MAIL[kind][1]
        assert not render_kind(kind, "en", open_words).is_neutral
        assert render_kind(kind, "en", replace(open_words, is_withheld=True)).is_neutral  # type: ignore[arg-type]  # all four have it


def test_the_desk_has_no_safe_mail() -> None:
    assert safely(*EVERY_MAIL["sign_in_code"]) == EVERY_MAIL["sign_in_code"]


def test_a_sign_in_code_stays_out_of_the_subject() -> None:
    assert "204" not in render_kind(*_asked("sign_in_code")).subject


# Small things.

DEADLINE = datetime(2027, 3, 1, 17, 0, tzinfo=UTC)


def test_a_deadline_is_told_in_the_letters_zone_in_utc_and_in_the_recipients() -> None:
    assert deadline_lines(DEADLINE, "en", letter_zone="Europe/Brussels", own_zone="Africa/Cairo") == (
        "1 March 2027, 18:00 (Europe/Brussels)",
        "1 March 2027, 17:00 (UTC)",
        "1 March 2027, 19:00 (Africa/Cairo)",
    )


@pytest.mark.parametrize("own_zone", ["Europe/Brussels", "Europe/Paris", "UTC", "Africa/Abidjan"])
def test_a_clock_that_shows_the_same_is_not_told_twice(own_zone: str) -> None:
    lines = deadline_lines(DEADLINE, "en", letter_zone="Europe/Brussels", own_zone=own_zone)
    assert lines == ("1 March 2027, 18:00 (Europe/Brussels)", "1 March 2027, 17:00 (UTC)")


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "2 March"), ("fr", "2 mars"), ("es", "2 de marzo"), ("ar", "2 مارس"), ("fa", "۲ مارس")],
)
def test_a_subject_names_the_day_in_the_letters_zone(language: str, words: str) -> None:
    assert day_for_subject(datetime(2027, 3, 1, 20, tzinfo=UTC), language, zone="Asia/Tokyo") == words


def test_the_first_of_a_month_is_an_ordinal_in_french() -> None:
    assert day_for_subject(DEADLINE, "fr", zone="UTC") == "1er mars"


def test_an_excerpt_ends_with_a_whole_paragraph() -> None:
    assert excerpt("One.\n\n\n\nTwo\nlines.\n\nThree.", 1000).paragraphs == ("One.", "Two\nlines.", "Three.")
    short = excerpt("One.\n\nTwo.", 100)
    assert (short.paragraphs, short.is_whole) == (("One.",), False)


def test_tidy_text_keeps_what_was_typed_within_a_line() -> None:
    assert tidy("\n\na  b \n\n\n\n    c\n") == "a  b\n\n    c\n"
