"""An organisation's own page: everything it signed, and how each of its signatures is changed from here."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request
from flask_babel import gettext as _

from coalition import clock, config, languages
from coalition.actions import ledger, logo, mask, openings, own_signatures
from coalition.actions.acts import CodeNeeded
from coalition.actions.answer import AlreadyWithheld
from coalition.actions.taken_over_names import lines_named_like
from coalition.database import db
from coalition.languages import isolate
from coalition.models.letter import Letter
from coalition.models.organisation import Organisation
from coalition.models.public import PublicLetter
from coalition.models.signature import NoStandingSignature, Signature
from coalition.rendering import faces
from coalition.rendering.kinds import kind_words
from coalition.rendering.ledger import to_json
from coalition.rendering.ledger_pdf import to_pdf
from coalition.rendering.pdf import MissingGlyphs
from coalition.rendering.reading import reading_text, reading_title
from coalition.web.audience import Audience, audience
from coalition.web.embargo import concerns
from coalition.web.signing.answers import UNNAMED, Problems
from coalition.web.signing.door import signing
from coalition.web.signing.own_code import act_code_page, take_act_code
from coalition.web.signing.own_consents import consents_of
from coalition.web.signing.own_visit import OwnVisit, acting, looking
from coalition.web.signing.showing import text_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from coalition.models.consent import Consent
    from coalition.models.contact import Contact
    from coalition.models.version import Text


@signing.get("/organisation/<uuid:organisation_id>")
@audience(Audience.CONTACT)
def own_home(organisation_id: UUID) -> Response:
    """Everything behind the code, one section each."""
    return _home(looking(organisation_id))


@signing.get("/organisation/<uuid:organisation_id>/letters/<uuid:letter_id>")
@audience(Audience.CONTACT)
def own_letter(organisation_id: UUID, letter_id: UUID) -> Response:
    """One letter that it signed: how it is printed, what was done, the text as it was agreed to."""
    return _letter_page(looking(organisation_id), letter_id)


@signing.get(
    "/organisation/<uuid:organisation_id>/letters/<uuid:letter_id>/<any(withhold, withdraw, ledger, text, logo):_act>"
)
@signing.get("/organisation/<uuid:organisation_id>/letters/<uuid:letter_id>/<any(proof):_act>")
@signing.get("/organisation/<uuid:organisation_id>/<any(right, hide, leave):_act>")
@audience(Audience.CONTACT)
def own_page_again(organisation_id: UUID, _act: str, letter_id: UUID | None = None) -> Response:
    """An address that a form was sent to, opened by hand: the page again."""
    visit = looking(organisation_id)
    return make_response(redirect(f"{visit.path}/letters/{letter_id}" if letter_id else visit.path, code=303))


@signing.post("/organisation/<uuid:organisation_id>/letters/<uuid:letter_id>/withhold")
@audience(Audience.CONTACT)
def withhold_from_own_page(organisation_id: UUID, letter_id: UUID) -> Response:
    """Withhold the name on one letter."""
    visit = acting(organisation_id)
    words = _("Choose how the name of %(organisation)s is withheld", organisation=isolate(_name(visit)))
    do = own_signatures.uncount if request.form.get("withhold") == "uncounted" else own_signatures.withhold
    return _acted(visit, letter_id, "withhold", words, do, choices=UNNAMED)


@signing.post("/organisation/<uuid:organisation_id>/letters/<uuid:letter_id>/withdraw")
@audience(Audience.CONTACT)
def withdraw_from_own_page(organisation_id: UUID, letter_id: UUID) -> Response:
    """Withdraw from one letter, also years later."""
    visit = acting(organisation_id)
    words = _("Tick that the signature of %(organisation)s is to be withdrawn", organisation=isolate(_name(visit)))
    return _acted(visit, letter_id, "withdraw", words, own_signatures.withdraw)


@signing.post("/organisation/<uuid:organisation_id>/letters/<uuid:letter_id>/logo")
@audience(Audience.CONTACT)
def logo_from_own_page(organisation_id: UUID, letter_id: UUID) -> Response:
    """Let the logo stand beside the name on one letter, or take it away."""
    visit = acting(organisation_id)
    if not _signatures(visit, letter_id):
        return _not_ours(visit)
    try:
        logo.choose(visit.here, letter_id, is_on=request.form.get("logo") == "yes")
    except NoStandingSignature:
        words = _("No name stands on this letter that the logo could stand beside.")
        return _letter_page(visit, letter_id, problems={"": words}, status=409)
    return make_response(redirect(f"{visit.path}/letters/{letter_id}?done=saved", code=303))


@signing.post("/organisation/<uuid:organisation_id>/letters/<uuid:letter_id>/ledger")
@audience(Audience.CONTACT)
def own_ledger(organisation_id: UUID, letter_id: UUID) -> Response:
    """The organisation's entries in the ledger of one letter, as a file whose name tells nothing. Changes nothing."""
    visit = acting(organisation_id)
    if not _signatures(visit, letter_id):
        return _not_ours(visit)
    found = ledger.of_organisation(db.session(), db.session.get_one(Letter, letter_id), visit.organisation.id)
    if request.form.get("form") == "json":
        return _file(to_json(found), "application/json", "record.json")
    try:
        content = to_pdf(found, visit.language, fonts=faces.cjk_fonts(config.settings().font_folders))
    except MissingGlyphs:
        words = _("No font here shows every character of the names. Take the JSON instead.")
        return _letter_page(visit, letter_id, problems={"": words}, status=409)
    return _file(content, "application/pdf", "record.pdf")


