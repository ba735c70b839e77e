"""Whom a letter goes to: pasted right there or chosen from the directory; nothing is sent by it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from coalition.actions import circulate, close, directory, draft
from coalition.actions.directory import ContactEntry, OrganisationEntry
from coalition.database import db
from coalition.models.invitation import Invitation
from coalition.models.organisation import Organisation
from coalition.models.outgoing_email import OutgoingEmail
from tests.builders import a_draft, a_letter, an_open_letter
from tests.cast import Cast
from tests.visitor import Page, Visitor

SHEET = Path(__file__).parents[2] / "cases" / "sheets" / "organisations.tsv"
THREE = """Reporters of the Coast <ada@coast.example>
Ärzte für Frieden; Germany; Ida Roth; ida@aerzte.example
Fundación Vía Libre, info@vialibre.example, Argentina"""


@pytest.fixture
def nadia(visitor: Visitor, cast: Cast) -> Visitor:
    """Nadia at the desk."""
    visitor.sign_in(cast.coordinator)
    return visitor


def path_of(letter_id: UUID, *rest: str) -> str:
    return "/".join(("/desk/letters", str(letter_id), "people", *rest))


def on_list(letter_id: UUID) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Invitation.letter_id == letter_id)) or 0


def mails() -> int:
    return db.session.scalar(select(func.count()).where(OutgoingEmail.kind_class == "invitation")) or 0


def check(page: Page, text: str) -> Page:
    return page.form("list").fill(list=text).submit("Check the list")


# -- pasted ----------------------------------------------------------------------------------------------------------


def test_a_newcomer_pastes_three_organisations_and_goes_on_to_send(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    page = check(nadia.get(path_of(letter_id)), THREE)
    assert "Nothing is written yet, and nothing is sent by this." in page.words
    assert on_list(letter_id) == 0
    page = page.form("list").submit("Put 3 organisations on the list")
    assert page.path == path_of(letter_id)
    assert "3 people are put on the list. Nothing is sent yet." in page.words
    assert page.links()["Check and send"] == f"/desk/letters/{letter_id}/send"
    assert on_list(letter_id) == 3
    assert mails() == 0


def test_the_same_list_again_puts_nobody_on_twice(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    for _ in range(2):
        page = check(nadia.get(path_of(letter_id)), THREE).form("list").submit("Put")
    assert "Nobody new: they were on the list already." in page.words
    assert on_list(letter_id) == 3


def test_a_sheet_of_seventy_countries_with_a_dozen_defects_goes_through(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    text = SHEET.read_text("utf-8")
    lines = [line for line in text.splitlines()[1:] if line.strip()]
    page = check(nadia.get(path_of(letter_id)), text)
    assert page.status == 200
    for defect in (
        "Line 14: no email address.",
        "info.eff.example.org",
        "karisma@gmial.com",
        "tedic.example.con",
        "Germny",
        "Klingon-ish",
        "U+202E",
        "Codeberg eV",
        "“maybe”",
        "no organisation name",
    ):
        assert defect in page.words, defect
    before = db.session.scalar(select(func.count()).select_from(Organisation)) or 0
    kept = page.form("list").submit("Put")
    stays = kept.form("list").fields["list"][0].strip().splitlines()[1:]
    assert 4 <= len(stays) <= 8
    after = db.session.scalar(select(func.count()).select_from(Organisation)) or 0
    assert after - before >= len(lines) - len(stays) - 4
    assert on_list(letter_id) >= after - before
    again = check(kept, kept.form("list").fields["list"][0])
    assert again.status in {200, 422}
    assert on_list(letter_id) >= after - before


def test_who_asked_not_to_be_asked_is_saved_and_not_invited(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    directory.edit_organisation(
        cast.small_member.organisation_id,
        OrganisationEntry(names={}, do_not_ask=True),
        by=cast.coordinator,
    )
    text = THREE + "\nKalina Press Club <kalina@pressclub.example>"
    page = check(nadia.get(path_of(letter_id)), text)
    assert "asked not to be asked" in page.words
    page = page.form("list").submit("Put")
    assert "Kalina Press Club" in page.words
    assert on_list(letter_id) == 3


def test_people_are_added_to_an_open_letter_and_not_to_a_closed_one(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    check(nadia.get(path_of(letter_id)), THREE).form("list").submit("Put")
    assert on_list(letter_id) == 6
    form = check(nadia.get(path_of(letter_id)), "Fourth <four@four.example>").form("list")
    close.close(letter_id, by=cast.coordinator)
    page = form.submit("Put")
    assert page.status == 409
    assert "Signing is over" in page.errors[0]
    assert not any(found.has_field("list") for found in nadia.get(path_of(letter_id)).forms)
    assert on_list(letter_id) == 6


def test_what_was_typed_survives_an_empty_file(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    form = nadia.get(path_of(letter_id)).form("list").fill(list=THREE, file=(b"PK\x03\x04", "x.xlsx"))
    page = form.submit("Check the list")
    assert page.status == 422
    assert page.form("list").fields["list"][0].strip() == THREE


# -- the list ----------------------------------------------------------------------------------------------------------


def test_who_was_not_written_to_can_be_taken_off_and_others_not(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member, cast.arabic_member)
    circulate.invite(letter_id, [cast.unnamed_member.contact_id], by=cast.coordinator)
    page = nadia.get(path_of(letter_id))
    boxes = [box.get("value", "") for box in page.tree.iter("input") if box.get("name") == "invitation"]
    assert len(boxes) == 1
    sent = db.session.scalars(select(Invitation.id).where(Invitation.queued_at.is_not(None))).all()
    form = page.form("take-off")
    form.fields["invitation"] = [*boxes, *(str(one) for one in sent), "garbage", "0" * 5000]
    page = form.submit()
    assert "1 person is off the list." in page.words
    assert on_list(letter_id) == 2


def test_the_list_says_language_zone_and_what_was_guessed(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    text = "Organisation\tEmail\tCountry\tLanguage\nOne\ta@one.example\tKenya\tFrench"
    check(nadia.get(path_of(letter_id)), text).form("list").submit("Put")
    page = nadia.get(path_of(letter_id))
    assert "French" in page.words
    assert "Africa/Nairobi guessed" in page.words


# -- chosen ------------------------------------------------------------------------------------------------------------


def test_people_are_chosen_from_the_directory(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    page = nadia.get(path_of(letter_id, "choose"))
    form = page.form("contact")
    form.fields["contact"] = [str(cast.small_member.contact_id), str(cast.colleague_contact_id)]
    page = form.submit("Put the ticked")
    assert "2 people are put on the list" in page.words
    assert "On the list" in nadia.get(path_of(letter_id, "choose")).words


def test_all_that_the_filters_show_are_put_on_at_once(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    page = nadia.get(path_of(letter_id, "choose") + "?language=fr")
    assert "Northern Lights Reporters" in page.words
    assert "Kalina" not in page.words
    form = page.form("contact")
    form.fields["act"] = "all"
    form.submit()
    db.session.rollback()
    chosen = db.session.scalars(select(Invitation.contact_id).where(Invitation.letter_id == letter_id)).all()
    assert chosen == [cast.unnamed_member.contact_id]


def test_nothing_ticked_is_told_in_words(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    page = nadia.get(path_of(letter_id, "choose") + "?q=kalina").form("contact").submit("Put the ticked")
    assert page.errors == ["Tick the people to put on the list, or take all that are shown."]
    assert "Amman" not in page.words


def test_who_can_not_be_written_to_stands_first_and_who_may_not_sign_is_not_offered(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    directory.end_contact(cast.unnamed_member.contact_id, by=cast.coordinator)
    directory.edit_organisation(
        cast.arabic_member.organisation_id,
        OrganisationEntry(names={}, standing="guest"),
        by=cast.coordinator,
    )
    draft.save_choices(letter_id, {"who_may_sign": "members"}, by=cast.coordinator)
    page = nadia.get(path_of(letter_id, "choose"))
    assert "Nobody can be written to" in page.words
    assert page.words.index("Northern Lights") < page.words.index("Amman Writers")
    offered = {box.get("value") for box in page.tree.iter("input") if box.get("name") == "contact"}
    assert str(cast.small_member.contact_id) in offered
    assert str(cast.arabic_member.contact_id) not in offered
    form = page.form("contact")
    form.fields["contact"] = [str(cast.arabic_member.contact_id)]
    assert form.submit("Put the ticked").status == 409
    assert on_list(letter_id) == 0


def test_made_up_ids_put_nobody_on(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    form = nadia.get(path_of(letter_id, "choose")).form("contact")
    form.fields["contact"] = ["x", "0" * 32, "\x00", "9" * 9999]
    page = form.submit("Put the ticked")
    assert page.status == 200
    assert on_list(letter_id) == 0


# -- who sees what -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rest", [(), ("choose",)])
def test_another_team_and_strangers_see_nothing(
    visitors: Callable[..., Visitor], cast: Cast, rest: tuple[str, ...]
) -> None:
    letter_id = a_draft(cast)
    omar, stranger = visitors(), visitors()
    omar.sign_in(cast.other_coordinator)
    assert omar.get(path_of(letter_id, *rest)).status == 404
    page = stranger.get(path_of(letter_id, *rest))
    assert page.heading == "Sign in"


def test_another_team_can_not_add_or_take_off(visitors: Callable[..., Visitor], cast: Cast) -> None:
    mine, theirs = a_draft(cast), draft.create_letter(
        by=cast.other_coordinator, title="Another letter", kind="open_letter", language="en", zone="UTC"
    )  # fmt: skip
    circulate.invite(mine, [cast.small_member.contact_id], by=cast.coordinator)
    omar = visitors()
    omar.sign_in(cast.other_coordinator)
    token = omar.get(path_of(theirs)).form("list").fields["csrf_token"][0]
    invitation = db.session.scalars(select(Invitation.id).where(Invitation.letter_id == mine)).one()
    for rest in ((), ("choose",), ("take-off",)):
        fields = {"csrf_token": token, "list": THREE, "contact": "x", "invitation": str(invitation)}
        assert omar.post(path_of(mine, *rest), fields).status == 404
    omar.post(path_of(theirs, "take-off"), {"csrf_token": token, "invitation": str(invitation)})
    assert on_list(mine) == 1
    assert a_letter(mine).stage == "draft"


def test_a_contact_of_anybody_in_the_directory_may_be_written_to(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    directory.add_contact(
        cast.small_member.organisation_id, ContactEntry(address="third@pressclub.example"), by=cast.coordinator
    )
    page = nadia.get(path_of(letter_id, "choose") + "?q=third@pressclub.example")
    assert "third@pressclub.example" in page.words
