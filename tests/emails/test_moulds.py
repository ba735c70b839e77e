"""Mails by a mould: the very words that the templates make, for any name and in either direction."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask_babel import Babel

from coalition.emails import kinds
from coalition.emails.kinds import render_kind, rendered_alone
from coalition.emails.moulds import PERSONAL, with_gaps
from tests.emails.mails import ARABIC, EVERY_MAIL, INVITATION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coalition.emails.words import Words

pytestmark = pytest.mark.only_on("sqlite")

ROOT = Path(__file__).parents[2]
NAMES = (
    'Ann "O\'Neil" & <Sons> 100% {{ x }}',
    "اتحاد الصحافة & <b>",
    "«\u00a0Réseau\u202f»\u200c",
    "two  blanks",
    " at its ends ",
    "two\nlines",
    "a\u2028b\x85c",
    "\ue000link\ue001",
    "\\1 \\g<0>",
)
LINKS = ("https://letters.test/i/abc_-.~=?x#y", 'https://letters.test/"><b>&', "https://letters.test/é")


@pytest.fixture(autouse=True, scope="module")
def app() -> Iterator[Flask]:
    """The templates and the words alone."""
    made = Flask("coalition", root_path=str(ROOT / "coalition"), template_folder=str(ROOT / "templates"))
    Babel(made, default_translation_directories=str(ROOT / "coalition" / "translations"))
    with made.app_context():
        yield made


def personal(words: Words) -> list[str]:
    """The fields of a mail's facts that can be a gap."""
    return [field.name for field in fields(words) if field.name in PERSONAL and field.type == "str"]


def said_by(words: Words, value: str, link: str) -> Words:
    """The same facts of another recipient: empty stays empty."""
    others: dict[str, Any] = {
        name: link if name.endswith("link") else value for name in personal(words) if getattr(words, name)
    }
    return replace(words, **others)


@pytest.mark.parametrize("case", EVERY_MAIL)
def test_a_mail_by_its_mould_is_the_mail_of_the_templates(case: str) -> None:
    kind, words = EVERY_MAIL[case]
    for language, name in (("en", NAMES[0]), ("ar", NAMES[1])):
        theirs = said_by(words, name, LINKS[0])
        if not kinds.touches_withheld(theirs):
            assert render_kind(kind, language, theirs) == rendered_alone(kind, language, theirs)


@pytest.mark.parametrize(
    ("name", "link"), [*((name, LINKS[0]) for name in NAMES), *((NAMES[0], link) for link in LINKS[1:])]
)
def test_any_name_and_any_address_comes_out_as_the_templates_have_it(name: str, link: str) -> None:
    for language, words in (("en", INVITATION), ("ar", ARABIC)):
        theirs = said_by(words, name, link)
        assert render_kind("invitation", language, theirs) == rendered_alone("invitation", language, theirs)


def test_the_templates_run_once_for_all_recipients_of_a_letter(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    app.extensions.pop(kinds.MOULDS, None)
    made: list[str] = []

    def counted(kind: str, language: str, words: Words) -> kinds.Rendered:
        made.append(kind)
        return alone(kind, language, words)

    alone = kinds.from_templates
    monkeypatch.setattr(kinds, "from_templates", counted)
    subjects = {render_kind("invitation", "en", said_by(INVITATION, f"Member {n}", LINKS[0])).subject for n in range(9)}
    assert (len(made), len(subjects)) == (1, 9)


def test_a_mould_keeps_nothing_of_whom_it_was_made_for() -> None:
    common, own = with_gaps(INVITATION)
    assert set(own) == {name for name in personal(INVITATION) if getattr(INVITATION, name)}
    assert not [value for value in own.values() if value in repr(common)]


def test_every_personal_fact_is_one_of_some_mail() -> None:
    assert {name for _, words in EVERY_MAIL.values() for name in personal(words)} == PERSONAL
