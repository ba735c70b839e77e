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
from coalition.actions import machine, team
from coalition.actions.acts import standing_signature
from coalition.database import db
from coalition.models.comment import Comment
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter, Tally, TeamMember
from coalition.models.public import PublicLetter
from coalition.models.request import RequestToSign
from coalition.models.signature import Signature
from coalition.rendering.kinds import kind_words
from coalition.web.audience import COORDINATOR, EVERY_ROLE, TRANSLATOR, Audience, account, audience
from coalition.web.desk import machine_words
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, path_of, title_in, title_of
from coalition.web.desk.reply_view import unread


@dataclass(frozen=True, slots=True)
class _Standing:
    """How a letter stands, in numbers."""

    letter: Letter
    member: TeamMember
    tally: Tally
    is_public: bool
    unsent: int
    bounced: int
    disputed: int
    comments: int
    """Those that nobody has answered."""
    requests: int
    """To sign: those that wait for a decision."""
    replies: int
    """By mail: those that nobody has dealt with."""


@desk.get("")
@audience(Audience.ACCOUNT, also=EVERY_ROLE)
def home() -> str:
    """What needs me today, and every letter on whose team I am."""
    now = clock.now()
    standings = _standings()
    needs = [need for one in standings for need in _needs_of(one)] + _left_alone() + _machine(now)
    return render_template(
        "desk/home.html",
        section="letters",
        needs=needs,
        letters=[_row(one, now=now) for one in standings],
        may_begin=account().role == COORDINATOR,
        sees_numbers=account().role != TRANSLATOR,
    )


def _left_alone() -> list[dict[str, str]]:
    """For an administrator: that there are letters which nobody can coordinate, and nothing of what they say."""
    number = len(team.uncoordinated(db.session())) if account().is_administrator else 0
    if not number:
        return []
    hint = ngettext(
        "%(num)s letter has nobody to coordinate it", "%(num)s letters have nobody to coordinate them", number
    )
    return [{"title": _("Appoint a coordinator"), "href": "/desk/team/letters", "hint": hint}]


def _machine(now: datetime) -> list[dict[str, str]]:
    """For an administrator: that the machine needs somebody, and how much else of it can wait a little."""
    if not account().is_administrator:
        return []
    found = machine_words.needs(machine.look(db.session(), now=now))
    said = [need.title for need in found if need.is_grave]
    if number := len(found) - len(said):
        said.append(
            ngettext(
                "%(num)s thing about the machine can wait a little",
                "%(num)s things about the machine can wait a little",
                number,
            )
        )
    return [{"title": _("Look at the machine"), "href": "/desk/machine", "hint": words} for words in said]


def _standings() -> list[_Standing]:
    found = db.session.execute(
        select(Letter, TeamMember)
        .join(TeamMember, TeamMember.letter_id == Letter.id)
        .where(TeamMember.account_id == account().id, TeamMember.ended_at.is_(None))
        .order_by(Letter.created_at.desc())
    ).all()
    ids = [letter.id for letter, _member in found]
    tallies = {one.letter_id: one for one in db.session.scalars(select(Tally).where(Tally.letter_id.in_(ids)))}
    public = set(db.session.scalars(select(PublicLetter.letter_id).where(PublicLetter.letter_id.in_(ids))))
    unsent = _counts(ids, Invitation.queued_at.is_(None))
    bounced = _counts(ids, Invitation.bounced_at.is_not(None), Invitation.answered_at.is_(None))
    disputed = _disputed(ids)
    comments, requests, replies = _open_comments(ids), _open_requests(ids), unread(ids)
    return [
        _Standing(
            letter=one,
            member=member,
            tally=tallies[one.id],
            is_public=one.id in public,
            unsent=unsent.get(one.id, 0),
            bounced=bounced.get(one.id, 0),
            disputed=disputed.get(one.id, 0),
            comments=comments.get(one.id, 0),
            requests=requests.get(one.id, 0),  # no request of the library  # nosec B113
            replies=replies.get(one.id, 0),
        )
        for one, member in found
    ]


def _disputed(ids: list[UUID]) -> dict[UUID, int]:
    """How many signatures of each letter are disputed by their own organisation."""
    query = (
        select(Signature.letter_id, func.count())
        .where(Signature.letter_id.in_(ids), Signature.ended_on.is_(None), Signature.suspended_at.is_not(None))
        .group_by(Signature.letter_id)
    )
    return dict(db.session.execute(query).all())


