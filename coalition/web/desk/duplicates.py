"""Organisations that are likely one: suggested with why, kept apart or merged by a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from coalition import languages
from coalition.actions import duplicates, merge
from coalition.actions.directory import ChangedMeanwhile, state_of
from coalition.actions.merge import PARTS, NotToBeMerged, PairsNotSeen
from coalition.database import db
from coalition.intake.likeness import ACRONYM, LIKE_NAME, MAIL, SAME_NAME, SITE
from coalition.models.letter import Letter
from coalition.models.organisation import Organisation
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import choices
from coalition.web.desk.directory import PATH, country_words, the_organisation
from coalition.web.desk.directory_filters import Filters
from coalition.web.desk.door import desk
from coalition.web.desk.frame import title_in
from coalition.web.desk.typed import leaf
from coalition.web.desk.words import safety_words, standing_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from coalition.intake.likeness import Known

PAGE = 50
OFFERED = 20


@desk.get("/directory/duplicates")
@audience(Audience.ACCOUNT)
def likely_duplicates() -> str:
    """Every two that are likely one, the likeliest first."""
    found = duplicates.pairs(db.session())
    last = max(1, -(-len(found) // PAGE))
    page = leaf(request.args, last)
    return render_template(
        "desk/duplicates.html",
        pairs=[
            {"one": _known(pair.one), "other": _known(pair.other), "why": why_words(pair.reasons)}
            for pair in found[(page - 1) * PAGE : page * PAGE]
        ],
        total=len(found),
        page=page,
        last=last,
        earlier=f"{PATH}/duplicates?page={page - 1}" if page > 1 else "",
        later=f"{PATH}/duplicates?page={page + 1}" if page < last else "",
        may_merge=account().is_administrator,
    )


@desk.post("/directory/duplicates/apart")
@audience(Audience.ACCOUNT)
def keep_apart() -> ResponseReturnValue:
    """Two that are not the same: they are suggested no more."""
    one, other = (_organisation_of(request.form.get(name, "")) for name in ("one", "other"))
    duplicates.keep_apart(one.id, other.id, by=account())
    flash(_("They are kept apart, and not suggested again."))
    return redirect(f"{PATH}/duplicates", code=303)


@desk.get("/directory/<uuid:organisation_id>/merge")
@audience(Audience.ADMINISTRATOR)
def choose_twin(organisation_id: UUID) -> str:
    """With which other organisation it is to be merged: those that are like it, or what is looked for."""
    found = the_organisation(organisation_id)
    words = Filters.of(request.args).q
    return render_template(
        "desk/merge_choose.html",
        organisation=found,
        words=words,
        rows=[_row(one) for one in _twins(found, words)],
    )


@desk.get("/directory/<uuid:organisation_id>/merge/<uuid:other_id>")
@audience(Audience.ADMINISTRATOR)
def merge_page(organisation_id: UUID, other_id: UUID) -> ResponseReturnValue:
    """Both beside one another: what stays of them, and which published names would go."""
    return _merge_page(the_organisation(organisation_id), the_organisation(other_id))


@desk.post("/directory/<uuid:organisation_id>/merge/<uuid:other_id>")
@audience(Audience.ADMINISTRATOR)
def merge_organisations(organisation_id: UUID, other_id: UUID) -> ResponseReturnValue:
    """Make the other part of this one."""
    kept, other = the_organisation(organisation_id), the_organisation(other_id)
    pairs = merge.published_pairs(db.session(), kept.id, other.id)
    shown = request.form.get("pairs", "")
    if pairs and (request.form.get("seen_pairs") != "yes" or shown != str(len(pairs))):
        words = _("Tick that the later of the two published names goes.")
        return _merge_page(kept, other, errors={"seen_pairs": words}, status=422)
    chosen = {part: value for part in ("name", *PARTS) if (value := request.form.get(part, "")) in {"kept", "other"}}
    try:
        done = merge.merge(
            kept.id,
            other.id,
            entry=merge.both_as_one(kept, other, chosen),
            by=account(),
            pairs_seen=len(pairs),
            seen=(request.form.get("seen_kept", ""), request.form.get("seen_other", "")),
        )
    except (ChangedMeanwhile, PairsNotSeen):
        words = _("Something of the two has changed meanwhile. Look at them once more.")
        return _merge_page(
            the_organisation(organisation_id), the_organisation(other_id), errors={"": words}, status=409
        )
    except NotToBeMerged:
        words = _("These two can not be merged like this. Keep the one that stands under a code name.")
        return _merge_page(kept, other, errors={"": words}, status=409)
    flash(_("They are one organisation now. Its former names lead here too."))
    if done.published_ended:
        flash(
            ngettext(
                "%(num)s published name was taken off: the earlier signature stands.",
                "%(num)s published names were taken off: the earlier signatures stand.",
                done.published_ended,
            )
        )
    return redirect(f"{PATH}/{organisation_id}", code=303)


def why_words(reasons: Sequence[str]) -> str:
    """Why two are likely one, in words."""
    words = {
        SAME_NAME: _("the same name but for spelling, articles or legal form"),
        LIKE_NAME: _("names that are nearly the same"),
        ACRONYM: _("the initials of one are the acronym of the other"),
        SITE: _("the same website"),
        MAIL: _("mail addresses at the same domain"),
    }
    return languages.join([str(words[reason]) for reason in reasons], choices.spoken())


def _merge_page(
    kept: Organisation, other: Organisation, *, errors: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    if kept.id == other.id:
        abort(404)
    own, elsewhere = _pairs_in_words(merge.published_pairs(db.session(), kept.id, other.id))
    stays = merge.both_as_one(kept, other, {})
    html = render_template(
        "desk/merge.html",
        kept=kept,
        other=other,
        parts=[
            {**part, "value": request.form.get(part["name"], "") or _preset(part, kept, stays)}
            for part in _parts(kept, other)
        ],
        sides=[_side(one) for one in (kept, other)],
        own_letters=own,
        elsewhere=elsewhere,
        pairs=len(own) + elsewhere,
        seen_kept=state_of(kept),
        seen_other=state_of(other),
        errors=errors or {},
    )
    return html, status


def _labels() -> dict[str, str]:
    return {
        "name": _("Name"),
        "acronym": _("Acronym"),
        "kind": _("Kind"),
        "country": _("Country"),
        "site": _("Website"),
        "standing": _("Standing"),
        "safety_default": _("Safety"),
    }


def _side(one: Organisation) -> dict[str, Any]:
    """One of the two with all that is known of it."""
    names = [(languages.name(tag, choices.spoken()), name) for tag, name in sorted(one.names.items()) if tag != "und"]
    told = [(label, _part_words(one, part)) for part, label in _labels().items() if part != "name"]
    return {
        "id": one.id,
        "name": one.name,
        "facts": [(label, words) for label, words in (*names, *told) if words],
        "people": _people(one),
    }


def _parts(kept: Organisation, other: Organisation) -> list[dict[str, Any]]:
    """Where the two differ: of each such part one value stays."""
    return [
        {
            "name": part,
            "label": label,
            "options": [
                {"value": value, "label": _part_words(one, part) or _("Nothing")}
                for value, one in (("kept", kept), ("other", other))
            ],
        }
        for part, label in _labels().items()
        if getattr(kept, part) != getattr(other, part) and not (part == "name" and kept.confidential_at)
    ]


def _preset(part: dict[str, Any], kept: Organisation, stays: Any) -> str:
    name = part["name"]
    after = stays.names["und"] if name == "name" else getattr(stays, name)
    return "kept" if after == getattr(kept, name) else "other"


def _part_words(one: Organisation, part: str) -> str:
    if part == "country":
        return country_words(one)
    if part == "standing":
        return standing_words(one.standing)
    if part == "safety_default":
        return safety_words(one.safety_default)
    return str(getattr(one, part))


def _people(one: Organisation) -> list[str]:
    live = [one for one in one.contacts if not one.erased_at]
    return [", ".join(filter(None, (contact.name, contact.address))) for contact in live]


def _pairs_in_words(letter_ids: Sequence[UUID]) -> tuple[list[str], int]:
    """The titles of the letters of my teams, and how many others there are: of those nothing but the number is told."""
    found = db.session.scalars(select(Letter).where(Letter.id.in_(letter_ids))).all()
    own = [title_in(one, choices.spoken()) for one in found if one.has_on_team(account())]
    return own, len(letter_ids) - len(own)


def _twins(found: Organisation, words: str) -> Sequence[Organisation]:
    if words:
        return db.session.scalars(
            select(Organisation)
            .where(*Filters(q=words).conditions(), Organisation.id != found.id)
            .order_by(Organisation.folded_name)
            .limit(OFFERED)
        ).all()
    alike = duplicates.alike(
        db.session(), found.name, acronym=found.acronym, site=found.site, country=found.country, but=found.id
    )
    return [db.session.get_one(Organisation, one.known.id) for one in alike]


def _row(one: Organisation) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "acronym": one.acronym, "country": country_words(one)}


def _known(one: Known) -> dict[str, Any]:
    country = languages.country_name(one.country, choices.spoken()) if one.country else ""
    return {"id": one.id, "name": one.name, "acronym": one.acronym, "country": country}


def _organisation_of(typed: str) -> Organisation:
    try:
        return the_organisation(UUID(typed))
    except ValueError:
        abort(404)
