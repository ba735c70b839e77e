"""A letter's team: who has which part in it, added and ended by its coordinators."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from coalition import languages
from coalition.actions import team
from coalition.actions.team import REASON_LIMIT, LastCoordinator, NoSuchPart
from coalition.database import db
from coalition.models.account import ROLES, Account
from coalition.models.letter import Letter, TeamMember
from coalition.models.record import RecordEntry, chain_of
from coalition.web.audience import EVERY_ROLE, TRANSLATOR, Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import lead_to, show, the_letter, title_of
from coalition.web.desk.typed import Typed
from coalition.web.desk.words import role_words


@desk.get("/letters/<uuid:letter_id>/team")
@audience(Audience.TEAM)
def letter_team(letter_id: UUID) -> ResponseReturnValue:
    """Who is on the team, and a form to add a colleague or give one another part."""
    return _page(Typed.stored({"role": TRANSLATOR}))


@desk.post("/letters/<uuid:letter_id>/team")
@audience(Audience.TEAM)
def join_letter_team(letter_id: UUID) -> ResponseReturnValue:
    """Give a colleague a part."""
    typed = Typed(request.form)
    accounts = {str(one.id): one for one in _accounts()}
    chosen = typed.choice("account", accounts, _("Choose a colleague."))
    role = typed.choice("role", ROLES, _("Choose a part."))
    reason = typed.line("reason", limit=REASON_LIMIT, missing=_("Say why: the team is told."))
    tags = request.form.getlist("languages")
    if role == TRANSLATOR and not tags:
        typed.wrong("languages", _("Choose the languages of the translator."))
    if not typed.is_good:
        return _page(typed, tags=tags, status=422)
    colleague = accounts[chosen]
    try:
        team.join_team(letter_id, colleague.id, by=account(), reason=reason, role=role, languages=tags)
    except NoSuchPart:
        typed.wrong("role", _("This account is for a narrower part: %(role)s.", role=role_words(colleague.role)))
        return _page(typed, tags=tags, status=422)
    except LastCoordinator:
        typed.wrong("role", _last_words())
        return _page(typed, tags=tags, status=422)
    flash(_("%(name)s is on the team now. Everybody on it is told.", name=accounts[chosen].name))
    return lead_to(letter_id, "team")


@desk.post("/letters/<uuid:letter_id>/team/<uuid:account_id>/leave")
@audience(Audience.TEAM)
def end_part(letter_id: UUID, account_id: UUID) -> ResponseReturnValue:
    """End a colleague's part, or one's own."""
    colleague = db.session.get(Account, account_id)
    if colleague is None or the_letter().member(account_id) is None:
        abort(404)
    name, is_own = colleague.name, account_id == account().id
    try:
        team.leave_team(letter_id, account_id, by=account())
    except LastCoordinator:
        flash(_last_words())
        return lead_to(letter_id, "team")
    flash(_("You are not on the team any more.") if is_own else _("%(name)s is not on the team any more.", name=name))
    return redirect("/desk", code=303) if is_own else lead_to(letter_id, "team")


@desk.post("/letters/<uuid:letter_id>/leave")
@audience(Audience.TEAM, also=EVERY_ROLE)
def leave_letter(letter_id: UUID) -> ResponseReturnValue:
    """Leave the team oneself."""
    title = title_of(the_letter())
    try:
        team.leave_team(letter_id, account().id, by=account())
    except LastCoordinator:
        flash(_last_words())
        return lead_to(letter_id, "team")
    flash(_("You are not on the team of “%(title)s” any more.", title=title))
    return redirect("/desk", code=303)


def _last_words() -> str:
    return str(_("Somebody has to coordinate the letter: make a colleague coordinator first."))


def _accounts() -> list[Account]:
    """Everybody who can be on a team."""
    query = select(Account).where(Account.ended_at.is_(None), Account.active).order_by(Account.name)
    return list(db.session.scalars(query))


def _page(typed: Typed, *, tags: list[str] | None = None, status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    letter = the_letter()
    live = [one for one in letter.team if one.ended_at is None]
    joined = _reasons(letter)
    return show(
        "desk/letter_team.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        tags=tags or [],
        rows=[_row(one, joined.get(one.account_id.hex, "")) for one in live],
        is_only=[one.id for one in letter.coordinators()] == [account().id],
        colleagues=[(str(one.id), one.name) for one in _accounts()],
        roles=_roles(has_languages=bool(_offered())),
        languages=_offered(),
    )


def _reasons(letter: Letter) -> dict[str, str]:
    """Why each joined, by account, as the record has it."""
    entries = db.session.scalars(
        select(RecordEntry)
        .where(RecordEntry.chain == chain_of(letter.id), RecordEntry.verb.in_(("joined team", "coordinator appointed")))
        .order_by(RecordEntry.number)
    )
    details: list[dict[str, Any]] = [one.detail or {} for one in entries]
    return {one.get("account", ""): one.get("reason", "") for one in details}


def _row(member: TeamMember, reason: str) -> dict[str, Any]:
    return {
        "id": member.account_id,
        "name": member.account.name,
        "role": role_words(member.role),
        "languages": _named(member.languages),
        "since": languages.date_words(member.joined_at.date(), desk_language()),
        "reason": reason,
        "can_act": member.account.is_live,
        "is_own": member.account_id == account().id,
    }


def _named(tags: list[str]) -> str:
    spoken = desk_language()
    return languages.join([languages.name(tag, spoken) for tag in tags], spoken)


def _offered() -> list[dict[str, str]]:
    """The languages that there is something to translate into."""
    letter = the_letter()
    return [
        {"value": tag, "label": languages.name(tag, desk_language())}
        for tag in letter.working_languages
        if tag != letter.authoritative_language
    ]


def _roles(*, has_languages: bool) -> list[dict[str, Any]]:
    return [
        {
            "value": "translator",
            "label": role_words("translator"),
            "hint": _(
                "Sees and writes the text in the languages you choose, beside the one that governs. Nothing else."
            )
            if has_languages
            else _("Add a language first: there is nothing to translate yet."),
            "disabled": not has_languages,
        },
        {
            "value": "observer",
            "label": role_words("observer"),
            "hint": _("Sees the texts and who has answered, and changes nothing."),
        },
        {"value": "coordinator", "label": role_words("coordinator"), "hint": _("Does everything that you do.")},
    ]
