"""Consulting: sent for comments, what those invited were told holds, back to it, and from there to signing."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import amend, answer, circulate, consult, draft
from coalition.actions.circulate import NothingToSend, NumberChanged, VersionBeingWritten
from coalition.actions.consult import (
    CommentSettings,
    NoCommentsDeadline,
    NoObjectionTooLate,
    ReasonMissing,
    WorseThanSaid,
)
from coalition.database import db
from coalition.models.letter import AlreadyPublished, IllegalMove, NotOpenForSigning, StaleEdit
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders
from tests.builders import a_draft, a_form, a_letter, an_open_letter, consulted, invitation_of
from tests.cast import Cast


def mails(letter_id: UUID) -> list[tuple[str, str]]:
    """Kind and recipient of the mails about a letter, in an order of their own."""
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.letter_id == letter_id))
    return sorted((row.context["kind"], row.context["recipient"]) for row in rows)


def kinds(letter_id: UUID) -> list[str]:
    return [kind for kind, _recipient in mails(letter_id)]


def in_hours(hours: int) -> CommentSettings:
    return CommentSettings(until_at=clock.now() + timedelta(hours=hours))


def test_a_letter_sent_for_comments_is_frozen_and_nobody_can_sign_it(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member, cast.arabic_member)
    letter = a_letter(letter_id)
    assert letter.stage == "consultation"
    assert letter.version.text("en").shown_at
    assert kinds(letter_id) == ["consultation", "consultation"]
    invitation = invitation_of(letter_id, cast.small_member)
    with pytest.raises(NotOpenForSigning):
        answer.sign(invitation.id, a_form(invitation))


def test_a_consultation_needs_a_time_until_which_comments_are_taken(cast: Cast) -> None:
    letter_id = a_draft(cast)
    circulate.invite(letter_id, [cast.small_member.contact_id], by=cast.coordinator)
    with pytest.raises(NoCommentsDeadline):
        consult.open_consultation(letter_id, by=cast.coordinator, number=1)
    assert a_letter(letter_id).stage == "draft"


def test_the_press_is_bound_to_the_settings_that_were_shown(cast: Cast) -> None:
    letter_id = a_draft(cast)
    circulate.invite(letter_id, [cast.small_member.contact_id], by=cast.coordinator)
    consult.save_comment_settings(letter_id, in_hours(5), by=cast.coordinator)
    seal = circulate.sending(db.session(), a_letter(letter_id)).seal
    consult.save_comment_settings(letter_id, in_hours(7), by=cast.coordinator)
    with pytest.raises(NumberChanged):
        consult.open_consultation(letter_id, by=cast.coordinator, number=1, seal=seal)
    with pytest.raises(NumberChanged):
        consult.open_consultation(letter_id, by=cast.coordinator, number=2)


def test_more_organisations_can_be_asked_during_a_consultation(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    with pytest.raises(NothingToSend):
        consult.open_consultation(letter_id, by=cast.coordinator, number=0)
    circulate.invite(letter_id, [cast.arabic_member.contact_id], by=cast.coordinator)
    assert consult.open_consultation(letter_id, by=cast.coordinator, number=1) == 1
    assert kinds(letter_id) == ["consultation", "consultation"]


def test_what_those_invited_were_told_does_not_become_worse_for_them(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member, audience="unnamed")
    until = a_letter(letter_id).comments_until_at
    assert until is not None
    for setting, worse in (
        ("until", CommentSettings(until - timedelta(hours=1), "unnamed")),
        ("until", CommentSettings(None, "unnamed")),
        ("audience", CommentSettings(until, "named")),
        ("no_objection", CommentSettings(until, "unnamed", until)),
    ):
        with pytest.raises(WorseThanSaid) as refused:
            consult.save_comment_settings(letter_id, worse, by=cast.coordinator)
        assert refused.value.setting == setting
    consult.save_comment_settings(letter_id, CommentSettings(until + timedelta(hours=1), "team"), by=cast.coordinator)
    assert a_letter(letter_id).comment_audience == "team"


def test_no_objection_can_be_moved_later_or_taken_out_once_it_was_said(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member, no_objection=True)
    said = consult.settings_of(a_letter(letter_id))
    assert said.no_objection_until_at is not None
    earlier = said.no_objection_until_at - timedelta(hours=1)
    with pytest.raises(WorseThanSaid):
        consult.save_comment_settings(letter_id, CommentSettings(said.until_at, "team", earlier), by=cast.coordinator)
    consult.save_comment_settings(letter_id, CommentSettings(said.until_at, "team"), by=cast.coordinator)
    assert a_letter(letter_id).no_objection_until_at is None


def test_silence_counts_only_while_something_can_be_said(cast: Cast) -> None:
    letter_id, now = a_draft(cast), clock.now()
    with pytest.raises(NoObjectionTooLate):
        consult.save_comment_settings(
            letter_id, CommentSettings(now + timedelta(days=1), "team", now + timedelta(days=2)), by=cast.coordinator
        )
    with pytest.raises(NoCommentsDeadline):
        consult.save_comment_settings(letter_id, CommentSettings(now - timedelta(days=1)), by=cast.coordinator)


def test_settings_that_a_colleague_saved_meanwhile_are_not_overwritten(cast: Cast) -> None:
    letter_id = a_draft(cast)
    seen = consult.state_of_settings(a_letter(letter_id))
    consult.save_comment_settings(letter_id, in_hours(5), by=cast.coordinator, seen=seen)
    with pytest.raises(StaleEdit):
        consult.save_comment_settings(letter_id, in_hours(6), by=cast.coordinator, seen=seen)


def test_from_consultation_everybody_asked_gets_one_mail_that_it_can_be_signed(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    circulate.invite(letter_id, [cast.arabic_member.contact_id], by=cast.coordinator)
    assert circulate.send(letter_id, by=cast.coordinator, number=2) == 2
    assert mails(letter_id) == [
        ("consultation", f"contact:{cast.small_member.contact_id.hex}"),
        ("invitation", f"contact:{cast.arabic_member.contact_id.hex}"),
        ("ready_to_sign", f"contact:{cast.small_member.contact_id.hex}"),
    ]
    builders.signed(letter_id, cast.small_member)
    assert a_letter(letter_id).stage == "open"


def test_the_row_of_who_can_sign_now_does_not_tell_whose_signature_stands(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    rows = db.session.scalars(select(OutgoingEmail)).all()
    ready = next(one for one in rows if one.context["kind"] == "ready_to_sign")
    assert (ready.invitation_id, ready.occasion) == (None, "sealed")


def test_while_the_team_writes_another_version_the_letter_does_not_go_out_for_signature(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    amend.begin_version(letter_id, by=cast.coordinator)
    with pytest.raises(VersionBeingWritten):
        circulate.send(letter_id, by=cast.coordinator, number=1)
    amend.drop_version(letter_id, by=cast.coordinator)
    assert circulate.send(letter_id, by=cast.coordinator, number=1) == 1


def test_the_version_in_force_is_the_one_that_is_signed(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    builders.amended(cast, letter_id, "", days=1)
    assert kinds(letter_id) == ["consultation", "new_version"]
    circulate.send(letter_id, by=cast.coordinator, number=1)
    builders.signed(letter_id, cast.small_member)
    assert a_letter(letter_id).version.number == 2


def test_back_to_consultation_signatures_wait_and_all_but_decliners_are_told_why(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.declined(letter_id, cast.unnamed_member)
    with pytest.raises(ReasonMissing):
        consult.back_to_consultation(letter_id, in_hours(5), reason=" ", by=cast.coordinator)
    with pytest.raises(NoCommentsDeadline):
        consult.back_to_consultation(letter_id, CommentSettings(None), reason="Why.", by=cast.coordinator)
    consult.back_to_consultation(letter_id, in_hours(5), reason="Members asked for it.", by=cast.coordinator)
    told = [to for kind, to in mails(letter_id) if kind == "consulted_again"]
    assert told == sorted(f"contact:{one.contact_id.hex}" for one in (cast.small_member, cast.arabic_member))
    with pytest.raises(IllegalMove):
        consult.back_to_consultation(letter_id, in_hours(5), reason="Again.", by=cast.coordinator)


def test_in_consultation_a_new_version_asks_nobody_to_keep_a_signature_yet(cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member, cast.arabic_member)
    builders.signed(letter_id, cast.small_member)
    consult.back_to_consultation(letter_id, in_hours(5), reason="Members asked for it.", by=cast.coordinator)
    before = len(mails(letter_id))
    builders.amended(cast, letter_id, "substantive")
    told = [entry for entry in mails(letter_id) if entry[0] in {"consulted_again", "new_version", "keep_asked"}]
    assert len(mails(letter_id)) == before + 2
    assert told.count(("consulted_again", f"contact:{cast.small_member.contact_id.hex}")) == 2
    assert ("new_version", f"contact:{cast.arabic_member.contact_id.hex}") in told


def test_back_from_consultation_who_signed_keeps_and_who_did_not_is_asked(cast: Cast) -> None:
    letter_id = an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.declined(letter_id, cast.unnamed_member)
    consult.back_to_consultation(letter_id, in_hours(5), reason="Members asked for it.", by=cast.coordinator)
    builders.amended(cast, letter_id, "substantive")
    circulate.send(letter_id, by=cast.coordinator, number=2)
    last = [entry for entry in mails(letter_id) if entry[0] in {"keep_asked", "ready_to_sign", "asked_again"}]
    assert last == [
        ("keep_asked", f"contact:{cast.small_member.contact_id.hex}"),
        ("ready_to_sign", f"contact:{cast.arabic_member.contact_id.hex}"),
    ]
    builders.kept(letter_id, cast.small_member)


def test_a_signature_under_the_same_text_stands_through_a_consultation(cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member)
    builders.signed(letter_id, cast.small_member)
    consult.back_to_consultation(letter_id, in_hours(5), reason="One more look.", by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    assert "keep_asked" not in kinds(letter_id)
    builders.published(cast, letter_id)


def test_a_published_letter_does_not_go_back(cast: Cast) -> None:
    letter_id = an_open_letter(cast, cast.small_member)
    builders.signed(letter_id, cast.small_member)
    builders.published(cast, letter_id)
    with pytest.raises(AlreadyPublished):
        consult.back_to_consultation(letter_id, in_hours(5), reason="Why.", by=cast.coordinator)


def test_cancelled_in_consultation_those_asked_are_told(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    circulate.cancel(letter_id, by=cast.coordinator)
    assert kinds(letter_id) == ["cancelled", "consultation"]


def test_a_language_added_during_a_consultation_is_shown_by_a_press_and_not_before(cast: Cast) -> None:
    letter_id = consulted(cast, cast.small_member)
    draft.add_language(letter_id, "ar", by=cast.coordinator)
    draft.save_text(letter_id, "ar", {"body": "نص"}, by=cast.coordinator)
    assert a_letter(letter_id).readable_languages == ["en"]
    circulate.show_text(letter_id, "ar", by=cast.coordinator)
    assert a_letter(letter_id).readable_languages == ["en", "ar"]
