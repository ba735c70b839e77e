"""The public page of an organisation, where it switched one on: its names, and where readers see it by name today.

It is the one public page that joins an organisation with what it signed, because the organisation asked for that. It
prints only lines that stand on published lists now: what is withheld, masked, suspended or withdrawn has no such line,
and so changes nothing here (docs/decisions/0022).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import render_template
from flask_babel import force_locale
from sqlalchemy import or_, select

from coalition import config
from coalition.languages import country_name, direction, interface_language, sort_key
from coalition.languages import name as language_name
from coalition.models.edition import PublicLine
from coalition.models.organisation import Organisation
from coalition.models.photo import File
from coalition.models.public import PublicLetter
from coalition.models.signature import Signature, organisation_index
from coalition.rendering.home import home_path
from coalition.rendering.kinds import kind_words
from coalition.rendering.page import link, path
from coalition.rendering.site import languages_of
from coalition.rendering.words import date_of, filled, heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from coalition.models.house import House
    from coalition.rendering.printed import PrintedLetter

ORGANISATIONS = "/organisations/"
LOGOS = "/logos/"
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo as a page shows it: named by its content."""

    path: str
    file: File


def with_page(session: Session, slug: str = "") -> list[Organisation]:
    """The organisations that switched their public page on; only the one with that slug, if one is given."""
    query = select(Organisation).where(
        Organisation.public_page_at.is_not(None),
        Organisation.slug.is_not(None),
        Organisation.confidential_at.is_(None),
        Organisation.erased_at.is_(None),
        Organisation.merged_at.is_(None),
    )
    return list(session.scalars(query.where(Organisation.slug == slug) if slug else query.order_by(Organisation.slug)))


def page_path(slug: str, language: str, house_language: str) -> str:
    """The path of an organisation's page: the house's language needs no tag."""
    return ORGANISATIONS + slug + ("" if language == house_language else f"/{language}")


def logo_of(session: Session, organisation: Organisation) -> Logo | None:
    """The organisation's logo, or None."""
    file = session.get(File, organisation.logo_id) if organisation.logo_id else None
    return Logo(f"{LOGOS}{file.sha256[:20]}{ENDINGS[file.media_type]}", file) if file else None


def letters_of(
    session: Session, organisation: Organisation, published: Sequence[tuple[PublicLetter, PrintedLetter]]
) -> list[PrintedLetter]:
    """The published letters on whose list the organisation stands by name today, in the order given.

    Asked by each letter's own index; a line that readers do not see is not found.
    """
    by_index = {organisation_index(public.letter_id, organisation.id): letter for public, letter in published}
    standing = (
        session.scalars(select(Signature).where(or_(*(Signature.organisation_index == index for index in by_index))))
        if by_index
        else ()
    )
    lines = {one.public_index(): one.organisation_index for one in standing if one.is_public}
    printed = set(
        session.scalars(
            select(PublicLine.signature_index).where(
                PublicLine.signature_index.in_(list(lines)), PublicLine.until_edition.is_(None)
            )
        )
    )
    shown = {lines[index] for index in printed if index is not None}
    return [letter for index, letter in by_index.items() if index in shown]


def organisation_page(
    session: Session,
    house: House,
    organisation: Organisation,
    published: Sequence[tuple[PublicLetter, PrintedLetter]],
    language: str,
) -> bytes:
    """The whole HTML page in one of the site's languages. Needs an application context and no request."""
    root, tags = config.settings().root, languages_of(house)
    paths = {tag: page_path(organisation.slug or "", tag, house.language) for tag in tags}
    with force_locale(interface_language(language)):
        return render_template(
            "public/organisation.html",
            language=language,
            direction=direction(language),
            coalition_name=house.name(language),
            home_path=home_path(language, tags),
            address=root + paths[language],
            languages=[link(root, at, tag, is_current=tag == language) for tag, at in paths.items()],
            name=organisation.name_in(language),
            names=_other_names(organisation, language),
            acronym=organisation.acronym,
            country=_country(organisation, language),
            site=organisation.site,
            logo=logo_of(session, organisation),
            letters=[_entry(letter, language) for letter in letters_of(session, organisation, published)],
        ).encode()


def _other_names(organisation: Organisation, language: str) -> list[dict[str, str]]:
    """The names in other languages, each said in which; once each."""
    shown = organisation.name_in(language)
    others = {tag: name for tag, name in organisation.names.items() if name != shown}
    named = [
        {
            "tag": "" if tag == "und" else tag,
            "language": "" if tag == "und" else language_name(tag, language),
            "direction": "" if tag == "und" else direction(tag),
            "name": name,
        }
        for tag, name in others.items()
    ]
    return sorted(named, key=lambda one: sort_key(one["language"], language))


def _country(organisation: Organisation, language: str) -> str:
    printed = organisation.country_printed
    said = printed.get(language) or printed.get("und", "")
    return said or (country_name(organisation.country, language) if organisation.country else "")


def _entry(letter: PrintedLetter, language: str) -> dict[str, Any]:
    """One letter of the list, in the page's language where it has a text in it."""
    shown = language if language in letter.texts else letter.authoritative_language
    text = filled(letter, shown)
    return {
        "language": shown,
        "direction": direction(shown),
        "kicker": kind_words(letter.kind),
        "title": text.title or text.short_title or heading(letter, text),
        "path": path(letter, shown),
        "date": date_of(letter, language),
    }
