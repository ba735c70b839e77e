"""Bringing a text from a file: kept as it came, read by a job, taken into the text of a language, or dropped."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import structlog
from sqlalchemy import select

from coalition import clock
from coalition.actions.draft import ensure_changeable, entered, lock, rewrite
from coalition.database import after_commit, db, transaction
from coalition.intake.documents import Changes, Document, DocumentComment, DocumentRefused, Kind, document_of
from coalition.intake.documents.apart import read_apart, refused_as
from coalition.intake.documents.reading import check_start, read_document
from coalition.intake.texts import tidy_text
from coalition.models.comment import Comment
from coalition.models.letter import TextIsFrozen
from coalition.models.text_source import TextSource
from coalition.rendering.paragraphs import Paragraph, paragraphs

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.letter import Letter
    from coalition.models.version import Text

KEPT_FOR: Final = timedelta(days=14)
"""How long a file waits for somebody to decide about it."""
NAME_LIMIT: Final = 300
AT_ONCE_LIMIT: Final = 300_000
"""Bytes of Markdown that are taken while somebody waits: nothing in it has to be unpacked or parsed."""
UNDECIDED: Final = ("waiting", "converted", "failed")
LIKE_ENOUGH: Final = 0.6
"""How much of a paragraph must be the same for a comment on it to stand there."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Doorbell:
    """What wakes the worker to read files; the jobs set it."""

    ring: Callable[[], object] = lambda: None


doorbell = _Doorbell()


class AlreadyDecided(Exception):
    """The file was used or dropped meanwhile, or it is not read yet."""


def bring(letter_id: UUID, language: str, *, file_name: str, kind: Kind, content: bytes, by: Account) -> UUID:
    """Keep a file that is to become the text of a language, and have it read. Returns its id.

    Raises a DocumentRefused for what a first look refuses, LookupError without such a text, TextIsFrozen,
    AlreadyPublished.
    """
    check_start(content, kind)
    read = read_document(content, kind) if kind == "markdown" and len(content) <= AT_ONCE_LIMIT else None
    with transaction() as session:
        letter = lock(session, letter_id)
        ensure_changeable(session, letter)
        if _text(letter, language).shown_at:
            raise TextIsFrozen
        source = TextSource(
            letter_id=letter_id,
            language=language,
            account_id=by.id,
            file_name=tidy_text(file_name)[-NAME_LIMIT:],
            kind=kind,
            state="waiting",
            created_at=clock.now(),
        )
        source.content = base64.b64encode(content).decode("ascii")
        session.add(source)
        if read is not None:
            _finish(source, read, None)
        else:
            after_commit(doorbell.ring)
        return source.id


