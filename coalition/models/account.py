"""A person who logs in to the desk."""

from __future__ import annotations

import hmac
import json
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_security.core import UserMixin
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.organisation import Organisation
from coalition.vault import Sealed, blind_index

CODE_DIGITS = 8
CODE_LASTS = timedelta(minutes=10)
CODE_TRIES = 5
PASSWORD_LEAST = 12
ROLES = ("coordinator", "translator", "observer")
"""What an account is for, the widest first: on a letter's team it takes that part or a narrower one."""
PASSWORD_VARIETY = 5
"""So many different characters stand in a password at least: "aaaaaaaaaaaa" is none."""


class PasswordRefused(ValueError):
    """A password that can not be taken; the class name says why."""


class PasswordTooShort(PasswordRefused):
    """It has fewer than PASSWORD_LEAST characters."""


class PasswordEasilyGuessed(PasswordRefused):
    """It is the name or the address of its person, or hardly more than one character."""


class Account(Identified, Base, UserMixin):  # type: ignore[misc]  # flask_security is untyped
    """An account of the desk. The columns that Flask-Security asks for keep its names."""

    __tablename__ = "accounts"
    __table_args__ = (CheckConstraint("role IN ('coordinator', 'translator', 'observer')", name="role"),)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="RESTRICT"))
    email: Mapped[str] = mapped_column("address", String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(16), default="en")
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    is_administrator: Mapped[bool] = mapped_column(default=False)
    role: Mapped[str] = mapped_column(String(16), default="coordinator")
    """Translators and observers see the letters whose team they are on, in their part, and nothing of the house."""
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    sign_in_code: Mapped[str | None] = mapped_column(Text)
    """The codes on their way by mail, as JSON: by the blind index of the browser that asked, the code's blind index,
    until when, how often another was tried."""
    _totp_secret: Mapped[bytes | None] = mapped_column("totp_secret", LargeBinary)
    totp_secret = Sealed("_totp_secret")
    """The secret shared with the person's app that shows codes (RFC 6238), in base32; None: there is no app."""
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    """The last half minute whose code was taken: none of it or before works again."""
    _recovery_key: Mapped[bytes | None] = mapped_column("recovery_key", LargeBinary)
    recovery_key = Sealed("_recovery_key")
    """What the indexes of this account's recovery codes are made with, in hexadecimal: made anew with the codes."""
    wants_digest: Mapped[bool] = mapped_column(default=True)
    """Whether a mail tells each morning what happened the day before; none goes where nothing happened."""
    wants_alerts: Mapped[bool] = mapped_column(default=True)
    """Whether bounces are told at once."""
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()

    @property
    def is_set_up(self) -> bool:
        """Whether the person has chosen a password by the one-time link."""
        return self.password is not None

    @property
    def is_live(self) -> bool:
        """Whether the person may still sign in."""
        return self.active and self.ended_at is None

    @property
    def has_app(self) -> bool:
        """Whether an app of the person shows codes that we take."""
        return self._totp_secret is not None

    def may_be(self, role: str) -> bool:
        """Whether the account can take that part on a letter's team: its own, or a narrower one."""
        return role in ROLES[ROLES.index(self.role) :]

    def ensure_good_password(self, password: str) -> None:
        """Raises PasswordTooShort or PasswordEasilyGuessed."""
        if len(password) < PASSWORD_LEAST:
            raise PasswordTooShort
        plain = "".join(password.casefold().split())
        known = {self.name, self.email, self.email.partition("@")[0], self.organisation.name}
        if len(set(plain)) < PASSWORD_VARIETY or plain in {"".join(word.casefold().split()) for word in known}:
            raise PasswordEasilyGuessed

    def change_password(self, password_hash: str) -> None:
        """Take a new password. Every session begun with the old one ends, and so do codes on their way."""
        self.password, self.sign_in_code = password_hash, None
        self.end_sessions()

    def end_sessions(self) -> None:
        """End every session of this account: what names it in their cookies is not its name any more."""
        self.fs_uniquifier = secrets.token_hex(32)

    # -- the code by mail -----------------------------------------------------------------------------------------

    def new_code(self, *, browser: str, now: datetime) -> str:
        """A code of CODE_DIGITS digits to sign in with, in place of any before that the same browser asked for.

        `browser` is what the browser that asked names itself by: the code works in no other, and tries in another do
        it no harm. The row keeps blind indexes.
        """
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        fresh = {"index": self._code_index(code), "until": (now + CODE_LASTS).isoformat(), "tries": 0}
        self._keep_codes(self._codes(now) | {self._browser_index(browser): fresh})
        return code

    def take_code(self, code: str, *, browser: str, now: datetime) -> bool | None:
        """Whether this is the code of that browser, in time; None where none is on its way to it.

        It works once, and dies of CODE_TRIES wrong tries.
        """
        codes, asked_by = self._codes(now), self._browser_index(browser)
        kept = codes.pop(asked_by, None)
        if kept is None:
            return None
        is_right = hmac.compare_digest(kept["index"], self._code_index(code))
        kept["tries"] += 1
        self._keep_codes(codes if is_right or kept["tries"] >= CODE_TRIES else codes | {asked_by: kept})
        return is_right

    def _code_index(self, code: str) -> str:
        return blind_index("account.code", self.id.bytes, code.encode("utf-8", "replace")).hex()

    def _browser_index(self, browser: str) -> str:
        return blind_index("account.browser", self.id.bytes, browser.encode("utf-8", "replace")).hex()

    def _codes(self, now: datetime) -> dict[str, dict[str, Any]]:
        """The codes that still work, by the browser that asked for each."""
        kept: dict[str, Any] = json.loads(self.sign_in_code or "{}")
        return {
            browser: code
            for browser, code in kept.items()
            if isinstance(code, dict) and now < datetime.fromisoformat(code["until"])
        }

    def _keep_codes(self, codes: dict[str, dict[str, Any]]) -> None:
        self.sign_in_code = json.dumps(codes) if codes else None
