"""How accounts come in: password or a code by mail, never by a link; nobody registers by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_security import MailUtil, SQLAlchemyUserDatastore

from coalition import clock
from coalition.database import db, transaction
from coalition.emails import outbox
from coalition.extensions import security
from coalition.models.account import Account

if TYPE_CHECKING:
    from flask import Flask

    from coalition.config import Settings


CODE_MINUTES = 10


class NoRole:
    """Flask-Security asks for a role model; our accounts have none."""


class OutboxMail(MailUtil):  # type: ignore[misc]  # flask_security is untyped
    """Flask-Security's mails go through our outbox, sealed, like every other."""

    def send_mail(
        self, template: str, subject: str, recipient: str, sender: Any, body: str, html: str | None, **context: Any
    ) -> None:
        """Queue the sign-in code; the template's own words are not used."""
        account = context["user"]
        with transaction() as session:
            now = clock.now()
            outbox.queue(
                session,
                "sign_in_code",
                recipient=f"account:{account.id.hex}",
                occasion=f"code:{now.timestamp():.6f}",
                now=now,
                kind_class="account",
                code=str(context["token"]),
                minutes=CODE_MINUTES,
            )


def configuration(settings: Settings) -> dict[str, Any]:
    """Flask-Security's settings: its routes live under /desk."""
    return {
        "SECURITY_URL_PREFIX": "/desk",
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SALT": "unused-by-argon2-but-asked-for",
        "SECURITY_PASSWORD_LENGTH_MIN": 12,
        "SECURITY_REGISTERABLE": False,
        "SECURITY_UNIFIED_SIGNIN": True,
        "SECURITY_US_ENABLED_METHODS": ["password", "email"],
        "SECURITY_US_SIGNIN_REPLACES_LOGIN": True,
        "SECURITY_US_SIGNIN_URL": "/sign-in",
        "SECURITY_US_SIGNIN_SEND_CODE_URL": "/sign-in/code",
        "SECURITY_US_TOKEN_VALIDITY": CODE_MINUTES * 60,
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_POST_LOGIN_VIEW": "/desk",
        "SECURITY_POST_LOGOUT_VIEW": "/desk/sign-in",
        "SECURITY_US_SIGNIN_TEMPLATE": "desk/sign_in.html",
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_TOTP_SECRETS": {},
        "SECURITY_TOTP_ISSUER": "Coalition",
        "SECURITY_WEBAUTHN": False,
        "SECURITY_TWO_FACTOR": False,
        "SECURITY_FLASH_MESSAGES": True,
        "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
    }


def init_app(app: Flask) -> None:
    """Open the desk's entrance."""
    app.config["SECURITY_TOTP_SECRETS"] = {"1": app.config["SECRET_KEY"]}
    security.init_app(app, SQLAlchemyUserDatastore(db, Account, NoRole), mail_util_cls=OutboxMail)
