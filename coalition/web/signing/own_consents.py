"""What an organisation agreed to beforehand, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import ngettext

from coalition import clock, languages
from coalition.actions import standing_consent
from coalition.database import db
from coalition.rendering.kinds import kind_words

if TYPE_CHECKING:
    from coalition.models.organisation import Organisation
    from coalition.models.standing_consent import StandingConsent
    from coalition.web.signing.own_visit import OwnVisit

HOURS_IN_A_DAY = 24


def consents_of(visit: OwnVisit) -> list[dict[str, Any]]:
    """What the organisation agreed to and what is still in force, in words."""
    found = standing_consent.live_consents(db.session(), visit.organisation.id, now=clock.now())
    return [_consent(one, visit) for one in found]


def _consent(one: StandingConsent, visit: OwnVisit) -> dict[str, Any]:
    return {
        "id": one.id,
        "short": one.id.hex[:8],
        "lead": named(one.lead_organisation, visit.language),
        "kinds": languages.join([kind_words(kind) for kind in one.kinds], visit.language),
        "until": languages.date_words(one.lapses_at.date(), visit.language),
        "given": languages.date_words(one.given_at.date(), visit.language),
        "by": one.by["name"],
        "window": window_words(one.veto_hours, visit.language),
    }


def window_words(hours: int, language: str) -> str:
    """How long one can say no, in days."""
    days = hours // HOURS_IN_A_DAY
    return str(ngettext("%(shown)s day", "%(shown)s days", days, shown=languages.number(days, language)))


def named(organisation: Organisation, language: str) -> str:
    """The name that is printed in a language, else the canonical one."""
    names = organisation.printable_names()
    return names.get(language) or names["und"]
