"""The editions of a published letter: their list, and each one as it was, less the names that were taken off since."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from flask import render_template
from flask_babel import force_locale, gettext, ngettext
from sqlalchemy import func, select

from coalition import config
from coalition.languages import direction, interface_language, moment_words, number
from coalition.models.edition import Edition, PublicLine
from coalition.models.kept_copy import KeptCopy
from coalition.models.version import Text
from coalition.rendering.edition import printed_letter
from coalition.rendering.kept_redline import redline_between
from coalition.rendering.page import article, link, path
from coalition.rendering.redline_view import RedlineView, redline_view
from coalition.rendering.words import Moment, coalition_name, filled, heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from coalition.models.public import PublicLetter
    from coalition.rendering.printed import PrintedLetter

HTML: Final = "text/html; charset=utf-8"
STORED: Final = 10
"""How many of the newest editions are kept ready, and the first: older ones are made when somebody asks for them."""


@dataclass(frozen=True, slots=True)
class EditionFile:
    """What stands at one address: its path from the site's root, and what makes it."""

    path: str
    media_type: str
    make: Callable[[], bytes]
    language: str = ""
    is_stored: bool = True


def of_letter(session: Session, public: PublicLetter) -> Iterator[EditionFile]:
    """The list of editions in each language and for programs, and each edition in each of its languages."""
    editions = editions_of(session, public)
    current = editions[-1]
    for language in current.printed["texts"]:
        make = partial(_list_page, session, public, editions, language)
        yield EditionFile(list_path(public.slug, _tag(current, language)), HTML, make, language)
    yield EditionFile(
        f"{list_path(public.slug)}.json", "application/json", partial(_as_json, session, public, editions)
    )
    for place, edition in enumerate(editions):
        is_stored = place == 0 or place >= len(editions) - STORED
        for language in edition.printed["texts"]:
            make = partial(_edition_page, session, public, editions, edition, language)
            at = edition_path(public.slug, edition.number, _tag(edition, language))
            yield EditionFile(at, HTML, make, language, is_stored)


def editions_of(session: Session, public: PublicLetter) -> list[Edition]:
    """The editions that readers could see, the oldest first."""
    query = select(Edition).where(Edition.letter_id == public.letter_id, Edition.undone_at.is_(None))
    return list(session.scalars(query.order_by(Edition.number)))


def list_path(slug: str, tag: str = "") -> str:
    """Where the list of a letter's editions stands; `tag` is "" for the authoritative language."""
    return f"/letters/{slug}/editions{tag and '/' + tag}"


def edition_path(slug: str, edition: int, tag: str = "") -> str:
    """Where an edition stands; `tag` as for the list."""
    return f"{list_path(slug)}/{edition}{tag and '/' + tag}"


def _tag(edition: Edition, language: str) -> str:
    return "" if language == edition.printed["authoritative_language"] else language


def _list_page(session: Session, public: PublicLetter, editions: Sequence[Edition], language: str) -> bytes:
    letter = printed_letter(session, public)
    with force_locale(interface_language(language)):
        rows = [_row(session, public, edition, language) for edition in reversed(editions)]
        page = render_template(
            "public/editions.html",
            **_frame(letter, language, lambda tag: list_path(public.slug, _tag(editions[-1], tag))),
            editions=rows,
        )
    return page.encode()


def _edition_page(
    session: Session, public: PublicLetter, editions: Sequence[Edition], edition: Edition, language: str
) -> bytes:
    letter = printed_letter(session, public, edition)
    place = editions.index(edition)
    before = editions[place - 1] if place else None
    is_current = edition.id == public.edition_id
    with force_locale(interface_language(language)):
        page = render_template(
            "public/edition.html",
            **_frame(letter, language, lambda tag: edition_path(public.slug, edition.number, _tag(edition, tag))),
            row=_row(session, public, edition, language),
            is_current=is_current,
            current=path(letter, _language_now(editions[-1], language)),
            list_path=list_path(public.slug, _tag(editions[-1], _language_now(editions[-1], language))),
            before=_row(session, public, before, language) if before else None,
            changes=_changes(session, before, edition, language) if before else None,
            explanation=_explanation(before, edition, language),
            added=_added(letter, before, language) if before else [],
            copies=_copies(session, edition, language),
            article=article(replace(letter, edition=0), language, as_part=True),
        )
    return page.encode()


