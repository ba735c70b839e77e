"""The people of an organisation: whom its mail goes to, in which language, and how safely."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import abort, flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from wtforms import BooleanField

from coalition import languages
from coalition.actions import directory
from coalition.actions.directory import AddressIsKnown, ChangedMeanwhile, ContactEntry
from coalition.database import db
from coalition.languages import guess_zone
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import choices
from coalition.web.desk.directory import PATH, the_organisation
from coalition.web.desk.door import desk
from coalition.web.forms import DeskForm, Filled, MailAddress, OneOf, Plain, Words, likely_words

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from coalition.models.organisation import Organisation


class ContactForm(DeskForm):
    """A person to write to."""

    name = Words(validators=[Plain(200)])
    address = Words(validators=[Filled(_l("Enter the email address")), MailAddress()])
    language = Words(validators=[OneOf(languages.LETTER)])
    zone = Words(validators=[OneOf({"", *(zone for zone, _words in choices.zones())})])
    telephone = Words(validators=[Plain(60)])
    other_channel = Words(validators=[Plain(200)])
    safe_mail = BooleanField()
    seen = Words()

    def entry(self, country: str) -> ContactEntry:
        """What the verbs take; without a zone it is guessed from the country."""
        zone = self.zone.text
        return ContactEntry(
            address=self.address.text,
            name=self.name.text,
            language=self.language.text,
            zone=zone or guess_zone(country),
            zone_guessed=not zone,
            telephone=self.telephone.text,
            other_channel=self.other_channel.text,
            safe_mail=self.safe_mail.data,
        )


@desk.get("/directory/<uuid:organisation_id>/contacts/new")
@audience(Audience.ACCOUNT)
def new_contact(organisation_id: UUID) -> str:
    """The form for one more contact."""
    found = the_organisation(organisation_id)
    others = [one.language for one in found.contacts if not one.erased_at]
    empty = {
        "language": others[0] if others else account().language,
        "safe_mail": found.safety_default == "withhold",
    }
    return _page(ContactForm(formdata=None, data=empty), found)


@desk.post("/directory/<uuid:organisation_id>/contacts/new")
@audience(Audience.ACCOUNT)
def add_contact(organisation_id: UUID) -> str | tuple[str, int] | Response:
    """Add the contact."""
    form, found = ContactForm(), the_organisation(organisation_id)
    if not form.validate_on_submit():
        return _page(form, found), 422
    try:
        directory.add_contact(organisation_id, form.entry(found.country), by=account())
    except AddressIsKnown:
        form.say("address", _("This organisation has a contact with this address."))
        return _page(form, the_organisation(organisation_id)), 422
    return _done(organisation_id, form, _("%(address)s is added.", address=form.address.text))


@desk.get("/directory/contacts/<uuid:contact_id>/edit")
@audience(Audience.ACCOUNT)
def edit_contact(contact_id: UUID) -> str:
    """The form for a contact; it says beforehand what another address ends."""
    found = _the_contact(contact_id)
    return _page(ContactForm(formdata=None, data=_stored(found)), found.organisation, found)


@desk.post("/directory/contacts/<uuid:contact_id>/edit")
@audience(Audience.ACCOUNT)
def save_contact(contact_id: UUID) -> str | tuple[str, int] | Response:
    """Save the contact."""
    form, found = ContactForm(), _the_contact(contact_id)
    if not form.validate_on_submit():
        return _page(form, found.organisation, found), 422
    organisation_id = found.organisation_id
    try:
        directory.edit_contact(contact_id, form.entry(found.organisation.country), by=account(), seen=form.seen.text)
    except AddressIsKnown:
        form.say("address", _("This organisation has another contact with this address."))
        found = _the_contact(contact_id)
        return _page(form, found.organisation, found), 422
    except ChangedMeanwhile:
        found = _the_contact(contact_id)
        return _page(form, found.organisation, found, is_stale=True), 409
    return _done(organisation_id, form, _("The contact is saved."))


@desk.post("/directory/contacts/<uuid:contact_id>/left")
@audience(Audience.ACCOUNT)
def contact_left(contact_id: UUID) -> Response:
    """The person left: is written to no more, every link dies."""
    found = _the_contact(contact_id)
    organisation_id = found.organisation_id
    directory.end_contact(contact_id, by=account())
    flash(_("The contact is marked as left. Links mailed to that address work no more."))
    return redirect(f"{PATH}/{organisation_id}", code=303)


@desk.post("/directory/contacts/<uuid:contact_id>/back")
@audience(Audience.ACCOUNT)
def contact_back(contact_id: UUID) -> Response:
    """The person is there after all."""
    found = _the_contact(contact_id)
    organisation_id = found.organisation_id
    directory.return_contact(contact_id, by=account())
    flash(_("The contact can be written to again. Links mailed before stay dead."))
    return redirect(f"{PATH}/{organisation_id}", code=303)


def _the_contact(contact_id: UUID) -> Contact:
    found = db.session.get(Contact, contact_id)
    if found is None or found.erased_at or found.organisation.erased_at:
        abort(404)
    return found


def _done(organisation_id: UUID, form: ContactForm, words: str) -> Response:
    flash(words)
    if likely := likely_words(form):
        flash(likely)
    return redirect(f"{PATH}/{organisation_id}", code=303)


def _stored(found: Contact) -> dict[str, Any]:
    return {
        "name": found.name or "",
        "address": found.address or "",
        "language": found.language,
        "zone": "" if found.zone_guessed else found.zone,
        "telephone": found.telephone or "",
        "other_channel": found.other_channel or "",
        "safe_mail": found.safe_mail,
        "seen": directory.state_of(found),
    }


def _live_links(found: Contact) -> int:
    """How many links mailed to the present address still work."""
    query = select(func.count()).where(
        Invitation.contact_id == found.id, Invitation.queued_at.is_not(None), Invitation.revoked_at.is_(None)
    )
    return db.session.scalar(query) or 0


def _page(
    form: ContactForm, organisation: Organisation, found: Contact | None = None, *, is_stale: bool = False
) -> str:
    values, errors = form.values, form.problems
    if is_stale and found:
        now = _stored(found)
        values["seen"] = now["seen"]
        errors = {"": _("Somebody saved another state meanwhile. Look at what changed below, then save again.")} | {
            name: _("Saved meanwhile: %(value)s", value=_value_words(now[name]))
            for name in now
            if name != "seen" and now[name] != form.values.get(name)
        }
    return render_template(
        "desk/contact.html",
        organisation=organisation,
        contact=found,
        values=values,
        errors=errors,
        guessed_zone=guess_zone(organisation.country).replace("_", " "),
        live_links=_live_links(found) if found else 0,
        languages=choices.contact_languages(),
        zones=choices.zones(),
    )


def _value_words(value: Any) -> str:
    return str({True: _("yes"), False: _("no"), "": _("nothing")}.get(value, value))
