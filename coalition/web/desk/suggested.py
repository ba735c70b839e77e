"""Organisations of the directory that somebody who asks may mean, for the page that decides about requests.

Nothing tells here whether one of them has answered: that a name is withheld must not show by its absence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from flask_babel import gettext as _

from coalition.actions.duplicates import directory_of
from coalition.intake.likeness import ACRONYM, LIKE_NAME, MAIL, SAME_NAME, SITE, mail_domain
from coalition.models.organisation import Organisation
from coalition.web.desk.frame import language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from coalition.models.request import RequestToSign


@dataclass(frozen=True, slots=True)
class Suggested:
    """One that may be meant, and why."""

    id: str
    name: str
    why: str


def suggestions_for(session: Session, found: Sequence[RequestToSign]) -> dict[UUID, list[Suggested]]:
    """For each request that names an organisation those that it may mean, the likeliest first."""
    asked = [one for one in found if one.said("organisation") and not one.said("invitation")]
    if not asked:
        return {}
    directory = directory_of(session)
    return {
        one.id: [
            Suggested(like.known.id.hex, _name(session, like.known.id), _why(like.reasons[0]))
            for like in directory.alike(
                one.said("organisation"),
                site=one.said("site"),
                domains=[domain for domain in [mail_domain(one.address or "")] if domain],
                country=one.said("country"),
            )
        ]
        for one in asked
    }


def _name(session: Session, organisation_id: UUID) -> str:
    return session.get_one(Organisation, organisation_id).name_in(language())


def _why(reason: str) -> str:
    words = {
        SAME_NAME: _("the same name"),
        LIKE_NAME: _("a name like it"),
        ACRONYM: _("its acronym"),
        SITE: _("the same website"),
        MAIL: _("addresses at the same domain"),
    }
    return str(words[reason])
