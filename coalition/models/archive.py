"""What a letter taken over from a letter archive brought with it that is no row here: its ledger above all.

The consents of an archive were given elsewhere, by links and accounts that are not here. They are kept as they were
written down, and never become signatures (DOMAIN §4: "taken over from a record").
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coalition.database import Base, Identified
from coalition.vault import Sealed


class LetterArchive(Identified, Base):
    """The part of an archive that is kept as it came. A row of its own: it may be large, and few pages ask for it."""

    __tablename__ = "letter_archives"
    __table_args__ = (UniqueConstraint("letter_id"),)

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"))
    _content: Mapped[bytes | None] = mapped_column("content", LargeBinary)
    content = Sealed("_content")
