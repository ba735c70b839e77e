"""What the desk does with a published letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coalition.actions import live, rebuild
from coalition.database import db
from coalition.models.public import PublicLetter
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Visitor


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """A published letter for which one more was recorded since."""
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    builders.recorded(cast, letter_id, cast.arabic_member)
    return letter_id


def public(letter_id: UUID) -> PublicLetter:
    db.session.rollback()
    return db.session.get_one(PublicLetter, letter_id)


@pytest.fixture
def desk(cast: Cast, visitor: Visitor) -> Visitor:
    """The coordinator at the desk."""
    visitor.sign_in(cast.coordinator)
    return visitor


def waiting(letter_id: UUID) -> str:
    return live.waiting(db.session(), builders.a_letter(letter_id))[0].signature.id.hex


def test_who_waits_is_added_and_an_edition_is_made(letter_id: UUID, desk: Visitor) -> None:
    page = desk.get(f"/desk/letters/{letter_id}/editions")
    assert "Amman Writers’ House" in page.text
    nobody = page.form("/editions/add").submit()
    assert "Nobody was added" in nobody.text
    added = nobody.form("/editions/add").fill(signature=waiting(letter_id)).submit()
    assert "1 name is added" in added.text
    assert "Nobody waits" in added.text
    made = added.form("/editions/cut").submit()
    assert "Edition 2 is published" in made.text
    assert "Nothing is new since the last edition." in made.text


def test_a_copy_is_opened_by_a_press_that_is_noted(letter_id: UUID, desk: Visitor) -> None:
    rebuild.rebuild()
    page = desk.get(f"/desk/letters/{letter_id}/editions")
    copy = next(form for form in page.forms if "/editions/copies/" in form.action).submit()
    assert copy.status == 200
    assert "Kalina Press Club" in copy.text
    assert copy.headers["Content-Disposition"].startswith("attachment")
    assert copy.headers["Content-Type"].startswith("text/plain")
    assert "Opened a copy as delivered" in desk.get(f"/desk/letters/{letter_id}/log").text


def test_the_address_changes_and_the_old_one_leads_on(letter_id: UUID, desk: Visitor) -> None:
    old = public(letter_id).slug
    page = desk.get(f"/desk/letters/{letter_id}/editions")
    refused = page.form("/editions/address").fill(slug="Not so!").submit()
    assert refused.status == 422
    assert "Not so!" in refused.text
    changed = refused.form("/editions/address").fill(slug="short").submit()
    assert "The address is changed." in changed.text
    assert desk.get(f"/letters/{old}", follow=False).headers["Location"] == "/letters/short"


def test_a_letter_is_retracted_with_a_reason_and_a_tick(letter_id: UUID, desk: Visitor) -> None:
    page = desk.get(f"/desk/letters/{letter_id}/editions")
    refused = page.form("/editions/retract").submit()
    assert refused.status == 422
    assert len(refused.errors) == 2
    done = refused.form("/editions/retract").fill({"why-en": "A name was wrong.", "sure": "yes"}).submit()
    assert "The letter is retracted." in done.text
    assert not [form for form in done.forms if "/editions/" in form.action and "/copies/" not in form.action]
    gone = desk.get(f"/letters/{public(letter_id).slug}")
    assert gone.status == 410
    assert "A name was wrong." in gone.text
    assert "retracted" in desk.get(f"/desk/letters/{letter_id}/close").text


def test_a_letter_is_made_rolling_before_it_is_published(cast: Cast, desk: Visitor) -> None:
    letter_id = builders.an_open_letter(cast)
    page = desk.get(f"/desk/letters/{letter_id}/editions")
    saved = page.form("/editions/rolling").fill(is_rolling="yes", cuts_daily="yes").submit()
    assert "Saved." in saved.text
    letter = builders.a_letter(letter_id)
    assert (letter.is_rolling, letter.cuts_daily) == (True, True)


def test_a_colleague_who_only_looks_changes_nothing(cast: Cast, letter_id: UUID, visitor: Visitor) -> None:
    visitor.sign_in(cast.other_coordinator)
    assert visitor.get(f"/desk/letters/{letter_id}/editions").status in {403, 404}
