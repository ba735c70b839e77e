"""Why a coordinator could record an answer: words or a file, kept in the vault for the letter's team."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.account import Account
from coalition.models.letter import Letter
from coalition.vault import Sealed

WAYS = ("telephone", "mail", "meeting", "message", "paper", "list")
"""How they said it."""


class Evidence(Identified, Base):
    """One piece of evidence; several organisations may be recorded from it. Ledger rows name it, sealed."""

    __tablename__ = "evidence"

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="RESTRICT"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    _said: Mapped[bytes | None] = mapped_column("said", LargeBinary)
    said = Sealed("_said", filled_to=1024)
    """{"way": one of WAYS, "who", "on": ISO day, "words", "file_name", "media_type"}."""
    _content: Mapped[bytes | None] = mapped_column("content", LargeBinary, deferred=True)
    content = Sealed("_content")
    """The file's bytes in base64, where there is a file; only read when they are asked for."""
    created_at: Mapped[datetime]

    letter: Mapped[Letter] = relationship()
    account: Mapped[Account] = relationship()
