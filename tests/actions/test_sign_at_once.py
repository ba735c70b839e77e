"""The plain case of signing: the rows that the ordinary way writes, and nothing where anything is to be looked at."""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from coalition import clock
from coalition.actions import answer, circulate, sign_at_once
from coalition.actions.acts import by_link
from coalition.actions.answer import SigningForm
from coalition.actions.sign_at_once import NotPlain
from coalition.database import db, transaction
from coalition.models.approval import Approval
from coalition.models.consent import Consent
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter, Tally
from coalition.models.link import Link
from coalition.models.organisation import Organisation
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.record import RecordEntry
from coalition.models.signature import Signature
from coalition.vault import Sealed
from tests import builders
from tests.cast import Cast
from tests.visitor import Visitor

WRITTEN: Final = (Signature, Consent, RecordEntry, OutgoingEmail, Invitation, Tally)
BY_CHANCE: Final = {"nonce", "detail_hash", "previous_hash", "hash", "message_id", "boundary", "recipient"}
"""Columns that differ between any two rows."""


def at_once(invitation: Invitation, form: SigningForm) -> str:
    """Sign by the invitation's link, if that is plain."""
    return sign_at_once.sign(invitation.id, invitation.links[-1].id, form)


class Undone(Exception):
    """Nothing of it is to stay."""


def everything() -> set[str]:
    """All rows of the tables that signing writes, opened; any two ids are alike."""
    rows = {f"{model.__name__} {_opened(row)}" for model in WRITTEN for row in db.session.scalars(select(model))}
    return {re.sub("[0-9a-f]{32}", "id", row) for row in rows}


def _opened(row: Any) -> dict[str, Any]:
    sealed = {name for name, value in vars(type(row)).items() if isinstance(value, Sealed)}
    columns = {column.key for column in type(row).__mapper__.column_attrs}
    names = sorted((columns - {f"_{name}" for name in sealed} - BY_CHANCE) | (sealed - BY_CHANCE))
    values = {name: getattr(row, name) for name in names}
    return {name: value.hex if isinstance(value, UUID) else value for name, value in values.items()}


def after_the_ordinary_way(invitation_id: UUID, form: SigningForm) -> set[str]:
    """All rows as they would be, had the form been signed by objects."""
    rows: set[str] = set()
    with suppress(Undone), transaction() as session:
        answer.sign_by(session, *by_link(session, invitation_id, form.shown), form)
        session.flush()
        session.expire_all()
        rows = everything()
        raise Undone
    return rows


