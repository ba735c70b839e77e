"""Every route says for whom it is. An app with an undeclared route does not start; a request to one fails closed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote
from uuid import UUID

from flask import abort, current_app, g, redirect, request
from flask_security import current_user
from sqlalchemy import select

from coalition.actions import second_step
from coalition.actions.second_step import Owed
from coalition.database import db
from coalition.models.letter import Letter, TeamMember
from coalition.web import again, entrance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask import Flask
    from werkzeug.wrappers import Response

    from coalition.models.account import Account
    from coalition.models.desk_session import DeskSession

View = TypeVar("View", bound="Callable[..., Any]")


class Audience(StrEnum):
    """Who may come: anybody; a contact with a link; an account; an account of the letter's team; an administrator."""

    PUBLIC = "public"
    CONTACT = "contact"
    ACCOUNT = "account"
    TEAM = "team"
    ADMINISTRATOR = "administrator"


COORDINATOR, TRANSLATOR, OBSERVER = "coordinator", "translator", "observer"
EVERY_ROLE = (TRANSLATOR, OBSERVER)
"""For `also`, where coordinators are not alone."""

LIBRARY_ROUTES = {
    "security.logout": Audience.ACCOUNT,
}
"""Routes of libraries by endpoint; what a library brings and is not listed answers 404. They are for every role."""


class UndeclaredRoute(Exception):
    """A route of ours does not say for whom it is."""


GIVING, SETTING_UP = "/desk/second-step", "/desk/account/second-step"
"""Where those are led who owe their second step, or have none and need one."""


def audience(who: Audience, *, also: Iterable[str] = (), owing: Iterable[str] = ()) -> Callable[[View], View]:
    """Declare for whom a view is. It stands below the route decorator.

    Who owes the second step (coalition.actions.second_step.Owed) sees only the views that name that in `owing`.

    What is for accounts or for a team is for its coordinators, and for the roles in `also`. To a translator a route
    with a `language` is there for their own languages alone; one without shows nothing of the others.
    """

    def declare(view: View) -> View:
        view.audience = who  # type: ignore[attr-defined]  # marks on the function, read by the guard
        view.roles = frozenset({COORDINATOR, *also})  # type: ignore[attr-defined]  # marks on the function, read by the guard
        view.owing = frozenset(owing)  # type: ignore[attr-defined]  # marks on the function, read by the guard
        return view

    return declare


def declared(app: Flask, endpoint: str) -> Audience | None:
    """For whom an endpoint is; None for a library's that is not listed. Raises UndeclaredRoute for one of ours."""
    if endpoint in LIBRARY_ROUTES:
        return LIBRARY_ROUTES[endpoint]
    view = app.view_functions[endpoint]
    who: Audience | None = getattr(view, "audience", None)
    if who is None and str(view.__module__).startswith("coalition."):
        raise UndeclaredRoute(endpoint)
    return who


def roles_of(app: Flask, endpoint: str) -> frozenset[str]:
    """The roles for which an endpoint of accounts or of a team is."""
    if endpoint in LIBRARY_ROUTES:
        return frozenset({COORDINATOR, *EVERY_ROLE})
    roles: frozenset[str] = getattr(app.view_functions[endpoint], "roles", frozenset({COORDINATOR}))
    return roles


def init_app(app: Flask) -> None:
    """Check every route, and stand guard before every request."""
    for rule in app.url_map.iter_rules():
        declared(app, rule.endpoint)
    app.before_request(guard)


def guard() -> Response | None:
    """Let in who may come. Strangers at the desk are led to the sign-in page; others learn nothing (404)."""
    if request.endpoint is None:
        return None
    who = declared(current_app, request.endpoint)
    if who is None:
        abort(404)
    if who in {Audience.PUBLIC, Audience.CONTACT}:
        return None  # the signing door looks at its own cookie
    if not current_user.is_authenticated:
        return again.send_again() or redirect(_sign_in_path(), code=303)
    if (owed := _owed(request.endpoint)) is not None:
        return owed
    if who is Audience.ADMINISTRATOR and not account().is_administrator:
        abort(403)
    if who is Audience.ACCOUNT and account().role not in roles_of(current_app, request.endpoint):
        abort(403)
    if who is Audience.TEAM:
        _let_in_team(request.view_args or {}, request.endpoint)
    return None


def _owed(endpoint: str) -> Response | None:
    """Where somebody goes first who owes the second step; the way out is open to everybody."""
    g.owed = second_step.owed(account(), entrance.present_session())
    allowed: frozenset[str] = getattr(current_app.view_functions[endpoint], "owing", frozenset())
    if not g.owed or g.owed in allowed or endpoint in LIBRARY_ROUTES:
        return None
    place = _leading_back(GIVING) if g.owed == Owed.GIVING else SETTING_UP
    return again.send_again() or redirect(place, code=303)


def _sign_in_path() -> str:
    """The sign-in page, which leads back to where a stranger wanted to look."""
    return _leading_back("/desk/sign-in")


def _leading_back(place: str) -> str:
    wanted = request.full_path.removesuffix("?")
    return f"{place}?next={quote(wanted, safe='/')}" if request.method == "GET" and wanted != "/desk" else place


def account() -> Account:
    """The signed-in account."""
    found: Account = current_user._get_current_object()  # noqa: SLF001 -- the proxy's own way to its object
    return found


def present_session() -> DeskSession:
    """The session of the signed-in account."""
    found = entrance.present_session()
    if found is None:
        abort(404)
    return found


def member() -> TeamMember:
    """The signed-in account's part in the team of this request's letter."""
    found: TeamMember = g.member
    return found


def own_languages() -> frozenset[str] | None:
    """The languages in which a translator sees and edits this request's letter; None for everybody else: all.

    The language that governs is never among them: a translator reads it beside the translation.
    """
    letter: Letter = g.letter
    if member().role != TRANSLATOR:
        return None
    return frozenset(member().languages) - {letter.authoritative_language}


def ensure_may_read(language: str) -> None:
    """For a view that compares or shows texts: a translator reads the text that governs, beside their own languages."""
    letter: Letter = g.letter
    own = own_languages()
    if own is not None and language not in own | {letter.authoritative_language}:
        abort(404)


def _let_in_team(values: dict[str, Any], endpoint: str) -> None:
    """Find the letter and the account's part in it; what is closed to that part is refused, or is not there."""
    found = db.session.execute(
        select(Letter, TeamMember)
        .join(TeamMember, TeamMember.letter_id == Letter.id)
        .where(Letter.id == _letter_id(values), TeamMember.account_id == account().id, TeamMember.ended_at.is_(None))
    ).one_or_none()
    if found is None:
        abort(404)
    g.letter, g.member = found
    if member().role not in roles_of(current_app, endpoint):
        abort(403)
    own = own_languages()
    if own is not None and "language" in values and values["language"] not in own:
        abort(404)


def _letter_id(values: dict[str, Any]) -> UUID:
    letter_id: UUID = values["letter_id"]
    return letter_id
