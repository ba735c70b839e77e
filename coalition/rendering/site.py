"""What the site says of itself: the archive, its own pages, the feeds, and what programs read of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from flask_babel import force_locale
from sqlalchemy import select

from coalition import clock, config
from coalition.languages import endonym, interface_language
from coalition.models.house import House
from coalition.rendering import api, for_machines
from coalition.rendering.after import latest_notes
from coalition.rendering.archive import Asked, Filed, filed, fits, found, kinds_of, on_page, outlines, topics_of
from coalition.rendering.feed import FeedEntry, atom, json_feed
from coalition.rendering.feed_entries import entries
from coalition.rendering.home import Shelf, home_page, home_path
from coalition.rendering.kinds import kind_words
from coalition.rendering.printed_after import After
from coalition.rendering.signing_keys import published_keys
from coalition.rendering.static_pages import WRITTEN, languages_of, page_path, static_page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

__all__ = ["FEEDS", "SitePage", "asked_home", "languages_of", "pages_of_site"]

HTML: Final = "text/html; charset=utf-8"
ATOM: Final = "application/atom+xml; charset=utf-8"
JSON_FEED: Final = "application/feed+json"
FEEDS: Final = "/feeds/"
"""Above the feeds of a kind, a language, a topic."""


@dataclass(frozen=True, slots=True)
class SitePage:
    """One address of the site itself: its path, and what makes it."""

    path: str
    media_type: str
    make: Callable[[], bytes]
    language: str = ""


class _Site:
    """What one making of the site's answers reads, each once."""

    def __init__(self, session: Session, house: House) -> None:
        self.session, self.house = session, house
        self.root = config.settings().root

    @cached_property
    def filed(self) -> list[Filed]:
        """Every letter that was published, in the archive's order."""
        return filed(self.session, self.house)

    @cached_property
    def listed(self) -> list[Filed]:
        """Those with an entry in the archive."""
        return [one for one in self.filed if not one.is_retracted]

    @cached_property
    def told(self) -> list[Filed]:
        """Those of which feeds tell."""
        return [one for one in self.filed if one.is_announced]

    @cached_property
    def entries(self) -> list[FeedEntry]:
        """What the feed of the whole site says."""
        return entries(self.session, self.told)

    def home(self, language: str, asked: Asked) -> bytes:
        """The archive in a language, as it is asked for."""
        hits = found(self.session, self.listed, asked)
        asked, last, shown = on_page(hits, asked)
        shelf = Shelf(
            asked=asked,
            last=last,
            found=len(hits),
            kinds=kinds_of(self.listed),
            years=sorted({one.year for one in self.listed}, reverse=True),
            countries=sorted({code for one in self.listed for code in one.countries}),
            topics=topics_of(self.listed),
            languages=sorted({tag for one in self.listed for tag in one.languages}),
        )
        ids = [one.letter_id for one in shown]
        notes = latest_notes(self.session, ids)
        letters = [
            replace(letter, after=After(notes=(notes[public.letter_id],))) if public.letter_id in notes else letter
            for public, letter in outlines(self.session, ids)
        ]
        return home_page(
            letters,
            language,
            coalition_name=self.house.name(language),
            public_address=self.root,
            languages=languages_of(self.house),
            shelf=shelf,
        ).encode()

    def feed(self, path: str, ending: str, of: str, asked: Asked | None) -> bytes:
        """A feed: of the whole site, or of the letters that fit; `of` says of what it is."""
        house, language = self.house, asked.language if asked and asked.language else self.house.language
        told = self.entries if asked is None else self._told_of(asked)
        name = house.name(language)
        title = f"{name} – {of}" if of else name
        facts = {"title": title, "address": f"{self.root}/", "author": name, "language": language}
        address = f"{self.root}{path}{ending}"
        if ending == ".json":
            return json_feed(told, feed_address=address, **facts)
        return atom(told, id=f"{self.root}{path}.atom", feed_address=address, updated=house.founded_at, **facts)

    def _told_of(self, asked: Asked) -> list[FeedEntry]:
        return entries(self.session, [one for one in self.told if fits(one, asked)], language=asked.language)

    def feeds(self) -> Iterator[tuple[str, Callable[[], str], Asked | None]]:
        """Every feed: its path without the ending, what it is of, and which letters fit."""
        yield "/feed", str, None
        for kind in kinds_of(self.told):
            yield f"{FEEDS}kind/{kind}", partial(self._kind, kind), Asked(kind=kind)
        for tag in sorted({tag for one in self.told for tag in one.languages}):
            yield f"{FEEDS}language/{tag}", partial(endonym, tag), Asked(language=tag)
        for slug, words in topics_of(self.told).items():
            yield f"{FEEDS}topic/{slug}", partial(str, words), Asked(topic=slug)

    def _kind(self, kind: str) -> str:
        with force_locale(interface_language(self.house.language)):
            return kind_words(kind)

    def sitemap(self) -> bytes:
        """The map of every page that readers find."""
        tags = languages_of(self.house)
        pages = [({tag: self.root + home_path(tag, tags) for tag in tags}, None)]
        pages += [
            ({tag: self.root + page_path(slug, tag, tags[0]) for tag in tags}, None) for slug in (*WRITTEN, "safety")
        ]
        letters = [
            ({tag: letter.address(tag) for tag in letter.languages}, public.updated_at)
            for public, letter in outlines(self.session, [one.letter_id for one in self.listed])
        ]
        return for_machines.sitemap([*pages, *letters])

    def described(self) -> bytes:
        """The letters for programs (coalition.rendering.api)."""
        return api.letters(outlines(self.session, [one.letter_id for one in self.listed]))

    def security(self) -> bytes:
        """security.txt."""
        return for_machines.security(
            self.root,
            self.house.contact_address,
            languages_of(self.house),
            now=clock.now(),
            fingerprints=[key.key_id for key in published_keys(self.session)],
        )


def pages_of_site(session: Session) -> Iterator[SitePage]:
    """Every address of the site beside its letters; none before the house is founded."""
    house = session.scalar(select(House).limit(1))
    if house is None:
        return
    site, tags = _Site(session, house), languages_of(house)
    for language in tags:
        yield SitePage(home_path(language, tags), HTML, partial(site.home, language, Asked()), language)
    for slug in WRITTEN:
        for language in tags:
            make = partial(static_page, session, house, slug, language)
            yield SitePage(page_path(slug, language, house.language), HTML, make, language)
    yield SitePage(api.LETTERS, "application/json", site.described)
    yield SitePage(api.DOCUMENT, "application/json", partial(api.openapi, site.root, house.name(house.language)))
    yield SitePage("/sitemap.xml", "application/xml; charset=utf-8", site.sitemap)
    yield SitePage("/robots.txt", "text/plain; charset=utf-8", partial(for_machines.robots, site.root))
    yield SitePage("/.well-known/security.txt", "text/plain; charset=utf-8", site.security)
    for path, of, asked in site.feeds():
        for ending, media_type in ((".atom", ATOM), (".json", JSON_FEED)):
            yield SitePage(path + ending, media_type, partial(_fed, site, path, ending, of, asked))


def _fed(site: _Site, path: str, ending: str, of: Callable[[], str], asked: Asked | None) -> bytes:
    return site.feed(path, ending, of(), asked)


def asked_home(session: Session, house: House, language: str, asked: Asked) -> bytes:
    """The archive as somebody asks for it by its address."""
    return _Site(session, house).home(language, asked)