@pytest.mark.parametrize("visibility", ["named", "withheld", "uncounted"])
def test_it_writes_what_the_ordinary_way_writes(cast: Cast, visibility: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    letter_id = builders.an_open_letter(cast, cast.arabic_member, languages=("ar", "en"))
    invitation = builders.invitation_of(letter_id, cast.arabic_member)
    form = builders.a_form(invitation, name=" Amman Writers ", is_withheld=visibility != "named")
    form = replace(form, is_uncounted=visibility == "uncounted")
    before = everything()

    ordinary = after_the_ordinary_way(invitation.id, form)
    assert everything() == before != ordinary

    assert at_once(builders.invitation_of(letter_id, cast.arabic_member), form) == "ar"
    assert everything() == ordinary


@pytest.fixture
def letter_id(cast: Cast) -> UUID:
    """An open letter to two members of whom nobody else is known."""
    return builders.an_open_letter(cast, cast.arabic_member, cast.unnamed_member)


def is_left_alone(invitation: Invitation, form: SigningForm | None = None) -> bool:
    """Whether the form is left to the ordinary way, and nothing was written."""
    before = everything()
    try:
        at_once(invitation, form or builders.a_form(invitation))
    except NotPlain:
        return everything() == before
    return False


def test_the_first_answer_of_an_organisation_is_plain(letter_id: UUID, cast: Cast) -> None:
    assert not is_left_alone(builders.invitation_of(letter_id, cast.arabic_member))


CHANGES: Final[dict[str, tuple[type[Any], dict[str, Any]]]] = {
    "a sensitive letter": (Letter, {"is_sensitive": True}),
    "a rolling letter": (Letter, {"is_rolling": True}),
    "a closed letter": (Letter, {"stage": "closed"}),
    "after the deadline": (Letter, {"deadline_at": clock.now() - timedelta(minutes=1)}),
    "a link taken back": (Link, {"revoked_at": clock.now()}),
    "a link of an earlier epoch": (Link, {"epoch": 7}),
    "a link that expires": (Link, {"expires_at": clock.now() + timedelta(days=1)}),
    "a link handed over": (Link, {"channel": "hand"}),
    "an invitation revoked": (Invitation, {"revoked_at": clock.now()}),
    "an invitation of a later epoch": (Invitation, {"epoch": 7}),
    "an invitation that a colleague has": (Invitation, {"handed_over_at": clock.now()}),
    "an invitation answered before": (Invitation, {"answered_at": clock.now()}),
    "an approver": (Invitation, {"part": "approver"}),
    "a contact who left": (Contact, {"ended_at": clock.now()}),
    "a confidential organisation": (Organisation, {"confidential_at": clock.now()}),
}


def changed(model: type[Any], row_id: UUID, values: dict[str, Any]) -> dict[str, Any]:
    """Change a row; what stood there before."""
    with transaction() as session:
        row = session.get_one(model, row_id)
        before = {name: getattr(row, name) for name in values}
        session.execute(update(model).where(model.id == row_id).values(values))
    return before


def test_what_is_not_plain_is_left_to_the_ordinary_way(letter_id: UUID, cast: Cast) -> None:
    for words, (model, values) in CHANGES.items():
        invitation = builders.invitation_of(letter_id, cast.arabic_member)
        form = builders.a_form(invitation)
        own = (invitation, invitation.letter, invitation.contact, invitation.organisation, invitation.links[-1])
        row_id = next(one.id for one in own if isinstance(one, model))
        before = changed(model, row_id, values)
        assert is_left_alone(builders.invitation_of(letter_id, cast.arabic_member), form), words
        changed(model, row_id, before)
    assert not is_left_alone(builders.invitation_of(letter_id, cast.arabic_member))


def test_a_letter_for_others_is_left_alone(letter_id: UUID, cast: Cast) -> None:
    changed(Letter, letter_id, {"who_may_sign": "members"})
    changed(Organisation, cast.arabic_member.organisation_id, {"standing": "guest"})
    assert is_left_alone(builders.invitation_of(letter_id, cast.arabic_member))


def test_another_text_than_the_one_in_force_is_left_alone(letter_id: UUID, cast: Cast) -> None:
    form = builders.a_form(builders.invitation_of(letter_id, cast.arabic_member))
    shown = (
        replace(form.shown, fingerprint="0" * 64),
        replace(form.shown, version=2),
        replace(form.shown, language="fr"),
        replace(form.shown, epoch=2),
        replace(form.shown, channel="hand"),
    )
    for one in shown:
        assert is_left_alone(builders.invitation_of(letter_id, cast.arabic_member), replace(form, shown=one)), one
    builders.amended(cast, letter_id)
    assert is_left_alone(builders.invitation_of(letter_id, cast.arabic_member), form)


def test_names_that_can_not_be_printed_are_left_alone(letter_id: UUID, cast: Cast) -> None:
    invitation = builders.invitation_of(letter_id, cast.arabic_member)
    assert is_left_alone(invitation, builders.a_form(invitation, name="Amman\u202e"))


def test_an_organisation_with_somebody_to_be_told_is_left_alone(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    assert is_left_alone(builders.invitation_of(letter_id, cast.small_member))
    circulate.invite(letter_id, [cast.colleague_contact_id], by=cast.coordinator)
    assert is_left_alone(builders.invitation_of(letter_id, cast.small_member))


def test_what_waits_for_an_approval_is_left_alone(letter_id: UUID, cast: Cast) -> None:
    other_id = builders.invitation_of(letter_id, cast.unnamed_member).id
    invitation = builders.invitation_of(letter_id, cast.arabic_member)
    with transaction() as session:
        session.add(
            Approval(
                asked_from_id=invitation.id,
                approver_id=other_id,
                version_id=session.get_one(Letter, letter_id).version.id,
                asked_at=clock.now(),
            )
        )
    assert is_left_alone(builders.invitation_of(letter_id, cast.arabic_member))


@pytest.mark.parametrize("is_withdrawn", [False, True])
def test_who_signed_before_is_left_alone(letter_id: UUID, cast: Cast, *, is_withdrawn: bool) -> None:
    builders.signed(letter_id, cast.arabic_member)
    if is_withdrawn:
        builders.withdrawn(letter_id, cast.arabic_member)
    with transaction() as session:
        session.execute(update(Invitation).values(answered_at=None))
    assert is_left_alone(builders.invitation_of(letter_id, cast.arabic_member))


def test_what_the_database_objects_to_is_left_alone(letter_id: UUID, cast: Cast) -> None:
    first, second = (builders.invitation_of(letter_id, one) for one in (cast.arabic_member, cast.unnamed_member))
    key = secrets.token_hex(16)
    forms = [builders.a_form(one, key=key) for one in (first, second)]
    at_once(first, forms[0])
    assert is_left_alone(builders.invitation_of(letter_id, cast.unnamed_member), forms[1])


def test_a_plain_form_is_recorded_without_a_look_and_counted(
    letter_id: UUID, cast: Cast, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(answer, "sign")
    page = visitor.get(builders.link_path(letter_id, cast.unnamed_member))
    given = {"visibility": "withheld", "role": "Director", "authority": "yes"}
    receipt = page.form("sign").fill(given).submit()
    assert (receipt.heading, receipt.path) == ("You have signed", f"{page.path}/receipt")
    tally = db.session.get_one(Tally, letter_id)
    assert (tally.signed, tally.withheld, tally.uncounted) == (1, 1, 0)
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 1
