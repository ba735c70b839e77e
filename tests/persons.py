"""Persons who sign for themselves, in stories that do not begin at the public form."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from coalition import clock, tokens
from coalition.actions import draft, sign_for_oneself
from coalition.actions.sign_for_oneself import Seen
from coalition.database import db, transaction
from coalition.models.link import Link
from coalition.models.request import RequestToSign, request_address_index
from tests import builders

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Cast


def with_individuals(cast: Cast, letter_id: UUID) -> UUID:
    """The letter with a list for individuals; its id."""
    draft.save_choices(letter_id, {"has_individuals": True}, by=cast.coordinator)
    return letter_id


def asked(
    letter_id: UUID,
    name: str = "Ana Brkić",
    *,
    title: str = "Professor of Law",
    affiliation: str = "University of Split",
    is_personal: bool = True,
    address: str = "",
    is_confirmed: bool = True,
    language: str = "en",
) -> UUID:
    """A person asks to sign the text in force and confirms the address; the request's id."""
    letter, now = builders.a_letter(letter_id), clock.now()
    address = address or f"{name.split(maxsplit=1)[0].lower()}@mail.example"
    request = RequestToSign(
        letter_id=letter_id,
        key=secrets.token_hex(16),
        kind="individual",
        origin="call",
        language=language,
        version_id=letter.version.id,
        created_at=now,
        confirmed_at=now if is_confirmed else None,
        address_index=request_address_index(address),
    )
    request.address = address
    request.asked = {"person": name, "title": title, "affiliation": affiliation, "is_personal": is_personal}
    with transaction() as session:
        session.add(request)
        session.flush()
        session.add(Link.for_request(request, tokens.ours(), now=now))
    return request.id


def signed(cast: Cast, letter_id: UUID, name: str = "Ana Brkić", **facts: object) -> UUID:
    """A person asks, and the coordinator accepts; the request's id."""
    request_id = asked(letter_id, name, **facts)  # type: ignore[arg-type]  # facts by their names
    sign_for_oneself.accept(letter_id, request_id, by=cast.coordinator)
    return request_id


def withdrawn(request_id: UUID) -> None:
    """The person withdraws."""
    sign_for_oneself.withdraw(request_id, key=secrets.token_hex(16))


def kept(request_id: UUID) -> None:
    """The person keeps the signature under the version in force."""
    sign_for_oneself.keep(request_id, key=secrets.token_hex(16), seen=seen(request_id))


def objected(request_id: UUID, against: str = "typographical") -> None:
    """The person objects to a correction, or to the page proof."""
    sign_for_oneself.object_to(request_id, key=secrets.token_hex(16), seen=seen(request_id), against=against)


def seen(request_id: UUID) -> Seen:
    """What the person has in view on their page."""
    db.session.rollback()
    letter = db.session.get_one(RequestToSign, request_id).letter
    text = letter.text("en")
    return Seen(text.fingerprint, letter.version.number, text.language)


def letter_of(request_id: UUID) -> UUID:
    """The letter that a person asked to sign."""
    db.session.rollback()
    return db.session.get_one(RequestToSign, request_id).letter_id
