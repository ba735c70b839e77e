"""Arranging the public site: the order of its letters, and the words of its own pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from coalition import clock
from coalition.actions.take_off import site_bodies
from coalition.actions.team import NotAllowed
from coalition.database import transaction
from coalition.intake.texts import tidy_text
from coalition.models import record
from coalition.models.house import House
from coalition.models.public import PublicLetter
from coalition.models.site import StaticPage
from coalition.rendering.static_pages import WRITTEN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from coalition.models.account import Account

TITLE_LIMIT: Final = 200
BODY_LIMIT: Final = 50_000


class PageTooLong(ValueError):
    """A page's title or body is longer than can be kept."""


def put_in_order(places: Mapping[UUID, int | None], *, by_hand: bool, by: Account) -> None:
    """Put the published letters in the editor's order, or let them stand by date; only administrators.

    `places` gives some of them a number (the lowest first) or takes it away; those without one follow by date. Raises
    NotAllowed.
    """
    if not by.is_administrator:
        raise NotAllowed
    with transaction() as session:
        house = session.scalars(select(House).with_for_update()).one()
        house.archive_by_hand = by_hand
        for public in session.scalars(select(PublicLetter).where(PublicLetter.letter_id.in_(places)).with_for_update()):
            public.place = places[public.letter_id]
        site_bodies(session)
        record.enter(session, "archive arranged", at=clock.now(), actor_kind="account", actor_id=by.id, by_hand=by_hand)


def write_page(slug: str, language: str, *, title: str, body: str, by: Account) -> None:
    """Write a page of the site in a language; without words it says ours again. Only administrators.

    Raises NotAllowed, LookupError for a page that there is not, PageTooLong.
    """
    if not by.is_administrator:
        raise NotAllowed
    if slug not in WRITTEN:
        raise LookupError(slug)
    title, body = " ".join(tidy_text(title).split()), tidy_text(body).strip()
    if len(title) > TITLE_LIMIT or len(body) > BODY_LIMIT:
        raise PageTooLong
    with transaction() as session:
        kept = session.scalar(
            select(StaticPage).where(StaticPage.slug == slug, StaticPage.language == language).with_for_update()
        )
        now = clock.now()
        if kept is None:
            kept = StaticPage(slug=slug, language=language, changed_at=now)
            session.add(kept)
        kept.title, kept.body, kept.changed_at = title, body, now
        site_bodies(session)
        record.enter(
            session, "page written", at=now, actor_kind="account", actor_id=by.id, page=slug, language=language
        )
