"""The demonstration's mailbox: every mail that would have gone out, made anew each time it is looked at.

It is there by configuration alone (SAFETY §5): in any other installation these addresses do not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING, Final

from flask import Response, abort, render_template, request
from flask_babel import get_locale
from sqlalchemy import func, select

from coalition import config, languages
from coalition.database import db
from coalition.emails import letters
from coalition.emails.case import NoLongerDue
from coalition.models.outgoing_email import OutgoingEmail
from coalition.web.audience import Audience, audience
from coalition.web.public.door import public

if TYPE_CHECKING:
    from uuid import UUID

MAILS_ON_A_PAGE: Final = 25
PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
MAIL_POLICY: Final = (
    "sandbox allow-popups allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""A mail carries its styles with it, and nothing else may load or run; its links leave the frame."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A mail of the list; `gone` says why one can not be made any more."""

    id: UUID
    at: datetime
    at_words: str
    recipient: str = ""
    subject: str = ""
    language: str = ""
    direction: str = "ltr"
    text: str = ""
    gone: str = ""


@public.get("/demo/mailbox")
@audience(Audience.PUBLIC)
def mailbox() -> Response:
    """The mails, the newest first."""
    _ensure_demo()
    total = db.session.scalar(select(func.count()).where(OutgoingEmail.state == "accepted")) or 0
    last = max(-(-total // MAILS_ON_A_PAGE), 1)
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    rows = db.session.scalars(
        select(OutgoingEmail)
        .where(OutgoingEmail.state == "accepted")
        .order_by(OutgoingEmail.settled_at.desc(), OutgoingEmail.id)
        .limit(MAILS_ON_A_PAGE)
        .offset((number - 1) * MAILS_ON_A_PAGE)
    ).all()
    return _page(
        "public/mailbox.html",
        mails=[_shown(row) for row in rows],
        number=number,
        last=last,
    )


@public.get("/demo/mailbox/<uuid:mail_id>")
@audience(Audience.PUBLIC)
def mail(mail_id: UUID) -> Response:
    """One mail: its text, and its HTML in a frame."""
    shown = _shown(_row(mail_id))
    return _page("public/mailbox_mail.html", mail=shown)


@public.get("/demo/mailbox/<uuid:mail_id>/html")
@audience(Audience.PUBLIC)
def mail_html(mail_id: UUID) -> Response:
    """The HTML of a mail as its program would show it; its links open outside the frame."""
    try:
        made = letters.make(db.session(), _row(mail_id))
    except NoLongerDue:
        abort(404)
    before, head, after = made.html.partition("<head>")
    answer = Response(render_template("public/mailbox_html.html", before=before + head, after=after))
    answer.headers["Content-Security-Policy"] = MAIL_POLICY
    return answer


def _ensure_demo() -> None:
    if not config.settings().demo:
        abort(404)


def _row(mail_id: UUID) -> OutgoingEmail:
    _ensure_demo()
    row = db.session.get(OutgoingEmail, mail_id)
    if row is None or row.state != "accepted":
        abort(404)
    return row


def _page(template: str, **facts: object) -> Response:
    answer = Response(render_template(template, **facts))
    answer.headers["Content-Security-Policy"] = PAGE_POLICY
    return answer


def _shown(row: OutgoingEmail) -> Shown:
    at = row.settled_at or row.date
    words = languages.moment_words(at, "UTC", str(get_locale() or "en"))
    try:
        made = letters.make(db.session(), row)
    except NoLongerDue as reason:
        return Shown(row.id, at.astimezone(UTC), words, gone=str(reason))
    language = BytesHeaderParser().parsebytes(made.content)["Content-Language"]
    return Shown(
        row.id,
        at.astimezone(UTC),
        words,
        recipient=made.recipient,
        subject=made.subject,
        language=language,
        direction=languages.direction(language),
        text=made.text,
    )
