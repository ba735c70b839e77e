"""What the check list before publication found, in words, with the way to mend it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from coalition.actions.check import Finding
from coalition.rendering.findings import finding_words
from coalition.web.audience import account
from coalition.web.desk.frame import language
from coalition.web.desk.typed import Typed

SEEN = "seen:"
"""Begins the hidden field of a finding that keeps what it said."""

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
    said: dict[str, Any] = field(default_factory=dict)
    """What it says, for the form: a reason holds for that."""

    @property
    def reason_field(self) -> str:
        """The name of the field that takes the reason to pass it over."""
        return f"reason:{self.key}"

    @property
    def seen(self) -> tuple[str, str]:
        """The hidden field that says what was read when the reason was given."""
        return f"{SEEN}{self.key}", json.dumps(self.said, sort_keys=True)


def what_was_seen(typed: Typed) -> dict[str, dict[str, Any]]:
    """What each finding said to who typed a reason, by its key. What we can not read was no finding of ours."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in typed.sent.items():
        if name.startswith(SEEN):
            try:
                said = json.loads(value)
            except ValueError:
                said = None
            found[name.removeprefix(SEEN)] = said if isinstance(said, dict) else {}
    return found


def found_words(finding: Finding) -> FoundWords:
    """A finding in words."""
    facts = finding.facts
    return FoundWords(
        key=finding.key,
        words=finding_words(finding.code, facts, language=language(), zone=account().zone),
        stops=finding.stops,
        said=finding.said,
        mend=_mend(finding),
        signature=facts.get("signature", "") if finding.code in WITH_TYPING else "",
    )


def _mend(finding: Finding) -> str:
    if finding.code == "not_closed" and finding.facts.get("stage") == "cancelled":
        return ""
    return MENDED_AT.get(finding.code, "").format(language=finding.facts.get("language", ""))
