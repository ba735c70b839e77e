"""After publication: to whom the letter was delivered, and what they answered."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from coalition import clock, languages
from coalition.actions import deliver_letter
from coalition.actions.annotate import WORDS_LIMIT
from coalition.actions.deliver_letter import DeliveryEntry, EntryGone, NotPublished, ResponseEntry
from coalition.database import db
from coalition.models.note import WAYS, Delivery, Response
from coalition.models.public import PublicLetter
from coalition.rendering.after import addressee_words, way_words
from coalition.rendering.edition import printed_letter
from coalition.rendering.printed import PrintedLetter
from coalition.rendering.text import recommendation_keys
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, show, the_letter
from coalition.web.desk.notes import as_written, day_of
from coalition.web.desk.typed import Typed

NAME_LIMIT, REMARK_LIMIT = 200, 2000
SOMEBODY_ELSE = "else"
RECOMMENDATION = re.compile(r"r\d{1,3}")


@desk.get("/letters/<uuid:letter_id>/delivery")
@audience(Audience.TEAM)
def delivery(letter_id: UUID) -> ResponseReturnValue:
    """Each addressee with its deliveries, the responses, and a form for each."""
    return _page(_today(), _today())


@desk.get("/letters/<uuid:letter_id>/delivery/responses/<uuid:response_id>")
@audience(Audience.TEAM)
def response_draft(letter_id: UUID, response_id: UUID) -> ResponseReturnValue:
    """A response that nobody else reads yet, in the form."""
    response = db.session.get(Response, response_id)
    if response is None or response.letter_id != letter_id or response.published_at is not None:
        return lead_to(letter_id, "delivery")
    kept: dict[str, Any] = {
        "who": SOMEBODY_ELSE if response.addressee is None else str(response.addressee),
        "responded_on": response.responded_on.isoformat(),
        "recommendations": response.recommendations,
    }
    kept |= {f"name-{tag}": name for tag, name in response.names.items()}
    kept |= {f"words-{tag}": words for tag, words in response.words.items()}
    return _page(_today(), Typed.stored(kept), response_id=response.id)


@desk.post("/letters/<uuid:letter_id>/delivery/<uuid:delivery_id>")
@audience(Audience.TEAM)
def record_delivery(letter_id: UUID, delivery_id: UUID) -> ResponseReturnValue:
    """Keep how one addressee got the letter."""
    typed = Typed(request.form)
    entry = _delivery_entry(typed)
    if entry is None:
        return _page(typed, _today(), delivery_id=delivery_id, status=422)
    try:
        deliver_letter.record_delivery(letter_id, delivery_id, entry, by=account())
    except NotPublished:
        typed.wrong("", _("The letter is not published. It is delivered after that."))
        return _page(typed, _today(), delivery_id=delivery_id, status=409)
    except EntryGone:
        return _page(typed, _today(), status=409)
    flash(_("The delivery is recorded."))
    return lead_to(letter_id, "delivery")


@desk.post("/letters/<uuid:letter_id>/delivery/<uuid:delivery_id>/remove")
@audience(Audience.TEAM)
def remove_delivery(letter_id: UUID, delivery_id: UUID) -> ResponseReturnValue:
    """Take a delivery away that was entered by mistake."""
    try:
        deliver_letter.remove_delivery(letter_id, delivery_id, by=account())
    except (EntryGone, NotPublished):
        flash(_("This was done already."))
    else:
        flash(_("The delivery is off the list."))
    return lead_to(letter_id, "delivery")


@desk.post("/letters/<uuid:letter_id>/delivery/responses/<uuid:response_id>")
@audience(Audience.TEAM)
def write_response(letter_id: UUID, response_id: UUID) -> ResponseReturnValue:
    """Keep a response, and publish it where that was pressed."""
    typed = Typed(request.form)
    typed.values["recommendations"] = request.form.getlist("recommendations")
    entry = _response_entry(typed)
    if entry is None:
        return _page(_today(), typed, response_id=response_id, status=422)
    try:
        deliver_letter.write_response(letter_id, response_id, entry, by=account())
        if request.form.get("act") == "publish":
            deliver_letter.publish_response(letter_id, response_id, by=account())
            flash(_("The response is published."))
        else:
            flash(_("The response is kept. Only the team sees it."))
    except NotPublished:
        typed.wrong("", _("The letter is not published. It is answered after that."))
        return _page(_today(), typed, response_id=response_id, status=409)
    except EntryGone:
        typed.wrong("", _("This response was published meanwhile, so its words stay. Write another one."))
        return _page(_today(), typed, status=409)
    return lead_to(letter_id, "delivery")


@desk.post("/letters/<uuid:letter_id>/delivery/responses/<uuid:response_id>/remove")
@audience(Audience.TEAM)
def take_back_response(letter_id: UUID, response_id: UUID) -> ResponseReturnValue:
    """Take a response off the letter's page."""
    try:
        deliver_letter.take_back_response(letter_id, response_id, by=account())
    except (EntryGone, NotPublished):
        flash(_("This was done already."))
    else:
        flash(_("The response is off every page. The log keeps that it was there."))
    return lead_to(letter_id, "delivery")


