"""The list of names in one language, part by part, as every form of a letter prints it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from flask_babel import gettext

from coalition.languages import direction, isolate, script_direction
from coalition.models.signature import IN_PERSON_MARK
from coalition.rendering.added import added, without_added
from coalition.rendering.printed import Figures, PrintedGroup, PrintedLetter
from coalition.rendering.printed_after import After
from coalition.rendering.printed_files import PrintedFiles
from coalition.rendering.words import first_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coalition.rendering.printed import PrintedLine, PrintedLogo

SEMICOLONS: Final = {"ar": "؛ ", "ckb": "؛ ", "fa": "؛ ", "fr": "\u202f; ", "ja": "；", "ur": "؛ ", "zh": "；"}
"""How a language writes the semicolon between two names; the others write "; "."""


@dataclass(frozen=True, slots=True)
class Name:
    """One line of the list: the name exactly as printed, and what stands beside it."""

    name: str
    affiliation: str
    """Of a person: whom they belong to."""
    latin: str = ""
    """The name in Latin letters, where the letter prints it after one in another script."""
    country: str = ""
    """Its country, where the list is a table."""
    logo: PrintedLogo | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Names under a heading, which may be empty."""

    heading: str
    names: tuple[Name, ...]
    unnamed: str = ""
    """How many of this part stand unnamed, where the part says so itself."""
    note: str = ""
    """What the mark after an affiliation means."""
    over: str = ""
    """The heading above this one, where a part begins that is ordered by country under a heading of its own."""
    is_within: bool = False
    """Whether its heading stands under another part's."""
    anchor: str = ""
    """By which a link leads to it, where it is a country's."""
    others: str = ""
    """Who signs with these and has no name: "about 500 students"."""
    start: int = 1
    """The number of its first name, where names are numbered."""
    is_table: bool = False
    """Whether it has a column for countries."""
    is_late: bool = False
    """Whether its names were added after publication and stand apart."""


@dataclass(frozen=True, slots=True)
class _KeptParts:
    """The parts of the list proper as they were made of kept lines, and everything else that they were made of."""

    outline: PrintedLetter
    words: tuple[object, ...]
    parts: tuple[Part, ...]


PARTS_KEPT: Final = 8
_kept: dict[tuple[int, str], _KeptParts] = {}


def parts_of(letter: PrintedLetter, language: str, list_heading: str, withheld: str) -> tuple[Part, ...]:
    """The groups that have something to print. One headed as the whole list is needs no heading of its own.

    Where persons stand apart under our heading, the organisations before them get ours too, and say themselves how
    many of them are unnamed. In the present locale.
    """
    late = added(letter, language)
    parts = _kept_parts(letter, language, list_heading, withheld)
    parts += tuple(_late(letter, language, heading, lines) for heading, lines in late)
    return _numbered(parts) if late else parts


def _kept_parts(letter: PrintedLetter, language: str, list_heading: str, withheld: str) -> tuple[Part, ...]:
    """The parts of the list proper, made once for as long as the lines of its edition are kept."""
    if not letter.serial:
        return _proper(letter, language, list_heading, withheld)
    groups = tuple((one.headings, one.unnamed, one.for_persons) for one in letter.groups)
    outline = replace(letter, groups=(), figures=Figures(), after=After(), asks="", files=PrintedFiles())
    words, key = (list_heading, withheld, groups), (letter.serial, language)
    kept = _kept.get(key)
    if kept is None or kept.words != words or kept.outline != outline:
        kept = _KeptParts(outline, words, _proper(letter, language, list_heading, withheld))
        while len(_kept) >= PARTS_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = kept
    return kept.parts


def _proper(letter: PrintedLetter, language: str, list_heading: str, withheld: str) -> tuple[Part, ...]:
    letter = without_added(letter)
    groups = [group for group in letter.groups if group.lines or any(group.unnamed.values())]
    first_of_persons = next((place for place, group in enumerate(groups) if _is_of_persons(group)), 0)
    parts: list[Part] = []
    for place, group in enumerate(groups):
        own = first_of(group.headings, language, letter.authoritative_language)
        heading = "" if own == list_heading else own
        is_last_before_persons = place == first_of_persons - 1
        if _is_of_persons(group):
            heading = heading or str(gettext("Individuals"))
        elif is_last_before_persons and not heading:
            heading = str(gettext("Organisations"))
        lines = letter.ordered(group, language)
        others = first_of(group.unnamed, language, letter.authoritative_language)
        whole = Part(heading, (), withheld if is_last_before_persons else "", _mark_note(letter, language, group))
        parts.extend(_by_country(letter, language, lines, replace(whole, others=others), place))
    return _numbered(parts)


