"""The outbox: what became of each mail, in words. It shows no link, no address and no words of a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user
from sqlalchemy import func, select

from coalition import config, languages
from coalition.actions import deliver
from coalition.actions.deliver import NoMailServer, NoSuchMail, SettledMeanwhile
from coalition.database import db
from coalition.models.account import Account
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter, TeamMember
from coalition.models.outgoing_email import STATES, OutgoingEmail
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import choices
from coalition.web.desk.door import desk
from coalition.web.desk.frame import title_of
from coalition.web.desk.typed import leaf
from coalition.web.desk.words import mail_class_words, mail_state_tone, mail_state_words, server_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response

PATH = "/desk/outbox"
PAGE = 50
HAS_NEXT_TRY = frozenset({"queued", "deferred"})


@desk.context_processor
def held_mails() -> dict[str, Any]:
    """How many mails wait for a mail server: the banner of every page of the desk."""
    if not current_user.is_authenticated:
        return {}
    held = db.session.scalar(select(func.count()).where(OutgoingEmail.state == "held")) or 0
    return {"held_mails": held, "is_administrator": bool(current_user.is_administrator)}


@desk.get("/outbox")
@audience(Audience.ACCOUNT)
def outbox() -> str:
    """Counts by state, and the mails, those that need a look first."""
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    counts = _counts()
    total = counts.get(state, 0) if state else sum(counts.values())
    last = max(1, -(-total // PAGE))
    page = leaf(request.args, last)
    query = f"state={state}&" if state else ""
    settings = config.settings()
    return render_template(
        "desk/outbox.html",
        figures=[_figure(one, counts[one], current=one == state) for one in STATES if counts.get(one)],
        rows=[_row(one, _mine()) for one in _mails(state, page)],
        state=state,
        total=total,
        page=page,
        last=last,
        earlier=f"{PATH}?{query}page={page - 1}" if page > 1 else "",
        later=f"{PATH}?{query}page={page + 1}" if page < last else "",
        may_let_go=bool(counts.get("held")) and account().is_administrator and bool(settings.mail_server),
    )


@desk.post("/outbox/<uuid:email_id>/retry")
@audience(Audience.ACCOUNT)
def retry_mail(email_id: UUID) -> Response:
    """Try a mail again now."""
    try:
        deliver.retry(email_id, by=account())
        flash(_("The mail is tried again now."))
    except NoSuchMail:
        abort(404)
    except SettledMeanwhile:
        flash(_("This mail went on meanwhile: look at its state."))
    return redirect(PATH, code=303)


@desk.post("/outbox/<uuid:email_id>/stop")
@audience(Audience.ACCOUNT)
def stop_mail(email_id: UUID) -> Response:
    """Stop a mail that has not gone out."""
    try:
        deliver.stop(email_id, by=account())
        flash(_("The mail is stopped. It does not go out."))
    except NoSuchMail:
        abort(404)
    except SettledMeanwhile:
        flash(_("This mail went on meanwhile: look at its state."))
    return redirect(PATH, code=303)


@desk.post("/outbox/release")
@audience(Audience.ADMINISTRATOR)
def let_held_mails_go() -> Response:
    """Let the held mails go, now that there is a mail server."""
    try:
        number = deliver.release_held(by=account())
        flash(ngettext("%(num)s held message goes out now.", "%(num)s held messages go out now.", number))
    except NoMailServer:
        flash(_("There is no mail server yet: the messages stay held."))
    return redirect(PATH, code=303)


def _counts() -> dict[str, int]:
    found = db.session.execute(
        select(OutgoingEmail.state, func.count()).where(deliver.tended_by(account())).group_by(OutgoingEmail.state)
    )
    return {state: int(number) for state, number in found}


def _mails(state: str, page: int) -> Sequence[OutgoingEmail]:
    query = select(OutgoingEmail).where(deliver.tended_by(account()))
    if state:
        query = query.where(OutgoingEmail.state == state)
    needs_a_look = OutgoingEmail.state.in_(("refused", "unknown", "deferred"))
    order = (needs_a_look.desc(), OutgoingEmail.date.desc(), OutgoingEmail.id)
    return db.session.scalars(query.order_by(*order).limit(PAGE).offset((page - 1) * PAGE)).all()


def _mine() -> set[UUID]:
    """The letters whose team this account is on."""
    return set(
        db.session.scalars(
            select(TeamMember.letter_id).where(
                TeamMember.account_id == account().id, TeamMember.ended_at.is_(None), TeamMember.role == "coordinator"
            )
        )
    )


def _figure(state: str, number: int, *, current: bool) -> dict[str, Any]:
    return {
        "value": languages.number(number, choices.spoken()),
        "label": mail_state_words(state),
        "href": PATH if current else f"{PATH}?state={state}",
        "current": current,
    }


def _row(one: OutgoingEmail, mine: set[UUID]) -> dict[str, Any]:
    zone = account().zone
    return {
        "id": one.id,
        "recipient": _recipient(one, mine),
        "letter": _letter(one, mine),
        "letter_id": one.letter_id if one.letter_id in mine else None,
        "kind": mail_class_words(one.kind_class),
        "state": mail_state_words(one.state),
        "tone": mail_state_tone(one.state),
        "what": server_words(one.state, one.last_code, one.last_words),
        "said": f"{one.last_code or ''} {one.last_words}".strip() if one.last_code else "",
        "next": languages.moment_words(one.next_at, zone, choices.spoken()) if one.state in HAS_NEXT_TRY else "",
        "made": languages.moment_words(one.date, zone, choices.spoken()),
        "may_be_tried": one.state in deliver.MAY_BE_TRIED,
        "may_be_stopped": one.state in deliver.MAY_BE_STOPPED,
    }


def _recipient(one: OutgoingEmail, mine: set[UUID]) -> str:
    """The organisation, or the colleague; nothing where the row itself would tell who answered, or of another team."""
    kind, _colon, hexadecimal = one.recipient.partition(":")
    if kind == "account":
        colleague = db.session.get(Account, UUID(hexadecimal))
        return colleague.name if colleague else ""
    if one.letter_id not in mine:
        return str(_("An organisation asked by another team"))
    invitation = db.session.get(Invitation, one.invitation_id) if one.invitation_id else None
    return invitation.organisation.name if invitation else str(_("Not shown: it would tell who answered"))


def _letter(one: OutgoingEmail, mine: set[UUID]) -> str:
    if one.letter_id is None:
        return ""
    letter = db.session.get(Letter, one.letter_id) if one.letter_id in mine else None
    return title_of(letter) if letter else str(_("A letter of another team"))
