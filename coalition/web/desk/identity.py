"""Changes of identity that organisations asked for: a coordinator accepts or refuses them, with words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import abort, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _

from coalition import languages
from coalition.actions import identity
from coalition.actions.identity import DecidedMeanwhile
from coalition.database import db
from coalition.emails.own_page import identity_part_words
from coalition.intake import odd_names
from coalition.models.identity_change import IdentityChange
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import choices
from coalition.web.desk.door import desk
from coalition.web.forms import DeskForm, Plain, Words

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from coalition.models.organisation import Organisation

PATH = "/desk/directory/changes"


class ReplyForm(DeskForm):
    """The words that go with a decision."""

    reply = Words(validators=[Plain(2000)])


@desk.get("/directory/changes")
@audience(Audience.ACCOUNT)
def identity_changes() -> ResponseReturnValue:
    """What organisations asked for and nobody decided yet."""
    return _page()


@desk.post("/directory/changes/<uuid:change_id>")
@audience(Audience.ACCOUNT)
def decide_identity(change_id: UUID) -> ResponseReturnValue:
    """Accept or refuse one; the organisation is told."""
    asked = db.session.get(IdentityChange, change_id)
    if asked is None:
        abort(404)
    form, decision = ReplyForm(), request.form.get("decision", "")
    problems = {} if form.validate_on_submit() else form.problems
    if decision not in {"accept", "refuse"}:
        problems |= {"decision": _("Choose whether to accept the change")}
    elif decision == "refuse" and not form.reply.text:
        problems |= {"reply": _("Say why: the organisation reads it")}
    if problems:
        return _page(change_id, problems, {"decision": decision, "reply": form.reply.text}, status=422)
    try:
        identity.decide(change_id, is_accepted=decision == "accept", by=account(), reply=form.reply.text)
    except DecidedMeanwhile:
        flash(_("This was decided or taken back meanwhile. Nothing was changed."))
    else:
        flash(_("The change is accepted.") if decision == "accept" else _("The change is refused."))
    return redirect(PATH, code=303)


def _page(
    at: UUID | None = None,
    problems: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    *,
    status: int = 200,
) -> ResponseReturnValue:
    waiting = identity.waiting(db.session())
    html = render_template(
        "desk/identity.html",
        rows=[_row(one) for one in waiting],
        at=at,
        typed=typed or {},
        errors={f"{name}-{at}" if name else "": words for name, words in (problems or {}).items()}
        if any(one.id == at for one in waiting)
        else {},
    )
    return make_response(html, status)


def _row(one: IdentityChange) -> dict[str, Any]:
    return {
        "id": one.id,
        "organisation_id": one.organisation_id,
        "organisation": one.organisation.name_in(choices.spoken()),
        "is_confidential": one.organisation.confidential_at is not None,
        "by": one.by["name"],
        "on": languages.moment_words(one.asked_at, account().zone, choices.spoken()),
        "why": one.wanted["why"],
        "is_erasure": "erase" in one.wanted["parts"],
        "lines": [
            {
                "label": identity_part_words(part),
                "now": _now(one.organisation, part),
                "value": value,
                "odd": " ".join(odd_names.words_of(value)) if part.startswith("name_") else "",
            }
            for part, value in one.wanted["parts"].items()
        ],
    }


def _now(organisation: Organisation, part: str) -> str:
    """What stands there now; the names of a confidential organisation are not shown beside its code name."""
    if part.startswith("name_"):
        return "" if organisation.confidential_at else organisation.names.get(part.removeprefix("name_"), "")
    if part == "country_printed":
        return organisation.country_printed.get("und", "")
    return str(getattr(organisation, part)) if part in {"country", "site", "kind"} else ""
