"""At the desk: names that leave a list, disputes that are settled, codes that are read out, readers who are heard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from coalition.actions import dispute, report
from coalition.actions.acts import standing_signature
from coalition.actions.report import Said, Sent
from coalition.database import db, transaction
from coalition.models.record import RecordEntry
from coalition.models.step_up_code import StepUpCode
from tests import builders
from tests.cast import Cast
from tests.visitor import Page, Visitor


@pytest.fixture
def letter_id(cast: Cast) -> Any:
    """An open letter that Kalina signed by name, and Daria with her name withheld."""
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    return letter_id


@pytest.fixture
def nadia(visitor: Visitor, cast: Cast) -> Visitor:
    """The coordinator, signed in."""
    visitor.sign_in(cast.coordinator)
    return visitor


def desk(letter_id: Any, *rest: Any) -> str:
    """A page of the letter at the desk."""
    return "/".join(("/desk/letters", str(letter_id), *map(str, rest)))


def verbs_of(letter_id: Any) -> list[str]:
    """What the record of the letter says was done."""
    db.session.rollback()
    return list(db.session.scalars(select(RecordEntry.verb).where(RecordEntry.chain == letter_id.hex)))


def test_a_coordinator_masks_a_name_from_the_organisations_row_and_puts_it_back(
    nadia: Visitor, letter_id: Any, cast: Cast
) -> None:
    row = nadia.get(desk(letter_id, "organisations", cast.small_member.organisation_id))
    page = row.follow("Mask the name, or suspend the signature")
    assert page.form("mask").submit().status == 422
    after = page.form("mask").fill(confirm="yes").submit()
    assert "The name is off every list. The organisation is told." in after.words
    masked = after.follow("The name is masked")
    assert "No list names it." in masked.words
    masked.form("mask").fill(confirm="yes").submit()
    signature = standing_signature(db.session(), letter_id, cast.small_member.organisation_id)
    assert signature is not None
    assert signature.is_public


def test_a_withheld_signature_and_none_at_all_have_the_same_page(nadia: Visitor, letter_id: Any, cast: Cast) -> None:
    found = [
        nadia.get(desk(letter_id, "organisations", member.organisation_id, "list"))
        for member in (cast.unnamed_member, cast.arabic_member)
    ]
    assert [page.status for page in found] == [404, 404]


def test_a_line_is_suspended_with_a_reason_and_settled_with_another(nadia: Visitor, letter_id: Any, cast: Cast) -> None:
    page = nadia.get(desk(letter_id, "organisations", cast.small_member.organisation_id, "list"))
    assert "Write the reason" in page.form("suspend").submit().words
    listed = page.form("suspend").fill(reason="The chair says no.").submit()
    assert (listed.heading, "The team suspended it." in listed.words) == ("Disputed signatures", True)
    assert "1 disputed signature to settle" in nadia.get(desk(letter_id)).words
    form = next(form for form in listed.forms if "/disputes/" in form.action)
    reason = next(name for name in form.names if name.startswith("reason-"))
    assert form.fill({reason: "We asked again."}).submit().status == 422
    settled = form.fill({reason: "We asked again.", "how": "release"}).submit()
    assert "Nothing is disputed now." in settled.words


def test_a_disputed_signature_whose_name_is_withheld_is_not_named(nadia: Visitor, letter_id: Any, cast: Cast) -> None:
    from coalition.actions import reconfirm  # noqa: PLC0415 -- for this world alone

    invitation = builders.invitation_of(letter_id, cast.unnamed_member)
    reconfirm.dispute(invitation.id, shown=builders.shown_to(invitation))
    page = nadia.get(desk(letter_id, "disputes"))
    assert "A signature whose name is withheld" in page.words
    assert "Northern Lights" not in page.text
    [one] = dispute.to_settle(db.session(), letter_id)
    assert one.against == "not_us"


def ask_for_code(visitor: Visitor, letter_id: Any, cast: Cast) -> Page:
    """Daria, who has safe mail and another channel, wants her name published."""
    with transaction() as session:
        contact = session.merge(cast.unnamed_member.contact)
        contact.safe_mail, contact.other_channel = True, "Signal +375 29 000"
    page = visitor.get(builders.link_path(letter_id, cast.unnamed_member)).follow("Publish the name after all")
    return page.form("reveal").fill(confirm="yes").submit()


def test_a_code_is_shown_by_a_press_that_the_record_notes(
    visitors: Callable[..., Visitor], letter_id: Any, cast: Cast
) -> None:
    asked = ask_for_code(visitors(), letter_id, cast)
    assert asked.heading == "One code more"
    nadia = visitors()
    nadia.sign_in(cast.coordinator)
    page = nadia.get(desk(letter_id)).follow("1 code to read out")
    code = db.session.scalars(select(StepUpCode)).one().code
    told = ("Signal +375 29 000", "Northern Lights", "Daria", f"{code[:4]} {code[4:]}")
    assert not [one for one in told if one in page.text]
    shown = next(form for form in page.forms if "/codes/" in form.action).submit()
    assert [one for one in told if one in shown.words] == list(told)
    assert verbs_of(letter_id).count("code shown") == 1


def test_a_coordinator_of_another_letter_sees_no_code(
    visitors: Callable[..., Visitor], letter_id: Any, cast: Cast
) -> None:
    ask_for_code(visitors(), letter_id, cast)
    omar = visitors()
    omar.sign_in(cast.other_coordinator)
    own = builders.a_draft(cast)
    builders.joined(cast, own, cast.other_coordinator_id)
    code_id = db.session.scalars(select(StepUpCode.id)).one()
    assert omar.get(desk(letter_id, "codes")).status == 404
    assert omar.post(desk(own, "codes", code_id)).status in {400, 403, 404, 409, 422}
    assert verbs_of(letter_id).count("code shown") == 0


def test_an_administrator_takes_a_name_off_every_list_and_sees_how_many(nadia: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, title="Something else")
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    page = nadia.get(f"/desk/directory/{cast.small_member.organisation_id}").follow("Take the name off every list")
    assert "1 published list names Kalina Press Club." in page.words
    assert "Something else" not in page.text
    assert page.form("hide").submit().status == 422
    assert "The name has left 1 published list." in page.form("hide").fill(confirm="yes").submit().words


def test_what_a_reader_wrote_is_read_and_settled(nadia: Visitor, letter_id: Any, cast: Cast) -> None:
    builders.published(cast, letter_id)
    said = Said(name="Kalina Press Club", words="It is spelled <b>Klub</b>.", address="r@elsewhere.example")
    report.report(letter_id, said, Sent(key="r" * 32, language="en"))
    page = nadia.get(desk(letter_id)).follow("1 reader says that something is wrong with the list")
    assert "It is spelled <b>Klub</b>." in page.words
    settled = next(form for form in page.forms if "/reports/" in form.action).submit()
    assert "Nothing waits." in settled.words


def test_a_letter_is_marked_sensitive_among_its_choices(nadia: Visitor, letter_id: Any) -> None:
    page = nadia.get(desk(letter_id, "choices"))
    page.form("choices").fill(is_sensitive="yes").submit()
    assert builders.a_letter(letter_id).is_sensitive
