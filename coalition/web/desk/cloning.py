"""Using a letter again: what goes into the new draft, said before it is made."""

from __future__ import annotations

from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition.actions import clone
from coalition.database import db
from coalition.models.version import TITLE_LIMIT
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import lead_to, show, the_letter, title_of
from coalition.web.desk.tasks import people_count, people_words
from coalition.web.desk.typed import Typed


@desk.get("/letters/<uuid:letter_id>/clone")
@audience(Audience.TEAM)
def cloning(letter_id: UUID) -> ResponseReturnValue:
    """What is taken along, and what is not."""
    return _page(Typed.stored({"title": title_of(the_letter()), "people": True}))


@desk.post("/letters/<uuid:letter_id>/clone")
@audience(Audience.TEAM)
def clone_letter(letter_id: UUID) -> ResponseReturnValue:
    """Begin the new draft."""
    typed = Typed(request.form)
    title = typed.line("title", limit=TITLE_LIMIT, missing=_("Give the letter a title."))
    with_people, is_practice = typed.tick("people"), typed.tick("practice")
    if not typed.is_good:
        return _page(typed, status=422)
    new_id = clone.clone(letter_id, by=account(), title=title, with_people=with_people, is_practice=is_practice)
    flash(_("This is a new letter. Nobody has seen it yet."))
    return lead_to(new_id)


def _page(typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    contacts, organisations = people_count(the_letter())
    return show(
        "desk/cloning.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        people=people_words(contacts, organisations) if contacts else "",
    )
