"""One organisation of the directory: its page, added and edited without loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import BooleanField

from coalition import languages
from coalition.actions import directory, duplicates
from coalition.actions.directory import ChangedMeanwhile, ContactEntry, OrganisationEntry
from coalition.database import db
from coalition.intake import odd_names
from coalition.languages import INTERFACE, guess_zone
from coalition.models.contact import Contact
from coalition.models.group import DirectoryGroup, Membership
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter, TeamMember
from coalition.models.organisation import SAFETY_DEFAULTS, STANDINGS, Organisation
from coalition.web.audience import TRANSLATOR, Audience, account, audience
from coalition.web.desk import choices
from coalition.web.desk.door import desk
from coalition.web.desk.frame import title_in
from coalition.web.desk.mail_words import came_back
from coalition.web.desk.words import safety_hint, safety_words, standing_words
from coalition.web.forms import (
    DeskForm,
    Filled,
    MailAddress,
    Name,
    OneOf,
    Plain,
    WebAddress,
    Words,
    in_each_language,
    likely_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from werkzeug.wrappers import Response

PATH = "/desk/directory"


@in_each_language("name", Name())
class OrganisationForm(DeskForm):
    """An organisation as the desk edits it. Names in the languages of our own pages; others come by import."""

    name = Words(validators=[Filled(_l("Enter the organisation’s name")), Name()])
    acronym = Words(validators=[Plain(60)])
    kind = Words(validators=[Plain(60)])
    country = Words(validators=[OneOf({"", *choices.country_codes()})])
    country_printed = Words(validators=[Plain(100)])
    site = Words(validators=[WebAddress()])
    standing = Words(validators=[OneOf(STANDINGS)])
    safety_default = Words(validators=[OneOf(SAFETY_DEFAULTS)])
    do_not_ask = BooleanField()
    seen = Words()

    def entry(self) -> OrganisationEntry:
        """What the verbs take."""
        return OrganisationEntry(
            names={"und": self.name.text} | {tag: self[f"name_{tag}"].text for tag in INTERFACE},
            acronym=self.acronym.text,
            kind=self.kind.text,
            country=self.country.text,
            country_printed={"und": self.country_printed.text} if self.country_printed.text else {},
            site=self.site.text,
            standing=self.standing.text,
            safety_default=self.safety_default.text,
            do_not_ask=self.do_not_ask.data,
        )


class FirstContactForm(OrganisationForm):
    """A new organisation with the person to write to, on one page."""

    contact_name = Words(validators=[Plain(200)])
    address = Words(validators=[Filled(_l("Enter the email address of the person to write to")), MailAddress()])
    language = Words(validators=[OneOf(languages.LETTER)])


@desk.get("/directory/new")
@audience(Audience.ACCOUNT)
def new_organisation() -> str:
    """The form for an organisation and its first contact."""
    empty = {"standing": "member", "safety_default": "show", "language": account().language}
    return _form_page(FirstContactForm(formdata=None, data=empty))


@desk.post("/directory/new")
@audience(Audience.ACCOUNT)
def add_organisation() -> str | tuple[str, int] | Response:
    """Add them."""
    form = FirstContactForm()
    if not form.validate_on_submit():
        return _form_page(form), 422
    contact = ContactEntry(
        address=form.address.text,
        name=form.contact_name.text or None,
        language=form.language.text,
        zone=guess_zone(form.country.text),
        zone_guessed=True,
    )
    organisation_id = directory.add_organisation(form.entry(), [contact], by=account())
    flash(_("%(name)s is in the directory.", name=form.name.text))
    _flash_hints(form.name.text, organisation_id, form.entry(), address=form.address.text)
    if words := likely_words(form):
        flash(words)
    return redirect(f"{PATH}/{organisation_id}", code=303)


@desk.get("/directory/<uuid:organisation_id>")
@audience(Audience.ACCOUNT)
def organisation(organisation_id: UUID) -> str:
    """One organisation: its facts, its contacts, and the letters of my teams that it was invited to."""
    found = the_organisation(organisation_id)
    return render_template(
        "desk/organisation.html",
        organisation=found,
        names=_names_by_language(found),
        country=country_words(found),
        standing=standing_words(found.standing),
        safety=safety_words(found.safety_default),
        contacts=[_contact_row(one) for one in found.contacts if not one.erased_at],
        letters=_letters_of(found),
        groups=_groups_of(found),
        do_not_ask_since=_day(found.do_not_ask_at) if found.do_not_ask_at else "",
        is_administrator=account().is_administrator,
    )


@desk.get("/directory/<uuid:organisation_id>/edit")
@audience(Audience.ACCOUNT)
def edit_organisation(organisation_id: UUID) -> str:
    """The form for an organisation's facts."""
    found = the_organisation(organisation_id)
    return _form_page(OrganisationForm(formdata=None, data=_stored(found)), found)


@desk.post("/directory/<uuid:organisation_id>/edit")
@audience(Audience.ACCOUNT)
def save_organisation(organisation_id: UUID) -> str | tuple[str, int] | Response:
    """Save them."""
    form, found = OrganisationForm(), the_organisation(organisation_id)
    if not form.validate_on_submit():
        return _form_page(form, found), 422
    try:
        directory.edit_organisation(organisation_id, form.entry(), by=account(), seen=form.seen.text)
    except ChangedMeanwhile:
        return _form_page(form, the_organisation(organisation_id), is_stale=True), 409
    flash(_("%(name)s is saved.", name=form.name.text))
    _flash_hints(form.name.text, organisation_id, form.entry())
    return redirect(f"{PATH}/{organisation_id}", code=303)


