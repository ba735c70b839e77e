"""Visits to the states of the worlds: which pages and forms there are, what stands there now, and its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import pytest

from coalition import clock, config
from coalition.web.audience import declared
from tests.house.states import EACH, PAGES, File, Leads, Never, Seen
from tests.house.worlds import LANGUAGES, NoSuchPlace, State, Worlds, door_of
from tests.visitor import Page

if TYPE_CHECKING:
    from flask import Flask

    from tests.visitor import Visitor

PLACE: Final = re.compile(r"<(?:[^<>:]+:)?(\w+)>")
CHOICE: Final = re.compile(r"<any\(([^)]*)\):(\w+)>")
PARTS: Final = (".html", "/html", "/look")
"""A mail in its frame, or the text alone for a script, is not a page of ours."""


def expected_of(page: str, state: str) -> Seen | File | Leads | Never | None:
    """What the table says of a page in a state."""
    line = PAGES.get(page, {})
    return line.get(state, line.get(EACH))


def pages_of(app: Flask) -> list[str]:
    """Every page that somebody can ask for, as the table names it."""
    return sorted({page for rule in rules_of(app, "GET") for page in written_out(rule)})


def forms_of(app: Flask) -> list[str]:
    """Every address that takes a form."""
    return sorted(set(rules_of(app, "POST")))


def rules_of(app: Flask, method: str) -> list[str]:
    """The rules of the routes that are open to anybody at all."""
    return [
        rule.rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or set()) and declared(app, rule.endpoint) is not None
    ]


def written_out(rule: str) -> list[str]:
    """A rule, once for each of the words that it offers; languages are values like others."""
    choice = CHOICE.search(rule)
    if choice is None:
        return [rule]
    if choice[2] == "language":
        return written_out(rule.replace(choice[0], "<language>"))
    offered = [word.strip(" '\"") for word in choice[1].split(",")]
    return [page for word in offered for page in written_out(rule.replace(choice[0], word))]


def address_of(rule: str, state: State, language: str) -> str:
    """The address of a page or a form in a state. Raises NoSuchPlace."""
    values = {"language": language} | state.values

    def value(place: re.Match[str]) -> str:
        if place[1] not in values:
            raise NoSuchPlace(rule, place[1])
        found = values[place[1]]
        return str(found[language] if isinstance(found, dict) else found)

    return PLACE.sub(value, rule)


def state_of(worlds: Worlds, rule: str, state: str) -> State:
    """A state of the door of a page or a form."""
    return worlds.known[door_of(rule).beginning, state]


def reachable(worlds: Worlds, rule: str) -> list[str]:
    """The states of a form's door in which there is such an address. Raises NoSuchPlace."""
    states = {state: state_of(worlds, rule, state).values for state in door_of(rule).states}
    places = set(PLACE.findall(rule))
    found = [state for state, values in states.items() if places <= {"language", *values}]
    if not found:
        raise NoSuchPlace(rule, min(places - {"language", *min(states.values(), key=len)}))
    return found


def look(worlds: Worlds, page: str, state: str, language: str, *, follow: bool = True, inspects: bool = True) -> Page:
    """What somebody sees who looks at a page in a state."""
    known = state_of(worlds, page, state)
    query = f"?lang={language}" if page.startswith("/invitation/") and language != LANGUAGES[0] else ""
    visitor = known.visitors[language]
    visitor.inspects = inspects and not page.endswith(PARTS)
    with set_like(known):
        return visitor.get(address_of(page, known, language) + query, follow=follow)


def send(
    worlds: Worlds,
    rule: str,
    state: str,
    language: str,
    fields: dict[str, str],
    *,
    token: bool = True,
    inspects: bool = True,
) -> Page:
    """What somebody gets who sends these fields, with the token of a form that was opened in that state."""
    known = state_of(worlds, rule, state)
    visitor = known.visitors[language]
    visitor.inspects = inspects and not rule.endswith(PARTS)
    with set_like(known):
        proof = token_for(visitor, rule, known, language) if token else {}
        jar = dict(visitor.client._cookies or {})
        page = visitor.post(address_of(rule, known, language), {**proof, **fields} or {"x": "y"}, follow=False)
    visitor.client._cookies = jar
    return page


def token_for(visitor: Visitor, rule: str, known: State, language: str) -> dict[str, str]:
    """What proves that a form of ours was open; each visitor opens one of a kind in a state, and keeps its token."""
    name, path = "csrf_token", "/desk"
    if rule.startswith("/invitation/"):
        name, path = "form_token", address_of("/invitation/<uuid:invitation_id>", known, language)
        path += f"?lang={language}" if language != LANGUAGES[0] else ""
    for beginning in ("/organisation/<uuid:organisation_id>", "/lost", "/c/<token>", "/u/<path:token>"):
        if rule.startswith(beginning):
            name, path = "form_token", address_of(beginning, known, language)
    kept = f"{language} {path}"
    if kept not in known.tokens:
        found = [form.fields[name][0] for form in visitor.get(path).forms if name in form.fields]
        known.tokens[kept] = {name: found[0]} if found else {}
    return known.tokens[kept]


def has_the_link_field(page: Page) -> bool:
    """Whether the link is asked for, as of everybody without a cookie."""
    return any(form.has_field("link") for form in page.forms)


@contextmanager
def set_like(state: State) -> Iterator[None]:
    """The installation's settings, and the time, are those of a state."""
    usual = config.settings()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config._keeper, "settings", replace(usual, **state.settings))
        if state.at is not None:
            patch.setattr(clock, "now", lambda at=state.at: at)
        yield


# -- what to write into the table ----------------------------------------------------------------------------------


def line_for(worlds: Worlds, page: str) -> str:
    """The line that a page needs, with what is seen there now."""
    try:
        line = {state: seen_now(worlds, page, state) for state in door_of(page).states}
    except NoSuchPlace as missing:
        return str(missing)
    is_same = len(set(line.values())) == 1
    said = f"EACH: {line.popitem()[1]}" if is_same else ", ".join(f'"{state}": {seen}' for state, seen in line.items())
    return f'    "{page}": {{{said}}},'


def seen_now(worlds: Worlds, page: str, state: str) -> str:
    """What is seen of a page in a state now, as the table says it."""
    found = look(worlds, page, state, "en", inspects=False)
    if not found.is_html:
        return f'File("{found.answer.mimetype}")'
    status = "" if found.status == HTTPStatus.OK else f", status={found.status}"
    return f'Seen("{found.heading}"{status})'


def form_line_for(worlds: Worlds, rule: str) -> str:
    """The line that a form needs, with the answer that it gives now where it is sent empty."""
    try:
        state = reachable(worlds, rule)[0]
    except NoSuchPlace as missing:
        return str(missing)
    page = send(worlds, rule, state, "en", {}, inspects=False)
    if not page.errors:
        return f'    "{rule}": Acts("why nothing in it can be wrong"),'
    status = "" if page.status == HTTPStatus.UNPROCESSABLE_ENTITY else f", {page.status}"
    return f'    "{rule}": Refused("{state}", "{page.errors[0]}"{status}),'
