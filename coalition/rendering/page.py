"""The page of a letter for readers: rendered at publication, without a request, the same bytes for everybody."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypedDict

from flask import render_template
from flask_babel import force_locale, gettext
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from coalition.languages import direction, endonym, interface_language, join, moment_words, number, with_territory
from coalition.rendering.after import FIRST_NOTES, delivery_lines, note_view, response_view
from coalition.rendering.around import event, hashtags, press
from coalition.rendering.file_links import files_of
from coalition.rendering.file_words import embargo_of, file_words
from coalition.rendering.kinds import kind_words, usual_list_heading
from coalition.rendering.list_parts import Name, Part, semicolon
from coalition.rendering.passing_on import oembed_path, passing_on
from coalition.rendering.printed import PrintedLetter, PrintedText
from coalition.rendering.printed_after import After
from coalition.rendering.sheet import Sheet, paragraphs, sheet
from coalition.rendering.text import to_html_apart
from coalition.rendering.words import Moment, coalition_name, date_of, filled, first_of, heading, said_first, signed

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_NAMES = 300
"""How many names a page shows of a list that is too long for one page."""

ALL_NAMES = "signatories"
"""Under the letter's address: its page with all names, where they are too many for one page."""

UPDATES = "updates"
"""Under the letter's address: everything that happened to it since, day by day."""


LISTS_KEPT = 8


@dataclass(frozen=True, slots=True)
class _KeptList:
    """The HTML of a list proper, and what it was made of."""

    parts: tuple[Part, ...]
    made_of: tuple[object, ...]
    html: Markup


_kept_lists: dict[tuple[int, str], _KeptList] = {}


class Link(TypedDict):
    """The same page in another language, named in itself; `href` from the site's root, `address` in full."""

    tag: str
    name: str
    direction: str
    href: str
    address: str
    current: bool


def letter_page(letter: PrintedLetter, language: str, *, all_names: bool = True, home_path: str = "/") -> str:
    """The whole HTML page of `letter` in `language`, one of its languages (KeyError otherwise).

    Needs an application context and no request. `all_names=False` shows the first 300 names and leads to the rest;
    `home_path` leads to the letters in this language.
    """
    with force_locale(interface_language(language)):
        return render_template(
            "public/letter.html", home_path=home_path, **_facts(letter, language, all_names=all_names)
        )


def article(letter: PrintedLetter, language: str, *, as_part: bool = False, marked: str = "") -> Markup:
    """The letter alone, as its page will have it, for pages of other doors that show it before its readers see it.

    Its other languages are left out: their addresses do not exist yet. `as_part` where the page has a heading already;
    the lines that print the name `marked` are marked.
    """
    with force_locale(interface_language(language)):
        facts = _facts(letter, language, all_names=True) | {"languages": [], "marked": marked}
        return Markup(render_template("public/article.html", as_part=as_part, **facts))  # noqa: S704 -- it escapes  # nosec B704


def list_alone(
    letter: PrintedLetter, language: str, *, only: Callable[[Part], tuple[Name, ...]] | None = None
) -> Markup:
    """The list of names alone, all of it; or those names only that `only` picks from each part."""
    with force_locale(interface_language(language)):
        printed = sheet(letter, language)
        if only is not None:
            form = "lines" if printed.form == "numbered" else printed.form  # their numbers are those of the whole list
            printed = replace(printed, parts=_only(printed.parts, only), form=form, withheld="", order_note="")
        return _list(letter, language, printed, may_keep=only is None)


