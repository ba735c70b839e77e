"""The versions of a letter, and what changed between any two of them, in each language."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from coalition import languages
from coalition.actions.respond import credits_of
from coalition.database import db
from coalition.models.signature import Signature
from coalition.models.version import Text, Version
from coalition.rendering.kept_redline import redline_between
from coalition.rendering.redline_view import redline_view
from coalition.web.audience import (
    EVERY_ROLE,
    TRANSLATOR,
    Audience,
    account,
    audience,
    ensure_may_read,
    member,
    own_languages,
)
from coalition.web.desk.comment_words import credit_words
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, path_of, show, the_letter


@desk.get("/letters/<uuid:letter_id>/versions")
@audience(Audience.TEAM, also=EVERY_ROLE)
def versions(letter_id: UUID) -> ResponseReturnValue:
    """All versions, the newest first; `from` and `to` in the query lead to what changed between those two."""
    if "from" in request.args or "to" in request.args:
        return _chosen(letter_id)
    letter, agreed = the_letter(), _agreed()
    numbers = [(str(one.number), languages.number(one.number, language())) for one in letter.versions]
    return show(
        "desk/versions.html",
        versions=[_row(one, agreed.get(one.id, 0)) for one in reversed(letter.versions)],
        numbers=numbers,
        first=numbers[-2][0] if len(numbers) > 1 else "",
        last=numbers[-1][0],
        shows_agreed=member().role != TRANSLATOR,
    )


@desk.get("/letters/<uuid:letter_id>/versions/<int:first>..<int:second>")
@audience(Audience.TEAM, also=EVERY_ROLE)
def compare_versions(letter_id: UUID, first: int, second: int) -> ResponseReturnValue:
    """What changed between two versions, in the reader's language where both have it, else in one that both have."""
    before, after = _version(first), _version(second)
    shared = _in_both(before, after)
    if not shared:
        abort(404)
    wanted = account().language
    return _comparison(before, after, wanted if wanted in shared else shared[0])


@desk.get("/letters/<uuid:letter_id>/versions/<int:first>..<int:second>/<tag>")
@audience(Audience.TEAM, also=EVERY_ROLE)
def compare_versions_in(letter_id: UUID, first: int, second: int, tag: str) -> ResponseReturnValue:
    """What changed between two versions in one language."""
    before, after = _version(first), _version(second)
    ensure_may_read(tag)
    if not (_has(before, tag) or _has(after, tag)):
        abort(404)
    return _comparison(before, after, tag)


def _chosen(letter_id: UUID) -> ResponseReturnValue:
    """To the two that were chosen, the older first."""
    numbers = {str(one.number): one.number for one in the_letter().versions}
    chosen = [numbers.get(request.args.get(name, "")) for name in ("from", "to")]
    first, second = chosen
    if first is None or second is None or first == second:
        flash(_("Choose two different versions."))
        return lead_to(letter_id, "versions")
    return lead_to(letter_id, "versions", _between(min(first, second), max(first, second)))


def _version(number: int) -> Version:
    found: Version | None = next((one for one in the_letter().versions if one.number == number), None)
    if found is None:
        abort(404)
    return found


def _has(version: Version, tag: str) -> bool:
    text = version.text(tag)
    return text is not None and not text.is_empty


def _readable(version: Version) -> list[str]:
    """The languages of a version that the reader may see, the one that governs first."""
    letter, own = the_letter(), own_languages()
    tags = [text.language for text in version.texts if _has(version, text.language)]
    seen = [tag for tag in tags if own is None or tag in own | {letter.authoritative_language}]
    return sorted(seen, key=lambda tag: (tag != letter.authoritative_language, tag))


def _in_both(before: Version, after: Version) -> list[str]:
    there = set(_readable(after))
    return [tag for tag in _readable(before) if tag in there]


def _between(first: int, second: int) -> str:
    return f"{first}..{second}"


# -- the list ---------------------------------------------------------------------------------------------------------


