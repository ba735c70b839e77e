"""What people said to a letter as its archive has it: comments with what became of them, who was asked, notes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coalition.actions.archived_ledger import organisation_facts
from coalition.actions.kept import Kept, People
from coalition.intake import letter_archive_facts as facts
from coalition.intake.facts_as_json import as_value
from coalition.models.account import Account
from coalition.models.comment import Comment
from coalition.models.invitation import Invitation
from coalition.models.private_note import PrivateNote

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from coalition.models.letter import Letter

_LAST = datetime.max.replace(tzinfo=UTC)


def comments(session: Session, letter: Letter, kept: Kept) -> tuple[facts.Comment, ...]:
    """Every comment on the letter, those kept from elsewhere too. Opens the vault."""
    rows = session.scalars(
        select(Comment)
        .where(Comment.letter_id == letter.id)
        .options(
            joinedload(Comment.account),
            joinedload(Comment.invitation).joinedload(Invitation.contact),
            joinedload(Comment.invitation).joinedload(Invitation.organisation),
        )
    ).all()
    settlers = {one.id: one.name for one in session.scalars(select(Account).where(Account.id.in_(_settlers(rows))))}
    places = {text.id: (version.number, text.language) for version in letter.versions for text in version.texts}
    found: dict[Any, tuple[facts.Comment, Any]] = {
        row.id: (_comment(row, kept.people.get(row.id.hex), settlers, places), row.answers_id) for row in rows
    }
    found |= {number: (one, one.answers) for number, one in enumerate(kept.comments, start=1)}
    return in_order(found)


def in_order(found: dict[Any, tuple[facts.Comment, Any]]) -> tuple[facts.Comment, ...]:
    """Comments, each with the key of the one it answers, in the order of time; an answer comes after what it answers.

    The keys are any; in the result each answer names the number of its place.
    """
    at: dict[Any, tuple[datetime, int]] = {}
    for key in found:
        chain = [key]
        while chain[-1] not in at and (parent := found[chain[-1]][1]) in found and parent not in chain:
            chain.append(parent)
        for one in reversed(chain):
            before, depth = at.get(found[one][1], (found[one][0].at, -1))
            at.setdefault(one, (max(before, found[one][0].at), depth + 1))
    plain = {key: replace(one, answers=None) for key, (one, _) in found.items()}
    keys = sorted(found, key=lambda key: (*at[key], json.dumps(as_value(plain[key]), sort_keys=True)))
    numbers = {key: number for number, key in enumerate(keys, start=1)}
    return tuple(replace(plain[key], answers=numbers.get(found[key][1])) for key in keys)


def invitations(session: Session, letter: Letter, kept: Sequence[facts.Invitation]) -> tuple[facts.Invitation, ...]:
    """Everybody who was asked, those kept from elsewhere too. Opens the vault."""
    rows = session.scalars(
        select(Invitation)
        .where(Invitation.letter_id == letter.id, Invitation.part != "told")
        .options(joinedload(Invitation.organisation), joinedload(Invitation.contact))
    ).all()
    people = {row.id: str(row.contact.name or "") for row in rows}
    found = [_invitation(row, people) for row in rows]
    return tuple(
        sorted([*kept, *found], key=lambda one: (one.added_at or _LAST, json.dumps(as_value(one), sort_keys=True)))
    )


def private_notes(session: Session, letter: Letter, kept: Sequence[facts.PrivateNote]) -> tuple[facts.PrivateNote, ...]:
    """What the team noted, those kept from elsewhere too. Opens the vault."""
    rows = session.scalars(
        select(PrivateNote)
        .where(PrivateNote.letter_id == letter.id)
        .options(joinedload(PrivateNote.organisation), joinedload(PrivateNote.account))
    )
    found = [_private_note(row) for row in rows if row.words]
    return tuple(sorted([*kept, *found], key=lambda one: (one.at, json.dumps(as_value(one), sort_keys=True))))


def _private_note(row: PrivateNote) -> facts.PrivateNote:
    said: dict[str, Any] = row.words
    return facts.PrivateNote(
        organisation_facts(row.organisation),
        row.created_at,
        said.get("words") or "",
        row.kind,
        row.account.name,
        said.get("outcome") or "",
    )


def _settlers(rows: Iterable[Comment]) -> set[UUID]:
    return {row.settled_by_id for row in rows if row.settled_by_id}


def _comment(
    row: Comment, people: People | None, settlers: dict[UUID, str], places: dict[UUID, tuple[int, str]]
) -> facts.Comment:
    settled_by = settlers.get(row.settled_by_id, "") if row.settled_by_id else people.settled_by if people else ""
    return facts.Comment(
        author=people.author if people else _author(row),
        at=row.created_at,
        kind=row.kind,
        made_on=facts.Place(*places[row.text_id], row.paragraph_key),
        words=row.words or "",
        wording=row.wording or "",
        quote=row.quote,
        now_on=facts.Place(*places[row.now_text_id], row.now_key) if row.now_text_id else None,
        orphaned_at=row.orphaned_at,
        taken_back_at=row.taken_back_at,
        outcome=row.outcome or "",
        settled_at=row.settled_at,
        settled_by=settled_by if row.outcome else "",
        reply=row.reply or "",
    )


def _author(row: Comment) -> facts.Author:
    if row.author_name:
        return facts.Author("file", row.author_name)
    if row.invitation:
        return facts.Author(
            "invited", row.invitation.contact.name or "", organisation_facts(row.invitation.organisation)
        )
    return facts.Author("team", row.account.name if row.account else "")


def _invitation(row: Invitation, people: dict[UUID, str]) -> facts.Invitation:
    answer: dict[str, Any] = row.answer or {}
    return facts.Invitation(
        organisation=organisation_facts(row.organisation),
        person=people[row.id],
        part=row.part,
        passed_from=people.get(row.passed_from_id, "") if row.passed_from_id else "",
        added_at=row.created_at,
        queued_at=row.queued_at,
        sent_at=row.sent_at,
        bounced_at=row.bounced_at,
        nudged_at=row.nudged_at,
        answered_at=row.answered_at,
        revoked_at=row.revoked_at,
        expected_on=row.expected_on,
        answer=_answer(answer) if answer.get("kind") else None,
        handed_over_at=row.handed_over_at,
        muted_at=row.muted_at,
        note=row.note or "",
    )


def _answer(answer: dict[str, Any]) -> facts.Answer:
    return facts.Answer(
        kind=answer["kind"],
        by=answer.get("by") or "",
        role=answer.get("role") or "",
        reason=answer.get("reason") or "",
        ask_again=bool(answer.get("ask_again")),
    )
