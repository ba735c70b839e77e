"""Every route says for whom it is. An app with an undeclared route does not start; a request to one fails closed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote
from uuid import UUID

from flask import abort, current_app, g, redirect, request
from flask_security import current_user
from sqlalchemy import select

from coalition.database import db
from coalition.models.letter import Letter, TeamMember
from coalition.web import again

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.wrappers import Response

    from coalition.models.account import Account

View = TypeVar("View", bound="Callable[..., Any]")


class Audience(StrEnum):
    """Who may come: anybody; a contact with a link; an account; an account of the letter's team; an administrator."""

    PUBLIC = "public"
    CONTACT = "contact"
    ACCOUNT = "account"
    TEAM = "team"
    ADMINISTRATOR = "administrator"


LIBRARY_ROUTES = {
    "security.logout": Audience.ACCOUNT,
}
"""Routes of libraries by endpoint; what a library brings and is not listed answers 404."""


class UndeclaredRoute(Exception):
    """A route of ours does not say for whom it is."""


def audience(who: Audience) -> Callable[[View], View]:
    """Declare for whom a view is. It stands below the route decorator."""

    def declare(view: View) -> View:
        view.audience = who  # type: ignore[attr-defined]  # a mark on the function, read by the guard
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
    if who is Audience.ADMINISTRATOR and not account().is_administrator:
        abort(403)
    if who is Audience.TEAM:
        g.letter = _letter_of_team((request.view_args or {})["letter_id"])
    return None


def _sign_in_path() -> str:
    """The sign-in page, which leads back to where a stranger wanted to look."""
    wanted = request.full_path.removesuffix("?")
    return (
        f"/desk/sign-in?next={quote(wanted, safe='/')}"
        if request.method == "GET" and wanted != "/desk"
        else "/desk/sign-in"
    )


def account() -> Account:
    """The signed-in account."""
    found: Account = current_user._get_current_object()  # noqa: SLF001 -- the proxy's own way to its object
    return found


def _letter_of_team(letter_id: UUID) -> Letter:
    letter = db.session.scalar(
        select(Letter)
        .join(TeamMember, TeamMember.letter_id == Letter.id)
        .where(Letter.id == letter_id, TeamMember.account_id == account().id, TeamMember.ended_at.is_(None))
    )
    if letter is None:
        abort(404)
    return letter