def _late(letter: PrintedLetter, language: str, heading: str, lines: tuple[PrintedLine, ...]) -> Part:
    """Those who were added after publication, organisations and persons together."""
    ordered = letter.ordered(PrintedGroup(headings={}, lines=lines), language)
    names = tuple(_name(letter, line, language, is_table=False) for line in ordered)
    return Part(heading, names, is_late=True)


def _by_country(
    letter: PrintedLetter, language: str, lines: tuple[PrintedLine, ...], whole: Part, place: int
) -> Iterable[Part]:
    """A group as one part; ordered by country, one for each, the last of which says what is said of the group."""
    of_persons = all(line.kind == "individual" for line in lines)
    is_table = letter.look.form == "table" and not of_persons
    if letter.order_in(language) != "country" or letter.look.form == "table" or of_persons:
        names = tuple(_name(letter, line, language, is_table=is_table) for line in lines)
        yield replace(whole, names=names, is_table=is_table)
        return
    found = [(words, list(each)) for words, each in groupby(lines, key=lambda line: line.country_words(language))]
    for number, (words, each) in enumerate(found):
        part = Part(
            heading=words or str(gettext("Without a country")),
            names=tuple(_name(letter, line, language, is_table=False) for line in each),
            over=whole.heading if number == 0 else "",
            is_within=bool(whole.heading),
            anchor=f"country-{place + 1}-{each[0].country.lower() or 'none'}-{number + 1}",
        )
        is_last = number == len(found) - 1
        yield replace(part, unnamed=whole.unnamed, note=whole.note, others=whole.others) if is_last else part


def _name(letter: PrintedLetter, line: PrintedLine, language: str, *, is_table: bool) -> Name:
    return Name(
        name=line.name(language),
        affiliation=line.affiliation,
        latin=line.latin_name(language) if letter.look.latin_after else "",
        country=line.country_words(language) if is_table else "",
        logo=line.logo if letter.look.shows_logos else None,
    )


def _numbered(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The numbers run through all parts: the last one is how many names there are."""
    start, numbered = 1, []
    for part in parts:
        numbered.append(part if part.start == start else replace(part, start=start))
        start += len(part.names)
    return tuple(numbered)


def _is_of_persons(group: PrintedGroup) -> bool:
    """Whether it is a list of individuals of ours: one of a record has the heading it came with."""
    if group.for_persons:
        return True
    is_ours = not any(group.headings.values()) and bool(group.lines)
    return is_ours and all(line.kind == "individual" for line in group.lines)


def _mark_note(letter: PrintedLetter, language: str, group: PrintedGroup) -> str:
    """What the mark after an affiliation means, said once; a letter may say it in its own words instead."""
    is_marked = _is_of_persons(group) and any(line.affiliation.endswith(IN_PERSON_MARK) for line in group.lines)
    own = letter.texts[language].disclaimers.replace("\r\n", "\n").split("\n\n")
    if not is_marked or any(block.lstrip().startswith(IN_PERSON_MARK) for block in own):
        return ""
    return capacity_words()


def capacity_words() -> str:
    """What the mark after an affiliation means, in the present language."""
    words = gettext("Signs in a personal capacity; the affiliation is given for identification only.")
    return f"{IN_PERSON_MARK} {words}"


def order_note(letter: PrintedLetter, language: str) -> str:
    """How the list is ordered, in the team's words or else ours in the present locale; "" where it does not say."""
    look = letter.look
    if not look.says_order:
        return ""
    if look.order_words.get(language):
        return look.order_words[language]
    ours = {
        ("name", True): gettext("The lead first, then in alphabetical order."),
        ("name", False): gettext("In alphabetical order."),
        ("country", True): gettext("By country, in alphabetical order."),
        ("country", False): gettext("By country, in alphabetical order."),
        ("date", True): gettext("The lead first, then in the order in which they signed."),
        ("date", False): gettext("In the order in which they signed."),
    }
    return str(ours.get((letter.order_in(language), look.lead_first and bool(letter.leads)), ""))


def semicolon(language: str) -> str:
    """What stands between two names of a list in one line."""
    return SEMICOLONS.get(language.partition("-")[0], "; ")


def latin_words(name: Name) -> str:
    """The Latin name as it follows the other: in brackets, or ""."""
    return f"({name.latin})" if name.latin else ""


def in_running_text(name: Name, language: str) -> str:
    """A name with what stands beside it, within a line of other names: isolated where it runs against them."""
    said = [within(name.name, language)]
    if name.latin:
        said.append(f"({within(name.latin, language)})")
    if name.affiliation:
        said[-1] += "،" if direction(language) == "rtl" else ","
        said.append(within(name.affiliation, language))
    return " ".join(said)


def within(name: str, language: str) -> str:
    """A name in a line of other words: isolated where it runs against them."""
    return name if script_direction(name) in {None, direction(language)} else isolate(name)
