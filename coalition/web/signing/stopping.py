"""The link that stops mails, and does nothing else: a page for people, and one press for mail programs (RFC 8058).

It leads to no letter, so that whoever gets hold of it can answer nothing. No cookie is given, and none is needed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from flask import Response, g, make_response, redirect, render_template, request
from flask_babel import gettext as _

from coalition import clock, languages, tokens
from coalition.actions import mute as verbs
from coalition.actions.acts import LinkReplaced
from coalition.models.invitation import InvitationRevoked
from coalition.rendering.reading import reading_title
from coalition.tokens import NotOurs
from coalition.web.audience import Audience, audience
from coalition.web.embargo import concerns
from coalition.web.signing.door import signing
from coalition.web.signing.visit import LinkEnded, invitation_of, link_of

if TYPE_CHECKING:
    from coalition.models.link import Link
    from coalition.web.signing.answers import Problems

PURPOSE: Final = "stop mails"
LASTS: Final = timedelta(hours=24)
ONE_CLICK: Final = {"List-Unsubscribe": ["One-Click"]}
"""All that a mail program sends (RFC 8058)."""
SCOPES: Final = ("letter", "all")


@signing.get("/u/", defaults={"token": ""})  # an address without its token  # nosec B105
@signing.get("/u/<path:token>")
@audience(Audience.CONTACT)
def look_at_mails(token: str) -> Response:
    """Whether mails come, and the choice of which to stop. Nothing is recorded: mail scanners come here."""
    return _page(_arrived(token))


@signing.post("/u/<path:token>")
@audience(Audience.CONTACT)
def stop_mails(token: str) -> Response:
    """Stop the mails of a letter, or all; or want them again. A mail program's one click stops those of the letter."""
    link = _arrived(token)
    try:
        return _one_click(link) if request.form.to_dict(flat=False) == ONE_CLICK else _answered(link)
    except (InvitationRevoked, LinkReplaced) as error:
        raise LinkEnded("revoked" if isinstance(error, InvitationRevoked) else "replaced") from error


def _arrived(token: str) -> Link:
    """The link of an address; the page is in the contact's language. Raises NotOurs, LinkEnded."""
    link = link_of(token, "mute")
    g.language = languages.interface_language(invitation_of(link).contact.language)
    concerns(invitation_of(link).letter)
    return link


def _one_click(link: Link) -> Response:
    verbs.stop(link.id, wholly=False)
    answer = make_response(_("These mails are stopped.") + "\n")
    answer.mimetype = "text/plain"
    return answer


def _answered(link: Link) -> Response:
    if not _is_form_good(link):
        words = _("This page was open for long, or was changed on its way. Choose again, then send again.")
        return _page(link, problems={"": words}, status=422)
    if request.form.get("confirm") == "yes":
        verbs.resume(link.id)
        return make_response(redirect(request.path, code=303))
    scope = request.form.getlist("scope")
    if len(scope) == 1 and scope[0] in SCOPES:
        verbs.stop(link.id, wholly=scope[0] == "all")
        return make_response(redirect(request.path, code=303))
    is_muted = invitation_of(link).is_muted
    problems = {"confirm": _("Tick that you want the mails again")} if is_muted else {"scope": _("Choose which mails")}
    return _page(link, problems=problems, status=422)


def _page(link: Link, *, problems: Problems | None = None, status: int = 200) -> Response:
    invitation = invitation_of(link)
    contact, letter = invitation.contact, invitation.letter
    html = render_template(
        "signing/stop.html",
        is_neutral=contact.safe_mail,
        letter_title="" if contact.safe_mail else reading_title(letter.text(contact.language)),
        is_muted=invitation.is_muted,
        is_muted_wholly=contact.muted_at is not None,
        form_token=_form_token(link),
        path=request.path,
        errors=problems or {},
    )
    return make_response(html, status)


def _form_token(link: Link) -> str:
    return tokens.ours().write_form(PURPOSE, {"l": link.id.hex, "o": clock.now().isoformat()})


def _is_form_good(link: Link) -> bool:
    """Whether the form was opened with this link, not long ago."""
    try:
        facts = tokens.ours().read_form(PURPOSE, request.form.get("form_token", ""))
        is_its, opened_at = UUID(facts["l"]) == link.id, datetime.fromisoformat(facts["o"])
    except (NotOurs, KeyError, TypeError, ValueError):
        return False
    return is_its and clock.now() - opened_at <= LASTS
