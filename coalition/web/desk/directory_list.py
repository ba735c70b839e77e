"""The directory as a list: found by any name, filtered, put into groups, all of it without script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from coalition import clock, languages
from coalition.actions import groups, step_up
from coalition.database import db
from coalition.intake.names import NameRefused
from coalition.models.group import DirectoryGroup
from coalition.models.organisation import SAFETY_DEFAULTS, STANDINGS, Organisation
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import choices
from coalition.web.desk.directory import PATH, country_words
from coalition.web.desk.directory_filters import (
    REACHES,
    Filters,
    at_the_desk,
    countries_present,
    groups_present,
    ids_shown,
    is_reached,
)
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language
from coalition.web.desk.typed import leaf
from coalition.web.desk.words import safety_words, standing_words

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy import Select

PAGE = 50


@desk.get("/directory")
@audience(Audience.ACCOUNT)
def organisations() -> ResponseReturnValue:
    """The directory; those who can not be written to first."""
    return _page(Filters.of(request.args))


@desk.post("/directory/in-groups")
@audience(Audience.ACCOUNT)
def put_into_groups() -> ResponseReturnValue:
    """Put the ticked organisations, or all that the filters show, into a group, or take them out of it."""
    filters, act = Filters.of(request.form), request.form.get("act", "")
    chosen = ids_shown(filters) if act.endswith("_all") else _ticked()
    if not chosen:
        return _page(
            filters, errors={"organisations": _("Tick organisations, or take all that are shown.")}, status=422
        )
    group_id, problem = _group(may_be_new=act.startswith("put"))
    if group_id is None:
        return _page(filters, errors={"into": problem}, status=422)
    flash(_done_words(group_id, chosen, is_put=not act.startswith("take")))
    return redirect(f"{PATH}?{urlencode(filters.facts())}" if filters.facts() else PATH, code=303)


def _done_words(group_id: UUID, chosen: list[UUID], *, is_put: bool) -> str:
    name = languages.isolate(db.session.get_one(DirectoryGroup, group_id).name)
    if is_put:
        number = groups.put_into(group_id, chosen, by=account())
        return str(
            ngettext(
                "%(num)s organisation is put into %(group)s.", "%(num)s organisations are put into %(group)s.", number,
                group=name,
            )
        )  # fmt: skip
    number = groups.take_out(group_id, chosen, by=account())
    return str(
        ngettext(
            "%(num)s organisation is taken out of %(group)s.", "%(num)s organisations are taken out of %(group)s.",
            number, group=name,
        )
    )  # fmt: skip


def _group(*, may_be_new: bool) -> tuple[UUID | None, str]:
    """The group that was chosen, or made under the name that was typed; else what to do."""
    typed, new = request.form.get("into", ""), request.form.get("new_group", "").strip()
    known = {str(group.id): group.id for group, _size in groups.sizes(db.session())}
    if typed in known:
        return known[typed], ""
    if not new or not may_be_new:
        return None, str(_("Choose a group, or name a new one."))
    try:
        return groups.create_group(new, by=account()), ""
    except groups.GroupExists:
        return None, str(_("There is a group of that name: choose it from the list."))
    except NameRefused:
        return None, str(_("The name of the group can not be read. Type it again by hand."))


def _ticked() -> list[UUID]:
    found = []
    for typed in request.form.getlist("organisation"):
        try:
            found.append(UUID(typed))
        except ValueError:
            continue
    return found


def _page(filters: Filters, *, errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    total = db.session.scalar(select(func.count()).select_from(Organisation).where(*filters.conditions())) or 0
    last = max(1, -(-total // PAGE))
    page = leaf(request.args, last)
    rows = db.session.scalars(_listed(filters).limit(PAGE).offset((page - 1) * PAGE)).all()
    seated = set(db.session.scalars(at_the_desk()))
    html = render_template(
        "desk/directory.html",
        errors=errors or {},
        rows=[_row(row, has_account=row.id in seated) for row in rows],
        total=total,
        page=page,
        last=last,
        earlier=f"{PATH}?{urlencode(filters.facts() | {'page': page - 1})}" if page > 1 else "",
        later=f"{PATH}?{urlencode(filters.facts() | {'page': page + 1})}" if page < last else "",
        filters=filters,
        is_filtered=filters != Filters(),
        export=f"{PATH}/export?{urlencode(filters.facts())}" if filters.facts() else f"{PATH}/export",
        countries=countries_present(),
        groups=groups_present(),
        standings=[(one, standing_words(one)) for one in STANDINGS],
        safeties=[(one, safety_words(one)) for one in SAFETY_DEFAULTS],
        reaches=list(zip(REACHES, (_("No working address"), _("Do not ask")), strict=True)),
        ticked=set(request.form.getlist("organisation")),
        typed=request.form,
        codes=_codes_words(),
    )
    return html, status


def _codes_words() -> str:
    """What leads an administrator to the codes for organisations' own pages; "" for everybody else."""
    if not account().is_administrator:
        return ""
    number = len(step_up.codes_of_own_pages(db.session(), now=clock.now()))
    if not number:
        return str(_("Codes to read out"))
    shown = languages.number(number, language())
    return str(ngettext("%(shown)s code to read out", "%(shown)s codes to read out", number, shown=shown))


def _listed(filters: Filters) -> Select[Organisation]:
    return (
        select(Organisation)
        .where(*filters.conditions())
        .options(selectinload(Organisation.contacts))
        .order_by(is_reached(), Organisation.folded_name, Organisation.id)
    )


def _row(found: Organisation, *, has_account: bool) -> dict[str, Any]:
    live = [one for one in found.contacts if not one.ended_at and not one.erased_at]
    since = found.do_not_ask_at
    return {
        "id": found.id,
        "name": found.name,
        "acronym": found.acronym,
        "is_confidential": found.confidential_at is not None,
        "country": country_words(found),
        "standing": standing_words(found.standing),
        "safety": found.safety_default,
        "safety_words": safety_words(found.safety_default),
        "do_not_ask_since": languages.date_words(since.date().isoformat(), choices.spoken()) if since else "",
        "contacts": len(live),
        "has_account": has_account,
        "is_reached": any(one.address_index and not one.bounced_at for one in live),
    }
