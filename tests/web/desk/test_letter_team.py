"""The team of a letter at the desk: coordinators give parts; translators and observers see theirs and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coalition.actions import enter
from coalition.actions.enter import LastCoordinator, NoSuchPart, NotAllowed
from coalition.database import db
from coalition.models.account import Account
from tests.builders import a_colleague, a_draft, a_letter, a_translator, an_observer, an_open_letter, signed

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.cast import Cast
    from tests.visitor import Visitor


def account_of(account_id: UUID) -> Account:
    db.session.rollback()
    return db.session.get_one(Account, account_id)


def test_a_coordinator_adds_a_translator_with_languages(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr", "ar"))
    colleague = a_colleague(cast, "translator", name="Lea Roth")
    form = nadia.get(f"/desk/letters/{letter_id}").follow("Team of the letter").form("account")
    page = form.fill(account=str(colleague), role="translator", languages=["fr"]).submit()
    assert "Lea Roth is on the team now." in page.words
    assert "Translator French" in page.words
    member = a_letter(letter_id).member(colleague)
    assert member is not None
    assert (member.role, member.languages) == ("translator", ["fr"])


def test_a_translator_without_a_language_is_asked_about(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    colleague = a_colleague(cast, "translator")
    form = nadia.get(f"/desk/letters/{letter_id}/team").form("account")
    page = form.fill(account=str(colleague), role="translator").submit()
    assert (page.status, page.errors) == (422, ["Choose the languages of the translator."])


def test_an_account_for_translating_never_coordinates(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    colleague = a_colleague(cast, "translator")
    page = (
        nadia.get(f"/desk/letters/{letter_id}/team").form("account").fill(account=str(colleague), role="coordinator")
    ).submit()
    assert page.status == 422
    assert a_letter(letter_id).member(colleague) is None
    with pytest.raises(NoSuchPart):
        enter.join_team(letter_id, a_colleague(cast, "observer"), by=cast.coordinator, role="translator")


def test_the_language_that_governs_is_nobodys_to_translate(cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    with pytest.raises(NoSuchPart):
        a_translator(cast, letter_id, "en")


def test_only_a_coordinator_of_the_letter_gives_parts(cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    translator_id = a_translator(cast, letter_id, "fr")
    for by in (account_of(translator_id), cast.other_coordinator):
        with pytest.raises(NotAllowed):
            enter.join_team(letter_id, cast.other_coordinator_id, by=by)
        with pytest.raises(NotAllowed):
            enter.leave_team(letter_id, cast.coordinator_id, by=by)


def test_a_letter_keeps_a_coordinator(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    page = nadia.get(f"/desk/letters/{letter_id}/team").form(f"{cast.coordinator_id}/leave").submit()
    assert "Somebody has to coordinate the letter" in page.words
    with pytest.raises(LastCoordinator):
        enter.join_team(letter_id, cast.coordinator_id, by=cast.coordinator, role="observer")
    enter.join_team(letter_id, cast.other_coordinator_id, by=cast.coordinator)
    page = nadia.get(f"/desk/letters/{letter_id}/team").form(f"{cast.coordinator_id}/leave").submit()
    assert "You are not on the team any more." in page.words
    assert [one.id for one in a_letter(letter_id).coordinators()] == [cast.other_coordinator_id]


def test_a_part_changes_and_ends_at_once(cast: Cast, visitor: Visitor) -> None:
    letter_id = a_draft(cast, languages=("en", "fr", "ar"))
    translator_id = a_translator(cast, letter_id, "fr")
    visitor.sign_in(account_of(translator_id))
    assert visitor.get(f"/desk/letters/{letter_id}/preview/fr").status == 200
    enter.join_team(letter_id, translator_id, by=cast.coordinator, role="translator", languages=["ar"])
    assert visitor.get(f"/desk/letters/{letter_id}/preview/fr").status == 404
    assert visitor.get(f"/desk/letters/{letter_id}/preview/ar").status == 200
    enter.leave_team(letter_id, translator_id, by=cast.coordinator)
    assert visitor.get(f"/desk/letters/{letter_id}/preview/ar").status == 404


def test_a_language_that_comes_to_govern_is_closed_to_its_translator(cast: Cast, visitor: Visitor) -> None:
    from coalition.actions import draft  # noqa: PLC0415 -- for this story alone

    letter_id = a_draft(cast, languages=("en", "fr"))
    visitor.sign_in(account_of(a_translator(cast, letter_id, "fr")))
    draft.choose_authoritative(letter_id, "fr", by=cast.coordinator)
    assert visitor.get(f"/desk/letters/{letter_id}/text/fr").status == 404


def test_a_translator_sees_their_letters_and_nothing_of_the_house(cast: Cast, visitor: Visitor) -> None:
    letter_id = an_open_letter(cast, languages=("en", "fr", "ar"))
    a_draft(cast, title="A letter of others")
    visitor.sign_in(account_of(a_translator(cast, letter_id, "fr")))
    home = visitor.get("/desk")
    assert "Free the reporters" in home.words
    assert "A letter of others" not in home.words
    assert "New letter" not in home.words
    assert "Directory" not in home.words
    page = home.follow("Free the reporters")
    assert page.heading == "Languages"
    assert "French" in page.words
    assert "Arabic" not in page.words
    assert "Kalina" not in page.words


def test_an_observer_sees_the_board_and_presses_nothing(cast: Cast, visitor: Visitor) -> None:
    letter_id = an_open_letter(cast)
    signed(letter_id, cast.small_member)
    signed(letter_id, cast.unnamed_member, is_withheld=True)
    visitor.sign_in(account_of(an_observer(cast, letter_id)))
    page = visitor.get("/desk").follow("Free the reporters")
    assert "Kalina Press Club" in page.words
    assert "Show who withheld" not in page.words
    assert "Nudge" not in page.words
    for link in page.links().values():
        if link.startswith("/desk"):
            assert visitor.get(link).status == 200, link
    token = page.form("sign-out").fields["csrf_token"][0]
    for act in ("withheld", "nudge", "close", "cancel", "publish", "send", "dates", "choices", "team"):
        answer = visitor.post(f"/desk/letters/{letter_id}/{act}", {"csrf_token": token}, follow=False)
        assert answer.status == 403, act


def test_whoever_wants_leaves_a_letter(cast: Cast, visitor: Visitor) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    translator_id = a_translator(cast, letter_id, "fr")
    visitor.sign_in(account_of(translator_id))
    page = visitor.get(f"/desk/letters/{letter_id}").form("/leave").submit()
    assert "You are not on the team of" in page.words
    assert "There is no letter for you yet." in page.words
    assert a_letter(letter_id).member(translator_id) is None


def test_an_administrator_invites_a_translator_to_the_house(nadia: Visitor) -> None:
    form = nadia.get("/desk/team").form("team")
    page = form.fill(name="Lea Roth", address="lea@freevoices.example", role="translator").submit()
    assert "Lea Roth is invited." in page.words
    form = nadia.get("/desk/team").form("team")
    page = form.fill(
        name="Max Roth", address="max@freevoices.example", role="observer", is_administrator="yes"
    ).submit()
    assert page.errors == ["Administrators coordinate: leave the part at “Coordinator”."]


def test_nobody_signs_in_to_more_than_their_part(visitors: Callable[..., Visitor], cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    people = {"translator": a_translator(cast, letter_id, "fr"), "observer": an_observer(cast, letter_id)}
    for role, account_id in people.items():
        visitor = visitors()
        visitor.sign_in(account_of(account_id))
        for page in ("directory", "team", "outbox", "letters/new", "letters/import", "directory/import"):
            assert visitor.get(f"/desk/{page}").status == 403, (role, page)
