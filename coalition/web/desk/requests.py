"""Requests to sign at the desk: each with what helps to tell who asks, answered by one press."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from coalition import clock, languages
from coalition.actions import admit
from coalition.actions.admit import OrganisationIsGone, TooLateToUndo
from coalition.actions.request import were_too_many
from coalition.database import db
from coalition.intake import odd_names
from coalition.intake.domains import fit_of
from coalition.models.letter import Letter, MayNotSign
from coalition.models.organisation import Organisation
from coalition.models.request import DAY_TO_UNDO, REFUSED_FOR, AlreadyDecided, RequestToSign
from coalition.models.signature import affiliation_as_printed
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, path_of, show, the_letter
from coalition.web.desk.request_words import decision_words, fit_words, held_words, origin_words, reason_options
from coalition.web.desk.suggested import Suggested, suggestions_for
from coalition.web.desk.typed import leaf

VIEWS = ("waiting", "aside", "decided")
PAGE = 25


@desk.get("/letters/<uuid:letter_id>/requests")
@audience(Audience.TEAM)
def requests(letter_id: UUID) -> ResponseReturnValue:
    """The queue, what was set aside, or what was decided."""
    return _page()


@desk.post("/letters/<uuid:letter_id>/requests/<uuid:request_id>")
@audience(Audience.TEAM)
def decide_request(letter_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Invite, take as an organisation that we know, or refuse."""
    act, _colon, known = request.form.get("act", "").partition(":")
    try:
        if act == "accept":
            _say_accepted(is_sent=admit.accept(letter_id, request_id, by=account()))
        elif act == "merge" and (organisation_id := _id(known)):
            _say_accepted(is_sent=admit.merge(letter_id, request_id, organisation_id, by=account()))
        elif act == "refuse" and request.form.get("reason") in REFUSED_FOR:
            admit.refuse(letter_id, request_id, request.form["reason"], by=account())
            flash(_("Refused. The mail leaves in a day; until then you can take it back."))
        else:
            return _page({"": _("Choose what is answered. A refusal needs a reason.")}, status=422)
    except AlreadyDecided:
        return _page({"": _("This request is decided already, or was taken back.")}, status=409)
    except MayNotSign:
        words = _(
            "Nobody was invited: this letter is for other organisations, or that one is not to be asked. Refuse the "
            "request, or change who may sign."
        )
        return _page({"": words}, status=409)
    except OrganisationIsGone:
        return _page({"": _("That organisation is not in the directory any more.")}, status=409)
    return lead_to(letter_id, "requests")


@desk.post("/letters/<uuid:letter_id>/requests/free")
@audience(Audience.TEAM)
def free_requests(letter_id: UUID) -> ResponseReturnValue:
    """Let those that were ticked go their usual way."""
    chosen = [found for typed in request.form.getlist("request") if (found := _id(typed))]
    if not chosen:
        return _page({"": _("Tick the requests that are no spam.")}, status=422, view="aside")
    freed = admit.free(letter_id, chosen, by=account())
    words = ngettext(
        "%(number)s address is asked to confirm.",
        "%(number)s addresses are asked to confirm.",
        freed,
        number=languages.number(freed, language()),
    )
    left = _("An address that got three mails today stays set aside.") if freed < len(chosen) else ""
    flash(f"{words} {left}".strip())
    return lead_to(letter_id, "requests")


@desk.post("/letters/<uuid:letter_id>/requests/undo")
@audience(Audience.TEAM)
def undo_refusal(letter_id: UUID) -> ResponseReturnValue:
    """Take back what was refused together."""
    together_id = _id(request.form.get("together", ""))
    if together_id is None:
        return _page({"": _("Choose which refusal to take back.")}, status=422, view="decided")
    try:
        number = admit.undo_refusal(letter_id, together_id, by=account())
    except TooLateToUndo:
        return _page({"": _("The mails have left: a refusal can be taken back for a day.")}, status=409, view="decided")
    flash(
        ngettext(
            "%(number)s request waits again.",
            "%(number)s requests wait again.",
            number,
            number=languages.number(number, language()),
        )
    )
    return lead_to(letter_id, "requests")


def _say_accepted(*, is_sent: bool) -> None:
    sent = _("The invitation is on its way.")
    waits = _("Accepted. Signing is closed now: the invitation waits until the letter is open or rolling again.")
    flash(sent if is_sent else waits)


