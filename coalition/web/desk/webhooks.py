"""Webhooks at the desk: which addresses of other programs are told of publications, and what became of each telling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from flask import abort, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import func, select

from coalition import clock, config, languages
from coalition.actions import webhooks
from coalition.actions.outward import AddressNotTaken
from coalition.actions.webhooks import MOST, ToldAlready, TooMany, WebhookEnded
from coalition.database import db
from coalition.models.letter import Letter
from coalition.models.webhook import ADDRESS_LIMIT, Webhook, WebhookDelivery
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import choices
from coalition.web.desk.door import desk
from coalition.web.desk.typed import Typed
from coalition.web.gone import rendered

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response

PATH: Final = "/desk/settings/webhooks"
LATEST: Final = 50
"""So many tellings of an address stand on its page."""


@desk.get("/settings/webhooks")
@audience(Audience.ADMINISTRATOR)
def webhook_list() -> ResponseReturnValue:
    """The addresses, and the form for another."""
    return _list(Typed.stored({}))


@desk.post("/settings/webhooks")
@audience(Audience.ADMINISTRATOR)
def make_webhook() -> ResponseReturnValue:
    """Tell another address from now on; its secret stands on this answer alone."""
    typed = Typed(request.form)
    address = typed.line("address", limit=ADDRESS_LIMIT, missing=_("Enter the address."))
    if not typed.is_good:
        return _list(typed, status=422)
    try:
        webhook_id, secret = webhooks.make(address, by=account())
    except AddressNotTaken:
        typed.wrong("address", _not_taken_words())
    except ToldAlready:
        typed.wrong("address", _("This address is told already: it stands in the list."))
    except TooMany:
        typed.wrong("address", _("%(number)s addresses are told: end one first.", number=_number(MOST)))
    else:
        return _one(_the_webhook(webhook_id), secret=secret)
    return _list(typed, status=422)


@desk.get("/settings/webhooks/<uuid:webhook_id>")
@audience(Audience.ADMINISTRATOR)
def webhook(webhook_id: UUID) -> ResponseReturnValue:
    """An address with what it was told lately."""
    return _one(_the_webhook(webhook_id))


@desk.post("/settings/webhooks/<uuid:webhook_id>/test")
@audience(Audience.ADMINISTRATOR)
def try_webhook(webhook_id: UUID) -> Response:
    """Send it a test; the worker does, so nobody waits for the other program."""
    try:
        webhooks.try_out(webhook_id, by=account())
        flash(_("A test is on its way. Load this page again to see what came of it."))
    except WebhookEnded:
        _say_ended(webhook_id)
    return redirect(f"{PATH}/{webhook_id}", code=303)


@desk.post("/settings/webhooks/<uuid:webhook_id>/secret")
@audience(Audience.ADMINISTRATOR)
def renew_webhook_secret(webhook_id: UUID) -> ResponseReturnValue:
    """Give it another secret, on this answer alone."""
    try:
        secret = webhooks.renew_secret(webhook_id, by=account())
    except WebhookEnded:
        _say_ended(webhook_id)
        return redirect(f"{PATH}/{webhook_id}", code=303)
    return _one(_the_webhook(webhook_id), secret=secret)


@desk.post("/settings/webhooks/<uuid:webhook_id>/end")
@audience(Audience.ADMINISTRATOR)
def end_webhook(webhook_id: UUID) -> Response:
    """Tell it nothing more."""
    try:
        webhooks.end(webhook_id, by=account())
        flash(_("The address is told nothing more."))
    except WebhookEnded:
        _say_ended(webhook_id)
    return redirect(PATH, code=303)


def _the_webhook(webhook_id: UUID) -> Webhook:
    found = db.session.get(Webhook, webhook_id)
    if found is None:
        abort(404)
    return found


def _say_ended(webhook_id: UUID) -> None:
    """Somebody ended it meanwhile; an address that never was is a 404."""
    _the_webhook(webhook_id)
    flash(_("This address was ended meanwhile: it is told nothing more."))


def _not_taken_words() -> str:
    if config.settings().webhooks_to_private_networks:
        return str(_("Enter a whole address, like https://example.org/hooks, without a password."))
    return str(_("Enter a whole address that begins with https:// and lies in the open internet, without a password."))


def _list(typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    found = db.session.scalars(select(Webhook).order_by(Webhook.ended_at.is_not(None), Webhook.made_at)).all()
    rows = [
        {
            "path": f"{PATH}/{one.id}",
            "address": one.address,
            "made": _moment(one.made_at),
            "state": _state_of(one),
        }
        for one in found
    ]
    return rendered("desk/webhooks.html", status=status, typed=typed, errors=typed.errors, rows=rows, path=PATH)


def _state_of(webhook: Webhook) -> dict[str, str]:
    """How an address stands, in a word: ended, not taking what it is told, or well."""
    if webhook.ended_at is not None:
        return {"words": str(_("Ended")), "tone": ""}
    latest = db.session.scalar(
        select(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.attempts > 0)
        .order_by(WebhookDelivery.at.desc(), WebhookDelivery.id)
        .limit(1)
    )
    if latest is None:
        return {"words": str(_("Told nothing yet")), "tone": ""}
    return _became_of(latest)


def _one(webhook: Webhook, *, secret: str = "") -> ResponseReturnValue:
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id)
    latest = query.order_by(WebhookDelivery.at.desc(), WebhookDelivery.id).limit(LATEST)
    given_up = select(func.count()).where(WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.state == "given_up")
    html = render_template(
        "desk/webhook.html",
        path=f"{PATH}/{webhook.id}",
        address=webhook.address,
        made=_moment(webhook.made_at),
        ended=_moment(webhook.ended_at) if webhook.ended_at else None,
        old_secret_until=_old_secret_until(webhook),
        secret=secret,
        given_up=db.session.scalar(given_up) or 0,
        rows=[_row(one) for one in db.session.scalars(latest)],
    )
    answer = make_response(html)
    if secret:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _old_secret_until(webhook: Webhook) -> dict[str, str] | None:
    until = webhook.old_secret_until
    return _moment(until) if until is not None and until > clock.now() else None


def _row(one: WebhookDelivery) -> dict[str, Any]:
    letter = db.session.get(Letter, one.letter_id) if one.letter_id else None
    is_waiting = one.state == "queued"
    return {
        "what": _kind_words(one.kind),
        # Not its title: the team may have put forward another one, which is not public yet.
        "letter": f"/letters/{letter.slug}" if letter else "",
        "edition": _number(one.edition) if one.edition else "",
        "at": _moment(one.at),
        "became": _became_of(one),
        "why": _why(one),
        "tries": one.attempts if one.attempts > 1 else 0,
        "next": _moment(one.next_at) if is_waiting else None,
        "id": one.message_id,
    }


def _became_of(one: WebhookDelivery) -> dict[str, str]:
    if one.state == "taken":
        return {"words": str(_("Taken")), "tone": "ok"}
    if one.state == "given_up":
        return {"words": str(_("Given up")), "tone": "bad"}
    if one.attempts and (one.last_code or one.trouble):
        return {"words": str(_("Not taken yet")), "tone": "warn"}
    return {"words": str(_("Waiting")), "tone": ""}


def _kind_words(kind: str) -> str:
    return str(
        {
            "published": _("Published"),
            "edition": _("A new edition"),
            "changed": _("Changed"),
            "corrected": _("Correction published"),
            "noted": _("Note published"),
            "retracted": _("Retracted"),
            "test": _("Test"),
        }[kind]
    )


def _why(one: WebhookDelivery) -> str:
    """What stands against it, and what would help; "" where nothing does."""
    if one.last_code == 410:
        return str(_("It answered 410: it wants to be told nothing more."))
    if one.last_code and 300 <= one.last_code < 400:
        return str(_("It answered %(code)s and leads elsewhere. Make a webhook for that address.", code=one.last_code))
    if one.last_code and one.state != "taken":
        return str(_("It answered %(code)s.", code=one.last_code))
    if one.state == "given_up" and not one.trouble:
        return str(_("It waited when the backup was made that was restored: it may have been sent then."))
    return str(
        {
            "unresolved": _("There is no host of that name."),
            "private": _("The host lies in a network of our own: nothing is sent there."),
            "unreachable": _("Nobody listens there."),
            "certificate": _("Its certificate is not good for that name."),
            "no_answer": _("It took the call and did not answer in time."),
            "unpublished": _("The letter is not public any more."),
            "ended": _("The address was ended before."),
        }.get(one.trouble, "")
    )


def _moment(moment: datetime) -> dict[str, str]:
    words = languages.moment_words(moment, account().zone, choices.spoken())
    return {"iso": moment.isoformat(timespec="seconds"), "words": words}


def _number(number: int) -> str:
    return languages.number(number, choices.spoken())
