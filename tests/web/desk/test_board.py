"""The board: figures that filter, a table, the organisation's own page; and names that only a noted press shows."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import circulate, close, directory
from coalition.actions.directory import ContactEntry, OrganisationEntry
from coalition.database import db
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import RecordEntry
from tests import builders
from tests.builders import an_open_letter, invitation_of
from tests.cast import Cast, Member
from tests.visitor import Page, Visitor
from tests.web.desk.letters import path_of


def answered_letter(cast: Cast) -> UUID:
    """Kalina signed, Daria signed with the name withheld, Sami has not answered."""
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    return letter_id


def rows(page: Page) -> list[str]:
    """The lines of the table."""
    return [" ".join("".join(row.itertext()).split()) for row in page.tree.iterfind(".//tbody/tr")]


def of_member(letter_id: UUID, member: Member) -> str:
    return path_of(letter_id, "organisations", str(member.organisation_id))


def kinds_of_mail(letter_id: UUID) -> list[str]:
    found = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id))
    return [row.context["kind"] for row in found]


def test_the_figures_say_how_it_stands(nadia: Visitor, cast: Cast) -> None:
    letter_id = answered_letter(cast)
    words = nadia.get(path_of(letter_id)).words
    for said in ("3 invited", "2 signed (1 withheld)", "0 declined or withdrew", "1 no answer", "days left"):
        assert said in words


def test_each_figure_filters_the_table(nadia: Visitor, cast: Cast) -> None:
    letter_id = answered_letter(cast)
    board = nadia.get(path_of(letter_id))
    assert [row.split(" Sami")[0].split(" Kalina I")[0] for row in rows(board)] == [
        "Choose Amman Writers’ House",
        "Kalina Press Club",
    ]
    assert len(rows(board.follow("2 signed"))) == 1
    assert "Kalina Press Club" in rows(board.follow("2 signed"))[0]
    assert "Amman" in rows(board.follow("1 no answer"))[0]
    assert rows(board.follow("0 declined")) == []


@pytest.mark.parametrize(("typed", "found"), [("PRESS", 1), ("jordan", 1), ("عمّان", 1), ("nobody", 0), ("x" * 5000, 0)])
def test_the_search_finds_names_and_countries(nadia: Visitor, cast: Cast, typed: str, found: int) -> None:
    letter_id = answered_letter(cast)
    page = nadia.get(path_of(letter_id)).form("q").fill(q=typed).submit()
    assert len(rows(page)) == found


def test_the_table_is_sorted_by_any_column(nadia: Visitor, cast: Cast) -> None:
    letter_id = answered_letter(cast)
    board = nadia.get(path_of(letter_id))
    assert [row.startswith("Kalina") for row in rows(board.follow("Country"))] == [True, False]
    assert [row.startswith("Kalina") for row in rows(board.follow("Answer"))] == [False, True]
    assert [row.startswith("Kalina") for row in rows(board.follow("Last event"))] == [True, False]


@pytest.mark.parametrize("query", ["state=x", "sort=x", "page=99999999999999999999", "page=-1", "page=x", "q=%00%ff"])
def test_an_address_with_nonsense_shows_the_board(nadia: Visitor, cast: Cast, query: str) -> None:
    letter_id = answered_letter(cast)
    assert nadia.get(f"{path_of(letter_id)}?{query}").status == 200


def test_a_long_list_is_leafed_through(nadia: Visitor, cast: Cast) -> None:
    contacts = []
    for number in range(101):
        entry = OrganisationEntry(names={"und": f"Member {number:03}"}, standing="member")
        organisation_id = directory.add_organisation(
            entry, [ContactEntry(address=f"a{number}@many.example")], by=cast.coordinator
        )
        contacts.append(organisation_id)
    ids = db.session.scalars(select(Contact.id).where(Contact.organisation_id.in_(contacts))).all()
    letter_id = an_open_letter(cast, cast.small_member)
    circulate.invite(letter_id, ids, by=cast.coordinator)
    page = nadia.get(path_of(letter_id))
    assert len(rows(page)) == 100
    assert "Page 1 of 2" in page.words
    assert len(rows(page.follow("Next page"))) == 2


# -- names that are withheld --------------------------------------------------------------------------------------


def test_a_withheld_name_is_counted_and_stands_nowhere(nadia: Visitor, cast: Cast) -> None:
    letter_id = answered_letter(cast)
    for page in ("", "?state=signed", "?state=unanswered", "?state=declined", "?q=northern"):
        shown = nadia.get(path_of(letter_id) + page)
        assert "Northern Lights" not in shown.text, page
        assert "1 organisation signed with its name withheld." in shown.words


def test_no_form_tells_a_withheld_name_from_no_answer(nadia: Visitor, cast: Cast) -> None:
    letter_id = answered_letter(cast)
    token = nadia.get("/desk").form("/sign-out").fields["csrf_token"][0]
    paths = [f"{of_member(letter_id, member)}/name" for member in (cast.unnamed_member, cast.arabic_member)]
    pages = [nadia.post(path, {"csrf_token": token}) for path in paths]
    assert [page.status for page in pages] == [200, 200]
    assert all("There is no printed name to correct." in page.words for page in pages)


def test_who_withheld_is_shown_by_a_press_that_the_record_notes(nadia: Visitor, cast: Cast) -> None:
    letter_id = answered_letter(cast)
    page = nadia.get(path_of(letter_id)).form("/withheld").submit()
    assert "Northern Lights Reporters" in page.words
    assert "Kalina" not in page.words
    last = db.session.scalars(
        select(RecordEntry).where(RecordEntry.chain == letter_id.hex).order_by(RecordEntry.number.desc()).limit(1)
    ).one()
    assert (last.verb, last.actor_id, last.detail) == ("withheld names shown", cast.coordinator_id.hex, {})
    assert nadia.get(path_of(letter_id, "withheld")).status == 405


def test_the_page_of_an_organisation_keeps_a_withheld_answer_closed(nadia: Visitor, cast: Cast) -> None:
    letter_id = answered_letter(cast)
    page = nadia.get(of_member(letter_id, cast.unnamed_member))
    assert "Its answer is not shown here" in page.words
    assert "answered" not in page.words.replace("answer ", "")
    assert "Signed" not in page.words
    opened = page.form("/answer").submit()
    assert "Signed, name withheld" in opened.words
    verbs = db.session.scalars(select(RecordEntry.verb).where(RecordEntry.chain == letter_id.hex)).all()
    assert verbs.count("withheld names shown") == 1


# -- nudging ------------------------------------------------------------------------------------------------------


def test_a_nudge_shows_the_names_first_and_then_goes_out(nadia: Visitor, cast: Cast) -> None:
    letter_id = answered_letter(cast)
    form = nadia.get(path_of(letter_id)).form("organisation")
    page = form.fill(organisation=cast.arabic_member.organisation_id.hex).submit("Nudge those chosen")
    assert page.heading == "Nudge these people?"
    assert "Sami Nasser" in page.words
    assert "nudge" not in kinds_of_mail(letter_id)
    page = page.form("invitation").submit("Nudge 1 organisation")
    assert "1 nudge is on its way." in page.words
    assert kinds_of_mail(letter_id).count("nudge") == 1


def test_nobody_is_nudged_who_answered_or_withheld(nadia: Visitor, cast: Cast) -> None:
    letter_id = answered_letter(cast)
    form = nadia.get(path_of(letter_id)).form("organisation")
    page = form.submit("Nudge everybody shown")
    assert "Sami Nasser" in page.words
    assert "Kalina" not in page.words
    assert "Daria" not in page.words


def test_a_nudge_to_nobody_says_what_to_choose(nadia: Visitor, cast: Cast) -> None:
    letter_id = answered_letter(cast)
    page = nadia.get(path_of(letter_id)).form("/nudge").submit("Nudge those chosen")
    assert "Choose organisations that have not answered." in page.words


def test_whoever_answers_between_the_two_pages_is_not_nudged(nadia: Visitor, cast: Cast) -> None:
    letter_id = answered_letter(cast)
    form = nadia.get(path_of(letter_id)).form("organisation")
    page = form.fill(organisation=cast.arabic_member.organisation_id.hex).submit("Nudge those chosen")
    builders.declined(letter_id, cast.arabic_member)
    assert "Nobody was nudged" in page.form("invitation").submit("Nudge").words


def test_a_letter_that_closed_meanwhile_nudges_nobody(nadia: Visitor, cast: Cast) -> None:
    letter_id = answered_letter(cast)
    form = nadia.get(path_of(letter_id)).form("organisation")
    page = form.fill(organisation=cast.arabic_member.organisation_id.hex).submit("Nudge those chosen")
    close.close(letter_id, by=cast.coordinator)
    assert "Signing is over: nobody was nudged." in page.form("invitation").submit("Nudge").words
    assert "nudge" not in kinds_of_mail(letter_id)


# -- one organisation ---------------------------------------------------------------------------------------------


def test_the_page_of_an_organisation_says_what_happened(nadia: Visitor, cast: Cast) -> None:
    letter_id = answered_letter(cast)
    page = nadia.get(path_of(letter_id)).follow("Kalina Press Club")
    for words in ("Signed", "Kalina Ivanova, Director", "was put on the list", "was sent off", "signed version 1"):
        assert words in page.words


def test_why_they_declined_is_for_the_team(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    builders.declined(letter_id, cast.small_member, reason="Our board meets in May.")
    page = nadia.get(of_member(letter_id, cast.small_member))
    assert "Declined" in page.heading
    assert "Why they declined: Our board meets in May." in page.words


def test_an_invitation_is_taken_back_and_its_link_dies(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    page = nadia.get(of_member(letter_id, cast.small_member)).form("/revoke").submit()
    assert "The invitation is taken back." in page.words
    invitation = invitation_of(letter_id, cast.small_member)
    assert invitation.revoked_at
    assert invitation.epoch == 2


def test_an_invitation_that_was_not_sent_is_taken_off_the_list(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member)
    circulate.invite(letter_id, [cast.arabic_member.contact_id], by=cast.coordinator)
    page = nadia.get(of_member(letter_id, cast.arabic_member)).form("/revoke").submit("Take off the list")
    assert "Taken off the list. Nothing was sent." in page.words
    assert len(db.session.scalars(select(Invitation)).all()) == 1


def test_a_link_is_replaced(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    page = nadia.get(of_member(letter_id, cast.small_member)).form("/replace").submit()
    assert "A new link is on its way. The one before works no more." in page.words
    assert kinds_of_mail(letter_id).count("replaced_link") == 1


def test_an_address_is_corrected_and_the_invitation_goes_there(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    invitation = invitation_of(letter_id, cast.small_member)
    field = f"address-{invitation.id.hex}"
    invitation.bounced_at = clock.now()
    db.session.commit()
    page = nadia.get(path_of(letter_id)).follow("1 bounced")
    assert "Address does not work" in rows(page)[0]
    page = page.follow("Kalina Press Club").form("/address").fill({field: "office@pressclub.example"}).submit()
    assert "The address is corrected." in page.words
    assert invitation_of(letter_id, cast.small_member).contact.address == "office@pressclub.example"
    assert "1 bounced" not in nadia.get(path_of(letter_id)).words


@pytest.mark.parametrize("typed", ["", "kalina", "a@b.example, c@d.example", "x" * 5000, "a\u202e@b.example"])
def test_an_address_that_is_none_is_asked_for_again(nadia: Visitor, cast: Cast, typed: str) -> None:
    letter_id = an_open_letter(cast)
    field = f"address-{invitation_of(letter_id, cast.small_member).id.hex}"
    page = nadia.get(of_member(letter_id, cast.small_member)).form("/address").fill({field: typed}).submit()
    assert page.status == 422
    assert page.errors
    assert invitation_of(letter_id, cast.small_member).contact.address == "kalina@pressclub.example"


def test_a_colleagues_address_is_not_taken_twice(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    field = f"address-{invitation_of(letter_id, cast.small_member).id.hex}"
    form = nadia.get(of_member(letter_id, cast.small_member)).form("/address")
    page = form.fill({field: "kofi@pressclub.example"}).submit()
    assert page.status == 409
    assert "A colleague of this organisation has that address already." in page.errors[0]


def test_a_printed_name_is_corrected_and_the_organisation_is_told(nadia: Visitor, cast: Cast) -> None:
    letter_id = answered_letter(cast)
    form = nadia.get(of_member(letter_id, cast.small_member)).form("/name")
    page = form.fill({"name-und": "Kalina Press Club (Sofia)"}).submit()
    assert "The name is corrected, and the organisation is told." in page.words
    assert "Kalina Press Club (Sofia)" in page.words
    assert kinds_of_mail(letter_id).count("name_corrected") == 1


def test_an_organisation_that_has_nothing_to_do_with_the_letter_has_no_page_here(nadia: Visitor, cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member)
    assert nadia.get(of_member(letter_id, cast.arabic_member)).status == 404
    assert nadia.get(path_of(letter_id, "organisations", str(uuid4()))).status == 404


def test_the_list_of_people_does_not_tell_who_answered(nadia: Visitor, cast: Cast) -> None:
    letter_id = answered_letter(cast)
    page = nadia.get(path_of(letter_id, "people"))
    states = {row.rpartition(" Sofia ")[2].rpartition("Europe/Sofia ")[2] for row in rows(page)}
    assert len(states) == 1, states
