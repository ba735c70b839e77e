"""What was done with a letter: its record in words. Answers are all called the same; withheld names stand nowhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from coalition import languages
from coalition.database import db
from coalition.models.account import Account
from coalition.models.record import RecordEntry, chain_of
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, show, the_letter
from coalition.web.desk.typed import leaf

PAGE = 100


@desk.get("/letters/<uuid:letter_id>/log")
@audience(Audience.TEAM)
def log(letter_id: UUID) -> ResponseReturnValue:
    """The record, the latest first."""
    chain = chain_of(the_letter().id)
    number = db.session.scalar(select(func.count()).where(RecordEntry.chain == chain)) or 0
    last = max((number - 1) // PAGE + 1, 1)
    page = leaf(request.args, last)
    entries = db.session.scalars(
        select(RecordEntry)
        .where(RecordEntry.chain == chain)
        .order_by(RecordEntry.number.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    ).all()
    names = _names(entries)
    spoken = language()
    return show(
        "desk/log.html",
        entries=[_row(entry, names) for entry in entries],
        page=languages.number(page, spoken),
        last=languages.number(last, spoken),
        earlier=f"?page={page - 1}" if page > 1 else "",
        later=f"?page={page + 1}" if page < last else "",
        is_long=last > 1,
    )


def _names(entries: Any) -> dict[str, str]:
    ids = {UUID(entry.actor_id) for entry in entries if entry.actor_kind == "account" and entry.actor_id}
    return {one.id.hex: one.name for one in db.session.scalars(select(Account).where(Account.id.in_(ids)))}


def _row(entry: RecordEntry, names: dict[str, str]) -> dict[str, Any]:
    spoken = language()
    return {
        "number": languages.number(entry.number, spoken),
        "iso": entry.at.isoformat(timespec="seconds"),
        "at": languages.moment_words(entry.at, account().zone, spoken),
        "who": names.get(entry.actor_id) or _actor(entry.actor_kind),
        "what": what_happened(entry),
    }


def _actor(kind: str) -> Any:
    return {
        "reader": _("A reader"),
        "contact": _("An organisation"),
        "person": _("A person"),
        "account": _("An account"),
        "machine": _("Whoever runs the server"),
    }.get(kind, _("By itself"))


def what_happened(entry: RecordEntry) -> str:
    """An entry in words. Of its sealed detail only a number or a language is told."""
    detail: dict[str, Any] = entry.detail or {}
    spoken = language()
    count = int(detail.get("number", 0))
    number = languages.number(count, spoken)
    tongue = languages.name(detail["language"], spoken) if "language" in detail else ""
    words = {
        "drafted": _("Began the letter"),
        "text saved": _("Saved the text in %(language)s", language=tongue),
        "text brought from a file": _("Brought the text in %(language)s from a file", language=tongue),
        "file put aside": _("Put aside a file for the text in %(language)s", language=tongue),
        "language added": _("Added %(language)s", language=tongue),
        "language removed": _("Took out %(language)s", language=tongue),
        "language shown": _("Showed %(language)s to those invited", language=tongue),
        "authoritative language chosen": _("Chose %(language)s to govern", language=tongue),
        "addressees saved": _("Saved the addressees"),
        "dates saved": _("Saved the dates"),
        "choices saved": _("Saved the choices"),
        "list look saved": _("Saved how the list looks"),
        "list parts saved": _("Saved the parts of the list"),
        "unnamed taken off": _("Took a group without names off the published list"),
        "list placed": _("Put names into parts of the list"),
        "described": _("Saved co-leads, series, topics and the words for the press"),
        "photo saved": _("Put in a photo"),
        "photo described": _("Described the photo"),
        "photo removed": _("Took the photo off"),
        "copies described": _("Wrote down how the letter is addressed to each"),
        "document attached": _("Attached a document"),
        "document described": _("Described a document"),
        "document taken off": _("Took a document off"),
        "invited": ngettext(
            "Put %(number)s person on the list", "Put %(number)s people on the list", count, number=number
        ),
        "invitation taken off": _("Took somebody off the list"),
        "invitations taken off": ngettext(
            "Took %(number)s person off the list", "Took %(number)s people off the list", count, number=number
        ),
        "sent": ngettext("Sent it to %(number)s person", "Sent it to %(number)s people", count, number=number),
        "comment settings saved": _("Said how comments are asked for"),
        "sent for comments": ngettext(
            "Asked %(number)s person for comments", "Asked %(number)s people for comments", count, number=number
        ),
        "commented": _("Commented on the text"),
        "comment taken back": _("Took a comment back"),
        "passed on": _("Passed the letter on to a colleague"),
        "handed over": _("Handed the letter over to a colleague"),
        "taken back": _("Took back what was handed over"),
        "asked for time": _("Said by when it answers"),
        "muted": _("Wants no more of these mails"),
        "unmuted": _("Wants the mails again"),
        "comment answered": _("Answered a comment"),
        "back to consultation": _("Went back from signing to comments"),
        "reminded": ngettext("Reminded %(number)s person", "Reminded %(number)s people", count, number=number),
        "second contacts asked": ngettext(
            "Asked %(number)s colleague of somebody who is silent",
            "Asked %(number)s colleagues of those who are silent",
            count,
            number=number,
        ),
        "reminder plan saved": _("Said when reminders go"),
        "nudged": ngettext("Nudged %(number)s person", "Nudged %(number)s people", count, number=number),
        "extended": _("Moved the deadline"),
        "invitation revoked": _("Took an invitation back"),
        "link replaced": _("Replaced a link"),
        "address corrected": _("Corrected an address"),
        "private note written": _("Wrote a note for the team"),
        "private note taken away": _("Took a note for the team away"),
        "calls noted": ngettext("Noted %(number)s call", "Noted %(number)s calls", count, number=number),
        "note to a recipient written": _("Changed the words to one recipient"),
        "requests taken": _("Let the published letter take requests"),
        "requests not taken": _("Let the published letter take no requests"),
        "open call made": _("Made the address of an open call"),
        "open call ended": _("Ended the open call"),
        "request received": _("Asked to be on the list"),
        "request accepted": _("Accepted a request to sign"),
        "request merged": _("Took who asked to sign as a contact of a known organisation"),
        "requests refused": ngettext(
            "Refused %(number)s request to sign", "Refused %(number)s requests to sign", count, number=number
        ),
        "refusal undone": ngettext(
            "Took back the refusal of %(number)s request",
            "Took back the refusal of %(number)s requests",
            count,
            number=number,
        ),
        "requests freed": ngettext(
            "Freed %(number)s request that was set aside",
            "Freed %(number)s requests that were set aside",
            count,
            number=number,
        ),
        "closed": _("Closed signing"),
        "cancelled": _("Cancelled the letter"),
        "forgotten": _("Forgot who did not sign, and who wrote comments"),
        "answered": _("Gave, changed or withdrew an answer"),
        "withheld names shown": _("Looked at names that are withheld"),
        "code shown": _("Looked at a code, to read it out"),
        "masked": _("A name was taken off every list"),
        "unmasked": _("Put a name back that had been taken off"),
        "suspended": _("Suspended a signature"),
        "released": _("Let a disputed signature stand again"),
        "dispute ended": _("Ended a disputed signature"),
        "list reported": _("Said that something is wrong with the list"),
        "report settled": _("Settled what a reader said about the list"),
        "typing corrected": _("Corrected the typing of a printed name"),
        "published": _("Published the letter"),
        "release planned": _("Planned the release"),
        "release moved": _("Moved the planned release"),
        "release given up": _("Gave the planned release up"),
        "release stopped": _("Stopped the planned release: the check found something new"),
        "release undone": _("Undid the release"),
        "announced": _("Told the feeds and those who signed"),
        "rolling chosen": _("Chose whether the letter stays open after publication"),
        "added to the list": _("Added names to the published list"),
        "edition cut": _("Made a new edition"),
        "copy opened": _("Opened a copy as delivered"),
        "retracted": _("Retracted the letter"),
        "address changed": _("Changed the letter's address"),
        "embargo set": _("Set, moved or lifted the embargo"),
        "press link made": _("Made a press preview"),
        "press link ended": _("Ended a press preview"),
        "note published": _("Published a note"),
        "note taken back": _("Took a note back"),
        "delivery recorded": _("Recorded to whom the letter was delivered"),
        "delivery removed": _("Took a delivery off the list"),
        "response written": _("Wrote a response down"),
        "response published": _("Published a response"),
        "response taken back": _("Took a response back"),
        "joined team": _("Added a colleague to the team"),
        "left team": _("Took a colleague off the team"),
        "coordinator appointed": _("Appointed a coordinator, for nobody could act"),
        "version begun": _("Began the next version"),
        "version dropped": _("Threw the next version away"),
        "version put forward": _("Put a new version forward"),
        "translation checked": _("Checked the text in %(language)s", language=tongue),
        "translation confirmed": _("Said that the text in %(language)s follows the one that governs", language=tongue),
        "proof shown": ngettext(
            "Showed the page proof to %(number)s person",
            "Showed the page proof to %(number)s people",
            count,
            number=number,
        ),
        "asked whether it stands": ngettext(
            "Asked %(number)s person whether an old answer stands",
            "Asked %(number)s people whether an old answer stands",
            count,
            number=number,
        ),
        "person accepted": _("Accepted the signature of a person"),
        "person masked": _("Took the name of a person off every list"),
        "person unmasked": _("Put the name of a person on the lists again"),
        "archive written": _("Took out the letter archive, with the names that are withheld"),
        "recorded": ngettext(
            "Recorded what %(number)s organisation said",
            "Recorded what %(number)s organisations said",
            count,
            number=number,
        ),
        "evidence opened": _("Opened the evidence of a recorded answer"),
        "link handed over": _("Made a link to hand over by another channel"),
        "handed-over link ended": _("Ended a link that was handed over"),
        "taken over": _("Took the letter over from a record"),
        "taken over line off": _("A name that was taken over from a record went from the list"),
        "organisations merged": _("Merged two entries of the directory: one organisation on this letter"),
    }
    return str(words.get(entry.verb, entry.verb))
