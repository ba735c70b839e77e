"""The copy as delivered: the bytes that readers first got of an edition, sealed for the team; their hash is public.

The hash is of the bytes with a salt before them that is sealed too. Without it anybody could try, of a name that was
taken off since, whether the page of that day had it (docs/decisions/0027).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select, update

from coalition import clock
from coalition.actions.circulate import NotCoordinator
from coalition.actions.draft import lock
from coalition.database import after_commit, transaction
from coalition.models import record
from coalition.models.edition import Edition
from coalition.models.kept_copy import KeptCopy
from coalition.models.letter import Letter
from coalition.models.public import PublicBody, PublicLetter
from coalition.models.signature import Signature, organisation_index
from coalition.rendering import editions_page
from coalition.rendering.bodies import doorbell

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.organisation import Organisation
    from coalition.rendering.bodies import Answer

SALT_BYTES: Final = 32
AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was opened. Its hash is SHA-256 of the salt and then the content."""

    file_name: str
    content: bytes
    salt: str
    """64 hexadecimal digits."""


def keep(session: Session, answer: Answer, content: bytes) -> None:
    """Keep what is stored for readers, where it is a form of an edition that has no copy yet; part of a verb."""
    if not answer.copy_of:
        return
    public = session.get(PublicLetter, answer.letter_id) if answer.letter_id else None
    if public is None:
        return
    kept = select(KeptCopy.id).where(
        KeptCopy.edition_id == public.edition_id, KeptCopy.language == answer.language, KeptCopy.form == answer.copy_of
    )
    if session.scalar(kept) is not None:
        return
    salt = secrets.token_bytes(SALT_BYTES)
    copy = KeptCopy(
        edition_id=public.edition_id,
        language=answer.language,
        form=answer.copy_of,
        sha256=hash_of(salt.hex(), content),
        kept_at=clock.now(),
    )
    copy.content = {"salt": salt.hex(), "bytes": base64.b64encode(content).decode()}
    session.add(copy)
    session.flush()
    # The pages that say its hash are made anew.
    number = session.get_one(Edition, public.edition_id).number
    pages = {editions_page.edition_path(public.slug, number, tag) for tag in ("", answer.language)}
    pages.add(f"{editions_page.list_path(public.slug)}.json")
    session.execute(delete(PublicBody).where(PublicBody.path.in_(pages)))
    after_commit(doorbell.ring)


def empty_of(session: Session, organisation: Organisation) -> None:
    """Erase the copies of every letter that an organisation signed and stands on no more; their hashes stay.

    Part of a verb, when its entry is erased: what was delivered would be the last place that names it among others.
    """
    present = [organisation_index(one, organisation.id) for one in session.scalars(select(Letter.id))]
    standing: dict[UUID, bool] = {}
    for start in range(0, len(present), AT_ONCE):
        signed = select(Signature.letter_id, Signature.ended_on).where(
            Signature.organisation_index.in_(present[start : start + AT_ONCE])
        )
        for letter_id, ended_on in session.execute(signed):
            standing[letter_id] = standing.get(letter_id, False) or ended_on is None
    empty_of_letters(session, [letter_id for letter_id, stands in standing.items() if not stands])


def empty_of_letters(session: Session, letter_ids: Collection[UUID]) -> None:
    """Erase the copies of letters; their hashes stay. Part of a verb that erases somebody whom they name."""
    editions = select(Edition.id).where(Edition.letter_id.in_(letter_ids))
    session.execute(update(KeptCopy).where(KeptCopy.edition_id.in_(editions)).values(_content=None))


def hash_of(salt: str, content: bytes) -> str:
    """The public hash of a copy: SHA-256 of its salt and then its bytes."""
    return hashlib.sha256(bytes.fromhex(salt) + content).hexdigest()


def open_copy(letter_id: UUID, copy_id: UUID, *, by: Account) -> Copy:
    """Open a copy, for a coordinator; the record notes it. Raises NotCoordinator, LookupError."""
    with transaction() as session:
        letter = lock(session, letter_id)
        if by.id not in {account.id for account in letter.coordinators()}:
            raise NotCoordinator
        copy = session.get(KeptCopy, copy_id)
        edition = session.get(Edition, copy.edition_id) if copy else None
        if copy is None or edition is None or edition.letter_id != letter.id or copy.content is None:
            raise LookupError(copy_id)
        record.enter(
            session, "copy opened", at=clock.now(), letter_id=letter.id, actor_kind="account", actor_id=by.id,
            copy=copy.id.hex, edition=edition.number, form=copy.form, language=copy.language,
        )  # fmt: skip
        name = f"{letter.slug}-edition-{edition.number}-{copy.language}.{copy.form}"
        return Copy(name, base64.b64decode(copy.content["bytes"]), copy.content["salt"])
