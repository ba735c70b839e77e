"""The outbox: what became of each mail, in words. It shows no link, no address and no words of a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user
from sqlalchemy import func, select

from coalition import clock, config, languages
from coalition.actions import deliver, hold_back, machine
from coalition.actions.deliver import NoMailServer, NoSuchMail
from coalition.database import db
from coalition.models.account import Account
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter, TeamMember
from coalition.models.machinery import Tick
from coalition.models.outgoing_email import STATES, OutgoingEmail
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import after_restore, choices, machine_words
from coalition.web.desk.door import desk
from coalition.web.desk.frame import path_of, title_of
from coalition.web.desk.mail_words import mail_class_words, mail_state_tone, mail_state_words, why
from coalition.web.desk.typed import leaf

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from werkzeug.wrappers import Response

PATH = "/desk/outbox"
PAGE = 50
HAS_NEXT_TRY = frozenset({"queued", "deferred"})
ACTED_ON_TOGETHER = deliver.MAY_BE_TRIED | deliver.MAY_BE_STOPPED


@desk.context_processor
def held_mails() -> dict[str, Any]:
    """How many mails are held, and whether a restore waits for a word: the banner of every page of the desk."""
    if not current_user.is_authenticated:
        return {}
    waits = select(Tick.at).where(Tick.fact == hold_back.WAITS).scalar_subquery()
    query = select(func.count(OutgoingEmail.id), waits).where(OutgoingEmail.state == "held")
    held, restored_at = cast("tuple[int, datetime | None]", db.session.execute(query).one())
    return {
        "held_mails": held,
        "restored_at": after_restore.moment_words(restored_at) if restored_at is not None else "",
        "is_administrator": bool(current_user.is_administrator),
    }


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
        all_words=_all_words(state, total),
        troubles=_troubles(),
        total=total,
        page=page,
        last=last,
        earlier=f"{PATH}?{query}page={page - 1}" if page > 1 else "",
        later=f"{PATH}?{query}page={page + 1}" if page < last else "",
        after_restore=after_restore.after_restore() if account().is_administrator else None,
        may_let_go=bool(counts.get("held")) and account().is_administrator and bool(settings.mail_server),
    )


@desk.post("/outbox")
@audience(Audience.ACCOUNT)
def tend_mails() -> Response:
    """Try mails again now, or stop them: one by its own button, the ticked ones, or all in a state."""
    state = request.form.get("state", "")
    back = f"{PATH}?state={state}" if state in STATES else PATH
    act, chosen = _asked(state)
    if not chosen:
        flash(_("Tick mails first, then press."))
        return redirect(back, code=303)
    try:
        done = deliver.retry(chosen, by=account()) if act == "retry" else deliver.stop(chosen, by=account())
    except NoSuchMail:
        abort(404)
    _tell(act, done, len(chosen) - done)
    return redirect(back, code=303)


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


def _troubles() -> list[str]:
    """For an administrator: what keeps the machine from working."""
    if not account().is_administrator:
        return []
    found = machine.look(db.session(), now=clock.now())
    return [need.title for need in machine_words.needs(found) if need.is_grave]


def _asked(state: str) -> tuple[str, list[UUID]]:
    """What is to be done, and to which mails."""
    for act in ("retry", "stop"):
        if one := request.form.get(act):
            return act, _ids([one])
    act = "stop" if request.form.get("act") == "stop" else "retry"
    if request.form.get("all") and state in ACTED_ON_TOGETHER:
        return act, deliver.in_state(state, by=account())
    return act, _ids(request.form.getlist("mail"))


def _ids(typed: Sequence[str]) -> list[UUID]:
    try:
        return [UUID(one) for one in typed[:PAGE]]
    except ValueError:
        abort(404)


def _tell(act: str, done: int, others: int) -> None:
    if done and act == "retry":
        flash(ngettext("%(num)s mail is tried again now.", "%(num)s mails are tried again now.", done))
    elif done:
        flash(
            ngettext(
                "%(num)s mail is stopped. It does not go out.", "%(num)s mails are stopped. They do not go out.", done
            )
        )
    if others:
        flash(
            ngettext(
                "%(num)s mail went on meanwhile: look at its state.",
                "%(num)s mails went on meanwhile: look at their state.",
                others,
            )
        )


def _counts() -> dict[str, int]:
    found = db.session.execute(
        select(OutgoingEmail.state, func.count()).where(deliver.tended_by(account())).group_by(OutgoingEmail.state)
    )
    return {state: int(number) for state, number in found}


def _mails(state: str, page: int) -> Sequence[OutgoingEmail]:
    query = select(OutgoingEmail).where(deliver.tended_by(account()))
    if state:
        query = query.where(OutgoingEmail.state == state)
    needs_a_look = OutgoingEmail.state.in_(("bounced", "refused", "unknown", "deferred"))
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


def _all_words(state: str, total: int) -> str:
    """What the box for all in this list says; "" where there is none."""
    if state not in ACTED_ON_TOGETHER or total < 2:
        return ""
    return str(ngettext("The %(num)s mail of this list", "All %(num)s mails of this list, ticked or not", total))


def _figure(state: str, number: int, *, current: bool) -> dict[str, Any]:
    return {
        "value": languages.number(number, choices.spoken()),
        "label": mail_state_words(state),
        "href": PATH if current else f"{PATH}?state={state}",
        "current": current,
    }


def _row(one: OutgoingEmail, mine: set[UUID]) -> dict[str, Any]:
    zone = account().zone
    found = why(one.state, one.last_code, one.last_words)
    return {
        "id": one.id,
        "recipient": _recipient(one, mine),
        "letter": _letter(one, mine),
        "letter_id": one.letter_id if one.letter_id in mine else None,
        "kind": mail_class_words(one.kind_class),
        "state": mail_state_words(one.state),
        "tone": mail_state_tone(one.state),
        "what": found.reason,
        "to_do": found.to_do,
        "correct": _where_to_correct(one, mine) if found.is_about_the_address else "",
        "said": f"{one.last_code or ''} {one.last_words}".strip() if one.last_code else "",
        "tries": one.attempts if one.attempts > 1 else 0,
        "next": languages.moment_words(one.next_at, zone, choices.spoken()) if one.state in HAS_NEXT_TRY else "",
        "made": languages.moment_words(one.date, zone, choices.spoken()),
        "may_be_tried": one.state in deliver.MAY_BE_TRIED
        and (one.state != "held" or bool(config.settings().mail_server)),
        "is_held": one.state == "held",
        "may_be_stopped": one.state in deliver.MAY_BE_STOPPED,
    }


def _where_to_correct(one: OutgoingEmail, mine: set[UUID]) -> str:
    """The page where the address is corrected: old links die there, and the mail goes to the new one."""
    invitation = db.session.get(Invitation, one.invitation_id) if one.invitation_id else None
    if invitation is None or one.letter_id not in mine:
        return ""
    return path_of(invitation.letter_id, "organisations", str(invitation.organisation_id))


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
