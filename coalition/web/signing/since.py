"""What changed in the text since somebody saw it last: since their last act, since we wrote, since the page opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coalition.database import db
from coalition.models.version import texts_between
from coalition.rendering.kept_redline import redline_between
from coalition.rendering.redline_view import RedlineView, redline_view

if TYPE_CHECKING:
    from coalition.models.invitation import Invitation
    from coalition.models.letter import Letter
    from coalition.models.signature import Signature
    from coalition.models.version import Version
    from coalition.web.signing.visit import Visit


def seen_before(letter: Letter, invitation: Invitation, signature: Signature | None) -> Version | None:
    """The version before the one in force that the organisation agreed to, or was shown; None where nothing changed.

    Who signed agreed to one. Who did not saw the one of their last answer, else of the mail that asked them.
    """
    if signature is not None:
        before: Version | None = signature.version
    else:
        moment = invitation.answered_at or invitation.queued_at
        before = letter.version_shown_at(moment) if moment else None
    return before if before is not None and before.number < letter.version.number else None


def changes_since(visit: Visit, before: Version) -> dict[str, Any]:
    """The redline from a version to the one in force, in the language that is read, and why."""
    letter = visit.letter
    old, new = texts_between(letter, before, visit.form.language)
    since = [one for one in letter.versions if before.number < one.number <= letter.version.number]
    said = ((one.number, one.explanation(visit.form.language)) for one in since)
    return {
        "before": before.number,
        "explanations": [{"version": number, "words": words} for number, words in said if words],
        "view": redline_view(redline_between(db.session(), old, new), new.language, visit.language),
        "other_language": new.language if new.language != visit.form.language else "",
    }


def changes_meanwhile(sent: Visit) -> RedlineView | None:
    """From the text that a sent form showed to the one in force now; None where that text is not known."""
    letter, shown = sent.letter, sent.form.shown
    before: Version | None = next((one for one in letter.versions if one.number == shown.version), None)
    text = before.text(shown.language) if before else None
    if before is None or text is None or text.fingerprint != shown.fingerprint:
        return None
    old, new = texts_between(letter, before, shown.language)
    return redline_view(redline_between(db.session(), old, new), new.language, sent.language, prefix="meanwhile-")
