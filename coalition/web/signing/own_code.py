"""One code more at an organisation's own page: the code that opened it for half an hour authorises no such act.

To withdraw a withheld name, and whatever is done about a sensitive letter, needs a code of its own (SAFETY §2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from coalition import languages
from coalition.actions import step_up
from coalition.actions.step_up import CodeGone, TooOften, WrongCode
from coalition.web.act_code import ANOTHER, CODE

if TYPE_CHECKING:
    from coalition.web.signing.own_visit import OwnVisit


def take_act_code(visit: OwnVisit, letter_id: UUID, act: str) -> tuple[bool, str]:
    """Whether a right code came with the act, and what to say of one that was not.

    A code that has just opened the page was for that alone, and is spent.
    """
    typed = request.form.get(CODE)
    if typed is None or ANOTHER in request.form or visit.opened_now:
        return False, ""
    if not typed.strip():
        return False, _("Type the code: it has 8 digits")
    try:
        step_up.take_code(visit.link.id, typed, session=visit.session, authorises=_authorised(visit, letter_id, act))
    except WrongCode as error:
        number = languages.number(error.left, visit.language)
        return False, ngettext(
            "This is not the code that was sent last. You can try %(number)s more time.",
            "This is not the code that was sent last. You can try %(number)s more times.",
            error.left,
            number=number,
        )
    except CodeGone:
        return False, _("This code works no more. Send another one.")
    return True, ""


def act_code_page(visit: OwnVisit, letter_id: UUID, act: str, problem: str) -> Response:
    """Mail a code, unless one can still be tried, and ask for it. Nothing of the act is recorded yet."""
    authorises = _authorised(visit, letter_id, act)
    sent = step_up.code_waiting(visit.link.id, session=visit.session, authorises=authorises)
    wants_another = ANOTHER in request.form
    if wants_another or (sent is None and not problem):
        try:
            sent = step_up.send_code(
                visit.link.id, session=visit.session, authorises=authorises, unless_waiting=not wants_another
            )
        except TooOften as error:
            moment = languages.moment_words(error.until, visit.contact.zone, visit.language)
            problem = _("Many codes were sent. Another one can be sent after: %(moment)s", moment=moment)
    html = render_template(
        "signing/own/act_code.html",
        action=request.path,
        act=act,
        chosen=request.form.get(act, ""),
        is_read_out=sent is not None and sent.channel == "other",
        until=languages.moment_words(sent.expires_at, visit.contact.zone, visit.language) if sent else "",
        form_token=visit.token(),
        leave_path=f"{visit.path}/leave",
        errors={"code" if sent else "": problem} if problem else {},
    )
    return Response(html, 422 if problem else 200)


def _authorised(visit: OwnVisit, letter_id: UUID, act: str) -> str:
    """What a code authorises: one act, on one letter, from one form."""
    return f"own page:{letter_id.hex}:{visit.key_of(act)}"
