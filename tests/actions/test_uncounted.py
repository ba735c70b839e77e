"""A signature that stands neither by name nor in a number: the team knows of it, and nobody else."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import select

from coalition.actions import answer, approve, check, ledger
from coalition.actions.acts import standing_signature
from coalition.actions.answer import AlreadyWithheld
from coalition.actions.colleague import Colleague
from coalition.database import db
from coalition.emails import letters
from coalition.models.approval import Approval
from coalition.models.consent import Consent
from coalition.models.edition import Edition
from coalition.models.letter import Tally
from coalition.models.outgoing_email import OutgoingEmail
from coalition.models.public import PublicLetter
from tests import builders
from tests.cast import assemble
from tests.public_bytes import PROOF, bodies_of
from tests.shipped import own_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from coalition.config import Settings
    from coalition.models.signature import Signature
    from tests.cast import Cast, Member
    from tests.databases import Databases
    from tests.visitor import Visitor

NOON = datetime(2027, 2, 1, 12, tzinfo=UTC)


def signed_uncounted(letter_id: UUID, member: Member) -> None:
    """The member signs, and is to stand in no list and no number."""
    invitation = builders.invitation_of(letter_id, member)
    answer.sign(invitation.id, replace(builders.a_form(invitation, is_withheld=True), is_uncounted=True))


def withheld_as(letter_id: UUID, member: Member, *, is_uncounted: bool) -> None:
    """The member takes its name off the list, or itself out of the numbers."""
    invitation = builders.invitation_of(letter_id, member)
    shown = builders.shown_to(invitation)
    answer.withhold(invitation.id, key=secrets.token_hex(16), shown=shown, is_uncounted=is_uncounted)


def the_signature(letter_id: UUID, member: Member) -> Signature:
    db.session.rollback()
    found = standing_signature(db.session(), letter_id, member.organisation_id)
    assert found is not None
    return found


def tally_of(letter_id: UUID) -> tuple[int, int, int]:
    """Signed, of them withheld, of them in no number."""
    db.session.rollback()
    tally = db.session.get_one(Tally, letter_id)
    return tally.signed, tally.withheld, tally.uncounted


def test_no_figure_of_the_letter_includes_it(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    builders.signed(letter_id, cast.arabic_member, is_withheld=True)
    signed_uncounted(letter_id, cast.unnamed_member)
    assert tally_of(letter_id) == (3, 1, 1)
    found = check.check(db.session(), builders.a_letter(letter_id))
    assert (found.figures.signatories, found.figures.countries, found.withheld) == (2, 1, 1)
    assert ledger.of_letter(db.session(), builders.a_letter(letter_id)).left_out == 1
    builders.published(cast, letter_id)
    db.session.rollback()
    assert db.session.scalars(select(Edition.withheld_count)).one() == 1


def test_it_goes_from_number_to_none_and_back_and_the_public_number_never_rises(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    for member in (cast.arabic_member, cast.unnamed_member):
        builders.signed(letter_id, member, is_withheld=True)
    builders.published(cast, letter_id)
    withheld_as(letter_id, cast.unnamed_member, is_uncounted=True)
    assert tally_of(letter_id) == (2, 1, 1)
    assert db.session.get_one(PublicLetter, letter_id).withheld_now == 1
    with pytest.raises(AlreadyWithheld):
        withheld_as(letter_id, cast.unnamed_member, is_uncounted=True)
    withheld_as(letter_id, cast.unnamed_member, is_uncounted=False)
    assert tally_of(letter_id) == (2, 2, 0)
    assert db.session.get_one(PublicLetter, letter_id).withheld_now == 1
    acts = db.session.scalars(
        select(Consent.act).where(Consent.signature_id == the_signature(letter_id, cast.unnamed_member).id)
    )
    assert sorted(acts) == ["sign", "visibility", "visibility"]


def test_the_same_form_sent_once_more_changes_nothing_that_was_chosen_since(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast)
    builders.signed(letter_id, cast.small_member)
    invitation = builders.invitation_of(letter_id, cast.small_member)
    shown, key = builders.shown_to(invitation), secrets.token_hex(16)
    answer.withhold(invitation.id, key=key, shown=shown)
    withheld_as(letter_id, cast.small_member, is_uncounted=True)
    answer.withhold(invitation.id, key=key, shown=shown)
    assert the_signature(letter_id, cast.small_member).visibility == "uncounted"


def test_the_receipt_says_only_that_an_answer_is_recorded(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    signed_uncounted(letter_id, cast.small_member)
    rows = db.session.scalars(select(OutgoingEmail)).all()
    [receipt] = [row for row in rows if row.context_or_empty.get("kind") == "receipt"]
    mail = letters.make(db.session(), receipt)
    said = f"{mail.subject}\n{mail.text}"
    assert "An answer is recorded" in said
    assert not [words for words in ("Kalina", "Free the reporters", "signed") if words in said]


def test_other_invited_organisations_are_not_told_of_it_in_their_number(cast: Cast, visitor: Visitor) -> None:
    letter_id = builders.an_open_letter(cast)
    signed_uncounted(letter_id, cast.unnamed_member)
    assert builders.a_letter(letter_id).visible_to_invitees == "number"
    assert "Signed so far" not in visitor.get(builders.link_path(letter_id, cast.small_member)).words
    builders.signed(letter_id, cast.arabic_member)
    words = visitor.get(builders.link_path(letter_id, cast.small_member)).words
    assert "Signed so far" in words
    assert "1 organisation" in words


@pytest.mark.only_on("sqlite")  # as below
def test_at_the_door_it_is_offered_explained_and_changed(visitor: Visitor, cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    page = visitor.get(builders.link_path(letter_id, cast.small_member))
    assert "No number of the letter includes you" in page.words
    form = page.form("sign").fill(visibility="uncounted", role="Director", authority="yes")
    receipt = form.submit()
    assert "None: the name is withheld, and in no number either" in receipt.words
    assert the_signature(letter_id, cast.small_member).visibility == "uncounted"
    page = visitor.get(page.path)
    assert "The name is withheld, and is in no number." in page.words
    explained = page.follow("Publish the name after all")
    assert explained.form("visibility").submit().status == 422
    assert explained.form("visibility").fill(visibility="withheld").submit().heading == "The name is withheld"
    assert the_signature(letter_id, cast.small_member).visibility == "withheld"


def test_what_was_prepared_uncounted_is_approved_uncounted(cast: Cast) -> None:
    letter_id = builders.an_open_letter(cast, cast.small_member)
    own = builders.invitation_of(letter_id, cast.small_member)
    what = approve.Prepared(own.organisation.printable_names(), is_withheld=True, is_uncounted=True)
    colleague = Colleague("chair@pressclub.example", "Boryana Dimitrova", "en")
    approve.ask(own.id, what, colleague, key=secrets.token_hex(16), shown=builders.shown_to(own))
    chair = builders.invitation_at(letter_id, cast.small_member, "chair@pressclub.example")
    [waiting] = db.session.scalars(select(Approval.id))
    by = approve.Approver("Boryana Dimitrova", "Chair")
    approve.approve(chair.id, waiting, by, key=secrets.token_hex(16), shown=builders.shown_to(chair))
    assert the_signature(letter_id, cast.small_member).visibility == "uncounted"


@pytest.mark.only_on("sqlite")  # what is printed does not hang on the database
def test_no_public_byte_tells_of_it_not_even_when_it_goes(
    settings: Settings, databases: Databases, migrated_database: str
) -> None:
    """Two worlds: in one of them a third organisation signs uncounted, and withdraws after publication."""
    origin = databases.copy(migrated_database)
    worlds = []
    with time_machine.travel(NOON, tick=False):
        with house_at(settings, origin):
            cast = assemble()
            letter_id = builders.an_open_letter(cast, languages=("en", "ar"))
            builders.signed(letter_id, cast.small_member)
            builders.signed(letter_id, cast.arabic_member, is_withheld=True)
        for is_there in (True, False):
            address = databases.copy(origin)
            with house_at(settings, address):
                if is_there:
                    signed_uncounted(letter_id, cast.unnamed_member)
                builders.published(cast, letter_id)
                published = bodies_of(letter_id)
                if is_there:
                    with time_machine.travel(NOON.replace(hour=18), tick=False):
                        builders.withdrawn(letter_id, cast.unnamed_member)
                worlds.append((published, bodies_of(letter_id)))
            databases.drop(address)
    databases.drop(origin)
    assert len(worlds[0][0]) >= 8 + PROOF
    assert b"1 organisation whose name is withheld" in worlds[0][0]["/letters/free-the-reporters"]
    assert worlds[0] == worlds[1]


@contextmanager
def house_at(settings: Settings, address: str) -> Iterator[None]:
    """The application on the database at an address, which is let go of afterwards."""
    with own_app(replace(settings, database=address)):
        yield
