"""A file that was brought in to become a text of a letter."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.account import Account
from coalition.models.letter import Letter
from coalition.vault import Sealed

KINDS = ("docx", "odt", "html", "markdown")
STATES = ("waiting", "converted", "failed", "used", "dropped")


class TextSource(Identified, Base):
    """The file as it came and what was made of it; both go once it was used or dropped."""

    __tablename__ = "text_sources"
    __table_args__ = (
        CheckConstraint("kind IN ('docx', 'odt', 'html', 'markdown')", name="kind"),
        CheckConstraint("state IN ('waiting', 'converted', 'failed', 'used', 'dropped')", name="state"),
    )

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    language: Mapped[str] = mapped_column(String(16))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    file_name: Mapped[str] = mapped_column(String(300), default="")
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    _content: Mapped[bytes | None] = mapped_column("content", LargeBinary)
    content = Sealed("_content")
    """The file's bytes in base64."""
    _result: Mapped[bytes | None] = mapped_column("result", LargeBinary)
    result = Sealed("_result")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    letter: Mapped[Letter] = relationship()
    account: Mapped[Account] = relationship()
