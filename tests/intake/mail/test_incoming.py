"""Mails that come in are read whatever they are, and cost nothing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.intake.mail.bounded import LARGEST, as_carried
from coalition.intake.mail.incoming import LONGEST_WORDS, read
from tests.intake.mail.samples import a_mail, a_report

TAKES_AT_MOST = 8.0
"""Seconds for the worst mail on a busy machine: without its limit each of them takes minutes, or all the memory."""


def test_what_a_person_wrote_is_read_with_name_address_subject_and_date() -> None:
    found = read(a_mail("Très bien.", sender="=?utf-8?q?Lina_Hadd=C3=A1d?= <lina@member.example>"))
    assert found.said == {
        "from_name": "Lina Haddád",
        "from_address": "lina@member.example",
        "subject": "Re: A letter to sign",
        "words": "Très bien.\n",
        "date": "2026-11-23T10:00:00+01:00",
    }
    assert not found.is_automatic
    assert found.report is None


def test_the_plain_words_are_read_before_the_html_and_attachments_never() -> None:
    kind = 'multipart/mixed; boundary="m"'
    parts = (
        "--m\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nattached\n"
        '--m\nContent-Type: multipart/alternative; boundary="n"\n\n'
        "--n\nContent-Type: text/html\n\n<b>as HTML</b>\n--n\nContent-Type: text/plain\n\nas words\n--n--\n--m--\n"
    )
    assert read(a_mail(parts, kind=kind)).words.strip() == "as words"


def test_html_alone_is_read_as_words_without_its_style() -> None:
    html = "<style>p{color:red}</style><p>We <b>sign</b>.</p><script>alert(1)</script><p>Lina</p>"
    words = read(a_mail(html, kind="text/html; charset=utf-8")).words
    assert "sign" in words
    assert "Lina" in words
    assert "red" not in words
    assert "alert" not in words


def test_words_in_html_stand_on_lines_of_their_own_with_their_signs() -> None:
    html = "<!-- x --><div>We sign &amp; thank you</div><div>Lina&nbsp;Haddad</div><blockquote>yours</blockquote>"
    assert read(a_mail(html, kind="text/html")).words.split("\n") == ["We sign & thank you", "Lina Haddad", "yours"]


@pytest.mark.parametrize(
    "more",
    [
        "Auto-Submitted: auto-replied\n",
        "Auto-Submitted: auto-generated (rejected)\n",
        "X-Auto-Response-Suppress: All\n",
        "X-Autoreply: yes\n",
        "Precedence: auto_reply\n",
        "Precedence: BULK\n",
        "List-Id: <members.member.example>\n",
        "Return-Path: <>\n",
    ],
)
def test_what_a_machine_marks_as_its_own_is_automatic(more: str) -> None:
    assert read(a_mail("I am away until Monday.", more=more)).is_automatic


@pytest.mark.parametrize(
    "subject",
    ["Out of office: A letter", "Automatic reply: A letter", "Abwesenheitsnotiz: Brief", "Réponse automatique : Lettre",
     "Respuesta automática: Carta", "Resposta automática: Carta", "Автоответ: Письмо", "رد تلقائي: رسالة"],
)  # fmt: skip
def test_a_holiday_is_seen_by_its_subject(subject: str) -> None:
    found = read(a_mail("Back on Monday. User unknown: nobody.", subject=subject, more="Return-Path: <>\n"))
    assert found.is_automatic
    assert found.report is None


@pytest.mark.parametrize("more", ["", "Auto-Submitted: no\n", "Precedence: first-class\n", "Importance: high\n"])
def test_a_person_is_not_taken_for_a_machine(more: str) -> None:
    assert not read(a_mail("We sign.", subject="Re: Out of office: A letter", more=more)).is_automatic


def test_what_it_answers_is_found_the_nearest_first() -> None:
    more = "References: <far@x> <near@x>\nIn-Reply-To: <nearest@x>\n"
    assert read(a_mail(more=more)).answers == ("<nearest@x>", "<near@x>", "<far@x>")


def test_the_addresses_it_was_sent_to_are_found_the_envelope_first() -> None:
    more = "Delivered-To: post+b@letters.test\nX-Original-To: POST+C@letters.test\n"
    assert read(a_mail(to="Us <us@letters.test>, x@y.test", more=more)).addresses == (
        "POST+C@letters.test",
        "post+b@letters.test",
        "us@letters.test",
        "x@y.test",
    )


def test_the_same_mail_by_another_way_is_the_same() -> None:
    raw = a_mail()
    by_pipe = b"From lina@member.example  Mon Nov 23 10:00:00 2026\n" + raw
    assert as_carried(raw.replace(b"\n", b"\r\n")) == as_carried(by_pipe) == as_carried(raw)


NESTED = "".join(
    f'Content-Type: multipart/mixed; boundary="b{depth}"\n\n--b{depth}\n' for depth in range(5_000)
).encode()
HOSTILE = {
    "nothing": b"",
    "nul": b"\0" * 10_000,
    "no headers": b"\n" * 100_000,
    "one header without end": b"Subject: " + b"a" * LARGEST,
    "a header folded a hundred thousand times": b"Subject: x" + b"\n a" * 100_000,
    "many headers": b"".join(b"X-%d: y\n" % number for number in range(60_000)),
    "many received": b"To: a@b.test\n" * 60_000,
    "quotes and semicolons": b'Content-Type: multipart/mixed; boundary="' + b";" * LARGEST,
    "deep": NESTED,
    "deep mails": b"Content-Type: message/rfc822\n\n" * 20_000,
    "many parts": b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 100_000,
    "empty boundary": b'Content-Type: multipart/mixed; boundary=""\n\n' + b"--\n" * 100_000,
    "slow charset": b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" + b"b9" * 400_000,
    "no charset": b'Content-Type: text/plain; charset="\xff\x00nope"\n\n\xff\xfe\xfd',
    "charset of bytes": b"Content-Type: text/plain; charset=zlib\n\nx",
    "charset by pieces": b"Content-Type: text/plain; charset*0*=idna''" + b"%61" * 300_000 + b"\n\nx",
    "broken encoded words": b"Subject: =?utf-8?b?" + b"=" * 3_000 + b"?= =?x?q?\xff?=\nFrom: =?utf-8?b?AA?= <a@b>\n\nx",
    "broken base64": b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + b"%%%\xff=" * 1000,
    "uuencoded": b"Content-Type: text/plain\nContent-Transfer-Encoding: x-uuencode\n\nbegin 666 x\n\xff\xff\nend\n",
    "a list of senders": b"From: " + b"(" * 3_900 + b"\n\nx",
    "group of senders": b"From: " + b"a:;," * 900 + b"\n\nx",
    "an impossible date": b"Date: Mon, 99 Foo 99999999999 99:99:99 +99999999999\n\nx",
    "lone surrogates": b"Subject: \xed\xa0\x80\nFrom: \xed\xa0\x80 <\xff@\xfe>\n\n\xed\xa0\x80",
    "deep html": b"Content-Type: text/html\n\n" + b"<div>" * 100_000,
    "html that never ends": b"Content-Type: text/html\n\n" + b"<a href='" * 60_000 + b"<!--" * 10_000,
    "daemon": b"From: MAILER-DAEMON@x\n\n" + b"<a@b.c>:\n" * 100_000,
    "daemon's blanks": b"From: MAILER-DAEMON@x\n\n" + b" " * LARGEST,
    "daemon's long line": b"From: MAILER-DAEMON@x\nSubject: failure notice\n\n" + b"550 <a@" * 140_000,
    "report without end": a_report()[:1400] + b"Action: failed\n\n" * 60_000,
    "report of nothing": b"Content-Type: message/delivery-status\n\n" + b"\n" * 50_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_worst_mails_are_read_in_bounded_time_to_bounded_words(name: str) -> None:
    begun = time.process_time()
    found = read(HOSTILE[name])
    assert time.process_time() - begun < TAKES_AT_MOST
    assert len(found.words) <= LONGEST_WORDS
    kept = [*found.said.values(), *found.answers, *found.addresses]
    kept += [found.report.address, found.report.words, found.report.status] if found.report else []
    for words in kept:
        assert "\0" not in words
        words.encode()
    assert sum(map(len, kept)) < LONGEST_WORDS + 40_000


@settings(max_examples=60, deadline=None)
@given(
    raw=st.binary(max_size=400),
    kind=st.sampled_from(["text/plain", "message/delivery-status", 'multipart/report; boundary="b"', "message/rfc822"]),
)
def test_any_bytes_are_a_mail(raw: bytes, kind: str) -> None:
    read(raw)
    read(b"From: MAILER-DAEMON@x\nContent-Type: " + kind.encode() + b"\n" + raw)
