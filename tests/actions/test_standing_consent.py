"""Consent given beforehand: told to everybody, signed only after its window, never where somebody answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from coalition import clock
from coalition.actions import answer, circulate, standing_consent
from coalition.actions.acts import standing_signature
from coalition.actions.own_page import Here
from coalition.actions.standing_consent import Beforehand, NotForWithheld, NothingAgreedTo, NothingToVeto
from coalition.database import db
from coalition.models.contact import Contact
from coalition.models.letter import Letter
from coalition.models.organisation import Organisation
from coalition.models.signature import Signature
from coalition.models.standing_consent import StandingAct, StandingConsent
from tests import builders
from tests.web.signing.own import mails

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast, Member

A_DAY = 24


def here(member: Member) -> Here:
    """The member at the page of its organisation."""
    return Here(member.contact_id, db.session.get_one(Contact, member.contact_id).epoch)


def agreed(cast: Cast, member: Member, *kinds: str, hours: int = A_DAY) -> UUID:
    """The member agrees beforehand to letters of the lead, of these kinds or of the builders' own."""
    builders.a_draft(cast)  # there is a letter that they lead
    lead = db.session.scalars(select(Organisation.id).where(Organisation.folded_name == "free voices network")).one()
    said = Beforehand(lead_id=lead, kinds=kinds or ("joint_letter", "open_letter"), veto_hours=hours, role="Director")
    return standing_consent.give(here(member), said)


def after(monkeypatch: pytest.MonkeyPatch, hours: float) -> int:
    """So many hours from now, what is due is signed; says how many."""
    then = clock.now() + timedelta(hours=hours)
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: then)
        return standing_consent.sign_due()


def the_signature(letter_id: UUID, member: Member) -> Signature | None:
    """What stands for the member on the letter."""
    db.session.rollback()
    return standing_signature(db.session(), letter_id, member.organisation_id)


def the_act() -> StandingAct:
    """The one signature that is or was foreseen."""
    db.session.rollback()
    return db.session.scalars(select(StandingAct)).one()


