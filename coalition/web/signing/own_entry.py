"""What an organisation says of itself: details, logo, public page; and what it asks a coordinator to change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, abort, make_response, redirect, request
from flask_babel import gettext as _

from coalition import languages
from coalition.actions import own_entry
from coalition.actions.own_entry import NoPublicPage, NothingWanted, OwnDetails
from coalition.database import db
from coalition.emails.own_page import identity_part_words
from coalition.intake import odd_names
from coalition.intake.photos import DrawingRefused, PhotoRefused, PhotoTooLarge, clean_photo
from coalition.languages import INTERFACE
from coalition.models.house import House
from coalition.models.organisation import Organisation
from coalition.rendering.organisation_page import logo_of, page_path
from coalition.web.audience import Audience, audience
from coalition.web.forms import Name, OneOf, Plain, WebAddress, Words, in_each_language
from coalition.web.signing.answers import Problems
from coalition.web.signing.door import signing
from coalition.web.signing.own_fields import OwnFields, countries, country_codes, spoken
from coalition.web.signing.own_home import show_own
from coalition.web.signing.own_visit import OwnVisit, acting, looking

WORDS_LIMIT = 2000


@in_each_language("sort", Name())
class DetailsForm(OwnFields):
    """What is its own affair."""

    acronym = Words(validators=[Plain(60)])
    sort_und = Words(validators=[Name()])

    def details(self) -> OwnDetails:
        """What the verb takes."""
        keys = {tag: self[f"sort_{tag}"].text for tag in ("und", *INTERFACE)}
        return OwnDetails(self.acronym.text, {tag: key for tag, key in keys.items() if key})


@in_each_language("name", Name())
class IdentityForm(OwnFields):
    """What tells who it is: asked for here, decided at the desk. A field that stays as it stands asks for nothing."""

    name_und = Words(validators=[Name()])
    country = Words(validators=[OneOf({"", *country_codes()})])
    country_printed = Words(validators=[Plain(100)])
    site = Words(validators=[WebAddress()])
    kind = Words(validators=[Plain(60)])
    parent = Words(validators=[Plain(300)])
    why = Words(validators=[Plain(WORDS_LIMIT)])

    def wanted(self) -> dict[str, str]:
        """Part to what it would become; the canonical name is never emptied."""
        found = {name: value or "" for name, value in self.values.items() if name != "why" and name in request.form}
        return {name: value for name, value in found.items() if value or name != "name_und"}


@signing.get("/organisation/<uuid:organisation_id>/entry")
@audience(Audience.CONTACT)
def own_entry_page(organisation_id: UUID) -> Response:
    """Details, logo, and what waits for a coordinator."""
    visit = looking(organisation_id)
    return _entry_page(visit, _details(visit.organisation))


@signing.post("/organisation/<uuid:organisation_id>/entry")
@audience(Audience.CONTACT)
def save_own_entry(organisation_id: UUID) -> Response:
    """Save the details."""
    visit, form = acting(organisation_id), DetailsForm()
    if not form.validate():
        return _entry_page(visit, form.values, problems=form.problems, status=422)
    own_entry.save_details(visit.here, form.details())
    return _back(visit, "entry", "saved")


@signing.get("/organisation/<uuid:organisation_id>/entry/logo")
@signing.get("/organisation/<uuid:organisation_id>/entry/logo/remove")
@audience(Audience.CONTACT)
def own_entry_again(organisation_id: UUID) -> Response:
    """An address that a form was sent to, opened by hand: the page again."""
    return make_response(redirect(f"{looking(organisation_id).path}/entry", code=303))


@signing.post("/organisation/<uuid:organisation_id>/entry/logo")
@audience(Audience.CONTACT)
def save_own_logo(organisation_id: UUID) -> Response:
    """Keep a picture as the logo."""
    visit, upload = acting(organisation_id), request.files.get("picture")
    problem = ""
    try:
        if upload is None or not upload.filename:
            problem = _("Choose a picture file.")
        else:
            own_entry.save_logo(visit.here, clean_photo(upload.read()))
    except NoPublicPage:
        problem = _("Your organisation stands under a code name. A logo could tell who it is: none is kept.")
    except DrawingRefused:
        problem = _("An SVG drawing cannot be used. Save it as PNG and choose that file.")
    except PhotoTooLarge:
        problem = _("The picture has too many pixels. Make it smaller, 4,000 pixels wide for instance.")
    except PhotoRefused:
        problem = _("This file is no picture that can be read. Choose a JPEG, PNG or WebP file.")
    if problem:
        return _entry_page(visit, _details(visit.organisation), problems={"picture": problem}, status=422)
    return _back(visit, "entry", "saved")


@signing.post("/organisation/<uuid:organisation_id>/entry/logo/remove")
@audience(Audience.CONTACT)
def remove_own_logo(organisation_id: UUID) -> Response:
    """Take the logo away."""
    visit = acting(organisation_id)
    own_entry.remove_logo(visit.here)
    return _back(visit, "entry", "saved")


@signing.get("/organisation/<uuid:organisation_id>/logo")
@audience(Audience.CONTACT)
def own_logo(organisation_id: UUID) -> Response:
    """The logo itself, for the page."""
    logo = logo_of(db.session(), looking(organisation_id).organisation)
    if logo is None:
        abort(404)
    return Response(logo.file.content, content_type=logo.file.media_type)


@signing.get("/organisation/<uuid:organisation_id>/identity")
@audience(Audience.CONTACT)
def own_identity(organisation_id: UUID) -> Response:
    """The form for names, country, website, parent and kind."""
    visit = looking(organisation_id)
    return _identity_page(visit, _identity(visit.organisation))


@signing.post("/organisation/<uuid:organisation_id>/identity")
@audience(Audience.CONTACT)
def ask_for_identity(organisation_id: UUID) -> Response:
    """Ask for a change."""
    visit, form = acting(organisation_id), IdentityForm()
    if not form.validate():
        return _identity_page(visit, form.values, problems=form.problems, status=422)
    try:
        own_entry.ask_for_change(visit.here, form.wanted(), why=form.why.text)
    except NothingWanted:
        words = _("Everything is as it stands already. Change what is wrong, then send it.")
        return _identity_page(visit, form.values, problems={"": words}, status=422)
    return _back(visit, "identity", "asked")


@signing.get("/organisation/<uuid:organisation_id>/identity/<uuid:change_id>/take-back")
@audience(Audience.CONTACT)
def identity_again(organisation_id: UUID, change_id: UUID) -> Response:  # noqa: ARG001 -- a part of the address
    """An address that a form was sent to, opened by hand: the page again."""
    return make_response(redirect(f"{looking(organisation_id).path}/identity", code=303))


@signing.post("/organisation/<uuid:organisation_id>/identity/<uuid:change_id>/take-back")
@audience(Audience.CONTACT)
def take_back_identity(organisation_id: UUID, change_id: UUID) -> Response:
    """Take back what was asked for."""
    visit = acting(organisation_id)
    own_entry.take_back_change(visit.here, change_id)
    return _back(visit, "identity", "taken_back")


@signing.get("/organisation/<uuid:organisation_id>/public-page")
@audience(Audience.CONTACT)
def own_public_page(organisation_id: UUID) -> Response:
    """What a public page shows, and the switch."""
    return _public_page(looking(organisation_id))


@signing.post("/organisation/<uuid:organisation_id>/public-page")
@audience(Audience.CONTACT)
def switch_own_public_page(organisation_id: UUID) -> Response:
    """Switch it on or off."""
    visit = acting(organisation_id)
    chosen = request.form.get("page", "")
    if chosen not in {"on", "off"}:
        return _public_page(visit, problems={"page": _("Choose whether there is a public page")}, status=422)
    try:
        own_entry.switch_public_page(visit.here, is_on=chosen == "on")
    except NoPublicPage:
        words = _("Your organisation stands under a code name: a public page would tell its name.")
        return _public_page(visit, problems={"page": words}, status=409)
    return _back(visit, "public-page", f"page_{chosen}")


def _back(visit: OwnVisit, page: str, done: str) -> Response:
    return make_response(redirect(f"{visit.path}/{page}?done={done}", code=303))


def _entry_page(
    visit: OwnVisit, values: dict[str, Any], *, problems: Problems | None = None, status: int = 200
) -> Response:
    return show_own(
        "signing/own/entry.html",
        visit,
        status=status,
        values=values,
        own_languages=[(tag, languages.name(tag, spoken())) for tag in INTERFACE],
        has_logo=visit.organisation.logo_id is not None,
        errors=problems or {},
    )


def odd_words(parts: dict[str, str]) -> list[str]:
    """What is odd about the names that are asked for, each once: said to whoever asked, never a reason to refuse it."""
    names = [value for part, value in parts.items() if part.startswith("name_")]
    return list(dict.fromkeys(words for one in names for words in odd_names.words_of(one)))


def _identity_page(
    visit: OwnVisit, values: dict[str, Any], *, problems: Problems | None = None, status: int = 200
) -> Response:
    return show_own(
        "signing/own/identity.html",
        visit,
        status=status,
        values=values,
        countries=countries(),
        own_languages=[(tag, languages.name(tag, spoken())) for tag in INTERFACE],
        waiting=[
            {
                "id": one.id,
                "on": languages.date_words(one.asked_at.date(), visit.language),
                "lines": [f"{identity_part_words(part)} {value}" for part, value in one.wanted["parts"].items()],
                "odd": odd_words(one.wanted["parts"]),
            }
            for one in own_entry.open_changes(db.session(), visit.organisation.id)
        ],
        errors=problems or {},
    )


def _public_page(visit: OwnVisit, *, problems: Problems | None = None, status: int = 200) -> Response:
    organisation = visit.organisation
    house = db.session.query(House).first()
    is_on = organisation.public_page_at is not None and house is not None
    return show_own(
        "signing/own/public_page.html",
        visit,
        status=status,
        is_on=is_on,
        public_path=page_path(organisation.slug or "", house.language, house.language) if house and is_on else "",
        is_confidential=organisation.confidential_at is not None,
        withholds=organisation.safety_default == "withhold",
        errors=problems or {},
    )


def _details(organisation: Organisation) -> dict[str, Any]:
    keys: dict[str, str] = organisation.own("sort_keys")
    return {"acronym": organisation.own("acronym")} | {f"sort_{tag}": keys.get(tag, "") for tag in ("und", *INTERFACE)}


def _identity(organisation: Organisation) -> dict[str, Any]:
    names = organisation.printable_names()
    return {f"name_{tag}": names.get(tag, "") for tag in ("und", *INTERFACE)} | {
        "country": organisation.country,
        "country_printed": organisation.own("country_printed").get("und", ""),
        "site": organisation.own("site"),
        "kind": organisation.kind,
    }
