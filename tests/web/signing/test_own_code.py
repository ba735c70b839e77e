"""A code of its own at the organisation's own page: for a withheld name, and for whatever a sensitive letter asks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import close, step_up
from coalition.actions.acts import standing_signature
from coalition.actions.team import NotAllowed
from coalition.database import db, transaction
from coalition.models.contact import Contact
from coalition.models.letter import Letter
from coalition.models.record import RecordEntry, chain_of
from coalition.models.request import RequestToSign
from coalition.models.step_up_code import StepUpCode
from tests import builders
from tests.web.signing.own import at_own_page, mails, newest_code, own_link_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cast import Cast, Member
    from tests.visitor import Page, Visitor


def test_the_code_that_opened_the_page_does_not_withdraw_a_withheld_name(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    builders.signed(letter_id, cast.small_member, is_withheld=True)
    page = at_own_page(visitor, cast.small_member.contact_id)
    used = newest_code()
    letter = visitor.get(f"{page.path}/letters/{letter_id}")
    asked = letter.form("withdraw").fill(withdraw="yes").submit()
    assert asked.heading == "One code more"
    assert asked.form("code").fill(code=used).submit().status == 422
    db.session.rollback()
    assert standing_signature(db.session(), letter_id, cast.small_member.organisation_id) is not None
    form = asked.form("code").fill(code=newest_code())
    assert "The signature is withdrawn." in form.submit().words
    assert "The signature is withdrawn." in form.submit().words
    db.session.rollback()
    assert standing_signature(db.session(), letter_id, cast.small_member.organisation_id) is None


def test_a_sensitive_letter_asks_for_a_code_of_its_own_at_the_own_page(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    builders.signed(letter_id, cast.small_member)
    with transaction() as session:
        session.get_one(Letter, letter_id).is_sensitive = True
    page = at_own_page(visitor, cast.small_member.contact_id)
    letter = visitor.get(f"{page.path}/letters/{letter_id}")
    asked = letter.form("withhold").fill(withhold="withheld").submit()
    assert asked.heading == "One code more"
    assert "The name is withheld." in asked.form("code").fill(code=newest_code()).submit().words


def with_another_way(member: Member) -> None:
    """The member has safe mail, and a telephone by which a code can be told."""
    with transaction() as session:
        contact = session.get_one(Contact, member.contact_id)
        contact.safe_mail, contact.other_channel = True, "Signal +359 2 900"


def code_for(member: Member, visitor: Visitor) -> Page:
    """The member opens the link to the own page and asks for a code."""
    asked = visitor.get(own_link_path(member.contact_id))
    assert "Nothing is mailed." in asked.words
    return asked.form("code").submit()


def test_under_safe_mail_the_code_of_the_own_page_is_read_out_and_never_mailed(
    visitors: Callable[..., Visitor], cast: Cast
) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    with_another_way(cast.small_member)
    member = visitors()
    page = code_for(cast.small_member, member)
    assert mails("step_up_code") == []
    nadia = visitors()
    nadia.sign_in(cast.coordinator)
    waiting = nadia.get(f"/desk/letters/{letter_id}").follow("1 code to read out")
    assert "Kalina" not in waiting.words
    shown = next(form for form in waiting.forms if "/codes/" in form.action).submit()
    assert "Signal +359 2 900" in shown.words
    found = re.search(r"\d{4} \d{4}", shown.words)
    assert found is not None
    opened = page.form("code").fill(code=found[0]).submit()
    assert opened.heading == "The page of your organisation"
    chains = db.session.scalars(select(RecordEntry.chain).where(RecordEntry.verb == "code shown")).all()
    assert chains == [chain_of(None)]


def test_an_administrator_reads_it_out_to_an_organisation_that_was_asked_nothing(
    visitors: Callable[..., Visitor], cast: Cast
) -> None:
    with_another_way(cast.small_member)
    code_for(cast.small_member, visitors())
    nadia, omar = visitors(), visitors()
    nadia.sign_in(cast.coordinator)
    omar.sign_in(cast.other_coordinator)
    waiting = nadia.get("/desk/directory").follow("1 code to read out")
    assert "Kalina" not in waiting.words
    assert omar.get("/desk/codes").status == 403
    code_id = db.session.scalars(select(StepUpCode.id)).one()
    with pytest.raises(NotAllowed):
        step_up.show_code(code_id, by=cast.other_coordinator)
    shown = next(form for form in waiting.forms if "/codes/" in form.action).submit()
    assert "Kalina Press Club" in shown.words


def test_whoever_coordinates_no_letter_of_theirs_reads_out_nothing(
    visitors: Callable[..., Visitor], cast: Cast
) -> None:
    other = builders.an_open_letter(cast, cast.arabic_member)
    builders.joined(cast, other, cast.other_coordinator_id)
    with_another_way(cast.small_member)
    code_for(cast.small_member, visitors())
    assert step_up.codes_to_read_out(db.session(), other, now=clock.now()) == []


@pytest.mark.only_on("sqlite")  # which page asks for what does not hang on the database
def test_on_a_sensitive_letter_whoever_asks_to_be_added_is_asked_for_the_code(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    with transaction() as session:
        session.get_one(Letter, letter_id).is_sensitive = True
    close.close(letter_id, by=cast.coordinator)
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    asked = page.form("ask").fill(confirm="yes").submit()
    assert asked.heading == "One code more"
    assert db.session.scalars(select(RequestToSign)).all() == []
    added = asked.form("ask").fill(code=newest_code()).submit()
    assert "The coordinators decide, and write to you." in added.words
