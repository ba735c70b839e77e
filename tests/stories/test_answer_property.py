"""One organisation's answer, in whatever order: never two signatures, never a name it did not choose, never a lost act.

Random sequences of what its people, its twin of the directory and the coordinators do. What must be true is kept here
as a person would keep it on paper: whether it has signed, whether it wants its name there, who has masked it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from coalition import clock
from coalition.actions import (
    answer,
    approve,
    circulate,
    cut,
    directory,
    dispute,
    mask,
    merge,
    more_time,
    mute,
    reconfirm,
)
from coalition.actions.acts import standing_signature
from coalition.actions.approve import Approver
from coalition.actions.directory import ContactEntry, OrganisationEntry
from coalition.database import db
from coalition.models.approval import Approval
from coalition.models.consent import Consent
from coalition.models.edition import PublicLine
from coalition.models.invitation import Invitation
from coalition.models.letter import Tally
from coalition.models.organisation import Organisation
from coalition.models.public import PublicLetter
from coalition.models.signature import Signature
from coalition.rendering.edition import printed_letter
from tests import builders
from tests.cast import Member
from tests.databases import kind

if TYPE_CHECKING:
    from coalition.models.objection import Objection
    from tests.cast import Cast

EXAMPLES, STEPS = (25 if kind() == "sqlite" else 6), 14
WRITES: Final = frozenset(
    {
        "sign", "sign unnamed", "a colleague signs", "approve", "withhold", "reveal", "withdraw", "record a yes",
        "record a yes unnamed", "record a withdrawal", "the twin signs",
    }
)  # fmt: skip
"""What leaves a row of its own in the ledger."""


@dataclass
class Paper:
    """What somebody who looked on would have written down about one organisation."""

    has_signed: bool = False
    is_named: bool = False
    is_masked: bool = False
    since: int = 0
    """The step at which it signed."""

    def signs(self, step: int, *, named: bool) -> None:
        """It signs."""
        self.has_signed, self.is_named, self.is_masked, self.since = True, named, False, step


@dataclass
class World:
    """One letter, one organisation, and its twin that may be found to be the same."""

    cast: Cast
    letter_id: UUID
    member: Member
    """Whose answer it is."""
    second: Member
    """A colleague in the directory, who is asked later."""
    other: Member
    """The twin."""
    address: str
    """Of a colleague who stands in no directory yet."""
    own: Paper = field(default_factory=Paper)
    twin: Paper = field(default_factory=Paper)
    acts: int = 0
    step: int = 0
    is_merged: bool = False

    def do(self, act: str) -> None:
        """One step; what stands against it is said in a word of ours, and changes nothing."""
        self.step += 1
        before = self.rows()
        refusal = ""
        try:
            done = STEPS_THERE_ARE[act](self)
        except Exception as said:
            if not type(said).__module__.startswith("coalition."):
                raise
            db.session.rollback()
            done, refusal = False, type(said).__name__
        assert not refusal or self.rows() == before, f"{act} was refused ({refusal}) and left something"
        if done is not False and act in WRITES:
            self.acts += 1

    def invitation(self) -> Invitation:
        """The organisation's first invitation."""
        return builders.invitation_of(self.letter_id, self.member)

    def rows(self) -> list[tuple[object, ...]]:
        """Signatures and ledger."""
        db.session.rollback()
        signatures = db.session.execute(
            select(Signature.id, Signature.ended_on, Signature.visibility, Signature.masked_at, Signature.suspended_at)
        )
        return sorted((tuple(row) for row in [*signatures, *db.session.execute(select(Consent.id))]), key=repr)


Step: TypeAlias = Callable[[World], object]


def sign(world: World, *, named: bool = True) -> None:
    """By the mailed link."""
    invitation = world.invitation()
    answer.sign(invitation.id, builders.a_form(invitation, is_withheld=not named))
    world.own.signs(world.step, named=named)


def a_colleague_signs(world: World) -> object:
    """To whom it was passed on."""
    found = [one for one in invitations(world) if one.id != world.invitation().id and one.part == "colleague"]
    if not found:
        return False
    answer.sign(found[0].id, builders.a_form(found[0]))
    world.own.signs(world.step, named=True)
    return True


