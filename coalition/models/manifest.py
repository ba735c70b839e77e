"""The proof of an edition: a signed manifest per language, and salted commitments to its signatories (SAFETY §3).

All of it can be read without the vault, but for the salts of withheld signatures.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.edition import Edition, PublicLine
from coalition.vault import Sealed


class SigningKey(Base):
    """A public key under which manifests were signed. It stays published after the private one was retired."""

    __tablename__ = "signing_keys"

    key_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Its fingerprint (`coalition.signet`)."""
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    """Ed25519, 32 bytes (RFC 8032)."""
    first_used_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Manifest(Identified, Base):
    """What an edition says in one language, signed. It never changes; the database sees to it."""

    __tablename__ = "manifests"
    __table_args__ = (UniqueConstraint("edition_id", "language"),)

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.id", ondelete="RESTRICT"))
    language: Mapped[str] = mapped_column(String(16))
    content: Mapped[bytes] = mapped_column("bytes", LargeBinary)
    """The signed bytes: RFC 8785 JSON in UTF-8."""
    sha256: Mapped[str] = mapped_column(String(64))
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    """The raw Ed25519 signature over `content`, 64 bytes."""
    jws: Mapped[str] = mapped_column(Text)
    """The same as a JSON Web Signature (RFC 7515, RFC 8037) without its middle part, which is `content`."""
    key_id: Mapped[str] = mapped_column(ForeignKey("signing_keys.key_id", ondelete="RESTRICT"))

    edition: Mapped[Edition] = relationship()


class Commitment(Identified, Base):
    """A salted hash in an edition's manifest: of a line, of a withheld signature, or of nothing. It never changes."""

    __tablename__ = "commitments"
    __table_args__ = (UniqueConstraint("edition_id", "hash"),)

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.id", ondelete="RESTRICT"))
    hash: Mapped[str] = mapped_column(String(64))


class Opening(Identified, Base):
    """What opens a commitment: of a line in public, of a withheld signature in the vault. It goes with its line."""

    __tablename__ = "openings"
    __table_args__ = (
        CheckConstraint("(public_line_id IS NULL) = (salt IS NULL)", name="public_salt_of_a_public_line"),
    )

    commitment_id: Mapped[UUID] = mapped_column(ForeignKey("commitments.id", ondelete="RESTRICT"), unique=True)
    public_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("public_lines.id", ondelete="CASCADE"), index=True)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    """32 random bytes, in public with the line."""
    _withheld: Mapped[bytes | None] = mapped_column("withheld", LargeBinary)
    withheld = Sealed("_withheld", filled_to=2048)
    """{"signature": id, "statement": what was hashed, with its salt} of a signature whose name is not printed."""

    commitment: Mapped[Commitment] = relationship()
    line: Mapped[PublicLine | None] = relationship()
