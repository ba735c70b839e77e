"""What stands on the printed sheet in one language: every word of a letter but its body, for the PDF and plain text."""

from dataclasses import dataclass

from flask_babel import force_locale, gettext, ngettext

from coalition.languages import direction, interface_language, isolate, join, moment_words, number, script_direction
from coalition.models.signature import IN_PERSON_MARK
from coalition.rendering.around import around_lines
from coalition.rendering.governing import governing_words, lagging_words
from coalition.rendering.kinds import kind_words, usual_list_heading
from coalition.rendering.printed import PrintedAddressee, PrintedGroup, PrintedLetter
from coalition.rendering.words import coalition_name, date_of, filled, first_of, heading


@dataclass(frozen=True, slots=True)
class Addressed:
    """One addressee as printed; either part may be empty."""

    name: str
    office: str


@dataclass(frozen=True, slots=True)
class Name:
    """One line of the list: the name exactly as printed, and for a person whom they belong to."""

    name: str
    affiliation: str


@dataclass(frozen=True, slots=True)
class Part:
    """Names under a heading, which may be empty."""

    heading: str
    names: tuple[Name, ...]
    unnamed: str = ""
    """How many of this part stand unnamed, where the part says so itself."""
    note: str = ""
    """What the mark after an affiliation means."""


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
        parts = _parts(letter, language, list_heading, withheld)
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


def _within(name: str, language: str) -> str:
    """A name in a line of other words: isolated where it runs against them."""
    return name if script_direction(name) in {None, direction(language)} else isolate(name)


def _place_and_date(letter: PrintedLetter, language: str) -> str:
    words = date_of(letter, language)["words"]
    if not letter.place:
        return words
    return str(gettext("%(place)s, %(date)s", place=_within(letter.place, language), date=words))


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
    names = [_within(first_of(lead, language), language) for lead in letter.leads]
    return f"{gettext('Led by')} {join(names, language)}" if names else ""


def _addressed(letter: PrintedLetter, language: str, block: str) -> tuple[Addressed, ...]:
    return tuple(_addressee(one, language) for one in letter.addressees if one.block == block)


def _addressee(one: PrintedAddressee, language: str) -> Addressed:
    name = " ".join(filter(None, (first_of(one.style, language), first_of(one.name, language))))
    return Addressed(name=name, office=first_of(one.office, language))


def _parts(letter: PrintedLetter, language: str, list_heading: str, withheld: str) -> tuple[Part, ...]:
    """The groups with names. A group headed as the whole list is needs no heading of its own.

    Where persons stand apart under our heading, the organisations before them get ours too, and say themselves how
    many of them are unnamed.
    """
    groups = [group for group in letter.groups if group.lines]
    has_persons = len(groups) > 1 and _is_of_persons(groups[-1])
    parts = []
    for place, group in enumerate(groups, start=1):
        own = first_of(group.headings, language, letter.authoritative_language)
        heading = "" if own == list_heading else own
        is_last_before_persons = has_persons and place == len(groups) - 1
        if _is_of_persons(group):
            heading = str(gettext("Individuals"))
        elif is_last_before_persons and not heading:
            heading = str(gettext("Organisations"))
        names = tuple(Name(line.name(language), line.affiliation) for line in letter.ordered(group, language))
        unnamed = withheld if is_last_before_persons else ""
        parts.append(Part(heading, names, unnamed, _capacity_note(letter, language, names, group)))
    return tuple(parts)


def _is_of_persons(group: PrintedGroup) -> bool:
    """Whether it is our list of individuals: one of a record has the heading it came with."""
    return not any(group.headings.values()) and all(line.kind == "individual" for line in group.lines)


def _capacity_note(letter: PrintedLetter, language: str, names: tuple[Name, ...], group: PrintedGroup) -> str:
    """What the mark after an affiliation means, said once; a letter may say it in its own words instead."""
    is_marked = _is_of_persons(group) and any(one.affiliation.endswith(IN_PERSON_MARK) for one in names)
    own = paragraphs(letter.texts[language].disclaimers)
    if not is_marked or any(lines[0].lstrip().startswith(IN_PERSON_MARK) for lines in own):
        return ""
    return capacity_words()


def capacity_words() -> str:
    """What the mark after an affiliation means, in the present language."""
    words = gettext("Signs in a personal capacity; the affiliation is given for identification only.")
    return f"{IN_PERSON_MARK} {words}"


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
    credit = gettext("Photo: %(credit)s", credit=_within(letter.photo.credit, language))
    return ", ".join(filter(None, (credit, letter.photo.licence)))
