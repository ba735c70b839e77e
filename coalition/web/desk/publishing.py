"""Publishing: the check list, the list in its order, when, and the press; after it, where everything stands."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import clock, languages
from coalition.actions import proof, publish, release
from coalition.actions.check import Check, Finding, check
from coalition.actions.publish import NotReadyToPublish
from coalition.actions.release import ReleaseInThePast
from coalition.database import db
from coalition.intake.names import NAME_LIMIT, NameRefused
from coalition.models.edition import Edition
from coalition.models.letter import AlreadyPublished, Letter, StillUnderEmbargo
from coalition.models.list_look import ListLook
from coalition.models.public import PublicLetter
from coalition.models.release import PlannedRelease
from coalition.models.signature import NoStandingSignature, Signature
from coalition.rendering import bodies
from coalition.rendering.edition import printed_letter
from coalition.rendering.printed import Figures
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.findings import FoundWords, found_words, what_was_seen
from coalition.web.desk.frame import language, lead_to, show, the_letter
from coalition.web.desk.reconfirmation import waiting_names
from coalition.web.desk.release_choice import ReleaseChoice, embargo_words, instant_words, kept_choice, typed_choice
from coalition.web.desk.releasing import answers_page, form_words, planned_page, too_early, undo_facts
from coalition.web.desk.typed import Typed

REASON_LIMIT = 1000
MOVE = re.compile(r"(up|down)-([0-9a-f]{32})")
CORRECT = re.compile(r"correct:([0-9a-f]{32}):(.{1,200})")


@desk.get("/letters/<uuid:letter_id>/publish")
@audience(Audience.TEAM)
def publishing(letter_id: UUID) -> ResponseReturnValue:
    """What the check found; a release that is planned; or, once it is out, where it stands."""
    public = db.session.get(PublicLetter, letter_id)
    if public is not None:
        return _published_page(public)
    plan = release.plan_of(db.session(), letter_id)
    if plan is not None and plan.failed_at is None and "again" not in request.args:
        return planned_page(plan)
    kept = {f"reason:{key}": reason for key, reason in ((plan.overrides if plan else None) or {}).items()}
    choice = kept_choice(the_letter(), plan if plan and plan.failed_at is None else None, now=clock.now())
    return _page(Typed.stored(kept), _kept_order(plan), choice)


@desk.post("/letters/<uuid:letter_id>/publish")
@audience(Audience.TEAM)
def publish_now(letter_id: UUID) -> ResponseReturnValue:
    """Show the answers to check, then release; or put the list in order or correct a name. Keeps everything typed."""
    typed = Typed(request.form)
    act = request.form.get("act", "review")
    order = _typed_order()
    if corrected := CORRECT.fullmatch(act):
        return _correct(letter_id, UUID(corrected[1]), f"printed:{corrected[2]}:", typed, order)
    if moved := MOVE.fullmatch(act):
        return _page(typed, _moved(order, UUID(moved[2]), -1 if moved[1] == "up" else 1))
    if act == "look":
        return _page(typed, order)
    return _release(letter_id, typed, order, is_review=act != "publish")


def _release(letter_id: UUID, typed: Typed, order: list[UUID], *, is_review: bool) -> ResponseReturnValue:
    """The answers to check, where nothing stands against the release; at the second press it is done."""
    if db.session.get(PublicLetter, letter_id) is not None:
        flash(_("The letter is published already."))
        return lead_to(letter_id, "publish")
    letter, now = the_letter(), clock.now()
    choice, reasons = typed_choice(typed, letter, now=now), _reasons(typed)
    found, said = check(db.session(), letter), what_was_seen(typed)
    held = publish.Press(account(), reasons, said=said).passes_over(found)
    for finding in release.standing_against(letter, found.not_in(held), choice.at or now):
        _say_what_stands(typed, finding)
    if not typed.is_good:
        return _page(typed, order, choice, status=422)
    if is_review:
        return answers_page(typed, choice, found, reasons)
    by_hand = order if _is_by_hand(letter) else ()
    try:
        if choice.at is None:
            publish.publish(letter_id, by=account(), overrides=reasons, order=by_hand, said=said)
            flash(_("The letter is published."))
        else:
            release.plan(letter_id, choice.at, by=account(), overrides=reasons, order=by_hand, said=said)
            flash(_("The release is planned."))
    except AlreadyPublished:
        flash(_("The letter is published already."))
    except NotReadyToPublish as refused:
        for finding in refused.missing:
            _say_what_stands(typed, finding)
        return _page(typed, order, choice, status=422)
    except (ReleaseInThePast, StillUnderEmbargo) as refused:
        typed.wrong("when" if choice.is_now else "at_date", too_early(refused))
        return _page(typed, order, choice, status=422)
    return lead_to(letter_id, "publish")


def _reasons(typed: Typed) -> dict[str, str]:
    """The reason typed for each finding, by its key."""
    fields = {name: typed.prose(name, limit=REASON_LIMIT).strip() for name in typed.sent if name.startswith("reason:")}
    return {name.removeprefix("reason:"): reason for name, reason in fields.items() if reason}


def _say_what_stands(typed: Typed, finding: Finding) -> None:
    words = found_words(finding)
    if words.stops:
        typed.wrong("", _("Mend what stops the letter first."))
    elif typed.get(words.reason_field):
        typed.wrong(words.reason_field, _("This has changed since you gave the reason: %(found)s", found=words.words))
    else:
        typed.wrong(words.reason_field, _("Mend this, or say why it is all right: %(found)s", found=words.words))


def _correct(letter_id: UUID, signature_id: UUID, prefix: str, typed: Typed, order: list[UUID]) -> ResponseReturnValue:
    """Correct the typing of a printed name, by the fields that begin with `prefix`; the organisation is told."""
    names = {
        name.removeprefix(prefix): typed.line(
            name, limit=NAME_LIMIT, missing=_("Enter the name as it will be printed.")
        )
        for name in typed.sent
        if name.startswith(prefix)
    }
    if not typed.is_good:
        return _page(typed, order, status=422)
    try:
        publish.correct_typing(letter_id, signature_id, names, by=account())
    except NoStandingSignature:
        return _page(typed, order, done=_("This organisation has withdrawn meanwhile."))
    except AlreadyPublished:
        return lead_to(letter_id, "publish")
    except NameRefused:
        typed.wrong(f"{prefix}und", _("Enter the name as it will be printed."))
        return _page(typed, order, status=422)
    return _page(typed, order, done=_("The name is corrected, and the organisation is told."))


def _is_by_hand(letter: Letter) -> bool:
    """Whether the list is ordered by hand in any of its languages."""
    return ListLook.read(letter.list_look).is_ordered("hand", letter.languages, letter.list_order)


def _kept_order(plan: PlannedRelease | None = None) -> list[UUID]:
    """The order in which a list by hand begins: as it was planned, else leads first, then by name."""
    standing = proof.signers(db.session(), the_letter())
    planned = [UUID(one) for one in plan.order] if plan else []
    return [one.signature.id for one in proof.in_order(standing, planned)]


def _typed_order() -> list[UUID]:
    """The signatures as their numbers order them; who has none, or signed since, comes last."""
    before = _kept_order()
    typed = {name.removeprefix("place-"): value for name, value in request.form.items() if name.startswith("place-")}

    def place(one: tuple[int, UUID]) -> tuple[int, int]:
        number = typed.get(one[1].hex, "").strip()
        return (int(number) if number.isdecimal() and len(number) <= 6 else 10**7, one[0])

    return [signature_id for _place, signature_id in sorted(enumerate(before), key=place)]


def _moved(order: list[UUID], signature_id: UUID, by: int) -> list[UUID]:
    if signature_id in order:
        at = order.index(signature_id)
        to = min(max(at + by, 0), len(order) - 1)
        order.insert(to, order.pop(at))
    return order


def _page(
    typed: Typed, order: list[UUID], choice: ReleaseChoice | None = None, *, status: int = 200, done: str = ""
) -> ResponseReturnValue:
    db.session.rollback()
    letter, now = the_letter(), clock.now()
    choice = choice or typed_choice(Typed(typed.sent), letter, now=now)
    plan = release.plan_of(db.session(), letter.id)
    found = check(db.session(), letter)
    findings = [found_words(finding) for finding in found.findings]
    by_hand = _is_by_hand(letter)
    printed = None
    if not letter.version.text(letter.authoritative_language).is_empty:
        printed = proof.proof(db.session(), letter, now=now, order=order if by_hand else ())
    tag = letter.authoritative_language
    names = [line.name(tag) for group in printed.groups for line in printed.ordered(group, tag)] if printed else []
    return show(
        "desk/publishing.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        done=done,
        stops=[one for one in findings if one.stops],
        findings=[_shown(one, typed) for one in findings if not one.stops],
        figures=_figure_words(found.figures),
        withheld=languages.number(found.withheld, language()) if found.withheld else "",
        texts=[(tag, languages.name(tag, language())) for tag in letter.languages],
        choice=choice,
        can_plan=_can_be_planned(letter, found),
        embargo=embargo_words(letter, now=now),
        stopped=_stopped_words(plan),
        by_hand=by_hand,
        places=_places(order) if by_hand else [],
        names=names,
        text_language=tag,
    )


def _can_be_planned(letter: Letter, found: Check) -> bool:
    """Whether what stops the letter now is over by itself when signing closes."""
    ends = letter.signing_ends_at
    stops = [one for one in found.findings if one.stops]
    return ends is not None and not release.standing_against(letter, stops, ends + timedelta(seconds=1))


def _stopped_words(plan: PlannedRelease | None) -> str:
    """That a planned release was stopped, and when; "" where none was."""
    if plan is None or plan.failed_at is None:
        return ""
    when = " · ".join(instant_words(plan.at, the_letter().zone))
    return str(_("The release planned for %(moment)s was stopped: look at what is found below.", moment=when))


def _shown(one: FoundWords, typed: Typed) -> dict[str, Any]:
    """A finding with its fields: the reason, and for a name its typing."""
    names: list[dict[str, str]] = []
    if one.signature:
        signature = db.session.get_one(Signature, UUID(one.signature))
        for tag, name in signature.printed_names.items():
            field = f"printed:{one.key}:{tag}"
            label = _("Name") if tag == "und" else _("Name in %(language)s", language=languages.name(tag, language()))
            names.append({"field": field, "label": label, "value": typed.sent.get(field) or name})
    return {
        "key": one.key,
        "field": one.reason_field,
        "words": one.words,
        "mend": one.mend,
        "signature": one.signature,
        "names": names,
        "who": waiting_names(the_letter()) if one.key == "not_reconfirmed" else [],
        "reason": typed.get(one.reason_field),
        "seen": one.seen,
    }


def _places(order: list[UUID]) -> list[dict[str, Any]]:
    rows = {one.signature.id: one.name for one in proof.signers(db.session(), the_letter()) if one.signature.is_public}
    listed = [signature_id for signature_id in order if signature_id in rows]
    return [
        {"id": signature_id.hex, "place": place, "name": rows[signature_id]}
        for place, signature_id in enumerate(listed, start=1)
    ]


def _figure_words(figures: Figures) -> list[tuple[str, str]]:
    spoken = language()
    named = (
        (_("Signatories"), figures.signatories),
        (_("Organisations"), figures.organisations),
        (_("Countries"), figures.countries),
    )
    return [(name, languages.number(number or 0, spoken)) for name, number in named]


def _published_page(public: PublicLetter) -> ResponseReturnValue:
    """Where the letter stands, in every language and form."""
    letter: Letter = the_letter()
    edition = db.session.get_one(Edition, public.edition_id)
    printed = printed_letter(db.session(), public)
    spoken = language()
    rows = [
        {
            "tag": tag,
            "name": languages.name(tag, spoken),
            "forms": [{"words": form_words(ending), "href": printed.address(tag, ending)} for ending in bodies.FORMS],
            "address": printed.address(tag),
        }
        for tag in printed.languages
    ]
    return show(
        "desk/published.html",
        rows=rows,
        undo=undo_facts(public, now=clock.now()),
        number=languages.number(edition.number, spoken),
        published=languages.moment_words(edition.published_at, letter.zone, spoken),
        then=languages.number(edition.figures["signatories"] or 0, spoken),
        now=languages.number(printed.figures.signatories or 0, spoken),
        has_changed=edition.figures["signatories"] != printed.figures.signatories,
    )
