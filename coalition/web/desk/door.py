"""The desk's blueprint, and what each of its pages knows of who sits there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g
from flask_security import current_user

from coalition import config
from coalition.web.audience import COORDINATOR

desk = Blueprint("desk", __name__, url_prefix="/desk")


@desk.context_processor
def _who() -> dict[str, Any]:
    """The signed-in person, for the layout; and whether mail leaves this machine at all."""
    settings = config.settings()
    return {
        "account_name": current_user.name if current_user.is_authenticated else "",
        "is_of_the_house": current_user.is_authenticated and current_user.role == COORDINATOR and not g.get("owed"),
        "owes_second_step": bool(g.get("owed")),
        "mail_is_held": not settings.mail_server and not settings.demo,
    }
