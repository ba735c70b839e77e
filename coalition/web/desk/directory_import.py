"""A list for the directory: pasted or uploaded, shown with what would become of it, written once confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from coalition.actions import directory
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import pasted
from coalition.web.desk.directory import PATH
from coalition.web.desk.door import desk
from coalition.web.desk.pasted_words import in_words

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from coalition.actions.directory import Imported


@desk.get("/directory/import")
@audience(Audience.ACCOUNT)
def new_list() -> str:
    """The empty box."""
    return _page(pasted.Pasted(language=account().language))


@desk.post("/directory/import")
@audience(Audience.ACCOUNT)
def check_or_write_list() -> str | tuple[str, int] | Response:
    """Show what is in the list; or write what was shown, and leave in the box what has to be corrected."""
    brought = pasted.sent(default_language=account().language)
    if brought.refusal:
        return _page(brought), 422
    if not brought.is_confirmed or not brought.planned:
        return _page(brought, is_other=pasted.is_confirming())
    done = done_words(directory.import_rows(brought.rows, by=account()))
    if brought.leftover:
        return _page(pasted.Pasted(brought.leftover, brought.language), done=f"{done} {stay_words(brought)}")
    flash(done)
    return redirect(PATH, code=303)


def done_words(imported: Imported) -> str:
    """What an import did."""
    return str(
        _(
            "Saved in the directory: %(added)s new, %(updated)s changed, %(same)s as they were.",
            added=imported.added,
            updated=imported.updated,
            same=imported.unchanged,
        )
    )


def stay_words(brought: pasted.Pasted) -> str:
    """How many lines wait in the box."""
    kept = len(brought.preview.kept_lines) if brought.preview else 0
    return str(
        ngettext(
            "%(num)s line stays in the box: correct it and check the list again.",
            "%(num)s lines stay in the box: correct them and check the list again.",
            kept,
        )
    )


def _page(brought: pasted.Pasted, *, done: str = "", is_other: bool = False) -> str:
    return render_template(
        "desk/import.html",
        shown=in_words(brought),
        errors={"list": brought.refusal} if brought.refusal else {},
        done=done,
        is_other=is_other,
    )
