"""Refusing many requests at once by a rule: the number is shown first, and there is a day to take it back."""

from __future__ import annotations

from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from coalition import clock, languages
from coalition.actions import admit
from coalition.actions.admit import RULES, Rule
from coalition.actions.circulate import NumberChanged
from coalition.database import db
from coalition.intake.domains import domain_of_address
from coalition.models.request import REFUSED_FOR
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language, lead_to, path_of, show, the_letter
from coalition.web.desk.request_words import reason_options
from coalition.web.forms import shown

LONGEST = 200
SHOWN = 100


@desk.get("/letters/<uuid:letter_id>/requests/rule")
@audience(Audience.TEAM)
def request_rule(letter_id: UUID) -> ResponseReturnValue:
    """Whom the rule means; nothing is refused yet."""
    return _page(_rule(request.args.get("by", ""), request.args.get("value", "")))


@desk.post("/letters/<uuid:letter_id>/requests/rule")
@audience(Audience.TEAM)
def refuse_by_rule(letter_id: UUID) -> ResponseReturnValue:
    """Refuse those who were shown."""
    rule = _rule(request.form.get("by", ""), request.form.get("value", ""))
    reason = request.form.get("reason", "")
    if reason not in REFUSED_FOR:
        return _page(rule, {"reason": _("Choose a reason.")}, status=422)
    try:
        admit.refuse_by_rule(letter_id, rule, reason, seal=request.form.get("seal", ""), by=account())
    except NumberChanged:
        words = _("The requests have changed meanwhile, or there are none. Look at the number, then press again.")
        return _page(rule, {"": words}, status=409)
    flash(_("Refused. The mails leave in a day; until then you can take it back."))
    return lead_to(letter_id, "requests?show=decided")


def _rule(by: str, value: str) -> Rule:
    return Rule(by if by in RULES else RULES[0], shown(value)[:LONGEST].strip())


def _page(rule: Rule, errors: dict[str, str] | None = None, *, status: int = 200) -> ResponseReturnValue:
    db.session.rollback()
    letter = the_letter()
    found = admit.matching(db.session(), letter, rule, now=clock.now())
    number = len(found.requests)
    spoken = language()
    button = ngettext(
        "Refuse %(number)s request", "Refuse %(number)s requests", number, number=languages.number(number, spoken)
    )
    return show(
        "desk/request_rule.html",
        status=status,
        errors=errors or {},
        rule=rule,
        kinds=rule_options(),
        number=languages.number(number, spoken) if number else "",
        more=languages.number(number - SHOWN, spoken) if number > SHOWN else "",
        rows=[
            {
                "name": one.said("organisation") or one.said("person"),
                "domain": domain_of_address(one.address or ""),
                "at": languages.moment_words(one.created_at, account().zone, spoken),
            }
            for one in found.requests[:SHOWN]
        ],
        seal=found.seal,
        button=button,
        reasons=reason_options(),
        path=path_of(letter.id, "requests"),
    )


def rule_options() -> list[tuple[str, str]]:
    """The rules to choose from."""
    words = {
        "domain": _("addresses at this domain"),
        "words": _("these words stand in it"),
        "older": _("older than so many days"),
        "quarantined": _("everything that was set aside"),
    }
    return [(by, str(words[by])) for by in RULES]