def _list(letter: PrintedLetter, language: str, printed: Sheet, *, may_keep: bool) -> Markup:
    """The list in HTML: what stands in it proper is made once, for as long as its lines are kept."""
    facts = _signatories(letter, letter.texts[language], printed, all_names=True)
    proper = tuple(part for part in printed.parts if not part.is_late)
    key, made_of = (letter.serial, language), (printed.form, facts["between"])
    kept = _kept_lists.get(key) if letter.serial and may_keep else None
    if kept is None or kept.made_of != made_of or not _are_same(kept.parts, proper):
        kept = _KeptList(proper, made_of, _named(letter, language, printed, facts, late=False))
        if letter.serial and may_keep:
            while len(_kept_lists) >= LISTS_KEPT:
                _kept_lists.pop(next(iter(_kept_lists)), None)
            _kept_lists[key] = kept
    late = _named(letter, language, printed, facts, late=True)
    words = interface_language(language)
    facts |= {"sheet": printed, "language": language, "words_language": words, "names": kept.html + late}
    return Markup(render_template("public/list.html", **facts))  # noqa: S704 -- it escapes  # nosec B704


def _named(letter: PrintedLetter, language: str, printed: Sheet, facts: dict[str, object], *, late: bool) -> Markup:
    """The parts of the list proper in HTML, or those of names that were added after publication."""
    some = replace(printed, parts=tuple(part for part in printed.parts if part.is_late == late))
    shown = facts | {"groups": _signatories(letter, letter.texts[language], some, all_names=True)["groups"]}
    words = interface_language(language)
    return Markup(  # noqa: S704 -- it escapes  # nosec B704
        render_template("public/names.html", sheet=printed, language=language, words_language=words, **shown)
    )


def _are_same(kept: tuple[Part, ...], parts: tuple[Part, ...]) -> bool:
    """Whether these are the very parts: they are kept as long as their lines are, and never changed."""
    return len(kept) == len(parts) and all(one is other for one, other in zip(kept, parts, strict=True))


def _only(parts: tuple[Part, ...], wanted: Callable[[Part], tuple[Name, ...]]) -> tuple[Part, ...]:
    """The parts with some of their names, and without what is said of the whole."""
    kept = [replace(part, names=wanted(part), unnamed="", others="", note="") for part in parts]
    return tuple(part for part in kept if part.names)


def _facts(letter: PrintedLetter, language: str, *, all_names: bool) -> dict[str, object]:
    """Everything the page shows, words of ours in the locale that is now set."""
    text = filled(letter, language)
    body, footnotes = to_html_apart(text.body, language, letter.figures)
    printed = sheet(letter, language)
    return {
        "language": language,
        "words_language": interface_language(language),
        "direction": direction(language),
        "coalition_name": coalition_name(letter, language),
        "address": letter.address(language),
        "here": path(letter, language),
        "short_title": text.title or text.short_title or heading(letter, text),
        "body": body,
        "footnotes": footnotes,
        "description": said_first(text),
        "linked_data": _linked_data(letter, text),
        "locale": with_territory(language),
        "other_locales": [one for tag in letter.languages if tag != language and (one := with_territory(tag))],
        "card": letter.address(language, "/card.png"),
        "oembed": letter.public_address + oembed_path(letter, language),
        "passing_on": passing_on(letter, language),
        "sheet": printed,
        **_around(letter, text),
        **_signatories(letter, text, printed, all_names=all_names),
        **_record(letter, language),
        "documents": file_words(letter, language).documents,
        "ask": _ask(letter, language),
        "report_path": _own(letter, language, "list"),
        "editions_path": _own(letter, language, "editions"),
        "updates_path": updates_path(letter, language) if letter.after != After() else "",
        "embargo": embargo_of(letter, language),
        "verify_path": _own(letter, language, "verify"),
        **_since(letter, language),
    }


def _since(letter: PrintedLetter, language: str) -> dict[str, object]:
    """What happened since: an editor's note stands before the text, everything else after the list."""
    notes = [note_view(note, letter, language) for note in letter.after.notes]
    return {
        "notes_first": [note for note in notes if note["kind"] in FIRST_NOTES],
        "notes_after": [note for note in notes if note["kind"] not in FIRST_NOTES],
        "responses": [response_view(one, letter, language) for one in letter.after.responses],
        "deliveries": delivery_lines(letter, language),
    }