def _flash_hints(name: str, organisation_id: UUID, entry: OrganisationEntry, *, address: str = "") -> None:
    """Say what is odd about a name that was saved, and whom of the directory it is like. Nothing is refused for it."""
    for words in odd_names.words_of(name):
        flash(_("Look at the name again: %(name)s. %(words)s", name=name, words=words))
    alike = duplicates.alike(
        db.session(),
        name,
        acronym=entry.acronym or "",
        site=entry.site or "",
        address=address,
        country=entry.country or "",
        but=organisation_id,
    )
    if alike:
        names = languages.join([languages.isolate(one.known.name) for one in alike], choices.spoken())
        flash(_("It is like %(names)s. If they are the same, merge them: see “Likely duplicates”.", names=names))


def the_organisation(organisation_id: UUID) -> Organisation:
    """The organisation of an address of the desk; 404 where there is none, or none any more.

    The address of one that was merged into another leads on to that one.
    """
    found = db.session.get(Organisation, organisation_id)
    if found is None or found.erased_at:
        abort(404)
    if found.merged_into_id is not None:
        if request.method != "POST":
            abort(redirect(f"{PATH}/{found.merged_into_id}", code=303))
        return db.session.get_one(Organisation, found.merged_into_id)
    return found


def country_words(found: Organisation) -> str:
    """An organisation's country as lists print it."""
    printed = found.country_printed.get("und", "")
    named = languages.country_name(found.country, choices.spoken()) if found.country else ""
    return f"{printed} ({named})" if printed and named else printed or named


def _contact_row(one: Contact) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name or "",
        "address": one.address or "",
        "language": languages.name(one.language, choices.spoken()),
        "zone": one.zone.replace("_", " "),
        "zone_guessed": one.zone_guessed,
        "telephone": one.telephone or "",
        "other_channel": one.other_channel or "",
        "safe_mail": one.safe_mail,
        "came_back": came_back(one, None, account().zone, choices.spoken()),
        "ended": bool(one.ended_at),
    }


def _names_by_language(found: Organisation) -> list[tuple[str, str, str]]:
    return [
        (tag, languages.name(tag, choices.spoken()), name) for tag, name in sorted(found.names.items()) if tag != "und"
    ]


def _letters_of(found: Organisation) -> list[dict[str, Any]]:
    """The letters it was invited to, of those on whose team this account is; no others."""
    letters: Sequence[Letter] = db.session.scalars(
        select(Letter)
        .join(TeamMember, TeamMember.letter_id == Letter.id)
        .where(
            TeamMember.account_id == account().id,
            TeamMember.ended_at.is_(None),
            TeamMember.role != TRANSLATOR,
            Letter.id.in_(select(Invitation.letter_id).where(Invitation.organisation_id == found.id)),
        )
        .order_by(Letter.created_at.desc())
    ).all()
    return [{"id": one.id, "title": title_in(one, choices.spoken())} for one in letters]


def _groups_of(found: Organisation) -> list[dict[str, str]]:
    rows = db.session.execute(
        select(DirectoryGroup.id, DirectoryGroup.name)
        .join(Membership, Membership.group_id == DirectoryGroup.id)
        .where(Membership.organisation_id == found.id)
    )
    return [{"href": f"{PATH}?group={row.id}", "name": row.name} for row in sorted(rows, key=lambda row: row.name)]


def _day(moment: datetime) -> str:
    return languages.date_words(moment.date().isoformat(), choices.spoken())


def _stored(found: Organisation) -> dict[str, Any]:
    return {
        "name": found.name,
        **{f"name_{tag}": found.names.get(tag, "") for tag in INTERFACE},
        "acronym": found.acronym,
        "kind": found.kind,
        "country": found.country,
        "country_printed": found.country_printed.get("und", ""),
        "site": found.site,
        "standing": found.standing,
        "safety_default": found.safety_default,
        "do_not_ask": bool(found.do_not_ask_at),
        "seen": directory.state_of(found),
    }


def _form_page(form: OrganisationForm, found: Organisation | None = None, *, is_stale: bool = False) -> str:
    errors, values = form.problems, form.values
    if is_stale and found:
        now = _stored(found)
        values["seen"] = now["seen"]
        errors = {"": _("Somebody saved another state meanwhile. Look at what changed below, then save again.")} | {
            name: _("Saved meanwhile: %(value)s", value=_value_words(name, now[name]))
            for name in now
            if name != "seen" and now[name] != form.values.get(name)
        }
    return render_template(
        "desk/organisation_form.html",
        organisation=found,
        values=values,
        errors=errors,
        countries=choices.countries(),
        languages=choices.contact_languages(),
        own_languages=[(tag, languages.name(tag, choices.spoken())) for tag in INTERFACE],
        standings=[{"value": one, "label": standing_words(one)} for one in STANDINGS],
        safeties=[{"value": one, "label": safety_words(one), "hint": safety_hint(one)} for one in SAFETY_DEFAULTS],
    )


def _value_words(name: str, value: Any) -> str:
    if name == "standing":
        return standing_words(value)
    if name == "safety_default":
        return safety_words(value)
    if name == "country" and value:
        return languages.country_name(value, choices.spoken())
    return str({True: _("yes"), False: _("no"), "": _("nothing")}.get(value, value))
