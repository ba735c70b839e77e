"""The pages of the site itself: about, privacy, accessibility, corrections; good words until somebody writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import render_template
from flask_babel import force_locale, gettext
from sqlalchemy import select

from coalition import config
from coalition.languages import INTERFACE, date_words, direction, interface_language
from coalition.models.note import Note
from coalition.models.public import PublicLetter
from coalition.models.site import StaticPage
from coalition.rendering.after import kind_words as note_kind_words
from coalition.rendering.after import said_in
from coalition.rendering.archive import outlines
from coalition.rendering.home import home_path
from coalition.rendering.page import link, path
from coalition.rendering.signing_keys import KEYS, published_keys
from coalition.rendering.text import to_html
from coalition.rendering.words import Moment, filled, first_of, heading

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from coalition.models.house import House
    from coalition.rendering.printed import PrintedLetter

WRITTEN: Final = ("about", "privacy", "accessibility", "corrections")
"""The pages whose words are written at the desk; `/safety` has its own (coalition.web.public.safety)."""
CORRECTING: Final = ("correction", "republication", "editors_note")
MOST: Final = 200
"""How many corrections the page lists, the latest."""


@dataclass(frozen=True, slots=True)
class Words:
    """A page's title and its Markdown."""

    title: str
    body: str


def page_path(slug: str, language: str, house_language: str) -> str:
    """The path of a page: the house's language needs no tag."""
    return f"/{slug}" if language == house_language else f"/{language}/{slug}"


def titles() -> dict[str, str]:
    """What the pages are called, in the language now set."""
    return {
        "about": gettext("About us"),
        "privacy": gettext("Privacy"),
        "accessibility": gettext("Accessibility"),
        "corrections": gettext("Corrections"),
    }


def words_of(session: Session, house: House, slug: str, language: str) -> Words:
    """A page's words in a language: those written for it, else ours."""
    kept = session.scalar(select(StaticPage).where(StaticPage.slug == slug, StaticPage.language == language))
    usual = usual_words(house, slug, language)
    return Words(kept.title or usual.title, kept.body or usual.body) if kept else usual


def usual_words(house: House, slug: str, language: str) -> Words:
    """What a page says as long as nobody wrote it."""
    with force_locale(interface_language(language)):
        return Words(titles()[slug], "\n\n".join(_paragraphs(house, slug, language)))


def _paragraphs(house: House, slug: str, language: str) -> list[str]:
    name, address = house.name(language), house.contact_address
    write = gettext("Write to us: %(address)s", address=address) if address else ""
    said = {
        "about": [
            gettext("Here %(coalition)s publishes the joint letters of its members.", coalition=name),
            gettext(
                "Every organisation on a list said yes itself, by a named person who may commit it. Names that are"
                " withheld for safety are counted and shown to nobody."
            ),
            gettext(
                "Each letter says which edition it is and when it was published. It can be checked without trusting us:"
                " the page of a letter leads to the proof."
            ),
            write,
        ],
        "privacy": [
            f"## {gettext('If you read here')}",
            gettext(
                "We set no cookie, load nothing from others, count no visits and keep no addresses of computers. Your"
                " search words stand in the address of the page, and we do not store them."
            ),
            f"## {gettext('If you sign here')}",
            gettext(
                "We keep your name, your role, your address for mail and what you agreed to, encrypted, to prove the"
                " signature. Only the coordinators of that letter see a withheld name, and each look is noted."
            ),
            gettext(
                "You can withdraw at any time: the name then leaves every page that we serve. Ask us what we hold about"
                " you, to correct it, or to erase what the law does not oblige us to keep."
            ),
            write,
        ],
        "accessibility": [
            gettext(
                "These pages follow WCAG 2.2, level AA. They work without script, with a keyboard alone, with screen"
                " readers, at 320 pixels, in print and in a text browser."
            ),
            gettext("Each letter is also there as plain text and as a tagged PDF."),
            gettext("If something keeps you out, tell us what, and you get it another way."),
            write,
        ],
        "corrections": [
            gettext(
                "A signed text never changes in silence. What was wrong or changed is said here and on the page of the"
                " letter, with its date."
            ),
            gettext("You found a mistake?") + " " + write if write else "",
        ],
    }  # fmt: skip
    return [one for one in said[slug] if one]


