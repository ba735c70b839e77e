"""Whom a letter goes to: a list pasted right here, or chosen from the directory. Sending is another page."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from flask import flash, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from coalition import languages
from coalition.actions import bring, circulate
from coalition.database import db
from coalition.models.contact import Contact
from coalition.models.invitation import Invitation
from coalition.models.letter import MayNotSign, NotOpenForSigning
from coalition.models.organisation import STANDINGS, Organisation
from coalition.models.public import PublicLetter
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import choices, pasted
from coalition.web.desk.directory import country_words
from coalition.web.desk.directory_filters import Filters, countries_present, groups_present, is_reached
from coalition.web.desk.directory_import import done_words, stay_words
from coalition.web.desk.door import desk
from coalition.web.desk.frame import lead_to, path_of, show, the_letter
from coalition.web.desk.mail_words import came_back
from coalition.web.desk.pasted_words import in_words
from coalition.web.desk.typed import leaf
from coalition.web.desk.words import standing_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy import ColumnElement

    from coalition.actions.bring import Brought

STAGES_FOR_MORE = frozenset({"draft", "consultation", "open"})
PAGE = 100
CHOICES_PAGE = 100


@dataclass(frozen=True, slots=True)
class PeopleFilters(Filters):
    """What of the directory is offered; the language is that of a contact."""

    language: str = ""

    @classmethod
    def of(cls, sent: Any) -> PeopleFilters:
        """The filters in an address or a form; what is none of theirs is left out."""
        language = sent.get("language", "")
        plain = {part.name: getattr(Filters.of(sent), part.name) for part in fields(Filters)}
        return cls(**plain, language=language if language in languages.LETTER else "")

    def conditions(self) -> list[ColumnElement[bool]]:
        """As conditions on organisations."""
        found = Filters.conditions(self)
        if self.language:
            found.append(Organisation.contacts.any((Contact.language == self.language) & Contact.ended_at.is_(None)))
        return found

    def facts(self) -> dict[str, str]:
        """The filters that are set, by the names of their fields."""
        return Filters.facts(self)

    def fits(self, contact: Contact) -> bool:
        """Whether the contact itself is meant, not only its organisation."""
        return not self.language or contact.language == self.language


# -- the list -------------------------------------------------------------------------------------------------------


@desk.get("/letters/<uuid:letter_id>/people")
@audience(Audience.TEAM)
def people(letter_id: UUID) -> ResponseReturnValue:
    """Who is on the list, and the box for more."""
    return _people_page(pasted.Pasted(language=the_letter().authoritative_language))


@desk.post("/letters/<uuid:letter_id>/people")
@audience(Audience.TEAM)
def bring_people(letter_id: UUID) -> ResponseReturnValue:
    """Show what is in the pasted list; or take what was shown into the directory and onto the letter's list."""
    brought = pasted.sent(default_language=the_letter().authoritative_language)
    if the_letter().stage not in STAGES_FOR_MORE:
        return _people_page(brought, errors={"": _no_more_words()}, status=409)
    if brought.refusal:
        return _people_page(brought, status=422)
    if not brought.is_confirmed or not brought.planned:
        return _preview_page(brought, is_other=pasted.is_confirming())
    try:
        done = bring.bring(letter_id, brought.rows, by=account())
    except NotOpenForSigning:
        return _people_page(brought, errors={"": _no_more_words()}, status=409)
    if brought.leftover:
        rest = pasted.Pasted(brought.leftover, brought.language)
        return _people_page(rest, done=(*_done_words(done), stay_words(brought)))
    for words in _done_words(done):
        flash(words)
    return lead_to(letter_id, "people")


@desk.post("/letters/<uuid:letter_id>/people/take-off")
@audience(Audience.TEAM)
def take_people_off(letter_id: UUID) -> ResponseReturnValue:
    """Take those off the list that were ticked and not written to."""
    number = circulate.take_off(letter_id, _ids("invitation"), by=account())
    if number:
        flash(ngettext("%(num)s person is off the list.", "%(num)s people are off the list.", number))
    else:
        flash(_("Nobody was taken off: tick those who were not written to yet."))
    return lead_to(letter_id, "people")