def _page(errors: dict[str, str] | None = None, *, status: int = 200, view: str = "") -> ResponseReturnValue:
    db.session.rollback()
    letter, session = the_letter(), db.session()
    counted = _counts(letter)
    view = view or request.args.get("show", "")
    view = view if view in VIEWS else "waiting"
    last = max((counted[view] - 1) // PAGE + 1, 1)
    page = leaf(request.args, last)
    found = list(session.scalars(_query(letter, view).offset((page - 1) * PAGE).limit(PAGE)))
    suggested = suggestions_for(session, found) if view == "waiting" else {}
    spoken = language()
    leads = {"earlier": page - 1 if page > 1 else 0, "later": page + 1 if page < last else 0}
    return show(
        "desk/requests.html",
        status=status,
        errors=errors or {},
        view=view,
        figures=_figures(letter, counted, view),
        were_too_many=were_too_many(db.session(), letter.id),
        unconfirmed=languages.number(counted["unconfirmed"], spoken) if counted["unconfirmed"] else "",
        requests=[_facts(letter, one, suggested.get(one.id, ())) for one in found],
        reasons=reason_options(),
        is_open=letter.is_open_for_signing(now=clock.now()),
        path=path_of(letter.id, "requests"),
        pages={name: f"?show={view}&page={number}" if number else "" for name, number in leads.items()},
        page_words=_("Page %(number)s of %(last)s", number=languages.number(page, spoken), last=last),
        is_long=last > 1,
    )


def _query(letter: Letter, view: str) -> Any:
    if view == "waiting":
        return admit.open_requests(letter.id)
    if view == "aside":
        return admit.set_aside(letter.id)
    decided = (RequestToSign.letter_id == letter.id, RequestToSign.decided_at.is_not(None))
    return (
        select(RequestToSign)
        .where(*decided, RequestToSign.decision != "withdrawn")
        .order_by(RequestToSign.decided_at.desc(), RequestToSign.id)
    )


def _counts(letter: Letter) -> dict[str, int]:
    session = db.session()
    counted = {
        view: session.scalar(select(func.count()).select_from(_query(letter, view).order_by(None).subquery())) or 0
        for view in VIEWS
    }
    unconfirmed = select(func.count(RequestToSign.id)).where(
        RequestToSign.letter_id == letter.id,
        RequestToSign.confirmed_at.is_(None),
        RequestToSign.quarantined_at.is_(None),
        RequestToSign.decided_at.is_(None),
    )
    return counted | {"unconfirmed": session.scalar(unconfirmed) or 0}


def _figures(letter: Letter, counted: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    names = {"waiting": _("to decide"), "aside": _("set aside"), "decided": _("decided")}
    path = path_of(letter.id, "requests")
    return [
        {
            "value": languages.number(counted[view], language()),
            "label": words,
            "href": path if view == "waiting" else f"{path}?show={view}",
            "current": view == chosen,
        }
        for view, words in names.items()
    ]


def _facts(letter: Letter, one: RequestToSign, suggested: tuple[Suggested, ...] | list[Suggested]) -> dict[str, Any]:
    spoken, zone = language(), account().zone
    country, at = one.said("country"), one.confirmed_at or one.created_at
    return {
        "id": one.id,
        "hex": one.id.hex,
        "path": path_of(letter.id, "requests", str(one.id)),
        "kind": one.kind,
        "name": one.said("organisation") or one.said("person"),
        "odd": odd_names.words_of(
            one.said("organisation") or one.said("person"), may_be_person=one.kind != "individual"
        ),
        "country": languages.country_name(country, spoken) if country else "",
        "site": one.said("site"),
        "person": one.said("person"),
        "role": one.said("role"),
        "address": one.address or "",
        "why": one.said("why"),
        "printed": affiliation_as_printed(
            one.said("title"), one.said("affiliation"), is_personal=bool(one.said("is_personal"))
        ),
        "language": languages.name(one.language, spoken),
        "at": languages.moment_words(at, zone, spoken),
        "iso": at.isoformat(timespec="seconds"),
        "origin": origin_words(one.origin),
        "is_bound": bool(one.said("invitation")),
        "fit": fit_words(fit_of(one.address or "", one.said("site"))),
        "suggested": suggested,
        "held": held_words(one.quarantined_for),
        "decision": decision_words(one),
        "known": _known(one),
        "together": _together(one),
    }


def _known(one: RequestToSign) -> str:
    """The directory's name of the organisation that it was taken for."""
    organisation = db.session.get(Organisation, UUID(one.taken_for)) if one.taken_for else None
    return organisation.name_in(language()) if organisation else ""


def _together(one: RequestToSign) -> str:
    """What takes the refusal back, while that is possible."""
    if one.decision != "refused" or one.decided_at is None or one.refused_together_id is None:
        return ""
    return one.refused_together_id.hex if clock.now() - one.decided_at < DAY_TO_UNDO else ""


def _id(typed: str) -> UUID | None:
    try:
        return UUID(hex=typed)
    except ValueError:
        return None
