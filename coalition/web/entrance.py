"""How accounts come in: by a password or a code by mail, never by a link; nobody registers by themselves.

Flask-Security keeps the sessions, the passwords' hashes and the way out. The sign-in page is ours: its codes are
random, work once and are counted in the database, and it says the same to every address (docs/decisions/0009).
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import user_logged_out
from flask_login.utils import _user_context_processor
from flask_security import RoleMixin, SQLAlchemyUserDatastore, current_user, login_user
from flask_security import hash_password as library_hash
from flask_security import verify_password as library_verify

from coalition import clock
from coalition.actions import sessions
from coalition.database import db
from coalition.extensions import security
from coalition.languages.normal_forms import normal_form
from coalition.models.account import PASSWORD_LEAST, Account
from coalition.models.desk_session import DeskSession
from coalition.web import device, known

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Flask, Request

DESK = "/desk"
SIGN_IN = "/desk/sign-in"
PROVED_AT = "proved_at"
PROOF_LASTS = timedelta(minutes=10)
TOKEN = "session"  # noqa: S105 -- the name of the place  # nosec B105
"""Under which the cookie holds the token that names its session."""
ASKED_BY = "asked_by"


class NoRole(RoleMixin):
    """Flask-Security asks for a role model; our accounts have none."""


def configuration() -> dict[str, Any]:
    """Flask-Security's settings: what stays open of its routes lives under /desk and is listed in `audience`."""
    return {
        "SECURITY_URL_PREFIX": DESK,
        "SECURITY_PASSWORD_HASH": "argon2",  # the name of a procedure  # nosec B105
        "SECURITY_PASSWORD_SALT": "unused-by-argon2-but-asked-for",  # argon2 makes its own  # nosec B105
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
    app.login_manager.user_loader(_account_of)  # type: ignore[attr-defined]  # Flask-Login's
    # Nobody is remembered beyond a session, and no template asks who is there: what the library does for that looks
    # into the session at every answer and every page, which then says that it varies by cookie.
    app.after_request_funcs[None].remove(app.login_manager._update_remember_cookie)  # type: ignore[attr-defined]  # noqa: SLF001 -- Flask-Login's; it has no switch
    app.template_context_processors[None].remove(_user_context_processor)
    app.login_manager.request_loader(None)  # type: ignore[attr-defined]  # nobody comes in by a header of the library
    app.before_request(_note_use)
    user_logged_out.connect(_leave, app)


def come_in(account: Account, *, by: str) -> None:
    """Begin a session of twelve hours for the account; `by` is "password", "code", "link" or "passkey"."""
    token = secrets.token_urlsafe(32)
    account_id = account.id
    session_id = sessions.begin(
        account_id, token=token, by=by, device=device.in_words(request.headers.get("User-Agent", ""))
    )
    session[TOKEN] = token
    session.pop(ASKED_BY, None)
    session.pop(PROVED_AT, None)
    if by != "code":  # whoever reads the mail has proved nothing else
        prove()
    known.remember(account_id)
    _be(account_id, session_id, by)


def prove() -> None:
    """Note that the person gave the password, or a second step, just now."""
    session[PROVED_AT] = clock.now().isoformat()


def is_proved() -> bool:
    """Whether that was within the last PROOF_LASTS: then the second step may be changed."""
    at = session.get(PROVED_AT)
    return at is not None and timedelta() <= clock.now() - datetime.fromisoformat(at) < PROOF_LASTS


def asks_for_code() -> str:
    """What this browser names itself by when it asks for a code by mail: the code works nowhere else."""
    return str(session.setdefault(ASKED_BY, secrets.token_urlsafe(16)))


def stay_in(account: Account) -> None:
    """Go on in the present session, where every other one of the account has ended."""
    present = present_session()
    if present is not None:
        _be(account.id, present.id, present.came_by)


def present_session() -> DeskSession | None:
    """The session in which this request comes, or None for a stranger."""
    if not current_user.is_authenticated:
        return None
    found: DeskSession | None = g.get("desk_session")
    return found


def _be(account_id: UUID, session_id: UUID, by: str) -> None:
    g.desk_session = db.session.get_one(DeskSession, session_id)
    login_user(db.session.get_one(Account, account_id), remember=False, authn_via=[by])
    session.permanent = True


def _account_of(uniquifier: str) -> Account | None:
    """The account of the session that the cookie names, while both live."""
    found = sessions.find(str(session.get(TOKEN, "")), uniquifier)
    g.desk_session = found
    return found.account if found else None


def _note_use() -> None:
    """Looking is not noted: GET changes nothing."""
    present = present_session() if request.method == "POST" and request.path.startswith(f"{DESK}/") else None
    if present:
        sessions.was_used(present.id, seen_at=present.seen_at)


def _leave(_app: Flask, user: Account) -> None:
    """Signing out: this session ends, and with it every copy of its cookie."""
    present: DeskSession | None = g.get("desk_session")
    session.pop(TOKEN, None)
    if present:
        sessions.end(present.id, of=user.id)


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
    return normal_form("NFKD", password)
