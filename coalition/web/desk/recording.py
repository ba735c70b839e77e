"""Recording a yes, a no or a withdrawal that came in another way: by telephone, on paper, as a list (DOMAIN §4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import Response, abort, flash, request, send_file
from flask_babel import gettext as _
from flask_babel import ngettext

from coalition import clock, languages
from coalition.actions import record_on_behalf
from coalition.actions.acts import standing_signature
from coalition.actions.circulate import NotCoordinator
from coalition.actions.record_on_behalf import (
    ANSWERS,
    FILE_LIMIT,
    AnotherVersion,
    EvidenceTooLarge,
    NoEvidence,
    Outcome,
    Recording,
    Said,
    SaidInTheFuture,
    SaidTooLate,
    is_known,
    record_answers,
    versions_to_record,
)
from coalition.database import db
from coalition.intake.file_names import plain_file_name
from coalition.models.evidence import WAYS, Evidence
from coalition.models.letter import AlreadyPublished, NotOpenForSigning
from coalition.models.organisation import Organisation
from coalition.rendering.way_words import way_words
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import recording_choice
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, path_of, show, the_letter
from coalition.web.desk.reply_view import as_evidence, reply_of
from coalition.web.desk.typed import Typed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from coalition.web.desk.recording_choice import Chosen

PERSON_LIMIT = 200
WORDS_LIMIT = 20_000
TOLD_ONE_BY_ONE = 20
MEGABYTES = FILE_LIMIT // (1024 * 1024)
MEDIA_TYPE = "application/octet-stream"
"""Of every file that is kept as evidence: what it says of itself is never believed."""


@desk.get("/letters/<uuid:letter_id>/record")
@audience(Audience.TEAM)
def record(letter_id: UUID) -> ResponseReturnValue:
    """The form for those whom the address names; without any, the choice of organisations."""
    chosen = recording_choice.asked_for()
    return _form_page(chosen, _fresh(_asked_reply())) if chosen.organisations else _choice_page(chosen)


@desk.post("/letters/<uuid:letter_id>/record")
@audience(Audience.TEAM)
def record_answer(letter_id: UUID) -> ResponseReturnValue:
    """Search, take the chosen to the form, go back to the choice, or record."""
    chosen, act = recording_choice.sent(), request.form.get("act", "")
    if act == "choose" and chosen.organisations and not chosen.problems:
        return _form_page(chosen, _fresh())
    if act != "record":
        return _choice_page(chosen, is_going_on=act == "choose")
    return _record(letter_id, chosen)


@desk.get("/letters/<uuid:letter_id>/record/<uuid:evidence_id>")
@audience(Audience.TEAM)
def recorded_answers(letter_id: UUID, evidence_id: UUID) -> ResponseReturnValue:
    """For whom something was recorded from a piece of evidence; the evidence itself stays closed."""
    return _evidence_page(_evidence(evidence_id))


@desk.post("/letters/<uuid:letter_id>/record/<uuid:evidence_id>/open")
@audience(Audience.TEAM)
def open_evidence(letter_id: UUID, evidence_id: UUID) -> ResponseReturnValue:
    """What was said, in which words: the record notes first that it is opened."""
    _ensure_opened(letter_id, evidence_id)
    return _evidence_page(_evidence(evidence_id), is_opened=True)


@desk.post("/letters/<uuid:letter_id>/record/<uuid:evidence_id>/file")
@audience(Audience.TEAM)
def download_evidence(letter_id: UUID, evidence_id: UUID) -> Response:
    """The file, to be kept and never shown by a browser: the record notes first that it is opened."""
    _ensure_opened(letter_id, evidence_id)
    evidence = _evidence(evidence_id)
    content = record_on_behalf.content_of(evidence)
    if not content:
        abort(404)
    answer = send_file(
        BytesIO(content), mimetype=MEDIA_TYPE, as_attachment=True, download_name=evidence.said["file_name"], etag=False
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer


# -- recording --------------------------------------------------------------------------------------------------------


def _record(letter_id: UUID, chosen: Chosen) -> ResponseReturnValue:
    typed = Typed(request.form)
    recording = _recording(typed, chosen)
    if recording is None:
        return _form_page(chosen, typed, status=422)
    try:
        outcome = record_answers(letter_id, recording, by=account())
    except (NotCoordinator, LookupError):
        abort(403)
    except (NoEvidence, EvidenceTooLarge, SaidInTheFuture, SaidTooLate, AnotherVersion) as refused:
        typed.wrong(*_why_not(refused))
        return _form_page(chosen, typed, status=422)
    except (NotOpenForSigning, AlreadyPublished):
        typed.wrong("", _closed_words())
        return _form_page(chosen, typed, status=409)
    return _came_of_it(letter_id, chosen, typed, recording, outcome)


def _came_of_it(
    letter_id: UUID, chosen: Chosen, typed: Typed, recording: Recording, outcome: Outcome
) -> ResponseReturnValue:
    left = _left_words(outcome)
    if not outcome.recorded:
        typed.wrong("", " ".join(left[:TOLD_ONE_BY_ONE]))
        return _form_page(chosen, typed, status=409)
    number = len(outcome.recorded)
    flash(ngettext("Recorded for %(num)s organisation. Everybody known there is told.",
                   "Recorded for %(num)s organisations. Everybody known there is told.", number))  # fmt: skip
    for words in left[:TOLD_ONE_BY_ONE]:
        flash(words)
    if len(left) > TOLD_ONE_BY_ONE:
        more = len(left) - TOLD_ONE_BY_ONE
        flash(ngettext("Nothing was recorded for %(num)s more.", "Nothing was recorded for %(num)s more.", more))
    return lead_to(letter_id, "record", str(recording.evidence_id))


def _recording(typed: Typed, chosen: Chosen) -> Recording | None:
    """What was sent, or None where something has to change first."""
    if not chosen.organisations:
        typed.wrong("", _("Choose for whom this is recorded."))
    answer = typed.choice("answer", ANSWERS, _("Choose what they said."))
    who = typed.line("who", limit=PERSON_LIMIT, missing=_("Enter who said it."))
    role = typed.line("role", limit=PERSON_LIMIT)
    way = typed.choice("way", WAYS, _("Choose how they said it."))
    words = typed.prose("words", limit=WORDS_LIMIT)
    on = _day(typed)
    file_name, content = _file(typed)
    if not words.strip() and not content and "file" not in typed.errors:
        typed.wrong("words", _("Write down what was said, or choose a file that shows it."))
    if not typed.is_good or on is None:
        return None
    said = Said(way, who, on, role, words, file_name, MEDIA_TYPE if content else "", content)
    return Recording(
        evidence_id=_form_id(typed),
        answer=answer,
        version=_version(typed),
        organisation_ids=chosen.ids,
        said=said,
        by_name=typed.tick("by_name"),
        reply_id=_id(typed.get("reply")),
    )


def _day(typed: Typed) -> date | None:
    try:
        return date.fromisoformat(typed.line("on", limit=10))
    except ValueError:
        typed.wrong("on", _("Enter the day on which they said it, like 2027-03-01."))
        return None


def _file(typed: Typed) -> tuple[str, bytes]:
    """The file's name and bytes; a file that can not be evidence is said to `typed`."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return "", b""
    content = sent.read(FILE_LIMIT + 1)
    sent.close()  # what is large lies in a file of its own until then
    if not content:
        typed.wrong("file", _("The file is empty. Choose another one, or write down what was said."))
    elif len(content) > FILE_LIMIT:
        typed.wrong("file", _("The file is too large: choose one of at most %(number)s MB.", number=MEGABYTES))
    elif not typed.is_good:
        typed.wrong("file", _("Choose the file again: this page cannot keep it."))
    return plain_file_name(sent.filename, otherwise="evidence"), content


