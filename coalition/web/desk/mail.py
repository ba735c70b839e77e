"""The mail that asks: why now, how it reads for each recipient, and a test to oneself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, abort, flash, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coalition import clock, languages
from coalition.actions import circulate, draft
from coalition.database import db
from coalition.emails import letters
from coalition.emails.letters import Mail
from coalition.intake.texts import tidy_text
from coalition.models.invitation import Invitation
from coalition.models.letter import AlreadyPublished, StaleEdit
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import lead_to, path_of, show, the_letter
from coalition.web.desk.framed_mail import framed
from coalition.web.desk.typed import Typed
from coalition.web.headers import POLICY

WHY_LIMIT = 2000
FRAMING_POLICY = f"{POLICY}; frame-src 'self'"


@desk.get("/letters/<uuid:letter_id>/mail")
@audience(Audience.TEAM)
def mail(letter_id: UUID) -> ResponseReturnValue:
    """The mail as one recipient will get it."""
    kept = {f"why-{tag}": words for tag, words in the_letter().why_now.items()}
    return _page(Typed.stored(kept))


@desk.get("/letters/<uuid:letter_id>/mail/<uuid:invitation_id>.html")
@audience(Audience.TEAM)
def mail_html(letter_id: UUID, invitation_id: UUID) -> Response:
    """The HTML part, to stand in a frame: no script, no form, no live link."""
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None or invitation.letter_id != letter_id or not invitation.contact.address:
        abort(404)
    document, policy = framed(_made(invitation).html)
    headers = {"Content-Security-Policy": policy, "Cross-Origin-Resource-Policy": "same-origin"}
    return Response(document, content_type="text/html; charset=utf-8", headers=headers)


@desk.post("/letters/<uuid:letter_id>/mail")
@audience(Audience.TEAM)
def save_why_now(letter_id: UUID) -> ResponseReturnValue:
    """Save the first words of the mail, in each language."""
    typed = Typed(request.form)
    why_now = {tag: tidy_text(typed.prose(f"why-{tag}", limit=WHY_LIMIT)).strip() for tag in the_letter().languages}
    if not typed.is_good:
        return _page(typed, status=422)
    kept = {tag: words for tag, words in why_now.items() if words}
    try:
        draft.save_choices(letter_id, {"why_now": kept}, by=account(), seen=request.form.get("seen"))
    except StaleEdit:
        db.session.rollback()
        return _page(typed, status=409, is_stale=True)
    except AlreadyPublished:
        typed.wrong("", _("The letter is published: nobody is asked any more."))
        return _page(typed, status=409)
    flash(_("The words of the mail are saved."))
    return lead_to(letter_id, "mail")


@desk.post("/letters/<uuid:letter_id>/mail/test")
@audience(Audience.TEAM)
def send_test(letter_id: UUID) -> ResponseReturnValue:
    """Send it to oneself, in one of the letter's languages."""
    typed = Typed(request.form)
    tag = typed.choice("language", the_letter().languages, _("Choose the language of the test."))
    if not typed.is_good:
        return _page(typed, status=422)
    circulate.send_test(letter_id, tag, by=account())
    flash(_("A test is on its way to %(address)s.", address=account().email))
    return lead_to(letter_id, "mail")


def _made(invitation: Invitation) -> Mail:
    kind = "consultation" if _asks_comments() else "invitation"
    return letters.preview(db.session(), invitation, now=clock.now(), kind=kind)


def _asks_comments() -> bool:
    """Whether it is the mail that asks for comments that is looked at, and not the one that asks for a signature."""
    wanted = request.args.get("for", "comments" if the_letter().stage == "consultation" else "")
    return wanted == "comments"


def _invitations() -> list[Invitation]:
    """Those who can be written to, by organisation."""
    query = (
        select(Invitation)
        .where(Invitation.letter_id == the_letter().id, Invitation.revoked_at.is_(None), Invitation.part != "told")
        .options(joinedload(Invitation.organisation), joinedload(Invitation.contact))
    )
    spoken = desk_language()
    return sorted(
        (one for one in db.session.scalars(query) if one.contact.address),
        key=lambda one: languages.sort_key(one.organisation.name, spoken),
    )


def _chosen(invitations: list[Invitation]) -> Invitation | None:
    wanted = request.args.get("to", "")
    return next((one for one in invitations if one.id.hex == wanted), invitations[0] if invitations else None)


def _page(typed: Typed, *, status: int = 200, is_stale: bool = False) -> ResponseReturnValue:
    letter, invitations = the_letter(), _invitations()
    chosen = _chosen(invitations)
    spoken = desk_language()
    tags = [(tag, languages.name(tag, spoken)) for tag in letter.languages]
    page = show(
        "desk/mail.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        tags=tags,
        recipients=[(one.id.hex, _recipient_words(one)) for one in invitations],
        chosen=chosen.id.hex if chosen else "",
        shown=_shown(chosen) if chosen else None,
        is_stale=is_stale,
        theirs=[(name, letter.why_now.get(tag, "")) for tag, name in tags] if is_stale else [],
        seen=draft.state_of_choices(letter),
        own_address=account().email,
        asks_comments=_asks_comments(),
    )
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = FRAMING_POLICY
    return answer


def _recipient_words(one: Invitation) -> str:
    tongue = languages.name(one.contact.language, desk_language())
    return f"{one.organisation.name} – {one.contact.name or one.contact.address} ({tongue})"


def _shown(invitation: Invitation) -> dict[str, Any]:
    made = _made(invitation)
    spoken = languages.interface_language(invitation.contact.language)
    return {
        "subject": made.subject,
        "to": f"{invitation.contact.name or ''} <{made.recipient}>".strip(),
        "sender": made.sender,
        "text": made.text,
        "language": spoken,
        "direction": languages.direction(spoken),
        "frame": path_of(invitation.letter_id, "mail", f"{invitation.id}.html")
        + ("?for=comments" if _asks_comments() else "?for=signature"),
    }
