"""The ledger: one row per act of consent, never changed, never removed (the database sees to it)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.signature import Signature
from coalition.models.version import Version
from coalition.vault import Sealed

ACTS = ("sign", "keep", "visibility", "printed_name", "withdraw")
HOWS = (
    "mailed_link", "handed_over_link", "own_account", "own_page", "approved", "recorded", "standing_consent",
    "confirmed_address",
)  # fmt: skip
WORDING = "authority-1"
"""The sentence a signer ticks; its words stand in `coalition.models.wording`."""
KEPT_WORDING = "keep-1"
"""The sentence of an organisation that keeps its signature under a changed text."""
RECORDED_WORDING = "recorded-1"
"""What a coordinator records of an organisation that said yes in another way."""
CONFIRMED_WORDING = "confirmed-1"
"""The sentence of an organisation that confirms what was recorded for it."""
APPROVED_WORDING = "approve-1"
"""The sentence of a colleague who approves what another prepared."""
STANDING_WORDING = "standing-1"
"""The sentence by which an organisation agrees beforehand."""
PERSONAL_WORDING = "personal-1"
"""The sentence that a person ticks who signs for themselves."""
PERSONAL_KEPT_WORDING = "personal-keep-1"


class Consent(Identified, Base):
    """One act: which text, which words, how, by whom, when. Person and instant rest in the vault; the day is plain."""

    __tablename__ = "consents"
    __table_args__ = (
        UniqueConstraint("signature_id", "number"),
        CheckConstraint("act IN ('sign', 'keep', 'visibility', 'printed_name', 'withdraw')", name="act"),
        CheckConstraint(f"how IN ({', '.join(repr(how) for how in HOWS)})", name="how"),
        {"sqlite_with_rowid": False},  # as in signatures
    )

    signature_id: Mapped[UUID] = mapped_column(ForeignKey("signatures.id", ondelete="RESTRICT"))
    number: Mapped[int]
    act: Mapped[str] = mapped_column(String(16))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("versions.id", ondelete="RESTRICT"))
    language: Mapped[str] = mapped_column(String(16))
    fingerprint: Mapped[str] = mapped_column(String(64))
    wording_id: Mapped[str] = mapped_column(String(32), default=WORDING)
    how: Mapped[str] = mapped_column(String(24))
    _invitation: Mapped[bytes | None] = mapped_column("invitation", LargeBinary)
    invitation = Sealed("_invitation")
    _by: Mapped[bytes | None] = mapped_column("by", LargeBinary)
    by = Sealed("_by")
    """Who acted: {"name", "role", "account"}."""
    _evidence_file_id: Mapped[bytes | None] = mapped_column("evidence_file_id", LargeBinary)
    evidence_file_id = Sealed("_evidence_file_id")
    on: Mapped[date]
    """The day in UTC; the instant is in the vault, so that a stolen file can not be joined with mail traffic."""
    _at: Mapped[bytes] = mapped_column("at", LargeBinary)
    at = Sealed("_at")
    """ISO 8601 instant in UTC."""
    in_grace: Mapped[bool] = mapped_column(default=False)
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)

    signature: Mapped[Signature] = relationship(back_populates="consents")
    version: Mapped[Version] = relationship()
