"""Who stands at the door: a link, proved by the cookie of its invitation or by the token of a form of ours.

The cookie belongs to one invitation (its path), so that two invitations in one browser never mix. It holds no token of
a link, only the link's row and epoch, signed. Whoever blocks cookies goes on with forms alone.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from flask import g, request
from sqlalchemy import select

from coalition import clock, config, languages, tokens
from coalition.actions.acts import is_handed_over
from coalition.database import db
from coalition.models.invitation import HandedOver
from coalition.models.link import Link
from coalition.tokens import NotOurs, hash_of
from coalition.web.embargo import concerns
from coalition.web.signing.open_form import OpenForm
from coalition.web.signing.proving import proved

if TYPE_CHECKING:
    from flask import Response

    from coalition.models.contact import Contact
    from coalition.models.invitation import Invitation
    from coalition.models.letter import Letter
    from coalition.models.organisation import Organisation
    from coalition.models.version import Text

PURPOSE: Final = "visit"
LASTS: Final = timedelta(hours=24)


class NoVisit(Exception):
    """Nothing proves a link: the link is asked for."""


class LinkEnded(Exception):
    """A link of ours that works no more; `why` is "revoked", "replaced" or "expired"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Visit:
    """A contact at the door, the form they have in view, and the language they chose."""

    link: Link
    form: OpenForm
    has_cookie: bool
    session: str = ""
    """What a step-up code is bound to: the random id in this browser's cookie, else the key of the form."""
    is_form_good: bool = True
    """False where the form that was sent is unreadable or too old: it comes back, nothing is recorded."""

    @property
    def invitation(self) -> Invitation:
        """The invitation that the link leads to."""
        return invitation_of(self.link)

    @property
    def letter(self) -> Letter:
        """The letter that is asked about."""
        return self.invitation.letter

    @property
    def contact(self) -> Contact:
        """The person to whom the link was mailed."""
        return self.invitation.contact

    @property
    def organisation(self) -> Organisation:
        """For whom the person answers."""
        return self.invitation.organisation

    @property
    def text(self) -> Text:
        """The text that is shown."""
        text: Text = self.letter.text(self.form.language)
        return text

    @property
    def language(self) -> str:
        """The language of our own words: the text's where we have it, else the contact's."""
        return words_language(self.form.language, self.contact)

    @property
    def organisation_name(self) -> str:
        """The organisation's name in that language; a confidential one sees its real name."""
        names = self.organisation.printable_names()
        return names.get(self.language) or names["und"]

    @property
    def path(self) -> str:
        """The path of the invitation."""
        return path_of(self.invitation.id)

    def path_to(self, page: str = "") -> str:
        """The path of a page under the invitation, in the language that is shown."""
        chosen = "" if self.form.language == default_text(self.link).language else f"?lang={self.form.language}"
        return f"{self.path}/{page}{chosen}" if page else f"{self.path}{chosen}"

    def anew(self) -> Visit:
        """The same visit with a form opened now."""
        return replace(self, form=OpenForm.fresh(self.link, self.text))


def path_of(invitation_id: UUID) -> str:
    """The path of an invitation: it names nobody and opens nothing by itself."""
    return f"/invitation/{invitation_id}"


def invitation_of(link: Link) -> Invitation:
    """The invitation that a link leads to."""
    assert link.invitation is not None  # noqa: S101 -- its purpose says so, and the database  # nosec B101
    return link.invitation


def link_of(token: str, purpose: str = "invitation") -> Link:
    """The link that a token from an address belongs to. Raises NotOurs, LinkEnded."""
    link_id = tokens.ours().read(purpose, token)
    link = db.session.scalar(select(Link).where(Link.token_hash == hash_of(link_id), Link.purpose == purpose))
    if link is None:
        raise NotOurs
    ensure_works(link)
    return link


def ensure_works(link: Link) -> None:
    """Raises LinkEnded. Raising the epoch ends link, cookie and open form together."""
    invitation = invitation_of(link)
    if link.revoked_at or invitation.revoked_at or invitation.contact.ended_at:
        raise LinkEnded("revoked")
    if link.epoch != invitation.epoch:
        raise LinkEnded("replaced")
    if link.expires_at is not None and link.expires_at <= clock.now():
        raise LinkEnded("expired")


def looking(invitation_id: UUID, *, handed_over: bool = False) -> Visit:
    """The visit of a GET, by its cookie. Raises NoVisit, LinkEnded; HandedOver, unless it is looked at for that."""
    link, _session = _by_cookie(invitation_id)
    if link is None:
        raise NoVisit
    _ensure_in_hand(link, handed_over=handed_over)
    return arrived(link, has_cookie=True, language=request.args.get("lang", ""))


