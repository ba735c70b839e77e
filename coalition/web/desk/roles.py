"""What a translator and an observer of a letter's team may do: see it; and the translator, write texts."""

from __future__ import annotations

from flask import abort, g, request

from coalition.models.letter import Letter
from coalition.web.audience import account
from coalition.web.desk.door import desk

TRANSLATORS_POST = {"desk.save_text"}


@desk.before_request
def ensure_may_act() -> None:
    """Refuse a change by somebody of the team who is not its coordinator; everybody of the team may look."""
    letter: Letter | None = g.get("letter")
    if letter is None or request.method != "POST":
        return
    roles = {member.role for member in letter.team if member.account_id == account().id and member.ended_at is None}
    if "coordinator" in roles or ("translator" in roles and request.endpoint in TRANSLATORS_POST):
        return
    abort(403)