def _form_id(typed: Typed) -> UUID:
    return _id(typed.get("form")) or uuid4()


def _version(typed: Typed) -> int:
    sent = str(typed.get("version"))
    return int(sent) if sent.isdecimal() and len(sent) < 7 else 0


def _why_not(refused: Exception) -> tuple[str, str]:
    """The field, and what to do about it."""
    if isinstance(refused, NoEvidence):
        return "words", _("Write down what was said, or choose a file that shows it.")
    if isinstance(refused, EvidenceTooLarge):
        return "file", _("The file is too large: choose one of at most %(number)s MB.", number=MEGABYTES)
    if isinstance(refused, SaidInTheFuture):
        return "on", _("This day has not come yet. Enter the day on which they said it.")
    if isinstance(refused, SaidTooLate):
        day = languages.date_words(refused.last, language())
        return "on", _("Signing was open until %(day)s. A yes or no that came later is not recorded.", day=day)
    return "version", _("Another text has replaced that version. Ask whether they agree to the present one.")


def _closed_words() -> str:
    if the_letter().stage in {"draft", "consultation"}:
        return str(_("The letter is not out for signature yet. Nothing was recorded."))
    return str(_("The letter is published or cancelled: no yes and no no is taken any more. Nothing was recorded."))


def _left_words(outcome: Outcome) -> list[str]:
    """For whom nothing was recorded, and why."""
    names = {one.id: one.name_in(language()) for one in _organisations([one for one, _reason in outcome.left])}
    return [_left_word(names.get(one, ""), reason) for one, reason in outcome.left]


def _left_word(name: str, reason: str) -> str:
    isolated = languages.isolate(name)
    words = {
        "signed": _("%(name)s has signed already. Nothing was recorded for it.", name=isolated),
        "declined": _("%(name)s has declined already. Nothing was recorded for it.", name=isolated),
        "not_signed": _("%(name)s has not signed: there is nothing to withdraw.", name=isolated),
        "may_not_sign": _("%(name)s may not sign this letter: see who may sign. Nothing was recorded for it.",
                          name=isolated),
        "nobody_known": _("Nobody is known at %(name)s who could be told. Nothing was recorded for it.", name=isolated),
        "gone": _("One organisation is in the directory no more. Nothing was recorded for it."),
    }  # fmt: skip
    return str(words[reason])


