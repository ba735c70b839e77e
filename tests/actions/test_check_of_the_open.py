"""The check list before publication: what is still open, whom the letter names without an office, dead links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import force_locale

from coalition.actions import draft
from coalition.actions.draft import AddresseeEntry
from coalition.rendering.findings import WORDS, finding_words
from tests import builders
from tests.actions.test_check import found
from tests.builders import BODY, a_draft, an_open_letter, consulted

if TYPE_CHECKING:
    from tests.cast import Cast


def test_an_addressee_without_an_office_is_pointed_out_and_a_class_is_not(cast: Cast) -> None:
    letter_id = a_draft(cast)
    draft.save_addressees(letter_id, [AddresseeEntry(names={"und": "States"})], by=cast.coordinator)
    assert "addressee_without_office" not in found(letter_id)
    minister = AddresseeEntry(names={"und": "Ada Roth"}, styles={"und": "H.E."})
    draft.save_addressees(letter_id, [minister], by=cast.coordinator)
    assert found(letter_id)["addressee_without_office"].facts == {"name": "Ada Roth"}


def test_open_comments_and_replies_are_counted(cast: Cast) -> None:
    letter_id = consulted(cast)
    builders.said(letter_id, cast.small_member, "Which committee?", kind="question")
    assert found(letter_id)["comments_open"].facts == {"number": 1}
    letter_id = an_open_letter(cast, title="Another")
    builders.replied(letter_id, cast.small_member)
    assert found(letter_id)["replies_open"].facts == {"number": 1}


def test_a_link_within_the_letter_that_leads_nowhere_is_pointed_out(cast: Cast) -> None:
    letter_id = a_draft(cast)
    draft.save_text(
        letter_id, "en", {"body": BODY + "See [their page](https://kalina.example/#us)."}, by=cast.coordinator
    )
    assert "text_problem" not in found(letter_id)
    draft.save_text(letter_id, "en", {"body": BODY + "See [the next](#r2)."}, by=cast.coordinator)
    with force_locale("en"):
        problem = found(letter_id)["text_problem"].facts["problem"]
    assert (problem.kind, problem.typed) == ("anchor", "[the next](#r2)")


def test_a_text_that_speaks_of_its_embargo_is_pointed_out(cast: Cast) -> None:
    letter_id = a_draft(cast)
    draft.save_text(letter_id, "en", {"body": BODY + "An arms embargo is due."}, by=cast.coordinator)
    assert "typed_embargo" not in found(letter_id)
    draft.save_text(letter_id, "en", {"deck": "Under embargo until Monday"}, by=cast.coordinator)
    with force_locale("en"):
        finding = found(letter_id)["typed_embargo"]
        words = finding_words(finding.code, finding.facts, language="en", zone="UTC")
    assert "says “under embargo”" in words
    assert {"typed_embargo", "comments_open", "replies_open", "addressee_without_office"} <= set(WORDS)