def _ask(letter: PrintedLetter, language: str) -> dict[str, str] | None:
    """Where one asks to be on the list, in the words of the moment; None where no requests are taken."""
    words = {"sign": gettext("Ask to sign"), "late": gettext("Ask to be added")}.get(letter.asks)
    if words is None:
        return None
    return {"path": _own(letter, language, "ask"), "words": words}


def _own(letter: PrintedLetter, language: str, form: str) -> str:
    """The address of a form about this letter, in a language of it."""
    ending = "" if language == letter.authoritative_language else f"/{language}"
    return f"/letters/{letter.slug}/{form}{ending}"


def updates_path(letter: PrintedLetter, language: str) -> str:
    """The path of the page of everything that happened since, in a language of the letter."""
    return _own(letter, language, UPDATES)


def all_names_path(letter: PrintedLetter, language: str) -> str:
    """The path of the page with all names, in a language of the letter."""
    return _own(letter, language, ALL_NAMES)


def _around(letter: PrintedLetter, text: PrintedText) -> dict[str, object]:
    """What stands around the text beside the sheet's words: links, dates, pictures, and prose by paragraphs."""
    language = text.language
    return {
        "own_kicker": text.kicker,
        "event": event(letter, language),
        "press": _press(letter, language),
        "hashtags": hashtags(letter),
        "about": letter.about,
        "place": letter.place,
        "date": date_of(letter, language),
        "leads": _leads(letter, language),
        "signed": signed(letter, language),
        "languages": links(letter, language),
        "photo": photo(letter, text),
        "salutation": paragraphs(text.salutation),
        "closing": paragraphs(text.closing),
        "disclaimers": paragraphs(text.disclaimers),
        "contact": paragraphs(text.contact_line),
    }


def _signatories(letter: PrintedLetter, text: PrintedText, printed: Sheet, *, all_names: bool) -> dict[str, object]:
    """The names, and how many stand unnamed: that is said where the list ends."""
    shown = printed.parts if all_names else _first(printed.parts, FIRST_NAMES)
    is_whole = _count(shown) == _count(printed.parts)
    return {
        "list_heading": text.list_heading,
        "usual_list_heading": usual_list_heading(letter.kind),
        "groups": [
            {
                "heading": part.heading,
                "over": part.over,
                "is_within": part.is_within,
                "anchor": part.anchor,
                "lines": part.names,
                "start": part.start,
                "is_table": part.is_table,
                "others": part.others,
                "unnamed": part.unnamed,
                "note": part.note,
            }
            for part in shown
        ],
        "withheld": printed.withheld if is_whole else "",
        "between": semicolon(text.language),
        "all_names": "" if is_whole else all_names_path(letter, text.language),
        "names_in_all": number(_count(printed.parts), text.language),
    }


def _record(letter: PrintedLetter, language: str) -> dict[str, object]:
    """Which edition this is, of when, and its other forms."""
    return {
        "forms": [
            {"path": path(letter, language, ending), "type": kind, "words": words}
            for ending, kind, words in files_of(letter)
        ],
        "edition": number(letter.edition, language) if letter.edition else "",
        "published": Moment(
            iso=letter.published_at.isoformat(timespec="seconds"),
            words=moment_words(letter.published_at, letter.zone, language),
        ),
    }


def path(letter: PrintedLetter, language: str, ending: str = "") -> str:
    """The letter's address without the site's root: links within a page work wherever its bytes are served from."""
    return letter.address(language, ending).removeprefix(letter.public_address)


def links(letter: PrintedLetter, language: str) -> list[Link]:
    """The letter's languages, the authoritative one first."""
    return [link(letter.public_address, path(letter, tag), tag, is_current=tag == language) for tag in letter.languages]


def link(root: str, href: str, tag: str, *, is_current: bool) -> Link:
    """A page in the language `tag`."""
    return Link(
        tag=tag, name=endonym(tag), direction=direction(tag), href=href, address=root + href, current=is_current
    )


