"""Once a year: is this right?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from coalition import clock
from coalition.actions import own_page
from coalition.actions.ask_if_right import ask_due
from coalition.actions.own_page import Here
from coalition.database import transaction
from coalition.models.contact import Contact
from coalition.models.organisation import Organisation
from tests.cast import Cast
from tests.web.signing.own import mails


@pytest.fixture
def a_year_later(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> None:  # noqa: ARG001 -- they came a year before
    """A year and a day after everybody came into the directory."""
    now = clock.now() + timedelta(days=366)
    monkeypatch.setattr(clock, "now", lambda: now)


def asked() -> list[str]:
    """Who was asked."""
    return sorted(str(one["recipient"]) for one in mails("is_this_right"))


def contacts_of(cast: Cast) -> list[str]:
    """Every contact of the cast."""
    members = (cast.small_member, cast.arabic_member, cast.unnamed_member)
    ids = [*(member.contact_id for member in members), cast.colleague_contact_id]
    return sorted(f"contact:{one.hex}" for one in ids)


@pytest.mark.usefixtures("cast")
def test_nobody_is_asked_in_the_first_year() -> None:
    assert ask_due() == 0


@pytest.mark.usefixtures("a_year_later")
def test_everybody_is_asked_once(cast: Cast) -> None:
    assert ask_due() == 3
    assert asked() == contacts_of(cast)
    assert ask_due() == 0


@pytest.mark.usefixtures("a_year_later")
def test_who_said_that_all_is_right_is_not_asked(cast: Cast) -> None:
    own_page.say_all_right(Here(cast.small_member.contact_id, cast.small_member.contact.epoch))
    assert ask_due() == 2


@pytest.mark.usefixtures("a_year_later")
def test_who_wants_no_updates_or_is_not_to_be_asked_is_left_alone(cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Contact, cast.colleague_contact_id).wants_updates = False
        session.get_one(Contact, cast.arabic_member.contact_id).ended_at = clock.now()
        session.get_one(Organisation, cast.unnamed_member.organisation_id).do_not_ask_at = clock.now()
    assert ask_due() == 1
    assert asked() == [f"contact:{cast.small_member.contact_id.hex}"]
