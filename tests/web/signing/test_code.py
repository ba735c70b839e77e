"""The step-up code at the door: asked for where the link alone is not enough, and nothing that was typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from coalition import clock
from coalition.actions import step_up
from coalition.actions.acts import standing_signature
from coalition.actions.step_up import SENDS
from coalition.database import db, transaction
from coalition.emails import letters
from coalition.models.consent import Consent
from coalition.models.letter import Letter
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.signature import Signature
from coalition.models.step_up_code import StepUpCode
from tests import builders
from tests.cast import Cast
from tests.visitor import Form, Page, Visitor

GOOD = {"visibility": "named", "role": "Director", "authority": "yes"}


@pytest.fixture
def letter_id(cast: Cast) -> Any:
    """An open letter that Daria's organisation has signed with its name withheld."""
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    return letter_id


def make_sensitive(letter_id: Any) -> None:
    """The team said that every answer to the letter needs a code."""
    with transaction() as session:
        session.get_one(Letter, letter_id).is_sensitive = True


def mailed_codes() -> list[str]:
    """The codes that were mailed, the oldest first, as their mails say them."""
    rows = db.session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.next_at)).all()
    found = [letters.make(db.session(), row) for row in rows if row.context_or_empty.get("kind") == "step_up_code"]
    return [re.findall(r"\d{4} \d{4}", mail.text)[0] for mail in found]


def standing(letter_id: Any, cast: Cast) -> Signature:
    """Daria's signature as it stands now."""
    db.session.rollback()
    found = standing_signature(db.session(), letter_id, cast.unnamed_member.organisation_id)
    assert found is not None
    return found


def another(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code.replace(' ', '')) + 1) % 10**8:08d}"


def ask_to_reveal(visitor: Visitor, letter_id: Any, cast: Cast) -> Page:
    """Daria wants her organisation named after all."""
    page = visitor.get(builders.link_path(letter_id, cast.unnamed_member)).follow("Publish the name after all")
    return page.form("reveal").fill(confirm="yes").submit()


def the_form(page: Page) -> Form:
    """The form with the code."""
    return next(form for form in page.forms if form.has_field("another_code"))


def test_only_with_a_code_is_a_withheld_name_published(visitor: Visitor, letter_id: Any, cast: Cast) -> None:
    asked = ask_to_reveal(visitor, letter_id, cast)
    assert (asked.status, asked.heading) == (200, "One code more")
    assert standing(letter_id, cast).visibility == "withheld"
    [code] = mailed_codes()
    assert code not in asked.text
    receipt = the_form(asked).fill(code=code).submit()
    assert receipt.heading == "The name will be published"
    assert standing(letter_id, cast).visibility == "named"


def test_a_code_is_needed_to_withdraw_a_withheld_name_and_none_for_a_named_one(
    visitors: Callable[..., Visitor], letter_id: Any, cast: Cast
) -> None:
    builders.signed(letter_id, cast.small_member)
    for member, heading in ((cast.small_member, "The signature is withdrawn"), (cast.unnamed_member, "One code more")):
        page = visitors().get(builders.link_path(letter_id, member)).follow("Withdraw the signature")
        assert page.form("withdraw").fill(confirm="yes").submit().heading == heading


@pytest.mark.parametrize("cookies", [True, False])
def test_in_a_sensitive_letter_signing_needs_a_code_and_nothing_typed_is_lost(
    visitors: Callable[..., Visitor], cast: Cast, *, cookies: bool
) -> None:
    letter_id = builders.an_open_letter(cast)
    make_sensitive(letter_id)
    visitor = visitors(cookies=cookies)
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    if not cookies:
        page = page.form().fill(link=builders.link_path(letter_id, cast.small_member)).submit()
    assert "each answer needs a code" in page.words
    asked = page.form("sign").fill({**GOOD, "name_und": "Kalina Press “Club” & Sons"}).submit()
    assert asked.heading == "One code more"
    [code] = mailed_codes()
    wrong = the_form(asked).fill(code=another(code)).submit()
    assert (wrong.status, "You can try 4 more times." in wrong.words) == (422, True)
    receipt = the_form(wrong).fill(code=f" {code.replace(' ', '-')} ").submit()
    assert receipt.heading == "You have signed"
    signature = standing_signature(db.session(), letter_id, cast.small_member.organisation_id)
    assert signature is not None
    assert signature.printed_names["und"] == "Kalina Press “Club” & Sons"


