"""Every page in every state of its door: looked over, in English and in Arabic, with the words that are meant.

And every form, sent empty in every state: an answer in words, whose links to what has to change lead there.
The tables are in `tests/house/states.py`; the states are arranged in `tests/house/worlds.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session

from coalition.languages import direction
from tests.house.looks import Looks
from tests.house.states import EACH, FORMS, FURTHER, PAGES, SIGNING_DOOR, STATES_OF_PAGES, File, Leads, Refused, Seen
from tests.house.visits import (
    PARTS,
    address_of,
    expected_of,
    form_line_for,
    forms_of,
    has_the_link_field,
    line_for,
    look,
    pages_of,
    reachable,
    seen_now,
    send,
    state_of,
)
from tests.house.worlds import LANGUAGES, Worlds, arranged, door_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from coalition.config import Settings
    from tests.databases import Databases


pytestmark = pytest.mark.only_on("sqlite")
"""What a page says does not hang on the database; other tests visit each of them on both."""

INVITATION = "/invitation/<uuid:invitation_id>"


@pytest.fixture(scope="module")
def worlds(settings: Settings, databases: Databases, migrated_database: str) -> Iterator[Worlds]:
    """Every state of every door, arranged once: neither looking nor a refused form changes anything."""
    with arranged(settings, databases, migrated_database) as found:
        yield found


# -- pages ---------------------------------------------------------------------------------------------------------


def rows() -> list[tuple[str, str]]:
    """Every page and state that can be looked at."""
    return [
        (page, state)
        for page in PAGES
        for state in door_of(page).states
        if isinstance(expected_of(page, state), Seen | File | Leads)
    ]


def rows_that_differ() -> list[tuple[str, str]]:
    """The same; of a page that always leads to the same other, the first state and the last alone."""
    leading = {(page, expected_of(page, state)): (page, state) for page, state in rows()}
    first = {(page, expected_of(page, state)): (page, state) for page, state in reversed(rows())}
    ends = {*leading.values(), *first.values()}
    return [row for row in rows() if row in ends or not isinstance(expected_of(*row), Leads)]


def languages_of(page: str, state: str) -> tuple[str, ...]:
    """English and Arabic; English alone where the table says that it looks as elsewhere."""
    return LANGUAGES if (page, state) in first_looks() else LANGUAGES[:1]


@pytest.mark.parametrize(("page", "state"), rows_that_differ())
def test_each_page_in_each_state_says_what_is_meant(worlds: Worlds, page: str, state: str) -> None:
    expected = expected_of(page, state)
    if isinstance(expected, Leads):
        led = look(worlds, page, state, "en", follow=False)
        there = address_of(expected.to, state_of(worlds, page, state), "en")
        assert (led.status, led.headers["Location"]) == (303, there)
        return
    seen = {language: look(worlds, page, state, language) for language in languages_of(page, state)}
    if isinstance(expected, File):
        assert {found.answer.mimetype for found in seen.values()} == {expected.media_type}
        return
    assert isinstance(expected, Seen)
    assert {found.status for found in seen.values()} == {expected.status}
    if expected.heading:
        assert seen["en"].heading == expected.heading
    assert expected.says in seen["en"].words
    for language, found in seen.items():
        written = expected.language or language
        assert (found.tree.get("lang"), found.tree.get("dir")) == (written, direction(written))


@pytest.fixture(scope="module")
def looks(chromium: Browser) -> Iterator[Looks]:
    """A window for all pages."""
    window = Looks(chromium)
    yield window
    window.close()


@cache
def looked_at() -> list[tuple[str, str]]:
    """Every page of ours in every state in which the table tells it from others. What stands in a frame is no page."""
    seen = [row for row in rows() if isinstance(expected_of(*row), Seen) and not row[0].endswith(PARTS)]
    alike: dict[object, tuple[str, str]] = {}
    for page, state in seen:
        expected = expected_of(page, state)
        is_elsewhere = page != INVITATION and expected == PAGES[INVITATION].get(state)
        is_error = isinstance(expected, Seen) and expected.status >= HTTPStatus.BAD_REQUEST
        alike.setdefault(expected if is_elsewhere or is_error else (page, expected), (page, state))
    return list(alike.values())


@cache
def first_looks() -> set[tuple[str, str]]:
    """Of each page one state: where it is itself, and has something to show."""
    rows_of_page: dict[str, list[tuple[str, str]]] = {}
    for page, state in looked_at():
        rows_of_page.setdefault(page, []).append((page, state))

    def most_telling(row: tuple[str, str]) -> tuple[bool, bool]:
        return _is_itself(*row), row[1] in {"open", "filled"}

    return {max(rows, key=most_telling) for rows in rows_of_page.values()}


def _is_itself(page: str, state: str) -> bool:
    """Whether a page is there in a state, and shows what no other page shows."""
    expected = expected_of(page, state)
    return isinstance(expected, Seen) and expected.status == HTTPStatus.OK and expected not in SIGNING_DOOR.values()


def judged() -> list[tuple[str, str]]:
    """Every page once, and the invitation in each of its states."""
    return [row for row in looked_at() if row in first_looks() or row[0] == INVITATION]


@pytest.mark.parametrize(("page", "state"), judged())
def test_each_page_can_be_used_by_everybody(worlds: Worlds, looks: Looks, page: str, state: str) -> None:
    problems = []
    for language in LANGUAGES if (page, state) in first_looks() else LANGUAGES[:1]:
        found = look(worlds, page, state, language, inspects=False)
        found_here = looks.problems_of(found, judges_all=language == LANGUAGES[0])
        problems += [f"{language}, {problem}" for problem in found_here]
    assert not problems, "\n".join(problems)


def test_every_page_of_the_site_is_in_the_table_in_every_state(worlds: Worlds) -> None:
    pages = pages_of(worlds.full.app)
    missing = [line_for(worlds, page) for page in pages if page not in PAGES]
    assert not missing, "Look at these pages, then add to PAGES in tests/house/states.py:\n" + "\n".join(missing)
    unknown = [
        f'add to the line of "{page}" in PAGES: "{state}": {seen_now(worlds, page, state)},'
        for page in pages
        for state in door_of(page).states
        if expected_of(page, state) is None
    ]
    assert not unknown, "tests/house/states.py:\n" + "\n".join(unknown)


def test_no_line_tells_of_a_page_or_a_state_that_is_gone(worlds: Worlds) -> None:
    gone = [f"take out the line of {page!r}: no route has it" for page in set(PAGES) - set(pages_of(worlds.full.app))]
    gone += [f"take out the line of {rule!r}: no route has it" for rule in set(FORMS) - set(forms_of(worlds.full.app))]
    gone += [
        f"{page!r} names the state {state!r}, which its door does not have"
        for page, line in PAGES.items()
        for state in set(line) - {EACH, *door_of(page).states}
    ]
    assert not gone, "tests/house/states.py:\n" + "\n".join(sorted(gone))


def test_every_state_that_the_design_names_is_looked_at() -> None:
    looked_at = {*rows(), *((rule, expected.state) for rule, expected in refusals())}
    assert [name for name, where in STATES_OF_PAGES.items() if where not in looked_at] == []


# -- forms ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is done in a test is undone where it would be kept, so that every state stays as it was arranged."""

    def undo(session: Session) -> None:
        session.flush()
        session.rollback()

    monkeypatch.setattr(Session, "commit", undo)


