"""A form that is gone when it is sent: what has to change in it would lead nowhere, so the page says that it is gone.

Signing closes, a colleague answers, a version is put forward: while somebody fills in a form, its page can become one
that has no such form.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import render_template
from flask_babel import gettext as _


def rendered(template: str, *, status: int, **facts: Any) -> tuple[str, int]:
    """The page and its status; 409 and one sentence where `errors` are of a form that the page does not have."""
    html = render_template(template, **facts)
    fields = [name for name in facts.get("errors") or {} if name]
    if all(f'id="{name}"' in html for name in fields):
        return html, status
    gone = {"": _("This form is not there any more: nothing was recorded. How things stand is said below.")}
    return render_template(template, **facts | {"errors": gone}), HTTPStatus.CONFLICT
