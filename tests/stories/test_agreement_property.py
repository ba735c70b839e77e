"""Whatever is done in whatever order: no list holds an organisation that has not agreed to exactly its text.

Random sequences of what organisations and coordinators do, several of them from pages that were opened before the text
changed. What must be true is worked out here from the rows of the ledger, the objections and the versions alone.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from coalition import clock
from coalition.actions import (
    amend,
    answer,
    check,
    circulate,
    close,
    consult,
    draft,
    proof,
    publish,
    reconfirm,
    show_proof,
)
from coalition.actions.acts import TextChanged
from coalition.actions.answer import AlreadyWithheld
from coalition.actions.circulate import DeadlineNotLater, NothingToSend, VersionBeingWritten
from coalition.actions.draft import DeadlineInThePast
from coalition.actions.publish import NotReadyToPublish
from coalition.actions.reconfirm import NothingToObjectTo
from coalition.actions.show_proof import NobodyToShow
from coalition.database import db
from coalition.models.consent import Consent
from coalition.models.edition import Edition, PublicLine
from coalition.models.letter import LetterRule, Tally
from coalition.models.objection import Objection, ObjectionsAreOver
from coalition.models.public import PublicLetter
from coalition.models.signature import AlreadySigned, NoStandingSignature, Signature
from coalition.models.version import Text, Version
from tests import builders
from tests.databases import kind

if TYPE_CHECKING:
    from datetime import datetime

    from coalition.actions.acts import Shown
    from tests.cast import Cast, Member

EXAMPLES, STEPS = (20 if kind() == "sqlite" else 6), 12
REFUSALS: Final = (
    AlreadySigned,
    AlreadyWithheld,
    DeadlineInThePast,
    DeadlineNotLater,
    LetterRule,
    NoStandingSignature,
    NobodyToShow,
    NotReadyToPublish,
    NothingToObjectTo,
    NothingToSend,
    ObjectionsAreOver,
    TextChanged,
    VersionBeingWritten,
    amend.NotShownYet,
)
"""What may be said instead of doing it."""

OF_MEMBERS = (
    "sign", "sign unnamed", "keep", "object", "object to the proof", "withdraw", "withhold", "dispute", "decline",
)  # fmt: skip
OF_THE_TEAM = (
    "correct the typing", "change the substance", "show the proof", "consult", "send", "close", "extend", "wait",
    "publish",
)  # fmt: skip
WHO = ("small_member", "arabic_member", "unnamed_member")

a_step = st.one_of(
    st.tuples(st.sampled_from(OF_MEMBERS), st.sampled_from(WHO), st.booleans()),
    st.tuples(st.sampled_from(("sign", "keep")), st.sampled_from(WHO), st.just(value=True)),
    st.tuples(st.sampled_from(OF_THE_TEAM), st.just(""), st.just(value=True)),
)
"""An act, who does it, and whether from a page that is opened just then; else from one that has been open."""


@dataclass
class World:
    """One letter, and the pages that its members have open."""

    cast: Cast
    letter_id: UUID
    open_pages: dict[str, Shown] = field(default_factory=dict)
    texts: int = 0
    extensions: int = 0
    later: timedelta = timedelta()

    def do(self, act: str, who: str = "", anew: bool = True) -> None:  # noqa: FBT001, FBT002 -- a step is a tuple
        """One step; what stands against it is said and changes nothing."""
        before = self.rows()
        try:
            self.by_member(act, who, anew=anew) if who else self.by_team(act)
        except REFUSALS:
            db.session.rollback()
            assert self.rows() == before

    def by_member(self, act: str, who: str, *, anew: bool) -> None:
        """What an organisation does."""
        member: Member = getattr(self.cast, who)
        invitation = builders.invitation_of(self.letter_id, member)
        if anew or who not in self.open_pages:
            self.open_pages[who] = builders.shown_to(invitation)
        shown, key = self.open_pages[who], secrets.token_hex(16)
        if act in {"sign", "sign unnamed"}:
            form = builders.a_form(invitation, is_withheld=act == "sign unnamed")
            answer.sign(invitation.id, replace(form, shown=shown))
        elif act == "keep":
            reconfirm.keep(invitation.id, key=key, shown=shown)
        elif act in {"object", "object to the proof"}:
            against = "typographical" if act == "object" else "page_proof"
            reconfirm.object_to(invitation.id, key=key, shown=shown, against=against)
        elif act == "withdraw":
            answer.withdraw(invitation.id, key=key, shown=shown)
        elif act == "withhold":
            answer.withhold(invitation.id, key=key, shown=shown)
        elif act == "dispute":
            reconfirm.dispute(invitation.id, shown=shown)
        elif act == "decline":
            answer.decline(invitation.id, key=key, shown=shown, ask_again=True)

    def by_team(self, act: str) -> None:
        """What the coordinator does, or time."""
        by = self.cast.coordinator
        if act == "close":
            close.close(self.letter_id, by=by)
        elif act == "extend":
            self.extensions += 1
            later = clock.now() + timedelta(days=20, minutes=self.extensions)
            circulate.extend(self.letter_id, deadline_at=later, by=by)
        elif act == "show the proof":
            show_proof.send_proof(self.letter_id, until_at=clock.now() + timedelta(days=1), by=by)
        elif act == "consult":
            until = consult.CommentSettings(clock.now() + timedelta(days=1))
            consult.back_to_consultation(self.letter_id, until, reason="We look again.", by=by)
        elif act == "send":
            letter = builders.a_letter(self.letter_id)
            circulate.send(self.letter_id, by=by, number=len(circulate.sending(db.session(), letter).everybody))
        elif act == "wait":
            self.later += timedelta(days=2)
        elif act == "publish":
            found = check.check(db.session(), builders.a_letter(self.letter_id))
            publish.publish(self.letter_id, by=by, overrides={one.key: "seen" for one in found.findings})
        else:
            self.amend("typographical" if act == "correct the typing" else "substantive")

    def amend(self, change_class: str) -> None:
        """Put another text forward."""
        by = self.cast.coordinator
        self.texts += 1
        amend.begin_version(self.letter_id, by=by)
        draft.save_text(self.letter_id, "en", {"body": f"Text number {self.texts}."}, by=by)
        said = amend.Amendment(change_class, {"en": "Why."}, clock.now() + timedelta(days=3))
        amend.put_forward(self.letter_id, said, by=by, seal=amend.seal_of(builders.a_letter(self.letter_id)))

    def rows(self) -> list[tuple[object, ...]]:
        """Signatures and ledger, to see that a refusal leaves none of either."""
        db.session.rollback()
        signatures = db.session.execute(
            select(Signature.id, Signature.ended_on, Signature.version_id, Signature.suspended_at)
        )
        return sorted((tuple(row) for row in [*signatures, *db.session.execute(select(Consent.id))]), key=repr)


@dataclass(frozen=True)
class Line:
    """One signature, as the ledger tells it."""

    organisation: str
    is_withheld: bool
    is_open: bool
    """Nothing is said against it."""
    agreed_to: UUID


def told_by_the_ledger(letter_id: UUID) -> list[Line]:
    """The signatures that nobody withdrew, from their acts in the order of their numbers."""
    lines = []
    for signature in db.session.scalars(select(Signature).where(Signature.letter_id == letter_id)):
        acts = db.session.scalars(
            select(Consent).where(Consent.signature_id == signature.id).order_by(Consent.number)
        ).all()
        assert acts[0].act == "sign"
        if acts[-1].act == "withdraw":
            continue
        agreed = [one for one in acts if one.act in {"sign", "keep"}][-1]
        text = db.session.scalars(
            select(Text).where(Text.version_id == agreed.version_id, Text.language == agreed.language)
        ).one()
        assert text.fingerprint == agreed.fingerprint
        against = db.session.scalars(select(Objection).where(Objection.signature_id == signature.id)).all()
        lines.append(
            Line(
                organisation=signature.organisation,
                is_withheld=signature.visibility == "withheld",
                is_open=all(one.resolved_on is not None for one in against),
                agreed_to=agreed.version_id,
            )
        )
    return lines


def the_text_and_its_twins(letter_id: UUID) -> set[UUID]:
    """The version in force, and those before it from which it differs by typing alone."""
    versions = db.session.scalars(
        select(Version)
        .where(Version.letter_id == letter_id, Version.put_forward_at.is_not(None))
        .order_by(Version.number.desc())
    ).all()
    twins = set()
    for version in versions:
        twins.add(version.id)
        if version.change_class != "typographical":
            break
    return twins


def all_is_true(world: World) -> None:
    """What has to hold at any moment."""
    db.session.rollback()
    lines, twins = told_by_the_ledger(world.letter_id), the_text_and_its_twins(world.letter_id)
    organisations = [line.organisation for line in lines]
    assert len(organisations) == len(set(organisations)), "two signatures of one organisation stand"
    counted = [line for line in lines if line.is_open]
    tally = db.session.get_one(Tally, world.letter_id)
    assert (tally.signed, tally.withheld, tally.waiting) == (
        len(counted),
        sum(line.is_withheld for line in counted),
        sum(line.agreed_to not in twins for line in counted),
    )
    agreeing = {line.organisation for line in counted if line.agreed_to in twins}
    letter = builders.a_letter(world.letter_id)
    assert {one.signature.organisation_id.hex for one in proof.signers(db.session(), letter)} == agreeing
    published_is_true(world, [line for line in counted if line.agreed_to in twins], twins)


def published_is_true(world: World, agreeing: list[Line], twins: set[UUID]) -> None:
    """What readers see holds those alone who agreed to its text; nobody comes onto it after the release."""
    public = db.session.get(PublicLetter, world.letter_id)
    if public is None:
        return
    edition = db.session.get_one(Edition, public.edition_id)
    assert edition.version_id in twins
    text = db.session.scalars(select(Text).where(Text.version_id == edition.version_id, Text.language == "en")).one()
    assert edition.printed["texts"]["en"]["body"] == text.body
    printed = [
        db.session.get_one(Signature, UUID(line.signature)).organisation
        for line in db.session.scalars(select(PublicLine).where(PublicLine.letter_id == world.letter_id))
    ]
    assert sorted(printed) == sorted(line.organisation for line in agreeing if not line.is_withheld)
    assert public.withheld_now <= sum(line.is_withheld for line in agreeing)


@pytest.fixture
def clock_of(monkeypatch: pytest.MonkeyPatch) -> list[World]:
    """The world whose time it is: put into the list, it decides what the clock says."""
    now = clock.now
    worlds: list[World] = []

    def told() -> datetime:
        return now() + (worlds[-1].later if worlds else timedelta())

    monkeypatch.setattr(clock, "now", told)
    return worlds


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    print_blob=True,
)
@given(
    steps=st.tuples(
        st.sampled_from(([], [("sign", who, True) for who in WHO])),
        st.lists(a_step, min_size=STEPS, max_size=STEPS),
    ).map(lambda parts: [*parts[0], *parts[1]])
)
def test_no_list_holds_an_organisation_that_has_not_agreed_to_exactly_its_text(
    cast: Cast, clock_of: list[World], steps: list[tuple[str, str, bool]]
) -> None:
    clock_of.clear()
    world = World(cast, builders.an_open_letter(cast))
    clock_of.append(world)
    for step in steps:
        world.do(*step)
        all_is_true(world)
    for act in ("close", "publish"):
        world.do(act)
    all_is_true(world)


def test_the_release_counts_no_withheld_name_that_has_not_agreed(cast: Cast, clock_of: list[World]) -> None:
    world = World(cast, builders.an_open_letter(cast))
    clock_of.append(world)
    for act, who in (
        ("sign unnamed", WHO[0]),
        ("sign unnamed", WHO[1]),
        ("sign", WHO[2]),
        ("change the substance", ""),
        ("keep", WHO[0]),
        ("close", ""),
        ("publish", ""),
        ("withdraw", WHO[0]),
    ):
        world.do(act, who)
        all_is_true(world)
    assert db.session.get_one(PublicLetter, world.letter_id).withheld_now == 0
