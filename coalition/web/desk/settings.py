"""The settings of the house that people change at the desk; the others stand in the settings file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from coalition import languages
from coalition.actions import settle
from coalition.database import db
from coalition.languages import INTERFACE
from coalition.models.house import House
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import choices
from coalition.web.desk.door import desk
from coalition.web.forms import DeskForm, Filled, MailAddress, Name, Plain, Words, in_each_language

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

PATH = "/desk/settings"
SAFETY_LIMIT = 2000
"""Characters: a telephone number, when somebody is there, another channel."""


@in_each_language("name", Name())
@in_each_language("safety", Plain(SAFETY_LIMIT))
class HouseForm(DeskForm):
    """What the coalition is called, and where to write to it."""

    name = Words(validators=[Filled(_l("Enter the coalition’s name")), Name()])
    contact_address = Words(validators=[MailAddress()])


@desk.get("/settings")
@audience(Audience.ADMINISTRATOR)
def settings() -> str:
    """The form."""
    house = db.session.scalars(select(House)).one()
    stored = {"name": house.names["und"], "contact_address": house.contact_address}
    stored |= {f"safety_{tag}": house.safety_words.get(tag, "") for tag in INTERFACE}
    stored |= {f"name_{tag}": house.names.get(tag, "") for tag in INTERFACE}
    return _page(HouseForm(formdata=None, data=stored))


@desk.post("/settings")
@audience(Audience.ADMINISTRATOR)
def save_settings() -> str | tuple[str, int] | Response:
    """Save it; the public pages are made again."""
    form = HouseForm()
    if not form.validate_on_submit():
        return _page(form), 422
    names = {"und": form.name.text} | {tag: form[f"name_{tag}"].text for tag in INTERFACE}
    safety = {tag: form[f"safety_{tag}"].text for tag in INTERFACE}
    settle.name_house(names, contact_address=form.contact_address.text, safety_words=safety, by=account())
    flash(_("The settings are saved. The public pages are made again."))
    return redirect(PATH, code=303)


def _page(form: HouseForm) -> str:
    return render_template(
        "desk/settings.html",
        values=form.values,
        errors=form.problems,
        own_languages=[(tag, languages.name(tag, choices.spoken())) for tag in INTERFACE],
    )