@signing.post("/organisation/<uuid:organisation_id>/letters/<uuid:letter_id>/text")
@audience(Audience.CONTACT)
def own_text(organisation_id: UUID, letter_id: UUID) -> Response:
    """The text as it was agreed to, as plain text. Changes nothing."""
    visit = acting(organisation_id)
    found = _signatures(visit, letter_id)
    text = _agreed_text(found[0]) if found else None
    if text is None:
        return _not_ours(visit)
    return _file(reading_text(text).encode(), "text/plain; charset=utf-8", "text.txt")


@signing.post("/organisation/<uuid:organisation_id>/letters/<uuid:letter_id>/proof")
@audience(Audience.CONTACT)
def own_proof(organisation_id: UUID, letter_id: UUID) -> Response:
    """What opens the organisation's own values in the manifests: here behind a code, and in no mail."""
    visit = acting(organisation_id)
    found = _signatures(visit, letter_id)
    if not found:
        return _not_ours(visit)
    return _file(openings.own_proof_json(db.session(), found[0]), "application/json", "proof.json")


@signing.post("/organisation/<uuid:organisation_id>/hide")
@audience(Audience.CONTACT)
def hide_everywhere(organisation_id: UUID) -> Response:
    """Take the name off every published list at once."""
    visit = acting(organisation_id)
    if request.form.get("confirm") != "yes":
        return _home(visit, problems={"confirm": _("Tick that the name is to leave every published list")}, status=422)
    chosen = {typed.casefold() for typed in request.form.getlist("line")}
    lines = [one.id for one in lines_named_like(db.session(), visit.organisation) if str(one.id) in chosen]
    mask.mask_everywhere(visit.organisation.id, by=visit.contact, lines=lines)
    return make_response(redirect(f"{visit.path}?done=hidden", code=303))


def done_words() -> str:
    """What was done just now, told by the address that the page was sent to; nothing of the request is echoed."""
    words = {
        "right": _("Thank you. We ask again in a year."),
        "hidden": _("The name has left every list that we publish."),
        "withheld": _("The name is withheld. It has left every page that we serve."),
        "withdrawn": _("The signature is withdrawn. The name has left every page that we serve."),
        "saved": _("Saved."),
        "agreed": _("Recorded. All contacts of your organisation are told."),
        "revoked": _("Ended. All contacts of your organisation are told."),
        "asked": _("Recorded. A coordinator decides, and you get a mail."),
        "taken_back": _("Taken back. Nothing was changed."),
        "contact": _("Saved. Your other contacts are told."),
        "page_on": _("The public page is switched on."),
        "page_off": _("The public page is switched off. Its address is not found any more."),
    }
    return str(words.get(request.args.get("done", ""), ""))