def decide(world: World, *, approves: bool) -> object:
    """The colleague who was asked for an approval decides."""
    db.session.rollback()
    waiting = db.session.scalars(
        select(Approval)
        .join(Invitation, Invitation.id == Approval.approver_id)
        .where(Approval.decided_at.is_(None), Invitation.letter_id == world.letter_id)
    ).first()
    if waiting is None:
        return False
    approver, named = waiting.approver, not waiting.prepared["is_withheld"]
    shown, key = builders.shown_to(approver), secrets.token_hex(16)
    if not approves:
        approve.refuse(approver.id, waiting.id, key=key, shown=shown)
        return True
    approve.approve(approver.id, waiting.id, Approver("Boryana Dimitrova", "Chair"), key=key, shown=shown)
    world.own.signs(world.step, named=named)
    return True


def by_link(verb: Callable[..., object], after: Callable[[Paper], None]) -> Step:
    """An act by the mailed link, and what it changes on paper."""

    def act(world: World) -> None:
        invitation = world.invitation()
        verb(invitation.id, key=secrets.token_hex(16), shown=builders.shown_to(invitation))
        after(world.own)

    return act


def recorded(answer_: str, after: Callable[[World], None]) -> Step:
    """A coordinator records what was said by telephone; what stands against it is told, nothing is raised."""

    def act(world: World) -> object:
        before = world.rows()
        builders.recorded(world.cast, world.letter_id, world.member, answer=answer_)
        if world.rows() == before:
            return False
        after(world)
        return True

    return act


def settled(verb: Callable[..., None], *, ends: bool) -> Step:
    """The coordinators settle what is said against the line."""

    def act(world: World) -> object:
        db.session.rollback()
        found: list[Objection] = dispute.to_settle(db.session(), world.letter_id)
        if not found:
            return False
        whose = found[0].signature.organisation_id
        verb(world.letter_id, found[0].id, reason="They told us.", by=world.cast.coordinator)
        if ends:  # the desk's own act: it stands with the objection, not among the acts of the organisation
            (world.own if whose == world.member.organisation_id else world.twin).has_signed = False
        return True

    return act


def the_twin_signs(world: World) -> object:
    """Another entry of the directory, which may be the same organisation."""
    if world.is_merged:
        return False
    builders.signed(world.letter_id, world.other)
    world.twin.signs(world.step, named=True)
    return True


def merged(world: World) -> object:
    """The two are found to be one: the earlier signature stands, as hidden as either was."""
    if world.is_merged:
        return False
    db.session.rollback()
    ids = (world.member.organisation_id, world.other.organisation_id)
    kept, other = (db.session.get_one(Organisation, one) for one in ids)
    pairs = len(merge.published_pairs(db.session(), *ids))
    entry = merge.both_as_one(kept, other, {})
    both = world.own.has_signed and world.twin.has_signed
    merge.merge(*ids, entry=entry, by=world.cast.coordinator, pairs_seen=pairs)
    world.is_merged = True
    ended = world.twin
    if not world.own.has_signed or (both and world.twin.since < world.own.since):
        world.own, ended = world.twin, world.own
    is_hidden_now = both and world.own.is_named and not ended.is_named
    world.own.is_named = world.own.is_named and not is_hidden_now
    world.own.is_masked = world.own.is_masked or (both and ended.is_masked)
    world.twin = Paper()
    world.acts += both + is_hidden_now
    return True


def reinvited(world: World) -> None:
    """Another contact there is asked, and the first gets another link."""
    circulate.invite(world.letter_id, [world.second.contact_id], by=world.cast.coordinator)
    due = circulate.sending(db.session(), builders.a_letter(world.letter_id)).everybody
    if due:
        circulate.send(world.letter_id, by=world.cast.coordinator, number=len(due))
    circulate.replace_link(world.invitation().id, by=world.cast.coordinator)


def passed_on(world: World, *, hands_over: bool) -> None:
    """To somebody who stood in no directory yet."""
    builders.passed_on(world.letter_id, world.member, world.address, hands_over=hands_over)


def prepared(world: World, *, unnamed: bool) -> None:
    """For the same person to approve."""
    builders.prepared(world.letter_id, world.member, world.address, is_withheld=unnamed)


def withdraws(paper: Paper) -> None:
    """On paper: it has signed no more."""
    paper.has_signed = False


