"""The contacts of an organisation, kept current by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from coalition import languages
from coalition.actions import own_contacts
from coalition.actions.directory import AddressIsKnown
from coalition.actions.own_contacts import LastContact, NotOfUs, OwnContact
from coalition.database import db
from coalition.web.audience import Audience, audience
from coalition.web.forms import Filled, MailAddress, OneOf, Plain, Words
from coalition.web.signing.answers import Problems
from coalition.web.signing.door import signing
from coalition.web.signing.own_fields import OwnFields, languages_of_mail, zones
from coalition.web.signing.own_home import contact_facts, live_contacts, show_own
from coalition.web.signing.own_visit import OwnVisit, acting, looking

if TYPE_CHECKING:
    from coalition.models.contact import Contact


class OneOfZones:
    """A time zone of the list."""

    def __call__(self, form: Any, field: Any) -> None:
        """Raises ValidationError in words."""
        OneOf({zone for zone, _words in zones()})(form, field)


class ContactForm(OwnFields):
    """A person to write to."""

    name = Words(validators=[Filled(_l("Enter the person’s name")), Plain(200)])
    address = Words(validators=[Filled(_l("Enter the person’s email address")), MailAddress()])
    language = Words(validators=[OneOf(languages.LETTER)])
    zone = Words(validators=[OneOfZones()])
    telephone = Words(validators=[Plain(60)])
    other_channel = Words(validators=[Plain(200)])
    safe_mail = BooleanField()
    is_told = BooleanField()
    wants_updates = BooleanField()
    is_muted = BooleanField()

    def contact(self) -> OwnContact:
        """What the verbs take."""
        return OwnContact(
            name=self.name.text,
            address=self.address.text,
            language=self.language.text,
            zone=self.zone.text,
            telephone=self.telephone.text,
            other_channel=self.other_channel.text,
            safe_mail=self.safe_mail.data,
            is_told=self.is_told.data,
            wants_updates=self.wants_updates.data,
            is_muted=self.is_muted.data,
        )


@signing.get("/organisation/<uuid:organisation_id>/contacts/new")
@audience(Audience.CONTACT)
def new_own_contact(organisation_id: UUID) -> Response:
    """The form for another contact."""
    visit = looking(organisation_id)
    usual = {"language": visit.contact.language, "zone": visit.contact.zone, "is_told": True, "wants_updates": True}
    return _page(visit, usual | {"safe_mail": visit.contact.safe_mail})


@signing.post("/organisation/<uuid:organisation_id>/contacts/new")
@audience(Audience.CONTACT)
def add_own_contact(organisation_id: UUID) -> Response:
    """Add the contact; the others are told."""
    visit, form = acting(organisation_id), ContactForm()
    if not form.validate():
        return _page(visit, form.values, problems=form.problems, status=422)
    try:
        own_contacts.add(visit.here, form.contact())
    except AddressIsKnown:
        words = _("This address stands in the list already")
        return _page(visit, form.values, problems={"address": words}, status=422)
    return _back(visit)


@signing.get("/organisation/<uuid:organisation_id>/contacts/<uuid:contact_id>")
@audience(Audience.CONTACT)
def own_contact(organisation_id: UUID, contact_id: UUID) -> Response:
    """The form for one contact."""
    visit = looking(organisation_id)
    found = _found(visit, contact_id)
    return _page(visit, _stored(found), found) if found else _nobody(visit)


@signing.post("/organisation/<uuid:organisation_id>/contacts/<uuid:contact_id>")
@audience(Audience.CONTACT)
def change_own_contact(organisation_id: UUID, contact_id: UUID) -> Response:
    """Change the contact; the others are told, and a former address too."""
    visit, form = acting(organisation_id), ContactForm()
    found = _found(visit, contact_id)
    if found is None:
        return _nobody(visit)
    if not form.validate():
        return _page(visit, form.values, found, problems=form.problems, status=422)
    try:
        own_contacts.change(visit.here, contact_id, form.contact())
    except AddressIsKnown:
        words = _("This address stands in the list already")
        return _page(visit, form.values, found, problems={"address": words}, status=422)
    except NotOfUs:
        return _nobody(visit)
    db.session.expire_all()
    if visit.contact.epoch != visit.link.epoch:
        return make_response(render_template("signing/own/moved.html"))
    return _back(visit)


@signing.get("/organisation/<uuid:organisation_id>/contacts/<uuid:contact_id>/end")
@audience(Audience.CONTACT)
def own_contact_again(organisation_id: UUID, contact_id: UUID) -> Response:
    """An address that a form was sent to, opened by hand: the page again."""
    return make_response(redirect(f"{looking(organisation_id).path}/contacts/{contact_id}", code=303))


@signing.post("/organisation/<uuid:organisation_id>/contacts/<uuid:contact_id>/end")
@audience(Audience.CONTACT)
def end_own_contact(organisation_id: UUID, contact_id: UUID) -> Response:
    """Take the contact off."""
    visit = acting(organisation_id)
    found = _found(visit, contact_id)
    if found is None:
        return _nobody(visit)
    if request.form.get("confirm") != "yes":
        words = _("Tick that this person is written to no more")
        return _page(visit, _stored(found), found, problems={"confirm": words}, status=422)
    try:
        own_contacts.end(visit.here, contact_id)
    except LastContact:
        words = _("This is your only contact. Add another one first.")
        return _page(visit, _stored(found), found, problems={"confirm": words}, status=409)
    except NotOfUs:
        return _nobody(visit)
    return _back(visit)


def _found(visit: OwnVisit, contact_id: UUID) -> Contact | None:
    return next((one for one in live_contacts(visit.organisation) if one.id == contact_id), None)


def _nobody(visit: OwnVisit) -> Response:
    """Somebody of another organisation, and nobody at all, look alike."""
    return show_own("signing/own/nothing.html", visit, status=404)


def _back(visit: OwnVisit) -> Response:
    return make_response(redirect(f"{visit.path}?done=contact", code=303))


def _stored(found: Contact) -> dict[str, Any]:
    return {
        "name": found.name or "",
        "address": found.address or "",
        "language": found.language,
        "zone": found.zone,
        "telephone": found.telephone or "",
        "other_channel": found.other_channel or "",
        "safe_mail": found.safe_mail,
        "is_told": found.is_told,
        "wants_updates": found.wants_updates,
        "is_muted": found.muted_at is not None,
    }


def _page(
    visit: OwnVisit,
    values: dict[str, Any],
    found: Contact | None = None,
    *,
    problems: Problems | None = None,
    status: int = 200,
) -> Response:
    known = zones()
    if found is not None and all(zone != found.zone for zone, _words in known):
        known.append((found.zone, found.zone))
    return show_own(
        "signing/own/contact.html",
        visit,
        status=status,
        values=values,
        contact=contact_facts(found, visit) if found else None,
        is_last=len(live_contacts(visit.organisation)) == 1,
        languages=languages_of_mail(),
        zones=known,
        errors=problems or {},
    )
