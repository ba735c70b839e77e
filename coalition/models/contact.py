"""A named person at an organisation. No account: the mailed link is the key."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.organisation import Organisation
from coalition.vault import Sealed, blind_index


def address_index(address: str) -> bytes:
    """The blind index of a mail address: letter case does not count."""
    return blind_index("contact.address", address.strip().casefold().encode())


class Contact(Identified, Base):
    """Whom we write to at an organisation. Name, address and telephone rest in the vault."""

    __tablename__ = "contacts"
    __table_args__ = (
        Index(
            "uq_contacts_organisation_id_address_index",
            "organisation_id",
            "address_index",
            unique=True,
            sqlite_where=text("erased_at IS NULL"),
            postgresql_where=text("erased_at IS NULL"),
        ),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="RESTRICT"))
    _name: Mapped[bytes | None] = mapped_column("name", LargeBinary)
    name = Sealed("_name")
    _address: Mapped[bytes | None] = mapped_column("address", LargeBinary)
    address = Sealed("_address")
    address_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    _telephone: Mapped[bytes | None] = mapped_column("telephone", LargeBinary)
    telephone = Sealed("_telephone")
    _other_channel: Mapped[bytes | None] = mapped_column("other_channel", LargeBinary)
    other_channel = Sealed("_other_channel")
    language: Mapped[str] = mapped_column(String(16), default="en")
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    zone_guessed: Mapped[bool] = mapped_column(default=True)
    safe_mail: Mapped[bool] = mapped_column(default=False)
    is_told: Mapped[bool] = mapped_column(default=True)
    """Whether this contact is told of acts of colleagues; the organisation chooses."""
    wants_updates: Mapped[bool] = mapped_column(default=True)
    """Whether updates, outcomes and the yearly question are mailed beside what needs an answer."""
    epoch: Mapped[int] = mapped_column(default=1)
    """Raised to end every link to the organisation's own page, when the person leaves or the address changes."""
    muted_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    _bounce: Mapped[bytes | None] = mapped_column("bounce", LargeBinary)
    bounce = Sealed("_bounce", filled_to=512)
    """What came back last: {"address", "code", "status", "words", "class"}; shown until the address changes."""
    known_through_letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letters.id", ondelete="SET NULL"))
    ended_at: Mapped[datetime | None]
    """Left the organisation, or stands here no longer: is not written to."""
    erased_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(back_populates="contacts")

    def move_to(self, address: str) -> None:
        """Change the mail address and the index under which it is found."""
        self.address = address
        self.address_index = address_index(address)
        self.bounced_at = self.bounce = None
