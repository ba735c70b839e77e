"""Where a relay reports bounces (`relay_webhook`): signed, small, JSON; no cookie, no page."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Response, request

from coalition import clock, config
from coalition.actions.hear_relay import hear
from coalition.intake.mail import relays
from coalition.intake.mail.relays import NotProven, NotReadable
from coalition.web.audience import Audience, audience
from coalition.web.public.door import public

if TYPE_CHECKING:
    from datetime import datetime

    from coalition.intake.mail.relays import Notice

LARGEST: Final = 64 * 1024


@public.post("/hooks/mail")
@audience(Audience.PUBLIC)
def relay_notice() -> Response:
    """One notice. Whoever has the key hears that it came, whether or not the mail is ours; everybody else nothing."""
    refused = _refused_unread()
    if refused is not None:
        return _said(refused)
    now = clock.now()
    try:
        notice = _read(request.get_data(cache=False), now)
    except NotProven:
        return _said(HTTPStatus.UNAUTHORIZED)
    except NotReadable:
        return _said(HTTPStatus.BAD_REQUEST)
    if notice is not None:
        hear(notice, now=now)
    return _said(HTTPStatus.OK)


def _refused_unread() -> HTTPStatus | None:
    """Why it is refused before anything of it is read; None where it is not."""
    settings = config.settings()
    if not settings.relay_webhook:
        return HTTPStatus.NOT_FOUND
    if settings.relay_webhook == relays.POSTMARK and not relays.is_password(_password(), settings.relay_webhook_key):
        return HTTPStatus.UNAUTHORIZED
    if (request.content_length or 0) > LARGEST:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return None if request.mimetype == "application/json" else HTTPStatus.UNSUPPORTED_MEDIA_TYPE


def _read(content: bytes, now: datetime) -> Notice | None:
    settings, facts = config.settings(), relays.facts_in(content)
    if settings.relay_webhook == relays.POSTMARK:
        return relays.postmark_notice(facts, now=now)
    return relays.mailgun_notice(facts, key=settings.relay_webhook_key, now=now)


def _password() -> str | None:
    """The password of HTTP basic authentication; the name before it may be anything."""
    given = request.authorization
    return given.password if given is not None and given.type == "basic" else None


def _said(status: HTTPStatus) -> Response:
    return Response(f"{status.phrase}\n", status=status, content_type="text/plain")
