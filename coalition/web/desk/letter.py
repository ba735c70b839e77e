"""One letter at the desk: a task list before it is sent, a board after."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.web.audience import COORDINATOR, EVERY_ROLE, TRANSLATOR, Audience, audience, member
from coalition.web.desk.board import board
from coalition.web.desk.closing import may_close_unsigned
from coalition.web.desk.door import desk
from coalition.web.desk.frame import lead_to, show, the_letter
from coalition.web.desk.tasks import tasks


@desk.get("/letters/<uuid:letter_id>")
@audience(Audience.TEAM, also=EVERY_ROLE)
def letter(letter_id: UUID) -> ResponseReturnValue:
    """What remains to be done, or who has answered; for a translator, the languages to be written."""
    now, role = clock.now(), member().role
    if role == TRANSLATOR or (role != COORDINATOR and the_letter().stage == "draft"):
        return lead_to(letter_id, "languages")
    if the_letter().stage == "draft":
        return show("desk/tasks.html", tasks=tasks(now=now), may_close_unsigned=may_close_unsigned(the_letter()))
    return board(now=now)