# -- choosing from the directory --------------------------------------------------------------------------------------


@desk.get("/letters/<uuid:letter_id>/people/choose")
@audience(Audience.TEAM)
def choose_people(letter_id: UUID) -> ResponseReturnValue:
    """The directory beside the list; organisations that nobody can be written to at stand first."""
    return _choice_page(PeopleFilters.of(request.args))


@desk.post("/letters/<uuid:letter_id>/people/choose")
@audience(Audience.TEAM)
def put_people_on(letter_id: UUID) -> ResponseReturnValue:
    """Put the ticked ones on the list, or all that the filters show."""
    filters = PeopleFilters.of(request.form)
    takes_all = request.form.get("act") == "all"
    chosen = [contact.id for contact in _welcome(filters)] if takes_all else _ids("contact")
    if the_letter().stage not in STAGES_FOR_MORE:
        return _choice_page(filters, errors={"": _no_more_words()}, status=409)
    if not chosen:
        words = _("Tick the people to put on the list, or take all that are shown.")
        return _choice_page(filters, errors={"contacts": words}, status=422)
    try:
        number = circulate.invite(letter_id, _known(chosen), by=account())
    except MayNotSign:
        words = _("Somebody ticked may not be asked to sign this letter any more. Look at the list once more.")
        return _choice_page(filters, errors={"contacts": words}, status=409)
    except NotOpenForSigning:
        return _choice_page(filters, errors={"": _no_more_words()}, status=409)
    flash(_on_list_words(number))
    return lead_to(letter_id, "people")


# -- pages ------------------------------------------------------------------------------------------------------------


