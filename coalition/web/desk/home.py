"""The desk's first page: what needs me, and my letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from coalition import clock, languages
from coalition.actions.acts import standing_signature
from coalition.database import db
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter, Tally, TeamMember
from coalition.models.public import PublicLetter
from coalition.models.signature import Signature
from coalition.rendering.kinds import kind_words
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, path_of, title_of


@dataclass(frozen=True, slots=True)
class _Standing:
    """How a letter stands, in numbers."""

    letter: Letter
    tally: Tally
    is_public: bool
    unsent: int
    bounced: int
    disputed: int


@desk.get("")
@audience(Audience.ACCOUNT)
def home() -> str:
    """What needs me today, and every letter on whose team I am."""
    now = clock.now()
    standings = _standings()
    needs = [need for one in standings for need in _needs(one)]
    return render_template(
        "desk/home.html", section="letters", needs=needs, letters=[_row(one, now=now) for one in standings]
    )


def _standings() -> list[_Standing]:
    letters = db.session.scalars(
        select(Letter)
        .join(TeamMember, TeamMember.letter_id == Letter.id)
        .where(TeamMember.account_id == account().id, TeamMember.ended_at.is_(None))
        .order_by(Letter.created_at.desc())
    ).all()
    ids = [letter.id for letter in letters]
    tallies = {one.letter_id: one for one in db.session.scalars(select(Tally).where(Tally.letter_id.in_(ids)))}
    public = set(db.session.scalars(select(PublicLetter.letter_id).where(PublicLetter.letter_id.in_(ids))))
    unsent = _counts(ids, Invitation.queued_at.is_(None))
    bounced = _counts(ids, Invitation.bounced_at.is_not(None), Invitation.answered_at.is_(None))
    disputed = _disputed(ids)
    return [
        _Standing(
            letter=one,
            tally=tallies[one.id],
            is_public=one.id in public,
            unsent=unsent.get(one.id, 0),
            bounced=bounced.get(one.id, 0),
            disputed=disputed.get(one.id, 0),
        )
        for one in letters
    ]


def _disputed(ids: list[UUID]) -> dict[UUID, int]:
    """How many signatures of each letter are disputed by their own organisation."""
    query = (
        select(Signature.letter_id, func.count())
        .where(Signature.letter_id.in_(ids), Signature.ended_on.is_(None), Signature.suspended_at.is_not(None))
        .group_by(Signature.letter_id)
    )
    return dict(db.session.execute(query).all())


def _counts(ids: list[UUID], *conditions: Any) -> dict[UUID, int]:
    """How many live invitations of each letter are in a state."""
    query = (
        select(Invitation.letter_id, func.count())
        .join(Contact, Contact.id == Invitation.contact_id)
        .where(Invitation.letter_id.in_(ids), Invitation.revoked_at.is_(None), *conditions)
        .group_by(Invitation.letter_id)
    )
    return dict(db.session.execute(query).all())


def _needs(one: _Standing) -> list[dict[str, str]]:
    """What waits for somebody of the team: where to go, and why."""
    letter, path = one.letter, path_of(one.letter.id)
    found: list[tuple[str, str]] = []
    if letter.stage == "draft":
        found.append((path, _("Draft: finish it and send it")))
    if letter.stage == "open":
        if one.bounced:
            words = ngettext("%(num)s address does not work", "%(num)s addresses do not work", one.bounced)
            found.append((f"{path}?state=bounced", words))
        if one.unsent:
            words = ngettext("%(num)s person is on the list and was not written to",
                             "%(num)s people are on the list and were not written to", one.unsent)  # fmt: skip
            found.append((path_of(letter.id, "send"), words))
        if not standing_signature(db.session(), letter.id, account().organisation_id) and _leads(letter):
            found.append((path_of(letter.id, "sign"), _("Your organisation has not signed yet")))
    if one.disputed:
        words = ngettext("%(num)s signature is disputed: talk with the organisation",
                         "%(num)s signatures are disputed: talk with the organisations", one.disputed)  # fmt: skip
        found.append((path_of(letter.id, "publish"), words))
    if letter.stage == "closed" and not one.is_public:
        found.append((path_of(letter.id, "publish"), _("Signing is over: check and publish")))
    title = title_of(letter)
    return [{"title": title, "href": href, "hint": words} for href, words in found]


def _leads(letter: Letter) -> bool:
    return any(lead.organisation_id == account().organisation_id for lead in letter.leads)


def _row(one: _Standing, *, now: datetime) -> dict[str, Any]:
    letter, tally = one.letter, one.tally
    spoken = language()
    return {
        "title": title_of(letter),
        "href": path_of(letter.id),
        "kind": kind_words(letter.kind),
        "stage": stage_words(letter, is_public=one.is_public),
        "tone": stage_tone(letter, is_public=one.is_public),
        "deadline": languages.moment_words(letter.deadline_at, letter.zone, spoken) if letter.deadline_at else "",
        "left": time_left(letter, now=now),
        "signed": languages.number(tally.signed, spoken),
        "invited": languages.number(tally.invited, spoken),
    }


def stage_words(letter: Letter, *, is_public: bool) -> Any:
    """Where a letter stands, in a word or two."""
    if is_public:
        return _("Published")
    return {
        "draft": _("Draft"),
        "consultation": _("In consultation"),
        "open": _("Open for signature"),
        "closed": _("Closed"),
        "cancelled": _("Cancelled"),
    }[letter.stage]


def stage_tone(letter: Letter, *, is_public: bool) -> str:
    """The tone of the tag that says so."""
    if is_public:
        return "ok"
    return {"open": "ok", "closed": "warn", "cancelled": "bad"}.get(letter.stage, "")


def time_left(letter: Letter, *, now: datetime) -> Any:
    """How long an open letter still takes signatures, in words; "" for any other and for one without a deadline."""
    if letter.stage != "open" or letter.deadline_at is None:
        return ""
    if letter.deadline_at <= now:
        return _("Closing now")
    return _("%(time)s left", time=languages.span_words(letter.deadline_at - now, language()))