def _today() -> Typed:
    today = clock.now().astimezone(ZoneInfo(the_letter().zone)).date().isoformat()
    return Typed.stored({"delivered_on": today, "responded_on": today})


def _delivery_entry(typed: Typed) -> DeliveryEntry | None:
    places = [str(place) for place, _words in _addressees()]
    addressee = typed.choice("addressee", places, _("Choose who got the letter."))
    way = typed.choice("way", WAYS, _("Choose how it was delivered."))
    delivered_on = day_of(typed, "delivered_on")
    acknowledged_on = day_of(typed, "acknowledged_on", is_needed=False)
    by_name = typed.line("by_name", limit=NAME_LIMIT)
    remark = typed.prose("remark", limit=REMARK_LIMIT)
    if not typed.is_good or delivered_on is None:
        return None
    return DeliveryEntry(
        addressee=int(addressee),
        way=way,
        delivered_on=delivered_on,
        by_name=by_name,
        acknowledged_on=acknowledged_on,
        is_public=typed.tick("is_public"),
        remark=remark.strip(),
    )


def _response_entry(typed: Typed) -> ResponseEntry | None:
    letter = the_letter()
    places = [str(place) for place, _words in _addressees()]
    who = typed.choice("who", [*places, SOMEBODY_ELSE], _("Choose who answered."))
    names = {tag: typed.line(f"name-{tag}", limit=NAME_LIMIT) for tag in letter.languages}
    if who == SOMEBODY_ELSE and not any(names.values()):
        typed.wrong(f"name-{letter.authoritative_language}", _("Write who answered."))
    responded_on = day_of(typed, "responded_on")
    words = {tag: typed.prose(f"words-{tag}", limit=WORDS_LIMIT) for tag in letter.languages}
    if not any(said.strip() for said in words.values()):
        typed.wrong(f"words-{letter.authoritative_language}", _("Write what they answered, or a summary of it."))
    answered = [key for key in typed.get("recommendations") or () if RECOMMENDATION.fullmatch(key)]
    if not typed.is_good or responded_on is None:
        return None
    is_else = who == SOMEBODY_ELSE
    return ResponseEntry(
        responded_on=responded_on,
        words=words,
        addressee=None if is_else else int(who),
        names={tag: name for tag, name in names.items() if name} if is_else else {},
        recommendations=answered,
    )


def _printed() -> PrintedLetter | None:
    public = db.session.get(PublicLetter, the_letter().id)
    return printed_letter(db.session(), public) if public else None


def _addressees() -> list[tuple[int, str]]:
    """Those the published letter speaks to, by their positions."""
    printed = _printed()
    if printed is None:
        return []
    return [(place, addressee_words(one, language())) for place, one in enumerate(printed.addressees)]


def _page(
    sent: Typed,
    answered: Typed,
    *,
    delivery_id: UUID | None = None,
    response_id: UUID | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    letter, spoken, printed = the_letter(), language(), _printed()
    addressees = _addressees()
    called = dict(addressees)
    body = printed.texts[printed.authoritative_language].body if printed else ""
    deliveries = db.session.scalars(
        select(Delivery).where(Delivery.letter_id == letter.id).order_by(Delivery.delivered_on, Delivery.made_at)
    )
    responses = db.session.scalars(
        select(Response).where(Response.letter_id == letter.id).order_by(Response.responded_on, Response.made_at)
    )
    return show(
        "desk/delivery.html",
        status=status,
        is_public=printed is not None,
        sent=sent,
        answered=answered,
        errors=sent.errors | answered.errors,
        delivery_id=str(delivery_id or uuid4()),
        response_id=str(response_id or uuid4()),
        addressees=[(str(place), words) for place, words in addressees],
        somebody_else=SOMEBODY_ELSE,
        ways=[(way, way_words(way)) for way in WAYS],
        texts=[(tag, languages.name(tag, spoken)) for tag in letter.languages],
        recommendations=[
            {"value": key, "label": _("Recommendation %(number)s", number=languages.number(int(key[1:]), spoken))}
            for key in recommendation_keys(body)
        ],
        deliveries=[_delivery_row(one, called) for one in deliveries],
        responses=[_response_row(one, called) for one in responses],
    )


def _delivery_row(one: Delivery, called: dict[int, str]) -> dict[str, Any]:
    spoken = language()
    return {
        "id": str(one.id),
        "who": called.get(one.addressee, ""),
        "way": way_words(one.way),
        "date": languages.date_words(one.delivered_on, spoken),
        "by": one.by_name,
        "acknowledged": languages.date_words(one.acknowledged_on, spoken) if one.acknowledged_on else "",
        "is_public": one.is_public,
        "remark": one.remark or "",
    }


def _response_row(one: Response, called: dict[int, str]) -> dict[str, Any]:
    who = called.get(one.addressee, "") if one.addressee is not None else next(iter(one.names.values()), "")
    return {"who": who, "date": languages.date_words(one.responded_on, language())} | as_written(one)
