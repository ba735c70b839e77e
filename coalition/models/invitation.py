"""One contact's way to answer one letter for one organisation."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, LargeBinary, String, UniqueConstraint, and_, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.contact import Contact
from coalition.models.letter import Letter
from coalition.models.organisation import Organisation
from coalition.vault import Sealed

if TYPE_CHECKING:
    from coalition.models.link import Link


ASKED = ("contact", "colleague")
"""The parts of those who are asked for an answer; an approver is asked for a yes to one, "told" for nothing."""


class InvitationRevoked(Exception):
    """The coordinator ended this invitation."""


class HandedOver(Exception):
    """A colleague has it now: it is taken back before anything is done by this link."""


class Invitation(Identified, Base):
    """A contact asked to answer. The answer's kind is never plain: `answer` seals {"kind", "reason", "by", "role"}."""

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("letter_id", "organisation_id", "contact_id"),
        CheckConstraint("part IN ('contact', 'colleague', 'approver', 'told')", name="part"),
    )

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="RESTRICT"), index=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="RESTRICT"), index=True)
    part: Mapped[str] = mapped_column(String(16), default="contact")
    """"told" is a known contact who was told of a colleague's act without being asked themselves."""
    passed_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("invitations.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    nudged_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    expected_on: Mapped[date | None]
    """The day by which the contact said an answer will come: nobody reminds them before."""
    handed_over_at: Mapped[datetime | None]
    """A colleague has it now: this link leads to a page that says so and can take it back."""
    muted_at: Mapped[datetime | None]
    """The contact did not expect the mail, or wants no more of this letter's."""
    _note: Mapped[bytes | None] = mapped_column("note", LargeBinary)
    note = Sealed("_note")
    """A coordinator's words to this one recipient, first in the invitation mail."""
    epoch: Mapped[int] = mapped_column(default=1)
    """Raised to end every link, session and open form of this invitation at once."""
    _answer: Mapped[bytes | None] = mapped_column("answer", LargeBinary)
    answer = Sealed("_answer", filled_to=1024)

    letter: Mapped[Letter] = relationship()
    organisation: Mapped[Organisation] = relationship()
    contact: Mapped[Contact] = relationship()
    links: Mapped[list[Link]] = relationship(
        primaryjoin="and_(Link.invitation_id == Invitation.id, Link.purpose == 'invitation')",
        order_by="Link.created_at",
        viewonly=True,
    )
    """Those that lead to the letter, whether mailed or handed over."""
    mute_links: Mapped[list[Link]] = relationship(
        primaryjoin="and_(Link.invitation_id == Invitation.id, Link.purpose == 'mute')",
        order_by="Link.created_at, Link.id",
        viewonly=True,
    )
    """Those that stop its mails, and do nothing else."""

    @property
    def is_live(self) -> bool:
        """Whether its links still work."""
        return self.revoked_at is None

    @property
    def is_asked(self) -> bool:
        """Whether this contact is the one from whom an answer is awaited: not a colleague who has it from them."""
        return self.part in ASKED and self.handed_over_at is None

    @property
    def is_muted(self) -> bool:
        """Whether the contact wants no more mails, of this letter or at all."""
        return self.muted_at is not None or self.contact.muted_at is not None

    @classmethod
    def takes_part(cls) -> ColumnElement[bool]:
        """The condition for those who are written to about a letter: who answered, or is asked for an answer."""
        return or_(cls.answered_at.is_not(None), and_(cls.part.in_(ASKED), cls.handed_over_at.is_(None)))

    @property
    def answer_kind(self) -> str:
        """One of sign, decline, withdraw, or nothing yet. Opens the vault."""
        return str((self.answer or {}).get("kind", ""))
