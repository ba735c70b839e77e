"""Taking over a letter from its archive: texts and comments become rows, the ledger is kept as it was written down.

A letter that anybody outside its team has seen comes in as a record: closed, its list "taken over from a record". One
that nobody has seen is a draft again. Versions that were put forward after the one that was published are kept, but
are no part of the record: who is on its list agreed to the text that was published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from coalition import clock
from coalition.actions import take_over
from coalition.actions.after_facts import After, add_after
from coalition.actions.archive import CHOSEN
from coalition.actions.archived_voices import in_order
from coalition.actions.kept import Kept, KeptNote, KeptText, People, keep, text_key
from coalition.database import transaction
from coalition.intake.letter_archive import shown_version
from coalition.models.comment import Comment
from coalition.models.reminder_step import ReminderStep
from coalition.models.version import Text, Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from coalition.intake import letter_archive_facts as facts
    from coalition.models.account import Account
    from coalition.models.letter import Letter


def take_over_archive(archive: facts.LetterArchive, *, by: Account) -> UUID:
    """Take over a letter; returns its id. The account becomes its coordinator; all of it or nothing.

    Raises PhotoLeftBehind, or a PhotoRefused of coalition.intake.photos.
    """
    photo, is_past = take_over.clean_photo_of(archive.letter), is_record(archive)
    with transaction() as session:
        now = clock.now()
        chosen = {name: getattr(archive.course, name) for name in CHOSEN}
        if is_past:
            chosen |= dict.fromkeys(STAYS_OPEN, False)
        letter = take_over.new_letter(session, archive.letter, by=by, is_past=is_past, now=now, chosen=chosen)
        parted = _parted(archive)
        texts = _add_versions(session, letter, parted.versions)
        people = _add_comments(session, letter, parted.comments, texts, by=by)
        session.add_all(_reminders(letter, archive.course))
        notes = add_after(session, letter, After(archive.notes, archive.deliveries, archive.responses))
        keep(session, letter, _kept(archive, parted, people, notes, is_past=is_past))
        shown = shown_version(archive)
        brought = take_over.brought_with(
            archive.letter, version=archive.published_version, languages=_printed_languages(archive, shown)
        )
        take_over.complete(session, letter, archive.letter, photo, brought, by=by, now=now)
        return letter.id


STAYS_OPEN = ("takes_requests", "is_rolling", "cuts_daily")
"""What a letter of the past does no more; its archive goes on saying that it did."""


def _reminders(letter: Letter, course: facts.Course) -> list[ReminderStep]:
    steps = dict.fromkeys((one.kind, one.minutes_before) for one in course.reminders)
    return [ReminderStep(letter_id=letter.id, kind=kind, minutes_before=minutes) for kind, minutes in steps]


def is_record(archive: facts.LetterArchive) -> bool:
    """Whether anybody outside the team has seen the letter."""
    was_shown = any(text.shown_at for version in archive.versions for text in version.texts.values())
    was_put_forward = any(version.put_forward_at for version in archive.versions)
    is_signed = bool(archive.signatures or archive.editions or archive.course.release)
    return was_shown or was_put_forward or is_signed or take_over.is_record(archive.letter)


def _printed_languages(archive: facts.LetterArchive, shown: facts.Version) -> list[str]:
    """The languages of the letter file, where its version has more."""
    return [] if set(archive.letter.texts) == set(shown.texts) else sorted(archive.letter.texts)


# -- what becomes a row, and what is kept -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Parted:
    """Versions and comments that become rows, and those that are kept beside them."""

    versions: tuple[facts.Version, ...]
    comments: tuple[facts.Comment, ...]
    kept_versions: tuple[facts.Version, ...]
    kept_comments: tuple[facts.Comment, ...]


def _parted(archive: facts.LetterArchive) -> _Parted:
    last = _last_row(archive)
    threads: dict[int, int] = {}
    for number, comment in enumerate(archive.comments, start=1):
        threads[number] = threads[comment.answers] if comment.answers else number
    apart = {
        threads[number]
        for number, comment in enumerate(archive.comments, start=1)
        if max(comment.made_on.version, comment.now_on.version if comment.now_on else 0) > last
    }
    return _Parted(
        tuple(one for one in archive.versions if one.number <= last),
        _some(archive.comments, {number for number in threads if threads[number] not in apart}),
        tuple(one for one in archive.versions if one.number > last),
        _some(archive.comments, {number for number in threads if threads[number] in apart}),
    )


def _last_row(archive: facts.LetterArchive) -> int:
    """The number of the last version that becomes a row."""
    published = archive.published_version
    later = [one for one in archive.versions if published is not None and one.number > published]
    is_superseded = any(one.put_forward_at for one in later)
    return published if published is not None and is_superseded else archive.versions[-1].number


def _some(comments: Sequence[facts.Comment], numbers: set[int]) -> tuple[facts.Comment, ...]:
    """Some of the comments, whole threads of them, numbered anew."""
    return in_order({number: (comments[number - 1], comments[number - 1].answers) for number in sorted(numbers)})


def _kept(
    archive: facts.LetterArchive,
    parted: _Parted,
    people: dict[str, People],
    notes: dict[str, KeptNote],
    *,
    is_past: bool,
) -> Kept:
    texts = {
        text_key(version.number, tag): KeptText(text.fingerprint, text.checked_by)
        for version in parted.versions
        for tag, text in version.texts.items()
        if text.fingerprint or text.checked_by
    }
    return Kept(
        course=archive.course if is_past else None,
        texts=texts,
        people=people,
        versions=parted.kept_versions,
        comments=parted.kept_comments,
        signatures=archive.signatures,
        evidence=archive.evidence,
        invitations=archive.invitations,
        editions=archive.editions,
        private_notes=archive.private_notes,
        notes=notes,
    )


# -- rows -----------------------------------------------------------------------------------------------------------


def _add_versions(session: Session, letter: Letter, versions: Sequence[facts.Version]) -> dict[tuple[int, str], Text]:
    """The versions with their texts, frozen where they were shown; the rows of the texts, by version and language."""
    rows: dict[int, Version] = {}
    texts: dict[tuple[int, str], Text] = {}
    for version in versions:
        rows[version.number] = row = _version(letter, version, rows)
        session.add(row)
        for tag, text in version.texts.items():
            texts[version.number, tag] = added = _text(tag, text)
            row.texts.append(added)
        session.flush()
        row.addressees.extend(take_over.addressee_rows(version.addressees))
        session.flush()
    for version in versions:
        for tag, text in version.texts.items():
            added = texts[version.number, tag]
            place = text.translates
            added.translates = texts.get((place.version, place.language)) if place else None
            if text.shown_at:
                added.freeze(now=text.shown_at)
        session.flush()
    session.refresh(letter, ["versions"])
    return texts


def _version(letter: Letter, version: facts.Version, before: dict[int, Version]) -> Version:
    return Version(
        letter_id=letter.id,
        number=version.number,
        follows=before.get(version.follows) if version.follows else None,
        change_class=version.change_class,
        explanations=version.explanations,
        reply_by_at=version.reply_by_at,
        created_at=version.written_at,
        put_forward_at=version.put_forward_at,
    )


def _text(language: str, text: facts.VersionText) -> Text:
    return Text(language=language, state=text.state, checked_at=text.checked_at, **take_over.parts_of(text.parts))


def _add_comments(
    session: Session,
    letter: Letter,
    comments: Sequence[facts.Comment],
    texts: dict[tuple[int, str], Text],
    *,
    by: Account,
) -> dict[str, People]:
    """The comments as rows; who wrote and settled them, by the id of their row: they have no account here."""
    rows: list[Comment] = []
    people: dict[str, People] = {}
    for comment in comments:
        row = _comment(letter, comment, texts, by=by)
        row.answers_id = rows[comment.answers - 1].id if comment.answers else None
        session.add(row)
        session.flush()
        rows.append(row)
        people[row.id.hex] = People(comment.author, comment.settled_by)
    return people


def _comment(letter: Letter, comment: facts.Comment, texts: dict[tuple[int, str], Text], *, by: Account) -> Comment:
    now_on = comment.now_on
    row = Comment(
        letter_id=letter.id,
        text_id=texts[comment.made_on.version, comment.made_on.language].id,
        paragraph_key=comment.made_on.paragraph,
        quote=comment.quote,
        now_text_id=texts[now_on.version, now_on.language].id if now_on else None,
        now_key=now_on.paragraph if now_on else "",
        orphaned_at=comment.orphaned_at,
        account_id=by.id,
        kind=comment.kind,
        created_at=comment.at,
        taken_back_at=comment.taken_back_at,
        outcome=comment.outcome or None,
        settled_at=comment.settled_at,
    )
    row.author_name = _author_words(comment.author)
    row.words, row.wording, row.reply = (words or None for words in (comment.words, comment.wording, comment.reply))
    return row


def _author_words(author: facts.Author) -> str:
    names = (author.name, author.organisation.names["und"] if author.organisation else "")
    return ", ".join(name for name in names if name) or "—"
