"""The page of a text: to read, to write, or with two texts side by side where two people wrote at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

from flask import abort, make_response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from coalition import clock, languages
from coalition.actions import draft, editing
from coalition.actions.editing import Hold
from coalition.database import db
from coalition.intake.texts import tidy_text
from coalition.models.version import FINGERPRINTED, Text
from coalition.rendering.redline import redline
from coalition.rendering.redline_view import redline_view
from coalition.rendering.text import Problem
from coalition.rendering.text.problems import PARTS_WITH_WORDS
from coalition.web.audience import account
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import show, the_letter
from coalition.web.desk.looked_through import problems_in
from coalition.web.desk.next_version import may_begin
from coalition.web.desk.preview import article_of_draft
from coalition.web.desk.typed import Typed
from coalition.web.headers import EDITOR_POLICY

PARTS = (
    "title",
    "body",
    "kicker",
    "second_title",
    "short_title",
    "deck",
    "deck_speaker",
    "salutation",
    "closing",
    "disclaimers",
    "list_heading",
    "contact_line",
)
"""What this page writes; the words of the photo stand on the photo's page."""

EXAMPLES = {
    "heading": "##",
    "strong": "**…**",
    "emphasis": "*…*",
    "link": "[…](https://…)",
    "list": "-",
    "numbers": "1.",
    "quote": ">",
    "speaker": "> —",
    "mark": "[^1]",
    "note": "[^1]:",
    "recommendations": "{recommendations}",
    "figures": "{{organisations}}, {{signatories}}, {{individuals}}, {{countries}}",
    "forms": "{{organisations: one=organisation | other=organisations}}",
}
"""What the page teaches, as it is typed."""


def the_text(language: str) -> Text:
    """The text that the team writes in a language; answers 404 where there is none."""
    found: Text | None = the_letter().working_version.text(language)
    if found is None:
        abort(404)
    return found


def kept(text: Text) -> ResponseReturnValue:
    """The page of the text as it is kept: in a form for whoever has it open, and where nothing was written yet."""
    hold = editing.holder(db.session(), text, now=clock.now())
    is_written = hold.is_by(account()) if hold else text.is_empty
    typed = Typed.stored({part: getattr(text, part) for part in PARTS} | {"seen": draft.state_of_text(text)})
    return _page(typed, text, hold=hold, is_written=is_written)


def refused(typed: Typed, language: str, *, status: int) -> ResponseReturnValue:
    """The page again with what was typed, after a save that was not taken; beside it what a colleague saved."""
    db.session.rollback()
    text = the_text(language)
    if status == 409 and not typed.errors:
        return _page(typed, text, status=status, is_written=True, **_both(typed, text))
    yours = _other_words(typed, text, FINGERPRINTED, typed.sent) if text.shown_at else []
    return _page(typed, text, status=status, is_written=True, yours=yours)


def _page(
    typed: Typed,
    text: Text,
    *,
    is_written: bool,
    status: int = 200,
    hold: Hold | None = None,
    **facts: Any,
) -> ResponseReturnValue:
    letter = the_letter()
    is_written = is_written and not text.shown_at
    answer = make_response(
        show(
            "desk/text.html",
            status=status,
            typed=typed,
            errors=typed.errors,
            text_language=text.language,
            text_direction=languages.direction(text.language),
            language_name=languages.name(text.language, desk_language()),
            original=_original(text, letter.authoritative_language),
            is_frozen=text.shown_at is not None,
            is_written=is_written,
            is_waiting=letter.stage in {"consultation", "open"}
            and text.shown_at is None
            and text.version is letter.version,
            may_begin=text.shown_at is not None and may_begin(),
            holder=_held(hold),
            problems=_problems(typed, text.language),
            article=_article(typed, text),
            **(_form(typed) | facts),
        )
    )
    if is_written:
        answer.headers["Content-Security-Policy"] = EDITOR_POLICY
    return answer


