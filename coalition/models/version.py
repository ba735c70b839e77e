"""The text at a moment, in each of its languages; frozen, text by text, at the first showing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy import Text as LongString
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.database import Base, Identified
from coalition.models.addressee import Addressee
from coalition.models.fingerprint import fingerprint
from coalition.models.letter import Letter

TITLE_LIMIT = 200
FINGERPRINTED = ("title", "deck", "salutation", "body", "closing", "disclaimers")
OUTSIDE = ("short_title", "deck_speaker", "list_heading", "photo_caption", "photo_alternative", "contact_line")
PARTS = (*FINGERPRINTED, *OUTSIDE)


class Version(Identified, Base):
    """One numbered version of a letter; it holds one text per language."""

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("letter_id", "number"),)

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"))
    number: Mapped[int]
    follows_id: Mapped[UUID | None] = mapped_column(ForeignKey("versions.id", ondelete="RESTRICT"))
    change_class: Mapped[str] = mapped_column(String(16), default="")
    reason: Mapped[str] = mapped_column(LongString, default="")
    created_at: Mapped[datetime]

    letter: Mapped[Letter] = relationship(back_populates="versions")
    texts: Mapped[list[Text]] = relationship(
        order_by="Text.language", back_populates="version", cascade="all, delete-orphan"
    )
    addressees: Mapped[list[Addressee]] = relationship(order_by="Addressee.position", cascade="all, delete-orphan")

    def text(self, language: str) -> Text | None:
        """The text in exactly that language."""
        return next((item for item in self.texts if item.language == language), None)

    @property
    def is_shown(self) -> bool:
        """Whether any of its texts was shown outside the team."""
        return any(item.shown_at for item in self.texts)


class Text(Identified, Base):
    """One language of a version. Once shown, its fingerprinted parts never change; the database sees to it."""

    __tablename__ = "texts"
    __table_args__ = (UniqueConstraint("version_id", "language"),)

    version_id: Mapped[UUID] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(TITLE_LIMIT), default="")
    short_title: Mapped[str] = mapped_column(String(TITLE_LIMIT), default="")
    deck: Mapped[str] = mapped_column(LongString, default="")
    deck_speaker: Mapped[str] = mapped_column(String(200), default="")
    salutation: Mapped[str] = mapped_column(LongString, default="")
    body: Mapped[str] = mapped_column(LongString, default="")
    closing: Mapped[str] = mapped_column(LongString, default="")
    disclaimers: Mapped[str] = mapped_column(LongString, default="")
    list_heading: Mapped[str] = mapped_column(String(300), default="")
    photo_caption: Mapped[str] = mapped_column(LongString, default="")
    photo_alternative: Mapped[str] = mapped_column(LongString, default="")
    contact_line: Mapped[str] = mapped_column(LongString, default="")
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    """Set at the first showing."""
    translates_text_id: Mapped[UUID | None] = mapped_column(ForeignKey("texts.id", ondelete="SET NULL"))
    shown_at: Mapped[datetime | None]

    version: Mapped[Version] = relationship(back_populates="texts")

    @property
    def display_title(self) -> str:
        """Short title, else title, else the first words of the text."""
        return self.short_title or self.title or _first_words(self.body)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to agree to yet."""
        return not self.body.strip()

    def freeze(self, *, now: datetime) -> None:
        """Fix the text at its first showing: its fingerprint is computed, and it changes no more."""
        if self.shown_at:
            return
        self.fingerprint = self.compute_fingerprint()
        self.shown_at = now

    def compute_fingerprint(self) -> str:
        """The fingerprint of the text as it stands."""
        return fingerprint(
            letter=self.version.letter_id.hex,
            version=self.version.number,
            language=self.language,
            parts={name: getattr(self, name) for name in FINGERPRINTED},
            addressees=[one.printed(self.language) for one in self.version.addressees],
        )


def _first_words(body: str, limit: int = 80) -> str:
    line = next((line.strip("#>*_ \t") for line in body.splitlines() if line.strip("#>*_ \t")), "")
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0] + " …"
