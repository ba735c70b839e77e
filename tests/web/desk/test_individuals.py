"""Persons at the desk: the coordinator accepts each, sees how they stand, and takes a line off at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coalition.actions import dispute
from coalition.database import db
from coalition.models.edition import PublicLine
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.signature import Signature
from tests import builders, persons

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Visitor


def a_letter(cast: Cast) -> UUID:
    """An open letter with a list for individuals that one member has signed."""
    letter_id = persons.with_individuals(cast, builders.an_open_letter(cast))
    builders.signed(letter_id, cast.small_member)
    return letter_id


def news() -> list[str]:
    """What persons were told of their lines."""
    db.session.rollback()
    facts = [row.context for row in db.session.query(OutgoingEmail)]
    return sorted(one["news"] for one in facts if one.get("kind") == "individual_news")


def printed_persons() -> int:
    """How many lines of persons readers see."""
    db.session.rollback()
    return db.session.query(PublicLine).filter_by(kind="individual").count()


def test_the_coordinator_lets_people_sign_for_themselves_and_the_board_counts_them_apart(
    visitor: Visitor, cast: Cast
) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    visitor.sign_in(cast.coordinator)
    path = f"/desk/letters/{letter_id}"
    assert "individuals signed" not in visitor.get(path).words
    visitor.get(f"{path}/choices").form("choices").fill(has_individuals="yes").submit()
    persons.signed(cast, letter_id)
    board = visitor.get(path)
    assert "1 individuals signed" in board.words
    assert "1 signed" in board.words
    page = visitor.get(f"{path}/individuals")
    assert "Ana Brkić" in page.words
    assert "ana@mail.example" in page.words


def test_the_list_is_not_taken_away_under_those_who_stand_on_it(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter(cast)
    persons.signed(cast, letter_id)
    visitor.sign_in(cast.coordinator)
    page = visitor.get(f"/desk/letters/{letter_id}/choices").form("choices").fill(has_individuals=None).submit()
    assert page.status == 409
    assert "It stays while they do." in page.words


def test_a_request_of_a_person_is_accepted_from_the_queue_as_it_will_be_printed(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter(cast)
    request_id = persons.asked(letter_id)
    visitor.sign_in(cast.coordinator)
    queue = visitor.get(f"/desk/letters/{letter_id}/requests")
    assert "Ana Brkić, Professor of Law, University of Split*" in queue.words
    assert "Add as a guest and invite" not in queue.words
    queue.form(f"{request_id}/person").submit()
    assert "Ana Brkić" in visitor.get(f"/desk/letters/{letter_id}/individuals").words
    again = visitor.post(f"/desk/letters/{letter_id}/requests/{request_id}/person")
    assert again.status in {400, 200}
    assert db.session.query(Signature).filter_by(kind="individual").count() == 1


def test_a_person_is_never_taken_for_an_organisation(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter(cast)
    request_id = persons.asked(letter_id)
    visitor.sign_in(cast.coordinator)
    queue = visitor.get(f"/desk/letters/{letter_id}/requests")
    page = queue.form(f"/{request_id}").fill(act="accept").submit()
    assert "Nobody was invited" in page.words


def test_a_mask_takes_the_name_off_every_page_and_the_person_is_told(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter(cast)
    persons.signed(cast, letter_id)
    builders.published(cast, letter_id)
    assert printed_persons() == 1
    visitor.sign_in(cast.coordinator)
    page = visitor.get(f"/desk/letters/{letter_id}/individuals")
    page.form("act").fill(act="mask").submit()
    assert printed_persons() == 0
    assert news() == ["closed", "masked", "published"]


def test_a_line_is_suspended_with_a_reason_and_settled_like_any_other(visitor: Visitor, cast: Cast) -> None:
    letter_id = a_letter(cast)
    persons.signed(cast, letter_id)
    visitor.sign_in(cast.coordinator)
    signature = db.session.query(Signature).filter_by(kind="individual").one()
    field = f"reason-{signature.id.hex}"
    page = visitor.get(f"/desk/letters/{letter_id}/individuals").form("act").fill(act="suspend").submit()
    assert "Say why: the person is told it." in page.words
    page.form("act").fill(act="suspend", **{field: "Another Ana Brkić is meant."}).submit()
    assert news() == ["suspended"]
    assert "Ana Brkić" in visitor.get(f"/desk/letters/{letter_id}/disputes").words
    [objection] = dispute.to_settle(db.session(), letter_id)
    dispute.release(letter_id, objection.id, reason="She wrote herself.", by=cast.coordinator)
    assert news() == ["released", "suspended"]