def show_own(template: str, visit: OwnVisit, *, status: int = 200, **facts: Any) -> Response:
    """A page behind the code, with what they all show. No title names the organisation: it stays in the history."""
    html = render_template(
        template,
        organisation=_name(visit),
        path=visit.path,
        form_token=visit.token(),
        leave_path=f"{visit.path}/leave",
        done=done_words() if request.method == "GET" else "",
        **{"errors": {}, **facts},
    )
    return make_response(html, status)


def contact_facts(one: Contact, visit: OwnVisit) -> dict[str, Any]:
    """A contact as the page shows it."""
    return {
        "id": one.id,
        "name": one.name or "",
        "address": one.address or "",
        "language": languages.name(one.language, visit.language),
        "is_oneself": one.id == visit.contact.id,
        "is_muted": one.muted_at is not None,
        "has_bounced": one.bounced_at is not None,
        "safe_mail": one.safe_mail,
    }


def live_contacts(organisation: Organisation) -> list[Contact]:
    """Who stands in the directory for an organisation."""
    return [one for one in organisation.contacts if one.ended_at is None and one.erased_at is None]


def _home(visit: OwnVisit, *, problems: Problems | None = None, status: int = 200) -> Response:
    organisation, session = visit.organisation, db.session()
    signatures = own_signatures.of_organisation(session, organisation.id)
    published = {
        one.letter_id: one.slug
        for one in session.query(PublicLetter).filter(PublicLetter.letter_id.in_([one.letter_id for one in signatures]))
    }
    asked = organisation.asked_if_right_at
    taken_over = [
        {
            "value": str(line.id),
            "label": f"{line.printed.get(visit.language) or line.printed['und']} – "
            + reading_title(session.get_one(Letter, line.letter_id).text(visit.language)),
        }
        for line in lines_named_like(session, organisation)
    ]
    return show_own(
        "signing/own/home.html",
        visit,
        status=status,
        letters=[_row(one, visit, published) for one in signatures],
        may_hide=any(one.is_public for one in signatures) or bool(problems) or bool(taken_over),
        taken_over=taken_over,
        chosen=request.form.getlist("line"),
        beforehand=consents_of(visit),
        contacts=[contact_facts(one, visit) for one in live_contacts(organisation)],
        names=organisation.printable_names(),
        acronym=organisation.acronym,
        country=languages.country_name(organisation.country, visit.language) if organisation.country else "",
        site=organisation.site,
        slug=organisation.slug if organisation.public_page_at else "",
        asked_on=languages.date_words(asked.date(), visit.language) if asked else "",
        until=languages.moment_words(visit.open_until or clock.now(), visit.contact.zone, visit.language),
        errors=problems or {},
    )


def _row(one: Signature, visit: OwnVisit, published: dict[UUID, str]) -> dict[str, Any]:
    letter = one.letter
    return {
        "id": letter.id,
        "title": reading_title(letter.text(visit.language)),
        "kind": kind_words(letter.kind),
        "state": _state_words(one, is_published=letter.id in published),
        "printed": one.printed_names.get(visit.language) or one.printed_names["und"],
        "is_named": one.visibility == "named" and one.ended_on is None,
        "version": one.version.number,
        "on": languages.date_words(_first_day(one), visit.language),
    }


def _state_words(one: Signature, *, is_published: bool) -> str:
    """How a signature stands, in a few words."""
    if one.letter.stage == "cancelled":
        return str(_("The letter was cancelled"))
    if one.ended_on is not None:
        return str(_("Withdrawn"))
    if one.suspended_at is not None:
        return str(_("Disputed: on no list until it is settled"))
    if one.visibility != "named":
        is_uncounted = one.visibility == "uncounted"
        return str(_("Signed, in no list and no number") if is_uncounted else _("Signed, the name is withheld"))
    if one.masked_at is not None:
        return str(_("Signed, taken off the published list"))
    return str(_("Signed, published with the name") if is_published else _("Signed, not published yet"))