def photo(letter: PrintedLetter, text: PrintedText) -> dict[str, object] | None:
    """The photograph with its words in the text's language; None for a letter without one."""
    if letter.photo is None:
        return None
    return {
        "path": letter.photo.path,
        "address": letter.public_address + letter.photo.path,
        "width": letter.photo.width,
        "height": letter.photo.height,
        "alternative": text.photo_alternative,
        "caption": text.photo_caption,
        "credit": letter.photo.credit,
        "licence": letter.photo.licence,
    }


def _press(letter: PrintedLetter, language: str) -> dict[str, object] | None:
    """The words for journalists by paragraphs; None where there are none."""
    block = press(letter, language)
    if block is None:
        return None
    quotations = [
        {"words": paragraphs(one.words), "speaker": one.speaker, "office": one.office} for one in block.quotations
    ]
    return {"contact": paragraphs(block.contact), "quotations": quotations}


def _leads(letter: PrintedLetter, language: str) -> list[dict[str, str]]:
    """The leads, each with what the language writes after it: a comma, "and", nothing."""
    names = [first_of(lead, language) for lead in letter.leads]
    between = join(["\0"] * len(names), language).split("\0")[1:]
    return [{"name": name, "then": then} for name, then in zip(names, between, strict=True)]


def _first(parts: tuple[Part, ...], limit: int) -> tuple[Part, ...]:
    """The parts of the list cut after `limit` names in all."""
    shown: tuple[Part, ...] = ()
    for part in parts:
        names = part.names[: limit - _count(shown)]
        if len(names) < len(part.names):
            return (*shown, replace(part, names=names, unnamed="", others="")) if names else shown
        shown += (part,)
    return shown


def _count(parts: tuple[Part, ...]) -> int:
    return sum(len(part.names) for part in parts)


def _photo_address(letter: PrintedLetter) -> list[str]:
    return [letter.public_address + letter.photo.path] if letter.photo else []


def _event_data(letter: PrintedLetter, text: PrintedText) -> dict[str, str]:
    """The event for machines; empty where there is none."""
    found = event(letter, text.language)
    if found is None:
        return {}
    return {"@type": "Event", "name": found["name"]} | ({"startDate": found["date"]["iso"]} if found["date"] else {})


def _linked_data(letter: PrintedLetter, text: PrintedText) -> Markup:
    """The letter for machines (schema.org as JSON-LD), without signatories: those stand in the JSON form.

    A data block is not run, so a policy without any script source lets it stand.
    """
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle" if letter.kind == "news" else "Article",
        "@id": letter.address(text.language),
        "mainEntityOfPage": letter.address(text.language),
        "headline": heading(letter, text),
        "alternativeHeadline": text.second_title,
        "genre": kind_words(letter.kind),
        "description": said_first(text),
        "inLanguage": text.language,
        "datePublished": letter.published_at.isoformat(timespec="seconds"),
        "dateModified": letter.changed_at.isoformat(timespec="seconds") if letter.changed_at else "",
        "version": letter.edition,
        "url": letter.address(text.language),
        "image": [letter.address(text.language, "/card.png"), *_photo_address(letter)],
        "keywords": [*letter.about.topics, *letter.about.hashtags],
        "isPartOf": {"@type": "CreativeWorkSeries", "name": letter.about.series} if letter.about.series else {},
        "about": _event_data(letter, text),
        "author": [{"@type": "Organization", "name": first_of(lead, text.language)} for lead in letter.leads],
        "publisher": {
            "@type": "Organization",
            "name": coalition_name(letter, text.language),
            "url": letter.public_address,
        },
        "workTranslation": [
            {"@type": "Article", "@id": letter.address(tag), "inLanguage": tag}
            for tag in letter.languages
            if tag != text.language
        ],
        "correction": [
            {"@type": "CorrectionComment", "text": words, "datePublished": note.dated_on.isoformat()}
            for note in letter.after.notes
            if note.kind == "correction" and (words := first_of(note.words, text.language))
        ],
    }
    dumps = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
    return htmlsafe_json_dumps({key: value for key, value in facts.items() if value}, dumps=dumps)
