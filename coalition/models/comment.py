"""What invited organisations and the team say about a paragraph: questions, remarks, wording, red lines."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.account import Account
from coalition.models.invitation import Invitation
from coalition.models.letter import Letter
from coalition.models.organisation import Organisation
from coalition.vault import Sealed

RED_LINES = ("cannot_while_stands", "only_if_stays")
KINDS = ("question", "remark", "wording", *RED_LINES)
OUTCOMES = ("taken", "taken_with_edits", "not_taken", "question_back")


class Comment(Identified, Base):
    """One comment. It keeps the place where it was made, and knows the paragraph that it has followed to since."""

    __tablename__ = "comments"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('question', 'remark', 'wording', 'cannot_while_stands', 'only_if_stays')", name="kind"
        ),
        CheckConstraint("outcome IN ('taken', 'taken_with_edits', 'not_taken', 'question_back')", name="outcome"),
        CheckConstraint("invitation_id IS NULL OR account_id IS NULL", name="one_author"),
        CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled"),
    )

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    text_id: Mapped[UUID] = mapped_column(ForeignKey("texts.id", ondelete="CASCADE"))
    """The text it was made on."""
    paragraph_key: Mapped[str] = mapped_column(String(64), default="")
    """The paragraph it is about (`coalition.rendering.paragraphs`); empty: the whole text."""
    quote: Mapped[str] = mapped_column(Text, default="")
    """The paragraph's words as they stood then."""
    now_text_id: Mapped[UUID | None] = mapped_column(ForeignKey("texts.id", ondelete="SET NULL"))
    now_key: Mapped[str] = mapped_column(String(64), default="")
    """Where the paragraph stands in the version in force; counts while `now_text_id` is set."""
    orphaned_at: Mapped[datetime | None]
    """When its paragraph went; it is shown apart and never dropped."""
    invitation_id: Mapped[UUID | None] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    _author_name: Mapped[bytes | None] = mapped_column("author_name", LargeBinary)
    author_name = Sealed("_author_name")
    """Who wrote it, where that is known from a file or an archive alone; else nothing."""
    kind: Mapped[str] = mapped_column(String(24))
    _words: Mapped[bytes | None] = mapped_column("words", LargeBinary)
    words = Sealed("_words")
    _wording: Mapped[bytes | None] = mapped_column("wording", LargeBinary)
    wording = Sealed("_wording")
    """The wording proposed for the paragraph, in the letter's Markdown."""
    answers_id: Mapped[UUID | None] = mapped_column(ForeignKey("comments.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(24))
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    _reply: Mapped[bytes | None] = mapped_column("reply", LargeBinary)
    reply = Sealed("_reply")

    letter: Mapped[Letter] = relationship()
    invitation: Mapped[Invitation | None] = relationship()
    account: Mapped[Account | None] = relationship(foreign_keys=[account_id])

    @property
    def is_red_line(self) -> bool:
        """Whether it says on what the signature depends; only the team ever sees it."""
        return self.kind in RED_LINES

    @property
    def place(self) -> tuple[UUID, str]:
        """The text and the paragraph that it stands at now; the key is empty for the whole text."""
        return (self.now_text_id, self.now_key) if self.now_text_id else (self.text_id, self.paragraph_key)

    @property
    def still_counts(self) -> bool:
        """Whether something hangs on it yet: not answered for good, or a red line that the text could still cross."""
        if self.taken_back_at is not None:
            return False
        crossed = {"cannot_while_stands": ("not_taken",), "only_if_stays": OUTCOMES}.get(self.kind, ())
        return self.outcome in {None, "question_back", *crossed}

    @property
    def is_open(self) -> bool:
        """Whether the team has still to answer."""
        return self.outcome is None and self.taken_back_at is None


def is_named_to_invitees(letter: Letter, organisation: Organisation) -> bool:
    """Whether the other invited organisations are told the name of who commented.

    One that is confidential, or withholds its name or decides that for each letter, is "an organisation" to them.
    """
    may_be_named = organisation.confidential_at is None and organisation.safety_default == "show"
    return letter.comment_audience == "named" and may_be_named