def refusals() -> list[tuple[str, Refused]]:
    """Every form with what it is sent, and its answer."""
    return [*((rule, said) for rule, said in FORMS.items() if isinstance(said, Refused)), *FURTHER]


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(("rule", "expected"), refusals(), ids=lambda one: getattr(one, "state", one))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_sent_as_it_should_not_be_says_what_to_do(
    worlds: Worlds, rule: str, expected: Refused, language: str
) -> None:
    page = send(worlds, rule, expected.state, language, expected.fields)
    assert page.status == expected.status
    assert (page.tree.get("lang"), page.tree.get("dir")) == (language, direction(language))
    if language == "en":
        assert expected.says in page.words
        assert page.title.startswith("Error: ") or not page.errors


@pytest.mark.usefixtures("nothing_kept")
def test_a_form_sent_empty_in_any_state_is_answered_in_words(worlds: Worlds) -> None:
    wrong = []
    for rule in sorted(set(forms_of(worlds.full.app)) - {"/desk/sign-out"}):
        for state in reachable(worlds, rule):
            try:
                page = send(worlds, rule, state, "en", {})
            except (AssertionError, pytest.fail.Exception) as problems:
                wrong.append(f"{rule} [{state}]: {problems}")
                continue
            if page.status not in {200, 303, 400, 403, 404, 409, 410, 422}:
                wrong.append(f"{rule} [{state}]: {page.status}")
            if page.status == 422 and page.is_html and not (page.errors or has_the_link_field(page)):
                wrong.append(f"{rule} [{state}]: 422 without a word on what has to change")
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("nothing_kept")
def test_a_form_of_the_desk_whose_session_ran_out_comes_back(worlds: Worlds) -> None:
    kept = set()
    for rule in forms_of(worlds.full.app):
        if rule.startswith("/desk"):
            state = reachable(worlds, rule)[0]
            page = send(worlds, rule, state, "en", {"title": "What I typed"}, token=False)
            assert page.status == 400, rule
            assert page.heading in {"Send it once more", "This request could not be read"}, rule
            kept.add(page.heading)
    assert len(kept) == 2  # passwords are not written into a page again


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(("state", "said"), [("not answered", "This page was open for long"), ("no cookie", "")])
def test_a_form_of_the_signing_door_whose_token_is_gone_comes_back(worlds: Worlds, state: str, said: str) -> None:
    for act in ("sign", "decline"):
        page = send(worlds, f"/invitation/<uuid:invitation_id>/{act}", state, "en", {"person": "Kalina"}, token=False)
        assert page.status == 422
        assert said in page.words
        assert bool(said) is not has_the_link_field(page)


@pytest.mark.usefixtures("nothing_kept")
def test_every_form_of_the_site_is_in_the_table(worlds: Worlds) -> None:
    missing = [form_line_for(worlds, rule) for rule in forms_of(worlds.full.app) if rule not in FORMS]
    assert not missing, "Send these forms empty, then add to FORMS in tests/house/states.py:\n" + "\n".join(missing)