def unnamed(paper: Paper) -> None:
    """On paper: it does not want its name there."""
    paper.is_named = False


def named(paper: Paper) -> None:
    """On paper: it wants its name there, whoever masked it."""
    paper.is_named, paper.is_masked = True, False


def masks(world: World) -> None:
    """A coordinator masks the name."""
    mask.mask(world.letter_id, world.member.organisation_id, by=world.cast.coordinator)
    world.own.is_masked = True


def unmasks(world: World) -> None:
    """And takes it off again."""
    mask.unmask(world.letter_id, world.member.organisation_id, by=world.cast.coordinator)
    world.own.is_masked = False


def suspends(world: World) -> None:
    """A coordinator takes the line off until something is settled."""
    dispute.suspend(world.letter_id, world.member.organisation_id, reason="A call.", by=world.cast.coordinator)


def needs_time(world: World) -> None:
    """A day is named."""
    invitation = world.invitation()
    day = (clock.now() + timedelta(days=3)).date()
    more_time.need_until(invitation.id, day, key=secrets.token_hex(16), shown=builders.shown_to(invitation))


def says_not_us(world: World) -> None:
    """Somebody there says that it was not them."""
    invitation = world.invitation()
    reconfirm.dispute(invitation.id, shown=builders.shown_to(invitation))


def mutes(world: World) -> None:
    """Nothing more of this letter."""
    invitation = world.invitation()
    mute.mute(invitation.id, wholly=False, shown=builders.shown_to(invitation))


def publishes(world: World) -> object:
    """The letter is released, and goes on taking signatures."""
    if db.session.get(PublicLetter, world.letter_id) is not None:
        return False
    builders.published_open(world.cast, world.letter_id)
    return True


def adds_late(world: World) -> object:
    """Whoever waits for it comes onto the published list."""
    db.session.rollback()
    waiting = [one.id for one in db.session.scalars(select(Signature).where(Signature.letter_id == world.letter_id))]
    return cut.add(world.letter_id, waiting, by=world.cast.coordinator) > 0


def cuts(world: World) -> None:
    """An edition is made of what stands there now."""
    cut.cut(world.letter_id, by=world.cast.coordinator)


def invitations(world: World) -> list[Invitation]:
    """Everybody's at the organisation."""
    db.session.rollback()
    query = select(Invitation).where(
        Invitation.letter_id == world.letter_id, Invitation.organisation_id == world.member.organisation_id
    )
    return list(db.session.scalars(query.order_by(Invitation.created_at)))


STEPS_THERE_ARE: Final[dict[str, Step]] = {
    "sign": sign,
    "sign unnamed": lambda world: sign(world, named=False),
    "pass on": lambda world: passed_on(world, hands_over=False),
    "hand over": lambda world: passed_on(world, hands_over=True),
    "a colleague signs": a_colleague_signs,
    "ask for approval": lambda world: prepared(world, unnamed=False),
    "ask for approval unnamed": lambda world: prepared(world, unnamed=True),
    "approve": lambda world: decide(world, approves=True),
    "refuse": lambda world: decide(world, approves=False),
    "need time": needs_time,
    "withhold": by_link(answer.withhold, unnamed),
    "reveal": by_link(answer.reveal, named),
    "withdraw": by_link(answer.withdraw, withdraws),
    "decline": lambda world: builders.declined(world.letter_id, world.member),
    "not us": says_not_us,
    "suspend": suspends,
    "release": settled(dispute.release, ends=False),
    "end": settled(dispute.end, ends=True),
    "mask": masks,
    "unmask": unmasks,
    "record a yes": recorded("sign", lambda world: world.own.signs(world.step, named=True)),
    "record a yes unnamed": recorded("withheld", lambda world: world.own.signs(world.step, named=False)),
    "record a withdrawal": recorded("withdraw", lambda world: withdraws(world.own)),
    "re-invite": reinvited,
    "mute": mutes,
    "the twin signs": the_twin_signs,
    "merge": merged,
    "publish": publishes,
    "add late": adds_late,
    "cut": cuts,
}


BEGINNINGS: Final = (
    (),
    ("sign",),
    ("sign unnamed",),
    ("record a yes", "not us"),
    ("the twin signs", "sign"),
    ("pass on", "ask for approval"),
    ("ask for approval unnamed", "approve"),
    ("sign", "publish"),
    ("publish", "sign", "cut"),
    ("sign unnamed", "publish", "the twin signs"),
)
"""From nothing, and from where more can happen."""


