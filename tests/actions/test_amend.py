"""Amending: a shown text changes by a new version; what that means for those who signed is said and kept to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import amend, answer, check, circulate, consult, draft, proof, reconfirm
from coalition.actions.acts import TextChanged
from coalition.database import db
from coalition.models.consent import Consent
from coalition.models.letter import Tally
from coalition.models.objection import ObjectionsAreOver
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.version import Version
from coalition.rendering.findings import finding_words
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast


def tally(letter_id: UUID) -> tuple[int, int, int]:
    """Signed, withheld, waiting."""
    db.session.rollback()
    row = db.session.get_one(Tally, letter_id)
    return row.signed, row.withheld, row.waiting


def printed(letter_id: UUID) -> set[str]:
    """The names that an edition would print now."""
    letter = builders.a_letter(letter_id)
    return {one.name for one in proof.signers(db.session(), letter)}


def mails() -> list[str]:
    """The kinds of the mails in the outbox about a new version, in a fixed order."""
    db.session.rollback()
    kinds = [row.context["kind"] for row in db.session.scalars(select(OutgoingEmail))]
    return sorted(set(kinds) & {"keep_asked", "text_corrected", "asked_again", "new_version"})


def test_a_draft_nobody_has_seen_is_simply_edited(cast: Cast) -> None:
    letter_id = builders.a_draft(cast)
    with pytest.raises(amend.NotShownYet):
        amend.begin_version(letter_id, by=cast.coordinator)


def test_while_the_team_writes_the_next_version_members_read_and_sign_the_one_in_force(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    amend.begin_version(letter_id, by=cast.coordinator)
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.save_text(letter_id, "en", {"body": "Another text."}, by=cast.coordinator)
    letter = builders.a_letter(letter_id)
    assert [version.number for version in letter.versions] == [1, 2]
    assert letter.version.number == 1
    assert letter.text("en").body == builders.BODY
    builders.signed(letter_id, cast.small_member)
    assert printed(letter_id) == {"Kalina Press Club"}


def test_a_dropped_version_leaves_nothing(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    amend.begin_version(letter_id, by=cast.coordinator)
    amend.drop_version(letter_id, by=cast.coordinator)
    assert builders.a_letter(letter_id).next_version is None
    assert db.session.scalars(select(Version.number)).all() == [1]


def test_with_a_change_of_substance_silence_is_not_carried_over(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.unnamed_member, is_withheld=True)
    assert builders.amended(cast, letter_id) == 2
    assert tally(letter_id) == (2, 1, 2)
    assert printed(letter_id) == set()
    builders.kept(letter_id, cast.small_member)
    assert tally(letter_id) == (2, 1, 1)
    assert printed(letter_id) == {"Kalina Press Club"}
    found = {finding.code for finding in check.check(db.session(), builders.a_letter(letter_id)).findings}
    assert "not_reconfirmed" in found


def test_what_is_kept_stands_in_the_ledger_with_its_text(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.amended(cast, letter_id)
    builders.kept(letter_id, cast.small_member)
    rows = db.session.scalars(select(Consent).order_by(Consent.number)).all()
    text = builders.a_letter(letter_id).text("en")
    assert [(row.act, row.version.number) for row in rows] == [("sign", 1), ("keep", 2)]
    assert rows[1].fingerprint == text.fingerprint != rows[0].fingerprint
    assert rows[1].wording_id == "keep-1"


def test_with_a_typographical_change_signatures_stand_and_each_may_object(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.arabic_member)
    builders.amended(cast, letter_id, "typographical")
    assert tally(letter_id) == (2, 0, 0)
    assert len(printed(letter_id)) == 2
    builders.objected(letter_id, cast.small_member)
    builders.objected(letter_id, cast.small_member)
    assert tally(letter_id) == (1, 0, 0)
    assert printed(letter_id) == {"Amman Writers’ House"}
    builders.kept(letter_id, cast.small_member)
    assert tally(letter_id) == (2, 0, 0)


def test_the_same_form_sent_again_after_the_signature_was_kept_objects_no_more(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.amended(cast, letter_id, "typographical")
    invitation = builders.invitation_of(letter_id, cast.small_member)
    invitation_id, shown = invitation.id, builders.shown_to(invitation)
    reconfirm.object_to(invitation_id, key="one-form", shown=shown, against="typographical")
    builders.kept(letter_id, cast.small_member)
    reconfirm.object_to(invitation_id, key="one-form", shown=shown, against="typographical")
    assert tally(letter_id) == (1, 0, 0)


def test_after_the_stated_time_there_is_no_objecting_any_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.amended(cast, letter_id, "typographical", days=3)
    later = clock.now() + timedelta(days=4)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(ObjectionsAreOver):
        builders.objected(letter_id, cast.small_member)


def test_there_is_no_objecting_where_nothing_was_corrected(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    with pytest.raises(reconfirm.NothingToObjectTo):
        builders.objected(letter_id, cast.small_member)


def test_there_is_no_objecting_on_a_letter_that_was_cancelled_or_is_talked_over_again(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.amended(cast, letter_id, "typographical")
    settings = consult.CommentSettings(clock.now() + timedelta(days=2))
    consult.back_to_consultation(letter_id, settings, reason="We look again.", by=cast.coordinator)
    with pytest.raises(reconfirm.NothingToObjectTo):
        builders.objected(letter_id, cast.small_member)
    circulate.cancel(letter_id, by=cast.coordinator)
    with pytest.raises(reconfirm.NothingToObjectTo):
        builders.objected(letter_id, cast.small_member)


def test_who_signed_an_older_text_waits_also_after_a_later_correction(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.amended(cast, letter_id)
    builders.amended(cast, letter_id, "typographical", body="Again.")
    assert tally(letter_id) == (1, 0, 1)
    assert printed(letter_id) == set()
    builders.kept(letter_id, cast.small_member)
    assert printed(letter_id) == {"Kalina Press Club"}


def test_nothing_is_recorded_for_a_text_that_changed_meanwhile(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, languages=("en", "fr"))
    invitation = builders.invitation_of(letter_id, cast.small_member)
    in_french = replace(builders.a_form(invitation), shown=builders.shown_to(invitation, language="fr"))
    in_english = builders.a_form(invitation)
    builders.amended(cast, letter_id)
    for form in (in_english, in_french):
        with pytest.raises(TextChanged):
            answer.sign(invitation.id, form)
    assert tally(letter_id) == (0, 0, 0)


def test_a_language_whose_words_did_not_change_keeps_its_fingerprint(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, languages=("en", "fr"))
    before = builders.a_letter(letter_id)
    marks = {tag: before.version.text(tag).fingerprint for tag in ("en", "fr")}
    builders.amended(cast, letter_id)
    after = builders.a_letter(letter_id)
    assert after.version.text("fr").fingerprint == marks["fr"]
    assert after.version.text("fr").origin_number == 1
    assert after.version.text("en").fingerprint != marks["en"]
    assert after.version.text("en").origin_number == 2
    assert after.version.text("fr").is_lagging
    assert not after.version.text("en").is_lagging


def test_each_is_told_what_concerns_it_and_nobody_else(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.declined(letter_id, cast.unnamed_member)
    builders.amended(cast, letter_id, "typographical")
    assert mails() == ["text_corrected"]
    builders.amended(cast, letter_id, body="Something else.")
    assert mails() == ["keep_asked", "new_version", "text_corrected"]


def test_who_declined_and_wants_to_be_asked_again_is_asked(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.unnamed_member, cast.small_member)
    builders.signed(letter_id, cast.small_member)
    invitation = builders.invitation_of(letter_id, cast.unnamed_member)
    answer.decline(invitation.id, key="a" * 32, shown=builders.shown_to(invitation), ask_again=True)
    builders.amended(cast, letter_id)
    assert mails() == ["asked_again", "keep_asked"]


@pytest.mark.parametrize(
    ("amendment", "refusal"),
    [
        (amend.Amendment(), amend.ChangeNotClassed),
        (amend.Amendment("substantive"), amend.ChangeNotClassed),
        (amend.Amendment("cosmetic", {"en": "A comma."}), amend.ChangeNotClassed),
        (amend.Amendment("substantive", {"en": "A comma."}), amend.ReplyByInThePast),
    ],
)
def test_with_signatures_a_change_needs_its_class_its_reason_and_a_time(
    cast: Cast, amendment: amend.Amendment, refusal: type[Exception]
) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.save_text(letter_id, "en", {"body": "Another text."}, by=cast.coordinator)
    with pytest.raises(refusal):
        amend.put_forward(letter_id, amendment, by=cast.coordinator, seal=amend.seal_of(builders.a_letter(letter_id)))


def test_a_version_that_says_the_same_is_not_put_forward(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    amend.begin_version(letter_id, by=cast.coordinator)
    with pytest.raises(amend.NothingChanged):
        amend.put_forward(
            letter_id, amend.Amendment(), by=cast.coordinator, seal=amend.seal_of(builders.a_letter(letter_id))
        )


def test_what_is_put_forward_is_what_was_shown_to_the_coordinator(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    amend.begin_version(letter_id, by=cast.coordinator)
    draft.save_text(letter_id, "en", {"body": "Another text."}, by=cast.coordinator)
    seal = amend.seal_of(builders.a_letter(letter_id))
    draft.save_text(letter_id, "en", {"body": "And another."}, by=cast.coordinator)
    with pytest.raises(amend.ShownChanged):
        amend.put_forward(letter_id, amend.Amendment(), by=cast.coordinator, seal=seal)


def test_kept_in_two_tabs_on_one_day_is_one_act_and_on_another_day_another(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.amended(cast, letter_id)
    builders.kept(letter_id, cast.small_member)
    builders.kept(letter_id, cast.small_member)
    assert [row.act for row in db.session.scalars(select(Consent))].count("keep") == 1
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    builders.kept(letter_id, cast.small_member)
    assert [row.act for row in db.session.scalars(select(Consent))].count("keep") == 2


def test_the_check_tells_an_objection_from_a_signature_that_is_said_not_to_be_theirs(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.arabic_member)
    builders.amended(cast, letter_id, "typographical")
    builders.objected(letter_id, cast.small_member)
    sami = builders.invitation_of(letter_id, cast.arabic_member)
    reconfirm.dispute(sami.id, shown=builders.shown_to(sami))
    found = check.check(db.session(), builders.a_letter(letter_id)).findings
    said = {one.facts["name"]: one.facts["has_objected"] for one in found if one.code == "disputed"}
    assert said == {"Kalina Press Club": True, "Amman Writers’ House": False}
    words = [finding_words(one.code, one.facts, language="en", zone="UTC") for one in found if one.code == "disputed"]
    assert sorted(words) == [
        "Amman Writers’ House says that the signature is not its own. It is not printed.",
        "Kalina Press Club has objected to the text or to the page proof. It is not printed.",
    ]
