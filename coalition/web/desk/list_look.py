"""How a letter's list of names is printed: form, order in each language, what stands beside a name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import clock, languages
from coalition.actions import arrange, proof
from coalition.database import db
from coalition.models.letter import LIST_ORDERS, AlreadyPublished
from coalition.models.list_look import FORMS, WORDS_LIMIT, ListLook
from coalition.rendering import page
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, show, the_letter
from coalition.web.desk.typed import Typed

TICKS = ("lead_first", "ignores_article", "says_order", "shows_logos", "latin_after", "letterhead")


@desk.get("/letters/<uuid:letter_id>/list")
@audience(Audience.TEAM)
def list_look(letter_id: UUID) -> ResponseReturnValue:
    """The look as kept, and the list in it."""
    letter = the_letter()
    return _page(Typed.stored(_kept(letter.list_order, ListLook.read(letter.list_look))))


@desk.post("/letters/<uuid:letter_id>/list")
@audience(Audience.TEAM)
def save_list_look(letter_id: UUID) -> ResponseReturnValue:
    """Save it; or only look at it."""
    typed = Typed(request.form)
    order, look = _typed_look(typed)
    if not typed.is_good:
        return _page(typed, status=422)
    if request.form.get("act") == "look":
        return _page(typed, order, look)
    try:
        arrange.save_look(letter_id, order, look, by=account())
    except AlreadyPublished:
        typed.wrong("", _("The letter is published. How its list looks does not change any more."))
        return _page(typed, status=409)
    flash(_("How the list looks is saved."))
    return lead_to(letter_id, "list")


def _typed_look(typed: Typed) -> tuple[str, ListLook]:
    order = typed.choice("list_order", LIST_ORDERS, _("Choose the order of the list."))
    form = typed.choice("form", FORMS, _("Choose the form of the list."))
    tags = the_letter().languages
    orders = {tag: str(typed.sent.get(f"order-{tag}", "")) for tag in tags}
    words = {tag: typed.line(f"words-{tag}", limit=WORDS_LIMIT) for tag in tags}
    if not typed.is_good:
        return order, ListLook()
    look = ListLook(
        form=form,
        orders={tag: own for tag, own in orders.items() if own in LIST_ORDERS and own != order},
        order_words={tag: said for tag, said in words.items() if said},
        **{name: typed.tick(name) for name in TICKS},
    )
    return order, look


def _kept(order: str, look: ListLook) -> dict[str, Any]:
    kept: dict[str, Any] = {"list_order": order, "form": look.form}
    kept |= {name: getattr(look, name) for name in TICKS}
    kept |= {f"order-{tag}": own for tag, own in look.orders.items()}
    return kept | {f"words-{tag}": words for tag, words in look.order_words.items()}


def _page(typed: Typed, order: str = "", look: ListLook | None = None, *, status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    letter = the_letter()
    tags = letter.languages
    shown = str(typed.get("show") or "")
    return show(
        "desk/list_look.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        forms=form_options(),
        orders=order_options(),
        own_orders=[(one["value"], one["label"]) for one in order_options()],
        tags=[(tag, languages.name(tag, language())) for tag in tags],
        is_published=arrange.is_published(db.session(), letter),
        preview=_preview(order, look, shown if shown in tags else letter.authoritative_language),
    )


def _preview(order: str, look: ListLook | None, tag: str) -> dict[str, Any] | None:
    """The list in one language as it would be printed now; None where nobody stands on it by name yet."""
    letter = the_letter()
    if letter.version.text(tag) is None or letter.version.text(tag).is_empty:
        return None
    printed = proof.proof(db.session(), letter, now=clock.now(), list_order=order, look=look)
    if not any(group.lines or group.unnamed for group in printed.groups):
        return None
    return {
        "tag": tag,
        "direction": languages.direction(tag),
        "html": page.list_alone(printed, tag),
    }


def form_options() -> list[dict[str, str]]:
    """The forms of a list, with what each means."""
    return [
        {"value": "columns", "label": _("In columns"), "hint": _("As many as the page has room for.")},
        {"value": "lines", "label": _("One name per line")},
        {"value": "numbered", "label": _("One per line, numbered")},
        {"value": "table", "label": _("A table with the country")},
        {"value": "inline", "label": _("One after the other, with semicolons")},
    ]


def order_options() -> list[dict[str, str]]:
    """The orders of a list, with what each means."""
    return [
        {"value": "name", "label": _("By name"), "hint": _("In each language as it sorts.")},
        {
            "value": "country",
            "label": _("By country"),
            "hint": _("Each country has a heading; in a table, a column."),
        },
        {"value": "date", "label": _("By the date of signing")},
        {"value": "hand", "label": _("By hand"), "hint": _("You put the names in order before you publish.")},
    ]
