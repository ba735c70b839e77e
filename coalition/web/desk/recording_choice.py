"""Which organisations a piece of evidence speaks of: found in the directory, ticked, or pasted as a list of names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from sqlalchemy import select

from coalition import languages
from coalition.actions.record_on_behalf import MOST_AT_ONCE
from coalition.database import db
from coalition.intake.names import fold_name
from coalition.models.invitation import Invitation
from coalition.models.organisation import Organisation
from coalition.web.desk.frame import language, the_letter
from coalition.web.forms import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN_MOST = 100
NAMES_LIMIT = 200_000
QUOTED = 80


@dataclass(slots=True)
class Chosen:
    """The choice as it stands on the page."""

    organisations: list[Organisation] = field(default_factory=list)
    search: str = ""
    names: str = ""
    """What stands in the box for names: lines that were not found stay there."""
    problems: list[str] = field(default_factory=list)
    offered: list[Organisation] = field(default_factory=list)
    is_cut: bool = False
    """Whether more fit the search than are shown."""

    @property
    def ids(self) -> tuple[UUID, ...]:
        """Whom the evidence speaks of."""
        return tuple(one.id for one in self.organisations)


def sent() -> Chosen:
    """What was ticked, searched for and pasted in this request; names that were found join those ticked."""
    chosen = Chosen(search=shown(request.form.get("q", ""))[:300], names=shown(request.form.get("names", "")))
    chosen.organisations = _known(_ids(request.form.getlist("organisation")))
    if len(chosen.names) > NAMES_LIMIT:
        chosen.problems.append(_("The list is too long. Paste it in parts."))
    else:
        _match(chosen)
    if len(chosen.organisations) > MOST_AT_ONCE:
        chosen.problems.append(_("Record at most %(most)s organisations at once.", most=MOST_AT_ONCE))
        del chosen.organisations[MOST_AT_ONCE:]
    return chosen


def asked_for() -> Chosen:
    """Those whom an address names."""
    return Chosen(organisations=_known(_ids(request.args.getlist("organisation")))[:MOST_AT_ONCE])


def offer(chosen: Chosen) -> None:
    """Put up what fits the search; without one, whoever is on the letter's list."""
    taken = set(chosen.ids)
    wanted = fold_name(chosen.search)
    found = [one for one in _everybody(only_invited=not wanted) if one.id not in taken and _fits(one, wanted)]
    spoken = language()
    found.sort(key=lambda one: languages.sort_key(one.name_in(spoken), spoken))
    chosen.offered, chosen.is_cut = found[:SHOWN_MOST], len(found) > SHOWN_MOST


def _ids(typed: Iterable[str]) -> list[UUID]:
    found = []
    for one in typed:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _known(ids: list[UUID]) -> list[Organisation]:
    rows = db.session.scalars(
        select(Organisation).where(
            Organisation.id.in_(ids), Organisation.merged_at.is_(None), Organisation.erased_at.is_(None)
        )
    )
    found = {one.id: one for one in rows}
    return [found[one] for one in ids if one in found]


def _everybody(*, only_invited: bool) -> list[Organisation]:
    query = select(Organisation).where(Organisation.merged_at.is_(None), Organisation.erased_at.is_(None))
    if only_invited:
        asked = select(Invitation.organisation_id).where(Invitation.letter_id == the_letter().id)
        query = query.where(Organisation.id.in_(asked))
    return list(db.session.scalars(query))


def _names_of(organisation: Organisation) -> set[str]:
    said = (*organisation.names.values(), organisation.acronym, *organisation.aliases)
    return {folded for one in said if (folded := fold_name(one))}


def _fits(organisation: Organisation, wanted: str) -> bool:
    return any(wanted in name for name in _names_of(organisation))


def _match(chosen: Chosen) -> None:
    """Compare each pasted line with the directory, without case and accents; what is not found stays in the box."""
    lines = [(number, line.strip()) for number, line in enumerate(chosen.names.splitlines(), start=1) if line.strip()]
    if not lines:
        chosen.names = ""
        return
    named: dict[str, list[Organisation]] = {}
    for organisation in _everybody(only_invited=False):
        for name in _names_of(organisation):
            named.setdefault(name, []).append(organisation)
    stay, taken = [], set(chosen.ids)
    for number, line in lines:
        found = named.get(fold_name(line), [])
        if len(found) == 1:
            if found[0].id not in taken:
                chosen.organisations.append(found[0])
                taken.add(found[0].id)
            continue
        stay.append(line)
        chosen.problems.append(_problem(number, line, len(found)))
    chosen.names = "\n".join(stay)


def _problem(number: int, line: str, found: int) -> str:
    facts = {"number": languages.number(number, language()), "name": languages.isolate(line[:QUOTED])}
    if found:
        return str(_("Line %(number)s: several organisations are called %(name)s. Search for it above.", **facts))
    return str(_("Line %(number)s: the directory has no organisation called %(name)s. The line stays in the box.",
                 **facts))  # fmt: skip
