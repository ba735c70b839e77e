"""The accounts of the house: who works at the desk. Administrators invite colleagues and end accounts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from wtforms import BooleanField

from coalition import clock
from coalition.actions import enter, second_step, sessions
from coalition.actions import team as teams
from coalition.actions.enter import AddressHasAccount, LettersLeftAlone
from coalition.actions.team import NotAllowed
from coalition.database import db
from coalition.languages import DESK
from coalition.models.account import ROLES, Account
from coalition.models.link import Link
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import choices
from coalition.web.desk.door import desk
from coalition.web.desk.left_alone import short_words
from coalition.web.desk.words import role_words
from coalition.web.forms import DeskForm, Filled, MailAddress, OneOf, Plain, Words, likely_words

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

PATH = "/desk/team"


class ColleagueForm(DeskForm):
    """Who is invited to the desk."""

    name = Words(validators=[Filled(_l("Enter your colleague’s name")), Plain(200)])
    address = Words(validators=[Filled(_l("Enter your colleague’s email address")), MailAddress()])
    language = Words(validators=[OneOf(DESK)])
    role = Words(validators=[OneOf(ROLES)])
    is_administrator = BooleanField()


@desk.get("/team")
@audience(Audience.ACCOUNT)
def team() -> str:
    """Everybody who works at the desk."""
    return _page(ColleagueForm(formdata=None, language=account().language, role="coordinator"))


@desk.post("/team")
@audience(Audience.ADMINISTRATOR)
def invite_colleague() -> str | tuple[str, int] | Response:
    """Invite a colleague by mail."""
    form = ColleagueForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        enter.invite_colleague(
            by=account(),
            name=form.name.text,
            address=form.address.text,
            language=form.language.text,
            is_administrator=form.is_administrator.data,
            role=form.role.text,
        )
    except NotAllowed:
        form.say("is_administrator", _("Administrators coordinate: leave the part at “Coordinator”."))
        return _page(form), 422
    except AddressHasAccount:
        form.say("address", _("There is an account with this address. It stands in the list above."))
        return _page(form), 422
    flash(_("%(name)s is invited. The mail holds a link that works once, for 7 days.", name=form.name.text))
    if words := likely_words(form):
        flash(words)
    return redirect(PATH, code=303)


@desk.get("/team/<uuid:account_id>/end")
@audience(Audience.ADMINISTRATOR)
def ask_to_end_account(account_id: UUID) -> str:
    """What ending the account means, before it is done."""
    return _end_page(_other(account_id))


@desk.post("/team/<uuid:account_id>/end")
@audience(Audience.ADMINISTRATOR)
def end_account(account_id: UUID) -> Response | tuple[str, int]:
    """End a colleague's account."""
    colleague = _other(account_id)
    said = request.form.get("leaves_alone", "0")
    try:
        enter.end_account(colleague.id, by=account(), leaves_alone=int(said) if said.isdecimal() else 0)
    except LettersLeftAlone:
        db.session.rollback()
        return _end_page(_other(account_id), has_changed=True), 409
    flash(_("The account of %(name)s has ended.", name=_other(account_id).name))
    return redirect(PATH, code=303)


@desk.post("/team/<uuid:account_id>/set-up")
@audience(Audience.ADMINISTRATOR)
def send_set_up_again(account_id: UUID) -> Response:
    """Mail the one-time link again."""
    colleague = _other(account_id)
    try:
        enter.send_set_up_again(colleague.id, by=account())
    except NotAllowed:
        abort(404)
    flash(_("A new link is on its way to %(name)s. The links before it work no more.", name=_other(account_id).name))
    return redirect(PATH, code=303)


def _other(account_id: UUID) -> Account:
    """A colleague's account, not one's own."""
    found = db.session.get(Account, account_id)
    if found is None or found.id == account().id:
        abort(404)
    return found


def _end_page(colleague: Account, *, has_changed: bool = False) -> str:
    """What ending means; `has_changed` where meanwhile another number of letters would be left alone."""
    alone = teams.left_alone_by(db.session(), colleague.id)
    return render_template(
        "desk/team_end.html",
        colleague=colleague,
        alone=[short_words(one) for one in alone],
        number=len(alone),
        has_changed=has_changed,
    )


def _page(form: ColleagueForm) -> str:
    accounts = db.session.scalars(
        select(Account).options(joinedload(Account.organisation)).order_by(Account.ended_at.is_not(None), Account.name)
    ).all()
    return render_template(
        "desk/team.html",
        accounts=accounts,
        own=account(),
        invited_until=_invited_until(),
        have_second_step=second_step.accounts_with(),
        languages=choices.desk_languages(),
        roles=[{"value": role, "label": role_words(role), "hint": hint} for role, hint in _parts().items()],
        role_words=role_words,
        values=form.values,
        errors=form.problems,
        signed_in=sessions.numbers() if account().is_administrator else {},
        left_alone=len(teams.uncoordinated(db.session())) if account().is_administrator else 0,
    )


def _parts() -> dict[str, str]:
    """What an account can be for, and what that means."""
    return {
        "coordinator": _("Uses the directory and starts letters."),
        "translator": _("Sees only the letters they translate, in their languages."),
        "observer": _("Sees only the letters whose coordinators let them look on."),
    }


def _invited_until() -> dict[UUID, datetime]:
    """Until when the one-time link of those who have not used it works, by account."""
    found = db.session.execute(
        select(Link.account_id, Link.expires_at).where(
            Link.account_id.is_not(None), Link.revoked_at.is_(None), Link.expires_at > clock.now()
        )
    )
    return {account_id: until for account_id, until in found if account_id and until}
