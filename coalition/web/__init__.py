"""Doors: who comes in, and what they see. Desk, signing door and public pages do not know each other."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from werkzeug.middleware.proxy_fix import ProxyFix

from coalition import config, database, signet
from coalition.config import folder
from coalition.extensions import babel, compress, csrf, limiter, mail, migrate
from coalition.web import again, assets, audience, embargo, entrance, errors, filters, headers, locale, request_log
from coalition.web.desk import desk
from coalition.web.public import public
from coalition.web.public.layer import PublicLayer
from coalition.web.safe_host import SafeHost
from coalition.web.sent import SentRequest
from coalition.web.signing import signing
from coalition.web.slow_bodies import LONGEST_WITH_FILE, MEGABYTE, SlowBodies

if TYPE_CHECKING:
    from flask import Flask

    from coalition.config import Settings
    from coalition.keys import KeyRing


PATIENCE_WITH_POSTGRES: Final = {
    "connect_timeout": 5,
    "tcp_user_timeout": 15_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}
"""Seconds (but for the second, in milliseconds) after which a server that says nothing counts as gone."""


def configuration(settings: Settings, ring: KeyRing) -> dict[str, Any]:
    """What Flask and its extensions are told."""
    return {
        **_session_keys(ring),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "SESSION_COOKIE_NAME": "__Secure-desk" if settings.is_https else "desk",
        "SESSION_COOKIE_PATH": "/desk",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "MAX_CONTENT_LENGTH": LONGEST_WITH_FILE,
        "MAX_FORM_MEMORY_SIZE": 4 * MEGABYTE,
        "MAX_FORM_PARTS": 5000,
        # Our own no-referrer pages make Flask-WTF's Referer check refuse honest posts on https.
        "WTF_CSRF_SSL_STRICT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_TRANSLATION_DIRECTORIES": str(folder("translations")),
        "COMPRESS_MIMETYPES": ["text/html", "text/css", "application/json"],
        "RATELIMIT_STORAGE_URI": "memory://",
        "RATELIMIT_HEADERS_ENABLED": False,
        **entrance.configuration(),
    }


def _session_keys(ring: KeyRing) -> dict[str, Any]:
    *fallbacks, writes = (key.hex() for key in ring.secrets("session"))
    return {"SECRET_KEY": writes, "SECRET_KEY_FALLBACKS": fallbacks}


def follow_the_keys(app: Flask, ring: KeyRing) -> None:
    """Have each request look whether the key file is another than before: a process that runs needs no restart."""
    known = ring.times_read

    def look() -> None:
        nonlocal known
        ring.reread()
        if ring.times_read != known:
            known = ring.times_read
            app.config.update(_session_keys(ring))
            signet.install(ring)

    app.before_request_funcs.setdefault(None, []).insert(0, look)


def _engine_options(settings: Settings) -> dict[str, Any]:
    # What a statement was given never stands in an error's words, and so in no log.
    # The connection that was given back last is taken first: what it read and compiled is at hand.
    options: dict[str, Any] = {
        "hide_parameters": True,
        "pool_size": settings.web_threads + 2,
        "pool_timeout": 10,
        "pool_use_lifo": True,
    }
    if settings.database_url.startswith("sqlite"):
        return options | {"connect_args": {"timeout": 20}}
    return options | {"pool_pre_ping": True, "connect_args": PATIENCE_WITH_POSTGRES}


def open_database(app: Flask) -> None:
    """Connect the session, and give every connection what the promises rest on."""
    database.db.init_app(app)
    migrate.init_app(app, database.db, directory=str(folder("migrations")))
    with app.app_context():
        database.prepare(database.db.engine)


def open_doors(app: Flask) -> None:
    """Register the doors and what stands at each of them; refuses to open with an undeclared route."""
    app.request_class = SentRequest
    for extension in (mail, csrf, compress, limiter):
        extension.init_app(app)
    babel.init_app(app, locale_selector=locale.select)
    request_log.init_app(app)
    assets.init_app(app)
    filters.init_app(app)
    embargo.init_app(app)
    errors.init_app(app)
    again.init_app(app)
    headers.init_app(app)
    for door in (desk, signing, public):
        app.register_blueprint(door)
    csrf.exempt(signing)
    csrf.exempt(public)
    entrance.init_app(app)
    audience.init_app(app)


def stand_in_front(app: Flask) -> None:
    """Put before the app what sees each request before Flask does."""
    settings_proxies(app)
    app.wsgi_app = SlowBodies(app.wsgi_app)  # type: ignore[method-assign]  # Flask's own way to wrap
    app.wsgi_app = PublicLayer(app, app.wsgi_app)  # type: ignore[method-assign]  # Flask's own way to wrap
    if host := config.settings().safe_host:
        app.wsgi_app = SafeHost(app.wsgi_app, host)  # type: ignore[method-assign]  # Flask's own way to wrap


def settings_proxies(app: Flask) -> None:
    """Believe the proxies in front, as many as the settings say."""
    count = config.settings().trusted_proxies
    if count:
        # Each proxy adds to X-Forwarded-For; X-Forwarded-Proto is one value, which the innermost sets or hands on.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=1, x_host=0)  # type: ignore[method-assign]  # Flask's own way to wrap