def _organisations(ids: list[UUID]) -> list[Organisation]:
    found = (db.session.get(Organisation, one) for one in ids)
    return [one for one in found if one is not None]


# -- pages ------------------------------------------------------------------------------------------------------------


def _fresh(found: dict[str, str] | None = None) -> Typed:
    """A form not sent yet; `found` is what a reply says for it."""
    today = clock.now().astimezone(ZoneInfo(account().zone)).date()
    return Typed.stored({"way": "telephone", "on": today.isoformat(), "form": str(uuid4())} | (found or {}))


def _asked_reply() -> dict[str, str]:
    """What the reply says that the address names, if it names one of this letter."""
    reply_id = _id(request.args.get("reply", ""))
    found = reply_of(the_letter(), reply_id) if reply_id is not None else None
    return as_evidence(*found, the_letter()) if found is not None else {}


def _id(typed: Any) -> UUID | None:
    try:
        return UUID(str(typed))
    except ValueError:
        return None


def _choice_page(chosen: Chosen, *, is_going_on: bool = False) -> ResponseReturnValue:
    recording_choice.offer(chosen)
    errors = {"names": " ".join(chosen.problems)} if chosen.problems else {}
    if is_going_on and not chosen.organisations and not errors:
        errors = {"": _("Tick an organisation, or paste names.")}
    spoken = language()
    return show(
        "desk/recording_choice.html",
        status=422 if errors else 200,
        errors=errors,
        problems=chosen.problems,
        chosen=[_named(one) for one in chosen.organisations],
        offered=[_named(one) for one in chosen.offered],
        search=chosen.search,
        names=chosen.names,
        is_cut=chosen.is_cut,
        most=languages.number(recording_choice.SHOWN_MOST, spoken),
    )


def _named(organisation: Organisation) -> dict[str, Any]:
    spoken = language()
    country = languages.country_name(organisation.country, spoken) if organisation.country else ""
    return {"id": str(organisation.id), "name": organisation.name_in(spoken), "country": country}


def _form_page(chosen: Chosen, typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    chosen = replace(chosen)
    db.session.rollback()
    versions = versions_to_record(the_letter())
    spoken = language()
    chosen_facts = [_named(one) | _warned(one) for one in _organisations(list(chosen.ids))]
    return show(
        "desk/recording.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        chosen=chosen_facts,
        has_unnamed=any(one["is_unnamed"] for one in chosen_facts),
        ways=[(way, way_words(way)) for way in WAYS],
        versions=[
            (str(one.number), _("Version %(number)s", number=languages.number(one.number, spoken))) for one in versions
        ],
        version=languages.number(versions[0].number, spoken) if versions else "",
        megabytes=languages.number(MEGABYTES, spoken),
    )


def _warned(organisation: Organisation) -> dict[str, Any]:
    return {
        "is_unnamed": organisation.safety_default == "withhold",
        "is_not_asked": organisation.do_not_ask_at is not None,
        "is_unknown": not is_known(db.session(), organisation.id),
    }


def _evidence(evidence_id: UUID) -> Evidence:
    found = db.session.get(Evidence, evidence_id)
    if found is None or found.letter_id != the_letter().id or not found.said:
        abort(404)
    return found


def _ensure_opened(letter_id: UUID, evidence_id: UUID) -> None:
    _evidence(evidence_id)
    try:
        record_on_behalf.show_evidence(letter_id, evidence_id, by=account())
    except NotCoordinator:
        abort(403)


def _evidence_page(evidence: Evidence, *, is_opened: bool = False) -> ResponseReturnValue:
    said: dict[str, Any] = evidence.said
    spoken = language()
    named, withheld = _told(said)
    return show(
        "desk/recorded.html",
        evidence_path=path_of(the_letter().id, "record", str(evidence.id)),
        recorder=evidence.account.name,
        at=languages.moment_words(datetime.fromisoformat(said["at"]), account().zone, spoken),
        answer=said["answer"],
        version=languages.number(said["version"], spoken) if said["version"] else "",
        named=[_named(one) | {"href": path_of(the_letter().id, "organisations", str(one.id))} for one in named],
        withheld=withheld,
        has_file=bool(said["file_name"]),
        opened=_opened(said) if is_opened else None,
    )


def _told(said: dict[str, Any]) -> tuple[list[Organisation], int]:
    """The organisations that a page may name, and how many of them withhold their names now."""
    rows = _organisations([UUID(one) for one in said["organisations"]])
    hidden = set()
    for one in rows:
        signature = standing_signature(db.session(), the_letter().id, one.id)
        if said["answer"] == "withheld" or (signature is not None and signature.visibility != "named"):
            hidden.add(one.id)
    return [one for one in rows if one.id not in hidden], len(hidden)


def _opened(said: dict[str, Any]) -> dict[str, str]:
    return {
        "who": ", ".join(filter(None, (said["who"], said["role"]))),
        "day": languages.date_words(said["on"], language()),
        "way": way_words(said["way"]),
        "words": said["words"],
        "file_name": said["file_name"],
    }