def acting(invitation_id: UUID, *, handed_over: bool = False) -> Visit:
    """The visit of a POST, by its cookie, else by its form's own token. Raises NoVisit, LinkEnded.

    Raises HandedOver where a colleague has it, but for what is done `handed_over` too.
    """
    form = _form_sent(invitation_id)
    link, session = _by_cookie(invitation_id)
    has_cookie = link is not None
    if link is None and form is not None:
        link, session = _link(form.link_id), f"form:{form.key}"
    if link is None:
        raise NoVisit
    _ensure_in_hand(link, handed_over=handed_over)
    if form is None or form.epoch != link.epoch:
        return replace(arrived(link, has_cookie=has_cookie), is_form_good=False)
    g.language = words_language(form.language, invitation_of(link).contact)
    concerns(invitation_of(link).letter)
    visit = Visit(link=link, form=form, has_cookie=has_cookie, session=session)
    if form.is_old():
        return replace(visit.anew(), is_form_good=False)
    g.visit = replace(visit, form=proved(form, session))
    return cast("Visit", g.visit)


def _ensure_in_hand(link: Link, *, handed_over: bool) -> None:
    """Raises HandedOver where a colleague has it: until it is taken back, the page names no letter and nobody."""
    if not handed_over and is_handed_over(db.session(), invitation_of(link)):
        raise HandedOver


def arrived(link: Link, *, has_cookie: bool, language: str = "") -> Visit:
    """A visit with a form opened now, in the language asked for if the letter has it."""
    concerns(invitation_of(link).letter)
    text = invitation_of(link).letter.text(language) if language else default_text(link)
    g.language = words_language(text.language, invitation_of(link).contact)
    return Visit(link=link, form=OpenForm.fresh(link, text), has_cookie=has_cookie)


def default_text(link: Link) -> Text:
    """The text in the contact's language, else in the authoritative one."""
    text: Text = invitation_of(link).letter.text(invitation_of(link).contact.language)
    return text


def words_language(text_language: str, contact: Contact) -> str:
    """The language of our own words beside a text."""
    spoken = languages.interface_language(text_language)
    has_own_words = text_language.partition("-")[0].lower() == spoken
    return spoken if has_own_words else languages.interface_language(contact.language)


def give_cookie(response: Response, link: Link) -> None:
    """Let this browser come back to the invitation for a day without the link."""
    invitation_id = invitation_of(link).id
    until = clock.now() + LASTS
    facts = {
        "l": link.id.hex,
        "e": link.epoch,
        "u": until.isoformat(timespec="seconds"),
        "s": secrets.token_hex(16),
    }
    response.set_cookie(
        _cookie_name(invitation_id),
        tokens.ours().write_form(PURPOSE, facts),
        max_age=int(LASTS.total_seconds()),
        path=path_of(invitation_id),
        **_cookie_flags(),
    )


def take_cookie(response: Response, invitation_id: UUID) -> None:
    """End the session."""
    response.delete_cookie(_cookie_name(invitation_id), path=path_of(invitation_id), **_cookie_flags())


def _cookie_name(invitation_id: UUID) -> str:
    return f"{'__Secure-' if config.settings().is_https else ''}i-{invitation_id.hex[:8]}"


def _cookie_flags() -> dict[str, Any]:
    return {"secure": config.settings().is_https, "httponly": True, "samesite": "Lax"}


@dataclass(frozen=True, slots=True)
class VisitCookie:
    """What the cookie of an invitation says: the link it was given for, and the session's id."""

    link_id: UUID
    epoch: int
    session: str


def by_cookie(invitation_id: UUID) -> VisitCookie | None:
    """What the invitation's cookie says; None without one, or past its day."""
    try:
        facts = tokens.ours().read_form(PURPOSE, request.cookies.get(_cookie_name(invitation_id), ""))
        cookie, until = VisitCookie(UUID(facts["l"]), facts["e"], str(facts["s"])), datetime.fromisoformat(facts["u"])
    except (NotOurs, KeyError, TypeError, ValueError):
        return None
    return cookie if until > clock.now() else None


def _by_cookie(invitation_id: UUID) -> tuple[Link | None, str]:
    """The link of the invitation's cookie and the session's id; None without one, or past its day. Raises LinkEnded."""
    cookie = by_cookie(invitation_id)
    if cookie is None:
        return None, ""
    link = _link(cookie.link_id)
    is_its = link is not None and (link.invitation_id, link.epoch) == (invitation_id, cookie.epoch)
    return (link, cookie.session) if is_its else (None, "")


def _form_sent(invitation_id: UUID) -> OpenForm | None:
    """The form whose token was sent; None where it is not ours or of another invitation."""
    try:
        form = OpenForm.read(request.form.get("form_token", ""))
    except NotOurs:
        return None
    link = db.session.get(Link, form.link_id)
    return form if link is not None and link.invitation_id == invitation_id else None


def _link(link_id: UUID) -> Link | None:
    """A link by its row. Raises LinkEnded."""
    link = db.session.get(Link, link_id)
    if link is not None:
        ensure_works(link)
    return link
