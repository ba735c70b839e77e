"""What a translation lacks, in words: for its page at the desk and for the check list."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import ngettext

from coalition import languages
from coalition.rendering.missing_parts import MissingPart


def missing_words(missing: Iterable[MissingPart], language: str) -> list[str]:
    """What a translation lacks, a few words each, in `language`, the present one."""
    return [_missing(one, language) for one in missing]


def _missing(one: MissingPart, language: str) -> str:
    number = abs(one.number)
    shown = languages.number(number, language)
    if one.number < 0:
        more = {
            "recommendation": ngettext("%(shown)s recommendation too many", "%(shown)s recommendations too many",
                                       number, shown=shown),
            "footnote": ngettext("%(shown)s footnote too many", "%(shown)s footnotes too many", number, shown=shown),
        }  # fmt: skip
        return str(more[one.kind])
    words = _missing_of_body(one.kind, number, shown) or part_words(one.kind)
    if not one.under:
        return words
    return str(_("%(what)s, under “%(heading)s”", what=words, heading=languages.isolate(one.under)))


def _missing_of_body(kind: str, number: int, shown: str) -> str:
    """How many of a kind are missing; "" for a part that is there once."""
    words = {
        "heading": ngettext("%(shown)s heading", "%(shown)s headings", number, shown=shown),
        "paragraph": ngettext("%(shown)s paragraph", "%(shown)s paragraphs", number, shown=shown),
        "item": ngettext("%(shown)s list item", "%(shown)s list items", number, shown=shown),
        "recommendation": ngettext("%(shown)s recommendation", "%(shown)s recommendations", number, shown=shown),
        "footnote": ngettext("%(shown)s footnote", "%(shown)s footnotes", number, shown=shown),
        "quote": ngettext("%(shown)s quotation", "%(shown)s quotations", number, shown=shown),
        "speaker": ngettext("%(shown)s speaker of a quotation", "%(shown)s speakers of quotations", number,
                            shown=shown),
        "row": ngettext("%(shown)s table row", "%(shown)s table rows", number, shown=shown),
        "code": ngettext("%(shown)s block of code", "%(shown)s blocks of code", number, shown=shown),
    }  # fmt: skip
    return str(words.get(kind, ""))


def part_words(part: str) -> str:
    """What a part of a text is called that stands there once."""
    words = {
        "title": _("Title"),
        "short_title": _("Short title"),
        "deck": _("Deck"),
        "kicker": _("Words above the title"),
        "second_title": _("Second title"),
        "deck_speaker": _("Who says the deck"),
        "salutation": _("Salutation"),
        "body": _("Text"),
        "closing": _("Closing"),
        "disclaimers": _("Disclaimers"),
        "list_heading": _("Heading of the list of names"),
        "contact_line": _("Contact line"),
        "photo_caption": _("Caption of the photo"),
        "photo_alternative": _("What the photo shows"),
    }
    return str(words[part])
