"""Who stands at an organisation's own page: a link to it, proved by the page's cookie, and a code that opens it.

The cookie belongs to one organisation (its path). It holds the link's row and epoch, a random session, and until when a
right code has opened the page: half an hour. Without a code nothing of the organisation is shown.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from flask import after_this_request, g, request
from sqlalchemy import select

from coalition import clock, config, languages, tokens
from coalition.actions import step_up
from coalition.actions.own_page import Here
from coalition.actions.step_up import CodeGone, WrongCode
from coalition.database import db
from coalition.models.link import Link
from coalition.tokens import NotOurs, hash_of
from coalition.web.signing.visit import LinkEnded

if TYPE_CHECKING:
    from flask import Response

    from coalition.models.contact import Contact
    from coalition.models.organisation import Organisation

PURPOSE: Final = "own visit"
FORM: Final = "own form"
LASTS: Final = timedelta(hours=24)
OPEN_FOR: Final = timedelta(minutes=30)
"""After a right code; then the next one is asked for."""
AUTHORISES: Final = "own page"


class NoOwnVisit(Exception):
    """Nothing proves a link to this page: there may be no such organisation."""


class OwnCodeNeeded(Exception):
    """The page is closed until a code opens it. `problem` says what was wrong with the one that was typed."""

    def __init__(self, visit: OwnVisit, problem: str = "", *, is_old: bool = False) -> None:
        super().__init__(problem)
        self.visit, self.problem, self.is_old = visit, problem, is_old


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """A contact at the page of their organisation."""

    link: Link
    session: str
    until: datetime
    """When the cookie ends."""
    open_until: datetime | None
    """Until when the page is open by a code."""
    key: str
    """Makes each act that this page sends count once."""
    opened_now: bool = False
    """Whether the code beside what is sent has just opened the page, and is spent with that."""

    @property
    def contact(self) -> Contact:
        """The person to whom the link was mailed."""
        assert self.link.contact is not None  # noqa: S101 -- its purpose says so, and the database  # nosec B101
        return self.link.contact

    @property
    def organisation(self) -> Organisation:
        """Whose page it is."""
        return self.contact.organisation

    @property
    def is_open(self) -> bool:
        """Whether a code has opened the page, and not too long ago."""
        return self.open_until is not None and clock.now() < self.open_until

    @property
    def here(self) -> Here:
        """Who acts, as the verbs want it."""
        return Here(self.contact.id, self.link.epoch)

    @property
    def path(self) -> str:
        """The path of the page."""
        return path_of(self.organisation.id)

    @property
    def language(self) -> str:
        """The language of the page's words."""
        return languages.interface_language(self.contact.language)

    def key_of(self, act: str) -> str:
        """The idempotency key of one act."""
        return f"{self.key}:{act}"

    def token(self) -> str:
        """The token for the hidden field of each form."""
        facts = {"l": self.link.id.hex, "e": self.link.epoch, "s": self.session, "k": self.key}
        return tokens.ours().write_form(FORM, facts)

    def opened(self) -> OwnVisit:
        """The same visit with the page open from now on."""
        return replace(self, open_until=clock.now() + OPEN_FOR, opened_now=True)


def path_of(organisation_id: UUID) -> str:
    """The path of an organisation's own page: it names nobody and opens nothing by itself."""
    return f"/organisation/{organisation_id}"


def link_of(token: str) -> Link:
    """The link that a token from an address belongs to. Raises NotOurs, LinkEnded."""
    link_id = tokens.ours().read("organisation", token)
    link = db.session.scalar(select(Link).where(Link.token_hash == hash_of(link_id), Link.purpose == "organisation"))
    if link is None:
        raise NotOurs
    _ensure_works(link)
    return link


def arrived(link: Link) -> OwnVisit:
    """A visit that begins now. What this browser had opened by a code before stays open."""
    assert link.contact is not None  # noqa: S101 -- its purpose says so, and the database  # nosec B101
    before = _by_cookie(link.contact.organisation_id)
    is_same = before is not None and before.link.id == link.id
    visit = OwnVisit(
        link=link,
        session=before.session if before is not None and is_same else secrets.token_hex(16),
        until=clock.now() + LASTS,
        open_until=before.open_until if before is not None and is_same else None,
        key=secrets.token_hex(16),
    )
    g.language = visit.language
    return visit


def looking(organisation_id: UUID) -> OwnVisit:
    """The visit of a GET. Raises NoOwnVisit, LinkEnded, OwnCodeNeeded."""
    visit = at_the_door(organisation_id)
    if not visit.is_open:
        raise OwnCodeNeeded(visit)
    return visit


