"""What the check list before publication found, in words, with the way to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from coalition.actions.check import Finding
from coalition.rendering.findings import finding_words
from coalition.web.audience import account
from coalition.web.desk.frame import language

WITH_TYPING = frozenset({"odd_name", "look_alike_names"})
"""Findings about a name whose typing can be corrected there and then."""

MENDED_AT = {
    "not_closed": "close",
    "missing_translation": "text/{language}",
    "translation_not_shown": "text/{language}",
    "lagging_translation": "languages",
    "translation_lacks": "languages",
    "text_problem": "text/{language}",
    "photo_without_credit": "photo",
    "photo_without_alternative": "photo",
    "lead_not_signed": "sign",
    "unfinished_version": "versions",
    "proof_running": "proof",
    "typed_embargo": "text/{language}",
    "addressee_without_office": "addressees",
    "comments_open": "comments",
    "replies_open": "replies",
    "not_fresh": "proof",
}
"""Where something is mended: the part of the letter's address after its own."""


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
    return FoundWords(
        key=finding.key,
        words=finding_words(finding.code, facts, language=language(), zone=account().zone),
        stops=finding.stops,
        mend=_mend(finding),
        signature=facts.get("signature", "") if finding.code in WITH_TYPING else "",
    )


def _mend(finding: Finding) -> str:
    if finding.code == "not_closed" and finding.facts.get("stage") == "cancelled":
        return ""
    return MENDED_AT.get(finding.code, "").format(language=finding.facts.get("language", ""))
