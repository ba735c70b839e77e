"""Changes of an organisation's identity: a coordinator accepts them or refuses them, and the organisation is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from coalition import clock
from coalition.actions.forget import erase_organisation
from coalition.actions.own_entry import page_changed
from coalition.actions.own_page import is_live
from coalition.database import transaction
from coalition.emails import outbox
from coalition.intake.names import fold_name
from coalition.models import record
from coalition.models.identity_change import IdentityChange

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.models.account import Account
    from coalition.models.organisation import Organisation


class DecidedMeanwhile(Exception):
    """A colleague decided, or the organisation took it back."""


def waiting(session: Session) -> list[IdentityChange]:
    """What organisations asked for and nobody decided yet, the oldest first."""
    query = select(IdentityChange).where(IdentityChange.decision.is_(None))
    return list(session.scalars(query.order_by(IdentityChange.asked_at)))


def decide(change_id: UUID, *, is_accepted: bool, by: Account, reply: str = "") -> None:
    """Accept or refuse a change, with words for the organisation. A former name stays as an alias.

    The parent is named in words: it is set at the desk. Raises DecidedMeanwhile.
    """
    with transaction() as session:
        asked = session.get(IdentityChange, change_id, with_for_update=True)
        if asked is None or asked.decision is not None:
            raise DecidedMeanwhile
        now, by_id = clock.now(), by.id
        decision = "accepted" if is_accepted else "refused"
        asked.decision, asked.decided_at, asked.decided_by_id = decision, now, by_id
        _tell(session, asked, is_accepted=is_accepted, reply=reply.strip(), now=now)
        if is_accepted:
            _carry_out(session, asked.organisation, asked.wanted["parts"], now=now)
        record.enter(
            session,
            f"change of identity {decision}",
            at=now,
            actor_kind="account",
            actor_id=by_id,
            organisation=asked.organisation_id.hex,
            change=asked.id.hex,
        )


def _carry_out(session: Session, organisation: Organisation, parts: dict[str, str], *, now: datetime) -> None:
    if "erase" in parts:
        erase_organisation(session, organisation, now=now)
        return
    names = {part.removeprefix("name_"): name for part, name in parts.items() if part.startswith("name_")}
    if names:
        _rename(organisation, names)
    for part in ("country", "kind"):
        if part in parts:
            setattr(organisation, part, parts[part])
    if "site" in parts:
        organisation.keep("site", parts["site"])
    if "country_printed" in parts:
        organisation.keep("country_printed", {"und": parts["country_printed"]} if parts["country_printed"] else {})
    if organisation.public_page_at is not None:
        page_changed(session, organisation)


def _rename(organisation: Organisation, names: dict[str, str]) -> None:
    """The names from now on; those of before stay, to be found by. A confidential one's stay in the vault."""
    former = organisation.printable_names()
    kept = {tag: name for tag, name in (former | names).items() if name or tag == "und"}
    if organisation.confidential_at:
        organisation.keep("names", kept)
        return
    gone = [name for tag, name in former.items() if kept.get(tag) != name and name not in organisation.aliases]
    organisation.names = kept
    organisation.aliases = [*organisation.aliases, *dict.fromkeys(gone)]
    organisation.folded_name = fold_name(organisation.name)[:400]


def _tell(session: Session, asked: IdentityChange, *, is_accepted: bool, reply: str, now: datetime) -> None:
    """Every contact is told; those of an entry that is erased at the address they had."""
    is_erased = is_accepted and "erase" in asked.wanted["parts"]
    for contact in asked.organisation.contacts:
        if is_live(contact):
            last_words = {"address": contact.address, "to_name": contact.name or ""} if is_erased else {}
            outbox.queue(
                session,
                "identity_decided",
                recipient=f"contact:{contact.id.hex}",
                occasion=f"identity:{asked.id.hex}",
                now=now,
                is_accepted=is_accepted,
                wanted=list(asked.wanted["parts"].items()),
                reply=reply,
                **last_words,
            )
