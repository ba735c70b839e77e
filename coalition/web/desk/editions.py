"""After publication: who waits for the list, editions, the copies as delivered, the address, and retracting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from coalition import languages
from coalition.actions import cut, keep_copies, live, retract
from coalition.actions.circulate import NotCoordinator
from coalition.actions.cut import NothingToCut, NotPublished
from coalition.actions.keep_copies import Copy
from coalition.actions.retract import LONGEST_REASON, LONGEST_SLUG, AddressIsTaken, AddressRefused
from coalition.database import db
from coalition.models.edition import Edition
from coalition.models.kept_copy import KeptCopy
from coalition.models.public import PublicLetter
from coalition.rendering import editions_page
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, path_of, show, the_letter
from coalition.web.desk.typed import Typed

MEDIA_TYPES = {"html": "text/plain", "txt": "text/plain", "json": "application/json", "pdf": "application/pdf"}
"""As what a copy is sent: a page of former days is not run as one of ours."""


@desk.get("/letters/<uuid:letter_id>/editions")
@audience(Audience.TEAM)
def editions(letter_id: UUID) -> ResponseReturnValue:
    """Everything that can be done with a published letter."""
    return _page(Typed.stored(_kept(letter_id)))


@desk.post("/letters/<uuid:letter_id>/editions/add")
@audience(Audience.TEAM)
def add_to_list(letter_id: UUID) -> ResponseReturnValue:
    """Put those who were chosen onto the list, as added today."""
    chosen = [UUID(hex=one) for one in request.form.getlist("signature") if _is_hex(one)]
    try:
        number = cut.add(letter_id, chosen, by=account())
    except NotCoordinator:
        abort(403)
    except NotPublished:
        return _not_published(letter_id)
    if not number:
        flash(_("Nobody was added. Choose who is to stand on the list."))
    else:
        spoken = languages.number(number, language())
        flash(ngettext("%(number)s name is added.", "%(number)s names are added.", number, number=spoken))
    return lead_to(letter_id, "editions")


@desk.post("/letters/<uuid:letter_id>/editions/cut")
@audience(Audience.TEAM)
def cut_edition(letter_id: UUID) -> ResponseReturnValue:
    """Make an edition of what stands there now."""
    try:
        number = cut.cut(letter_id, by=account())
    except NotCoordinator:
        abort(403)
    except NotPublished:
        return _not_published(letter_id)
    except NothingToCut:
        flash(_("Nothing is new since the last edition."))
    else:
        flash(_("Edition %(number)s is published.", number=languages.number(number, language())))
    return lead_to(letter_id, "editions")


@desk.post("/letters/<uuid:letter_id>/editions/rolling")
@audience(Audience.TEAM)
def choose_rolling(letter_id: UUID) -> ResponseReturnValue:
    """Choose whether the letter stays open after publication."""
    typed = Typed(request.form)
    try:
        cut.choose_rolling(
            letter_id, is_rolling=typed.tick("is_rolling"), cuts_daily=typed.tick("cuts_daily"), by=account()
        )
    except NotCoordinator:
        abort(403)
    flash(_("Saved."))
    return lead_to(letter_id, "editions")


@desk.post("/letters/<uuid:letter_id>/editions/address")
@audience(Audience.TEAM)
def change_address(letter_id: UUID) -> ResponseReturnValue:
    """Let the letter stand at another address."""
    typed = Typed(request.form, _kept(letter_id))
    slug = typed.line("slug", limit=LONGEST_SLUG, missing=_("Enter the end of the address."))
    if not typed.is_good:
        return _page(typed, status=422)
    try:
        retract.change_address(letter_id, slug, by=account())
    except NotCoordinator:
        abort(403)
    except NotPublished:
        return _not_published(letter_id)
    except AddressRefused:
        typed.wrong("slug", _("Use small letters from a to z, digits, and single hyphens between them."))
        return _page(typed, status=422)
    except AddressIsTaken:
        typed.wrong("slug", _("Another letter stands at this address, or did once. Choose another one."))
        return _page(typed, status=422)
    flash(_("The address is changed. The old one leads to it."))
    return lead_to(letter_id, "editions")


@desk.post("/letters/<uuid:letter_id>/editions/retract")
@audience(Audience.TEAM)
def retract_letter(letter_id: UUID) -> ResponseReturnValue:
    """Retract the letter, for good."""
    typed = Typed(request.form, _kept(letter_id))
    words = {tag: typed.prose(f"why-{tag}", limit=LONGEST_REASON) for tag in the_letter().languages}
    governing = the_letter().authoritative_language
    if not words[governing].strip():
        name = languages.name(governing, language())
        typed.wrong(f"why-{governing}", _("Say why, in %(language)s at least: readers will see it.", language=name))
    if not typed.tick("sure"):
        typed.wrong("sure", _("Confirm that this letter is retracted for good."))
    if not typed.is_good:
        return _page(typed, status=422)
    try:
        retract.retract(letter_id, words, by=account())
    except NotCoordinator:
        abort(403)
    except NotPublished:
        return _not_published(letter_id)
    flash(_("The letter is retracted. Each of its addresses says so."))
    return lead_to(letter_id, "editions")


@desk.post("/letters/<uuid:letter_id>/editions/copies/<uuid:copy_id>")
@audience(Audience.TEAM)
def open_copy(letter_id: UUID, copy_id: UUID) -> ResponseReturnValue:
    """Open the copy as delivered, for whoever presses; the record notes it."""
    try:
        found = keep_copies.open_copy(letter_id, copy_id, by=account())
    except NotCoordinator:
        abort(403)
    except LookupError:
        abort(404)
    return _as_file(found)


def _as_file(found: Copy) -> Response:
    kind = MEDIA_TYPES[found.file_name.rsplit(".", 1)[-1]]
    answer = Response(found.content, content_type=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=found.file_name)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Copy-Salt"] = found.salt
    return answer


def _is_hex(typed: str) -> bool:
    return len(typed) == 32 and all(character in "0123456789abcdef" for character in typed)


def _not_published(letter_id: UUID) -> ResponseReturnValue:
    flash(_("The letter is not published, or was retracted: nothing is changed."))
    return lead_to(letter_id, "editions")


def _kept(letter_id: UUID) -> dict[str, Any]:
    letter, public = the_letter(), db.session.get(PublicLetter, letter_id)
    return {
        "slug": public.slug if public else "",
        "is_rolling": letter.is_rolling,
        "cuts_daily": letter.cuts_daily,
    }


def _page(typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    letter, spoken = the_letter(), language()
    public = db.session.get(PublicLetter, letter.id)
    is_shown = public is not None and public.retracted_at is None
    found = editions_page.editions_of(db.session(), public) if public else []
    waiting = live.waiting(db.session(), letter) if is_shown else []
    return show(
        "desk/editions.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        is_public=public is not None,
        is_shown=is_shown,
        retracted=languages.moment_words(public.retracted_at, letter.zone, spoken)
        if public and public.retracted_at
        else "",
        waiting=[{"value": one.signature.id.hex, "label": one.name} for one in waiting],
        has_news=public is not None and is_shown and cut.has_news(db.session(), letter, public),
        is_corrected=bool(found) and found[-1].version_id != letter.version.id,
        editions=[_row(one) for one in reversed(found)],
        texts=[(tag, languages.name(tag, spoken)) for tag in letter.languages],
    )


def _row(edition: Edition) -> dict[str, Any]:
    spoken = language()
    copies = db.session.scalars(
        select(KeptCopy)
        .where(KeptCopy.edition_id == edition.id, KeptCopy.is_kept)
        .order_by(KeptCopy.language, KeptCopy.form)
    )
    return {
        "number": languages.number(edition.number, spoken),
        "moment": languages.moment_words(edition.published_at, the_letter().zone, spoken),
        "how": {"release": _("The release"), "hand": _("Cut by hand"), "daily": _("Cut by itself")}[edition.how],
        "signed": languages.number(edition.figures["signatories"] or 0, spoken),
        "copies": [
            {
                "path": path_of(the_letter().id, "editions", "copies", str(one.id)),
                "words": f"{languages.name(one.language, spoken)}, {one.form}",
                "hash": one.sha256,
            }
            for one in copies
        ],
    }
