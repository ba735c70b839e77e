"""A new letter: a title, its text and a deadline are enough to begin."""

from __future__ import annotations

import json
import secrets
from hashlib import sha256
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import languages
from coalition.actions import draft
from coalition.actions.draft import DeadlineInThePast, PartTooLong
from coalition.models.letter import KINDS
from coalition.models.version import TITLE_LIMIT
from coalition.rendering.kinds import kind_words
from coalition.web.audience import Audience, account, audience
from coalition.web.desk import choices, moment
from coalition.web.desk.door import desk
from coalition.web.desk.frame import lead_to
from coalition.web.desk.moment import MomentField
from coalition.web.desk.typed import Typed, too_long

DEADLINE = "closes"
KEY = "key"
TOKEN = "csrf_token"  # noqa: S105 -- the name of the field  # nosec B105


@desk.get("/letters/new")
@audience(Audience.ACCOUNT)
def new_letter() -> ResponseReturnValue:
    """The short form."""
    typed = Typed.stored({"kind": "open_letter", "language": account().language, KEY: secrets.token_hex(16)})
    return _page(typed, MomentField(DEADLINE, time="18:00", zone=account().zone))


@desk.post("/letters/new")
@audience(Audience.ACCOUNT)
def begin_letter() -> ResponseReturnValue:
    """Write it down, and go to what remains to be done."""
    typed = Typed(request.form)
    closes, deadline = moment.read(typed, DEADLINE, account().zone)
    title = typed.line("title", limit=TITLE_LIMIT, missing=_("Give the letter a title."))
    kind = typed.choice("kind", KINDS, _("Choose what kind of letter this is."))
    language = typed.choice("language", languages.LETTER, _("Choose the language of the text."))
    letter_id = None
    if typed.is_good:
        try:
            letter_id = draft.create_letter(
                by=account(),
                title=title,
                kind=kind,
                language=language,
                zone=closes.zone,
                body=request.form.get("body", ""),
                deadline_at=deadline,
                letter_id=_id_of_what_was_sent(),
                is_practice=typed.tick("practice"),
            )
        except PartTooLong as refused:
            typed.wrong(refused.part, too_long(refused.length, refused.limit))
        except DeadlineInThePast:
            typed.wrong("closes_date", _("This moment has passed. Choose a later one."))
            closes.errors["date"] = typed.errors["closes_date"]
    return lead_to(letter_id) if letter_id else (_page(typed, closes), 422)


def kind_options() -> list[tuple[str, str]]:
    """Every kind of letter, in words."""
    return [(kind, kind_words(kind)) for kind in KINDS]


def _id_of_what_was_sent() -> UUID | None:
    """The id of the letter that this form makes: the same words sent twice make one letter, other words another."""
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != TOKEN]
    if not request.form.get(KEY):
        return None
    facts = json.dumps([account().id.hex, sorted(sent)])
    return UUID(bytes=sha256(facts.encode()).digest()[:16], version=4)


def _page(typed: Typed, closes: MomentField) -> str:
    return render_template(
        "desk/new_letter.html",
        section="letters",
        typed=typed,
        errors=typed.errors,
        closes=closes,
        kinds=kind_options(),
        languages=choices.contact_languages(),
        is_opened="language" in typed.errors or "zone" in closes.errors,
    )