def convert_waiting(*, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Read what waits, oldest first, each file in a process of its own. Returns how many were read or refused."""
    db.session.rollback()
    _drop_left_over()
    done = 0
    while not is_stopping():
        source = db.session.scalar(
            select(TextSource).where(TextSource.state == "waiting").order_by(TextSource.created_at).limit(1)
        )
        if source is None:
            break
        source_id, kind, content = source.id, source.kind, base64.b64decode(source.content or "")
        db.session.rollback()
        _convert(source_id, kind, content)
        done += 1
    db.session.rollback()
    return done


def _convert(source_id: UUID, kind: Any, content: bytes) -> None:
    refused: DocumentRefused | None = None
    try:
        document, original = read_apart(content, kind)
    except DocumentRefused as reason:
        refused = reason
        log.info("a file was refused", reason=type(reason).__name__, kind=kind)
    with transaction() as session:
        source = session.get(TextSource, source_id, with_for_update=True)
        if source is None or source.state != "waiting":
            return
        if refused is not None:
            source.state, source.finished_at = "failed", clock.now()
            source.result, source.content = {"refused": type(refused).__name__}, None
        else:
            _finish(source, document, original)


def _finish(source: TextSource, document: Document, original: Document | None) -> None:
    """What was read is kept; the file itself has done its work."""
    source.state, source.finished_at, source.content = "converted", clock.now(), None
    source.result = {"accepted": document.as_data(), "original": original.as_data() if original else None}


def _drop_left_over() -> None:
    """Files that nobody decided about do not lie around."""
    old = select(TextSource).where(TextSource.state.in_(UNDECIDED), TextSource.created_at < clock.now() - KEPT_FOR)
    if db.session.scalar(old.limit(1)) is None:
        return
    with transaction() as session:
        for source in session.scalars(old):
            _empty(source, "dropped")


def _empty(source: TextSource, state: str) -> None:
    source.state, source.content, source.result = state, None, None
    source.finished_at = source.finished_at or clock.now()


def sources_of(session: Session, letter_id: UUID, language: str) -> list[TextSource]:
    """The files of a text about which nobody has decided yet, the latest first."""
    return list(
        session.scalars(
            select(TextSource)
            .where(
                TextSource.letter_id == letter_id,
                TextSource.language == language,
                TextSource.state.in_(UNDECIDED),
            )
            .order_by(TextSource.created_at.desc())
        )
    )


def source_of(session: Session, letter_id: UUID, language: str, source_id: UUID) -> TextSource | None:
    """A file of that text, in whatever state."""
    return session.scalar(
        select(TextSource).where(
            TextSource.id == source_id, TextSource.letter_id == letter_id, TextSource.language == language
        )
    )


def document_in(source: TextSource, changes: Changes = "accept") -> Document:
    """What was read from a converted file, or the text before its tracked changes, where there are any."""
    result: dict[str, Any] = source.result
    return document_of(result["original"] if changes == "original" and result["original"] else result["accepted"])


def refusal_in(source: TextSource) -> DocumentRefused:
    """Why a failed file could not be read."""
    return refused_as((source.result or {}).get("refused", ""))


def take(
    letter_id: UUID,
    language: str,
    source_id: UUID,
    parts: dict[str, str],
    *,
    by: Account,
    seen: str | None = None,
    changes: Changes = "accept",
    with_comments: bool = False,
) -> int:
    """Put what was read, as it was last typed (`parts`: "title", "body"), in the place of the text of that language.

    `seen` is `coalition.actions.draft.state_of_text` as it was shown. With `with_comments` the file's comments become
    comments on the text, by their authors' names. Returns how many. Raises AlreadyDecided, and what
    `draft.save_text` raises.
    """
    with transaction() as session:
        letter = lock(session, letter_id)
        source = source_of(session, letter_id, language, source_id)
        if source is None or source.state != "converted":
            raise AlreadyDecided
        text = rewrite(session, letter, language, parts, by=by, seen=seen)
        found = document_in(source, changes).comments if with_comments else ()
        session.add_all(_comments(letter, text, found, by))
        _empty(source, "used")
        entered(session, letter, "text brought from a file", by, language=language, number=len(found))
        return len(found)


def drop(letter_id: UUID, language: str, source_id: UUID, *, by: Account) -> None:
    """Put a file aside: nothing of it is kept. Doing it twice does nothing more."""
    with transaction() as session:
        letter = lock(session, letter_id)
        source = source_of(session, letter_id, language, source_id)
        if source is None or source.state in {"used", "dropped"}:
            return
        _empty(source, "dropped")
        entered(session, letter, "file put aside", by, language=language)


def _comments(letter: Letter, text: Text, found: Iterable[DocumentComment], by: Account) -> Iterable[Comment]:
    """The comments of a file as remarks on their paragraphs; on the whole text where that paragraph is gone."""
    places = paragraphs(text)
    now = clock.now()
    for said in found:
        place = _place_of(said, places)
        comment = Comment(
            letter_id=letter.id,
            text_id=text.id,
            paragraph_key=place.key if place else "",
            quote=place.plain if place else "",
            account_id=by.id,
            kind="remark",
            created_at=now,
        )
        comment.author_name = said.author or None
        comment.words = f"“{said.quote}”\n\n{said.words}" if _is_part(said, place) else said.words
        yield comment


def _is_part(said: DocumentComment, place: Paragraph | None) -> bool:
    """Whether the words that were marked in the file tell more than the paragraph does."""
    return bool(said.quote) and (place is None or _plain(said.quote) != _plain(place.plain))


def _place_of(said: DocumentComment, places: list[Paragraph]) -> Paragraph | None:
    wanted = _plain(said.paragraph)
    if not wanted:
        return None
    same = next((place for place in places if _plain(place.plain) == wanted), None)
    if same is not None:
        return same
    likeness = [(SequenceMatcher(None, wanted, _plain(place.plain), autojunk=False).ratio(), place) for place in places]
    best = max(likeness, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] >= LIKE_ENOUGH else None


def _plain(words: str) -> str:
    """Letters and digits alone: markers, marks and looks differ between the file and the text."""
    return "".join(sign for sign in words.casefold() if sign.isalnum())[:2000]


def _text(letter: Letter, language: str) -> Text:
    text: Text | None = letter.working_version.text(language)
    if text is None:
        raise LookupError(language)
    return text