def test_nothing_is_signed_before_the_time_to_say_no_is_over(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(cast, cast.small_member)
    letter_id = builders.an_open_letter(cast)
    assert after(monkeypatch, 23) == 0
    assert the_signature(letter_id, cast.small_member) is None
    assert after(monkeypatch, 25) == 1
    signature = the_signature(letter_id, cast.small_member)
    assert signature is not None
    assert (signature.visibility, signature.role) == ("named", "Director")
    consent = signature.consents[0]
    assert (consent.how, consent.wording_id) == ("standing_consent", "standing-1")
    assert after(monkeypatch, 26) == 0
    assert builders.a_letter(letter_id).version.id == signature.version_id


def test_everybody_known_is_told_before_and_after(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(cast, cast.small_member)
    everybody = {f"contact:{one.hex}" for one in (cast.small_member.contact_id, cast.colleague_contact_id)}
    assert {one["recipient"] for one in mails("standing_consent")} == everybody
    builders.an_open_letter(cast)
    assert {one["recipient"] for one in mails("standing_foreseen")} == everybody
    assert {datetime.fromisoformat(one["until"]) for one in mails("standing_foreseen")} == {the_act().due_at}
    after(monkeypatch, 25)
    assert {one["recipient"] for one in mails("told_colleague") if one["beforehand"]} == everybody


def test_one_no_and_nothing_is_signed_but_everybody_can_still_answer(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreed(cast, cast.small_member)
    letter_id = builders.an_open_letter(cast)
    invitation = builders.invitation_of(letter_id, cast.small_member)
    standing_consent.veto(invitation.id, shown=builders.shown_to(invitation))
    assert after(monkeypatch, 25) == 0
    assert the_act().outcome == "vetoed"
    with pytest.raises(NothingToVeto):
        standing_consent.veto(invitation.id, shown=builders.shown_to(invitation))
    builders.signed(letter_id, cast.small_member)
    assert the_signature(letter_id, cast.small_member) is not None


@pytest.mark.parametrize("kind", ["sign", "decline", "withdraw"])
def test_whoever_answered_themselves_is_not_signed_for(cast: Cast, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    agreed(cast, cast.small_member)
    letter_id = builders.an_open_letter(cast)
    invitation = builders.invitation_of(letter_id, cast.small_member)
    shown = builders.shown_to(invitation)
    if kind == "decline":
        answer.decline(invitation.id, key="no", shown=shown)
    else:
        builders.signed(letter_id, cast.small_member)
    if kind == "withdraw":
        answer.withdraw(invitation.id, key="back", shown=shown)
    assert after(monkeypatch, 25) == 0
    assert the_act().outcome == "answered"
    signature = the_signature(letter_id, cast.small_member)
    assert (signature.consents[0].how if signature else "") == ("mailed_link" if kind == "sign" else "")


def test_an_answer_that_a_colleague_has_still_to_approve_is_not_overtaken(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreed(cast, cast.small_member)
    letter_id = builders.an_open_letter(cast)
    builders.prepared(letter_id, cast.small_member, "chair@pressclub.example", is_withheld=True)
    assert after(monkeypatch, A_DAY + 1) == 0
    assert the_signature(letter_id, cast.small_member) is None


def test_a_sensitive_letter_is_never_signed_beforehand(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(cast, cast.small_member)
    letter_id = builders.an_open_letter(cast)
    db.session.get_one(Letter, letter_id).is_sensitive = True
    db.session.commit()
    assert after(monkeypatch, 25) == 0
    assert the_act().outcome == "lapsed"


def test_whoever_withholds_its_name_cannot_agree_beforehand(cast: Cast) -> None:
    db.session.get_one(Organisation, cast.small_member.organisation_id).safety_default = "withhold"
    db.session.commit()
    with pytest.raises(NotForWithheld):
        agreed(cast, cast.small_member)


def test_whoever_withholds_its_name_since_is_not_signed_for(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(cast, cast.small_member)
    builders.an_open_letter(cast)
    db.session.get_one(Organisation, cast.small_member.organisation_id).safety_default = "withhold"
    db.session.commit()
    assert after(monkeypatch, 25) == 0


def test_it_covers_the_kinds_and_the_lead_that_were_named_alone(cast: Cast) -> None:
    agreed(cast, cast.small_member, "news")
    builders.an_open_letter(cast)
    assert db.session.scalars(select(StandingAct)).all() == []
    with pytest.raises(NothingAgreedTo):
        agreed(cast, cast.small_member, "poem")


def test_a_revoked_consent_signs_nothing_that_it_foresaw(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    consent_id = agreed(cast, cast.small_member)
    builders.an_open_letter(cast)
    standing_consent.revoke(here(cast.arabic_member), consent_id)  # not theirs: nothing happens
    assert db.session.get_one(StandingConsent, consent_id).revoked_at is None
    standing_consent.revoke(here(cast.small_member), consent_id)
    assert after(monkeypatch, 25) == 0
    assert the_act().outcome == "lapsed"


def test_it_lapses_after_a_year(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(cast, cast.small_member)
    later = clock.now() + timedelta(days=366)
    monkeypatch.setattr(clock, "now", lambda: later)
    builders.an_open_letter(cast)
    assert db.session.scalars(select(StandingAct)).all() == []


@pytest.mark.parametrize(("days", "number"), [(3, 0), (8, 1)])
def test_a_window_that_would_not_end_before_signing_does_is_none(cast: Cast, days: int, number: int) -> None:
    agreed(cast, cast.small_member, hours=168)
    letter_id = builders.a_draft(cast)
    db.session.get_one(Letter, letter_id).deadline_at = clock.now() + timedelta(days=days)
    db.session.commit()
    circulate.invite(letter_id, [cast.small_member.contact_id], by=cast.coordinator)
    circulate.send(letter_id, by=cast.coordinator, number=1)
    assert len(db.session.scalars(select(StandingAct)).all()) == number


def test_a_change_of_substance_begins_another_window(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(cast, cast.small_member)
    letter_id = builders.an_open_letter(cast)
    builders.amended(cast, letter_id)
    assert after(monkeypatch, 25) == 0
    act = the_act()
    assert act.done_on is None
    assert act.version_id == builders.a_letter(letter_id).version.id
    assert {one["number"] for one in mails("standing_foreseen")} == {1, 2}
    assert after(monkeypatch, 50) == 1
    signature = the_signature(letter_id, cast.small_member)
    assert signature is not None
    assert signature.agrees