def static_page(session: Session, house: House, slug: str, language: str) -> bytes:
    """The page as HTML."""
    words, root = words_of(session, house, slug, language), config.settings().root
    tags = languages_of(house)
    with force_locale(interface_language(language)):
        return render_template(
            "public/page.html",
            language=language,
            direction=direction(language),
            coalition_name=house.name(language),
            home_path=home_path(language, tags),
            heading=words.title,
            body=to_html(words.body, language, heading_shift=1),
            address=root + page_path(slug, language, house.language),
            languages=[
                link(root, page_path(slug, tag, house.language), tag, is_current=tag == language) for tag in tags
            ],
            corrections=_corrections(session, language) if slug == "corrections" else [],
            keys=[key.key_id for key in published_keys(session)] if slug == "about" else [],
            keys_path=f"{KEYS}.json",
        ).encode()


def languages_of(house: House) -> tuple[str, ...]:
    """The languages of the site's own pages, the house's first."""
    return (house.language, *(tag for tag in INTERFACE if tag != house.language))


def _corrections(session: Session, language: str) -> list[dict[str, Any]]:
    """What was corrected, the latest first: notes on letters, and letters that were retracted."""
    notes = session.scalars(
        select(Note)
        .join(PublicLetter, PublicLetter.letter_id == Note.letter_id)
        .where(
            Note.kind.in_(CORRECTING),
            Note.published_at.is_not(None),
            Note.taken_back_at.is_(None),
            PublicLetter.retracted_at.is_(None),
            PublicLetter.announced_at.is_not(None),
        )
        .order_by(Note.dated_on.desc(), Note.id)
        .limit(MOST)
    ).all()
    retracted = session.scalars(select(PublicLetter).where(PublicLetter.retracted_at.is_not(None))).all()
    ids = dict.fromkeys([*(note.letter_id for note in notes), *(public.letter_id for public in retracted)])
    by_id = {public.letter_id: letter for public, letter in outlines(session, list(ids))}
    found = [_corrected(note, by_id[note.letter_id], language) for note in notes if note.letter_id in by_id]
    found += [_retracted(public, by_id[public.letter_id], language) for public in retracted]
    return sorted(found, key=lambda one: str(one["iso"]), reverse=True)


def _corrected(note: Note, letter: PrintedLetter, language: str) -> dict[str, Any]:
    tag = language if language in letter.texts else letter.authoritative_language
    said, words = said_in(note.words, language, letter.authoritative_language)
    text = filled(letter, tag)
    return {
        "iso": note.dated_on.isoformat(),
        "date": _day(note.dated_on.isoformat(), language),
        "kicker": note_kind_words(note.kind),
        "title": text.title or heading(letter, text),
        "tag": tag,
        "path": path(letter, tag),
        "words": to_html(words, said, letter.figures, heading_shift=3, id_prefix=f"n{note.id.hex[:8]}-"),
        "words_tag": said,
    }


def _retracted(public: PublicLetter, letter: PrintedLetter, language: str) -> dict[str, Any]:
    """That a letter was retracted, and why; neither its title nor its text."""
    day = (public.retracted_at or public.updated_at).date().isoformat()
    tag = language if language in letter.texts else letter.authoritative_language
    return {
        "iso": day,
        "date": _day(day, language),
        "kicker": gettext("Retracted"),
        "title": path(letter, tag),
        "tag": "",
        "path": path(letter, tag),
        "words": to_html(first_of(public.retraction, language, tag), language, heading_shift=3),
        "words_tag": next((one for one in (language, tag) if public.retraction.get(one)), tag),
    }


def _day(iso: str, language: str) -> Moment:
    return Moment(iso=iso, words=date_words(iso, language))
