"""What a letter leaves to choose: its kind, who may sign, what invitees see, and how its list is printed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition.actions import draft
from coalition.database import db
from coalition.models.letter import KINDS, LIST_ORDERS, VISIBLE_TO_INVITEES, WHO_MAY_SIGN, AlreadyPublished, StaleEdit
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import lead_to, show, the_letter
from coalition.web.desk.list_look import order_options
from coalition.web.desk.new_letter import kind_options
from coalition.web.desk.typed import Typed

NAMES = (
    "kind",
    "who_may_sign",
    "visible_to_invitees",
    "list_order",
    "counts_lead",
    "counts_withheld",
    "withheld_threshold",
    "freshness_days",
    "is_sensitive",
    "has_individuals",
)
TICKS = ("counts_lead", "counts_withheld", "has_individuals", "is_sensitive")
HIGHEST_THRESHOLD = 1000
MOST_DAYS = 3650


@desk.get("/letters/<uuid:letter_id>/choices")
@audience(Audience.TEAM)
def letter_choices(letter_id: UUID) -> ResponseReturnValue:
    """The choices as kept."""
    return _page(Typed.stored(_kept()))


@desk.post("/letters/<uuid:letter_id>/choices")
@audience(Audience.TEAM)
def save_choices(letter_id: UUID) -> ResponseReturnValue:
    """Save them."""
    typed = Typed(request.form)
    chosen: dict[str, Any] = {
        "kind": typed.choice("kind", KINDS, _("Choose what kind of letter this is.")),
        "who_may_sign": typed.choice("who_may_sign", WHO_MAY_SIGN, _("Choose who may sign.")),
        "visible_to_invitees": typed.choice("visible_to_invitees", VISIBLE_TO_INVITEES, _("Choose what they see.")),
        "list_order": typed.choice("list_order", LIST_ORDERS, _("Choose the order of the list.")),
        "counts_lead": typed.tick("counts_lead"),
        "counts_withheld": typed.tick("counts_withheld"),
        "withheld_threshold": typed.number("withheld_threshold", least=1, most=HIGHEST_THRESHOLD),
        "freshness_days": _days(typed),
        "is_sensitive": typed.tick("is_sensitive"),
        "has_individuals": typed.tick("has_individuals"),
    }
    if not typed.is_good:
        return _page(typed, status=422)
    try:
        draft.save_choices(letter_id, chosen, by=account(), seen=request.form.get("seen"))
    except StaleEdit:
        db.session.rollback()
        return _page(typed, status=409, is_stale=True)
    except draft.IndividualsHaveSigned:
        typed.wrong("has_individuals", _("People stand on the list for individuals. It stays while they do."))
        return _page(typed, status=409)
    except AlreadyPublished:
        typed.wrong("", _("The letter is published. These choices do not change any more."))
        return _page(typed, status=409)
    flash(_("The choices are saved."))
    return lead_to(letter_id)


def _days(typed: Typed) -> int | None:
    is_set = str(typed.get("freshness_days") or "").strip()
    return typed.number("freshness_days", least=1, most=MOST_DAYS) if is_set else None


def _kept() -> dict[str, Any]:
    letter = the_letter()
    return {name: getattr(letter, name) for name in NAMES} | {"seen": draft.state_of_choices(letter)}


def _page(typed: Typed, *, status: int = 200, is_stale: bool = False) -> ResponseReturnValue:
    names = choice_names()
    kept = _kept()
    theirs = [
        f"{names[name]}: {option_words(name, kept[name])}"
        for name in NAMES
        if is_stale and str(kept[name]) != str(_as_kept(typed, name))
    ]
    return show(
        "desk/letter_choices.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        kinds=kind_options(),
        options={name: options_of(name) for name in ("who_may_sign", "visible_to_invitees", "list_order")},
        is_stale=is_stale,
        theirs=theirs,
        seen=kept["seen"] if is_stale else typed.get("seen"),
        takes_requests=the_letter().takes_requests,
    )


def _as_kept(typed: Typed, name: str) -> Any:
    if name == "freshness_days":
        return typed.get(name) or None
    return typed.tick(name) if name in TICKS else typed.get(name)


def choice_names() -> dict[str, str]:
    """What the choices are called."""
    return {
        "kind": _("Kind"),
        "who_may_sign": _("Who may sign"),
        "visible_to_invitees": _("What those invited see of the others"),
        "list_order": _("Order of the list"),
        "counts_lead": _("The lead counts"),
        "counts_withheld": _("Withheld names count"),
        "withheld_threshold": _("Say how many names are withheld from"),
        "freshness_days": _("Ask again after days"),
        "is_sensitive": _("Sensitive: a code for each answer"),
        "has_individuals": _("A list for individuals"),
    }


def options_of(name: str) -> list[dict[str, str]]:
    """The options of a choice, with what each means."""
    return {
        "who_may_sign": [
            {"value": "members", "label": _("Members")},
            {"value": "members_and_partners", "label": _("Members and partners")},
            {"value": "any", "label": _("Any organisation that is invited")},
        ],
        "visible_to_invitees": [
            {"value": "nothing", "label": _("Nothing")},
            {"value": "number", "label": _("How many have signed")},
            {
                "value": "names",
                "label": _("Who has signed"),
                "hint": _("Names that are withheld are never shown."),
            },
        ],
        "list_order": order_options(),
    }[name]


def option_words(name: str, value: Any) -> str:
    """The value of a choice in words."""
    if value is None:
        return str(_("never"))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    options = dict(kind_options()) if name == "kind" else {}
    if name in {"who_may_sign", "visible_to_invitees", "list_order"}:
        options = {option["value"]: option["label"] for option in options_of(name)}
    return str(options.get(str(value), value))
