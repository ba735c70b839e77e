"""What stands on the printed sheet in one language: every word of a letter but its body, for the PDF and plain text."""

from dataclasses import dataclass

from flask_babel import force_locale, gettext, ngettext

from coalition.languages import interface_language, join, moment_words, number
from coalition.rendering.around import around_lines
from coalition.rendering.governing import governing_words, lagging_words
from coalition.rendering.kinds import kind_words, usual_list_heading
from coalition.rendering.list_parts import Part, order_note, parts_of, within
from coalition.rendering.printed import PrintedAddressee, PrintedLetter
from coalition.rendering.words import coalition_name, date_of, filled, first_of, heading


@dataclass(frozen=True, slots=True)
class Addressed:
    """One addressee as printed; either part may be empty."""

    name: str
    office: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The words around a body, figures filled. An empty string is something the letter does not have."""

    language: str
    kicker: str
    coalition: str
    heading: str
    """The title; for a letter without one, what it is and whose."""
    second_title: str
    deck: str
    deck_speaker: str
    around: tuple[str, ...]
    """What it belongs to, a line each: the campaign it supports, its event, its series, its hashtags."""
    place_and_date: str
    leads: str
    to: tuple[Addressed, ...]
    copy_words: str
    copies: tuple[Addressed, ...]
    salutation: str
    closing: str
    list_heading: str
    count: str
    form: str
    """How the names stand: one of coalition.models.list_look.FORMS."""
    order_note: str
    """How the list is ordered, where it says so."""
    parts: tuple[Part, ...]
    withheld: str
    disclaimers: str
    contact: str
    photo_caption: str
    photo_credit: str
    governing: str
    """Which language's text is authoritative; "" where there is only one."""
    lagging: str
    """That the translation follows an older version; "" where it follows the one that is printed."""
    edition: str
    address: str


def sheet(letter: PrintedLetter, language: str) -> Sheet:
    """The sheet of a letter in one of its languages (KeyError otherwise); in English outside an application."""
    text = filled(letter, language)
    count = letter.figures.signatories
    with force_locale(interface_language(language)):
        list_heading = text.list_heading or usual_list_heading(letter.kind)
        withheld = _withheld(letter.withheld_count or 0, language)
        parts = parts_of(letter, language, list_heading, withheld)
        return Sheet(
            language=language,
            kicker=text.kicker or kind_words(letter.kind),
            coalition=coalition_name(letter, language),
            heading=heading(letter, text),
            second_title=text.second_title,
            deck=text.deck,
            deck_speaker=text.deck_speaker,
            around=around_lines(letter, language),
            place_and_date=_place_and_date(letter, language),
            leads=_leads(letter, language),
            to=_addressed(letter, language, "to"),
            copy_words=gettext("Copy to"),
            copies=_addressed(letter, language, "cc"),
            salutation=text.salutation,
            closing=text.closing,
            list_heading=list_heading,
            count=number(count, language) if count else "",
            form=letter.look.form,
            order_note=order_note(letter, language),
            parts=parts,
            withheld="" if any(part.unnamed for part in parts) else withheld,
            disclaimers=text.disclaimers,
            contact=text.contact_line,
            photo_caption=text.photo_caption,
            photo_credit=_photo_credit(letter, language),
            governing=_governing(letter, language),
            lagging=_lagging(letter, language),
            edition=_edition(letter, language),
            address=letter.address(language),
        )


def paragraphs(text: str) -> list[list[str]]:
    """Plain text as paragraphs of lines: an empty line begins a new paragraph."""
    return [block.splitlines() for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]


def _place_and_date(letter: PrintedLetter, language: str) -> str:
    words = date_of(letter, language)["words"]
    if not letter.place:
        return words
    return str(gettext("%(place)s, %(date)s", place=within(letter.place, language), date=words))


def _edition(letter: PrintedLetter, language: str) -> str:
    if not letter.edition:
        return str(gettext("Draft, not published"))
    moment = moment_words(letter.published_at, letter.zone, language)
    return str(
        gettext("Edition %(number)s, published %(moment)s", number=number(letter.edition, language), moment=moment)
    )


def _governing(letter: PrintedLetter, language: str) -> str:
    return governing_words(letter.authoritative_language, language) if len(letter.texts) > 1 else ""


def _lagging(letter: PrintedLetter, language: str) -> str:
    follows = letter.lagging.get(language)
    if follows is None:
        return ""
    return lagging_words(letter.authoritative_language, language, follows=follows, version=letter.version)


def _leads(letter: PrintedLetter, language: str) -> str:
    names = [within(first_of(lead, language), language) for lead in letter.leads]
    return f"{gettext('Led by')} {join(names, language)}" if names else ""


def _addressed(letter: PrintedLetter, language: str, block: str) -> tuple[Addressed, ...]:
    return tuple(_addressee(one, language) for one in letter.addressees if one.block == block)


def _addressee(one: PrintedAddressee, language: str) -> Addressed:
    name = " ".join(filter(None, (first_of(one.style, language), first_of(one.name, language))))
    return Addressed(name=name, office=first_of(one.office, language))


def _withheld(count: int, language: str) -> str:
    """The sentence for those who signed unnamed. It never says who or where."""
    if not count:
        return ""
    return str(
        ngettext(
            "and %(number)s organisation whose name is withheld for its safety",
            "and %(number)s organisations whose names are withheld for their safety",
            count,
            number=number(count, language),
        )
    )


def _photo_credit(letter: PrintedLetter, language: str) -> str:
    if letter.photo is None:
        return ""
    credit = gettext("Photo: %(credit)s", credit=within(letter.photo.credit, language))
    return ", ".join(filter(None, (credit, letter.photo.licence)))