def _open_comments(ids: list[UUID]) -> dict[UUID, int]:
    """How many comments of each letter wait for an answer."""
    query = (
        select(Comment.letter_id, func.count())
        .where(Comment.letter_id.in_(ids), Comment.outcome.is_(None), Comment.taken_back_at.is_(None))
        .group_by(Comment.letter_id)
    )
    return dict(db.session.execute(query).all())


def _open_requests(ids: list[UUID]) -> dict[UUID, int]:
    """How many requests to sign wait for a decision about each letter."""
    query = (
        select(RequestToSign.letter_id, func.count())
        .where(
            RequestToSign.letter_id.in_(ids),
            RequestToSign.confirmed_at.is_not(None),
            RequestToSign.quarantined_at.is_(None),
            RequestToSign.decided_at.is_(None),
        )
        .group_by(RequestToSign.letter_id)
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


def _needs_of(one: _Standing) -> list[dict[str, str]]:
    """What waits for this person: of a coordinator the letter, of a translator their languages, of an observer none."""
    if one.member.role == COORDINATOR:
        return _needs(one)
    return _to_translate(one) if one.member.role == TRANSLATOR else []


def _to_translate(one: _Standing) -> list[dict[str, str]]:
    """The languages of a translator that are not written yet, or lag behind."""
    letter = one.letter
    found = []
    for tag in sorted(set(one.member.languages) - {letter.authoritative_language}):
        text = letter.working_version.text(tag)
        if text is None or not (text.is_empty or text.is_lagging) or text.shown_at:
            continue
        words = {"language": languages.name(tag, language())}
        hint = _("Translate into %(language)s", **words) if text.is_empty else _("%(language)s lags behind", **words)
        found.append({"title": title_in(letter, tag), "href": path_of(letter.id, "translate", tag), "hint": hint})
    return found


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
    found += _queues(one)
    if one.disputed:
        words = ngettext("%(num)s signature is disputed: talk with the organisation",
                         "%(num)s signatures are disputed: talk with the organisations", one.disputed)  # fmt: skip
        found.append((path_of(letter.id, "publish"), words))
    if letter.stage == "closed" and not one.is_public:
        found.append((path_of(letter.id, "publish"), _("Signing is over: check and publish")))
    title = _title(one)
    return [{"title": title, "href": href, "hint": words} for href, words in found]


def _queues(one: _Standing) -> list[tuple[str, str]]:
    """What others wrote and wait for: where to go, and how much it is."""
    letter = one.letter
    found: list[tuple[str, str]] = []
    if one.comments:
        words = ngettext("%(num)s comment to answer", "%(num)s comments to answer", one.comments)
        found.append((path_of(letter.id, "comments"), words))
    if one.requests:
        words = ngettext("%(num)s request to sign", "%(num)s requests to sign", one.requests)
        found.append((path_of(letter.id, "requests"), words))
    if one.replies:
        words = ngettext("%(num)s reply by mail", "%(num)s replies by mail", one.replies)
        found.append((path_of(letter.id, "replies"), words))
    return found


def _leads(letter: Letter) -> bool:
    return any(lead.organisation_id == account().organisation_id for lead in letter.leads)


def _row(one: _Standing, *, now: datetime) -> dict[str, Any]:
    letter, tally = one.letter, one.tally
    spoken = language()
    return {
        "title": _title(one),
        "href": path_of(letter.id),
        "kind": kind_words(letter.kind),
        "stage": stage_words(letter, is_public=one.is_public),
        "tone": stage_tone(letter, is_public=one.is_public),
        "deadline": languages.moment_words(letter.deadline_at, letter.zone, spoken) if letter.deadline_at else "",
        "left": time_left(letter, now=now),
        "signed": languages.number(tally.signed, spoken) if one.member.role != TRANSLATOR else "",
        "invited": languages.number(tally.invited, spoken) if one.member.role != TRANSLATOR else "",
    }


def _title(one: _Standing) -> str:
    """What the letter is called; for a translator, in a language of theirs, else in the one that governs."""
    if one.member.role != TRANSLATOR or account().language in one.member.languages:
        return title_of(one.letter)
    return title_in(one.letter, next(iter(one.member.languages), one.letter.authoritative_language))


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