def _form(typed: Typed) -> dict[str, Any]:
    further = PARTS[2:]
    return {
        "examples": EXAMPLES,
        "seen": typed.get("seen"),
        "is_opened": any(typed.get(part) for part in further) or any(part in typed.errors for part in further),
        "is_stale": False,
    }


def _held(hold: Hold | None) -> dict[str, str] | None:
    """Somebody else who has the text open, and since when."""
    if hold is None or hold.is_by(account()):
        return None
    return {"name": hold.name, "since": languages.clock_words(hold.since, desk_language())}


def _both(typed: Typed, text: Text) -> dict[str, Any]:
    """What was saved meanwhile, and what saving yours over it would change, word by word."""
    theirs = {part: getattr(text, part) for part in FINGERPRINTED}
    mine = theirs | {part: tidy_text(typed.sent[part]) for part in FINGERPRINTED if part in typed.sent}
    return {
        "is_stale": True,
        "seen": draft.state_of_text(text),
        "redline": redline_view(redline(theirs, mine), text.language, desk_language()),
        "theirs": _other_words(typed, text, PARTS, {part: getattr(text, part) for part in PARTS}),
    }


def _other_words(typed: Typed, text: Text, parts: Iterable[str], words: Mapping[str, str]) -> list[dict[str, str]]:
    """The parts that were typed otherwise than they are kept, with their words on one of the two sides."""
    names = part_names()
    return [
        {"name": names[part], "words": words[part]}
        for part in parts
        if part in typed.sent and tidy_text(typed.sent[part]) != getattr(text, part)
    ]


def _article(typed: Typed, text: Text) -> Markup | None:
    """How the text will look, with what was typed and is not saved yet; None where there is nothing to look at."""
    parts = {} if text.shown_at else {part: tidy_text(typed.sent[part]) for part in PARTS if part in typed.sent}
    has_words = not text.is_empty or text.title or any(parts.values())
    return article_of_draft(text.language, parts) if has_words else None


def _original(text: Text, authoritative: str) -> str:
    """The authoritative text, for whoever translates it."""
    if text.language == authoritative:
        return ""
    original = text.version.text(authoritative)
    return "\n\n".join(filter(None, (original.title, original.body))) if original else ""


def _problems(typed: Typed, language: str) -> dict[str, list[dict[str, Any]]]:
    """What an author should look at again by part; in the body with the line it stands on."""
    parts = {part: tidy_text(str(typed.get(part))) for part in PARTS_WITH_WORDS}
    found: dict[str, list[dict[str, Any]]] = {}
    met: Counter[str] = Counter()
    for problem in problems_in(parts, language):
        line = _line_of(problem, parts["body"], met) if problem.part == "body" else 0
        shown = languages.number(line, desk_language()) if line else ""
        found.setdefault(problem.part, []).append({"words": problem.sentence, "line": line, "shown": shown})
    return {part: sorted(each, key=itemgetter("line")) for part, each in found.items()}


def _line_of(problem: Problem, body: str, met: Counter[str]) -> int:
    """The line, from 1, on which something stands; the same thing again is looked for further down."""
    at = -1
    for _time in range(met[problem.typed] + 1):
        at = body.find(problem.typed, at + 1)
    met[problem.typed] += 1
    return body.count("\n", 0, at) + 1 if at >= 0 else 0


def part_names() -> dict[str, str]:
    """What the parts of a text are called."""
    return {
        "title": _("Title"),
        "body": _("Text"),
        "kicker": _("Words above the title"),
        "second_title": _("Second title"),
        "short_title": _("Short title"),
        "deck": _("Deck"),
        "deck_speaker": _("Who says the deck"),
        "salutation": _("Salutation"),
        "closing": _("Closing"),
        "disclaimers": _("Disclaimers"),
        "list_heading": _("Heading of the list of names"),
        "contact_line": _("Contact line"),
    }
