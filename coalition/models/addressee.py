"""To whom the letter speaks: a person with style and office, a body, or a class ("States")."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coalition.database import Base, Identified
from coalition.vault import Sealed


class Addressee(Identified, Base):
    """One addressee of a version. Its printed form is part of the fingerprint; its addresses are private."""

    __tablename__ = "addressees"
    __table_args__ = (
        UniqueConstraint("version_id", "position"),
        CheckConstraint("block IN ('to', 'cc')", name="block"),
    )

    version_id: Mapped[UUID] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    position: Mapped[int]
    block: Mapped[str] = mapped_column(String(8), default="to")
    styles: Mapped[dict[str, str]] = mapped_column(default=dict)
    names: Mapped[dict[str, str]] = mapped_column(default=dict)
    offices: Mapped[dict[str, str]] = mapped_column(default=dict)
    _postal: Mapped[bytes | None] = mapped_column("postal", LargeBinary)
    postal = Sealed("_postal")
    """What only the copy for this one says: {"lines": the postal address, "salutations": {language: words}}."""
    _address: Mapped[bytes | None] = mapped_column("address", LargeBinary)
    address = Sealed("_address")

    def printed(self, language: str) -> dict[str, str]:
        """The printed form in `language` (else the canonical one): block, style, name, office."""
        parts = {"style": self.styles, "name": self.names, "office": self.offices}
        return {"block": self.block} | {
            part: values.get(language) or values.get("und", "") for part, values in parts.items()
        }
