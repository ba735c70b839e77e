"""Before release at the door: the page proof, and the question whether an old answer still stands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from coalition import clock
from coalition.actions import draft, proof, show_proof
from coalition.database import db
from tests import builders

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.visitor import Page, Visitor


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """A letter that three have signed, one with the name withheld, and whose proof is shown for a day."""
    letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.arabic_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    show_proof.send_proof(letter_id, until_at=clock.now() + timedelta(days=1), by=cast.coordinator)
    return letter_id


def marked(page: Page) -> list[str]:
    """The lines of the list that are marked."""
    return ["".join(one.itertext()) for item in page.tree.iter("li") for one in item.iter("mark")]


def printed(letter_id: UUID) -> set[str]:
    return {one.name for one in proof.signers(db.session(), builders.a_letter(letter_id))}


def test_the_link_leads_a_signer_to_the_page_with_its_own_line_marked(
    visitor: Visitor, letter_id: UUID, cast: Cast
) -> None:
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    assert page.heading == "The page before it is published"
    assert marked(page) == ["Kalina Press Club"]
    assert "We, the 3 undersigned" in page.words
    assert "Amman" not in page.words
    assert "1 other name is not shown before publication." in page.words


def test_where_invitees_see_the_names_the_proof_has_them_all_but_those_withheld(
    visitor: Visitor, letter_id: UUID, cast: Cast
) -> None:
    draft.save_choices(letter_id, {"visible_to_invitees": "names"}, by=cast.coordinator)
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    assert "Amman Writers’ House" in page.words
    assert "Northern Lights" not in page.words
    assert marked(page) == ["Kalina Press Club"]


def test_where_invitees_see_nothing_of_each_other_the_proof_counts_nobody(
    visitor: Visitor, letter_id: UUID, cast: Cast
) -> None:
    draft.save_choices(letter_id, {"visible_to_invitees": "nothing"}, by=cast.coordinator)
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    assert marked(page) == ["Kalina Press Club"]
    for words in ("We, the 3", "3 signatories", "other name", "names are withheld", "name is withheld"):
        assert words not in page.words


def test_who_is_not_on_the_list_sees_a_proof_that_leads_to_no_list(
    visitor: Visitor, letter_id: UUID, cast: Cast
) -> None:
    draft.save_choices(letter_id, {"withheld_threshold": 5}, by=cast.coordinator)
    builders.amended(cast, letter_id)
    builders.kept(letter_id, cast.arabic_member)
    visitor.get(builders.link_path(letter_id, cast.small_member))
    page = visitor.get(f"/invitation/{builders.invitation_of(letter_id, cast.small_member).id}/proof")
    assert "Your organisation is not on the list now." in page.words
    assert "#signatories" not in page.links().values()


def test_a_withheld_name_stands_nowhere_on_the_proof_but_over_it(visitor: Visitor, letter_id: UUID, cast: Cast) -> None:
    page = visitor.get(builders.link_path(letter_id, cast.unnamed_member))
    assert "name is withheld: it stands nowhere on this page" in page.words
    assert marked(page) == []


def test_an_objection_takes_the_line_off_and_the_letter_goes_on(visitor: Visitor, letter_id: UUID, cast: Cast) -> None:
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    refused = page.form("object").fill(reason="Our name is wrong.").submit()
    assert (refused.status, refused.errors) == (422, ["Tick that \u2068Kalina Press Club\u2069 objects to this page"])
    assert refused.form("object").fields["reason"] == ["Our name is wrong."]
    receipt = refused.form("object").fill(object="yes").submit()
    assert receipt.status == 200
    assert printed(letter_id) == {"Amman Writers’ House", "Northern Lights Reporters"}
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    assert "You have objected" in page.words


def test_after_its_time_an_objection_is_refused_in_words(
    visitor: Visitor, letter_id: UUID, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_proof.send_proof(letter_id, until_at=clock.now() + timedelta(hours=2), by=cast.coordinator)
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    later = clock.now() + timedelta(hours=3)
    form = page.form("object").fill(object="yes")
    monkeypatch.setattr(clock, "now", lambda: later)
    late = form.submit()
    assert late.status == 409
    assert printed(letter_id) >= {"Kalina Press Club"}


def test_who_did_not_sign_sees_no_proof(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    show_proof.send_proof(letter_id, until_at=clock.now() + timedelta(days=1), by=cast.coordinator)
    page = visitor.get(builders.link_path(letter_id, cast.arabic_member))
    assert page.heading == "Free the reporters"
    invitation = builders.invitation_of(letter_id, cast.arabic_member)
    assert visitor.get(f"/invitation/{invitation.id}/proof").heading == "Free the reporters"


def test_an_old_answer_is_kept_by_one_tick_and_one_press(
    visitor: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    draft.save_choices(letter_id, {"freshness_days": 5}, by=cast.coordinator)
    later = clock.now() + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    assert "keep its signature?" in page.heading
    assert "that answer is old" in page.words
    page.form("/keep").fill(keep="yes").submit()
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    assert page.heading == "Free the reporters"
