"""Every mail is looked over: its form, its links, and what must never be in it; each kind in each language we speak."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel

from coalition import languages
from coalition.emails import words as words_module
from coalition.emails.compose import compose
from coalition.emails.kinds import NAMES, TITLES, Rendered, neutral_sender_name, render_kind, safely
from coalition.emails.subjects import LONGEST, SHORTEST_NAME, fitted, length, shortened
from coalition.emails.words import BULK, KINDS, LetterWords
from tests.emails.lint import Meant, findings
from tests.emails.mails import ABOUT, EVERY_MAIL

pytestmark = pytest.mark.only_on("sqlite")
ROOT = Path(__file__).parents[2]
HOSTS = frozenset({"letters.coalition.example", "letters.example.org"})
WAY_OUT = "https://letters.coalition.example/u/eyJtIjoiOHMifQ.Zx8u"
WEBSITES = ("https://press.example", "https://union.example")
NAMED = (
    str(ABOUT["letter_title"]),
    str(ABOUT["short_title"]),
    str(ABOUT["coalition_name"]),
    str(ABOUT["organisation"]),
    str(ABOUT["coordinator_name"]),
    str(ABOUT["coordinator_address"]),
    "Digital Rights Forum",
    "Lina",
    "Open letter",
    "Brussels",
    "Cairo",
)
"""What a neutral mail tells nobody: title, organisations, persons, the kind of letter, where it is from."""


@pytest.fixture(autouse=True, scope="module")
def app() -> Iterator[Flask]:
    """The templates and the words alone; made once."""
    made = Flask("coalition", root_path=str(ROOT / "coalition"), template_folder=str(ROOT / "templates"))
    Babel(made, default_translation_directories=str(ROOT / "coalition" / "translations"))
    with made.app_context():
        yield made


def posted(mail: Rendered, language: str, *, way_out: str | None) -> bytes:
    """A mail as it leaves, but for its facts of delivery."""
    neutral = mail.is_neutral
    return compose(
        sender_name=neutral_sender_name(language) if neutral else "Coalition for Open Letters",
        sender_address="messages@plain.example" if neutral else "letters@coalition.example",
        to_name="" if neutral else "لينا حداد",
        to_address="lina@member.example",
        reply_to=None if neutral else ("Amina Diallo", "amina@forum.example"),
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        language=language,
        message_id="<3f2a@plain.example>",
        date=datetime(2027, 2, 12, 9, 30, tzinfo=UTC),
        boundary="=_9d1c44e0",
        thread_id=None if neutral else "<letter@coalition.example>",
        list_unsubscribe_url=way_out,
    )


@pytest.mark.parametrize("language", languages.INTERFACE)
def test_every_kind_of_mail_passes_the_lint(language: str) -> None:
    found = []
    for case, (kind, words) in EVERY_MAIL.items():
        is_bulk, said = kind in BULK, _with_way_out(kind, words)
        mail = render_kind(kind, language, said)
        meant = Meant(
            language=language,
            hosts=HOSTS,
            is_bulk=is_bulk,
            is_neutral=mail.is_neutral,
            in_thread=not mail.is_neutral,
            told=WEBSITES,
            data=[value for name in (*TITLES, *NAMES) if len(value := str(getattr(said, name, ""))) > SHORTEST_NAME],
        )
        wrong = findings(posted(mail, language, way_out=WAY_OUT if is_bulk else None), meant)
        found += [f"{case}: {one}" for one in wrong]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", languages.INTERFACE)
def test_every_kind_says_nothing_under_safe_mail(language: str) -> None:
    found, seen = [], set()
    for case, (kind, words) in EVERY_MAIL.items():
        if kind in words_module.FOR_THE_DESK:
            continue
        is_bulk = kind in BULK
        safe = safely(kind, _with_way_out(kind, words), deadline_utc="1 March 2027, 17:00 (UTC)")
        if (is_bulk, *safe) in seen:
            continue  # many kinds come out as the same few
        seen.add((is_bulk, *safe))
        mail = render_kind(safe[0], language, safe[1])
        if not mail.is_neutral:
            found.append(f"{case}: It is not neutral.")
        meant = Meant(language=language, hosts=HOSTS, is_bulk=is_bulk, is_neutral=True, in_thread=False, untold=NAMED)
        wrong = findings(posted(mail, language, way_out=WAY_OUT if is_bulk else None), meant)
        found += [f"{case}: {one}" for one in wrong]
    assert not found, "\n".join(found)


def _with_way_out(kind: str, words: words_module.Words) -> words_module.Words:
    """The same facts, with the address where mails are stopped in those that have one."""
    facts: Any = words
    return replace(facts, mute_link=WAY_OUT) if kind in BULK else words


def test_every_bulk_kind_is_a_kind_about_a_letter() -> None:
    assert all(issubclass(KINDS[kind], LetterWords) for kind in BULK)


NAME = "Federation of Independent Journalists’ Unions and Press Clubs of the Southern Provinces"
TITLE = "Keep private conversations private: strike article 4 of the messenger regulation"


def test_a_long_subject_is_shortened_where_it_shows_and_never_in_its_date() -> None:
    subject = f"{NAME}: please decide by 1 March – {TITLE}"
    found = fitted(subject, titles=[TITLE], names=[NAME])
    assert found == "Federation of Inde…: please decide by 1 March – Keep privat…"
    assert length(found) <= LONGEST
    assert fitted(found, titles=[TITLE], names=[NAME]) == found
    short = "SPU: please decide by 1 March – Keep messages private"
    assert fitted(short, titles=["Keep messages private"], names=["SPU"]) == short
    russian = fitted(f"{NAME}: решите до 1 марта, подпись открыта снова\u00a0— {TITLE}", titles=[TITLE], names=[NAME])
    assert russian.endswith("…: решите до 1 марта, подпись открыта снова")
    assert fitted("SPU: decide by 1 March – " + TITLE, titles=[TITLE], names=["SPU"]).startswith(
        "SPU: decide by 1 March –"
    )


def test_a_shortened_name_keeps_its_isolates_and_its_marks_together() -> None:
    name = "اتحاد الصحافة الصغيرة في المحافظات الجنوبية والشرقية"
    found = fitted(f"\u2068{name}\u2069: please decide by 1 March – {TITLE}", titles=[TITLE], names=[name])
    assert found.count("\u2068") == found.count("\u2069") == 1
    assert "…\u2069: please decide by 1 March" in found
    assert shortened("e\u0301" * 9, 5) == "e\u0301" * 4 + "…"
    assert shortened("one two", 7) == "one two"