def _frame(letter: PrintedLetter, language: str, path_in: Callable[[str], str]) -> dict[str, Any]:
    text = filled(letter, language)
    root = letter.public_address
    return {
        "language": language,
        "words_language": interface_language(language),
        "direction": direction(interface_language(language)),
        "coalition_name": coalition_name(letter, language),
        "title": text.title or text.short_title or heading(letter, text),
        "letter_path": path(letter, language),
        "canonical": letter.address(language),
        "languages": [link(root, path_in(tag), tag, is_current=tag == language) for tag in letter.languages],
    }


def _row(session: Session, public: PublicLetter, edition: Edition, language: str) -> dict[str, Any]:
    """An edition in the words of its list."""
    tag = _tag(edition, language) if language in edition.printed["texts"] else ""
    gone = _gone(session, edition)
    return {
        "number": number(edition.number, language),
        "path": edition_path(public.slug, edition.number, tag),
        "published": Moment(
            iso=edition.published_at.isoformat(timespec="seconds"),
            words=moment_words(edition.published_at, edition.printed["zone"], language),
        ),
        "how": how_words(edition),
        "signed": number(edition.figures["signatories"], language) if edition.figures["signatories"] else "",
        "gone": ngettext(
            "%(number)s name that stood in it is no longer listed.",
            "%(number)s names that stood in it are no longer listed.",
            gone,
            number=number(gone, language),
        )
        if gone
        else "",
    }


def how_words(edition: Edition) -> str:
    """How an edition came about, in the present locale."""
    if edition.how == "release":
        return str(gettext("The release"))
    return str(gettext("After the release"))


def _gone(session: Session, edition: Edition) -> int:
    """How many names left since, for whatever reason. An edition of before they were counted says nothing."""
    then = edition.printed.get("lines")
    if then is None:
        return 0
    today = session.scalar(
        select(func.count()).where(
            PublicLine.letter_id == edition.letter_id,
            PublicLine.from_edition <= edition.number,
            PublicLine.until_edition.is_(None) | (PublicLine.until_edition > edition.number),
        )
    )
    return max(int(then) - (today or 0), 0)


def _changes(session: Session, before: Edition, edition: Edition, language: str) -> RedlineView | None:
    """What changed in the text in one language since the edition before; None where nothing did."""
    if before.version_id == edition.version_id:
        return None
    old, new = _text(before, language), _text(edition, language)
    if old is None or new is None:
        return None
    return redline_view(redline_between(session, old, new), language, language)


def _explanation(before: Edition | None, edition: Edition, language: str) -> str:
    """What the team said of the correction that this edition shows first."""
    if before is None or before.version_id == edition.version_id:
        return ""
    return str(edition.version.explanation(language))


def _language_now(current: Edition, language: str) -> str:
    """The language in which the present edition is shown: one that an older one had may be gone."""
    there: dict[str, Any] = current.printed["texts"]
    return language if language in there else str(current.printed["authoritative_language"])


def _text(edition: Edition, language: str) -> Text | None:
    found: Text | None = edition.version.text(language) if language in edition.printed["texts"] else None
    return found


def _added(letter: PrintedLetter, before: Edition, language: str) -> list[str]:
    """The names that came with this edition, in the order of its list."""
    return [
        line.name(language)
        for group in letter.groups
        for line in letter.ordered(group, language)
        if line.from_edition > before.number
    ]


def _copies(session: Session, edition: Edition, language: str) -> list[dict[str, str]]:
    return [{"form": one.form, "hash": one.sha256} for one in _kept(session, edition) if one.language == language]


def _kept(session: Session, edition: Edition) -> list[KeptCopy]:
    query = select(KeptCopy).where(KeptCopy.edition_id == edition.id).order_by(KeptCopy.language, KeptCopy.form)
    return list(session.scalars(query))


def _as_json(session: Session, public: PublicLetter, editions: Sequence[Edition]) -> bytes:
    """The editions for programs: number, moment, addresses, texts by their fingerprints, hashes of the copies."""
    root = config.settings().root
    said = [
        {
            "number": edition.number,
            "published_at": edition.published_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "how": edition.how,
            "version": edition.printed.get("version", 0),
            "fingerprints": edition.printed["fingerprints"],
            "no_longer_listed": _gone(session, edition),
            "pages": {
                language: root + edition_path(public.slug, edition.number, _tag(edition, language))
                for language in edition.printed["texts"]
            },
            "copies": [
                {"language": one.language, "form": one.form, "sha256": one.sha256} for one in _kept(session, edition)
            ],
        }
        for edition in editions
    ]
    facts = {"format": "coalition-editions", "format_version": 1, "slug": public.slug, "editions": said}
    return (json.dumps(facts, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()
