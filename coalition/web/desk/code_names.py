"""Confidential organisations at the desk: put under a code name, looked at by a recorded press, uncovered again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import abort, flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from coalition import languages
from coalition.actions import code_names
from coalition.actions.code_names import CodeNameTells, LeadsALetter
from coalition.languages import INTERFACE
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import choices
from coalition.web.desk.directory import PATH, the_organisation
from coalition.web.desk.door import desk
from coalition.web.forms import DeskForm, Filled, Name, Words, in_each_language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from coalition.models.organisation import Organisation


@in_each_language("name", Name())
class CodeNameForm(DeskForm):
    """A code name, and the real names that go into the vault."""

    code_name = Words(validators=[Filled(_l("Enter the code name")), Name()])
    name = Words(validators=[Filled(_l("Enter the real name")), Name()])

    def names(self) -> dict[str, str]:
        """The real names by language."""
        return {"und": self.name.text} | {
            tag: self[f"name_{tag}"].text for tag in INTERFACE if self[f"name_{tag}"].text
        }


@desk.get("/directory/<uuid:organisation_id>/confidential")
@audience(Audience.ADMINISTRATOR)
def code_name(organisation_id: UUID) -> str:
    """The form for a code name. The real names of one that has a code name are never filled in."""
    found = the_organisation(organisation_id)
    if found.confidential_at:
        return _page(CodeNameForm(formdata=None, data={"code_name": found.name}), found)
    names = {f"name_{tag}": found.names.get(tag, "") for tag in INTERFACE}
    return _page(CodeNameForm(formdata=None, data={"name": found.name} | names), found)


@desk.post("/directory/<uuid:organisation_id>/confidential")
@audience(Audience.ADMINISTRATOR)
def conceal(organisation_id: UUID) -> ResponseReturnValue:
    """Put it under the code name."""
    form, found = CodeNameForm(), the_organisation(organisation_id)
    if not form.validate_on_submit():
        return _page(form, found), 422
    try:
        code_names.conceal(found.id, code_name=form.code_name.text, names=form.names(), by=account())
    except CodeNameTells:
        form.say("code_name", _("Choose a code name that has nothing of the real name."))
        return _page(form, the_organisation(organisation_id)), 422
    except LeadsALetter:
        form.say("code_name", _("It leads a letter, which names it. Give the letter another lead first."))
        return _page(form, the_organisation(organisation_id)), 422
    flash(_("It stands under its code name now. Its real names rest in the vault."))
    return redirect(f"{PATH}/{organisation_id}", code=303)


@desk.post("/directory/<uuid:organisation_id>/uncover")
@audience(Audience.ADMINISTRATOR)
def uncover(organisation_id: UUID) -> ResponseReturnValue:
    """Give it its real names back at the desk."""
    found = the_organisation(organisation_id)
    code_names.uncover(found.id, by=account())
    flash(_("It stands under its real names again. Look at who gets safe mail."))
    return redirect(f"{PATH}/{organisation_id}", code=303)


@desk.post("/directory/<uuid:organisation_id>/real-names")
@audience(Audience.ADMINISTRATOR)
def real_names(organisation_id: UUID) -> str:
    """The real names, for an administrator who pressed for them; the record notes it."""
    found = the_organisation(organisation_id)
    if not found.confidential_at:
        abort(404)
    names = code_names.show_real_names(found.id, by=account())
    return render_template(
        "desk/real_names.html",
        organisation=the_organisation(organisation_id),
        names=[
            (tag if tag != "und" else "", languages.name(tag, choices.spoken()) if tag != "und" else _("Name"), name)
            for tag, name in sorted(names.items(), key=lambda pair: (pair[0] != "und", pair[0]))
        ],
    )


def _page(form: CodeNameForm, found: Organisation) -> str:
    return render_template(
        "desk/code_name.html",
        organisation=found,
        values=form.values,
        errors=form.problems,
        own_languages=[(tag, languages.name(tag, choices.spoken())) for tag in INTERFACE],
    )