def _people_page(
    brought: pasted.Pasted,
    *,
    done: Iterable[str] = (),
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    letter = the_letter()
    total, unsent = _counts(letter.id)
    last = max(1, -(-total // PAGE))
    page = leaf(request.args, last)
    path = path_of(letter.id, "people")
    return show(
        "desk/people.html",
        status=status,
        shown=in_words(brought) if brought.refusal or not brought.preview else in_words(_only_text(brought)),
        errors=errors or ({"list": brought.refusal} if brought.refusal else {}),
        done=list(done),
        rows=[_row(one) for one in _invitations(letter.id, page)],
        total=total,
        unsent=unsent,
        page=page,
        last=last,
        earlier=f"{path}?page={page - 1}" if page > 1 else "",
        later=f"{path}?page={page + 1}" if page < last else "",
        takes_more=letter.stage in STAGES_FOR_MORE,
        no_more=_no_more_words(),
        in_directory=db.session.scalar(select(func.count()).select_from(Organisation).where(*Filters().conditions())),
    )


def _only_text(brought: pasted.Pasted) -> pasted.Pasted:
    return pasted.Pasted(brought.text, brought.language)


def _preview_page(brought: pasted.Pasted, *, is_other: bool) -> ResponseReturnValue:
    letter = the_letter()
    known = {one.row.known_id for one in brought.planned if one.row.known_id}
    left_out = [
        one.name
        for one in _organisations(known)
        if one.do_not_ask_at or not circulate.is_for(letter, one)
    ]  # fmt: skip
    return show("desk/people_preview.html", shown=in_words(brought), errors={}, is_other=is_other, left_out=left_out)


def _choice_page(
    filters: PeopleFilters, *, errors: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    letter = the_letter()
    conditions = filters.conditions()
    total = db.session.scalar(select(func.count()).select_from(Organisation).where(*conditions)) or 0
    last = max(1, -(-total // CHOICES_PAGE))
    page = leaf(request.args, last)
    path = path_of(letter.id, "people", "choose")
    rows = db.session.scalars(
        select(Organisation)
        .where(*conditions)
        .options(selectinload(Organisation.contacts))
        .order_by(is_reached(), Organisation.folded_name, Organisation.id)
        .limit(CHOICES_PAGE)
        .offset((page - 1) * CHOICES_PAGE)
    ).all()
    on_list = _on_list(letter.id)
    return show(
        "desk/people_choose.html",
        status=status,
        errors=errors or {},
        ticked=set(request.form.getlist("contact")),
        filters=filters,
        rows=[_offer(one, filters, on_list) for one in rows],
        total=total,
        welcome=len(_welcome(filters)),
        page=page,
        last=last,
        earlier=f"{path}?{urlencode(filters.facts() | {'page': page - 1})}" if page > 1 else "",
        later=f"{path}?{urlencode(filters.facts() | {'page': page + 1})}" if page < last else "",
        countries=countries_present(),
        groups=groups_present(),
        languages=[pair for pair in choices.contact_languages() if pair[0] in _languages_present()],
        standings=[(one, standing_words(one)) for one in STANDINGS],
        takes_more=letter.stage in STAGES_FOR_MORE,
        no_more=_no_more_words(),
    )


def _offer(found: Organisation, filters: PeopleFilters, on_list: set[UUID]) -> dict[str, Any]:
    """An organisation as the page offers it: its contacts, or why it is not offered."""
    letter = the_letter()
    live = [one for one in found.contacts if not one.ended_at and not one.erased_at and one.address_index]
    return {
        "id": found.id,
        "name": found.name,
        "country": country_words(found),
        "standing": standing_words(found.standing),
        "is_withheld": found.safety_default == "withhold",
        "why_not": _why_not(found, live),
        "is_out_of_reach": not live and not any(lead.organisation_id == found.id for lead in letter.leads),
        "contacts": [
            {
                "id": one.id,
                "name": one.name or "",
                "address": one.address,
                "language": languages.name(one.language, choices.spoken()),
                "bounced": bool(one.bounced_at),
                "on_list": one.id in on_list,
                "is_offered": one.id not in on_list and circulate.may_be_invited(letter, one),
            }
            for one in live
            if filters.fits(one)
        ],
    }


def _why_not(found: Organisation, live: Sequence[Contact]) -> str:
    letter = the_letter()
    if any(lead.organisation_id == found.id for lead in letter.leads):
        return str(_("Leads the letter: it signs at the desk"))
    if found.do_not_ask_at:
        return str(_("Asked not to be asked"))
    if not circulate.is_for(letter, found):
        return str(_("The letter is not for organisations of this standing"))
    return "" if live else str(_("Nobody can be written to"))


def _row(one: Invitation) -> dict[str, Any]:
    state, tone = _state(one)
    return {
        "id": one.id,
        "organisation": one.organisation.name,
        "organisation_id": one.organisation_id,
        "country": country_words(one.organisation),
        "name": one.contact.name or "",
        "address": one.contact.address or "",
        "language": languages.name(one.contact.language, choices.spoken()),
        "zone": one.contact.zone.replace("_", " "),
        "zone_guessed": one.contact.zone_guessed,
        "safe_mail": one.contact.safe_mail,
        "state": state,
        "tone": tone,
        "came_back": came_back(one.contact, one.bounced_at, account().zone, choices.spoken()),
        "may_go": one.queued_at is None,
        "takes_words": one.is_live and not one.contact.safe_mail,
        "has_words": bool(one.note),
        "href": f"{path_of(one.letter_id, 'organisations', str(one.organisation_id))}#words-{one.id.hex}",
    }


def _state(one: Invitation) -> tuple[str, str]:
    """What became of the mail. Who answered stands on the board alone: a second list would tell who withheld."""
    if one.revoked_at:
        return str(_("Link ended")), ""
    if one.bounced_at or one.contact.bounced_at:
        return str(_("Came back")), "bad"
    if one.sent_at:
        return str(_("Sent")), "ok"
    if one.queued_at:
        return str(_("On its way")), "warn"
    return str(_("Not sent")), ""


# -- queries ----------------------------------------------------------------------------------------------------------


def _counts(letter_id: UUID) -> tuple[int, int]:
    """How many stand on the list, and how many of them were not written to."""
    is_unsent = Invitation.queued_at.is_(None) & Invitation.revoked_at.is_(None)
    query = select(func.count(), func.count().filter(is_unsent)).where(
        Invitation.letter_id == letter_id, Invitation.part != "told"
    )
    total, unsent = db.session.execute(query).one()
    return total, unsent


def _invitations(letter_id: UUID, page: int) -> Sequence[Invitation]:
    """A page of the list; those not written to first."""
    return (
        db.session.scalars(
            select(Invitation)
            .join(Invitation.organisation)
            .where(Invitation.letter_id == letter_id, Invitation.part != "told")
            .options(contains_eager(Invitation.organisation), joinedload(Invitation.contact))
            .order_by(Invitation.queued_at.is_not(None), Organisation.folded_name, Invitation.created_at, Invitation.id)
            .limit(PAGE)
            .offset((page - 1) * PAGE)
        )
        .unique()
        .all()
    )


def _on_list(letter_id: UUID) -> set[UUID]:
    query = select(Invitation.contact_id).where(Invitation.letter_id == letter_id, Invitation.part != "told")
    return set(db.session.scalars(query))


def _welcome(filters: PeopleFilters) -> list[Contact]:
    """Everybody whom the filters show, who is not on the list and may be asked."""
    letter = the_letter()
    on_list = _on_list(letter.id)
    found = db.session.scalars(
        select(Contact)
        .join(Contact.organisation)
        .where(Contact.ended_at.is_(None), Contact.erased_at.is_(None), *filters.conditions())
        .options(contains_eager(Contact.organisation))
        .order_by(Organisation.folded_name, Contact.created_at)
    )
    return [
        one
        for one in found
        if one.id not in on_list
        and not one.bounced_at
        and filters.fits(one)
        and circulate.may_be_invited(letter, one)
    ]  # fmt: skip


def _organisations(ids: set[UUID]) -> list[Organisation]:
    every = list(ids)
    return [
        found
        for start in range(0, len(every), 500)
        for found in db.session.scalars(select(Organisation).where(Organisation.id.in_(every[start : start + 500])))
    ]


def _known(ids: Sequence[UUID]) -> list[UUID]:
    """Those of the ids that are contacts: an address can be made up."""
    every = list(dict.fromkeys(ids))
    known: set[UUID] = set()
    for start in range(0, len(every), 500):
        known |= set(db.session.scalars(select(Contact.id).where(Contact.id.in_(every[start : start + 500]))))
    return [one for one in every if one in known]


def _languages_present() -> set[str]:
    return set(db.session.scalars(select(Contact.language).where(Contact.ended_at.is_(None)).distinct()))


def _ids(field: str) -> list[UUID]:
    """The ids that came ticked; what is none is left out."""
    found = []
    for typed in request.form.getlist(field):
        try:
            found.append(UUID(typed))
        except ValueError:
            continue
    return found


# -- words ------------------------------------------------------------------------------------------------------------


def _done_words(done: Brought) -> list[str]:
    words = [_on_list_words(done.invited), done_words(done.imported)]
    if done.left_out:
        names = languages.join([languages.isolate(name) for name in done.left_out[:10]], choices.spoken())
        words.append(
            str(
                _(
                    "In the directory and not on the list, for the letter is not for them or they asked not to be "
                    "asked: %(names)s",
                    names=names,
                )
            )
        )
    return words


def _on_list_words(number: int) -> str:
    if not number:
        return str(_("Nobody new: they were on the list already."))
    return str(
        ngettext(
            "%(num)s person is put on the list. Nothing is sent yet.",
            "%(num)s people are put on the list. Nothing is sent yet.",
            number,
        )
    )


def _no_more_words() -> str:
    letter = the_letter()
    if letter.stage == "cancelled":
        return str(_("The letter is cancelled: nobody can be added."))
    if db.session.get(PublicLetter, letter.id):
        return str(_("The letter is published: nobody can be added."))
    return str(_("Signing is over: nobody can be added. Extend the deadline first."))
