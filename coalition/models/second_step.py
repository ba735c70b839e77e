"""What proves a person at the desk beside the password: passkeys, and the codes for who has lost everything else.

The secret of an app that shows codes stands with its account (coalition.models.account).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.account import Account

CODES: Final = 10
CODE_LETTERS: Final = "abcdefghjkmnpqrstvwxyz23456789"
"""Neither i, l and 1 nor o and 0, which are taken for one another."""
CODE_LENGTH, GROUP = 12, 4


class Passkey(Identified, Base):
    """A passkey of an account (W3C Web Authentication): its public half; nothing here opens the desk."""

    __tablename__ = "passkeys"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    """What its person calls it."""
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    transports: Mapped[list[str]] = mapped_column(default=list)
    is_synced: Mapped[bool] = mapped_column(default=False)
    """Whether other devices of its person may have it too."""
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()


class RecoveryCode(Identified, Base):
    """One of the codes on paper: works once, in place of the app or the passkey. The row keeps its blind index.

    The index is made with a key that the account has sealed: a code is not kept, so it could not be found under another
    key of the installation.
    """

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("account_id", "code_index"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    code_index: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


def new_recovery_code() -> str:
    """A code of 59 bits, in groups: "abcd-efgh-jkmn". It always has a letter, so that no app shows the like."""
    while True:
        signs = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        if not signs.isdigit():
            return "-".join(signs[start : start + GROUP] for start in range(0, CODE_LENGTH, GROUP))


def recovery_index(account: Account, typed: str) -> bytes:
    """The index of a recovery code, however it was typed: capitals, blanks and dashes do not count."""
    plain = "".join(sign for sign in typed.casefold()[:100] if sign.isalnum())
    return hmac.digest(bytes.fromhex(account.recovery_key or ""), plain.encode("utf-8", "replace"), hashlib.sha256)
