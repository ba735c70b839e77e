"""A pasted list in words: what is ready, what is new, what changes, what has to be corrected first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from coalition import languages
from coalition.actions.compare import Status
from coalition.intake.problems import sentence
from coalition.web.desk import choices
from coalition.web.desk.words import standing_words

if TYPE_CHECKING:
    from coalition.actions.compare import Change, Planned
    from coalition.actions.directory import ContactEntry
    from coalition.intake.problems import Problem
    from coalition.web.desk.pasted import Pasted

ROWS_SHOWN = 400
PROBLEMS_SHOWN = 200


def in_words(pasted: Pasted) -> dict[str, Any]:
    """What the templates show of a list; `kept` are the lines that stay in the box."""
    preview = pasted.preview
    if preview is None:
        return {"text": pasted.text, "language": pasted.language, "languages": choices.contact_languages()}
    are_ready = bool(preview.organisations)
    errors = [one for one in preview.problems if one.is_error]
    remarks = [one for one in preview.problems if not one.is_error]
    keys = {id(one.problem): one.key for one in pasted.corrections}
    counts = {status: sum(one.status is status for one in pasted.planned) for status in Status}
    return {
        "text": pasted.text,
        "language": pasted.language,
        "languages": choices.contact_languages(),
        "seal": pasted.seal,
        "ready": len(pasted.planned),
        "contacts": preview.contact_count,
        "new": counts[Status.NEW],
        "changed": counts[Status.CHANGED],
        "same": counts[Status.SAME],
        "kept": len(preview.kept_lines),
        "notes": [sentence(one) for one in (*pasted.file_notes, *preview.notes)],
        "errors": [_finding(one, keys, are_ready=are_ready) for one in errors[:PROBLEMS_SHOWN]],
        "errors_more": max(0, len(errors) - PROBLEMS_SHOWN),
        "remarks": [_finding(one, keys, are_ready=are_ready) for one in remarks[:PROBLEMS_SHOWN]],
        "remarks_more": max(0, len(remarks) - PROBLEMS_SHOWN),
        "rows": [_row(one, apart=pasted.apart) for one in pasted.planned[:ROWS_SHOWN]],
        "rows_more": max(0, len(pasted.planned) - ROWS_SHOWN),
    }


def _finding(problem: Problem, keys: dict[int, str], *, are_ready: bool) -> dict[str, Any]:
    key = keys.get(id(problem))
    return {
        "words": sentence(problem, others_are_ready=are_ready),
        "key": key,
        "tick": _("Line %(line)s: correct it to %(suggestion)s", line=problem.line, suggestion=problem.suggestion),
    }


def _row(one: Planned, *, apart: frozenset[int]) -> dict[str, Any]:
    country = one.read.country_typed if one.read.country_printed else one.read.country
    return {
        "name": one.read.name,
        "line": one.read.lines[0],
        "lines": ", ".join(str(line) for line in one.read.lines),
        "country": languages.country_name(country, choices.spoken()) if len(country) == 2 else country,
        "status": one.status.value,
        "known_name": one.known_name if one.known_name != one.read.name else "",
        "may_be_another": one.may_be_another,
        "is_apart": one.read.lines[0] in apart,
        "changes": [change_words(change) for change in one.changes],
        "contacts": [
            _contact(entry, guessed_language=read.language_guessed)
            for entry, read in zip(one.row.contacts, one.read.contacts, strict=True)
        ],
    }


def _contact(entry: ContactEntry, *, guessed_language: bool) -> dict[str, Any]:
    return {
        "name": entry.name or "",
        "address": entry.address,
        "language": languages.name(entry.language, choices.spoken()) if entry.language else "",
        "language_guessed": guessed_language,
        "zone": (entry.zone or "").replace("_", " "),
        "zone_guessed": entry.zone_guessed,
        "safe_mail": bool(entry.safe_mail),
    }


def change_words(change: Change) -> str:
    """One difference between the sheet and the directory: "Country: France → Belgium"."""
    if change.part == "contact":
        person = f"{change.after}, {change.whose}" if change.after else change.whose
        return str(_("New contact: %(person)s", person=person))
    if change.part == "returned":
        return str(_("%(address)s was marked as left, and is there again", address=change.whose))
    label = _label(change.part)
    if change.whose:
        label = _("%(part)s of %(address)s", part=label, address=change.whose)
    before, after = _value(change.part, change.before), _value(change.part, change.after)
    if not before:
        return str(_("%(part)s: %(after)s", part=label, after=after))
    return str(_("%(part)s: %(before)s → %(after)s", part=label, before=before, after=after))


def _label(part: str) -> str:
    if part.startswith("name:"):
        return str(_("Name in %(language)s", language=languages.name(part[5:], choices.spoken())))
    return str(
        {
            "name": _("Name"),
            "acronym": _("Acronym"),
            "country": _("Country"),
            "country_printed": _("Country as printed"),
            "site": _("Website"),
            "standing": _("Standing"),
            "language": _("Language"),
            "zone": _("Time zone"),
            "telephone": _("Telephone"),
            "safe_mail": _("Safe mail"),
            "groups": _("Group"),
        }[part]
    )


def _value(part: str, value: str) -> str:
    if not value:
        return ""
    if part == "country":
        return languages.country_name(value, choices.spoken())
    if part == "language":
        return languages.name(value, choices.spoken())
    if part == "standing":
        return standing_words(value)
    if part == "safe_mail":
        return str(_("yes") if value == "True" else _("no"))
    return value
