"""Groups of the directory: named, renamed and ended; who is in them is chosen in the list of organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import abort, flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from coalition.actions import groups
from coalition.database import db
from coalition.models.group import DirectoryGroup
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.directory import PATH
from coalition.web.desk.door import desk
from coalition.web.forms import DeskForm, Filled, Plain, Words

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


class GroupForm(DeskForm):
    """A group by its name."""

    name = Words(validators=[Filled(_l("Enter the name of the group")), Plain(groups.NAME_LIMIT)])


@desk.get("/directory/groups")
@audience(Audience.ACCOUNT)
def directory_groups() -> str:
    """Every group with how many are in it."""
    return _list(GroupForm(formdata=None))


@desk.post("/directory/groups")
@audience(Audience.ACCOUNT)
def create_group() -> ResponseReturnValue:
    """A new group."""
    form = GroupForm()
    if not form.validate_on_submit():
        return _list(form), 422
    try:
        groups.create_group(form.name.text, by=account())
    except groups.GroupExists:
        form.say("name", _("There is a group of that name."))
        return _list(form), 422
    flash(_("The group %(name)s is there. Put organisations into it from the directory.", name=form.name.text))
    return redirect(f"{PATH}/groups", code=303)


@desk.get("/directory/groups/<uuid:group_id>")
@audience(Audience.ACCOUNT)
def directory_group(group_id: UUID) -> str:
    """One group: to be renamed or ended."""
    found = _the_group(group_id)
    return _one(GroupForm(formdata=None, data={"name": found.name}), found)


@desk.post("/directory/groups/<uuid:group_id>")
@audience(Audience.ACCOUNT)
def rename_group(group_id: UUID) -> ResponseReturnValue:
    """Give it another name."""
    form, found = GroupForm(), _the_group(group_id)
    if not form.validate_on_submit():
        return _one(form, found), 422
    try:
        groups.rename_group(group_id, form.name.text, by=account())
    except groups.GroupExists:
        form.say("name", _("There is another group of that name."))
        return _one(form, _the_group(group_id)), 422
    flash(_("The group is saved."))
    return redirect(f"{PATH}/groups", code=303)


@desk.post("/directory/groups/<uuid:group_id>/delete")
@audience(Audience.ACCOUNT)
def delete_group(group_id: UUID) -> ResponseReturnValue:
    """End a group; its organisations stay."""
    name = _the_group(group_id).name
    groups.delete_group(group_id, by=account())
    flash(_("The group %(name)s is ended. Its organisations stay in the directory.", name=name))
    return redirect(f"{PATH}/groups", code=303)


def _the_group(group_id: UUID) -> DirectoryGroup:
    found = db.session.get(DirectoryGroup, group_id)
    if found is None:
        abort(404)
    return found


def _list(form: GroupForm) -> str:
    rows = [{"id": group.id, "name": group.name, "size": size} for group, size in groups.sizes(db.session())]
    return render_template("desk/groups.html", rows=rows, values=form.values, errors=form.problems)


def _one(form: GroupForm, found: DirectoryGroup) -> str:
    return render_template("desk/group.html", group=found, values=form.values, errors=form.problems)
