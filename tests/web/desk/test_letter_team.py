"""The team of a letter at the desk: coordinators give parts; translators and observers see theirs and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from coalition.actions import enter, team
from coalition.actions.enter import LettersLeftAlone
from coalition.actions.team import LastCoordinator, NoSuchPart, NotAllowed, ReasonMissing, StillCoordinated
from coalition.database import db
from coalition.emails import letters
from coalition.emails.case import NoLongerDue
from coalition.models.account import Account
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import RecordEntry
from tests.builders import a_colleague, a_draft, a_letter, a_translator, an_observer, an_open_letter, signed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cast import Cast
    from tests.visitor import Visitor


def account_of(account_id: UUID) -> Account:
    db.session.rollback()
    return db.session.get_one(Account, account_id)


def test_a_coordinator_adds_a_translator_with_languages(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr", "ar"))
    colleague = a_colleague(cast, "translator", name="Lea Roth")
    form = nadia.get(f"/desk/letters/{letter_id}").follow("Team of the letter").form("account")
    page = form.fill(account=str(colleague), role="translator", languages=["fr"], reason="Knows the law").submit()
    assert "Lea Roth is on the team now." in page.words
    assert "Translator French" in page.words
    member = a_letter(letter_id).member(colleague)
    assert member is not None
    assert (member.role, member.languages) == ("translator", ["fr"])


def test_a_translator_without_a_language_is_asked_about(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    colleague = a_colleague(cast, "translator")
    form = nadia.get(f"/desk/letters/{letter_id}/team").form("account")
    page = form.fill(account=str(colleague), role="translator", reason="Knows the law").submit()
    assert (page.status, page.errors) == (422, ["Choose the languages of the translator."])


def test_an_account_for_translating_never_coordinates(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    colleague = a_colleague(cast, "translator")
    page = (
        nadia.get(f"/desk/letters/{letter_id}/team")
        .form("account")
        .fill(account=str(colleague), role="coordinator", reason="Knows the law")
    ).submit()
    assert page.status == 422
    assert a_letter(letter_id).member(colleague) is None
    with pytest.raises(NoSuchPart):
        team.join_team(
            letter_id, a_colleague(cast, "observer"), by=cast.coordinator, reason="To help", role="translator"
        )


def test_the_language_that_governs_is_nobodys_to_translate(cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    with pytest.raises(NoSuchPart):
        a_translator(cast, letter_id, "en")


def test_only_a_coordinator_of_the_letter_gives_parts(cast: Cast) -> None:
    letter_id = a_draft(cast, languages=("en", "fr"))
    translator_id = a_translator(cast, letter_id, "fr")
    for by in (account_of(translator_id), cast.other_coordinator):
        with pytest.raises(NotAllowed):
            team.join_team(letter_id, cast.other_coordinator_id, by=by, reason="To help")
        with pytest.raises(NotAllowed):
            team.leave_team(letter_id, cast.coordinator_id, by=by)


def test_a_letter_keeps_a_coordinator(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    page = nadia.get(f"/desk/letters/{letter_id}/team").form(f"{cast.coordinator_id}/leave").submit()
    assert "Somebody has to coordinate the letter" in page.words
    with pytest.raises(LastCoordinator):
        team.join_team(letter_id, cast.coordinator_id, by=cast.coordinator, reason="To help", role="observer")
    team.join_team(letter_id, cast.other_coordinator_id, by=cast.coordinator, reason="To help")
    page = nadia.get(f"/desk/letters/{letter_id}/team").form(f"{cast.coordinator_id}/leave").submit()
    assert "You are not on the team any more." in page.words
    assert [one.id for one in a_letter(letter_id).coordinators()] == [cast.other_coordinator_id]


def test_a_part_changes_and_ends_at_once(cast: Cast, visitor: Visitor) -> None:
    letter_id = a_draft(cast, languages=("en", "fr", "ar"))
    translator_id = a_translator(cast, letter_id, "fr")
    visitor.sign_in(account_of(translator_id))
    assert visitor.get(f"/desk/letters/{letter_id}/preview/fr").status == 200
    team.join_team(letter_id, translator_id, by=cast.coordinator, reason="To help", role="translator", languages=["ar"])
    assert visitor.get(f"/desk/letters/{letter_id}/preview/fr").status == 404
    assert visitor.get(f"/desk/letters/{letter_id}/preview/ar").status == 200
    team.leave_team(letter_id, translator_id, by=cast.coordinator)
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


# -- the team is told, and a letter is never left alone -------------------------------------------------------------


def told(letter_id: UUID) -> list[tuple[UUID, str, str]]:
    """Whom the mails about the team go to, what they tell, and the reason in them."""
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id))
    found = [(UUID(row.context["recipient"][8:]), row.context) for row in rows if row.context["kind"] == "team_changed"]
    return [(to, context["change"], context.get("reason", "")) for to, context in found]


def test_nobody_joins_without_a_reason_that_the_team_is_told(nadia: Visitor, cast: Cast) -> None:
    letter_id = a_draft(cast)
    colleague = a_colleague(cast, "coordinator", name="Lea Roth")
    form = nadia.get(f"/desk/letters/{letter_id}/team").form("account")
    page = form.fill(account=str(colleague), role="coordinator").submit()
    assert (page.status, page.errors) == (422, ["Say why: the team is told."])
    page = page.form("account").fill(reason="Speaks for the north").submit()
    assert "Speaks for the north" in page.words
    assert set(told(letter_id)) == {(one, "joined", "Speaks for the north") for one in (cast.coordinator_id, colleague)}
    for reason in (" ", "x" * 501):
        with pytest.raises(ReasonMissing):
            team.join_team(letter_id, cast.other_coordinator_id, by=cast.coordinator, reason=reason)


def test_the_mail_tells_the_title_and_nothing_else_of_the_letter(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    team.join_team(letter_id, cast.other_coordinator_id, by=cast.coordinator, reason="To help")
    rows = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id)).all()
    mails = [letters.make(db.session(), row) for row in rows if row.context["kind"] == "team_changed"]
    assert len(mails) == 2
    for mail in mails:
        assert mail.subject == "Omar Haddad joined the team – Free the reporters"
        for secret in ("Kalina", "undersigned", "Repeal the law"):
            assert secret not in mail.text + mail.html


def test_who_left_meanwhile_gets_no_word_of_the_team(cast: Cast) -> None:
    letter_id = a_draft(cast)
    team.join_team(letter_id, cast.other_coordinator_id, by=cast.coordinator, reason="To help")
    an_observer(cast, letter_id)
    team.leave_team(letter_id, cast.other_coordinator_id, by=cast.coordinator)
    rows = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id)).all()
    to_omar = [row for row in rows if row.context["recipient"] == f"account:{cast.other_coordinator_id.hex}"]
    about_others = [row for row in to_omar if row.context["account"] != cast.other_coordinator_id.hex]
    assert len(about_others) == 1
    with pytest.raises(NoLongerDue):
        letters.make(db.session(), about_others[0])
    off = next(row for row in to_omar if row.context["change"] == "taken off")
    assert "You do not see this letter any more." in letters.make(db.session(), off).text


def test_an_open_session_ends_with_the_account_and_with_the_part(visitors: Callable[..., Visitor], cast: Cast) -> None:
    letter_id = a_draft(cast)
    team.join_team(letter_id, cast.other_coordinator_id, by=cast.coordinator, reason="To help")
    omar = visitors()
    omar.sign_in(cast.other_coordinator)
    assert omar.get(f"/desk/letters/{letter_id}").status == 200
    team.leave_team(letter_id, cast.other_coordinator_id, by=cast.coordinator)
    assert omar.get(f"/desk/letters/{letter_id}").status == 404
    team.join_team(letter_id, cast.other_coordinator_id, by=cast.coordinator, reason="Again")
    assert omar.get(f"/desk/letters/{letter_id}").status == 200
    enter.end_account(cast.other_coordinator_id, by=cast.coordinator)
    assert omar.get(f"/desk/letters/{letter_id}").heading == "Sign in"
    assert a_letter(letter_id).member(cast.other_coordinator_id) is None


def left_alone(cast: Cast) -> UUID:
    """A letter of which Omar is the only coordinator."""
    letter_id = an_open_letter(cast)
    team.join_team(letter_id, cast.other_coordinator_id, by=cast.coordinator, reason="To take over")
    team.leave_team(letter_id, cast.coordinator_id, by=cast.coordinator)
    return letter_id


def test_a_letter_is_left_without_a_coordinator_only_after_a_warning(nadia: Visitor, cast: Cast) -> None:
    letter_id = left_alone(cast)
    with pytest.raises(LettersLeftAlone):
        enter.end_account(cast.other_coordinator_id, by=cast.coordinator)
    assert cast.other_coordinator.is_live
    page = nadia.get(f"/desk/team/{cast.other_coordinator_id}/end")
    assert "1 letter is left without a coordinator" in page.words
    assert letter_id.hex[:8] in page.words
    for secret in ("Free the reporters", "Repeal"):
        assert secret not in page.text
    page = page.form("end").submit("End the account and leave 1 letter alone")
    assert "The account of Omar Haddad has ended." in page.words
    assert "1 letter has nobody to coordinate it." in page.words
    assert a_letter(letter_id).coordinators() == []


def test_a_warning_that_is_not_true_any_more_is_given_again(nadia: Visitor, cast: Cast) -> None:
    form = nadia.get(f"/desk/team/{cast.other_coordinator_id}/end").form("end")
    left_alone(cast)
    page = form.submit()
    assert page.status == 409
    assert "look once more" in page.words
    assert cast.other_coordinator.is_live


def test_an_administrator_appoints_somebody_without_seeing_the_letter(nadia: Visitor, cast: Cast) -> None:
    letter_id = left_alone(cast)
    observer = an_observer_of(cast, letter_id)
    enter.end_account(cast.other_coordinator_id, by=cast.coordinator, leaves_alone=1)
    lea = a_colleague(cast, "coordinator", name="Lea Roth")
    assert nadia.get(f"/desk/letters/{letter_id}").status == 404
    page = nadia.get("/desk").follow("1 letter has nobody to coordinate it")
    assert f"Letter \u2068{letter_id.hex[:8]}\u2069, led by" in page.words
    assert "Free the reporters" not in page.text
    page = page.form(str(letter_id)).submit()
    assert page.errors == ["Choose a colleague.", "Say why: the team is told."]
    filled = {f"account-{letter_id.hex}": str(lea), f"reason-{letter_id.hex}": "Omar has left us"}
    page = page.form(str(letter_id)).fill(filled).submit()
    assert "Lea Roth coordinates the letter now." in page.words
    assert "Every letter has somebody who coordinates it." in page.words
    assert [one.id for one in a_letter(letter_id).coordinators()] == [lea]
    mails = [one for one in told(letter_id) if one[1] == "appointed"]
    assert {to for to, _, _ in mails} == {lea, observer}
    assert {reason for _, _, reason in mails} == {"Omar has left us"}
    verbs = {one.chain: one.verb for one in db.session.scalars(select(RecordEntry).order_by(RecordEntry.number))}
    assert verbs[letter_id.hex] == verbs["house"] == "coordinator appointed"
    assert nadia.get(f"/desk/letters/{letter_id}").status == 404


def an_observer_of(cast: Cast, letter_id: UUID) -> UUID:
    """An observer whom Omar let look on."""
    observer = a_colleague(cast, "observer")
    team.join_team(letter_id, observer, by=cast.other_coordinator, reason="To look on", role="observer")
    return observer


def test_a_letter_that_somebody_coordinates_is_nobodys_to_appoint_for(
    nadia: Visitor, omar: Visitor, cast: Cast
) -> None:
    letter_id = a_draft(cast)
    token = nadia.get("/desk").form("/sign-out").fields["csrf_token"][0]
    answers = [nadia.post(f"/desk/team/letters/{one}", {"csrf_token": token}) for one in (letter_id, uuid4())]
    assert [one.status for one in answers] == [404, 404]
    assert answers[0].words == answers[1].words
    with pytest.raises(StillCoordinated):
        team.appoint_coordinator(letter_id, cast.other_coordinator_id, by=cast.coordinator, reason="Why not")
    with pytest.raises(NotAllowed):
        team.appoint_coordinator(letter_id, cast.other_coordinator_id, by=cast.other_coordinator, reason="Me")
    assert omar.get("/desk/team/letters").status == 403
