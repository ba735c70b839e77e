"""What the check list before publication found, in words, with the way to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from coalition import languages
from coalition.actions.check import Finding
from coalition.web.desk.frame import language

WITH_TYPING = frozenset({"odd_name", "look_alike_names"})
"""Findings about a name whose typing can be corrected there and then."""


@dataclass(frozen=True, slots=True)
class FoundWords:
    """One finding as the page shows it."""

    key: str
    words: str
    stops: bool
    mend: str = ""
    """Where it is mended: a path under the letter's; "" where nothing but a reason helps."""
    signature: str = ""
    """The signature whose typing can be corrected."""

    @property
    def reason_field(self) -> str:
        """The name of the field that takes the reason to pass it over."""
        return f"reason:{self.key}"


def found_words(finding: Finding) -> FoundWords:
    """A finding in words."""
    facts = finding.facts
    tag: str = facts.get("language", "")
    tongue = languages.name(tag, language()) if tag else ""
    words, mend = _said(finding, tag, tongue)
    return FoundWords(
        key=finding.key,
        words=words,
        stops=finding.stops,
        mend=mend,
        signature=facts.get("signature", "") if finding.code in WITH_TYPING else "",
    )


def _disputed_words(name: str) -> str:
    if not name:
        return str(
            _("An organisation that withheld its name says that the signature is not its own. It is not counted.")
        )
    return str(_("%(name)s says that the signature is not its own. It is not printed.", name=name))


def _not_closed(stage: str) -> tuple[str, str]:
    if stage == "cancelled":
        return _("The letter is cancelled. It is not published."), ""
    return _("Signing is not closed yet."), "close"


def _said(finding: Finding, tag: str, tongue: str) -> tuple[str, str]:
    facts = finding.facts
    name, other = facts.get("name", ""), facts.get("other", "")
    problem = getattr(facts.get("problem"), "sentence", "")
    said: dict[str, tuple[str, str]] = {
        "practice": (_("This is a practice letter: it is never published."), ""),
        "not_closed": _not_closed(facts.get("stage", "")),
        "nobody_signed": (_("Nobody has signed."), ""),
        "disputed": (_disputed_words(name), ""),
        "missing_translation": (_("There is no text in %(language)s.", language=tongue), f"text/{tag}"),
        "translation_not_shown": (
            _("Nobody was shown the text in %(language)s: it is published as a translation.", language=tongue),
            f"text/{tag}",
        ),
        "photo_without_credit": (_("The photo does not say who took it."), "photo"),
        "photo_without_alternative": (
            _("It is not said in %(language)s what the photo shows.", language=tongue),
            "photo",
        ),
        "lead_not_signed": (
            _("%(name)s leads the letter and has not signed: the list does not print it.", name=name),
            "sign",
        ),
        "odd_name": (_("This name looks mistyped: %(name)s", name=name), ""),
        "look_alike_names": (_("Two names are nearly the same: %(name)s and %(other)s", name=name, other=other), ""),
        "withhold_by_default": (_("%(name)s usually withholds its name, and will be printed by name.", name=name), ""),
        "typed_number": (
            _(
                "The text in %(language)s says %(typed)s where the list has another number.",
                language=tongue,
                typed=facts.get("typed", ""),
            ),
            "",
        ),
        "text_problem": (_("In the text in %(language)s: %(problem)s", language=tongue, problem=problem), ""),
        "missing_glyph": (
            _(
                "No font here shows %(character)s in “%(line)s”. Page, text and JSON go out; the PDF waits for a font.",
                character=facts.get("character", ""),
                line=facts.get("line", ""),
            ),
            "",
        ),
    }
    words, mend = said[finding.code]
    return str(words), mend
