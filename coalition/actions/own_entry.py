"""What an organisation says of itself: at once what is its own affair, by a coordinator what tells who it is."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from coalition import clock
from coalition.actions import logo as logo_lines
from coalition.actions import take_off
from coalition.actions.own_page import acting, entered
from coalition.actions.tell_of_changes import tell_of_changes
from coalition.database import transaction
from coalition.intake.names import check_name
from coalition.languages.normal_forms import normal_form
from coalition.models.identity_change import IdentityChange
from coalition.models.organisation import Organisation
from coalition.models.photo import File

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from coalition.actions.own_page import Here
    from coalition.intake.photos import CleanPhoto

SLUG_LIMIT: Final = 80
NO_LETTER: Final = re.compile(r"[^a-z0-9]+")


class NoPublicPage(Exception):
    """An organisation under a code name has no public page: it would tell its name."""


class NothingWanted(Exception):
    """What is asked for is as it stands already."""


@dataclass(frozen=True, slots=True)
class OwnDetails:
    """What an organisation changes of itself without asking."""

    acronym: str = ""
    sort_keys: dict[str, str] = field(default_factory=dict)
    """Language to what the name is sorted under; "und" for every other language."""


def save_details(here: Here, details: OwnDetails) -> None:
    """Save acronym and sort keys. Raises OwnPageClosed, UnprintableName."""
    with transaction() as session:
        contact = acting(session, here)
        organisation, now = contact.organisation, clock.now()
        organisation.keep("acronym", details.acronym.strip())
        keys = {tag: check_name(key) for tag, key in details.sort_keys.items() if key.strip()}
        organisation.keep("sort_keys", keys)
        _page_changed(session, organisation)
        entered(session, "own entry changed", contact, at=now)


def save_logo(here: Here, logo: CleanPhoto) -> None:
    """Keep a picture, made anew by the intake, as the logo. Raises OwnPageClosed, NoPublicPage."""
    with transaction() as session:
        contact = acting(session, here)
        organisation, now = contact.organisation, clock.now()
        if organisation.confidential_at:
            raise NoPublicPage  # a picture lies in the database as it is, and would tell which organisation it is
        printing = logo_lines.printed_lines(session, organisation.logo_id) if organisation.logo_id else []
        drop_logo(session, organisation)
        digest = hashlib.sha256(logo.content).hexdigest()
        file = File(media_type=logo.media_type, content=logo.content, sha256=digest, created_at=now)
        session.add(file)
        session.flush()
        organisation.logo_id = file.id
        logo_lines.put(session, printing, file.id, now=now)
        _page_changed(session, organisation)
        entered(session, "own logo saved", contact, at=now)


def remove_logo(here: Here) -> None:
    """Take the logo away, and its bytes out of the database. Raises OwnPageClosed."""
    with transaction() as session:
        contact = acting(session, here)
        drop_logo(session, contact.organisation)
        _page_changed(session, contact.organisation)
        entered(session, "own logo removed", contact, at=clock.now())


def switch_public_page(here: Here, *, is_on: bool) -> None:
    """Switch the public page on, or off: then its address is not found at once. Raises OwnPageClosed, NoPublicPage."""
    with transaction() as session:
        contact = acting(session, here)
        organisation, now = contact.organisation, clock.now()
        if is_on and organisation.confidential_at:
            raise NoPublicPage
        if is_on == (organisation.public_page_at is not None):
            return
        organisation.public_page_at = now if is_on else None
        if is_on and organisation.slug is None:
            organisation.slug = free_slug(session, organisation)
        page_changed(session, organisation)
        entered(session, f"public page switched {'on' if is_on else 'off'}", contact, at=now)


def ask_for_change(here: Here, wanted: dict[str, str], *, why: str = "") -> UUID:
    """Ask for another name, country, website, parent or kind, or for the entry to be erased; a coordinator decides.

    `wanted` names a part ("name_und", "name_ar", "country", "country_printed", "site", "kind", "parent", "erase") with
    what it would become. The same asked twice is asked once. Raises OwnPageClosed, NothingWanted, UnprintableName.
    """
    with transaction() as session:
        contact = acting(session, here)
        organisation, now = contact.organisation, clock.now()
        news = {
            part: _checked(part, value) for part, value in wanted.items() if value.strip() != _now(organisation, part)
        }
        if not news:
            raise NothingWanted
        said = {"parts": news, "why": why.strip()}
        same = next((one for one in open_changes(session, organisation.id) if one.wanted == said), None)
        if same is not None:
            return same.id
        asked = IdentityChange(organisation_id=organisation.id, asked_at=now)
        asked.wanted, asked.by = said, {"contact": contact.id.hex, "name": contact.name or ""}
        session.add(asked)
        session.flush()
        entered(session, "change of identity asked for", contact, at=now, change=asked.id.hex)
        tell_of_changes(session, now=now)
        return asked.id


def take_back_change(here: Here, change_id: UUID) -> None:
    """Take back what was asked for and is not decided yet. Raises OwnPageClosed."""
    with transaction() as session:
        contact = acting(session, here)
        asked = session.get(IdentityChange, change_id, with_for_update=True)
        if asked is None or asked.organisation_id != contact.organisation_id or asked.decision:
            return
        now = clock.now()
        asked.decision, asked.decided_at = "taken_back", now
        entered(session, "change of identity taken back", contact, at=now, change=change_id.hex)


def open_changes(session: Session, organisation_id: UUID) -> list[IdentityChange]:
    """What an organisation asked for and nobody decided yet, the oldest first."""
    query = select(IdentityChange).where(
        IdentityChange.organisation_id == organisation_id, IdentityChange.decision.is_(None)
    )
    return list(session.scalars(query.order_by(IdentityChange.asked_at)))


def free_slug(session: Session, organisation: Organisation) -> str:
    """An address for the public page, made of the name, that no other organisation has."""
    plain = normal_form("NFKD", organisation.acronym or organisation.name).encode("ascii", "ignore").decode()
    wanted = NO_LETTER.sub("-", plain.casefold()).strip("-")[:SLUG_LIMIT].strip("-") or "organisation"
    taken = set(session.scalars(select(Organisation.slug).where(Organisation.slug.startswith(wanted))))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *numbered) if slug not in taken)


def page_changed(session: Session, organisation: Organisation) -> None:
    """Have what readers see of an organisation made anew, or be gone; part of a verb."""
    if organisation.slug is not None:
        take_off.bodies(session, None)


def _page_changed(session: Session, organisation: Organisation) -> None:
    if organisation.public_page_at is not None:
        page_changed(session, organisation)


def drop_logo(session: Session, organisation: Organisation) -> None:
    """Take the logo's bytes out of the database; part of a verb."""
    file = session.get(File, organisation.logo_id) if organisation.logo_id else None
    organisation.logo_id = None
    session.flush()
    if file is not None:
        logo_lines.put(session, logo_lines.printed_lines(session, file.id), None, now=clock.now())
        session.delete(file)
        session.flush()


def _checked(part: str, value: str) -> str:
    return check_name(value) if part.startswith("name_") and value.strip() else value.strip()


def _now(organisation: Organisation, part: str) -> str:
    if part.startswith("name_"):
        return organisation.printable_names().get(part.removeprefix("name_"), "")
    values: dict[str, Any] = {
        "country": organisation.country,
        "country_printed": organisation.country_printed.get("und", ""),
        "site": organisation.site,
        "kind": organisation.kind,
        "parent": "",
        "erase": "",
    }
    return str(values[part])