def test_declining_a_sensitive_letter_needs_a_code_too(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    make_sensitive(letter_id)
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    asked = page.form("decline").fill(decision="decline", reason="It is\r\nnot for us.").submit()
    [code] = mailed_codes()
    assert the_form(asked).fill(code=code).submit().heading == "You have declined"


def test_a_code_works_once_and_a_form_sent_twice_is_one_act(visitor: Visitor, letter_id: Any, cast: Cast) -> None:
    asked = ask_to_reveal(visitor, letter_id, cast)
    form = the_form(asked).fill(code=mailed_codes()[0])
    assert [form.submit().status for _ in range(2)] == [200, 200]
    signature = standing(letter_id, cast)
    acts = db.session.scalar(select(func.count()).where(Consent.signature_id == signature.id))
    assert acts == 2
    assert db.session.scalar(select(func.count()).select_from(StepUpCode)) == 0


def test_after_five_tries_the_right_code_is_of_no_use(visitor: Visitor, letter_id: Any, cast: Cast) -> None:
    asked = ask_to_reveal(visitor, letter_id, cast)
    [code] = mailed_codes()
    form = the_form(asked)
    for _ in range(5):
        page = form.fill(code=another(code)).submit()
    assert "works no more" in page.words
    assert "works no more" in form.fill(code=code).submit().words
    assert standing(letter_id, cast).visibility == "withheld"
    again = the_form(page).fill(another_code="yes").submit()
    assert the_form(again).has_field("code")
    assert len(mailed_codes()) == 2


def test_after_ten_minutes_the_code_is_gone_and_another_can_be_sent(
    visitor: Visitor, letter_id: Any, cast: Cast
) -> None:
    asked = ask_to_reveal(visitor, letter_id, cast)
    [code] = mailed_codes()
    with time_machine.travel(clock.now() + timedelta(minutes=10, seconds=1), tick=False):
        late = the_form(asked).fill(code=code).submit()
        assert "works no more" in late.words
        assert standing(letter_id, cast).visibility == "withheld"
        step_up.forget_codes()
        assert db.session.scalar(select(func.count()).select_from(StepUpCode)) == 0


def test_a_code_authorises_what_it_was_asked_for_and_nothing_else(visitor: Visitor, letter_id: Any, cast: Cast) -> None:
    asked = ask_to_reveal(visitor, letter_id, cast)
    [code] = mailed_codes()
    fields = {name: values[0] for name, values in the_form(asked).fields.items()} | {"code": code}
    elsewhere = visitor.post(asked.path.replace("/reveal", "/withdraw"), fields)
    assert "works no more" in elsewhere.words
    assert standing(letter_id, cast).ended_on is None


def test_a_code_of_one_browser_is_of_no_use_in_another(
    visitors: Callable[..., Visitor], letter_id: Any, cast: Cast
) -> None:
    """Whoever has a stolen form and link, and sees the code over a shoulder, is in another session."""
    asked = ask_to_reveal(visitors(), letter_id, cast)
    [code] = mailed_codes()
    fields = {name: values[0] for name, values in the_form(asked).fields.items()} | {"code": code}
    thief = visitors()
    thief.get(builders.link_path(letter_id, cast.unnamed_member))
    assert "works no more" in thief.post(asked.path, fields).words
    assert standing(letter_id, cast).visibility == "withheld"


def test_codes_are_mailed_only_so_often(visitor: Visitor, letter_id: Any, cast: Cast) -> None:
    page = ask_to_reveal(visitor, letter_id, cast)
    form = the_form(page)
    for _ in range(SENDS + 3):
        page = form.fill(another_code="yes").submit()
    assert "Many codes were sent." in page.words
    assert len(mailed_codes()) == SENDS
    receipt = the_form(page).fill(code=mailed_codes()[-1]).submit()
    assert receipt.heading == "The name will be published"


@pytest.mark.only_on("sqlite")
def test_and_only_so_often_in_a_day(
    visitor: Visitor, letter_id: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step_up, "SENDS_A_DAY", 1)
    form = the_form(ask_to_reveal(visitor, letter_id, cast))
    assert "Many codes were sent." in form.fill(another_code="yes").submit().words
    assert len(mailed_codes()) == 1


def test_looking_at_the_page_again_mails_no_second_code(visitor: Visitor, letter_id: Any, cast: Cast) -> None:
    page = visitor.get(builders.link_path(letter_id, cast.unnamed_member)).follow("Publish the name after all")
    form = page.form("reveal").fill(confirm="yes")
    form.submit()
    form.submit()
    assert len(mailed_codes()) == 1


def test_the_mail_with_the_code_says_nothing_of_what_it_is_for(visitor: Visitor, letter_id: Any, cast: Cast) -> None:
    ask_to_reveal(visitor, letter_id, cast)
    rows = db.session.scalars(select(OutgoingEmail)).all()
    [row] = [row for row in rows if row.context_or_empty.get("kind") == "step_up_code"]
    assert row.recipient.startswith("sealed:")
    assert row.invitation_id is None
    mail = letters.make(db.session(), row)
    said = mail.subject + mail.text + mail.html
    assert not [word for word in ("Free", "Northern", "Daria", "Voices", "/i/") if word in said]


def test_a_contact_with_safe_mail_and_another_channel_is_told_the_code_by_a_coordinator(
    visitor: Visitor, letter_id: Any, cast: Cast
) -> None:
    with transaction() as session:
        contact = session.merge(cast.unnamed_member.contact)
        contact.safe_mail, contact.other_channel = True, "Signal"
    asked = ask_to_reveal(visitor, letter_id, cast)
    assert "A coordinator of this letter tells you the code" in asked.words
    assert mailed_codes() == []
    code = db.session.scalars(select(StepUpCode)).one().code
    assert the_form(asked).fill(code=code).submit().heading == "The name will be published"
