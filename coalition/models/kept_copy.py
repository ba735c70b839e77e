"""The copy as delivered: what an edition looked like on its day, for the team; its hash is public (DOMAIN §5)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from coalition.database import Base, Identified
from coalition.vault import Sealed


class KeptCopy(Identified, Base):
    """One form of one edition in one language, with every name it had then."""

    __tablename__ = "kept_copies"
    __table_args__ = (UniqueConstraint("edition_id", "language", "form"),)

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.id", ondelete="RESTRICT"))
    language: Mapped[str] = mapped_column(String(16))
    form: Mapped[str] = mapped_column(String(8))
    """The ending of its address without the dot: "html", "pdf", "txt", "json"."""
    sha256: Mapped[str] = mapped_column(String(64))
    _content: Mapped[bytes | None] = mapped_column("content", LargeBinary, deferred=True)
    content = Sealed("_content")
    """The bytes in base64; nothing once they were erased, when only the hash stays."""
    kept_at: Mapped[datetime]

    @hybrid_property
    def is_kept(self) -> bool:
        """Whether the bytes are there still."""
        return self._content is not None

    @is_kept.inplace.expression
    @classmethod
    def _is_kept(cls) -> ColumnElement[bool]:
        return cls._content.is_not(None)
