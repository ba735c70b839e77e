"""What remains to be done before a letter goes out; each task's state is computed, none is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from coalition import languages
from coalition.actions import remind
from coalition.database import db
from coalition.models.attachment import Attachment
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter
from coalition.models.version import Text
from coalition.rendering.kinds import WITHOUT_ADDRESSEES, WITHOUT_SIGNATORIES, kind_words
from coalition.web.desk.comment_groups import open_comments
from coalition.web.desk.frame import language, path_of, the_letter
from coalition.web.desk.looked_through import problems_of
from coalition.web.desk.reminder_words import plan_words


def tasks(*, now: datetime) -> list[dict[str, Any]]:
    """The tasks of a draft in the order in which most people do them."""
    letter = the_letter()
    made = (
        _text(letter),
        _addressees(letter),
        _languages(letter),
        _people(letter),
        _dates(letter, now=now),
        _reminders(letter),
        _consultation(letter, now=now),
        _photo(letter),
        _documents(letter),
        _choices(letter),
        _about(letter),
        _mail(letter),
        _signature(),
        _send(letter),
    )
    return [task | {"href": path_of(letter.id, *task.pop("to"))} for task in made]


def word_count(text: Text) -> str:
    """How long a text is: "412 words"."""
    number = len(text.body.split())
    shown = languages.number(number, language())
    return str(ngettext("%(number)s word", "%(number)s words", number, number=shown))


def people_count(letter: Letter) -> tuple[int, int]:
    """How many contacts of how many organisations are on the list and not revoked."""
    contacts, organisations = db.session.execute(
        select(func.count(), func.count(Invitation.organisation_id.distinct())).where(
            Invitation.letter_id == letter.id, Invitation.revoked_at.is_(None), Invitation.part != "told"
        )
    ).one()
    return contacts, organisations


def people_words(contacts: int, organisations: int) -> str:
    """How many people at how many organisations: "120 people at 112 organisations"."""
    spoken = language()
    people = ngettext("%(number)s person", "%(number)s people", contacts, number=languages.number(contacts, spoken))
    at = ngettext(
        "%(number)s organisation", "%(number)s organisations", organisations,
        number=languages.number(organisations, spoken),
    )  # fmt: skip
    return str(_("%(people)s at %(organisations)s", people=people, organisations=at))


def _text(letter: Letter) -> dict[str, Any]:
    text: Text = letter.working_version.text(letter.authoritative_language)
    hint = languages.name(text.language, language())
    problems = problems_of(text)
    if not text.is_empty:
        hint = _("%(before)s, %(after)s", before=hint, after=word_count(text))
    if problems:
        number = ngettext("%(num)s place to look at", "%(num)s places to look at", len(problems))
        hint = _("%(before)s, %(after)s", before=hint, after=number)
    state = "not_started" if text.is_empty else "in_progress" if problems or not text.title else "done"
    return {"to": ("text", text.language), "title": _("Text"), "state": state, "hint": hint}


def _addressees(letter: Letter) -> dict[str, Any]:
    number = len(letter.working_version.addressees)
    nobody = _("Nobody (usual for this kind)") if letter.kind in WITHOUT_ADDRESSEES else _("Nobody yet (optional)")
    hint = ngettext("%(num)s addressee", "%(num)s addressees", number) if number else nobody
    return {
        "to": ("addressees",),
        "title": _("Addressees"),
        "state": "done" if number or letter.kind in WITHOUT_ADDRESSEES else "not_started",
        "hint": hint,
    }


def _languages(letter: Letter) -> dict[str, Any]:
    texts: list[Text] = letter.working_version.texts
    names = languages.join([languages.name(text.language, language()) for text in texts], language())
    empty = [text for text in texts if text.is_empty]
    if empty:
        waiting = languages.join([languages.name(text.language, language()) for text in empty], language())
        hint = _("%(languages)s. No text yet in %(waiting)s.", languages=names, waiting=waiting)
        return {"to": ("languages",), "title": _("Languages"), "state": "in_progress", "hint": hint}
    hint = names if len(texts) > 1 else _("%(language)s only", language=names)
    return {"to": ("languages",), "title": _("Languages"), "state": "done", "hint": hint}


def _people(letter: Letter) -> dict[str, Any]:
    contacts, organisations = people_count(letter)
    nobody = _("Nobody (usual for this kind)") if letter.kind in WITHOUT_SIGNATORIES else _("Nobody yet")
    hint = people_words(contacts, organisations) if contacts else nobody
    state = "done" if contacts or letter.kind in WITHOUT_SIGNATORIES else "not_started"
    return {"to": ("people",), "title": _("People"), "state": state, "hint": hint}


def _dates(letter: Letter, *, now: datetime) -> dict[str, Any]:
    task: dict[str, Any] = {"to": ("dates",), "title": _("Deadline and dates")}
    if letter.deadline_at is None:
        return task | {"state": "not_started", "hint": _("No deadline yet")}
    hint = languages.moment_words(letter.deadline_at, letter.zone, language())
    if letter.deadline_at <= now:
        return task | {"state": "problem", "hint": _("%(moment)s has passed", moment=hint)}
    return task | {"state": "done", "hint": hint}


def _reminders(letter: Letter) -> dict[str, Any]:
    kept = remind.plan_of(letter)
    return {"to": ("reminders",), "title": _("Reminders"), "state": "done", "hint": plan_words(kept)}


def _consultation(letter: Letter, *, now: datetime) -> dict[str, Any]:
    task: dict[str, Any] = {"to": ("consultation",), "title": _("Asking for comments")}
    waiting, _has_any = open_comments(letter)
    if waiting:
        words = ngettext("%(num)s comment to answer", "%(num)s comments to answer", waiting)
        return task | {"to": ("comments",), "title": _("Comments"), "state": "in_progress", "hint": words}
    until = letter.comments_until_at
    if until is None:
        return task | {"state": "not_started", "hint": _("None (optional)")}
    hint = languages.moment_words(until, letter.zone, language())
    return task | {"state": "done" if until > now else "problem", "hint": _("Until %(moment)s", moment=hint)}


def _photo(letter: Letter) -> dict[str, Any]:
    task: dict[str, Any] = {"to": ("photo",), "title": _("Photo")}
    if letter.photo is None:
        return task | {"state": "not_started", "hint": _("None (optional)")}
    described = all(text.photo_alternative.strip() for text in letter.working_version.texts)
    if described and letter.photo.credit:
        return task | {"state": "done", "hint": _("Photo: %(credit)s", credit=letter.photo.credit)}
    return task | {"state": "in_progress", "hint": _("Say who took it, and what it shows")}


def _documents(letter: Letter) -> dict[str, Any]:
    count = db.session.scalar(select(func.count()).where(Attachment.letter_id == letter.id)) or 0
    task: dict[str, Any] = {"to": ("documents",), "title": _("Documents")}
    if not count:
        return task | {"state": "not_started", "hint": _("None (optional)")}
    shown = languages.number(count, language())
    hint = ngettext("%(number)s document", "%(number)s documents", count, number=shown)
    return task | {"state": "done", "hint": hint}


def _choices(letter: Letter) -> dict[str, Any]:
    return {
        "to": ("choices",),
        "title": _("Kind, who may sign, list of names"),
        "state": "done",
        "hint": kind_words(letter.kind),
    }


def _about(letter: Letter) -> dict[str, Any]:
    task = {"to": ("about",), "title": _("Co-leads, series, topics, press")}
    said = [*letter.topics, *filter(None, [letter.series, letter.support.get("organiser", "")])]
    if said:
        return task | {"state": "done", "hint": languages.join(said, language())}
    is_begun = any((letter.hashtags, letter.countries_addressed, letter.event, letter.press, len(letter.leads) > 1))
    return task | (
        {"state": "done", "hint": ""} if is_begun else {"state": "not_started", "hint": _("None (optional)")}
    )


def _mail(letter: Letter) -> dict[str, Any]:
    has_words = any(words.strip() for words in letter.why_now.values())
    hint = _("With your words") if has_words else _("Ready as it is; add why now (optional)")
    return {"to": ("mail",), "title": _("Mail"), "state": "done" if has_words else "not_started", "hint": hint}


def _signature() -> dict[str, Any]:
    return {
        "to": ("sign",),
        "title": _("Your organisation’s signature"),
        "state": "later",
        "hint": _("Once the letter is open"),
    }


def _send(letter: Letter) -> dict[str, Any]:
    contacts, _organisations = people_count(letter)
    if letter.kind in WITHOUT_SIGNATORIES and not contacts:
        hint = _("Nobody signs it: close it for publication")
        return {"to": ("close",), "title": _("Publish without signatories"), "state": "not_started", "hint": hint}
    task = {"to": ("send",), "title": _("Check and send")}
    if letter.working_version.text(letter.authoritative_language).is_empty or not contacts:
        return task | {"state": "later", "hint": _("Once there is a text and somebody to send it to")}
    return task | {"state": "not_started"}
