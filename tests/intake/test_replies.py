"""Replies by mail: what was written, what is only quoted, and what is kept of neither."""

from __future__ import annotations

import time

import pytest

from coalition.intake.replies import WORDS_LIMIT, plain_line, plain_words, split_reply
from coalition.keys import KeyRing
from coalition.tokens import Tokens

pytestmark = pytest.mark.only_on("sqlite")
QUOTED = "> Dear Lina,\n> will you sign? Yes or no?"


@pytest.mark.parametrize(
    "mark",
    [
        "",
        "On Mon, 1 Mar 2027 at 10:00, Amina Diallo <a@b.example> wrote:\n",
        "On Mon, 1 Mar 2027 at 10:00, Coalition for Open Letters\n<letters@coalition.example> wrote:\n\n",
        "Le lun. 1 mars 2027 à 10:00, Amina <a@b.example> a écrit :\n",
        "Am 1. März 2027 schrieb Amina:\n",
        "في ١ مارس ٢٠٢٧ كتبت أمينة:\n",
    ],
)
def test_what_a_reply_quotes_is_told_from_what_it_says(mark: str) -> None:
    found = split_reply(f"We talk on Monday.\n\nLina\n\n{mark}{QUOTED}\n")
    assert found.own == "We talk on Monday.\n\nLina"
    assert "will you sign" in found.quoted


@pytest.mark.parametrize(
    "rest",
    [
        "-----Original Message-----\nFrom: Amina\nYes, we sign.",
        "-----Ursprüngliche Nachricht-----\nYes, we sign.",
        "________________________________\nFrom: Amina <a@b.example>\nYes, we sign.",
        "From: Amina <a@b.example>\nSent: Monday\nTo: Lina\nSubject: Sign\n\nYes, we sign.",
        "De : Amina <a@b.example>\nEnvoyé : lundi\nÀ : Lina\n\nYes, we sign.",
        "On Mon, 1 Mar 2027, Amina <a@b.example> wrote:\nYes, we sign.",
    ],
)
def test_what_follows_the_mark_of_a_mail_program_is_quoted_without_a_sign_before_each_line(rest: str) -> None:
    found = split_reply(f"No.\n\n{rest}")
    assert found.own == "No."
    assert "Yes, we sign." in found.quoted


def test_what_is_written_under_and_between_the_quotes_is_its_writers() -> None:
    found = split_reply("On Monday Amina <a@b.example> wrote:\n> Will you sign?\n\nNo.\n\n> By when?\n\nNever.")
    assert found.own == "No.\n\n\nNever."
    assert "No." not in found.quoted


def test_words_that_only_look_like_marks_are_not_folded_away() -> None:
    words = "Three conditions:\n1. a\n2. b\n\nName: Lina\nRole: director\nMail: lina@press.example\nWe agree: yes"
    assert split_reply(words).own == words
    assert split_reply("Yes, we sign\nOn Monday Amina <a@b.example> wrote:\n> Will you?").own == "Yes, we sign"


def test_a_reply_that_only_quotes_says_nothing() -> None:
    assert split_reply(QUOTED).own == ""


def test_no_link_of_ours_is_kept_however_it_was_wrapped() -> None:
    made = Tokens(KeyRing.generate())
    for number in range(50):
        token = made.write("invitation", number.to_bytes(1) * 16)
        for wrapped in (
            f"https://letters.example/i/{token}",
            f"<https://letters.example/i/{token}>",
            f"https://safe.example/?url=https%3A%2F%2Fletters.example%2Fi%2F{token}&data=x",
            f"> https://letters.example/i/{token[:40]}\n> {token[40:]}",
        ):
            kept = plain_words(wrapped)
            assert token not in kept.replace("\n> ", "")
            assert "…" in kept


def test_a_key_without_a_figure_in_it_is_a_key() -> None:
    key = "BwcHBwcHBwcHBwcHBwcHBw.tuzngUlGpVkeOExlY-ytwNYkAcr_Ie-UGsQbVeLo_Eo"
    assert plain_words(f"> https://letters.example/i/{key[:40]}\n> {key[40:]}").startswith(
        "> https://letters.example/i/…"
    )


def test_addresses_and_names_of_hosts_are_kept() -> None:
    words = "a.very.long.name.of.1990.someone@press.example, www.coalition-for-open-letters.example, "
    words += "EuropeanFederationOfJournalists.example"
    assert plain_words(words) == words


def test_nothing_is_kept_that_no_page_or_header_can_hold() -> None:
    assert plain_words("a\x00b\u202ec\u2066d\r\ne") == "abcd\ne"
    assert plain_line("Re:\r\nBcc: x@y.example\x1b") == "Re: Bcc: x@y.example"
    assert len(plain_words("a b " * WORDS_LIMIT)) <= WORDS_LIMIT


@pytest.mark.parametrize("evil", ["a", "-", "@", "a@", ">\n", "a: @\n", "x:\n", "- a", "1", "_", "-\u00a0x"])
def test_no_mail_keeps_us_long(evil: str) -> None:
    begun = time.process_time()
    split_reply(plain_words(evil * (3 * WORDS_LIMIT)))
    assert time.process_time() - begun < 1