def all_is_true(world: World) -> None:
    """What has to hold at any moment."""
    db.session.rollback()
    standing = db.session.scalars(
        select(Signature).where(Signature.letter_id == world.letter_id, Signature.ended_on.is_(None))
    ).all()
    by_organisation = [one.organisation_id for one in standing]
    assert len(by_organisation) == len(set(by_organisation)), "two signatures of one organisation stand"
    assert db.session.scalar(select(func.count()).select_from(Consent)) == world.acts, "an act is lost, or invented"
    signature = standing_signature(db.session(), world.letter_id, world.member.organisation_id)
    assert (signature is not None) == world.own.has_signed
    if signature is not None:
        assert (signature.visibility == "named") == world.own.is_named, "a name that the organisation did not choose"
        assert signature.is_public <= (world.own.is_named and not world.own.is_masked)
    tally = db.session.get_one(Tally, world.letter_id)
    counted = [one for one in standing if one.suspended_at is None]
    assert (tally.signed, tally.withheld) == (len(counted), sum(one.visibility == "withheld" for one in counted))
    public = db.session.get(PublicLetter, world.letter_id)
    if public is not None:
        printed_is_true(public, standing)


def printed_is_true(public: PublicLetter, standing: Sequence[Signature]) -> None:
    """What readers see names nobody twice, nobody who is not to be seen, and counts no more unnamed than there are."""
    lines = db.session.scalars(select(PublicLine).where(PublicLine.letter_id == public.letter_id)).all()
    indices = [line.signature_index for line in lines]
    may_be_seen = {one.public_index() for one in standing if one.is_public}
    assert len(indices) == len(set(indices)), "a name stands there twice"
    assert set(indices) <= may_be_seen, "a name stands there that may not be seen"
    assert public.withheld_now <= sum(one.visibility == "withheld" and one.suspended_at is None for one in standing)
    letter = printed_letter(db.session(), public)
    shown = [line for group in letter.groups for line in group.lines]
    assert letter.figures.signatories == len(shown) + (letter.withheld_count or 0), "a figure disagrees with the list"


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    print_blob=True,
)
@given(
    steps=st.tuples(
        st.sampled_from(BEGINNINGS),
        st.lists(st.sampled_from(sorted(STEPS_THERE_ARE)), min_size=STEPS, max_size=STEPS),
    ).map(lambda parts: [*parts[0], *parts[1]])
)
def test_an_answer_is_never_doubled_revealed_or_lost(cast: Cast, steps: list[str]) -> None:
    world = a_world(cast)
    for step in steps:
        world.do(step)
        all_is_true(world)


def test_asking_again_brings_no_withdrawn_signature_back(cast: Cast) -> None:
    world = a_world(cast)
    for step in ("sign", "withdraw", "re-invite", "pass on", "mask", "unmask", "re-invite"):
        world.do(step)
        all_is_true(world)
    assert not world.own.has_signed


def a_world(cast: Cast) -> World:
    """Two entries of the directory that nothing was done with yet; the letter goes out to both."""
    number = secrets.token_hex(4)
    own, second = an_entry(cast, f"Kalina {number}", f"a-{number}@kalina.example", f"b-{number}@kalina.example")
    (other,) = an_entry(cast, f"Kalina Club {number}", f"c-{number}@club.example")
    letter_id = builders.an_open_letter(cast, own, other)
    cut.choose_rolling(letter_id, is_rolling=True, cuts_daily=False, by=cast.coordinator)
    acts = db.session.scalar(select(func.count()).select_from(Consent)) or 0
    return World(cast, letter_id, own, second, other, f"d-{number}@kalina.example", acts=acts)


def an_entry(cast: Cast, name: str, *addresses: str) -> list[Member]:
    """A new organisation with its contacts."""
    entries = [ContactEntry(address=address, name="Ana Petrova", language="en") for address in addresses]
    organisation_id = directory.add_organisation(OrganisationEntry(names={"und": name}), entries, by=cast.coordinator)
    contacts = db.session.get_one(Organisation, organisation_id).contacts
    return [Member(organisation_id, one.id, name, one.address) for one in contacts]