def at_the_door(organisation_id: UUID) -> OwnVisit:
    """The visit, open or not. Raises NoOwnVisit, LinkEnded."""
    visit = _by_cookie(organisation_id)
    if visit is None:
        raise NoOwnVisit
    g.language = visit.language
    return visit


def acting(organisation_id: UUID) -> OwnVisit:
    """The visit of a POST: its form is of this very session, and the page is open, or opened by the code beside it.

    Raises NoOwnVisit, LinkEnded; and OwnCodeNeeded, upon which everything typed comes back with a field for the code.
    """
    visit = at_the_door(organisation_id)
    key = _key_sent(visit)
    if not visit.is_open:
        visit = opened_by_code(visit)
    if key is None:
        raise OwnCodeNeeded(visit, is_old=True)
    return replace(visit, key=key)


def opened_by_code(visit: OwnVisit) -> OwnVisit:
    """The visit, opened by the code that was sent with a form. Raises OwnCodeNeeded."""
    typed = request.form.get("code", "")
    if not typed.strip() or "another_code" in request.form:
        raise OwnCodeNeeded(visit)
    if _key_sent(visit) is None:
        raise OwnCodeNeeded(visit, is_old=True)
    try:
        step_up.take_code(visit.link.id, typed, session=visit.session, authorises=AUTHORISES)
    except WrongCode:
        raise OwnCodeNeeded(visit, "wrong") from None
    except CodeGone:
        raise OwnCodeNeeded(visit, "gone") from None
    opened = visit.opened()

    @after_this_request
    def remember(response: Response) -> Response:
        give_cookie(response, opened)
        return response

    return opened


def give_cookie(response: Response, visit: OwnVisit) -> None:
    """Let this browser come back to the page: for a day with a code, for half an hour without another one."""
    facts = {
        "l": visit.link.id.hex,
        "e": visit.link.epoch,
        "s": visit.session,
        "u": visit.until.isoformat(timespec="seconds"),
        "c": visit.open_until.isoformat(timespec="seconds") if visit.open_until else "",
    }
    response.set_cookie(
        _cookie_name(visit.organisation.id),
        tokens.ours().write_form(PURPOSE, facts),
        max_age=int(LASTS.total_seconds()),
        path=visit.path,
        **_cookie_flags(),
    )


def take_cookie(response: Response, organisation_id: UUID) -> None:
    """End the session."""
    response.delete_cookie(_cookie_name(organisation_id), path=path_of(organisation_id), **_cookie_flags())


def _ensure_works(link: Link) -> None:
    """Raises LinkEnded. Raising the contact's epoch ends link, cookie and open form together."""
    contact = link.contact
    organisation = contact.organisation if contact else None
    if contact is None or organisation is None or link.revoked_at or contact.ended_at or contact.erased_at:
        raise LinkEnded("revoked")
    if organisation.erased_at or organisation.merged_at:
        raise LinkEnded("revoked")
    if link.epoch != contact.epoch:
        raise LinkEnded("replaced")
    if link.expires_at is not None and link.expires_at <= clock.now():
        raise LinkEnded("expired")


def _by_cookie(organisation_id: UUID) -> OwnVisit | None:
    """The visit of the page's cookie; None without one, or past its day. Raises LinkEnded."""
    try:
        facts = tokens.ours().read_form(PURPOSE, request.cookies.get(_cookie_name(organisation_id), ""))
        link_id, epoch, session = UUID(facts["l"]), facts["e"], str(facts["s"])
        until = datetime.fromisoformat(facts["u"])
        open_until = datetime.fromisoformat(facts["c"]) if facts["c"] else None
    except (NotOurs, KeyError, TypeError, ValueError):
        return None
    link = db.session.get(Link, link_id)
    if until <= clock.now() or link is None or link.epoch != epoch:
        return None
    _ensure_works(link)
    if link.contact is None or link.contact.organisation_id != organisation_id:
        return None
    return OwnVisit(link=link, session=session, until=until, open_until=open_until, key=secrets.token_hex(16))


def _key_sent(visit: OwnVisit) -> str | None:
    """The key of the form that was sent; None where it is not of this link and session."""
    try:
        facts = tokens.ours().read_form(FORM, request.form.get("form_token", ""))
        is_ours = (facts["l"], facts["e"], facts["s"]) == (visit.link.id.hex, visit.link.epoch, visit.session)
        return str(facts["k"]) if is_ours else None
    except (NotOurs, KeyError):
        return None


def _cookie_name(organisation_id: UUID) -> str:
    return f"{'__Secure-' if config.settings().is_https else ''}o-{organisation_id.hex[:8]}"


def _cookie_flags() -> dict[str, Any]:
    return {"secure": config.settings().is_https, "httponly": True, "samesite": "Lax"}
