"""What was found wrong or odd in what people brought, as codes with their values, and the sentence that says each."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import get_locale, lazy_gettext

from coalition import languages
from coalition.intake import odd_names

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `line` counts from 1, as the person's program does (0: the whole); `column` is the heading typed.

    `value` is what was typed, `suggestion` what is likely meant (or, for a repaired address, what was taken).
    """

    code: str
    line: int = 0
    column: str = ""
    value: str = ""
    suggestion: str = ""

    @property
    def is_error(self) -> bool:
        """Whether it keeps the line out; everything else is only pointed out."""
        return self.code in ERRORS

    @property
    def kind(self) -> str:
        """Either "error" (keeps the line out) or "remark"."""
        return "error" if self.is_error else "remark"


class SheetRefused(ValueError):
    """The whole of what was brought cannot be read; `problem` says why, `sentence(problem)` in words."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


# The line's number stands in front of each of these.
ERRORS = {
    "address_ending_unknown": lazy_gettext(
        "no mail address ends like “%(value)s”. Correct it, for instance to %(suggestion)s."
    ),
    "address_missing": lazy_gettext("no email address."),
    "address_no_at": lazy_gettext("“%(value)s” is no email address: it has no @."),
    "address_no_dot": lazy_gettext("“%(value)s” is no email address: there is no dot after the @."),
    "address_not_usable": lazy_gettext("“%(value)s” is no email address. Correct it."),
    "cells_beyond_header": lazy_gettext(
        "there are more cells than headings. Put quotation marks around a cell that holds the separator."
    ),
    "name_missing": lazy_gettext("no organisation name."),
    "name_too_long": lazy_gettext("the name has more than 300 characters. Shorten it."),
    "name_unprintable": lazy_gettext(
        "the name holds characters that cannot be seen (%(value)s). Type it again by hand."
    ),
    "text_unprintable": lazy_gettext(
        "“%(column)s” holds characters that cannot be seen (%(value)s). Type it again by hand."
    ),
    "text_too_long": lazy_gettext("the text under “%(column)s” is too long. Shorten it."),
}
REMARKS = {
    "address_likely_mistyped": lazy_gettext("is %(value)s a typing error? %(suggestion)s is more usual."),
    "address_mixed_scripts": lazy_gettext(
        "%(value)s mixes letters of two alphabets that look alike. Type it again by hand if in doubt."
    ),
    "address_non_ascii": lazy_gettext("%(value)s has letters before the @ that some mail servers do not take."),
    "address_repaired": lazy_gettext("“%(value)s” was read as %(suggestion)s."),
    "address_repeated": lazy_gettext("%(value)s stands there twice for this organisation. It is taken once."),
    "address_reserved": lazy_gettext("%(value)s is an address for trials. No mail arrives there."),
    "address_shared": lazy_gettext("%(value)s stands there for %(suggestion)s too."),
    "bullet_left_out": lazy_gettext("the mark at the start of the line was left out of the name."),
    "country_differs": lazy_gettext(
        "the country was given as %(suggestion)s further up, and stays so. "
        "If these are two organisations, give them two names."
    ),
    "country_not_known": lazy_gettext("the country “%(value)s” is not known. It is left empty."),
    "country_likely": lazy_gettext("the country “%(value)s” is not known. It is left empty. Is it %(suggestion)s?"),
    "language_not_known": lazy_gettext("the language “%(value)s” is not known. %(suggestion)s is used."),
    "letter_damaged": lazy_gettext(
        "a letter of the name could not be read and stands as �. Check the file's encoding."
    ),
    "looks_like_formula": lazy_gettext("the name starts like a formula of a spreadsheet. It is taken as text."),
    "line_break_in_name": lazy_gettext("the line break in the name was read as a space."),
    "name_spelled_differently": lazy_gettext(
        "“%(value)s” is written “%(suggestion)s” further up. That spelling is used."
    ),
    "value_differs": lazy_gettext("“%(column)s” was given as “%(suggestion)s” further up, and stays so."),
    "name_looks_alike": lazy_gettext("“%(value)s” looks like “%(suggestion)s”. Both are kept apart."),
    "safe_mail_unclear": lazy_gettext(
        "“%(value)s” under “%(column)s” is neither yes nor no. Safe mail is switched on."
    ),
    "site_left_out": lazy_gettext("“%(value)s” is no web address. It is left out."),
    "standing_not_known": lazy_gettext("the standing “%(value)s” is not known. It is left out."),
    "zone_not_known": lazy_gettext("the time zone “%(value)s” is not known. %(suggestion)s is used."),
}
# About the whole sheet.
NOTES = {
    "column_left_out": lazy_gettext("The column “%(value)s” is not known. It is left out."),
    "line_left_out_as_title": lazy_gettext("Line %(line)s (“%(value)s”) was taken as a title."),
    "other_sheets_left_out": lazy_gettext("Only the sheet “%(suggestion)s” was read. These were left out: %(value)s."),
    "read_as_windows": lazy_gettext(
        "The file is not in UTF-8. It was read as Windows-1252. "
        "If names look wrong, save it as “CSV UTF-8” and bring it again."
    ),
    "formula_without_value": lazy_gettext("Line %(line)s: a formula had no stored result. Its text was taken."),
}
REFUSALS = {
    "sheet_empty": lazy_gettext("There is no line in it. Paste or choose a list with at least one organisation."),
    "sheet_is_old_excel": lazy_gettext(
        "This is an old or a locked Excel file. Save it as .xlsx without a password and bring it again."
    ),
    "sheet_is_open_document": lazy_gettext(
        "This is an OpenDocument file. Save it as .xlsx or .csv and bring it again."
    ),
    "sheet_not_understood": lazy_gettext(
        "This is no sheet that can be read here. Save it as .xlsx or .csv and bring it again."
    ),
    "sheet_too_large": lazy_gettext("It is too large: at most %(value)s. Split it into several."),
    "sheet_too_many_columns": lazy_gettext(
        "It has too many columns: at most %(value)s. Remove those that are not needed."
    ),
    "sheet_too_many_lines": lazy_gettext("It has too many lines: at most %(value)s. Split it into several."),
}
REMARKS |= {code: lazy_gettext("look at “%(value)s” again. %(words)s") for code in odd_names.WORDS}
_WHOLE = NOTES | REFUSALS
_LINES = ERRORS | REMARKS


def sentence(problem: Problem, *, others_are_ready: bool = True, is_in_box: bool = True) -> str:
    """What to tell the person about the problem, in the language of the request.

    An error of a line ends by saying where the line stays, if it came in a box; `others_are_ready` is false where no
    line can be taken.
    """
    words = _said(problem)
    if not problem.line or problem.code in _WHOLE:
        return words
    words = str(lazy_gettext("Line %(line)s: %(words)s", line=problem.line, words=words))
    if not problem.is_error or not is_in_box:
        return words
    stays = lazy_gettext("The line stays in the box; the others are ready.")
    if not others_are_ready:
        stays = lazy_gettext("The line stays in the box.")
    return f"{words} {stays}"


def _said(problem: Problem) -> str:
    template = str((_WHOLE if problem.code in _WHOLE else _LINES)[problem.code])
    suggestion = problem.suggestion
    if problem.code == "language_not_known":
        suggestion = languages.name(suggestion, str(get_locale() or "en"))
    return template % {
        "line": problem.line,
        "column": _short(problem.column),
        "value": _short(problem.value),
        "suggestion": _short(suggestion) or "…",
        "words": odd_names.WORDS.get(problem.code, ""),
    }


def _short(text: str) -> str:
    """The text on one line, with what cannot be seen left out, cut where it would push the sentence off the page."""
    seen = "".join(
        character for character in " ".join(text.split()) if character.isprintable() or character in "\u200c\u200d"
    )
    return seen if len(seen) <= _SHOWN else seen[: _SHOWN - 1] + "…"
