"""Making the public answers that are missing, and storing them for every web process to serve."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from coalition import clock
from coalition.actions import freshen, take_off
from coalition.actions.keep_copies import keep
from coalition.actions.shelve import shelve_missing
from coalition.database import db, transaction
from coalition.models.machinery import Tick
from coalition.models.public import PublicBody, SiteGeneration
from coalition.rendering import bodies, kept_lines
from coalition.rendering.bodies import Turn
from coalition.rendering.imprint import imprint
from coalition.rendering.pdf import MissingGlyphs

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.actions.pace import Pace
    from coalition.rendering.bodies import Answer

IMPRINT = "answers made by "
log = structlog.get_logger(__name__)


def _stored() -> tuple[int, int]:
    """The site's generation, and how many bodies are stored."""
    session = db.session()
    session.rollback()
    return kept_lines.present_generation(session), session.scalar(select(func.count()).select_from(PublicBody)) or 0


def rebuild(pace: Pace | None = None) -> int:
    """Make and store every answer that is missing; returns how many. What changed meanwhile is made again.

    Then those anew to which something was added, as far as the pace lets; all of them where there is none.
    """
    made, failed = 0, set[str]()
    for _ in range(0 if pace is not None and pace.is_whole(_stored()) else 20):
        generation, missing = _missing()
        wanted = [one for one in missing if one.path not in failed]
        if not wanted:
            if pace is not None:
                pace.saw_whole(_stored())
            break
        for answer in wanted:
            content = _made(answer)
            if content is None:
                failed.add(answer.path)
                continue
            if not _store(answer, content, generation):
                break
            made += 1
    return made + _freshen(pace)


def _freshen(pace: Pace | None) -> int:
    """Make the answers anew of letters that something was added to; returns how many are other than before.

    First of all letters what readers look for first. What is added while they are made is found by the next look: its
    mark stays.
    """
    made = 0
    for turn in (Turn.AT_ONCE, Turn.SOON, Turn.LATER):
        for letter_id, mark in freshen.due(db.session(), now=clock.now()).items():
            if turn not in mark.turns or (pace is not None and not pace.may(turn)):
                continue
            started = time.thread_time()
            renewed = _freshened(letter_id, mark, turn)
            if pace is not None:
                pace.spend(turn, time.thread_time() - started)
            if renewed is None:
                return made  # something was taken off meanwhile: what is missing goes first
            made += renewed
    return made


def _freshened(letter_id: UUID, mark: freshen.Mark, turn: Turn) -> int | None:
    """Make anew what has its turn; how many are other than before. None where the site changed meanwhile."""
    generation = kept_lines.present_generation(db.session())
    about = bodies.answers_about(db.session(), letter_id, turn)
    stored = [_renew(one, generation) for one in about if one.is_stored]
    if None in stored:
        return None
    # The generation stays: web processes see by the tag of each answer that it is another one, and nothing went.
    with transaction() as session:
        freshen.done(session, letter_id, mark, {turn})
    return sum(filter(None, stored))


def _renew(answer: Answer, generation: int) -> bool | None:
    """Make an answer anew and store it where it is another; None where the site changed since."""
    content = _made(answer)
    if content is None:
        return False
    before = db.session.scalar(select(PublicBody.etag).where(PublicBody.path == answer.path, PublicBody.encoding == ""))
    if before == bodies.etag_of(content, ""):
        return False
    return True if _store(answer, content, generation) else None


def start_afresh() -> None:
    """Drop every stored answer that another version of the looks, or another public address, has made."""
    fact = IMPRINT + imprint()
    if db.session.get(Tick, fact):
        return
    # A worker that starts in the same moment may do it first; then it is done.
    with suppress(IntegrityError), transaction() as session:
        session.execute(delete(Tick).where(Tick.fact.startswith(IMPRINT)))
        session.add(Tick(fact=fact, at=clock.now()))
        take_off.raise_generation(session)  # first, as in `take_off.bodies`
        session.execute(delete(PublicBody))
        shelve_missing(session)


def _missing() -> tuple[int, list[Answer]]:
    session = db.session()
    session.rollback()
    generation = session.scalar(select(SiteGeneration.number)) or 0
    present = set(session.scalars(select(PublicBody.path).where(PublicBody.encoding == "")))
    missing = [one for one in bodies.answers(session) if one.is_stored and one.path not in present]
    return generation, sorted(missing, key=lambda answer: answer.path.endswith(bodies.SLOW))


def _made(answer: Answer) -> bytes | None:
    """The content, or None where it can not be made, for want of a glyph or else: everything else goes out."""
    try:
        return answer.make()
    except MissingGlyphs as missing:
        log.warning("pdf waits for glyphs", path=answer.path, characters=len(missing.characters))
    except Exception:
        # One answer that fails must not keep the others from readers.
        log.exception("an answer can not be made", path=answer.path)
    return None


def _store(answer: Answer, content: bytes, generation: int) -> bool:
    """Store an answer unless the site changed since it was made: a name taken off meanwhile must not come back."""
    with transaction() as session:
        present = session.scalar(select(SiteGeneration).where(SiteGeneration.id == 1).with_for_update())
        if present is None or present.number != generation:
            return False
        headers = bodies.headers_of(answer)
        for encoding, encoded in bodies.encodings_of(answer, content):
            _put(session, answer, encoding, encoded, headers, generation)
        keep(session, answer, content)
        return True


def _put(
    session: Session, answer: Answer, encoding: str, content: bytes, headers: dict[str, str], generation: int
) -> None:
    session.merge(
        PublicBody(
            path=answer.path,
            encoding=encoding,
            letter_id=answer.letter_id,
            content=content,
            etag=bodies.etag_of(content, encoding),
            headers=headers | ({"Content-Encoding": encoding} if encoding else {}),
            generation=generation,
        )
    )
