"""Making the public answers that are missing, and storing them for every web process to serve."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from coalition import clock
from coalition.actions import freshen, take_off
from coalition.actions.keep_copies import keep
from coalition.actions.shelve import shelve_missing
from coalition.database import db, transaction
from coalition.models.machinery import Tick
from coalition.models.public import PublicBody, SiteGeneration
from coalition.rendering import bodies
from coalition.rendering.imprint import imprint
from coalition.rendering.pdf import MissingGlyphs

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.rendering.bodies import Answer

IMPRINT = "answers made by "
log = structlog.get_logger(__name__)


def rebuild() -> int:
    """Make and store every answer that is missing; returns how many. What changed meanwhile is made again."""
    made, failed = 0, set[str]()
    for _ in range(20):
        generation, missing = _missing()
        wanted = [one for one in missing if one.path not in failed]
        if not wanted:
            break
        for answer in wanted:
            content = _made(answer)
            if content is None:
                failed.add(answer.path)
                continue
            if not _store(answer, content, generation):
                break
            made += 1
    return made + _freshen()


def _freshen() -> int:
    """Make the answers anew of letters that something was added to; returns how many are other than before.

    What is added while they are made is found by the next look: its mark stays.
    """
    made = 0
    marks = freshen.due(db.session(), now=clock.now())
    for letter_id, mark in marks.items():
        generation = db.session.scalar(select(SiteGeneration.number)) or 0
        answers = [one for one in bodies.answers(db.session()) if one.is_stored and one.letter_id in {letter_id, None}]
        stored = [_renew(one, generation) for one in answers if mark.with_slow or not one.path.endswith(bodies.SLOW)]
        if None in stored:
            break  # something was taken off meanwhile: what is missing goes first
        with transaction() as session:
            freshen.done(session, letter_id, mark)
            if any(stored):
                take_off.raise_generation(session)
        made += sum(filter(None, stored))
    return made


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
