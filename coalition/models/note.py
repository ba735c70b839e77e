"""What happens to a letter after its release: notes outside the signed text, deliveries, and what was answered."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.account import Account
from coalition.models.letter import Letter
from coalition.vault import Sealed

NOTE_KINDS = ("editors_note", "update", "correction", "republication", "outcome")
WAYS = ("mail", "post", "by_hand", "meeting", "form", "fax", "other")
"""How a letter was brought to its addressee."""


class Note(Identified, Base):
    """A dated note on a published letter. It stands beside the text that was signed, never in it."""

    __tablename__ = "notes"
    __table_args__ = (
        CheckConstraint("kind IN ('editors_note', 'update', 'correction', 'republication', 'outcome')", name="kind"),
    )

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    words: Mapped[dict[str, str]]
    """Language to the note, in the Markdown of the letter."""
    dated_on: Mapped[date]
    """The day printed with it, in the letter's zone."""
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    published_at: Mapped[datetime | None]
    """None while it is a draft of the team."""
    taken_back_at: Mapped[datetime | None]
    tells_signers: Mapped[bool] = mapped_column(default=False)
    """Whether those who signed are told of it by mail."""
    changed_at: Mapped[datetime]

    letter: Mapped[Letter] = relationship()
    by: Mapped[Account | None] = relationship()


class Delivery(Identified, Base):
    """That the letter was brought to one of its addressees: how, when, by whom, and whether it was acknowledged."""

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("way IN ('mail', 'post', 'by_hand', 'meeting', 'form', 'fax', 'other')", name="way"),
    )

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    edition: Mapped[int]
    """The number of the edition that was delivered."""
    addressee: Mapped[int]
    """The addressee's position in the edition."""
    way: Mapped[str] = mapped_column(String(16))
    delivered_on: Mapped[date]
    by_name: Mapped[str] = mapped_column(String(200), default="")
    """Who delivered it, as may be said in public."""
    acknowledged_on: Mapped[date | None]
    is_public: Mapped[bool] = mapped_column(default=False)
    _remark: Mapped[bytes | None] = mapped_column("remark", LargeBinary)
    remark = Sealed("_remark")
    """For the team."""
    made_at: Mapped[datetime]


class Response(Identified, Base):
    """What an addressee answered, published where the team wishes, tied to the recommendations it answers."""

    __tablename__ = "responses"

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    addressee: Mapped[int | None]
    """The addressee's position in the edition; None where somebody else answered."""
    names: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Language to who answered, where that is not an addressee as printed."""
    responded_on: Mapped[date]
    words: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Language to the answer, or a summary of it, in the Markdown of the letter."""
    recommendations: Mapped[list[str]] = mapped_column(default=list)
    """The recommendations it answers: "r1", "r2"."""
    published_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]
    made_at: Mapped[datetime]


def has_outcome(session: Session, letter_id: UUID) -> bool:
    """Whether the team has published what came of a letter."""
    query = select(Note.id).where(
        Note.letter_id == letter_id,
        Note.kind == "outcome",
        Note.published_at.is_not(None),
        Note.taken_back_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None
