"""At the desk: what organisations ask to change of their identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition.actions import own_entry
from coalition.actions.own_page import Here
from coalition.database import db
from coalition.models.identity_change import IdentityChange
from coalition.models.organisation import Organisation
from tests import builders
from tests.web.signing.own import at_own_page, mails

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cast import Cast
    from tests.visitor import Page, Visitor


@pytest.fixture
def page(visitor: Visitor, cast: Cast) -> Page:
    """The queue, with one change in it."""
    here = Here(cast.small_member.contact_id, cast.small_member.contact.epoch)
    own_entry.ask_for_change(here, {"name_und": "Kalina Press and Radio Club", "country": "RO"}, why="We moved.")
    visitor.sign_in(cast.coordinator)
    return visitor.get("/desk/directory").follow("Changes that organisations ask for")


def test_a_coordinator_accepts_and_the_former_name_still_finds_it(page: Page, cast: Cast) -> None:
    assert "Kalina Press and Radio Club" in page.words
    assert "We moved." in page.words
    done = next(form for form in page.forms if "/changes/" in form.action).fill(decision="accept").submit()
    assert "The change is accepted." in done.words
    assert "Nothing waits." in done.words
    db.session.rollback()
    organisation = db.session.get_one(Organisation, cast.small_member.organisation_id)
    assert (organisation.name, organisation.country) == ("Kalina Press and Radio Club", "RO")
    assert organisation.aliases == ["Kalina Press Club"]
    assert len(mails("identity_decided")) == 2


def test_to_refuse_takes_words_for_the_organisation(page: Page, cast: Cast) -> None:
    form = next(form for form in page.forms if "/changes/" in form.action)
    untouched = form.submit()
    assert (untouched.status, untouched.errors) == (422, ["Choose whether to accept the change"])
    wordless = form.fill(decision="refuse").submit()
    assert (wordless.status, wordless.errors) == (422, ["Say why: the organisation reads it"])
    assert "The change is refused." in form.fill(decision="refuse", reply="Which Kalina?").submit().words
    db.session.rollback()
    assert db.session.get_one(Organisation, cast.small_member.organisation_id).name == "Kalina Press Club"
    assert {one["reply"] for one in mails("identity_decided")} == {"Which Kalina?"}


def test_what_is_decided_is_decided_once(page: Page) -> None:
    form = next(form for form in page.forms if "/changes/" in form.action)
    form.fill(decision="accept").submit()
    again = form.fill(decision="refuse", reply="No.").submit()
    assert "This was decided or taken back meanwhile." in again.words
    db.session.rollback()
    assert [one.decision for one in db.session.scalars(select(IdentityChange))] == ["accepted"]


def test_it_is_for_coordinators_alone(page: Page, visitor: Visitor, cast: Cast) -> None:
    observer_id = builders.a_colleague(cast, "observer")
    assert page.status == 200
    visitor.sign_in(db.session.get_one(type(cast.coordinator), observer_id))
    assert visitor.get("/desk/directory/changes").status == 403


@pytest.mark.only_on("sqlite")  # what is odd about a name does not hang on the database
def test_an_odd_name_is_pointed_out_to_whoever_asks_and_whoever_decides(
    visitors: Callable[..., Visitor], cast: Cast
) -> None:
    member = visitors()
    own = at_own_page(member, cast.small_member.contact_id)
    form = member.get(f"{own.path}/identity").form("name_und")
    asked = form.fill(name_und="KALINA PRESS AND RADIO CLUB").submit()
    assert "Look at the name again, and take the change back if it is mistyped." in asked.words
    nadia = visitors()
    nadia.sign_in(cast.coordinator)
    assert "Look at the name:" in nadia.get("/desk/directory/changes").words
