"""The ledger: for a lawyer to read, for a program to check."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from coalition.actions import ledger
from coalition.database import db
from coalition.rendering.ledger import NotALedger, problems_of, to_json
from coalition.rendering.ledger_pdf import to_pdf
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast


def a_long_story(cast: Cast) -> UUID:
    """Two sign by name and one without; the text is corrected and then changed; one keeps, one withdraws."""
    letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.arabic_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    builders.amended(cast, letter_id, "typographical")
    builders.objected(letter_id, cast.small_member)
    builders.amended(cast, letter_id, body="Something else.")
    builders.kept(letter_id, cast.small_member)
    builders.withdrawn(letter_id, cast.arabic_member)
    return letter_id


def test_the_ledger_says_who_agreed_to_which_text_and_when(cast: Cast) -> None:
    letter_id = a_long_story(cast)
    made = ledger.of_letter(db.session(), builders.a_letter(letter_id))
    acts = {one.organisation: [(act.act, act.version) for act in one.acts] for one in made.signatures}
    assert acts == {
        "Amman Writers’ House": [("sign", 1), ("withdraw", 1)],
        "Kalina Press Club": [("sign", 1), ("keep", 3)],
    }
    assert [version.change_class for version in made.versions] == ["", "typographical", "substantive"]
    assert made.left_out == 1


def test_withheld_names_are_in_it_only_where_that_was_asked_for(cast: Cast) -> None:
    letter_id = a_long_story(cast)
    letter = builders.a_letter(letter_id)
    assert b"Northern Lights" not in to_json(ledger.of_letter(db.session(), letter))
    assert b"Northern Lights" in to_json(ledger.of_letter(db.session(), letter, with_withheld=True))


def test_an_organisation_finds_its_own_acts_and_nobody_elses(cast: Cast) -> None:
    letter_id = a_long_story(cast)
    own = to_json(
        ledger.of_organisation(db.session(), builders.a_letter(letter_id), cast.unnamed_member.organisation_id)
    )
    assert b"Northern Lights" in own
    assert b"Kalina" not in own


def test_a_program_finds_nothing_wrong_in_a_ledger_that_was_not_touched(cast: Cast) -> None:
    letter_id = a_long_story(cast)
    made = ledger.of_letter(db.session(), builders.a_letter(letter_id), with_withheld=True)
    assert problems_of(to_json(made)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda it: it["versions"][0]["texts"][0]["parts"].update(body="We agree."), "does not have the fingerprint"),
        (lambda it: it["signatures"][0]["acts"][0].update(fingerprint="0" * 64), "names a text that is not in"),
        (lambda it: it["signatures"][0]["acts"][0].update(version=3), "names a text that is not in"),
        (lambda it: it["signatures"][1]["acts"].pop(0), "act 1 is missing"),
        (lambda it: it["signatures"][1]["acts"][1].update(at="2001-01-01T00:00:00+00:00"), "older than the act before"),
    ],
)
def test_a_program_finds_what_was_changed(cast: Cast, change: object, said: str) -> None:
    letter_id = a_long_story(cast)
    document = json.loads(to_json(ledger.of_letter(db.session(), builders.a_letter(letter_id))))
    change(document)  # type: ignore[operator]  # one of the functions above
    assert any(said in problem for problem in problems_of(json.dumps(document).encode()))


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": "another"}', b"\xff"])
def test_what_is_no_ledger_is_refused(content: bytes) -> None:
    with pytest.raises(NotALedger):
        problems_of(content)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_lawyer_can_read_it(cast: Cast, language: str) -> None:
    letter_id = a_long_story(cast)
    content = to_pdf(ledger.of_letter(db.session(), builders.a_letter(letter_id)), language)
    pdf = PdfReader(io.BytesIO(content))
    words = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert "Kalina Press Club" in words
    assert "Northern Lights" not in words
    if language == "en":
        assert "Kept its signature on" in words
        assert "has seen what changed and keeps its signature under version 3" in words
        assert "Objected to the correction on" in words
        assert "1 signature whose name is withheld is not in this ledger." in words
