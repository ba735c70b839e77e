"""Translating side by side: each block of the text that governs, and beside it the field for its translation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import languages
from coalition.actions import draft
from coalition.actions.draft import PartTooLong
from coalition.database import db
from coalition.intake.texts import tidy_text
from coalition.models.letter import AlreadyPublished, StaleEdit, TextIsFrozen
from coalition.models.version import Text
from coalition.rendering.missing_parts import missing_parts
from coalition.rendering.missing_words import missing_words, part_words
from coalition.rendering.side_by_side import Pair, beside, body_of
from coalition.web.audience import TRANSLATOR, Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import lead_to, path_of, show, the_letter
from coalition.web.desk.languages import lagging
from coalition.web.desk.typed import Typed, too_long

BEFORE = ("title", "kicker", "second_title", "short_title", "deck", "deck_speaker", "salutation")
AFTER = ("closing", "disclaimers", "list_heading", "contact_line", "photo_caption", "photo_alternative")
LINES = frozenset({"title", "kicker", "second_title", "short_title", "deck_speaker", "list_heading"})
"""Parts of one line."""
MOST_BLOCKS = 5_000
WIDTH, TALLEST = 45, 30
"""About how many characters stand on a line of a field, and the most lines it shows at once."""


@desk.get("/letters/<uuid:letter_id>/translate/<language>")
@audience(Audience.TEAM, also=(TRANSLATOR,))
def translate_text(letter_id: UUID, language: str) -> ResponseReturnValue:
    """The text that governs beside its translation; a frozen one is read on the page of the text."""
    text, original = _both(language)
    if text.shown_at:
        return lead_to(letter_id, "text", language)
    return _page(Typed.stored(_kept(text, original)), text, original)


@desk.post("/letters/<uuid:letter_id>/translate/<language>")
@audience(Audience.TEAM, also=(TRANSLATOR,))
def save_translation(letter_id: UUID, language: str) -> ResponseReturnValue:
    """Save the parts and the body, put together from its blocks."""
    text, _original = _both(language)
    typed = Typed(request.form)
    try:
        draft.save_text(letter_id, language, _parts(typed, text), by=account(), seen=request.form.get("seen"))
    except PartTooLong as long:
        typed.wrong("body-0" if long.part == "body" else long.part, too_long(long.length, long.limit))
        return _again(typed, language, status=422)
    except StaleEdit:
        return _again(typed, language, status=409, is_stale=True)
    except TextIsFrozen:
        typed.wrong("", _("The text was shown to organisations meanwhile. It does not change any more."))
        return _again(typed, language, status=409)
    except AlreadyPublished:
        typed.wrong("", _("The letter is published. Its words do not change any more."))
        return _again(typed, language, status=409)
    flash(_("The translation is saved."))
    if request.form.get("act") == "preview":
        return lead_to(letter_id, "preview", language)
    return lead_to(letter_id, "translate", language)


def _both(language: str) -> tuple[Text, Text]:
    """The translation and the text that governs; answers 404 for a language there is nothing to translate into."""
    letter = the_letter()
    text: Text | None = letter.working_version.text(language)
    original: Text = letter.working_version.text(letter.authoritative_language)
    if text is None or text is original:
        abort(404)
    return text, original


def _pairs(text: Text, original: Text) -> list[Pair]:
    return beside(original.body, text.body)


def _kept(text: Text, original: Text) -> dict[str, Any]:
    """What stands in the fields of a form that was not sent yet."""
    blocks = {f"body-{place}": pair.translation.source for place, pair in enumerate(_pairs(text, original))}
    return {part: getattr(text, part) for part in (*BEFORE, *AFTER)} | blocks | {"seen": draft.state_of_text(text)}


def _parts(typed: Typed, text: Text) -> dict[str, str]:
    """What was typed by part; the body only where a block of it was changed, so that nothing is merely retyped."""
    parts = {part: typed.sent[part] for part in (*BEFORE, *AFTER) if part in typed.sent}
    blocks = []
    for place in range(MOST_BLOCKS):
        if f"body-{place}" not in typed.sent:
            break
        blocks.append(tidy_text(typed.sent[f"body-{place}"]))
    body = body_of([*blocks, tidy_text(typed.sent.get("more", ""))])
    pairs = _pairs(text, _both(text.language)[1])
    if body != body_of(pair.translation.source for pair in pairs):
        parts["body"] = body
    return parts


def _again(typed: Typed, language: str, *, status: int, is_stale: bool = False) -> ResponseReturnValue:
    db.session.rollback()
    text, original = _both(language)
    return _page(typed, text, original, status=status, is_stale=is_stale)


def _page(
    typed: Typed, text: Text, original: Text, *, status: int = 200, is_stale: bool = False
) -> ResponseReturnValue:
    letter, spoken = the_letter(), desk_language()
    return show(
        "desk/translate.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        text_language=text.language,
        language_name=languages.name(text.language, spoken),
        original_language=original.language,
        original_direction=languages.direction(original.language),
        original_name=languages.name(original.language, spoken),
        before=[_part(part, typed, original) for part in BEFORE if _is_asked(part, text, original)],
        blocks=_blocks(typed, text, original),
        after=[_part(part, typed, original) for part in AFTER if _is_asked(part, text, original)],
        is_stale=is_stale,
        theirs=text.body if is_stale else "",
        seen=draft.state_of_text(text) if is_stale else typed.get("seen"),
        lagging=lagging(text),
        missing=missing_words(missing_parts(original, text), spoken),
        preview=path_of(letter.id, "preview", text.language) if not text.is_empty else "",
    )


def _is_asked(part: str, text: Text, original: Text) -> bool:
    """Whether a part is to be translated: where the original has it, or the translation."""
    return bool(getattr(original, part).strip() or getattr(text, part).strip())


def _part(part: str, typed: Typed, original: Text) -> dict[str, Any]:
    words = getattr(original, part)
    return {
        "field": part,
        "label": part_words(part),
        "original": words,
        "is_line": part in LINES,
        "rows": _rows(words, typed.get(part)),
    }


def _blocks(typed: Typed, text: Text, original: Text) -> list[dict[str, Any]]:
    """The body's blocks; of a form that came back, as many as it had."""
    pairs = _pairs(text, original)
    sent = sum(f"body-{place}" in typed.sent for place in range(min(MOST_BLOCKS, len(typed.sent))))
    originals = [pair.original.source for pair in pairs]
    shown = max(len(pairs), sent)
    return [
        {
            "field": f"body-{place}",
            "label": languages.number(place + 1, desk_language()),
            "original": originals[place] if place < len(originals) else "",
            "rows": _rows(originals[place] if place < len(originals) else "", typed.get(f"body-{place}")),
        }
        for place in range(shown)
    ]


def _rows(*words: str) -> int:
    """How many lines a field shows: as many as the longer side needs."""
    needed = max(sum(len(line) // WIDTH + 1 for line in text.split("\n")) for text in words)
    return min(max(needed, 2), TALLEST)