def _letter_page(visit: OwnVisit, letter_id: UUID, *, problems: Problems | None = None, status: int = 200) -> Response:
    found = _signatures(visit, letter_id)
    if not found:
        return _not_ours(visit)
    newest = found[0]
    concerns(newest.letter)
    text, public = _agreed_text(newest), db.session.get(PublicLetter, letter_id)
    printed = newest.printed_names
    return show_own(
        "signing/own/letter.html",
        visit,
        status=status,
        letter_path=f"{visit.path}/letters/{letter_id}",
        letter=_row(newest, visit, {letter_id: public.slug} if public else {}),
        public_path=f"/letters/{public.slug}" if public else "",
        names=[
            {"language": tag, "name": printed.get(tag) or printed["und"]} for tag in newest.letter.readable_languages
        ],
        acts=[_act(act, visit) for one in reversed(found) for act in one.consents],
        text=text_facts(text) if text else None,
        may_prove=bool(openings.own_proof(db.session(), newest)),
        may_withhold=newest.ended_on is None and newest.visibility == "named" and newest.letter.stage != "cancelled",
        may_withdraw=newest.ended_on is None and newest.letter.stage != "cancelled",
        may_show_logo=newest.is_public and logo.may_stand(newest.letter, visit.organisation),
        shows_logo=newest.shows_logo,
        errors=problems or {},
    )


def _act(one: Consent, visit: OwnVisit) -> dict[str, str]:
    words = {
        "sign": _("Signed"),
        "keep": _("Kept under the changed text"),
        "visibility": _("Changed whether the name is published"),
        "printed_name": _("Changed how the name is printed"),
        "withdraw": _("Withdrawn"),
    }
    return {
        "act": str(words.get(one.act, one.act)),
        "person": one.by["name"],
        "role": one.by["role"],
        "at": languages.moment_words(datetime.fromisoformat(one.at), visit.contact.zone, visit.language),
        "iso": one.at,
        "version": languages.number(one.version.number, visit.language),
    }


def _acted(
    visit: OwnVisit,
    letter_id: UUID,
    act: str,
    unticked: str,
    do: Callable[..., None],
    *,
    choices: Sequence[str] = ("yes",),
) -> Response:
    """Do it where it was ticked; an act that is done already, or by a colleague meanwhile, shows how things stand."""
    if not _signatures(visit, letter_id):
        return _not_ours(visit)
    if request.form.get(act) not in choices:
        return _letter_page(visit, letter_id, problems={act: unticked}, status=422)
    is_proved, problem = take_act_code(visit, letter_id, act)
    try:
        do(visit.here, letter_id, key=visit.key_of(act), is_proved=is_proved)
    except CodeNeeded:
        return act_code_page(visit, letter_id, act, problem)
    except NoStandingSignature:
        words = _("There is no signature of %(organisation)s to change.", organisation=isolate(_name(visit)))
        return _letter_page(visit, letter_id, problems={"": words}, status=409)
    except AlreadyWithheld:
        pass
    done = "withheld" if act == "withhold" else "withdrawn"
    return make_response(redirect(f"{visit.path}/letters/{letter_id}?done={done}", code=303))


def _signatures(visit: OwnVisit, letter_id: UUID) -> list[Signature]:
    """The organisation's signatures on one letter, the standing one first."""
    found = own_signatures.of_organisation(db.session(), visit.organisation.id)
    return [one for one in found if one.letter_id == letter_id]


def _not_ours(visit: OwnVisit) -> Response:
    """A letter that it did not sign, and one that is none, look alike."""
    return show_own("signing/own/nothing.html", visit, status=404)


def _agreed_text(one: Signature) -> Text | None:
    agreed = [act for act in one.consents if act.act in {"sign", "keep"}]
    found: Text | None = agreed[-1].version.text(agreed[-1].language) if agreed else None
    return found


def _first_day(one: Signature) -> date:
    day: date = one.consents[0].on
    return day


def _name(visit: OwnVisit) -> str:
    names = visit.organisation.printable_names()
    return names.get(visit.language) or names["und"]


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