def _agreed() -> dict[UUID, int]:
    """How many signatures stand for each version now, disputed ones not counted."""
    query = (
        select(Signature.version_id, func.count())
        .where(Signature.letter_id == the_letter().id, Signature.ended_on.is_(None), Signature.suspended_at.is_(None))
        .group_by(Signature.version_id)
    )
    return {version_id: count for version_id, count in db.session.execute(query)}  # noqa: C416 -- rows are no pairs to mypy


def _row(version: Version, agreed: int) -> dict[str, Any]:
    spoken, letter = language(), the_letter()
    before: Version | None = version.follows
    changes = path_of(letter.id, "versions", _between(before.number, version.number)) if before else ""
    explained = version.explanation(spoken)
    return {
        "number": languages.number(version.number, spoken),
        "is_in_force": version is letter.version and version.put_forward_at is not None,
        "is_being_written": version.put_forward_at is None,
        "iso": version.put_forward_at.isoformat(timespec="seconds") if version.put_forward_at else "",
        "at": languages.moment_words(version.put_forward_at, account().zone, spoken) if version.put_forward_at else "",
        "class": change_words(version.change_class),
        "credits": credit_words(credits_of(db.session(), version)) if member().role != TRANSLATOR else "",
        "explanation": explained,
        "languages": [_language(version, before, tag, changes) for tag in _readable(version)],
        "changes": changes if before and _in_both(before, version) else "",
        "agreed": _agreed_words(agreed),
    }


def change_words(change_class: str) -> str:
    """What a change means for those who signed, in a word or two; "" where it was not said."""
    words = {"typographical": _("Typographical"), "substantive": _("Of substance")}
    return str(words.get(change_class, ""))


def _agreed_words(count: int) -> str:
    number = languages.number(count, language())
    return str(ngettext("%(number)s signature", "%(number)s signatures", count, number=number)) if count else ""


def _language(version: Version, before: Version | None, tag: str, changes: str) -> dict[str, str]:
    is_compared = before is not None and _has(before, tag)
    return {
        "tag": tag,
        "name": languages.endonym(tag),
        "direction": languages.direction(tag),
        "href": f"{changes}/{tag}" if is_compared else "",
    }


# -- two versions -----------------------------------------------------------------------------------------------------


def _comparison(before: Version, after: Version, tag: str) -> ResponseReturnValue:
    old, new = before.text(tag), after.text(tag)
    missing = next((one for one in (before, after) if not _has(one, tag)), None)
    spoken = language()
    return show(
        "desk/versions_compared.html",
        first=languages.number(before.number, spoken),
        second=languages.number(after.number, spoken),
        language_name=languages.name(tag, spoken),
        links=_links(before, after, tag),
        explanations=_explanations(before, after),
        missing=languages.number(missing.number, spoken) if missing else "",
        changes=_changes(old, new, tag) if old and new and not missing else None,
    )


def _changes(old: Text, new: Text, tag: str) -> Any:
    return redline_view(redline_between(db.session(), old, new), tag, language())


def _links(before: Version, after: Version, current: str) -> list[dict[str, Any]]:
    """The same comparison in the other languages of either."""
    path = path_of(the_letter().id, "versions", _between(before.number, after.number))
    return [
        {
            "tag": tag,
            "name": languages.endonym(tag),
            "direction": languages.direction(tag),
            "href": f"{path}/{tag}",
            "current": tag == current,
        }
        for tag in dict.fromkeys([*_readable(before), *_readable(after)])
    ]


def _explanations(before: Version, after: Version) -> list[dict[str, str]]:
    """What the coordinator said of each version after the first one, up to the second."""
    spoken = language()
    return [
        {
            "number": languages.number(one.number, spoken),
            "class": change_words(one.change_class),
            "words": one.explanation(spoken),
        }
        for one in the_letter().versions
        if before.number < one.number <= after.number and (one.explanation(spoken) or one.change_class)
    ]
