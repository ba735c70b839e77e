"""The directory taken out as a file: organisations freely, people only by administrators and recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Response, render_template, request
from sqlalchemy import select

from coalition import clock
from coalition.actions import give_out
from coalition.database import db
from coalition.models.organisation import Organisation
from coalition.rendering.directory_csv import to_csv
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.directory import PATH
from coalition.web.desk.directory_filters import Filters, ids_shown, present
from coalition.web.desk.door import desk

if TYPE_CHECKING:
    from collections.abc import Iterable


@desk.get("/directory/export")
@audience(Audience.ACCOUNT)
def export_page() -> str:
    """What can be taken out, of those that the filters show."""
    filters = Filters.of(request.args)
    query = f"?{urlencode(filters.facts())}" if filters.facts() else ""
    return render_template(
        "desk/directory_export.html",
        filters=filters,
        number=len(ids_shown(filters)),
        file=f"{PATH}/organisations.csv{query}",
        back=f"{PATH}{query}",
        is_administrator=account().is_administrator,
    )


@desk.get("/directory/organisations.csv")
@audience(Audience.ACCOUNT)
def export_organisations() -> Response:
    """The organisations without people."""
    ids = ids_shown(Filters.of(request.args))
    columns = give_out.headings(_languages(), with_people=False)
    return _file("organisations", columns, give_out.organisations(db.session(), ids))


@desk.post("/directory/export")
@audience(Audience.ADMINISTRATOR)
def export_people() -> Response:
    """The people with their addresses, noted in the record."""
    filters = Filters.of(request.form)
    with_telephone = request.form.get("with_telephone") == "yes"
    rows = give_out.people(ids_shown(filters), by=account(), with_telephone=with_telephone)
    columns = give_out.headings(_languages(), with_people=True, with_telephone=with_telephone)
    return _file("people", columns, rows)


def _languages() -> list[str]:
    """Every language in which some organisation has a name of its own."""
    names = db.session.scalars(select(Organisation.names).where(*present()))
    return sorted({tag for each in names for tag in each} - {"und"})


def _file(what: str, columns: dict[str, str], rows: Iterable[dict[str, str]]) -> Response:
    name = f"{what}-{clock.now():%Y-%m-%d}.csv"
    return Response(
        to_csv(columns, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
