"""How accounts come in: by a password or a code by mail, never by a link; nobody registers by themselves.

Flask-Security keeps the sessions, the passwords' hashes and the way out. The sign-in page is ours: its codes are
random, work once and are counted in the database, and it says the same to every address (docs/decisions/0009).
"""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import user_logged_out
from flask_security import RoleMixin, SQLAlchemyUserDatastore, login_user
from flask_security import hash_password as library_hash
from flask_security import verify_password as library_verify

from coalition.actions import enter
from coalition.database import db
from coalition.extensions import security
from coalition.models.account import PASSWORD_LEAST, Account

if TYPE_CHECKING:
    from flask import Flask, Request

DESK = "/desk"
SIGN_IN = "/desk/sign-in"
CAME_BY = "came_by"


class NoRole(RoleMixin):
    """Flask-Security asks for a role model; our accounts have none."""


def configuration() -> dict[str, Any]:
    """Flask-Security's settings: what stays open of its routes lives under /desk and is listed in `audience`."""
    return {
        "SECURITY_URL_PREFIX": DESK,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SALT": "unused-by-argon2-but-asked-for",
        "SECURITY_PASSWORD_LENGTH_MIN": PASSWORD_LEAST,
        "SECURITY_REGISTERABLE": False,
        "SECURITY_UNIFIED_SIGNIN": False,
        "SECURITY_LOGIN_URL": "/sign-in-of-the-library",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_POST_LOGOUT_VIEW": SIGN_IN,
        "SECURITY_FRESHNESS": timedelta(minutes=-1),
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_WEBAUTHN": False,
        "SECURITY_TWO_FACTOR": False,
        "SECURITY_FLASH_MESSAGES": False,
        "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
    }


class Sessions(SecureCookieSessionInterface):
    """The sessions of the desk. Who brings no cookie of one has an empty one, and nothing is prepared to read it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a request."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


def init_app(app: Flask) -> None:
    """Open the desk's entrance."""
    app.session_interface = Sessions()
    security.init_app(app, SQLAlchemyUserDatastore(db, Account, NoRole))
    # Permissions are not used; without this, who is signed in at the desk would be looked up at every door.
    security.principal.identity_loaders.clear()
    user_logged_out.connect(_end_sessions, app)


def _end_sessions(_app: Flask, user: Account) -> None:
    enter.end_sessions(user.id)


def come_in(account: Account, *, by: str) -> None:
    """Begin a session of twelve hours for the account; `by` is "password", "code" or "link"."""
    login_user(account, remember=False, authn_via=[by])
    session.permanent = True
    session[CAME_BY] = by


def own_path(text: str | None) -> str:
    """The path of the desk that somebody wants to go on to, or the desk's first page for anything else."""
    wanted = text or ""
    is_own = wanted == DESK or wanted.startswith((f"{DESK}/", f"{DESK}?"))
    is_plain = wanted.isprintable() and "\\" not in wanted and "//" not in wanted.partition("?")[0]
    is_inside = not wanted.startswith((SIGN_IN, f"{DESK}/sign-out"))
    return wanted if is_own and is_plain and is_inside else DESK


def hash_password(password: str) -> str:
    """The hash under which a password is kept, however its letters were composed."""
    return str(library_hash(_normal(password)))


def password_fits(password: str, known_hash: str | None) -> bool:
    """Whether the password belongs to the hash; without a hash it takes as long, and does not."""
    return bool(library_verify(_normal(password), known_hash or _nobodys_hash())) and known_hash is not None


@cache
def _nobodys_hash() -> str:
    return str(library_hash("the password of nobody"))


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKD", password)
